//! The floor: an application service that does nothing but send one request
//! and take one transaction, in a room made like a portal.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result};
use axum::{Json, Router, extract::State, routing::any, serve::ListenerExt};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc, task::JoinSet};

use super::agent::{Agent, PATIENCE, client};
use crate::account::Account;

const LOCALPART: &str = "bare_ghost";
const DEVICE: &str = "BARE";

/// What its registration says.
pub(super) struct Registration {
    pub file: PathBuf,
    as_token: String,
    port: u16,
}

impl Registration {
    pub fn write(folder: &Path, server: &str, port: u16) -> Result<Self> {
        let file = folder.join("bare.yaml");
        let as_token = hex::encode(rand::random::<[u8; 32]>());
        let text = serde_yaml_ng::to_string(&json!({
            "id": "bare",
            "url": format!("http://127.0.0.1:{port}"),
            "as_token": as_token,
            "hs_token": hex::encode(rand::random::<[u8; 32]>()),
            "sender_localpart": "bare-sender",
            "rate_limited": false,
            "namespaces": {
                "users": [{"exclusive": true, "regex": format!("@bare_.*:{server}")}],
                "aliases": [],
                "rooms": [],
            },
        }))?;
        fs::write(&file, text)?;
        Ok(Self {
            file,
            as_token,
            port,
        })
    }
}

/// A ghost's bare `PUT send` into one room, with all that Helproom's carry.
pub(super) struct Sender {
    http: Client,
    room: String,
    user: String,
    device: &'static str,
    as_token: String,
}

impl Sender {
    pub fn new(
        homeserver: &str,
        room: &str,
        user: String,
        device: &'static str,
        as_token: String,
    ) -> Result<Self> {
        Ok(Self {
            http: client()?,
            room: format!("{homeserver}/_matrix/client/v3/rooms/{room}/send/m.room.message"),
            user,
            device,
            as_token,
        })
    }

    #[allow(
        clippy::disallowed_methods,
        reason = "the homeserver is told the real time"
    )]
    pub async fn send(&self, key: &str) -> Result<()> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
        let url = format!(
            "{}/{key}?ts={now}&user_id={}&device_id={}",
            self.room, self.user, self.device
        );
        let request = self.http.put(url).bearer_auth(&self.as_token);
        let message = json!({"msgtype": "m.text", "body": key, "m.mentions": {}});
        request.json(&message).send().await?.error_for_status()?;
        Ok(())
    }
}

/// The ghost, its room with the agent, and the listener.
pub(super) struct Bare {
    pub room: String,
    pub sender: Sender,
    transactions: mpsc::UnboundedReceiver<(Instant, Value)>,
    _listener: JoinSet<()>,
}

impl Bare {
    pub async fn start(
        registration: Registration,
        homeserver: &str,
        agent: &mut Agent,
    ) -> Result<Self> {
        let Registration { as_token, port, .. } = registration;
        let (tell, transactions) = mpsc::unbounded_channel();
        let listener = TcpListener::bind(("127.0.0.1", port)).await?;
        let mut task = JoinSet::new();
        task.spawn(listen(listener, tell));
        let (room, user) = open_room(homeserver, &as_token, agent).await?;
        Ok(Self {
            sender: Sender::new(homeserver, &room, user, DEVICE, as_token)?,
            room,
            transactions,
            _listener: task,
        })
    }

    /// When a transaction with this message was read.
    pub async fn hears(&mut self, text: &str) -> Result<Instant> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.transactions.recv()).await;
            let next = next.context("the bare listener did not get a message")?;
            let (at, body) = next.context("the bare listener has ended")?;
            let mut events = body
                .get("events")
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            if events.any(|event| {
                event
                    .pointer("/content/body")
                    .is_some_and(|body| body == text)
            }) {
                return Ok(at);
            }
        }
    }
}

/// As a portal is made: by the service's own user, for a ghost and the agent.
async fn open_room(
    homeserver: &str,
    as_token: &str,
    agent: &mut Agent,
) -> Result<(String, String)> {
    let service = Account::nobody(homeserver)?.with(as_token);
    let client = "/_matrix/client/v3";
    let register = json!({"type": "m.login.application_service", "username": LOCALPART, "inhibit_login": true});
    let ghost = service
        .call(Method::POST, &format!("{client}/register"), Some(register))
        .await?;
    let user = text(&ghost, "user_id")?;
    let device = format!("{client}/devices/{DEVICE}?user_id={user}");
    service.call(Method::PUT, &device, Some(json!({}))).await?;
    let plan = json!({
        "preset": "private_chat", "name": "The floor", "topic": "A bare application service",
        "invite": [user, agent.id],
    });
    let made = service
        .call(Method::POST, &format!("{client}/createRoom"), Some(plan))
        .await?;
    let room = text(&made, "room_id")?;
    let join = format!("{client}/rooms/{room}/join?user_id={user}");
    service.call(Method::POST, &join, Some(json!({}))).await?;
    agent.join(&room).await?;
    Ok((room, user))
}

fn text(answer: &Value, key: &str) -> Result<String> {
    let text = answer.get(key).and_then(Value::as_str);
    Ok(text
        .with_context(|| format!("no {key} in the answer"))?
        .to_owned())
}

type Tell = mpsc::UnboundedSender<(Instant, Value)>;

async fn listen(listener: TcpListener, tell: Tell) {
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    let routes = Router::new().fallback(any(take)).with_state(tell);
    if let Err(error) = axum::serve(listener, routes).await {
        eprintln!("==> the bare listener failed: {error}");
    }
}

async fn take(State(tell): State<Tell>, Json(body): Json<Value>) -> Json<Value> {
    // Nobody listens any more when the bench has ended.
    let _ = tell.send((Instant::now(), body));
    Json(json!({}))
}
