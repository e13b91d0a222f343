//! A span for each request: method, route and status, and nothing that could tell who asked what.

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument, debug, field::Empty, info_span};

pub async fn request(request: Request, next: Next) -> Response {
    // The route, not the path: the path holds chat ids, the query may hold anything.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str);
    let span = info_span!("request", http.method = %request.method(), http.route = route, http.status = Empty);
    async {
        let response = next.run(request).await;
        tracing::Span::current().record("http.status", response.status().as_u16());
        debug!("answered a request");
        response
    }
    .instrument(span)
    .await
}
