//! Chats, as the console lists and shows them.

use std::collections::BTreeMap;

use desk::{
    chat::{Chat, ChatState},
    console::{Last, Line, Recorded, Session},
    customer::Customer,
    engine::{ChatView, Overview},
    event::Author,
    permission::Permission,
    routing::Candidate,
};
use serde::Serialize;

use super::{Person, ticket::Other, time};
use crate::wire::Event;

/// How much of the last message a list shows, in Unicode scalar values.
const GLIMPSE: usize = 120;

#[derive(Serialize)]
pub struct Chats {
    me: Option<Me>,
    chats: Vec<ChatLine>,
}

#[derive(Serialize)]
struct Me {
    status: &'static str,
    presence: &'static str,
    routable: bool,
    load: u32,
    capacity: u32,
}

#[derive(Serialize)]
struct ChatLine {
    id: String,
    number: u64,
    state: &'static str,
    customer: Option<String>,
    topic: Option<String>,
    agent: Option<Person>,
    mine: bool,
    offered_until: Option<String>,
    since: String,
    locale: String,
    last: Option<LastWords>,
}

#[derive(Serialize)]
struct LastWords {
    seq: u64,
    from: &'static str,
    text: String,
    at: String,
}

impl Chats {
    pub fn new(session: &Session, overview: Overview) -> Self {
        Self {
            me: overview.me.map(|me| Me {
                status: me.agent.status.as_str(),
                presence: me.agent.presence.as_str(),
                routable: overview.routable,
                load: me.load,
                capacity: me.agent.capacity,
            }),
            chats: overview
                .lines
                .into_iter()
                .map(|line| ChatLine::new(session, line))
                .collect(),
        }
    }
}

impl ChatLine {
    fn new(session: &Session, line: Line) -> Self {
        let chat = line.chat;
        let holder = chat.state.holder();
        Self {
            mine: holder == Some(&session.person),
            agent: holder.map(|holder| Person {
                id: holder.to_string(),
                name: line.agent.unwrap_or_else(|| holder.to_string()),
            }),
            offered_until: match &chat.state {
                ChatState::Offered { until, .. } => Some(time(*until)),
                _ => None,
            },
            state: chat.state.as_str(),
            id: chat.id.to_string(),
            number: chat.number,
            customer: line.customer,
            topic: chat.fields.get("topic").cloned(),
            since: time(chat.created_at),
            locale: chat.locale,
            last: line.last.map(Into::into),
        }
    }
}

impl From<Last> for LastWords {
    fn from(last: Last) -> Self {
        Self {
            seq: last.seq,
            from: match last.from {
                Author::Customer => "customer",
                Author::Agent { .. } => "agent",
            },
            text: last.text.chars().take(GLIMPSE).collect(),
            at: time(last.at),
        }
    }
}

/// What happened in a chat. As its customer's page reads it, and which parts are masked.
#[derive(Serialize)]
pub struct Record {
    next: u64,
    events: Vec<OneEvent>,
}

#[derive(Serialize)]
struct OneEvent {
    #[serde(flatten)]
    event: Event,
    masks: Vec<(usize, usize)>,
}

impl Record {
    pub fn new(since: u64, recorded: Vec<Recorded>) -> Self {
        let next = recorded.last().map_or(since, |last| last.event.seq);
        let events = recorded.into_iter().map(|it| OneEvent {
            event: it.event.into(),
            masks: it.masks,
        });
        Self {
            next,
            events: events.collect(),
        }
    }
}

#[derive(Serialize)]
pub struct ChatDetail {
    #[serde(flatten)]
    line: ChatLine,
    service: String,
    room: Option<String>,
    may_answer: bool,
    customer_details: Option<Details>,
    fields: Vec<Answer>,
    page: Option<Page>,
    consent: Option<Consent>,
    rating: Option<Rating>,
    chats: Vec<OtherChat>,
    tickets: Vec<Other>,
    why: Option<Vec<String>>,
}

#[derive(Serialize)]
struct Details {
    name: Option<String>,
    email: Option<String>,
    /// Whether the host page has said who it is.
    identified: bool,
}

#[derive(Serialize)]
struct Answer {
    name: String,
    label: String,
    value: String,
}

#[derive(Serialize)]
struct Page {
    url: String,
    title: Option<String>,
}

#[derive(Serialize)]
struct Consent {
    version: String,
    at: String,
}

#[derive(Serialize)]
struct Rating {
    score: Option<u8>,
    comment: Option<String>,
    asked: bool,
}

#[derive(Serialize)]
struct OtherChat {
    id: String,
    number: u64,
    state: &'static str,
    at: String,
}

impl ChatDetail {
    pub fn new(session: &Session, view: ChatView) -> Self {
        let may_answer = view.may_answer();
        let chat = view.line.chat.clone();
        let labels = &view.service.settings.fields;
        let label = |name: &str| {
            let field = labels.iter().find(|field| field.name == name);
            field.map_or(name, |field| &field.label).to_owned()
        };
        let answers = chat.fields.iter().map(|(name, value)| Answer {
            label: label(name),
            name: name.clone(),
            value: value.clone(),
        });
        Self {
            service: chat.service.to_string(),
            room: view.room,
            may_answer,
            fields: answers.collect(),
            customer_details: view.customer.map(Into::into),
            page: chat.page.map(|page| Page {
                url: page.url,
                title: page.title,
            }),
            consent: view.consent.map(|(version, at)| Consent {
                version,
                at: time(at),
            }),
            rating: view.rating.map(|rating| Rating {
                score: rating.given.as_ref().map(|given| given.score),
                comment: rating.given.and_then(|given| given.comment),
                asked: true,
            }),
            chats: view.chats.iter().map(Into::into).collect(),
            tickets: view.tickets.iter().map(Into::into).collect(),
            why: view.why.map(|why| why.lines().map(str::to_owned).collect()),
            line: ChatLine::new(session, view.line),
        }
    }
}

impl From<Customer> for Details {
    fn from(customer: Customer) -> Self {
        Self {
            name: customer.name,
            email: customer.email,
            identified: customer.subject.is_some(),
        }
    }
}

impl From<&Chat> for OtherChat {
    fn from(chat: &Chat) -> Self {
        Self {
            id: chat.id.to_string(),
            number: chat.number,
            state: chat.state.as_str(),
            at: time(chat.created_at),
        }
    }
}

#[derive(Serialize)]
pub struct Agents {
    agents: Vec<Colleague>,
}

#[derive(Serialize)]
struct Colleague {
    id: String,
    name: String,
    routable: bool,
    load: u32,
    capacity: u32,
    groups: Vec<String>,
    permissions: Vec<&'static str>,
}

impl Agents {
    pub fn new(found: Vec<(Candidate, bool)>) -> Self {
        let agents = found.into_iter().map(|(found, routable)| Colleague {
            id: found.agent.id.to_string(),
            name: found.agent.name,
            routable,
            load: found.load,
            capacity: found.agent.capacity,
            groups: found.agent.groups.into_iter().collect(),
            permissions: found
                .agent
                .permissions
                .iter()
                .map(Permission::as_str)
                .collect(),
        });
        Self {
            agents: agents.collect(),
        }
    }
}

#[derive(Serialize)]
pub struct Canned {
    canned: Vec<Prepared>,
}

#[derive(Serialize)]
struct Prepared {
    name: String,
    text: String,
}

impl Canned {
    pub fn new(canned: BTreeMap<String, String>) -> Self {
        let canned = canned.into_iter();
        Self {
            canned: canned.map(|(name, text)| Prepared { name, text }).collect(),
        }
    }
}
