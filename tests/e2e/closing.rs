//! A chat ends, is rated and kept; its customer comes back; what is old is forgotten.

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use matrix_sdk::{RoomState, ruma::RoomId};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    agent::Agent,
    customer::{Customer, post, start_body},
    world::{PASSWORD, PATIENCE, Plan, World},
};

const SECRET: &str = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==";

/// As the host page signs it.
fn identity(subject: &str) -> String {
    let claims = json!({"sub": subject, "exp": 4_000_000_000_u64, "name": "Kim Minji"});
    let key = EncodingKey::from_base64_secret(SECRET).unwrap();
    encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()
}

async fn start_as(world: &World, subject: &str) -> Customer {
    let mut body = start_body();
    body["identity"] = identity(subject).into();
    let (status, started) = post(world, "/help-centers/care/chats", body).await;
    assert_eq!(status, StatusCode::CREATED, "{started}");
    Customer::of(world, &started)
}

/// Who is in the room, as the homeserver's own admin sees it.
async fn members(world: &World, admin: &str, room: &RoomId) -> Vec<String> {
    let url = format!(
        "{}/_synapse/admin/v1/rooms/{room}/members",
        world.lab.homeserver_url()
    );
    let answer = Client::new()
        .get(url)
        .bearer_auth(admin)
        .send()
        .await
        .unwrap();
    let answer: Value = answer.json().await.unwrap();
    serde_json::from_value(answer["members"].clone()).unwrap_or_default()
}

async fn ghost_in(world: &World, admin: &str, room: &RoomId) -> String {
    let members = members(world, admin, room).await;
    let ghost = members
        .iter()
        .find(|user| user.starts_with("@helproom_care_"));
    ghost.expect("the ghost is in the room").clone()
}

#[tokio::test]
async fn a_chat_is_closed_rated_kept_resumed_and_followed_by_another_and_at_last_forgotten() {
    let world = World::start(Plan {
        services: &["care"],
        ..Plan::default()
    })
    .await;
    world
        .query(
            "update service set settings = json_set(settings, '$.retention_days', 1, '$.identity_keys',
               json('[{\"id\":\"k1\",\"alg\":\"HS256\",\"secret\":\"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==\"}]'))",
        )
        .await;
    world.lab.register("root", PASSWORD, true).await.unwrap();
    let admin = world
        .lab
        .log_in("root", PASSWORD)
        .await
        .unwrap()
        .access_token;
    let alice = Agent::on_duty(&world, "alice", "care").await;

    let mut first = start_as(&world, "u7").await;
    let portal = alice.accept().await;
    first.until_active().await;
    first.say("k1", "hello").await;
    alice.until_heard(&portal, &["hello".to_owned()]).await;
    alice.say(&portal, "hi Kim").await;
    first.until_heard(&["hi Kim".to_owned()]).await;

    let resume = "/help-centers/care/resume";
    let (status, resumed) = post(&world, resume, json!({"identity": identity("u7")})).await;
    assert_eq!(
        (status, &resumed["chat"]),
        (StatusCode::OK, &json!(first.chat))
    );
    let mut second = Customer::of(&world, &resumed);
    second.until_heard(&["hi Kim".to_owned()]).await;
    let (status, nobody) = post(&world, resume, json!({"identity": identity("u8")})).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "{nobody}");

    alice.say(&portal, "!close answered").await;
    for device in [&mut first, &mut second] {
        device
            .until("the end", |events| {
                let is = |kind: &str| events.iter().any(|event| event["type"] == kind);
                is("rating_request") && is("closed")
            })
            .await;
    }
    let rating = json!({"score": 4, "comment": "very kind"});
    let rated = second
        .request(Method::POST, "/rating")
        .json(&rating)
        .send()
        .await;
    assert_eq!(rated.unwrap().status(), StatusCode::NO_CONTENT);
    alice.until_notice(&portal, "★★★★☆ “very kind”").await;
    let transcript = first
        .request(Method::GET, "/transcript")
        .send()
        .await
        .unwrap();
    let transcript = transcript.text().await.unwrap();
    assert!(
        transcript.contains("Kim Minji: hello\n") && transcript.contains("hi Kim\n"),
        "{transcript}"
    );
    assert!(!transcript.contains("answered"), "{transcript}");

    let mut again = start_as(&world, "u7").await;
    let next = alice.accept().await;
    again.until_active().await;
    assert_ne!(next, portal);
    alice.until_notice(&next, portal.as_str()).await;
    alice.until_notice(&portal, next.as_str()).await;
    let ghost = ghost_in(&world, &admin, &portal).await;
    assert_eq!(ghost, ghost_in(&world, &admin, &next).await);
    alice.say(&next, "!customer").await;
    alice.until_notice(&next, "Identified: yes (u7)").await;

    world.kill_helproom().await;
    world
        .query("update chat set closed_at = 1 where number = 1")
        .await;
    world
        .query("insert or replace into deadline (kind, subject, at) values ('retention', '', 1)")
        .await;
    world.start_helproom().await;
    alice
        .until("the old room gone", || {
            let room = alice.client.get_room(&portal)?;
            (room.state() == RoomState::Left).then_some(())
        })
        .await;
    let emptied = async {
        while !members(&world, &admin, &portal).await.is_empty() {
            // Synapse tells nobody when the last member has left.
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, emptied)
        .await
        .expect("everybody has left");
    let left = world
        .query("select (select count(*) from chat), (select count(*) from consent where subject like 'chat:%')")
        .await;
    assert_eq!(left, ["1|2"]);
    again.say("k9", "still here").await;
    alice.until_heard(&next, &["still here".to_owned()]).await;
}
