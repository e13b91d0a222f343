//! Management rooms in which the bot and one person are alone.

use desk::ids::AgentId;
use matrix_sdk::{
    Room, RoomState,
    ruma::{
        OwnedUserId,
        api::client::{
            keys::get_keys,
            membership::get_member_events,
            room::create_room::v3::{Request as CreateRoom, RoomPreset},
        },
        events::{
            InitialStateEvent,
            room::{encryption::RoomEncryptionEventContent, member::MembershipState},
        },
    },
};
use tracing::info;

use crate::{bot::Bot, error::BotError, ledger::ManagementRoom, management};

impl Bot {
    /// A room with this person and nobody else, made if there is none.
    pub(crate) async fn room_with(&mut self, person: &OwnedUserId) -> Result<Room, BotError> {
        match self.room_of(person).await? {
            Some(room) => Ok(room),
            None => self.make_room(person).await,
        }
    }

    /// A management room with this person and nobody else in it, encrypted if there is one.
    async fn room_of(&self, person: &OwnedUserId) -> Result<Option<Room>, BotError> {
        let mut known: Vec<_> = self
            .ledger
            .rooms
            .iter()
            .filter(|(_, entry)| entry.person.as_str() == person.as_str())
            .collect();
        known.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.since));
        let mut plain = None;
        for (id, _) in known {
            let Some(room) = self.client.get_room(id) else {
                continue;
            };
            if room.state() != RoomState::Joined || !self.is_alone_with(&room, person).await? {
                continue;
            }
            if room.latest_encryption_state().await?.is_encrypted() {
                return Ok(Some(room));
            }
            plain = plain.or(Some(room));
        }
        Ok(plain)
    }

    /// As the homeserver knows it: who came a moment ago reads along.
    pub(crate) async fn is_alone_with(
        &self,
        room: &Room,
        person: &OwnedUserId,
    ) -> Result<bool, BotError> {
        let asked = get_member_events::v3::Request::new(room.room_id().to_owned());
        let answer = match self.client.send(asked).await.map_err(BotError::from) {
            Ok(answer) => answer,
            // We are not in it any more.
            Err(BotError::Never(_)) => return Ok(false),
            Err(error) => return Err(error),
        };
        let mut found = false;
        for member in answer.chunk {
            let Ok(member) = member.deserialize() else {
                return Ok(false);
            };
            if !matches!(
                member.membership(),
                MembershipState::Join | MembershipState::Invite | MembershipState::Knock
            ) {
                continue;
            }
            match member.state_key() {
                who if who == person => found = true,
                who if *who == self.me => {}
                _ => return Ok(false),
            }
        }
        Ok(found)
    }

    async fn make_room(&mut self, person: &OwnedUserId) -> Result<Room, BotError> {
        if let Some(room) = self.recover(person).await? {
            return Ok(room);
        }
        let mut request = CreateRoom::new();
        request.invite = vec![person.clone()];
        request.is_direct = true;
        request.preset = Some(RoomPreset::TrustedPrivateChat);
        if self.reads_encrypted(person).await? {
            let content = RoomEncryptionEventContent::with_recommended_defaults();
            let encrypted = InitialStateEvent::with_empty_state_key(content);
            request.initial_state = vec![encrypted.to_raw_any()];
        }
        let room = self.client.create_room(request).await?;
        info!(room.id = %room.room_id(), "the bot made a management room");
        self.enter(&room, person).await?;
        Ok(room)
    }

    /// A room that was made just before a crash: only the account knows it.
    async fn recover(&mut self, person: &OwnedUserId) -> Result<Option<Room>, BotError> {
        let listed = management::recover(&self.client, self.clock.now()).await?;
        for (id, entry) in listed {
            let is_its = entry.person.as_str() == person.as_str();
            if !is_its || self.ledger.rooms.contains_key(&id) {
                continue;
            }
            if let Some(room) = self.client.get_room(&id)
                && self.is_alone_with(&room, person).await?
            {
                self.enter(&room, person).await?;
                return Ok(Some(room));
            }
        }
        Ok(None)
    }

    async fn enter(&mut self, room: &Room, person: &OwnedUserId) -> Result<(), BotError> {
        let entry = ManagementRoom {
            person: AgentId::new(person.as_str()),
            since: self.clock.now(),
            is_direct: true,
            // The first words there are not a greeting.
            greeted: true,
            explained: None,
        };
        self.ledger.rooms.insert(room.room_id().to_owned(), entry);
        self.save_rooms().await
    }

    /// Whether the person has a device that could decrypt.
    async fn reads_encrypted(&self, person: &OwnedUserId) -> Result<bool, BotError> {
        let mut asked = get_keys::v3::Request::new();
        asked.device_keys.insert(person.clone(), Vec::new());
        let answer = self.client.send(asked).await?;
        let devices = answer.device_keys.get(person);
        Ok(devices.is_some_and(|devices| !devices.is_empty()))
    }
}
