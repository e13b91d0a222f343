//! The JSON of the API, in both directions. Unknown fields are ignored.

use std::collections::BTreeMap;

use desk::{
    engine::Sent,
    ids::Timestamp,
    service::{self, Availability, Service},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub mod admin;
mod event;

pub use event::{Agent, Event};

/// What a help center offers now.
#[derive(Serialize, ToSchema)]
pub struct HelpCenter {
    pub name: String,
    pub chat: Chat,
    pub consent: Consent,
    /// Asked before the chat.
    pub fields: Vec<Field>,
    pub queue: Queue,
    /// The first words of a chat.
    pub greeting: Option<String>,
    /// Null: chat keeps no hours.
    pub hours: Option<Hours>,
    /// Whether inquiries are taken.
    pub contact: bool,
    pub theme: Theme,
    /// Whether the customer is asked for a rating at the end.
    pub rating: bool,
    /// Whether a transcript can be mailed.
    pub transcript_mail: bool,
    /// What may be sent beside text; null when nothing.
    pub attachments: Option<Attachments>,
    /// Languages of the widget.
    pub locales: [&'static str; 2],
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Chat {
    Available,
    Queue,
    Absent,
    Disabled,
}

#[derive(Serialize, ToSchema)]
pub struct Consent {
    pub version: String,
    pub text: String,
    pub url: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Field {
    pub name: String,
    pub label: String,
    pub required: bool,
}

#[derive(Serialize, ToSchema)]
pub struct Hours {
    pub open: bool,
    /// When chat opens again (RFC 3339); null while it is open.
    pub next_open: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Queue {
    pub waiting: u64,
    /// The estimated wait in seconds; null when nothing is known.
    pub wait_s: Option<u64>,
}

#[derive(Serialize, ToSchema)]
pub struct Theme {
    pub accent: Option<String>,
    pub position: Option<String>,
}

impl HelpCenter {
    pub fn new(
        service: Service,
        availability: Availability,
        waiting: u64,
        wait_s: Option<u64>,
        transcript_mail: bool,
        now: Timestamp,
    ) -> Self {
        let settings = service.settings;
        let consent = settings.consent;
        Self {
            name: service.name,
            chat: match availability {
                Availability::Available => Chat::Available,
                Availability::Queue => Chat::Queue,
                Availability::Absent => Chat::Absent,
                Availability::Disabled => Chat::Disabled,
            },
            consent: Consent {
                version: consent.version,
                text: consent.text,
                url: consent.url,
            },
            fields: settings
                .fields
                .into_iter()
                .map(|field| Field {
                    name: field.name,
                    label: field.label,
                    required: field.required,
                })
                .collect(),
            queue: Queue { waiting, wait_s },
            greeting: settings.greeting,
            hours: settings.hours.map(|hours| Hours::at(&hours, now)),
            contact: settings.contact,
            theme: Theme {
                accent: settings.theme.accent,
                position: settings.theme.position,
            },
            rating: settings.rating,
            transcript_mail,
            attachments: Some(settings.attachments)
                .filter(|rules| rules.enabled)
                .map(|rules| Attachments {
                    max_bytes: rules.max_bytes,
                    types: rules.types,
                }),
            locales: ["en", "ko"],
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Attachments {
    /// Of one file.
    pub max_bytes: u64,
    /// Content types, as found in the bytes.
    pub types: Vec<String>,
}

impl Hours {
    fn at(hours: &service::Hours, now: Timestamp) -> Self {
        let open = hours.open_at(now);
        let next = || hours.next_open(now).map(Timestamp::to_rfc3339);
        Self {
            open,
            next_open: (!open).then(next).flatten(),
        }
    }
}

#[derive(Default, Deserialize, ToSchema)]
pub struct Agreed {
    /// The version of the privacy policy that was shown and agreed to.
    pub version: Option<String>,
}

#[derive(Deserialize, ToSchema)]
pub struct StartChat {
    #[serde(default)]
    pub consent: Option<Agreed>,
    #[serde(default)]
    pub customer: Option<Details>,
    /// Answers to the fields of the help center.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    #[serde(default)]
    pub page: Option<Page>,
    /// Of the page's texts, such as `ko`.
    #[serde(default)]
    pub locale: Option<String>,
    /// A JWT of the host page: who the customer is there. It counts more than what was typed.
    #[serde(default)]
    #[schema(max_length = 8192)]
    pub identity: Option<String>,
}

#[derive(Deserialize, ToSchema)]
pub struct Resume {
    /// A JWT of the host page.
    #[schema(max_length = 8192)]
    pub identity: String,
}

#[derive(Deserialize, ToSchema)]
pub struct NewRating {
    #[schema(minimum = 1, maximum = 5)]
    pub score: u8,
    #[serde(default)]
    #[schema(max_length = 500)]
    pub comment: Option<String>,
}

#[derive(Deserialize, ToSchema)]
pub struct TranscriptMail {
    /// Where the transcript goes.
    pub email: String,
}

#[derive(Default, Deserialize, ToSchema)]
pub struct Details {
    pub name: Option<String>,
    pub email: Option<String>,
}

/// Where the customer is.
#[derive(Deserialize, ToSchema)]
pub struct Page {
    pub url: String,
    pub title: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct ChatStarted {
    pub chat: String,
    /// Opens this chat to whoever holds it. It is told once and never stored.
    pub visitor_token: String,
    pub state: &'static str,
}

#[derive(Deserialize, ToSchema)]
pub struct NewMessage {
    /// Chosen by the client, unique in the chat: the same key twice is one message.
    #[schema(max_length = 64)]
    pub key: String,
    #[schema(max_length = 10_000)]
    pub text: String,
    /// The id of a message of this chat that it answers.
    #[serde(default)]
    pub reply_to: Option<String>,
}

/// The message is durably stored.
#[derive(Serialize, ToSchema)]
pub struct Ack {
    pub key: String,
    pub seq: u64,
    pub id: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct NamedFile {
    /// As of a message, and unique among them too.
    #[param(max_length = 64)]
    pub key: String,
    /// As the customer calls it.
    #[serde(default)]
    pub name: String,
}

#[derive(Deserialize, ToSchema)]
pub struct Typing {
    pub typing: bool,
}

#[derive(Deserialize, ToSchema)]
pub struct Reading {
    /// The last event the customer has seen.
    pub seq: u64,
}

impl From<Sent> for Ack {
    fn from(sent: Sent) -> Self {
        Self {
            key: sent.key.to_string(),
            seq: sent.seq,
            id: sent.id.to_string(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
pub struct NewInquiry {
    #[serde(default)]
    pub consent: Option<Agreed>,
    #[serde(default)]
    pub name: Option<String>,
    /// Where the answer goes.
    #[serde(default)]
    pub email: Option<String>,
    #[serde(default)]
    pub subject: String,
    #[serde(default)]
    pub message: String,
    /// Leave it out, or empty: the form has a field of this name that people do not see, and what
    /// is filled there comes from a machine.
    #[serde(default)]
    pub url: String,
}

#[derive(Serialize, ToSchema)]
pub struct InquirySent {
    pub ticket: u64,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Since {
    /// The last sequence number seen; 0 for all.
    #[serde(default)]
    pub since: u64,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Poll {
    /// The last sequence number seen; 0 for all.
    #[serde(default)]
    pub since: u64,
    /// How many seconds to wait for an event when there is none; more than 25 are 25.
    #[serde(default)]
    pub wait: u64,
}

#[derive(Serialize, ToSchema)]
pub struct Events {
    /// What to ask `since` next time.
    pub next: u64,
    /// At most 500.
    pub events: Vec<Event>,
}

/// A frame to the client that is no event.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Frame {
    Ack(Ack),
    Error {
        /// Of the message that was not taken.
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        error: Trouble,
    },
    Heartbeat,
    /// An agent begins to type, or ends.
    Typing {
        typing: bool,
        agent: Agent,
    },
    /// An agent has read what is up to here.
    Read {
        seq: u64,
    },
}

#[derive(Serialize, ToSchema)]
pub struct Problem {
    pub error: Trouble,
}

#[derive(Serialize, ToSchema)]
pub struct Trouble {
    /// For programs.
    pub code: String,
    /// For people.
    pub message: String,
    /// Which value of the request was wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// How many seconds to wait before trying again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
}
