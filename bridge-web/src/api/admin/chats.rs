//! Chats, for programs.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use desk::{
    chat::Chat,
    ids::{ChatId, CustomerId, ServiceSlug},
    store::ChatQuery,
};

use super::{DONE, Keyed, limit, moment, page, several};
use crate::{
    api::{BATCH, read},
    body::{At, Filtered},
    error::ApiError,
    key::{ReadsChats, WritesChats},
    limits::KeyName,
    web::Web,
    wire::{
        Problem, Since,
        admin::{ChatFilter, ChatPage, WholeChat},
    },
};

const STATES: [&str; 4] = ["waiting", "offered", "active", "closed"];

/// `GET /api/v1/admin/chats`
#[utoipa::path(
    get,
    path = "/admin/chats",
    operation_id = "admin_chats",
    params(ChatFilter),
    security(("api_key" = ["chats:read"])),
    responses(
        (status = 200, body = ChatPage, description = "the newest first"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 422, body = Problem, description = "invalid"),
        Keyed,
    )
)]
pub async fn list(
    State(web): State<Web>,
    ReadsChats(holder): ReadsChats,
    Filtered(filter): Filtered<ChatFilter>,
) -> Result<Json<ChatPage>, ApiError> {
    let limit = limit(filter.limit)?;
    let state = |word: &str| STATES.into_iter().find(|known| *known == word);
    let query = ChatQuery {
        state: several("state", filter.state.as_deref(), state, &STATES.join(", "))?,
        customer: filter.customer.map(CustomerId::new),
        since: moment("since", filter.since.as_deref())?,
        until: moment("until", filter.until.as_deref())?,
        before: filter.before,
    };
    let store = web.engine.store();
    let found = store.chats(holder.service(), &query, limit + 1).await?;
    let (found, more) = page(found, limit);
    Ok(Json(ChatPage {
        chats: found.into_iter().map(Into::into).collect(),
        more,
    }))
}

/// `GET /api/v1/admin/chats/{id}`
#[utoipa::path(
    get,
    path = "/admin/chats/{id}",
    operation_id = "admin_chat",
    params(("id" = String, Path), Since),
    security(("api_key" = ["chats:read"])),
    responses(
        (status = 200, body = WholeChat, description = "with its record after `since`"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 404, body = Problem, description = "not_found"),
        Keyed,
    )
)]
pub async fn one(
    State(web): State<Web>,
    ReadsChats(holder): ReadsChats,
    At(id): At<String>,
    Filtered(asked): Filtered<Since>,
) -> Result<Json<WholeChat>, ApiError> {
    let chat = chat_of(&web, holder.service(), id).await?;
    let store = web.engine.store();
    let customer = store.customer(&chat.customer).await?;
    let rating = store.rating(&chat.id).await?;
    let events = read(&web, &chat.id, asked.since).await?;
    let more = events.len() >= BATCH as usize;
    let rating = rating.and_then(|rating| rating.given);
    Ok(Json(WholeChat::new(chat, customer, rating, events, more)))
}

/// `GET /api/v1/admin/chats/{id}/transcript`
#[utoipa::path(
    get,
    path = "/admin/chats/{id}/transcript",
    operation_id = "admin_transcript",
    params(("id" = String, Path)),
    security(("api_key" = ["chats:read"])),
    responses(
        (status = 200, body = String, content_type = "text/plain", description = "what was said, as its customer gets it"),
        (status = 404, body = Problem, description = "not_found"),
        Keyed,
    )
)]
pub async fn transcript(
    State(web): State<Web>,
    ReadsChats(holder): ReadsChats,
    At(id): At<String>,
) -> Result<([(HeaderName, &'static str); 1], String), ApiError> {
    let chat = chat_of(&web, holder.service(), id).await?;
    // Its own limit: the customer's is the customer's.
    web.gates.heavy.pass(&KeyName::of(&holder))?;
    let transcript = web.engine.transcript(&chat.id).await?;
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((headers, transcript.text))
}

/// `POST /api/v1/admin/chats/{id}/close`
#[utoipa::path(
    post,
    path = "/admin/chats/{id}/close",
    operation_id = "admin_close_chat",
    params(("id" = String, Path)),
    security(("api_key" = ["chats:write"])),
    responses(
        (status = 204, description = "the chat is closed, or was already"),
        (status = 404, body = Problem, description = "not_found"),
        Keyed,
    )
)]
pub async fn close(
    State(web): State<Web>,
    WritesChats(holder): WritesChats,
    At(id): At<String>,
) -> Result<StatusCode, ApiError> {
    web.engine.program_closes(&holder, &ChatId::new(id)).await?;
    Ok(DONE)
}

/// Another service's is none.
async fn chat_of(web: &Web, service: &ServiceSlug, id: String) -> Result<Chat, ApiError> {
    let found = web.engine.store().chat(&ChatId::new(id)).await?;
    let found = found.filter(|chat| chat.service == *service);
    found.ok_or(ApiError::NotFound)
}
