//! The brittle store's reads of webhooks.

use async_trait::async_trait;

use super::BrittleStore;
use crate::{
    ids::{Timestamp, WebhookId},
    ports::StoreError,
    store::{HookReads, Store},
    webhook::{Delivery, Webhook},
};

#[async_trait]
impl<S: Store> HookReads for BrittleStore<S> {
    async fn webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, StoreError> {
        self.inner()?.webhook(id).await
    }

    async fn due_deliveries(
        &self,
        now: Timestamp,
        each: u32,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        self.inner()?.due_deliveries(now, each, limit).await
    }

    async fn next_delivery(&self, after: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        self.inner()?.next_delivery(after).await
    }

    async fn deliveries_waiting(&self) -> Result<u64, StoreError> {
        self.inner()?.deliveries_waiting().await
    }
}
