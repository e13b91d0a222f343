//! Permissions change while chats run.

use super::{Engine, Work, route::Because};
use crate::{
    chat::ChatState,
    ids::{AgentId, ServiceSlug},
    permission::Permission,
    ports::StoreError,
    routing::Entry,
};

impl Engine {
    /// The permissions of the agent in this service were changed by other means than a command.
    pub async fn permissions_changed(
        &self,
        service: &ServiceSlug,
        agent: &AgentId,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        work.permissions_changed(service, agent).await?;
        work.commit().await
    }
}

impl Work<'_> {
    /// To be called after the permissions of the agent in this service were saved. Who may not
    /// chat any more loses its chats to the queue and others, and is taken out of the rooms unless
    /// it supervises; who may now gets what waits.
    pub(super) async fn permissions_changed(
        &mut self,
        service: &ServiceSlug,
        agent: &AgentId,
    ) -> Result<(), StoreError> {
        let held = self.permissions(agent, service).await?;
        if held.holds(Permission::Chat) {
            return self.route(service).await;
        }
        for chat in self.tx.chats_open_to(service, agent).await? {
            if !held.holds(Permission::Supervise) {
                self.remove(&chat, agent).await?;
            }
        }
        for mut chat in self.tx.chats_of(agent).await? {
            if chat.service != *service {
                continue;
            }
            let hands_over = chat.handling.handed_over_by.as_ref() == Some(agent);
            if chat.state.holder() == Some(agent) {
                if hands_over {
                    chat.handling.handed_over_by = None;
                }
                self.release(&mut chat, Because::Revoked).await?;
            } else if hands_over && !matches!(chat.state, ChatState::Closed { .. }) {
                let agent = agent.clone();
                self.giver_is_gone(&mut chat, Entry::Revoked { agent })
                    .await?;
            }
        }
        Ok(())
    }
}
