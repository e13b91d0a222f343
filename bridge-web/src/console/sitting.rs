//! Who asks: an agent with a session of the console, by cookie in a browser of its own, by token in
//! a room widget.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, Method, header, request::Parts},
};
use desk::{console::Session, ids::TokenHash};

use crate::{error::ApiError, visitor::bearer, web::Web};

pub const COOKIE: &str = "helproom_console";
const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

pub struct Sitting {
    pub session: Session,
    /// Of its token.
    pub hash: TokenHash,
    /// What the page must send along; `None`: it came with a token, which no other page has.
    pub csrf: Option<String>,
}

impl FromRequestParts<Web> for Sitting {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, ApiError> {
        let headers = &parts.headers;
        let (token, by_cookie) = match (bearer(headers), cookie(headers)) {
            (Some(token), _) => (token, false),
            (None, Some(token)) => (token, true),
            (None, None) => return Err(ApiError::NoSession),
        };
        let hash = TokenHash::of(token);
        let session = web.engine.console_session(&hash).await?;
        let session = session.ok_or(ApiError::NoSession)?;
        let csrf = by_cookie.then(|| csrf_of(token));
        let only_reads = matches!(parts.method, Method::GET | Method::HEAD);
        if let Some(csrf) = csrf.as_ref().filter(|_| !only_reads) {
            check_page(web, headers, csrf)?;
        }
        match only_reads {
            true => web.gates.looks.pass(&session.person)?,
            false => web.gates.acts.pass(&session.person)?,
        }
        Ok(Self {
            session,
            hash,
            csrf,
        })
    }
}

/// A browser sends the cookie for any page of this site: what changes something must come from
/// ours, which alone can read what it has to send along.
fn check_page(web: &Web, headers: &HeaderMap, csrf: &str) -> Result<(), ApiError> {
    let sent = headers.get(CSRF).and_then(|value| value.to_str().ok());
    // Compared as hashes, so that the time it takes says nothing.
    let is_right = sent.is_some_and(|sent| TokenHash::of(sent) == TokenHash::of(csrf));
    if !is_right || is_foreign(web, headers) {
        return Err(ApiError::Csrf);
    }
    Ok(())
}

/// Whether a browser says that another site's page asks.
pub fn is_foreign(web: &Web, headers: &HeaderMap) -> bool {
    let site = headers.get(FETCH_SITE);
    let is_ours = site.is_none_or(|site| site == "same-origin" || site == "none");
    !is_ours || web.origins.foreign(headers).is_some()
}

/// Derived, so that nothing more has to be kept.
pub fn csrf_of(token: &str) -> String {
    TokenHash::of(&format!("csrf {token}")).to_string()
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let values = headers.get_all(header::COOKIE).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others_by_its_whole_name() {
        for (sent, token) in [
            ("helproom_console=abc", Some("abc")),
            ("a=1; helproom_console=abc; b=2", Some("abc")),
            ("xhelproom_console=abc", None),
            ("helproom_console2=abc", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, sent.parse().unwrap());
            assert_eq!(cookie(&headers), token, "{sent}");
        }
    }
}
