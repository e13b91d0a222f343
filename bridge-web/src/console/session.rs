//! Coming in, staying and leaving.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use desk::{
    console::{SESSION_LASTS, Session},
    ids::{RoomId, TokenHash},
    ports::OpenIdToken,
};

use super::{
    sitting::{COOKIE, Sitting, csrf_of, is_foreign},
    wire::{Enter, OpenId, Seat, Status},
};
use crate::{body::Body, client::Enters, error::ApiError, visitor::new_visitor_token, web::Web};

/// `POST /api/v1/console/sessions`: by the link of `!console`, or by who one is for the homeserver.
pub async fn enter(
    State(web): State<Web>,
    _: Enters,
    headers: HeaderMap,
    Body(enter): Body<Enter>,
) -> Result<Response, ApiError> {
    // A page elsewhere could seat somebody at its own author's console.
    if is_foreign(&web, &headers) {
        return Err(ApiError::Csrf);
    }
    match enter {
        Enter::Link { link } => by_link(&web, &link).await,
        Enter::OpenId { openid, room } => by_openid(&web, openid, RoomId::new(room)).await,
    }
}

async fn by_link(web: &Web, link: &str) -> Result<Response, ApiError> {
    let token = new_visitor_token();
    let hash = TokenHash::of(&token);
    let entered = web.engine.enters_console(&TokenHash::of(link), &hash).await;
    let session = entered?.ok_or(ApiError::LinkSpent)?;
    let mut seat = seat(web, &session).await?;
    seat.csrf = Some(csrf_of(&token));
    let cookie = set_cookie(web, &token, SESSION_LASTS.as_secs());
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Json(seat)).into_response())
}

/// No cookie: in a frame of another site browsers keep none.
async fn by_openid(web: &Web, openid: OpenId, room: RoomId) -> Result<Response, ApiError> {
    let shown = OpenIdToken {
        access_token: openid.access_token,
        server_name: openid.matrix_server_name,
    };
    let person = web.doorkeeper.person_of(&shown).await;
    let person = person.map_err(ApiError::of_homeserver)?;
    let person = person.ok_or(ApiError::OpenIdRefused)?;
    let focus = web.engine.console_focus(&person, &room).await?;
    let focus = focus.ok_or(ApiError::OpenIdRefused)?;
    let is_in = web.doorkeeper.is_in(&room, &person).await;
    if !is_in.map_err(ApiError::of_homeserver)? {
        return Err(ApiError::OpenIdRefused);
    }
    let token = new_visitor_token();
    let hash = TokenHash::of(&token);
    let session = web.engine.enters_console_from(person, focus, &hash).await?;
    let mut seat = seat(web, &session).await?;
    seat.token = Some(token);
    Ok(Json(seat).into_response())
}

/// `GET /api/v1/console/session`
pub async fn show(State(web): State<Web>, sitting: Sitting) -> Result<Json<Seat>, ApiError> {
    let mut seat = seat(&web, &sitting.session).await?;
    seat.csrf = sitting.csrf;
    Ok(Json(seat))
}

/// `DELETE /api/v1/console/session`
pub async fn leave(State(web): State<Web>, sitting: Sitting) -> Result<Response, ApiError> {
    web.engine.leaves_console(&sitting.hash).await?;
    let cookie = set_cookie(&web, "", 0);
    let headers = AppendHeaders([(header::SET_COOKIE, cookie)]);
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}

/// `PUT /api/v1/console/status`
pub async fn set_status(
    State(web): State<Web>,
    sitting: Sitting,
    Body(status): Body<Status>,
) -> Result<StatusCode, ApiError> {
    web.engine
        .console_status(&sitting.session, status.status)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn seat(web: &Web, session: &Session) -> Result<Seat, ApiError> {
    let services = web.engine.console_services(session).await?;
    let (language, name) = web.engine.console_person(session).await?;
    let shows = web.engine.vault_shows();
    Ok(Seat::new(
        session,
        language,
        name,
        services,
        (shows, web.sends_mail),
    ))
}

/// For our own calls alone; never for a script, nor from another site's page.
fn set_cookie(web: &Web, token: &str, seconds: u64) -> HeaderValue {
    let secure = match web.origins.is_secure() {
        true => "; Secure",
        false => "",
    };
    let path = web.origins.path();
    let cookie = format!(
        "{COOKIE}={token}; Path={path}/api/v1/console; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
    );
    HeaderValue::from_str(&cookie).unwrap_or_else(|_| HeaderValue::from_static(""))
}
