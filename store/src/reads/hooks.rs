//! Reads of webhooks.

use async_trait::async_trait;

use desk::{
    ids::{Timestamp, WebhookId},
    ports::StoreError,
    store::HookReads,
    webhook::{Delivery, Webhook},
};

use super::first;
use crate::{
    rows,
    sqlite::SqliteStore,
    tx::hooks::{SECRETS, delivery, secret, webhook, webhook_where},
};

#[async_trait]
impl HookReads for SqliteStore {
    async fn webhook(&self, id: &WebhookId) -> Result<Option<Webhook>, StoreError> {
        let query = sqlx::query(webhook_where("id = $1"));
        let Some(mut found) = self.row(query.bind(id.as_str()), webhook).await? else {
            return Ok(None);
        };
        let query = sqlx::query(SECRETS).bind(id.as_str());
        found.secrets = self.rows(query, secret).await?;
        Ok(Some(found))
    }

    async fn due_deliveries(
        &self,
        now: Timestamp,
        each: u32,
        limit: u32,
    ) -> Result<Vec<Delivery>, StoreError> {
        let query = sqlx::query(
            // Each webhook's first before any second, and of one that fails only the first: what
            // hangs must not keep the others waiting.
            "select delivery.id, webhook, what, created_at, attempts from (
               select ord, id, webhook, what, created_at, attempts,
                 row_number() over (partition by webhook order by ord) as place
               from delivery
               where next_at <= $1 and not exists (
                 select 1 from delivery as before
                 where before.webhook = delivery.webhook and before.lane = delivery.lane
                   and before.ord < delivery.ord)
             ) as delivery
             join webhook on webhook.id = delivery.webhook
             where place <= case when webhook.failing_since is null then $2 else 1 end
             order by place, ord limit $3",
        )
        .bind(now.as_millis())
        .bind(each)
        .bind(limit);
        self.rows(query, delivery).await
    }

    async fn next_delivery(&self, after: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let query = sqlx::query("select min(next_at) from delivery where next_at > $1")
            .bind(after.as_millis());
        let found = self.row(query, first::<Option<i64>>).await?;
        Ok(found.flatten().map(Timestamp::from_millis))
    }

    async fn deliveries_waiting(&self) -> Result<u64, StoreError> {
        let query = sqlx::query("select count(*) as n from delivery");
        let found = self.row(query, |row| rows::count(row, "n")).await?;
        Ok(found.unwrap_or_default())
    }
}
