//! Keys of the admin API.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;

use desk::{
    apikey::ApiKey,
    ids::{AgentId, ServiceSlug, Timestamp, TokenHash},
    ports::StoreError,
    store::{Answered, KeyTx},
};

use super::SqliteTx;
use crate::{
    rows::{count, get, json, number, time, to_json},
    sqlite::failed,
};

pub const KEY: &str =
    "service, number, name, scopes, networks, made_by, made_at, expires_at, used_at";

pub fn api_key(row: &SqliteRow) -> Result<ApiKey, StoreError> {
    let networks: Vec<String> = json(get(row, "networks")?)?;
    let networks = networks.iter().map(|network| network.parse());
    Ok(ApiKey {
        service: ServiceSlug::new(get::<String>(row, "service")?),
        number: count(row, "number")?,
        name: get(row, "name")?,
        scopes: json(get(row, "scopes")?)?,
        networks: networks.collect::<Result<_, _>>().map_err(failed)?,
        made_by: AgentId::new(get::<String>(row, "made_by")?),
        made_at: time(row, "made_at")?,
        expires_at: time(row, "expires_at")?,
        used_at: get::<Option<i64>>(row, "used_at")?.map(Timestamp::from_millis),
    })
}

#[async_trait]
impl KeyTx for SqliteTx<'_> {
    async fn insert_key(&mut self, key: &mut ApiKey, hash: &TokenHash) -> Result<(), StoreError> {
        let networks: Vec<String> = key.networks.iter().map(ToString::to_string).collect();
        let query = sqlx::query(
            "insert into api_key (hash, service, number, name, scopes, networks, made_by, made_at, expires_at)
             select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, $7, $8
             from api_key where service = $2
             returning number as n",
        )
        .bind(hash.as_str())
        .bind(key.service.as_str())
        .bind(&key.name)
        .bind(to_json(&key.scopes)?)
        .bind(to_json(&networks)?)
        .bind(key.made_by.as_str())
        .bind(key.made_at.as_millis())
        .bind(key.expires_at.as_millis());
        key.number = self.counted(query).await?;
        Ok(())
    }

    async fn keys_of(&mut self, service: &ServiceSlug) -> Result<Vec<ApiKey>, StoreError> {
        let query = sqlx::query(sqlx::AssertSqlSafe(format!(
            "select {KEY} from api_key where service = $1 and revoked_at is null order by number"
        )))
        .bind(service.as_str());
        self.list(query, api_key).await
    }

    async fn revoke_key(
        &mut self,
        service: &ServiceSlug,
        key: u64,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "update api_key set revoked_at = $3
             where service = $1 and number = $2 and revoked_at is null",
        )
        .bind(service.as_str())
        .bind(number(key)?)
        .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn save_use(
        &mut self,
        service: &ServiceSlug,
        key: u64,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let query =
            sqlx::query("update api_key set used_at = $3 where service = $1 and number = $2")
                .bind(service.as_str())
                .bind(number(key)?)
                .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn find_answered(
        &mut self,
        key: &ApiKey,
        name: &str,
        since: Timestamp,
    ) -> Result<Option<Answered>, StoreError> {
        let query = sqlx::query(
            "select request, made from answered
             where service = $1 and key_number = $2 and name = $3 and at > $4",
        )
        .bind(key.service.as_str())
        .bind(number(key.number)?)
        .bind(name)
        .bind(since.as_millis());
        self.find(query, |row| {
            Ok(Answered {
                request: TokenHash::new(get::<String>(row, "request")?),
                made: get(row, "made")?,
            })
        })
        .await
    }

    async fn save_answered(
        &mut self,
        key: &ApiKey,
        name: &str,
        answered: &Answered,
        at: Timestamp,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        let forget = sqlx::query("delete from answered where at <= $1").bind(since.as_millis());
        self.run(forget).await?;
        let query = sqlx::query(
            "insert into answered (service, key_number, name, request, made, at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(key.service.as_str())
        .bind(number(key.number)?)
        .bind(name)
        .bind(answered.request.as_str())
        .bind(&answered.made)
        .bind(at.as_millis());
        self.run(query).await.map(drop)
    }
}
