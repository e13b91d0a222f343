//! What a request to the homeserver can come to, and Matrix error bodies for requests to us.

use std::{error::Error, time::Duration};

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use desk::ports::DeliveryError;

/// A request to the homeserver that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No answer, or none that is an answer.
    #[error("the homeserver did not answer")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// The homeserver said no. Its own words may quote what we sent, so they are not kept.
    #[error("the homeserver answered {status} {errcode}")]
    Refused {
        status: StatusCode,
        errcode: String,
        retry_after: Option<Duration>,
    },
    /// We could not even ask, or could not read the answer.
    #[error("the request could not be made")]
    Malformed(#[source] Box<dyn Error + Send + Sync>),
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    errcode: Option<String>,
    retry_after_ms: Option<u64>,
}

impl CallError {
    pub fn refused(status: StatusCode, body: &[u8]) -> Self {
        let body: Body = serde_json::from_slice(body).unwrap_or_default();
        Self::Refused {
            status,
            errcode: body.errcode.unwrap_or_else(|| "without an errcode".into()),
            retry_after: body.retry_after_ms.map(Duration::from_millis),
        }
    }

    pub fn malformed(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Malformed(source.into())
    }

    /// The connection failed.
    pub fn broken(source: reqwest::Error) -> Self {
        Self::Unreachable(source.without_url().into())
    }

    pub fn is(&self, code: &str) -> bool {
        matches!(self, Self::Refused { errcode, .. } if errcode == code)
    }

    pub fn has_status(&self, code: StatusCode) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == code)
    }

    /// Asking again would get the same answer.
    pub fn is_permanent(&self) -> bool {
        match self {
            Self::Unreachable(_) => false,
            Self::Refused { status, .. } => {
                matches!(*status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND)
            }
            Self::Malformed(_) => true,
        }
    }

    /// The homeserver is away, or in trouble, and will be back.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Refused { status, .. } => status.is_server_error(),
            Self::Malformed(_) => false,
        }
    }
}

impl From<CallError> for DeliveryError {
    fn from(error: CallError) -> Self {
        match &error {
            CallError::Unreachable(_) => Self::Later {
                after: None,
                source: error.into(),
            },
            CallError::Refused {
                status,
                retry_after,
                ..
            } if status.is_server_error()
                    || *status == StatusCode::TOO_MANY_REQUESTS
                    || *status == StatusCode::REQUEST_TIMEOUT
                    // The registration is not loaded yet, or was replaced: the operator mends that.
                    || *status == StatusCode::UNAUTHORIZED =>
            {
                Self::Later {
                    after: *retry_after,
                    source: error.into(),
                }
            }
            CallError::Refused { .. } | CallError::Malformed(_) => Self::Never {
                reason: error.to_string(),
            },
        }
    }
}

/// An error in Matrix's own shape.
pub struct MatrixError(pub StatusCode, pub &'static str, pub &'static str);

impl IntoResponse for MatrixError {
    fn into_response(self) -> Response {
        let Self(status, errcode, error) = self;
        (status, Json(json!({ "errcode": errcode, "error": error }))).into_response()
    }
}
