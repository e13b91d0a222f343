//! Rating a chat, taking its transcript, and coming back as an identified person.

use std::time::Duration;

use desk::{
    event::{Author, ChatEventKind, Message},
    ids::{ChatId, MessageId},
    service::{IdentityKey, KeyMaterial, ServiceSettings},
    store::{CareReads, Store},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

use crate::house::{ACME, Ask, House, Started, refusal};

const SECRET: &str = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==";
const NOW: i64 = 1_700_000_000;

async fn with_identities() -> House {
    House::with(ServiceSettings {
        identity_keys: vec![IdentityKey {
            id: "k1".into(),
            key: KeyMaterial::Hs256 {
                secret: SECRET.into(),
            },
        }],
        ..ServiceSettings::default()
    })
    .await
}

fn jwt(claims: &Value) -> String {
    let key = EncodingKey::from_base64_secret(SECRET).unwrap();
    encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
}

fn of(subject: &str) -> String {
    jwt(&json!({"sub": subject, "exp": NOW + 300}))
}

fn start_as(house: &House, identity: &str) -> Ask {
    let body = json!({"consent": {"version": "1"}, "identity": identity,
                      "customer": {"name": "typed", "email": "typed@example.org"}, "locale": "en"});
    house.post(&format!("{ACME}/chats"), &body)
}

fn resume(house: &House, identity: &str) -> Ask {
    house.post(&format!("{ACME}/resume"), &json!({ "identity": identity }))
}

async fn started(ask: Ask) -> Started {
    let answer = ask.await_answer().await;
    assert!([200, 201].contains(&answer.status), "{}", answer.text());
    let told = answer.json();
    Started {
        chat: told["chat"].as_str().unwrap().into(),
        visitor_token: told["visitor_token"].as_str().unwrap().into(),
    }
}

async fn customer_of(house: &House, started: &Started) -> desk::customer::Customer {
    let chat = house.store.chat(&ChatId::new(&started.chat)).await;
    let customer = chat.unwrap().unwrap().customer;
    house.store.customer(&customer).await.unwrap().unwrap()
}

fn rate(house: &House, of: &Started, body: &Value) -> Ask {
    house
        .post(&of.path("rating"), body)
        .bearer(&of.visitor_token)
}

async fn asked(house: &House) -> Started {
    let started = house.started().await;
    let mut tx = house.store.begin().await.unwrap();
    tx.save_rating(&desk::rating::Rating {
        chat: ChatId::new(&started.chat),
        asked_at: desk::ids::Timestamp::from_millis(NOW * 1_000),
        given: None,
    })
    .await
    .unwrap();
    tx.commit().await.unwrap();
    started
}

async fn close(house: &House, of: &Started) {
    let close = house.ask("POST", &of.path("close"));
    let answer = close.bearer(&of.visitor_token).await_answer().await;
    assert_eq!(answer.status, 204);
}

#[tokio::test]
async fn a_rating_is_one_to_five_with_a_short_comment() {
    let house = House::open().await;
    let chat = asked(&house).await;
    for (body, status, code) in [
        (json!({"score": 0}), 422, "invalid"),
        (json!({"score": 6}), 422, "invalid"),
        (json!({"score": -1}), 422, "invalid"),
        (json!({"score": 4.5}), 422, "invalid"),
        (json!({"comment": "good"}), 422, "invalid"),
        (
            json!({"score": 5, "comment": "a".repeat(501)}),
            422,
            "invalid",
        ),
    ] {
        let refused = rate(&house, &chat, &body).refused().await;
        assert_eq!(refused, refusal(status, code), "{body}");
    }
    let good = json!({"score": 5, "comment": "친절했어요 😀"});
    assert_eq!(rate(&house, &chat, &good).await_answer().await.status, 204);
    let rating = house.store.rating(&ChatId::new(&chat.chat)).await.unwrap();
    let given = rating.unwrap().given.unwrap();
    assert_eq!(
        (given.score, given.comment.as_deref()),
        (5, Some("친절했어요 😀"))
    );
}

#[tokio::test]
async fn a_chat_that_was_not_asked_about_or_is_long_over_cannot_be_rated() {
    let house = House::open().await;
    let unasked = house.started().await;
    let score = json!({"score": 3});
    let refused = rate(&house, &unasked, &score).refused().await;
    assert_eq!(refused, refusal(409, "rating_closed"));

    let chat = asked(&house).await;
    close(&house, &chat).await;
    let week = Duration::from_secs(7 * 24 * 3600);
    house.clock.advance(week - Duration::from_secs(1));
    assert_eq!(rate(&house, &chat, &score).await_answer().await.status, 204);
    let other = json!({"score": 1});
    assert_eq!(rate(&house, &chat, &other).await_answer().await.status, 204);
    house.clock.advance(Duration::from_secs(1));
    let refused = rate(&house, &chat, &score).refused().await;
    assert_eq!(refused, refusal(409, "rating_closed"));
}

#[tokio::test]
async fn a_transcript_is_a_text_file_that_is_not_kept_by_caches() {
    let house = House::open().await;
    let chat = house.started().await;
    house.write(&chat, "k1", "안녕하세요").await_answer().await;
    let said = ChatEventKind::Message(Message {
        id: MessageId::new("m1"),
        key: None,
        from: Author::Agent {
            name: "Alice".into(),
        },
        text: "hi".into(),
        html: None,
        reply_to: None,
        attachment: None,
        masked: false,
    });
    house.happens(&chat.chat, &said).await;
    let transcript = || {
        let get = house.get(&chat.path("transcript"));
        get.bearer(&chat.visitor_token)
    };
    let answer = transcript().await_answer().await;
    assert_eq!(answer.status, 200);
    for (header, value) in [
        ("content-type", "text/plain; charset=utf-8"),
        ("content-disposition", "attachment; filename=\"acme-1.txt\""),
        ("cache-control", "no-store"),
    ] {
        assert_eq!(answer.header(header), Some(value));
    }
    let text = answer.text();
    assert!(
        text.contains("You: 안녕하세요") && text.contains("Alice: hi"),
        "{text}"
    );
    for _ in 0..9 {
        assert_eq!(transcript().await_answer().await.status, 200);
    }
    assert_eq!(transcript().refused().await, refusal(429, "too_many"));
}

#[tokio::test]
async fn a_transcript_is_mailed_three_times_at_most_where_mail_is_set() {
    let silent = House::open().await;
    let chat = silent.started().await;
    let mail = |house: &House, chat: &Started, email: &str| {
        let ask = house.post(&chat.path("transcript"), &json!({ "email": email }));
        ask.bearer(&chat.visitor_token)
    };
    let refused = mail(&silent, &chat, "kim@example.org").refused().await;
    assert_eq!(refused, refusal(409, "mail_disabled"));

    let house = House::fitted(Default::default(), |web| web.sends_mail = true).await;
    let told = house.get(ACME).await_answer().await.json();
    assert_eq!(told["transcript_mail"], true);
    let chat = house.started().await;
    for email in ["", "kim", "kim@example.org\r\nbcc: lee@example.org"] {
        let refused = mail(&house, &chat, email).refused().await;
        assert_eq!(refused, refusal(422, "invalid"), "{email}");
    }
    for _ in 0..3 {
        let answer = mail(&house, &chat, "kim@example.org").await_answer().await;
        assert_eq!(answer.status, 202);
    }
    let refused = mail(&house, &chat, "kim@example.org").refused().await;
    assert_eq!(refused, refusal(429, "too_many"));
}

#[tokio::test]
async fn an_identified_person_is_one_customer_whose_claims_count_more_than_what_was_typed() {
    let house = with_identities().await;
    let claims = json!({"sub": "u7", "exp": NOW + 300, "name": "김민지", "locale": "ko"});
    let one = started(start_as(&house, &jwt(&claims))).await;
    let customer = customer_of(&house, &one).await;
    assert_eq!(customer.name.as_deref(), Some("김민지"));
    assert_eq!(customer.email.as_deref(), Some("typed@example.org"));
    assert_eq!(customer.subject.as_deref(), Some("u7"));
    let chat = house.store.chat(&ChatId::new(&one.chat)).await.unwrap();
    assert_eq!(chat.unwrap().locale, "ko");

    let elsewhere = started(start_as(&house, &of("u7")).from("192.0.2.9")).await;
    assert_eq!(customer_of(&house, &elsewhere).await.id, customer.id);
    let somebody = started(start_as(&house, &of("u8"))).await;
    assert_ne!(customer_of(&house, &somebody).await.id, customer.id);
}

#[tokio::test]
async fn an_identity_counts_more_than_a_token_and_a_token_makes_nobody_identified() {
    let house = with_identities().await;
    let anonymous = house.started().await;
    let kim = started(start_as(&house, &of("kim")).bearer(&anonymous.visitor_token)).await;
    let lee = started(start_as(&house, &of("lee")).bearer(&kim.visitor_token)).await;
    let logged_out = started(house.start().bearer(&lee.visitor_token)).await;
    let kim_again = started(start_as(&house, &of("kim")).bearer(&lee.visitor_token)).await;
    let mut ids = Vec::new();
    for start in [&anonymous, &kim, &lee, &logged_out] {
        ids.push(customer_of(&house, start).await.id);
    }
    assert_eq!(customer_of(&house, &kim_again).await.id, ids[1]);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 4, "four different customers");
}

#[tokio::test]
async fn a_second_device_resumes_the_open_chat_with_a_token_of_its_own() {
    let house = with_identities().await;
    assert_eq!(
        resume(&house, &of("u7")).refused().await,
        refusal(404, "no_open_chat")
    );
    let first = started(start_as(&house, &of("u7"))).await;
    let second = started(resume(&house, &of("u7"))).await;
    assert_eq!(second.chat, first.chat);
    assert_ne!(second.visitor_token, first.visitor_token);
    for device in [&first, &second] {
        let answer = house.write(device, &device.visitor_token[..8], "hello");
        assert_eq!(answer.await_answer().await.status, 200);
    }
    assert_eq!(
        resume(&house, &of("u8")).refused().await,
        refusal(404, "no_open_chat")
    );
    close(&house, &second).await;
    assert_eq!(
        resume(&house, &of("u7")).refused().await,
        refusal(404, "no_open_chat")
    );
    let back = started(start_as(&house, &of("u7"))).await;
    let chat = house.store.chat(&ChatId::new(&back.chat)).await.unwrap();
    assert_eq!(chat.unwrap().previous, Some(ChatId::new(&first.chat)));
}

#[tokio::test]
async fn an_identity_that_does_not_hold_is_refused_without_an_echo() {
    let house = with_identities().await;
    let forged = of("u7-secret").replace('.', ".e");
    for identity in [
        forged.as_str(),
        "",
        "secret",
        &jwt(&json!({"sub": "u7-secret", "exp": NOW - 61})),
        &jwt(&json!({"sub": "u7-secret", "exp": NOW + 9, "aud": "other"})),
        &jwt(&json!({"exp": NOW + 9})),
    ] {
        for ask in [start_as(&house, identity), resume(&house, identity)] {
            let answer = ask.await_answer().await;
            assert_eq!(answer.status, 401, "{identity}");
            assert_eq!(answer.json()["error"]["code"], "identity_invalid");
            assert!(answer.header("www-authenticate").is_some());
            assert!(!answer.text().contains("secret"), "{}", answer.text());
            // Starts are limited.
            house.clock.advance(Duration::from_secs(6));
        }
    }
    let without_keys = House::open().await;
    let refused = start_as(&without_keys, &of("u7")).refused().await;
    assert_eq!(refused, refusal(401, "identity_invalid"));
}
