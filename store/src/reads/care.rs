//! Reads of how chats end and come back.

use async_trait::async_trait;

use desk::{
    chat::Chat,
    customer::Customer,
    event::{ChatEvent, ChatEventKind, Message},
    ids::{AgentId, ChatId, CustomerId, MailId, MessageId, ServiceSlug, Timestamp},
    ports::StoreError,
    rating::Rating,
    report::ChatFigures,
    store::CareReads,
};
use sqlx::sqlite::SqliteRow;

use super::{RATING, chat_where};
use crate::{
    rows::{self, count, get, time},
    sqlite::SqliteStore,
};

#[async_trait]
impl CareReads for SqliteStore {
    async fn message(&self, id: &MessageId) -> Result<Option<Message>, StoreError> {
        let query = sqlx::query("select seq, at, what from chat_event where message = $1")
            .bind(id.as_str());
        Ok(match self.row(query, rows::chat_event).await? {
            Some(ChatEvent {
                what: ChatEventKind::Message(message),
                ..
            }) => Some(message),
            _ => None,
        })
    }

    async fn rating(&self, chat: &ChatId) -> Result<Option<Rating>, StoreError> {
        self.row(sqlx::query(RATING).bind(chat.as_str()), rows::rating)
            .await
    }

    async fn mail(&self, id: &MailId) -> Result<Option<(ChatId, String)>, StoreError> {
        let query = sqlx::query(
            "select chat, email from transcript_mail where id = $1 and email is not null",
        )
        .bind(id.as_str());
        self.row(query, |row| {
            Ok((ChatId::new(get::<String>(row, "chat")?), get(row, "email")?))
        })
        .await
    }

    async fn chats_of(&self, customer: &CustomerId, limit: u32) -> Result<Vec<Chat>, StoreError> {
        let query = sqlx::query(chat_where("customer = $1 order by number desc limit $2"))
            .bind(customer.as_str())
            .bind(limit);
        self.rows(query, rows::chat).await
    }

    async fn consent_of(
        &self,
        service: &ServiceSlug,
        subject: &str,
    ) -> Result<Option<(String, Timestamp)>, StoreError> {
        let query = sqlx::query(
            "select version, at from consent where subject = $1 and service = $2 order by at desc limit 1",
        )
        .bind(subject)
        .bind(service.as_str());
        self.row(query, |row| Ok((get(row, "version")?, time(row, "at")?)))
            .await
    }

    async fn tickets_of(
        &self,
        customer: &Customer,
        limit: u32,
    ) -> Result<Vec<(u64, String)>, StoreError> {
        let query = sqlx::query(
            "select number, subject from ticket
             where service = $1
               and (email = $2 or chat in (select id from chat where chat.customer = $3))
             order by number desc limit $4",
        )
        .bind(customer.service.as_str())
        .bind(&customer.email)
        .bind(customer.id.as_str())
        .bind(limit);
        self.rows(query, |row| {
            Ok((count(row, "number")?, get(row, "subject")?))
        })
        .await
    }

    async fn figures(
        &self,
        service: &ServiceSlug,
        since: Timestamp,
        limit: u32,
    ) -> Result<Vec<ChatFigures>, StoreError> {
        let query = sqlx::query(
            "select chat.created_at, chat.taken_by, agent.name, chat.taken_at, chat.answered_at,
               chat.closed_at, rating.score
             from chat
             left join agent on agent.service = chat.service and agent.id = chat.taken_by
             left join rating on rating.chat = chat.id
             where chat.service = $1 and chat.created_at >= $2
             order by chat.created_at limit $3",
        )
        .bind(service.as_str())
        .bind(since.as_millis())
        .bind(limit);
        self.rows(query, figures).await
    }
}

fn figures(row: &SqliteRow) -> Result<ChatFigures, StoreError> {
    let at =
        |column| Ok::<_, StoreError>(get::<Option<i64>>(row, column)?.map(Timestamp::from_millis));
    Ok(ChatFigures {
        started_at: time(row, "created_at")?,
        agent: get::<Option<String>>(row, "taken_by")?.map(AgentId::new),
        agent_name: get(row, "name")?,
        taken_at: at("taken_at")?,
        answered_at: at("answered_at")?,
        closed_at: at("closed_at")?,
        score: get(row, "score")?,
    })
}
