//! The brittle store's reads of keys.

use async_trait::async_trait;

use super::BrittleStore;
use crate::{
    apikey::ApiKey,
    ids::TokenHash,
    ports::StoreError,
    store::{KeyReads, Store},
};

#[async_trait]
impl<S: Store> KeyReads for BrittleStore<S> {
    async fn api_key(&self, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        self.inner()?.api_key(hash).await
    }
}
