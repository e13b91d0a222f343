//! Files, formatting, replies, typing and read marks between a customer and an agent.

use futures_util::{SinkExt, StreamExt};
use matrix_sdk::ruma::{
    OwnedEventId, RoomId,
    api::client::receipt::create_receipt::v3::ReceiptType,
    events::{
        SyncEphemeralRoomEvent,
        receipt::{ReceiptEventContent, ReceiptThread},
        room::message::RoomMessageEventContent,
        typing::TypingEventContent,
    },
};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use crate::{
    agent::Agent,
    customer::Customer,
    world::{PATIENCE, Plan, World},
};

/// A real picture: one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\xa6\xf7\x1cc\0\0\0\0IEND\xaeB`\x82";

impl Customer {
    async fn attach(&self, key: &str, name: &str, bytes: &[u8]) -> Value {
        let path = format!("/attachments?key={key}&name={name}");
        let answer = self
            .request(Method::POST, &path)
            .body(bytes.to_vec())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) {
        let answer = self.request(Method::POST, path).json(&body).send().await;
        let answer = answer.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}

struct Line(WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>);

impl Line {
    async fn open(world: &World, customer: &Customer) -> Self {
        let web = world.web.replacen("http", "ws", 1);
        let url = format!("{web}/api/v1/chats/{}/socket?since=0", customer.chat);
        let mut request = url.into_client_request().unwrap();
        let protocols = format!("helproom.v1, bearer.{}", customer.token);
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", protocols.parse().unwrap());
        Self(connect_async(request).await.unwrap().0)
    }

    async fn until(&mut self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        let wait = async {
            loop {
                if let Message::Text(text) = self.0.next().await.unwrap().unwrap() {
                    let frame: Value = serde_json::from_str(&text).unwrap();
                    if is(&frame) {
                        return frame;
                    }
                }
            }
        };
        let heard = tokio::time::timeout(PATIENCE, wait).await;
        heard.unwrap_or_else(|_| panic!("the customer never heard {what}"))
    }

    async fn say(&mut self, frame: Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }
}

/// What the agent's client is told of typing and receipts.
fn ephemeral(agent: &Agent) -> watch::Receiver<Vec<Value>> {
    let (tell, hear) = watch::channel(Vec::new());
    let tell = std::sync::Arc::new(tell);
    let typing = std::sync::Arc::clone(&tell);
    agent.client.add_event_handler(
        move |event: SyncEphemeralRoomEvent<TypingEventContent>| async move {
            let told = json!({"typing": event.content.user_ids});
            typing.send_modify(|seen| seen.push(told));
        },
    );
    agent.client.add_event_handler(
        move |event: SyncEphemeralRoomEvent<ReceiptEventContent>| async move {
            let told = json!({"read": serde_json::to_value(&event.content).unwrap()});
            tell.send_modify(|seen| seen.push(told));
        },
    );
    hear
}

async fn until_seen(
    seen: &mut watch::Receiver<Vec<Value>>,
    what: &str,
    is: impl Fn(&Value) -> bool,
) {
    let wait = seen.wait_for(|seen| seen.iter().any(&is));
    let found = tokio::time::timeout(PATIENCE, wait).await;
    assert!(found.is_ok(), "the agent never saw {what}");
}

impl Agent {
    /// Uploads a file; its address.
    async fn upload(&self, world: &World, bytes: &[u8]) -> String {
        let url = format!(
            "{}/_matrix/media/v3/upload?filename=a.png",
            world.lab.homeserver_url()
        );
        let answer = reqwest::Client::new()
            .post(url)
            .bearer_auth(self.client.access_token().unwrap())
            .header("content-type", "image/png")
            .body(bytes.to_vec())
            .send()
            .await
            .unwrap();
        let answer: Value = answer.json().await.unwrap();
        answer["content_uri"].as_str().unwrap().to_owned()
    }

    async fn download(&self, world: &World, mxc: &str) -> Vec<u8> {
        let path = mxc.strip_prefix("mxc://").unwrap();
        let url = format!(
            "{}/_matrix/client/v1/media/download/{path}",
            world.lab.homeserver_url()
        );
        let answer = reqwest::Client::new()
            .get(url)
            .bearer_auth(self.client.access_token().unwrap())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.bytes().await.unwrap().to_vec()
    }

    pub async fn send(&self, room: &RoomId, content: Value) -> OwnedEventId {
        let room = self.client.get_room(room).unwrap();
        let sent = room.send_raw("m.room.message", content).await.unwrap();
        sent.response.event_id
    }

    fn files(&self, room: &RoomId) -> impl Fn(&RoomId, &Value) -> bool + use<> {
        let room = room.to_owned();
        move |id, event| id == room && event["content"]["msgtype"] == "m.image"
    }
}

#[tokio::test]
async fn files_formatting_replies_typing_and_read_marks_go_both_ways() {
    let world = World::start(Plan {
        services: &["talk"],
        ..Plan::default()
    })
    .await;
    let alice = Agent::on_duty(&world, "alice", "talk").await;
    let mut seen = ephemeral(&alice);
    let mut customer = Customer::start(&world, "talk").await;
    let portal = alice.accept().await;
    customer.until_active().await;
    let mut line = Line::open(&world, &customer).await;

    // A picture of the customer, byte for byte.
    customer.attach("k1", "photo.png", PNG).await;
    let image = alice.until_event("the picture", alice.files(&portal)).await;
    let content = &image["content"];
    assert_eq!(
        (&content["body"], &content["info"]),
        (
            &json!("photo.png"),
            &json!({"mimetype": "image/png", "size": PNG.len(), "w": 1, "h": 1})
        )
    );
    assert!(
        image["sender"]
            .as_str()
            .unwrap()
            .starts_with("@helproom_talk_")
    );
    let mxc = content["url"].as_str().unwrap();
    assert_eq!(alice.download(&world, mxc).await, PNG);

    // The agent has seen it, and types.
    let room = alice.client.get_room(&portal).unwrap();
    let event = OwnedEventId::try_from(image["event_id"].as_str().unwrap()).unwrap();
    room.send_single_receipt(ReceiptType::Read, ReceiptThread::Unthreaded, event)
        .await
        .unwrap();
    line.until("that it was read", |frame| {
        frame["type"] == "read" && frame["seq"].as_u64() > Some(2)
    })
    .await;
    room.typing_notice(true).await.unwrap();
    line.until("that Alice types", |frame| {
        frame["type"] == "typing" && frame["typing"] == true
    })
    .await;

    // A picture of the agent, as an answer to the customer's, and formatted words.
    let url = alice.upload(&world, PNG).await;
    let picture = json!({"msgtype": "m.image", "body": "like this?", "filename": "map.png", "url": url,
        "info": {"mimetype": "image/png", "size": PNG.len()},
        "m.relates_to": {"m.in_reply_to": {"event_id": image["event_id"]}}});
    alice.send(&portal, picture).await;
    let told = line
        .until("the agent's picture", |frame| {
            frame["type"] == "attachment" && frame["from"]["kind"] == "agent"
        })
        .await;
    assert_eq!(
        (&told["name"], &told["text"]),
        (&json!("map.png"), &json!("like this?"))
    );
    let path = format!("/attachments/{}", told["id"].as_str().unwrap());
    let file = customer.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "image/png");
    assert_eq!(file.bytes().await.unwrap(), PNG);
    let mention = format!(
        "<b>yes</b> <a href=\"https://matrix.to/#/{}\">Alice</a><script>alert(1)</script>",
        alice.id
    );
    room.send(RoomMessageEventContent::text_html("**yes** Alice", mention))
        .await
        .unwrap();
    let told = line
        .until("the formatted words", |frame| {
            frame["type"] == "message" && frame["from"]["kind"] == "agent"
        })
        .await;
    assert_eq!(
        (&told["text"], &told["html"]),
        (&json!("**yes** Alice"), &json!("<b>yes</b> Alice"))
    );

    // The customer has seen it, types, and answers it.
    line.say(json!({"type": "typing", "typing": true})).await;
    until_seen(&mut seen, "that the customer types", |told| {
        told["typing"].as_array().is_some_and(|people| {
            people
                .iter()
                .any(|person| person.as_str().unwrap().starts_with("@helproom_talk_"))
        })
    })
    .await;
    customer.post("/read", json!({"seq": told["seq"]})).await;
    until_seen(&mut seen, "that the customer has read", |told| {
        told["read"].to_string().contains("@helproom_talk_")
    })
    .await;
    line.say(json!({"type": "message", "key": "k2", "text": "thanks", "reply_to": told["id"]}))
        .await;
    let answer = alice
        .until_event("the answer", |id, event| {
            id == portal && event["content"]["body"] == "thanks"
        })
        .await;
    assert!(answer["content"]["m.relates_to"]["m.in_reply_to"]["event_id"].is_string());
}

#[tokio::test]
async fn helproom_killed_between_upload_and_send_leaves_exactly_one_file() {
    const ROUNDS: usize = 4;
    let world = World::start(Plan {
        services: &["files"],
        ..Plan::default()
    })
    .await;
    let alice = Agent::on_duty(&world, "alice", "files").await;
    let mut customer = Customer::start(&world, "files").await;
    let portal = alice.accept().await;
    customer.until_active().await;
    for round in 0..ROUNDS {
        customer
            .attach(&format!("k{round}"), &format!("{round}.png"), PNG)
            .await;
        let uploaded = async {
            while world
                .query("select message from attachment where media is not null")
                .await
                .len()
                <= round
            {}
        };
        tokio::time::timeout(PATIENCE, uploaded).await.unwrap();
        world.kill_helproom().await;
        world.start_helproom().await;
    }
    customer.say("last", "that is all").await;
    alice
        .until("the last words", || {
            alice
                .heard(&portal)
                .contains(&"that is all".to_owned())
                .then_some(())
        })
        .await;
    let mut expected: Vec<String> = (0..ROUNDS).map(|round| format!("{round}.png")).collect();
    expected.push("that is all".into());
    assert_eq!(alice.heard(&portal), expected);
}
