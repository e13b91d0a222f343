//! That a customer types, and what it has read: told to the homeserver beside the outbox, the
//! newest of each chat only, and lost when that does not work. A message never waits for it.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use event_listener::Event;
use futures_util::{
    StreamExt,
    future::{Either, select},
    stream,
};
use tracing::debug;

use crate::{
    engine::Engine,
    ids::{ChatId, EventId, Timestamp},
    ports::{DeliveryError, Homeserver, StoreError},
};

/// How many chats may wait; what is new beyond that is lost.
const MOST: usize = 1_000;
/// How many are told at the same time.
const AT_ONCE: usize = 4;
/// How long telling one may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The homeserver shows typing for 30 s, so it is told again when the customer still types.
const AGAIN: Duration = Duration::from_secs(10);
/// Of how many chats is remembered what was told; all are forgotten when there are more.
const REMEMBERED: usize = 10_000;

/// What waits to be told.
#[derive(Default)]
pub struct Gestures {
    pending: Mutex<HashMap<ChatId, Gesture>>,
    filled: Event,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Gesture {
    typing: Option<bool>,
    read: Option<u64>,
}

impl Gestures {
    /// Never blocks.
    pub fn typing(&self, chat: &ChatId, typing: bool) {
        self.note(chat, |gesture| gesture.typing = Some(typing));
    }

    /// The customer has seen everything up to `seq`. Never blocks.
    pub fn read(&self, chat: &ChatId, seq: u64) {
        self.note(chat, |gesture| gesture.read = gesture.read.max(Some(seq)));
    }

    fn note(&self, chat: &ChatId, change: impl FnOnce(&mut Gesture)) {
        let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        if pending.len() >= MOST && !pending.contains_key(chat) {
            return;
        }
        change(pending.entry(chat.clone()).or_default());
        drop(pending);
        self.filled.notify(1);
    }

    async fn take(&self) -> HashMap<ChatId, Gesture> {
        loop {
            let filled = self.filled.listen();
            let pending = self.drain();
            if !pending.is_empty() {
                return pending;
            }
            filled.await;
        }
    }

    fn drain(&self) -> HashMap<ChatId, Gesture> {
        std::mem::take(&mut *self.pending.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What was told last of each chat.
#[derive(Default)]
struct Told {
    typing: HashMap<ChatId, (bool, Timestamp)>,
    read: HashMap<ChatId, EventId>,
}

impl Told {
    fn is_news(&self, chat: &ChatId, typing: bool, now: Timestamp) -> bool {
        match self.typing.get(chat) {
            Some((told, at)) => *told != typing || (typing && now.since(*at) >= AGAIN),
            None => typing,
        }
    }
}

/// Tells the homeserver. Runs for ever; drop it to stop it.
pub struct Courier {
    engine: Arc<Engine>,
    homeserver: Arc<dyn Homeserver>,
    bot: String,
    told: Mutex<Told>,
}

impl Courier {
    /// `bot` is the bot's localpart, which ghosts' names begin with.
    pub fn new(engine: Arc<Engine>, homeserver: Arc<dyn Homeserver>, bot: String) -> Self {
        Self {
            engine,
            homeserver,
            bot,
            told: Mutex::default(),
        }
    }

    pub async fn run(self) {
        loop {
            let taken = self.engine.gestures().take().await;
            stream::iter(taken)
                .for_each_concurrent(AT_ONCE, |(chat, gesture)| self.tell(chat, gesture))
                .await;
        }
    }

    async fn tell(&self, chat: ChatId, gesture: Gesture) {
        let clock = self.engine.clock();
        let late = clock.sleep_until(clock.now() + PATIENCE);
        if let Either::Left((Err(Failure(why)), _)) =
            select(pin!(self.deliver(&chat, gesture)), late).await
        {
            debug!(chat.id = %chat, why, "a gesture of a customer was not told");
        }
    }

    async fn deliver(&self, id: &ChatId, gesture: Gesture) -> Result<(), Failure> {
        let store = self.engine.store();
        let Some(chat) = store.chat(id).await? else {
            return Ok(());
        };
        let (Some(room), false) = (&chat.room, chat.state.is_closed()) else {
            return Ok(());
        };
        let Some(customer) = store.customer(&chat.customer).await? else {
            return Ok(());
        };
        let ghost = customer.ghost(&self.bot);
        let now = self.engine.clock().now();
        if let Some(typing) = gesture.typing
            && self.told(|told| told.is_news(id, typing, now))
        {
            self.homeserver.typing(room, &ghost, typing).await?;
            self.told(|told| remember(&mut told.typing, id, (typing, now)));
        }
        if let Some(seq) = gesture.read
            && let Some(event) = store.event_up_to(id, seq).await?
            && self.told(|told| told.read.get(id) != Some(&event))
        {
            self.homeserver.read(room, &ghost, &event).await?;
            self.told(|told| remember(&mut told.read, id, event));
        }
        Ok(())
    }

    fn told<T>(&self, look: impl FnOnce(&mut Told) -> T) -> T {
        look(&mut self.told.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn remember<T>(told: &mut HashMap<ChatId, T>, chat: &ChatId, what: T) {
    if told.len() >= REMEMBERED {
        told.clear();
    }
    told.insert(chat.clone(), what);
}

struct Failure(&'static str);

impl From<StoreError> for Failure {
    fn from(_: StoreError) -> Self {
        Self("the store failed")
    }
}

impl From<DeliveryError> for Failure {
    fn from(_: DeliveryError) -> Self {
        Self("the homeserver did not take it")
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn only_the_newest_of_a_chat_waits_and_not_more_chats_than_there_is_room_for() {
        let gestures = Gestures::default();
        let chat = ChatId::new("c");
        gestures.typing(&chat, true);
        gestures.read(&chat, 7);
        gestures.read(&chat, 3);
        gestures.typing(&chat, false);
        for n in 0..2 * MOST {
            gestures.typing(&ChatId::new(format!("c{n}")), true);
        }
        let taken = gestures.take().now_or_never().unwrap();
        assert_eq!(taken.len(), MOST);
        let newest = Gesture {
            typing: Some(false),
            read: Some(7),
        };
        assert_eq!(taken.get(&chat), Some(&newest));
        assert!(gestures.take().now_or_never().is_none());
    }

    #[test]
    fn typing_is_told_when_it_begins_and_ends_and_now_and_then() {
        let (chat, noon) = (ChatId::new("c"), Timestamp::from_millis(0));
        let mut told = Told::default();
        assert!(!told.is_news(&chat, false, noon));
        assert!(told.is_news(&chat, true, noon));
        told.typing.insert(chat.clone(), (true, noon));
        assert!(!told.is_news(&chat, true, noon + AGAIN / 2));
        assert!(told.is_news(&chat, true, noon + AGAIN));
        assert!(told.is_news(&chat, false, noon));
    }
}
