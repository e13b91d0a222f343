//! The calls of the agents' page, under `/api/v1/console`. Page and server are one release: these
//! calls are nobody else's, and in no document.

use std::time::Duration;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, header},
    middleware::map_response,
    response::Response,
    routing::{get, patch, post, put},
};

use crate::{body::MAX_BODY, web::Web};

mod chats;
mod events;
mod live;
mod masks;
mod report;
mod session;
mod sitting;
mod tickets;
mod wire;

/// The longest long poll: proxies often cut at 30.
const LONGEST_WAIT: Duration = Duration::from_secs(25);

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/sessions", post(session::enter))
        .route("/session", get(session::show).delete(session::leave))
        .route("/status", put(session::set_status))
        .route("/services/{service}/chats", get(chats::overview))
        .route("/services/{service}/agents", get(chats::agents))
        .route("/services/{service}/canned", get(chats::canned))
        .route("/services/{service}/report", get(report::show))
        .route("/services/{service}/tickets", get(tickets::list))
        .merge(one_chat())
        .merge(one_ticket())
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(map_response(kept_by_nobody))
}

/// What customers said shall not lie in a browser's cache.
async fn kept_by_nobody(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

fn one_chat() -> Router<Web> {
    Router::new()
        .route("/chats/{id}", get(chats::show))
        .route("/chats/{id}/events", get(events::read))
        .route("/chats/{id}/files/{message}", get(events::file))
        .route("/chats/{id}/accept", post(chats::accept))
        .route("/chats/{id}/decline", post(chats::decline))
        .route("/chats/{id}/close", post(chats::close))
        .route("/chats/{id}/rating-request", post(chats::ask_rating))
        .route("/chats/{id}/messages", post(chats::say))
        .route("/chats/{id}/transfer", post(chats::transfer))
        .route("/chats/{id}/masks", post(masks::mask))
        .route("/chats/{id}/reveals", post(masks::reveal))
        .route("/chats/{id}/undo", post(masks::undo))
        .route("/chats/{id}/tickets", post(tickets::make))
}

fn one_ticket() -> Router<Web> {
    Router::new()
        .route(
            "/services/{service}/tickets/{number}",
            patch(tickets::change).get(tickets::show),
        )
        .route(
            "/services/{service}/tickets/{number}/conversation",
            get(tickets::conversation),
        )
        .route(
            "/services/{service}/tickets/{number}/audit",
            get(tickets::audit),
        )
        .route(
            "/services/{service}/tickets/{number}/comments",
            post(tickets::comment),
        )
}
