//! Originals that were shown to one person and must be taken back.

use async_trait::async_trait;

use desk::{
    ids::{AgentId, EffectId, EventId, RoomId, Timestamp},
    ports::StoreError,
    store::RevealTx,
};

use super::SqliteTx;
use crate::rows::get;

#[async_trait]
impl RevealTx for SqliteTx<'_> {
    async fn start_reveal(
        &mut self,
        reveal: &EffectId,
        person: &AgentId,
        room: &RoomId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into reveal (effect, person, room, tried_at) values ($1, $2, $3, $4)",
        )
        .bind(reveal.as_str())
        .bind(person.as_str())
        .bind(room.as_str())
        .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn find_reveal_room(&mut self, reveal: &EffectId) -> Result<Option<RoomId>, StoreError> {
        let query = sqlx::query("select room from reveal where effect = $1").bind(reveal.as_str());
        self.find(query, |row| get::<String>(row, "room").map(RoomId::new))
            .await
    }

    async fn save_reveal(&mut self, reveal: &EffectId, event: &EventId) -> Result<(), StoreError> {
        let query = sqlx::query("update reveal set event = $2 where effect = $1")
            .bind(reveal.as_str())
            .bind(event.as_str());
        self.run(query).await.map(drop)
    }

    async fn find_reveal(
        &mut self,
        reveal: &EffectId,
    ) -> Result<Option<(RoomId, EventId)>, StoreError> {
        let query =
            sqlx::query("select room, event from reveal where effect = $1 and event is not null")
                .bind(reveal.as_str());
        self.find(query, |row| {
            let room = get::<String>(row, "room")?;
            let event = get::<String>(row, "event")?;
            Ok((RoomId::new(room), EventId::new(event)))
        })
        .await
    }

    async fn delete_reveal(&mut self, reveal: &EffectId) -> Result<(), StoreError> {
        let query = sqlx::query("delete from reveal where effect = $1").bind(reveal.as_str());
        self.run(query).await.map(drop)
    }
}
