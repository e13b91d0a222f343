//! What a service hides by itself.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};

use crate::masking::{BadPattern, Kind, Kinds, Pattern, Style};

/// What happens to personal data of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Nothing by itself.
    Off,
    /// Agents are told, and mask it with one reaction.
    Suggest,
    /// Hidden before it is stored or sent.
    Mask,
}

/// Holds while the contract has `security`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Masking {
    /// Of kinds that are not here, [`Masking::policy`] knows.
    pub policies: BTreeMap<Kind, Policy>,
    /// The admin's own: a regular expression for each name.
    pub patterns: BTreeMap<String, String>,
    /// Whether spaces and punctuation inside numbers stay readable.
    pub keep_separators: bool,
    /// Messages of one sender within this time may hold one number in parts, in seconds; 0: none.
    pub window_s: u64,
    /// How many messages an agent may look into within an hour.
    pub unmask_limit: u32,
}

impl Default for Masking {
    fn default() -> Self {
        Self {
            policies: BTreeMap::new(),
            patterns: BTreeMap::new(),
            keep_separators: true,
            window_s: 120,
            unmask_limit: 20,
        }
    }
}

impl Masking {
    /// Unless an admin says otherwise agents are told of what is rarely said without need; an
    /// e-mail or IP address often is what a chat is about.
    pub fn policy(&self, kind: &Kind) -> Policy {
        match (self.policies.get(kind), kind) {
            (Some(policy), _) => *policy,
            (None, Kind::Email | Kind::Ip | Kind::Text) => Policy::Off,
            (None, _) => Policy::Suggest,
        }
    }

    /// Built-in kinds and the admin's.
    pub fn known(&self) -> Vec<Kind> {
        let own = self.patterns.keys();
        let own = own.filter_map(|name| Kind::custom(name).ok());
        Kind::BUILT_IN.into_iter().chain(own).collect()
    }

    pub fn kinds(&self, policy: Policy) -> Kinds {
        let known = self.known().into_iter();
        known.filter(|kind| self.policy(kind) == policy).collect()
    }

    pub fn style(&self) -> Style {
        Style {
            keep_separators: self.keep_separators,
        }
    }

    pub fn window(&self) -> Duration {
        Duration::from_secs(self.window_s)
    }

    /// The admin's patterns, which were checked when they were set.
    pub fn compiled(&self) -> Result<Vec<Pattern>, BadPattern> {
        let own = self.patterns.iter();
        own.map(|(name, expression)| Pattern::new(name, expression))
            .collect()
    }
}
