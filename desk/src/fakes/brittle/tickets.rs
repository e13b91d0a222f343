//! The brittle store's reads of tickets.

use async_trait::async_trait;

use super::BrittleStore;
use crate::{
    event::ChatEvent,
    ids::ServiceSlug,
    ports::StoreError,
    store::{Store, TicketReads},
    ticket::{Comment, Ticket, TicketChange, TicketQuery},
};

#[async_trait]
impl<S: Store> TicketReads for BrittleStore<S> {
    async fn ticket(
        &self,
        service: &ServiceSlug,
        number: u64,
    ) -> Result<Option<Ticket>, StoreError> {
        self.inner()?.ticket(service, number).await
    }

    async fn tickets(
        &self,
        service: &ServiceSlug,
        query: &TicketQuery,
        limit: u32,
    ) -> Result<Vec<Ticket>, StoreError> {
        self.inner()?.tickets(service, query, limit).await
    }

    async fn comments_of(
        &self,
        service: &ServiceSlug,
        number: u64,
        limit: u32,
    ) -> Result<Vec<Comment>, StoreError> {
        self.inner()?.comments_of(service, number, limit).await
    }

    async fn changes_of(
        &self,
        service: &ServiceSlug,
        number: u64,
        limit: u32,
    ) -> Result<Vec<TicketChange>, StoreError> {
        self.inner()?.changes_of(service, number, limit).await
    }

    async fn conversation(
        &self,
        service: &ServiceSlug,
        number: u64,
        limit: u32,
    ) -> Result<Vec<ChatEvent>, StoreError> {
        self.inner()?.conversation(service, number, limit).await
    }
}
