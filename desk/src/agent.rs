//! Agents: who may be given chats, and whether they can be given one now.

use serde::{Deserialize, Serialize};

use crate::ids::AgentId;

/// What the homeserver says of a person. `Unknown` until it has said something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Presence {
    Online,
    Unavailable,
    Offline,
    #[default]
    Unknown,
}

/// What the agent says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChatStatus {
    Online,
    Away,
    Offline,
    /// Follow presence.
    #[default]
    Auto,
}

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),* $(,)? }) => {
        impl $name {
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            pub fn from_word(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words!(Presence { Online = "online", Unavailable = "unavailable", Offline = "offline", Unknown = "unknown" });
words!(ChatStatus { Online = "online", Away = "away", Offline = "offline", Auto = "auto" });

/// An agent of one service, with everything that routing asks about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    pub id: AgentId,
    /// The name customers see.
    pub name: String,
    /// The permission `chat`.
    pub may_chat: bool,
    pub presence: Presence,
    pub status: ChatStatus,
    /// How many chats it takes at once.
    pub capacity: u32,
}

impl Agent {
    /// Permission, presence and chat status; the free slot is routing's to count.
    pub fn is_routable(&self) -> bool {
        self.may_chat
            && self.presence == Presence::Online
            && matches!(self.status, ChatStatus::Online | ChatStatus::Auto)
    }
}

/// A name to show for a Matrix user id nobody has named: its localpart.
pub fn name_from(id: &AgentId) -> String {
    let localpart = id
        .as_str()
        .trim_start_matches('@')
        .split(':')
        .next()
        .unwrap_or_default();
    let mut letters = localpart.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => id.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_permitted_agent_whose_presence_is_online_and_who_is_not_away_is_routable() {
        for (may_chat, presence, status, routable) in [
            (true, Presence::Online, ChatStatus::Auto, true),
            (true, Presence::Online, ChatStatus::Online, true),
            (true, Presence::Online, ChatStatus::Away, false),
            (true, Presence::Online, ChatStatus::Offline, false),
            (true, Presence::Unavailable, ChatStatus::Online, false),
            (true, Presence::Offline, ChatStatus::Online, false),
            (true, Presence::Unknown, ChatStatus::Auto, false),
            (false, Presence::Online, ChatStatus::Online, false),
        ] {
            let agent = Agent {
                id: AgentId::new("@anna:example.org"),
                name: "Anna".into(),
                may_chat,
                presence,
                status,
                capacity: 3,
            };
            assert_eq!(
                agent.is_routable(),
                routable,
                "{may_chat} {presence:?} {status:?}"
            );
        }
    }

    #[test]
    fn an_unnamed_agent_is_shown_by_its_localpart() {
        assert_eq!(name_from(&AgentId::new("@alice:example.org")), "Alice");
    }
}
