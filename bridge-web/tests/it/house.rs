//! A help center `acme` with one agent, and a browser's view of it.

use std::{
    collections::HashMap,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, request},
};
use bridge_web::{Live, WebSettings, router};
use desk::{
    agent::Presence,
    engine::{AgentSetup, Engine, ServiceSetup},
    event::ChatEventKind,
    ids::{AgentId, ChatId, MediaId, RoomId, ServiceSlug, Timestamp},
    ports::{
        self, Audience, Clock, DeliveryError, Doorkeeper, Download, Ids, Media, OpenIdToken,
        Reception,
    },
    service::ServiceSettings,
    store::Store,
};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use store::SqliteStore;
use tempfile::TempDir;
use tower::ServiceExt;

pub const OWN: &str = "https://chat.example.org";
pub const HELP: &str = "https://help.example.org";
pub const ACME: &str = "/api/v1/help-centers/acme";

pub struct House {
    pub router: Router,
    pub engine: Arc<Engine>,
    pub store: Arc<SqliteStore>,
    pub live: Arc<Live>,
    pub media: Arc<Files>,
    pub clock: Arc<Hand>,
    pub ready: Arc<AtomicBool>,
    folder: TempDir,
}

/// A clock moved by hand.
pub struct Hand(AtomicI64);

impl Hand {
    pub fn advance(&self, span: Duration) {
        let span = i64::try_from(span.as_millis()).unwrap();
        self.0.fetch_add(span, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }

    fn sleep_until(&self, _: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::pending())
    }
}

/// Files as the homeserver keeps them; a file that is not here was deleted there.
#[derive(Default)]
pub struct Files(pub Mutex<HashMap<MediaId, Vec<u8>>>);

#[async_trait]
impl Media for Files {
    async fn download(&self, media: &MediaId, most: u64) -> Result<Download, DeliveryError> {
        let found = self.0.lock().unwrap().get(media).cloned();
        let gone = || DeliveryError::Never {
            reason: "gone".into(),
        };
        let bytes = found.ok_or_else(gone)?;
        let size = bytes.len() as u64;
        if size > most {
            return Err(gone());
        }
        let chunks: Vec<_> = bytes.chunks(100).map(|chunk| Ok(chunk.to_vec())).collect();
        Ok(Download {
            size: Some(size),
            bytes: stream::iter(chunks).boxed(),
        })
    }
}

struct Ulids;

impl Ids for Ulids {
    fn ulid(&self) -> String {
        ulid::Ulid::new().to_string()
    }

    fn secret(&self) -> String {
        hex::encode(rand::random::<[u8; 32]>())
    }
}

/// What a homeserver would say: of `alice-token` that it is Alice's, and that she is in one room.
struct Door;

#[async_trait]
impl Doorkeeper for Door {
    async fn person_of(&self, token: &OpenIdToken) -> Result<Option<AgentId>, DeliveryError> {
        let name = token.access_token.strip_suffix("-token");
        let name = name.filter(|_| token.server_name == "example.org");
        Ok(name.map(|name| AgentId::new(format!("@{name}:example.org"))))
    }

    async fn is_in(&self, room: &RoomId, person: &AgentId) -> Result<bool, DeliveryError> {
        Ok(room.as_str() == "!desk:example.org" && *person != agent("carl"))
    }
}

impl House {
    /// The agent is online.
    pub async fn open() -> Self {
        Self::with(ServiceSettings::default()).await
    }

    pub async fn with(settings: ServiceSettings) -> Self {
        Self::fitted(settings, |_| {}).await
    }

    pub async fn fitted(settings: ServiceSettings, fit: impl FnOnce(&mut WebSettings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("desk.db").display());
        let store = Arc::new(SqliteStore::open(&url).await.unwrap());
        let clock = Arc::new(Hand(AtomicI64::new(1_700_000_000_000)));
        let live = Live::new();
        let engine = Engine::new(
            store.clone(),
            clock.clone(),
            Arc::new(Ulids),
            live.clone(),
            vec![agent("root")],
        );
        let engine = Arc::new(engine.with_console(format!("{OWN}/console")));
        let ready = Arc::new(AtomicBool::new(true));
        let mut web = WebSettings::new(OWN.parse().unwrap());
        fit(&mut web);
        let media = Arc::new(Files::default());
        let router = router(
            engine.clone(),
            live.clone(),
            (media.clone(), Arc::new(Door)),
            ready.clone(),
            web,
        );
        let house = Self {
            router,
            engine,
            store,
            live,
            media,
            clock,
            ready,
            folder,
        };
        house.set_up("acme", settings).await;
        house.presence(Presence::Online).await;
        house
    }

    pub async fn set_up(&self, slug: &str, mut settings: ServiceSettings) {
        if settings.origins.is_empty() {
            settings.origins = vec![HELP.into()];
        }
        let setup = ServiceSetup {
            slug: ServiceSlug::new(slug),
            name: "Acme Help".into(),
            settings,
            agents: vec![AgentSetup {
                id: agent("alice"),
                name: "Alice".into(),
            }],
        };
        self.engine.set_up(&[setup]).await.unwrap();
    }

    pub async fn change(&self, slug: &str, settings: ServiceSettings) {
        let mut tx = self.store.begin().await.unwrap();
        let slug = ServiceSlug::new(slug);
        let mut service = tx.find_service(&slug).await.unwrap().unwrap();
        service.settings = ServiceSettings {
            origins: service.settings.origins,
            ..settings
        };
        tx.save_settings(&service).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn presence(&self, presence: Presence) {
        let seen = [(agent("alice"), presence)];
        self.engine.presence_seen(&seen).await.unwrap();
    }

    /// Something that happens in the chat without its customer.
    pub async fn happens(&self, chat: &str, what: &ChatEventKind) {
        let chat = ChatId::new(chat);
        let mut tx = self.store.begin().await.unwrap();
        tx.append(&chat, self.clock.now(), what).await.unwrap();
        tx.commit().await.unwrap();
        self.live.chat_changed(&chat);
    }

    pub fn get(&self, path: &str) -> Ask {
        self.ask("GET", path)
    }

    pub fn post(&self, path: &str, body: &Value) -> Ask {
        let mut ask = self
            .ask("POST", path)
            .header("content-type", "application/json");
        ask.body = body.to_string().into();
        ask
    }

    pub fn ask(&self, method: &str, path: &str) -> Ask {
        Ask {
            router: self.router.clone(),
            request: Request::builder().method(method).uri(path),
            peer: "192.0.2.1:4711".parse().unwrap(),
            body: Vec::new(),
        }
    }

    pub fn start(&self) -> Ask {
        self.post(
            &format!("{ACME}/chats"),
            &json!({"consent": {"version": "1"}}),
        )
    }

    pub async fn started(&self) -> Started {
        let answer = self.start().await_answer().await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let told = answer.json();
        Started {
            chat: told["chat"].as_str().unwrap().into(),
            visitor_token: told["visitor_token"].as_str().unwrap().into(),
        }
    }

    /// All that is kept, as it lies on the disk.
    pub fn files(&self) -> Vec<Vec<u8>> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    }

    /// What the bot answers the admin.
    pub async fn told(&self, text: &str) -> String {
        match self.engine.command(&root(), text).await.unwrap() {
            ports::Answer::Words(words) => words,
            other => panic!("{text}: {other:?}"),
        }
    }

    /// A key made with these options.
    pub async fn key(&self, name: &str, options: &str) -> String {
        let told = self.told(&format!("!apikey create {name} {options}")).await;
        let mut words = told.split_whitespace();
        let key = words.find(|word| word.starts_with("hrk_"));
        key.unwrap_or_else(|| panic!("{told}")).to_owned()
    }

    pub fn write(&self, of: &Started, key: &str, text: &str) -> Ask {
        self.post(&of.path("messages"), &json!({"key": key, "text": text}))
            .bearer(&of.visitor_token)
    }
}

pub fn agent(name: &str) -> AgentId {
    AgentId::new(format!("@{name}:example.org"))
}

/// An admin by the settings.
pub fn root() -> AgentId {
    agent("root")
}

pub struct Started {
    pub chat: String,
    pub visitor_token: String,
}

impl Started {
    pub fn path(&self, call: &str) -> String {
        format!("/api/v1/chats/{}/{call}", self.chat)
    }
}

pub struct Ask {
    router: Router,
    request: request::Builder,
    peer: SocketAddr,
    pub body: Vec<u8>,
}

impl Ask {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub fn method(mut self, method: &str) -> Self {
        self.request = self.request.method(method);
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn origin(self, origin: &str) -> Self {
        self.header("origin", origin)
    }

    pub fn from(mut self, peer: &str) -> Self {
        self.peer = SocketAddr::new(peer.parse().unwrap(), 4711);
        self
    }

    pub async fn await_answer(self) -> Answer {
        let mut request = self.request.body(Body::from(self.body)).unwrap();
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let (parts, body) = self.router.oneshot(request).await.unwrap().into_parts();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: to_bytes(body, usize::MAX).await.unwrap().into(),
        }
    }

    /// Status and code of a refusal, in the one shape.
    pub async fn refused(self) -> (u16, String) {
        let answer = self.await_answer().await;
        let error = &answer.json()["error"];
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|told| !told.is_empty())
        );
        (answer.status, error["code"].as_str().unwrap().into())
    }
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

pub fn refusal(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}
