//! Keys of the admin API, and what was answered to repeated wishes.

use async_trait::async_trait;

use crate::{
    apikey::ApiKey,
    ids::{ServiceSlug, Timestamp, TokenHash},
    ports::StoreError,
};

/// What a program was answered when it asked for something to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Of the request: the same name with another one is a mistake.
    pub request: TokenHash,
    /// What was made.
    pub made: String,
}

#[async_trait]
pub trait KeyTx: Send {
    /// Gives the key the next number of its service.
    async fn insert_key(&mut self, key: &mut ApiKey, hash: &TokenHash) -> Result<(), StoreError>;
    /// The service's keys that are not revoked, by number.
    async fn keys_of(&mut self, service: &ServiceSlug) -> Result<Vec<ApiKey>, StoreError>;
    /// From now on it opens nothing.
    async fn revoke_key(
        &mut self,
        service: &ServiceSlug,
        number: u64,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    async fn save_use(
        &mut self,
        service: &ServiceSlug,
        number: u64,
        at: Timestamp,
    ) -> Result<(), StoreError>;
    /// What was answered under this name since then.
    async fn find_answered(
        &mut self,
        key: &ApiKey,
        name: &str,
        since: Timestamp,
    ) -> Result<Option<Answered>, StoreError>;
    /// Keeps it, and forgets what is older than `since`.
    async fn save_answered(
        &mut self,
        key: &ApiKey,
        name: &str,
        answered: &Answered,
        at: Timestamp,
        since: Timestamp,
    ) -> Result<(), StoreError>;
}

#[async_trait]
pub trait KeyReads: Send + Sync {
    /// The key with this hash, unless it is revoked.
    async fn api_key(&self, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError>;
}
