//! Starting, writing, ending, and leaving an inquiry.

use desk::{
    agent::Presence,
    ids::{ChatId, ServiceSlug, TokenHash},
    service::{Consent, Field, ServiceSettings},
    store::Store,
};
use serde_json::{Value, json};

use crate::house::{ACME, House, refusal};

#[tokio::test]
async fn a_help_center_says_what_it_offers() {
    let house = House::with(ServiceSettings {
        fields: vec![Field {
            name: "topic".into(),
            label: "Topic".into(),
            required: false,
        }],
        ..ServiceSettings::default()
    })
    .await;
    let answer = house.get(ACME).await_answer().await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), Some("public, max-age=2"));
    let mut told = answer.json();
    let text = told["consent"]["text"].take();
    assert!(text.as_str().is_some_and(|text| text.contains("answer")));
    assert_eq!(
        told,
        json!({
            "name": "Acme Help",
            "chat": "available",
            "consent": {"version": "1", "text": null, "url": null},
            "fields": [{"name": "topic", "label": "Topic", "required": false}],
            "queue": {"waiting": 0, "wait_s": null},
            "contact": true,
            "greeting": null,
            "hours": null,
            "theme": {"accent": null, "position": null},
            "rating": true,
            "transcript_mail": false,
            "attachments": {"max_bytes": 10 << 20, "types": desk::service::Attachments::default().types},
            "locales": ["en", "ko"],
        })
    );
}

#[tokio::test]
async fn availability_follows_the_agents_and_the_switches() {
    let house = House::open().await;
    let chat = async || house.get(ACME).await_answer().await.json()["chat"].clone();
    assert_eq!(chat().await, "available");
    for _ in 0..3 {
        house.started().await;
    }
    assert_eq!(chat().await, "queue");
    house.presence(Presence::Offline).await;
    assert_eq!(chat().await, "absent");
    house.change("acme", switched_off()).await;
    assert_eq!(chat().await, "disabled");
}

fn switched_off() -> ServiceSettings {
    ServiceSettings {
        help_center_chat: false,
        contact: false,
        ..ServiceSettings::default()
    }
}

#[tokio::test]
async fn a_started_chat_waits_and_only_the_hash_of_its_token_is_stored() {
    let house = House::open().await;
    let started = house.started().await;
    let chat = ChatId::new(&started.chat);
    assert_eq!(started.visitor_token.len(), 64);
    let hash = TokenHash::of(&started.visitor_token);
    assert!(house.store.access(&chat, &hash).await.unwrap());
    let raw = TokenHash::of(hash.as_str());
    assert!(!house.store.access(&chat, &raw).await.unwrap());
}

#[tokio::test]
async fn details_fields_and_page_are_kept() {
    let house = House::with(ServiceSettings {
        fields: vec![Field {
            name: "topic".into(),
            label: "Topic".into(),
            required: true,
        }],
        ..ServiceSettings::default()
    })
    .await;
    let wish = json!({
        "consent": {"version": "1"},
        "customer": {"name": "김민지", "email": "kim@example.org"},
        "fields": {"topic": "billing"},
        "page": {"url": "https://help.example.org/faq", "title": "FAQ"},
        "locale": "ko",
        "something": "ignored",
    });
    let answer = house
        .post(&format!("{ACME}/chats"), &wish)
        .await_answer()
        .await;
    assert_eq!(
        (answer.status, &answer.json()["state"]),
        (201, &json!("waiting"))
    );
    let chat = ChatId::new(answer.json()["chat"].as_str().unwrap());
    let chat = house.store.chat(&chat).await.unwrap().unwrap();
    assert_eq!(chat.fields["topic"], "billing");
    assert_eq!(chat.page.unwrap().title.as_deref(), Some("FAQ"));
    assert_eq!(chat.locale, "ko");
    let customer = house.store.customer(&chat.customer).await.unwrap().unwrap();
    assert_eq!(customer.name.as_deref(), Some("김민지"));
}

#[tokio::test]
async fn an_earlier_visitor_token_makes_it_the_same_customer() {
    let house = House::open().await;
    let earlier = house.started().await;
    let customer = async |chat: &str| {
        let chat = house.store.chat(&ChatId::new(chat)).await.unwrap();
        chat.unwrap().customer
    };
    let again = house
        .start()
        .bearer(&earlier.visitor_token)
        .await_answer()
        .await;
    let stranger = house.started().await;
    let first = customer(&earlier.chat).await;
    assert_eq!(
        customer(again.json()["chat"].as_str().unwrap()).await,
        first
    );
    assert_ne!(customer(&stranger.chat).await, first);
}

#[tokio::test]
async fn a_chat_without_consent_to_the_current_version_is_refused() {
    let consent = Consent {
        version: "2".into(),
        ..Consent::default()
    };
    let house = House::with(ServiceSettings {
        consent,
        ..ServiceSettings::default()
    })
    .await;
    for (wish, status, code) in [
        (json!({}), 409, "consent_required"),
        (json!({"consent": null}), 409, "consent_required"),
        (json!({"consent": {}}), 409, "consent_required"),
        (
            json!({"consent": {"version": "1"}}),
            409,
            "consent_outdated",
        ),
        (json!({"consent": {"version": 2}}), 422, "invalid"),
        (json!({"consent": true}), 422, "invalid"),
    ] {
        let refused = house.post(&format!("{ACME}/chats"), &wish).refused().await;
        assert_eq!(refused, refusal(status, code), "{wish}");
        let inquiry = house.post(&format!("{ACME}/inquiries"), &inquiry(&wish["consent"]));
        if status == 409 {
            assert_eq!(inquiry.refused().await, refusal(status, code), "{wish}");
        }
    }
    assert_eq!(
        house
            .store
            .waiting_count(&ServiceSlug::new("acme"))
            .await
            .unwrap(),
        0
    );
}

fn inquiry(consent: &Value) -> Value {
    json!({"consent": consent, "name": "Kim", "email": "kim@example.org",
           "subject": "Refund", "message": "I was charged twice."})
}

#[tokio::test]
async fn a_chat_that_cannot_be_had_is_refused_with_the_reason() {
    let house = House::open().await;
    let nowhere = "/api/v1/help-centers/nobody";
    assert_eq!(
        house.get(nowhere).refused().await,
        refusal(404, "no_such_service")
    );
    let start = house.post(&format!("{nowhere}/chats"), &json!({}));
    assert_eq!(start.refused().await, refusal(404, "no_such_service"));
    house.presence(Presence::Offline).await;
    assert_eq!(house.start().refused().await, refusal(409, "agents_absent"));
    house.change("acme", switched_off()).await;
    assert_eq!(house.start().refused().await, refusal(403, "chat_disabled"));
    let inquiry = house.post(
        &format!("{ACME}/inquiries"),
        &inquiry(&json!({"version": "1"})),
    );
    assert_eq!(inquiry.refused().await, refusal(403, "contact_disabled"));
}

#[tokio::test]
async fn an_invalid_value_is_refused_and_its_field_named() {
    let house = House::open().await;
    let started = house.started().await;
    let agreed = json!({"version": "1"});
    let long = "a".repeat(10_001);
    let key = "k".repeat(65);
    let chats = format!("{ACME}/chats");
    let inquiries = format!("{ACME}/inquiries");
    let messages = started.path("messages");
    for (path, body, field) in [
        (
            &chats,
            json!({"consent": agreed, "customer": {"email": "kim"}}),
            "customer.email",
        ),
        (
            &chats,
            json!({"consent": agreed, "customer": {"name": "a\nb"}}),
            "customer.name",
        ),
        (
            &chats,
            json!({"consent": agreed, "customer": {"name": 7}}),
            "customer.name",
        ),
        (
            &chats,
            json!({"consent": agreed, "fields": {"a": 1}}),
            "fields.a",
        ),
        (
            &inquiries,
            json!({"consent": agreed, "subject": "a", "message": "b"}),
            "email",
        ),
        (
            &inquiries,
            json!({"consent": agreed, "email": "k@e.org", "message": "b"}),
            "subject",
        ),
        (
            &inquiries,
            json!({"consent": agreed, "email": "k@e.org", "subject": "a"}),
            "message",
        ),
        (
            &inquiries,
            json!({"consent": agreed, "email": "k@e.org", "subject": "a", "message": "b",
                   "url": "https://spam.example"}),
            "url",
        ),
        (&messages, json!({"key": "k", "text": ""}), "text"),
        (&messages, json!({"key": "k", "text": long}), "text"),
        (&messages, json!({"key": "", "text": "a"}), "key"),
        (&messages, json!({"key": key, "text": "a"}), "key"),
        (&messages, json!({"key": 1, "text": "a"}), "key"),
        (&messages, json!({"key": "k"}), "body"),
        (&messages, json!([]), "body"),
    ] {
        let ask = house.post(path, &body).bearer(&started.visitor_token);
        let answer = ask.await_answer().await;
        let error = &answer.json()["error"];
        assert_eq!(
            (answer.status, &error["code"]),
            (422, &json!("invalid")),
            "{body}"
        );
        assert_eq!(error["field"], field, "{body} {error}");
    }
}

#[tokio::test]
async fn the_same_key_twice_is_one_message() {
    let house = House::open().await;
    let started = house.started().await;
    let first = house.write(&started, "k1", "hello").await_answer().await;
    let again = house.write(&started, "k1", "hello").await_answer().await;
    assert_eq!((first.status, again.status), (200, 200));
    assert_eq!(first.json(), again.json());
    assert_eq!(first.json()["key"], "k1");
    let other = house.write(&started, "k2", "hello").await_answer().await;
    assert_eq!(
        other.json()["seq"].as_u64().unwrap(),
        first.json()["seq"].as_u64().unwrap() + 1
    );
}

#[tokio::test]
async fn an_inquiry_gets_the_number_of_its_ticket() {
    let house = House::open().await;
    for ticket in [1, 2] {
        let inquiry = inquiry(&json!({"version": "1"}));
        let answer = house
            .post(&format!("{ACME}/inquiries"), &inquiry)
            .await_answer()
            .await;
        assert_eq!(
            (answer.status, answer.json()),
            (201, json!({"ticket": ticket}))
        );
    }
}

#[tokio::test]
async fn inquiries_with_one_address_are_limited_wherever_they_come_from() {
    let house = House::open().await;
    let inquire = || {
        let inquiry = inquiry(&json!({"version": "1"}));
        house.post(&format!("{ACME}/inquiries"), &inquiry)
    };
    for _ in 0..5 {
        assert_eq!(inquire().await_answer().await.status, 201);
    }
    assert_eq!(inquire().refused().await, refusal(429, "too_many"));
}

#[tokio::test]
async fn a_closed_chat_takes_nothing_more_and_can_be_closed_again() {
    let house = House::open().await;
    let started = house.started().await;
    let sent = house.write(&started, "k1", "hello").await_answer().await;
    for _ in 0..2 {
        let close = house
            .ask("POST", &started.path("close"))
            .bearer(&started.visitor_token);
        assert_eq!(close.await_answer().await.status, 204);
    }
    let late = house.write(&started, "k2", "wait");
    assert_eq!(late.refused().await, refusal(409, "chat_closed"));
    // The answer to it was lost on the way, and it was accepted.
    let repeated = house.write(&started, "k1", "hello").await_answer().await;
    assert_eq!((repeated.status, repeated.json()), (200, sent.json()));
}

#[tokio::test]
async fn a_visitor_token_that_does_not_fit_gets_one_answer_whatever_is_wrong() {
    let house = House::open().await;
    let (mine, other) = (house.started().await, house.started().await);
    let body = json!({"key": "k", "text": "a"});
    let mut answers = Vec::new();
    for (chat, token) in [
        (mine.chat.as_str(), None),
        (&mine.chat, Some("wrong")),
        (&mine.chat, Some(other.visitor_token.as_str())),
        ("01JD0000000000000000000000", Some(&mine.visitor_token)),
        ("no%20chat", None),
        ("%ff", None),
    ] {
        for (method, call) in [
            ("POST", "messages"),
            ("GET", "events"),
            ("GET", "socket"),
            ("POST", "close"),
        ] {
            let path = format!("/api/v1/chats/{chat}/{call}");
            let mut ask = if call == "messages" {
                house.post(&path, &body)
            } else {
                house.ask(method, &path)
            };
            if let Some(token) = token {
                ask = ask.bearer(token);
            }
            let answer = ask.await_answer().await;
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{path}");
            answers.push((answer.status, answer.json()));
        }
    }
    assert_eq!(answers[0].0, 401);
    assert_eq!(answers[0].1["error"]["code"], "unauthorized");
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
}
