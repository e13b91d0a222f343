//! Free loopback ports for programs that must be told theirs beforehand.

use std::{
    env,
    fs::{self, File, TryLockError},
    io,
    net::TcpListener,
    sync::{Mutex, PoisonError},
};

use anyhow::{Context, Result};
use rand::Rng;

/// Below the range that the kernel gives to outgoing connections: there, while
/// a server restarts, somebody's connection could take its port, or a client
/// that tries again and again could even be connected to itself.
const CHOICE: std::ops::Range<u16> = 18_000..32_000;

/// One locked file for each port given, until we end: between now and the moment in which a
/// program listens, tests beside us would find the port free as well.
static GIVEN: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A port of 127.0.0.1 that nobody listens on at this moment, and nobody else was given.
pub fn free_port() -> Result<u16> {
    let mut random = rand::rng();
    (0..200)
        .map(|_| random.random_range(CHOICE))
        .find(|port| is_free(*port) && claim(*port))
        .context("no free loopback port found")
}

/// Whether a program could listen on this port of 127.0.0.1 now.
#[must_use]
pub fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

fn claim(port: u16) -> bool {
    // Where files cannot be made, a free port is good enough.
    let Ok(file) = lock_file(port) else {
        return true;
    };
    if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        return false;
    }
    GIVEN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(file);
    true
}

fn lock_file(port: u16) -> io::Result<File> {
    let folder = env::temp_dir().join("helproom-ports");
    fs::create_dir_all(&folder)?;
    File::create(folder.join(port.to_string()))
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
    fn no_port_is_given_twice_while_nobody_listens_yet() {
        let port = free_port().unwrap();
        assert!(is_free(port));
        assert!(!claim(port));
    }

    #[test]
    fn a_free_port_can_be_listened_on() {
        let port = free_port().unwrap();
        assert!(TcpListener::bind(("127.0.0.1", port)).is_ok());
    }
}
