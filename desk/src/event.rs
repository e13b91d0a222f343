//! What happened in a chat as its customer sees it, numbered without gaps, and what happened in
//! a room as the homeserver tells it.

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, ClientKey, EventId, MessageId, RoomId, Timestamp};

/// One line of a chat's record. `seq` counts from 1 without gaps, so a page that has seen `n`
/// asks for what came after `n`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatEvent {
    pub seq: u64,
    pub at: Timestamp,
    pub what: ChatEventKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ChatEventKind {
    Waiting {
        /// 1 is next.
        position: u64,
        /// Whether the customer should be offered to leave an inquiry instead.
        contact: bool,
    },
    Active {
        agent: String,
    },
    Message(Message),
    Edit {
        id: MessageId,
        text: String,
    },
    Delete {
        id: MessageId,
    },
    /// The homeserver will never take this message of the customer.
    Failed {
        id: MessageId,
    },
    Closed {
        by: ClosedBy,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<ClientKey>,
    pub from: Author,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Author {
    Customer,
    Agent { name: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedBy {
    Customer,
    Agent,
}

/// A Matrix event of a room of ours, as far as the desk cares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomEvent {
    pub id: EventId,
    pub room: RoomId,
    /// Who sent it, or whom a membership is about.
    pub person: AgentId,
    pub at: Timestamp,
    pub what: RoomEventKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoomEventKind {
    Joined,
    Left,
    Message {
        text: String,
        reply_to: Option<EventId>,
    },
    Edit {
        of: EventId,
        text: String,
    },
    Deletion {
        of: EventId,
    },
    /// A message that cannot be shown to a customer (yet): an image, a file, a sticker.
    Unsupported,
    /// Notices, threads, reactions, our own echo: nothing for the customer.
    Nothing,
}

/// A Matrix event as it came, to be understood after it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub id: EventId,
    pub room: RoomId,
    /// The event as JSON.
    pub body: String,
}
