//! What routing asks: who waits, who could take it, who was offered what.

use async_trait::async_trait;

use desk::{
    chat::Chat,
    ids::{AgentId, ChatId, ServiceSlug, Timestamp},
    ports::StoreError,
    routing::Candidate,
    store::{QueueTx, ServiceTx},
};

use super::SqliteTx;
use crate::{
    reads::{CANDIDATES, chat_where},
    rows::{self},
};

#[async_trait]
impl QueueTx for SqliteTx<'_> {
    async fn waiting(
        &mut self,
        service: &ServiceSlug,
        limit: u32,
    ) -> Result<Vec<Chat>, StoreError> {
        let query = sqlx::query(chat_where(
            "service = $1 and state = 'waiting' order by number limit $2",
        ))
        .bind(service.as_str())
        .bind(limit);
        self.list(query, rows::chat).await
    }

    async fn waiting_before(&mut self, chat: &Chat) -> Result<u64, StoreError> {
        let query =
            sqlx::query("select count(*) as n from chat where service = $1 and state = 'waiting' and number < $2")
                .bind(chat.service.as_str())
                .bind(rows::number(chat.number)?);
        self.counted(query).await
    }

    async fn overdue(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Chat>, StoreError> {
        let query = sqlx::query(chat_where(
            "state = 'offered' and offered_until <= $1 order by offered_until limit $2",
        ))
        .bind(now.as_millis())
        .bind(limit);
        self.list(query, rows::chat).await
    }

    async fn candidates(&mut self, chat: &Chat) -> Result<Vec<Candidate>, StoreError> {
        let Some(service) = self.find_service(&chat.service).await? else {
            return Ok(Vec::new());
        };
        let query = sqlx::query(CANDIDATES)
            .bind(chat.service.as_str())
            .bind(chat.id.as_str());
        self.list(query, |row| {
            rows::candidate(row, service.settings.routing.capacity)
        })
        .await
    }

    async fn insert_offer(
        &mut self,
        chat: &ChatId,
        agent: &AgentId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let query = sqlx::query("insert into offer (chat, agent, at) values ($1, $2, $3)")
            .bind(chat.as_str())
            .bind(agent.as_str())
            .bind(at.as_millis());
        self.run(query).await.map(drop)
    }
}
