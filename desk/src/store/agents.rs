//! Agents: what they may, and what they are doing.

use async_trait::async_trait;

use crate::{
    agent::{ChatStatus, Presence},
    ids::{AgentId, ServiceSlug, Timestamp},
    ports::StoreError,
};

#[async_trait]
pub trait AgentTx: Send {
    /// Adds the agent or replaces its name, permission and capacity (`None`: the service's).
    async fn save_agent(
        &mut self,
        service: &ServiceSlug,
        agent: &AgentId,
        name: &str,
        may_chat: bool,
        capacity: Option<u32>,
    ) -> Result<(), StoreError>;
    /// Takes the permission `chat` from all agents of the service.
    async fn revoke_all(&mut self, service: &ServiceSlug) -> Result<(), StoreError>;
    async fn chat_status(&mut self, agent: &AgentId) -> Result<(ChatStatus, Presence), StoreError>;
    async fn services_of(&mut self, agent: &AgentId) -> Result<Vec<ServiceSlug>, StoreError>;
    /// Says whether it changed.
    async fn save_presence(
        &mut self,
        agent: &AgentId,
        presence: Presence,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Says whether it changed.
    async fn save_chat_status(
        &mut self,
        agent: &AgentId,
        status: ChatStatus,
    ) -> Result<bool, StoreError>;
}
