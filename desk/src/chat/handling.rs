//! Who a chat is meant for, and who looks after it meanwhile.

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, Timestamp};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handling {
    /// Set by a transfer. `None`: any agent of the service.
    pub target: Option<Target>,
    /// Who transferred the chat and answers until it is taken; its slot stays taken until then.
    pub handed_over_by: Option<AgentId>,
    /// When the agent who has it loses it, because nothing shows that it is still there.
    pub grace_until: Option<Timestamp>,
}

/// For whom a transferred chat is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Nobody else, until then; after it everybody.
    Agent { agent: AgentId, until: Timestamp },
    /// Its members only.
    Group(String),
}

impl Target {
    pub fn agent(&self) -> Option<&AgentId> {
        match self {
            Self::Agent { agent, .. } => Some(agent),
            Self::Group(_) => None,
        }
    }

    /// When it ends by itself.
    pub fn until(&self) -> Option<Timestamp> {
        match self {
            Self::Agent { until, .. } => Some(*until),
            Self::Group(_) => None,
        }
    }
}
