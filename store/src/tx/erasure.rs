//! Erasing all that is held of one person.

use async_trait::async_trait;

use desk::{
    chat::Chat,
    customer::Customer,
    ids::{ChatId, CustomerId, EventId, ServiceSlug},
    ports::StoreError,
    store::ErasureTx,
};

use super::SqliteTx;
use crate::{
    reads::chat_where,
    rows::{self, count, get, number},
};

/// `$1` the service, `$2` the customer, `$3` the address: nobody has proved it, so it leads to no
/// ticket of another customer. A release before this one has written no `customer`.
pub const TICKETS: &str = "select number from ticket
 where service = $1
   and (customer = $2
     or chat in (select id from chat where chat.customer = $2)
     or (lower(email) = lower($3)
       and not exists (select 1 from chat where chat.id = ticket.chat)
       and (customer is null
         or ($2 is null
           and not exists (select 1 from customer where customer.id = ticket.customer)))))
 order by number";

#[async_trait]
impl ErasureTx for SqliteTx<'_> {
    async fn find_customer(&mut self, id: &CustomerId) -> Result<Option<Customer>, StoreError> {
        let query =
            sqlx::query("select id, service, name, email, subject from customer where id = $1")
                .bind(id.as_str());
        self.find(query, rows::customer).await
    }

    async fn chats_by(&mut self, id: &CustomerId, limit: u32) -> Result<Vec<Chat>, StoreError> {
        let query = sqlx::query(chat_where("customer = $1 order by number desc limit $2"))
            .bind(id.as_str())
            .bind(limit);
        self.list(query, rows::chat).await
    }

    async fn events_in_portal(&mut self, chat: &ChatId) -> Result<Vec<EventId>, StoreError> {
        let query = sqlx::query(
            "select matrix_event as event from chat_event where chat = $1 and matrix_event is not null
             union select event from shown_before where chat = $1
             union select event from quotation where chat = $1
             union select event from told where chat = $1
             union select event from suggestion where chat = $1 and event is not null",
        )
        .bind(chat.as_str());
        self.list(query, |row| get::<String>(row, "event").map(EventId::new))
            .await
    }

    async fn add_told(&mut self, chat: &ChatId, event: &EventId) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into told (event, chat) values ($1, $2) on conflict (event) do nothing",
        )
        .bind(event.as_str())
        .bind(chat.as_str());
        self.run(query).await.map(drop)
    }

    async fn events_in_desk(&mut self, chat: &ChatId) -> Result<Vec<EventId>, StoreError> {
        let query =
            sqlx::query("select event from announcement where chat = $1").bind(chat.as_str());
        self.list(query, |row| get::<String>(row, "event").map(EventId::new))
            .await
    }

    async fn tickets_by(
        &mut self,
        service: &ServiceSlug,
        customer: Option<&CustomerId>,
        email: Option<&str>,
    ) -> Result<Vec<u64>, StoreError> {
        let query = sqlx::query(TICKETS)
            .bind(service.as_str())
            .bind(customer.map(CustomerId::as_str))
            .bind(email);
        self.list(query, |row| count(row, "number")).await
    }

    async fn empty_ticket(&mut self, service: &ServiceSlug, ticket: u64) -> Result<(), StoreError> {
        let ticket = number(ticket)?;
        for sql in [
            "update ticket set subject = '', description = '', name = null, email = null,
               chat = null, chat_number = null, customer = null
             where service = $1 and number = $2",
            "update ticket_change set old = '', new = ''
             where service = $1 and number = $2 and field = 'subject'",
            "delete from ticket_search where rowid in (
               select id from ticket_part where service = $1 and number = $2 and kind = 'message')",
            "delete from ticket_part where service = $1 and number = $2 and kind = 'message'",
            "update ticket_search set words = '' where rowid in (
               select id from ticket_part where service = $1 and number = $2)",
            "update ticket_part set what = json_set(what, '$.text', '')
             where service = $1 and number = $2 and kind = 'comment'",
            "delete from outbox where lane like 'mail:%'
               and json_extract(effect, '$.service') = $1 and json_extract(effect, '$.ticket') = $2",
        ] {
            let query = sqlx::query(sql).bind(service.as_str()).bind(ticket);
            self.run(query).await?;
        }
        Ok(())
    }

    async fn forget_consent(
        &mut self,
        service: &ServiceSlug,
        subject: &str,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "update consent set subject = 'erased' where subject = $2 and service = $1",
        )
        .bind(service.as_str())
        .bind(subject);
        self.run(query).await.map(drop)
    }

    async fn drop_listing(&mut self, chat: &ChatId) -> Result<(), StoreError> {
        let query =
            sqlx::query("delete from outbox where lane = 'list:' || $1").bind(chat.as_str());
        self.run(query).await.map(drop)
    }

    async fn is_being_erased(&mut self, id: &CustomerId) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "select 1 from outbox
             where buried is null and json_extract(effect, '$.do') in ('erase_events', 'empty_erased')
               and json_extract(effect, '$.customer') = $1 limit 1",
        )
        .bind(id.as_str());
        Ok(self.find(query, |_| Ok(())).await?.is_some())
    }
}
