//! Which web pages may use a help center: our own, and those of the origins its service lists.

use axum::{
    extract::{RawPathParams, Request, State, rejection::RawPathParamsRejection},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use desk::{ids::ServiceSlug, service::Service};
use url::Url;

use crate::{error::ApiError, web::Web};

const PREFLIGHT: [(HeaderName, HeaderValue); 3] = [
    (
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST"),
    ),
    (
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("authorization, content-type"),
    ),
    (
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("600"),
    ),
];

/// Our own origin, on which the widget's page lives.
pub struct Origins {
    own: String,
    socket: String,
    path: String,
}

impl Origins {
    pub fn new(public_url: &Url) -> Self {
        let own = public_url.origin().ascii_serialization();
        Self {
            socket: own.replacen("http", "ws", 1),
            path: public_url.path().trim_end_matches('/').to_owned(),
            own,
        }
    }

    /// Our origin for WebSockets: in a page's policy, older browsers do not count it as `'self'`.
    pub fn socket(&self) -> &str {
        &self.socket
    }

    /// What a reverse proxy puts before our own paths; empty when nothing.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether browsers reach us by https.
    pub fn is_secure(&self) -> bool {
        self.own.starts_with("https:")
    }

    /// The origin of a page that is not ours. Without the header it is no page at all.
    pub fn foreign<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let origin = headers.get(header::ORIGIN)?;
        // What is not text is no origin of anybody's list either.
        let origin = origin.to_str().unwrap_or("unreadable");
        (origin != self.own).then_some(origin)
    }
}

/// Refuses a page whose origin the service does not list.
pub fn admit(service: &Service, origin: &str) -> Result<(), ApiError> {
    if listed(service).any(|listed| listed == origin) {
        Ok(())
    } else {
        Err(ApiError::OriginRefused {
            origin: origin.chars().take(200).collect(),
        })
    }
}

/// The service's origins as browsers write them; what is none is left out, for it could become
/// anything in a header.
pub fn listed(service: &Service) -> impl Iterator<Item = String> {
    service.settings.origins.iter().filter_map(|origin| {
        let origin = Url::parse(origin).ok()?.origin();
        origin.is_tuple().then(|| origin.ascii_serialization())
    })
}

/// Lets the page read the answer. Nothing is given away by it: who is not admitted got an error,
/// and should be able to read which; and no answer depends on a cookie (the
/// console's do, and are not shared).
pub async fn share(
    State(web): State<Web>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = if request.method() == Method::OPTIONS {
        preflight(&web, params.ok().as_ref(), request.headers())
            .await
            .into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static("retry-after"),
        );
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

/// A browser asks before it sends. It cannot send the visitor token yet, so for a chat the origin
/// must be one of any service; whether it is the chat's is checked when the call comes.
async fn preflight(
    web: &Web,
    params: Option<&RawPathParams>,
    headers: &HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    if let Some(origin) = web.origins.foreign(headers) {
        let mut params = params.into_iter().flat_map(RawPathParams::iter);
        match params.find(|(name, _)| *name == "service") {
            Some((_, slug)) => {
                admit(&web.engine.service(&ServiceSlug::new(slug)).await?, origin)?;
            }
            None => {
                let services = web.engine.store().services().await?;
                if !services
                    .iter()
                    .any(|service| admit(service, origin).is_ok())
                {
                    return Err(ApiError::OriginRefused {
                        origin: origin.chars().take(200).collect(),
                    });
                }
            }
        }
    }
    Ok((StatusCode::NO_CONTENT, PREFLIGHT))
}

#[cfg(test)]
mod tests {
    use desk::service::ServiceSettings;

    use super::*;

    #[test]
    fn a_listed_origin_is_admitted_however_it_was_written() {
        for (listed, origin, admitted) in [
            ("https://help.example.org", "https://help.example.org", true),
            (
                "https://help.example.org/",
                "https://help.example.org",
                true,
            ),
            (
                "https://HELP.example.org:443",
                "https://help.example.org",
                true,
            ),
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000", true),
            ("https://help.example.org", "http://help.example.org", false),
            (
                "https://help.example.org",
                "https://help.example.org.evil.test",
                false,
            ),
            ("https://help.example.org", "null", false),
            ("*", "https://evil.test", false),
            ("data:text/html,x", "null", false),
        ] {
            let service = Service {
                slug: ServiceSlug::new("acme"),
                name: "Acme".into(),
                settings: ServiceSettings {
                    origins: vec![listed.into()],
                    ..ServiceSettings::default()
                },
            };
            assert_eq!(
                admit(&service, origin).is_ok(),
                admitted,
                "{listed} {origin}"
            );
        }
    }
}
