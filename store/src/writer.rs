//! One writer that groups commits: transactions run one after the other, each in a savepoint,
//! and all that were ready by then share one `commit` and so one flush to disk.

use std::collections::VecDeque;

use sqlx::sqlite::SqliteConnection;
use tokio::sync::{Mutex, MutexGuard};
use tracing::debug;

use desk::ports::StoreError;

use crate::sqlite::failed;

/// How many failed groups are remembered for those who still wait to hear of them.
const FAILURES: usize = 64;

pub struct Writer {
    connection: SqliteConnection,
    /// A group has begun.
    open: bool,
    /// The last savepoint is complete. It is released by what comes next, so that this is no turn
    /// of the connection's thread of its own.
    complete: bool,
    /// A transaction of the group was dropped before its end; its savepoint must be undone.
    abandoned: bool,
    /// A statement that begins or ends something failed, or nobody waited for its end (a handler
    /// is dropped when its caller hangs up): what SQLite made of it is not known.
    unsure: bool,
    /// Counts groups.
    group: u64,
    failed: VecDeque<u64>,
}

impl Writer {
    pub fn new(connection: SqliteConnection) -> Self {
        Self {
            connection,
            open: false,
            complete: false,
            abandoned: false,
            unsure: false,
            group: 0,
            failed: VecDeque::new(),
        }
    }

    async fn run(&mut self, sql: &'static str) -> Result<(), StoreError> {
        self.unsure = true;
        let statement = sqlx::query(sql).execute(&mut self.connection).await;
        statement.map_err(failed)?;
        self.unsure = false;
        Ok(())
    }

    /// Makes sure of the state: undoes the group when it is not known, and what was abandoned.
    async fn settle(&mut self) -> Result<(), StoreError> {
        if self.unsure {
            // Fails when nothing was begun, which is as well.
            let undone = self.run("rollback").await;
            if undone.is_err() {
                debug!("there was nothing to roll back");
            }
            self.abandoned = false;
            self.unsure = false;
            self.conclude(false);
        }
        if self.abandoned {
            self.run("rollback to one").await?;
            self.run("release one").await?;
            self.abandoned = false;
        }
        Ok(())
    }

    fn conclude(&mut self, committed: bool) {
        if !committed {
            self.failed.push_back(self.group);
            if self.failed.len() > FAILURES {
                self.failed.pop_front();
            }
        }
        self.group += 1;
        self.open = false;
        self.complete = false;
    }

    async fn join(&mut self) -> Result<(), StoreError> {
        self.settle().await?;
        // Both in one turn of the connection's thread.
        self.run(match (self.open, self.complete) {
            (false, _) => "begin immediate; savepoint one",
            (true, true) => "release one; savepoint one",
            (true, false) => "savepoint one",
        })
        .await?;
        self.open = true;
        self.complete = false;
        Ok(())
    }

    /// Ends a group that nobody is going to end: all its transactions were dropped.
    pub async fn rest(&mut self) -> Result<(), StoreError> {
        self.settle().await?;
        if self.open {
            self.run("commit").await?;
            self.conclude(true);
        }
        Ok(())
    }

    /// Commits the group, unless that was done while the caller waited for its turn.
    async fn end(&mut self, group: u64) -> Result<(), StoreError> {
        self.settle().await?;
        if self.group == group {
            self.run("commit").await?;
            self.conclude(true);
        }
        match self.failed.contains(&group) {
            true => Err(StoreError::new("the group's commit failed")),
            false => Ok(()),
        }
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

    /// Completes the savepoint, lets those who wait already join the group, then commits it.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        let Some(guard) = &mut self.guard else {
            return Ok(());
        };
        guard.complete = true;
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

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::poll;
    use sqlx::{Connection, Executor};

    use super::*;

    async fn writer() -> Mutex<Writer> {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        connection
            .execute("create table kept (n integer)")
            .await
            .unwrap();
        Mutex::new(Writer::new(connection))
    }

    async fn write(writer: &Mutex<Writer>, n: i64) -> Result<(), StoreError> {
        let mut turn = Turn::begin(writer).await?;
        let insert = sqlx::query("insert into kept values ($1)").bind(n);
        insert.execute(turn.connection()?).await.map_err(failed)?;
        turn.commit().await
    }

    async fn kept(writer: &Mutex<Writer>) -> Vec<i64> {
        let mut turn = Turn::begin(writer).await.unwrap();
        let rows = sqlx::query_scalar("select n from kept order by n");
        rows.fetch_all(turn.connection().unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_transaction_dropped_at_any_point_harms_no_other() {
        let writer = writer().await;
        let mut acknowledged = Vec::new();
        for polls in 0..60 {
            {
                let mut dropped = pin!(write(&writer, -1));
                for _ in 0..polls {
                    if poll!(dropped.as_mut()).is_ready() {
                        break;
                    }
                    tokio::task::yield_now().await;
                }
            }
            if write(&writer, polls).await.is_ok() {
                acknowledged.push(polls);
            }
        }
        let kept: Vec<i64> = kept(&writer)
            .await
            .into_iter()
            .filter(|n| *n >= 0)
            .collect();
        assert_eq!(kept, acknowledged);
        assert_eq!(
            acknowledged,
            (0..60).collect::<Vec<_>>(),
            "who comes after is not refused"
        );
    }

    #[tokio::test]
    async fn those_in_a_group_whose_commit_is_not_known_are_told() {
        let writer = writer().await;
        let mut turn = Turn::begin(&writer).await.unwrap();
        let insert = sqlx::query("insert into kept values (1)");
        insert.execute(turn.connection().unwrap()).await.unwrap();
        let mut guard = turn.guard.take().unwrap();
        guard.complete = true;
        let group = guard.group;
        guard.unsure = true;
        assert!(guard.end(group).await.is_err());
        drop(guard);
        assert_eq!(kept(&writer).await, Vec::<i64>::new());
    }
}
