//! What a customer does around a chat: rates it, takes its transcript, comes back to it.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use desk::{identity::Identity, ids::TokenHash, refusal::Refusal, service::Service};

use crate::{
    body::Body,
    client::Starts,
    error::ApiError,
    identity,
    visitor::{Center, Visitor, new_visitor_token},
    web::Web,
    wire::{ChatStarted, NewRating, Problem, Resume, TranscriptMail},
};

/// `POST /api/v1/chats/{id}/rating`
///
/// Once the customer was asked (`rating_request`), until 7 days after the chat's end; again to
/// change it.
#[utoipa::path(
    post,
    path = "/chats/{id}/rating",
    params(("id" = String, Path)),
    security(("visitor_token" = [])),
    responses(
        (status = 204, description = "kept, and told to the agents"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 401, body = Problem, description = "unauthorized"),
        (status = 403, body = Problem, description = "origin_refused"),
        (status = 408, body = Problem, description = "too_slow"),
        (status = 409, body = Problem, description = "rating_closed"),
        (status = 413, body = Problem, description = "too_large"),
        (status = 415, body = Problem, description = "wrong_content_type"),
        (status = 422, body = Problem, description = "invalid"),
        (status = 429, body = Problem, description = "too_many"),
        (status = 503, body = Problem, description = "unavailable"),
    )
)]
pub async fn rate(
    State(web): State<Web>,
    visitor: Visitor,
    Body(rating): Body<NewRating>,
) -> Result<StatusCode, ApiError> {
    web.gates.messages.pass(&visitor.chat)?;
    let comment = rating.comment.as_deref();
    web.engine
        .rate(&visitor.chat, rating.score, comment)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/v1/chats/{id}/transcript`
#[utoipa::path(
    get,
    path = "/chats/{id}/transcript",
    params(("id" = String, Path)),
    security(("visitor_token" = [])),
    responses(
        (status = 200, body = String, content_type = "text/plain", description = "what was said so far, as a file"),
        (status = 401, body = Problem, description = "unauthorized"),
        (status = 403, body = Problem, description = "origin_refused"),
        (status = 429, body = Problem, description = "too_many"),
        (status = 503, body = Problem, description = "unavailable"),
    )
)]
pub async fn transcript(
    State(web): State<Web>,
    visitor: Visitor,
) -> Result<([(HeaderName, String); 3], String), ApiError> {
    web.gates.transcripts.pass(&visitor.chat)?;
    let transcript = web.engine.transcript(&visitor.chat).await?;
    let file = format!("attachment; filename=\"{}.txt\"", transcript.name);
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".into()),
        (header::CONTENT_DISPOSITION, file),
        (header::CACHE_CONTROL, "no-store".into()),
    ];
    Ok((headers, transcript.text))
}

/// `POST /api/v1/chats/{id}/transcript`
///
/// At most 3 for a chat.
#[utoipa::path(
    post,
    path = "/chats/{id}/transcript",
    params(("id" = String, Path)),
    security(("visitor_token" = [])),
    responses(
        (status = 202, description = "it will be mailed to this address"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 401, body = Problem, description = "unauthorized"),
        (status = 403, body = Problem, description = "origin_refused"),
        (status = 408, body = Problem, description = "too_slow"),
        (status = 409, body = Problem, description = "mail_disabled"),
        (status = 413, body = Problem, description = "too_large"),
        (status = 415, body = Problem, description = "wrong_content_type"),
        (status = 422, body = Problem, description = "invalid"),
        (status = 429, body = Problem, description = "too_many"),
        (status = 503, body = Problem, description = "unavailable"),
    )
)]
pub async fn mail_transcript(
    State(web): State<Web>,
    visitor: Visitor,
    Body(mail): Body<TranscriptMail>,
) -> Result<StatusCode, ApiError> {
    if !web.sends_mail {
        return Err(Refusal::MailDisabled.into());
    }
    web.gates.transcripts.pass(&visitor.chat)?;
    web.engine
        .mail_transcript(&visitor.chat, &mail.email)
        .await?;
    Ok(StatusCode::ACCEPTED)
}

/// `POST /api/v1/help-centers/{service}/resume`
///
/// The open chat of an identified person, on one more device.
#[utoipa::path(
    post,
    path = "/help-centers/{service}/resume",
    params(("service" = String, Path)),
    responses(
        (status = 200, body = ChatStarted, description = "a visitor token of its own for this device"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 401, body = Problem, description = "identity_invalid"),
        (status = 403, body = Problem, description = "origin_refused"),
        (status = 404, body = Problem, description = "no_such_service, no_open_chat"),
        (status = 408, body = Problem, description = "too_slow"),
        (status = 413, body = Problem, description = "too_large"),
        (status = 415, body = Problem, description = "wrong_content_type"),
        (status = 422, body = Problem, description = "invalid"),
        (status = 429, body = Problem, description = "too_many"),
        (status = 503, body = Problem, description = "unavailable"),
    )
)]
pub async fn resume(
    State(web): State<Web>,
    _: Starts,
    Center(service): Center,
    Body(wish): Body<Resume>,
) -> Result<Json<ChatStarted>, ApiError> {
    let identity = identified(&web, &service, &wish.identity)?;
    let visitor_token = new_visitor_token();
    let token = TokenHash::of(&visitor_token);
    let resumed = web.engine.resume(&service.slug, &identity, &token).await?;
    Ok(Json(ChatStarted {
        chat: resumed.chat.to_string(),
        visitor_token,
        state: resumed.state,
    }))
}

/// The identity in a JWT, if the service's keys have signed it.
pub fn identified(web: &Web, service: &Service, jwt: &str) -> Result<Identity, Refusal> {
    let keys = &service.settings.identity_keys;
    let now = web.engine.clock().now();
    identity::check(jwt, keys, &service.slug, now)
}
