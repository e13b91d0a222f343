//! Files.

use async_trait::async_trait;

use desk::{
    ids::{ChatId, MediaId, MessageId},
    ports::StoreError,
    store::AttachmentTx,
};

use super::SqliteTx;
use crate::rows::number;

#[async_trait]
impl AttachmentTx for SqliteTx<'_> {
    async fn insert_file(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into attachment (message, chat, from_customer, size, bytes) values ($1, $2, true, $3, $4)",
        )
        .bind(message.as_str())
        .bind(chat.as_str())
        .bind(number(bytes.len() as u64)?)
        .bind(bytes);
        self.run(query).await.map(drop)
    }

    async fn insert_media(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
        media: &MediaId,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into attachment (message, chat, from_customer, size, media) values ($1, $2, false, 0, $3)",
        )
        .bind(message.as_str())
        .bind(chat.as_str())
        .bind(media.as_str());
        self.run(query).await.map(drop)
    }

    async fn save_media(&mut self, message: &MessageId, media: &MediaId) -> Result<(), StoreError> {
        let query = sqlx::query("update attachment set media = $2 where message = $1")
            .bind(message.as_str())
            .bind(media.as_str());
        self.run(query).await.map(drop)
    }

    async fn forget_bytes(&mut self, message: &MessageId) -> Result<(), StoreError> {
        let query = sqlx::query("update attachment set bytes = null where message = $1")
            .bind(message.as_str());
        self.run(query).await.map(drop)
    }

    async fn count_files(&mut self, chat: &ChatId) -> Result<u64, StoreError> {
        let query =
            sqlx::query("select count(*) as n from attachment where chat = $1 and from_customer");
        self.counted(query.bind(chat.as_str())).await
    }

    async fn waiting_bytes(&mut self) -> Result<u64, StoreError> {
        let query = sqlx::query(
            "select coalesce(sum(size), 0) as n from attachment where bytes is not null",
        );
        self.counted(query).await
    }
}
