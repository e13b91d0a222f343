//! What leaves.

use async_trait::async_trait;

use crate::{
    effect::Effect,
    ids::{EffectId, Timestamp},
    ports::StoreError,
};

#[async_trait]
pub trait OutboxTx: Send {
    async fn enqueue(
        &mut self,
        id: &EffectId,
        effect: &Effect,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// What is delivered in this lane now, or next.
    async fn find_head(&mut self, lane: &str) -> Result<Option<Effect>, StoreError>;
    async fn dequeue(&mut self, id: &EffectId) -> Result<(), StoreError>;
    /// Keeps an effect that will never be delivered, out of its lane's way.
    async fn bury(&mut self, id: &EffectId, reason: &str) -> Result<(), StoreError>;
}
