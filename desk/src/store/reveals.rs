//! Originals that were shown to one person and must be taken back.

use async_trait::async_trait;

use crate::{
    ids::{AgentId, EffectId, EventId, RoomId, Timestamp},
    ports::StoreError,
};

#[async_trait]
pub trait RevealTx: Send {
    /// Somebody will be shown something by this effect in this room.
    async fn start_reveal(
        &mut self,
        reveal: &EffectId,
        person: &AgentId,
        room: &RoomId,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// The room in which it may have been shown.
    async fn find_reveal_room(&mut self, reveal: &EffectId) -> Result<Option<RoomId>, StoreError>;
    /// Where it stands in its room.
    async fn save_reveal(&mut self, reveal: &EffectId, event: &EventId) -> Result<(), StoreError>;
    /// Where it stands, if that is known.
    async fn find_reveal(
        &mut self,
        reveal: &EffectId,
    ) -> Result<Option<(RoomId, EventId)>, StoreError>;
    async fn delete_reveal(&mut self, reveal: &EffectId) -> Result<(), StoreError>;
}
