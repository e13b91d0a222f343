//! What leaves.

use async_trait::async_trait;

use desk::{
    effect::Effect,
    ids::{EffectId, Timestamp},
    ports::StoreError,
    store::OutboxTx,
};

use super::SqliteTx;
use crate::rows::{get, json, to_json};

#[async_trait]
impl OutboxTx for SqliteTx<'_> {
    async fn enqueue(
        &mut self,
        id: &EffectId,
        effect: &Effect,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into outbox (id, lane, effect, created_at) values ($1, $2, $3, $4)",
        )
        .bind(id.as_str())
        .bind(effect.lane())
        .bind(to_json(effect)?)
        .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn find_head(&mut self, lane: &str) -> Result<Option<Effect>, StoreError> {
        let query = sqlx::query(
            "select effect from outbox where lane = $1 and buried is null order by ord limit 1",
        );
        self.find(query.bind(lane), |row| json(get(row, "effect")?))
            .await
    }

    async fn dequeue(&mut self, id: &EffectId) -> Result<(), StoreError> {
        self.run(sqlx::query("delete from outbox where id = $1").bind(id.as_str()))
            .await
            .map(drop)
    }

    async fn bury(&mut self, id: &EffectId, reason: &str) -> Result<(), StoreError> {
        let query = sqlx::query("update outbox set buried = $2 where id = $1")
            .bind(id.as_str())
            .bind(reason);
        self.run(query).await.map(drop)
    }
}
