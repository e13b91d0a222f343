//! Stand-ins for tests: time that is moved by hand, identifiers that count, a homeserver without
//! a network, an audience that remembers, a store that fails when told to.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "only tests use this, and they shall fail loudly"
)]

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use crate::{
    ids::ChatId,
    ports::{Audience, Ids},
};

mod brittle;
mod clock;
mod confidant;
mod homeserver;
mod webhooks;

pub use brittle::BrittleStore;
pub use clock::FakeClock;
pub use confidant::{FakeConfidant, Whispered};
pub use homeserver::{Answer, Call, FakeHomeserver, Said};
pub use webhooks::{FakeWebhooks, Heard, Says};

/// Counts, so that identifiers sort in the order they were made.
#[derive(Debug, Default)]
pub struct FakeIds(AtomicU64);

impl Ids for FakeIds {
    fn ulid(&self) -> String {
        format!("{:026}", self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn secret(&self) -> String {
        format!("{:0>64}", self.ulid())
    }
}

/// Remembers which chats changed, in order.
#[derive(Debug, Default)]
pub struct FakeAudience(Mutex<Vec<ChatId>>, AtomicBool, Mutex<Vec<Told>>);

/// What agents did that is not stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Typing(ChatId, Vec<String>),
    Read(ChatId, u64),
}

impl FakeAudience {
    pub fn told(&self) -> Vec<ChatId> {
        self.0.lock().unwrap().clone()
    }

    /// From now on all customers have their pages open, or none.
    pub fn set_watching(&self, watching: bool) {
        self.1.store(watching, Ordering::Relaxed);
    }

    /// What agents did that is not stored, in order.
    pub fn gestures(&self) -> Vec<Told> {
        self.2.lock().unwrap().clone()
    }
}

impl Audience for FakeAudience {
    fn chat_changed(&self, chat: &ChatId) {
        self.0.lock().unwrap().push(chat.clone());
    }

    fn is_watched(&self, _: &ChatId) -> bool {
        self.1.load(Ordering::Relaxed)
    }

    fn typing(&self, chat: &ChatId, agents: Vec<String>) {
        let told = Told::Typing(chat.clone(), agents);
        self.2.lock().unwrap().push(told);
    }

    fn read(&self, chat: &ChatId, seq: u64) {
        self.2.lock().unwrap().push(Told::Read(chat.clone(), seq));
    }
}
