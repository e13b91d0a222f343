//! One homeserver for all tests, and a bot account of its own for each.

use std::{
    path::PathBuf,
    pin::Pin,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_trait::async_trait;
use bot::{Bot, BotError, BotSettings, Outage};
use desk::{
    agent::Presence,
    ids::{AgentId, Timestamp},
    ports::{Answer, Clock, Reception, StoreError},
};
use matrix_sdk::{Client, authentication::matrix::MatrixSession, ruma::OwnedRoomId};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    sync::{Notify, OnceCell, watch},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use xtask::{
    account::Account,
    lab::{Lab, Options},
};

pub const AS_TOKEN: &str = "as-token-of-the-tests";
pub const GREETING: &str = "Hello, I am the bot of the tests.";
pub const UNREADABLE: &str = "I cannot read this.";

/// Short, because nobody rouses the bots of the tests unless a test says so.
const REST: Duration = Duration::from_millis(250);

static LAB: OnceCell<Lab> = OnceCell::const_new();

pub async fn lab() -> &'static Lab {
    LAB.get_or_init(|| start("shared", Options::default()))
        .await
}

/// `name` keeps the registration files of labs apart.
pub async fn start(name: &str, options: Options) -> Lab {
    let registration = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.yaml"));
    let content = json!({
        "id": "helproom",
        "url": null,
        "as_token": AS_TOKEN,
        "hs_token": "hs-token-of-the-tests",
        "sender_localpart": "k3v9z0q8",
        "receive_ephemeral": true,
        "rate_limited": false,
        "namespaces": {
            "users": [
                { "exclusive": true, "regex": "@helproom:lab\\.test" },
                { "exclusive": true, "regex": "@helproom_.*:lab\\.test" },
            ],
        },
    });
    std::fs::write(&registration, content.to_string()).unwrap();
    Lab::start(Options {
        registrations: vec![registration],
        ..options
    })
    .await
    .unwrap()
}

/// Calls as the application service.
pub fn appservice(lab: &Lab) -> Account {
    Account::nobody(lab.homeserver_url())
        .unwrap()
        .with(AS_TOKEN)
}

/// Everything the bot asked the desk.
#[derive(Default)]
pub struct Desk {
    pub commands: Mutex<Vec<(String, String)>>,
    pub presence: Mutex<Vec<(AgentId, Presence)>>,
}

#[async_trait]
impl Reception for Desk {
    async fn admits(&self, person: &AgentId) -> Result<bool, StoreError> {
        Ok(!person.as_str().contains("stranger"))
    }

    async fn command(&self, person: &AgentId, text: &str) -> Result<Answer, StoreError> {
        let mut commands = self.commands.lock().unwrap();
        commands.push((person.to_string(), text.to_owned()));
        match text {
            "!break" => Err(StoreError::new("the disk is full")),
            _ if text.starts_with('!') => Ok(Answer::Words(format!(
                "answer {} to {text}",
                commands.len()
            ))),
            _ => Ok(Answer::Nothing),
        }
    }

    fn cannot_decrypt(&self) -> String {
        UNREADABLE.into()
    }

    fn greeting(&self) -> String {
        GREETING.into()
    }

    async fn presence(&self, seen: &[(AgentId, Presence)]) -> Result<(), StoreError> {
        self.presence.lock().unwrap().extend_from_slice(seen);
        Ok(())
    }
}

struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Timestamp::from_millis(i64::try_from(now.as_millis()).unwrap())
    }

    fn sleep_until(&self, until: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(until.since(self.now())))
    }
}

/// A bot account with its folder, running or not.
pub struct TestBot {
    pub folder: TempDir,
    pub desk: Arc<Desk>,
    pub outages: Arc<watch::Sender<Vec<Outage>>>,
    pub settings: BotSettings,
    pub news: Arc<Notify>,
    running: Option<(CancellationToken, JoinSet<Result<(), BotError>>)>,
}

impl TestBot {
    /// A bot that nobody has seen before, at work.
    pub async fn start(lab: &Lab, localpart: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = BotSettings {
            homeserver: lab.homeserver_url().parse().unwrap(),
            server_name: lab.server_name().into(),
            localpart: localpart.into(),
            display_name: "Helproom".into(),
            device_id: "HELPROOM".into(),
            store_dir: folder.path().join("bot"),
            passphrase: None,
            rest: REST,
            as_token: AS_TOKEN.into(),
        };
        let mut bot = Self {
            folder,
            desk: Arc::default(),
            outages: Arc::default(),
            settings,
            news: Arc::default(),
            running: None,
        };
        bot.run().await;
        bot
    }

    pub async fn run(&mut self) {
        self.try_run().await.unwrap();
    }

    pub async fn try_run(&mut self) -> Result<(), BotError> {
        let desk: Arc<dyn Reception> = self.desk.clone();
        let outages = self.outages.clone();
        let bot = Bot::connect(self.settings.clone(), desk, Arc::new(WallClock)).await?;
        let bot = bot
            .on_outage(Arc::new(move |outage| {
                outages.send_modify(|seen| seen.push(outage))
            }))
            .roused_by(self.news.clone());
        let cancel = CancellationToken::new();
        let mut tasks = JoinSet::new();
        tasks.spawn(bot.run(cancel.clone()));
        self.running = Some((cancel, tasks));
        Ok(())
    }

    /// Ends it in good order, which must not take long.
    pub async fn stop(&mut self) {
        let (cancel, mut tasks) = self.running.take().unwrap();
        cancel.cancel();
        let ended = tokio::time::timeout(Duration::from_secs(5), tasks.join_next()).await;
        ended
            .expect("the bot ends when it is cancelled")
            .unwrap()
            .unwrap()
            .unwrap();
    }

    pub fn id(&self) -> String {
        format!("@{}:{}", self.settings.localpart, self.settings.server_name)
    }

    pub fn commands(&self) -> Vec<String> {
        self.desk
            .commands
            .lock()
            .unwrap()
            .iter()
            .map(|(_, text)| text.clone())
            .collect()
    }

    /// The rooms that its syncs told it of, read from its folder when it is stopped.
    pub async fn rooms(&self) -> Vec<OwnedRoomId> {
        let session = std::fs::read(self.settings.store_dir.join("session.json")).unwrap();
        let session: MatrixSession = serde_json::from_slice(&session).unwrap();
        let client = Client::builder()
            .homeserver_url(&self.settings.homeserver)
            .sqlite_store(&self.settings.store_dir, None);
        let client = client.build().await.unwrap();
        client.restore_session(session).await.unwrap();
        client
            .rooms()
            .iter()
            .map(|room| room.room_id().to_owned())
            .collect()
    }

    /// The bot's devices, with or without keys.
    pub async fn devices(&self, lab: &Lab) -> Vec<String> {
        let path = format!("/_matrix/client/v3/devices?user_id={}", self.id());
        let answer = appservice(lab)
            .call(reqwest::Method::GET, &path, None)
            .await
            .unwrap();
        let devices = answer["devices"].as_array().unwrap();
        devices
            .iter()
            .map(|device| device["device_id"].as_str().unwrap().to_owned())
            .collect()
    }

    /// A call in the bot's name, past the bot.
    pub async fn call(&self, lab: &Lab, path: &str, body: Value) -> Value {
        let path = format!("/_matrix/client/v3/{path}?user_id={}", self.id());
        appservice(lab)
            .call(reqwest::Method::POST, &path, Some(body))
            .await
            .unwrap()
    }
}
