//! An agent with a Matrix client (matrix-sdk), who waits by syncing.

use std::sync::{Arc, Mutex};

use matrix_sdk::{
    Client, Room, RoomState, SessionMeta, SessionTokens,
    authentication::matrix::MatrixSession,
    config::SyncSettings,
    ruma::{
        OwnedEventId, OwnedRoomId, RoomId, TransactionId, UserId,
        api::client::{filter::FilterDefinition, sync::sync_events::v3::Filter},
        events::{
            AnySyncTimelineEvent,
            room::{
                member::{MembershipState, StrippedRoomMemberEvent},
                message::RoomMessageEventContent,
            },
        },
        presence::PresenceState,
        serde::Raw,
    },
};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinHandle};
use xtask::lab::Login;

use crate::world::{PASSWORD, PATIENCE, World};

pub struct Agent {
    pub client: Client,
    pub id: String,
    pub(crate) bot: String,
    pub(crate) seen: Arc<Seen>,
    sync: JoinHandle<()>,
}

#[derive(Default)]
pub(crate) struct Seen {
    invites: Mutex<Vec<OwnedRoomId>>,
    pub(crate) timeline: Mutex<Vec<(OwnedRoomId, Value)>>,
    changed: watch::Sender<u64>,
}

impl Seen {
    fn news(&self) {
        self.changed.send_modify(|count| *count += 1);
    }
}

impl Agent {
    /// Logs in and syncs, so presence is online. Not yet in the desk room.
    pub async fn log_in(world: &World, name: &str, service: &str) -> Self {
        Self::with(world, world.agent(name, service).await).await
    }

    /// The client of a log-in, syncing.
    pub async fn with(world: &World, login: Login) -> Self {
        Self::syncing(world, login, settings()).await
    }

    /// As `with`, with a client that never says it is online, as those that sync by sliding sync.
    pub async fn unseen(world: &World, login: Login) -> Self {
        let settings = settings().set_presence(PresenceState::Offline);
        Self::syncing(world, login, settings).await
    }

    async fn syncing(world: &World, login: Login, settings: SyncSettings) -> Self {
        let client = Client::builder()
            .homeserver_url(world.lab.homeserver_url())
            .build()
            .await
            .unwrap();
        let session = MatrixSession {
            meta: SessionMeta {
                user_id: UserId::parse(&login.user_id).unwrap(),
                device_id: login.device_id.as_str().into(),
            },
            tokens: SessionTokens {
                access_token: login.access_token.clone(),
                refresh_token: None,
            },
        };
        client.restore_session(session).await.unwrap();
        let seen = Arc::new(Seen::default());
        let (invited, told) = (Arc::clone(&seen), Arc::clone(&seen));
        let me = login.user_id.clone();
        client.add_event_handler(
            move |event: StrippedRoomMemberEvent, room: Room| async move {
                if event.state_key == me && event.content.membership == MembershipState::Invite {
                    invited
                        .invites
                        .lock()
                        .unwrap()
                        .push(room.room_id().to_owned());
                    invited.news();
                }
            },
        );
        client.add_event_handler(
            move |event: Raw<AnySyncTimelineEvent>, room: Room| async move {
                let event = serde_json::from_str(event.json().get()).unwrap();
                told.timeline
                    .lock()
                    .unwrap()
                    .push((room.room_id().to_owned(), event));
                told.news();
            },
        );
        let syncing = client.clone();
        let sync = tokio::spawn(async move {
            let mut settings = settings;
            loop {
                // `sync` rests for a second between two answers.
                match syncing.sync_once(settings.clone()).await {
                    Ok(answer) => settings = settings.token(answer.next_batch),
                    // A homeserver that is down for a while is what some tests are about.
                    Err(_) => tokio::time::sleep(std::time::Duration::from_millis(200)).await,
                }
            }
        });
        Self {
            client,
            id: login.user_id,
            bot: world.bot(),
            seen,
            sync,
        }
    }

    /// Somebody who is no agent of any service yet.
    pub async fn stranger(world: &World, localpart: &str) -> Self {
        let lab = &world.lab;
        lab.register(localpart, PASSWORD, false).await.unwrap();
        Self::with(world, lab.log_in(localpart, PASSWORD).await.unwrap()).await
    }

    /// Logs in and joins the desk room: from now on it is seen to be online.
    pub async fn on_duty(world: &World, name: &str, service: &str) -> Self {
        let agent = Self::log_in(world, name, service).await;
        let desk = agent.invite().await;
        agent.join(&desk).await;
        world.until_available(service).await;
        agent
    }

    /// The next invitation to a room in which people talk.
    pub async fn invite(&self) -> OwnedRoomId {
        self.invite_to("an invitation", false).await
    }

    /// The next invitation to a space.
    pub async fn invite_to_space(&self) -> OwnedRoomId {
        self.invite_to("an invitation to a space", true).await
    }

    /// A sync may tell an invitation again that was accepted meanwhile.
    async fn invite_to(&self, what: &str, space: bool) -> OwnedRoomId {
        self.until(what, || {
            let mut invites = self.seen.invites.lock().unwrap();
            invites.retain(|room| {
                self.client
                    .get_room(room)
                    .is_none_or(|room| room.state() != RoomState::Joined)
            });
            let fits = |room: &OwnedRoomId| {
                let room = self.client.get_room(room);
                room.is_some_and(|room| room.is_space() == space)
            };
            let at = invites.iter().position(fits)?;
            Some(invites.remove(at))
        })
        .await
    }

    pub async fn join(&self, room: &RoomId) {
        self.client.join_room_by_id(room).await.unwrap();
    }

    /// Accepts the next offer: the portal.
    pub async fn accept(&self) -> OwnedRoomId {
        let portal = self.invite().await;
        self.join(&portal).await;
        portal
    }

    pub async fn say(&self, room: &RoomId, text: &str) -> OwnedEventId {
        let room = self
            .client
            .get_room(room)
            .expect("the agent is in the room");
        room.send(RoomMessageEventContent::text_plain(text))
            .await
            .unwrap()
            .response
            .event_id
    }

    /// As a client replies: the relation and nothing quoted.
    pub async fn reply(&self, room: &RoomId, to: &str, text: &str) -> OwnedEventId {
        let relation = json!({"m.in_reply_to": {"event_id": to}});
        let content = json!({"msgtype": "m.text", "body": text, "m.relates_to": relation});
        self.send(room, content).await
    }

    /// As `say`, while the homeserver may still be starting.
    pub async fn say_until_taken(&self, room: &RoomId, text: &str) {
        let room = self
            .client
            .get_room(room)
            .expect("the agent is in the room");
        let content = RoomMessageEventContent::text_plain(text);
        let key = TransactionId::new();
        while room
            .send(content.clone())
            .with_transaction_id(key.clone())
            .await
            .is_err()
        {}
    }

    /// The texts of others in the room, in order, without the bot's.
    pub fn heard(&self, room: &RoomId) -> Vec<String> {
        let timeline = self.seen.timeline.lock().unwrap();
        let here = timeline
            .iter()
            .filter(|(id, _)| id == room)
            .map(|(_, event)| event);
        here.filter(|event| {
            event["type"] == "m.room.message"
                && event["sender"] != *self.id
                && event["sender"] != *self.bot
        })
        .filter_map(|event| event["content"]["body"].as_str().map(str::to_owned))
        .collect()
    }

    pub async fn until_heard(&self, room: &RoomId, texts: &[String]) {
        self.until(&format!("{} texts", texts.len()), || {
            (self.heard(room).len() >= texts.len()).then_some(())
        })
        .await;
        assert_eq!(self.heard(room), texts);
    }

    /// The bot's event in any room that this is true of.
    pub async fn until_bot(&self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        self.until(what, || {
            let timeline = self.seen.timeline.lock().unwrap();
            timeline
                .iter()
                .map(|(_, event)| event)
                .find(|event| event["sender"] == *self.bot && is(event))
                .cloned()
        })
        .await
    }

    /// The state of the room, as the agent may see it.
    pub async fn state(&self, world: &World, room: &RoomId) -> Vec<Value> {
        let url = format!(
            "{}/_matrix/client/v3/rooms/{room}/state",
            world.lab.homeserver_url()
        );
        let token = self.client.access_token().unwrap();
        let answer = reqwest::Client::new()
            .get(url)
            .bearer_auth(token)
            .send()
            .await
            .unwrap();
        answer.json().await.unwrap()
    }

    /// The bot's notice in this room with these words in it.
    pub async fn until_notice(&self, room: &RoomId, words: &str) {
        self.until_event(words, |id, event| {
            id == room
                && event["sender"] == *self.bot
                && event["content"]["msgtype"] == "m.notice"
                && event["content"]["body"]
                    .as_str()
                    .is_some_and(|body| body.contains(words))
        })
        .await;
    }

    /// The first word of a notice of the bot that begins so.
    pub async fn word_told(&self, room: &RoomId, beginning: &str) -> String {
        let body = |event: &Value| event["content"]["body"].as_str().map(str::to_owned);
        let word = |event: &Value| {
            let body = body(event)?;
            let mut words = body.split_whitespace();
            words
                .find(|word| word.starts_with(beginning) && word.len() > beginning.len())
                .map(str::to_owned)
        };
        let found = self
            .until_event(beginning, |id, event| {
                id == room && event["sender"] == *self.bot && word(event).is_some()
            })
            .await;
        word(&found).expect("the word")
    }

    /// Waits until it is taken out of the room.
    pub async fn until_out_of(&self, room: &RoomId) {
        self.until("that it is out", || {
            let room = self.client.get_room(room)?;
            (room.state() == RoomState::Left).then_some(())
        })
        .await;
    }

    /// What the bot answers to this message: the words of its reply, or its reaction.
    pub async fn answer_to(&self, asked: &OwnedEventId) -> String {
        let relates = |event: &Value, to: &str| event.pointer(to) == Some(&asked.as_str().into());
        let event = self
            .until_bot(&format!("an answer to {asked}"), |event| {
                relates(event, "/content/m.relates_to/m.in_reply_to/event_id")
                    || relates(event, "/content/m.relates_to/event_id")
            })
            .await;
        let content = &event["content"];
        let words = content["body"].as_str();
        let symbol = content["m.relates_to"]["key"].as_str();
        words.or(symbol).unwrap_or_default().to_owned()
    }

    /// Says it: what the bot answers.
    pub async fn told(&self, room: &RoomId, typed: &str) -> String {
        let asked = self.say(room, typed).await;
        self.answer_to(&asked).await
    }

    /// Says it, and the bot's answer has all these words in it.
    pub async fn tell(&self, room: &RoomId, typed: &str, words: &[&str]) {
        let told = self.told(room, typed).await;
        for words in words {
            assert!(told.contains(words), "{typed}: no {words:?} in {told}");
        }
    }

    /// Says with its own client that this is its presence, and waits until Helproom has heard.
    pub async fn is_seen(&self, world: &World, presence: &str) {
        let path = format!("/_matrix/client/v3/presence/{}/status", self.id);
        let login = self.client.access_token().unwrap();
        let account = xtask::lab::Account::nobody(world.lab.homeserver_url()).unwrap();
        account
            .with(&login)
            .call(Method::PUT, &path, Some(json!({"presence": presence})))
            .await
            .unwrap();
        world.until_presence(&self.id, presence).await;
    }

    /// How many of the bot's messages in this room have these words in them.
    pub fn count_of(&self, room: &RoomId, words: &str) -> usize {
        let timeline = self.seen.timeline.lock().unwrap();
        let said = timeline.iter().filter(|(id, event)| {
            id == room
                && event["sender"] == *self.bot
                && event["content"]["body"]
                    .as_str()
                    .is_some_and(|body| body.contains(words))
        });
        said.count()
    }

    pub async fn until_event(&self, what: &str, is: impl Fn(&RoomId, &Value) -> bool) -> Value {
        self.until(what, || {
            let timeline = self.seen.timeline.lock().unwrap();
            timeline
                .iter()
                .find(|(room, event)| is(room, event))
                .map(|(_, event)| event.clone())
        })
        .await
    }

    pub async fn until<T>(&self, what: &str, look: impl Fn() -> Option<T>) -> T {
        let mut changed = self.seen.changed.subscribe();
        let wait = async {
            loop {
                if let Some(found) = look() {
                    return found;
                }
                changed.changed().await.unwrap();
            }
        };
        match tokio::time::timeout(PATIENCE, wait).await {
            Ok(found) => found,
            Err(_) => panic!("{} never saw {what}", self.id),
        }
    }
}

/// With so long a timeline that no sync leaves a gap.
fn settings() -> SyncSettings {
    let mut filter = FilterDefinition::default();
    filter.room.timeline.limit = Some(1000u32.into());
    SyncSettings::default().filter(Filter::FilterDefinition(filter))
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.sync.abort();
    }
}

impl World {
    /// Waits until the help center has somebody for a chat.
    pub async fn until_available(&self, service: &str) {
        let client = reqwest::Client::new();
        let url = format!("{}/api/v1/help-centers/{service}", self.web);
        let wait = async {
            loop {
                let center: Value = client.get(&url).send().await.unwrap().json().await.unwrap();
                if matches!(center["chat"].as_str(), Some("available" | "queue")) {
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait)
            .await
            .expect("the agent is seen online");
    }
}
