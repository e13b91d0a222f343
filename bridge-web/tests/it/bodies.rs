//! What is no call at all is answered in the one error shape too.

use std::sync::atomic::Ordering;

use serde_json::json;

use crate::house::{ACME, House, refusal};

#[tokio::test]
async fn what_is_no_call_is_refused_in_the_one_shape() {
    let house = House::open().await;
    let started = house.started().await;
    let with = |ask: crate::house::Ask| ask.bearer(&started.visitor_token);
    let chats = format!("{ACME}/chats");
    let mut broken = house.post(&chats, &json!({}));
    broken.body = b"{\"consent\":".to_vec();
    let mut untyped = house.ask("POST", &chats);
    untyped.body = b"{}".to_vec();
    for (ask, status, code) in [
        (house.get("/nowhere"), 404, "not_found"),
        (house.get("/api/v1/nowhere"), 404, "not_found"),
        (house.get("/assets/nothing.js"), 404, "not_found"),
        (house.ask("DELETE", ACME), 405, "wrong_method"),
        (house.get(&chats), 405, "wrong_method"),
        (house.ask("POST", "/widget.js"), 405, "wrong_method"),
        (broken, 400, "malformed"),
        (untyped, 415, "wrong_content_type"),
        (
            with(house.get(&started.path("events?since=x"))),
            400,
            "malformed",
        ),
        (
            with(house.get(&started.path("events?since=-1"))),
            400,
            "malformed",
        ),
        (
            with(house.get(&started.path("events?wait=soon"))),
            400,
            "malformed",
        ),
        (
            with(house.get(&started.path("socket"))),
            426,
            "not_a_socket",
        ),
        (
            with(house.get(&started.path("socket?since=x"))),
            400,
            "malformed",
        ),
    ] {
        assert_eq!(ask.refused().await, refusal(status, code));
    }
}

#[tokio::test]
async fn a_body_of_10_mb_is_refused_and_one_of_64_kib_is_not() {
    let house = House::open().await;
    let started = house.started().await;
    let large = house.write(&started, "k", &"a".repeat(10_000_000));
    assert_eq!(large.refused().await, refusal(413, "too_large"));
    let mut full = house.write(&started, "k", "hello");
    full.body.resize(64 * 1024, b' ');
    assert_eq!(full.await_answer().await.status, 200);
}

#[tokio::test]
async fn the_process_is_up_before_it_is_ready() {
    let house = House::open().await;
    house.ready.store(false, Ordering::Release);
    assert_eq!(house.get("/healthz").await_answer().await.status, 200);
    assert_eq!(
        house.get("/readyz").refused().await,
        refusal(503, "unavailable")
    );
    house.ready.store(true, Ordering::Release);
    assert_eq!(house.get("/readyz").await_answer().await.status, 200);
}

#[tokio::test]
async fn answers_with_secrets_are_not_cached() {
    let house = House::open().await;
    let started = house.start().await_answer().await;
    assert_eq!(started.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let house = House::open().await;
    let answer = house.ask("DELETE", ACME).await_answer().await;
    assert_eq!(answer.header("allow"), Some("GET,HEAD"));
}
