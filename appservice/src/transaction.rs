//! A transaction of the homeserver, taken apart: what can be understood is kept, what cannot is
//! skipped, logged with its id, and counted.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, de::IgnoredAny};
use serde_json::value::RawValue;
use tracing::warn;

use desk::{
    agent::Presence,
    event::Received,
    ids::{AgentId, EventId, RoomId},
};

use crate::{
    gestures::{self, Gesture},
    namespace::Namespace,
};

#[derive(Deserialize)]
struct Body<'a> {
    #[serde(borrow)]
    events: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    ephemeral: Vec<&'a RawValue>,
    /// Before the specification took it in.
    #[serde(borrow, default, rename = "de.sorunome.msc2409.ephemeral")]
    unstable_ephemeral: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Head {
    event_id: String,
    room_id: String,
    sender: String,
    #[serde(rename = "type")]
    _event_type: String,
    #[serde(rename = "origin_server_ts")]
    _at: i64,
}

#[derive(Deserialize)]
struct Id {
    event_id: Option<String>,
}

#[derive(Deserialize)]
struct PresenceEvent {
    #[serde(rename = "type")]
    event_type: String,
    sender: String,
    content: PresenceContent,
}

/// Who typed and who read what, in rooms of ours.
#[derive(Deserialize)]
#[serde(tag = "type", content = "content")]
enum Doing {
    #[serde(rename = "m.typing")]
    Typing { user_ids: Vec<String> },
    /// By event, by kind of receipt.
    #[serde(rename = "m.receipt")]
    Receipt(HashMap<String, HashMap<String, HashMap<String, IgnoredAny>>>),
}

#[derive(Deserialize)]
struct PresenceContent {
    presence: String,
}

/// What a transaction brings us. Events of our own users are left out: they are our echo.
#[derive(Debug, Default)]
pub struct Transaction {
    pub events: Vec<Received>,
    pub presence: Vec<(AgentId, Presence)>,
    pub gestures: Vec<Gesture>,
    /// Who typed or read something.
    pub active: BTreeSet<AgentId>,
    pub malformed: u64,
}

impl Transaction {
    /// `None` when the body as a whole is no transaction.
    pub fn read(body: &[u8], namespace: &Namespace) -> Option<Self> {
        let body: Body = serde_json::from_slice(body).ok()?;
        let mut transaction = Self::default();
        for event in &body.events {
            match read_event(event, namespace) {
                Ok(event) => transaction.events.extend(event),
                Err(_) => {
                    transaction.malformed += 1;
                    let id: Option<String> = serde_json::from_str::<Id>(event.get())
                        .ok()
                        .and_then(|event| event.event_id);
                    warn!(
                        event.id = id.as_deref().unwrap_or("none"),
                        "a malformed event was skipped"
                    );
                }
            }
        }
        // A homeserver that knows both keys sends the same in both.
        let ephemeral = if body.ephemeral.is_empty() {
            &body.unstable_ephemeral
        } else {
            &body.ephemeral
        };
        transaction.presence = ephemeral
            .iter()
            .filter_map(|event| read_presence(event, namespace))
            .collect();
        transaction.gestures = ephemeral
            .iter()
            .flat_map(|event| gestures::read(event, namespace))
            .collect();
        transaction.active = ephemeral
            .iter()
            .flat_map(|event| read_doing(event))
            .filter(|person| !namespace.holds_user(person))
            .map(AgentId::new)
            .collect();
        Some(transaction)
    }
}

/// `None` for our echo.
pub fn read_event(
    event: &RawValue,
    namespace: &Namespace,
) -> Result<Option<Received>, serde_json::Error> {
    let head: Head = serde_json::from_str(event.get())?;
    Ok((!namespace.holds_user(&head.sender)).then(|| Received {
        id: EventId::new(head.event_id),
        room: RoomId::new(head.room_id),
        body: event.get().to_owned(),
    }))
}

fn read_presence(event: &RawValue, namespace: &Namespace) -> Option<(AgentId, Presence)> {
    // Typing and receipts come here too; they have other fields.
    let event: PresenceEvent = serde_json::from_str(event.get()).ok()?;
    let presence = Presence::from_word(&event.content.presence)?;
    (event.event_type == "m.presence" && !namespace.holds_user(&event.sender))
        .then(|| (AgentId::new(event.sender), presence))
}

fn read_doing(event: &RawValue) -> Vec<String> {
    match serde_json::from_str(event.get()) {
        Ok(Doing::Typing { user_ids }) => user_ids,
        Ok(Doing::Receipt(events)) => {
            let kinds = events.into_values().flat_map(HashMap::into_values);
            kinds.flat_map(HashMap::into_keys).collect()
        }
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(body: Value) -> Option<Transaction> {
        let namespace = Namespace::new("helproom", "example.org".try_into().unwrap());
        Transaction::read(body.to_string().as_bytes(), &namespace)
    }

    fn event(id: Value, sender: &str) -> Value {
        json!({"event_id": id, "room_id": "!r", "sender": sender, "type": "m.room.message", "origin_server_ts": 1, "content": {}})
    }

    #[test]
    fn a_broken_event_is_skipped_and_counted_and_the_good_ones_beside_it_are_kept() {
        let alice = "@alice:example.org";
        let read = read(json!({"events": [
            event(json!("$1"), alice), event(json!(2), alice), json!("nonsense"), json!({"event_id": "$3"}), event(json!("$4"), alice),
        ]}))
        .unwrap();
        assert_eq!(
            read.events
                .iter()
                .map(|event| event.id.as_str())
                .collect::<Vec<_>>(),
            ["$1", "$4"]
        );
        assert_eq!(read.malformed, 3);
    }

    #[test]
    fn our_own_users_events_and_presence_are_left_out() {
        let presence = |sender: &str| json!({"type": "m.presence", "sender": sender, "content": {"presence": "online"}});
        let read = read(json!({
            "events": [event(json!("$1"), "@helproom_acme_1:example.org")],
            "ephemeral": [presence("@helproom:example.org"), presence("@alice:example.org"), {"type": "m.typing", "room_id": "!r", "content": {"user_ids": []}}],
        }))
        .unwrap();
        assert!(read.events.is_empty());
        assert_eq!(
            read.presence,
            [(AgentId::new("@alice:example.org"), Presence::Online)]
        );
        assert_eq!(read.malformed, 0);
    }

    #[test]
    fn who_types_or_reads_is_active() {
        let read = read(json!({"events": [], "ephemeral": [
            {"type": "m.typing", "room_id": "!r", "content": {"user_ids": ["@alice:example.org", "@helproom_acme_1:example.org"]}},
            {"type": "m.receipt", "room_id": "!r", "content": {"$1": {
                "m.read": {"@bob:example.org": {"ts": 1}, "@helproom:example.org": {"ts": 1}},
                "m.read.private": {"@alice:example.org": {"ts": 1, "thread_id": "main"}},
            }}},
            {"type": "m.receipt", "content": "nonsense"},
        ]}))
        .unwrap();
        let active: Vec<_> = read.active.iter().map(AgentId::as_str).collect();
        assert_eq!(active, ["@alice:example.org", "@bob:example.org"]);
    }

    #[test]
    fn presence_is_read_from_the_unstable_key_when_there_is_no_other() {
        let read = read(json!({"events": [], "de.sorunome.msc2409.ephemeral":
            [{"type": "m.presence", "sender": "@alice:example.org", "content": {"presence": "unavailable"}}]}))
        .unwrap();
        assert_eq!(
            read.presence,
            [(AgentId::new("@alice:example.org"), Presence::Unavailable)]
        );
    }

    #[test]
    fn a_body_that_is_no_transaction_is_refused() {
        for body in [json!([]), json!({}), json!({"events": 1})] {
            assert!(read(body.clone()).is_none(), "{body}");
        }
    }
}
