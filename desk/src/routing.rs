//! Who gets a waiting chat. [`Board`] decides; the rest is what it decides on and how it is told.

use crate::{
    agent::{Agent, Attendance},
    chat::Chat,
    ids::{AgentId, Timestamp},
};

mod board;
mod log;
mod pool;
mod wait;

pub use board::{Board, Choice};
pub use log::{Entry, OTHERS, Others, Outcome, Rule, WhyNot};
pub use wait::{RECENT_WAITS, TOLD_EACH_TIME, TOLD_LATER, estimated_wait};

/// An agent of a service, as it stands at this moment in this transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub agent: Agent,
    /// Chats offered to it, active with it, or handed over by it and not yet taken; in all
    /// services.
    pub load: u32,
    /// When it was last offered any chat.
    pub last_offered: Option<Timestamp>,
}

impl Candidate {
    pub fn has_free_slot(&self) -> bool {
        self.load < self.agent.capacity
    }

    pub fn is_eligible(&self, attendance: Attendance) -> bool {
        self.agent.is_routable(attendance) && self.has_free_slot()
    }
}

/// A waiting chat and what its past says of who is next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub chat: Chat,
    /// Who has had this chat offered and does not have it now, and how often.
    pub passed: Vec<(AgentId, u32)>,
    /// Who last talked with this customer, where that counts.
    pub recent: Option<AgentId>,
}
