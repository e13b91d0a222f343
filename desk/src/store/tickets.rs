//! Tickets.

use async_trait::async_trait;

use crate::{ports::StoreError, ticket::Ticket};

#[async_trait]
pub trait TicketTx: Send {
    /// Gives the ticket the next number of its service and returns it.
    async fn insert_ticket(&mut self, ticket: &mut Ticket) -> Result<(), StoreError>;
}
