//! The document that describes the API, generated from the handlers.

use std::sync::Arc;

use axum::http::{HeaderName, header};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Components,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use crate::wire::Frame;

#[derive(OpenApi)]
#[openapi(
    info(title = "Helproom", description = "A help center's live chat."),
    components(schemas(Frame)),
    modifiers(&Schemes)
)]
struct Description;

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let components = openapi.components.get_or_insert_with(Components::new);
        for name in ["visitor_token", "api_key"] {
            let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
            components.add_security_scheme(name, scheme);
        }
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
pub async fn send(document: Arc<str>) -> ([(HeaderName, &'static str); 1], String) {
    (
        [(header::CONTENT_TYPE, "application/json")],
        document.to_string(),
    )
}
