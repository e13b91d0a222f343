//! The chat's record.

use async_trait::async_trait;

use desk::{
    event::{ChatEvent, ChatEventKind, Message},
    ids::{ChatId, ClientKey, EventId, MessageId, Timestamp},
    ports::StoreError,
    store::RecordTx,
};

use super::SqliteTx;
use crate::rows::{self, count, get, to_json};

#[async_trait]
impl RecordTx for SqliteTx<'_> {
    async fn append(
        &mut self,
        chat: &ChatId,
        at: Timestamp,
        what: &ChatEventKind,
    ) -> Result<u64, StoreError> {
        let numbered = sqlx::query(
            "update chat set next_seq = next_seq + 1 where id = $1 returning next_seq - 1 as n",
        );
        let seq = self.counted(numbered.bind(chat.as_str())).await?;
        let (message, key) = match what {
            ChatEventKind::Message(message) => (
                Some(message.id.as_str()),
                message.key.as_ref().map(ClientKey::as_str),
            ),
            _ => (None, None),
        };
        let json = to_json(what)?;
        let query = sqlx::query(
            "insert into chat_event (chat, seq, at, what, message, client_key) values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(chat.as_str())
        .bind(rows::number(seq)?)
        .bind(at.as_millis())
        .bind(&json)
        .bind(message)
        .bind(key);
        self.run(query).await?;
        if let ChatEventKind::Message(message) = what {
            self.copy_message(chat, seq, at, message, &json).await?;
        }
        Ok(seq)
    }

    async fn find_message_by_key(
        &mut self,
        chat: &ChatId,
        key: &ClientKey,
    ) -> Result<Option<(u64, MessageId)>, StoreError> {
        let query =
            sqlx::query("select seq, message from chat_event where chat = $1 and client_key = $2")
                .bind(chat.as_str())
                .bind(key.as_str());
        self.find(query, |row| {
            Ok((
                count(row, "seq")?,
                MessageId::new(get::<String>(row, "message")?),
            ))
        })
        .await
    }

    async fn holds_message(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query("select 1 from chat_event where message = $1 and chat = $2")
            .bind(message.as_str())
            .bind(chat.as_str());
        Ok(self.find(query, |_| Ok(())).await?.is_some())
    }

    async fn find_message_by_event(
        &mut self,
        chat: &ChatId,
        event: &EventId,
    ) -> Result<Option<Message>, StoreError> {
        let query = sqlx::query(
            "select seq, at, what from chat_event where chat = $1 and matrix_event = $2",
        )
        .bind(chat.as_str())
        .bind(event.as_str());
        Ok(match self.find(query, rows::chat_event).await? {
            Some(ChatEvent {
                what: ChatEventKind::Message(message),
                ..
            }) => Some(message),
            _ => None,
        })
    }

    async fn rewrite(&mut self, message: &Message) -> Result<(), StoreError> {
        let json = to_json(&ChatEventKind::Message(message.clone()))?;
        let query = sqlx::query("update chat_event set what = $2 where message = $1")
            .bind(message.id.as_str())
            .bind(&json);
        self.run(query).await?;
        self.rewrite_copies(message, &json).await?;
        let edit = ChatEventKind::Edit {
            id: message.id.clone(),
            text: message.text.clone(),
            html: message.html.clone(),
        };
        for (kind, now) in [("edit", edit), ("mask", message.as_mask())] {
            let query = sqlx::query(
                "update chat_event set what = $2
                 where chat = (select chat from chat_event where message = $1) and what like $3",
            )
            .bind(message.id.as_str())
            .bind(to_json(&now)?)
            .bind(format!(r#"{{"type":"{kind}","id":"{}",%"#, message.id));
            self.run(query).await?;
        }
        if message.attachment.is_none() {
            let file = sqlx::query("delete from attachment where message = $1");
            self.run(file.bind(message.id.as_str())).await?;
        }
        Ok(())
    }

    async fn save_event_of_message(
        &mut self,
        message: &MessageId,
        event: &EventId,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query("update chat_event set matrix_event = $2 where message = $1")
            .bind(message.as_str())
            .bind(event.as_str());
        Ok(self.run(query).await? > 0)
    }
}
