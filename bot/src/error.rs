//! What to do when something did not work.

use std::{error::Error, time::Duration};

use matrix_sdk::{
    HttpError,
    ruma::api::error::{ErrorKind, RetryAfter},
};

/// How long to wait when the homeserver wants us slower and names no time.
const UNNAMED: Duration = Duration::from_secs(1);

/// Why there is no bot. A variant is what to do next.
#[derive(Debug, thiserror::Error)]
pub enum BotError {
    /// Try again. With `after` the homeserver answers, but wants us slower; without, it does not.
    #[error("the homeserver did not answer the bot")]
    Later {
        after: Option<Duration>,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A person must mend it; the sentence says what.
    #[error("{reason}")]
    Refused { reason: String },
    /// The folder of the bot cannot be read or written.
    #[error("the bot's folder failed")]
    Folder(#[source] Box<dyn Error + Send + Sync>),
    /// The homeserver does not know the access token any more. Log in again.
    #[error("the homeserver does not know the bot's access token any more")]
    LoggedOut,
    /// Trying again will not help, and nobody needs to mend it.
    #[error("the homeserver will not do it")]
    Never(#[source] Box<dyn Error + Send + Sync>),
}

impl BotError {
    pub(crate) fn refused(reason: impl Into<String>) -> Self {
        Self::Refused {
            reason: reason.into(),
        }
    }

    pub(crate) fn folder(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Folder(source.into())
    }

    pub(crate) fn later(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Later {
            after: None,
            source: source.into(),
        }
    }

    /// The error, unless it says that trying again will not help.
    pub(crate) fn unless_never(self) -> Result<(), Self> {
        match self {
            Self::Never(_) => Ok(()),
            other => Err(other),
        }
    }
}

impl From<matrix_sdk::Error> for BotError {
    fn from(error: matrix_sdk::Error) -> Self {
        use matrix_sdk::Error as Sdk;

        match error {
            Sdk::Http(error) => Self::from(*error),
            Sdk::StateStore(_) | Sdk::CryptoStoreError(_) | Sdk::Io(_) => Self::folder(error),
            other => Self::Never(other.into()),
        }
    }
}

impl From<HttpError> for BotError {
    fn from(error: HttpError) -> Self {
        if matches!(error, HttpError::Reqwest(_)) {
            return Self::later(error);
        }
        let Some(answer) = error.as_client_api_error() else {
            return Self::Never(error.into());
        };
        match answer.error_kind() {
            Some(ErrorKind::UnknownToken(_)) => Self::LoggedOut,
            Some(ErrorKind::LimitExceeded(limit)) => {
                let after = match limit.retry_after {
                    Some(RetryAfter::Delay(span)) => span,
                    _ => UNNAMED,
                };
                Self::Later {
                    after: Some(after),
                    source: error.into(),
                }
            }
            Some(_) if !answer.status_code.is_server_error() => Self::Never(error.into()),
            // Without an errcode it is not the homeserver that speaks, but a proxy before it.
            _ => Self::later(error),
        }
    }
}

impl From<matrix_sdk::StoreError> for BotError {
    fn from(error: matrix_sdk::StoreError) -> Self {
        Self::folder(error)
    }
}

/// The error and what caused it, for a log.
pub(crate) fn causes(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

#[cfg(test)]
mod tests {
    use matrix_sdk::ruma::{
        api::{EndpointError, client::uiaa::UiaaResponse, error::FromHttpResponseError},
        exports::http::Response,
    };

    use super::*;

    fn answered(status: u16, body: &str) -> BotError {
        let response = Response::builder()
            .status(status)
            .body(body.as_bytes().to_vec())
            .unwrap();
        let answer = UiaaResponse::from_http_response(response);
        HttpError::Api(Box::new(FromHttpResponseError::Server(answer))).into()
    }

    #[test]
    fn an_answer_says_what_to_do_next() {
        let forbidden = answered(403, r#"{"errcode": "M_FORBIDDEN", "error": "no"}"#);
        assert!(matches!(forbidden, BotError::Never(_)), "{forbidden:?}");
        let unknown = answered(401, r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "no"}"#);
        assert!(matches!(unknown, BotError::LoggedOut), "{unknown:?}");
        let broken = answered(500, r#"{"errcode": "M_UNKNOWN", "error": "no"}"#);
        assert!(
            matches!(broken, BotError::Later { after: None, .. }),
            "{broken:?}"
        );
        let proxy = answered(404, "<html>");
        assert!(
            matches!(proxy, BotError::Later { after: None, .. }),
            "{proxy:?}"
        );
        let limit = r#"{"errcode": "M_LIMIT_EXCEEDED", "error": "no", "retry_after_ms": 2500}"#;
        let BotError::Later { after, .. } = answered(429, limit) else {
            panic!("not later")
        };
        assert_eq!(after, Some(Duration::from_millis(2_500)));
    }

    #[test]
    fn causes_are_told_in_one_line() {
        let error = BotError::later("connection refused");
        assert_eq!(
            causes(&error),
            "the homeserver did not answer the bot: connection refused"
        );
    }
}
