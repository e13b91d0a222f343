//! The customer, as its page does it: HTTP to start, then a socket.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use reqwest::Client;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, client::IntoClientRequest, http::header},
};

use super::agent::{PATIENCE, client};

type Socket = WebSocketStream<TcpStream>;

/// A chat, seen from the page.
#[derive(Deserialize)]
pub(super) struct Started {
    chat: String,
    visitor_token: String,
}

/// Where Helproom serves customers.
#[derive(Clone)]
pub(super) struct Desk {
    pub http: Client,
    pub port: u16,
    pub service: &'static str,
    pub origin: String,
}

impl Desk {
    pub fn new(port: u16, service: &'static str, origin: String) -> Result<Self> {
        Ok(Self {
            http: client()?,
            port,
            service,
            origin,
        })
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/api/v1{path}", self.port)
    }

    pub async fn start_chat(&self) -> Result<Started> {
        let url = self.url(&format!("/help-centers/{}/chats", self.service));
        let wish =
            json!({"consent": {"version": "1"}, "customer": {"name": "Kim"}, "locale": "en"});
        let answer = self.http.post(url).json(&wish).send().await?;
        let status = answer.status();
        let body: Value = answer.json().await?;
        serde_json::from_value(body.clone())
            .with_context(|| format!("a chat was not started: {status} {body}"))
    }

    pub async fn close(&self, chat: &Started) -> Result<()> {
        let url = self.url(&format!("/chats/{}/close", chat.chat));
        let request = self.http.post(url).bearer_auth(&chat.visitor_token);
        request.send().await?.error_for_status()?;
        Ok(())
    }

    /// Waits until an agent is free.
    pub async fn until_available(&self) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let url = self.url(&format!("/help-centers/{}", self.service));
            let center: Value = self.http.get(url).send().await?.json().await?;
            if center.get("chat").is_some_and(|chat| chat == "available") {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("no agent is available")
    }

    pub async fn open(&self, chat: &Started) -> Result<Page> {
        let url = format!(
            "ws://127.0.0.1:{}/api/v1/chats/{}/socket",
            self.port, chat.chat
        );
        let mut request = url.into_client_request()?;
        let protocols = format!("helproom.v1, bearer.{}", chat.visitor_token);
        let headers = request.headers_mut();
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, protocols.parse()?);
        headers.insert(header::ORIGIN, self.origin.parse()?);
        let stream = TcpStream::connect(("127.0.0.1", self.port)).await?;
        stream.set_nodelay(true)?;
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await?;
        let (out, frames) = socket.split();
        Ok(Page { out, frames })
    }
}

/// An open socket.
pub(super) struct Page {
    out: SplitSink<Socket, Message>,
    frames: SplitStream<Socket>,
}

impl Page {
    pub async fn say(&mut self, key: &str) -> Result<()> {
        let frame = json!({"type": "message", "key": key, "text": key});
        self.out.send(Message::text(frame.to_string())).await?;
        Ok(())
    }

    /// When the agent's message with this text came.
    pub async fn hears(&mut self, text: &str) -> Result<Instant> {
        self.until(|frame| frame.get("text").is_some_and(|said| said == text))
            .await
    }

    pub async fn until_active(&mut self) -> Result<()> {
        self.until(|frame| frame.get("state").is_some_and(|state| state == "active"))
            .await?;
        Ok(())
    }

    /// Waits for the socket's answer to a message.
    pub async fn acknowledged(&mut self, key: &str) -> Result<Instant> {
        self.until(|frame| {
            let is = |name, value| frame.get(name).is_some_and(|is| is == value);
            is("type", "ack") && is("key", key)
        })
        .await
    }

    async fn until(&mut self, is_it: impl Fn(&Value) -> bool) -> Result<Instant> {
        let wait = async {
            loop {
                let frame = self.frames.next().await.context("the socket has ended")??;
                let at = Instant::now();
                if let Message::Text(text) = frame
                    && is_it(&serde_json::from_str(&text)?)
                {
                    return Ok(at);
                }
            }
        };
        let waited = tokio::time::timeout(PATIENCE, wait).await;
        waited.context("the customer did not get what was sent")?
    }
}
