//! What routing asks: who waits, who could take it, who was offered what.

use async_trait::async_trait;

use crate::{
    chat::Chat,
    ids::{AgentId, ChatId, ServiceSlug, Timestamp},
    ports::StoreError,
    routing::Candidate,
};

#[async_trait]
pub trait QueueTx: Send {
    /// Waiting chats of a service, first come first, at most `limit`.
    async fn waiting(&mut self, service: &ServiceSlug, limit: u32)
    -> Result<Vec<Chat>, StoreError>;
    /// How many chats of the service wait and came before this one.
    async fn waiting_before(&mut self, chat: &Chat) -> Result<u64, StoreError>;
    /// Chats whose offer has run out.
    async fn overdue(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Chat>, StoreError>;
    /// The agents of the chat's service, with their loads and their history with this chat.
    async fn candidates(&mut self, chat: &Chat) -> Result<Vec<Candidate>, StoreError>;
    async fn insert_offer(
        &mut self,
        chat: &ChatId,
        agent: &AgentId,
        at: Timestamp,
    ) -> Result<(), StoreError>;
}
