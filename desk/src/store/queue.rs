//! What routing asks: who waits, who could take it, who was offered what.

use std::time::Duration;

use async_trait::async_trait;

use crate::{
    chat::Chat,
    ids::{AgentId, ChatId, EventId, ServiceSlug, Timestamp},
    ports::StoreError,
    routing::{Candidate, Entry, Outcome, Waiting},
    service::Service,
};

/// A waiting chat's place in its queue, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub chat: ChatId,
    pub place: u64,
}

#[async_trait]
pub trait QueueTx: Send {
    /// The agents of the service with their loads in all services.
    async fn agents(&mut self, service: &Service) -> Result<Vec<Candidate>, StoreError>;
    /// One of them.
    async fn candidate(
        &mut self,
        service: &Service,
        agent: &AgentId,
    ) -> Result<Option<Candidate>, StoreError>;
    /// Whether any chat of the service waits.
    async fn anybody_waits(&mut self, service: &ServiceSlug) -> Result<bool, StoreError>;
    /// Waiting chats of the service behind the chat of this number, first come first, at most
    /// `limit`, with what their past says of who is next.
    async fn waiting(
        &mut self,
        service: &Service,
        after: u64,
        limit: u32,
    ) -> Result<Vec<Waiting>, StoreError>;
    /// Who had this chat offered and does not have it now, and how often.
    async fn passed(&mut self, chat: &ChatId) -> Result<Vec<(AgentId, u32)>, StoreError>;
    /// The past of one chat, whatever its state.
    async fn history(&mut self, chat: Chat) -> Result<Waiting, StoreError>;
    /// How many chats of the service wait and came before this one.
    async fn waiting_before(&mut self, chat: &Chat) -> Result<u64, StoreError>;

    /// Chats whose offer has run out.
    async fn overdue(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Chat>, StoreError>;
    /// Chats whose agent has not come back in time.
    async fn lost(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Chat>, StoreError>;
    /// Waiting chats that are not for one agent alone any more.
    async fn widening(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Chat>, StoreError>;
    /// Chats that are offered to the agent, active with it, or handed over by it and not taken.
    async fn chats_of(&mut self, agent: &AgentId) -> Result<Vec<Chat>, StoreError>;
    /// Chats of the service that are not closed and whose room the agent was let into.
    async fn chats_open_to(
        &mut self,
        service: &ServiceSlug,
        agent: &AgentId,
    ) -> Result<Vec<Chat>, StoreError>;
    /// Chats of the service that are not closed, the oldest first.
    async fn open_chats(
        &mut self,
        service: &ServiceSlug,
        limit: u32,
    ) -> Result<Vec<Chat>, StoreError>;
    async fn find_chat_by_number(
        &mut self,
        service: &ServiceSlug,
        number: u64,
    ) -> Result<Option<Chat>, StoreError>;

    async fn insert_offer(
        &mut self,
        chat: &ChatId,
        agent: &AgentId,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Says how the offer that stands ended. Says whether there was one.
    async fn end_offer(
        &mut self,
        chat: &ChatId,
        agent: &AgentId,
        outcome: Outcome,
    ) -> Result<bool, StoreError>;
    /// Keeps when the chat was first accepted.
    async fn save_accepted(&mut self, chat: &ChatId, at: Timestamp) -> Result<(), StoreError>;
    /// How long the customers of the chats accepted last had waited, at most `limit`.
    async fn recent_waits(
        &mut self,
        service: &ServiceSlug,
        limit: usize,
    ) -> Result<Vec<Duration>, StoreError>;

    /// Of the first `first` who wait: those whose place is not the one they were last told.
    async fn moved_in_front(
        &mut self,
        service: &ServiceSlug,
        first: u32,
    ) -> Result<Vec<Place>, StoreError>;
    /// The same of all behind them, the longest not told first, at most `limit`; nothing when
    /// this was asked with success less than `every` ago.
    async fn moved_behind(
        &mut self,
        service: &ServiceSlug,
        first: u32,
        limit: u32,
        every: (Duration, Timestamp),
    ) -> Result<Vec<Place>, StoreError>;
    async fn save_told_place(
        &mut self,
        chat: &ChatId,
        place: Option<u64>,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    /// Keeps the message by which agents were told of the chat.
    async fn insert_announcement(
        &mut self,
        chat: &ChatId,
        event: &EventId,
    ) -> Result<(), StoreError>;
    async fn find_announced(&mut self, event: &EventId) -> Result<Option<Chat>, StoreError>;
    /// Keeps that the agent is told of the chat. Says whether it was not before.
    async fn insert_called(&mut self, chat: &ChatId, agent: &AgentId) -> Result<bool, StoreError>;
    async fn insert_guest(&mut self, chat: &ChatId, agent: &AgentId) -> Result<(), StoreError>;
    async fn is_guest(&mut self, chat: &ChatId, agent: &AgentId) -> Result<bool, StoreError>;

    /// Adds to the chat's routing log, of which the newest 100 entries are kept.
    async fn log_routing(
        &mut self,
        chat: &ChatId,
        at: Timestamp,
        entry: &Entry,
    ) -> Result<(), StoreError>;
    /// The newest entries, oldest first.
    async fn routing_log(
        &mut self,
        chat: &ChatId,
        limit: u32,
    ) -> Result<Vec<(Timestamp, Entry)>, StoreError>;
}
