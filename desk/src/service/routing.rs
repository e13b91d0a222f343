//! How a service gives its chats to agents.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Who of the eligible agents is next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// Who has the fewest chats; among equals, who waited longest for an offer.
    #[default]
    LeastLoaded,
    /// Who waited longest for an offer.
    RoundRobin,
    /// Anybody.
    Random,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Each chat is offered to one agent after the other.
    #[default]
    Auto,
    /// Each chat is shown to all routable agents in the desk room; the first who takes it has it.
    Claim,
}

/// What counts as being there. Some homeservers have presence switched off, and some clients
/// (Element X) never report it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Matrix presence `online`.
    #[default]
    Matrix,
    /// That, or a message, reaction, receipt or typing within [`ACTIVITY`].
    Activity,
    /// The chat status `online` alone.
    Status,
}

/// How long something an agent did counts as being there.
pub const ACTIVITY: Duration = Duration::from_secs(300);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Routing {
    pub strategy: Strategy,
    pub mode: Mode,
    pub presence: Basis,
    /// Whether the agent who last talked with a customer comes first.
    pub prefer_recent: bool,
    /// How many chats an agent takes at once, unless the agent has its own number.
    pub capacity: u32,
    /// How long an offer waits for the agent to join, in seconds.
    pub accept_timeout_s: u64,
    /// How long an agent that loses presence keeps its chats, in seconds.
    pub grace_s: u64,
}

impl Default for Routing {
    fn default() -> Self {
        Self {
            strategy: Strategy::default(),
            mode: Mode::default(),
            presence: Basis::default(),
            prefer_recent: false,
            capacity: 3,
            accept_timeout_s: 45,
            grace_s: 120,
        }
    }
}

impl Routing {
    pub fn accept_timeout(&self) -> Duration {
        Duration::from_secs(self.accept_timeout_s)
    }

    pub fn grace(&self) -> Duration {
        Duration::from_secs(self.grace_s)
    }
}
