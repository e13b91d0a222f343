//! From rows to the desk's types and back.

use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};
use sqlx::{Decode, Row, Sqlite, Type, sqlite::SqliteRow};

use desk::{
    agent::{Agent, ChatStatus, Membership, Presence},
    attachment::File,
    audit::AuditEntry,
    chat::{Chat, ChatState, Handling},
    customer::{Customer, Words},
    effect::Queued,
    event::{ChatEvent, ChatEventKind, Received},
    ids::{
        AgentId, ChatId, CustomerId, EffectId, EventId, MediaId, MessageId, RoomId, ServiceSlug,
        Timestamp,
    },
    ports::StoreError,
    rating::{Given, Rating},
    routing::Candidate,
    service::Service,
};

use crate::sqlite::failed;

pub const CHAT: &str = "id, service, number, customer, state, agent, offered_until, closed_at, room, locale, page, fields, created_at, previous, target, handed_over_by, grace_until";

pub fn get<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(
    row: &'r SqliteRow,
    column: &str,
) -> Result<T, StoreError> {
    row.try_get(column).map_err(failed)
}

pub fn json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(failed)
}

pub fn to_json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(failed)
}

pub fn count(row: &SqliteRow, column: &str) -> Result<u64, StoreError> {
    u64::try_from(get::<i64>(row, column)?).map_err(failed)
}

pub fn number(value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(failed)
}

pub fn time(row: &SqliteRow, column: &str) -> Result<Timestamp, StoreError> {
    get(row, column).map(Timestamp::from_millis)
}

pub fn service(row: &SqliteRow) -> Result<Service, StoreError> {
    Ok(Service {
        slug: ServiceSlug::new(get::<String>(row, "slug")?),
        name: get(row, "name")?,
        settings: json(get(row, "settings")?)?,
    })
}

pub fn customer(row: &SqliteRow) -> Result<Customer, StoreError> {
    Ok(Customer {
        id: CustomerId::new(get::<String>(row, "id")?),
        service: ServiceSlug::new(get::<String>(row, "service")?),
        name: get(row, "name")?,
        email: get(row, "email")?,
        subject: get(row, "subject")?,
    })
}

pub fn chat(row: &SqliteRow) -> Result<Chat, StoreError> {
    Ok(Chat {
        id: ChatId::new(get::<String>(row, "id")?),
        service: ServiceSlug::new(get::<String>(row, "service")?),
        number: count(row, "number")?,
        customer: CustomerId::new(get::<String>(row, "customer")?),
        state: state(row)?,
        handling: Handling {
            target: get::<Option<&str>>(row, "target")?.map(json).transpose()?,
            handed_over_by: get::<Option<String>>(row, "handed_over_by")?.map(AgentId::new),
            grace_until: get::<Option<i64>>(row, "grace_until")?.map(Timestamp::from_millis),
        },
        room: get::<Option<String>>(row, "room")?.map(RoomId::new),
        locale: get(row, "locale")?,
        page: get::<Option<&str>>(row, "page")?.map(json).transpose()?,
        fields: json(get(row, "fields")?)?,
        created_at: time(row, "created_at")?,
        previous: get::<Option<String>>(row, "previous")?.map(ChatId::new),
    })
}

fn state(row: &SqliteRow) -> Result<ChatState, StoreError> {
    let agent = || get::<String>(row, "agent").map(AgentId::new);
    match get::<&str>(row, "state")? {
        "waiting" => Ok(ChatState::Waiting),
        "offered" => Ok(ChatState::Offered {
            agent: agent()?,
            until: time(row, "offered_until")?,
        }),
        "active" => Ok(ChatState::Active { agent: agent()? }),
        "closed" => Ok(ChatState::Closed {
            at: time(row, "closed_at")?,
        }),
        other => Err(failed(format!("{other} is no state of a chat"))),
    }
}

pub fn membership(row: &SqliteRow) -> Result<Membership, StoreError> {
    Ok(Membership {
        agent: AgentId::new(get::<String>(row, "id")?),
        name: get(row, "name")?,
        permissions: json(get(row, "permissions")?)?,
        groups: json(get(row, "member_of")?)?,
        capacity: get(row, "capacity")?,
    })
}

/// `capacity` is the service's, for agents without a number of their own.
pub fn candidate(row: &SqliteRow, capacity: u32) -> Result<Candidate, StoreError> {
    Ok(Candidate {
        agent: Agent {
            id: AgentId::new(get::<String>(row, "id")?),
            name: get(row, "name")?,
            permissions: json(get(row, "permissions")?)?,
            groups: json(get(row, "member_of")?)?,
            active_at: get::<Option<i64>>(row, "active_at")?.map(Timestamp::from_millis),
            presence: presence(get(row, "presence")?),
            status: status(get(row, "status")?),
            capacity: get::<Option<u32>>(row, "capacity")?.unwrap_or(capacity),
        },
        load: get(row, "load")?,
        last_offered: get::<Option<i64>>(row, "last_offered")?.map(Timestamp::from_millis),
    })
}

pub fn audit_entry(row: &SqliteRow) -> Result<AuditEntry, StoreError> {
    Ok(AuditEntry {
        at: time(row, "at")?,
        service: get::<Option<String>>(row, "service")?.map(ServiceSlug::new),
        actor: AgentId::new(get::<String>(row, "actor")?),
        what: get(row, "what")?,
        subject: get(row, "subject")?,
        old: get(row, "old")?,
        new: get(row, "new")?,
    })
}

pub fn wait(row: &SqliteRow) -> Result<Duration, StoreError> {
    let millis = get::<i64>(row, "wait")?.max(0);
    Ok(Duration::from_millis(millis.unsigned_abs()))
}

pub fn presence(word: Option<&str>) -> Presence {
    word.and_then(Presence::from_word).unwrap_or_default()
}

pub fn status(word: Option<&str>) -> ChatStatus {
    word.and_then(ChatStatus::from_word).unwrap_or_default()
}

pub fn chat_event(row: &SqliteRow) -> Result<ChatEvent, StoreError> {
    Ok(ChatEvent {
        seq: count(row, "seq")?,
        at: time(row, "at")?,
        what: json(get(row, "what")?)?,
    })
}

/// With what the message answers. None when the row is no message.
pub fn words(row: &SqliteRow) -> Result<Option<(Words, Option<MessageId>)>, StoreError> {
    let event = chat_event(row)?;
    let ChatEventKind::Message(message) = event.what else {
        return Ok(None);
    };
    let words = Words {
        customer: customer(row)?,
        portal: get::<Option<String>>(row, "room")?.map(RoomId::new),
        text: message.text,
        attachment: message.attachment,
        reply_to: None,
        at: event.at,
    };
    Ok(Some((words, message.reply_to)))
}

/// None when the message has no file.
pub fn file(row: &SqliteRow) -> Result<Option<File>, StoreError> {
    let ChatEventKind::Message(message) = chat_event(row)?.what else {
        return Ok(None);
    };
    let Some(attachment) = message.attachment else {
        return Ok(None);
    };
    Ok(Some(File {
        name: attachment.name,
        bytes: get(row, "bytes")?,
        media: get::<Option<String>>(row, "media")?.map(MediaId::new),
    }))
}

pub fn rating(row: &SqliteRow) -> Result<Rating, StoreError> {
    let score = get::<Option<u8>>(row, "score")?;
    Ok(Rating {
        chat: ChatId::new(get::<String>(row, "chat")?),
        asked_at: time(row, "asked_at")?,
        given: match score {
            Some(score) => Some(Given {
                score,
                comment: get(row, "comment")?,
                at: time(row, "rated_at")?,
            }),
            None => None,
        },
    })
}

pub fn queued(row: &SqliteRow) -> Result<Queued, StoreError> {
    Ok(Queued {
        id: EffectId::new(get::<String>(row, "id")?),
        effect: json(get(row, "effect")?)?,
        created_at: time(row, "created_at")?,
    })
}

pub fn received(row: &SqliteRow) -> Result<Received, StoreError> {
    Ok(Received {
        id: EventId::new(get::<String>(row, "event")?),
        room: RoomId::new(get::<String>(row, "room")?),
        body: get::<Option<String>>(row, "body")?.unwrap_or_default(),
    })
}
