//! Reads of masks and of what stands in a room.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;

use desk::{
    event::{ChatEventKind, Message},
    ids::{AgentId, ChatId, EventId, MaskId, MessageId, Timestamp},
    masks::Mask,
    ports::StoreError,
    store::{MaskReads, Standing},
};

use crate::{
    rows::{self, count, get, json, time},
    sqlite::SqliteStore,
};

pub const MASK: &str = "select id, chat, message, number, agent, at, runs, undone_at from mask";

pub fn mask(row: &SqliteRow) -> Result<Mask, StoreError> {
    Ok(Mask {
        id: MaskId::new(get::<String>(row, "id")?),
        chat: ChatId::new(get::<String>(row, "chat")?),
        message: MessageId::new(get::<String>(row, "message")?),
        number: count(row, "number")?,
        by: get::<Option<String>>(row, "agent")?.map(AgentId::new),
        at: time(row, "at")?,
        runs: json(get(row, "runs")?)?,
        undone_at: get::<Option<i64>>(row, "undone_at")?.map(Timestamp::from_millis),
    })
}

type Row = (Option<Message>, Timestamp, Option<EventId>);

fn row(row: &SqliteRow) -> Result<Row, StoreError> {
    let message = match rows::chat_event(row)?.what {
        ChatEventKind::Message(message) => Some(message),
        _ => None,
    };
    let event = get::<Option<String>>(row, "matrix_event")?;
    Ok((message, time(row, "at")?, event.map(EventId::new)))
}

fn event(row: &SqliteRow) -> Result<EventId, StoreError> {
    get::<String>(row, "event").map(EventId::new)
}

const SELECT: &str = "select seq, at, what, matrix_event from chat_event where message = $1";

#[async_trait]
impl MaskReads for SqliteStore {
    async fn standing(&self, message: &MessageId) -> Result<Option<Standing>, StoreError> {
        let found = self
            .row(sqlx::query(SELECT).bind(message.as_str()), row)
            .await?;
        let Some((Some(found), at, event_now)) = found else {
            return Ok(None);
        };
        let query = sqlx::query(
            "select event from shown_before where message = $1 and not hidden order by event",
        );
        let before = self.rows(query.bind(message.as_str()), event).await?;
        let answers = match &found.reply_to {
            Some(answered) => {
                let query = sqlx::query(SELECT).bind(answered.as_str());
                self.row(query, row).await?.and_then(|(_, _, event)| event)
            }
            None => None,
        };
        let query = sqlx::query(sqlx::AssertSqlSafe(format!(
            "{MASK} where message = $1 and undone_at is null order by number"
        )));
        Ok(Some(Standing {
            message: found,
            at,
            event: event_now,
            before,
            answers,
            masks: self.rows(query.bind(message.as_str()), mask).await?,
        }))
    }

    async fn scrub(&self) -> Result<bool, StoreError> {
        self.empty_log().await
    }
}
