//! Reads of the agents' page.

use async_trait::async_trait;
use sqlx::{AssertSqlSafe, sqlite::SqliteRow};

use desk::{
    chat::Chat,
    console::{Focus, Last, Line, Session},
    event::ChatEventKind,
    ids::{AgentId, ChatId, ServiceSlug, TokenHash},
    ports::StoreError,
    store::ConsoleReads,
};

use crate::{
    rows::{self, count, get, json, time},
    sqlite::SqliteStore,
};

/// `$1` the chat, `$2` the agent.
pub const HAS_HAD: &str = "
select 1 from guest where chat = $1 and agent = $2
union all select 1 from offer where chat = $1 and agent = $2 and outcome = 'accepted'
limit 1";

/// Of `chat`: its columns, the names around it, and its last message.
fn lines_where(condition: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select {}, last.seq as last_seq, last.at as last_at, last.what as last_what,
           (select customer.name from customer where customer.id = chat.customer) as customer_name,
           (select agent.name from agent
             where agent.service = chat.service and agent.id = chat.agent) as agent_name
         from chat
         left join chat_event as last on last.chat = chat.id and last.seq = (
           select max(seq) from chat_event where chat_event.chat = chat.id and message is not null)
         where {condition}",
        prefixed()
    ))
}

/// Columns of a chat, of which some are named in the record too.
fn prefixed() -> String {
    let columns: Vec<String> = rows::CHAT
        .split(',')
        .map(|column| format!("chat.{}", column.trim()))
        .collect();
    columns.join(", ")
}

fn line(row: &SqliteRow) -> Result<Line, StoreError> {
    let last = match get::<Option<&str>>(row, "last_what")? {
        Some(what) => match json(what)? {
            ChatEventKind::Message(message) => Some(Last {
                seq: count(row, "last_seq")?,
                at: time(row, "last_at")?,
                from: message.from,
                text: match message.attachment {
                    Some(file) if message.text.is_empty() => file.name,
                    _ => message.text,
                },
            }),
            _ => None,
        },
        None => None,
    };
    Ok(Line {
        chat: rows::chat(row)?,
        customer: get(row, "customer_name")?,
        agent: get(row, "agent_name")?,
        last,
    })
}

fn session(row: &SqliteRow) -> Result<Session, StoreError> {
    let chat = get::<Option<String>>(row, "chat")?.map(ChatId::new);
    let service = get::<Option<String>>(row, "service")?.map(ServiceSlug::new);
    Ok(Session {
        person: AgentId::new(get::<String>(row, "person")?),
        focus: service.map(|service| Focus { service, chat }),
        expires_at: time(row, "expires_at")?,
    })
}

#[async_trait]
impl ConsoleReads for SqliteStore {
    async fn has_had(&self, chat: &ChatId, agent: &AgentId) -> Result<bool, StoreError> {
        let query = sqlx::query(HAS_HAD)
            .bind(chat.as_str())
            .bind(agent.as_str());
        Ok(self.row(query, |_| Ok(())).await?.is_some())
    }

    async fn is_brought_in(&self, chat: &ChatId, agent: &AgentId) -> Result<bool, StoreError> {
        let query = sqlx::query("select 1 from guest where chat = $1 and agent = $2")
            .bind(chat.as_str())
            .bind(agent.as_str());
        Ok(self.row(query, |_| Ok(())).await?.is_some())
    }

    async fn console_session(&self, token: &TokenHash) -> Result<Option<Session>, StoreError> {
        let query = sqlx::query(
            "select person, service, chat, expires_at from console_session where hash = $1",
        );
        self.row(query.bind(token.as_str()), session).await
    }

    async fn console_lines(
        &self,
        service: &ServiceSlug,
        of: Option<&AgentId>,
        limit: u32,
    ) -> Result<Vec<Line>, StoreError> {
        let sql = lines_where(
            "chat.service = $1 and chat.state <> 'closed'
               and ($2 is null or chat.state = 'waiting' or chat.agent = $2
                 or chat.handed_over_by = $2
                 or exists (select 1 from guest where guest.chat = chat.id and guest.agent = $2))
             order by chat.number limit $3",
        );
        let query = sqlx::query(sql)
            .bind(service.as_str())
            .bind(of.map(AgentId::as_str))
            .bind(limit);
        self.rows(query, line).await
    }

    async fn console_line(&self, chat: &Chat) -> Result<Option<Line>, StoreError> {
        let query = sqlx::query(lines_where("chat.id = $1")).bind(chat.id.as_str());
        self.row(query, line).await
    }
}
