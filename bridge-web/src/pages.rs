//! The pages: the widget's loader, its page in a frame, the agents' console, and what they load.

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use desk::{
    ids::ServiceSlug,
    refusal::{DeskError, Refusal},
};

use crate::{error::ApiError, origins, web::Web};

/// A file of the built widget or console.
struct File {
    name: &'static str,
    kind: &'static str,
    /// Its name changes with its content.
    hashed: bool,
    tag: &'static str,
    plain: &'static [u8],
    gzip: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// Asked again each time, so that page, texts and server are always of one release.
const ALWAYS_ASK: &str = "no-cache";
/// What is in a file of such a name stays in it.
const KEEP_FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// The loader is on every page of the help center.
const KEEP_FIVE_MINUTES: &str = "public, max-age=300";

const NOTHING_AT_ALL: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

pub fn routes() -> Router<Web> {
    Router::new()
        .route("/widget.js", get(loader))
        .route("/widget/{service}", get(page))
        .route("/console", get(console))
        .route("/console/widget", get(console_widget))
        .route("/assets/{file}", get(asset))
}

/// `GET /widget.js`
async fn loader(headers: HeaderMap) -> Result<Response, ApiError> {
    let mut response = find("widget.js")?.send(KEEP_FIVE_MINUTES, &headers);
    set(
        &mut response,
        "cross-origin-resource-policy",
        "cross-origin",
    );
    Ok(response)
}

/// `GET /assets/{file}`
async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, ApiError> {
    let file = find(&name)?;
    let keep = if file.hashed {
        KEEP_FOR_GOOD
    } else {
        ALWAYS_ASK
    };
    Ok(file.send(keep, &headers))
}

/// `GET /widget/{service}`
async fn page(
    State(web): State<Web>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let service = match web.engine.service(&ServiceSlug::new(slug)).await {
        Ok(service) => service,
        // A person sees this one, in the frame.
        Err(DeskError::Refused(Refusal::NoSuchService)) => return Ok(no_such_service()),
        Err(error) => return Err(error.into()),
    };
    let mut ancestors: Vec<_> = origins::listed(&service).collect();
    if ancestors.is_empty() {
        ancestors.push("'none'".into());
    }
    let connect = format!("'self' {}", web.origins.socket());
    let policy = policy(&connect, &ancestors.join(" "));
    Ok(find("page.html")?.as_page(&policy, &headers))
}

/// `GET /console`
async fn console(headers: HeaderMap) -> Result<Response, ApiError> {
    Ok(find("console.html")?.as_page(&policy("'self'", "'none'"), &headers))
}

/// `GET /console/widget`: the console in a Matrix client's frame, for
/// [room widgets](https://github.com/matrix-org/matrix-spec-proposals/pull/1236)
async fn console_widget(State(web): State<Web>, headers: HeaderMap) -> Result<Response, ApiError> {
    let policy = policy("'self'", &web.console_clients);
    Ok(find("console-widget.html")?.as_page(&policy, &headers))
}

fn no_such_service() -> Response {
    let text = "There is no help center at this address.\n";
    let mut response = (StatusCode::NOT_FOUND, text).into_response();
    harden(&mut response);
    response
}

/// A page loads nothing from elsewhere; `ancestors` may frame it.
fn policy(connect: &str, ancestors: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
         connect-src {connect}; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )
}

/// The settings' list of who may frame the console as one part of a policy. What is no scheme and
/// no origin is left out, because it could say something else there.
pub fn clients(listed: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "+-.:/*[]".contains(c);
    let usable: Vec<_> = listed
        .iter()
        .map(|client| client.trim_end_matches('/'))
        .filter(|client| client.contains(':') && client.chars().all(plain))
        .collect();
    if usable.is_empty() {
        "'none'".into()
    } else {
        usable.join(" ")
    }
}

fn find(name: &str) -> Result<&'static File, ApiError> {
    let mut files = FILES.iter();
    files
        .find(|file| file.name == name)
        .ok_or(ApiError::NotFound)
}

impl File {
    /// Always sent whole: beside a "not modified", browsers may keep the policy they had.
    fn as_page(&self, policy: &str, asked: &HeaderMap) -> Response {
        let mut response = self.content(asked);
        set(&mut response, "cache-control", ALWAYS_ASK);
        set(&mut response, "vary", "accept-encoding");
        harden(&mut response);
        let policy = HeaderValue::from_str(policy).unwrap_or(NOTHING_AT_ALL);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        response
    }

    /// Itself, or that what the browser has is still it.
    fn send(&self, keep: &'static str, asked: &HeaderMap) -> Response {
        let mut response = if mentions(asked, header::IF_NONE_MATCH, self.tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            self.content(asked)
        };
        set(&mut response, "etag", self.tag);
        set(&mut response, "cache-control", keep);
        set(&mut response, "vary", "accept-encoding");
        harden(&mut response);
        response
    }

    fn content(&self, asked: &HeaderMap) -> Response {
        let mut response = if mentions(asked, header::ACCEPT_ENCODING, "gzip") {
            let mut response = self.gzip.into_response();
            set(&mut response, "content-encoding", "gzip");
            response
        } else {
            self.plain.into_response()
        };
        set(&mut response, "content-type", self.kind);
        response
    }
}

/// Whether a header lists this, and not with the weight of nothing.
fn mentions(headers: &HeaderMap, name: HeaderName, wanted: &str) -> bool {
    let values = headers.get_all(name).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|item| {
            let (item, weight) = item.split_once(';').unwrap_or((item, ""));
            let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
            item.trim().trim_start_matches("W/") == wanted && weight.parse() != Ok(0.0_f32)
        })
}

fn harden(response: &mut Response) {
    set(response, "x-content-type-options", "nosniff");
    set(response, "referrer-policy", "no-referrer");
}

fn set(response: &mut Response, name: &'static str, value: &'static str) {
    response.headers_mut().insert(
        HeaderName::from_static(name),
        HeaderValue::from_static(value),
    );
}
