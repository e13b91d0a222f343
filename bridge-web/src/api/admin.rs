//! The admin API: what programs do with a key.

use axum::http::StatusCode;
use desk::{ids::Timestamp, refusal::Refusal};
use utoipa::IntoResponses;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{error::ApiError, web::Web, wire::Problem};

pub mod agents;
pub mod audit;
pub mod chats;
pub mod customers;
pub mod tickets;

/// How many lines a page has, and at most.
const USUAL: u32 = 50;
const MOST: u32 = 100;

pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(tickets::list, tickets::create))
        .routes(routes!(tickets::one, tickets::change))
        .routes(routes!(tickets::comment))
        .routes(routes!(chats::list))
        .routes(routes!(chats::one))
        .routes(routes!(chats::transcript))
        .routes(routes!(chats::close))
        .routes(routes!(agents::list))
        .routes(routes!(agents::grant, agents::revoke))
        .routes(routes!(audit::list))
        .routes(routes!(audit::report))
        .routes(routes!(customers::list))
        .routes(routes!(customers::erase))
        .routes(routes!(customers::export))
}

/// What any call can answer.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "only described")]
pub enum Keyed {
    #[response(
        status = 401,
        description = "unauthorized: no key, or none that counts"
    )]
    Unauthorized(#[to_schema] Problem),
    #[response(status = 403, description = "scope_missing, address_refused")]
    Forbidden(#[to_schema] Problem),
    #[response(status = 429, description = "too_many")]
    TooMany(#[to_schema] Problem),
    #[response(status = 503, description = "unavailable")]
    Unavailable(#[to_schema] Problem),
}

/// And any call with a body.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "only described")]
pub enum Bodied {
    #[response(status = 400, description = "malformed")]
    Malformed(#[to_schema] Problem),
    #[response(status = 408, description = "too_slow")]
    TooSlow(#[to_schema] Problem),
    #[response(status = 413, description = "too_large")]
    TooLarge(#[to_schema] Problem),
    #[response(status = 415, description = "wrong_content_type")]
    WrongType(#[to_schema] Problem),
    #[response(status = 422, description = "invalid")]
    Invalid(#[to_schema] Problem),
}

fn limit(asked: Option<u32>) -> Result<u32, ApiError> {
    match asked.unwrap_or(USUAL) {
        limit @ 1..=MOST => Ok(limit),
        _ => Err(Refusal::invalid("limit", format!("1 to {MOST}")).into()),
    }
}

/// The page, and whether there is more than that.
fn page<T>(mut found: Vec<T>, limit: u32) -> (Vec<T>, bool) {
    let limit = limit as usize;
    let more = found.len() > limit;
    found.truncate(limit);
    (found, more)
}

fn moment(field: &str, asked: Option<&str>) -> Result<Option<Timestamp>, ApiError> {
    let Some(asked) = asked else {
        return Ok(None);
    };
    let at = Timestamp::from_rfc3339(asked);
    let why = "a time such as 2026-11-23T09:00:00Z (in an address, + is %2B)";
    Ok(Some(at.ok_or_else(|| Refusal::invalid(field, why))?))
}

/// What stands between commas.
fn several<T>(
    field: &str,
    asked: Option<&str>,
    read: impl Fn(&str) -> Option<T>,
    known: &str,
) -> Result<Vec<T>, ApiError> {
    let words = asked.unwrap_or_default().split(',');
    let words = words.map(str::trim).filter(|word| !word.is_empty());
    let read = words.map(|word| {
        let found = read(word);
        found.ok_or_else(|| Refusal::invalid(field, format!("of these: {known}")).into())
    });
    read.collect()
}

const DONE: StatusCode = StatusCode::NO_CONTENT;
