//! A desk whose parts a test can look into, stop, and start again on the same database.

use std::{future::Future, path::PathBuf, pin::pin, sync::Arc, time::Duration};

use desk::{
    agent::{ChatStatus, Presence},
    chat::{Chat, ChatState},
    command::Manner,
    dispatcher::Dispatcher,
    engine::{AgentSetup, Engine, ServiceSetup, StartChat},
    event::{ChatEventKind, Received, RoomEvent, RoomEventKind, Written},
    fakes::{BrittleStore, Call, FakeAudience, FakeClock, FakeConfidant, FakeHomeserver, FakeIds},
    ids::{
        AgentId, ChatId, ClientKey, EventId, MessageId, RoomId, ServiceSlug, Timestamp, TokenHash,
    },
    ports::{Answer, Clock, Confidant, Ids, Mailer, NoVault, Reception, Store, Vault},
    refusal::DeskError,
    service::{Routing, ServiceSettings},
};
use futures_util::{
    FutureExt,
    future::{Either, select},
};
use store::SqliteStore;
use tempfile::TempDir;

pub const NOON: Timestamp = Timestamp::from_millis(1_700_000_000_000);
/// A test that is not done by then never will be.
pub const PATIENCE: Duration = Duration::from_secs(10);

pub fn agent(name: &str) -> AgentId {
    AgentId::new(format!("@{name}:example.org"))
}

pub fn slug(name: &str) -> ServiceSlug {
    ServiceSlug::new(name)
}

/// Who works where, and how much.
#[derive(Clone, Debug)]
pub struct Staff<'a> {
    pub services: &'a [(&'a str, &'a [&'a str])],
    pub capacity: u32,
}

pub struct Desk {
    pub clock: Arc<FakeClock>,
    pub ids: Arc<FakeIds>,
    pub audience: Arc<FakeAudience>,
    pub homeserver: Arc<FakeHomeserver>,
    pub confidant: Arc<FakeConfidant>,
    vault: Arc<dyn Vault>,
    pub store: Arc<SqliteStore>,
    pub engine: Arc<Engine>,
    pub dispatcher: Arc<Dispatcher>,
    folder: TempDir,
}

/// Runs a test on the desk of `acme`, where these agents work and nobody is online yet. At the end
/// nothing may be left in the outbox.
pub async fn at_a_desk(agents: &[&str], capacity: u32, test: impl AsyncFnOnce(&mut Desk)) {
    let services = [("acme", agents)];
    let staff = Staff {
        services: &services,
        capacity,
    };
    let mut desk = Desk::open(&staff).await;
    desk.settle().await;
    test(&mut desk).await;
    let left = desk.store.lane_heads(10).await.unwrap();
    assert!(left.is_empty(), "left in the outbox: {left:?}");
}

impl Desk {
    pub async fn open(staff: &Staff<'_>) -> Self {
        // In memory where there is such a folder: what is tested here is not the disk.
        let shared_memory = PathBuf::from("/dev/shm");
        let folder = match shared_memory.is_dir() {
            true => TempDir::new_in(shared_memory).unwrap(),
            false => TempDir::new().unwrap(),
        };
        let (clock, ids) = (Arc::new(FakeClock::at(NOON)), Arc::new(FakeIds::default()));
        let (audience, homeserver) = (Arc::default(), Arc::new(FakeHomeserver::default()));
        let store = Arc::new(SqliteStore::open(&url(&folder)).await.unwrap());
        let vault: Arc<dyn Vault> = Arc::new(NoVault);
        let engine = engine(store.clone(), &clock, &ids, &audience, &vault);
        let confidant = Arc::new(FakeConfidant::new(clock.clone()));
        let desk = Self {
            dispatcher: dispatcher(&engine, &homeserver, &confidant),
            confidant,
            vault,
            clock,
            ids,
            audience,
            homeserver,
            store,
            engine,
            folder,
        };
        desk.set_up(staff).await;
        desk
    }

    pub async fn set_up(&self, staff: &Staff<'_>) {
        let setups: Vec<_> = staff
            .services
            .iter()
            .map(|(name, agents)| ServiceSetup {
                slug: slug(name),
                name: format!("{name} help"),
                settings: ServiceSettings {
                    routing: Routing {
                        capacity: staff.capacity,
                        ..Routing::default()
                    },
                    ..ServiceSettings::default()
                },
                agents: agents
                    .iter()
                    .map(|name| AgentSetup {
                        id: agent(name),
                        name: (*name).to_owned(),
                    })
                    .collect(),
            })
            .collect();
        self.engine.set_up(&setups).await.unwrap();
    }

    /// Everything in memory is gone; the database is what it was.
    pub async fn crash(&mut self) {
        self.store = Arc::new(SqliteStore::open(&url(&self.folder)).await.unwrap());
        self.engine = self.another_engine();
        self.dispatch();
    }

    /// From now on what is under masks is kept here.
    pub fn keep_in(&mut self, vault: Arc<dyn Vault>) {
        self.vault = vault;
        self.engine = self.another_engine();
        self.dispatch();
    }

    fn dispatch(&mut self) {
        self.dispatcher = dispatcher(&self.engine, &self.homeserver, &self.confidant);
    }

    /// From now on mails leave by this.
    pub fn with_mail(&mut self, mailer: Arc<dyn Mailer>) {
        let store = self.store.clone();
        let engine = bare(store, &self.clock, &self.ids, &self.audience, &self.vault);
        self.engine = Arc::new(engine.with_mail(true));
        self.dispatcher = Dispatcher::with_mailer(
            self.engine.clone(),
            self.homeserver.clone(),
            "helproom".into(),
            Some(mailer),
        );
    }

    /// A second engine beside the first.
    pub fn another_engine(&self) -> Arc<Engine> {
        let store = self.store.clone();
        engine(store, &self.clock, &self.ids, &self.audience, &self.vault)
    }

    /// From now on the engine and the dispatcher see the database through a store that a test can
    /// break; the test itself does not.
    pub async fn behind_a_brittle_store(&mut self) -> Arc<BrittleStore<SqliteStore>> {
        let store = SqliteStore::open(&url(&self.folder)).await.unwrap();
        let brittle = Arc::new(BrittleStore::new(store));
        self.engine = engine(
            brittle.clone(),
            &self.clock,
            &self.ids,
            &self.audience,
            &self.vault,
        );
        self.dispatch();
        brittle
    }

    /// Where the database's files are.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub async fn connection(&self) -> sqlx::SqliteConnection {
        use sqlx::Connection as _;
        sqlx::SqliteConnection::connect(&url(&self.folder))
            .await
            .unwrap()
    }

    /// Delivers while `work` goes on.
    pub async fn delivering<T>(&self, work: impl Future<Output = T>) -> T {
        let run = pin!(Arc::clone(&self.dispatcher).run());
        let work = pin!(work);
        match tokio::time::timeout(PATIENCE, select(run, work)).await {
            Ok(Either::Right((outcome, _))) => outcome,
            Ok(Either::Left(_)) => panic!("the dispatcher ended"),
            Err(_) => {
                let left = self.store.lane_heads(10).await;
                let sleeper = self.clock.next_sleeper().now_or_never();
                panic!("left {left:?}, asleep until {sleeper:?}");
            }
        }
    }

    pub async fn until_delivered(&self) {
        while self.store.outbox_len().await.unwrap() > 0 {
            tokio::task::yield_now().await;
        }
    }

    /// Delivers all there is.
    pub async fn settle(&self) {
        self.delivering(self.until_delivered()).await;
    }

    /// As [`Self::settle`]; the pause of what could not be done at once passes.
    pub async fn settle_in_time(&self) {
        let passing = async {
            loop {
                let until = self.clock.next_sleeper().await;
                self.clock.move_to(until);
                tokio::task::yield_now().await;
            }
        };
        let both = async {
            select(pin!(self.until_delivered()), pin!(passing)).await;
        };
        self.delivering(both).await;
    }

    pub async fn presence(&self, name: &str, presence: Presence) {
        self.engine
            .presence_seen(&[(agent(name), presence)])
            .await
            .unwrap();
    }

    pub async fn online(&self, names: &[&str]) {
        for name in names {
            self.presence(name, Presence::Online).await;
        }
    }

    pub async fn status(&self, name: &str, status: ChatStatus) {
        let command = format!("!status {}", status.as_str());
        let answer = self.engine.command(&agent(name), &command).await.unwrap();
        assert!(matches!(answer, Answer::Words(_)), "{answer:?}");
    }

    pub async fn try_start(&self, service: &str) -> Result<ChatId, DeskError> {
        let wish = StartChat {
            service: slug(service),
            consent: Some("1".into()),
            name: Some("Kim".into()),
            email: None,
            fields: Default::default(),
            page: None,
            locale: "en".into(),
            earlier: None,
            identity: None,
            token: TokenHash::of(&self.ids.ulid()),
        };
        Ok(self.engine.start_chat(wish).await?.chat)
    }

    /// A customer starts a chat and has its portal.
    pub async fn start(&self) -> ChatId {
        let chat = self.try_start("acme").await.unwrap();
        self.settle().await;
        chat
    }

    /// A customer's chat that the agent has.
    pub async fn start_with(&self, name: &str) -> ChatId {
        let chat = self.start().await;
        self.join(&chat, name).await;
        self.settle().await;
        assert_eq!(self.state(&chat).await, active(name));
        chat
    }

    pub async fn say(&self, chat: &ChatId, text: &str) -> MessageId {
        let sent = self
            .engine
            .customer_message(chat, ClientKey::new(format!("key of {text}")), text.into())
            .await
            .unwrap();
        sent.id
    }

    pub async fn chat(&self, chat: &ChatId) -> Chat {
        self.store.chat(chat).await.unwrap().unwrap()
    }

    pub async fn state(&self, chat: &ChatId) -> ChatState {
        self.chat(chat).await.state
    }

    /// Of an offered chat.
    pub async fn offered_to(&self, chat: &ChatId) -> AgentId {
        match self.state(chat).await {
            ChatState::Offered { agent, .. } => agent,
            other => panic!("not offered but {other:?}"),
        }
    }

    pub async fn portal(&self, chat: &ChatId) -> RoomId {
        self.chat(chat).await.room.expect("the portal is made")
    }

    pub async fn record(&self, chat: &ChatId) -> Vec<ChatEventKind> {
        let events = self.store.events_after(chat, 0, 10_000).await.unwrap();
        let seqs: Vec<u64> = events.iter().map(|event| event.seq).collect();
        let counted: Vec<u64> = (1..).take(seqs.len()).collect();
        assert_eq!(seqs, counted, "numbered without gaps");
        events.into_iter().map(|event| event.what).collect()
    }

    /// The texts in the chat's record as they stand now.
    pub async fn texts(&self, chat: &ChatId) -> Vec<String> {
        let record = self.record(chat).await;
        record
            .into_iter()
            .filter_map(|what| match what {
                ChatEventKind::Message(message) => Some(message.text),
                _ => None,
            })
            .collect()
    }

    /// What the portal shows, the bot's notices included.
    pub async fn shown(&self, chat: &ChatId) -> Vec<String> {
        let timeline = self.homeserver.timeline(&self.portal(chat).await);
        timeline.into_iter().map(|said| said.text).collect()
    }

    /// An event of the portal as the homeserver tells it: stored, not yet taken in.
    pub async fn receive(&self, chat: &ChatId, name: &str, what: RoomEventKind) -> RoomEvent {
        let room = self.portal(chat).await;
        self.receive_in(room, name, what).await
    }

    async fn receive_in(&self, room: RoomId, name: &str, what: RoomEventKind) -> RoomEvent {
        let event = RoomEvent {
            id: EventId::new(format!("${}", self.ids.ulid())),
            room,
            person: agent(name),
            at: self.clock.now(),
            what,
        };
        self.receive_again(&event).await;
        event
    }

    pub async fn happens_in(&self, room: RoomId, name: &str, what: RoomEventKind) {
        let event = self.receive_in(room, name, what).await;
        self.engine.room_event(&event).await.unwrap();
    }

    /// A command typed in a desk room.
    pub async fn tells(&self, room: RoomId, name: &str, text: &str) -> EventId {
        let what = RoomEventKind::Message(Written::plain(text));
        let event = self.receive_in(room, name, what).await;
        self.engine.room_event(&event).await.unwrap();
        event.id
    }

    /// What the bot answered to this message.
    pub fn answer_to(&self, event: &EventId) -> Option<String> {
        let mut calls = self.homeserver.calls().into_iter().rev();
        calls.find_map(|call| match call {
            Call::Answer { to, text, .. } if to == *event => Some(text),
            _ => None,
        })
    }

    pub async fn receive_again(&self, event: &RoomEvent) {
        let received = Received {
            id: event.id.clone(),
            room: event.room.clone(),
            body: format!("{:?}", event.what),
        };
        let mut tx = self.store.begin().await.unwrap();
        tx.receive(&[received], self.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Something happens in the portal and is taken in.
    pub async fn happens(&self, chat: &ChatId, name: &str, what: RoomEventKind) -> EventId {
        let event = self.receive(chat, name, what).await;
        self.engine.room_event(&event).await.unwrap();
        event.id
    }

    pub async fn writes(&self, chat: &ChatId, name: &str, text: &str) -> EventId {
        let what = RoomEventKind::Message(Written::plain(text));
        self.happens(chat, name, what).await
    }

    pub async fn join(&self, chat: &ChatId, name: &str) {
        self.homeserver.join(&self.portal(chat).await, &agent(name));
        self.happens(chat, name, RoomEventKind::Joined).await;
    }

    pub async fn leave(&self, chat: &ChatId, name: &str) {
        self.homeserver
            .leave(&self.portal(chat).await, &agent(name));
        self.happens(chat, name, RoomEventKind::Left).await;
    }

    /// Time passes, what runs out is taken back, and what is due is done.
    pub async fn passes(&self, span: Duration) {
        self.clock.advance(span);
        self.engine.take_back_what_ran_out().await.unwrap();
        self.engine.meet_deadlines().await.unwrap();
    }
}

pub fn active(name: &str) -> ChatState {
    ChatState::Active { agent: agent(name) }
}

fn url(folder: &TempDir) -> String {
    format!("sqlite:{}/desk.db", folder.path().display())
}

fn engine(
    store: Arc<dyn Store>,
    clock: &Arc<FakeClock>,
    ids: &Arc<FakeIds>,
    audience: &Arc<FakeAudience>,
    vault: &Arc<dyn Vault>,
) -> Arc<Engine> {
    Arc::new(bare(store, clock, ids, audience, vault))
}

fn bare(
    store: Arc<dyn Store>,
    clock: &Arc<FakeClock>,
    ids: &Arc<FakeIds>,
    audience: &Arc<FakeAudience>,
    vault: &Arc<dyn Vault>,
) -> Engine {
    let engine = Engine::new(
        store,
        clock.clone(),
        ids.clone(),
        audience.clone(),
        vec![agent("root")],
    );
    let manner = Manner {
        bot: "@helproom:example.org".into(),
        ..Manner::default()
    };
    engine
        .erasing_media(true)
        .with_manner(manner)
        .with_vault(vault.clone())
}

fn dispatcher(
    engine: &Arc<Engine>,
    homeserver: &Arc<FakeHomeserver>,
    confidant: &Arc<FakeConfidant>,
) -> Arc<Dispatcher> {
    Dispatcher::with_helpers(
        engine.clone(),
        homeserver.clone(),
        "helproom".into(),
        None,
        Some(confidant.clone() as Arc<dyn Confidant>),
    )
}
