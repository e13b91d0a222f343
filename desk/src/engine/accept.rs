//! Somebody joins a portal, or answers in one that nobody has: who gets the chat by that.

use tracing::info;

use super::{Work, route::Because};
use crate::{
    chat::{Chat, ChatState},
    effect::{Effect, Notice, RoutingNotice},
    event::ChatEventKind,
    ids::AgentId,
    permission::Permission,
    ports::StoreError,
    routing::{Candidate, Entry, Outcome},
    service::{Basis, Service},
    webhook::Happening,
};

impl Work<'_> {
    /// Who may neither chat nor supervise is taken out again. Who was not brought in as a guest
    /// takes the chat if nobody has it and it may.
    pub(super) async fn joined(
        &mut self,
        chat: &mut Chat,
        person: &AgentId,
    ) -> Result<(), StoreError> {
        let held = self.permissions(person, &chat.service).await?;
        if !held.holds(Permission::Chat) {
            if !held.holds(Permission::Supervise) {
                self.remove(chat, person).await?;
                let agent = person.clone();
                self.tell_room(chat, RoutingNotice::NotAllowedHere { agent })
                    .await?;
            }
            return match &chat.state {
                ChatState::Offered { agent, .. } if agent == person => {
                    self.release(chat, Because::Revoked).await
                }
                _ => Ok(()),
            };
        }
        match self.accept(chat, person).await? {
            Some(why_not) => self.tell_room(chat, why_not).await,
            None => Ok(()),
        }
    }

    /// An agent writes where nobody has the chat: it takes it, as by joining.
    pub(super) async fn answered(
        &mut self,
        chat: &mut Chat,
        agent: &AgentId,
    ) -> Result<(), StoreError> {
        match chat.state {
            ChatState::Waiting | ChatState::Offered { .. }
                if chat.handling.handed_over_by.as_ref() != Some(agent) =>
            {
                self.accept(chat, agent).await.map(drop)
            }
            _ => Ok(()),
        }
    }

    /// The agent takes the chat if nobody has it and it may; else says what to tell the room.
    /// Presence is not asked for: who joins is there.
    pub(super) async fn accept(
        &mut self,
        chat: &mut Chat,
        agent: &AgentId,
    ) -> Result<Option<RoutingNotice>, StoreError> {
        let Ok(active) = chat.state.clone().accept(agent.clone()) else {
            return Ok(None);
        };
        let Some(service) = self.tx.find_service(&chat.service).await? else {
            return Ok(None);
        };
        let offered_to = chat.state.holder().cloned();
        let has_offer = offered_to.as_ref() == Some(agent);
        if !has_offer && self.tx.is_guest(&chat.id, agent).await? {
            return Ok(None);
        }
        let Some(candidate) = self.tx.candidate(&service, agent).await? else {
            return Ok(None);
        };
        if !candidate.agent.may_chat() {
            return Ok(None);
        }
        if let Some(why_not) = self.unfit(chat, &service, &candidate, has_offer).await? {
            return Ok(Some(why_not));
        }
        info!(chat.id = %chat.id, agent.id = %agent, "the agent took the chat");
        chat.state = active;
        self.take_over(chat, &service, &candidate, offered_to)
            .await?;
        Ok(None)
    }

    /// Its own offer holds a slot already, and so does a chat it handed over; anybody else needs a
    /// free one, and must be one for whom the chat is.
    async fn unfit(
        &mut self,
        chat: &Chat,
        service: &Service,
        candidate: &Candidate,
        has_offer: bool,
    ) -> Result<Option<RoutingNotice>, StoreError> {
        let id = &candidate.agent.id;
        if has_offer || chat.handling.handed_over_by.as_ref() == Some(id) {
            return Ok(None);
        }
        let agent = id.clone();
        if !candidate.has_free_slot() {
            return Ok(Some(RoutingNotice::Full { agent }));
        }
        let is_for = match chat.handling.target {
            None => true,
            Some(_) => {
                let waiting = self.tx.history(chat.clone()).await?;
                self.board(service).await?.is_for(&waiting, id)
            }
        };
        Ok((!is_for).then_some(RoutingNotice::NotMeant { agent }))
    }

    async fn take_over(
        &mut self,
        chat: &mut Chat,
        service: &Service,
        candidate: &Candidate,
        offered_to: Option<AgentId>,
    ) -> Result<(), StoreError> {
        let agent = &candidate.agent.id;
        let giver = chat.handling.handed_over_by.take();
        let giver = giver.filter(|giver| giver != agent);
        chat.handling.target = None;
        let rules = &service.settings.routing;
        let attendance = self.attendance(rules);
        // Where activity counts, somebody nobody sees online is lost when activity ends. Where it
        // does not, only an agent who was seen can be lost.
        chat.handling.grace_until = match rules.presence {
            Basis::Activity => candidate.agent.loses_chats_at(attendance, rules.grace()),
            Basis::Matrix | Basis::Status => None,
        };
        self.tx.save_chat(chat).await?;
        self.tx.save_accepted(&chat.id, self.now).await?;
        self.conclude_offer(chat, agent, offered_to.as_ref())
            .await?;
        let name = candidate.agent.name.clone();
        self.append(&chat.id, &ChatEventKind::Active { agent: name })
            .await?;
        let id = chat.id.clone();
        self.enqueue(Effect::Rename { chat: id }).await?;
        if let Some(from) = giver.clone() {
            let agent = agent.clone();
            self.tell_room(chat, RoutingNotice::TookOver { agent, from })
                .await?;
        }
        let accepted = Happening::ChatAccepted {
            chat: chat.id.clone(),
            agent: agent.clone(),
        };
        self.publish(&chat.service, accepted).await?;
        self.moves = true;
        let other = offered_to.filter(|other| other != agent);
        for freed in [other, giver].into_iter().flatten() {
            self.route_freed(chat, Some(&freed)).await?;
        }
        // One less waits.
        self.route(&chat.service).await
    }

    /// Keeps that the agent has had the chat, and takes back what was offered to another.
    async fn conclude_offer(
        &mut self,
        chat: &Chat,
        agent: &AgentId,
        offered_to: Option<&AgentId>,
    ) -> Result<(), StoreError> {
        if let Some(other) = offered_to.filter(|other| *other != agent) {
            self.end_offer(chat, other, Outcome::Withdrawn).await?;
        }
        let outcome = Outcome::Accepted;
        let agent = agent.clone();
        let entry = match self.tx.end_offer(&chat.id, &agent, outcome).await? {
            true => Entry::Ended { agent, outcome },
            false => {
                self.tx.insert_offer(&chat.id, &agent, self.now).await?;
                self.tx.end_offer(&chat.id, &agent, outcome).await?;
                Entry::Taken { agent }
            }
        };
        self.tx.log_routing(&chat.id, self.now, &entry).await
    }

    pub(super) async fn remove(&mut self, chat: &Chat, agent: &AgentId) -> Result<(), StoreError> {
        self.enqueue(Effect::Remove {
            chat: chat.id.clone(),
            agent: agent.clone(),
        })
        .await
    }

    pub(super) async fn tell_room(
        &mut self,
        chat: &Chat,
        notice: RoutingNotice,
    ) -> Result<(), StoreError> {
        self.enqueue(Effect::Notify {
            chat: chat.id.clone(),
            notice: Notice::Routing(notice),
        })
        .await
    }
}
