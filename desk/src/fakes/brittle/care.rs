//! How chats end and come back, behind the switch.

use async_trait::async_trait;

use super::BrittleStore;
use crate::{
    chat::Chat,
    customer::Customer,
    event::Message,
    ids::{ChatId, CustomerId, MailId, MessageId, ServiceSlug, Timestamp},
    ports::StoreError,
    rating::Rating,
    report::ChatFigures,
    store::{CareReads, Store},
};

#[async_trait]
impl<S: Store> CareReads for BrittleStore<S> {
    async fn message(&self, id: &MessageId) -> Result<Option<Message>, StoreError> {
        self.inner()?.message(id).await
    }

    async fn rating(&self, chat: &ChatId) -> Result<Option<Rating>, StoreError> {
        self.inner()?.rating(chat).await
    }

    async fn mail(&self, id: &MailId) -> Result<Option<(ChatId, String)>, StoreError> {
        self.inner()?.mail(id).await
    }

    async fn chats_of(&self, customer: &CustomerId, limit: u32) -> Result<Vec<Chat>, StoreError> {
        self.inner()?.chats_of(customer, limit).await
    }

    async fn consent_of(
        &self,
        service: &ServiceSlug,
        subject: &str,
    ) -> Result<Option<(String, Timestamp)>, StoreError> {
        self.inner()?.consent_of(service, subject).await
    }

    async fn tickets_of(
        &self,
        customer: &Customer,
        limit: u32,
    ) -> Result<Vec<(u64, String)>, StoreError> {
        self.inner()?.tickets_of(customer, limit).await
    }

    async fn figures(
        &self,
        service: &ServiceSlug,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<ChatFigures>, StoreError> {
        self.inner()?.figures(service, since, limit).await
    }
}
