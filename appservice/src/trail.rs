//! What the way transactions come says of the homeserver: a connection never seen before can
//! mean that it was restarted, a gap between transaction ids that it kept one back.

use std::{collections::VecDeque, net::SocketAddr};

/// How many connections are remembered; Synapse keeps one or two open.
const PEERS: usize = 16;

#[derive(Default)]
pub struct Trail {
    peers: VecDeque<SocketAddr>,
    last_id: Option<u64>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Step {
    pub new_connection: bool,
    pub jumped: bool,
}

impl Trail {
    /// `id` is the transaction's. Ids are only compared with the one before, for they repeat.
    pub fn note(&mut self, id: &str, peer: Option<SocketAddr>) -> Step {
        let id = id.parse().ok();
        let last = std::mem::replace(&mut self.last_id, id);
        let is_next = match (last, id) {
            // The same again is a repeat of what was not answered in time.
            (Some(last), Some(id)) => id == last || Some(id) == last.checked_add(1),
            _ => true,
        };
        Step {
            new_connection: self.is_new(peer),
            jumped: !is_next,
        }
    }

    fn is_new(&mut self, peer: Option<SocketAddr>) -> bool {
        let Some(peer) = peer.filter(|peer| !self.peers.contains(peer)) else {
            return false;
        };
        let is_first = self.peers.is_empty();
        self.peers.push_back(peer);
        if self.peers.len() > PEERS {
            self.peers.pop_front();
        }
        !is_first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(port: u16) -> Option<SocketAddr> {
        Some(SocketAddr::from(([127, 0, 0, 1], port)))
    }

    #[test]
    fn connections_in_use_are_known_and_another_is_new() {
        let mut trail = Trail::default();
        let new: Vec<bool> = [1, 1, 2, 1, 2, 3]
            .into_iter()
            .map(|port| trail.note("x", peer(port)).new_connection)
            .collect();
        assert_eq!(new, [false, false, true, false, false, true]);
    }

    #[test]
    fn an_id_that_is_neither_the_next_nor_the_same_is_a_jump() {
        let mut trail = Trail::default();
        for (id, jumped) in [
            ("7", false),
            ("8", false),
            ("8", false),
            ("10", true),
            ("11", false),
            ("1", true),
            ("x", false),
            ("5", false),
        ] {
            assert_eq!(trail.note(id, None).jumped, jumped, "{id}");
        }
    }
}
