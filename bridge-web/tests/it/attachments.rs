//! Files of a chat.

use std::time::Duration;

use desk::{
    attachment::{Attached, Attachment},
    event::{Author, ChatEventKind, Message},
    ids::{AgentId, ChatId, MediaId, MessageId},
    service::{Attachments, ServiceSettings},
    store::Store,
};
use serde_json::{Value, json};

use crate::house::{ACME, Ask, HELP, House, Started, refusal};

/// 3 by 2 pixels.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02\x08\x02\0\0\0";

fn send(house: &House, of: &Started, query: &str, bytes: &[u8]) -> Ask {
    let path = of.path(&format!("attachments?{query}"));
    let mut ask = house
        .ask("POST", &path)
        .header("content-type", "image/png")
        .bearer(&of.visitor_token);
    ask.body = bytes.to_vec();
    ask
}

fn fetch(house: &House, of: &Started, id: &str) -> Ask {
    house
        .get(&of.path(&format!("attachments/{id}")))
        .bearer(&of.visitor_token)
}

async fn events(house: &House, of: &Started) -> Vec<Value> {
    let ask = house.get(&of.path("events")).bearer(&of.visitor_token);
    let answer = ask.await_answer().await.json();
    answer["events"].as_array().unwrap().clone()
}

/// An agent's file with these bytes; the message.
async fn agent_sends(house: &House, of: &Started, name: &str, bytes: &[u8]) -> MessageId {
    let id = MessageId::new(format!("of {name}"));
    let sent = Attached {
        file: Attachment::told(name, Some("image/png"), Some(bytes.len() as u64)),
        media: MediaId::new(format!("mxc://example.org/{name}")),
    };
    let message = ChatEventKind::Message(Message {
        id: id.clone(),
        key: None,
        from: Author::Agent {
            name: "Alice".into(),
        },
        text: "look".into(),
        html: None,
        reply_to: None,
        attachment: Some(sent.file),
        masked: false,
    });
    house.happens(&of.chat, &message).await;
    let mut tx = house.store.begin().await.unwrap();
    let chat = ChatId::new(&of.chat);
    let anna = AgentId::new("@anna:example.org");
    tx.insert_media(&chat, &id, &sent.media, &anna)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut files = house.media.0.lock().unwrap();
    files.insert(sent.media, bytes.to_vec());
    id
}

#[tokio::test]
async fn a_file_is_acknowledged_told_as_an_event_and_given_back() {
    let house = House::open().await;
    let started = house.started().await;
    let answer = send(&house, &started, "key=k1&name=photo.png", PNG)
        .origin(HELP)
        .await_answer()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let ack = answer.json();
    assert_eq!((&ack["key"], &ack["seq"]), (&json!("k1"), &json!(2)));
    let id = ack["id"].as_str().unwrap();
    let told = events(&house, &started).await.pop().unwrap();
    assert_eq!(
        told,
        json!({"seq": 2, "type": "attachment", "id": id, "key": "k1", "from": {"kind": "customer"}, "name": "photo.png",
               "mime": "image/png", "size": PNG.len(), "width": 3, "height": 2, "at": "2023-11-14T22:13:20.000Z"})
    );
    let file = fetch(&house, &started, id).await_answer().await;
    assert_eq!((file.status, file.body.as_slice()), (200, PNG));
    for (name, value) in [
        ("content-type", "image/png"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
        ("cache-control", "private, no-store"),
        (
            "content-disposition",
            "inline; filename=\"photo.png\"; filename*=UTF-8''photo.png",
        ),
    ] {
        assert_eq!(file.header(name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn the_same_key_twice_is_one_file_and_a_message_has_no_other() {
    let house = House::open().await;
    let started = house.started().await;
    let once = send(&house, &started, "key=k1&name=a.png", PNG)
        .await_answer()
        .await
        .json();
    let again = send(&house, &started, "key=k1&name=b.png", b"other")
        .await_answer()
        .await
        .json();
    assert_eq!(once, again);
    let words = house.write(&started, "k1", "hello").await_answer().await;
    assert_eq!(words.json(), once);
    assert_eq!(events(&house, &started).await.len(), 2);
}

#[tokio::test]
async fn what_is_not_taken_is_refused_and_leaves_nothing() {
    let rules = Attachments {
        max_bytes: 1_000,
        max_count: 1,
        ..Attachments::default()
    };
    let house = House::with(ServiceSettings {
        attachments: rules,
        ..ServiceSettings::default()
    })
    .await;
    let started = house.started().await;
    let large = vec![b'a'; 1_001];
    for (query, bytes, status, code) in [
        ("key=k&name=a.png", &large[..], 413, "too_large"),
        (
            "key=k&name=a.png",
            b"<html><script>alert(1)</script>",
            415,
            "unsupported_type",
        ),
        (
            "key=k&name=a.png",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>\0",
            415,
            "unsupported_type",
        ),
        ("key=k&name=a.png", b"MZ\x90\0\x03", 415, "unsupported_type"),
        ("key=k&name=a.txt", b"hello\0", 415, "unsupported_type"),
        ("key=k&name=a.txt", b"", 422, "invalid"),
        ("key=&name=a.txt", b"hello", 422, "invalid"),
        ("name=a.txt", b"hello", 400, "malformed"),
    ] {
        let refused = send(&house, &started, query, bytes).refused().await;
        assert_eq!(refused, refusal(status, code), "{query} {bytes:?}");
    }
    assert_eq!(events(&house, &started).await.len(), 1);
    let sent = send(&house, &started, "key=k1", b"hello");
    assert_eq!(sent.await_answer().await.status, 200);
    let one_too_many = send(&house, &started, "key=k2", b"hello");
    assert_eq!(one_too_many.refused().await, refusal(422, "invalid"));
    house
        .post(&started.path("close"), &json!({}))
        .bearer(&started.visitor_token)
        .await_answer()
        .await;
    let late = send(&house, &started, "key=k3", b"hello");
    assert_eq!(late.refused().await, refusal(409, "chat_closed"));
}

#[tokio::test]
async fn a_hostile_name_becomes_a_harmless_one() {
    let house = House::open().await;
    let started = house.started().await;
    for (n, (name, shown)) in [
        ("..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("a%0D%0Aset-cookie:%20x.txt", "aset-cookie: x.txt"),
        ("photo%E2%80%AEgnp.exe", "photognp.exe"),
        ("%22%3E%3Cscript%3E.txt", "\"><script>.txt"),
        ("", "file"),
    ]
    .into_iter()
    .enumerate()
    {
        let answer = send(&house, &started, &format!("key=k{n}&name={name}"), b"hello")
            .await_answer()
            .await;
        let told = events(&house, &started).await.pop().unwrap();
        assert_eq!(told["name"], shown, "{name}");
        let id = answer.json()["id"].as_str().unwrap().to_owned();
        let file = fetch(&house, &started, &id).await_answer().await;
        let disposition = file.header("content-disposition").unwrap();
        assert!(disposition.starts_with("attachment; filename=\""));
        assert_eq!(disposition.matches('"').count(), 2, "{disposition}");
        assert_eq!(file.header("set-cookie"), None);
        assert_eq!(
            file.header("content-type"),
            Some("application/octet-stream")
        );
    }
}

#[tokio::test]
async fn a_file_opens_to_the_visitor_of_its_chat_and_to_nobody_else() {
    let house = House::open().await;
    let (mine, other) = (house.started().await, house.started().await);
    let answer = send(&house, &mine, "key=k1", PNG).await_answer().await;
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let path = mine.path(&format!("attachments/{id}"));
    let bare = house.get(&path).refused().await;
    assert_eq!(bare, refusal(401, "unauthorized"));
    let foreign = house.get(&path).bearer(&other.visitor_token);
    assert_eq!(foreign.refused().await, refusal(401, "unauthorized"));
    let elsewhere = fetch(&house, &other, &id).refused().await;
    assert_eq!(elsewhere, refusal(404, "not_found"));
    let unknown = fetch(&house, &mine, "01JE").refused().await;
    assert_eq!(unknown, refusal(404, "not_found"));
    let mut ask = house.ask("POST", &mine.path("attachments?key=k2"));
    ask.body = PNG.to_vec();
    let sent = ask.bearer(&other.visitor_token).refused().await;
    assert_eq!(sent, refusal(401, "unauthorized"));
}

#[tokio::test]
async fn an_agents_file_is_fetched_from_the_homeserver_and_shown_only_if_it_is_an_image() {
    let house = House::open().await;
    let started = house.started().await;
    let image = [PNG, &[7; 5_000][..]].concat();
    let page = b"<html><script>alert(1)</script></html>";
    for (name, bytes, mime, kind) in [
        ("a.png", &image[..], "image/png", "inline"),
        ("b.png", &page[..], "application/octet-stream", "attachment"),
        ("c.png", &[][..], "application/octet-stream", "attachment"),
    ] {
        let id = agent_sends(&house, &started, name, bytes).await;
        let file = fetch(&house, &started, &id.as_str().replace(' ', "%20"))
            .await_answer()
            .await;
        assert_eq!((file.status, file.body.as_slice()), (200, bytes), "{name}");
        assert_eq!(file.header("content-type"), Some(mime), "{name}");
        let disposition = file.header("content-disposition").unwrap();
        assert!(disposition.starts_with(kind), "{disposition}");
        let length = bytes.len().to_string();
        assert_eq!(file.header("content-length"), Some(length.as_str()));
    }
    let told = events(&house, &started).await.pop().unwrap();
    assert_eq!(
        (&told["type"], &told["text"]),
        (&json!("attachment"), &json!("look"))
    );
}

#[tokio::test]
async fn a_file_that_was_deleted_or_is_too_large_is_not_found() {
    let house = House::open().await;
    let started = house.started().await;
    let gone = agent_sends(&house, &started, "gone", PNG).await;
    house.media.0.lock().unwrap().clear();
    let large = agent_sends(&house, &started, "large", &vec![0; 11 << 20]).await;
    let deleted = agent_sends(&house, &started, "deleted", PNG).await;
    let mut tx = house.store.begin().await.unwrap();
    let empty = Message {
        id: deleted.clone(),
        key: None,
        from: Author::Customer,
        text: String::new(),
        html: None,
        reply_to: None,
        attachment: None,
        masked: false,
    };
    tx.rewrite(&empty).await.unwrap();
    tx.commit().await.unwrap();
    for id in [gone, large, deleted] {
        let refused = fetch(&house, &started, &id.as_str().replace(' ', "%20"));
        assert_eq!(refused.refused().await, refusal(404, "not_found"), "{id}");
    }
}

#[tokio::test]
async fn a_service_without_files_takes_none_and_says_so() {
    let rules = Attachments {
        enabled: false,
        ..Attachments::default()
    };
    let without = ServiceSettings {
        attachments: rules,
        ..ServiceSettings::default()
    };
    for (settings, told) in [
        (without, json!(null)),
        (
            ServiceSettings::default(),
            json!({"max_bytes": 10 << 20, "types": Attachments::default().types}),
        ),
    ] {
        let house = House::with(settings).await;
        let center = house.get(ACME).await_answer().await.json();
        assert_eq!(center["attachments"], told);
        if told.is_null() {
            let started = house.started().await;
            let refused = send(&house, &started, "key=k", PNG).refused().await;
            assert_eq!(refused, refusal(403, "attachments_disabled"));
        }
    }
}

#[tokio::test]
async fn files_come_at_a_rate() {
    let house = House::open().await;
    let started = house.started().await;
    for _ in 0..30 {
        let answer = send(&house, &started, "key=k", PNG).await_answer().await;
        assert_eq!(answer.status, 200);
    }
    let refused = send(&house, &started, "key=k", PNG).refused().await;
    assert_eq!(refused, refusal(429, "too_many"));
    house.clock.advance(Duration::from_secs(2));
    let answer = send(&house, &started, "key=k", PNG).await_answer().await;
    assert_eq!(answer.status, 200);
}
