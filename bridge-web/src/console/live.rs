//! What changes while somebody looks at it: an answer when it differs from what the page has.

use std::time::Duration;

use axum::{
    Json,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use desk::ids::TokenHash;
use serde::{Deserialize, Serialize};
use tokio::{sync::watch, time::Instant};

use super::{LONGEST_WAIT, sitting::Sitting};
use crate::{error::ApiError, web::Web};

/// Changes often come in company.
const GATHER: Duration = Duration::from_millis(250);

/// How long to wait for something new.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Wait {
    /// In seconds.
    #[serde(default)]
    pub wait: u64,
}

/// One request for what may change: an answer at once if it is not what the page has
/// (`If-None-Match`), else when it changes; 304 when it does not in time.
pub struct Turn {
    web: Web,
    hash: TokenHash,
    known: Option<HeaderValue>,
    until: Option<Instant>,
    changes: watch::Receiver<()>,
}

impl Turn {
    pub fn new(web: &Web, sitting: &Sitting, headers: &HeaderMap, wait: Wait) -> Self {
        let wait = Duration::from_secs(wait.wait).min(LONGEST_WAIT);
        Self {
            known: headers.get(header::IF_NONE_MATCH).cloned(),
            until: (!wait.is_zero()).then(|| Instant::now() + wait),
            changes: web.live.watch_desk(),
            web: web.clone(),
            hash: sitting.hash.clone(),
        }
    }

    /// The answer; `None`: look again, something has changed. What came since the last look was
    /// begun counts.
    pub async fn answer(&mut self, seen: &impl Serialize) -> Result<Option<Response>, ApiError> {
        let tag = tag(seen)?;
        if self.known.as_ref() != Some(&tag) {
            let answer = ([(header::ETAG, tag)], Json(seen)).into_response();
            return Ok(Some(answer));
        }
        let Some(until) = self.until else {
            return Ok(Some(unchanged(tag)));
        };
        tokio::select! {
            _ = self.changes.changed() => tokio::time::sleep(GATHER).await,
            () = self.web.live.stopped() => return Ok(Some(unchanged(tag))),
            () = tokio::time::sleep_until(until) => return Ok(Some(unchanged(tag))),
        }
        // Seen by the look that follows.
        self.changes.mark_unchanged();
        // It may have been ended meanwhile.
        still_sits(&self.web, &self.hash).await?;
        Ok(None)
    }
}

/// What comes while somebody waits is for whoever still sits there.
pub async fn still_sits(web: &Web, hash: &TokenHash) -> Result<(), ApiError> {
    let session = web.engine.console_session(hash).await?;
    session.map(drop).ok_or(ApiError::NoSession)
}

fn unchanged(tag: HeaderValue) -> Response {
    (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response()
}

fn tag(seen: &impl Serialize) -> Result<HeaderValue, ApiError> {
    let text = serde_json::to_string(seen).map_err(desk::ports::StoreError::new)?;
    let hash = TokenHash::of(&text).to_string();
    let short = hash.get(..32).unwrap_or_default();
    HeaderValue::from_str(&format!("\"{short}\""))
        .map_err(|bad| desk::ports::StoreError::new(bad).into())
}
