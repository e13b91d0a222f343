//! The calls under `/api/v1`, and the document that describes them.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
    response::IntoResponse,
};
use desk::{
    engine,
    ids::{ChatId, ClientKey, TokenHash},
    service::Availability,
};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Components,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    body::{Asked, Body},
    client::Client,
    error::ApiError,
    socket,
    visitor::{Center, Earlier, Visitor, new_visitor_token},
    web::Web,
    wire::{
        Ack, ChatStarted, Events, Frame, HelpCenter, InquirySent, NewInquiry, NewMessage, Poll,
        Problem, StartChat,
    },
};

/// The most events of one answer, and of one batch to a socket.
pub const BATCH: u32 = 500;
/// The longest long poll: proxies often cut at 30 s.
const MAX_WAIT: u64 = 25;

pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(help_center))
        .routes(routes!(start_chat))
        .routes(routes!(inquire))
        .routes(routes!(write))
        .routes(routes!(events))
        .routes(routes!(socket::open))
        .routes(routes!(close))
}

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
async fn help_center(
    State(web): State<Web>,
    Client(client): Client,
    Center(service): Center,
) -> Result<impl IntoResponse, ApiError> {
    web.gates.centers.pass(client)?;
    let availability = web.engine.availability(&service).await?;
    let waiting = match availability {
        Availability::Available | Availability::Queue => {
            web.engine.store().waiting_count(&service.slug).await?
        }
        Availability::Absent | Availability::Disabled => 0,
    };
    let cacheable = [(header::CACHE_CONTROL, "public, max-age=2")];
    Ok((
        cacheable,
        Json(HelpCenter::new(service, availability, waiting)),
    ))
}

/// `POST /api/v1/help-centers/{service}/chats`
///
/// With the visitor token of an earlier chat, the customer stays the same person.
#[utoipa::path(
    post,
    path = "/help-centers/{service}/chats",
    params(("service" = String, Path)),
    security((), ("visitor_token" = [])),
    responses(
        (status = 201, body = ChatStarted, description = "the chat waits for an agent"),
        (status = 400, body = Problem, description = "malformed"),
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
async fn start_chat(
    State(web): State<Web>,
    Client(client): Client,
    Center(service): Center,
    Earlier(earlier): Earlier,
    Body(wish): Body<StartChat>,
) -> Result<impl IntoResponse, ApiError> {
    web.gates.starts.pass(client)?;
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
async fn inquire(
    State(web): State<Web>,
    Client(client): Client,
    Center(service): Center,
    Body(inquiry): Body<NewInquiry>,
) -> Result<impl IntoResponse, ApiError> {
    web.gates.inquiries.pass(client)?;
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
async fn write(
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
async fn events(
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
async fn close(State(web): State<Web>, visitor: Visitor) -> Result<StatusCode, ApiError> {
    web.engine.customer_ends(&visitor.chat).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a customer's message, come by whichever way.
pub async fn take(web: &Web, chat: &ChatId, message: NewMessage) -> Result<Ack, ApiError> {
    web.gates.messages.pass(chat)?;
    let key = ClientKey::new(message.key);
    let sent = web.engine.customer_message(chat, key, message.text).await?;
    Ok(Ack {
        key: sent.key.to_string(),
        seq: sent.seq,
        id: sent.id.to_string(),
    })
}

pub async fn read(
    web: &Web,
    chat: &ChatId,
    since: u64,
) -> Result<Vec<crate::wire::Event>, ApiError> {
    let events = web.engine.store().events_after(chat, since, BATCH).await?;
    Ok(events.into_iter().map(Into::into).collect())
}

#[derive(OpenApi)]
#[openapi(
    info(title = "Helproom", description = "A help center's live chat."),
    components(schemas(Frame)),
    modifiers(&VisitorToken)
)]
struct Description;

struct VisitorToken;

impl Modify for VisitorToken {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        openapi
            .components
            .get_or_insert_with(Components::new)
            .add_security_scheme(
                "visitor_token",
                SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
            );
    }
}

pub fn description() -> utoipa::openapi::OpenApi {
    Description::openapi()
}

/// The document as it is sent, written once.
pub fn document(openapi: &utoipa::openapi::OpenApi) -> Arc<str> {
    openapi.to_pretty_json().unwrap_or_default().into()
}

/// `GET /api/openapi.json`
pub async fn openapi(document: Arc<str>) -> ([(HeaderName, &'static str); 1], String) {
    (
        [(header::CONTENT_TYPE, "application/json")],
        document.to_string(),
    )
}
