//! Agents: who may be given chats, and whether they can be given one now.

use std::{collections::BTreeSet, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    ids::{AgentId, Timestamp},
    permission::{Permission, Permissions},
    service::{ACTIVITY, Basis},
};

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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
#[value(rename_all = "lowercase")]
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
    pub permissions: Permissions,
    /// Groups it is in, for transfers.
    pub groups: BTreeSet<String>,
    pub presence: Presence,
    pub status: ChatStatus,
    /// When it was last seen doing something in a room of ours.
    pub active_at: Option<Timestamp>,
    /// How many chats it takes at once.
    pub capacity: u32,
}

/// What a service counts as being there, and the moment that is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attendance {
    pub basis: Basis,
    pub now: Timestamp,
}

/// Why an agent is given no chats, whatever its load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unroutable {
    NoPermission,
    /// It says so itself.
    Status(ChatStatus),
    /// The service goes by the explicit chat status, and the agent has not said `online`.
    NotDeclared,
    Presence(Presence),
}

impl Agent {
    pub fn may_chat(&self) -> bool {
        self.permissions.holds(Permission::Chat)
    }

    /// Permission, chat status and presence; the free slot is routing's to count.
    pub fn unroutable(&self, attendance: Attendance) -> Option<Unroutable> {
        if !self.may_chat() {
            return Some(Unroutable::NoPermission);
        }
        if matches!(self.status, ChatStatus::Away | ChatStatus::Offline) {
            return Some(Unroutable::Status(self.status));
        }
        match attendance.basis {
            Basis::Status if self.status == ChatStatus::Online => None,
            Basis::Status => Some(Unroutable::NotDeclared),
            Basis::Matrix | Basis::Activity if self.presence == Presence::Online => None,
            Basis::Activity if self.was_active(attendance.now) => None,
            Basis::Matrix | Basis::Activity => Some(Unroutable::Presence(self.presence)),
        }
    }

    pub fn is_routable(&self, attendance: Attendance) -> bool {
        self.unroutable(attendance).is_none()
    }

    /// Nothing shows that it is there any more, so its chats are soon given to others. Idle is not
    /// lost, and where only the chat status counts nothing is.
    pub fn is_lost(&self, attendance: Attendance) -> bool {
        let unseen = matches!(self.presence, Presence::Offline | Presence::Unknown);
        match attendance.basis {
            Basis::Status => false,
            Basis::Matrix => unseen,
            Basis::Activity => unseen && !self.was_active(attendance.now),
        }
    }

    /// When the agent, lost now or soon, loses its chats. `None`: it is there.
    pub fn loses_chats_at(&self, attendance: Attendance, grace: Duration) -> Option<Timestamp> {
        let unseen = matches!(self.presence, Presence::Offline | Presence::Unknown);
        let lost_at = match attendance.basis {
            Basis::Status => return None,
            Basis::Matrix => attendance.now,
            Basis::Activity => self
                .active_at
                .map_or(attendance.now, |at| (at + ACTIVITY).max(attendance.now)),
        };
        unseen.then(|| lost_at + grace)
    }

    fn was_active(&self, now: Timestamp) -> bool {
        self.active_at.is_some_and(|at| now.since(at) < ACTIVITY)
    }
}

/// What a service says of one of its agents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    pub agent: AgentId,
    /// The name customers see.
    pub name: String,
    pub permissions: Permissions,
    pub groups: BTreeSet<String>,
    /// `None`: the service's.
    pub capacity: Option<u32>,
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

    const NOON: Timestamp = Timestamp::from_millis(43_200_000);

    fn agent(presence: Presence, status: ChatStatus) -> Agent {
        Agent {
            id: AgentId::new("@anna:example.org"),
            name: "Anna".into(),
            permissions: Permissions::of([Permission::Chat]),
            groups: BTreeSet::new(),
            presence,
            status,
            active_at: None,
            capacity: 3,
        }
    }

    fn judged_by(basis: Basis) -> Attendance {
        Attendance { basis, now: NOON }
    }

    #[test]
    fn a_permitted_agent_is_routable_by_presence_and_chat_status() {
        use {ChatStatus::*, Presence as P};
        for (basis, presence, status, why_not) in [
            (Basis::Matrix, P::Online, Auto, None),
            (Basis::Matrix, P::Online, Online, None),
            (
                Basis::Matrix,
                P::Online,
                Away,
                Some(Unroutable::Status(Away)),
            ),
            (
                Basis::Matrix,
                P::Online,
                Offline,
                Some(Unroutable::Status(Offline)),
            ),
            (
                Basis::Matrix,
                P::Unavailable,
                Online,
                Some(Unroutable::Presence(P::Unavailable)),
            ),
            (
                Basis::Matrix,
                P::Unknown,
                Auto,
                Some(Unroutable::Presence(P::Unknown)),
            ),
            (Basis::Status, P::Offline, Online, None),
            (
                Basis::Status,
                P::Online,
                Auto,
                Some(Unroutable::NotDeclared),
            ),
            (
                Basis::Status,
                P::Online,
                Away,
                Some(Unroutable::Status(Away)),
            ),
            (Basis::Activity, P::Online, Auto, None),
            (
                Basis::Activity,
                P::Offline,
                Auto,
                Some(Unroutable::Presence(P::Offline)),
            ),
        ] {
            assert_eq!(
                agent(presence, status).unroutable(judged_by(basis)),
                why_not,
                "{basis:?} {presence:?} {status:?}"
            );
        }
    }

    #[test]
    fn nobody_without_the_permission_chat_is_routable() {
        let mut revoked = agent(Presence::Online, ChatStatus::Online);
        revoked.permissions = Permissions::of([Permission::Mask, Permission::Admin]);
        for basis in [Basis::Matrix, Basis::Activity, Basis::Status] {
            let why_not = revoked.unroutable(judged_by(basis));
            assert_eq!(why_not, Some(Unroutable::NoPermission), "{basis:?}");
        }
    }

    #[test]
    fn who_was_active_within_five_minutes_is_there_where_activity_counts() {
        let mut unseen = agent(Presence::Offline, ChatStatus::Auto);
        for (ago_s, there) in [(0, true), (299, true), (300, false)] {
            unseen.active_at = Some(Timestamp::from_millis(NOON.as_millis() - ago_s * 1_000));
            assert_eq!(
                unseen.is_routable(judged_by(Basis::Activity)),
                there,
                "{ago_s} s"
            );
            assert!(!unseen.is_routable(judged_by(Basis::Matrix)), "{ago_s} s");
        }
    }

    #[test]
    fn an_unnamed_agent_is_shown_by_its_localpart() {
        assert_eq!(name_from(&AgentId::new("@alice:example.org")), "Alice");
    }
}
