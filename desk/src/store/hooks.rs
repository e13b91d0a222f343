//! Webhooks, and what waits to be told.

use async_trait::async_trait;

use crate::{
    ids::{EffectId, ServiceSlug, Timestamp, WebhookId},
    ports::StoreError,
    webhook::{Delivery, HookSecret, Webhook},
};

#[async_trait]
pub trait HookTx: Send {
    /// Gives the webhook the next number of its service.
    async fn insert_webhook(&mut self, webhook: &mut Webhook) -> Result<(), StoreError>;
    /// The service's webhooks, by number.
    async fn webhooks_of(&mut self, service: &ServiceSlug) -> Result<Vec<Webhook>, StoreError>;
    async fn find_webhook(&mut self, id: &WebhookId) -> Result<Option<Webhook>, StoreError>;
    /// How it goes with it.
    async fn save_webhook(&mut self, webhook: &Webhook) -> Result<(), StoreError>;
    /// With its secrets and what waits for it.
    async fn delete_webhook(&mut self, id: &WebhookId, at: Timestamp) -> Result<(), StoreError>;
    async fn add_secret(&mut self, id: &WebhookId, secret: &HookSecret) -> Result<(), StoreError>;
    /// The webhook's present secret is in use until then, and those before are deleted.
    async fn retire_secret(&mut self, id: &WebhookId, until: Timestamp) -> Result<(), StoreError>;

    async fn insert_delivery(&mut self, delivery: &Delivery) -> Result<(), StoreError>;
    /// How many wait for the webhook.
    async fn deliveries_of(&mut self, id: &WebhookId) -> Result<u64, StoreError>;
    async fn delete_delivery(&mut self, id: &EffectId) -> Result<(), StoreError>;
    /// It was tried once more in vain and is tried again at this time.
    async fn postpone_delivery(
        &mut self,
        id: &EffectId,
        until: Timestamp,
    ) -> Result<(), StoreError>;
    /// All that waits for the webhook.
    async fn delete_deliveries(&mut self, id: &WebhookId) -> Result<(), StoreError>;
}

#[async_trait]
pub trait HookReads: Send + Sync {
    async fn webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, StoreError>;
    /// The first of each lane that may be tried now, the oldest first: at most `each` for one
    /// webhook, and at most `limit`.
    async fn due_deliveries(
        &self,
        now: Timestamp,
        each: u32,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError>;
    /// When, after this moment, the next may be tried.
    async fn next_delivery(&self, after: Timestamp) -> Result<Option<Timestamp>, StoreError>;
    /// How many wait, for all webhooks.
    async fn deliveries_waiting(&self) -> Result<u64, StoreError>;
}
