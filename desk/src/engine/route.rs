//! Offering waiting chats, and taking back offers that ran out. Everything is checked again in
//! the transaction that makes the assignment.

use std::time::Duration;

use tracing::info;

use super::{Engine, Work};
use crate::{
    agent::Attendance,
    chat::{Chat, ChatState, Target},
    effect::Effect,
    ids::{AgentId, ServiceSlug},
    ports::StoreError,
    refusal::DeskError,
    routing::{Board, Entry, Outcome, Waiting},
    service::{Mode, Routing, Service},
};

/// How many chats are read at once.
pub(super) const BATCH: u32 = 50;

/// How long an offer stands whose invitation cannot be delivered: nobody else could be invited
/// either. From its delivery on, the service's time counts.
const UNINVITED: Duration = Duration::from_secs(10 * 60);

/// Why an agent does not have a chat any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Because {
    Declined,
    /// The offer's time ran out.
    Passed,
    Left,
    Lost,
    Revoked,
    /// Somebody gives it to another.
    Moved,
}

impl Because {
    fn outcome(self) -> Outcome {
        match self {
            Self::Declined | Self::Left => Outcome::Declined,
            Self::Passed | Self::Lost => Outcome::Passed,
            Self::Revoked | Self::Moved => Outcome::Withdrawn,
        }
    }

    fn entry(self, agent: AgentId) -> Option<Entry> {
        match self {
            Self::Lost => Some(Entry::Lost { agent }),
            Self::Revoked => Some(Entry::Revoked { agent }),
            Self::Declined | Self::Passed | Self::Left => Some(Entry::Left { agent }),
            Self::Moved => None,
        }
    }
}

impl Work<'_> {
    /// Offers waiting chats, first come first, until no eligible agent has a free slot, and tells
    /// customers whose place in the queue has changed.
    pub(super) async fn route(&mut self, slug: &ServiceSlug) -> Result<(), StoreError> {
        if !self.tx.anybody_waits(slug).await? {
            return Ok(());
        }
        let Some(service) = self.tx.find_service(slug).await? else {
            return Ok(());
        };
        let mut board = self.board(&service).await?;
        let mut last = 0;
        while !board.is_exhausted() {
            let batch = self.tx.waiting(&service, last, BATCH).await?;
            let Some(end) = batch.last() else { break };
            last = end.chat.number;
            for waiting in batch {
                self.place(&service, &mut board, waiting).await?;
            }
            // Claimed chats wait to be taken: who is told of the first of them is busy enough.
            if service.settings.routing.mode == Mode::Claim {
                break;
            }
        }
        self.log_those_nobody_takes(&service, &board).await?;
        self.tell_queue(&service, &board).await
    }

    pub(super) async fn board(&mut self, service: &Service) -> Result<Board, StoreError> {
        let rules = &service.settings.routing;
        let agents = self.tx.agents(service).await?;
        Ok(Board::new(agents, self.attendance(rules), rules.strategy))
    }

    pub(super) fn attendance(&self, rules: &Routing) -> Attendance {
        Attendance {
            basis: rules.presence,
            now: self.now,
        }
    }

    /// Offers the chat to whom it is for, or tells those who may claim it.
    async fn place(
        &mut self,
        service: &Service,
        board: &mut Board,
        waiting: Waiting,
    ) -> Result<(), StoreError> {
        let rules = &service.settings.routing;
        let meant = matches!(waiting.chat.handling.target, Some(Target::Agent { .. }));
        if rules.mode == Mode::Claim && !meant {
            return self.call(board, &waiting).await;
        }
        let Some(choice) = board.decide(&waiting, self.engine.ids.luck()) else {
            return Ok(());
        };
        let entry = Entry::Offered {
            others: board.others(&waiting, Some(&choice.agent)),
            to: choice.agent.clone(),
            rule: choice.rule,
        };
        let mut chat = waiting.chat;
        if self.offer(&mut chat, &choice.agent, rules, &entry).await? {
            board.assign(&chat, &choice.agent, self.now);
        }
        Ok(())
    }

    /// Offers a waiting chat to the agent, who was found fit in this transaction. Says whether it
    /// could be.
    pub(super) async fn offer(
        &mut self,
        chat: &mut Chat,
        agent: &AgentId,
        rules: &Routing,
        entry: &Entry,
    ) -> Result<bool, StoreError> {
        let until = self.now + UNINVITED.max(rules.accept_timeout());
        let Ok(offered) = chat.state.clone().offer(agent.clone(), until) else {
            return Ok(false);
        };
        info!(chat.id = %chat.id, agent.id = %agent, "the chat is offered to an agent");
        chat.state = offered;
        self.tx.save_chat(chat).await?;
        self.tx.insert_offer(&chat.id, agent, self.now).await?;
        self.tx.log_routing(&chat.id, self.now, entry).await?;
        self.enqueue(Effect::Invite {
            chat: chat.id.clone(),
            agent: agent.clone(),
        })
        .await?;
        self.enqueue(Effect::Announce {
            chat: chat.id.clone(),
            agent: agent.clone(),
        })
        .await?;
        self.moves = true;
        Ok(true)
    }

    /// Of the chats that came to the queue just now: why each of the agents did not get it.
    async fn log_those_nobody_takes(
        &mut self,
        service: &Service,
        board: &Board,
    ) -> Result<(), StoreError> {
        for chat in std::mem::take(&mut self.queued) {
            let Some(chat) = self.tx.find_chat(&chat).await? else {
                continue;
            };
            if chat.service != service.slug {
                self.queued.push(chat.id);
            } else if chat.state == ChatState::Waiting
                && service.settings.routing.mode == Mode::Auto
            {
                let waiting = self.tx.history(chat).await?;
                let others = board.others(&waiting, None);
                self.tx
                    .log_routing(&waiting.chat.id, self.now, &Entry::Nobody { others })
                    .await?;
            }
        }
        Ok(())
    }

    /// Puts an offered or active chat back to the queue and offers it on.
    pub(super) async fn release(
        &mut self,
        chat: &mut Chat,
        because: Because,
    ) -> Result<(), StoreError> {
        let holder = chat.state.holder().cloned();
        if !self.put_back(chat, because).await? {
            return Ok(());
        }
        if chat.handling.handed_over_by.is_none() {
            self.tell_waiting(chat).await?;
        }
        self.route_freed(chat, holder.as_ref()).await
    }

    /// Back to the queue, where it has its old place. Says whether somebody had it.
    pub(super) async fn put_back(
        &mut self,
        chat: &mut Chat,
        because: Because,
    ) -> Result<bool, StoreError> {
        let was = chat.state.clone();
        let (Ok(waiting), Some(holder)) = (was.clone().release(), was.holder().cloned()) else {
            return Ok(false);
        };
        chat.state = waiting;
        chat.handling.grace_until = None;
        if let ChatState::Offered { .. } = was {
            let refused = matches!(because, Because::Declined | Because::Passed | Because::Left);
            let target = chat.handling.target.as_ref();
            if refused && target.and_then(Target::agent) == Some(&holder) {
                chat.handling.target = None;
            }
            self.end_offer(chat, &holder, because.outcome()).await?;
            self.widen_if_over(chat).await?;
        } else if let Some(entry) = because.entry(holder) {
            self.tx.log_routing(&chat.id, self.now, &entry).await?;
        }
        self.tx.save_chat(chat).await?;
        if let ChatState::Active { .. } = was {
            let chat = chat.id.clone();
            self.enqueue(Effect::Rename { chat }).await?;
        }
        self.tx.save_told_place(&chat.id, None, self.now).await?;
        self.queued.push(chat.id.clone());
        self.moves = true;
        Ok(true)
    }

    /// The offer to this agent ends without being accepted.
    pub(super) async fn end_offer(
        &mut self,
        chat: &Chat,
        agent: &AgentId,
        outcome: Outcome,
    ) -> Result<(), StoreError> {
        self.tx.end_offer(&chat.id, agent, outcome).await?;
        let entry = Entry::Ended {
            agent: agent.clone(),
            outcome,
        };
        self.tx.log_routing(&chat.id, self.now, &entry).await?;
        self.enqueue(Effect::Withdraw {
            chat: chat.id.clone(),
            agent: agent.clone(),
        })
        .await
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

    /// The agent may have become routable, or has a free slot: offer what waits in its services.
    pub(super) async fn route_for(&mut self, agent: &AgentId) -> Result<(), StoreError> {
        for service in self.tx.services_of(agent).await? {
            self.route(&service).await?;
        }
        Ok(())
    }
}

impl Engine {
    /// Takes back offers that have run out, chats of agents who have not come back, and transfers
    /// that their agent could not take in time; and offers those chats on.
    pub async fn take_back_what_ran_out(&self) -> Result<(), DeskError> {
        let mut work = self.begin().await?;
        for mut chat in work.tx.overdue(work.now, BATCH).await? {
            work.release(&mut chat, Because::Passed).await?;
        }
        work.take_from_the_lost().await?;
        work.widen_transfers().await?;
        work.moves = true;
        Ok(work.commit().await?)
    }
}
