//! The agent: its long poll, and when what came in.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use reqwest::{Client, Method};
use serde_json::{Map, Value, json};
use tokio::{sync::mpsc, task::JoinSet};

use crate::account::{Account, Login};

pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// A logged-in agent who syncs until it is dropped.
pub(super) struct Agent {
    pub id: String,
    homeserver: String,
    token: String,
    http: Client,
    account: Account,
    /// A sync that was under way may still tell of their invites.
    joined: HashSet<String>,
    syncs: mpsc::UnboundedReceiver<(Instant, Value)>,
    _task: JoinSet<()>,
}

impl Agent {
    pub async fn on_duty(homeserver: &str, login: &Login) -> Result<Self> {
        let http = client()?;
        let (tell, syncs) = mpsc::unbounded_channel();
        let mut task = JoinSet::new();
        let poll = LongPoll {
            http: client()?,
            url: format!("{homeserver}/_matrix/client/v3/sync?set_presence=online"),
            token: login.access_token.clone(),
        };
        task.spawn(async move {
            if let Err(error) = poll.run(&tell).await {
                eprintln!("==> the agent's sync ended: {error:#}");
            }
        });
        Ok(Self {
            id: login.user_id.clone(),
            homeserver: homeserver.to_owned(),
            token: login.access_token.clone(),
            http,
            account: Account::nobody(homeserver)?.with(&login.access_token),
            joined: HashSet::new(),
            syncs,
            _task: task,
        })
    }

    pub async fn join(&mut self, room: &str) -> Result<()> {
        let path = format!("/_matrix/client/v3/rooms/{room}/join");
        self.account
            .call(Method::POST, &path, Some(json!({})))
            .await?;
        self.joined.insert(room.to_owned());
        Ok(())
    }

    /// Who is in the room, with this beginning of their user id.
    pub async fn member(&self, room: &str, beginning: &str) -> Result<String> {
        let path = format!("/_matrix/client/v3/rooms/{room}/joined_members");
        let members = self.account.call(Method::GET, &path, None).await?;
        let joined = members.get("joined").and_then(Value::as_object);
        let mut ids = joined.into_iter().flat_map(Map::keys);
        let member = ids.find(|id| id.starts_with(beginning));
        Ok(member.context("no such member")?.clone())
    }

    /// Sends on a kept connection; returns once the homeserver has answered.
    pub async fn send(&self, room: &str, key: &str) -> Result<()> {
        let url = format!(
            "{}/_matrix/client/v3/rooms/{room}/send/m.room.message/{key}",
            self.homeserver
        );
        let request = self.http.put(url).bearer_auth(&self.token);
        request
            .json(&message(key))
            .send()
            .await?
            .error_for_status()?;
        Ok(())
    }

    /// When a message with this text came.
    pub async fn hears(&mut self, text: &str) -> Result<Instant> {
        let is_it = |event: &Value| {
            event
                .pointer("/content/body")
                .is_some_and(|body| body == text)
        };
        loop {
            let next = self.next().await;
            let (at, sync) = next.context("the agent did not get a message")?;
            if timeline(&sync).any(is_it) {
                return Ok(at);
            }
        }
    }

    /// The next invite: when it came, and the room.
    pub async fn invited(&mut self) -> Result<(Instant, String)> {
        loop {
            let (at, sync) = self.next().await.context("the agent was not invited")?;
            if let Some(room) = self.new_invite(&sync) {
                return Ok((at, room));
            }
        }
    }

    /// A sync with an invite and a sync with a mention; both may be the same.
    pub async fn offered(&mut self) -> Result<(Instant, Instant, String)> {
        let me = self.id.clone();
        let is_mention = |event: &Value| {
            let ids = event.pointer("/content/m.mentions/user_ids");
            ids.and_then(Value::as_array)
                .is_some_and(|ids| ids.iter().any(|id| *id == *me))
        };
        let (mut invited, mut mentioned) = (None, None);
        loop {
            let (at, sync) = self.next().await.context("the agent got no offer")?;
            if let Some(room) = self.new_invite(&sync) {
                invited.get_or_insert((at, room));
            }
            if timeline(&sync).any(is_mention) {
                mentioned.get_or_insert(at);
            }
            if let (Some((invited, room)), Some(mentioned)) = (&invited, mentioned) {
                return Ok((*invited, mentioned, room.clone()));
            }
        }
    }

    fn new_invite(&self, sync: &Value) -> Option<String> {
        let invites = rooms(sync, "/rooms/invite").filter(|(_, invite)| !is_space(invite));
        invites
            .map(|(room, _)| room)
            .find(|room| !self.joined.contains(*room))
            .cloned()
    }

    async fn next(&mut self) -> Result<(Instant, Value)> {
        let sync = tokio::time::timeout(PATIENCE, self.syncs.recv()).await;
        sync.context("nothing came")?.context("the sync has ended")
    }
}

struct LongPoll {
    http: Client,
    url: String,
    token: String,
}

impl LongPoll {
    async fn run(&self, tell: &mpsc::UnboundedSender<(Instant, Value)>) -> Result<()> {
        let mut since = String::new();
        loop {
            let request = self.http.get(format!("{}{since}", self.url));
            let answer = request
                .bearer_auth(&self.token)
                .send()
                .await?
                .error_for_status()?;
            let bytes = answer.bytes().await?;
            let at = Instant::now();
            let sync: Value = serde_json::from_slice(&bytes)?;
            let Some(next) = sync.get("next_batch").and_then(Value::as_str) else {
                bail!("an answer without next_batch");
            };
            since = format!("&timeout=30000&since={next}");
            if tell.send((at, sync)).is_err() {
                return Ok(());
            }
        }
    }
}

/// One that keeps its connection, as clients do.
pub(super) fn client() -> Result<Client> {
    let client = Client::builder()
        .tcp_nodelay(true)
        .timeout(Duration::from_secs(90));
    Ok(client.build()?)
}

pub(super) fn message(text: &str) -> Value {
    json!({"msgtype": "m.text", "body": text})
}

fn timeline(sync: &Value) -> impl Iterator<Item = &Value> {
    rooms(sync, "/rooms/join").flat_map(|(_, room)| {
        let events = room.pointer("/timeline/events").and_then(Value::as_array);
        events.into_iter().flatten()
    })
}

fn rooms<'a>(sync: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let rooms = sync.pointer(pointer).and_then(Value::as_object);
    rooms.into_iter().flat_map(Map::iter)
}

/// Whether an invitation is to a room that lists others.
fn is_space(invite: &Value) -> bool {
    let events = invite.pointer("/invite_state/events");
    let mut events = events.and_then(Value::as_array).into_iter().flatten();
    events.any(|event| event.pointer("/content/type").and_then(Value::as_str) == Some("m.space"))
}
