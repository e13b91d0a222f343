//! What every handler shares, and the router that ties the handlers together.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    middleware,
    routing::get,
};
use desk::{
    engine::Engine,
    ids::ChatId,
    ports::{Doorkeeper, Media},
};
use ipnet::IpNet;
use url::Url;
use utoipa_axum::router::OpenApiRouter;

use crate::{
    api::{self, openapi},
    body::MAX_BODY,
    console,
    error::ApiError,
    limits::{Gates, Limits},
    live::{Live, Watch},
    origins::{self, Origins},
    pages,
    slots::Slots,
    trace,
};

/// What an operator can set.
#[derive(Clone, Debug)]
pub struct WebSettings {
    /// Where browsers reach this server.
    pub public_url: Url,
    /// Reverse proxies whose `X-Forwarded-For` counts.
    pub trusted_proxies: Vec<IpNet>,
    pub limits: Limits,
    /// Whether transcripts can be mailed.
    pub sends_mail: bool,
    /// Who may show the console in a frame, as a Matrix widget: schemes and origins.
    pub console_clients: Vec<String>,
    /// How often an idle socket is proved to be alive; a peer silent for three is given up.
    pub heartbeat: Duration,
}

/// Element in a browser, and its desktop program.
const CONSOLE_CLIENTS: [&str; 3] = ["https:", "http:", "vector:"];

impl WebSettings {
    pub fn new(public_url: Url) -> Self {
        Self {
            public_url,
            trusted_proxies: Vec::new(),
            limits: Limits::default(),
            sends_mail: false,
            console_clients: CONSOLE_CLIENTS.map(Into::into).into(),
            heartbeat: Duration::from_secs(20),
        }
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub(crate) struct Web(Arc<Shared>);

pub(crate) struct Shared {
    pub engine: Arc<Engine>,
    pub live: Arc<Live>,
    pub media: Arc<dyn Media>,
    pub doorkeeper: Arc<dyn Doorkeeper>,
    pub slots: Slots,
    pub origins: Origins,
    pub gates: Gates,
    pub trusted_proxies: Vec<IpNet>,
    pub heartbeat: Duration,
    pub sends_mail: bool,
    /// As the policy of the console's widget names them.
    pub console_clients: String,
    ready: Arc<AtomicBool>,
}

impl Web {
    fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Acquire)
    }
}

impl Shared {
    pub fn watch(&self, chat: &ChatId) -> Result<Watch, ApiError> {
        self.live.watch(chat).ok_or(ApiError::TooMany {
            after: Duration::from_secs(5),
        })
    }
}

impl Deref for Web {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// All pages and calls. `live` is the audience of `engine`; `media` has the files of agents, `doorkeeper` knows
/// who comes from a room; `ready` turns true when chats can be taken.
///
/// Serve it with `into_make_service_with_connect_info::<SocketAddr>()`: without the peer's
/// address, all clients share one limit.
pub fn router(
    engine: Arc<Engine>,
    live: Arc<Live>,
    (media, doorkeeper): (Arc<dyn Media>, Arc<dyn Doorkeeper>),
    ready: Arc<AtomicBool>,
    settings: WebSettings,
) -> Router {
    let web = Web(Arc::new(Shared {
        gates: Gates::new(&settings.limits, engine.clock()),
        engine,
        live,
        media,
        doorkeeper,
        slots: Slots::default(),
        origins: Origins::new(&settings.public_url),
        trusted_proxies: settings.trusted_proxies,
        heartbeat: settings.heartbeat,
        sends_mail: settings.sends_mail,
        console_clients: pages::clients(&settings.console_clients),
        ready,
    }));
    let (api, document) = OpenApiRouter::with_openapi(openapi::description())
        .nest("/api/v1", api::routes())
        .split_for_parts();
    let document = openapi::document(&document);
    // The fallback comes before the layer, so that a browser's preflight, which no route answers,
    // gets there.
    api.method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(web.clone(), origins::share))
        .route("/api/openapi.json", get(move || openapi::send(document)))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .nest("/api/v1/console", console::routes())
        .merge(pages::routes())
        .fallback(nowhere)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn(trace::request))
        .with_state(web)
}

/// `GET /healthz`: the process is up.
async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: chats can be taken.
async fn readyz(State(web): State<Web>) -> Result<&'static str, ApiError> {
    if web.is_ready() {
        Ok("ready\n")
    } else {
        Err(ApiError::NotReady)
    }
}

async fn nowhere() -> ApiError {
    ApiError::NotFound
}

async fn wrong_method() -> ApiError {
    ApiError::WrongMethod
}
