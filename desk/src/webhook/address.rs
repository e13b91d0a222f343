//! Which addresses webhooks may be at: public ones, and those an operator allows. Whoever may add a
//! webhook must not reach what stands beside us (server-side request forgery).

use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;
use url::{Host, Url};

/// The longest address, in bytes.
const MAX_URL: usize = 2_000;

/// IPv4 that is nobody's host on the internet (IANA's special-purpose registry), and what a cloud
/// answers its machines at under an address that looks public.
const NOT_PUBLIC: [&str; 17] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "168.63.129.16/32",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/3",
];

/// Of IPv6 all that is public lies here, but for what follows: transition mechanisms that lead to
/// IPv4 addresses, and documentation.
const PUBLIC6: &str = "2000::/3";
const NOT_PUBLIC6: [&str; 4] = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

/// The addresses that are not public and may be reached all the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    private: Vec<IpNet>,
}

/// Why nothing is sent to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongUrl {
    #[error("it is no web address")]
    Shape,
    #[error("it is longer than 2000 bytes")]
    Long,
    /// What is sent over HTTP anybody on the way can read.
    #[error("it does not begin with https://")]
    Scheme,
    #[error("it holds a user name or password")]
    Login,
    #[error("it is not public, and the setting webhooks.allow_private does not name it")]
    Private,
}

impl Allowed {
    pub fn new(private: Vec<IpNet>) -> Self {
        Self { private }
    }

    pub fn is_empty(&self) -> bool {
        self.private.is_empty()
    }

    /// Whether this address may be connected to; without TLS only where an operator allows it.
    pub fn admits(&self, address: IpAddr, tls: bool) -> bool {
        let plain = address.to_canonical();
        self.private.iter().any(|net| net.contains(&plain)) || (tls && is_public(address))
    }

    /// The address of a webhook, as far as that can be said without looking its host up.
    pub fn check(&self, url: &str) -> Result<Url, WrongUrl> {
        if url.len() > MAX_URL {
            return Err(WrongUrl::Long);
        }
        let mut url = Url::parse(url).map_err(|_| WrongUrl::Shape)?;
        let tls = match url.scheme() {
            "https" => true,
            "http" if !self.is_empty() => false,
            _ => return Err(WrongUrl::Scheme),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(WrongUrl::Login);
        }
        let admitted = match url.host() {
            None => return Err(WrongUrl::Shape),
            Some(Host::Ipv4(address)) => self.admits(address.into(), tls),
            Some(Host::Ipv6(address)) => self.admits(address.into(), tls),
            // A name that means ourselves or the network beside us is not looked up.
            Some(Host::Domain(name)) => tls_name(name) || !self.is_empty(),
        };
        if !admitted {
            return Err(WrongUrl::Private);
        }
        url.set_fragment(None);
        Ok(url)
    }
}

fn tls_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let last = name.rsplit('.').next().unwrap_or_default();
    name.contains('.') && !matches!(last, "localhost" | "local" | "internal" | "localdomain")
}

/// Whether it is a host's on the internet.
fn is_public(address: IpAddr) -> bool {
    let lies_in = |nets: &[&str]| {
        let mut nets = nets.iter().filter_map(|net| net.parse::<IpNet>().ok());
        nets.any(|net| net.contains(&address))
    };
    match address {
        IpAddr::V4(_) => !lies_in(&NOT_PUBLIC),
        // Also those that stand for IPv4: `::ffff:0:0/96`, `64:ff9b::/96`, `::/96`.
        IpAddr::V6(_) => lies_in(&[PUBLIC6]) && !lies_in(&NOT_PUBLIC6) && !is_isatap(address),
    }
}

/// An interface id that holds an IPv4 address (RFC 5214).
fn is_isatap(address: IpAddr) -> bool {
    let id = |address: Ipv6Addr| {
        let [.., a, b, _, _] = address.segments();
        matches!((a, b), (0 | 0x200, 0x5efe))
    };
    matches!(address, IpAddr::V6(address) if id(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_reached() {
        let nothing = Allowed::default();
        for (address, public) in [
            ("8.8.8.8", true),
            ("1.1.1.1", true),
            ("93.184.216.34", true),
            ("2606:4700:4700::1111", true),
            ("2a00:1450:4001:81b::200e", true),
            ("0.0.0.0", false),
            ("0.1.2.3", false),
            ("10.1.2.3", false),
            ("100.64.0.1", false),
            ("100.100.100.200", false),
            ("127.0.0.1", false),
            ("127.255.255.254", false),
            ("168.63.129.16", false),
            ("169.254.169.254", false),
            ("172.16.0.1", false),
            ("172.31.255.255", false),
            ("172.32.0.1", true),
            ("192.0.0.192", false),
            ("192.0.2.1", false),
            ("192.168.1.1", false),
            ("198.18.0.1", false),
            ("203.0.113.9", false),
            ("224.0.0.1", false),
            ("239.255.255.250", false),
            ("240.0.0.1", false),
            ("255.255.255.255", false),
            ("::", false),
            ("::1", false),
            ("::7f00:1", false),
            ("::ffff:127.0.0.1", false),
            ("::ffff:8.8.8.8", false),
            ("64:ff9b::7f00:1", false),
            ("64:ff9b::808:808", false),
            ("64:ff9b:1::1", false),
            ("100::1", false),
            ("2001::1", false),
            ("2001:db8::1", false),
            ("2002:7f00:1::", false),
            ("2a00::5efe:7f00:1", false),
            ("3fff::1", false),
            ("5f00::1", false),
            ("fc00::1", false),
            ("fd00:ec2::254", false),
            ("fe80::1", false),
            ("fec0::1", false),
            ("ff02::1", false),
        ] {
            let found = nothing.admits(address.parse().unwrap(), true);
            assert_eq!(found, public, "{address}");
            let plain = nothing.admits(address.parse().unwrap(), false);
            assert!(!plain, "{address} without TLS");
        }
    }

    #[test]
    fn an_operator_allows_what_is_beside_us() {
        let allowed = Allowed::new(vec![
            "10.0.0.0/8".parse().unwrap(),
            "fd00::/8".parse().unwrap(),
        ]);
        for (address, tls, admitted) in [
            ("10.1.2.3", true, true),
            ("10.1.2.3", false, true),
            ("::ffff:10.1.2.3", true, true),
            ("fd00::1", false, true),
            ("8.8.8.8", true, true),
            ("8.8.8.8", false, false),
            ("127.0.0.1", true, false),
            ("169.254.169.254", true, false),
        ] {
            let found = allowed.admits(address.parse().unwrap(), tls);
            assert_eq!(found, admitted, "{address} {tls}");
        }
    }

    #[test]
    fn an_address_is_refused_as_soon_as_it_is_seen_to_be_wrong() {
        let nothing = Allowed::default();
        let beside = Allowed::new(vec!["127.0.0.1/32".parse().unwrap()]);
        for (url, strict, lax) in [
            ("https://example.org/hook?a=b", Ok(()), Ok(())),
            ("https://8.8.8.8:8443/", Ok(()), Ok(())),
            ("https://[2606:4700:4700::1111]/", Ok(()), Ok(())),
            ("http://example.org/", Err(WrongUrl::Scheme), Ok(())),
            (
                "ftp://example.org/",
                Err(WrongUrl::Scheme),
                Err(WrongUrl::Scheme),
            ),
            (
                "file:///etc/passwd",
                Err(WrongUrl::Scheme),
                Err(WrongUrl::Scheme),
            ),
            ("example.org", Err(WrongUrl::Shape), Err(WrongUrl::Shape)),
            ("https://", Err(WrongUrl::Shape), Err(WrongUrl::Shape)),
            (
                "https://a:b@example.org/",
                Err(WrongUrl::Login),
                Err(WrongUrl::Login),
            ),
            ("https://127.0.0.1/", Err(WrongUrl::Private), Ok(())),
            ("https://2130706433/", Err(WrongUrl::Private), Ok(())),
            ("https://0x7f.1/", Err(WrongUrl::Private), Ok(())),
            ("https://0177.0.0.1/", Err(WrongUrl::Private), Ok(())),
            (
                "https://127.0.0.2/",
                Err(WrongUrl::Private),
                Err(WrongUrl::Private),
            ),
            (
                "https://[::1]/",
                Err(WrongUrl::Private),
                Err(WrongUrl::Private),
            ),
            (
                "https://[::ffff:127.0.0.1]/",
                Err(WrongUrl::Private),
                Ok(()),
            ),
            (
                "https://169.254.169.254/latest",
                Err(WrongUrl::Private),
                Err(WrongUrl::Private),
            ),
            ("https://localhost/", Err(WrongUrl::Private), Ok(())),
            ("https://intranet/", Err(WrongUrl::Private), Ok(())),
            (
                "https://metadata.google.internal/",
                Err(WrongUrl::Private),
                Ok(()),
            ),
        ] {
            assert_eq!(nothing.check(url).map(drop), strict, "{url}");
            assert_eq!(beside.check(url).map(drop), lax, "{url} with private ones");
        }
        let long = format!("https://example.org/{}", "a".repeat(2_000));
        assert_eq!(nothing.check(&long), Err(WrongUrl::Long));
    }
}
