//! Real requests to real receivers on this machine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::{
    collections::VecDeque,
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
    routing::post,
};
use desk::{
    ids::{EffectId, Timestamp},
    ports::{HookPost, PostError, Webhooks},
    webhook::Allowed,
};
use tokio::net::{TcpListener, TcpSocket};
use webhook::{Hooks, Lookup, sign};
use zeroize::Zeroizing;

/// What came to a receiver.
type Came = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

struct Receiver {
    address: SocketAddr,
    came: Came,
}

impl Receiver {
    async fn answering(status: u16, headers: &[(&'static str, String)]) -> Self {
        Self::at("127.0.0.1:0", status, headers).await
    }

    async fn at(address: &str, status: u16, headers: &[(&'static str, String)]) -> Self {
        let came = Came::default();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        let status = StatusCode::from_u16(status).unwrap();
        let routes = Router::new()
            .fallback(post(
                async move |State(came): State<Came>, headers: HeaderMap, body: Bytes| {
                    came.lock().unwrap().push((headers, body));
                    (status, map).into_response()
                },
            ))
            .with_state(came.clone());
        let listener = TcpListener::bind(address).await.unwrap();
        let address = listener.local_addr().unwrap();
        #[allow(clippy::disallowed_methods, reason = "it ends with the test")]
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { address, came }
    }

    fn count(&self) -> usize {
        self.came.lock().unwrap().len()
    }
}

fn letter(url: String) -> HookPost {
    HookPost {
        url,
        id: EffectId::new("msg_1"),
        at: Timestamp::from_millis(1_700_000_000_500),
        body: "{\"type\":\"webhook.test\"}".into(),
        secrets: vec![Zeroizing::new(vec![7; 32])],
    }
}

fn allowed(network: &str) -> Allowed {
    Allowed::new(vec![network.parse().unwrap()])
}

fn hooks() -> Hooks {
    Hooks::new(allowed("127.0.0.1/32")).unwrap()
}

fn trouble(outcome: Result<(), PostError>) -> String {
    match outcome {
        Err(PostError::Later { trouble, .. }) => trouble,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_receiver_gets_the_body_with_id_time_and_signature() {
    let receiver = Receiver::answering(204, &[]).await;
    let letter = letter(format!("http://{}/hook?a=b", receiver.address));
    assert_eq!(hooks().post(&letter).await, Ok(()));
    let came = receiver.came.lock().unwrap();
    let (headers, body) = &came[0];
    assert_eq!(*body, letter.body);
    let signature = sign(&letter);
    for (name, value) in [
        ("content-type", "application/json"),
        ("webhook-id", "msg_1"),
        ("webhook-timestamp", "1700000000"),
        ("webhook-signature", signature.as_str()),
    ] {
        assert_eq!(headers[name], value, "{name}");
    }
    assert!(!headers.contains_key(header::AUTHORIZATION));
}

#[tokio::test]
async fn what_a_receiver_answers_decides() {
    let elsewhere = Receiver::answering(200, &[]).await;
    let moved = vec![("location", format!("http://{}/", elsewhere.address))];
    let wait = vec![("retry-after", "90".to_owned())];
    let date = vec![("retry-after", "Fri, 31 Dec 1999 23:59:59 GMT".to_owned())];
    let later = |trouble: &str, after: Option<u64>| {
        Err(PostError::Later {
            after: after.map(Duration::from_secs),
            trouble: trouble.into(),
        })
    };
    for (status, headers, outcome) in [
        (200, vec![], Ok(())),
        (299, vec![], Ok(())),
        (410, vec![], Err(PostError::Gone)),
        (302, moved.clone(), later("it redirects (302)", None)),
        (308, moved, later("it redirects (308)", None)),
        (404, vec![], later("it answers 404", None)),
        (500, vec![], later("it answers 500", None)),
        (429, wait, later("it answers 429", Some(90))),
        (503, date, later("it answers 503", None)),
    ] {
        let receiver = Receiver::answering(status, &headers).await;
        let letter = letter(format!("http://{}/", receiver.address));
        assert_eq!(hooks().post(&letter).await, outcome, "{status}");
        assert_eq!(receiver.count(), 1, "{status}");
    }
    assert_eq!(elsewhere.count(), 0);
}

#[tokio::test]
async fn a_receiver_that_is_silent_or_away_is_tried_later() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let nobody = socket.local_addr().unwrap();
    let away = hooks().post(&letter(format!("http://{nobody}/"))).await;
    assert_eq!(trouble(away), "it cannot be reached");

    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let letter = letter(format!("http://{}/", silent.local_addr().unwrap()));
    let hooks = hooks();
    let asked = hooks.post(&letter);
    let heard = async {
        let connection = silent.accept().await.unwrap();
        // From here on only time passes.
        tokio::time::pause();
        let _open = connection;
        std::future::pending::<()>().await
    };
    tokio::select! {
        outcome = asked => assert_eq!(trouble(outcome), "it did not answer in time"),
        () = heard => {}
    }
}

/// Answers one after the other; the last for ever.
#[derive(Clone)]
struct Changing(Arc<Mutex<VecDeque<Vec<IpAddr>>>>);

impl Changing {
    fn between(answers: &[&[&str]]) -> Self {
        let answers = answers
            .iter()
            .map(|answer| answer.iter().map(|it| it.parse().unwrap()).collect());
        Self(Arc::new(Mutex::new(answers.collect())))
    }
}

#[async_trait]
impl Lookup for Changing {
    async fn addresses(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let mut answers = self.0.lock().unwrap();
        let next = match answers.len() {
            1 => answers.front().cloned(),
            _ => answers.pop_front(),
        };
        next.ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

#[tokio::test]
async fn a_name_that_changes_to_an_address_that_may_not_be_reached_is_not_followed_there() {
    let ours = Receiver::answering(200, &[]).await;
    let port = ours.address.port();
    // What stands beside it must never hear of us.
    let beside = Receiver::at(&format!("127.0.0.2:{port}"), 200, &[]).await;
    let names = Changing::between(&[
        &["127.0.0.1"],
        &["127.0.0.2"],
        &["127.0.0.2", "127.0.0.1"],
        &["10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.2"],
    ]);
    let hooks = Hooks::looking_up(allowed("127.0.0.1/32"), names).unwrap();
    let url = format!("http://hooks.example.org:{port}/");
    let mut outcomes = Vec::new();
    for _ in 0..4 {
        outcomes.push(
            hooks
                .post(&letter(url.clone()))
                .await
                .map_err(|error| error.to_string()),
        );
    }
    let refused = || Err("its address is not public".to_owned());
    assert_eq!(outcomes, [Ok(()), refused(), Ok(()), refused()]);
    assert_eq!((ours.count(), beside.count()), (2, 0));
}

#[tokio::test]
async fn addresses_that_are_no_names_are_looked_at_too() {
    let beside = Receiver::at("127.0.0.2:0", 200, &[]).await;
    let port = beside.address.port();
    let hooks = hooks();
    for host in [
        "127.0.0.2",
        "2130706434",
        "0x7f.2",
        "[::ffff:127.0.0.2]",
        "[::1]",
        "0.0.0.0",
    ] {
        let told = trouble(hooks.post(&letter(format!("http://{host}:{port}/"))).await);
        assert!(told.contains("not public"), "{host}: {told}");
    }
    assert_eq!(beside.count(), 0);
    let strict = Hooks::new(Allowed::default()).unwrap();
    let told = trouble(
        strict
            .post(&letter(format!("http://127.0.0.1:{port}/")))
            .await,
    );
    assert!(told.contains("https://"), "{told}");
}

#[tokio::test]
async fn without_tls_a_public_address_is_not_told() {
    // Nothing leaves this machine: it is refused before it is connected to.
    let names = Changing::between(&[&["8.8.8.8"]]);
    let hooks = Hooks::looking_up(allowed("127.0.0.1/32"), names).unwrap();
    let told = trouble(
        hooks
            .post(&letter("http://hooks.example.org/".into()))
            .await,
    );
    assert_eq!(told, "its address is not public");
}
