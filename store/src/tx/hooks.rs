//! Webhooks, and what waits to be told.

use async_trait::async_trait;
use sqlx::{AssertSqlSafe, sqlite::SqliteRow};

use desk::{
    ids::{AgentId, EffectId, ServiceSlug, Timestamp, WebhookId},
    masks::Sealed,
    ports::StoreError,
    store::HookTx,
    webhook::{Delivery, HookSecret, KeptSecret, Webhook},
};

use super::SqliteTx;
use crate::{
    rows::{count, get, json, time, to_json},
    sqlite::failed,
};

const WEBHOOK: &str = "select id, service, number, url, kinds, made_by, made_at, failing_since,
   trouble, delivered_at, ended_at
 from webhook where removed_at is null";

/// The newest first.
pub const SECRETS: &str = "select id, until, plain, key_id, nonce, bytes from webhook_secret
 where webhook = $1 order by until is not null, until desc";

pub fn webhook_where(condition: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("{WEBHOOK} and {condition}"))
}

/// Without its secrets.
pub fn webhook(row: &SqliteRow) -> Result<Webhook, StoreError> {
    let at =
        |column| Ok::<_, StoreError>(get::<Option<i64>>(row, column)?.map(Timestamp::from_millis));
    Ok(Webhook {
        id: WebhookId::new(get::<String>(row, "id")?),
        service: ServiceSlug::new(get::<String>(row, "service")?),
        number: count(row, "number")?,
        url: get(row, "url")?,
        kinds: json(get(row, "kinds")?)?,
        made_by: AgentId::new(get::<String>(row, "made_by")?),
        made_at: time(row, "made_at")?,
        failing_since: at("failing_since")?,
        trouble: get(row, "trouble")?,
        delivered_at: at("delivered_at")?,
        ended_at: at("ended_at")?,
        secrets: Vec::new(),
    })
}

pub fn secret(row: &SqliteRow) -> Result<HookSecret, StoreError> {
    let kept = match get::<Option<String>>(row, "plain")? {
        Some(plain) => KeptSecret::Plain(plain),
        None => KeptSecret::Sealed(Sealed {
            key: get(row, "key_id")?,
            nonce: get(row, "nonce")?,
            bytes: get(row, "bytes")?,
        }),
    };
    Ok(HookSecret {
        id: get(row, "id")?,
        until: get::<Option<i64>>(row, "until")?.map(Timestamp::from_millis),
        kept,
    })
}

pub fn delivery(row: &SqliteRow) -> Result<Delivery, StoreError> {
    let attempts = get::<i64>(row, "attempts")?;
    Ok(Delivery {
        id: EffectId::new(get::<String>(row, "id")?),
        webhook: WebhookId::new(get::<String>(row, "webhook")?),
        what: json(get(row, "what")?)?,
        created_at: time(row, "created_at")?,
        attempts: u32::try_from(attempts).map_err(failed)?,
    })
}

fn millis(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_millis)
}

#[async_trait]
impl HookTx for SqliteTx<'_> {
    async fn insert_webhook(&mut self, webhook: &mut Webhook) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into webhook (id, service, number, url, kinds, made_by, made_at)
             select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6
             from webhook where service = $2
             returning number as n",
        )
        .bind(webhook.id.as_str())
        .bind(webhook.service.as_str())
        .bind(&webhook.url)
        .bind(to_json(&webhook.kinds)?)
        .bind(webhook.made_by.as_str())
        .bind(webhook.made_at.as_millis());
        webhook.number = self.counted(query).await?;
        for secret in webhook.secrets.clone() {
            self.add_secret(&webhook.id, &secret).await?;
        }
        Ok(())
    }

    async fn webhooks_of(&mut self, service: &ServiceSlug) -> Result<Vec<Webhook>, StoreError> {
        let query = sqlx::query(webhook_where("service = $1 order by number"));
        let mut found = self.list(query.bind(service.as_str()), webhook).await?;
        for webhook in &mut found {
            let query = sqlx::query(SECRETS).bind(webhook.id.as_str());
            webhook.secrets = self.list(query, secret).await?;
        }
        Ok(found)
    }

    async fn find_webhook(&mut self, id: &WebhookId) -> Result<Option<Webhook>, StoreError> {
        let query = sqlx::query(webhook_where("id = $1"));
        let Some(mut found) = self.find(query.bind(id.as_str()), webhook).await? else {
            return Ok(None);
        };
        let query = sqlx::query(SECRETS).bind(id.as_str());
        found.secrets = self.list(query, secret).await?;
        Ok(Some(found))
    }

    async fn save_webhook(&mut self, webhook: &Webhook) -> Result<(), StoreError> {
        let query = sqlx::query(
            "update webhook set failing_since = $2, trouble = $3, delivered_at = $4, ended_at = $5
             where id = $1",
        )
        .bind(webhook.id.as_str())
        .bind(millis(webhook.failing_since))
        .bind(&webhook.trouble)
        .bind(millis(webhook.delivered_at))
        .bind(millis(webhook.ended_at));
        self.run(query).await.map(drop)
    }

    async fn delete_webhook(&mut self, id: &WebhookId, at: Timestamp) -> Result<(), StoreError> {
        self.delete_deliveries(id).await?;
        self.run(sqlx::query("delete from webhook_secret where webhook = $1").bind(id.as_str()))
            .await?;
        let query = sqlx::query("update webhook set url = '', removed_at = $2 where id = $1")
            .bind(id.as_str())
            .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn add_secret(&mut self, id: &WebhookId, secret: &HookSecret) -> Result<(), StoreError> {
        let (plain, sealed) = match &secret.kept {
            KeptSecret::Plain(plain) => (Some(plain), None),
            KeptSecret::Sealed(sealed) => (None, Some(sealed)),
        };
        let query = sqlx::query(
            "insert into webhook_secret (id, webhook, until, plain, key_id, nonce, bytes)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&secret.id)
        .bind(id.as_str())
        .bind(millis(secret.until))
        .bind(plain)
        .bind(sealed.map(|sealed| sealed.key.as_str()))
        .bind(sealed.map(|sealed| sealed.nonce.as_slice()))
        .bind(sealed.map(|sealed| sealed.bytes.as_slice()));
        self.run(query).await.map(drop)
    }

    async fn retire_secret(&mut self, id: &WebhookId, until: Timestamp) -> Result<(), StoreError> {
        let gone =
            sqlx::query("delete from webhook_secret where webhook = $1 and until is not null");
        self.run(gone.bind(id.as_str())).await?;
        let query = sqlx::query("update webhook_secret set until = $2 where webhook = $1")
            .bind(id.as_str())
            .bind(until.as_millis());
        self.run(query).await.map(drop)
    }

    async fn insert_delivery(&mut self, delivery: &Delivery) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into delivery (id, webhook, lane, what, created_at, next_at)
             values ($1, $2, $3, $4, $5, $5)",
        )
        .bind(delivery.id.as_str())
        .bind(delivery.webhook.as_str())
        .bind(delivery.what.lane())
        .bind(to_json(&delivery.what)?)
        .bind(delivery.created_at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn deliveries_of(&mut self, id: &WebhookId) -> Result<u64, StoreError> {
        let query = sqlx::query("select count(*) as n from delivery where webhook = $1");
        self.counted(query.bind(id.as_str())).await
    }

    async fn delete_delivery(&mut self, id: &EffectId) -> Result<(), StoreError> {
        self.run(sqlx::query("delete from delivery where id = $1").bind(id.as_str()))
            .await
            .map(drop)
    }

    async fn postpone_delivery(
        &mut self,
        id: &EffectId,
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let query =
            sqlx::query("update delivery set attempts = attempts + 1, next_at = $2 where id = $1")
                .bind(id.as_str())
                .bind(until.as_millis());
        self.run(query).await.map(drop)
    }

    async fn delete_deliveries(&mut self, id: &WebhookId) -> Result<(), StoreError> {
        self.run(sqlx::query("delete from delivery where webhook = $1").bind(id.as_str()))
            .await
            .map(drop)
    }
}
