//! What the server refuses, whatever the page does.

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    agent::Agent,
    customer::{Customer, post, start_body},
    world::{Plan, World, shared},
};

#[tokio::test]
async fn a_chat_without_consent_to_the_current_policy_is_refused_and_leaves_nothing() {
    let world = shared().await;
    let _alice = Agent::on_duty(world, "alice", "consent").await;
    for (consent, code) in [
        (json!(null), "consent_required"),
        (json!({"version": ""}), "consent_required"),
        (json!({"version": "0"}), "consent_outdated"),
    ] {
        let mut body = start_body();
        body["consent"] = consent.clone();
        let (status, answer) = post(world, "/help-centers/consent/chats", body).await;
        assert_eq!(
            (status.as_u16(), answer["error"]["code"].as_str()),
            (409, Some(code)),
            "{consent}: {answer}"
        );
    }
    assert_eq!(
        world
            .query("select count(*) from chat where service = 'consent'")
            .await,
        ["0"]
    );

    Customer::start(world, "consent").await;
    let consents = world
        .query("select version, length(text_hash), at > 0 from consent where service = 'consent'")
        .await;
    assert_eq!(consents, ["1|64|1"]);
}

#[tokio::test]
async fn a_wrong_token_a_foreign_token_and_a_huge_message_are_refused_and_the_service_stays_up() {
    let world = shared().await;
    let _alice = Agent::on_duty(world, "alice", "refusals").await;
    let one = Customer::start(world, "refusals").await;
    let other = Customer::start(world, "refusals").await;
    let call = |token: String, body: String| {
        let url = format!("{}/api/v1/chats/{}/messages", world.web, one.chat);
        async move {
            let request = Client::new()
                .request(Method::POST, url)
                .header("content-type", "application/json");
            let answer = request.bearer_auth(token).body(body).send().await.unwrap();
            let status = answer.status();
            let body: Value = answer.json().await.unwrap();
            (
                status.as_u16(),
                body["error"]["code"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
            )
        }
    };
    let hello = json!({"key": "k", "text": "hello"}).to_string();
    let huge = json!({"key": "k", "text": "a".repeat(10_000_000)}).to_string();
    for (what, token, body, status, code) in [
        (
            "a wrong token",
            "nonsense".to_owned(),
            hello.clone(),
            401,
            "unauthorized",
        ),
        (
            "another chat's token",
            other.token.clone(),
            hello,
            401,
            "unauthorized",
        ),
        ("a 10 MB message", one.token.clone(), huge, 413, "too_large"),
    ] {
        assert_eq!(call(token, body).await, (status, code.to_owned()), "{what}");
    }
    one.say("k", "still here").await;
}

#[tokio::test]
async fn a_thousand_starts_from_one_address_are_limited_and_the_service_stays_up() {
    let world = World::start(Plan {
        services: &["flood"],
        settings: "",
        ..Plan::default()
    })
    .await;
    let _alice = Agent::on_duty(&world, "alice", "flood").await;
    let (client, url) = (
        Client::new(),
        format!("{}/api/v1/help-centers/flood/chats", world.web),
    );
    let mut answers = std::collections::BTreeMap::new();
    for _ in 0..20 {
        let batch = (0..50).map(|_| client.post(&url).json(&start_body()).send());
        for answer in futures_util::future::join_all(batch).await {
            *answers.entry(answer.unwrap().status()).or_insert(0) += 1;
        }
    }
    let started = answers
        .get(&StatusCode::CREATED)
        .copied()
        .unwrap_or_default();
    assert!((10..=15).contains(&started), "{answers:?}");
    assert_eq!(
        answers.get(&StatusCode::TOO_MANY_REQUESTS),
        Some(&(1000 - started)),
        "{answers:?}"
    );
    let center = client
        .get(format!("{}/api/v1/help-centers/flood", world.web))
        .send()
        .await
        .unwrap();
    assert_eq!(center.status(), StatusCode::OK);
}
