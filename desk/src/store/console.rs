//! The agents' page: its links and sessions, and what it lists.

use async_trait::async_trait;

use crate::{
    chat::Chat,
    console::{Line, Session},
    ids::{AgentId, ChatId, ServiceSlug, Timestamp, TokenHash},
    ports::StoreError,
};

#[async_trait]
pub trait ConsoleTx: Send {
    /// The person's newest link; those before it do not work any more.
    async fn save_console_link(
        &mut self,
        link: &TokenHash,
        person: &AgentId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Whose link this was. It works no second time, nor when its time is over.
    async fn take_console_link(
        &mut self,
        link: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<AgentId>, StoreError>;
    /// Of the person's sessions of this kind (from a room, or not), the newest `keep` stay; those
    /// that are over go.
    async fn insert_console_session(
        &mut self,
        token: &TokenHash,
        session: &Session,
        now: Timestamp,
        keep: u32,
    ) -> Result<(), StoreError>;
    async fn delete_console_session(&mut self, token: &TokenHash) -> Result<(), StoreError>;
    /// The person's sessions and links; says how many sessions there were.
    async fn delete_console_sessions_of(
        &mut self,
        person: &AgentId,
        now: Timestamp,
    ) -> Result<u64, StoreError>;
    /// Whether the agent had the chat once, or was brought in.
    async fn has_had(&mut self, chat: &ChatId, agent: &AgentId) -> Result<bool, StoreError>;
    /// What was made under this key.
    async fn find_console_deed(&mut self, key: &str) -> Result<Option<u64>, StoreError>;
    /// Forgets those made before.
    async fn insert_console_deed(
        &mut self,
        key: &str,
        number: u64,
        at: Timestamp,
        forget_before: Timestamp,
    ) -> Result<(), StoreError>;
}

#[async_trait]
pub trait ConsoleReads: Send + Sync {
    /// Whether the agent had the chat once, or was brought in.
    async fn has_had(&self, chat: &ChatId, agent: &AgentId) -> Result<bool, StoreError>;
    async fn is_brought_in(&self, chat: &ChatId, agent: &AgentId) -> Result<bool, StoreError>;
    async fn console_session(&self, token: &TokenHash) -> Result<Option<Session>, StoreError>;
    /// Chats of the service that are not closed, the oldest first, at most `limit`; for one agent,
    /// those that wait, and those that it has or was brought into.
    async fn console_lines(
        &self,
        service: &ServiceSlug,
        of: Option<&AgentId>,
        limit: u32,
    ) -> Result<Vec<Line>, StoreError>;
    /// One of them, whatever its state.
    async fn console_line(&self, chat: &Chat) -> Result<Option<Line>, StoreError>;
}
