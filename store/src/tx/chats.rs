//! Chats, their customers and consents.

use async_trait::async_trait;

use desk::{
    chat::{Chat, ChatState, Target},
    customer::Customer,
    ids::{AgentId, ChatId, RoomId, ServiceSlug, Timestamp, TokenHash},
    ports::StoreError,
    store::ChatTx,
};

use super::SqliteTx;
use crate::{
    reads::chat_where,
    rows::{self, to_json},
};

#[async_trait]
impl ChatTx for SqliteTx<'_> {
    async fn insert_customer(
        &mut self,
        customer: &Customer,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let query =
            sqlx::query("insert into customer (id, service, name, email, subject, created_at) values ($1, $2, $3, $4, $5, $6)")
                .bind(customer.id.as_str())
                .bind(customer.service.as_str())
                .bind(&customer.name)
                .bind(&customer.email)
                .bind(&customer.subject)
                .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn save_customer(&mut self, customer: &Customer) -> Result<(), StoreError> {
        let query =
            sqlx::query("update customer set name = $2, email = $3, subject = $4 where id = $1")
                .bind(customer.id.as_str())
                .bind(&customer.name)
                .bind(&customer.email)
                .bind(&customer.subject);
        self.run(query).await.map(drop)
    }

    async fn find_customer_by_token(
        &mut self,
        service: &ServiceSlug,
        token: &TokenHash,
    ) -> Result<Option<Customer>, StoreError> {
        let query = sqlx::query(
            "select customer.id, customer.service, customer.name, customer.email, customer.subject
             from visitor_token
             join chat on chat.id = visitor_token.chat
             join customer on customer.id = chat.customer
             where visitor_token.hash = $1 and customer.service = $2",
        )
        .bind(token.as_str())
        .bind(service.as_str());
        self.find(query, rows::customer).await
    }

    async fn insert_consent(
        &mut self,
        service: &ServiceSlug,
        subject: &str,
        version: &str,
        text_hash: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let query =
            sqlx::query("insert into consent (service, subject, version, text_hash, at) values ($1, $2, $3, $4, $5)")
                .bind(service.as_str())
                .bind(subject)
                .bind(version)
                .bind(text_hash)
                .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn insert_chat(&mut self, chat: &mut Chat, token: &TokenHash) -> Result<(), StoreError> {
        let numbered = sqlx::query(
            "update service set next_chat = next_chat + 1 where slug = $1 returning next_chat - 1 as n",
        );
        chat.number = self.counted(numbered.bind(chat.service.as_str())).await?;
        let page = chat.page.as_ref().map(to_json).transpose()?;
        let query = sqlx::query(
            "insert into chat (id, service, number, customer, state, locale, page, fields, created_at, previous)
             values ($1, $2, $3, $4, 'waiting', $5, $6, $7, $8, $9)",
        )
        .bind(chat.id.as_str())
        .bind(chat.service.as_str())
        .bind(rows::number(chat.number)?)
        .bind(chat.customer.as_str())
        .bind(&chat.locale)
        .bind(page)
        .bind(to_json(&chat.fields)?)
        .bind(chat.created_at.as_millis())
        .bind(chat.previous.as_ref().map(ChatId::as_str));
        self.run(query).await?;
        self.save_chat(chat).await?;
        let query =
            sqlx::query("insert into visitor_token (hash, chat, created_at) values ($1, $2, $3)")
                .bind(token.as_str())
                .bind(chat.id.as_str())
                .bind(chat.created_at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn find_chat(&mut self, chat: &ChatId) -> Result<Option<Chat>, StoreError> {
        self.find(
            sqlx::query(chat_where("id = $1")).bind(chat.as_str()),
            rows::chat,
        )
        .await
    }

    async fn find_chat_of_portal(&mut self, room: &RoomId) -> Result<Option<Chat>, StoreError> {
        self.find(
            sqlx::query(chat_where("room = $1")).bind(room.as_str()),
            rows::chat,
        )
        .await
    }

    async fn save_chat(&mut self, chat: &Chat) -> Result<(), StoreError> {
        let (until, closed_at) = match &chat.state {
            ChatState::Offered { until, .. } => (Some(until.as_millis()), None),
            ChatState::Closed { at } => (None, Some(at.as_millis())),
            ChatState::Waiting | ChatState::Active { .. } => (None, None),
        };
        let handling = &chat.handling;
        let target_until = handling.target.as_ref().and_then(Target::until);
        let target_until = target_until.map(Timestamp::as_millis);
        let query = sqlx::query(
            "update chat set state = $2, agent = $3, offered_until = $4, closed_at = $5, room = $6,
               target = $7, target_until = $8, handed_over_by = $9, grace_until = $10,
               taken_by = case when $2 = 'active' then $3 else taken_by end
             where id = $1",
        )
        .bind(chat.id.as_str())
        .bind(chat.state.as_str())
        .bind(chat.state.holder().map(AgentId::as_str))
        .bind(until)
        .bind(closed_at)
        .bind(chat.room.as_ref().map(RoomId::as_str))
        .bind(handling.target.as_ref().map(to_json).transpose()?)
        .bind(target_until)
        .bind(handling.handed_over_by.as_ref().map(AgentId::as_str))
        .bind(handling.grace_until.map(Timestamp::as_millis));
        self.run(query).await.map(drop)
    }
}
