//! What must leave after a change was committed. Effects carry ids, not words: the text stays in
//! one place, where masking finds it.

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, ChatId, EffectId, EventId, MessageId, ServiceSlug, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Effect {
    OpenPortal {
        chat: ChatId,
    },
    Invite {
        chat: ChatId,
        agent: AgentId,
    },
    /// The mention that rings.
    Announce {
        chat: ChatId,
        agent: AgentId,
    },
    Withdraw {
        chat: ChatId,
        agent: AgentId,
    },
    Say {
        chat: ChatId,
        message: MessageId,
    },
    /// A notice of the bot in the portal.
    Notify {
        chat: ChatId,
        notice: Notice,
    },
    /// Name the portal after the chat's present state.
    Rename {
        chat: ChatId,
    },
    /// The answer to a command, as a reply to it.
    Answer {
        room: Room,
        command: EventId,
        text: String,
    },
    /// A reaction that says that a command was carried out.
    Tick {
        room: Room,
        command: EventId,
    },
    OpenDesk {
        service: ServiceSlug,
    },
    InviteToDesk {
        service: ServiceSlug,
        agent: AgentId,
    },
    NotifyDesk {
        service: ServiceSlug,
        notice: Notice,
    },
    /// Made by a newer release. It is given up, so that it does not stop the others.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// A room of ours, by what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Room {
    Portal(ChatId),
    Desk(ServiceSlug),
}

/// A notice of the bot, worded by `texts` when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    CustomerEnded,
    AgentEnded {
        agent: AgentId,
    },
    /// What cannot be shown to customers: a place, a poll.
    NotRelayed,
    /// The service has switched files off.
    NoFiles,
    FileTooLarge {
        max_bytes: u64,
    },
    /// An agent wrote into a chat that is over.
    ChatIsClosed,
    /// The writer is not an agent with permission, so the customer did not get it.
    NotAllowed,
    NewInquiry {
        ticket: u64,
    },
}

impl Effect {
    /// Effects of one lane leave one after the other, in order; lanes do not wait for each other.
    pub fn lane(&self) -> String {
        match self {
            Self::OpenPortal { chat }
            | Self::Invite { chat, .. }
            | Self::Announce { chat, .. }
            | Self::Withdraw { chat, .. }
            | Self::Say { chat, .. }
            | Self::Notify { chat, .. }
            | Self::Rename { chat } => format!("chat:{chat}"),
            Self::OpenDesk { service }
            | Self::InviteToDesk { service, .. }
            | Self::NotifyDesk { service, .. } => {
                format!("desk:{service}")
            }
            Self::Answer { room, .. } | Self::Tick { room, .. } => match room {
                Room::Portal(chat) => format!("chat:{chat}"),
                Room::Desk(service) => format!("desk:{service}"),
            },
            Self::Unknown => "unknown".into(),
        }
    }
}

/// An effect in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    pub id: EffectId,
    pub effect: Effect,
    pub created_at: Timestamp,
}
