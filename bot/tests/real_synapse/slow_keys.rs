//! The homeserver behind a proxy that keeps room keys back until told.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header::AUTHORIZATION},
};
use tokio::{net::TcpListener, task::JoinSet};

pub struct SlowKeys {
    pub url: String,
    way: Arc<Way>,
    _serving: JoinSet<()>,
}

struct Way {
    http: reqwest::Client,
    homeserver: String,
    /// What is kept back; `None` when nothing is.
    held: Mutex<Option<Vec<Call>>>,
}

#[derive(Clone)]
struct Call {
    method: Method,
    path: String,
    authorization: Option<String>,
    body: Bytes,
}

impl SlowKeys {
    pub async fn start(homeserver: &str) -> Self {
        let way = Arc::new(Way {
            http: reqwest::Client::new(),
            homeserver: homeserver.to_owned(),
            held: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(pass).with_state(way.clone());
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            url,
            way,
            _serving: serving,
        }
    }

    pub fn hold(&self) {
        *self.way.held.lock().unwrap() = Some(Vec::new());
    }

    pub async fn release(&self) {
        let held = self.way.held.lock().unwrap().take().unwrap();
        assert!(!held.is_empty(), "keys were sent");
        for call in held {
            assert!(self.way.forward(call).await.0.is_success());
        }
    }
}

impl Way {
    async fn forward(&self, call: Call) -> (StatusCode, Bytes) {
        let url = format!("{}{}", self.homeserver, call.path);
        let mut request = self.http.request(call.method, url).body(call.body);
        if let Some(authorization) = call.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        let response = request.send().await.unwrap();
        (response.status(), response.bytes().await.unwrap())
    }
}

async fn pass(
    State(way): State<Arc<Way>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, Bytes) {
    let authorization = headers
        .get(AUTHORIZATION)
        .map(|value| value.to_str().unwrap().to_owned());
    let call = Call {
        method,
        path: uri.to_string(),
        authorization,
        body,
    };
    if call.path.contains("/sendToDevice/")
        && let Some(held) = way.held.lock().unwrap().as_mut()
    {
        held.push(call);
        return (StatusCode::OK, Bytes::from_static(b"{}"));
    }
    way.forward(call).await
}
