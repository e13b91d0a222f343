//! From the homeserver's transaction to the customer's record: durable before it is acknowledged,
//! and in the room's order whatever the homeserver lost, repeated or sent late.

use std::{
    collections::HashMap,
    future::IntoFuture,
    net::SocketAddr,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use appservice::{
    AsToken, Client, ClientSettings, HsToken, Inbound, Namespace, presence::PresenceWatch,
};
use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Path, Query, State},
    http::{Request, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use desk::{
    engine::Engine,
    ids::{ChatId, EventId},
    ports::Store,
};
use futures_util::{
    FutureExt,
    future::{Either, select},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::desk_in_process::{Desk, at_a_desk};

const OLD_CONNECTION: u16 = 1;
const NEW_CONNECTION: u16 = 2;

/// A room as the homeserver has it, oldest event first, and whether it answers.
#[derive(Default)]
struct Rooms {
    events: Mutex<Vec<Value>>,
    away: AtomicBool,
    read: AtomicUsize,
    /// Arrives by transaction while the room is being read for the first time, too late for what
    /// is read.
    meanwhile: Mutex<Option<(Router, Value)>>,
}

/// `GET /_matrix/client/v3/rooms/{room}/messages?dir=b`, as Synapse answers it: newest first, and
/// without `end` when the start of the room is reached.
async fn messages(
    State(rooms): State<Arc<Rooms>>,
    Path(_room): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    rooms.read.fetch_add(1, Ordering::SeqCst);
    if rooms.away.load(Ordering::SeqCst) {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    assert_eq!(query["dir"], "b");
    let events = rooms.events.lock().unwrap().clone();
    let limit: usize = query["limit"].parse().unwrap();
    let end: usize = query
        .get("from")
        .map_or(events.len(), |from| from[1..].parse().unwrap());
    let start = end.saturating_sub(limit);
    let chunk: Vec<_> = events[start..end].iter().rev().collect();
    let mut page = json!({"start": format!("t{end}"), "chunk": chunk});
    if start > 0 {
        page["end"] = json!(format!("t{start}"));
    }
    let meanwhile = rooms.meanwhile.lock().unwrap().take();
    if let Some((router, event)) = meanwhile {
        rooms.events.lock().unwrap().push(event.clone());
        let told = put(&router, OLD_CONNECTION, &[event]).await;
        assert_eq!(told.0, StatusCode::OK);
    }
    Json(page).into_response()
}

struct Side {
    rooms: Arc<Rooms>,
    inbound: Arc<Inbound>,
    router: Router,
    chat: ChatId,
    room: String,
}

/// The homeserver's side of a desk with one chat that Anna has. While the test runs, what arrives
/// is taken in.
async fn homeserver_side(desk: &mut Desk, test: impl AsyncFnOnce(&Desk, &Side)) {
    desk.online(&["anna"]).await;
    let chat = desk.start_with("anna").await;
    let rooms = Arc::new(Rooms::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let path = "/_matrix/client/v3/rooms/{room}/messages";
    let homeserver = Router::new()
        .route(path, get(messages))
        .with_state(rooms.clone());
    let (inbound, router) = appservice_of(desk, desk.engine.clone(), url);
    let side = Side {
        rooms,
        router,
        room: desk.portal(&chat).await.to_string(),
        chat,
        inbound: inbound.clone(),
    };
    let serve = axum::serve(listener, homeserver).into_future();
    let (serve, run) = (pin!(serve), pin!(inbound.run()));
    let test = pin!(tokio::time::timeout(
        Duration::from_secs(20),
        test(desk, &side)
    ));
    match select(select(serve, run), test).await {
        Either::Left(_) => panic!("it ended"),
        Either::Right((outcome, _)) => outcome.unwrap(),
    }
}

fn appservice_of(desk: &Desk, engine: Arc<Engine>, url: String) -> (Arc<Inbound>, Router) {
    let as_token = AsToken::new("as");
    let client = Arc::new(Client::new(ClientSettings { url, as_token }).unwrap());
    let presence = PresenceWatch::new(engine.clone(), desk.homeserver.clone(), client.clone());
    let namespace = Namespace::new("helproom", "example.org".try_into().unwrap());
    let inbound = Inbound::new(engine, client, namespace.clone(), presence);
    let router = appservice::router(inbound.clone(), namespace, HsToken::new("hs"));
    (inbound, router)
}

async fn put(router: &Router, port: u16, events: &[Value]) -> (StatusCode, Value) {
    put_body(router, port, json!({ "events": events }).to_string()).await
}

async fn put_body(router: &Router, port: u16, body: String) -> (StatusCode, Value) {
    // One transaction id for all: it must not matter.
    put_as(router, port, 1, body).await
}

async fn put_as(router: &Router, port: u16, id: u64, body: String) -> (StatusCode, Value) {
    let peer = SocketAddr::from(([127, 0, 0, 1], port));
    let request = Request::put(format!("/_matrix/app/v1/transactions/{id}"))
        .header("authorization", "Bearer hs")
        .extension(ConnectInfo(peer))
        .body(Body::from(body))
        .unwrap();
    answer(router, request).await
}

async fn answer(router: &Router, request: Request<Body>) -> (StatusCode, Value) {
    let response = router.clone().oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 1_000_000).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

fn event(room: &str, n: usize) -> Value {
    json!({
        "event_id": format!("$e{n}"), "room_id": room, "sender": "@anna:example.org",
        "type": "m.room.message", "origin_server_ts": n,
        "content": {"msgtype": "m.text", "body": format!("e{n}")},
    })
}

fn texts(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    numbers.into_iter().map(|n| format!("e{n}")).collect()
}

impl Side {
    fn event(&self, n: usize) -> Value {
        event(&self.room, n)
    }

    /// Happens in the room; the homeserver does not tell us.
    fn untold(&self, numbers: impl IntoIterator<Item = usize>) {
        let events = numbers.into_iter().map(|n| self.event(n));
        self.rooms.events.lock().unwrap().extend(events);
    }

    /// Happens in the room, and the homeserver tells us.
    async fn told(&self, port: u16, n: usize) {
        self.untold([n]);
        let answer = put(&self.router, port, &[self.event(n)]).await;
        assert_eq!(answer, (StatusCode::OK, json!({})));
    }

    /// The same, in the transaction of this id.
    async fn told_as(&self, id: u64, n: usize) {
        self.untold([n]);
        let body = json!({ "events": [self.event(n)] }).to_string();
        let (status, _) = put_as(&self.router, OLD_CONNECTION, id, body).await;
        assert_eq!(status, StatusCode::OK);
    }

    async fn until_heard(&self, desk: &Desk, numbers: impl IntoIterator<Item = usize>) {
        let texts = texts(numbers);
        while desk.texts(&self.chat).await.len() < texts.len() {
            tokio::task::yield_now().await;
        }
        assert_eq!(desk.texts(&self.chat).await, texts);
        assert!(desk.store.unprocessed(1).await.unwrap().is_empty());
    }

    /// Two tries at reading the room that were in vain.
    async fn until_tried(&self) {
        let before = self.rooms.read.load(Ordering::SeqCst);
        while self.rooms.read.load(Ordering::SeqCst) < before + 2 {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn an_event_is_stored_when_its_transaction_is_acknowledged_and_not_taken_in_before() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let nowhere = "http://127.0.0.1:1".to_owned();
        let (_, router) = appservice_of(desk, desk.engine.clone(), nowhere);
        let room = desk.portal(&chat).await;
        let event = event(room.as_str(), 1);
        let told = put(&router, OLD_CONNECTION, &[event.clone(), event]).await;
        assert_eq!(told, (StatusCode::OK, json!({})));
        let stored = desk.store.unprocessed(9).await.unwrap();
        assert_eq!(stored.len(), 1);
        assert_eq!((stored[0].id.as_str(), &stored[0].room), ("$e1", &room));
        assert!(desk.texts(&chat).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_transaction_that_cannot_be_stored_is_not_acknowledged_and_comes_again() {
    at_a_desk(&["anna"], 3, async |desk| {
        let brittle = desk.behind_a_brittle_store().await;
        let nowhere = "http://127.0.0.1:1".to_owned();
        let (_, router) = appservice_of(desk, desk.engine.clone(), nowhere);
        let event = event("!r:example.org", 1);
        brittle.set_broken(true);
        let (status, body) = put(&router, OLD_CONNECTION, std::slice::from_ref(&event)).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
        let id = EventId::new("$e1");
        assert!(!desk.store.is_received(&id).await.unwrap());
        brittle.set_broken(false);
        let (status, _) = put(&router, OLD_CONNECTION, &[event]).await;
        assert_eq!(status, StatusCode::OK);
        assert!(desk.store.is_received(&id).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn what_is_no_transaction_is_refused_in_matrixs_words_and_stores_nothing() {
    at_a_desk(&["anna"], 3, async |desk| {
        let nowhere = "http://127.0.0.1:1".to_owned();
        let (_, router) = appservice_of(desk, desk.engine.clone(), nowhere);
        let mut huge = event("!r:example.org", 1);
        huge["content"]["body"] = json!("a".repeat(17 * 1024 * 1024));
        let huge = json!({ "events": [huge] }).to_string();
        let cut = json!({"events": [event("!r:example.org", 1)]}).to_string();
        let cut = cut[..cut.len() - 3].to_owned();
        for (what, body, status, errcode) in [
            ("17 MB", huge, 413, "M_TOO_LARGE"),
            ("half a body", cut, 400, "M_BAD_JSON"),
            ("no body", String::new(), 400, "M_BAD_JSON"),
            ("no events", "{}".to_owned(), 400, "M_BAD_JSON"),
        ] {
            let (code, body) = put_body(&router, OLD_CONNECTION, body).await;
            assert_eq!(
                (code.as_u16(), body["errcode"].as_str()),
                (status, Some(errcode)),
                "{what}"
            );
        }
        assert!(desk.store.unprocessed(9).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn only_who_has_the_hs_token_is_heard() {
    at_a_desk(&["anna"], 3, async |desk| {
        let nowhere = "http://127.0.0.1:1".to_owned();
        let (_, router) = appservice_of(desk, desk.engine.clone(), nowhere);
        let body = json!({"events": [event("!r:example.org", 1)]}).to_string();
        let v1 = "/_matrix/app/v1/transactions/1";
        for (path, bearer, status, errcode) in [
            (v1, None, 401, Some("M_MISSING_TOKEN")),
            (v1, Some("Bearer as"), 403, Some("M_FORBIDDEN")),
            (v1, Some("Bearer "), 403, Some("M_FORBIDDEN")),
            ("/_matrix/app/v1/nothing", None, 404, Some("M_UNRECOGNIZED")),
            (
                "/transactions/1?access_token=as",
                None,
                403,
                Some("M_FORBIDDEN"),
            ),
            ("/transactions/1?access_token=hs", None, 200, None),
            (v1, Some("Bearer hs"), 200, None),
        ] {
            let mut request = Request::put(path);
            if let Some(bearer) = bearer {
                request = request.header("authorization", bearer);
            }
            let before = desk.store.unprocessed(9).await.unwrap().len();
            let request = request.body(Body::from(body.clone())).unwrap();
            let (code, answer) = answer(&router, request).await;
            assert_eq!(
                (code.as_u16(), answer["errcode"].as_str()),
                (status, errcode),
                "{path} {bearer:?}"
            );
            let after = desk.store.unprocessed(9).await.unwrap().len();
            assert!(status == 200 || after == before, "{path} {bearer:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_broken_event_is_skipped_and_a_transaction_sent_twice_counts_once() {
    at_a_desk(&["anna"], 3, async |desk| {
        homeserver_side(desk, async |desk, side| {
            let mut broken = side.event(3);
            broken["origin_server_ts"] = json!("yesterday");
            let events = [side.event(1), broken, side.event(2)];
            side.untold([1, 2]);
            for _ in 0..2 {
                let (status, _) = put(&side.router, OLD_CONNECTION, &events).await;
                assert_eq!(status, StatusCode::OK);
            }
            side.until_heard(desk, [1, 2]).await;
            assert_eq!(side.inbound.malformed.load(Ordering::Relaxed), 2);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn what_the_homeserver_lost_is_read_from_the_room_and_heard_in_order() {
    at_a_desk(&["anna"], 3, async |desk| {
        homeserver_side(desk, async |desk, side| {
            side.told(OLD_CONNECTION, 1).await;
            side.told(OLD_CONNECTION, 2).await;
            side.until_heard(desk, 1..=2).await;
            side.untold(3..=5);
            side.told(NEW_CONNECTION, 6).await;
            side.until_heard(desk, 1..=6).await;
            // It comes after all, late.
            let (status, _) = put(&side.router, NEW_CONNECTION, &[side.event(4)]).await;
            assert_eq!(status, StatusCode::OK);
            side.told(NEW_CONNECTION, 7).await;
            side.until_heard(desk, 1..=7).await;
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn more_than_a_page_of_lost_events_is_read() {
    at_a_desk(&["anna"], 3, async |desk| {
        homeserver_side(desk, async |desk, side| {
            side.told(OLD_CONNECTION, 1).await;
            side.until_heard(desk, 1..=1).await;
            side.untold(2..=250);
            side.told(NEW_CONNECTION, 251).await;
            side.until_heard(desk, 1..=251).await;
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn while_the_room_cannot_be_read_nothing_of_it_is_heard_out_of_order() {
    at_a_desk(&["anna"], 3, async |desk| {
        homeserver_side(desk, async |desk, side| {
            side.told(OLD_CONNECTION, 1).await;
            side.until_heard(desk, 1..=1).await;
            side.rooms.away.store(true, Ordering::SeqCst);
            side.untold(2..=3);
            side.told(NEW_CONNECTION, 4).await;
            side.until_tried().await;
            assert_eq!(desk.texts(&side.chat).await, texts([1]));
            side.told(NEW_CONNECTION, 5).await;
            side.until_tried().await;
            assert_eq!(desk.texts(&side.chat).await, texts([1]));
            side.rooms.away.store(false, Ordering::SeqCst);
            side.until_heard(desk, 1..=5).await;
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn what_arrives_while_the_room_is_read_is_heard_after_what_is_read() {
    at_a_desk(&["anna"], 3, async |desk| {
        homeserver_side(desk, async |desk, side| {
            side.untold(1..=2);
            let late = (side.router.clone(), side.event(4));
            *side.rooms.meanwhile.lock().unwrap() = Some(late);
            side.told(OLD_CONNECTION, 3).await;
            side.until_heard(desk, 1..=4).await;
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_transaction_kept_back_is_found_by_the_gap_between_ids_and_heard_in_order() {
    at_a_desk(&["anna"], 3, async |desk| {
        homeserver_side(desk, async |desk, side| {
            side.told_as(7, 1).await;
            side.until_heard(desk, 1..=1).await;
            side.untold([2]);
            // Receipts and the like come in transactions, too.
            let receipts = json!({ "events": [] }).to_string();
            put_as(&side.router, OLD_CONNECTION, 9, receipts).await;
            side.told_as(10, 3).await;
            side.until_heard(desk, 1..=3).await;
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn what_was_kept_back_without_a_sign_is_heard_late_rather_than_never() {
    at_a_desk(&["anna"], 3, async |desk| {
        homeserver_side(desk, async |desk, side| {
            side.told_as(7, 1).await;
            side.until_heard(desk, 1..=1).await;
            side.untold([2]);
            side.told_as(8, 3).await;
            side.until_heard(desk, [1, 3]).await;
            side.inbound.doubt();
            side.until_heard(desk, [1, 3, 2]).await;
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn what_happens_elsewhere_is_told_at_once_and_what_happens_in_a_portal_is_not() {
    at_a_desk(&["anna"], 3, async |desk| {
        homeserver_side(desk, async |desk, side| {
            let elsewhere = side.inbound.elsewhere();
            let told = || elsewhere.notified().now_or_never().is_some();
            side.told(OLD_CONNECTION, 1).await;
            side.until_heard(desk, 1..=1).await;
            assert!(told(), "it was not known yet what room this is");
            side.told(OLD_CONNECTION, 2).await;
            side.until_heard(desk, 1..=2).await;
            assert!(!told());
            let direct = event("!direct:example.org", 3);
            put(&side.router, OLD_CONNECTION, &[direct]).await;
            assert!(told());
        })
        .await;
    })
    .await;
}
