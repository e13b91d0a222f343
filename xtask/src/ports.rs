//! Free loopback ports for programs that must be told theirs beforehand.

use std::net::TcpListener;

use anyhow::{Context, Result};
use rand::Rng;

/// Below the range that the kernel gives to outgoing connections: there, while
/// a server restarts, somebody's connection could take its port, or a client
/// that tries again and again could even be connected to itself.
const CHOICE: std::ops::Range<u16> = 18_000..32_000;

/// A port of 127.0.0.1 that nobody listens on at this moment.
pub fn free_port() -> Result<u16> {
    let mut random = rand::rng();
    (0..200)
        .map(|_| random.random_range(CHOICE))
        .find(|port| is_free(*port))
        .context("no free loopback port found")
}

/// Whether a program could listen on this port of 127.0.0.1 now.
#[must_use]
pub fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_listened_on_is_not_free() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        assert!(!is_free(listener.local_addr().unwrap().port()));
    }

    #[test]
    fn a_free_port_can_be_listened_on() {
        let port = free_port().unwrap();
        assert!(TcpListener::bind(("127.0.0.1", port)).is_ok());
    }
}
