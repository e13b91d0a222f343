//! Tickets made, changed and commented at the console.

use std::time::Duration;

use super::{super::Asker, Outcome, key_of, no_to};
use crate::{
    chat::Chat,
    command::Wish,
    console::{ConsoleError, Session},
    effect::{Effect, Notice},
    engine::{Engine, Work, masking::NO_TAG},
    ids::{ChatId, ServiceSlug},
    permission::Permission,
    ports::Answer,
    refusal::Refusal,
    ticket::{Field, MAX_SUBJECT, MAX_TEXT, Priority, Tag, Ticket},
};

/// How long it is known what was made under a key.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);

/// A ticket as the page wishes for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketWish {
    pub subject: String,
    pub description: String,
    pub priority: Priority,
    pub assignee: Option<String>,
    pub tags: Vec<String>,
}

impl Engine {
    /// The ticket's number; the same key again makes no other.
    pub async fn console_makes_ticket(
        &self,
        session: &Session,
        chat: &ChatId,
        key: &str,
        wish: TicketWish,
    ) -> Outcome<u64> {
        let key = key_of(session, key)?;
        let wish = checked(wish)?;
        let (mut work, asker, chat) = self.seated(session, chat).await?;
        let denied = work.denied(&asker, &chat.service, Permission::Ticket, "!ticket");
        let denied = no_to(denied.await?);
        let outcome = match denied {
            Ok(()) => {
                let key = key.as_str();
                work.makes_ticket(&asker, &chat, key, wish).await
            }
            Err(denied) => Err(denied),
        };
        work.ended(outcome).await
    }

    /// Each field as in `!ticket set`.
    pub async fn console_changes_ticket(
        &self,
        session: &Session,
        service: &ServiceSlug,
        number: u64,
        changes: &[(Field, String)],
    ) -> Outcome<()> {
        let (mut work, asker) = self.at_tickets(session, service).await?;
        let about = (session, service, number);
        let outcome = work.changes_ticket(&asker, about, changes).await;
        // All of it or nothing.
        match outcome {
            Err(ConsoleError::Unable(words)) => Err(ConsoleError::Unable(words)),
            outcome => work.ended(outcome).await,
        }
    }

    /// The comment's number; one that is `public` is mailed to the customer.
    pub async fn console_comments(
        &self,
        session: &Session,
        service: &ServiceSlug,
        number: u64,
        key: &str,
        (text, public): (String, bool),
    ) -> Outcome<u64> {
        let key = key_of(session, key)?;
        if text.trim().is_empty() || text.chars().count() > MAX_TEXT {
            let why = format!("1 to {MAX_TEXT} characters");
            return Err(Refusal::invalid("text", why).into());
        }
        let (mut work, asker) = self.at_tickets(session, service).await?;
        let about = (session, service, number);
        let outcome = work
            .comments_on(&asker, about, key.as_str(), text, public)
            .await;
        work.ended(outcome).await
    }

    /// A transaction about tickets of a service in which this person may work on them.
    async fn at_tickets(
        &self,
        session: &Session,
        service: &ServiceSlug,
    ) -> Outcome<(Work<'_>, Asker)> {
        let mut work = self.begin().await?;
        let asker = work.asker(&session.person, None, None).await?;
        let is_known = work.tx.find_service(service).await?.is_some();
        if !session.shows(service) || !is_known {
            return Err(ConsoleError::Missing);
        }
        let denied = work.denied(&asker, service, Permission::Ticket, "!ticket");
        match no_to(denied.await?) {
            Ok(()) => Ok((work, asker)),
            Err(denied) => work.ended(Err(denied)).await,
        }
    }
}

impl Work<'_> {
    async fn makes_ticket(
        &mut self,
        asker: &Asker,
        chat: &Chat,
        key: &str,
        mut wish: Wish,
    ) -> Outcome<u64> {
        let key = format!("ticket {key}");
        if let Some(number) = self.tx.find_console_deed(&key).await? {
            return Ok(number);
        }
        wish.subject = self.clean(&chat.service, wish.subject).await?;
        wish.description = self.clean(&chat.service, wish.description).await?;
        for tag in &wish.tags {
            self.check_tag(&chat.service, tag.as_str()).await?;
        }
        let new = self.checked(asker, &chat.service, wish).await?;
        let new = new.map_err(ConsoleError::Unable)?;
        let ticket = self.make_ticket(chat, &asker.person, new).await?;
        self.enqueue(Effect::Notify {
            chat: chat.id.clone(),
            notice: Notice::TicketMade {
                agent: asker.person.clone(),
                ticket: ticket.number,
            },
        })
        .await?;
        self.keep_deed(&key, ticket.number).await
    }

    async fn changes_ticket(
        &mut self,
        asker: &Asker,
        (session, service, number): (&Session, &ServiceSlug, u64),
        changes: &[(Field, String)],
    ) -> Outcome<()> {
        let found = self.tx.find_ticket(service, number).await?;
        let mut ticket = found
            .filter(|ticket| session.shows_ticket(ticket))
            .ok_or(ConsoleError::Missing)?;
        for (field, value) in changes {
            let value = self.checked_value(service, *field, value).await?;
            let before = ticket.clone();
            match self.set(asker, &mut ticket, *field, &value).await? {
                // Somebody else was faster with the same.
                Answer::Words(words) if ticket == before && !is_so(&ticket, *field, &value) => {
                    return Err(ConsoleError::Unable(words));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// A tag cannot be masked: it would be another. One that is taken away may hold anything.
    async fn checked_value(
        &mut self,
        service: &ServiceSlug,
        field: Field,
        value: &str,
    ) -> Outcome<String> {
        match field {
            Field::Tag => {
                if let Some(tag) = value.strip_prefix("add ") {
                    self.check_tag(service, tag).await?;
                }
                Ok(value.to_owned())
            }
            Field::Subject => {
                let subject = checked_subject(value)?;
                Ok(self.clean(service, subject).await?)
            }
            _ => Ok(value.to_owned()),
        }
    }

    async fn check_tag(&mut self, service: &ServiceSlug, tag: &str) -> Outcome<()> {
        match self.is_hidden(service, tag).await? {
            false => Ok(()),
            true => Err(Refusal::invalid("tags", NO_TAG).into()),
        }
    }

    async fn comments_on(
        &mut self,
        asker: &Asker,
        (session, service, number): (&Session, &ServiceSlug, u64),
        key: &str,
        text: String,
        public: bool,
    ) -> Outcome<u64> {
        let key = format!("comment {key}");
        if let Some(number) = self.tx.find_console_deed(&key).await? {
            return Ok(number);
        }
        let found = self.tx.find_ticket(service, number).await?;
        let mut ticket = found
            .filter(|ticket| session.shows_ticket(ticket))
            .ok_or(ConsoleError::Missing)?;
        let text = self.clean(service, text).await?;
        let answer = match public {
            true => self.reply(asker, &mut ticket, text).await?,
            false => self.comment(asker, &mut ticket, text, false).await?,
        };
        if let Answer::Words(words) = answer {
            return Err(ConsoleError::Unable(words));
        }
        let comments = self.tx.comments(&ticket).await?;
        let made = comments.last().map_or(0, |comment| comment.number);
        self.keep_deed(&key, made).await
    }

    async fn keep_deed(&mut self, key: &str, number: u64) -> Outcome<u64> {
        let old = self.now - REMEMBERED;
        self.tx
            .insert_console_deed(key, number, self.now, old)
            .await?;
        Ok(number)
    }
}

/// Whether the field has this value already.
fn is_so(ticket: &Ticket, field: Field, value: &str) -> bool {
    match field {
        Field::Status => ticket.status.as_str() == value,
        Field::Priority => ticket.priority.as_str() == value,
        Field::Subject => ticket.subject == value,
        Field::Assignee => match &ticket.assignee {
            Some(agent) => agent.as_str() == value,
            None => value == "none",
        },
        Field::Tag => {
            let (verb, word) = value.split_once(' ').unwrap_or_default();
            let tag = Tag::new(word).ok();
            let has = tag.is_some_and(|tag| ticket.tags.iter().any(|held| *held == tag));
            (verb == "add") == has
        }
    }
}

fn checked_subject(subject: &str) -> Outcome<String> {
    let subject = subject.trim();
    if subject.is_empty() || subject.chars().count() > MAX_SUBJECT {
        let why = format!("1 to {MAX_SUBJECT} characters");
        return Err(Refusal::invalid("subject", why).into());
    }
    Ok(subject.to_owned())
}

fn checked(wish: TicketWish) -> Outcome<Wish> {
    let subject = checked_subject(&wish.subject)?;
    let tags: Result<Vec<Tag>, _> = wish.tags.iter().map(|tag| Tag::new(tag)).collect();
    let tags =
        tags.map_err(|_| Refusal::invalid("tags", "each of up to 40 letters, digits, - and _"))?;
    Ok(Wish {
        subject,
        priority: Some(wish.priority),
        assignee: wish.assignee,
        tags,
        description: wish.description,
    })
}
