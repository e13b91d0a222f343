//! The audit log.

use async_trait::async_trait;

use desk::{audit::AuditEntry, ids::ServiceSlug, ports::StoreError, store::AuditTx};

use super::SqliteTx;

#[async_trait]
impl AuditTx for SqliteTx<'_> {
    async fn insert_audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into audit (at, service, actor, what, subject, old, new)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(entry.at.as_millis())
        .bind(entry.service.as_ref().map(ServiceSlug::as_str))
        .bind(entry.actor.as_str())
        .bind(&entry.what)
        .bind(&entry.subject)
        .bind(&entry.old)
        .bind(&entry.new);
        self.run(query).await.map(drop)
    }
}
