//! The agents' page.

use async_trait::async_trait;

use super::BrittleStore;
use crate::{
    chat::Chat,
    console::{Line, Session},
    ids::{AgentId, ChatId, ServiceSlug, TokenHash},
    ports::StoreError,
    store::{ConsoleReads, Store},
};

#[async_trait]
impl<S: Store> ConsoleReads for BrittleStore<S> {
    async fn has_had(&self, chat: &ChatId, agent: &AgentId) -> Result<bool, StoreError> {
        self.inner()?.has_had(chat, agent).await
    }

    async fn is_brought_in(&self, chat: &ChatId, agent: &AgentId) -> Result<bool, StoreError> {
        self.inner()?.is_brought_in(chat, agent).await
    }

    async fn console_session(&self, token: &TokenHash) -> Result<Option<Session>, StoreError> {
        self.inner()?.console_session(token).await
    }

    async fn console_lines(
        &self,
        service: &ServiceSlug,
        of: Option<&AgentId>,
        limit: u32,
    ) -> Result<Vec<Line>, StoreError> {
        self.inner()?.console_lines(service, of, limit).await
    }

    async fn console_line(&self, chat: &Chat) -> Result<Option<Line>, StoreError> {
        self.inner()?.console_line(chat).await
    }
}
