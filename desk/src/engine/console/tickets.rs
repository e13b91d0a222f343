//! Tickets, and one with all that is known around it.

use super::{ConsoleError, Engine, Session, is_said, supervises};
use crate::{
    audit::{AuditEntry, AuditQuery},
    console::Recorded,
    customer::Customer,
    ids::{CustomerId, ServiceSlug},
    permission::Permission,
    ticket::{Comment, Ticket, TicketChange, TicketQuery},
};

/// How many comments and changes are shown, and how much of the conversation.
const SHOWN: u32 = 500;
const MESSAGES: u32 = 5_000;
/// How many entries of the audit log are shown.
const ENTRIES: u32 = 100;

pub struct TicketView {
    pub ticket: Ticket,
    pub comments: Vec<Comment>,
    pub changes: Vec<TicketChange>,
    /// Of the same customer.
    pub others: Vec<Ticket>,
    /// Whether the chat it was made in is still kept.
    pub chat_exists: bool,
    /// A link that clients open.
    pub room: Option<String>,
    pub has_conversation: bool,
}

impl Engine {
    /// One more than `limit` tells that there are others.
    pub async fn console_tickets(
        &self,
        session: &Session,
        slug: &ServiceSlug,
        query: &TicketQuery,
        limit: u32,
    ) -> Result<Vec<Ticket>, ConsoleError> {
        self.works_on_tickets(session, slug).await?;
        let focus = session.focus.as_ref();
        let query = TicketQuery {
            chat: focus.and_then(|focus| focus.chat.clone()),
            ..query.clone()
        };
        Ok(self.store.tickets(slug, &query, limit).await?)
    }

    pub async fn console_ticket(
        &self,
        session: &Session,
        slug: &ServiceSlug,
        number: u64,
    ) -> Result<TicketView, ConsoleError> {
        let ticket = self.found(session, slug, number).await?;
        let chat = match &ticket.origin {
            Some(origin) => self.store.chat(&origin.chat).await?,
            None => None,
        };
        let customer = match &chat {
            Some(chat) => self.store.customer(&chat.customer).await?,
            // By the address alone, of which it may be one of several.
            None => Some(Customer {
                email: ticket.email.clone(),
                ..Customer::nobody(slug, &CustomerId::new(""))
            }),
        };
        let mut others = match customer {
            Some(customer) => self.tickets_around(&customer).await?,
            None => Vec::new(),
        };
        others.retain(|other| other.number != number && session.shows_ticket(other));
        let said = self.store.conversation(slug, number, 1).await?;
        Ok(TicketView {
            comments: self.store.comments_of(slug, number, SHOWN).await?,
            changes: self.store.changes_of(slug, number, SHOWN).await?,
            has_conversation: !said.is_empty(),
            room: chat
                .as_ref()
                .and_then(|chat| chat.room.as_ref())
                .map(|room| self.manner.link(room)),
            chat_exists: chat.is_some(),
            ticket,
            others,
        })
    }

    /// The ticket's own copy of what was said.
    pub async fn console_conversation(
        &self,
        session: &Session,
        slug: &ServiceSlug,
        number: u64,
    ) -> Result<Vec<Recorded>, ConsoleError> {
        self.found(session, slug, number).await?;
        let mut said = self.store.conversation(slug, number, MESSAGES).await?;
        said.retain(is_said);
        Ok(self.recorded(said).await?)
    }

    /// What is on record of the ticket and its chat.
    pub async fn console_audit(
        &self,
        session: &Session,
        slug: &ServiceSlug,
        number: u64,
    ) -> Result<Vec<AuditEntry>, ConsoleError> {
        let (_, held) = self.console_service(session, slug).await?;
        if !supervises(&held) {
            return Err(ConsoleError::Missing);
        }
        let ticket = self.found(session, slug, number).await?;
        let Some(origin) = ticket.origin else {
            return Ok(Vec::new());
        };
        let mut work = self.begin().await?;
        let query = AuditQuery {
            service: slug.clone(),
            person: None,
            about: Some(format!("chat {}", origin.number)),
            word: None,
            since: None,
            limit: ENTRIES,
        };
        Ok(work.tx.audit(&query).await?)
    }

    async fn found(
        &self,
        session: &Session,
        slug: &ServiceSlug,
        number: u64,
    ) -> Result<Ticket, ConsoleError> {
        self.works_on_tickets(session, slug).await?;
        // No store counts further.
        if i64::try_from(number).is_err() {
            return Err(ConsoleError::Missing);
        }
        let ticket = self.store.ticket(slug, number).await?;
        let shown = ticket.filter(|ticket| session.shows_ticket(ticket));
        shown.ok_or(ConsoleError::Missing)
    }

    async fn works_on_tickets(
        &self,
        session: &Session,
        slug: &ServiceSlug,
    ) -> Result<(), ConsoleError> {
        let (_, held) = self.console_service(session, slug).await?;
        match held.holds(Permission::Ticket) {
            true => Ok(()),
            false => Err(ConsoleError::Missing),
        }
    }
}
