//! Reads of keys of the admin API.

use async_trait::async_trait;
use sqlx::AssertSqlSafe;

use desk::{apikey::ApiKey, ids::TokenHash, ports::StoreError, store::KeyReads};

use crate::{
    sqlite::SqliteStore,
    tx::keys::{KEY, api_key},
};

#[async_trait]
impl KeyReads for SqliteStore {
    async fn api_key(&self, hash: &TokenHash) -> Result<Option<ApiKey>, StoreError> {
        let query = sqlx::query(AssertSqlSafe(format!(
            "select {KEY} from api_key where hash = $1 and revoked_at is null"
        )))
        .bind(hash.as_str());
        self.row(query, api_key).await
    }
}
