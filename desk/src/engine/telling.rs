//! What is told of tickets. It is read and worded when it is told, so that nothing of it waits
//! anywhere in words that were masked meanwhile.

use super::{Engine, Work};
use crate::{
    command::Language,
    effect::{AboutTickets, Effect, Queued, Room},
    event::{Author, ChatEvent, ChatEventKind, Message},
    ids::{ChatId, EventId, ServiceSlug},
    ports::StoreError,
    service::ServiceSettings,
    texts::{
        closing::deleted,
        tickets::{self as texts, Shown},
    },
    ticket::{Ticket, as_subject},
};

/// How many of the newest comments and changes are shown with a ticket.
const COMMENTS: u32 = 20;
const CHANGES: u32 = 10;
/// How many messages of a conversation are read.
const MESSAGES: u32 = 50_000;
/// How many bytes of a conversation are told at once; an event of Matrix has at most 65,535, and
/// encryption and formatting take their share.
const PART: usize = 12_000;
/// How many events of a chat are read to find its customer's first words.
const FIRST: u32 = 200;

/// What is told, and the chats of which it repeats something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Telling {
    pub text: String,
    pub chats: Vec<ChatId>,
}

impl Engine {
    pub async fn telling(
        &self,
        service: &ServiceSlug,
        about: &AboutTickets,
        language: Language,
    ) -> Result<Telling, StoreError> {
        let settings = self.store.service(service).await?;
        let settings = settings.map(|it| it.settings).unwrap_or_default();
        let telling = match about {
            AboutTickets::List { numbers, more } => {
                self.list(service, numbers, *more, language).await?
            }
            AboutTickets::One { number } => match self.store.ticket(service, *number).await? {
                Some(ticket) => self.one(&ticket, &settings, language).await?,
                None => Telling::default(),
            },
            AboutTickets::Conversation { number, part } => {
                match self.store.ticket(service, *number).await? {
                    Some(ticket) => self.said_in(&ticket, *part, &settings, language).await?,
                    None => Telling::default(),
                }
            }
            AboutTickets::Subject { chat } => self.proposal(chat, language).await?,
        };
        Ok(Telling {
            text: self.manner.own(telling.text),
            ..telling
        })
    }

    async fn list(
        &self,
        service: &ServiceSlug,
        numbers: &[u64],
        more: bool,
        language: Language,
    ) -> Result<Telling, StoreError> {
        let mut tickets = Vec::new();
        for number in numbers {
            tickets.extend(self.store.ticket(service, *number).await?);
        }
        Ok(Telling {
            text: texts::list(language, &tickets, more),
            chats: tickets.iter().filter_map(chat_of).collect(),
        })
    }

    async fn one(
        &self,
        ticket: &Ticket,
        settings: &ServiceSettings,
        language: Language,
    ) -> Result<Telling, StoreError> {
        let (service, number) = (&ticket.service, ticket.number);
        let comments = self.store.comments_of(service, number, COMMENTS).await?;
        let changes = self.store.changes_of(service, number, CHANGES).await?;
        let shown = Shown {
            ticket,
            comments: &comments,
            changes: &changes,
            link: self.link_of(ticket).await?,
            console: self.console_link(ticket),
            zone: settings.zone(),
        };
        Ok(Telling {
            text: texts::one(language, &shown),
            chats: chat_of(ticket).into_iter().collect(),
        })
    }

    /// Where the ticket is in the console.
    pub(crate) fn console_link(&self, ticket: &Ticket) -> Option<String> {
        let (console, service) = (self.console.as_ref()?, &ticket.service);
        Some(format!("{console}#/{service}/tickets/{}", ticket.number))
    }

    /// The room of the ticket's chat, while there is one.
    async fn link_of(&self, ticket: &Ticket) -> Result<Option<String>, StoreError> {
        let Some(origin) = &ticket.origin else {
            return Ok(None);
        };
        let chat = self.store.chat(&origin.chat).await?;
        let room = chat.and_then(|chat| chat.room);
        Ok(room.map(|room| self.manner.link(&room)))
    }

    async fn said_in(
        &self,
        ticket: &Ticket,
        part: u32,
        settings: &ServiceSettings,
        language: Language,
    ) -> Result<Telling, StoreError> {
        let (service, number) = (&ticket.service, ticket.number);
        let said = self.store.conversation(service, number, MESSAGES).await?;
        let clock = texts::Times::new(settings.zone());
        let mut lines: Vec<String> = match ticket.origin {
            Some(_) => Vec::new(),
            None => vec![clock.line(
                ticket.created_at,
                texts::who(ticket, language),
                &ticket.description,
            )],
        };
        lines.extend(said.iter().filter_map(|event| {
            let message = message(event)?;
            let (name, text) = (name(message, ticket, language), words(message, language));
            Some(clock.line(event.at, name, &text))
        }));
        let comments = self.store.comments_of(service, number, MESSAGES).await?;
        let sent = comments.iter().filter(|comment| comment.public);
        lines.extend(sent.map(|it| clock.line(it.at, &it.name, &it.text)));
        let parts = parts(&lines);
        let index = usize::try_from(part)
            .unwrap_or(usize::MAX)
            .saturating_sub(1);
        let room = self.link_of(ticket).await?;
        let links = [room, self.console_link(ticket)];
        let below = texts::Part {
            part,
            of: parts.len(),
        };
        let shown = parts.get(index).map(String::as_str);
        Ok(Telling {
            text: texts::conversation(language, ticket, &links, shown, &below),
            chats: chat_of(ticket).into_iter().collect(),
        })
    }

    async fn proposal(&self, chat: &ChatId, language: Language) -> Result<Telling, StoreError> {
        let events = self.store.events_after(chat, 0, FIRST).await?;
        let mut said = events.iter().filter_map(message);
        let first = said.find(|it| it.from == Author::Customer && !it.text.trim().is_empty());
        let subject = first.map(|first| as_subject(&first.text));
        Ok(Telling {
            text: texts::proposal(language, subject.as_deref()),
            chats: vec![chat.clone()],
        })
    }

    /// It was told in this room. What was masked while it was on its way is hidden at once.
    pub(crate) async fn repeated(
        &self,
        head: &Queued,
        telling: &Telling,
        room: &Room,
        event: &EventId,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        work.note_repetitions(head, telling, room, event).await?;
        work.tx.dequeue(&head.id).await?;
        work.commit().await
    }

    /// The event tells who the chat's customer is, and may repeat its tickets.
    pub(crate) async fn introduced(
        &self,
        head: &Queued,
        chat: &ChatId,
        telling: &Telling,
        event: &EventId,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        if work.tx.find_chat(chat).await?.is_some() {
            work.tx.add_told(chat, event).await?;
        }
        let room = Room::Portal(chat.clone());
        work.note_repetitions(head, telling, &room, event).await?;
        work.tx.dequeue(&head.id).await?;
        work.commit().await
    }
}

impl Work<'_> {
    async fn note_repetitions(
        &mut self,
        head: &Queued,
        telling: &Telling,
        room: &Room,
        event: &EventId,
    ) -> Result<(), StoreError> {
        let mut is_old = false;
        for chat in &telling.chats {
            self.tx.add_repetition(chat, room, event, false).await?;
            let masked = self.tx.last_masked(chat).await?;
            is_old |= masked.is_some_and(|at| at > head.created_at);
        }
        if is_old {
            self.enqueue(Effect::Redact {
                room: room.clone(),
                event: event.clone(),
            })
            .await?;
        }
        Ok(())
    }
}

fn chat_of(ticket: &Ticket) -> Option<ChatId> {
    ticket.origin.as_ref().map(|origin| origin.chat.clone())
}

fn message(event: &ChatEvent) -> Option<&Message> {
    match &event.what {
        ChatEventKind::Message(message) => Some(message),
        _ => None,
    }
}

fn name<'m>(message: &'m Message, ticket: &'m Ticket, language: Language) -> &'m str {
    let name = message.from.name();
    name.unwrap_or_else(|| texts::who(ticket, language))
}

fn words(message: &Message, language: Language) -> String {
    match &message.attachment {
        Some(file) => format!("[{}] {}", file.name, message.text)
            .trim_end()
            .to_owned(),
        None if message.text.is_empty() => deleted(language).to_owned(),
        None => message.text.clone(),
    }
}

/// Lines put together as far as they fit; one that is longer stands alone.
fn parts(lines: &[String]) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for line in lines {
        match parts.last_mut() {
            Some(part) if part.len() + line.len() < PART => {
                part.push('\n');
                part.push_str(line);
            }
            _ => parts.push(line.clone()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_conversation_is_told_in_parts_with_every_line_once() {
        let lines: Vec<String> = (0..1_000)
            .map(|n| format!("{n}: {}", "가".repeat(n % 200)))
            .chain(["x".repeat(PART * 2)])
            .collect();
        let parts = parts(&lines);
        assert!(parts.len() > 10);
        assert!(parts.iter().rev().skip(1).all(|part| part.len() <= PART));
        assert_eq!(parts.join("\n"), lines.join("\n"));
    }
}
