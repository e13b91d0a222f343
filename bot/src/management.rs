//! Management rooms: which there are, and a sync that shows no others.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use desk::ids::{AgentId, RoomId};
use matrix_sdk::{
    Client,
    ruma::{
        OwnedRoomId, OwnedUserId, ServerName, UInt,
        api::client::{
            filter::{FilterDefinition, RoomEventFilter, RoomFilter},
            membership::joined_rooms,
        },
        events::{GlobalAccountDataEventType, direct::DirectEventContent},
    },
};

use crate::{
    error::BotError,
    ledger::{Ledger, ManagementRoom},
};

/// How many events of one room come at once; of a longer gap the older ones are passed over.
const TIMELINE_LIMIT: u32 = 100;

/// Looks up a person's management room while the bot runs.
#[derive(Clone, Debug, Default)]
pub struct ManagementRooms(Arc<RwLock<BTreeMap<AgentId, RoomId>>>);

impl ManagementRooms {
    /// The newest room that the person has with the bot.
    pub fn of(&self, person: &AgentId) -> Option<RoomId> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(person)
            .cloned()
    }

    pub(crate) fn show(&self, ledger: &Ledger) {
        let mut rooms: Vec<_> = ledger.rooms.iter().collect();
        rooms.sort_by_key(|(_, room)| room.since);
        let newest = rooms
            .into_iter()
            .map(|(id, room)| (room.person.clone(), RoomId::new(id.as_str())));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = newest.collect();
    }
}

/// Shows the rooms of the ledger, and besides them invitations, presence and to-device messages,
/// to which a room filter does not apply.
pub(crate) fn filter(ledger: &Ledger, server: &ServerName) -> FilterDefinition {
    let mut rooms: Vec<OwnedRoomId> = ledger.rooms.keys().cloned().collect();
    // Synapse takes an empty list as "nothing of rooms at all" and then leaves out invitations too.
    rooms.extend(OwnedRoomId::try_from(format!("!nowhere:{server}")));

    let mut timeline = RoomEventFilter::default();
    timeline.limit = Some(UInt::from(TIMELINE_LIMIT));
    let mut ephemeral = RoomEventFilter::default();
    ephemeral.types = Some(Vec::new());
    let mut room = RoomFilter::default();
    room.rooms = Some(rooms);
    room.timeline = timeline;
    room.ephemeral = ephemeral;
    let mut filter = FilterDefinition::default();
    filter.room = room;
    filter
}

/// The rooms that the account itself lists as direct: what is left when our folder was lost.
pub(crate) async fn recover(
    client: &Client,
    now: desk::ids::Timestamp,
) -> Result<BTreeMap<OwnedRoomId, ManagementRoom>, BotError> {
    let listed = client
        .account()
        .fetch_account_data(GlobalAccountDataEventType::Direct)
        .await?;
    let listed = listed.and_then(|raw| raw.deserialize_as_unchecked::<DirectEventContent>().ok());
    let joined = client
        .send(joined_rooms::v3::Request::new())
        .await?
        .joined_rooms;
    let mut rooms = BTreeMap::new();
    for (person, direct) in listed.unwrap_or_default() {
        let Ok(person) = OwnedUserId::try_from(person.as_str()) else {
            continue;
        };
        for room in direct.into_iter().filter(|room| joined.contains(room)) {
            let person = AgentId::new(person.as_str());
            rooms.insert(
                room,
                ManagementRoom {
                    person,
                    since: now,
                    is_direct: true,
                    greeted: true,
                    explained: None,
                },
            );
        }
    }
    Ok(rooms)
}

#[cfg(test)]
mod tests {
    use desk::ids::Timestamp;
    use matrix_sdk::ruma::server_name;

    use super::*;

    fn ledger(rooms: &[(&str, &str, i64)]) -> Ledger {
        let mut ledger = Ledger::default();
        for (id, person, since) in rooms {
            let room = ManagementRoom {
                person: AgentId::new(*person),
                since: Timestamp::from_millis(*since),
                is_direct: true,
                greeted: true,
                explained: None,
            };
            ledger.rooms.insert((*id).try_into().unwrap(), room);
        }
        ledger
    }

    #[test]
    fn the_newest_room_of_a_person_is_found() {
        let rooms = ManagementRooms::default();
        rooms.show(&ledger(&[
            ("!a:lab.test", "@anna:lab.test", 2),
            ("!b:lab.test", "@anna:lab.test", 1),
        ]));
        assert_eq!(
            rooms.of(&AgentId::new("@anna:lab.test")),
            Some(RoomId::new("!a:lab.test"))
        );
        assert_eq!(rooms.of(&AgentId::new("@bela:lab.test")), None);
    }

    #[test]
    fn a_room_that_is_gone_is_not_found() {
        let rooms = ManagementRooms::default();
        rooms.show(&ledger(&[("!a:lab.test", "@anna:lab.test", 2)]));
        rooms.show(&ledger(&[]));
        assert_eq!(rooms.of(&AgentId::new("@anna:lab.test")), None);
    }

    #[test]
    fn the_filter_lists_the_management_rooms_and_is_never_empty() {
        for (ledger, rooms) in [
            (ledger(&[]), vec!["!nowhere:lab.test"]),
            (
                ledger(&[("!a:lab.test", "@anna:lab.test", 2)]),
                vec!["!a:lab.test", "!nowhere:lab.test"],
            ),
        ] {
            let filter = serde_json::to_value(filter(&ledger, server_name!("lab.test"))).unwrap();
            assert_eq!(filter["room"]["rooms"], serde_json::json!(rooms));
            assert_eq!(filter["room"]["ephemeral"]["types"], serde_json::json!([]));
        }
    }
}
