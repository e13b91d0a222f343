//! What becomes due.

use async_trait::async_trait;

use desk::{
    deadlines::Deadline,
    ids::{ChatId, Timestamp},
    ports::StoreError,
    store::DeadlineTx,
};

use super::SqliteTx;
use crate::rows::{get, time};

#[async_trait]
impl DeadlineTx for SqliteTx<'_> {
    async fn set_deadline(&mut self, deadline: &Deadline, at: Timestamp) -> Result<(), StoreError> {
        let (kind, subject) = deadline.key();
        let query = sqlx::query(
            "insert into deadline (kind, subject, at) values ($1, $2, $3)
             on conflict (kind, subject) do update set at = excluded.at",
        )
        .bind(kind)
        .bind(subject)
        .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn start_deadline(
        &mut self,
        deadline: &Deadline,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let (kind, subject) = deadline.key();
        let query = sqlx::query(
            "insert into deadline (kind, subject, at) values ($1, $2, $3)
             on conflict (kind, subject) do nothing",
        )
        .bind(kind)
        .bind(subject)
        .bind(at.as_millis());
        Ok(self.run(query).await? > 0)
    }

    async fn clear_idle(&mut self, chat: &ChatId) -> Result<(), StoreError> {
        let query = sqlx::query(
            "delete from deadline where kind in ('idle_warning', 'idle_close') and subject = $1",
        )
        .bind(chat.as_str());
        self.run(query).await.map(drop)
    }

    async fn clear_deadline(&mut self, deadline: &Deadline) -> Result<(), StoreError> {
        let (kind, subject) = deadline.key();
        let query = sqlx::query("delete from deadline where kind = $1 and subject = $2")
            .bind(kind)
            .bind(subject);
        self.run(query).await.map(drop)
    }

    async fn take_due(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Deadline>, StoreError> {
        let query = sqlx::query(
            "delete from deadline
             where (kind, subject) in (
               select kind, subject from deadline where at <= $1 order by at limit $2
             )
             returning kind, subject, at",
        )
        .bind(now.as_millis())
        .bind(limit);
        let mut due = self
            .list(query, |row| {
                let (kind, subject) = (get(row, "kind")?, get(row, "subject")?);
                Ok((time(row, "at")?, Deadline::from_key(kind, subject)))
            })
            .await?;
        due.sort_by_key(|(at, _)| *at);
        Ok(due
            .into_iter()
            .filter_map(|(_, deadline)| deadline)
            .collect())
    }
}
