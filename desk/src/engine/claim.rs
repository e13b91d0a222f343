//! Taking a chat by oneself: those who may are told of it, the first who takes it has it offered.

use super::Work;
use crate::{
    chat::{Chat, ChatState},
    effect::Effect,
    ids::AgentId,
    ports::StoreError,
    routing::{Board, Entry, Rule, Waiting},
    service::Service,
};

/// So many people are mentioned in one message; a Matrix event holds 65,535 bytes.
const MENTIONED: usize = 50;

/// What becomes of a wish to take a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Take {
    /// It is its own when it joins the room in time.
    Offered,
    /// It was in the room already.
    Taken,
    /// It is offered to this agent already.
    Yours,
    OfferedTo(AgentId),
    HeldBy(AgentId),
    Full {
        load: u32,
        capacity: u32,
    },
    /// The chat was transferred to others.
    NotMeant,
    Closed,
}

impl Work<'_> {
    /// Tells those who could take the chat and were not told yet.
    pub(super) async fn call(
        &mut self,
        board: &Board,
        waiting: &Waiting,
    ) -> Result<(), StoreError> {
        let chat = &waiting.chat.id;
        let mut called = Vec::new();
        for agent in board.callable(waiting) {
            if self.tx.insert_called(chat, &agent).await? {
                called.push(agent);
            }
        }
        if called.is_empty() {
            return Ok(());
        }
        let agents = u32::try_from(called.len()).unwrap_or(u32::MAX);
        self.tx
            .log_routing(chat, self.now, &Entry::Called { agents })
            .await?;
        for agents in called.chunks(MENTIONED) {
            self.enqueue(Effect::Call {
                chat: chat.clone(),
                agents: agents.to_vec(),
            })
            .await?;
        }
        Ok(())
    }

    /// The agent, who holds the permission `chat`, takes the chat. Presence and chat status are
    /// not asked for: who takes one is there and wants it.
    pub(super) async fn take(
        &mut self,
        chat: &mut Chat,
        agent: &AgentId,
        service: &Service,
        is_in_room: bool,
    ) -> Result<Take, StoreError> {
        match &chat.state {
            ChatState::Closed { .. } => return Ok(Take::Closed),
            ChatState::Active { agent: holder } => return Ok(Take::HeldBy(holder.clone())),
            ChatState::Offered { agent: other, .. } if other != agent => {
                return Ok(Take::OfferedTo(other.clone()));
            }
            ChatState::Offered { .. } if !is_in_room => return Ok(Take::Yours),
            ChatState::Offered { .. } => {
                self.accept(chat, agent).await?;
                return Ok(Take::Taken);
            }
            ChatState::Waiting => {}
        }
        let waiting = self.tx.history(chat.clone()).await?;
        let board = self.board(service).await?;
        let hands_over = chat.handling.handed_over_by.as_ref() == Some(agent);
        if let Some(found) = board.find(agent).filter(|found| !found.has_free_slot())
            && !hands_over
        {
            return Ok(Take::Full {
                load: found.load,
                capacity: found.agent.capacity,
            });
        }
        if !hands_over && !board.is_for(&waiting, agent) {
            return Ok(Take::NotMeant);
        }
        let entry = Entry::Offered {
            to: agent.clone(),
            rule: Rule::Took,
            others: Default::default(),
        };
        let rules = &service.settings.routing;
        self.offer(chat, agent, rules, &entry).await?;
        if is_in_room {
            self.accept(chat, agent).await?;
            return Ok(Take::Taken);
        }
        self.route(&chat.service).await?;
        Ok(Take::Offered)
    }
}
