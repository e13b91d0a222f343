//! Who gets a waiting chat.

use crate::{
    agent::{Agent, Attendance},
    ids::Timestamp,
};

/// An agent of the chat's service, as it stands at this moment in this transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub agent: Agent,
    /// Chats offered to it or active with it.
    pub load: u32,
    /// How often this very chat was offered to it before.
    pub offered_before: u32,
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

/// The eligible agent who was offered this chat least often, then the least loaded, then the one
/// who has waited longest for an offer. So an unanswered offer goes round all agents before it
/// comes back to one.
pub fn least_loaded(candidates: &[Candidate], attendance: Attendance) -> Option<&Candidate> {
    candidates
        .iter()
        .filter(|candidate| candidate.is_eligible(attendance))
        .min_by_key(|candidate| {
            (
                candidate.offered_before,
                candidate.load,
                candidate.last_offered,
                &candidate.agent.id,
            )
        })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        agent::{ChatStatus, Presence},
        ids::AgentId,
        permission::{Permission, Permissions},
        service::Basis,
    };

    const NOON: Attendance = Attendance {
        basis: Basis::Matrix,
        now: Timestamp::from_millis(43_200_000),
    };

    fn candidate(
        name: &str,
        load: u32,
        offered_before: u32,
        last_offered: Option<i64>,
    ) -> Candidate {
        Candidate {
            agent: Agent {
                id: AgentId::new(name),
                name: name.into(),
                permissions: Permissions::of([Permission::Chat]),
                groups: BTreeSet::new(),
                active_at: None,
                presence: Presence::Online,
                status: ChatStatus::Auto,
                capacity: 3,
            },
            load,
            offered_before,
            last_offered: last_offered.map(Timestamp::from_millis),
        }
    }

    #[test]
    fn the_chat_goes_to() {
        for (rule, candidates, chosen) in [
            ("nobody when nobody is there", vec![], None),
            (
                "the least loaded",
                vec![candidate("a", 2, 0, None), candidate("b", 1, 0, Some(9))],
                Some("b"),
            ),
            (
                "nobody without a free slot",
                vec![candidate("a", 3, 0, None), candidate("b", 4, 0, None)],
                None,
            ),
            (
                "the next after an unanswered offer",
                vec![candidate("a", 0, 1, None), candidate("b", 2, 0, None)],
                Some("b"),
            ),
            (
                "the same again when there is no other",
                vec![candidate("a", 0, 3, None)],
                Some("a"),
            ),
            (
                "who waited longest among equals",
                vec![candidate("a", 1, 0, Some(5)), candidate("b", 1, 0, Some(4))],
                Some("b"),
            ),
            (
                "who was never offered one before who was",
                vec![candidate("a", 1, 0, Some(5)), candidate("b", 1, 0, None)],
                Some("b"),
            ),
        ] {
            assert_eq!(
                least_loaded(&candidates, NOON).map(|c| c.agent.id.as_str()),
                chosen,
                "{rule}"
            );
        }
    }

    #[test]
    fn nobody_who_is_not_routable_is_chosen() {
        let mut away = candidate("a", 0, 0, None);
        away.agent.status = ChatStatus::Away;
        let mut offline = candidate("b", 0, 0, None);
        offline.agent.presence = Presence::Offline;
        let mut revoked = candidate("c", 0, 0, None);
        revoked.agent.permissions = Permissions::default();
        assert_eq!(least_loaded(&[away, offline, revoked], NOON), None);
    }
}
