//! From a name to the addresses that may be connected to.

use std::{
    error::Error,
    io,
    net::{IpAddr, SocketAddr},
};

use async_trait::async_trait;
use desk::webhook::Allowed;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Looks names up.
#[async_trait]
pub trait Lookup: Send + Sync + 'static {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// As the machine does.
#[derive(Clone, Copy)]
pub struct System;

#[async_trait]
impl Lookup for System {
    async fn addresses(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// A lookup that keeps back what may not be reached.
pub struct Guarded<L> {
    inner: std::sync::Arc<(Allowed, bool, L)>,
}

/// All addresses of the name are kept back.
#[derive(Debug)]
pub struct Refused;

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no address of this name may be reached")
    }
}

impl Error for Refused {}

impl<L: Lookup> Guarded<L> {
    pub fn new(allowed: Allowed, tls: bool, lookup: L) -> Self {
        Self {
            inner: std::sync::Arc::new((allowed, tls, lookup)),
        }
    }
}

impl<L: Lookup> Resolve for Guarded<L> {
    fn resolve(&self, name: Name) -> Resolving {
        let inner = self.inner.clone();
        Box::pin(async move {
            let (allowed, tls, lookup) = &*inner;
            let found = lookup.addresses(name.as_str()).await?;
            let fit: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| allowed.admits(*address, *tls))
                // The port is the address's own.
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            match fit.is_empty() {
                true => Err(Box::new(Refused) as Box<dyn Error + Send + Sync>),
                false => Ok(Box::new(fit.into_iter()) as Addrs),
            }
        })
    }
}
