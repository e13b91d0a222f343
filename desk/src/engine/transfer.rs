//! A chat goes to another agent or a group, or is given to an agent by a supervisor.

use super::{Work, route::Because};
use crate::{
    chat::{Chat, ChatState, Target},
    effect::RoutingNotice,
    ids::AgentId,
    ports::StoreError,
    routing::{Entry, Rule},
    service::Service,
    webhook::Happening,
};

impl Work<'_> {
    /// Hands the chat to the target. Who has it stays, and keeps its slot, until it is taken.
    pub(super) async fn transfer(
        &mut self,
        chat: &mut Chat,
        by: &AgentId,
        to: Target,
        note: Option<String>,
    ) -> Result<(), StoreError> {
        let freed = chat.state.holder().cloned();
        self.vacate(chat).await?;
        chat.handling.target = Some(to.clone());
        self.tx.save_chat(chat).await?;
        let entry = Entry::Transferred {
            by: by.clone(),
            to: to.clone(),
        };
        self.tx.log_routing(&chat.id, self.now, &entry).await?;
        let transferred = Happening::ChatTransferred {
            chat: chat.id.clone(),
            by: by.clone(),
            to: to.clone(),
        };
        self.publish(&chat.service, transferred).await?;
        let by = by.clone();
        let note = match note {
            Some(note) => Some(self.clean(&chat.service, note).await?),
            None => None,
        };
        self.tell_room(chat, RoutingNotice::Transferred { by, to, note })
            .await?;
        self.moves = true;
        // One to whom it was only offered keeps no slot.
        self.route_freed(chat, freed.as_ref()).await
    }

    /// Offers the chat to this very agent, whoever else would be next. It must be routable and
    /// have a free slot, and that was looked at in this transaction.
    pub(super) async fn assign(
        &mut self,
        chat: &mut Chat,
        by: &AgentId,
        agent: &AgentId,
        service: &Service,
    ) -> Result<(), StoreError> {
        let freed = chat.state.holder().cloned();
        self.vacate(chat).await?;
        chat.handling.target = None;
        let waiting = self.tx.history(chat.clone()).await?;
        let others = self.board(service).await?.others(&waiting, Some(agent));
        let entry = Entry::Offered {
            to: agent.clone(),
            rule: Rule::Assigned { by: by.clone() },
            others,
        };
        self.offer(chat, agent, &service.settings.routing, &entry)
            .await?;
        self.route_freed(chat, freed.as_ref()).await
    }

    /// Back to the queue for a moment, its agent still looking after it.
    async fn vacate(&mut self, chat: &mut Chat) -> Result<(), StoreError> {
        let grace = chat.handling.grace_until;
        let active = match &chat.state {
            ChatState::Active { agent } => Some(agent.clone()),
            _ => None,
        };
        self.put_back(chat, Because::Moved).await?;
        if active.is_some() {
            chat.handling.handed_over_by = active;
        }
        if chat.handling.handed_over_by.is_some() {
            chat.handling.grace_until = grace;
        }
        self.tx.save_chat(chat).await
    }
}
