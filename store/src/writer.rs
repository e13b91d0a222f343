//! One writer that groups commits: transactions run one after the other, each in a savepoint,
//! and all that were ready by then share one `commit` and so one flush to disk.

use sqlx::sqlite::SqliteConnection;
use tokio::sync::{Mutex, MutexGuard};

use desk::ports::StoreError;

use crate::sqlite::failed;

/// How many failed groups are remembered for those who still wait to hear of them.
const FAILURES: usize = 64;

pub struct Writer {
    connection: SqliteConnection,
    /// A group has begun.
    open: bool,
    /// A transaction of the group was dropped before its end; its savepoint must be undone.
    abandoned: bool,
    /// Counts groups.
    group: u64,
    failed: Vec<u64>,
}

impl Writer {
    pub fn new(connection: SqliteConnection) -> Self {
        Self {
            connection,
            open: false,
            abandoned: false,
            group: 0,
            failed: Vec::new(),
        }
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), StoreError> {
        sqlx::query(sql)
            .execute(&mut self.connection)
            .await
            .map(drop)
            .map_err(failed)
    }

    async fn undo_abandoned(&mut self) -> Result<(), StoreError> {
        if self.abandoned {
            self.run("rollback to one").await?;
            self.run("release one").await?;
            self.abandoned = false;
        }
        Ok(())
    }

    async fn join(&mut self) -> Result<(), StoreError> {
        self.undo_abandoned().await?;
        if !self.open {
            self.run("begin immediate").await?;
            self.open = true;
        }
        self.run("savepoint one").await
    }

    /// Commits the group, unless that was done while the caller waited for its turn.
    async fn end(&mut self, group: u64) -> Result<(), StoreError> {
        if self.group > group {
            return match self.failed.contains(&group) {
                true => Err(StoreError::new("the group's commit failed")),
                false => Ok(()),
            };
        }
        self.undo_abandoned().await?;
        let outcome = self.run("commit").await;
        self.group += 1;
        self.open = false;
        if outcome.is_err() {
            self.failed.push(group);
            if self.failed.len() > FAILURES {
                self.failed.remove(0);
            }
            // A commit that failed may have left the transaction open.
            let _ = self.run("rollback").await;
        }
        outcome
    }
}

/// One transaction's turn at the writer.
pub struct Turn<'a> {
    writer: &'a Mutex<Writer>,
    guard: Option<MutexGuard<'a, Writer>>,
}

impl<'a> Turn<'a> {
    pub async fn begin(writer: &'a Mutex<Writer>) -> Result<Self, StoreError> {
        let mut guard = writer.lock().await;
        guard.join().await?;
        Ok(Self {
            writer,
            guard: Some(guard),
        })
    }

    pub fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        match &mut self.guard {
            Some(guard) => Ok(&mut guard.connection),
            None => Err(StoreError::new("the transaction has ended")),
        }
    }

    /// Ends the savepoint, lets those who wait already join the group, then commits it.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        let Some(guard) = &mut self.guard else {
            return Ok(());
        };
        guard.run("release one").await?;
        let group = guard.group;
        self.guard = None;
        // The lock is fair: whoever waited for it when it was let go has had a turn by now.
        self.writer.lock().await.end(group).await
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(guard) = &mut self.guard {
            guard.abandoned = true;
        }
    }
}
