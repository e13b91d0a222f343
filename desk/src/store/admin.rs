//! What programs look up page by page.

use async_trait::async_trait;

use crate::{
    audit::{AuditEntry, AuditQuery},
    chat::Chat,
    customer::Customer,
    ids::{CustomerId, ServiceSlug, Timestamp},
    ports::StoreError,
};

/// Which chats are looked for. All that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChatQuery {
    /// One of these states, by their words; empty: any.
    pub state: Vec<&'static str>,
    pub customer: Option<CustomerId>,
    /// When they were started.
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Older than the chat of this number.
    pub before: Option<u64>,
}

/// How a customer is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// However it is written.
    ByEmail(String),
    /// Who it is for the host page.
    BySubject(String),
}

#[async_trait]
pub trait AdminReads: Send + Sync {
    /// The newest first, at most `limit`.
    async fn chats(
        &self,
        service: &ServiceSlug,
        query: &ChatQuery,
        limit: u32,
    ) -> Result<Vec<Chat>, StoreError>;
    /// What fits the query with its number, newest first, of those with a smaller number.
    async fn audit_page(
        &self,
        query: &AuditQuery,
        before: Option<u64>,
    ) -> Result<Vec<(u64, AuditEntry)>, StoreError>;
    /// At most `limit`, the newest first.
    async fn customers(
        &self,
        service: &ServiceSlug,
        known: &Known,
        limit: u32,
    ) -> Result<Vec<Customer>, StoreError>;
}
