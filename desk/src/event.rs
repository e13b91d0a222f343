//! What happened in a chat as its customer sees it, numbered without gaps, and what happened in
//! a room as the homeserver tells it.

use serde::{Deserialize, Serialize};

use crate::{
    attachment::{Attached, Attachment},
    ids::{AgentId, ClientKey, EventId, MessageId, RoomId, Timestamp},
};

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
        /// The estimated wait in seconds; `None` when too little is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        wait_s: Option<u64>,
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        html: Option<String>,
    },
    Delete {
        id: MessageId,
    },
    /// Parts of the message are masked, or not any more: this is what it says now.
    Mask {
        id: MessageId,
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        html: Option<String>,
        /// Of its file.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Whether anything of it is masked.
        masked: bool,
    },
    /// The homeserver will never take this message of the customer.
    Failed {
        id: MessageId,
    },
    /// The customer has not answered for long.
    IdleWarning {
        closes_at: Timestamp,
    },
    /// How was it?
    RatingRequest,
    Rated {
        score: u8,
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
    /// Of an attachment: what was written beside it.
    pub text: String,
    /// The text with formatting that is safe to show; only when it says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<MessageId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
    /// Whether parts of it are masked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
}

impl Message {
    /// What is told when its masks have changed.
    pub fn as_mask(&self) -> ChatEventKind {
        ChatEventKind::Mask {
            id: self.id.clone(),
            text: self.text.clone(),
            html: self.html.clone(),
            name: self.attachment.as_ref().map(|file| file.name.clone()),
            masked: self.masked,
        }
    }

    /// Takes out all that was said: the words, the file and its name.
    pub fn empty(&mut self) {
        self.masked = false;
        self.text.clear();
        self.html = None;
        self.attachment = None;
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Author {
    Customer,
    Agent { name: String },
}

impl Author {
    /// The name customers see; the customer itself has none here.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Customer => None,
            Self::Agent { name } => Some(name),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedBy {
    Customer,
    Agent,
    /// Nobody wrote for long.
    Idle,
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
    Message(Written),
    /// The message of this event now says something else.
    Edit {
        of: EventId,
        new: Written,
    },
    Deletion {
        of: EventId,
    },
    /// An emoji put on an event.
    Reaction {
        of: EventId,
        symbol: String,
    },
    /// A message that cannot be shown to a customer: a place, a poll, an encrypted file.
    Unsupported,
    /// Notices, our own echo: nothing for the customer.
    Nothing,
}

/// What somebody wrote in a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// As it was typed, with whole Matrix ids where people are mentioned: what a command is read
    /// from. `None`: it cannot be a command.
    pub typed: Option<String>,
    /// For the customer.
    pub text: String,
    pub html: Option<String>,
    /// The text is what was written beside it.
    pub attached: Option<Attached>,
    pub reply_to: Option<EventId>,
    /// Threads are for agents among themselves.
    pub in_thread: bool,
    /// Whether the event in the room repeats what it replies to, as older clients do.
    pub quotes: bool,
}

impl Written {
    /// Plain text, as from a client without formatting.
    pub fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            typed: Some(text.trim().to_owned()),
            text,
            ..Self::default()
        }
    }

    /// As customers see it: with one prefix where two stand for a literal one.
    pub fn shown(&self, prefix: &str) -> Shown {
        let doubled = prefix.repeat(2);
        let literal = |text: &String| text.replacen(&doubled, prefix, 1);
        match self.text.trim_start().starts_with(&doubled) {
            true => Shown {
                text: literal(&self.text),
                html: self.html.as_ref().map(literal),
            },
            false => Shown {
                text: self.text.clone(),
                html: self.html.clone(),
            },
        }
    }
}

/// What a customer is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub text: String,
    pub html: Option<String>,
}

/// A Matrix event as it came, to be understood after it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub id: EventId,
    pub room: RoomId,
    /// The event as JSON.
    pub body: String,
}
