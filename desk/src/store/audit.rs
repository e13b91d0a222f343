//! The audit log.

use async_trait::async_trait;

use crate::{
    audit::{AuditEntry, AuditQuery},
    ports::StoreError,
};

#[async_trait]
pub trait AuditTx: Send {
    async fn insert_audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;
    /// What fits the query, newest first.
    async fn audit(&mut self, query: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError>;
}
