//! What came of an effect, kept in the commit that takes it from the outbox.

use super::Engine;
use crate::{
    chat::ChatState,
    effect::{Effect, Notice, Queued},
    event::ChatEventKind,
    ids::{AgentId, ChatId, EventId, MailId, MessageId, RoomId, ServiceSlug},
    ports::StoreError,
};

impl Engine {
    pub async fn delivered(&self, head: &Queued) -> Result<(), StoreError> {
        let mut work = self.begin_quietly().await?;
        work.tx.dequeue(&head.id).await?;
        work.commit().await
    }

    /// Says whether the chat is still there.
    pub async fn portal_opened(
        &self,
        head: &Queued,
        chat: &ChatId,
        room: RoomId,
    ) -> Result<bool, StoreError> {
        let mut work = self.begin().await?;
        let found = work.tx.find_chat(chat).await?;
        let is_there = found.is_some();
        if let Some(mut chat) = found {
            chat.room = Some(room);
            work.tx.save_chat(&chat).await?;
            // Only now is there a room to link.
            if let Some(previous) = chat.previous {
                work.enqueue(Effect::Link {
                    chat: previous,
                    to: chat.id.clone(),
                })
                .await?;
            }
            if chat.state.holder().is_some() {
                let chat = chat.id;
                work.enqueue(Effect::List { chat }).await?;
            }
        }
        work.tx.dequeue(&head.id).await?;
        work.commit().await?;
        Ok(is_there)
    }

    /// The agent can join from now on, and has its time from now on.
    pub async fn invited(
        &self,
        head: &Queued,
        chat: &ChatId,
        agent: &AgentId,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        if let Some(mut chat) = work.tx.find_chat(chat).await?
            && let ChatState::Offered { agent: to, until } = &mut chat.state
            && to == agent
            && let Some(service) = work.tx.find_service(&chat.service).await?
        {
            *until = work.now + service.settings.routing.accept_timeout();
            work.tx.save_chat(&chat).await?;
            work.moves = true;
        }
        work.tx.dequeue(&head.id).await?;
        work.commit().await
    }

    pub async fn desk_opened(
        &self,
        head: &Queued,
        service: &ServiceSlug,
        room: RoomId,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        work.tx.save_desk_room(service, &room).await?;
        work.tx.dequeue(&head.id).await?;
        work.commit().await
    }

    /// The space is there: the chats that agents have are listed in it.
    pub async fn space_opened(
        &self,
        head: &Queued,
        service: &ServiceSlug,
        room: RoomId,
    ) -> Result<(), StoreError> {
        let open = self.store.open_chats(service).await?;
        let mut work = self.begin().await?;
        work.tx.save_space(service, &room).await?;
        for chat in open
            .into_iter()
            .filter(|chat| chat.state.holder().is_some())
        {
            work.enqueue(Effect::List { chat: chat.id }).await?;
        }
        work.tx.dequeue(&head.id).await?;
        work.commit().await
    }

    /// Says whether the message is still there.
    pub async fn said(
        &self,
        head: &Queued,
        message: &MessageId,
        event: &EventId,
    ) -> Result<bool, StoreError> {
        let mut work = self.begin_quietly().await?;
        let is_there = work.tx.save_event_of_message(message, event).await?;
        work.tx.forget_bytes(message).await?;
        work.tx.dequeue(&head.id).await?;
        work.commit().await?;
        Ok(is_there)
    }

    /// The event, in the chat's portal, tells of its customer.
    pub async fn noticed(
        &self,
        head: &Queued,
        chat: &ChatId,
        event: &EventId,
    ) -> Result<(), StoreError> {
        let mut work = self.begin_quietly().await?;
        if work.tx.find_chat(chat).await?.is_some() {
            work.tx.add_told(chat, event).await?;
        }
        work.tx.dequeue(&head.id).await?;
        work.commit().await
    }

    /// Everything that showed the message is hidden, and the replacement shows it now.
    pub async fn replaced(
        &self,
        head: &Queued,
        chat: &ChatId,
        message: &MessageId,
        replacement: Option<&EventId>,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        work.tx.save_replacement(chat, message, replacement).await?;
        work.tx.dequeue(&head.id).await?;
        work.commit().await
    }

    pub async fn mailed(&self, head: &Queued, mail: &MailId) -> Result<(), StoreError> {
        let mut work = self.begin_quietly().await?;
        work.tx.forget_address(mail).await?;
        work.tx.dequeue(&head.id).await?;
        work.commit().await
    }

    /// Agents were told of the chat by this message: a reaction to it means the chat.
    pub async fn announced(
        &self,
        head: &Queued,
        chat: &ChatId,
        event: &EventId,
    ) -> Result<(), StoreError> {
        let mut work = self.begin_quietly().await?;
        work.tx.insert_announcement(chat, event).await?;
        work.tx.dequeue(&head.id).await?;
        work.commit().await
    }

    /// Puts an effect behind the others of its lane, as old as it is.
    pub async fn put_back(&self, head: &Queued) -> Result<(), StoreError> {
        let mut work = self.begin_quietly().await?;
        work.tx.dequeue(&head.id).await?;
        work.tx
            .enqueue(&head.id, &head.effect, head.created_at)
            .await?;
        work.commit().await
    }

    /// Gives an effect up. A customer whose message it was is told.
    pub async fn bury(&self, head: &Queued, reason: &str) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        if let Effect::Say { chat, message } = &head.effect {
            work.tx.forget_bytes(message).await?;
            work.append(
                chat,
                &ChatEventKind::Failed {
                    id: message.clone(),
                },
            )
            .await?;
        }
        if let Effect::Replace { chat, .. } = &head.effect
            && let Some(chat) = work.tx.find_chat(chat).await?
        {
            let notice = Notice::NotHidden { chat: chat.number };
            let service = chat.service;
            work.enqueue(Effect::NotifyDesk { service, notice }).await?;
        }
        if let Effect::EraseMedia { service, chat, .. } = &head.effect {
            let (service, notice) = (service.clone(), Notice::NotErased { chat: *chat });
            work.enqueue(Effect::NotifyDesk { service, notice }).await?;
        }
        if let Effect::EraseEvents {
            service, customer, ..
        }
        | Effect::EmptyErased {
            service, customer, ..
        } = &head.effect
        {
            let what = "customer.room_not_erased";
            work.note_erasure(service, what, customer.as_str()).await?;
        }
        if let Effect::MailTranscript { mail } = &head.effect {
            work.tx.forget_address(mail).await?;
        }
        if let Effect::Reveal { .. } = &head.effect {
            work.not_revealed(head).await?;
        }
        work.tx.bury(&head.id, reason).await?;
        if let Effect::EraseEvents {
            service, customer, ..
        }
        | Effect::EmptyErased {
            service, customer, ..
        } = &head.effect
        {
            work.conclude_erasure(service, customer).await?;
        }
        work.commit().await
    }
}
