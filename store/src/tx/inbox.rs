//! What comes.

use async_trait::async_trait;

use desk::{
    event::Received,
    ids::{EventId, Timestamp},
    ports::StoreError,
    store::InboxTx,
};

use super::SqliteTx;
use crate::rows::{self, get};

#[async_trait]
impl InboxTx for SqliteTx<'_> {
    async fn receive(&mut self, events: &[Received], at: Timestamp) -> Result<usize, StoreError> {
        let mut new = 0;
        for event in events {
            let query = sqlx::query(
                "insert into inbox (event, room, body, received_at) values ($1, $2, $3, $4)
                 on conflict (event) do nothing",
            )
            .bind(event.id.as_str())
            .bind(event.room.as_str())
            .bind(&event.body)
            .bind(at.as_millis());
            new += usize::from(self.run(query).await? > 0);
        }
        Ok(new)
    }

    async fn reorder(&mut self, events: &[Received], at: Timestamp) -> Result<(), StoreError> {
        let Some(room) = events.first().map(|event| event.room.clone()) else {
            return Ok(());
        };
        let query = sqlx::query(
            "delete from inbox where room = $1 and not processed returning ord, event, room, body",
        )
        .bind(room.as_str());
        let mut unprocessed = self
            .list(query, |row| {
                Ok((get::<i64>(row, "ord")?, rows::received(row)?))
            })
            .await?;
        unprocessed.sort_by_key(|(ord, _)| *ord);
        self.receive(events, at).await?;
        // What came while the room was read is newer than what was read.
        let newer: Vec<Received> = unprocessed.into_iter().map(|(_, event)| event).collect();
        self.receive(&newer, at).await.map(drop)
    }

    async fn mark_processed(&mut self, event: &EventId) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "update inbox set processed = true, body = null where event = $1 and not processed",
        )
        .bind(event.as_str());
        Ok(self.run(query).await? > 0)
    }
}
