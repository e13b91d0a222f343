//! The scripted agent on a real Synapse, with plain users in Helproom's place.

use reqwest::Method;

use super::*;
use crate::lab::{self, Lab};

#[tokio::test]
async fn it_joins_greets_and_answers() {
    let lab = Lab::start(lab::Options::default()).await.unwrap();
    lab.register("alice", "a", false).await.unwrap();
    // Names as Helproom's, but ordinary users here.
    let kim = lab.register("helproom_acme_1", "k", false).await.unwrap();
    let agent = AgentBot::log_in(Options {
        homeserver: lab.homeserver_url().to_owned(),
        user: "alice".to_owned(),
        password: "a".to_owned(),
        name: "Alice".to_owned(),
        bot: "@helproom:lab.test".to_owned(),
        typing: Duration::ZERO,
    });
    let agent = agent.await.unwrap();
    let kim = lab.account(&kim).unwrap();
    let chat = async {
        let room = json!({"invite": ["@alice:lab.test"]});
        let path = "/_matrix/client/v3/createRoom";
        let room = kim.call(Method::POST, path, Some(room)).await.unwrap();
        let room = room["room_id"].as_str().unwrap();
        let mut since = hear(&kim, "", "Hi, this is Alice. How can I help?").await;
        for text in ["Where is my order?", "thanks"] {
            let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{text:?}");
            let path = path.replace([' ', '"', '?'], "");
            let body = json!({"msgtype": "m.text", "body": text});
            kim.call(Method::PUT, &path, Some(body)).await.unwrap();
            since = hear(&kim, &since, &script::answer(text, 1)).await;
        }
    };
    let patience = tokio::time::timeout(Duration::from_secs(60), chat);
    tokio::select! {
        ended = agent.run() => panic!("{ended:?}"),
        chat = patience => chat.unwrap(),
    }
}

/// Syncs until somebody says `text`.
async fn hear(kim: &Account, since: &str, text: &str) -> String {
    let mut since = since.to_owned();
    loop {
        let query = if since.is_empty() {
            String::new()
        } else {
            format!("?timeout=10000&since={since}")
        };
        let path = format!("/_matrix/client/v3/sync{query}");
        let sync = kim.call(Method::GET, &path, None).await.unwrap();
        since = sync["next_batch"].as_str().unwrap().to_owned();
        if sync.to_string().contains(text) {
            return since;
        }
    }
}
