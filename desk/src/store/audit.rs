//! The audit log.

use async_trait::async_trait;

use crate::{audit::AuditEntry, ports::StoreError};

#[async_trait]
pub trait AuditTx: Send {
    async fn insert_audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError>;
}
