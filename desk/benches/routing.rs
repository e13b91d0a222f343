//! How many chats a second are given to agents: 100,000 wait, 10,000 agents work.

#![allow(missing_docs, reason = "criterion writes what it needs")]

use std::{collections::BTreeSet, hint::black_box, time::Duration};

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use desk::{
    agent::{Agent, Attendance, ChatStatus, Presence},
    chat::{Chat, ChatState, Handling, Target},
    ids::{AgentId, ChatId, CustomerId, ServiceSlug, Timestamp},
    permission::{Permission, Permissions},
    routing::{Board, Candidate, Waiting},
    service::{Basis, Strategy},
};

const NOON: Timestamp = Timestamp::from_millis(43_200_000);
const AGENTS: u32 = 10_000;
const CHATS: u64 = 100_000;
const CAPACITY: u32 = 20;

fn agent(number: u32) -> AgentId {
    AgentId::new(format!("@agent{number}:example.org"))
}

/// One in ten is away, and each is in one of twenty groups.
fn candidate(number: u32) -> Candidate {
    Candidate {
        agent: Agent {
            id: agent(number),
            name: format!("Agent {number}"),
            permissions: Permissions::of([Permission::Chat]),
            groups: BTreeSet::from([format!("group{}", number % 20)]),
            presence: Presence::Online,
            status: match number % 10 {
                0 => ChatStatus::Away,
                _ => ChatStatus::Auto,
            },
            active_at: None,
            capacity: CAPACITY,
        },
        load: number % 3,
        last_offered: Some(NOON),
    }
}

/// One in ten is for a group, one in five has been let pass twice, one in four has an agent who
/// talked with its customer before.
fn waiting(number: u64) -> Waiting {
    let some = u32::try_from(number % u64::from(AGENTS)).unwrap_or(0);
    let target = number
        .is_multiple_of(10)
        .then(|| Target::Group(format!("group{}", number % 20)));
    Waiting {
        chat: Chat {
            id: ChatId::new(format!("{number:026}")),
            service: ServiceSlug::new("acme"),
            number,
            customer: CustomerId::new("kim"),
            state: ChatState::Waiting,
            handling: Handling {
                target,
                ..Handling::default()
            },
            room: None,
            locale: "en".into(),
            page: None,
            fields: Default::default(),
            created_at: NOON,
            previous: None,
        },
        passed: match number % 5 {
            0 => vec![(agent(some), 1), (agent(some / 2), 1)],
            _ => Vec::new(),
        },
        recent: number.is_multiple_of(4).then(|| agent(some)),
    }
}

fn route_all(mut board: Board, chats: &[Waiting]) -> usize {
    let mut given = 0;
    for (luck, chat) in (0..).zip(chats) {
        if let Some(choice) = board.decide(chat, luck) {
            black_box(board.others(chat, Some(&choice.agent)));
            board.assign(
                &chat.chat,
                &choice.agent,
                NOON + Duration::from_millis(luck),
            );
            given += 1;
        }
    }
    given
}

fn routing(criterion: &mut Criterion) {
    let agents: Vec<Candidate> = (0..AGENTS).map(candidate).collect();
    let chats: Vec<Waiting> = (1..=CHATS).map(waiting).collect();
    let here = Attendance {
        basis: Basis::Matrix,
        now: NOON,
    };
    let mut group = criterion.benchmark_group("100,000 chats to 10,000 agents");
    group
        .throughput(Throughput::Elements(CHATS))
        .sample_size(10);
    for strategy in [
        Strategy::LeastLoaded,
        Strategy::RoundRobin,
        Strategy::Random,
    ] {
        group.bench_function(format!("{strategy:?}"), |bencher| {
            bencher.iter_batched(
                || Board::new(agents.clone(), here, strategy),
                |board| route_all(board, &chats),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, routing);
criterion_main!(benches);
