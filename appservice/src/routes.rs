//! What the homeserver calls.
//!
//! Application service API: transactions, queries, ping; also under the legacy paths without
//! prefix that homeservers fall back to.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{
        ConnectInfo, DefaultBodyLimit, FromRequestParts, Path, Query, State,
        rejection::BytesRejection,
    },
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use http::{StatusCode, header::AUTHORIZATION, request::Parts};
use serde::Deserialize;
use serde_json::json;
use tracing::error;

use crate::{
    error::MatrixError, inbound::Inbound, namespace::Namespace, registration::HsToken,
    transaction::Transaction,
};

/// 100 events and as many ephemeral ones of 64 KiB each, and a little air.
const LARGEST_BODY: usize = 16 * 1024 * 1024;

#[derive(Clone)]
struct Desk {
    inbound: Arc<Inbound>,
    namespace: Arc<Namespace>,
    hs_token: HsToken,
}

pub fn router(inbound: Arc<Inbound>, namespace: Namespace, hs_token: HsToken) -> Router {
    let routes = || {
        Router::new()
            .route("/transactions/{id}", put(transaction))
            .route("/users/{user}", get(user))
            .route("/rooms/{alias}", get(alias))
    };
    Router::new()
        .nest("/_matrix/app/v1", routes().route("/ping", post(ping)))
        .merge(routes())
        .fallback(|| async {
            MatrixError(
                StatusCode::NOT_FOUND,
                "M_UNRECOGNIZED",
                "there is nothing here",
            )
        })
        .method_not_allowed_fallback(|| async {
            MatrixError(
                StatusCode::METHOD_NOT_ALLOWED,
                "M_UNRECOGNIZED",
                "this path wants another method",
            )
        })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(Desk {
            inbound,
            namespace: Arc::new(namespace),
            hs_token,
        })
}

/// Proof that the caller has the `hs_token`.
struct FromHomeserver;

#[derive(Deserialize)]
struct LegacyToken {
    access_token: Option<String>,
}

impl FromRequestParts<Desk> for FromHomeserver {
    type Rejection = MatrixError;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, MatrixError> {
        let header = parts
            .headers
            .get(AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let bearer = header
            .and_then(|value| value.strip_prefix("Bearer "))
            .map(str::to_owned);
        // Older homeservers put it into the query.
        let query = || {
            Query::<LegacyToken>::try_from_uri(&parts.uri)
                .ok()
                .and_then(|query| query.0.access_token)
        };
        match bearer.or_else(query) {
            None => Err(MatrixError(
                StatusCode::UNAUTHORIZED,
                "M_MISSING_TOKEN",
                "send the hs_token of the registration as bearer token",
            )),
            Some(token) if desk.hs_token.matches(&token) => Ok(Self),
            Some(_) => Err(MatrixError(
                StatusCode::FORBIDDEN,
                "M_FORBIDDEN",
                "this is not the hs_token of the registration that Helproom has",
            )),
        }
    }
}

/// `PUT /_matrix/app/v1/transactions/{txnId}`: answered when its events are durable. The id names
/// nothing, because homeservers use one twice; it only shows where one is missing.
async fn transaction(
    _: FromHomeserver,
    State(desk): State<Desk>,
    Path(id): Path<String>,
    peer: Option<axum::Extension<ConnectInfo<SocketAddr>>>,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return MatrixError(
                StatusCode::PAYLOAD_TOO_LARGE,
                "M_TOO_LARGE",
                "a transaction is at most 16 MiB",
            )
            .into_response();
        }
        Err(_) => {
            return MatrixError(
                StatusCode::BAD_REQUEST,
                "M_BAD_JSON",
                "the body did not arrive",
            )
            .into_response();
        }
    };
    let Some(transaction) = Transaction::read(&body, &desk.namespace) else {
        return MatrixError(
            StatusCode::BAD_REQUEST,
            "M_BAD_JSON",
            "a transaction has a list `events`",
        )
        .into_response();
    };
    let peer = peer.map(|peer| peer.0.0);
    match desk.inbound.receive(&id, transaction, peer).await {
        Ok(()) => Json(json!({})).into_response(),
        Err(failure) => {
            error!(
                error = &failure as &dyn std::error::Error,
                "a transaction could not be stored"
            );
            // The homeserver now takes us for ill, and may keep something back when we are well.
            desk.inbound.doubt();
            MatrixError(
                StatusCode::SERVICE_UNAVAILABLE,
                "M_UNKNOWN",
                "the events could not be stored; send them again",
            )
            .into_response()
        }
    }
}

/// `GET /_matrix/app/v1/users/{userId}`: ghosts are registered before they are used, so whom the
/// homeserver does not know does not exist.
async fn user(_: FromHomeserver, State(desk): State<Desk>, Path(user): Path<String>) -> Response {
    if desk
        .namespace
        .bot_id()
        .is_ok_and(|bot| bot.as_str() == user)
    {
        return Json(json!({})).into_response();
    }
    MatrixError(
        StatusCode::NOT_FOUND,
        "M_NOT_FOUND",
        "there is no such user",
    )
    .into_response()
}

/// `GET /_matrix/app/v1/rooms/{roomAlias}`: likewise for rooms.
async fn alias(_: FromHomeserver, Path(_alias): Path<String>) -> Response {
    MatrixError(
        StatusCode::NOT_FOUND,
        "M_NOT_FOUND",
        "there is no such room",
    )
    .into_response()
}

/// `POST /_matrix/app/v1/ping`
async fn ping(_: FromHomeserver) -> Response {
    Json(json!({})).into_response()
}
