//! What comes.

use async_trait::async_trait;

use crate::{
    event::Received,
    ids::{EventId, Timestamp},
    ports::StoreError,
};

#[async_trait]
pub trait InboxTx: Send {
    /// Stores the events that were not received before; says how many.
    async fn receive(&mut self, events: &[Received], at: Timestamp) -> Result<usize, StoreError>;
    /// Puts the events of one room into this order, those never received included. What else is
    /// unprocessed of the room comes behind them; processed events stay as they are.
    async fn reorder(&mut self, events: &[Received], at: Timestamp) -> Result<(), StoreError>;
    /// Says whether it was unprocessed, and forgets its body.
    async fn mark_processed(&mut self, event: &EventId) -> Result<bool, StoreError>;
}
