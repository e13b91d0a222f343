//! The calls under `/api/v1`.

use desk::ids::{ChatId, ClientKey, MessageId};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    error::ApiError,
    socket,
    web::Web,
    wire::{Ack, Event, NewMessage},
};

mod admin;
mod attachments;
mod care;
mod centers;
mod chats;
mod gestures;
pub mod openapi;

pub use attachments::file_of;

/// The most events of one answer, and of one batch to a socket.
pub const BATCH: u32 = 500;
/// No store counts further.
pub const LAST: u64 = i64::MAX.cast_unsigned();

pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(centers::help_center))
        .routes(routes!(centers::start_chat))
        .routes(routes!(centers::inquire))
        .routes(routes!(chats::write))
        .routes(routes!(chats::events))
        .routes(routes!(socket::open))
        .routes(routes!(chats::close))
        .routes(routes!(care::rate))
        .routes(routes!(care::transcript, care::mail_transcript))
        .routes(routes!(care::resume))
        .routes(routes!(attachments::attach))
        .routes(routes!(attachments::attachment))
        .routes(routes!(gestures::typing))
        .routes(routes!(gestures::read))
        .merge(admin::routes())
}

/// Takes a customer's message, come by whichever way.
pub async fn take(web: &Web, chat: &ChatId, message: NewMessage) -> Result<Ack, ApiError> {
    web.gates.messages.pass(chat)?;
    let key = ClientKey::new(message.key);
    let reply_to = message.reply_to.map(MessageId::new);
    let sent = web
        .engine
        .customer_reply(chat, key, message.text, reply_to)
        .await?;
    Ok(sent.into())
}

pub async fn read(web: &Web, chat: &ChatId, since: u64) -> Result<Vec<Event>, ApiError> {
    let events = web
        .engine
        .store()
        .events_after(chat, since.min(LAST), BATCH)
        .await?;
    Ok(events.into_iter().map(Into::into).collect())
}
