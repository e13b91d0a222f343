//! The brittle store's reads for programs.

use async_trait::async_trait;

use super::BrittleStore;
use crate::{
    audit::{AuditEntry, AuditQuery},
    chat::Chat,
    customer::Customer,
    ids::ServiceSlug,
    ports::StoreError,
    store::{AdminReads, ChatQuery, Known, Store},
};

#[async_trait]
impl<S: Store> AdminReads for BrittleStore<S> {
    async fn chats(
        &self,
        service: &ServiceSlug,
        query: &ChatQuery,
        limit: u32,
    ) -> Result<Vec<Chat>, StoreError> {
        self.inner()?.chats(service, query, limit).await
    }

    async fn audit_page(
        &self,
        query: &AuditQuery,
        before: Option<u64>,
    ) -> Result<Vec<(u64, AuditEntry)>, StoreError> {
        self.inner()?.audit_page(query, before).await
    }

    async fn customers(
        &self,
        service: &ServiceSlug,
        known: &Known,
        limit: u32,
    ) -> Result<Vec<Customer>, StoreError> {
        self.inner()?.customers(service, known, limit).await
    }
}
