//! Masks, and which events show a message.

use async_trait::async_trait;

use desk::{
    event::{ChatEvent, ChatEventKind, Message},
    ids::{ChatId, EventId, MaskId, MessageId, Timestamp},
    masks::{Mask, Sealed},
    ports::StoreError,
    store::{MaskTx, Suggestion},
};

use super::SqliteTx;
use crate::{
    reads::{MASK, mask},
    rows::{self, get, json, number, to_json},
};

#[async_trait]
impl MaskTx for SqliteTx<'_> {
    async fn insert_mask(&mut self, mask: &mut Mask) -> Result<(), StoreError> {
        let numbered = sqlx::query(
            "update chat set next_mask = next_mask + 1 where id = $1 returning next_mask - 1 as n",
        );
        mask.number = self.counted(numbered.bind(mask.chat.as_str())).await?;
        let query = sqlx::query(
            "insert into mask (id, chat, message, number, agent, at, runs)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(mask.id.as_str())
        .bind(mask.chat.as_str())
        .bind(mask.message.as_str())
        .bind(number(mask.number)?)
        .bind(mask.by.as_ref().map(|by| by.as_str()))
        .bind(mask.at.as_millis())
        .bind(to_json(&mask.runs)?);
        self.run(query).await.map(drop)
    }

    async fn save_sealed(
        &mut self,
        mask: &MaskId,
        sealed: &Sealed,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into sealed (mask, key_id, nonce, bytes, expires_at) values ($1, $2, $3, $4, $5)
             on conflict (mask) do update set key_id = excluded.key_id, nonce = excluded.nonce,
               bytes = excluded.bytes, expires_at = excluded.expires_at",
        )
        .bind(mask.as_str())
        .bind(&sealed.key)
        .bind(sealed.nonce.as_slice())
        .bind(sealed.bytes.as_slice())
        .bind(expires_at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn find_sealed(&mut self, mask: &MaskId) -> Result<Option<Sealed>, StoreError> {
        let query = sqlx::query("select key_id, nonce, bytes from sealed where mask = $1");
        self.find(query.bind(mask.as_str()), |row| {
            Ok(Sealed {
                key: get(row, "key_id")?,
                nonce: get(row, "nonce")?,
                bytes: get(row, "bytes")?,
            })
        })
        .await
    }

    async fn next_expiry(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let query = sqlx::query("select min(expires_at) as at from sealed");
        let found = self
            .find(query, |row| get::<Option<i64>>(row, "at"))
            .await?;
        Ok(found.flatten().map(Timestamp::from_millis))
    }

    async fn delete_expired(&mut self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let query = sqlx::query(
            "delete from sealed where mask in (
               select mask from sealed where expires_at <= $1 order by expires_at limit $2
             )",
        )
        .bind(now.as_millis())
        .bind(limit);
        self.run(query).await
    }

    async fn delete_sealed(&mut self, mask: &MaskId) -> Result<(), StoreError> {
        let query = sqlx::query("delete from sealed where mask = $1").bind(mask.as_str());
        self.run(query).await.map(drop)
    }

    async fn masks_over(&mut self, message: &MessageId) -> Result<Vec<Mask>, StoreError> {
        let query = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{MASK} where message = $1 and undone_at is null order by number"
        )))
        .bind(message.as_str());
        self.list(query, mask).await
    }

    async fn masks_of(&mut self, chat: &ChatId, limit: u32) -> Result<Vec<Mask>, StoreError> {
        let query = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{MASK} where chat = $1 order by number limit $2"
        )))
        .bind(chat.as_str())
        .bind(limit);
        self.list(query, mask).await
    }

    async fn mark_undone(&mut self, mask: &MaskId, at: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query("update mask set undone_at = $2 where id = $1")
            .bind(mask.as_str())
            .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn was_undone(&mut self, message: &MessageId) -> Result<bool, StoreError> {
        let query =
            sqlx::query("select 1 from mask where message = $1 and undone_at is not null limit 1")
                .bind(message.as_str());
        Ok(self.find(query, |_| Ok(())).await?.is_some())
    }

    async fn add_shown_before(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
        event: &EventId,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into shown_before (event, chat, message) values ($1, $2, $3)
             on conflict (event) do nothing",
        )
        .bind(event.as_str())
        .bind(chat.as_str())
        .bind(message.as_str());
        self.run(query).await.map(drop)
    }

    async fn find_message(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
    ) -> Result<Option<Message>, StoreError> {
        let query =
            sqlx::query("select seq, at, what from chat_event where message = $1 and chat = $2")
                .bind(message.as_str())
                .bind(chat.as_str());
        let found = self.find(query, rows::chat_event).await?;
        Ok(found.and_then(message_of).map(|(_, message)| message))
    }

    async fn find_message_shown(
        &mut self,
        chat: &ChatId,
        event: &EventId,
    ) -> Result<Option<(Message, bool)>, StoreError> {
        let query = sqlx::query(
            "select chat_event.seq, chat_event.at, chat_event.what,
               coalesce(shown_before.hidden, false) as hidden
             from chat_event left join shown_before on shown_before.event = $2
             where chat_event.chat = $1
               and (chat_event.matrix_event = $2 or chat_event.message = shown_before.message)",
        )
        .bind(chat.as_str())
        .bind(event.as_str());
        let found = self
            .find(query, |row| {
                Ok((rows::chat_event(row)?, get::<bool>(row, "hidden")?))
            })
            .await?;
        Ok(found.and_then(|(event, hidden)| Some((message_of(event)?.1, hidden))))
    }

    async fn save_replacement(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
        replacement: Option<&EventId>,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into shown_before (event, chat, message)
             select matrix_event, chat, message from chat_event
             where message = $1 and chat = $2 and matrix_event is not null
             on conflict (event) do nothing",
        )
        .bind(message.as_str())
        .bind(chat.as_str());
        self.run(query).await?;
        let query = sqlx::query("update shown_before set hidden = true where message = $1");
        self.run(query.bind(message.as_str())).await?;
        let query = sqlx::query("update chat_event set matrix_event = $2 where message = $1")
            .bind(message.as_str())
            .bind(replacement.map(|event| event.as_str()));
        self.run(query).await.map(drop)
    }

    async fn add_quotation(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
        event: &EventId,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into quotation (event, chat, message) values ($1, $2, $3)
             on conflict (event) do nothing",
        )
        .bind(event.as_str())
        .bind(chat.as_str())
        .bind(message.as_str());
        self.run(query).await.map(drop)
    }

    async fn take_quotations(&mut self, message: &MessageId) -> Result<Vec<EventId>, StoreError> {
        let query = sqlx::query("delete from quotation where message = $1 returning event");
        self.list(query.bind(message.as_str()), |row| {
            get::<String>(row, "event").map(EventId::new)
        })
        .await
    }

    async fn find_suggestion(
        &mut self,
        message: &MessageId,
    ) -> Result<Option<Suggestion>, StoreError> {
        let query = sqlx::query("select kinds, event from suggestion where message = $1");
        self.find(query.bind(message.as_str()), |row| {
            Ok(Suggestion {
                kinds: json(get(row, "kinds")?)?,
                event: get::<Option<String>>(row, "event")?.map(EventId::new),
            })
        })
        .await
    }

    async fn save_suggestion(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
        suggestion: &Suggestion,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into suggestion (message, chat, kinds, event) values ($1, $2, $3, $4)
             on conflict (message) do update set kinds = excluded.kinds, event = excluded.event",
        )
        .bind(message.as_str())
        .bind(chat.as_str())
        .bind(to_json(&suggestion.kinds)?)
        .bind(suggestion.event.as_ref().map(|event| event.as_str()));
        self.run(query).await.map(drop)
    }

    async fn find_message_suggested(
        &mut self,
        chat: &ChatId,
        event: &EventId,
    ) -> Result<Option<Message>, StoreError> {
        let query = sqlx::query(
            "select chat_event.seq, chat_event.at, chat_event.what
             from suggestion join chat_event on chat_event.message = suggestion.message
             where suggestion.event = $2 and suggestion.chat = $1",
        )
        .bind(chat.as_str())
        .bind(event.as_str());
        let found = self.find(query, rows::chat_event).await?;
        Ok(found.and_then(message_of).map(|(_, message)| message))
    }

    async fn newest_messages(
        &mut self,
        chat: &ChatId,
        limit: u32,
    ) -> Result<Vec<(Timestamp, Message)>, StoreError> {
        let query = sqlx::query(
            "select seq, at, what from chat_event where chat = $1 and message is not null
             order by seq desc limit $2",
        )
        .bind(chat.as_str())
        .bind(limit);
        let events = self.list(query, rows::chat_event).await?;
        Ok(events.into_iter().filter_map(message_of).collect())
    }
}

fn message_of(event: ChatEvent) -> Option<(Timestamp, Message)> {
    match event.what {
        ChatEventKind::Message(message) => Some((event.at, message)),
        _ => None,
    }
}
