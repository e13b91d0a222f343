//! That a customer types, and what it has read.

use axum::{extract::State, http::StatusCode};

use crate::{
    body::Body,
    error::ApiError,
    visitor::Visitor,
    web::Web,
    wire::{Problem, Reading, Typing},
};

/// `POST /api/v1/chats/{id}/typing`
#[utoipa::path(
    post,
    path = "/chats/{id}/typing",
    params(("id" = String, Path)),
    security(("visitor_token" = [])),
    responses(
        (status = 204, description = "heard; agents see it for 30 s, so repeat it"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 401, body = Problem, description = "unauthorized"),
        (status = 403, body = Problem, description = "origin_refused"),
        (status = 408, body = Problem, description = "too_slow"),
        (status = 413, body = Problem, description = "too_large"),
        (status = 415, body = Problem, description = "wrong_content_type"),
        (status = 422, body = Problem, description = "invalid"),
        (status = 429, body = Problem, description = "too_many"),
        (status = 503, body = Problem, description = "unavailable"),
    )
)]
pub async fn typing(
    State(web): State<Web>,
    visitor: Visitor,
    Body(told): Body<Typing>,
) -> Result<StatusCode, ApiError> {
    web.gates.gestures.pass(&visitor.chat)?;
    web.engine.gestures().typing(&visitor.chat, told.typing);
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/v1/chats/{id}/read`
#[utoipa::path(
    post,
    path = "/chats/{id}/read",
    params(("id" = String, Path)),
    security(("visitor_token" = [])),
    responses(
        (status = 204, description = "heard"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 401, body = Problem, description = "unauthorized"),
        (status = 403, body = Problem, description = "origin_refused"),
        (status = 408, body = Problem, description = "too_slow"),
        (status = 413, body = Problem, description = "too_large"),
        (status = 415, body = Problem, description = "wrong_content_type"),
        (status = 422, body = Problem, description = "invalid"),
        (status = 429, body = Problem, description = "too_many"),
        (status = 503, body = Problem, description = "unavailable"),
    )
)]
pub async fn read(
    State(web): State<Web>,
    visitor: Visitor,
    Body(told): Body<Reading>,
) -> Result<StatusCode, ApiError> {
    web.gates.gestures.pass(&visitor.chat)?;
    web.engine.gestures().read(&visitor.chat, told.seq);
    Ok(StatusCode::NO_CONTENT)
}
