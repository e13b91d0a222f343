//! Tickets.

use async_trait::async_trait;

use desk::{ports::StoreError, store::TicketTx, ticket::Ticket};

use super::SqliteTx;
use crate::rows::{self, to_json};

#[async_trait]
impl TicketTx for SqliteTx<'_> {
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
