//! Chats, their customers and consents.

use async_trait::async_trait;

use crate::{
    chat::Chat,
    customer::Customer,
    ids::{ChatId, RoomId, ServiceSlug, Timestamp, TokenHash},
    ports::StoreError,
};

#[async_trait]
pub trait ChatTx: Send {
    async fn insert_customer(
        &mut self,
        customer: &Customer,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    async fn save_customer(&mut self, customer: &Customer) -> Result<(), StoreError>;
    async fn find_customer_by_token(
        &mut self,
        service: &ServiceSlug,
        token: &TokenHash,
    ) -> Result<Option<Customer>, StoreError>;
    async fn insert_consent(
        &mut self,
        service: &ServiceSlug,
        subject: &str,
        version: &str,
        text_hash: &str,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Gives the chat the next number of its service and returns it.
    async fn insert_chat(&mut self, chat: &mut Chat, token: &TokenHash) -> Result<(), StoreError>;
    /// Locks the chat until the transaction ends.
    async fn find_chat(&mut self, chat: &ChatId) -> Result<Option<Chat>, StoreError>;
    async fn find_chat_of_portal(&mut self, room: &RoomId) -> Result<Option<Chat>, StoreError>;
    /// State and portal.
    async fn save_chat(&mut self, chat: &Chat) -> Result<(), StoreError>;
}
