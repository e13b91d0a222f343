//! Reads of what is committed.

use std::time::Duration;

use async_trait::async_trait;
use sqlx::{AssertSqlSafe, Row, sqlite::SqliteRow};

use desk::{
    agent::{ChatStatus, Membership, Presence},
    attachment::File,
    chat::Chat,
    customer::{Customer, Words},
    effect::Queued,
    event::{ChatEvent, Received},
    ids::{
        AgentId, ChatId, CustomerId, EventId, MessageId, RoomId, ServiceSlug, Timestamp, TokenHash,
    },
    ports::StoreError,
    routing::Candidate,
    service::Service,
    store::{Store, Tx},
};

use crate::{
    rows::{self, get, number},
    sqlite::{SqliteStore, failed},
    tx::SqliteTx,
};

mod admin;
mod care;
pub mod console;
mod erasure;
mod hooks;
mod keys;
mod masks;
pub mod tickets;

pub use masks::{MASK, mask};

/// `$1` the service.
const CANDIDATES: &str = "
select agent.id, agent.name, agent.permissions, agent.member_of, agent.capacity,
  person.presence, person.status, person.active_at,
  (select count(*) from chat where chat.agent = agent.id and chat.state in ('offered', 'active'))
  + (select count(*) from chat where chat.handed_over_by = agent.id
       and (chat.agent is null or chat.agent <> agent.id)) as load,
  (select max(offer.at) from offer where offer.agent = agent.id) as last_offered
from agent
left join person on person.id = agent.id
where agent.service = $1";

pub fn candidates(more: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("{CANDIDATES} {more}"))
}

/// `$1` the service, `$2` how many.
pub const RECENT_WAITS: &str = "
select accepted_at - created_at as wait from chat
where service = $1 and accepted_at is not null
order by accepted_at desc limit $2";

pub const MEMBERS: &str = "
select id, name, capacity, permissions, member_of from agent
where service = $1
order by id";

pub const RATING: &str =
    "select chat, asked_at, score, comment, rated_at from rating where chat = $1";

pub fn chat_where(condition: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("select {} from chat where {condition}", rows::CHAT))
}

impl SqliteStore {
    async fn rows<T>(
        &self,
        query: sqlx::query::Query<'_, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>,
        read: impl Fn(&SqliteRow) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        query
            .fetch_all(&self.readers)
            .await
            .map_err(failed)?
            .iter()
            .map(read)
            .collect()
    }

    async fn row<T>(
        &self,
        query: sqlx::query::Query<'_, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>,
        read: impl Fn(&SqliteRow) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        query
            .fetch_optional(&self.readers)
            .await
            .map_err(failed)?
            .as_ref()
            .map(read)
            .transpose()
    }
}

fn first<T: for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>>(
    row: &SqliteRow,
) -> Result<T, StoreError> {
    row.try_get(0).map_err(failed)
}

#[async_trait]
impl Store for SqliteStore {
    async fn begin(&self) -> Result<Box<dyn Tx + '_>, StoreError> {
        Ok(Box::new(SqliteTx::begin(&self.writer).await?))
    }

    async fn services(&self) -> Result<Vec<Service>, StoreError> {
        self.rows(
            sqlx::query("select slug, name, settings from service order by slug"),
            rows::service,
        )
        .await
    }

    async fn service(&self, slug: &ServiceSlug) -> Result<Option<Service>, StoreError> {
        let query = sqlx::query("select slug, name, settings from service where slug = $1")
            .bind(slug.as_str());
        self.row(query, rows::service).await
    }

    async fn desk_room(&self, slug: &ServiceSlug) -> Result<Option<RoomId>, StoreError> {
        let query =
            sqlx::query("select desk_room from service where slug = $1").bind(slug.as_str());
        Ok(self
            .row(query, first::<Option<String>>)
            .await?
            .flatten()
            .map(RoomId::new))
    }

    async fn space(&self, slug: &ServiceSlug) -> Result<Option<RoomId>, StoreError> {
        let query = sqlx::query("select space from service where slug = $1").bind(slug.as_str());
        Ok(self
            .row(query, first::<Option<String>>)
            .await?
            .flatten()
            .map(RoomId::new))
    }

    async fn open_chats(&self, service: &ServiceSlug) -> Result<Vec<Chat>, StoreError> {
        let query = sqlx::query(chat_where(
            "service = $1 and state <> 'closed' order by number",
        ))
        .bind(service.as_str());
        self.rows(query, rows::chat).await
    }

    async fn members(&self, service: &ServiceSlug) -> Result<Vec<Membership>, StoreError> {
        let query = sqlx::query(MEMBERS).bind(service.as_str());
        self.rows(query, rows::membership).await
    }

    async fn agents(&self, slug: &ServiceSlug) -> Result<Vec<Candidate>, StoreError> {
        let Some(service) = self.service(slug).await? else {
            return Ok(Vec::new());
        };
        let query = sqlx::query(candidates("order by agent.id")).bind(slug.as_str());
        self.rows(query, |row| {
            rows::candidate(row, service.settings.routing.capacity)
        })
        .await
    }

    async fn recent_waits(
        &self,
        service: &ServiceSlug,
        limit: usize,
    ) -> Result<Vec<Duration>, StoreError> {
        let query = sqlx::query(RECENT_WAITS)
            .bind(service.as_str())
            .bind(u32::try_from(limit).unwrap_or(u32::MAX));
        self.rows(query, rows::wait).await
    }

    async fn active_at(&self, person: &AgentId) -> Result<Option<Timestamp>, StoreError> {
        let query = sqlx::query("select active_at from person where id = $1").bind(person.as_str());
        let found = self.row(query, first::<Option<i64>>).await?;
        Ok(found.flatten().map(Timestamp::from_millis))
    }

    async fn waiting_count(&self, service: &ServiceSlug) -> Result<u64, StoreError> {
        let query = sqlx::query(
            "select count(*) as n from chat where service = $1 and state in ('waiting', 'offered')",
        )
        .bind(service.as_str());
        Ok(self
            .row(query, |row| rows::count(row, "n"))
            .await?
            .unwrap_or_default())
    }

    async fn is_agent(&self, person: &AgentId) -> Result<bool, StoreError> {
        let query =
            sqlx::query("select 1 from agent where id = $1 and permissions <> '[]' limit 1")
                .bind(person.as_str());
        Ok(self.row(query, |_| Ok(())).await?.is_some())
    }

    async fn chat_status(&self, agent: &AgentId) -> Result<(ChatStatus, Presence), StoreError> {
        let query =
            sqlx::query("select status, presence from person where id = $1").bind(agent.as_str());
        let found = self
            .row(query, |row| {
                Ok((
                    rows::status(get(row, "status")?),
                    rows::presence(get(row, "presence")?),
                ))
            })
            .await?;
        Ok(found.unwrap_or_default())
    }

    async fn access(&self, chat: &ChatId, token: &TokenHash) -> Result<bool, StoreError> {
        let query = sqlx::query("select 1 from visitor_token where hash = $1 and chat = $2")
            .bind(token.as_str())
            .bind(chat.as_str());
        Ok(self.row(query, |_| Ok(())).await?.is_some())
    }

    async fn chat(&self, chat: &ChatId) -> Result<Option<Chat>, StoreError> {
        self.row(
            sqlx::query(chat_where("id = $1")).bind(chat.as_str()),
            rows::chat,
        )
        .await
    }

    async fn customer(&self, customer: &CustomerId) -> Result<Option<Customer>, StoreError> {
        let query =
            sqlx::query("select id, service, name, email, subject from customer where id = $1")
                .bind(customer.as_str());
        self.row(query, rows::customer).await
    }

    async fn words(&self, message: &MessageId) -> Result<Option<Words>, StoreError> {
        let query = sqlx::query(
            "select chat_event.seq, chat_event.at, chat_event.what, chat.room,
               customer.id, customer.service, customer.name, customer.email, customer.subject
             from chat_event
             join chat on chat.id = chat_event.chat
             join customer on customer.id = chat.customer
             where chat_event.message = $1",
        )
        .bind(message.as_str());
        let Some((mut words, reply_to)) = self.row(query, rows::words).await?.flatten() else {
            return Ok(None);
        };
        if let Some(answered) = reply_to {
            let query = sqlx::query("select matrix_event from chat_event where message = $1");
            let event = self
                .row(query.bind(answered.as_str()), first::<Option<String>>)
                .await?;
            words.reply_to = event.flatten().map(EventId::new);
        }
        Ok(Some(words))
    }

    async fn file(&self, chat: &ChatId, message: &MessageId) -> Result<Option<File>, StoreError> {
        let query = sqlx::query(
            "select chat_event.seq, chat_event.at, chat_event.what, attachment.bytes, attachment.media
             from attachment
             join chat_event on chat_event.message = attachment.message
             where attachment.message = $1 and attachment.chat = $2",
        )
        .bind(message.as_str())
        .bind(chat.as_str());
        Ok(self.row(query, rows::file).await?.flatten())
    }

    async fn events_after(
        &self,
        chat: &ChatId,
        seq: u64,
        limit: u32,
    ) -> Result<Vec<ChatEvent>, StoreError> {
        let query =
            sqlx::query("select seq, at, what from chat_event where chat = $1 and seq > $2 order by seq limit $3")
                .bind(chat.as_str())
                .bind(number(seq)?)
                .bind(limit);
        self.rows(query, rows::chat_event).await
    }

    async fn open_chat_of(&self, room: &RoomId) -> Result<Option<Chat>, StoreError> {
        let query = sqlx::query(chat_where(
            "room = $1 and room is not null and state <> 'closed'",
        ));
        self.row(query.bind(room.as_str()), rows::chat).await
    }

    async fn seq_of_event(
        &self,
        chat: &ChatId,
        event: &EventId,
    ) -> Result<Option<u64>, StoreError> {
        let query = sqlx::query("select seq from chat_event where matrix_event = $1 and chat = $2")
            .bind(event.as_str())
            .bind(chat.as_str());
        self.row(query, |row| rows::count(row, "seq")).await
    }

    async fn event_up_to(&self, chat: &ChatId, seq: u64) -> Result<Option<EventId>, StoreError> {
        let query = sqlx::query(
            "select matrix_event from chat_event
             where chat = $1 and seq <= $2 and matrix_event is not null
             order by seq desc limit 1",
        )
        .bind(chat.as_str())
        .bind(i64::try_from(seq).unwrap_or(i64::MAX));
        self.row(query, |row| first::<String>(row).map(EventId::new))
            .await
    }

    async fn last_delivered(&self, chat: &ChatId, seq: u64) -> Result<Option<u64>, StoreError> {
        let query = sqlx::query(
            "select seq from chat_event
             where chat = $1 and seq <= $2 and client_key is not null and matrix_event is not null
             order by seq desc limit 1",
        )
        .bind(chat.as_str())
        .bind(i64::try_from(seq).unwrap_or(i64::MAX));
        self.row(query, |row| rows::count(row, "seq")).await
    }

    async fn last_delivered_before(
        &self,
        chat: &ChatId,
        at: Timestamp,
    ) -> Result<Option<u64>, StoreError> {
        let query = sqlx::query(
            "select seq from chat_event
             where chat = $1 and at <= $2 and client_key is not null and matrix_event is not null
             order by seq desc limit 1",
        )
        .bind(chat.as_str())
        .bind(at.as_millis());
        self.row(query, |row| rows::count(row, "seq")).await
    }

    async fn open_rooms(&self) -> Result<Vec<RoomId>, StoreError> {
        let query = sqlx::query(
            "select room from chat where state <> 'closed' and room is not null
             union select desk_room from service where desk_room is not null",
        );
        self.rows(query, |row| first::<String>(row).map(RoomId::new))
            .await
    }

    async fn lane_heads(&self, limit: u32) -> Result<Vec<Queued>, StoreError> {
        let query = sqlx::query(
            "select id, effect, created_at from outbox
             where ord in (select min(ord) from outbox where buried is null group by lane)
             order by ord limit $1",
        )
        .bind(limit);
        self.rows(query, rows::queued).await
    }

    async fn outbox_len(&self) -> Result<u64, StoreError> {
        let query = sqlx::query("select count(*) as n from outbox where buried is null");
        Ok(self
            .row(query, |row| rows::count(row, "n"))
            .await?
            .unwrap_or_default())
    }

    async fn unprocessed(&self, limit: u32) -> Result<Vec<Received>, StoreError> {
        let query = sqlx::query(
            "select event, room, body from inbox where not processed order by ord limit $1",
        )
        .bind(limit);
        self.rows(query, rows::received).await
    }

    async fn is_received(&self, event: &EventId) -> Result<bool, StoreError> {
        let query = sqlx::query("select 1 from inbox where event = $1").bind(event.as_str());
        Ok(self.row(query, |_| Ok(())).await?.is_some())
    }

    async fn is_processed(&self, event: &EventId) -> Result<bool, StoreError> {
        let query =
            sqlx::query("select 1 from inbox where event = $1 and processed").bind(event.as_str());
        Ok(self.row(query, |_| Ok(())).await?.is_some())
    }

    async fn next_deadline(&self) -> Result<Option<Timestamp>, StoreError> {
        let query = sqlx::query(
            "select min(at) from (
               select min(offered_until) as at from chat where state = 'offered'
               union all select min(at) from deadline
               union all select min(grace_until) from chat where grace_until is not null
               union all select min(target_until) from chat
                 where target_until is not null and state = 'waiting'
             )",
        );
        Ok(self
            .row(query, first::<Option<i64>>)
            .await?
            .flatten()
            .map(Timestamp::from_millis))
    }
}
