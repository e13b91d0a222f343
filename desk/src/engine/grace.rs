//! Agents who are lost keep their chats for a while. The end of that time is stored with each
//! chat, so a restart does not prolong it.

use tracing::info;

use super::{
    Work,
    route::{BATCH, Because},
};
use crate::{
    agent::Agent,
    chat::{Chat, ChatState, Target},
    effect::RoutingNotice,
    ids::{AgentId, Timestamp},
    ports::StoreError,
    routing::Entry,
    service::{Basis, Service},
};

/// What was heard of an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Presence,
    Activity,
}

impl Work<'_> {
    /// Something was heard of the agent: its chats are counted down, or not any more.
    pub(super) async fn mind_grace(
        &mut self,
        agent: &AgentId,
        heard: Heard,
    ) -> Result<(), StoreError> {
        for mut chat in self.tx.chats_of(agent).await? {
            if looks_after(&chat) != Some(agent) {
                continue;
            }
            let Some((service, found)) = self.holder(&chat, agent).await? else {
                continue;
            };
            let until = self.grace_until(&service, &found, &chat, heard);
            if until != chat.handling.grace_until {
                chat.handling.grace_until = until;
                self.tx.save_chat(&chat).await?;
                self.moves = true;
            }
        }
        Ok(())
    }

    fn grace_until(
        &self,
        service: &Service,
        agent: &Agent,
        chat: &Chat,
        heard: Heard,
    ) -> Option<Timestamp> {
        let rules = &service.settings.routing;
        let running = chat.handling.grace_until;
        let until = agent.loses_chats_at(self.attendance(rules), rules.grace());
        match (heard, rules.presence) {
            // It was never seen, or is lost already: what it does is no presence.
            (Heard::Activity, Basis::Matrix) => running,
            (Heard::Activity, Basis::Activity | Basis::Status) => until,
            // From offline to unknown is no news.
            (Heard::Presence, _) => until.map(|until| running.map_or(until, |at| at.min(until))),
        }
    }

    async fn holder(
        &mut self,
        chat: &Chat,
        agent: &AgentId,
    ) -> Result<Option<(Service, Agent)>, StoreError> {
        let Some(service) = self.tx.find_service(&chat.service).await? else {
            return Ok(None);
        };
        let found = self.tx.candidate(&service, agent).await?;
        Ok(found.map(|found| (service, found.agent)))
    }

    /// Takes chats from those who have not come back in time.
    pub(super) async fn take_from_the_lost(&mut self) -> Result<(), StoreError> {
        for mut chat in self.tx.lost(self.now, BATCH).await? {
            let Some(agent) = looks_after(&chat).cloned() else {
                chat.handling.grace_until = None;
                self.tx.save_chat(&chat).await?;
                continue;
            };
            let found = self.holder(&chat, &agent).await?;
            // The settings may have changed meanwhile, and who is active has more time.
            if let Some((service, found)) = found {
                let rules = &service.settings.routing;
                let attendance = self.attendance(rules);
                if !found.is_lost(attendance) {
                    let until = found.loses_chats_at(attendance, rules.grace());
                    chat.handling.grace_until = until.filter(|until| *until > self.now);
                    self.tx.save_chat(&chat).await?;
                    continue;
                }
            }
            self.lose(&mut chat, agent).await?;
        }
        Ok(())
    }

    async fn lose(&mut self, chat: &mut Chat, agent: AgentId) -> Result<(), StoreError> {
        info!(chat.id = %chat.id, agent.id = %agent, "the agent is lost, and the chat waits again");
        let notice = RoutingNotice::Lost {
            agent: agent.clone(),
        };
        self.tell_room(chat, notice).await?;
        match chat.state {
            ChatState::Active { .. } => self.release(chat, Because::Lost).await,
            _ => self.giver_is_gone(chat, Entry::Lost { agent }).await,
        }
    }

    /// Who handed the chat over cannot look after it until it is taken: now the customer waits.
    pub(super) async fn giver_is_gone(
        &mut self,
        chat: &mut Chat,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let giver = chat.handling.handed_over_by.take();
        chat.handling.grace_until = None;
        self.tx.save_chat(chat).await?;
        self.tx.log_routing(&chat.id, self.now, &entry).await?;
        self.tell_waiting(chat).await?;
        self.route_freed(chat, giver.as_ref()).await
    }

    /// Chats that one agent could not take in time are for everybody.
    pub(super) async fn widen_transfers(&mut self) -> Result<(), StoreError> {
        for mut chat in self.tx.widening(self.now, BATCH).await? {
            self.widen_if_over(&mut chat).await?;
            self.tx.save_chat(&chat).await?;
            self.queued.push(chat.id.clone());
            self.route(&chat.service).await?;
        }
        Ok(())
    }

    /// The time of the one agent it was for may also have passed while it was offered to them. To
    /// be saved by whoever asks.
    pub(super) async fn widen_if_over(&mut self, chat: &mut Chat) -> Result<(), StoreError> {
        let Some(Target::Agent { agent, until }) = &chat.handling.target else {
            return Ok(());
        };
        if *until > self.now {
            return Ok(());
        }
        let agent = agent.clone();
        chat.handling.target = None;
        let entry = Entry::Widened { agent };
        self.tx.log_routing(&chat.id, self.now, &entry).await
    }
}

/// The agent who answers the customer: who has the chat, or handed it over and stays until it is
/// taken.
fn looks_after(chat: &Chat) -> Option<&AgentId> {
    match &chat.state {
        ChatState::Active { agent } => Some(agent),
        ChatState::Waiting | ChatState::Offered { .. } => chat.handling.handed_over_by.as_ref(),
        ChatState::Closed { .. } => None,
    }
}
