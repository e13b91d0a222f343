//! All that is held of one person, to be told or to be erased.

use async_trait::async_trait;

use crate::{
    chat::Chat,
    customer::Customer,
    ids::{ChatId, CustomerId, EventId, ServiceSlug, Timestamp},
    ports::StoreError,
};

/// A consent, as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consented {
    /// `chat:...`, `ticket:...`.
    pub subject: String,
    pub version: String,
    pub text_hash: String,
    pub at: Timestamp,
}

#[async_trait]
pub trait ErasureTx: Send {
    async fn find_customer(&mut self, id: &CustomerId) -> Result<Option<Customer>, StoreError>;
    /// The customer's chats, the newest first, at most `limit`.
    async fn chats_by(&mut self, id: &CustomerId, limit: u32) -> Result<Vec<Chat>, StoreError>;
    /// The event, in the chat's portal, tells of its customer and shows no message.
    async fn add_told(&mut self, chat: &ChatId, event: &EventId) -> Result<(), StoreError>;
    /// Every event of the chat's portal that tells of the customer, or shows, showed or repeats something of its record.
    async fn events_in_portal(&mut self, chat: &ChatId) -> Result<Vec<EventId>, StoreError>;
    /// The events by which agents were told of the chat in the desk room.
    async fn events_in_desk(&mut self, chat: &ChatId) -> Result<Vec<EventId>, StoreError>;
    /// Tickets made in the customer's chats, also in those that are gone, or that name the address
    /// and are of no other customer (without a customer: of none that is there), and are not empty
    /// yet.
    async fn tickets_by(
        &mut self,
        service: &ServiceSlug,
        customer: Option<&CustomerId>,
        email: Option<&str>,
    ) -> Result<Vec<u64>, StoreError>;
    /// Its number, its state and who worked on it stay: no words, no names, no conversation, and
    /// nothing of it that waits to be mailed.
    async fn empty_ticket(&mut self, service: &ServiceSlug, number: u64) -> Result<(), StoreError>;
    /// That somebody agreed stays, and when and to what; not for which chat or ticket.
    async fn forget_consent(
        &mut self,
        service: &ServiceSlug,
        subject: &str,
    ) -> Result<(), StoreError>;
    /// Its place in the space is not looked after any more.
    async fn drop_listing(&mut self, chat: &ChatId) -> Result<(), StoreError>;
    /// Whether an effect that erases something of the customer waits.
    async fn is_being_erased(&mut self, id: &CustomerId) -> Result<bool, StoreError>;
}

#[async_trait]
pub trait ErasureReads: Send + Sync {
    async fn customer_since(&self, id: &CustomerId) -> Result<Option<Timestamp>, StoreError>;
    /// Likewise, those that are empty included.
    async fn tickets_of_person(
        &self,
        service: &ServiceSlug,
        customer: Option<&CustomerId>,
        email: Option<&str>,
    ) -> Result<Vec<u64>, StoreError>;
    async fn consents_of(
        &self,
        service: &ServiceSlug,
        subject: &str,
    ) -> Result<Vec<Consented>, StoreError>;
    /// When transcripts of the chat were asked for by mail, and where to as long as one waits.
    async fn mails_asked(
        &self,
        chat: &ChatId,
    ) -> Result<Vec<(Timestamp, Option<String>)>, StoreError>;
}
