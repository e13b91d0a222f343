//! That agents type, and what they have read: told to those who watch, and not stored.

use super::Engine;
use crate::{
    chat::Chat,
    gestures::Gestures,
    ids::{AgentId, EventId, RoomId, Timestamp},
    permission::Permission,
    ports::StoreError,
};

/// What is known of the event that somebody has read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadUpTo {
    Event(EventId),
    /// When an event was sent that is none of a chat's record, such as a notice of ours.
    Time(Timestamp),
}

impl Engine {
    /// What customers do that is not stored.
    pub fn gestures(&self) -> &Gestures {
        &self.gestures
    }

    /// Exactly these people type in the room.
    pub async fn typing_seen(&self, room: &RoomId, people: &[AgentId]) -> Result<(), StoreError> {
        let Some(chat) = self.open_chat(room).await? else {
            return Ok(());
        };
        let mut names = Vec::new();
        // Nobody else types: then nobody is asked for.
        if !people.is_empty() {
            let members = self.store.members(&chat.service).await?;
            let typing = members.into_iter().filter(|member| {
                people.contains(&member.agent) && member.permissions.holds(Permission::Chat)
            });
            names.extend(typing.map(|member| member.name));
        }
        self.audience.typing(&chat.id, names);
        Ok(())
    }

    /// An agent has read up to here. Says whether the event is known: if not, its time is.
    pub async fn read_seen(
        &self,
        room: &RoomId,
        person: &AgentId,
        up_to: &ReadUpTo,
    ) -> Result<bool, StoreError> {
        let Some(chat) = self.open_chat(room).await? else {
            return Ok(true);
        };
        let members = self.store.members(&chat.service).await?;
        let counts = members
            .iter()
            .any(|member| member.agent == *person && member.permissions.holds(Permission::Chat));
        if !counts {
            return Ok(true);
        }
        let seq = match up_to {
            ReadUpTo::Event(event) => match self.store.seq_of_event(&chat.id, event).await? {
                Some(seq) => self.store.last_delivered(&chat.id, seq).await?,
                None => return Ok(false),
            },
            ReadUpTo::Time(at) => self.store.last_delivered_before(&chat.id, *at).await?,
        };
        if let Some(seq) = seq {
            self.audience.read(&chat.id, seq);
        }
        Ok(true)
    }

    async fn open_chat(&self, room: &RoomId) -> Result<Option<Chat>, StoreError> {
        self.store.open_chat_of(room).await
    }
}
