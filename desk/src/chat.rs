//! A chat: one conversation, one portal, and the states it goes through.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    ids::{AgentId, ChatId, CustomerId, RoomId, ServiceSlug, Timestamp},
    refusal::Refusal,
};

mod handling;

pub use handling::{Handling, Target};

/// The longest message, in Unicode scalar values: 10,000 of them are at most 40 kB, which leaves
/// room in Matrix's 65,535 bytes an event (client-server API, "Size limits").
pub const MAX_MESSAGE: usize = 10_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    pub id: ChatId,
    pub service: ServiceSlug,
    /// Counts the chats of a service from 1.
    pub number: u64,
    pub customer: CustomerId,
    pub state: ChatState,
    pub handling: Handling,
    /// The portal, once the homeserver has made it.
    pub room: Option<RoomId>,
    pub locale: String,
    pub page: Option<Page>,
    pub fields: BTreeMap<String, String>,
    pub created_at: Timestamp,
    /// The chat of the same customer before this one.
    pub previous: Option<ChatId>,
}

/// The page the customer was on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub url: String,
    #[serde(default)]
    pub title: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatState {
    Waiting,
    /// To one agent, who has until then to join the portal.
    Offered {
        agent: AgentId,
        until: Timestamp,
    },
    Active {
        agent: AgentId,
    },
    Closed {
        at: Timestamp,
    },
}

impl ChatState {
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Offered { .. } => "offered",
            Self::Active { .. } => "active",
            Self::Closed { .. } => "closed",
        }
    }

    /// As its customer sees it: an offer is none of its business.
    pub fn shown(&self) -> &'static str {
        match self {
            Self::Waiting | Self::Offered { .. } => "waiting",
            Self::Active { .. } => "active",
            Self::Closed { .. } => "closed",
        }
    }

    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }

    /// The agent whose slot the chat takes.
    pub fn holder(&self) -> Option<&AgentId> {
        match self {
            Self::Offered { agent, .. } | Self::Active { agent } => Some(agent),
            Self::Waiting | Self::Closed { .. } => None,
        }
    }

    pub fn offer(self, agent: AgentId, until: Timestamp) -> Result<Self, Refusal> {
        match self {
            Self::Waiting => Ok(Self::Offered { agent, until }),
            Self::Offered { agent: holder, .. } | Self::Active { agent: holder } => {
                Err(Refusal::HeldBy(holder))
            }
            Self::Closed { .. } => Err(Refusal::ChatClosed),
        }
    }

    /// Whoever joins the portal first takes the chat, the agent it was offered to or one whose
    /// offer had just run out: an acceptance is never answered with "too late" while nobody else
    /// has the chat.
    pub fn accept(self, agent: AgentId) -> Result<Self, Refusal> {
        match self {
            Self::Waiting | Self::Offered { .. } => Ok(Self::Active { agent }),
            Self::Active { agent: holder } => Err(Refusal::HeldBy(holder)),
            Self::Closed { .. } => Err(Refusal::ChatClosed),
        }
    }

    /// The offer ran out, or the agent left: back to the queue.
    pub fn release(self) -> Result<Self, Refusal> {
        match self {
            Self::Offered { .. } | Self::Active { .. } => Ok(Self::Waiting),
            Self::Waiting => Err(Refusal::NotOffered),
            Self::Closed { .. } => Err(Refusal::ChatClosed),
        }
    }

    pub fn close(self, at: Timestamp) -> Result<Self, Refusal> {
        match self {
            Self::Closed { .. } => Err(Refusal::ChatClosed),
            Self::Waiting | Self::Offered { .. } | Self::Active { .. } => Ok(Self::Closed { at }),
        }
    }
}

/// A message is shown as typed, so nothing is trimmed; but it must hold something.
pub fn check_message(text: &str) -> Result<(), Refusal> {
    if text.trim().is_empty() {
        return Err(Refusal::invalid("text", "a message needs some text"));
    }
    if text.chars().count() > MAX_MESSAGE {
        return Err(Refusal::invalid(
            "text",
            format!("at most {MAX_MESSAGE} characters"),
        ));
    }
    if text.contains('\0') {
        return Err(Refusal::invalid(
            "text",
            "a message cannot hold the character U+0000",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(43_200_000);

    fn anna() -> AgentId {
        AgentId::new("@anna:example.org")
    }

    fn bela() -> AgentId {
        AgentId::new("@bela:example.org")
    }

    fn offered() -> ChatState {
        ChatState::Offered {
            agent: anna(),
            until: NOON,
        }
    }

    fn active() -> ChatState {
        ChatState::Active { agent: anna() }
    }

    const CLOSED: ChatState = ChatState::Closed { at: NOON };

    #[test]
    fn only_a_waiting_chat_can_be_offered() {
        for (state, answer) in [
            (
                ChatState::Waiting,
                Ok(ChatState::Offered {
                    agent: bela(),
                    until: NOON,
                }),
            ),
            (offered(), Err(Refusal::HeldBy(anna()))),
            (active(), Err(Refusal::HeldBy(anna()))),
            (CLOSED, Err(Refusal::ChatClosed)),
        ] {
            assert_eq!(state.clone().offer(bela(), NOON), answer, "from {state:?}");
        }
    }

    #[test]
    fn whoever_joins_first_takes_a_chat_that_nobody_has() {
        for (state, answer) in [
            (ChatState::Waiting, Ok(ChatState::Active { agent: bela() })),
            (offered(), Ok(ChatState::Active { agent: bela() })),
            (active(), Err(Refusal::HeldBy(anna()))),
            (CLOSED, Err(Refusal::ChatClosed)),
        ] {
            assert_eq!(state.clone().accept(bela()), answer, "from {state:?}");
        }
    }

    #[test]
    fn a_released_chat_waits_again() {
        for (state, answer) in [
            (ChatState::Waiting, Err(Refusal::NotOffered)),
            (offered(), Ok(ChatState::Waiting)),
            (active(), Ok(ChatState::Waiting)),
            (CLOSED, Err(Refusal::ChatClosed)),
        ] {
            assert_eq!(state.clone().release(), answer, "from {state:?}");
        }
    }

    #[test]
    fn a_chat_is_closed_once() {
        for (state, answer) in [
            (ChatState::Waiting, Ok(CLOSED)),
            (offered(), Ok(CLOSED)),
            (active(), Ok(CLOSED)),
            (CLOSED, Err(Refusal::ChatClosed)),
        ] {
            assert_eq!(state.clone().close(NOON), answer, "from {state:?}");
        }
    }

    #[test]
    fn a_message_holds_something_and_not_too_much() {
        for (text, accepted) in [
            ("hello".to_owned(), true),
            ("  hello\n".to_owned(), true),
            ("\u{1f389}".repeat(MAX_MESSAGE), true),
            ("a".repeat(MAX_MESSAGE + 1), false),
            (" \n ".to_owned(), false),
            ("a\0b".to_owned(), false),
        ] {
            assert_eq!(
                check_message(&text).is_ok(),
                accepted,
                "{} bytes",
                text.len()
            );
        }
    }
}
