//! Tickets, what is said and done about them, and their copies of conversations.

use async_trait::async_trait;

use crate::{
    effect::Room,
    event::ChatEvent,
    ids::{ChatId, EventId, ServiceSlug, Timestamp},
    ports::StoreError,
    ticket::{Comment, Ticket, TicketChange, TicketQuery},
};

#[async_trait]
pub trait TicketTx: Send {
    /// Gives the ticket the next number of its service and returns it. One made in a chat gets a
    /// copy of what was said there; from now on [`RecordTx`](super::RecordTx) keeps it in step.
    async fn insert_ticket(&mut self, ticket: &mut Ticket) -> Result<(), StoreError>;
    /// Locks the ticket until the transaction ends.
    async fn find_ticket(
        &mut self,
        service: &ServiceSlug,
        number: u64,
    ) -> Result<Option<Ticket>, StoreError>;
    /// Subject, description, status, priority, assignee, tags, and when they changed.
    async fn save_ticket(&mut self, ticket: &Ticket) -> Result<(), StoreError>;
    async fn insert_change(
        &mut self,
        ticket: &Ticket,
        change: &TicketChange,
    ) -> Result<(), StoreError>;
    /// Replaces the ticket's history by these, in their order.
    async fn save_changes(
        &mut self,
        ticket: &Ticket,
        changes: &[TicketChange],
    ) -> Result<(), StoreError>;
    /// Gives the comment the ticket's next number.
    async fn insert_comment(
        &mut self,
        ticket: &Ticket,
        comment: &mut Comment,
    ) -> Result<(), StoreError>;
    /// The comment's text.
    async fn save_comment(&mut self, ticket: &Ticket, comment: &Comment) -> Result<(), StoreError>;
    async fn comments(&mut self, ticket: &Ticket) -> Result<Vec<Comment>, StoreError>;
    async fn changes(&mut self, ticket: &Ticket) -> Result<Vec<TicketChange>, StoreError>;
    /// Tickets made in the chat.
    async fn tickets_from(&mut self, chat: &ChatId) -> Result<Vec<Ticket>, StoreError>;
    /// How many tickets name this address since then.
    async fn count_tickets_since(
        &mut self,
        service: &ServiceSlug,
        email: &str,
        since: Timestamp,
    ) -> Result<u64, StoreError>;
    /// The event, in this room of ours, repeats what tickets made in the chat hold; `typed`: an
    /// agent wrote it, and it stands in the ticket itself.
    async fn add_repetition(
        &mut self,
        chat: &ChatId,
        room: &Room,
        event: &EventId,
        typed: bool,
    ) -> Result<(), StoreError>;
    /// Takes the events that repeat what such tickets hold; those that agents wrote only when
    /// they are asked for.
    async fn take_repetitions(
        &mut self,
        chat: &ChatId,
        typed_too: bool,
    ) -> Result<Vec<(Room, EventId)>, StoreError>;
    /// When a message of the chat was last masked.
    async fn last_masked(&mut self, chat: &ChatId) -> Result<Option<Timestamp>, StoreError>;
}

#[async_trait]
pub trait TicketReads: Send + Sync {
    async fn ticket(
        &self,
        service: &ServiceSlug,
        number: u64,
    ) -> Result<Option<Ticket>, StoreError>;
    /// The newest first, at most `limit`.
    async fn tickets(
        &self,
        service: &ServiceSlug,
        query: &TicketQuery,
        limit: u32,
    ) -> Result<Vec<Ticket>, StoreError>;
    /// In their order, at most `limit` of the newest.
    async fn comments_of(
        &self,
        service: &ServiceSlug,
        number: u64,
        limit: u32,
    ) -> Result<Vec<Comment>, StoreError>;
    /// In their order, at most `limit` of the newest.
    async fn changes_of(
        &self,
        service: &ServiceSlug,
        number: u64,
        limit: u32,
    ) -> Result<Vec<TicketChange>, StoreError>;
    /// The ticket's own copy of the messages, in their order, at most `limit`.
    async fn conversation(
        &self,
        service: &ServiceSlug,
        number: u64,
        limit: u32,
    ) -> Result<Vec<ChatEvent>, StoreError>;
}
