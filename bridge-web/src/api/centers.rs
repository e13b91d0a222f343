//! What belongs to a help center: its state, new chats, inquiries.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
};
use desk::{engine, ids::TokenHash, refusal::Refusal, service::Availability};

use super::care::identified;
use crate::{
    body::Body,
    client::{Inquires, Looks, Starts},
    error::ApiError,
    visitor::{Center, Earlier, new_visitor_token},
    web::Web,
    wire::{ChatStarted, HelpCenter, InquirySent, NewInquiry, Problem, StartChat},
};

/// `GET /api/v1/help-centers/{service}`
#[utoipa::path(
    get,
    path = "/help-centers/{service}",
    params(("service" = String, Path)),
    responses(
        (status = 200, body = HelpCenter, description = "what the help center offers now; cacheable for 2 s"),
        (status = 403, body = Problem, description = "origin_refused"),
        (status = 404, body = Problem, description = "no_such_service"),
        (status = 429, body = Problem, description = "too_many"),
        (status = 503, body = Problem, description = "unavailable"),
    )
)]
pub async fn help_center(
    State(web): State<Web>,
    _: Looks,
    Center(service): Center,
) -> Result<impl IntoResponse, ApiError> {
    let availability = web.engine.availability(&service).await?;
    let (waiting, wait_s) = match availability {
        Availability::Available | Availability::Queue => (
            web.engine.store().waiting_count(&service.slug).await?,
            web.engine.estimated_wait(&service).await?,
        ),
        Availability::Absent | Availability::Disabled => (0, None),
    };
    let cacheable = [(header::CACHE_CONTROL, "public, max-age=2")];
    Ok((
        cacheable,
        Json(HelpCenter::new(
            service,
            availability,
            waiting,
            wait_s,
            web.sends_mail,
            web.engine.clock().now(),
        )),
    ))
}

/// `POST /api/v1/help-centers/{service}/chats`
///
/// With the visitor token of an earlier chat, the customer stays the same person; with an identity
/// signed by the host page it is the same person on any device.
#[utoipa::path(
    post,
    path = "/help-centers/{service}/chats",
    params(("service" = String, Path)),
    security((), ("visitor_token" = [])),
    responses(
        (status = 201, body = ChatStarted, description = "the chat waits for an agent"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 401, body = Problem, description = "identity_invalid"),
        (status = 403, body = Problem, description = "origin_refused, chat_disabled"),
        (status = 404, body = Problem, description = "no_such_service"),
        (status = 408, body = Problem, description = "too_slow"),
        (status = 409, body = Problem, description = "consent_required, consent_outdated, agents_absent"),
        (status = 413, body = Problem, description = "too_large"),
        (status = 415, body = Problem, description = "wrong_content_type"),
        (status = 422, body = Problem, description = "invalid"),
        (status = 429, body = Problem, description = "too_many"),
        (status = 503, body = Problem, description = "unavailable"),
    )
)]
pub async fn start_chat(
    State(web): State<Web>,
    _: Starts,
    Center(service): Center,
    Earlier(earlier): Earlier,
    Body(wish): Body<StartChat>,
) -> Result<impl IntoResponse, ApiError> {
    let identity = wish.identity.as_deref();
    let identity = identity.map(|jwt| identified(&web, &service, jwt));
    let identity = identity.transpose()?;
    let visitor_token = new_visitor_token();
    let customer = wish.customer.unwrap_or_default();
    let started = web
        .engine
        .start_chat(engine::StartChat {
            service: service.slug,
            consent: wish.consent.and_then(|consent| consent.version),
            name: customer.name,
            email: customer.email,
            fields: wish.fields,
            page: wish.page.map(|page| desk::chat::Page {
                url: page.url,
                title: page.title,
            }),
            locale: wish.locale.unwrap_or_else(|| "en".to_owned()),
            earlier,
            identity,
            token: TokenHash::of(&visitor_token),
        })
        .await?;
    let started = ChatStarted {
        chat: started.chat.to_string(),
        visitor_token,
        state: started.state,
    };
    Ok((StatusCode::CREATED, Json(started)))
}

/// `POST /api/v1/help-centers/{service}/inquiries`
#[utoipa::path(
    post,
    path = "/help-centers/{service}/inquiries",
    params(("service" = String, Path)),
    responses(
        (status = 201, body = InquirySent, description = "the number of the ticket"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 403, body = Problem, description = "origin_refused, contact_disabled"),
        (status = 404, body = Problem, description = "no_such_service"),
        (status = 408, body = Problem, description = "too_slow"),
        (status = 409, body = Problem, description = "consent_required, consent_outdated"),
        (status = 413, body = Problem, description = "too_large"),
        (status = 415, body = Problem, description = "wrong_content_type"),
        (status = 422, body = Problem, description = "invalid"),
        (status = 429, body = Problem, description = "too_many"),
        (status = 503, body = Problem, description = "unavailable"),
    )
)]
pub async fn inquire(
    State(web): State<Web>,
    _: Inquires,
    Center(service): Center,
    Body(inquiry): Body<NewInquiry>,
) -> Result<impl IntoResponse, ApiError> {
    if !inquiry.url.trim().is_empty() {
        // Said openly: should a browser fill it by itself, its person must not lose what it wrote.
        return Err(Refusal::invalid("url", "leave this field empty").into());
    }
    let ticket = web
        .engine
        .inquire(engine::Inquiry {
            service: service.slug,
            consent: inquiry.consent.and_then(|consent| consent.version),
            name: inquiry.name,
            email: inquiry.email,
            subject: inquiry.subject,
            message: inquiry.message,
        })
        .await?;
    Ok((StatusCode::CREATED, Json(InquirySent { ticket })))
}
