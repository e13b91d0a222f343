//! What happened in a chat, as its customer's page reads it.

use desk::event::{Author, ChatEvent, ChatEventKind, ClosedBy};
use serde::Serialize;
use utoipa::ToSchema;

/// What happened in the chat. Clients ignore types they do not know.
#[derive(Serialize, ToSchema)]
pub struct Event {
    /// Counts from 1 without gaps.
    pub seq: u64,
    #[serde(flatten)]
    pub what: What,
    /// RFC 3339 in UTC.
    pub at: String,
}

#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum What {
    State(State),
    Message {
        id: String,
        /// The client's own key, on the customer's messages.
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        from: Sender,
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        reply_to: Option<String>,
    },
    Edit {
        id: String,
        text: String,
    },
    Delete {
        id: String,
    },
    /// This message will never reach an agent.
    Failed {
        id: String,
    },
    Closed {
        by: Party,
    },
}

#[derive(Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    Waiting {
        /// 1 is next.
        position: u64,
        /// The estimated wait in seconds; null when nothing is known.
        wait_s: Option<u64>,
        /// Whether to offer an inquiry instead.
        contact: bool,
    },
    Active {
        agent: Agent,
    },
}

#[derive(Serialize, ToSchema)]
pub struct Agent {
    pub name: String,
}

#[derive(Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Sender {
    Customer,
    Agent { name: String },
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    Customer,
    Agent,
}

impl From<ChatEvent> for Event {
    fn from(event: ChatEvent) -> Self {
        Self {
            seq: event.seq,
            what: event.what.into(),
            at: event.at.to_rfc3339(),
        }
    }
}

impl From<ChatEventKind> for What {
    fn from(what: ChatEventKind) -> Self {
        match what {
            ChatEventKind::Waiting { position, contact } => Self::State(State::Waiting {
                position,
                wait_s: None,
                contact,
            }),
            ChatEventKind::Active { agent } => Self::State(State::Active {
                agent: Agent { name: agent },
            }),
            ChatEventKind::Message(message) => Self::Message {
                id: message.id.to_string(),
                key: message.key.map(|key| key.to_string()),
                from: match message.from {
                    Author::Customer => Sender::Customer,
                    Author::Agent { name } => Sender::Agent { name },
                },
                text: message.text,
                reply_to: message.reply_to.map(|id| id.to_string()),
            },
            ChatEventKind::Edit { id, text } => Self::Edit {
                id: id.to_string(),
                text,
            },
            ChatEventKind::Delete { id } => Self::Delete { id: id.to_string() },
            ChatEventKind::Failed { id } => Self::Failed { id: id.to_string() },
            ChatEventKind::Closed { by } => Self::Closed {
                by: match by {
                    ClosedBy::Customer => Party::Customer,
                    ClosedBy::Agent => Party::Agent,
                },
            },
        }
    }
}
