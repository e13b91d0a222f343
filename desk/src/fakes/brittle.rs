//! A store that fails when told to.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use async_trait::async_trait;

use crate::{
    agent::{ChatStatus, Membership, Presence},
    attachment::File,
    chat::Chat,
    customer::{Customer, Words},
    effect::Queued,
    event::{ChatEvent, Received},
    ids::{
        AgentId, ChatId, CustomerId, EventId, MessageId, RoomId, ServiceSlug, Timestamp, TokenHash,
    },
    ports::StoreError,
    routing::Candidate,
    service::Service,
    store::{Store, Tx},
};

mod admin;
mod care;
mod console;
mod erasure;
mod hooks;
mod keys;
mod masks;
mod tickets;

/// A real store behind a switch. While it is broken no read and no transaction begins.
pub struct BrittleStore<S> {
    inner: S,
    broken: AtomicBool,
}

impl<S> BrittleStore<S> {
    pub fn new(inner: S) -> Self {
        Self {
            inner,
            broken: AtomicBool::new(false),
        }
    }

    pub fn set_broken(&self, broken: bool) {
        self.broken.store(broken, Ordering::SeqCst);
    }

    fn inner(&self) -> Result<&S, StoreError> {
        match self.broken.load(Ordering::SeqCst) {
            true => Err(StoreError::new("told to fail")),
            false => Ok(&self.inner),
        }
    }
}

#[async_trait]
impl<S: Store> Store for BrittleStore<S> {
    async fn begin(&self) -> Result<Box<dyn Tx + '_>, StoreError> {
        self.inner()?.begin().await
    }

    async fn services(&self) -> Result<Vec<Service>, StoreError> {
        self.inner()?.services().await
    }

    async fn service(&self, slug: &ServiceSlug) -> Result<Option<Service>, StoreError> {
        self.inner()?.service(slug).await
    }

    async fn desk_room(&self, slug: &ServiceSlug) -> Result<Option<RoomId>, StoreError> {
        self.inner()?.desk_room(slug).await
    }

    async fn space(&self, slug: &ServiceSlug) -> Result<Option<RoomId>, StoreError> {
        self.inner()?.space(slug).await
    }

    async fn open_chats(&self, service: &ServiceSlug) -> Result<Vec<Chat>, StoreError> {
        self.inner()?.open_chats(service).await
    }

    async fn members(&self, service: &ServiceSlug) -> Result<Vec<Membership>, StoreError> {
        self.inner()?.members(service).await
    }

    async fn agents(&self, service: &ServiceSlug) -> Result<Vec<Candidate>, StoreError> {
        self.inner()?.agents(service).await
    }

    async fn recent_waits(
        &self,
        service: &ServiceSlug,
        limit: usize,
    ) -> Result<Vec<Duration>, StoreError> {
        self.inner()?.recent_waits(service, limit).await
    }

    async fn active_at(&self, person: &AgentId) -> Result<Option<Timestamp>, StoreError> {
        self.inner()?.active_at(person).await
    }

    async fn waiting_count(&self, service: &ServiceSlug) -> Result<u64, StoreError> {
        self.inner()?.waiting_count(service).await
    }

    async fn is_agent(&self, person: &AgentId) -> Result<bool, StoreError> {
        self.inner()?.is_agent(person).await
    }

    async fn chat_status(&self, agent: &AgentId) -> Result<(ChatStatus, Presence), StoreError> {
        self.inner()?.chat_status(agent).await
    }

    async fn access(&self, chat: &ChatId, token: &TokenHash) -> Result<bool, StoreError> {
        self.inner()?.access(chat, token).await
    }

    async fn chat(&self, chat: &ChatId) -> Result<Option<Chat>, StoreError> {
        self.inner()?.chat(chat).await
    }

    async fn customer(&self, customer: &CustomerId) -> Result<Option<Customer>, StoreError> {
        self.inner()?.customer(customer).await
    }

    async fn words(&self, message: &MessageId) -> Result<Option<Words>, StoreError> {
        self.inner()?.words(message).await
    }

    async fn file(&self, chat: &ChatId, message: &MessageId) -> Result<Option<File>, StoreError> {
        self.inner()?.file(chat, message).await
    }

    async fn events_after(
        &self,
        chat: &ChatId,
        seq: u64,
        limit: u32,
    ) -> Result<Vec<ChatEvent>, StoreError> {
        self.inner()?.events_after(chat, seq, limit).await
    }

    async fn open_chat_of(&self, room: &RoomId) -> Result<Option<Chat>, StoreError> {
        self.inner()?.open_chat_of(room).await
    }

    async fn seq_of_event(
        &self,
        chat: &ChatId,
        event: &EventId,
    ) -> Result<Option<u64>, StoreError> {
        self.inner()?.seq_of_event(chat, event).await
    }

    async fn event_up_to(&self, chat: &ChatId, seq: u64) -> Result<Option<EventId>, StoreError> {
        self.inner()?.event_up_to(chat, seq).await
    }

    async fn last_delivered(&self, chat: &ChatId, seq: u64) -> Result<Option<u64>, StoreError> {
        self.inner()?.last_delivered(chat, seq).await
    }

    async fn last_delivered_before(
        &self,
        chat: &ChatId,
        at: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        self.inner()?.last_delivered_before(chat, at).await
    }

    async fn open_rooms(&self) -> Result<Vec<RoomId>, StoreError> {
        self.inner()?.open_rooms().await
    }

    async fn lane_heads(&self, limit: u32) -> Result<Vec<Queued>, StoreError> {
        self.inner()?.lane_heads(limit).await
    }

    async fn outbox_len(&self) -> Result<u64, StoreError> {
        self.inner()?.outbox_len().await
    }

    async fn unprocessed(&self, limit: u32) -> Result<Vec<Received>, StoreError> {
        self.inner()?.unprocessed(limit).await
    }

    async fn is_received(&self, event: &EventId) -> Result<bool, StoreError> {
        self.inner()?.is_received(event).await
    }

    async fn is_processed(&self, event: &EventId) -> Result<bool, StoreError> {
        self.inner()?.is_processed(event).await
    }

    async fn next_deadline(&self) -> Result<Option<Timestamp>, StoreError> {
        self.inner()?.next_deadline().await
    }
}
