//! Tickets, as the console lists, shows and changes them.

use std::collections::HashMap;

use desk::{
    audit::AuditEntry,
    engine::{TicketView, TicketWish},
    ids::AgentId,
    refusal::Refusal,
    ticket::{Field, Priority, Status, Tag, Ticket, TicketQuery},
};
use serde::{Deserialize, Deserializer, Serialize};

use super::{Person, time};
use crate::console::live::Wait;

/// So many words are looked for at most.
const WORDS: usize = 8;

/// Names of agents.
pub type Names = HashMap<AgentId, String>;

fn person(id: &AgentId, names: &Names) -> Person {
    Person {
        name: names.get(id).cloned().unwrap_or_else(|| id.to_string()),
        id: id.to_string(),
    }
}

/// What a list of tickets is narrowed to.
#[derive(Deserialize)]
pub struct Looked {
    status: Option<String>,
    assignee: Option<String>,
    tag: Option<String>,
    q: Option<String>,
    before: Option<u64>,
    #[serde(default)]
    pub wait: u64,
}

pub fn wait_of(wait: u64) -> Wait {
    Wait { wait }
}

impl Looked {
    pub fn query(&self) -> Result<TicketQuery, Refusal> {
        let filled = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
        let mut status = Vec::new();
        for word in filled(&self.status).iter().flat_map(|it| it.split(',')) {
            let known = Status::from_word(word);
            let why = "open, pending, solved, closed";
            status.push(known.ok_or_else(|| Refusal::invalid("status", why))?);
        }
        let tags: Result<Vec<Tag>, _> = filled(&self.tag).iter().map(|tag| Tag::new(tag)).collect();
        let words = filled(&self.q).unwrap_or_default();
        Ok(TicketQuery {
            status,
            assignee: filled(&self.assignee).map(AgentId::new),
            tags: tags.map_err(|_| Refusal::invalid("tag", "letters, digits, - and _"))?,
            before: self.before,
            chat: None,
            words: words
                .split(|c: char| c.is_whitespace() || c.is_control())
                .filter(|word| !word.is_empty())
                .take(WORDS)
                .map(str::to_owned)
                .collect(),
        })
    }
}

#[derive(Serialize)]
pub struct Tickets {
    tickets: Vec<TicketLine>,
    more: bool,
}

#[derive(Serialize)]
struct TicketLine {
    number: u64,
    subject: String,
    status: &'static str,
    priority: &'static str,
    assignee: Option<Person>,
    tags: Vec<OneTag>,
    customer: Option<String>,
    created_at: String,
    changed_at: String,
}

#[derive(Serialize)]
struct OneTag {
    name: String,
    fixed: bool,
}

/// Another ticket of the same customer.
#[derive(Serialize)]
pub struct Other {
    number: u64,
    subject: String,
    status: &'static str,
}

impl Tickets {
    pub fn new(found: Vec<Ticket>, page: usize, names: &Names) -> Self {
        Self {
            more: found.len() > page,
            tickets: found
                .into_iter()
                .take(page)
                .map(|ticket| TicketLine::new(ticket, names))
                .collect(),
        }
    }
}

impl TicketLine {
    fn new(ticket: Ticket, names: &Names) -> Self {
        let tags = ticket.tags.iter().map(|tag| OneTag {
            name: tag.as_str().to_owned(),
            fixed: tag.is_fixed(),
        });
        Self {
            number: ticket.number,
            status: ticket.status.as_str(),
            priority: ticket.priority.as_str(),
            assignee: ticket.assignee.as_ref().map(|id| person(id, names)),
            tags: tags.collect(),
            subject: ticket.subject,
            customer: ticket.name,
            created_at: time(ticket.created_at),
            changed_at: time(ticket.changed_at),
        }
    }
}

impl From<&Ticket> for Other {
    fn from(ticket: &Ticket) -> Self {
        Self {
            number: ticket.number,
            subject: ticket.subject.clone(),
            status: ticket.status.as_str(),
        }
    }
}

#[derive(Serialize)]
pub struct TicketDetail {
    #[serde(flatten)]
    line: TicketLine,
    description: String,
    email: Option<String>,
    chat: Option<FromChat>,
    made_by: Option<Person>,
    room: Option<String>,
    comments: Vec<OneComment>,
    changes: Vec<OneChange>,
    has_conversation: bool,
    others: Vec<Other>,
}

#[derive(Serialize)]
struct FromChat {
    id: String,
    number: u64,
    exists: bool,
}

#[derive(Serialize)]
struct OneComment {
    number: u64,
    by: Person,
    text: String,
    public: bool,
    at: String,
}

#[derive(Serialize)]
struct OneChange {
    by: Person,
    at: String,
    field: &'static str,
    old: String,
    new: String,
}

impl TicketDetail {
    pub fn new(view: TicketView, names: &Names) -> Self {
        let ticket = view.ticket;
        Self {
            description: ticket.description.clone(),
            email: ticket.email.clone(),
            chat: ticket.origin.as_ref().map(|origin| FromChat {
                id: origin.chat.to_string(),
                number: origin.number,
                exists: view.chat_exists,
            }),
            made_by: ticket.made_by.as_ref().map(|id| person(id, names)),
            room: view.room,
            comments: view
                .comments
                .into_iter()
                .map(|comment| OneComment {
                    number: comment.number,
                    by: Person {
                        id: comment.by.to_string(),
                        name: comment.name,
                    },
                    text: comment.text,
                    public: comment.public,
                    at: time(comment.at),
                })
                .collect(),
            changes: view
                .changes
                .into_iter()
                .map(|change| OneChange {
                    by: person(&change.by, names),
                    at: time(change.at),
                    field: change.field.as_str(),
                    old: change.old,
                    new: change.new,
                })
                .collect(),
            has_conversation: view.has_conversation,
            others: view.others.iter().map(Into::into).collect(),
            line: TicketLine::new(ticket, names),
        }
    }
}

#[derive(Serialize)]
pub struct Audit {
    entries: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    at: String,
    who: String,
    what: String,
    subject: Option<String>,
    old: Option<String>,
    new: Option<String>,
}

impl Audit {
    pub fn new(entries: Vec<AuditEntry>) -> Self {
        let entries = entries.into_iter().map(|entry| Entry {
            at: time(entry.at),
            who: entry.actor.to_string(),
            what: entry.what,
            subject: entry.subject,
            old: entry.old,
            new: entry.new,
        });
        Self {
            entries: entries.collect(),
        }
    }
}

#[derive(Deserialize)]
pub struct NewTicket {
    key: String,
    subject: String,
    #[serde(default)]
    description: String,
    priority: Option<String>,
    assignee: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
}

#[derive(Serialize)]
pub struct Made {
    pub number: u64,
}

impl NewTicket {
    pub fn wish(self) -> Result<(String, TicketWish), Refusal> {
        let priority = match &self.priority {
            Some(word) => Priority::from_word(word)
                .ok_or_else(|| Refusal::invalid("priority", "low, normal, high, urgent"))?,
            None => Priority::default(),
        };
        let wish = TicketWish {
            subject: self.subject,
            description: self.description,
            priority,
            assignee: self.assignee.filter(|it| !it.is_empty()),
            tags: self.tags,
        };
        Ok((self.key, wish))
    }
}

#[derive(Deserialize)]
pub struct TicketChanges {
    status: Option<String>,
    priority: Option<String>,
    /// Null takes it from who has it.
    #[serde(default, deserialize_with = "given")]
    assignee: Option<Option<String>>,
    subject: Option<String>,
    add_tag: Option<String>,
    remove_tag: Option<String>,
}

/// What was said, also when it is null.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl TicketChanges {
    /// As `!ticket set` takes them.
    pub fn fields(self) -> Vec<(Field, String)> {
        let none = || "none".to_owned();
        let assignee = self.assignee.map(|agent| agent.unwrap_or_else(none));
        let fields = [
            (Field::Status, self.status),
            (Field::Priority, self.priority),
            (Field::Assignee, assignee),
            (Field::Subject, self.subject),
            (Field::Tag, self.add_tag.map(|tag| format!("add {tag}"))),
            (
                Field::Tag,
                self.remove_tag.map(|tag| format!("remove {tag}")),
            ),
        ];
        let named = fields.into_iter();
        named
            .filter_map(|(field, value)| Some((field, value?)))
            .collect()
    }
}

#[derive(Deserialize)]
pub struct Comment {
    pub key: String,
    pub text: String,
    #[serde(default)]
    pub public: bool,
}
