//! The homeserver's outages, noticed though nothing else is asked of it.

use std::{collections::HashMap, future::IntoFuture, pin::pin, sync::Arc, time::Duration};

use appservice::{AsToken, Client, ClientSettings, Namespace, lookout::look_out};
use axum::{
    Json, Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures_util::future::{Either, select};
use serde_json::json;
use tokio::{
    net::TcpListener,
    sync::{Notify, mpsc},
};

/// A homeserver that holds a sync until it is told to break it.
struct Homeserver {
    broken: Notify,
    held: mpsc::UnboundedSender<HashMap<String, String>>,
}

async fn sync(
    State(homeserver): State<Arc<Homeserver>>,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    if !query.contains_key("since") {
        return Json(json!({ "next_batch": "s1" })).into_response();
    }
    homeserver.held.send(query).unwrap();
    homeserver.broken.notified().await;
    StatusCode::BAD_GATEWAY.into_response()
}

#[tokio::test]
async fn a_homeserver_that_was_away_for_a_moment_is_noticed_though_nothing_is_asked_of_it() {
    let (held, mut holds) = mpsc::unbounded_channel();
    let homeserver = Arc::new(Homeserver {
        broken: Notify::new(),
        held,
    });
    let routes = Router::new()
        .route("/_matrix/client/v3/sync", get(sync))
        .route(
            "/_matrix/client/v3/register",
            post(|| async { Json(json!({ "user_id": "@helproom_lookout:example.org" })) }),
        )
        .with_state(homeserver.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::new(ClientSettings {
        url: format!("http://{}", listener.local_addr().unwrap()),
        as_token: AsToken::new("as"),
    });
    let client = Arc::new(client.unwrap());
    let namespace = Namespace::new("helproom", "example.org".try_into().unwrap());
    let test = async {
        for _ in 0..2 {
            let query = holds.recv().await.unwrap();
            assert_eq!(query["user_id"], "@helproom_lookout:example.org");
            assert_eq!(query["set_presence"], "offline");
            let back = client.came_back();
            homeserver.broken.notify_one();
            back.await;
        }
    };
    let test = pin!(tokio::time::timeout(Duration::from_secs(20), test));
    let serve = pin!(axum::serve(listener, routes).into_future());
    let look = pin!(look_out(client.clone(), namespace));
    match select(select(serve, look), test).await {
        Either::Left(_) => panic!("it ended"),
        Either::Right((outcome, _)) => outcome.unwrap(),
    }
}
