//! A chat's events and messages over a WebSocket: from the store as fast as the peer reads, so
//! that nothing piles up here.

use std::time::Duration;

use axum::{
    extract::{
        State,
        ws::{
            CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code,
            rejection::WebSocketUpgradeRejection,
        },
    },
    response::Response,
};
use desk::ids::ChatId;
use serde::{Deserialize, Serialize};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tracing::{Instrument, debug, debug_span};

use crate::{
    api::{read, take},
    body::{Asked, MAX_BODY},
    error::ApiError,
    live::{Agents, News, Watch},
    visitor::Visitor,
    web::Web,
    wire::{Agent, Frame, NewMessage, Problem, Reading, Since, Typing},
};

/// The subprotocol spoken here. The one with the visitor token is never echoed.
const PROTOCOL: &str = "helproom.v1";
/// axum's own 128 KiB would be nearly all the memory of an idle socket.
const READ_BUFFER: usize = 4 * 1024;
/// A peer that was silent for so many heartbeats, pongs included, is gone.
const SILENT_HEARTBEATS: u32 = 3;
/// How long the peer may take to read what is sent.
const PATIENCE: Duration = Duration::from_secs(60);

/// `GET /api/v1/chats/{id}/socket`
///
/// Frames are JSON texts: to the client the events after `since`, `ack`, `error` and `heartbeat`;
/// from the client `{"type": "message", "key": "k1", "text": "hello"}`,
/// `{"type": "typing", "typing": true}` and `{"type": "read", "seq": 4}`. Offer the subprotocols
/// `helproom.v1` and `bearer.<visitor token>`.
#[utoipa::path(
    get,
    path = "/chats/{id}/socket",
    operation_id = "socket",
    params(("id" = String, Path), Since),
    security(("visitor_token" = [])),
    responses(
        (status = 101, description = "the events after `since`, and messages the other way"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 401, body = Problem, description = "unauthorized"),
        (status = 403, body = Problem, description = "origin_refused"),
        (status = 426, body = Problem, description = "not_a_socket"),
        (status = 429, body = Problem, description = "too_many"),
        (status = 503, body = Problem, description = "unavailable"),
    )
)]
pub async fn open(
    State(web): State<Web>,
    visitor: Visitor,
    Asked(since): Asked<Since>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let upgrade = upgrade.map_err(|_| ApiError::NotASocket)?;
    web.gates.events.pass(&visitor.chat)?;
    let watch = web.watch(&visitor.chat)?;
    let span = debug_span!("socket", chat.id = %visitor.chat);
    let line = Line {
        web,
        chat: visitor.chat,
        seq: since.since,
        watch,
        agents: Agents::default(),
    };
    Ok(upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_frame_size(MAX_BODY)
        .max_message_size(MAX_BODY)
        .on_upgrade(|socket| line.talk(socket).instrument(span)))
}

/// One open socket of one chat.
struct Line {
    web: Web,
    chat: ChatId,
    /// The last event that was sent.
    seq: u64,
    watch: Watch,
    /// What was sent of what agents do beside writing.
    agents: Agents,
}

/// Why a socket ends.
enum End {
    /// The peer left, broke off, or spoke no WebSocket.
    Gone,
    /// The peer no longer listens.
    Silent,
    /// The server goes down; the client comes back to another.
    Stopping,
}

impl Line {
    async fn talk(mut self, mut socket: WebSocket) {
        let end = match self.exchange(&mut socket).await {
            Ok(never) => match never {},
            Err(end) => end,
        };
        let (why, code) = match end {
            End::Gone => ("the peer left", None),
            End::Silent => ("the peer was silent", Some(close_code::POLICY)),
            End::Stopping => ("the server stops", Some(close_code::AWAY)),
        };
        if let Some(code) = code {
            let frame = CloseFrame {
                code,
                reason: why.into(),
            };
            // Best effort: the peer may be unable to hear it.
            let _ = timeout(
                Duration::from_secs(1),
                socket.send(Message::Close(Some(frame))),
            )
            .await;
        }
        debug!(why, "a socket ended");
    }

    async fn exchange(&mut self, socket: &mut WebSocket) -> Result<std::convert::Infallible, End> {
        let mut heartbeat = interval(self.web.heartbeat);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        heartbeat.reset();
        let mut silent = 0;
        self.catch_up(socket).await?;
        self.tell_agents(socket).await?;
        loop {
            tokio::select! {
                () = self.web.live.stopped() => return Err(End::Stopping),
                frame = socket.recv() => {
                    silent = 0;
                    self.hear(socket, frame.ok_or(End::Gone)?.map_err(|_| End::Gone)?).await?;
                }
                news = self.watch.news() => match news {
                    News::Events => self.catch_up(socket).await?,
                    News::Agents => self.tell_agents(socket).await?,
                },
                _ = heartbeat.tick() => {
                    silent += 1;
                    if silent == SILENT_HEARTBEATS {
                        return Err(End::Silent);
                    }
                    self.send(socket, Message::Ping(Default::default())).await?;
                    self.say(socket, &Frame::Heartbeat).await?;
                    // Pages forget who types unless it is told again.
                    self.agents.typing.clear();
                    self.tell_agents(socket).await?;
                }
            }
        }
    }

    /// Sends what was committed since the last time, batch by batch.
    async fn catch_up(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        loop {
            let events = match read(&self.web, &self.chat, self.seq).await {
                Ok(events) => events,
                Err(error) => return self.refuse(socket, None, &error).await,
            };
            if events.is_empty() {
                return Ok(());
            }
            for event in events {
                self.say(socket, &event).await?;
                self.seq = event.seq;
            }
        }
    }

    /// Sends what is new of what agents do beside writing.
    async fn tell_agents(&mut self, socket: &mut WebSocket) -> Result<(), End> {
        let now = self.watch.agents();
        let before = std::mem::replace(&mut self.agents, now.clone());
        let typing = |name: &String, typing| Frame::Typing {
            typing,
            agent: Agent { name: name.clone() },
        };
        for name in before.typing.iter().filter(|it| !now.typing.contains(it)) {
            self.say(socket, &typing(name, false)).await?;
        }
        for name in now.typing.iter().filter(|it| !before.typing.contains(it)) {
            self.say(socket, &typing(name, true)).await?;
        }
        if now.read > before.read {
            self.say(socket, &Frame::Read { seq: now.read }).await?;
        }
        Ok(())
    }

    async fn hear(&mut self, socket: &mut WebSocket, frame: Message) -> Result<(), End> {
        let text = match frame {
            Message::Text(text) => text,
            Message::Close(_) => return Err(End::Gone),
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Binary(_) => {
                let error = ApiError::Malformed("frames are JSON texts".into());
                return self.refuse(socket, None, &error).await;
            }
        };
        match understand(&text) {
            Ok(Heard::Nothing) => Ok(()),
            // More of them than there may be are not worth an answer.
            Ok(Heard::Typing(told)) => {
                if self.web.gates.gestures.pass(&self.chat).is_ok() {
                    self.web.engine.gestures().typing(&self.chat, told.typing);
                }
                Ok(())
            }
            Ok(Heard::Read(told)) => {
                if self.web.gates.gestures.pass(&self.chat).is_ok() {
                    self.web.engine.gestures().read(&self.chat, told.seq);
                }
                Ok(())
            }
            Ok(Heard::Message(message)) => {
                let key = message.key.clone();
                match take(&self.web, &self.chat, message).await {
                    Ok(ack) => self.say(socket, &Frame::Ack(ack)).await,
                    Err(error) => self.refuse(socket, Some(key), &error).await,
                }
            }
            Err((key, error)) => self.refuse(socket, key, &error).await,
        }
    }

    async fn refuse(
        &self,
        socket: &mut WebSocket,
        key: Option<String>,
        error: &ApiError,
    ) -> Result<(), End> {
        let error = error.tell().error;
        self.say(socket, &Frame::Error { key, error }).await
    }

    async fn say(&self, socket: &mut WebSocket, frame: &impl Serialize) -> Result<(), End> {
        let text = serde_json::to_string(frame).map_err(|_| End::Gone)?;
        self.send(socket, Message::Text(text.into())).await
    }

    async fn send(&self, socket: &mut WebSocket, frame: Message) -> Result<(), End> {
        match timeout(PATIENCE, socket.send(frame)).await {
            Ok(sent) => sent.map_err(|_| End::Gone),
            Err(_) => Err(End::Silent),
        }
    }
}

#[derive(Deserialize)]
struct Typed {
    r#type: String,
}

#[derive(Deserialize)]
struct Keyed {
    key: String,
}

/// What a client sends.
enum Heard {
    Message(NewMessage),
    Typing(Typing),
    Read(Reading),
    /// A type that came after this release.
    Nothing,
}

fn understand(text: &str) -> Result<Heard, (Option<String>, ApiError)> {
    let malformed = |example: &str| ApiError::Malformed(format!("send {example}"));
    let message = r#"{"type": "message", "key": "k1", "text": "hello"}"#;
    let typed: Typed = serde_json::from_str(text).map_err(|_| (None, malformed(message)))?;
    match typed.r#type.as_str() {
        "message" => serde_json::from_str(text).map(Heard::Message).map_err(|_| {
            let keyed = serde_json::from_str::<Keyed>(text).ok();
            (keyed.map(|keyed| keyed.key), malformed(message))
        }),
        "typing" => serde_json::from_str(text)
            .map(Heard::Typing)
            .map_err(|_| (None, malformed(r#"{"type": "typing", "typing": true}"#))),
        "read" => serde_json::from_str(text)
            .map(Heard::Read)
            .map_err(|_| (None, malformed(r#"{"type": "read", "seq": 4}"#))),
        _ => Ok(Heard::Nothing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_a_message_or_ignored_or_a_mistake_with_its_key_if_it_has_one() {
        for (text, understood) in [
            (
                r#"{"type":"message","key":"k","text":"a","new":1}"#,
                "message k a",
            ),
            (r#"{"type":"typing","typing":true}"#, "typing true"),
            (r#"{"type":"read","seq":4}"#, "read 4"),
            (r#"{"type":"read","seq":-4}"#, "mistake"),
            (r#"{"type":"typing"}"#, "mistake"),
            (r#"{"type":"masking"}"#, "ignored"),
            (r#"{"type":"message","key":"k"}"#, "mistake of k"),
            (r#"{"type":"message"}"#, "mistake"),
            (r#"{"type":1}"#, "mistake"),
            (r#"[]"#, "mistake"),
            ("hello", "mistake"),
        ] {
            let told = match understand(text) {
                Ok(Heard::Message(message)) => format!("message {} {}", message.key, message.text),
                Ok(Heard::Typing(told)) => format!("typing {}", told.typing),
                Ok(Heard::Read(told)) => format!("read {}", told.seq),
                Ok(Heard::Nothing) => "ignored".to_owned(),
                Err((Some(key), _)) => format!("mistake of {key}"),
                Err((None, _)) => "mistake".to_owned(),
            };
            assert_eq!(told, understood, "{text}");
        }
    }
}
