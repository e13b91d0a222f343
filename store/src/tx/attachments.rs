//! Files.

use async_trait::async_trait;

use desk::{
    ids::{AgentId, ChatId, MediaId, MessageId},
    ports::StoreError,
    store::{AttachmentTx, StoredMedia, Uploader},
};
use sqlx::sqlite::SqliteRow;

use super::SqliteTx;
use crate::rows::{get, number};

fn stored(row: &SqliteRow) -> Result<StoredMedia, StoreError> {
    let agent = get::<Option<String>>(row, "agent")?;
    Ok(StoredMedia {
        media: MediaId::new(get::<String>(row, "media")?),
        by: match (get::<bool>(row, "from_customer")?, agent) {
            (true, _) => Uploader::Us,
            (false, Some(agent)) => Uploader::Agent(AgentId::new(agent)),
            (false, None) => Uploader::Unknown,
        },
    })
}

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
        agent: &AgentId,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into attachment (message, chat, from_customer, size, media, agent)
             values ($1, $2, false, 0, $3, $4)",
        )
        .bind(message.as_str())
        .bind(chat.as_str())
        .bind(media.as_str())
        .bind(agent.as_str());
        self.run(query).await.map(drop)
    }

    async fn save_media(
        &mut self,
        message: &MessageId,
        media: &MediaId,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query("update attachment set media = $2 where message = $1")
            .bind(message.as_str())
            .bind(media.as_str());
        Ok(self.run(query).await? > 0)
    }

    async fn find_media(&mut self, message: &MessageId) -> Result<Option<StoredMedia>, StoreError> {
        let query = sqlx::query(
            "select media, agent, from_customer from attachment
             where message = $1 and media is not null",
        );
        self.find(query.bind(message.as_str()), stored).await
    }

    async fn media_of(&mut self, chat: &ChatId) -> Result<Vec<StoredMedia>, StoreError> {
        let query = sqlx::query(
            "select media, agent, from_customer from attachment
             where chat = $1 and media is not null order by message",
        );
        self.list(query.bind(chat.as_str()), stored).await
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
