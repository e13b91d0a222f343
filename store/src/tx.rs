//! A transaction of the desk in SQL.

use async_trait::async_trait;
use sqlx::{Sqlite, query::Query, sqlite::SqliteArguments, sqlite::SqliteRow};
use tokio::sync::Mutex;

use desk::{ports::StoreError, store::Tx};

use crate::{
    rows::count,
    sqlite::failed,
    writer::{Turn, Writer},
};

mod agents;
mod attachments;
pub mod audit;
mod care;
mod chats;
mod console;
mod deadlines;
pub mod erasure;
pub mod hooks;
mod inbox;
pub mod keys;
mod masks;
mod outbox;
mod queue;
mod record;
mod reveals;
mod services;
mod tickets;

pub struct SqliteTx<'a> {
    turn: Turn<'a>,
}

impl<'a> SqliteTx<'a> {
    pub async fn begin(writer: &'a Mutex<Writer>) -> Result<Self, StoreError> {
        Ok(Self {
            turn: Turn::begin(writer).await?,
        })
    }

    /// How many rows it changed.
    async fn run(&mut self, query: Query<'_, Sqlite, SqliteArguments>) -> Result<u64, StoreError> {
        Ok(query
            .execute(self.turn.connection()?)
            .await
            .map_err(failed)?
            .rows_affected())
    }

    async fn find<T>(
        &mut self,
        query: Query<'_, Sqlite, SqliteArguments>,
        read: impl Fn(&SqliteRow) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        query
            .fetch_optional(self.turn.connection()?)
            .await
            .map_err(failed)?
            .as_ref()
            .map(read)
            .transpose()
    }

    async fn list<T>(
        &mut self,
        query: Query<'_, Sqlite, SqliteArguments>,
        read: impl Fn(&SqliteRow) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        query
            .fetch_all(self.turn.connection()?)
            .await
            .map_err(failed)?
            .iter()
            .map(read)
            .collect()
    }

    /// The value of a row that must exist.
    async fn counted(
        &mut self,
        query: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<u64, StoreError> {
        self.find(query, |row| count(row, "n"))
            .await?
            .ok_or_else(|| failed("the row to count in is missing"))
    }
}

#[async_trait]
impl Tx for SqliteTx<'_> {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.turn.commit().await
    }
}
