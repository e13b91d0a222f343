//! The same over a WebSocket, on a real listener.

use std::{net::SocketAddr, time::Duration};

use desk::{ids::ChatId, ports::Audience};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::Instant,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        http::{HeaderMap, HeaderValue},
        protocol::frame::coding::CloseCode,
    },
};

use crate::house::{HELP, House, Started};

/// The house on a port of its own, as long as this lives.
struct Served {
    house: House,
    address: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Served {
    async fn open() -> Self {
        Self::of(House::open().await).await
    }

    async fn of(house: House) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let service = house
            .router
            .clone()
            .into_make_service_with_connect_info::<SocketAddr>();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, service).await.unwrap() });
        Self {
            house,
            address,
            _tasks: tasks,
        }
    }

    async fn connect(
        &self,
        of: &Started,
        since: u64,
        headers: &[(&'static str, &str)],
    ) -> Result<(Line, HeaderMap), u16> {
        let url = format!("ws://{}{}?since={since}", self.address, of.path("socket"));
        let mut request = url.into_client_request().unwrap();
        for (name, value) in headers {
            request
                .headers_mut()
                .insert(*name, HeaderValue::from_str(value).unwrap());
        }
        match connect_async(request).await {
            Ok((socket, response)) => Ok((Line(socket), response.into_parts().0.headers)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// As a browser does.
    async fn line(&self, of: &Started, since: u64) -> Line {
        let protocols = protocols(&of.visitor_token);
        self.connect(of, since, &[("sec-websocket-protocol", &protocols)])
            .await
            .unwrap()
            .0
    }
}

fn protocols(visitor_token: &str) -> String {
    format!("helproom.v1, bearer.{visitor_token}")
}

struct Line(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Line {
    async fn hear(&mut self) -> Value {
        match self.0.next().await.unwrap().unwrap() {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    async fn say(&mut self, frame: &Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }
}

fn message(key: &str, text: &str) -> Value {
    json!({"type": "message", "key": key, "text": text})
}

#[tokio::test]
async fn the_visitor_token_is_taken_from_the_subprotocols_and_never_echoed() {
    let served = Served::open().await;
    let started = served.house.started().await;
    let protocols = protocols(&started.visitor_token);
    let headers = [
        ("sec-websocket-protocol", protocols.as_str()),
        ("origin", HELP),
    ];
    let (mut line, headers) = served.connect(&started, 0, &headers).await.unwrap();
    assert_eq!(headers["sec-websocket-protocol"], "helproom.v1");
    assert_eq!(line.hear().await["state"], "waiting");
}

#[tokio::test]
async fn a_socket_without_the_right_token_or_page_is_refused() {
    let served = Served::open().await;
    let (mine, other) = (served.house.started().await, served.house.started().await);
    let (right, wrong) = (
        protocols(&mine.visitor_token),
        protocols(&other.visitor_token),
    );
    for (protocols, origin, status) in [
        (Some(&wrong), None, 401),
        (None, None, 401),
        (Some(&right), Some("https://evil.test"), 403),
        (Some(&right), Some("null"), 403),
    ] {
        let mut headers = Vec::new();
        headers.extend(protocols.map(|protocols| ("sec-websocket-protocol", protocols.as_str())));
        headers.extend(origin.map(|origin| ("origin", origin)));
        assert_eq!(served.connect(&mine, 0, &headers).await.err(), Some(status));
    }
}

#[tokio::test]
async fn a_message_is_acknowledged_and_comes_back_as_an_event() {
    let served = Served::open().await;
    let started = served.house.started().await;
    let mut line = served.line(&started, 1).await;
    line.say(&message("k1", "hello")).await;
    let ack = line.hear().await;
    let id = ack["id"].clone();
    assert_eq!(ack, json!({"type": "ack", "key": "k1", "seq": 2, "id": id}));
    let event = line.hear().await;
    assert_eq!(
        (&event["seq"], &event["type"], &event["id"]),
        (&json!(2), &json!("message"), &id)
    );
    line.say(&message("k1", "hello")).await;
    assert_eq!(line.hear().await, ack);
}

#[tokio::test]
async fn a_socket_resumes_after_what_was_seen_and_hears_what_comes() {
    let served = Served::open().await;
    let started = served.house.started().await;
    for key in ["a", "b", "c"] {
        served.house.write(&started, key, key).await_answer().await;
    }
    let mut line = served.line(&started, 2).await;
    for (seq, key) in [(3, "b"), (4, "c")] {
        let event = line.hear().await;
        assert_eq!((&event["seq"], &event["key"]), (&json!(seq), &json!(key)));
    }
    let mut tab = served.line(&started, 4).await;
    served.house.write(&started, "d", "d").await_answer().await;
    assert_eq!(line.hear().await["key"], "d");
    assert_eq!(tab.hear().await["key"], "d");
}

#[tokio::test]
async fn more_than_one_batch_comes_whole_and_in_order() {
    let served = Served::open().await;
    let started = served.house.started().await;
    let what = desk::event::ChatEventKind::Active {
        agent: "Alice".into(),
    };
    for _ in 0..700 {
        served.house.happens(&started.chat, &what).await;
    }
    let mut line = served.line(&started, 0).await;
    for seq in 1..=701 {
        assert_eq!(line.hear().await["seq"], seq);
    }
}

#[tokio::test]
async fn a_mistake_gets_an_error_frame_and_the_line_stays_open() {
    let served = Served::open().await;
    let started = served.house.started().await;
    let mut line = served.line(&started, 1).await;
    for (frame, key, code) in [
        (json!("hello"), Value::Null, "malformed"),
        (
            json!({"type": "message", "key": "k"}),
            json!("k"),
            "malformed",
        ),
        (message("k", ""), json!("k"), "invalid"),
        (message("", "a"), json!(""), "invalid"),
    ] {
        line.say(&frame).await;
        let told = line.hear().await;
        assert_eq!(
            (&told["type"], &told["key"]),
            (&json!("error"), &key),
            "{frame}"
        );
        assert_eq!(told["error"]["code"], code, "{frame}");
    }
    line.0.send(Message::binary(vec![0])).await.unwrap();
    assert_eq!(line.hear().await["error"]["code"], "malformed");
    line.say(&json!({"type": "typing", "typing": true})).await;
    line.say(&message("k", "hello")).await;
    assert_eq!(line.hear().await["type"], "ack");
}

#[tokio::test]
async fn a_closed_chat_refuses_messages_and_the_limit_holds_on_sockets_too() {
    let house = House::fitted(Default::default(), |web| web.limits.messages_per_minute = 1).await;
    let served = Served::of(house).await;
    let started = served.house.started().await;
    let close = served.house.ask("POST", &started.path("close"));
    close.bearer(&started.visitor_token).await_answer().await;
    let mut line = served.line(&started, 2).await;
    for code in ["chat_closed", "too_many"] {
        line.say(&message("k", "hello")).await;
        let told = line.hear().await;
        assert_eq!(
            (&told["key"], &told["error"]["code"]),
            (&json!("k"), &json!(code))
        );
    }
}

#[tokio::test]
async fn a_frame_over_64_kib_ends_the_socket() {
    let served = Served::open().await;
    let started = served.house.started().await;
    let mut line = served.line(&started, 1).await;
    // The peer may already be gone while we send.
    let _ = line.0.send(Message::text("a".repeat(10_000_000))).await;
    assert!(!matches!(line.0.next().await, Some(Ok(Message::Text(_)))));
    let again = served.line(&started, 0).await.hear().await;
    assert_eq!(again["seq"], 1);
}

#[tokio::test]
async fn sockets_are_told_that_the_server_stops_and_leave_nothing_behind() {
    let served = Served::open().await;
    let started = served.house.started().await;
    let mut line = served.line(&started, 0).await;
    line.hear().await;
    served.house.live.stop();
    match line.0.next().await.unwrap().unwrap() {
        Message::Close(Some(frame)) => assert_eq!(frame.code, CloseCode::Away),
        other => panic!("{other:?}"),
    }
    drop(line);
    while served.house.live.watchers() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn one_chat_has_only_so_many_sockets() {
    let served = Served::open().await;
    let started = served.house.started().await;
    let mut lines = Vec::new();
    for _ in 0..16 {
        lines.push(served.line(&started, 0).await);
    }
    let protocols = protocols(&started.visitor_token);
    let headers = [("sec-websocket-protocol", protocols.as_str())];
    assert_eq!(served.connect(&started, 0, &headers).await.err(), Some(429));
}

/// Long enough for a busy machine to answer three of them in time.
const HEARTBEAT: Duration = Duration::from_millis(200);

async fn beating() -> Served {
    let house = House::fitted(Default::default(), |web| web.heartbeat = HEARTBEAT);
    Served::of(house.await).await
}

#[tokio::test]
async fn a_line_on_which_nothing_happens_beats_and_stays_open() {
    let served = beating().await;
    let started = served.house.started().await;
    let mut line = served.line(&started, 1).await;
    for _ in 0..5 {
        assert!(matches!(line.0.next().await, Some(Ok(Message::Ping(_)))));
        assert_eq!(line.hear().await, json!({"type": "heartbeat"}));
    }
}

#[tokio::test]
async fn a_peer_that_answers_no_ping_for_three_heartbeats_is_given_up() {
    let served = beating().await;
    let started = served.house.started().await;
    let begun = Instant::now();
    // Whoever does not read does not answer either.
    let line = served.line(&started, 0).await;
    while served.house.live.watchers() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(begun.elapsed() >= HEARTBEAT * 3);
    drop(line);
}

#[tokio::test]
async fn a_body_of_10_mb_is_refused_on_the_wire_too() {
    let served = Served::open().await;
    let started = served.house.started().await;
    let (mut reads, mut writes) = TcpStream::connect(served.address)
        .await
        .unwrap()
        .into_split();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: 10000000\r\n\r\n",
        started.path("messages"),
        started.visitor_token
    );
    let write = async {
        writes.write_all(head.as_bytes()).await.unwrap();
        // The server need not take all of it.
        let _ = writes.write_all(&vec![b'a'; 10_000_000]).await;
    };
    let mut status = [0; 12];
    let (read, ()) = tokio::join!(reads.read_exact(&mut status), write);
    read.unwrap();
    assert_eq!(&status, b"HTTP/1.1 413");
    assert_eq!(served.house.started().await.visitor_token.len(), 64);
}

#[tokio::test]
async fn what_agents_type_and_read_is_told_without_numbers_and_to_a_new_page_too() {
    let served = Served::open().await;
    let started = served.house.started().await;
    let chat = ChatId::new(&started.chat);
    let mut line = served.line(&started, 0).await;
    assert_eq!(line.hear().await["seq"], 1);
    let live = &served.house.live;
    live.typing(&chat, vec!["Alice".into()]);
    assert_eq!(
        line.hear().await,
        json!({"type": "typing", "typing": true, "agent": {"name": "Alice"}})
    );
    live.read(&chat, 1);
    assert_eq!(line.hear().await, json!({"type": "read", "seq": 1}));
    let mut later = served.line(&started, 1).await;
    assert_eq!(later.hear().await["type"], "typing");
    assert_eq!(later.hear().await, json!({"type": "read", "seq": 1}));
    live.read(&chat, 1);
    live.typing(&chat, vec![]);
    for line in [&mut line, &mut later] {
        assert_eq!(
            line.hear().await,
            json!({"type": "typing", "typing": false, "agent": {"name": "Alice"}})
        );
    }
}

#[tokio::test]
async fn a_customers_gestures_get_no_answer_however_many_there_are() {
    let served = Served::open().await;
    let started = served.house.started().await;
    let mut line = served.line(&started, 1).await;
    for n in 0..300 {
        line.say(&json!({"type": "typing", "typing": n % 2 == 0}))
            .await;
        line.say(&json!({"type": "read", "seq": n})).await;
    }
    line.say(&message("k1", "hello")).await;
    let mut answers = [line.hear().await, line.hear().await];
    answers.sort_by_key(|answer| answer["type"].to_string());
    assert_eq!(
        (&answers[0]["type"], &answers[1]["type"]),
        (&json!("ack"), &json!("message"))
    );
    for (call, body, status) in [
        ("typing", json!({"typing": true}), 429),
        ("read", json!({"seq": 1}), 429),
    ] {
        let ask = served.house.post(&started.path(call), &body);
        let answer = ask.bearer(&started.visitor_token).await_answer().await;
        assert_eq!(answer.status, status, "{call}");
    }
    let other = served.house.started().await;
    for (call, body, status) in [
        ("typing", json!({"typing": true}), 204),
        ("read", json!({"seq": 1}), 204),
        ("read", json!({"seq": -1}), 422),
        ("typing", json!({}), 422),
    ] {
        let ask = served.house.post(&other.path(call), &body);
        let answer = ask.bearer(&other.visitor_token).await_answer().await;
        assert_eq!(answer.status, status, "{call}");
    }
}
