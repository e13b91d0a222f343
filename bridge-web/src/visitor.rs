//! Who asks: a visitor with the token of its chat, on a page that may.

use axum::{
    extract::{FromRequestParts, Path, RawPathParams},
    http::{HeaderMap, header, request::Parts},
};
use desk::{
    ids::{ChatId, ServiceSlug, TokenHash},
    refusal::Refusal,
    service::Service,
};

use crate::{error::ApiError, origins, web::Web};

/// How a browser, which cannot set headers on a WebSocket, sends its visitor token.
const BEARER_PROTOCOL: &str = "bearer.";

/// The customer of the chat in the path.
pub struct Visitor {
    pub chat: ChatId,
}

impl FromRequestParts<Web> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, ApiError> {
        let params = RawPathParams::from_request_parts(parts, web).await;
        let params = params.map_err(|_| ApiError::Unauthorized)?;
        let mut params = params.iter();
        let chat = params.find_map(|(name, value)| (name == "id").then(|| ChatId::new(value)));
        let chat = chat.ok_or(ApiError::Unauthorized)?;
        let token = visitor_token(&parts.headers).ok_or(ApiError::Unauthorized)?;
        let store = web.engine.store();
        if !store.access(&chat, &TokenHash::of(token)).await? {
            return Err(ApiError::Unauthorized);
        }
        // After the token, so that a refused origin does not tell that there is such a chat.
        if let Some(origin) = web.origins.foreign(&parts.headers) {
            let chat = store.chat(&chat).await?.ok_or(ApiError::Unauthorized)?;
            origins::admit(&web.engine.service(&chat.service).await?, origin)?;
        }
        Ok(Self { chat })
    }
}

/// The service in the path, asked for by a page that may.
pub struct Center(pub Service);

impl FromRequestParts<Web> for Center {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, ApiError> {
        let Ok(Path(slug)) = Path::<String>::from_request_parts(parts, web).await else {
            return Err(Refusal::NoSuchService.into());
        };
        let service = web.engine.service(&ServiceSlug::new(slug)).await?;
        if let Some(origin) = web.origins.foreign(&parts.headers) {
            origins::admit(&service, origin)?;
        }
        Ok(Self(service))
    }
}

/// The token of an earlier chat, if one was sent.
pub struct Earlier(pub Option<TokenHash>);

impl FromRequestParts<Web> for Earlier {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, ApiError> {
        Ok(Self(visitor_token(&parts.headers).map(TokenHash::of)))
    }
}

/// A new visitor token: 256 random bits, so that it can be neither guessed nor met twice.
pub fn new_visitor_token() -> String {
    hex::encode(rand::random::<[u8; 32]>())
}

/// The token of the `Authorization` header (RFC 6750, section 2.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let values = headers.get_all(header::AUTHORIZATION).iter();
    let mut values = values.filter_map(|value| value.to_str().ok());
    values.find_map(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    })
}

fn visitor_token(headers: &HeaderMap) -> Option<&str> {
    let words = |name| {
        let values = headers.get_all(name).iter();
        values.filter_map(|value| value.to_str().ok())
    };
    bearer(headers).or_else(|| {
        words(header::SEC_WEBSOCKET_PROTOCOL)
            .flat_map(|value| value.split(','))
            .find_map(|protocol| protocol.trim().strip_prefix(BEARER_PROTOCOL))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_visitor_token_comes_in_the_authorization_or_as_a_subprotocol() {
        for (name, value, token) in [
            ("authorization", "Bearer abc", Some("abc")),
            ("authorization", "bearer abc", Some("abc")),
            ("authorization", "Basic abc", None),
            ("authorization", "abc", None),
            (
                "sec-websocket-protocol",
                "helproom.v1, bearer.abc",
                Some("abc"),
            ),
            ("sec-websocket-protocol", "helproom.v1", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            assert_eq!(visitor_token(&headers), token, "{name}: {value}");
        }
    }

    #[test]
    fn no_two_visitor_tokens_are_alike() {
        let (one, two) = (new_visitor_token(), new_visitor_token());
        assert_eq!(one.len(), 64);
        assert_ne!(one, two);
    }
}
