//! What must hold whatever customers, agents, admins, time and crashes do, in any order.

use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use desk::{
    agent::{Attendance, ChatStatus, Presence},
    chat::{ChatState, Target},
    event::RoomEventKind,
    ids::{AgentId, ChatId},
    permission::{Permission, Permissions},
    ports::{Clock, Store},
    routing::{Candidate, Entry, Rule},
    service::{Basis, Mode, Routing, Service, Strategy as Order},
};
use futures_util::future::{Either, select};
use proptest::{
    prelude::{Just, Strategy, prop_oneof},
    test_runner::{Config, RngSeed, TestCaseError, TestRunner},
};
use sqlx::{Row, SqliteConnection};

use crate::desk_in_process::{Desk, PATIENCE, Staff, agent, slug};

/// Bela works in both services, and is in the group `billing` of each.
const STAFF: Staff<'static> = Staff {
    services: &[("acme", &["anna", "bela"]), ("other", &["bela", "cleo"])],
    capacity: CAPACITY,
};
const AGENTS: [&str; 3] = ["anna", "bela", "cleo"];
/// Supervises both services.
const DORA: &str = "dora";
const SERVICES: [&str; 2] = ["acme", "other"];
const CAPACITY: u32 = 2;
/// Of each of two threads.
const CASES: u32 = 42;
const STEPS: std::ops::Range<usize> = 118..130;

#[derive(Clone, Debug)]
enum Step {
    Start {
        service: usize,
    },
    Say {
        chat: usize,
    },
    Presence {
        agent: usize,
        presence: Presence,
    },
    Status {
        agent: usize,
        status: ChatStatus,
    },
    Types {
        agent: usize,
    },
    Permission {
        agent: usize,
        service: usize,
    },
    Join {
        agent: usize,
        chat: usize,
    },
    Leave {
        agent: usize,
        chat: usize,
    },
    /// In the chat's room.
    Writes {
        agent: usize,
        chat: usize,
        text: &'static str,
    },
    /// In the desk room of the chat's service.
    Tells {
        agent: usize,
        chat: usize,
        command: &'static str,
    },
    Assigns {
        chat: usize,
        agent: usize,
    },
    CustomerEnds {
        chat: usize,
    },
    Settings {
        service: usize,
        mode: Mode,
        order: Order,
        basis: Basis,
    },
    Passes {
        seconds: u64,
    },
    Crash,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let an_agent = || 0..AGENTS.len();
    let a_chat = || 0..8_usize;
    let a_service = || 0..SERVICES.len();
    let presence = prop_oneof![
        6 => Just(Presence::Online),
        2 => Just(Presence::Offline),
        1 => Just(Presence::Unavailable),
        1 => Just(Presence::Unknown),
    ];
    let status = prop_oneof![
        3 => Just(ChatStatus::Auto),
        2 => Just(ChatStatus::Online),
        1 => Just(ChatStatus::Away),
    ];
    let words = prop_oneof![
        3 => Just("hello"),
        3 => Just("!close"),
        2 => Just("!take"),
        1 => Just("!decline"),
        2 => Just("!transfer @bela for you"),
        1 => Just("!transfer @anna"),
        2 => Just("!transfer #billing a refund"),
        1 => Just("!invite @bela"),
    ];
    let commands = prop_oneof![3 => Just("!take"), 1 => Just("!decline"), 1 => Just("!why"), 1 => Just("!queue")];
    let settings = (
        a_service(),
        prop_oneof![3 => Just(Mode::Auto), 1 => Just(Mode::Claim)],
        prop_oneof![
            Just(Order::LeastLoaded),
            Just(Order::RoundRobin),
            Just(Order::Random)
        ],
        prop_oneof![2 => Just(Basis::Matrix), 1 => Just(Basis::Activity), 1 => Just(Basis::Status)],
    );
    let step = prop_oneof![
        16 => a_service().prop_map(|service| Step::Start { service }),
        2 => a_chat().prop_map(|chat| Step::Say { chat }),
        12 => (an_agent(), presence).prop_map(|(agent, presence)| Step::Presence { agent, presence }),
        5 => (an_agent(), status).prop_map(|(agent, status)| Step::Status { agent, status }),
        2 => an_agent().prop_map(|agent| Step::Types { agent }),
        2 => (an_agent(), a_service()).prop_map(|(agent, service)| Step::Permission { agent, service }),
        14 => (an_agent(), a_chat()).prop_map(|(agent, chat)| Step::Join { agent, chat }),
        5 => (an_agent(), a_chat()).prop_map(|(agent, chat)| Step::Leave { agent, chat }),
        12 => (an_agent(), a_chat(), words).prop_map(|(agent, chat, text)| Step::Writes { agent, chat, text }),
        5 => (an_agent(), a_chat(), commands).prop_map(|(agent, chat, command)| Step::Tells { agent, chat, command }),
        2 => (a_chat(), an_agent()).prop_map(|(chat, agent)| Step::Assigns { chat, agent }),
        5 => a_chat().prop_map(|chat| Step::CustomerEnds { chat }),
        2 => settings.prop_map(|(service, mode, order, basis)| Step::Settings { service, mode, order, basis }),
        8 => (1..90_u64).prop_map(|seconds| Step::Passes { seconds }),
        1 => Just(Step::Crash),
    ];
    proptest::collection::vec(step, STEPS)
}

/// A chat as the database holds it.
#[derive(Clone, Debug)]
struct Held {
    id: String,
    service: String,
    number: i64,
    waits: bool,
    target: Option<Target>,
}

/// A desk under test and what was seen of it after the last step.
struct Watched {
    desk: Desk,
    connection: SqliteConnection,
    chats: Vec<ChatId>,
    /// Who waited after the last step, for anybody.
    waiting: BTreeSet<(String, i64)>,
    log: i64,
    steps: usize,
}

impl Watched {
    async fn open() -> Self {
        let desk = Desk::open(&STAFF).await;
        let mut tx = desk.store.begin().await.unwrap();
        for service in SERVICES {
            let bela = tx.find_agent(&slug(service), &agent("bela")).await;
            let mut bela = bela.unwrap().unwrap();
            bela.groups = BTreeSet::from(["billing".to_owned()]);
            tx.save_agent(&slug(service), &bela).await.unwrap();
            let mut dora = bela.clone();
            dora.agent = agent(DORA);
            dora.groups.clear();
            dora.permissions = Permissions::of([Permission::Supervise]);
            tx.save_agent(&slug(service), &dora).await.unwrap();
        }
        tx.commit().await.unwrap();
        desk.settle().await;
        Self {
            connection: desk.connection().await,
            desk,
            chats: Vec::new(),
            waiting: BTreeSet::new(),
            log: 0,
            steps: 0,
        }
    }

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
            Step::Types { agent: name } => {
                let active = [agent(AGENTS[*name])];
                self.desk.engine.activity_seen(&active).await.unwrap();
            }
            Step::Permission { agent, service } => self.toggle(*agent, *service).await,
            Step::Join { agent, chat } => self.happens(*agent, *chat, RoomEventKind::Joined).await,
            Step::Leave { agent, chat } => self.happens(*agent, *chat, RoomEventKind::Left).await,
            Step::Writes { agent, chat, text } => {
                if let Some(chat) = self.chat(*chat) {
                    self.desk.writes(chat, AGENTS[*agent], text).await;
                }
            }
            Step::Tells {
                agent,
                chat,
                command,
            } => {
                self.tells(AGENTS[*agent], *chat, |number| {
                    format!("{command} {number}")
                })
                .await;
            }
            Step::Assigns { chat, agent } => {
                let name = AGENTS[*agent];
                self.tells(DORA, *chat, |number| format!("!assign {number} @{name}"))
                    .await;
            }
            Step::CustomerEnds { chat } => {
                if let Some(chat) = self.chat(*chat) {
                    self.desk.engine.customer_ends(chat).await.unwrap();
                }
            }
            Step::Settings {
                service,
                mode,
                order,
                basis,
            } => {
                self.set(SERVICES[*service], |routing| {
                    (routing.mode, routing.strategy, routing.presence) = (*mode, *order, *basis);
                })
                .await;
            }
            Step::Passes { seconds } => self.desk.passes(Duration::from_secs(*seconds)).await,
            Step::Crash => unreachable!("ends a life"),
        }
    }

    async fn happens(&self, agent: usize, chat: usize, what: RoomEventKind) {
        if let Some(chat) = self.chat(chat) {
            self.desk.happens(chat, AGENTS[agent], what).await;
        }
    }

    async fn tells(&self, name: &str, chat: usize, command: impl Fn(u64) -> String) {
        if let Some(chat) = self.chat(chat) {
            let chat = self.desk.chat(chat).await;
            let room = self.desk.store.desk_room(&chat.service).await;
            let text = command(chat.number);
            self.desk.tells(room.unwrap().unwrap(), name, &text).await;
        }
    }

    async fn toggle(&self, who: usize, service: usize) {
        let (service, who) = (slug(SERVICES[service]), agent(AGENTS[who]));
        let mut tx = self.desk.store.begin().await.unwrap();
        let Some(mut found) = tx.find_agent(&service, &who).await.unwrap() else {
            return;
        };
        found.permissions = match found.permissions.holds(Permission::Chat) {
            true => Permissions::default(),
            false => Permissions::of([Permission::Chat]),
        };
        tx.save_agent(&service, &found).await.unwrap();
        tx.commit().await.unwrap();
        let engine = &self.desk.engine;
        engine.permissions_changed(&service, &who).await.unwrap();
    }

    async fn set(&self, service: &str, change: impl Fn(&mut Routing)) {
        let mut tx = self.desk.store.begin().await.unwrap();
        let mut found = tx.find_service(&slug(service)).await.unwrap().unwrap();
        change(&mut found.settings.routing);
        tx.save_settings(&found).await.unwrap();
        tx.commit().await.unwrap();
        self.desk.engine.set_up(&[]).await.unwrap();
    }

    /// What happens between two crashes, while the dispatcher works beside it.
    async fn live(&mut self, steps: &[Step]) {
        let run = pin!(Arc::clone(&self.desk.dispatcher).run());
        let work = pin!(async {
            for step in steps {
                self.take(step).await;
                self.steps += 1;
                self.check(&format!("{step:?}")).await;
            }
        });
        let both = tokio::time::timeout(3 * PATIENCE, select(run, work)).await;
        assert!(matches!(both, Ok(Either::Right(_))), "stuck in {steps:?}");
    }

    async fn crash(&mut self) {
        self.desk.crash().await;
        self.desk.set_up(&STAFF).await;
        self.check("a crash").await;
    }

    /// What must hold after every step.
    async fn check(&mut self, after: &str) {
        let held = self.held().await;
        assert_eq!(
            held.len(),
            self.chats.len(),
            "no chat is lost, after {after}"
        );
        self.everything_is_whole(after).await;
        self.nobody_holds_too_much(after).await;
        let services = self.desk.store.services().await.unwrap();
        for service in &services {
            let agents = self.desk.store.agents(&service.slug).await.unwrap();
            self.nobody_waits_who_could_be_served(service, &agents, &held, after);
        }
        let waiting = held
            .iter()
            .filter(|chat| chat.waits && chat.target.is_none());
        let waiting = waiting
            .map(|chat| (chat.service.clone(), chat.number))
            .collect();
        self.new_offers_are_right(&services, &held, &waiting, after)
            .await;
        self.waiting = waiting;
    }

    async fn held(&mut self) -> Vec<Held> {
        let rows = sqlx::query("select id, service, number, state, target from chat")
            .fetch_all(&mut self.connection)
            .await
            .unwrap();
        let read = |row: &sqlx::sqlite::SqliteRow| Held {
            id: row.get("id"),
            service: row.get("service"),
            number: row.get("number"),
            waits: row.get::<&str, _>("state") == "waiting",
            target: row
                .get::<Option<&str>, _>("target")
                .map(|target| serde_json::from_str(target).unwrap()),
        };
        rows.iter().map(read).collect()
    }

    /// A chat is held in one state and in no other, its record has no gap, no time has passed
    /// unheard.
    async fn everything_is_whole(&mut self, after: &str) {
        let now = self.desk.clock.now().as_millis();
        let torn: Option<String> = sqlx::query_scalar(
            "select json_object('number', number, 'state', state, 'agent', agent,
                                'offered', offered_until - $1, 'handed_over_by', handed_over_by,
                                'grace', grace_until - $1, 'target', target_until - $1)
             from chat
             where (state in ('offered', 'active')) <> (agent is not null)
                or (state = 'offered') <> (offered_until is not null)
                or (handed_over_by is not null and state not in ('waiting', 'offered'))
                or (grace_until is not null and state = 'closed')
                or grace_until <= $1 or offered_until <= $1
                or (state = 'waiting' and target_until <= $1)",
        )
        .bind(now)
        .fetch_optional(&mut self.connection)
        .await
        .unwrap();
        assert_eq!(torn, None, "a chat is torn after {after}");
        let gaps = self
            .count(
                "select count(*) from (select max(seq) as last, count(*) as n from chat_event group by chat)
                 where last <> n",
            )
            .await;
        assert_eq!(gaps, 0, "a record has a gap after {after}");
        let standing = self
            .count(
                "select count(*) from offer join chat on chat.id = offer.chat
                 where offer.outcome is null and (chat.state <> 'offered' or chat.agent <> offer.agent)",
            )
            .await;
        assert_eq!(standing, 0, "an offer stands that is none, after {after}");
    }

    async fn nobody_holds_too_much(&mut self, after: &str) {
        for name in AGENTS {
            let agent = agent(name);
            let held = format!(
                "select count(*) from chat where handed_over_by = '{agent}'
                 or (agent = '{agent}' and state in ('offered', 'active'))"
            );
            let held = self.count(&held).await;
            assert!(
                held <= i64::from(CAPACITY),
                "{name} holds {held} chats after {after}"
            );
        }
    }

    fn nobody_waits_who_could_be_served(
        &self,
        service: &Service,
        agents: &[Candidate],
        held: &[Held],
        after: &str,
    ) {
        let routing = &service.settings.routing;
        let attendance = self.attendance(routing);
        let waiting = held.iter().filter(|chat| chat.waits);
        for chat in waiting.filter(|chat| chat.service == service.slug.as_str()) {
            let meant = matches!(chat.target, Some(Target::Agent { .. }));
            if routing.mode == Mode::Claim && !meant {
                continue;
            }
            for candidate in agents {
                let is_for = match &chat.target {
                    None => true,
                    Some(Target::Group(group)) => candidate.agent.groups.contains(group),
                    Some(Target::Agent { agent, .. }) => *agent == candidate.agent.id,
                };
                assert!(
                    !(is_for && candidate.is_eligible(attendance)),
                    "{chat:?} waits after {after} while {candidate:?} could take it"
                );
            }
        }
    }

    /// Who was offered a chat in this step is routable, and nobody who waited longer, as anybody's,
    /// still waits.
    async fn new_offers_are_right(
        &mut self,
        services: &[Service],
        held: &[Held],
        waiting: &BTreeSet<(String, i64)>,
        after: &str,
    ) {
        let by_id: BTreeMap<&str, &Held> = held.iter().map(|chat| (&*chat.id, chat)).collect();
        let rows =
            sqlx::query("select ord, chat, entry from routing_log where ord > $1 order by ord")
                .bind(self.log)
                .fetch_all(&mut self.connection)
                .await
                .unwrap();
        for row in rows {
            self.log = row.get("ord");
            let Entry::Offered { to, rule, .. } = serde_json::from_str(row.get("entry")).unwrap()
            else {
                continue;
            };
            let chat = by_id[row.get::<&str, _>("chat")];
            self.is_right_for(services, chat, &to, &rule, after).await;
            let by_order = !matches!(rule, Rule::Took | Rule::Assigned { .. } | Rule::Meant);
            if by_order && chat.target.is_none() {
                let passed_over = self
                    .waiting
                    .intersection(waiting)
                    .find(|(of, earlier)| *of == chat.service && *earlier < chat.number);
                assert_eq!(passed_over, None, "{chat:?} was served in {after}");
            }
        }
    }

    async fn is_right_for(
        &self,
        services: &[Service],
        chat: &Held,
        to: &AgentId,
        rule: &Rule,
        after: &str,
    ) {
        let service = services
            .iter()
            .find(|found| found.slug.as_str() == chat.service);
        let service = service.unwrap();
        let agents = self.desk.store.agents(&service.slug).await.unwrap();
        let offered = agents.iter().find(|found| found.agent.id == *to).unwrap();
        // Who takes a chat by itself is there, whatever else is known of it.
        let fits = match rule {
            Rule::Took => offered.agent.may_chat(),
            _ => offered
                .agent
                .is_routable(self.attendance(&service.settings.routing)),
        };
        assert!(fits, "{chat:?} was offered in {after} to {offered:?}");
    }

    fn attendance(&self, routing: &Routing) -> Attendance {
        Attendance {
            basis: routing.presence,
            now: self.desk.clock.now(),
        }
    }

    async fn count(&mut self, query: &str) -> i64 {
        sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(&mut self.connection)
            .await
            .unwrap()
    }

    /// Everybody comes back and answers: in the end every chat was served and is closed.
    async fn everybody_is_served(&mut self) {
        for service in SERVICES {
            self.set(service, |routing| {
                (routing.mode, routing.presence) = (Mode::Auto, Basis::Matrix);
            })
            .await;
        }
        for (who, name) in AGENTS.iter().enumerate() {
            for (service, of) in SERVICES.iter().enumerate() {
                let found = self.desk.store.agents(&slug(of)).await.unwrap();
                let found = found.iter().find(|found| found.agent.id == agent(name));
                if found.is_some_and(|found| !found.agent.may_chat()) {
                    self.toggle(who, service).await;
                }
            }
            self.desk.online(&[name]).await;
            self.desk.status(name, ChatStatus::Auto).await;
        }
        self.check("the return of everybody").await;
        for _ in 0..=self.chats.len() {
            for chat in self.chats.clone() {
                if let ChatState::Offered { agent, .. } = self.desk.state(&chat).await {
                    let name = &agent.as_str()[1..5];
                    self.desk.happens(&chat, name, RoomEventKind::Joined).await;
                }
                if self.desk.state(&chat).await != ChatState::Waiting {
                    self.desk.engine.customer_ends(&chat).await.unwrap();
                }
            }
        }
        for chat in &self.chats {
            let state = self.desk.state(chat).await;
            assert!(state.is_closed(), "{chat} is {state:?}");
        }
        self.desk.settle().await;
    }
}

async fn run(steps: &[Step]) -> usize {
    let mut watched = Watched::open().await;
    for (life, steps) in steps.split(|step| matches!(step, Step::Crash)).enumerate() {
        if life > 0 {
            watched.crash().await;
        }
        watched.live(steps).await;
    }
    watched.everybody_is_served().await;
    watched.steps
}

fn run_cases(seed: RngSeed) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        max_shrink_iters: 0,
        rng_seed: seed,
        ..Config::default()
    };
    let steps_taken = Cell::new(0);
    let outcome = TestRunner::new(config).run(&steps(), |steps| {
        let taken = runtime.block_on(run(&steps));
        steps_taken.set(steps_taken.get() + taken);
        Ok::<(), TestCaseError>(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    steps_taken.get()
}

/// On two threads.
fn run_all(seeds: [RngSeed; 2]) {
    let [one, other] = seeds;
    let both = std::thread::scope(|threads| {
        let other = threads.spawn(|| run_cases(other));
        run_cases(one) + other.join().unwrap()
    });
    assert!(both >= 10_000, "{both} steps");
}

/// The same steps each time, so that who has changed nothing here is not stopped by it.
#[test]
fn whatever_happens_nobody_is_overloaded_passed_over_or_left_waiting() {
    run_all([RngSeed::Fixed(1), RngSeed::Fixed(2)]);
}

#[test]
#[ignore = "other steps each time: CONTRIBUTING.md says when"]
fn whatever_else_happens_nobody_is_overloaded_passed_over_or_left_waiting() {
    run_all([RngSeed::Random, RngSeed::Random]);
}
