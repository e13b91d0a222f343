//! An agent with a client of a few lines: plain calls, so that many fit into one test.

use reqwest::Method;
use serde_json::{Map, Value, json};
use xtask::lab::Account;

use crate::world::World;

pub struct Light {
    pub id: String,
    account: Account,
    filter: String,
    since: Option<String>,
    sent: u32,
}

impl Light {
    pub async fn log_in(world: &World, name: &str, service: &str) -> Self {
        let login = world.agent(name, service).await;
        let account = world.lab.account(&login).unwrap();
        // Presence of the others would wake everybody all the time.
        let nothing = json!({"types": []});
        let filter = json!({
            "presence": nothing, "account_data": nothing,
            "room": {"ephemeral": nothing, "account_data": nothing, "timeline": {"limit": 1000}},
        });
        let path = format!("/_matrix/client/v3/user/{}/filter", login.user_id);
        let made = account.call(Method::POST, &path, Some(filter)).await;
        let filter = made.unwrap()["filter_id"].as_str().unwrap().to_owned();
        Self {
            id: login.user_id,
            account,
            filter,
            since: None,
            sent: 0,
        }
    }

    /// One long poll. Presence is what `is_seen` said, not that this client syncs.
    pub async fn sync(&mut self) -> Value {
        let since = match &self.since {
            Some(since) => format!("&timeout=10000&since={since}"),
            None => String::new(),
        };
        let path = format!(
            "/_matrix/client/v3/sync?set_presence=offline&filter={}{since}",
            self.filter
        );
        let sync = self.account.call(Method::GET, &path, None).await.unwrap();
        self.since = Some(sync["next_batch"].as_str().unwrap().to_owned());
        sync
    }

    /// The next sync tells everything.
    pub fn start_over(&mut self) {
        self.since = None;
    }

    /// Synapse forgets `online` after 30 s.
    pub async fn is_seen(&self, presence: &str) {
        let path = format!("/_matrix/client/v3/presence/{}/status", self.id);
        let body = json!({"presence": presence});
        self.account
            .call(Method::PUT, &path, Some(body))
            .await
            .unwrap();
    }

    pub async fn join(&self, room: &str) {
        let path = format!("/_matrix/client/v3/rooms/{room}/join");
        self.account
            .call(Method::POST, &path, Some(json!({})))
            .await
            .unwrap();
    }

    pub async fn say(&mut self, room: &str, text: &str) {
        self.sent += 1;
        let path = format!(
            "/_matrix/client/v3/rooms/{room}/send/m.room.message/{}",
            self.sent
        );
        let body = json!({"msgtype": "m.text", "body": text});
        self.account
            .call(Method::PUT, &path, Some(body))
            .await
            .unwrap();
    }
}

/// The rooms of an answer to `/sync`, by id.
pub fn rooms<'a>(
    sync: &'a Value,
    membership: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let rooms = sync["rooms"][membership].as_object();
    rooms.into_iter().flat_map(Map::iter)
}

/// What the room's part of it says happened, and how things stood before.
pub fn events(room: &Value) -> impl Iterator<Item = &Value> {
    let state = room["state"]["events"].as_array();
    let timeline = room["timeline"]["events"].as_array();
    state.into_iter().chain(timeline).flatten()
}
