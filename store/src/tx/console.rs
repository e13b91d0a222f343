//! The agents' page: links, sessions, and what was done under which key.

use async_trait::async_trait;

use desk::{
    console::Session,
    ids::{AgentId, ChatId, Timestamp, TokenHash},
    ports::StoreError,
    store::ConsoleTx,
};

use super::SqliteTx;
use crate::{
    reads::console::HAS_HAD,
    rows::{count, get, number},
};

#[async_trait]
impl ConsoleTx for SqliteTx<'_> {
    async fn save_console_link(
        &mut self,
        link: &TokenHash,
        person: &AgentId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let query = sqlx::query("delete from console_link where person = $1");
        self.run(query.bind(person.as_str())).await?;
        let query =
            sqlx::query("insert into console_link (hash, person, expires_at) values ($1, $2, $3)")
                .bind(link.as_str())
                .bind(person.as_str())
                .bind(expires_at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn take_console_link(
        &mut self,
        link: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<AgentId>, StoreError> {
        let over = sqlx::query("delete from console_link where expires_at <= $1");
        self.run(over.bind(now.as_millis())).await?;
        let query = sqlx::query("delete from console_link where hash = $1 returning person")
            .bind(link.as_str());
        self.find(query, |row| get::<String>(row, "person").map(AgentId::new))
            .await
    }

    async fn insert_console_session(
        &mut self,
        token: &TokenHash,
        session: &Session,
        now: Timestamp,
        keep: u32,
    ) -> Result<(), StoreError> {
        let over = sqlx::query("delete from console_session where expires_at <= $1");
        self.run(over.bind(now.as_millis())).await?;
        let query = sqlx::query(
            "insert into console_session (hash, person, service, chat, expires_at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(token.as_str())
        .bind(session.person.as_str())
        .bind(session.focus.as_ref().map(|focus| focus.service.as_str()))
        .bind(
            session
                .focus
                .as_ref()
                .and_then(|focus| focus.chat.as_ref())
                .map(ChatId::as_str),
        )
        .bind(session.expires_at.as_millis());
        self.run(query).await?;
        let query = sqlx::query(
            "delete from console_session
             where person = $1 and (service is null) = $3 and hash not in (
               select hash from console_session where person = $1 and (service is null) = $3
               order by rowid desc limit $2)",
        )
        .bind(session.person.as_str())
        .bind(keep)
        .bind(session.focus.is_none());
        self.run(query).await.map(drop)
    }

    async fn delete_console_session(&mut self, token: &TokenHash) -> Result<(), StoreError> {
        let query = sqlx::query("delete from console_session where hash = $1").bind(token.as_str());
        self.run(query).await.map(drop)
    }

    async fn delete_console_sessions_of(
        &mut self,
        person: &AgentId,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let query = sqlx::query("delete from console_link where person = $1");
        self.run(query.bind(person.as_str())).await?;
        let over = sqlx::query("delete from console_session where expires_at <= $1");
        self.run(over.bind(now.as_millis())).await?;
        let query = sqlx::query("delete from console_session where person = $1");
        self.run(query.bind(person.as_str())).await
    }

    async fn has_had(&mut self, chat: &ChatId, agent: &AgentId) -> Result<bool, StoreError> {
        let query = sqlx::query(HAS_HAD)
            .bind(chat.as_str())
            .bind(agent.as_str());
        Ok(self.find(query, |_| Ok(())).await?.is_some())
    }

    async fn find_console_deed(&mut self, key: &str) -> Result<Option<u64>, StoreError> {
        let query = sqlx::query("select number from console_deed where key = $1").bind(key);
        self.find(query, |row| count(row, "number")).await
    }

    async fn insert_console_deed(
        &mut self,
        key: &str,
        made: u64,
        at: Timestamp,
        forget_before: Timestamp,
    ) -> Result<(), StoreError> {
        let old = sqlx::query("delete from console_deed where at < $1");
        self.run(old.bind(forget_before.as_millis())).await?;
        let query = sqlx::query("insert into console_deed (key, number, at) values ($1, $2, $3)")
            .bind(key)
            .bind(number(made)?)
            .bind(at.as_millis());
        self.run(query).await.map(drop)
    }
}
