//! That agents type, and what they have read: pushed in transactions, newest first and last, and
//! lost when there is too much.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ruma::{RoomId, UserId, api::client::room::get_room_event};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::{sync::Notify, time::timeout};
use tracing::debug;

use desk::{
    engine::ReadUpTo,
    ids::{self, AgentId, EventId, Timestamp},
    ports::StoreError,
};

use crate::{client::As, inbound::Inbound, namespace::Namespace};

/// How many rooms, and people in rooms, may wait; what is new beyond that is lost.
const MOST: usize = 1_000;
/// How long the homeserver may take to say when an event was sent.
const PATIENCE: Duration = Duration::from_secs(5);

/// An ephemeral event, as far as we care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// Exactly these type.
    Typing(ids::RoomId, Vec<AgentId>),
    Read(ids::RoomId, AgentId, EventId),
}

#[derive(Deserialize)]
struct Ephemeral {
    room_id: String,
    #[serde(flatten)]
    what: What,
}

#[derive(Deserialize)]
#[serde(tag = "type", content = "content")]
enum What {
    #[serde(rename = "m.typing")]
    Typing { user_ids: Vec<String> },
    #[serde(rename = "m.receipt")]
    Receipt(HashMap<String, Receipts>),
}

/// By person. Private ones (`m.read.private`) are nobody's business.
#[derive(Deserialize)]
struct Receipts {
    #[serde(rename = "m.read", default)]
    read: HashMap<String, Receipt>,
}

#[derive(Deserialize)]
struct Receipt {
    thread_id: Option<String>,
}

/// Without those of our own users.
pub fn read(event: &RawValue, namespace: &Namespace) -> Vec<Gesture> {
    let Ok(Ephemeral { room_id, what }) = serde_json::from_str(event.get()) else {
        return Vec::new();
    };
    let room = ids::RoomId::new(room_id);
    let foreign = |person: &String| !namespace.holds_user(person);
    match what {
        What::Typing { user_ids } => {
            let people = user_ids.into_iter().filter(foreign).map(AgentId::new);
            vec![Gesture::Typing(room, people.collect())]
        }
        What::Receipt(events) => {
            let receipts = events.into_iter().flat_map(|(event, receipts)| {
                let people = receipts.read.into_iter();
                people.map(move |(person, receipt)| (event.clone(), person, receipt))
            });
            // Who has read a thread has not read the room.
            let in_room = receipts.filter(|(_, person, receipt)| {
                foreign(person) && receipt.thread_id.as_deref().is_none_or(|id| id == "main")
            });
            in_room
                .map(|(event, person, _)| {
                    Gesture::Read(room.clone(), AgentId::new(person), EventId::new(event))
                })
                .collect()
        }
    }
}

/// What waits: the newest of each room, and of each person in it.
#[derive(Default)]
pub struct Waiting {
    gestures: Mutex<Newest>,
    arrived: Notify,
}

#[derive(Default)]
struct Newest {
    typing: HashMap<ids::RoomId, Vec<AgentId>>,
    read: HashMap<(ids::RoomId, AgentId), EventId>,
}

impl Waiting {
    /// Never blocks.
    pub fn saw(&self, gestures: Vec<Gesture>) {
        if gestures.is_empty() {
            return;
        }
        let mut newest = self.gestures.lock().unwrap_or_else(PoisonError::into_inner);
        for gesture in gestures {
            match gesture {
                Gesture::Typing(room, people) => keep(&mut newest.typing, room, people),
                Gesture::Read(room, person, event) => {
                    keep(&mut newest.read, (room, person), event);
                }
            }
        }
        self.arrived.notify_one();
    }

    fn take(&self) -> Newest {
        std::mem::take(&mut *self.gestures.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn keep<K: std::hash::Hash + Eq, V>(waiting: &mut HashMap<K, V>, key: K, what: V) {
    if waiting.len() < MOST || waiting.contains_key(&key) {
        waiting.insert(key, what);
    }
}

impl Inbound {
    /// Tells the desk what agents do that is no event. Runs for ever; drop it to stop it.
    pub async fn watch_gestures(self: Arc<Self>) {
        loop {
            self.gestures.arrived.notified().await;
            if self.tell_gestures().await.is_err() {
                debug!("what agents type and read could not be told: the store failed");
            }
        }
    }

    async fn tell_gestures(&self) -> Result<(), StoreError> {
        let newest = self.gestures.take();
        for (room, people) in newest.typing {
            self.engine.typing_seen(&room, &people).await?;
        }
        for ((room, person), event) in newest.read {
            let up_to = ReadUpTo::Event(event.clone());
            if self.engine.read_seen(&room, &person, &up_to).await? {
                continue;
            }
            if let Some(at) = self.time_of(&room, &event).await {
                let up_to = ReadUpTo::Time(at);
                self.engine.read_seen(&room, &person, &up_to).await?;
            }
        }
        Ok(())
    }

    /// When the event was sent.
    async fn time_of(&self, room: &ids::RoomId, event: &EventId) -> Option<Timestamp> {
        let room = RoomId::parse(room.as_str()).ok()?;
        let event = ruma::EventId::parse(event.as_str()).ok()?;
        let bot = self.namespace.bot_id().ok()?;
        let request = get_room_event::v3::Request::new(room, event);
        let bot: &UserId = &bot;
        let answer = self.client.call(As::User(bot), request);
        let answer = timeout(PATIENCE, answer).await.ok()?.ok()?;
        let at = answer.event.get_field::<i64>("origin_server_ts").ok()??;
        Some(Timestamp::from_millis(at))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn typing_and_receipts_of_others_are_gestures() {
        let namespace = Namespace::new("helproom", "example.org".try_into().unwrap());
        let room = ids::RoomId::new("!r");
        let alice = AgentId::new("@alice:example.org");
        let read_by = |event: &str, person: &str| {
            Gesture::Read(room.clone(), AgentId::new(person), EventId::new(event))
        };
        for (event, gestures) in [
            (
                json!({"type": "m.typing", "room_id": "!r", "content": {"user_ids": ["@helproom_acme_1:example.org", "@alice:example.org"]}}),
                vec![Gesture::Typing(room.clone(), vec![alice.clone()])],
            ),
            (
                json!({"type": "m.typing", "room_id": "!r", "content": {"user_ids": []}}),
                vec![Gesture::Typing(room.clone(), vec![])],
            ),
            (
                json!({"type": "m.receipt", "room_id": "!r", "content": {"$1": {
                    "m.read": {"@alice:example.org": {"ts": 1, "thread_id": "main"}, "@helproom:example.org": {"ts": 1}},
                    "m.read.private": {"@bob:example.org": {"ts": 1}},
                }}}),
                vec![read_by("$1", "@alice:example.org")],
            ),
            (
                json!({"type": "m.receipt", "room_id": "!r", "content": {
                    "$2": {"m.read": {"@bob:example.org": {"ts": 1}}},
                    "$3": {"m.read.private": {"@alice:example.org": {"ts": 1}}},
                    "$4": {"m.read": {"@alice:example.org": {"ts": 1, "thread_id": "$0"}}},
                }}),
                vec![read_by("$2", "@bob:example.org")],
            ),
            (
                json!({"type": "m.receipt", "room_id": "!r", "content": []}),
                vec![],
            ),
            (
                json!({"type": "m.typing", "content": {"user_ids": []}}),
                vec![],
            ),
            (
                json!({"type": "m.presence", "sender": "@alice:example.org", "content": {"presence": "online"}}),
                vec![],
            ),
        ] {
            let raw = serde_json::value::to_raw_value(&event).unwrap();
            assert_eq!(read(&raw, &namespace), gestures, "{event}");
        }
    }

    #[test]
    fn only_the_newest_of_a_room_waits_and_not_more_rooms_than_there_is_room_for() {
        let waiting = Waiting::default();
        let room = ids::RoomId::new("!r");
        let alice = AgentId::new("@alice:example.org");
        waiting.saw(vec![
            Gesture::Typing(room.clone(), vec![alice.clone()]),
            Gesture::Typing(room.clone(), vec![]),
            Gesture::Read(room.clone(), alice.clone(), EventId::new("$1")),
            Gesture::Read(room.clone(), alice.clone(), EventId::new("$2")),
        ]);
        waiting.saw(
            (0..2 * MOST)
                .map(|n| Gesture::Typing(ids::RoomId::new(format!("!{n}")), vec![]))
                .collect(),
        );
        let newest = waiting.take();
        assert_eq!(newest.typing.len(), MOST);
        assert_eq!(newest.typing.get(&room), Some(&vec![]));
        assert_eq!(newest.read.get(&(room, alice)), Some(&EventId::new("$2")));
        assert!(waiting.take().typing.is_empty());
    }
}
