//! One chat with all that is known around it.

use super::super::commands::is_of;
use super::{ConsoleError, Engine, Line, Session, sees, supervises};
use crate::{
    chat::Chat,
    customer::Customer,
    ids::{ChatId, Timestamp},
    permission::{Permission, Permissions},
    ports::{Answer, StoreError},
    rating::Rating,
    service::Service,
    ticket::Ticket,
};

/// How many other chats and tickets of the customer are shown.
const OTHERS: u32 = 20;

pub struct ChatView {
    pub line: Line,
    pub service: Service,
    pub held: Permissions,
    pub customer: Option<Customer>,
    /// Version and time.
    pub consent: Option<(String, Timestamp)>,
    pub rating: Option<Rating>,
    /// The customer's others, the newest first.
    pub chats: Vec<Chat>,
    pub tickets: Vec<Ticket>,
    /// Why it went where it went, for supervisors.
    pub why: Option<String>,
    /// A link that clients open.
    pub room: Option<String>,
    /// Whether it has the chat, or was brought in.
    pub is_its: bool,
}

impl ChatView {
    /// Others take a waiting chat first.
    pub fn may_answer(&self) -> bool {
        let is_open = !self.line.chat.state.is_closed();
        self.held.holds(Permission::Chat) && is_open && self.is_its
    }
}

impl Engine {
    /// Whether there is such a chat and this person may see it.
    pub async fn console_sees(
        &self,
        session: &Session,
        chat: &ChatId,
    ) -> Result<Chat, ConsoleError> {
        let chat = self.store.chat(chat).await?.ok_or(ConsoleError::Missing)?;
        let held = self.held(&session.person, &chat.service).await?;
        let had = self.store.has_had(&chat.id, &session.person).await?;
        match sees(session, &chat, &held, had) {
            true => Ok(chat),
            false => Err(ConsoleError::Missing),
        }
    }

    pub async fn console_chat(
        &self,
        session: &Session,
        chat: &ChatId,
    ) -> Result<ChatView, ConsoleError> {
        let chat = self.console_sees(session, chat).await?;
        let (service, held) = self.console_service(session, &chat.service).await?;
        let line = self.store.console_line(&chat).await?;
        let customer = self.store.customer(&chat.customer).await?;
        let subject = format!("chat:{}", chat.id);
        let mut chats = self.store.chats_of(&chat.customer, OTHERS + 1).await?;
        chats.retain(|other| other.id != chat.id);
        let person = &session.person;
        let is_guest = self.store.is_brought_in(&chat.id, person).await?;
        let tickets = match (&customer, held.holds(Permission::Ticket)) {
            (Some(customer), true) => self.tickets_around(customer).await?,
            _ => Vec::new(),
        };
        Ok(ChatView {
            consent: self.store.consent_of(&service.slug, &subject).await?,
            rating: self.store.rating(&chat.id).await?,
            why: match supervises(&held) {
                true => self.told_why(session, &chat).await?,
                false => None,
            },
            room: chat.room.as_ref().map(|room| self.manner.link(room)),
            is_its: is_guest || is_of(&chat, person),
            line: line.ok_or(ConsoleError::Missing)?,
            service,
            held,
            customer,
            chats,
            tickets,
        })
    }

    pub(super) async fn tickets_around(
        &self,
        customer: &Customer,
    ) -> Result<Vec<Ticket>, StoreError> {
        let mut tickets = Vec::new();
        for (number, _) in self.store.tickets_of(customer, OTHERS).await? {
            tickets.extend(self.store.ticket(&customer.service, number).await?);
        }
        Ok(tickets)
    }

    async fn told_why(&self, session: &Session, chat: &Chat) -> Result<Option<String>, StoreError> {
        let mut work = self.begin().await?;
        let asker = work.asker(&session.person, None, None).await?;
        Ok(match work.explain(&asker, chat).await? {
            Answer::Words(words) => Some(words),
            _ => None,
        })
    }
}
