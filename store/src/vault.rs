//! What is sealed, worked on from beside: another process may be writing all the while.

use std::{collections::BTreeMap, str::FromStr, time::Duration};

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use desk::{ids::MaskId, masks::Sealed, ports::StoreError};

use crate::{
    rows::{count, get},
    sqlite::failed,
};

/// A running Helproom waits for us as we wait for it: it gives up after 5 seconds, we are patient.
const BUSY: Duration = Duration::from_secs(30);
/// How many are sealed anew in one transaction.
const BATCH: u32 = 100;

/// A connection of its own.
pub struct SealedRows {
    connection: SqliteConnection,
}

/// Rows that hold something sealed, by what it is sealed for.
struct Table {
    read: &'static str,
    write: &'static str,
}

static MASKS: Table = Table {
    read: "select mask, key_id, nonce, bytes from sealed
           where key_id <> $1 and mask > $2 order by mask limit $3",
    write: "update sealed set key_id = $2, nonce = $3, bytes = $4 where mask = $1",
};

static SECRETS: Table = Table {
    read: "select id as mask, key_id, nonce, bytes from webhook_secret
           where key_id <> $1 and id > $2 order by id limit $3",
    write: "update webhook_secret set key_id = $2, nonce = $3, bytes = $4 where id = $1",
};

/// How far it came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Resealed {
    pub done: u64,
    /// Could not be.
    pub left: u64,
}

/// How many are sealed with each key, for who only looks: nobody waits for it.
pub async fn sealed_per_key(url: &str) -> Result<BTreeMap<String, u64>, StoreError> {
    let options = SqliteConnectOptions::from_str(url)
        .map_err(failed)?
        .create_if_missing(false)
        .read_only(true)
        .busy_timeout(BUSY);
    let connection = SqliteConnection::connect_with(&options).await;
    per_key(&mut connection.map_err(failed)?).await
}

async fn per_key(connection: &mut SqliteConnection) -> Result<BTreeMap<String, u64>, StoreError> {
    let query = "select key_id, count(*) as n from (
           select key_id from sealed
           union all select key_id from webhook_secret where key_id is not null)
         group by key_id";
    let rows = sqlx::query(query).fetch_all(connection).await;
    rows.map_err(failed)?
        .iter()
        .map(|row| Ok((get(row, "key_id")?, count(row, "n")?)))
        .collect()
}

impl SealedRows {
    /// Of a database that is there, with its tables.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(failed)?
            .create_if_missing(false)
            .busy_timeout(BUSY)
            .pragma("secure_delete", "on");
        let connection = SqliteConnection::connect_with(&options).await;
        Ok(Self {
            connection: connection.map_err(failed)?,
        })
    }

    /// How many are sealed with each key. Nothing that was begun before is left out.
    pub async fn per_key(&mut self) -> Result<BTreeMap<String, u64>, StoreError> {
        self.begin().await?;
        let counted = per_key(&mut self.connection).await;
        self.commit().await?;
        counted
    }

    /// Seals anew what is sealed with another key than `first`, also what others seal meanwhile
    /// with an old one. What cannot be (`None`) is left alone.
    pub async fn reseal(
        &mut self,
        first: &str,
        mut anew: impl FnMut(&MaskId, &Sealed) -> Option<Sealed>,
        mut progress: impl FnMut(u64),
    ) -> Result<Resealed, StoreError> {
        let mut total = Resealed::default();
        loop {
            let round = self
                .round(first, &mut anew, total.done, &mut progress)
                .await?;
            total.done += round.done;
            total.left = round.left;
            if round.done == 0 {
                break;
            }
        }
        // What was there before is not left in the log. Somebody who reads may keep it for now.
        sqlx::query("pragma wal_checkpoint(truncate)")
            .execute(&mut self.connection)
            .await
            .map_err(failed)?;
        Ok(total)
    }

    /// From the first mask to the last, and then likewise what webhooks are signed with.
    async fn round(
        &mut self,
        first: &str,
        anew: &mut impl FnMut(&MaskId, &Sealed) -> Option<Sealed>,
        before: u64,
        progress: &mut impl FnMut(u64),
    ) -> Result<Resealed, StoreError> {
        let mut whole = Resealed::default();
        for table in [&MASKS, &SECRETS] {
            let before = before + whole.done;
            let round = self.round_of(table, first, anew, before, progress).await?;
            whole.done += round.done;
            whole.left += round.left;
        }
        Ok(whole)
    }

    async fn round_of(
        &mut self,
        table: &Table,
        first: &str,
        anew: &mut impl FnMut(&MaskId, &Sealed) -> Option<Sealed>,
        before: u64,
        progress: &mut impl FnMut(u64),
    ) -> Result<Resealed, StoreError> {
        let mut round = Resealed::default();
        let mut after = String::new();
        loop {
            self.begin().await?;
            let batch = self.batch(table, first, &after, anew).await;
            // Dropped without a commit it would hold the lock.
            self.commit().await?;
            let (last, batch) = batch?;
            round.done += batch.done;
            round.left += batch.left;
            if batch.done > 0 {
                progress(before + round.done);
            }
            match last {
                Some(last) => after = last,
                None => return Ok(round),
            }
        }
    }

    async fn batch(
        &mut self,
        table: &Table,
        first: &str,
        after: &str,
        anew: &mut impl FnMut(&MaskId, &Sealed) -> Option<Sealed>,
    ) -> Result<(Option<String>, Resealed), StoreError> {
        let rows = sqlx::query(table.read)
            .bind(first)
            .bind(after)
            .bind(BATCH)
            .fetch_all(&mut self.connection)
            .await
            .map_err(failed)?;
        let mut counted = Resealed::default();
        let mut last = None;
        for row in &rows {
            let mask: String = get(row, "mask")?;
            let sealed = Sealed {
                key: get(row, "key_id")?,
                nonce: get(row, "nonce")?,
                bytes: get(row, "bytes")?,
            };
            last = Some(mask.clone());
            let Some(sealed) = anew(&MaskId::new(mask.as_str()), &sealed) else {
                counted.left += 1;
                continue;
            };
            sqlx::query(table.write)
                .bind(mask)
                .bind(sealed.key)
                .bind(sealed.nonce)
                .bind(sealed.bytes)
                .execute(&mut self.connection)
                .await
                .map_err(failed)?;
            counted.done += 1;
        }
        Ok((last, counted))
    }

    /// Waits for whoever writes.
    async fn begin(&mut self) -> Result<(), StoreError> {
        self.run("begin immediate").await
    }

    async fn commit(&mut self) -> Result<(), StoreError> {
        self.run("commit").await
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), StoreError> {
        let statement = sqlx::query(sql).execute(&mut self.connection).await;
        statement.map(drop).map_err(failed)
    }
}
