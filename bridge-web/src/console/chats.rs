//! Chats at the console: what there is, and what is done.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use desk::ids::{ChatId, ServiceSlug};

use super::{
    live::{Turn, Wait},
    sitting::Sitting,
    wire::{Agents, Canned, ChatDetail, Chats, Said, Say, Transfer},
};
use crate::{
    body::{Asked, At, Body},
    error::ApiError,
    web::Web,
};

/// `GET /api/v1/console/services/{service}/chats`
pub async fn overview(
    State(web): State<Web>,
    sitting: Sitting,
    At(service): At<String>,
    Asked(wait): Asked<Wait>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let slug = ServiceSlug::new(service);
    let mut turn = Turn::new(&web, &sitting, &headers, wait);
    loop {
        let session = &sitting.session;
        let overview = web.engine.console_overview(session, &slug).await?;
        if let Some(answer) = turn.answer(&Chats::new(session, overview)).await? {
            return Ok(answer);
        }
    }
}

/// `GET /api/v1/console/services/{service}/agents`
pub async fn agents(
    State(web): State<Web>,
    sitting: Sitting,
    At(service): At<String>,
) -> Result<Json<Agents>, ApiError> {
    let slug = ServiceSlug::new(service);
    let found = web.engine.console_agents(&sitting.session, &slug).await?;
    Ok(Json(Agents::new(found)))
}

/// `GET /api/v1/console/services/{service}/canned`
pub async fn canned(
    State(web): State<Web>,
    sitting: Sitting,
    At(service): At<String>,
) -> Result<Json<Canned>, ApiError> {
    let slug = ServiceSlug::new(service);
    let (service, _) = web.engine.console_service(&sitting.session, &slug).await?;
    Ok(Json(Canned::new(service.settings.canned)))
}

/// `GET /api/v1/console/chats/{id}`
pub async fn show(
    State(web): State<Web>,
    sitting: Sitting,
    At(chat): At<String>,
    Asked(wait): Asked<Wait>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let chat = ChatId::new(chat);
    let mut turn = Turn::new(&web, &sitting, &headers, wait);
    loop {
        let session = &sitting.session;
        let view = web.engine.console_chat(session, &chat).await?;
        if let Some(answer) = turn.answer(&ChatDetail::new(session, view)).await? {
            return Ok(answer);
        }
    }
}

macro_rules! acts {
    ($($(#[$doc:meta])* $name:ident by $act:ident),* $(,)?) => {$(
        $(#[$doc])*
        pub async fn $name(
            State(web): State<Web>,
            sitting: Sitting,
            At(chat): At<String>,
        ) -> Result<StatusCode, ApiError> {
            web.engine.$act(&sitting.session, &ChatId::new(chat)).await?;
            Ok(StatusCode::NO_CONTENT)
        }
    )*};
}

acts! {
    /// `POST /api/v1/console/chats/{id}/accept`
    accept by console_accepts,
    /// `POST /api/v1/console/chats/{id}/decline`
    decline by console_declines,
    /// `POST /api/v1/console/chats/{id}/close`
    close by console_closes,
    /// `POST /api/v1/console/chats/{id}/rating-request`
    ask_rating by console_asks_rating,
}

/// `POST /api/v1/console/chats/{id}/messages`
pub async fn say(
    State(web): State<Web>,
    sitting: Sitting,
    At(chat): At<String>,
    Body(say): Body<Say>,
) -> Result<Json<Said>, ApiError> {
    let chat = ChatId::new(chat);
    let said = web
        .engine
        .console_says(&sitting.session, &chat, &say.key, &say.text)
        .await?;
    Ok(Json(Said {
        seq: said.seq,
        id: said.id.to_string(),
    }))
}

/// `POST /api/v1/console/chats/{id}/transfer`
pub async fn transfer(
    State(web): State<Web>,
    sitting: Sitting,
    At(chat): At<String>,
    Body(transfer): Body<Transfer>,
) -> Result<StatusCode, ApiError> {
    let chat = ChatId::new(chat);
    let note = transfer.note.filter(|note| !note.trim().is_empty());
    web.engine
        .console_transfers(&sitting.session, &chat, transfer.to, note)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
