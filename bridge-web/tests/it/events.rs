//! The events of a chat, by long poll.

use std::time::Duration;

use desk::{
    event::{Author, ChatEventKind, ClosedBy, Message},
    ids::{ClientKey, MessageId, Timestamp},
};
use serde_json::{Value, json};

use crate::house::{House, Started};

async fn events(house: &House, of: &Started, query: &str) -> Value {
    let ask = house.get(&of.path(&format!("events{query}")));
    let answer = ask.bearer(&of.visitor_token).await_answer().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn each_event_is_told_as_the_contract_says() {
    let house = House::open().await;
    let started = house.started().await;
    let id = || MessageId::new("m1");
    let message = |id: &str, key: Option<&str>, from, reply_to| {
        ChatEventKind::Message(Message {
            id: MessageId::new(id),
            key: key.map(ClientKey::new),
            from,
            text: "<b>hi</b> 🎉\n안녕".into(),
            html: None,
            reply_to,
            attachment: None,
            masked: false,
        })
    };
    let agent = Author::Agent {
        name: "Alice".into(),
    };
    let at = "2023-11-14T22:13:20.000Z";
    let text = "<b>hi</b> 🎉\n안녕";
    let told = [
        (
            None,
            json!({"seq": 1, "type": "state", "state": "waiting", "position": 1, "wait_s": null, "contact": false, "at": at}),
        ),
        (
            Some(message("m1", Some("k1"), Author::Customer, None)),
            json!({"seq": 2, "type": "message", "id": "m1", "key": "k1", "from": {"kind": "customer"}, "text": text, "at": at}),
        ),
        (
            Some(ChatEventKind::Active {
                agent: "Alice".into(),
            }),
            json!({"seq": 3, "type": "state", "state": "active", "agent": {"name": "Alice"}, "at": at}),
        ),
        (
            Some(message("m2", None, agent, Some(id()))),
            json!({"seq": 4, "type": "message", "id": "m2", "from": {"kind": "agent", "name": "Alice"}, "text": text, "reply_to": "m1", "at": at}),
        ),
        (
            Some(ChatEventKind::Edit {
                id: id(),
                text: "hi Kim".into(),
                html: Some("<b>hi</b> Kim".into()),
            }),
            json!({"seq": 5, "type": "edit", "id": "m1", "text": "hi Kim", "html": "<b>hi</b> Kim", "at": at}),
        ),
        (
            Some(ChatEventKind::Delete { id: id() }),
            json!({"seq": 6, "type": "delete", "id": "m1", "at": at}),
        ),
        (
            Some(ChatEventKind::Failed { id: id() }),
            json!({"seq": 7, "type": "failed", "id": "m1", "at": at}),
        ),
        (
            Some(ChatEventKind::Closed {
                by: ClosedBy::Agent,
            }),
            json!({"seq": 8, "type": "closed", "by": "agent", "at": at}),
        ),
        (
            Some(ChatEventKind::Closed {
                by: ClosedBy::Customer,
            }),
            json!({"seq": 9, "type": "closed", "by": "customer", "at": at}),
        ),
        (
            Some(ChatEventKind::IdleWarning {
                closes_at: Timestamp::from_millis(1_700_000_300_000),
            }),
            json!({"seq": 10, "type": "idle_warning", "closes_at": "2023-11-14T22:18:20.000Z", "at": at}),
        ),
        (
            Some(ChatEventKind::RatingRequest),
            json!({"seq": 11, "type": "rating_request", "at": at}),
        ),
        (
            Some(ChatEventKind::Rated { score: 4 }),
            json!({"seq": 12, "type": "rated", "score": 4, "at": at}),
        ),
        (
            Some(ChatEventKind::Closed { by: ClosedBy::Idle }),
            json!({"seq": 13, "type": "closed", "by": "idle", "at": at}),
        ),
    ];
    for what in told.iter().filter_map(|(what, _)| what.as_ref()) {
        house.happens(&started.chat, what).await;
    }
    let all: Vec<_> = told.iter().map(|(_, event)| event.clone()).collect();
    assert_eq!(
        events(&house, &started, "?since=0").await,
        json!({"next": 13, "events": all})
    );
    assert_eq!(
        events(&house, &started, "?since=7").await,
        json!({"next": 13, "events": all[7..]})
    );
    assert_eq!(
        events(&house, &started, "?since=13").await,
        json!({"next": 13, "events": []})
    );
}

#[tokio::test]
async fn after_the_last_number_there_is_nothing() {
    let house = House::open().await;
    let started = house.started().await;
    let told = events(&house, &started, &format!("?since={}", u64::MAX)).await;
    assert_eq!(told, json!({"next": u64::MAX, "events": []}));
}

#[tokio::test]
async fn at_most_500_events_come_at_once() {
    let house = House::open().await;
    let started = house.started().await;
    for _ in 0..500 {
        house
            .happens(
                &started.chat,
                &ChatEventKind::Delete {
                    id: MessageId::new("m"),
                },
            )
            .await;
    }
    let first = events(&house, &started, "").await;
    assert_eq!(
        (first["events"].as_array().unwrap().len(), &first["next"]),
        (500, &json!(500))
    );
    let rest = events(&house, &started, "?since=500").await;
    assert_eq!(
        (rest["events"].as_array().unwrap().len(), &rest["next"]),
        (1, &json!(501))
    );
}

#[tokio::test]
async fn a_long_poll_wakes_when_something_happens() {
    let house = House::open().await;
    let started = house.started().await;
    let mut since = 1;
    // Many times, so that the event comes before, between and after watching and reading.
    for round in 0..20 {
        let query = format!("?since={since}&wait=25");
        let poll = events(&house, &started, &query);
        let key = round.to_string();
        let write = async {
            while house.live.watchers() == 0 {
                tokio::task::yield_now().await;
            }
            for _ in 0..round * 20 {
                tokio::task::yield_now().await;
            }
            house.write(&started, &key, "hello").await_answer().await
        };
        let both = async { tokio::join!(poll, write) };
        let (polled, _) = tokio::time::timeout(Duration::from_secs(20), both)
            .await
            .expect("woken");
        assert_eq!(polled["events"][0]["key"], *key);
        since = polled["next"].as_u64().unwrap();
    }
    assert_eq!(house.live.watchers(), 0);
}

#[tokio::test]
async fn a_long_poll_ends_when_the_server_stops() {
    let house = House::open().await;
    let started = house.started().await;
    let poll = events(&house, &started, "?since=1&wait=25");
    let stop = async {
        while house.live.watchers() == 0 {
            tokio::task::yield_now().await;
        }
        house.live.stop();
    };
    let both = async { tokio::join!(poll, stop) };
    let (polled, ()) = tokio::time::timeout(Duration::from_secs(20), both)
        .await
        .expect("ended");
    assert_eq!(polled, json!({"next": 1, "events": []}));
}
