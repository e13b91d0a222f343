//! What was decided about a chat and why, kept with the chat for `!why`.

use serde::{Deserialize, Serialize};

use crate::{
    agent::{ChatStatus, Presence, Unroutable},
    chat::Target,
    ids::AgentId,
};

/// How many agents a decision names beside the chosen one; the rest is counted.
pub const OTHERS: usize = 30;

/// A line of a chat's routing log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Entry {
    Offered {
        to: AgentId,
        rule: Rule,
        others: Others,
    },
    /// The chat came to the queue and nobody could take it.
    Nobody {
        others: Others,
    },
    /// Mode `claim`: so many agents were told.
    Called {
        agents: u32,
    },
    /// How an offer ended.
    Ended {
        agent: AgentId,
        outcome: Outcome,
    },
    /// Taken without an offer: it wrote or joined while nobody had the chat.
    Taken {
        agent: AgentId,
    },
    Transferred {
        by: AgentId,
        to: Target,
    },
    /// The agent it was transferred to was not to be had in time: it is for everybody now.
    Widened {
        agent: AgentId,
    },
    /// The agent was lost for longer than the grace.
    Lost {
        agent: AgentId,
    },
    /// The agent left the room.
    Left {
        agent: AgentId,
    },
    /// The agent may not chat any more.
    Revoked {
        agent: AgentId,
    },
}

/// Why the chosen one was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    LeastLoaded,
    RoundRobin,
    Random,
    /// It last talked with this customer.
    Recent,
    /// Everybody else who could has let it pass as often.
    Again,
    /// The chat was transferred to it.
    Meant,
    /// It took the chat by itself.
    Took,
    Assigned {
        by: AgentId,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Accepted,
    Declined,
    /// Its time ran out.
    Passed,
    /// Taken back for a reason that is not the agent's: the chat ended, somebody else joined first.
    Withdrawn,
}

impl Outcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Passed => "passed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// Why the others were not chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Others {
    pub agents: Vec<(AgentId, WhyNot)>,
    /// How many more there are.
    pub more: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyNot {
    NoPermission,
    Status(ChatStatus),
    /// The service goes by the chat status, and the agent has not said `online`.
    NotDeclared,
    Presence(Presence),
    Full {
        load: u32,
        capacity: u32,
    },
    NotInGroup(String),
    /// The chat was transferred to somebody else.
    NotMeant,
    LetPass,
    /// It could have taken it, but somebody else was next.
    Behind,
}

impl From<Unroutable> for WhyNot {
    fn from(why: Unroutable) -> Self {
        match why {
            Unroutable::NoPermission => Self::NoPermission,
            Unroutable::Status(status) => Self::Status(status),
            Unroutable::NotDeclared => Self::NotDeclared,
            Unroutable::Presence(presence) => Self::Presence(presence),
        }
    }
}
