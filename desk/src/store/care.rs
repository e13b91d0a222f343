//! How chats end and come back: ratings, mails, earlier chats, identified customers, retention.

use async_trait::async_trait;

use crate::{
    chat::Chat,
    customer::Customer,
    event::Message,
    ids::{ChatId, CustomerId, MailId, MessageId, ServiceSlug, Timestamp, TokenHash},
    ports::StoreError,
    rating::Rating,
    report::ChatFigures,
};

#[async_trait]
pub trait CareTx: Send {
    async fn find_customer_by_subject(
        &mut self,
        service: &ServiceSlug,
        subject: &str,
    ) -> Result<Option<Customer>, StoreError>;
    /// The customer's newest chat.
    async fn find_latest_chat(&mut self, customer: &CustomerId)
    -> Result<Option<Chat>, StoreError>;
    /// Of the customer's chats that are not closed, the newest.
    async fn find_open_chat(&mut self, customer: &CustomerId) -> Result<Option<Chat>, StoreError>;
    /// One more visitor token for the chat; of all, the newest `keep` stay.
    async fn add_visitor_token(
        &mut self,
        chat: &ChatId,
        token: &TokenHash,
        at: Timestamp,
        keep: u32,
    ) -> Result<(), StoreError>;

    /// An agent took the chat; only the first time counts.
    async fn mark_taken(&mut self, chat: &ChatId, at: Timestamp) -> Result<(), StoreError>;
    /// An agent wrote; only the first time counts.
    async fn mark_answered(&mut self, chat: &ChatId, at: Timestamp) -> Result<(), StoreError>;
    /// When the customer last wrote.
    async fn find_last_word(&mut self, chat: &ChatId) -> Result<Option<Timestamp>, StoreError>;

    async fn find_rating(&mut self, chat: &ChatId) -> Result<Option<Rating>, StoreError>;
    async fn save_rating(&mut self, rating: &Rating) -> Result<(), StoreError>;

    /// How many transcripts of the chat were asked for by mail.
    async fn mails_of(&mut self, chat: &ChatId) -> Result<u64, StoreError>;
    async fn insert_mail(
        &mut self,
        id: &MailId,
        chat: &ChatId,
        email: &str,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Keeps that there was a mail, without its address.
    async fn forget_address(&mut self, id: &MailId) -> Result<(), StoreError>;

    /// Chats of the service closed before this moment, the oldest first, at most `limit`.
    async fn expired(
        &mut self,
        service: &ServiceSlug,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Chat>, StoreError>;
    /// Deletes the chat with its record, its rating, its visitor tokens and what waits for it.
    /// The consent stays.
    async fn delete_chat(&mut self, chat: &ChatId) -> Result<(), StoreError>;
    /// Deletes the customer unless it has a chat; says whether it had none.
    async fn delete_lone_customer(&mut self, customer: &CustomerId) -> Result<bool, StoreError>;
}

/// Reads beside the transactions.
#[async_trait]
pub trait CareReads: Send + Sync {
    /// The message as it is now.
    async fn message(&self, id: &MessageId) -> Result<Option<Message>, StoreError>;
    async fn rating(&self, chat: &ChatId) -> Result<Option<Rating>, StoreError>;
    /// The chat and the address of a mail that is not yet sent.
    async fn mail(&self, id: &MailId) -> Result<Option<(ChatId, String)>, StoreError>;
    /// The customer's chats, the newest first, at most `limit`.
    async fn chats_of(&self, customer: &CustomerId, limit: u32) -> Result<Vec<Chat>, StoreError>;
    /// Version and time of the consent given for this (`chat:...`, `ticket:...`).
    async fn consent_of(
        &self,
        service: &ServiceSlug,
        subject: &str,
    ) -> Result<Option<(String, Timestamp)>, StoreError>;
    /// Number and subject of the tickets made in the customer's chats, or that name this address,
    /// the newest first, at most `limit`.
    async fn tickets_of(
        &self,
        customer: &Customer,
        limit: u32,
    ) -> Result<Vec<(u64, String)>, StoreError>;
    /// The chats started since then, at most `limit`.
    async fn figures(
        &self,
        service: &ServiceSlug,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<ChatFigures>, StoreError>;
}
