//! Agents: what they may, and what they are doing.

use std::time::Duration;

use async_trait::async_trait;

use crate::{
    agent::{ChatStatus, Membership, Presence},
    command::Language,
    ids::{AgentId, ServiceSlug, Timestamp},
    ports::StoreError,
};

#[async_trait]
pub trait AgentTx: Send {
    /// Adds the agent or replaces what the service says of it.
    async fn save_agent(
        &mut self,
        service: &ServiceSlug,
        membership: &Membership,
    ) -> Result<(), StoreError>;
    async fn find_agent(
        &mut self,
        service: &ServiceSlug,
        agent: &AgentId,
    ) -> Result<Option<Membership>, StoreError>;
    async fn chat_status(&mut self, agent: &AgentId) -> Result<(ChatStatus, Presence), StoreError>;
    /// In which the person wants answers.
    async fn language(&mut self, person: &AgentId) -> Result<Language, StoreError>;
    async fn save_language(
        &mut self,
        person: &AgentId,
        language: Language,
    ) -> Result<(), StoreError>;
    /// What each service says of the person, by slug.
    async fn memberships(
        &mut self,
        person: &AgentId,
    ) -> Result<Vec<(ServiceSlug, Membership)>, StoreError>;
    /// Whom the service knows, by id; those who hold nothing any more included.
    async fn members(&mut self, service: &ServiceSlug) -> Result<Vec<Membership>, StoreError>;
    /// The service that the person's commands in a management room are about.
    async fn chosen_service(&mut self, person: &AgentId)
    -> Result<Option<ServiceSlug>, StoreError>;
    async fn choose_service(
        &mut self,
        person: &AgentId,
        service: &ServiceSlug,
    ) -> Result<(), StoreError>;
    /// The services in which the person holds the permission `chat`.
    async fn services_of(&mut self, agent: &AgentId) -> Result<Vec<ServiceSlug>, StoreError>;
    /// Says whether it changed.
    async fn save_presence(
        &mut self,
        agent: &AgentId,
        presence: Presence,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Keeps that the person did something, unless that is known of less than `every` ago. Says
    /// whether it was kept.
    async fn save_activity(
        &mut self,
        person: &AgentId,
        at: Timestamp,
        every: Duration,
    ) -> Result<bool, StoreError>;
    /// The homeserver says of the person that it is offline, never said that it is online, and
    /// the person has not been told. From now on it has.
    async fn tell_unseen(&mut self, agent: &AgentId) -> Result<bool, StoreError>;
    /// Says whether it changed.
    async fn save_chat_status(
        &mut self,
        agent: &AgentId,
        status: ChatStatus,
    ) -> Result<bool, StoreError>;
}
