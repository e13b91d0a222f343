//! What the homeserver sends us: repeats, broken events, wrong tokens.

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::{
    agent::Agent,
    customer::Customer,
    world::{World, shared},
};

async fn transaction(world: &World, id: &str, token: &str, events: Value) -> (StatusCode, Value) {
    let url = format!("{}/_matrix/app/v1/transactions/{id}", world.appservice);
    let answer = Client::new()
        .put(url)
        .bearer_auth(token)
        .json(&json!({ "events": events }))
        .send()
        .await
        .unwrap();
    (answer.status(), answer.json().await.unwrap())
}

#[tokio::test]
async fn a_transaction_sent_twice_is_taken_in_once_and_a_broken_event_harms_nobody() {
    let world = shared().await;
    let alice = Agent::on_duty(world, "alice", "repeat").await;
    let mut customer = Customer::start(world, "repeat").await;
    let portal = alice.accept().await;
    customer.until_active().await;
    let message = |id: &str, text: &str| {
        json!({"event_id": id, "room_id": portal, "sender": alice.id, "type": "m.room.message",
               "origin_server_ts": 1, "content": {"msgtype": "m.text", "body": text}})
    };
    let events = json!([message("$one", "one"), {"event_id": "$broken", "type": 7}, "nonsense", message("$two", "two")]);
    for _ in 0..2 {
        let (status, body) = transaction(world, "1", &world.hs_token, events.clone()).await;
        assert_eq!((status, body), (StatusCode::OK, json!({})));
    }
    // The same transaction id with other events is another transaction.
    transaction(
        world,
        "1",
        &world.hs_token,
        json!([message("$three", "three")]),
    )
    .await;
    customer
        .until_heard(&["one", "two", "three"].map(str::to_owned))
        .await;
}

#[tokio::test]
async fn who_is_not_the_homeserver_is_refused_as_the_specification_says() {
    let world = shared().await;
    let (status, body) = transaction(world, "1", "nonsense", json!([])).await;
    assert_eq!(
        (status, body["errcode"].as_str()),
        (StatusCode::FORBIDDEN, Some("M_FORBIDDEN"))
    );
    let client = Client::new();
    for (method, path, token, status, errcode) in [
        (
            "PUT",
            "/_matrix/app/v1/transactions/1",
            "",
            401,
            "M_MISSING_TOKEN",
        ),
        (
            "PUT",
            "/transactions/1?access_token=nonsense",
            "",
            403,
            "M_FORBIDDEN",
        ),
        (
            "GET",
            "/_matrix/app/v1/users/@nobody:lab.test",
            &world.hs_token,
            404,
            "M_NOT_FOUND",
        ),
        (
            "GET",
            "/_matrix/app/v1/rooms/%23nowhere:lab.test",
            &world.hs_token,
            404,
            "M_NOT_FOUND",
        ),
        ("GET", "/users/@helproom:lab.test", &world.hs_token, 200, ""),
        ("POST", "/_matrix/app/v1/ping", &world.hs_token, 200, ""),
        (
            "GET",
            "/_matrix/app/v1/nowhere",
            &world.hs_token,
            404,
            "M_UNRECOGNIZED",
        ),
        (
            "DELETE",
            "/_matrix/app/v1/transactions/1",
            &world.hs_token,
            405,
            "M_UNRECOGNIZED",
        ),
    ] {
        let mut request = client.request(
            method.parse().unwrap(),
            format!("{}{path}", world.appservice),
        );
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.unwrap();
        let found = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap();
        assert_eq!(
            (found, body["errcode"].as_str().unwrap_or_default()),
            (status, errcode),
            "{method} {path}"
        );
    }
    let huge = client
        .put(format!(
            "{}/_matrix/app/v1/transactions/1",
            world.appservice
        ))
        .bearer_auth(&world.hs_token)
        .body(vec![b' '; 16 * 1024 * 1024 + 1])
        .send()
        .await
        .unwrap();
    assert_eq!(huge.status(), StatusCode::PAYLOAD_TOO_LARGE);
}
