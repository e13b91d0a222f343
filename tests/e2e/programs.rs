//! Programs beside a help center, on a real homeserver: what a webhook is told, and what is left of
//! a customer who is erased.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Bytes, http::HeaderMap, routing::post};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};

use crate::{
    agent::Agent,
    bot::direct_room,
    customer::Customer,
    world::{PATIENCE, Plan, World},
};

/// A webhook's other side: it refuses the first, and keeps what comes then.
struct Receiver {
    url: String,
    came: Arc<Mutex<Vec<(HeaderMap, Value)>>>,
    changed: watch::Receiver<usize>,
}

impl Receiver {
    async fn open() -> Self {
        let came: Arc<Mutex<Vec<(HeaderMap, Value)>>> = Arc::default();
        let (count, changed) = watch::channel(0);
        let kept = came.clone();
        let hear = async move |headers: HeaderMap, body: Bytes| {
            let body = serde_json::from_slice(&body).unwrap();
            let mut kept = kept.lock().unwrap();
            kept.push((headers, body));
            count.send_modify(|count| *count += 1);
            match kept.len() {
                1 => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::OK,
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let routes = Router::new().route("/hook", post(hear));
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, came, changed }
    }

    async fn until(&self, kind: &str) -> (HeaderMap, Value) {
        let mut changed = self.changed.clone();
        let wait = async {
            loop {
                let came = self.came.lock().unwrap().clone();
                if let Some(found) = came
                    .into_iter()
                    .rev()
                    .find(|(_, body)| body["type"] == kind)
                {
                    return found;
                }
                changed.changed().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, wait)
            .await
            .unwrap_or_else(|_| panic!("never told of {kind}"))
    }
}

#[tokio::test]
async fn an_erased_customer_leaves_an_empty_room_and_programs_are_told() {
    let world = World::start(Plan {
        services: &["acme"],
        admins: &["@bob.acme:lab.test"],
        settings: "[webhooks]\nallow_private = [\"127.0.0.1\"]\n",
        ..Plan::default()
    })
    .await;
    let receiver = Receiver::open().await;
    let alice = Agent::on_duty(&world, "alice", "acme").await;
    let bob = Agent::log_in(&world, "bob", "acme").await;
    let direct = direct_room(&world, &bob, false).await;
    let room = direct.room_id();
    bob.say(room, &format!("!webhook add {}", receiver.url))
        .await;
    bob.word_told(room, "whsec_").await;
    bob.say(
        room,
        "!apikey create eraser --scope customers:read customers:erase",
    )
    .await;
    let key = bob.word_told(room, "hrk_").await;

    let customer = Customer::start(&world, "acme").await;
    let portal = alice.accept().await;
    customer.say("k1", "these words must go").await;
    let said = alice
        .until_event("the customer's words", |id, event| {
            *id == portal && event["content"]["body"] == "these words must go"
        })
        .await;
    let (first, _) = receiver.until("chat.started").await;
    receiver.until("chat.accepted").await;
    let again = receiver.came.lock().unwrap().clone();
    let ids = again
        .iter()
        .filter(|(headers, _)| headers["webhook-id"] == first["webhook-id"]);
    assert_eq!(ids.count(), 2, "refused once, told again under its id");

    let base = format!("{}/api/v1/admin/customers", world.web);
    let client = Client::new();
    let ask = async |method: Method, path: &str| {
        let request = client.request(method, format!("{base}/{path}"));
        request.bearer_auth(&key).send().await.unwrap()
    };
    let chat = &receiver.until("chat.accepted").await.1["data"]["chat"];
    let id = chat["customer"].as_str().unwrap().to_owned();
    let document: Value = ask(Method::GET, &format!("{id}/export"))
        .await
        .json()
        .await
        .unwrap();
    assert!(document.to_string().contains("these words must go"));
    let erased = ask(Method::DELETE, &id).await;
    assert_eq!(erased.status(), StatusCode::ACCEPTED);

    let event = said["event_id"].as_str().unwrap();
    alice
        .until_event("its redaction", |id, found| {
            *id == portal
                && found["type"] == "m.room.redaction"
                && [&found["redacts"], &found["content"]["redacts"]].contains(&&json!(event))
        })
        .await;
    alice.until_out_of(&portal).await;
    let (_, told) = receiver.until("customer.erased").await;
    assert_eq!(told["data"]["customer"], id.as_str());
    world.until_delivered().await;
    let ghost = said["sender"].as_str().unwrap();
    let url = format!(
        "{}/_matrix/client/v3/profile/{ghost}/displayname",
        world.lab.homeserver_url()
    );
    let token = alice.client.access_token().unwrap();
    let profile = client.get(url).bearer_auth(token).send().await.unwrap();
    let profile: Value = profile.json().await.unwrap();
    let name = profile["displayname"].as_str().unwrap_or_default();
    assert!(!name.contains("Kim"), "{profile}");
    assert_eq!(
        ask(Method::DELETE, &id).await.status(),
        StatusCode::NOT_FOUND
    );
    let (_, text) = world.command(&["export", "--service", "acme", "--customer", &id]);
    assert!(text.contains("no such customer"), "{text}");
    let buried = "select effect from outbox where buried is not null";
    assert_eq!(world.query(buried).await, [""; 0]);
    let log = world
        .query("select what from audit order by ord desc limit 1")
        .await;
    assert_eq!(log, ["customer.erased"]);
}
