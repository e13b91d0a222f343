//! Reads of tickets.

use async_trait::async_trait;
use sqlx::{AssertSqlSafe, sqlite::SqliteRow};

use desk::{
    event::ChatEvent,
    ids::{AgentId, ChatId, ServiceSlug},
    ports::StoreError,
    store::TicketReads,
    ticket::{Comment, Field, Origin, Priority, Status, Ticket, TicketChange, TicketQuery},
};

use crate::{
    rows::{self, count, get, json, number, time},
    sqlite::{SqliteStore, failed},
};

/// `$1` the service, `$2` the number, `$3` how many of the newest.
pub const COMMENTS: &str = "select seq, at, what from (
   select seq, at, what from ticket_part
   where service = $1 and number = $2 and kind = 'comment' order by seq desc limit $3
 ) order by seq";
/// Likewise.
pub const CHANGES: &str = "select agent, at, field, old, new from (
   select ord, agent, at, field, old, new from ticket_change
   where service = $1 and number = $2 order by ord desc limit $3
 ) order by ord";

pub fn ticket_where(condition: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select service, number, subject, description, status, priority, assignee, tags, name,
           email, chat, chat_number, made_by, created_at, changed_at
         from ticket where {condition}"
    ))
}

pub fn ticket(row: &SqliteRow) -> Result<Ticket, StoreError> {
    let agent = |column| Ok::<_, StoreError>(get::<Option<String>>(row, column)?.map(AgentId::new));
    let origin = match get::<Option<String>>(row, "chat")? {
        Some(chat) => Some(Origin {
            chat: ChatId::new(chat),
            number: count(row, "chat_number")?,
        }),
        None => None,
    };
    Ok(Ticket {
        service: ServiceSlug::new(get::<String>(row, "service")?),
        number: count(row, "number")?,
        subject: get(row, "subject")?,
        description: get(row, "description")?,
        status: word(row, "status", Status::from_word)?,
        priority: word(row, "priority", Priority::from_word)?,
        assignee: agent("assignee")?,
        tags: json(get(row, "tags")?)?,
        name: get(row, "name")?,
        email: get(row, "email")?,
        origin,
        made_by: agent("made_by")?,
        created_at: time(row, "created_at")?,
        // Of tickets made by the release before this one, nothing has changed.
        changed_at: time(row, "changed_at")?.max(time(row, "created_at")?),
    })
}

fn word<T>(
    row: &SqliteRow,
    column: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, StoreError> {
    let word = get::<&str>(row, column)?;
    read(word).ok_or_else(|| failed(format!("{word} is no {column} of a ticket")))
}

pub fn comment(row: &SqliteRow) -> Result<Comment, StoreError> {
    Ok(Comment {
        number: count(row, "seq")?,
        at: time(row, "at")?,
        ..json(get(row, "what")?)?
    })
}

pub fn change(row: &SqliteRow) -> Result<TicketChange, StoreError> {
    Ok(TicketChange {
        by: AgentId::new(get::<String>(row, "agent")?),
        at: time(row, "at")?,
        field: word(row, "field", Field::from_word)?,
        old: get(row, "old")?,
        new: get(row, "new")?,
    })
}

/// The query's conditions, and what is to be bound for them after `$1`, the service, and `$2`, how
/// many.
fn conditions(query: &TicketQuery) -> (String, Vec<String>) {
    let mut bound: Vec<String> = Vec::new();
    let mut conditions = vec!["service = $1".to_owned()];
    if !query.status.is_empty() {
        let words: Vec<String> = query.status.iter().map(|it| format!("'{it}'")).collect();
        conditions.push(format!("status in ({})", words.join(", ")));
    }
    let mut bind = |value: String| {
        bound.push(value);
        bound.len() + 2
    };
    if let Some(assignee) = &query.assignee {
        conditions.push(format!("assignee = ${}", bind(assignee.to_string())));
    }
    if let Some(before) = query.before {
        conditions.push(format!("number < {before}"));
    }
    if let Some(chat) = &query.chat {
        conditions.push(format!("chat = ${}", bind(chat.to_string())));
    }
    for tag in &query.tags {
        let place = bind(format!(" {} ", tag.folded()));
        conditions.push(format!("instr(folded, ${place}) > 0"));
    }
    for word in &query.words {
        // A string of FTS5, of which the last word may go on.
        let place = bind(format!("\"{}\"*", word.replace('"', "\"\"")));
        conditions.push(format!(
            "number in (
               select ticket_part.number from ticket_search
               join ticket_part on ticket_part.id = ticket_search.rowid
               where ticket_search match ${place} and ticket_part.service = $1)"
        ));
    }
    (conditions.join(" and "), bound)
}

#[async_trait]
impl TicketReads for SqliteStore {
    async fn ticket(
        &self,
        service: &ServiceSlug,
        number: u64,
    ) -> Result<Option<Ticket>, StoreError> {
        let query = sqlx::query(ticket_where("service = $1 and number = $2"))
            .bind(service.as_str())
            .bind(rows::number(number)?);
        self.row(query, ticket).await
    }

    async fn tickets(
        &self,
        service: &ServiceSlug,
        query: &TicketQuery,
        limit: u32,
    ) -> Result<Vec<Ticket>, StoreError> {
        let (conditions, bound) = conditions(query);
        let sql = ticket_where(&format!("{conditions} order by number desc limit $2"));
        let mut query = sqlx::query(sql).bind(service.as_str()).bind(limit);
        for value in bound {
            query = query.bind(value);
        }
        self.rows(query, ticket).await
    }

    async fn comments_of(
        &self,
        service: &ServiceSlug,
        number: u64,
        limit: u32,
    ) -> Result<Vec<Comment>, StoreError> {
        let query = sqlx::query(COMMENTS)
            .bind(service.as_str())
            .bind(rows::number(number)?)
            .bind(limit);
        self.rows(query, comment).await
    }

    async fn changes_of(
        &self,
        service: &ServiceSlug,
        number: u64,
        limit: u32,
    ) -> Result<Vec<TicketChange>, StoreError> {
        let query = sqlx::query(CHANGES)
            .bind(service.as_str())
            .bind(rows::number(number)?)
            .bind(limit);
        self.rows(query, change).await
    }

    async fn conversation(
        &self,
        service: &ServiceSlug,
        ticket: u64,
        limit: u32,
    ) -> Result<Vec<ChatEvent>, StoreError> {
        let query = sqlx::query(
            "select seq, at, what from ticket_part
             where service = $1 and number = $2 and kind = 'message' order by seq limit $3",
        )
        .bind(service.as_str())
        .bind(number(ticket)?)
        .bind(limit);
        self.rows(query, rows::chat_event).await
    }
}
