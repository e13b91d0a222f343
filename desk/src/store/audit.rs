//! The audit log.

use async_trait::async_trait;

use crate::{
    audit::{AuditEntry, AuditQuery},
    ids::{AgentId, ServiceSlug, Timestamp},
    ports::StoreError,
};

#[async_trait]
pub trait AuditTx: Send {
    async fn insert_audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;
    /// What fits the query, newest first.
    async fn audit(&mut self, query: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError>;
    /// When the person has done this in the service, after `since`, the last first.
    async fn times_of(
        &mut self,
        service: &ServiceSlug,
        actor: &AgentId,
        what: &str,
        since: Timestamp,
    ) -> Result<Vec<Timestamp>, StoreError>;
}
