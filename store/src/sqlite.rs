//! The SQLite store: one connection writes, a few read.

use std::{str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, SqlitePool,
    migrate::Migrator,
    sqlite::{
        SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions,
        SqliteSynchronous,
    },
};
use tokio::sync::Mutex;

use desk::ports::StoreError;

use crate::writer::Writer;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

const READERS: u32 = 4;
const BUSY: Duration = Duration::from_secs(5);

pub struct SqliteStore {
    pub(crate) writer: Mutex<Writer>,
    pub(crate) readers: SqlitePool,
    /// Moves pages from the log to the database, beside the writer: inside its commits that
    /// would double the slowest ones.
    checkpointer: Mutex<SqliteConnection>,
}

impl SqliteStore {
    /// Opens the database at a `sqlite:` URL to read it, also while Helproom runs. Whatever would
    /// change something fails.
    pub async fn read(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(failed)?
            .create_if_missing(false)
            .read_only(true)
            .busy_timeout(BUSY)
            .disable_statement_logging();
        let writer = options.connect().await.map_err(failed)?;
        let checkpointer = options.connect().await.map_err(failed)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await
            .map_err(failed)?;
        Ok(Self {
            writer: Mutex::new(Writer::new(writer)),
            readers,
            checkpointer: Mutex::new(checkpointer),
        })
    }

    /// Opens (or makes) the database at a `sqlite:` URL and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)
            .map_err(failed)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .pragma("wal_autocheckpoint", "10000")
            // What is deleted or overwritten is not left in the file.
            .pragma("secure_delete", "on")
            .disable_statement_logging();
        let mut writer = options.connect().await.map_err(failed)?;
        MIGRATIONS.run(&mut writer).await.map_err(failed)?;
        let checkpointer = options.connect().await.map_err(failed)?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            // A connection to a file does not go stale, and asking costs a turn of its thread.
            .test_before_acquire(false)
            .connect_with(options.read_only(true).create_if_missing(false))
            .await
            .map_err(failed)?;
        Ok(Self {
            writer: Mutex::new(Writer::new(writer)),
            readers,
            checkpointer: Mutex::new(checkpointer),
        })
    }

    /// Lets go of the database's write lock when nobody writes, and moves what is committed from
    /// the log into the database. Call it every few seconds.
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        self.writer.lock().await.rest().await?;
        let mut connection = self.checkpointer.lock().await;
        sqlx::query("pragma wal_checkpoint(passive)")
            .execute(&mut *connection)
            .await
            .map_err(failed)?;
        Ok(())
    }

    /// Moves everything from the log into the database and cuts the log to nothing, so that older
    /// versions of rows are nowhere. Says whether nobody was in the way.
    pub(crate) async fn empty_log(&self) -> Result<bool, StoreError> {
        self.writer.lock().await.rest().await?;
        let mut connection = self.checkpointer.lock().await;
        let busy: i64 = sqlx::query_scalar("pragma wal_checkpoint(truncate)")
            .fetch_one(&mut *connection)
            .await
            .map_err(failed)?;
        Ok(busy == 0)
    }
}

pub(crate) fn failed(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::new(source)
}
