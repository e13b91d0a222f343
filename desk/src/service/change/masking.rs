//! What `!masking` changes: policies, the admin's patterns, and how masks look.

use super::{Change, Service, WrongValue, not_many, word};
use crate::{
    command::{MaskingCommand, PatternCommand, Separators},
    masking::{BadPattern, Kind, NoSuchKind, Pattern},
    service::{Masking, Policy},
};

/// How many patterns a service has at most.
const MOST: usize = 50;
/// Every kind at once.
const ALL: [&str; 3] = ["all", "전체", "모두"];
const POLICIES: [(&str, Policy); 3] = [
    ("off", Policy::Off),
    ("suggest", Policy::Suggest),
    ("mask", Policy::Mask),
];

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrongPattern {
    Name(String),
    Long,
    /// It would be too large when it is compiled.
    Large,
    /// It finds the empty text, which is everywhere.
    Empty,
    /// What is wrong with it, in English.
    Syntax(String),
}

impl Service {
    /// `None`: nothing changes.
    pub fn change_masking(
        &mut self,
        command: &MaskingCommand,
    ) -> Result<Option<Change>, WrongValue> {
        let masking = &mut self.settings.masking;
        let what = masking_part(command);
        let old = masking.shown(what);
        match command {
            MaskingCommand::Show | MaskingCommand::Test { .. } => {}
            MaskingCommand::Pattern(command) => return masking.change_patterns(command),
            MaskingCommand::Separators { separators } => {
                masking.keep_separators = *separators == Separators::Keep;
            }
            MaskingCommand::Window { seconds } => masking.window_s = *seconds,
            MaskingCommand::Limit { limit } => masking.unmask_limit = *limit,
        }
        Ok(changed(what, old, masking.shown(what)))
    }

    /// Sets what happens to a kind of data, or to all.
    pub fn change_policy(
        &mut self,
        kind: &str,
        policy: &str,
    ) -> Result<Option<Change>, WrongValue> {
        let masking = &mut self.settings.masking;
        if means_all(kind) {
            let policy = policy_named(policy)?;
            let old = masking.summary();
            for kind in masking.known() {
                masking.policies.insert(kind, policy);
            }
            return Ok(changed("all", old, masking.summary()));
        }
        let kind = masking.kind_named(kind)?;
        let policy = policy_named(policy)?;
        let old = word(&masking.policy(&kind));
        masking.policies.insert(kind.clone(), policy);
        Ok(changed(&kind.to_string(), old, word(&policy)))
    }
}

/// Whether every kind is meant.
pub fn means_all(kind: &str) -> bool {
    ALL.contains(&kind.to_lowercase().as_str())
}

impl Masking {
    /// The present value of a part, on one line.
    pub fn shown(&self, what: &str) -> String {
        match what {
            "separators" if self.keep_separators => "keep".into(),
            "separators" => "hide".into(),
            "window" => format!("{} s", self.window_s),
            "limit" => format!("{} an hour", self.unmask_limit),
            _ => String::new(),
        }
    }

    /// `mask card phone, off email`
    pub fn summary(&self) -> String {
        let parts = POLICIES.iter().rev().filter_map(|(name, policy)| {
            let kinds: Vec<String> = self
                .known()
                .iter()
                .filter(|kind| self.policy(kind) == *policy)
                .map(Kind::to_string)
                .collect();
            (!kinds.is_empty()).then(|| format!("{name} {}", kinds.join(" ")))
        });
        parts.collect::<Vec<_>>().join(", ")
    }

    /// A kind by the name a person types; a pattern's also without `custom:`.
    pub fn kind_named(&self, typed: &str) -> Result<Kind, WrongValue> {
        let name = typed.to_lowercase().replace('-', "_");
        let mut known = self.known().into_iter();
        let found = known.find(|kind| match kind {
            Kind::Custom(own) => **own == *name || kind.to_string() == name,
            kind => kind.to_string() == name,
        });
        found.ok_or_else(|| WrongValue::Unknown {
            word: typed.to_owned(),
            known: self.known().iter().map(Kind::to_string).collect(),
        })
    }

    fn change_patterns(&mut self, command: &PatternCommand) -> Result<Option<Change>, WrongValue> {
        let shown = |name: &str, regex: Option<&String>| match regex {
            Some(regex) => format!("{name} {regex}"),
            None => "none".into(),
        };
        match command {
            PatternCommand::List => Ok(None),
            PatternCommand::Add { name, regex } => {
                let regex = regex.trim();
                Pattern::new(name, regex)?;
                let old = shown(name, self.patterns.get(name));
                self.patterns.insert(name.clone(), regex.to_owned());
                not_many(self.patterns.len(), MOST)?;
                let new = shown(name, self.patterns.get(name));
                Ok(changed("pattern", old, new))
            }
            PatternCommand::Remove { name } => {
                let name = name.trim_start_matches("custom:");
                let old = shown(name, self.patterns.get(name));
                if self.patterns.remove(name).is_none() {
                    let known = self.patterns.keys().cloned().collect();
                    let word = name.to_owned();
                    return Err(WrongValue::Unknown { word, known });
                }
                if let Ok(kind) = Kind::custom(name) {
                    self.policies.remove(&kind);
                }
                Ok(changed("pattern", old, "none".into()))
            }
        }
    }
}

impl From<BadPattern> for WrongValue {
    fn from(bad: BadPattern) -> Self {
        Self::Pattern(match bad {
            BadPattern::TooMany => return Self::Many(MOST),
            BadPattern::Name(NoSuchKind(name)) => WrongPattern::Name(name),
            BadPattern::TooLong => WrongPattern::Long,
            BadPattern::TooLarge => WrongPattern::Large,
            BadPattern::MatchesNothing => WrongPattern::Empty,
            BadPattern::Syntax(why) => WrongPattern::Syntax(reason(&why)),
        })
    }
}

/// The last line of several, of which the others draw where it is.
fn reason(error: &str) -> String {
    let last = error.lines().next_back().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}

fn policy_named(typed: &str) -> Result<Policy, WrongValue> {
    let mut known = POLICIES.iter();
    let found = known.find(|(name, _)| name.eq_ignore_ascii_case(typed));
    found
        .map(|(_, policy)| *policy)
        .ok_or_else(|| WrongValue::Unknown {
            word: typed.to_owned(),
            known: POLICIES.map(|(name, _)| name.to_owned()).to_vec(),
        })
}

fn changed(what: &str, old: String, new: String) -> Option<Change> {
    (old != new).then(|| Change {
        what: format!("masking.{what}"),
        old,
        new,
    })
}

fn masking_part(command: &MaskingCommand) -> &'static str {
    match command {
        MaskingCommand::Show | MaskingCommand::Test { .. } => "",
        MaskingCommand::Pattern(_) => "pattern",
        MaskingCommand::Separators { .. } => "separators",
        MaskingCommand::Window { .. } => "window",
        MaskingCommand::Limit { .. } => "limit",
    }
}

#[cfg(test)]
mod tests;
