//! Tickets, what is said about them, and their copies of conversations.

use async_trait::async_trait;

use desk::{
    effect::Room,
    ids::{ChatId, EventId, ServiceSlug, Timestamp},
    ports::StoreError,
    store::TicketTx,
    ticket::{Comment, Ticket, TicketChange},
};

use super::SqliteTx;
use crate::{
    reads::tickets::{self, CHANGES, COMMENTS},
    rows::{self, get, number, to_json},
};

mod parts;

use parts::Part;

#[async_trait]
impl TicketTx for SqliteTx<'_> {
    async fn insert_ticket(&mut self, ticket: &mut Ticket) -> Result<(), StoreError> {
        let numbered = sqlx::query(
            "update service set next_ticket = next_ticket + 1 where slug = $1 returning next_ticket - 1 as n",
        );
        ticket.number = self.counted(numbered.bind(ticket.service.as_str())).await?;
        let origin = ticket.origin.as_ref();
        let query = sqlx::query(
            "insert into ticket (service, number, subject, description, status, priority, assignee,
               tags, folded, name, email, chat, customer, chat_number, made_by, created_at,
               changed_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
               (select customer from chat where id = $12), $13, $14, $15, $16)",
        )
        .bind(ticket.service.as_str())
        .bind(number(ticket.number)?)
        .bind(&ticket.subject)
        .bind(&ticket.description)
        .bind(ticket.status.as_str())
        .bind(ticket.priority.as_str())
        .bind(ticket.assignee.as_ref().map(|agent| agent.as_str()))
        .bind(to_json(&ticket.tags)?)
        .bind(folded(ticket))
        .bind(&ticket.name)
        .bind(&ticket.email)
        .bind(origin.map(|origin| origin.chat.as_str()))
        .bind(origin.map(|origin| number(origin.number)).transpose()?)
        .bind(ticket.made_by.as_ref().map(|agent| agent.as_str()))
        .bind(ticket.created_at.as_millis())
        .bind(ticket.changed_at.as_millis());
        self.run(query).await?;
        let part = Part {
            ticket,
            kind: "ticket",
            seq: 0,
            at: ticket.created_at,
            what: None,
        };
        self.insert_part(&part, &words(ticket)).await?;
        self.copy_conversation(ticket).await
    }

    async fn find_ticket(
        &mut self,
        service: &ServiceSlug,
        number: u64,
    ) -> Result<Option<Ticket>, StoreError> {
        let query = sqlx::query(tickets::ticket_where("service = $1 and number = $2"))
            .bind(service.as_str())
            .bind(rows::number(number)?);
        self.find(query, tickets::ticket).await
    }

    async fn save_ticket(&mut self, ticket: &Ticket) -> Result<(), StoreError> {
        let query = sqlx::query(
            "update ticket set subject = $3, description = $4, status = $5, priority = $6,
               assignee = $7, tags = $8, folded = $9, changed_at = $10
             where service = $1 and number = $2",
        )
        .bind(ticket.service.as_str())
        .bind(number(ticket.number)?)
        .bind(&ticket.subject)
        .bind(&ticket.description)
        .bind(ticket.status.as_str())
        .bind(ticket.priority.as_str())
        .bind(ticket.assignee.as_ref().map(|agent| agent.as_str()))
        .bind(to_json(&ticket.tags)?)
        .bind(folded(ticket))
        .bind(ticket.changed_at.as_millis());
        self.run(query).await?;
        self.search_part(ticket, "ticket", 0, &words(ticket)).await
    }

    async fn insert_change(
        &mut self,
        ticket: &Ticket,
        change: &TicketChange,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into ticket_change (service, number, agent, at, field, old, new)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(ticket.service.as_str())
        .bind(number(ticket.number)?)
        .bind(change.by.as_str())
        .bind(change.at.as_millis())
        .bind(change.field.as_str())
        .bind(&change.old)
        .bind(&change.new);
        self.run(query).await.map(drop)
    }

    async fn save_changes(
        &mut self,
        ticket: &Ticket,
        changes: &[TicketChange],
    ) -> Result<(), StoreError> {
        let query = sqlx::query("delete from ticket_change where service = $1 and number = $2")
            .bind(ticket.service.as_str())
            .bind(number(ticket.number)?);
        self.run(query).await?;
        for change in changes {
            self.insert_change(ticket, change).await?;
        }
        Ok(())
    }

    async fn insert_comment(
        &mut self,
        ticket: &Ticket,
        comment: &mut Comment,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "select coalesce(max(seq), 0) + 1 as n from ticket_part
             where service = $1 and number = $2 and kind = 'comment'",
        )
        .bind(ticket.service.as_str())
        .bind(number(ticket.number)?);
        comment.number = self.counted(query).await?;
        let part = Part {
            ticket,
            kind: "comment",
            seq: comment.number,
            at: comment.at,
            what: Some(to_json(comment)?),
        };
        self.insert_part(&part, &comment.text).await
    }

    async fn save_comment(&mut self, ticket: &Ticket, comment: &Comment) -> Result<(), StoreError> {
        let query = sqlx::query(
            "update ticket_part set what = $4
             where service = $1 and number = $2 and kind = 'comment' and seq = $3",
        )
        .bind(ticket.service.as_str())
        .bind(number(ticket.number)?)
        .bind(number(comment.number)?)
        .bind(to_json(comment)?);
        self.run(query).await?;
        self.search_part(ticket, "comment", comment.number, &comment.text)
            .await
    }

    async fn comments(&mut self, ticket: &Ticket) -> Result<Vec<Comment>, StoreError> {
        let query = sqlx::query(COMMENTS)
            .bind(ticket.service.as_str())
            .bind(number(ticket.number)?)
            .bind(u32::MAX);
        self.list(query, tickets::comment).await
    }

    async fn changes(&mut self, ticket: &Ticket) -> Result<Vec<TicketChange>, StoreError> {
        let query = sqlx::query(CHANGES)
            .bind(ticket.service.as_str())
            .bind(number(ticket.number)?)
            .bind(u32::MAX);
        self.list(query, tickets::change).await
    }

    async fn tickets_from(&mut self, chat: &ChatId) -> Result<Vec<Ticket>, StoreError> {
        let query = sqlx::query(tickets::ticket_where("chat = $1 order by number"));
        self.list(query.bind(chat.as_str()), tickets::ticket).await
    }

    async fn count_tickets_since(
        &mut self,
        service: &ServiceSlug,
        email: &str,
        since: Timestamp,
    ) -> Result<u64, StoreError> {
        let query = sqlx::query(
            "select count(*) as n from ticket
             where service = $1 and email = $2 and created_at > $3 and made_by is null",
        )
        .bind(service.as_str())
        .bind(email)
        .bind(since.as_millis());
        self.counted(query).await
    }

    async fn add_repetition(
        &mut self,
        chat: &ChatId,
        room: &Room,
        event: &EventId,
        typed: bool,
    ) -> Result<(), StoreError> {
        let query = sqlx::query(
            "insert into repetition (event, chat, room, typed) values ($1, $2, $3, $4)
             on conflict (event, chat) do nothing",
        )
        .bind(event.as_str())
        .bind(chat.as_str())
        .bind(to_json(room)?)
        .bind(typed);
        self.run(query).await.map(drop)
    }

    async fn take_repetitions(
        &mut self,
        chat: &ChatId,
        typed_too: bool,
    ) -> Result<Vec<(Room, EventId)>, StoreError> {
        let query = sqlx::query(
            "delete from repetition where chat = $1 and (not typed or $2) returning room, event",
        )
        .bind(chat.as_str())
        .bind(typed_too);
        self.list(query, |row| {
            let event = get::<String>(row, "event").map(EventId::new)?;
            Ok((rows::json(get(row, "room")?)?, event))
        })
        .await
    }

    async fn last_masked(&mut self, chat: &ChatId) -> Result<Option<Timestamp>, StoreError> {
        let query = sqlx::query("select max(at) as at from mask where chat = $1");
        let found = self
            .find(query.bind(chat.as_str()), |row| {
                get::<Option<i64>>(row, "at")
            })
            .await?;
        Ok(found.flatten().map(Timestamp::from_millis))
    }
}

/// The words by which a ticket itself is found.
fn words(ticket: &Ticket) -> String {
    let of_customer = [&ticket.name, &ticket.email].map(|word| word.as_deref().unwrap_or_default());
    [
        &[ticket.subject.as_str(), ticket.description.as_str()][..],
        &of_customer,
    ]
    .concat()
    .join("\n")
}

fn folded(ticket: &Ticket) -> String {
    let tags: Vec<String> = ticket.tags.iter().map(|tag| tag.folded()).collect();
    format!(" {} ", tags.join(" "))
}
