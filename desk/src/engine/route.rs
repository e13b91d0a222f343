//! Offering waiting chats, and taking back offers that ran out. Everything is checked again in
//! the transaction that makes the assignment.

use tracing::info;

use super::{Engine, Work};
use crate::{
    agent::Attendance,
    chat::{Chat, ChatState},
    effect::Effect,
    event::ChatEventKind,
    ids::{AgentId, ServiceSlug},
    ports::StoreError,
    refusal::DeskError,
    routing::{Candidate, least_loaded},
    service::Routing,
};

/// How many chats are read at once.
const BATCH: u32 = 50;

impl Work<'_> {
    /// Offers waiting chats, first come first, until no eligible agent has a free slot.
    pub(super) async fn route(&mut self, slug: &ServiceSlug) -> Result<(), StoreError> {
        let Some(service) = self.tx.find_service(slug).await? else {
            return Ok(());
        };
        loop {
            let waiting = self.tx.waiting(slug, BATCH).await?;
            let last = waiting.len() < BATCH as usize;
            for chat in waiting {
                if !self.offer(chat, &service.settings.routing).await? {
                    return Ok(());
                }
            }
            if last {
                return Ok(());
            }
        }
    }

    pub(super) fn attendance(&self, rules: &Routing) -> Attendance {
        Attendance {
            basis: rules.presence,
            now: self.now,
        }
    }

    /// Offers a waiting chat to whom it is for. Says whether there was anybody.
    async fn offer(&mut self, mut chat: Chat, rules: &Routing) -> Result<bool, StoreError> {
        let candidates = self.tx.candidates(&chat).await?;
        let Some(chosen) = least_loaded(&candidates, self.attendance(rules)) else {
            return Ok(false);
        };
        let agent = chosen.agent.id.clone();
        let until = self.now + rules.accept_timeout();
        let Ok(offered) = chat.state.offer(agent.clone(), until) else {
            return Ok(false);
        };
        info!(chat.id = %chat.id, agent.id = %agent, "the chat is offered to an agent");
        chat.state = offered;
        self.tx.save_chat(&chat).await?;
        self.tx.insert_offer(&chat.id, &agent, self.now).await?;
        self.enqueue(Effect::Invite {
            chat: chat.id.clone(),
            agent: agent.clone(),
        })
        .await?;
        self.enqueue(Effect::Announce {
            chat: chat.id,
            agent,
        })
        .await?;
        self.moves = true;
        Ok(true)
    }

    /// Puts an offered or active chat back to the queue and offers it on.
    pub(super) async fn release(&mut self, chat: &mut Chat) -> Result<(), StoreError> {
        let holder = chat.state.holder().cloned();
        let offered_to = match &chat.state {
            ChatState::Offered { agent, .. } => Some(agent.clone()),
            ChatState::Waiting | ChatState::Active { .. } | ChatState::Closed { .. } => None,
        };
        let Ok(waiting) = chat.state.clone().release() else {
            return Ok(());
        };
        chat.state = waiting;
        self.tx.save_chat(chat).await?;
        if let Some(agent) = offered_to {
            self.enqueue(Effect::Withdraw {
                chat: chat.id.clone(),
                agent,
            })
            .await?;
        } else {
            self.enqueue(Effect::Rename {
                chat: chat.id.clone(),
            })
            .await?;
        }
        self.tell_waiting(chat).await?;
        self.route_freed(chat, holder.as_ref()).await
    }

    /// The agent has a free slot: who waits in the chat's service comes first, then who waits in
    /// the agent's others.
    pub(super) async fn route_freed(
        &mut self,
        chat: &Chat,
        agent: Option<&AgentId>,
    ) -> Result<(), StoreError> {
        self.route(&chat.service).await?;
        match agent {
            Some(agent) => self.route_for(agent).await,
            None => Ok(()),
        }
    }

    /// Tells the customer its place in the queue, and whether to think of leaving an inquiry:
    /// when nobody is there, or everybody who is there has let an offer of this chat pass.
    pub(super) async fn tell_waiting(&mut self, chat: &Chat) -> Result<(), StoreError> {
        let candidates = self.tx.candidates(chat).await?;
        let Some(service) = self.tx.find_service(&chat.service).await? else {
            return Ok(());
        };
        let attendance = self.attendance(&service.settings.routing);
        let hopeful = |candidate: &Candidate| {
            candidate.agent.is_routable(attendance) && candidate.offered_before == 0
        };
        let contact = !candidates.iter().any(hopeful);
        let before = self.tx.waiting_before(chat).await?;
        self.append(
            &chat.id,
            &ChatEventKind::Waiting {
                position: before + 1,
                contact,
            },
        )
        .await?;
        Ok(())
    }

    /// The agent joined the portal: it takes the chat if nobody has it and it may.
    pub(super) async fn accept(
        &mut self,
        chat: &mut Chat,
        agent: &AgentId,
    ) -> Result<(), StoreError> {
        let candidates = self.tx.candidates(chat).await?;
        let Some(candidate) = candidates
            .iter()
            .find(|candidate| candidate.agent.id == *agent)
        else {
            return Ok(());
        };
        let was_offered_to = chat.state.holder().cloned();
        // Its own offer holds a slot already; anybody else needs a free one. Presence is not asked
        // for: who joins is there.
        let holds_offer = was_offered_to.as_ref() == Some(agent);
        if !candidate.agent.may_chat() || !(holds_offer || candidate.has_free_slot()) {
            return Ok(());
        }
        let Ok(active) = chat.state.clone().accept(agent.clone()) else {
            return Ok(());
        };
        info!(chat.id = %chat.id, agent.id = %agent, "the agent took the chat");
        let name = candidate.agent.name.clone();
        chat.state = active;
        self.tx.save_chat(chat).await?;
        self.append(&chat.id, &ChatEventKind::Active { agent: name })
            .await?;
        self.enqueue(Effect::Rename {
            chat: chat.id.clone(),
        })
        .await?;
        self.moves = true;
        if let Some(other) = was_offered_to.filter(|_| !holds_offer) {
            self.enqueue(Effect::Withdraw {
                chat: chat.id.clone(),
                agent: other.clone(),
            })
            .await?;
            self.route_freed(chat, Some(&other)).await?;
        }
        Ok(())
    }
}

impl Engine {
    /// Takes back the offers that have run out and offers those chats on.
    pub async fn take_back_overdue_offers(&self) -> Result<(), DeskError> {
        let mut work = self.begin().await?;
        let overdue = work.tx.overdue(work.now, BATCH).await?;
        for mut chat in overdue {
            work.release(&mut chat).await?;
        }
        work.moves = true;
        Ok(work.commit().await?)
    }
}
