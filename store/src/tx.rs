//! A transaction of the desk in SQL.

use async_trait::async_trait;
use sqlx::{Sqlite, query::Query, sqlite::SqliteArguments, sqlite::SqliteRow};
use tokio::sync::Mutex;

use desk::{
    agent::{ChatStatus, Presence},
    chat::{Chat, ChatState},
    customer::Customer,
    effect::Effect,
    event::{ChatEvent, ChatEventKind, Message, Received},
    ids::{
        AgentId, ChatId, ClientKey, EffectId, EventId, MessageId, RoomId, ServiceSlug, Timestamp,
        TokenHash,
    },
    ports::StoreError,
    routing::Candidate,
    service::Service,
    store::Tx,
    ticket::Ticket,
};

use crate::{
    reads::{CANDIDATES, chat_where},
    rows::{self, count, get, to_json},
    sqlite::failed,
    writer::{Turn, Writer},
};

pub struct SqliteTx<'a> {
    turn: Turn<'a>,
}

impl<'a> SqliteTx<'a> {
    pub async fn begin(writer: &'a Mutex<Writer>) -> Result<Self, StoreError> {
        Ok(Self {
            turn: Turn::begin(writer).await?,
        })
    }

    /// How many rows it changed.
    async fn run(&mut self, query: Query<'_, Sqlite, SqliteArguments>) -> Result<u64, StoreError> {
        Ok(query
            .execute(self.turn.connection()?)
            .await
            .map_err(failed)?
            .rows_affected())
    }

    async fn find<T>(
        &mut self,
        query: Query<'_, Sqlite, SqliteArguments>,
        read: impl Fn(&SqliteRow) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        query
            .fetch_optional(self.turn.connection()?)
            .await
            .map_err(failed)?
            .as_ref()
            .map(read)
            .transpose()
    }

    async fn list<T>(
        &mut self,
        query: Query<'_, Sqlite, SqliteArguments>,
        read: impl Fn(&SqliteRow) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        query
            .fetch_all(self.turn.connection()?)
            .await
            .map_err(failed)?
            .iter()
            .map(read)
            .collect()
    }

    /// The value of a row that must exist.
    async fn counted(
        &mut self,
        query: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<u64, StoreError> {
        self.find(query, |row| count(row, "n"))
            .await?
            .ok_or_else(|| failed("the row to count in is missing"))
    }
}

#[async_trait]
impl Tx for SqliteTx<'_> {
    async fn commit(self: Box<Self>) -> Result<(), StoreError> {
        self.turn.commit().await
    }

    async fn find_service(&mut self, slug: &ServiceSlug) -> Result<Option<Service>, StoreError> {
        let query = sqlx::query("select slug, name, settings from service where slug = $1")
            .bind(slug.as_str());
        self.find(query, rows::service).await
    }

    async fn insert_service(&mut self, service: &Service) -> Result<(), StoreError> {
        let query = sqlx::query("insert into service (slug, name, settings) values ($1, $2, $3)")
            .bind(service.slug.as_str())
            .bind(&service.name)
            .bind(to_json(&service.settings)?);
        self.run(query).await.map(drop)
    }

    async fn save_settings(&mut self, service: &Service) -> Result<(), StoreError> {
        let query = sqlx::query("update service set name = $2, settings = $3 where slug = $1")
            .bind(service.slug.as_str())
            .bind(&service.name)
            .bind(to_json(&service.settings)?);
        self.run(query).await.map(drop)
    }

    async fn save_desk_room(
        &mut self,
        slug: &ServiceSlug,
        room: &RoomId,
    ) -> Result<(), StoreError> {
        let query = sqlx::query("update service set desk_room = $2 where slug = $1")
            .bind(slug.as_str())
            .bind(room.as_str());
        self.run(query).await.map(drop)
    }

    async fn find_service_of_desk(
        &mut self,
        room: &RoomId,
    ) -> Result<Option<ServiceSlug>, StoreError> {
        let query =
            sqlx::query("select slug from service where desk_room = $1").bind(room.as_str());
        self.find(query, |row| {
            get::<String>(row, "slug").map(ServiceSlug::new)
        })
        .await
    }

    async fn save_agent(
        &mut self,
        service: &ServiceSlug,
        agent: &AgentId,
        name: &str,
        may_chat: bool,
        capacity: Option<u32>,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into agent (service, id, name, may_chat, capacity) values ($1, $2, $3, $4, $5)
             on conflict (service, id) do update
             set name = excluded.name, may_chat = excluded.may_chat, capacity = excluded.capacity",
        )
        .bind(service.as_str())
        .bind(agent.as_str())
        .bind(name)
        .bind(may_chat)
        .bind(capacity);
        self.run(query).await.map(drop)
    }

    async fn revoke_all(&mut self, service: &ServiceSlug) -> Result<(), StoreError> {
        let query = sqlx::query("update agent set may_chat = false where service = $1")
            .bind(service.as_str());
        self.run(query).await.map(drop)
    }

    async fn chat_status(&mut self, agent: &AgentId) -> Result<(ChatStatus, Presence), StoreError> {
        let query =
            sqlx::query("select status, presence from person where id = $1").bind(agent.as_str());
        let found = self
            .find(query, |row| {
                Ok((
                    rows::status(get(row, "status")?),
                    rows::presence(get(row, "presence")?),
                ))
            })
            .await?;
        Ok(found.unwrap_or_default())
    }

    async fn services_of(&mut self, agent: &AgentId) -> Result<Vec<ServiceSlug>, StoreError> {
        let query =
            sqlx::query("select service from agent where id = $1 and may_chat order by service")
                .bind(agent.as_str());
        self.list(query, |row| {
            get::<String>(row, "service").map(ServiceSlug::new)
        })
        .await
    }

    async fn save_presence(
        &mut self,
        agent: &AgentId,
        presence: Presence,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "insert into person (id, presence, presence_at) values ($1, $2, $3)
             on conflict (id) do update set presence = excluded.presence, presence_at = excluded.presence_at
             where person.presence <> excluded.presence",
        )
        .bind(agent.as_str())
        .bind(presence.as_str())
        .bind(at.as_millis());
        Ok(self.run(query).await? > 0)
    }

    async fn save_chat_status(
        &mut self,
        agent: &AgentId,
        status: ChatStatus,
    ) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "insert into person (id, status) values ($1, $2)
             on conflict (id) do update set status = excluded.status
             where person.status <> excluded.status",
        )
        .bind(agent.as_str())
        .bind(status.as_str());
        Ok(self.run(query).await? > 0)
    }

    async fn insert_customer(
        &mut self,
        customer: &Customer,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let query =
            sqlx::query("insert into customer (id, service, name, email, created_at) values ($1, $2, $3, $4, $5)")
                .bind(customer.id.as_str())
                .bind(customer.service.as_str())
                .bind(&customer.name)
                .bind(&customer.email)
                .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn save_customer(&mut self, customer: &Customer) -> Result<(), StoreError> {
        let query = sqlx::query("update customer set name = $2, email = $3 where id = $1")
            .bind(customer.id.as_str())
            .bind(&customer.name)
            .bind(&customer.email);
        self.run(query).await.map(drop)
    }

    async fn find_customer_by_token(
        &mut self,
        service: &ServiceSlug,
        token: &TokenHash,
    ) -> Result<Option<Customer>, StoreError> {
        let query = sqlx::query(
            "select customer.id, customer.service, customer.name, customer.email
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
            "insert into chat (id, service, number, customer, state, locale, page, fields, created_at)
             values ($1, $2, $3, $4, 'waiting', $5, $6, $7, $8)",
        )
        .bind(chat.id.as_str())
        .bind(chat.service.as_str())
        .bind(rows::number(chat.number)?)
        .bind(chat.customer.as_str())
        .bind(&chat.locale)
        .bind(page)
        .bind(to_json(&chat.fields)?)
        .bind(chat.created_at.as_millis());
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
        let query = sqlx::query(
            "update chat set state = $2, agent = $3, offered_until = $4, closed_at = $5, room = $6 where id = $1",
        )
        .bind(chat.id.as_str())
        .bind(chat.state.as_str())
        .bind(chat.state.holder().map(AgentId::as_str))
        .bind(until)
        .bind(closed_at)
        .bind(chat.room.as_ref().map(RoomId::as_str));
        self.run(query).await.map(drop)
    }

    async fn waiting(
        &mut self,
        service: &ServiceSlug,
        limit: u32,
    ) -> Result<Vec<Chat>, StoreError> {
        let query = sqlx::query(chat_where(
            "service = $1 and state = 'waiting' order by number limit $2",
        ))
        .bind(service.as_str())
        .bind(limit);
        self.list(query, rows::chat).await
    }

    async fn waiting_before(&mut self, chat: &Chat) -> Result<u64, StoreError> {
        let query =
            sqlx::query("select count(*) as n from chat where service = $1 and state = 'waiting' and number < $2")
                .bind(chat.service.as_str())
                .bind(rows::number(chat.number)?);
        self.counted(query).await
    }

    async fn overdue(&mut self, now: Timestamp, limit: u32) -> Result<Vec<Chat>, StoreError> {
        let query = sqlx::query(chat_where(
            "state = 'offered' and offered_until <= $1 order by offered_until limit $2",
        ))
        .bind(now.as_millis())
        .bind(limit);
        self.list(query, rows::chat).await
    }

    async fn candidates(&mut self, chat: &Chat) -> Result<Vec<Candidate>, StoreError> {
        let Some(service) = self.find_service(&chat.service).await? else {
            return Ok(Vec::new());
        };
        let query = sqlx::query(CANDIDATES)
            .bind(chat.service.as_str())
            .bind(chat.id.as_str());
        self.list(query, |row| rows::candidate(row, service.settings.capacity))
            .await
    }

    async fn insert_offer(
        &mut self,
        chat: &ChatId,
        agent: &AgentId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let query = sqlx::query("insert into offer (chat, agent, at) values ($1, $2, $3)")
            .bind(chat.as_str())
            .bind(agent.as_str())
            .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

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
        let query = sqlx::query(
            "insert into chat_event (chat, seq, at, what, message, client_key) values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(chat.as_str())
        .bind(rows::number(seq)?)
        .bind(at.as_millis())
        .bind(to_json(what)?)
        .bind(message)
        .bind(key);
        self.run(query).await?;
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
        let query = sqlx::query("update chat_event set what = $2 where message = $1")
            .bind(message.id.as_str())
            .bind(to_json(&ChatEventKind::Message(message.clone()))?);
        self.run(query).await?;
        let edits = sqlx::query(
            "update chat_event set what = $2
             where chat = (select chat from chat_event where message = $1) and what like $3",
        )
        .bind(message.id.as_str())
        .bind(to_json(&ChatEventKind::Edit {
            id: message.id.clone(),
            text: message.text.clone(),
        })?)
        .bind(format!(r#"{{"type":"edit","id":"{}",%"#, message.id));
        self.run(edits).await.map(drop)
    }

    async fn save_event_of_message(
        &mut self,
        message: &MessageId,
        event: &EventId,
    ) -> Result<(), StoreError> {
        let query = sqlx::query("update chat_event set matrix_event = $2 where message = $1")
            .bind(message.as_str())
            .bind(event.as_str());
        self.run(query).await.map(drop)
    }

    async fn enqueue(
        &mut self,
        id: &EffectId,
        effect: &Effect,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into outbox (id, lane, effect, created_at) values ($1, $2, $3, $4)",
        )
        .bind(id.as_str())
        .bind(effect.lane())
        .bind(to_json(effect)?)
        .bind(at.as_millis());
        self.run(query).await.map(drop)
    }

    async fn dequeue(&mut self, id: &EffectId) -> Result<(), StoreError> {
        self.run(sqlx::query("delete from outbox where id = $1").bind(id.as_str()))
            .await
            .map(drop)
    }

    async fn bury(&mut self, id: &EffectId, reason: &str) -> Result<(), StoreError> {
        let query = sqlx::query("update outbox set buried = $2 where id = $1")
            .bind(id.as_str())
            .bind(reason);
        self.run(query).await.map(drop)
    }

    async fn receive(&mut self, events: &[Received], at: Timestamp) -> Result<usize, StoreError> {
        let mut new = 0;
        for event in events {
            let query = sqlx::query(
                "insert into inbox (event, room, body, received_at) values ($1, $2, $3, $4)
                 on conflict (event) do nothing",
            )
            .bind(event.id.as_str())
            .bind(event.room.as_str())
            .bind(&event.body)
            .bind(at.as_millis());
            new += usize::from(self.run(query).await? > 0);
        }
        Ok(new)
    }

    async fn reorder(&mut self, events: &[Received], at: Timestamp) -> Result<(), StoreError> {
        let Some(room) = events.first().map(|event| event.room.clone()) else {
            return Ok(());
        };
        let query = sqlx::query(
            "delete from inbox where room = $1 and not processed returning ord, event, room, body",
        )
        .bind(room.as_str());
        let mut unprocessed = self
            .list(query, |row| {
                Ok((get::<i64>(row, "ord")?, rows::received(row)?))
            })
            .await?;
        unprocessed.sort_by_key(|(ord, _)| *ord);
        self.receive(events, at).await?;
        // What came while the room was read is newer than what was read.
        let newer: Vec<Received> = unprocessed.into_iter().map(|(_, event)| event).collect();
        self.receive(&newer, at).await.map(drop)
    }

    async fn mark_processed(&mut self, event: &EventId) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "update inbox set processed = true, body = null where event = $1 and not processed",
        )
        .bind(event.as_str());
        Ok(self.run(query).await? > 0)
    }

    async fn insert_ticket(&mut self, ticket: &mut Ticket) -> Result<(), StoreError> {
        let numbered = sqlx::query(
            "update service set next_ticket = next_ticket + 1 where slug = $1 returning next_ticket - 1 as n",
        );
        ticket.number = self.counted(numbered.bind(ticket.service.as_str())).await?;
        let query = sqlx::query(
            "insert into ticket (service, number, subject, description, name, email, tags, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(ticket.service.as_str())
        .bind(rows::number(ticket.number)?)
        .bind(&ticket.subject)
        .bind(&ticket.description)
        .bind(&ticket.name)
        .bind(&ticket.email)
        .bind(to_json(&ticket.tags)?)
        .bind(ticket.created_at.as_millis());
        self.run(query).await.map(drop)
    }
}
