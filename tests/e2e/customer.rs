//! A customer without a browser: the HTTP API itself.

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::world::{PATIENCE, World};

/// A customer in a chat.
pub struct Customer {
    client: Client,
    base: String,
    pub chat: String,
    pub token: String,
    since: u64,
    pub events: Vec<Value>,
}

pub async fn post(world: &World, path: &str, body: Value) -> (StatusCode, Value) {
    let answer = Client::new()
        .post(format!("{}/api/v1{path}", world.web))
        .json(&body)
        .send()
        .await
        .unwrap();
    (answer.status(), answer.json().await.unwrap())
}

pub fn start_body() -> Value {
    json!({"consent": {"version": "1"}, "customer": {"name": "Kim"}, "locale": "en"})
}

impl Customer {
    pub async fn start(world: &World, service: &str) -> Self {
        let (status, started) = post(
            world,
            &format!("/help-centers/{service}/chats"),
            start_body(),
        )
        .await;
        assert_eq!(status, StatusCode::CREATED, "{started}");
        Self::of(world, &started)
    }

    /// As `start`, one of many who share a client.
    pub async fn among(client: &Client, world: &World, service: &str) -> Self {
        let url = format!("{}/api/v1/help-centers/{service}/chats", world.web);
        let answer = client.post(url).json(&start_body()).send().await.unwrap();
        let status = answer.status();
        let started: Value = answer.json().await.unwrap();
        assert_eq!(status, StatusCode::CREATED, "{started}");
        Self {
            client: client.clone(),
            ..Self::of(world, &started)
        }
    }

    /// Who got this answer to a start, or to a resumption.
    pub fn of(world: &World, started: &Value) -> Self {
        let chat = started["chat"].as_str().unwrap();
        Self {
            client: Client::new(),
            base: format!("{}/api/v1/chats/{chat}", world.web),
            chat: chat.to_owned(),
            token: started["visitor_token"].as_str().unwrap().to_owned(),
            since: 0,
            events: Vec::new(),
        }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
    }

    pub async fn try_say(&self, key: &str, text: &str) -> Result<Value, String> {
        let body = json!({"key": key, "text": text});
        let answer = self
            .request(Method::POST, "/messages")
            .json(&body)
            .send()
            .await
            .map_err(|e| e.to_string())?;
        let status = answer.status();
        let body: Value = answer.json().await.map_err(|e| e.to_string())?;
        if status.is_success() {
            Ok(body)
        } else {
            Err(format!("{status}: {body}"))
        }
    }

    pub async fn say(&self, key: &str, text: &str) -> Value {
        self.try_say(key, text)
            .await
            .expect("the message is accepted")
    }

    /// One long poll.
    async fn poll(&mut self) -> Result<(), reqwest::Error> {
        let path = format!("/events?since={}&wait=20", self.since);
        let page: Value = self
            .request(Method::GET, &path)
            .send()
            .await?
            .json()
            .await?;
        self.since = page["next"].as_u64().unwrap_or(self.since);
        self.events
            .extend(page["events"].as_array().cloned().unwrap_or_default());
        Ok(())
    }

    pub async fn until(&mut self, what: &str, is: impl Fn(&[Value]) -> bool) {
        let wait = async {
            while !is(&self.events) {
                if self.poll().await.is_err() {
                    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                }
            }
        };
        let seen = tokio::time::timeout(PATIENCE * 3, wait).await.is_ok();
        assert!(seen, "the customer never saw {what}: {:?}", self.events);
    }

    pub async fn until_active(&mut self) {
        self.until("an agent", |events| {
            events.iter().any(|event| event["state"] == "active")
        })
        .await;
    }

    /// The texts of agents, in order.
    pub fn heard(&self) -> Vec<String> {
        let messages = self
            .events
            .iter()
            .filter(|event| event["type"] == "message" && event["from"]["kind"] == "agent");
        messages
            .map(|event| event["text"].as_str().unwrap().to_owned())
            .collect()
    }

    pub async fn until_heard(&mut self, texts: &[String]) {
        let count = texts.len();
        self.until(&format!("{count} texts"), |events| {
            events
                .iter()
                .filter(|event| event["type"] == "message" && event["from"]["kind"] == "agent")
                .count()
                >= count
        })
        .await;
        assert_eq!(self.heard(), texts);
    }

    pub async fn close(&self) {
        let answer = self.request(Method::POST, "/close").send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
    }
}
