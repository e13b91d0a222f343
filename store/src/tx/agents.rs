//! Agents: what they may, and what they are doing.

use std::time::Duration;

use async_trait::async_trait;

use desk::{
    agent::{ChatStatus, Membership, Presence},
    command::Language,
    ids::{AgentId, ServiceSlug, Timestamp},
    permission::Permission,
    ports::StoreError,
    store::AgentTx,
};

use super::SqliteTx;
use crate::{
    reads::MEMBERS,
    rows::{self, get, to_json},
};

#[async_trait]
impl AgentTx for SqliteTx<'_> {
    async fn save_agent(
        &mut self,
        service: &ServiceSlug,
        membership: &Membership,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into agent (service, id, name, may_chat, capacity, permissions, member_of)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (service, id) do update
             set name = excluded.name, may_chat = excluded.may_chat, capacity = excluded.capacity,
               permissions = excluded.permissions, member_of = excluded.member_of",
        )
        .bind(service.as_str())
        .bind(membership.agent.as_str())
        .bind(&membership.name)
        .bind(membership.permissions.holds(Permission::Chat))
        .bind(membership.capacity)
        .bind(to_json(&membership.permissions)?)
        .bind(to_json(&membership.groups)?);
        self.run(query).await.map(drop)
    }

    async fn find_agent(
        &mut self,
        service: &ServiceSlug,
        agent: &AgentId,
    ) -> Result<Option<Membership>, StoreError> {
        let query = sqlx::query(
            "select id, name, capacity, permissions, member_of from agent
             where service = $1 and id = $2",
        )
        .bind(service.as_str())
        .bind(agent.as_str());
        self.find(query, rows::membership).await
    }

    async fn chat_status(&mut self, agent: &AgentId) -> Result<(ChatStatus, Presence), StoreError> {
        let query =
            sqlx::query("select status, presence from person where id = $1").bind(agent.as_str());
        let found = self
            .find(query, |row| {
                Ok((
                    rows::status(get(row, "status")?),
                    rows::presence(get(row, "presence")?),
                ))
            })
            .await?;
        Ok(found.unwrap_or_default())
    }

    async fn language(&mut self, person: &AgentId) -> Result<Language, StoreError> {
        let query = sqlx::query("select language from person where id = $1").bind(person.as_str());
        let found = self
            .find(query, |row| get::<Option<String>>(row, "language"))
            .await?
            .flatten();
        Ok(found
            .and_then(|word| Language::from_word(&word))
            .unwrap_or_default())
    }

    async fn save_language(
        &mut self,
        person: &AgentId,
        language: Language,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into person (id, language) values ($1, $2)
             on conflict (id) do update set language = excluded.language",
        )
        .bind(person.as_str())
        .bind(language.as_str());
        self.run(query).await.map(drop)
    }

    async fn memberships(
        &mut self,
        person: &AgentId,
    ) -> Result<Vec<(ServiceSlug, Membership)>, StoreError> {
        let query = sqlx::query(
            "select service, id, name, capacity, permissions, member_of from agent
             where id = $1 order by service",
        )
        .bind(person.as_str());
        self.list(query, |row| {
            let service = get::<String>(row, "service").map(ServiceSlug::new)?;
            Ok((service, rows::membership(row)?))
        })
        .await
    }

    async fn members(&mut self, service: &ServiceSlug) -> Result<Vec<Membership>, StoreError> {
        let query = sqlx::query(MEMBERS).bind(service.as_str());
        self.list(query, rows::membership).await
    }

    async fn chosen_service(
        &mut self,
        person: &AgentId,
    ) -> Result<Option<ServiceSlug>, StoreError> {
        let query = sqlx::query("select service from person where id = $1").bind(person.as_str());
        let found = self
            .find(query, |row| get::<Option<String>>(row, "service"))
            .await?;
        Ok(found.flatten().map(ServiceSlug::new))
    }

    async fn choose_service(
        &mut self,
        person: &AgentId,
        service: &ServiceSlug,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into person (id, service) values ($1, $2)
             on conflict (id) do update set service = excluded.service",
        )
        .bind(person.as_str())
        .bind(service.as_str());
        self.run(query).await.map(drop)
    }

    async fn services_of(&mut self, agent: &AgentId) -> Result<Vec<ServiceSlug>, StoreError> {
        let query =
            sqlx::query("select service from agent where id = $1 and may_chat order by service")
                .bind(agent.as_str());
        self.list(query, |row| {
            get::<String>(row, "service").map(ServiceSlug::new)
        })
        .await
    }

    async fn save_presence(
        &mut self,
        agent: &AgentId,
        presence: Presence,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "insert into person (id, presence, presence_at, online_at) values ($1, $2, $3, $4)
             on conflict (id) do update set presence = excluded.presence, presence_at = excluded.presence_at,
               online_at = coalesce(excluded.online_at, person.online_at)
             where person.presence <> excluded.presence",
        )
        .bind(agent.as_str())
        .bind(presence.as_str())
        .bind(at.as_millis())
        .bind((presence == Presence::Online).then_some(at.as_millis()));
        Ok(self.run(query).await? > 0)
    }

    async fn save_activity(
        &mut self,
        person: &AgentId,
        at: Timestamp,
        every: Duration,
    ) -> Result<bool, StoreError> {
        let every = i64::try_from(every.as_millis()).unwrap_or(i64::MAX);
        let query = sqlx::query(
            "insert into person (id, active_at) values ($1, $2)
             on conflict (id) do update set active_at = excluded.active_at
             where person.active_at is null or person.active_at <= $3",
        )
        .bind(person.as_str())
        .bind(at.as_millis())
        .bind(at.as_millis().saturating_sub(every));
        Ok(self.run(query).await? > 0)
    }

    async fn tell_unseen(&mut self, agent: &AgentId) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "update person set told_unseen = true
             where id = $1 and presence = 'offline' and online_at is null and not told_unseen",
        )
        .bind(agent.as_str());
        Ok(self.run(query).await? > 0)
    }

    async fn save_chat_status(
        &mut self,
        agent: &AgentId,
        status: ChatStatus,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "insert into person (id, status) values ($1, $2)
             on conflict (id) do update set status = excluded.status
             where person.status <> excluded.status",
        )
        .bind(agent.as_str())
        .bind(status.as_str());
        Ok(self.run(query).await? > 0)
    }
}
