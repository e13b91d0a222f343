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
        if error.as_uiaa_response().is_some() {
            return Self::Never(error.into());
        }
        let Some(answer) = error.as_client_api_error() else {
            // No Matrix error at all: a proxy's page in place of the homeserver's answer.
            return Self::later(error);
        };
        match answer.error_kind() {
            Some(ErrorKind::UnknownToken(_)) => return Self::LoggedOut,
            Some(ErrorKind::LimitExceeded(limit)) => {
                let after = match limit.retry_after {
                    Some(RetryAfter::Delay(span)) => span,
                    _ => UNNAMED,
                };
                return Self::Later {
                    after: Some(after),
                    source: error.into(),
                };
            }
            _ => {}
        }
        if answer.status_code.is_server_error() {
            Self::later(error)
        } else {
            Self::Never(error.into())
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
