//! The store as the desk sees it: one transaction trait for what changes, and reads beside it.

use async_trait::async_trait;

use crate::{
    agent::{ChatStatus, Presence},
    chat::Chat,
    customer::Customer,
    effect::{Effect, Queued},
    event::{ChatEvent, ChatEventKind, Message, Received},
    ids::{
        AgentId, ChatId, ClientKey, CustomerId, EffectId, EventId, MessageId, RoomId, ServiceSlug,
        Timestamp, TokenHash,
    },
    ports::StoreError,
    routing::Candidate,
    service::Service,
    ticket::Ticket,
};

/// Reads see what is committed.
#[async_trait]
pub trait Store: Send + Sync {
    /// Begins a transaction. It sees all that was committed before, and nobody else changes
    /// anything until it ends. Dropped without `commit`, it has changed nothing.
    async fn begin(&self) -> Result<Box<dyn Tx + '_>, StoreError>;

    async fn services(&self) -> Result<Vec<Service>, StoreError>;
    async fn service(&self, slug: &ServiceSlug) -> Result<Option<Service>, StoreError>;
    async fn desk_room(&self, slug: &ServiceSlug) -> Result<Option<RoomId>, StoreError>;
    /// The agents of a service with their loads.
    async fn agents(&self, service: &ServiceSlug) -> Result<Vec<Candidate>, StoreError>;
    async fn waiting_count(&self, service: &ServiceSlug) -> Result<u64, StoreError>;
    /// Whether the person is an agent of any service.
    async fn is_agent(&self, person: &AgentId) -> Result<bool, StoreError>;
    async fn chat_status(&self, agent: &AgentId) -> Result<(ChatStatus, Presence), StoreError>;

    /// The chat this token opens, if it is for this chat.
    async fn access(&self, chat: &ChatId, token: &TokenHash) -> Result<bool, StoreError>;
    async fn chat(&self, chat: &ChatId) -> Result<Option<Chat>, StoreError>;
    async fn customer(&self, customer: &CustomerId) -> Result<Option<Customer>, StoreError>;
    /// The message and when it was written.
    async fn message(
        &self,
        message: &MessageId,
    ) -> Result<Option<(Message, Timestamp)>, StoreError>;
    /// At most `limit` events after `seq`, in order.
    async fn events_after(
        &self,
        chat: &ChatId,
        seq: u64,
        limit: u32,
    ) -> Result<Vec<ChatEvent>, StoreError>;
    /// Portals of chats that are not closed, and desk rooms.
    async fn open_rooms(&self) -> Result<Vec<RoomId>, StoreError>;

    /// The first effect of every lane, oldest first, at most `limit`.
    async fn lane_heads(&self, limit: u32) -> Result<Vec<Queued>, StoreError>;
    async fn outbox_len(&self) -> Result<u64, StoreError>;

    /// Received events not yet processed, in order, at most `limit`.
    async fn unprocessed(&self, limit: u32) -> Result<Vec<Received>, StoreError>;
    /// Whether the event is or was in the inbox.
    async fn is_received(&self, event: &EventId) -> Result<bool, StoreError>;
    /// Whether the event was processed.
    async fn is_processed(&self, event: &EventId) -> Result<bool, StoreError>;

    /// When the next offer runs out.
    async fn next_deadline(&self) -> Result<Option<Timestamp>, StoreError>;
}

/// A transaction. A noun that must exist fails when it does not; `find_` may return nothing.
#[async_trait]
pub trait Tx: Send {
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;

    // Services and agents.
    async fn find_service(&mut self, slug: &ServiceSlug) -> Result<Option<Service>, StoreError>;
    async fn insert_service(&mut self, service: &Service) -> Result<(), StoreError>;
    async fn save_settings(&mut self, service: &Service) -> Result<(), StoreError>;
    async fn save_desk_room(&mut self, slug: &ServiceSlug, room: &RoomId)
    -> Result<(), StoreError>;
    async fn find_service_of_desk(
        &mut self,
        room: &RoomId,
    ) -> Result<Option<ServiceSlug>, StoreError>;
    /// Adds the agent or replaces its name, permission and capacity (`None`: the service's).
    async fn save_agent(
        &mut self,
        service: &ServiceSlug,
        agent: &AgentId,
        name: &str,
        may_chat: bool,
        capacity: Option<u32>,
    ) -> Result<(), StoreError>;
    /// Takes the permission `chat` from all agents of the service.
    async fn revoke_all(&mut self, service: &ServiceSlug) -> Result<(), StoreError>;
    async fn chat_status(&mut self, agent: &AgentId) -> Result<(ChatStatus, Presence), StoreError>;
    async fn services_of(&mut self, agent: &AgentId) -> Result<Vec<ServiceSlug>, StoreError>;
    /// Says whether it changed.
    async fn save_presence(
        &mut self,
        agent: &AgentId,
        presence: Presence,
        at: Timestamp,
    ) -> Result<bool, StoreError>;
    /// Says whether it changed.
    async fn save_chat_status(
        &mut self,
        agent: &AgentId,
        status: ChatStatus,
    ) -> Result<bool, StoreError>;

    // Chats.
    async fn insert_customer(
        &mut self,
        customer: &Customer,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    async fn save_customer(&mut self, customer: &Customer) -> Result<(), StoreError>;
    async fn find_customer_by_token(
        &mut self,
        service: &ServiceSlug,
        token: &TokenHash,
    ) -> Result<Option<Customer>, StoreError>;
    async fn insert_consent(
        &mut self,
        service: &ServiceSlug,
        subject: &str,
        version: &str,
        text_hash: &str,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// Gives the chat the next number of its service and returns it.
    async fn insert_chat(&mut self, chat: &mut Chat, token: &TokenHash) -> Result<(), StoreError>;
    /// Locks the chat until the transaction ends.
    async fn find_chat(&mut self, chat: &ChatId) -> Result<Option<Chat>, StoreError>;
    async fn find_chat_of_portal(&mut self, room: &RoomId) -> Result<Option<Chat>, StoreError>;
    /// State and portal.
    async fn save_chat(&mut self, chat: &Chat) -> Result<(), StoreError>;
    /// Waiting chats of a service, first come first, at most `limit`.
    async fn waiting(&mut self, service: &ServiceSlug, limit: u32)
    -> Result<Vec<Chat>, StoreError>;
    /// How many chats of the service wait and came before this one.
    async fn waiting_before(&mut self, chat: &Chat) -> Result<u64, StoreError>;
    /// Chats whose offer has run out.
    async fn overdue(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Chat>, StoreError>;
    /// The agents of the chat's service, with their loads and their history with this chat.
    async fn candidates(&mut self, chat: &Chat) -> Result<Vec<Candidate>, StoreError>;
    async fn insert_offer(
        &mut self,
        chat: &ChatId,
        agent: &AgentId,
        at: Timestamp,
    ) -> Result<(), StoreError>;

    // The chat's record.
    /// Gives the event the chat's next number and returns it.
    async fn append(
        &mut self,
        chat: &ChatId,
        at: Timestamp,
        what: &ChatEventKind,
    ) -> Result<u64, StoreError>;
    async fn find_message_by_key(
        &mut self,
        chat: &ChatId,
        key: &ClientKey,
    ) -> Result<Option<(u64, MessageId)>, StoreError>;
    async fn find_message_by_event(
        &mut self,
        chat: &ChatId,
        event: &EventId,
    ) -> Result<Option<Message>, StoreError>;
    /// Replaces the text of a message wherever it is stored, in its edits too.
    async fn rewrite(&mut self, message: &Message) -> Result<(), StoreError>;
    async fn save_event_of_message(
        &mut self,
        message: &MessageId,
        event: &EventId,
    ) -> Result<(), StoreError>;

    // What leaves.
    async fn enqueue(
        &mut self,
        id: &EffectId,
        effect: &Effect,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    async fn dequeue(&mut self, id: &EffectId) -> Result<(), StoreError>;
    /// Keeps an effect that will never be delivered, out of its lane's way.
    async fn bury(&mut self, id: &EffectId, reason: &str) -> Result<(), StoreError>;

    // What comes.
    /// Stores the events that were not received before; says how many.
    async fn receive(&mut self, events: &[Received], at: Timestamp) -> Result<usize, StoreError>;
    /// Puts the events of one room into this order, those never received included. What else is
    /// unprocessed of the room comes behind them; processed events stay as they are.
    async fn reorder(&mut self, events: &[Received], at: Timestamp) -> Result<(), StoreError>;
    /// Says whether it was unprocessed, and forgets its body.
    async fn mark_processed(&mut self, event: &EventId) -> Result<bool, StoreError>;

    /// Gives the ticket the next number of its service and returns it.
    async fn insert_ticket(&mut self, ticket: &mut Ticket) -> Result<(), StoreError>;
}
