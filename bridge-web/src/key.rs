//! Who asks the admin API: a program with a key.

use axum::{
    body::Body as Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
};
use desk::{
    apikey::{KeyHolder, Scope, is_key},
    engine::{Once, Shown},
    ids::TokenHash,
};
use serde::de::DeserializeOwned;

use crate::{
    body::{Body, whole},
    client::Client,
    error::ApiError,
    limits::KeyName,
    web::Web,
};

/// By which a program says that a request is one it has sent before.
const ONCE: &str = "idempotency-key";

// Extractors, and the first of their handlers, so that who may not costs neither a body nor a look
// into what is stored.
macro_rules! scoped {
    ($($name:ident with $scope:ident),* $(,)?) => {$(
        /// The holder of a key with the scope of this name.
        pub struct $name(pub KeyHolder);

        impl FromRequestParts<Web> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, ApiError> {
                let holder = holder(parts, web).await?;
                match holder.may(Scope::$scope) {
                    true => Ok(Self(holder)),
                    false => Err(ApiError::ScopeMissing(Scope::$scope)),
                }
            }
        }
    )*};
}

scoped!(
    ReadsTickets with TicketsRead,
    WritesTickets with TicketsWrite,
    ReadsChats with ChatsRead,
    WritesChats with ChatsWrite,
    ReadsAgents with AgentsRead,
    WritesAgents with AgentsWrite,
    ReadsAudit with AuditRead,
    ReadsReport with ReportRead,
    ReadsCustomers with CustomersRead,
    ErasesCustomers with CustomersErase,
);

async fn holder(parts: &mut Parts, web: &Web) -> Result<KeyHolder, ApiError> {
    let Ok(Client(address)) = Client::from_request_parts(parts, web).await;
    let wrong = || match web.gates.wrong_keys.pass(address) {
        Ok(()) => ApiError::KeyUnknown,
        Err(too_many) => too_many,
    };
    let word = key(&parts.headers).filter(|word| is_key(word));
    let hash = TokenHash::of(word.ok_or_else(wrong)?);
    match web.engine.shown_key(&hash, address).await? {
        Shown::Holder(holder) => {
            web.gates.keys.pass(&KeyName::of(&holder))?;
            Ok(*holder)
        }
        Shown::Unknown => Err(wrong()),
        Shown::Elsewhere(holder) => {
            // First, so that a flood of them is not noted.
            web.gates.wrong_keys.pass(address)?;
            web.engine.note_elsewhere(&holder).await?;
            Err(ApiError::KeyElsewhere)
        }
    }
}

fn key(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, word) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| word.trim())
}

/// A JSON body, and under which name it is sent again if no answer comes.
pub struct BodyOnce<T>(pub T, pub Option<Once>);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for BodyOnce<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let name = request.headers().get(ONCE);
        let name = name.map(|name| String::from_utf8_lossy(name.as_bytes()).into_owned());
        let Some(name) = name else {
            let Body(body) = Body::from_request(request, state).await?;
            return Ok(Self(body, None));
        };
        let (mut parts, body) = request.into_parts();
        let copy = Request::from_parts(parts.clone(), body);
        let bytes =
            whole(copy, crate::body::MAX_BODY as u64)
                .await
                .map_err(|error| match error {
                    ApiError::Refused(_) => ApiError::TooLarge,
                    other => other,
                })?;
        let asked = [parts.uri.path().as_bytes(), b"\n", &bytes].concat();
        let request = TokenHash::of(&String::from_utf8_lossy(&asked));
        parts.headers.remove(header::CONTENT_LENGTH);
        let again = Request::from_parts(parts, Bytes::from(bytes));
        let Body(body) = Body::from_request(again, state).await?;
        Ok(Self(body, Some(Once { name, request })))
    }
}
