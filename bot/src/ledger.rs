//! What the bot must not forget over a restart.
//!
//! matrix-sdk saves the sync token before anybody has answered what came with it. The ledger
//! holds our own: it moves only when all is answered, so that a crash in between brings the
//! same events once more.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use desk::ids::{AgentId, Timestamp};
use matrix_sdk::{
    Client,
    ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId, events::AnySyncTimelineEvent, serde::Raw},
};
use serde::{Deserialize, Serialize};

use crate::error::BotError;

const KEY: &[u8] = b"helproom.ledger";
/// Each is tried again after every sync.
const MOST_UNREADABLE: usize = 100;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Ledger {
    /// Everything before it is answered. `None` before the first sync.
    pub(crate) since: Option<String>,
    pub(crate) rooms: BTreeMap<OwnedRoomId, ManagementRoom>,
    /// Not answered yet, and not to be looked at before the given time.
    pub(crate) invitations: BTreeMap<OwnedRoomId, Timestamp>,
    /// Answered after `since`.
    pub(crate) answered: BTreeSet<OwnedEventId>,
    pub(crate) unreadable: Vec<Unreadable>,
}

/// A direct room of one person with the bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ManagementRoom {
    pub(crate) person: AgentId,
    pub(crate) since: Timestamp,
    /// The person said that the room is for two.
    pub(crate) is_direct: bool,
    pub(crate) greeted: bool,
    /// When the bot last explained there that it cannot read a message.
    pub(crate) explained: Option<Timestamp>,
}

/// An encrypted event whose key may still come.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Unreadable {
    pub(crate) room: OwnedRoomId,
    pub(crate) id: OwnedEventId,
    pub(crate) event: Raw<AnySyncTimelineEvent>,
    pub(crate) seen: Timestamp,
    /// Somebody was told, or had been told shortly before.
    pub(crate) told: bool,
}

impl Ledger {
    pub(crate) async fn open(client: &Client) -> Result<Self, BotError> {
        let Some(pages) = client.state_store().get_custom_value(KEY).await? else {
            return Ok(Self::default());
        };
        serde_json::from_slice(&pages).map_err(BotError::folder)
    }

    pub(crate) async fn save(&self, client: &Client) -> Result<(), BotError> {
        let pages = serde_json::to_vec(self).map_err(BotError::folder)?;
        Ok(client
            .state_store()
            .set_custom_value_no_read(KEY, pages)
            .await?)
    }

    /// All that came until `since` is answered.
    pub(crate) fn close_page(&mut self, since: String) {
        self.since = Some(since);
        self.answered.clear();
    }

    pub(crate) fn forget(&mut self, room: &RoomId) {
        self.unreadable.retain(|event| event.room != room);
        self.rooms.remove(room);
    }

    /// Remembers an event that cannot be read yet, once.
    pub(crate) fn remember(
        &mut self,
        room: &RoomId,
        id: OwnedEventId,
        event: &Raw<AnySyncTimelineEvent>,
        now: Timestamp,
    ) {
        if self.answered.contains(&id) || self.unreadable.iter().any(|known| known.id == id) {
            return;
        }
        if self.unreadable.len() >= MOST_UNREADABLE {
            self.unreadable.remove(0);
        }
        self.unreadable.push(Unreadable {
            room: room.to_owned(),
            id,
            event: event.clone(),
            seen: now,
            told: false,
        });
    }

    /// The event was answered, or nobody waits for the answer any more.
    pub(crate) fn settle(&mut self, event: &EventId) {
        self.unreadable.retain(|known| known.id != *event);
    }

    /// The room was told that the event could not be read.
    pub(crate) fn told(&mut self, event: &EventId, now: Timestamp, pause: Duration) {
        let Some(known) = self.unreadable.iter_mut().find(|known| known.id == *event) else {
            return;
        };
        known.told = true;
        if let Some(room) = self.rooms.get_mut(&known.room)
            && room
                .explained
                .is_none_or(|explained| now.since(explained) >= pause)
        {
            room.explained = Some(now);
        }
    }

    /// Whether the room was told less than `pause` ago.
    pub(crate) fn was_told(&self, room: &RoomId, now: Timestamp, pause: Duration) -> bool {
        let explained = self.rooms.get(room).and_then(|room| room.explained);
        explained.is_some_and(|explained| now.since(explained) < pause)
    }
}

#[cfg(test)]
mod tests {
    use matrix_sdk::ruma::{owned_event_id, room_id};

    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(1_000_000);

    fn event() -> Raw<AnySyncTimelineEvent> {
        Raw::from_json_string(r#"{"type": "m.room.encrypted"}"#.into()).unwrap()
    }

    fn ledger() -> Ledger {
        let mut ledger = Ledger::default();
        ledger.rooms.insert(
            room_id!("!anna:lab.test").to_owned(),
            ManagementRoom {
                person: AgentId::new("@anna:lab.test"),
                since: NOON,
                is_direct: true,
                greeted: true,
                explained: None,
            },
        );
        ledger
    }

    #[test]
    fn what_is_saved_is_read_back() {
        let mut ledger = ledger();
        ledger.remember(
            room_id!("!anna:lab.test"),
            owned_event_id!("$a"),
            &event(),
            NOON,
        );
        ledger.answered.insert(owned_event_id!("$b"));
        let read: Ledger = serde_json::from_slice(&serde_json::to_vec(&ledger).unwrap()).unwrap();
        assert_eq!(read.rooms, ledger.rooms);
        assert_eq!(read.answered, ledger.answered);
        assert_eq!(read.unreadable[0].id, ledger.unreadable[0].id);
    }

    #[test]
    fn an_unreadable_event_is_remembered_once_and_not_when_it_was_answered() {
        let mut ledger = ledger();
        ledger.answered.insert(owned_event_id!("$answered"));
        for id in ["$a", "$a", "$answered"] {
            ledger.remember(
                room_id!("!anna:lab.test"),
                id.try_into().unwrap(),
                &event(),
                NOON,
            );
        }
        assert_eq!(ledger.unreadable.len(), 1);
    }

    #[test]
    fn a_closed_page_holds_no_answers_but_keeps_what_is_unreadable() {
        let mut ledger = ledger();
        ledger.answered.insert(owned_event_id!("$a"));
        ledger.remember(
            room_id!("!anna:lab.test"),
            owned_event_id!("$b"),
            &event(),
            NOON,
        );
        ledger.close_page("s2".into());
        assert!(ledger.answered.is_empty());
        assert_eq!(
            (ledger.since.as_deref(), ledger.unreadable.len()),
            (Some("s2"), 1)
        );
    }

    #[test]
    fn a_forgotten_room_takes_its_unreadable_events_along() {
        let mut ledger = ledger();
        ledger.remember(
            room_id!("!anna:lab.test"),
            owned_event_id!("$b"),
            &event(),
            NOON,
        );
        ledger.forget(room_id!("!anna:lab.test"));
        assert!(ledger.unreadable.is_empty() && ledger.rooms.is_empty());
    }

    #[test]
    fn a_room_was_told_until_the_pause_is_over() {
        let mut ledger = ledger();
        let room = room_id!("!anna:lab.test");
        let pause = Duration::from_secs(600);
        assert!(!ledger.was_told(room, NOON, pause));
        ledger.rooms.get_mut(room).unwrap().explained = Some(NOON);
        assert!(ledger.was_told(room, NOON + Duration::from_secs(599), pause));
        assert!(!ledger.was_told(room, NOON + pause, pause));
    }
}
