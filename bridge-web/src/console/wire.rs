//! The JSON between the agents' page and the server. Unknown fields are ignored.

use std::time::Duration;

use desk::{
    agent::ChatStatus,
    command::Language,
    console::{self, Session},
    engine::{MaskWish, ReportView},
    ids::Timestamp,
    permission::Permissions,
    refusal::Refusal,
    service::Service,
};
use serde::{Deserialize, Serialize};

mod chat;
mod ticket;

pub use chat::{Agents, Canned, ChatDetail, Chats, Record};
pub use ticket::{
    Audit, Comment, Looked, Made, NewTicket, TicketChanges, TicketDetail, Tickets, wait_of,
};

#[derive(Deserialize)]
#[serde(untagged)]
pub enum Enter {
    Link { link: String },
    OpenId { openid: OpenId, room: String },
}

/// As the homeserver gives it to a client (client-server API, `request_token`).
#[derive(Deserialize)]
pub struct OpenId {
    pub access_token: String,
    pub matrix_server_name: String,
}

#[derive(Deserialize)]
pub struct Status {
    pub status: ChatStatus,
}

/// A person by its Matrix user id and the name customers see.
#[derive(Clone, Serialize)]
pub struct Person {
    pub id: String,
    pub name: String,
}

/// Who sits there and what it may.
#[derive(Serialize)]
pub struct Seat {
    agent: Person,
    language: Language,
    /// To be sent along with what changes something, where a cookie says who asks.
    pub csrf: Option<String>,
    /// Says who asks, where there are no cookies.
    pub token: Option<String>,
    expires_at: String,
    focus: Option<Focus>,
    /// For how many seconds what is under a mask is shown.
    reveal_s: u64,
    services: Vec<Desk>,
}

#[derive(Serialize)]
struct Focus {
    service: String,
    chat: Option<String>,
}

#[derive(Serialize)]
struct Desk {
    slug: String,
    name: String,
    accent: Option<String>,
    permissions: Vec<&'static str>,
    security: bool,
    rating: bool,
    mail: bool,
}

impl Seat {
    pub fn new(
        session: &Session,
        language: Language,
        name: Option<String>,
        services: Vec<(Service, Permissions)>,
        (shows, mail): (Duration, bool),
    ) -> Self {
        let id = session.person.to_string();
        Self {
            agent: Person {
                name: name.unwrap_or_else(|| id.clone()),
                id,
            },
            language,
            csrf: None,
            token: None,
            expires_at: session.expires_at.to_rfc3339(),
            focus: session.focus.as_ref().map(|focus| Focus {
                service: focus.service.to_string(),
                chat: focus.chat.as_ref().map(ToString::to_string),
            }),
            reveal_s: shows.as_secs(),
            services: services
                .into_iter()
                .map(|(service, held)| Desk {
                    slug: service.slug.to_string(),
                    name: service.name,
                    accent: service.settings.theme.accent,
                    permissions: held.iter().map(|it| it.as_str()).collect(),
                    security: service.settings.contract_security,
                    rating: service.settings.rating,
                    mail,
                })
                .collect(),
        }
    }
}

#[derive(Deserialize)]
pub struct Say {
    pub key: String,
    pub text: String,
}

#[derive(Serialize)]
pub struct Said {
    pub seq: u64,
    pub id: String,
}

#[derive(Deserialize)]
pub struct Transfer {
    pub to: String,
    #[serde(default)]
    pub note: Option<String>,
}

#[derive(Deserialize)]
pub struct Masking {
    pub message: String,
    start: Option<usize>,
    end: Option<usize>,
    text: Option<String>,
    #[serde(default)]
    found: bool,
    #[serde(default)]
    all: bool,
}

impl Masking {
    pub fn wish(&self) -> Result<MaskWish, Refusal> {
        match (self.start, self.end, &self.text) {
            (Some(start), Some(end), Some(text)) => Ok(MaskWish::Part {
                start,
                end,
                text: text.clone(),
            }),
            _ if self.all => Ok(MaskWish::All),
            _ if self.found => Ok(MaskWish::Found),
            _ => Err(Refusal::invalid(
                "message",
                "start, end and text, or found, or all",
            )),
        }
    }
}

/// It is masked; what else is to be known.
#[derive(Serialize)]
pub struct Masked {
    pub note: Option<String>,
}

#[derive(Deserialize)]
pub struct Look {
    pub message: String,
    #[serde(default)]
    pub reason: Option<String>,
}

#[derive(Serialize)]
pub struct Revealed {
    text: String,
    file_name: Option<String>,
    formatting: Option<String>,
    seconds: u64,
    left: Option<String>,
}

impl From<console::Revealed> for Revealed {
    fn from(revealed: console::Revealed) -> Self {
        Self {
            text: revealed.text,
            file_name: revealed.file_name,
            formatting: revealed.formatting,
            seconds: revealed.shows.as_secs(),
            left: revealed.left,
        }
    }
}

#[derive(Deserialize)]
pub struct Span {
    #[serde(default = "a_week")]
    pub days: u32,
}

fn a_week() -> u32 {
    7
}

#[derive(Serialize)]
pub struct ReportOf {
    days: u32,
    zone: String,
    chats: usize,
    lost: usize,
    waiting: usize,
    wait_s: Option<u64>,
    first_answer_s: Option<u64>,
    length_s: Option<u64>,
    ratings: usize,
    score: Option<f64>,
    agents: Vec<OneAgent>,
    by_day: Vec<OneDay>,
    by_hour: [usize; 24],
    scores: [usize; 5],
    capped: bool,
}

#[derive(Serialize)]
struct OneAgent {
    name: String,
    chats: usize,
    first_answer_s: Option<u64>,
    ratings: usize,
    score: Option<f64>,
}

#[derive(Serialize)]
struct OneDay {
    day: String,
    chats: usize,
    lost: usize,
    wait_s: Option<u64>,
    first_answer_s: Option<u64>,
    score: Option<f64>,
}

impl ReportOf {
    pub fn new(days: u32, view: ReportView) -> Self {
        let seconds = |span: Option<Duration>| span.map(|span| span.as_secs());
        let report = view.report;
        Self {
            days,
            zone: view.zone,
            chats: report.chats,
            lost: report.lost,
            waiting: report.waiting,
            wait_s: seconds(report.wait),
            first_answer_s: seconds(report.first_answer),
            length_s: seconds(report.length),
            ratings: report.ratings,
            score: report.score,
            agents: report
                .agents
                .into_iter()
                .map(|agent| OneAgent {
                    name: agent.name,
                    chats: agent.chats,
                    first_answer_s: seconds(agent.first_answer),
                    ratings: agent.ratings,
                    score: agent.score,
                })
                .collect(),
            by_day: view
                .days
                .days
                .into_iter()
                .map(|day| OneDay {
                    day: day.day,
                    chats: day.chats,
                    lost: day.lost,
                    wait_s: seconds(day.wait),
                    first_answer_s: seconds(day.first_answer),
                    score: day.score,
                })
                .collect(),
            by_hour: view.days.hours,
            scores: view.days.scores,
            capped: view.capped,
        }
    }
}

fn time(at: Timestamp) -> String {
    at.to_rfc3339()
}
