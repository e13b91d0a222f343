//! Clearing out what was kept long enough.

use std::time::Duration;

use tracing::info;

use super::Work;
use crate::{
    audit::AuditEntry, chat::Chat, deadlines::Deadline, effect::Effect, ids::AgentId,
    ports::StoreError, service::Service,
};

/// How many chats are cleared out at once, and how long after the next are: a room costs the
/// homeserver a second or so to empty.
const BATCH: u32 = 20;
const PAUSE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);
/// Who did it, in the audit log.
const ACTOR: &str = "helproom";

impl Work<'_> {
    /// Sees to it that there is a next time.
    pub(super) async fn plan_clearing(&mut self) -> Result<(), StoreError> {
        let first = self.now + PAUSE;
        self.moves |= self.tx.start_deadline(&Deadline::Retention, first).await?;
        Ok(())
    }

    /// Deletes a batch; says when it goes on.
    pub(super) async fn clear_out(&mut self) -> Result<(), StoreError> {
        let mut left = BATCH;
        for service in self.engine.store.services().await? {
            left -= self.clear_out_of(&service, left).await?;
        }
        let pause = if left == 0 { PAUSE } else { DAY };
        let next = self.now + pause;
        self.tx.set_deadline(&Deadline::Retention, next).await
    }

    /// At most `limit` chats; says how many.
    async fn clear_out_of(&mut self, service: &Service, limit: u32) -> Result<u32, StoreError> {
        let Some(days) = service.settings.retention_days.filter(|_| limit > 0) else {
            return Ok(0);
        };
        let before = self.now - DAY * days;
        let expired = self.tx.expired(&service.slug, before, limit).await?;
        if expired.is_empty() {
            return Ok(0);
        }
        let mut customers = 0_u32;
        for chat in &expired {
            self.forget(chat).await?;
            customers += u32::from(self.tx.delete_lone_customer(&chat.customer).await?);
        }
        let chats = u32::try_from(expired.len()).unwrap_or(limit);
        info!(service = %service.slug, chats, customers, "closed chats were deleted");
        self.tx
            .insert_audit(&AuditEntry {
                at: self.now,
                service: Some(service.slug.clone()),
                actor: AgentId::new(ACTOR),
                what: "retention".into(),
                subject: Some(format!("{chats} chats, {customers} customers")),
                old: None,
                new: None,
            })
            .await?;
        Ok(chats)
    }

    async fn forget(&mut self, chat: &Chat) -> Result<(), StoreError> {
        if let Some(room) = chat.room.clone() {
            self.enqueue(Effect::EmptyRoom {
                room,
                chat: chat.id.clone(),
                service: chat.service.clone(),
                customer: chat.customer.clone(),
            })
            .await?;
        }
        self.erase_all_of(chat).await?;
        self.tx.delete_chat(&chat.id).await
    }
}
