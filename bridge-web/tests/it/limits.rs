//! Rates, by address and by chat.

use std::time::Duration;

use serde_json::json;

use crate::house::{ACME, House, refusal};

#[tokio::test]
async fn the_eleventh_start_in_a_minute_from_one_address_is_refused_and_told_when_to_return() {
    let house = House::open().await;
    for n in 1..=10 {
        // Whoever is directly connected may write what it likes.
        let start = house
            .start()
            .header("x-forwarded-for", &format!("203.0.113.{n}"));
        assert_eq!(start.await_answer().await.status, 201, "start {n}");
    }
    let start = house.start().header("x-forwarded-for", "203.0.113.99");
    let answer = start.await_answer().await;
    assert_eq!(
        (answer.status, &answer.json()["error"]["code"]),
        (429, &json!("too_many"))
    );
    assert_eq!(answer.header("retry-after"), Some("6"));
    assert_eq!(answer.json()["error"]["retry_after_s"], 6);
    let elsewhere = house.start().from("192.0.2.2").await_answer().await;
    assert_eq!(elsewhere.status, 201);
    house.clock.advance(Duration::from_secs(6));
    assert_eq!(house.start().await_answer().await.status, 201);
    assert_eq!(house.start().await_answer().await.status, 429);
}

#[tokio::test]
async fn behind_a_trusted_proxy_each_client_has_its_own_limit() {
    let house = House::fitted(Default::default(), |web| {
        web.trusted_proxies = vec!["192.0.2.1/32".parse().unwrap()];
        web.limits.starts_per_minute = 1;
    })
    .await;
    let start = async |client: &str| {
        let start = house.start().header("x-forwarded-for", client);
        start.await_answer().await.status
    };
    assert_eq!(start("203.0.113.1").await, 201);
    assert_eq!(start("203.0.113.2").await, 201);
    assert_eq!(start("203.0.113.1").await, 429);
    // The left part is the client's own invention.
    assert_eq!(start("198.51.100.9, 203.0.113.1").await, 429);
}

#[tokio::test]
async fn messages_are_limited_by_chat_inquiries_and_looks_by_address() {
    let house = House::fitted(Default::default(), |web| {
        web.limits.messages_per_minute = 2;
        web.limits.inquiries_per_minute = 1;
        web.limits.reads_per_minute = 1;
    })
    .await;
    let (one, two) = (house.started().await, house.started().await);
    for key in ["a", "b"] {
        assert_eq!(
            house.write(&one, key, "hello").await_answer().await.status,
            200
        );
    }
    let third = house.write(&one, "c", "hello");
    assert_eq!(third.refused().await, refusal(429, "too_many"));
    assert_eq!(
        house.write(&two, "a", "hello").await_answer().await.status,
        200
    );

    let inquiry = json!({"consent": {"version": "1"}, "email": "kim@example.org",
                         "subject": "Refund", "message": "please"});
    let inquire = || house.post(&format!("{ACME}/inquiries"), &inquiry);
    assert_eq!(inquire().await_answer().await.status, 201);
    assert_eq!(inquire().refused().await, refusal(429, "too_many"));

    assert_eq!(house.get(ACME).await_answer().await.status, 200);
    assert_eq!(house.get(ACME).refused().await, refusal(429, "too_many"));
    let events = || house.get(&one.path("events")).bearer(&one.visitor_token);
    assert_eq!(events().await_answer().await.status, 200);
    assert_eq!(events().refused().await, refusal(429, "too_many"));
}
