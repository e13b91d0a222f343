//! What becomes due.

use async_trait::async_trait;

use crate::{
    deadlines::Deadline,
    ids::{ChatId, Timestamp},
    ports::StoreError,
};

#[async_trait]
pub trait DeadlineTx: Send {
    /// Sets it, or moves it.
    async fn set_deadline(&mut self, deadline: &Deadline, at: Timestamp) -> Result<(), StoreError>;
    /// Sets it unless it is set; says whether it was not.
    async fn start_deadline(
        &mut self,
        deadline: &Deadline,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Clears both of the chat's idle deadlines at once: it is asked with every message.
    async fn clear_idle(&mut self, chat: &ChatId) -> Result<(), StoreError>;
    async fn clear_deadline(&mut self, deadline: &Deadline) -> Result<(), StoreError>;
    /// Takes out what is due, the oldest first, at most `limit`. What only a newer release
    /// knows is taken out too, or it would be due for ever.
    async fn take_due(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Deadline>, StoreError>;
}
