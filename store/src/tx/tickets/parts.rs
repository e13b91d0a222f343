//! What of tickets has words: stored, copied from chats, and searched, each in one place.

use desk::{
    event::Message,
    ids::{ChatId, Timestamp},
    ports::StoreError,
    ticket::Ticket,
};

use super::super::SqliteTx;
use crate::rows::number;

/// Something of a ticket that has words.
pub(super) struct Part<'t> {
    pub ticket: &'t Ticket,
    pub kind: &'static str,
    pub seq: u64,
    pub at: Timestamp,
    pub what: Option<String>,
}

impl SqliteTx<'_> {
    pub(super) async fn insert_part(
        &mut self,
        part: &Part<'_>,
        words: &str,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into ticket_part (service, number, kind, seq, at, what)
             values ($1, $2, $3, $4, $5, $6) returning id as n",
        )
        .bind(part.ticket.service.as_str())
        .bind(number(part.ticket.number)?)
        .bind(part.kind)
        .bind(number(part.seq)?)
        .bind(part.at.as_millis())
        .bind(part.what.as_deref());
        let id = self.counted(query).await?;
        let query = sqlx::query("insert into ticket_search (rowid, words) values ($1, $2)")
            .bind(number(id)?)
            .bind(words);
        self.run(query).await.map(drop)
    }

    pub(super) async fn search_part(
        &mut self,
        ticket: &Ticket,
        kind: &str,
        seq: u64,
        words: &str,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "update ticket_search set words = $5 where rowid in (
               select id from ticket_part
               where service = $1 and number = $2 and kind = $3 and seq = $4)
             and words <> $5",
        )
        .bind(ticket.service.as_str())
        .bind(number(ticket.number)?)
        .bind(kind)
        .bind(number(seq)?)
        .bind(words);
        self.run(query).await.map(drop)
    }

    /// What was said in the ticket's chat until now.
    pub(super) async fn copy_conversation(&mut self, ticket: &Ticket) -> Result<(), StoreError> {
        let Some(origin) = &ticket.origin else {
            return Ok(());
        };
        let query = sqlx::query(
            "insert into ticket_part (service, number, kind, seq, at, message, what)
             select $1, $2, 'message', seq, at, message, what from chat_event
             where chat = $3 and message is not null order by seq",
        )
        .bind(ticket.service.as_str())
        .bind(number(ticket.number)?)
        .bind(origin.chat.as_str());
        self.run(query).await?;
        let query = sqlx::query(
            "insert into ticket_search (rowid, words)
             select id, json_extract(what, '$.text') || char(10)
               || coalesce(json_extract(what, '$.attachment.name'), '')
             from ticket_part
             where service = $1 and number = $2 and kind = 'message' order by id",
        )
        .bind(ticket.service.as_str())
        .bind(number(ticket.number)?);
        self.run(query).await.map(drop)
    }

    /// A new message of a chat goes into the copies of tickets made there.
    pub(in super::super) async fn copy_message(
        &mut self,
        chat: &ChatId,
        seq: u64,
        at: Timestamp,
        message: &Message,
        what: &str,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into ticket_part (service, number, kind, seq, at, message, what)
             select service, number, 'message', $2, $3, $4, $5 from ticket where chat = $1",
        )
        .bind(chat.as_str())
        .bind(number(seq)?)
        .bind(at.as_millis())
        .bind(message.id.as_str())
        .bind(what);
        if self.run(query).await? == 0 {
            return Ok(());
        }
        let query = sqlx::query(
            "insert into ticket_search (rowid, words)
             select id, $2 from ticket_part where message = $1 order by id",
        )
        .bind(message.id.as_str())
        .bind(said(message));
        self.run(query).await.map(drop)
    }

    /// A message says something else now, in the copies of tickets too.
    pub(in super::super) async fn rewrite_copies(
        &mut self,
        message: &Message,
        what: &str,
    ) -> Result<(), StoreError> {
        let query = sqlx::query("update ticket_part set what = $2 where message = $1")
            .bind(message.id.as_str())
            .bind(what);
        if self.run(query).await? == 0 {
            return Ok(());
        }
        let query = sqlx::query(
            "update ticket_search set words = $2
             where rowid in (select id from ticket_part where message = $1)",
        )
        .bind(message.id.as_str())
        .bind(said(message));
        self.run(query).await.map(drop)
    }
}

fn said(message: &Message) -> String {
    let file = message.attachment.as_ref();
    let file = file.map_or("", |file| file.name.as_str());
    format!("{}\n{file}", message.text)
}
