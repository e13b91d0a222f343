//! How chats end and come back.

use async_trait::async_trait;

use desk::{
    chat::Chat,
    customer::Customer,
    ids::{ChatId, CustomerId, MailId, ServiceSlug, Timestamp, TokenHash},
    ports::StoreError,
    rating::Rating,
    store::CareTx,
};

use super::SqliteTx;
use crate::{
    reads::{RATING, chat_where},
    rows::{self, get},
};

#[async_trait]
impl CareTx for SqliteTx<'_> {
    async fn find_customer_by_subject(
        &mut self,
        service: &ServiceSlug,
        subject: &str,
    ) -> Result<Option<Customer>, StoreError> {
        let query = sqlx::query(
            "select id, service, name, email, subject from customer
             where service = $1 and subject = $2",
        )
        .bind(service.as_str())
        .bind(subject);
        self.find(query, rows::customer).await
    }

    async fn find_latest_chat(
        &mut self,
        customer: &CustomerId,
    ) -> Result<Option<Chat>, StoreError> {
        let query = sqlx::query(chat_where("customer = $1 order by number desc limit 1"))
            .bind(customer.as_str());
        self.find(query, rows::chat).await
    }

    async fn find_open_chat(&mut self, customer: &CustomerId) -> Result<Option<Chat>, StoreError> {
        let query = sqlx::query(chat_where(
            "customer = $1 and state <> 'closed' order by number desc limit 1",
        ))
        .bind(customer.as_str());
        self.find(query, rows::chat).await
    }

    async fn add_visitor_token(
        &mut self,
        chat: &ChatId,
        token: &TokenHash,
        at: Timestamp,
        keep: u32,
    ) -> Result<(), StoreError> {
        let query =
            sqlx::query("insert into visitor_token (hash, chat, created_at) values ($1, $2, $3)")
                .bind(token.as_str())
                .bind(chat.as_str())
                .bind(at.as_millis());
        self.run(query).await?;
        let query = sqlx::query(
            "delete from visitor_token where chat = $1 and hash <> $2 and hash not in (
               select hash from visitor_token where chat = $1 and hash <> $2
               order by created_at desc, hash limit $3
             )",
        )
        .bind(chat.as_str())
        .bind(token.as_str())
        .bind(keep.saturating_sub(1));
        self.run(query).await.map(drop)
    }

    async fn mark_taken(&mut self, chat: &ChatId, at: Timestamp) -> Result<(), StoreError> {
        let query = sqlx::query("update chat set taken_at = $2 where id = $1 and taken_at is null")
            .bind(chat.as_str())
            .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn mark_answered(&mut self, chat: &ChatId, at: Timestamp) -> Result<(), StoreError> {
        let query =
            sqlx::query("update chat set answered_at = $2 where id = $1 and answered_at is null")
                .bind(chat.as_str())
                .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn find_last_word(&mut self, chat: &ChatId) -> Result<Option<Timestamp>, StoreError> {
        // Only customers' messages have a client key.
        let query = sqlx::query(
            "select max(at) as at from chat_event where chat = $1 and client_key is not null",
        )
        .bind(chat.as_str());
        let found = self
            .find(query, |row| get::<Option<i64>>(row, "at"))
            .await?;
        Ok(found.flatten().map(Timestamp::from_millis))
    }

    async fn find_rating(&mut self, chat: &ChatId) -> Result<Option<Rating>, StoreError> {
        self.find(sqlx::query(RATING).bind(chat.as_str()), rows::rating)
            .await
    }

    async fn save_rating(&mut self, rating: &Rating) -> Result<(), StoreError> {
        let given = rating.given.as_ref();
        let query = sqlx::query(
            "insert into rating (chat, asked_at, score, comment, rated_at) values ($1, $2, $3, $4, $5)
             on conflict (chat) do update
             set score = excluded.score, comment = excluded.comment, rated_at = excluded.rated_at",
        )
        .bind(rating.chat.as_str())
        .bind(rating.asked_at.as_millis())
        .bind(given.map(|given| given.score))
        .bind(given.and_then(|given| given.comment.as_deref()))
        .bind(given.map(|given| given.at.as_millis()));
        self.run(query).await.map(drop)
    }

    async fn mails_of(&mut self, chat: &ChatId) -> Result<u64, StoreError> {
        let query = sqlx::query("select count(*) as n from transcript_mail where chat = $1")
            .bind(chat.as_str());
        self.counted(query).await
    }

    async fn insert_mail(
        &mut self,
        id: &MailId,
        chat: &ChatId,
        email: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into transcript_mail (id, chat, email, at) values ($1, $2, $3, $4)",
        )
        .bind(id.as_str())
        .bind(chat.as_str())
        .bind(email)
        .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn forget_address(&mut self, id: &MailId) -> Result<(), StoreError> {
        let query =
            sqlx::query("update transcript_mail set email = null where id = $1").bind(id.as_str());
        self.run(query).await.map(drop)
    }

    async fn expired(
        &mut self,
        service: &ServiceSlug,
        before: Timestamp,
        limit: u32,
    ) -> Result<Vec<Chat>, StoreError> {
        let query = sqlx::query(chat_where(
            "service = $1 and state = 'closed' and closed_at < $2 order by closed_at limit $3",
        ))
        .bind(service.as_str())
        .bind(before.as_millis())
        .bind(limit);
        self.list(query, rows::chat).await
    }

    async fn delete_chat(&mut self, chat: &ChatId) -> Result<(), StoreError> {
        for sql in [
            "delete from chat_event where chat = $1",
            "delete from sealed where mask in (select id from mask where chat = $1)",
            "delete from mask where chat = $1",
            "delete from shown_before where chat = $1",
            "delete from quotation where chat = $1",
            "delete from suggestion where chat = $1",
            "delete from told where chat = $1",
            "delete from repetition where chat = $1",
            "delete from attachment where chat = $1",
            "delete from rating where chat = $1",
            "delete from transcript_mail where chat = $1",
            "delete from visitor_token where chat = $1",
            "delete from offer where chat = $1",
            "delete from announcement where chat = $1",
            "delete from called where chat = $1",
            "delete from guest where chat = $1",
            "delete from routing_log where chat = $1",
            "delete from deadline where subject = $1",
            "delete from outbox where lane = 'chat:' || $1
               and json_extract(effect, '$.do') not in ('erase_events', 'empty_erased')",
            "update chat set previous = null where previous = $1",
            "delete from chat where id = $1",
        ] {
            self.run(sqlx::query(sql).bind(chat.as_str())).await?;
        }
        Ok(())
    }

    async fn delete_lone_customer(&mut self, customer: &CustomerId) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "delete from customer
             where id = $1 and not exists (select 1 from chat where chat.customer = customer.id)",
        )
        .bind(customer.as_str());
        Ok(self.run(query).await? > 0)
    }
}
