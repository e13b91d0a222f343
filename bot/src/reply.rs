//! What the bot says: notices, in the room's own encryption, once each.

use desk::command::formatted;
use matrix_sdk::{
    Room,
    ruma::{
        OwnedTransactionId,
        events::{
            reaction::ReactionEventContent,
            relation::Annotation,
            room::message::{AddMentions, ForwardThread, ReplyMetadata, RoomMessageEventContent},
        },
    },
};
use sha2::{Digest, Sha256};
use tracing::warn;

use crate::{command::Text, error::BotError};

/// Answers a text. A repetition has the same transaction id, so that the homeserver drops it.
pub(crate) async fn answer(room: &Room, text: &Text, words: &str) -> Result<(), BotError> {
    let metadata = ReplyMetadata::new(&text.event, &text.sender, text.thread.as_ref());
    let notice = content(words).make_reply_to(metadata, ForwardThread::Yes, AddMentions::No);
    let sent = room
        .send(notice)
        .with_transaction_id(key("answer", text.event.as_str()))
        .await;
    settle(room, sent.map(drop))
}

/// Says that a command was carried out.
pub(crate) async fn tick(room: &Room, text: &Text) -> Result<(), BotError> {
    let tick = ReactionEventContent::new(Annotation::new(
        text.event.clone(),
        desk::texts::TICK.to_owned(),
    ));
    let sent = room
        .send(tick)
        .with_transaction_id(key("tick", text.event.as_str()))
        .await;
    settle(room, sent.map(drop))
}

/// Says something that answers nobody.
pub(crate) async fn notice(
    room: &Room,
    words: &str,
    what: &str,
    occasion: &str,
) -> Result<(), BotError> {
    let sent = room
        .send(content(words))
        .with_transaction_id(key(what, occasion))
        .await;
    settle(room, sent.map(drop))
}

fn content(words: &str) -> RoomMessageEventContent {
    match formatted(words) {
        Some(html) => RoomMessageEventContent::notice_html(words, html),
        None => RoomMessageEventContent::notice_plain(words),
    }
}

/// What can never be said is given up, so that it does not stand in the way of everything behind it.
fn settle(room: &Room, sent: Result<(), matrix_sdk::Error>) -> Result<(), BotError> {
    sent.map_err(BotError::from).or_else(|error| match error {
        BotError::Never(source) => {
            warn!(room.id = %room.room_id(), error = %source, "the bot cannot speak in a management room");
            Ok(())
        }
        other => Err(other),
    })
}

pub(crate) fn key(what: &str, occasion: &str) -> OwnedTransactionId {
    let hash = Sha256::digest(occasion.as_bytes());
    format!("{what}-{}", hex::encode(hash)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_occasion_has_the_same_key_and_another_has_another() {
        assert_eq!(key("answer", "$a"), key("answer", "$a"));
        assert_ne!(key("answer", "$a"), key("answer", "$b"));
        assert_ne!(key("answer", "$a"), key("unreadable", "$a"));
    }
}
