//! What programs look up page by page.

use async_trait::async_trait;
use sqlx::AssertSqlSafe;

use desk::{
    audit::{AuditEntry, AuditQuery},
    chat::Chat,
    customer::Customer,
    ids::{AgentId, CustomerId, ServiceSlug, Timestamp},
    ports::StoreError,
    store::{AdminReads, ChatQuery, Known},
};

use super::chat_where;
use crate::{
    rows::{self, count},
    sqlite::SqliteStore,
    tx::audit::pattern,
};

/// No number is as large.
fn at_most(number: Option<u64>) -> i64 {
    number.map_or(i64::MAX, |number| i64::try_from(number).unwrap_or(i64::MAX))
}

#[async_trait]
impl AdminReads for SqliteStore {
    async fn chats(
        &self,
        service: &ServiceSlug,
        query: &ChatQuery,
        limit: u32,
    ) -> Result<Vec<Chat>, StoreError> {
        let states: Vec<String> = query.state.iter().map(|it| format!("'{it}'")).collect();
        let states = match states.is_empty() {
            true => String::new(),
            false => format!("and state in ({})", states.join(", ")),
        };
        let query = sqlx::query(chat_where(&format!(
            "service = $1 and number < $2 and created_at >= $3 and created_at < $4
             and ($5 is null or customer = $5) {states}
             order by number desc limit $6"
        )))
        .bind(service.as_str())
        .bind(at_most(query.before))
        .bind(query.since.map_or(i64::MIN, Timestamp::as_millis))
        .bind(query.until.map_or(i64::MAX, Timestamp::as_millis))
        .bind(query.customer.as_ref().map(CustomerId::as_str))
        .bind(limit);
        self.rows(query, rows::chat).await
    }

    async fn audit_page(
        &self,
        query: &AuditQuery,
        before: Option<u64>,
    ) -> Result<Vec<(u64, AuditEntry)>, StoreError> {
        let query = sqlx::query(
            "select ord, at, service, actor, what, subject, old, new from audit
             where (service = $1 or service is null)
               and ord < $6
               and ($2 is null or actor = $2 or subject = $2)
               and ($3 is null or
                 lower(what || ' ' || coalesce(subject, '') || ' ' || coalesce(old, '') || ' ' || coalesce(new, ''))
                 like $3 escape '\\')
               and ($4 is null or at >= $4)
               and ($7 is null or subject = $7 or substr(subject, 1, length($7) + 1) = $7 || ' ')
             order by ord desc limit $5",
        )
        .bind(query.service.as_str())
        .bind(query.person.as_ref().map(AgentId::as_str))
        .bind(query.word.as_deref().map(pattern))
        .bind(query.since.map(Timestamp::as_millis))
        .bind(query.limit)
        .bind(at_most(before))
        .bind(query.about.as_deref());
        self.rows(query, |row| {
            Ok((count(row, "ord")?, rows::audit_entry(row)?))
        })
        .await
    }

    async fn customers(
        &self,
        service: &ServiceSlug,
        known: &Known,
        limit: u32,
    ) -> Result<Vec<Customer>, StoreError> {
        let (condition, value) = match known {
            Known::ByEmail(email) => ("lower(email) = lower($2)", email),
            Known::BySubject(subject) => ("subject = $2", subject),
        };
        let query = sqlx::query(AssertSqlSafe(format!(
            "select id, service, name, email, subject from customer
             where service = $1 and {condition}
             order by created_at desc limit $3"
        )))
        .bind(service.as_str())
        .bind(value)
        .bind(limit);
        self.rows(query, rows::customer).await
    }
}
