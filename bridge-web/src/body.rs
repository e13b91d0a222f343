//! Bodies, paths and queries of requests, whose mistakes are told in the one error shape.

use std::time::Duration;

use axum::{
    Json,
    extract::{
        FromRequest, FromRequestParts, Path, Query, Request,
        rejection::{JsonRejection, QueryRejection},
    },
    http::{StatusCode, header::CONTENT_LENGTH, request::Parts},
};
use desk::refusal::Refusal;
use futures_util::StreamExt;
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// The largest body and the largest frame, in bytes.
pub const MAX_BODY: usize = 64 * 1024;
/// How much of a body that is too large is read before the connection is closed, in bytes.
const POURED_OUT: usize = 16 * 1024 * 1024;
/// How long a whole body may take to arrive.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How long a file may take.
const PATIENCE_WITH_FILES: Duration = Duration::from_secs(180);

/// A JSON body.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        if announced(&request) > MAX_BODY {
            let _ = tokio::time::timeout(PATIENCE, pour_out(request.into_body())).await;
            return Err(ApiError::TooLarge);
        }
        let body = Json::from_request(request, state);
        let Json(body) = tokio::time::timeout(PATIENCE, body)
            .await
            .map_err(|_| ApiError::TooSlow)??;
        Ok(Self(body))
    }
}

/// A body as it is, of at most so many bytes.
pub async fn whole(request: Request, most: u64) -> Result<Vec<u8>, ApiError> {
    let too_large = || ApiError::from(Refusal::FileTooLarge { max_bytes: most });
    let announced = announced(&request) as u64;
    if announced > most {
        let _ = tokio::time::timeout(PATIENCE, pour_out(request.into_body())).await;
        return Err(too_large());
    }
    let read = async {
        let mut bytes = Vec::new();
        let mut chunks = request.into_body().into_data_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk =
                chunk.map_err(|_| ApiError::Malformed("the body did not arrive whole".into()))?;
            if (bytes.len() + chunk.len()) as u64 > most {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    tokio::time::timeout(PATIENCE_WITH_FILES, read)
        .await
        .map_err(|_| ApiError::TooSlow)?
}

fn announced(request: &Request) -> usize {
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    length.unwrap_or(0)
}

/// Reads a body that is too large without keeping it: who is cut off while it still writes may
/// never read why.
async fn pour_out(body: axum::body::Body) {
    let mut chunks = body.into_data_stream();
    let mut seen = 0;
    while let Some(Ok(chunk)) = chunks.next().await {
        seen += chunk.len();
        if seen > POURED_OUT {
            return;
        }
    }
}

/// The part of the address behind `?`.
pub struct Asked<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(asked) = Query::from_request_parts(parts, state).await?;
        Ok(Self(asked))
    }
}

/// The same, for programs.
pub struct Filtered<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Filtered<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let asked = Query::from_request_parts(parts, state).await;
        let Query(asked) = asked.map_err(|_| {
            ApiError::Malformed(
                "the part of the address behind ? does not fit: numbers are whole and not negative"
                    .into(),
            )
        })?;
        Ok(Self(asked))
    }
}

/// The last part of the path that has a name; what cannot be one is nowhere.
pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let at = Path::from_request_parts(parts, state).await;
        let Path(at) = at.map_err(|_| ApiError::NotFound)?;
        Ok(Self(at))
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        match rejection {
            JsonRejection::JsonDataError(error) => unfit(&error.body_text()),
            JsonRejection::JsonSyntaxError(_) => Self::Malformed("the body is not JSON".into()),
            JsonRejection::MissingJsonContentType(_) => Self::WrongContentType,
            other if other.status() == StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _ => Self::Malformed("the body did not arrive whole".into()),
        }
    }
}

impl From<QueryRejection> for ApiError {
    fn from(_: QueryRejection) -> Self {
        Self::Malformed("the address needs ?since=0&wait=20 with whole numbers, or for a file ?key=k1&name=photo.png".into())
    }
}

/// JSON whose shape does not fit: axum's sentence ends in "path.of.field: what was expected".
fn unfit(sentence: &str) -> ApiError {
    let told = sentence
        .split_once("target type: ")
        .map_or(sentence, |(_, told)| told);
    match told.split_once(": ") {
        Some((field, why)) if !field.contains(' ') => Refusal::invalid(field, why).into(),
        _ => Refusal::invalid("body", told).into(),
    }
}
