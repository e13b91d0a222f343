use std::{collections::BTreeSet, time::Duration};

use super::*;
use crate::{
    agent::{Agent, Presence},
    chat::{Chat, ChatState, Handling},
    ids::{ChatId, CustomerId, ServiceSlug},
    permission::{Permission, Permissions},
    service::Basis,
};

const NOON: Timestamp = Timestamp::from_millis(43_200_000);
const HERE: Attendance = Attendance {
    basis: Basis::Matrix,
    now: NOON,
};

fn candidate(name: &str, load: u32, last_offered: Option<i64>) -> Candidate {
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
        last_offered: last_offered.map(Timestamp::from_millis),
    }
}

fn in_group(name: &str, load: u32, group: &str) -> Candidate {
    let mut member = candidate(name, load, None);
    member.agent.groups = BTreeSet::from([group.to_owned()]);
    member
}

fn waiting() -> Waiting {
    Waiting {
        chat: Chat {
            id: ChatId::new("c"),
            service: ServiceSlug::new("acme"),
            number: 1,
            customer: CustomerId::new("kim"),
            state: ChatState::Waiting,
            handling: Handling::default(),
            room: None,
            locale: "en".into(),
            page: None,
            fields: Default::default(),
            created_at: NOON,
            previous: None,
        },
        passed: Vec::new(),
        recent: None,
    }
}

fn passed(times: &[(&str, u32)]) -> Waiting {
    let passed = times.iter();
    Waiting {
        passed: passed
            .map(|(name, times)| (AgentId::new(*name), *times))
            .collect(),
        ..waiting()
    }
}

fn meant_for(target: Target) -> Waiting {
    let mut meant = waiting();
    meant.chat.handling.target = Some(target);
    meant
}

fn to_agent(name: &str, until_s: u64) -> Waiting {
    meant_for(Target::Agent {
        agent: AgentId::new(name),
        until: NOON + Duration::from_secs(until_s),
    })
}

fn to_group(name: &str) -> Waiting {
    meant_for(Target::Group(name.into()))
}

fn chosen(agents: Vec<Candidate>, strategy: Strategy, waiting: &Waiting) -> Option<String> {
    let board = Board::new(agents, HERE, strategy);
    let choice = board.decide(waiting, 7)?;
    Some(choice.agent.to_string())
}

#[test]
fn the_least_loaded_is_next_then_who_waited_longest() {
    for (rule, agents, waiting, expected) in [
        ("nobody when nobody is there", vec![], waiting(), None),
        (
            "the least loaded",
            vec![candidate("a", 2, None), candidate("b", 1, Some(9))],
            waiting(),
            Some("b"),
        ),
        (
            "nobody without a free slot",
            vec![candidate("a", 3, None), candidate("b", 4, None)],
            waiting(),
            None,
        ),
        (
            "the next after an unanswered offer",
            vec![candidate("a", 0, None), candidate("b", 2, None)],
            passed(&[("a", 1)]),
            Some("b"),
        ),
        (
            "the same again when there is no other",
            vec![candidate("a", 0, None)],
            passed(&[("a", 3)]),
            Some("a"),
        ),
        (
            "who has let it pass least often when all have",
            vec![candidate("a", 0, None), candidate("b", 2, None)],
            passed(&[("a", 2), ("b", 1)]),
            Some("b"),
        ),
        (
            "who waited longest among equals",
            vec![candidate("a", 1, Some(5)), candidate("b", 1, Some(4))],
            waiting(),
            Some("b"),
        ),
        (
            "who was never offered one before who was",
            vec![candidate("a", 1, Some(5)), candidate("b", 1, None)],
            waiting(),
            Some("b"),
        ),
    ] {
        assert_eq!(
            chosen(agents, Strategy::LeastLoaded, &waiting).as_deref(),
            expected,
            "{rule}"
        );
    }
}

#[test]
fn in_turn_means_whoever_waited_longest_whatever_its_load() {
    let agents = vec![candidate("a", 0, Some(5)), candidate("b", 2, Some(4))];
    assert_eq!(
        chosen(agents, Strategy::RoundRobin, &waiting()).as_deref(),
        Some("b")
    );
}

#[test]
fn at_random_everybody_who_is_eligible_gets_chats_and_nobody_else() {
    let agents = vec![
        candidate("a", 0, None),
        candidate("b", 2, None),
        candidate("full", 3, None),
    ];
    let board = Board::new(agents, HERE, Strategy::Random);
    let chosen: BTreeSet<String> = (0..50)
        .filter_map(|luck| board.decide(&waiting(), luck))
        .map(|choice| choice.agent.to_string())
        .collect();
    assert_eq!(chosen, BTreeSet::from(["a".to_owned(), "b".to_owned()]));
}

#[test]
fn nobody_who_is_not_routable_is_chosen() {
    let mut away = candidate("a", 0, None);
    away.agent.status = ChatStatus::Away;
    let mut offline = candidate("b", 0, None);
    offline.agent.presence = Presence::Offline;
    let mut revoked = candidate("c", 0, None);
    revoked.agent.permissions = Permissions::default();
    for strategy in [
        Strategy::LeastLoaded,
        Strategy::RoundRobin,
        Strategy::Random,
    ] {
        let agents = vec![away.clone(), offline.clone(), revoked.clone()];
        assert_eq!(chosen(agents, strategy, &waiting()), None, "{strategy:?}");
    }
}

#[test]
fn who_last_talked_with_the_customer_comes_first_if_it_can() {
    let recent = |name: &str, before: Waiting| Waiting {
        recent: Some(AgentId::new(name)),
        ..before
    };
    let agents = || {
        vec![
            candidate("a", 0, None),
            candidate("b", 2, None),
            candidate("full", 3, None),
        ]
    };
    for (rule, waiting, expected) in [
        ("though more loaded", recent("b", waiting()), "b"),
        ("not without a slot", recent("full", waiting()), "a"),
        ("not if unknown", recent("gone", waiting()), "a"),
        (
            "not after it let this chat pass",
            recent("b", passed(&[("b", 1)])),
            "a",
        ),
        (
            "not from outside the group",
            recent("b", to_group("billing")),
            "m",
        ),
    ] {
        let mut agents = agents();
        agents.push(in_group("m", 2, "billing"));
        assert_eq!(
            chosen(agents, Strategy::LeastLoaded, &waiting).as_deref(),
            Some(expected),
            "{rule}"
        );
    }
}

#[test]
fn a_chat_for_a_group_goes_to_its_members_only() {
    let agents = || vec![candidate("a", 0, None), in_group("m", 2, "billing")];
    for (waiting, expected) in [(to_group("billing"), Some("m")), (to_group("sales"), None)] {
        assert_eq!(
            chosen(agents(), Strategy::LeastLoaded, &waiting).as_deref(),
            expected
        );
    }
    let full = vec![candidate("a", 0, None), in_group("m", 3, "billing")];
    let board = Board::new(full, HERE, Strategy::LeastLoaded);
    assert_eq!(board.decide(&to_group("billing"), 0), None);
    let next = board.decide(&waiting(), 0).unwrap();
    assert_eq!(next.agent.as_str(), "a", "those behind it are not blocked");
}

#[test]
fn a_chat_for_an_agent_waits_for_it_until_it_is_away_or_its_time_is_over() {
    let there = || vec![candidate("a", 0, None), candidate("b", 2, None)];
    let with = |change: fn(&mut Agent)| {
        let mut agents = there();
        change(&mut agents[1].agent);
        agents
    };
    for (rule, agents, waiting, expected) in [
        ("to it alone", there(), to_agent("b", 60), Some("b")),
        (
            "nobody while it is not online",
            with(|b| b.presence = Presence::Offline),
            to_agent("b", 60),
            None,
        ),
        (
            "nobody while it has no free slot",
            with(|b| b.capacity = 2),
            to_agent("b", 60),
            None,
        ),
        (
            "everybody when it is away",
            with(|b| b.status = ChatStatus::Away),
            to_agent("b", 60),
            Some("a"),
        ),
        (
            "everybody when it may not chat",
            with(|b| b.permissions = Permissions::default()),
            to_agent("b", 60),
            Some("a"),
        ),
        (
            "everybody when its time is over",
            with(|b| b.presence = Presence::Offline),
            to_agent("b", 0),
            Some("a"),
        ),
    ] {
        assert_eq!(
            chosen(agents, Strategy::LeastLoaded, &waiting).as_deref(),
            expected,
            "{rule}"
        );
    }
}

#[test]
fn each_assignment_counts_for_the_next_until_nobody_has_a_free_slot() {
    for strategy in [
        Strategy::LeastLoaded,
        Strategy::RoundRobin,
        Strategy::Random,
    ] {
        let agents = vec![in_group("a", 0, "billing"), candidate("b", 1, None)];
        let mut board = Board::new(agents, HERE, strategy);
        let mut given = Vec::new();
        while let Some(choice) = board.decide(&waiting(), given.len() as u64) {
            board.assign(&waiting().chat, &choice.agent, NOON);
            given.push(choice.agent.to_string());
        }
        given.sort_unstable();
        assert_eq!(given, ["a", "a", "a", "b", "b"], "{strategy:?}");
        assert!(board.is_exhausted());
        assert_eq!(board.decide(&to_group("billing"), 0), None);
    }
}

#[test]
fn each_agent_has_its_own_reason() {
    let mut away = candidate("away", 0, None);
    away.agent.status = ChatStatus::Away;
    let mut offline = candidate("offline", 0, None);
    offline.agent.presence = Presence::Offline;
    let agents = vec![
        away,
        in_group("chosen", 0, "billing"),
        in_group("full", 3, "billing"),
        offline,
        candidate("outside", 0, None),
        in_group("passed", 0, "billing"),
        in_group("second", 1, "billing"),
    ];
    let board = Board::new(agents, HERE, Strategy::LeastLoaded);
    let mut waiting = to_group("billing");
    waiting.passed = vec![(AgentId::new("passed"), 1)];
    let chosen = board.decide(&waiting, 0).unwrap();
    assert_eq!(chosen.agent.as_str(), "chosen");
    let others = board.others(&waiting, Some(&chosen.agent));
    let reasons: Vec<_> = others
        .agents
        .iter()
        .map(|(agent, why)| (agent.as_str(), why.clone()))
        .collect();
    assert_eq!(
        reasons,
        [
            ("second", WhyNot::Behind),
            ("away", WhyNot::Status(ChatStatus::Away)),
            (
                "full",
                WhyNot::Full {
                    load: 3,
                    capacity: 3
                }
            ),
            ("offline", WhyNot::Presence(Presence::Offline)),
            ("outside", WhyNot::NotInGroup("billing".into())),
            ("passed", WhyNot::LetPass),
        ]
    );
}

#[test]
fn of_many_agents_thirty_are_named_and_the_rest_is_counted() {
    let agents = (0..100)
        .map(|n| candidate(&format!("{n:03}"), 0, None))
        .collect();
    let board = Board::new(agents, HERE, Strategy::LeastLoaded);
    let others = board.others(&waiting(), None);
    assert_eq!((others.agents.len(), others.more), (30, 70));
}
