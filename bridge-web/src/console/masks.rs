//! Masks put on, looked under and taken off.

use axum::{Json, extract::State, http::StatusCode};
use desk::ids::{ChatId, MessageId};

use super::{
    sitting::Sitting,
    wire::{Look, Masked, Masking, Revealed},
};
use crate::{
    body::{At, Body},
    error::ApiError,
    web::Web,
};

/// `POST /api/v1/console/chats/{id}/masks`
pub async fn mask(
    State(web): State<Web>,
    sitting: Sitting,
    At(chat): At<String>,
    Body(masking): Body<Masking>,
) -> Result<Json<Masked>, ApiError> {
    let wish = masking.wish()?;
    let (chat, message) = (ChatId::new(chat), MessageId::new(masking.message));
    let note = web
        .engine
        .console_masks(&sitting.session, &chat, &message, &wish)
        .await?;
    Ok(Json(Masked { note }))
}

/// `POST /api/v1/console/chats/{id}/reveals`
pub async fn reveal(
    State(web): State<Web>,
    sitting: Sitting,
    At(chat): At<String>,
    Body(look): Body<Look>,
) -> Result<Json<Revealed>, ApiError> {
    let (chat, message) = (ChatId::new(chat), MessageId::new(look.message));
    let revealed = web
        .engine
        .console_reveals(&sitting.session, &chat, &message, look.reason)
        .await?;
    Ok(Json(revealed.into()))
}

/// `POST /api/v1/console/chats/{id}/undo`
pub async fn undo(
    State(web): State<Web>,
    sitting: Sitting,
    At(chat): At<String>,
    Body(look): Body<Look>,
) -> Result<StatusCode, ApiError> {
    let (chat, message) = (ChatId::new(chat), MessageId::new(look.message));
    web.engine
        .console_undoes(&sitting.session, &chat, &message, look.reason)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
