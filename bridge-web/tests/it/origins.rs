//! Which pages may call.

use serde_json::json;

use desk::service::ServiceSettings;

use crate::house::{ACME, HELP, House, OWN, refusal};

const EVIL: &str = "https://evil.test";
const ALLOWED: &str = "access-control-allow-origin";

#[tokio::test]
async fn our_own_page_and_those_of_listed_origins_are_admitted() {
    let house = House::open().await;
    for origin in [OWN, HELP] {
        let answer = house.get(ACME).origin(origin).await_answer().await;
        assert_eq!(answer.status, 200, "{origin}");
        assert_eq!(answer.header(ALLOWED), Some(origin));
        assert_eq!(answer.header("vary"), Some("origin"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert_eq!(
            house.start().origin(origin).await_answer().await.status,
            201
        );
    }
    let no_page = house.get(ACME).await_answer().await;
    assert_eq!((no_page.status, no_page.header(ALLOWED)), (200, None));
    assert_eq!(no_page.header("vary"), Some("origin"));
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused_and_can_read_why() {
    let house = House::open().await;
    let started = house.started().await;
    for origin in [
        EVIL,
        "null",
        "http://help.example.org",
        "https://chat.example.org.evil.test",
    ] {
        for ask in [
            house.get(ACME),
            house.start(),
            house.post(&format!("{ACME}/inquiries"), &json!({})),
            house.write(&started, "k", "hello"),
            house
                .get(&started.path("events"))
                .bearer(&started.visitor_token),
            house
                .get(&started.path("socket"))
                .bearer(&started.visitor_token),
            house
                .ask("POST", &started.path("close"))
                .bearer(&started.visitor_token),
        ] {
            let answer = ask.origin(origin).await_answer().await;
            let error = &answer.json()["error"];
            assert_eq!(
                (answer.status, &error["code"]),
                (403, &json!("origin_refused"))
            );
            let message = error["message"].as_str().unwrap();
            assert!(
                message.contains(origin) && message.contains("origins"),
                "{message}"
            );
            assert_eq!(answer.header(ALLOWED), Some(origin));
        }
    }
}

#[tokio::test]
async fn a_page_of_another_help_center_is_refused_in_this_one_s_chats() {
    let house = House::open().await;
    let theirs = ServiceSettings {
        origins: vec!["https://other.example.org".into()],
        ..ServiceSettings::default()
    };
    house.set_up("other", theirs).await;
    let started = house.started().await;
    let write = || house.write(&started, "k", "hello");
    assert_eq!(write().origin(HELP).await_answer().await.status, 200);
    let other = write().origin("https://other.example.org");
    assert_eq!(other.refused().await, refusal(403, "origin_refused"));
}

#[tokio::test]
async fn a_refused_origin_does_not_tell_whether_there_is_such_a_chat() {
    let house = House::open().await;
    let started = house.started().await;
    for chat in [started.chat.as_str(), "01JD0000000000000000000000"] {
        let events = house
            .get(&format!("/api/v1/chats/{chat}/events"))
            .origin(EVIL)
            .bearer("guess");
        assert_eq!(
            events.refused().await,
            refusal(401, "unauthorized"),
            "{chat}"
        );
    }
}

#[tokio::test]
async fn a_browser_that_asks_first_is_told_what_it_may_send() {
    let house = House::open().await;
    let started = house.started().await;
    for path in [
        ACME.into(),
        format!("{ACME}/chats"),
        started.path("messages"),
    ] {
        let preflight = |origin: &str| {
            house
                .ask("OPTIONS", &path)
                .origin(origin)
                .header("access-control-request-method", "POST")
                .header(
                    "access-control-request-headers",
                    "authorization, content-type",
                )
        };
        for origin in [OWN, HELP] {
            let answer = preflight(origin).await_answer().await;
            assert_eq!(answer.status, 204, "{path} {origin}");
            assert_eq!(answer.header(ALLOWED), Some(origin));
            assert_eq!(
                answer.header("access-control-allow-headers"),
                Some("authorization, content-type")
            );
            assert_eq!(
                answer.header("access-control-allow-methods"),
                Some("GET, POST")
            );
        }
        assert_eq!(
            preflight(EVIL).refused().await,
            refusal(403, "origin_refused"),
            "{path}"
        );
    }
    let nowhere = house
        .ask("OPTIONS", "/api/v1/help-centers/nobody")
        .origin(HELP);
    assert_eq!(nowhere.refused().await, refusal(404, "no_such_service"));
}
