//! What was said in a chat, as it comes, and its files.

use std::time::Duration;

use axum::{Json, extract::State, response::Response};
use desk::{
    console::Recorded,
    ids::{ChatId, MessageId},
};

use super::{LONGEST_WAIT, live::still_sits, sitting::Sitting, wire::Record};
use crate::{
    api::{BATCH, LAST, file_of},
    body::{Asked, At},
    error::ApiError,
    web::Web,
    wire::Poll,
};

/// `GET /api/v1/console/chats/{id}/events`
pub async fn read(
    State(web): State<Web>,
    sitting: Sitting,
    At(chat): At<String>,
    Asked(poll): Asked<Poll>,
) -> Result<Json<Record>, ApiError> {
    let chat = ChatId::new(chat);
    let mut watch = web.live.watch_aside(&chat);
    let mut events = record(&web, &sitting, &chat, poll.since).await?;
    if events.is_empty() && poll.wait > 0 {
        let wait = Duration::from_secs(poll.wait).min(LONGEST_WAIT);
        tokio::select! {
            () = watch.changed() => {}
            () = web.live.stopped() => {}
            () = tokio::time::sleep(wait) => {}
        }
        still_sits(&web, &sitting.hash).await?;
        events = record(&web, &sitting, &chat, poll.since).await?;
    }
    Ok(Json(Record::new(poll.since, events)))
}

/// Looked at each time whether it is still for these eyes.
async fn record(
    web: &Web,
    sitting: &Sitting,
    chat: &ChatId,
    since: u64,
) -> Result<Vec<Recorded>, ApiError> {
    web.engine.console_sees(&sitting.session, chat).await?;
    let since = since.min(LAST);
    Ok(web.engine.console_record(chat, since, BATCH).await?)
}

/// `GET /api/v1/console/chats/{id}/files/{message}`
pub async fn file(
    State(web): State<Web>,
    sitting: Sitting,
    At((chat, message)): At<(String, String)>,
) -> Result<Response, ApiError> {
    let (chat, message) = (ChatId::new(chat), MessageId::new(message));
    web.engine.console_sees(&sitting.session, &chat).await?;
    file_of(&web, &chat, &message).await
}
