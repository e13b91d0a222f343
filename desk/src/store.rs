//! The store as the desk sees it: one transaction trait for what changes, and reads beside it.

use std::time::Duration;

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
};

mod admin;
mod agents;
mod attachments;
mod audit;
mod care;
mod chats;
mod console;
mod deadlines;
mod erasure;
mod hooks;
mod inbox;
mod keys;
mod masks;
mod outbox;
mod queue;
mod record;
mod reveals;
mod services;
mod tickets;

pub use admin::{AdminReads, ChatQuery, Known};
pub use agents::AgentTx;
pub use attachments::{AttachmentTx, StoredMedia, Uploader};
pub use audit::AuditTx;
pub use care::{CareReads, CareTx};
pub use chats::ChatTx;
pub use console::{ConsoleReads, ConsoleTx};
pub use deadlines::DeadlineTx;
pub use erasure::{Consented, ErasureReads, ErasureTx};
pub use hooks::{HookReads, HookTx};
pub use inbox::InboxTx;
pub use keys::{Answered, KeyReads, KeyTx};
pub use masks::{MaskReads, MaskTx, Standing, Suggestion};
pub use outbox::OutboxTx;
pub use queue::{Place, QueueTx};
pub use record::RecordTx;
pub use reveals::RevealTx;
pub use services::ServiceTx;
pub use tickets::{TicketReads, TicketTx};

/// Reads see what is committed.
#[async_trait]
pub trait Store:
    AdminReads
    + CareReads
    + ConsoleReads
    + ErasureReads
    + HookReads
    + KeyReads
    + MaskReads
    + TicketReads
{
    /// Begins a transaction. It sees all that was committed before, and nobody else changes
    /// anything until it ends. Dropped without `commit`, it has changed nothing.
    async fn begin(&self) -> Result<Box<dyn Tx + '_>, StoreError>;

    async fn services(&self) -> Result<Vec<Service>, StoreError>;
    async fn service(&self, slug: &ServiceSlug) -> Result<Option<Service>, StoreError>;
    async fn desk_room(&self, slug: &ServiceSlug) -> Result<Option<RoomId>, StoreError>;
    async fn space(&self, slug: &ServiceSlug) -> Result<Option<RoomId>, StoreError>;
    /// Chats of the service that are not closed, oldest first.
    async fn open_chats(&self, service: &ServiceSlug) -> Result<Vec<Chat>, StoreError>;
    /// Whom the service knows, by id.
    async fn members(&self, service: &ServiceSlug) -> Result<Vec<Membership>, StoreError>;
    /// The agents of a service with their loads.
    async fn agents(&self, service: &ServiceSlug) -> Result<Vec<Candidate>, StoreError>;
    /// How long the customers of the chats accepted last had waited, at most `limit`.
    async fn recent_waits(
        &self,
        service: &ServiceSlug,
        limit: usize,
    ) -> Result<Vec<Duration>, StoreError>;
    async fn waiting_count(&self, service: &ServiceSlug) -> Result<u64, StoreError>;
    /// Whether the person is an agent of any service.
    async fn is_agent(&self, person: &AgentId) -> Result<bool, StoreError>;
    async fn chat_status(&self, agent: &AgentId) -> Result<(ChatStatus, Presence), StoreError>;
    /// When the person was last seen doing something.
    async fn active_at(&self, person: &AgentId) -> Result<Option<Timestamp>, StoreError>;

    /// The chat this token opens, if it is for this chat.
    async fn access(&self, chat: &ChatId, token: &TokenHash) -> Result<bool, StoreError>;
    async fn chat(&self, chat: &ChatId) -> Result<Option<Chat>, StoreError>;
    async fn customer(&self, customer: &CustomerId) -> Result<Option<Customer>, StoreError>;
    /// Of a message.
    async fn words(&self, message: &MessageId) -> Result<Option<Words>, StoreError>;
    /// The file of a message of this chat.
    async fn file(&self, chat: &ChatId, message: &MessageId) -> Result<Option<File>, StoreError>;
    /// At most `limit` events after `seq`, in order.
    async fn events_after(
        &self,
        chat: &ChatId,
        seq: u64,
        limit: u32,
    ) -> Result<Vec<ChatEvent>, StoreError>;
    /// The chat of this portal, unless it is closed.
    async fn open_chat_of(&self, room: &RoomId) -> Result<Option<Chat>, StoreError>;
    /// Which message of the record this event of the portal is.
    async fn seq_of_event(&self, chat: &ChatId, event: &EventId)
    -> Result<Option<u64>, StoreError>;
    /// The event in the portal of the newest message up to `seq` that is there.
    async fn event_up_to(&self, chat: &ChatId, seq: u64) -> Result<Option<EventId>, StoreError>;
    /// The newest of the customer's messages that is in the portal, up to this number.
    async fn last_delivered(&self, chat: &ChatId, seq: u64) -> Result<Option<u64>, StoreError>;
    /// Likewise, up to this time.
    async fn last_delivered_before(
        &self,
        chat: &ChatId,
        at: Timestamp,
    ) -> Result<Option<u64>, StoreError>;
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

    /// When the next offer, grace or transfer to one agent runs out, or the next stored deadline
    /// comes.
    async fn next_deadline(&self) -> Result<Option<Timestamp>, StoreError>;
}

/// A transaction. A noun that must exist fails when it does not; `find_` may return nothing.
#[async_trait]
pub trait Tx:
    ServiceTx
    + AgentTx
    + AuditTx
    + CareTx
    + ChatTx
    + ConsoleTx
    + DeadlineTx
    + QueueTx
    + RecordTx
    + OutboxTx
    + ErasureTx
    + HookTx
    + InboxTx
    + KeyTx
    + MaskTx
    + RevealTx
    + TicketTx
    + AttachmentTx
{
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}
