//! What somebody may do in a service.

use std::{collections::BTreeSet, fmt};

use serde::{Deserialize, Serialize};

#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lowercase")]
pub enum Permission {
    /// Be given chats and answer customers.
    Chat,
    /// Hide personal data.
    Mask,
    /// See what was hidden.
    Unmask,
    /// Make and change tickets.
    Ticket,
    /// Watch and reassign chats of others, read reports and the audit log.
    Supervise,
    /// Configure the service.
    Admin,
}

impl Permission {
    pub const ALL: [Self; 6] = [
        Self::Chat,
        Self::Mask,
        Self::Unmask,
        Self::Ticket,
        Self::Supervise,
        Self::Admin,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Mask => "mask",
            Self::Unmask => "unmask",
            Self::Ticket => "ticket",
            Self::Supervise => "supervise",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The permissions somebody holds in one service. None holds none by another: an admin who shall
/// be given chats is granted `chat` too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permissions(BTreeSet<Permission>);

impl Permissions {
    pub fn of(held: impl IntoIterator<Item = Permission>) -> Self {
        Self(held.into_iter().collect())
    }

    pub fn holds(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = Permission> + '_ {
        self.0.iter().copied()
    }

    #[must_use]
    pub fn with(&self, more: &[Permission]) -> Self {
        Self(self.0.iter().chain(more).copied().collect())
    }

    #[must_use]
    pub fn without(&self, fewer: &[Permission]) -> Self {
        let kept = self.0.iter().filter(|held| !fewer.contains(held));
        Self(kept.copied().collect())
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|held| held.as_str()).collect();
        match words.is_empty() {
            true => f.write_str("none"),
            false => f.write_str(&words.join(" ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_granted_is_held_until_it_is_revoked() {
        let held = Permissions::of([Permission::Chat]).with(&[Permission::Mask, Permission::Chat]);
        assert_eq!(held.to_string(), "chat mask");
        let left = held.without(&[Permission::Chat]);
        assert!(!left.holds(Permission::Chat) && left.holds(Permission::Mask));
        assert_eq!(left.without(&[Permission::Mask]).to_string(), "none");
    }

    #[test]
    fn permissions_are_stored_as_a_list_of_words() {
        let held = Permissions::of([Permission::Admin, Permission::Chat]);
        let stored = serde_json::to_string(&held).unwrap();
        assert_eq!(stored, r#"["chat","admin"]"#);
        assert_eq!(serde_json::from_str::<Permissions>(&stored).unwrap(), held);
    }
}
