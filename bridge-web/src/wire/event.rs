//! What happened in a chat, as its customer's page reads it.

use desk::event::{Author, ChatEvent, ChatEventKind, ClosedBy, Message};
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
        /// The text with formatting, when there is any: `a` with `href` (http, https, mailto), `b`,
        /// `strong`, `i`, `em`, `u`, `s`, `del`, `code`, `pre`, `br`, `p`, `ul`, `ol`, `li`,
        /// `blockquote`, `h1` to `h6`, and nothing else.
        #[serde(skip_serializing_if = "Option::is_none")]
        html: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        reply_to: Option<String>,
    },
    /// A message with a file. Its bytes are at `/chats/{id}/attachments/{message}`.
    Attachment {
        id: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        from: Sender,
        name: String,
        /// An agent's client may say what it likes.
        mime: String,
        /// In bytes; 0 when it is not known.
        size: u64,
        /// In pixels, of images, if known.
        #[serde(skip_serializing_if = "Option::is_none")]
        width: Option<u32>,
        #[serde(skip_serializing_if = "Option::is_none")]
        height: Option<u32>,
        /// What was written beside it.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        html: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        reply_to: Option<String>,
    },
    Edit {
        id: String,
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        html: Option<String>,
    },
    Delete {
        id: String,
    },
    /// Personal data in the message is hidden, or shown again: this is what it says now.
    Mask {
        id: String,
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        html: Option<String>,
        /// Of its file; null when it has none, or none any more.
        name: Option<String>,
        /// False when nothing of it is hidden any more.
        masked: bool,
    },
    /// This message will never reach an agent.
    Failed {
        id: String,
    },
    /// The customer has not answered for long.
    IdleWarning {
        /// When the chat ends unless somebody writes. RFC 3339 in UTC.
        closes_at: String,
    },
    /// Please rate the chat.
    RatingRequest,
    Rated {
        score: u8,
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
    /// Nobody wrote for long.
    Idle,
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
            ChatEventKind::Waiting {
                position,
                wait_s,
                contact,
            } => Self::State(State::Waiting {
                position,
                wait_s,
                contact,
            }),
            ChatEventKind::Active { agent } => Self::State(State::Active {
                agent: Agent { name: agent },
            }),
            ChatEventKind::Message(message) => message.into(),
            ChatEventKind::Edit { id, text, html } => Self::Edit {
                id: id.to_string(),
                text,
                html,
            },
            ChatEventKind::Delete { id } => Self::Delete { id: id.to_string() },
            ChatEventKind::Mask {
                id,
                text,
                html,
                name,
                masked,
            } => Self::Mask {
                id: id.to_string(),
                text,
                html,
                name,
                masked,
            },
            ChatEventKind::Failed { id } => Self::Failed { id: id.to_string() },
            ChatEventKind::IdleWarning { closes_at } => Self::IdleWarning {
                closes_at: closes_at.to_rfc3339(),
            },
            ChatEventKind::RatingRequest => Self::RatingRequest,
            ChatEventKind::Rated { score } => Self::Rated { score },
            ChatEventKind::Closed { by } => Self::Closed {
                by: match by {
                    ClosedBy::Customer => Party::Customer,
                    ClosedBy::Agent => Party::Agent,
                    ClosedBy::Idle => Party::Idle,
                },
            },
        }
    }
}

impl From<Message> for What {
    fn from(message: Message) -> Self {
        let id = message.id.to_string();
        let key = message.key.map(|key| key.to_string());
        let from = match message.from {
            Author::Customer => Sender::Customer,
            Author::Agent { name } => Sender::Agent { name },
        };
        let reply_to = message.reply_to.map(|id| id.to_string());
        match message.attachment {
            None => Self::Message {
                id,
                key,
                from,
                text: message.text,
                html: message.html,
                reply_to,
            },
            Some(file) => Self::Attachment {
                id,
                key,
                from,
                name: file.name,
                mime: file.mime,
                size: file.size,
                width: file.width,
                height: file.height,
                text: Some(message.text).filter(|text| !text.is_empty()),
                html: message.html,
                reply_to,
            },
        }
    }
}
