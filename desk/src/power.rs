//! Power in our rooms, as Matrix counts it. It follows permissions: who holds none has none.

use std::collections::BTreeMap;

use crate::{agent::Membership, ids::AgentId, permission::Permission};

/// Who may invite.
const AGENT: u32 = 50;
/// Stands above the agents it watches over.
const SUPERVISOR: u32 = 60;
/// A power level event holds all of them in at most 65 kB; those beyond have no power and work all
/// the same, but cannot invite.
const MOST: usize = 500;

pub type Powers = BTreeMap<AgentId, u32>;

/// The power of each who holds a permission in the service; supervisors and admins first, if not
/// all find room.
pub fn powers(members: &[Membership], admins: &[AgentId]) -> Powers {
    let above = |member: &Membership| {
        [Permission::Supervise, Permission::Admin]
            .iter()
            .any(|permission| member.permissions.holds(*permission))
    };
    let (over, under): (Vec<_>, Vec<_>) = members
        .iter()
        .filter(|member| !member.permissions.is_empty())
        .partition(|member| above(member));
    let over = over.iter().map(|member| (member.agent.clone(), SUPERVISOR));
    let by_file = admins.iter().map(|admin| (admin.clone(), SUPERVISOR));
    let mut powers: Powers = by_file.chain(over).take(MOST).collect();
    for member in under {
        if powers.len() >= MOST {
            break;
        }
        powers.entry(member.agent.clone()).or_insert(AGENT);
    }
    powers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::permission::Permissions;

    fn member(name: &str, held: &[Permission]) -> Membership {
        Membership {
            agent: AgentId::new(name),
            name: name.into(),
            permissions: Permissions::of(held.iter().copied()),
            groups: Default::default(),
            capacity: None,
        }
    }

    #[test]
    fn power_follows_permissions() {
        let members = [
            member("agent", &[Permission::Chat]),
            member("supervisor", &[Permission::Chat, Permission::Supervise]),
            member("admin", &[Permission::Admin]),
            member("gone", &[]),
        ];
        let found = powers(&members, &[AgentId::new("first")]);
        let found: Vec<_> = found
            .iter()
            .map(|(who, power)| (who.as_str(), *power))
            .collect();
        assert_eq!(
            found,
            [
                ("admin", 60),
                ("agent", 50),
                ("first", 60),
                ("supervisor", 60)
            ]
        );
    }

    #[test]
    fn a_room_holds_the_power_of_so_many_and_supervisors_are_among_them() {
        let mut members: Vec<_> = (0..600)
            .map(|at| member(&format!("agent{at:03}"), &[Permission::Chat]))
            .collect();
        members.push(member("supervisor", &[Permission::Supervise]));
        let found = powers(&members, &[]);
        assert_eq!(found.len(), MOST);
        assert_eq!(found.get(&AgentId::new("supervisor")), Some(&SUPERVISOR));
    }
}
