//! Who gets into the admin API, and who does not.

use std::time::Duration;

use crate::house::{House, refusal};

const TICKETS: &str = "/api/v1/admin/tickets";
const HOME: &str = "192.0.2.1";

#[tokio::test]
async fn only_a_key_that_counts_gets_in() {
    let house = House::open().await;
    let key = house.key("crm", "--scope tickets:read").await;
    let other = house.key("bi", "--scope report:read").await;
    let bound = house
        .key("bound", "--scope tickets:read --ip 198.51.100.0/24")
        .await;
    let revoked = house.key("old", "--scope tickets:read").await;
    house.told("!apikey revoke old").await;
    let unauthorized = || refusal(401, "unauthorized");
    for (what, authorization, from, answer) in [
        ("none", None, HOME, Some(unauthorized())),
        (
            "empty",
            Some("Bearer ".to_owned()),
            HOME,
            Some(unauthorized()),
        ),
        (
            "another scheme",
            Some(format!("Basic {key}")),
            HOME,
            Some(unauthorized()),
        ),
        (
            "one too short",
            Some(format!("Bearer {}", &key[..67])),
            HOME,
            Some(unauthorized()),
        ),
        (
            "one nobody made",
            Some(format!("Bearer hrk_{}", "0".repeat(64))),
            HOME,
            Some(unauthorized()),
        ),
        (
            "a revoked one",
            Some(format!("Bearer {revoked}")),
            HOME,
            Some(unauthorized()),
        ),
        (
            "another scope",
            Some(format!("Bearer {other}")),
            HOME,
            Some(refusal(403, "scope_missing")),
        ),
        (
            "from elsewhere",
            Some(format!("Bearer {bound}")),
            HOME,
            Some(refusal(403, "address_refused")),
        ),
        (
            "from its network",
            Some(format!("Bearer {bound}")),
            "198.51.100.7",
            None,
        ),
        ("the right one", Some(format!("bearer {key}")), HOME, None),
    ] {
        let mut ask = house.get(TICKETS).from(from);
        if let Some(authorization) = &authorization {
            ask = ask.header("authorization", authorization);
        }
        match answer {
            Some(answer) => assert_eq!(ask.refused().await, answer, "{what}"),
            None => assert_eq!(ask.await_answer().await.status, 200, "{what}"),
        }
    }
    house.clock.advance(Duration::from_secs(365 * 24 * 3600));
    let expired = house.get(TICKETS).bearer(&key).refused().await;
    assert_eq!(expired, unauthorized());
}

#[tokio::test]
async fn a_proxy_that_is_not_trusted_gives_no_key_another_address() {
    let house = House::open().await;
    let bound = house
        .key("bound", "--scope tickets:read --ip 198.51.100.7")
        .await;
    let asked = house
        .get(TICKETS)
        .bearer(&bound)
        .header("x-forwarded-for", "198.51.100.7");
    assert_eq!(asked.refused().await, refusal(403, "address_refused"));
    let trusting = House::fitted(Default::default(), |web| {
        web.trusted_proxies = vec!["192.0.2.1/32".parse().unwrap()];
    })
    .await;
    let bound = trusting
        .key("bound", "--scope tickets:read --ip 198.51.100.7")
        .await;
    let asked = trusting
        .get(TICKETS)
        .bearer(&bound)
        .header("x-forwarded-for", "198.51.100.7");
    assert_eq!(asked.await_answer().await.status, 200);
}

#[tokio::test]
async fn a_key_opens_its_own_service_only() {
    let house = House::open().await;
    let key = house
        .key(
            "crm",
            "--scope tickets:read tickets:write chats:read chats:write",
        )
        .await;
    house.set_up("other", Default::default()).await;
    house.told("!service use other").await;
    let foreign = house
        .key(
            "crm",
            "--scope tickets:read tickets:write chats:read chats:write",
        )
        .await;
    let chat = house.started().await.chat;
    let made = house
        .post(TICKETS, &serde_json::json!({"subject": "Refund"}))
        .bearer(&key)
        .await_answer()
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    let body = serde_json::json!({});
    for (method, path) in [
        ("GET", format!("{TICKETS}/1")),
        ("PATCH", format!("{TICKETS}/1")),
        ("GET", format!("/api/v1/admin/chats/{chat}")),
        ("GET", format!("/api/v1/admin/chats/{chat}/transcript")),
        ("POST", format!("/api/v1/admin/chats/{chat}/close")),
    ] {
        for (key, status) in [(&foreign, 404), (&key, 200)] {
            let mut ask = house.post(&path, &body).bearer(key);
            ask = ask.method(method);
            let told = ask.await_answer().await.status;
            let right = told == status || (status == 200 && told == 204);
            assert!(right, "{method} {path}: {told}");
        }
    }
    let list = house.get(TICKETS).bearer(&foreign).await_answer().await;
    assert_eq!(list.json()["tickets"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_key_and_an_address_that_shows_wrong_ones_ask_so_often_and_no_more() {
    let house = House::open().await;
    let key = house.key("crm", "--scope tickets:read").await;
    for n in 0..620 {
        let status = house.get(TICKETS).bearer(&key).await_answer().await.status;
        assert_eq!(status, if n < 600 { 200 } else { 429 }, "{n}");
    }
    let wrong = format!("hrk_{}", "a".repeat(64));
    for n in 0..25 {
        let status = house
            .get(TICKETS)
            .bearer(&wrong)
            .await_answer()
            .await
            .status;
        assert_eq!(status, if n < 20 { 401 } else { 429 }, "{n}");
    }
    house.clock.advance(Duration::from_secs(60));
    let status = house.get(TICKETS).bearer(&key).await_answer().await.status;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn the_last_use_of_a_key_is_known_within_a_minute_and_the_key_stands_nowhere() {
    let house = House::open().await;
    let key = house.key("crm", "--scope tickets:read").await;
    assert!(house.told("!apikey").await.contains("never used"));
    house.get(TICKETS).bearer(&key).await_answer().await;
    let first = house.told("!apikey").await;
    assert!(first.contains("used 2023-11-14 22:13"), "{first}");
    house.clock.advance(Duration::from_secs(59));
    house.get(TICKETS).bearer(&key).await_answer().await;
    assert_eq!(house.told("!apikey").await, first);
    house.clock.advance(Duration::from_secs(1));
    house.get(TICKETS).bearer(&key).await_answer().await;
    assert_ne!(house.told("!apikey").await, first);
    let log = house.told("!audit 50").await;
    assert!(log.contains("apikey.create crm: tickets:read"), "{log}");
    assert!(!(log + &first).contains(&key[4..]));
    for bytes in house.files() {
        let found = bytes.windows(key.len()).any(|part| part == key.as_bytes());
        assert!(!found);
    }
}

#[tokio::test]
async fn a_key_used_from_elsewhere_is_on_record_once_an_hour() {
    let house = House::open().await;
    let key = house
        .key("crm", "--scope tickets:read --ip 198.51.100.7")
        .await;
    for _ in 0..3 {
        house.get(TICKETS).bearer(&key).refused().await;
    }
    let log = house.told("!audit 50").await;
    let noted = |log: &str| log.matches("apikey:crm · was refused").count();
    assert_eq!(noted(&log), 1, "{log}");
    assert!(!log.contains("192.0.2.1"), "{log}");
    house.clock.advance(Duration::from_secs(3_601));
    house.get(TICKETS).bearer(&key).refused().await;
    assert_eq!(noted(&house.told("!audit 50").await), 2);
}

#[tokio::test]
async fn a_wish_sent_again_under_its_name_makes_nothing_twice_within_a_day() {
    let house = House::open().await;
    let key = house.key("crm", "--scope tickets:read tickets:write").await;
    let send = async |once: &str, subject: &str| {
        let answer = house
            .post(TICKETS, &serde_json::json!({"subject": subject}))
            .bearer(&key)
            .header("idempotency-key", once)
            .await_answer()
            .await;
        let number = answer.json()["number"].as_u64();
        (answer.status, number)
    };
    assert_eq!(send("a", "Refund").await, (201, Some(1)));
    assert_eq!(send("a", "Refund").await, (201, Some(1)));
    assert_eq!(send("a", "Another").await, (422, None));
    assert_eq!(send("b", "Refund").await, (201, Some(2)));
    assert_eq!(send("", "Refund").await, (422, None));
    assert_eq!(send(&"x".repeat(256), "Refund").await, (422, None));
    house.clock.advance(Duration::from_secs(24 * 3600 + 1));
    assert_eq!(send("a", "Refund").await, (201, Some(3)));
    let comments = format!("{TICKETS}/1/comments");
    for _ in 0..2 {
        let told = house
            .post(&comments, &serde_json::json!({"text": "called back"}))
            .bearer(&key)
            .header("idempotency-key", "c")
            .await_answer()
            .await;
        assert_eq!(
            (told.status, told.json()["number"].as_u64()),
            (201, Some(1))
        );
    }
}
