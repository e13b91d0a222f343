//! The brittle store's reads of what is held of one person.

use async_trait::async_trait;

use super::BrittleStore;
use crate::{
    ids::{ChatId, CustomerId, ServiceSlug, Timestamp},
    ports::StoreError,
    store::{Consented, ErasureReads, Store},
};

#[async_trait]
impl<S: Store> ErasureReads for BrittleStore<S> {
    async fn customer_since(&self, id: &CustomerId) -> Result<Option<Timestamp>, StoreError> {
        self.inner()?.customer_since(id).await
    }

    async fn tickets_of_person(
        &self,
        service: &ServiceSlug,
        customer: Option<&CustomerId>,
        email: Option<&str>,
    ) -> Result<Vec<u64>, StoreError> {
        self.inner()?
            .tickets_of_person(service, customer, email)
            .await
    }

    async fn consents_of(
        &self,
        service: &ServiceSlug,
        subject: &str,
    ) -> Result<Vec<Consented>, StoreError> {
        self.inner()?.consents_of(service, subject).await
    }

    async fn mails_asked(
        &self,
        chat: &ChatId,
    ) -> Result<Vec<(Timestamp, Option<String>)>, StoreError> {
        self.inner()?.mails_asked(chat).await
    }
}
