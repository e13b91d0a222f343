//! From which address a request comes, also behind a reverse proxy.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::{HeaderMap, request::Parts},
};
use ipnet::IpNet;

use crate::{error::ApiError, web::Web};

/// The peer, or whom a trusted proxy says it speaks for.
pub struct Client(pub IpAddr);

impl FromRequestParts<Web> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        let forwarded = forwarded_for(&parts.headers);
        Ok(Self(behind(peer, forwarded, &web.trusted_proxies)))
    }
}

/// An address that may look at a help center once more.
pub struct Looks;
/// An address that may start one more chat.
pub struct Starts;
/// An address that may send one more inquiry.
pub struct Inquires;
/// An address that may try once more to come into the console.
pub struct Enters;

// Extractors, and the first of their handlers, so that a refusal costs neither the body nor a
// look into the store.
macro_rules! limited {
    ($($name:ident by $gate:ident),* $(,)?) => {$(
        impl FromRequestParts<Web> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, ApiError> {
                let Ok(Client(address)) = Client::from_request_parts(parts, web).await;
                web.gates.$gate.pass(address)?;
                Ok(Self)
            }
        }
    )*};
}

limited!(Looks by centers, Starts by starts, Inquires by inquiries, Enters by entries);

/// The addresses of `X-Forwarded-For`, the nearest first.
fn forwarded_for(headers: &HeaderMap) -> impl Iterator<Item = Option<IpAddr>> {
    let mut addresses: Vec<_> = headers
        .get_all("x-forwarded-for")
        .iter()
        .flat_map(|value| value.to_str().unwrap_or_default().split(','))
        .map(|address| address_of(address.trim()))
        .collect();
    addresses.reverse();
    addresses.into_iter()
}

/// Some proxies write the port behind the address.
fn address_of(text: &str) -> Option<IpAddr> {
    text.parse()
        .or_else(|_| text.parse().map(|address: SocketAddr| address.ip()))
        .ok()
}

/// Goes from proxy to proxy as long as each is trusted: what lies behind an untrusted one, anybody
/// may have written.
fn behind(
    peer: IpAddr,
    forwarded: impl Iterator<Item = Option<IpAddr>>,
    trusted: &[IpNet],
) -> IpAddr {
    let mut client = peer.to_canonical();
    for next in forwarded {
        if !trusted.iter().any(|proxies| proxies.contains(&client)) {
            break;
        }
        let Some(next) = next else { break };
        client = next.to_canonical();
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_may_say_for_whom_it_speaks() {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        for (peer, header, client) in [
            ("192.0.2.7", "", "192.0.2.7"),
            ("192.0.2.7", "203.0.113.9", "192.0.2.7"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
            ("::1", "203.0.113.9:4711", "203.0.113.9"),
            ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
            (
                "10.0.0.1",
                "198.51.100.1, 203.0.113.9, 10.0.0.2",
                "203.0.113.9",
            ),
            ("10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1"),
            ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("x-forwarded-for", header.parse().unwrap());
            assert_eq!(
                behind(peer.parse().unwrap(), forwarded_for(&headers), &trusted),
                client.parse::<IpAddr>().unwrap(),
                "{peer} forwards for {header:?}"
            );
        }
    }
}
