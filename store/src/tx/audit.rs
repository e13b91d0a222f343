//! The audit log.

use async_trait::async_trait;

use desk::{
    audit::{AuditEntry, AuditQuery},
    ids::{AgentId, ServiceSlug, Timestamp},
    ports::StoreError,
    store::AuditTx,
};

use super::SqliteTx;
use crate::rows;

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

    async fn audit(&mut self, query: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError> {
        let query = sqlx::query(
            "select at, service, actor, what, subject, old, new from audit
             where (service = $1 or service is null)
               and ($2 is null or actor = $2 or subject = $2)
               and ($3 is null or
                 lower(what || ' ' || coalesce(subject, '') || ' ' || coalesce(old, '') || ' ' || coalesce(new, ''))
                 like $3 escape '\\')
               and ($4 is null or at >= $4)
               and ($6 is null or subject = $6 or substr(subject, 1, length($6) + 1) = $6 || ' ')
             order by ord desc limit $5",
        )
        .bind(query.service.as_str())
        .bind(query.person.as_ref().map(AgentId::as_str))
        .bind(query.word.as_deref().map(pattern))
        .bind(query.since.map(Timestamp::as_millis))
        .bind(query.limit)
        .bind(query.about.as_deref());
        self.list(query, rows::audit_entry).await
    }

    async fn times_of(
        &mut self,
        service: &ServiceSlug,
        actor: &AgentId,
        what: &str,
        since: Timestamp,
    ) -> Result<Vec<Timestamp>, StoreError> {
        let query = sqlx::query(
            "select at from audit where actor = $2 and service = $1 and what = $3 and at > $4
             order by at desc",
        )
        .bind(service.as_str())
        .bind(actor.as_str())
        .bind(what)
        .bind(since.as_millis());
        self.list(query, |row| rows::time(row, "at")).await
    }
}

/// For `like`: the word anywhere, its own signs meaning themselves.
pub fn pattern(word: &str) -> String {
    let mut pattern = String::from("%");
    for c in word.to_lowercase().chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
