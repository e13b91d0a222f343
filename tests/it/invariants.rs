//! What must hold whatever customers, agents, time and crashes do, in any order.

use std::{collections::BTreeSet, pin::pin, sync::Arc, time::Duration};

use desk::{
    agent::{Attendance, ChatStatus, Presence},
    chat::ChatState,
    event::{RoomEventKind, Written},
    ids::{AgentId, ChatId},
    ports::{Clock, Store},
    service::Basis,
};
use futures_util::future::{Either, select};
use proptest::{
    prelude::{Strategy, prop_oneof},
    test_runner::{Config, TestCaseError, TestRunner},
};

use crate::desk_in_process::{Desk, PATIENCE, Staff, agent, slug};

/// Bela works in both services.
const STAFF: Staff<'static> = Staff {
    services: &[("acme", &["anna", "bela"]), ("other", &["bela", "cleo"])],
    capacity: CAPACITY,
};
const AGENTS: [&str; 3] = ["anna", "bela", "cleo"];
const SERVICES: [&str; 2] = ["acme", "other"];
const CAPACITY: u32 = 2;

#[derive(Clone, Debug)]
enum Step {
    Start { service: usize },
    Say { chat: usize },
    Presence { agent: usize, presence: Presence },
    Status { agent: usize, status: ChatStatus },
    Join { agent: usize, chat: usize },
    Leave { agent: usize, chat: usize },
    AgentCloses { agent: usize, chat: usize },
    CustomerEnds { chat: usize },
    Passes { seconds: u64 },
    Crash,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (an_agent, a_chat) = (0..AGENTS.len(), 0..8_usize);
    let both = || (0..AGENTS.len(), 0..8_usize);
    let presence = prop_oneof![
        3 => proptest::strategy::Just(Presence::Online),
        1 => proptest::strategy::Just(Presence::Offline),
    ];
    let status = prop_oneof![
        2 => proptest::strategy::Just(ChatStatus::Auto),
        1 => proptest::strategy::Just(ChatStatus::Away),
    ];
    let step = prop_oneof![
        6 => (0..SERVICES.len()).prop_map(|service| Step::Start { service }),
        1 => a_chat.clone().prop_map(|chat| Step::Say { chat }),
        5 => (an_agent.clone(), presence)
            .prop_map(|(agent, presence)| Step::Presence { agent, presence }),
        2 => (an_agent, status).prop_map(|(agent, status)| Step::Status { agent, status }),
        6 => both().prop_map(|(agent, chat)| Step::Join { agent, chat }),
        3 => both().prop_map(|(agent, chat)| Step::Leave { agent, chat }),
        1 => both().prop_map(|(agent, chat)| Step::AgentCloses { agent, chat }),
        2 => a_chat.prop_map(|chat| Step::CustomerEnds { chat }),
        3 => (1..60_u64).prop_map(|seconds| Step::Passes { seconds }),
        1 => proptest::strategy::Just(Step::Crash),
    ];
    proptest::collection::vec(step, 1..40)
}

/// A desk under test and what was seen of it after the last step.
struct Watched {
    desk: Desk,
    chats: Vec<ChatId>,
    waiting: BTreeSet<(String, u64)>,
    offers: usize,
}

impl Watched {
    fn chat(&self, place: usize) -> Option<&ChatId> {
        // Young chats are those with something going on.
        self.chats.iter().rev().nth(place)
    }

    async fn take(&mut self, step: &Step) {
        match step {
            Step::Start { service } => {
                if let Ok(chat) = self.desk.try_start(SERVICES[*service]).await {
                    self.chats.push(chat);
                    self.desk.until_delivered().await;
                }
            }
            Step::Say { chat } => {
                if let Some(chat) = self.chat(*chat)
                    && !self.desk.state(chat).await.is_closed()
                {
                    let text = format!("{chat} {}", self.desk.record(chat).await.len());
                    self.desk.say(chat, &text).await;
                }
            }
            Step::Presence { agent, presence } => {
                self.desk.presence(AGENTS[*agent], *presence).await;
            }
            Step::Status { agent, status } => self.desk.status(AGENTS[*agent], *status).await,
            Step::Join { agent, chat } => {
                self.happens(*agent, *chat, RoomEventKind::Joined).await;
            }
            Step::Leave { agent, chat } => self.happens(*agent, *chat, RoomEventKind::Left).await,
            Step::AgentCloses { agent, chat } => {
                let close = RoomEventKind::Message(Written::plain("!close"));
                self.happens(*agent, *chat, close).await;
            }
            Step::CustomerEnds { chat } => {
                if let Some(chat) = self.chat(*chat) {
                    self.desk.engine.customer_ends(chat).await.unwrap();
                }
            }
            Step::Passes { seconds } => self.desk.passes(Duration::from_secs(*seconds)).await,
            Step::Crash => unreachable!("ends a life"),
        }
    }

    /// What happens between two crashes, while the dispatcher works beside it.
    async fn live(&mut self, steps: &[Step]) {
        let run = pin!(Arc::clone(&self.desk.dispatcher).run());
        let work = pin!(async {
            for step in steps {
                self.take(step).await;
                self.check().await;
            }
        });
        let both = tokio::time::timeout(PATIENCE, select(run, work)).await;
        assert!(matches!(both, Ok(Either::Right(_))), "stuck in {steps:?}");
    }

    async fn crash(&mut self) {
        self.desk.crash().await;
        self.desk.set_up(&STAFF).await;
        self.check().await;
    }

    async fn happens(&self, agent: usize, chat: usize, what: RoomEventKind) {
        if let Some(chat) = self.chat(chat) {
            self.desk.happens(chat, AGENTS[agent], what).await;
        }
    }

    /// What must hold after every step.
    async fn check(&mut self) {
        let mut waiting = BTreeSet::new();
        for chat in &self.chats {
            // No chat is lost, and its record has no gap.
            let found = self.desk.chat(chat).await;
            self.desk.record(chat).await;
            if found.state == ChatState::Waiting {
                waiting.insert((found.service.to_string(), found.number));
            }
        }
        self.nobody_holds_too_much().await;
        self.nobody_waits_who_could_be_served(&waiting).await;
        self.new_offers_are_right(&waiting).await;
        self.waiting = waiting;
    }

    async fn nobody_holds_too_much(&self) {
        let torn: i64 = self
            .count(
                "select count(*) from chat
             where (state in ('offered', 'active')) <> (agent is not null)
               or (state = 'offered') <> (offered_until is not null)",
            )
            .await;
        assert_eq!(torn, 0, "a chat is held in one state and in no other");
        for name in AGENTS {
            let held = format!(
                "select count(*) from chat where agent = '{}' and state in ('offered', 'active')",
                agent(name)
            );
            let held = self.count(&held).await;
            assert!(held <= i64::from(CAPACITY), "{name} holds {held} chats");
        }
    }

    async fn nobody_waits_who_could_be_served(&self, waiting: &BTreeSet<(String, u64)>) {
        for service in SERVICES {
            if !waiting.iter().any(|(of, _)| of == service) {
                continue;
            }
            for candidate in self.desk.store.agents(&slug(service)).await.unwrap() {
                assert!(
                    !candidate.is_eligible(self.attendance()),
                    "a chat of {service} waits while {candidate:?} could take it"
                );
            }
        }
    }

    /// Who was offered a chat in this step is routable, and nobody who waited longer still waits.
    async fn new_offers_are_right(&mut self, waiting: &BTreeSet<(String, u64)>) {
        let mut connection = self.desk.connection().await;
        let offers: Vec<(String, String, i64)> = sqlx::query_as(
            "select offer.agent, chat.service, chat.number
             from offer join chat on chat.id = offer.chat order by offer.rowid",
        )
        .fetch_all(&mut connection)
        .await
        .unwrap();
        for (agent, service, number) in &offers[self.offers..] {
            let agents = self.desk.store.agents(&slug(service)).await.unwrap();
            let agent = AgentId::new(agent);
            let offered = agents.iter().find(|found| found.agent.id == agent);
            assert!(
                offered.unwrap().agent.is_routable(self.attendance()),
                "{agent} is not"
            );
            let number = u64::try_from(*number).unwrap();
            let passed_over = self
                .waiting
                .intersection(waiting)
                .find(|(of, earlier)| of == service && *earlier < number);
            assert_eq!(passed_over, None, "{number} of {service} was served");
        }
        self.offers = offers.len();
    }

    fn attendance(&self) -> Attendance {
        Attendance {
            basis: Basis::Matrix,
            now: self.desk.clock.now(),
        }
    }

    async fn count(&self, query: &str) -> i64 {
        let mut connection = self.desk.connection().await;
        sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(&mut connection)
            .await
            .unwrap()
    }

    /// Everybody comes online and answers: in the end every chat was served and is closed.
    async fn everybody_is_served(&mut self) {
        for name in AGENTS {
            self.desk.online(&[name]).await;
            self.desk.status(name, ChatStatus::Auto).await;
        }
        self.check().await;
        for _ in 0..self.chats.len() {
            for chat in self.chats.clone() {
                if let ChatState::Offered { agent, .. } = self.desk.state(&chat).await {
                    let name = &agent.as_str()[1..5];
                    self.desk.happens(&chat, name, RoomEventKind::Joined).await;
                    self.desk.engine.customer_ends(&chat).await.unwrap();
                } else if self.desk.state(&chat).await != ChatState::Waiting {
                    self.desk.engine.customer_ends(&chat).await.unwrap();
                }
            }
        }
        for chat in &self.chats {
            assert!(self.desk.state(chat).await.is_closed(), "{chat}");
        }
        self.desk.settle().await;
    }
}

async fn run(steps: &[Step]) {
    let mut watched = Watched {
        desk: Desk::open(&STAFF).await,
        chats: Vec::new(),
        waiting: BTreeSet::new(),
        offers: 0,
    };
    watched.desk.settle().await;
    for (life, steps) in steps.split(|step| matches!(step, Step::Crash)).enumerate() {
        if life > 0 {
            watched.crash().await;
        }
        watched.live(steps).await;
    }
    watched.everybody_is_served().await;
}

#[test]
fn whatever_happens_nobody_is_overloaded_passed_over_or_left_waiting() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let config = Config {
        cases: 40,
        failure_persistence: None,
        max_shrink_iters: 0,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&steps(), |steps| {
        runtime.block_on(run(&steps));
        Ok::<(), TestCaseError>(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
