//! Every "no" of this server as status, code and sentence: the only place with status codes.

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use desk::{
    apikey::Scope,
    console::ConsoleError,
    ports::{DeliveryError, StoreError},
    refusal::{DeskError, Refusal},
};

use crate::wire::{Problem, Trouble};

#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("the help desk cannot store anything at the moment; try again")]
    Unavailable(#[source] StoreError),
    #[error("not ready yet; try again in a moment")]
    NotReady,
    // One answer for a missing, a wrong and another chat's token, so that chats cannot be probed.
    #[error("there is no such chat, or this visitor token is not for it")]
    Unauthorized,
    // One answer for a missing, a wrong, a revoked and an expired key, so that keys cannot be probed.
    #[error("send a key that counts: Authorization: Bearer hrk_...")]
    KeyUnknown,
    #[error("this key does not count from your address")]
    KeyElsewhere,
    #[error("this key lacks the scope {0}; an admin can make another one")]
    ScopeMissing(Scope),
    #[error(
        "pages of {origin} may not use this help center: add \"{origin}\" to the service's \
         \"origins\" in helproom.toml"
    )]
    OriginRefused { origin: String },
    #[error("you are not in the console, or your time there is over: type !console to the bot")]
    NoSession,
    #[error(
        "this link was used before, or is older than 5 minutes: type !console to the bot for another"
    )]
    LinkSpent,
    #[error("the homeserver does not say that you are somebody who works in this room")]
    OpenIdRefused,
    #[error("only the console's own page may ask for this")]
    Csrf,
    /// In the agent's words.
    #[error("{0}")]
    Denied(String),
    /// It cannot be done now; in the agent's words.
    #[error("{0}")]
    Unable(String),
    #[error("the homeserver cannot be asked at the moment; try again")]
    NoHomeserver(#[source] DeliveryError),
    #[error(
        "the homeserver does not say whose OpenID tokens are: its listener needs the resource `openid` or `federation`"
    )]
    NoOpenId(#[source] DeliveryError),
    #[error("too many requests; try again in {} s", seconds(*.after))]
    TooMany { after: Duration },
    #[error("the request is larger than {} KiB", crate::body::MAX_BODY / 1024)]
    TooLarge,
    #[error("the body took too long to arrive")]
    TooSlow,
    #[error("send the header content-type: application/json")]
    WrongContentType,
    #[error("{0}")]
    Malformed(String),
    #[error("this address is a WebSocket: send an upgrade request of version 13")]
    NotASocket,
    #[error("the file cannot be had at the moment; try again")]
    NoFile(#[source] DeliveryError),
    #[error("there is nothing at this address")]
    NotFound,
    #[error("this address does not answer this method")]
    WrongMethod,
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error)
    }
}

impl From<DeliveryError> for ApiError {
    fn from(error: DeliveryError) -> Self {
        match error {
            // Deleted there, or larger than it was said to be.
            DeliveryError::Never { .. } => Self::NotFound,
            DeliveryError::Later { .. } => Self::NoFile(error),
        }
    }
}

impl From<DeskError> for ApiError {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Refused(refusal) => refusal.into(),
            DeskError::Store(error) => error.into(),
        }
    }
}

impl From<ConsoleError> for ApiError {
    fn from(error: ConsoleError) -> Self {
        match error {
            ConsoleError::Missing => Self::NotFound,
            ConsoleError::Denied(words) => Self::Denied(words),
            ConsoleError::Unable(words) => Self::Unable(words),
            ConsoleError::Refused(refusal) => refusal.into(),
            ConsoleError::Store(error) => error.into(),
        }
    }
}

impl ApiError {
    /// It was asked who somebody is.
    pub fn of_homeserver(error: DeliveryError) -> Self {
        match error {
            DeliveryError::Never { .. } => Self::NoOpenId(error),
            DeliveryError::Later { .. } => Self::NoHomeserver(error),
        }
    }

    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::Refused(refusal) => of_refusal(refusal),
            Self::Unavailable(_) | Self::NotReady | Self::NoFile(_) | Self::NoHomeserver(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
            }
            Self::KeyElsewhere => (StatusCode::FORBIDDEN, "address_refused"),
            Self::ScopeMissing(_) => (StatusCode::FORBIDDEN, "scope_missing"),
            Self::Unauthorized | Self::KeyUnknown => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::OriginRefused { .. } => (StatusCode::FORBIDDEN, "origin_refused"),
            Self::TooMany { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too_slow"),
            Self::WrongContentType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "wrong_content_type"),
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed"),
            Self::NotASocket => (StatusCode::UPGRADE_REQUIRED, "not_a_socket"),
            Self::NoOpenId(_) => (StatusCode::BAD_GATEWAY, "no_openid"),
            Self::NoSession => (StatusCode::UNAUTHORIZED, "unauthorized"),
            Self::LinkSpent => (StatusCode::GONE, "link_spent"),
            Self::OpenIdRefused => (StatusCode::FORBIDDEN, "openid_refused"),
            Self::Csrf => (StatusCode::FORBIDDEN, "csrf"),
            Self::Denied(_) => (StatusCode::FORBIDDEN, "denied"),
            Self::Unable(_) => (StatusCode::CONFLICT, "refused"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, "wrong_method"),
        }
    }

    /// The body, for an answer or a frame. Whoever sends it is the one that handles the error, so
    /// what the customer must not read is logged here.
    pub fn tell(&self) -> Problem {
        if let Self::Unavailable(error) = self {
            tracing::error!(
                error = error as &(dyn std::error::Error + 'static),
                "the store failed a customer's request"
            );
        }
        if let Self::NoHomeserver(error) | Self::NoOpenId(error) = self {
            tracing::warn!(
                error = error as &(dyn std::error::Error + 'static),
                "the homeserver did not say who comes by a widget"
            );
        }
        let (_, code) = self.status_and_code();
        let (field, message) = match self {
            Self::Refused(Refusal::Invalid { field, .. }) => {
                (Some(field.clone()), self.to_string())
            }
            // It would name an agent by its Matrix user id.
            Self::Refused(Refusal::HeldBy(_)) => (None, "an agent has this chat".to_owned()),
            _ => (None, self.to_string()),
        };
        Problem {
            error: Trouble {
                code: code.to_owned(),
                message,
                field,
                retry_after_s: self.retry_after(),
            },
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooMany { after } => Some(seconds(*after)),
            Self::Unavailable(_) | Self::NotReady | Self::NoFile(_) | Self::NoHomeserver(_) => {
                Some(2)
            }
            Self::Refused(Refusal::TooMuchWaits) => Some(60),
            _ => None,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, _) = self.status_and_code();
        let mut response = (status, Json(self.tell())).into_response();
        let headers = response.headers_mut();
        if let Some(after) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(after));
        }
        match self {
            Self::Unauthorized
            | Self::KeyUnknown
            | Self::Refused(Refusal::IdentityInvalid { .. }) => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::NotASocket => {
                headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
                headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
            }
            _ => {}
        }
        response
    }
}

fn of_refusal(refusal: &Refusal) -> (StatusCode, &'static str) {
    match refusal {
        Refusal::NoSuchService => (StatusCode::NOT_FOUND, "no_such_service"),
        Refusal::NoSuch(_) => (StatusCode::NOT_FOUND, "not_found"),
        Refusal::NoSuchChat => (StatusCode::UNAUTHORIZED, "unauthorized"),
        Refusal::ChatDisabled | Refusal::OutsideHours { .. } => {
            (StatusCode::FORBIDDEN, "chat_disabled")
        }
        Refusal::ContactDisabled => (StatusCode::FORBIDDEN, "contact_disabled"),
        Refusal::ConsentRequired { .. } => (StatusCode::CONFLICT, "consent_required"),
        Refusal::ConsentOutdated { .. } => (StatusCode::CONFLICT, "consent_outdated"),
        Refusal::AgentsAbsent => (StatusCode::CONFLICT, "agents_absent"),
        Refusal::ChatClosed => (StatusCode::CONFLICT, "chat_closed"),
        Refusal::RatingClosed => (StatusCode::CONFLICT, "rating_closed"),
        Refusal::MailDisabled => (StatusCode::CONFLICT, "mail_disabled"),
        Refusal::MailsSpent | Refusal::TooManyInquiries => {
            (StatusCode::TOO_MANY_REQUESTS, "too_many")
        }
        Refusal::IdentityInvalid { .. } => (StatusCode::UNAUTHORIZED, "identity_invalid"),
        Refusal::NoOpenChat => (StatusCode::NOT_FOUND, "no_open_chat"),
        Refusal::HeldBy(_) | Refusal::NotOffered => (StatusCode::CONFLICT, "conflict"),
        Refusal::Invalid { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
        Refusal::AttachmentsDisabled => (StatusCode::FORBIDDEN, "attachments_disabled"),
        Refusal::FileTooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
        Refusal::UnsupportedType { .. } => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_type"),
        Refusal::TooMuchWaits => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
    }
}

/// Rounded up, so that a client which waits as told is not refused again.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use desk::ids::AgentId;

    use super::*;

    #[test]
    fn every_refusal_has_its_status_and_code() {
        let version = || "2".to_owned();
        for (refusal, status, code) in [
            (Refusal::NoSuchService, 404, "no_such_service"),
            (Refusal::NoSuchChat, 401, "unauthorized"),
            (Refusal::NoSuch("ticket"), 404, "not_found"),
            (Refusal::ChatDisabled, 403, "chat_disabled"),
            (Refusal::OutsideHours { opens: None }, 403, "chat_disabled"),
            (Refusal::ContactDisabled, 403, "contact_disabled"),
            (
                Refusal::ConsentRequired { version: version() },
                409,
                "consent_required",
            ),
            (
                Refusal::ConsentOutdated { version: version() },
                409,
                "consent_outdated",
            ),
            (Refusal::AgentsAbsent, 409, "agents_absent"),
            (Refusal::ChatClosed, 409, "chat_closed"),
            (Refusal::AttachmentsDisabled, 403, "attachments_disabled"),
            (Refusal::FileTooLarge { max_bytes: 1 }, 413, "too_large"),
            (
                Refusal::UnsupportedType { types: Vec::new() },
                415,
                "unsupported_type",
            ),
            (Refusal::TooMuchWaits, 503, "unavailable"),
            (Refusal::RatingClosed, 409, "rating_closed"),
            (Refusal::MailDisabled, 409, "mail_disabled"),
            (Refusal::MailsSpent, 429, "too_many"),
            (Refusal::TooManyInquiries, 429, "too_many"),
            (
                Refusal::IdentityInvalid { why: "w" },
                401,
                "identity_invalid",
            ),
            (Refusal::NoOpenChat, 404, "no_open_chat"),
            (Refusal::HeldBy(AgentId::new("@a:b")), 409, "conflict"),
            (Refusal::NotOffered, 409, "conflict"),
            (Refusal::invalid("text", "too long"), 422, "invalid"),
        ] {
            let error = ApiError::from(refusal);
            assert_eq!(error.status_and_code().0.as_u16(), status, "{error:?}");
            assert_eq!(error.tell().error.code, code, "{error:?}");
        }
    }

    #[test]
    fn what_may_pass_says_when_to_try_again() {
        for (error, status, retry_after) in [
            (
                ApiError::Unavailable(StoreError::new("disk full")),
                503,
                Some("2"),
            ),
            (ApiError::NotReady, 503, Some("2")),
            (
                ApiError::TooMany {
                    after: Duration::from_millis(5_001),
                },
                429,
                Some("6"),
            ),
            (ApiError::Unauthorized, 401, None),
            (ApiError::TooSlow, 408, None),
        ] {
            let answer = error.into_response();
            assert_eq!(answer.status(), status);
            let told = answer.headers().get("retry-after");
            assert_eq!(told.map(|told| told.to_str().unwrap()), retry_after);
        }
    }

    #[test]
    fn an_invalid_value_names_its_field() {
        let told = ApiError::from(Refusal::invalid("customer.email", "an address")).tell();
        assert_eq!(told.error.field.as_deref(), Some("customer.email"));
    }

    #[test]
    fn neither_the_stores_words_nor_an_agents_id_are_told() {
        for error in [
            ApiError::Unavailable(StoreError::new("secret")),
            ApiError::from(Refusal::HeldBy(AgentId::new("@secret:example.org"))),
        ] {
            let told = serde_json::to_string(&error.tell()).unwrap();
            assert!(!told.contains("secret"), "{told}");
        }
    }

    #[test]
    fn a_wait_is_rounded_up_to_whole_seconds() {
        for (millis, whole) in [(0, 0), (1, 1), (1_000, 1), (5_999, 6)] {
            assert_eq!(seconds(Duration::from_millis(millis)), whole);
        }
    }
}
