//! What belongs to one chat: its events, messages and end.

use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};

use super::{read, take};
use crate::{
    body::{Asked, Body},
    error::ApiError,
    visitor::Visitor,
    web::Web,
    wire::{Ack, Events, NewMessage, Poll, Problem},
};

/// The longest long poll, in seconds: proxies often cut at 30.
const MAX_WAIT: u64 = 25;

/// `POST /api/v1/chats/{id}/messages`
#[utoipa::path(
    post,
    path = "/chats/{id}/messages",
    params(("id" = String, Path)),
    security(("visitor_token" = [])),
    responses(
        (status = 200, body = Ack, description = "stored; the same key again gets the same answer"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 401, body = Problem, description = "unauthorized"),
        (status = 403, body = Problem, description = "origin_refused"),
        (status = 408, body = Problem, description = "too_slow"),
        (status = 409, body = Problem, description = "chat_closed"),
        (status = 413, body = Problem, description = "too_large"),
        (status = 415, body = Problem, description = "wrong_content_type"),
        (status = 422, body = Problem, description = "invalid"),
        (status = 429, body = Problem, description = "too_many"),
        (status = 503, body = Problem, description = "unavailable"),
    )
)]
pub async fn write(
    State(web): State<Web>,
    visitor: Visitor,
    Body(message): Body<NewMessage>,
) -> Result<Json<Ack>, ApiError> {
    Ok(Json(take(&web, &visitor.chat, message).await?))
}

/// `GET /api/v1/chats/{id}/events`
#[utoipa::path(
    get,
    path = "/chats/{id}/events",
    params(("id" = String, Path), Poll),
    security(("visitor_token" = [])),
    responses(
        (status = 200, body = Events, description = "the events after `since`"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 401, body = Problem, description = "unauthorized"),
        (status = 403, body = Problem, description = "origin_refused"),
        (status = 429, body = Problem, description = "too_many"),
        (status = 503, body = Problem, description = "unavailable"),
    )
)]
pub async fn events(
    State(web): State<Web>,
    visitor: Visitor,
    Asked(poll): Asked<Poll>,
) -> Result<Json<Events>, ApiError> {
    web.gates.events.pass(&visitor.chat)?;
    let mut watch = web.watch(&visitor.chat)?;
    let mut events = read(&web, &visitor.chat, poll.since).await?;
    if events.is_empty() && poll.wait > 0 {
        let wait = Duration::from_secs(poll.wait.min(MAX_WAIT));
        tokio::select! {
            () = watch.changed() => {}
            () = web.live.stopped() => {}
            () = tokio::time::sleep(wait) => {}
        }
        events = read(&web, &visitor.chat, poll.since).await?;
    }
    let next = events.last().map_or(poll.since, |last| last.seq);
    Ok(Json(Events { next, events }))
}

/// `POST /api/v1/chats/{id}/close`
#[utoipa::path(
    post,
    path = "/chats/{id}/close",
    params(("id" = String, Path)),
    security(("visitor_token" = [])),
    responses(
        (status = 204, description = "the chat is closed, or was already"),
        (status = 401, body = Problem, description = "unauthorized"),
        (status = 403, body = Problem, description = "origin_refused"),
        (status = 503, body = Problem, description = "unavailable"),
    )
)]
pub async fn close(State(web): State<Web>, visitor: Visitor) -> Result<StatusCode, ApiError> {
    web.engine.customer_ends(&visitor.chat).await?;
    Ok(StatusCode::NO_CONTENT)
}
