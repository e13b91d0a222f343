//! Presence of agents, from three sources: pushed in transactions, the bot's own sync, and asked
//! for: at the start, after an outage, when somebody joins, and now and then.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use tokio::sync::Notify;
use tracing::{debug, error};

use desk::{
    agent::Presence,
    engine::Engine,
    ids::AgentId,
    ports::{Homeserver, StoreError},
};

use crate::client::Client;

/// How many people are remembered between two looks; agents are far fewer.
const PENDING: usize = 20_000;
/// How many are asked for at the same time.
const ASKING: usize = 4;
/// Push is quick but not durable, so everybody is asked for this often.
const ROUTINE: Duration = Duration::from_secs(60);
const AFTER_FAILURE: Duration = Duration::from_secs(1);

pub struct PresenceWatch {
    engine: Arc<Engine>,
    homeserver: Arc<dyn Homeserver>,
    client: Arc<Client>,
    /// The newest that was said of each person; `None`: to be asked for.
    pending: Mutex<HashMap<AgentId, Option<Presence>>>,
    /// Who typed or read something lately.
    active: Mutex<BTreeSet<AgentId>>,
    changed: Notify,
}

impl PresenceWatch {
    pub fn new(
        engine: Arc<Engine>,
        homeserver: Arc<dyn Homeserver>,
        client: Arc<Client>,
    ) -> Arc<Self> {
        Arc::new(Self {
            engine,
            homeserver,
            client,
            pending: Mutex::default(),
            active: Mutex::default(),
            changed: Notify::new(),
        })
    }

    /// The homeserver told. Never blocks; only the newest of each person counts.
    pub fn saw(&self, seen: Vec<(AgentId, Presence)>) {
        self.note(
            seen.into_iter()
                .map(|(agent, presence)| (agent, Some(presence))),
        );
    }

    /// They did something in a room of ours. Never blocks.
    pub fn saw_active(&self, people: BTreeSet<AgentId>) {
        if people.is_empty() {
            return;
        }
        if let Ok(mut active) = self.active.lock() {
            let room = PENDING.saturating_sub(active.len());
            active.extend(people.into_iter().take(room));
        }
        self.changed.notify_one();
    }

    /// Asks the homeserver soon.
    pub fn ask(&self, agent: AgentId) {
        self.note([(agent, None)]);
    }

    fn note(&self, news: impl IntoIterator<Item = (AgentId, Option<Presence>)>) {
        let Ok(mut pending) = self.pending.lock() else {
            return;
        };
        for (agent, presence) in news {
            if pending.len() < PENDING || pending.contains_key(&agent) {
                pending.insert(agent, presence);
            }
        }
        if !pending.is_empty() {
            self.changed.notify_one();
        }
    }

    /// Runs for ever; drop it to stop it.
    pub async fn run(self: Arc<Self>) {
        let mut is_new = true;
        loop {
            if let Err(failure) = self.ask_for_all(is_new).await {
                self.pause_after(&failure).await;
                continue;
            }
            let routine = tokio::time::sleep(ROUTINE);
            tokio::pin!(routine);
            loop {
                tokio::select! {
                    () = self.changed.notified() => {
                        if let Err(failure) = self.take_in().await {
                            self.pause_after(&failure).await;
                        }
                    }
                    () = self.client.came_back() => {
                        is_new = true;
                        break;
                    }
                    () = &mut routine => {
                        is_new = self.engine.presence_works().is_none();
                        break;
                    }
                }
            }
        }
    }

    async fn pause_after(&self, failure: &StoreError) {
        error!(
            error = failure as &dyn std::error::Error,
            "presence could not be stored"
        );
        tokio::time::sleep(AFTER_FAILURE).await;
    }

    /// Asks for everybody; of a homeserver that is new to us, first whether that makes sense.
    async fn ask_for_all(&self, is_new: bool) -> Result<(), StoreError> {
        if is_new {
            match self.homeserver.presence_works().await {
                Ok(works) => self.engine.presence_checked(works).await?,
                Err(failure) => debug!(
                    error = &failure as &dyn std::error::Error,
                    "whether presence works could not be asked for"
                ),
            }
        }
        for service in self.engine.store().services().await? {
            for candidate in self.engine.store().agents(&service.slug).await? {
                if candidate.agent.may_chat() {
                    self.ask(candidate.agent.id);
                }
            }
        }
        self.take_in().await
    }

    async fn take_in(&self) -> Result<(), StoreError> {
        let pending = match self.pending.lock() {
            Ok(mut pending) => std::mem::take(&mut *pending),
            Err(_) => return Ok(()),
        };
        let (told, asked): (Vec<_>, Vec<_>) = pending
            .into_iter()
            .partition(|(_, presence)| presence.is_some());
        let told: Vec<_> = told
            .into_iter()
            .filter_map(|(agent, presence)| Some((agent, presence?)))
            .collect();
        self.engine.presence_seen(&told).await?;
        let active: Vec<_> = match self.active.lock() {
            Ok(mut active) => std::mem::take(&mut *active).into_iter().collect(),
            Err(_) => Vec::new(),
        };
        self.engine.activity_seen(&active).await?;
        let answers: Vec<_> = stream::iter(asked)
            .map(|(agent, _)| async {
                if !self.engine.store().is_agent(&agent).await.unwrap_or(false) {
                    return None;
                }
                match self.homeserver.presence_of(&agent).await {
                    Ok(presence) => Some((agent, presence)),
                    Err(failure) => {
                        debug!(
                            error = &failure as &dyn std::error::Error,
                            "presence could not be asked for"
                        );
                        None
                    }
                }
            })
            .buffer_unordered(ASKING)
            .filter_map(std::future::ready)
            .collect()
            .await;
        // What was pushed while we asked is newer than the answer.
        let fresh: Vec<_> = match self.pending.lock() {
            Ok(pending) => answers
                .into_iter()
                .filter(|(agent, _)| !pending.contains_key(agent))
                .collect(),
            Err(_) => answers,
        };
        self.engine.presence_seen(&fresh).await
    }
}
