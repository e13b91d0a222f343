//! Masks, what is under them, and which events show a message.

use async_trait::async_trait;

use crate::{
    event::Message,
    ids::{ChatId, EventId, MaskId, MessageId, Timestamp},
    masking::Kind,
    masks::{Mask, Sealed},
    ports::StoreError,
};

#[async_trait]
pub trait MaskTx: Send {
    /// Gives the mask the chat's next number.
    async fn insert_mask(&mut self, mask: &mut Mask) -> Result<(), StoreError>;
    async fn save_sealed(
        &mut self,
        mask: &MaskId,
        sealed: &Sealed,
        expires_at: Timestamp,
    ) -> Result<(), StoreError>;
    async fn find_sealed(&mut self, mask: &MaskId) -> Result<Option<Sealed>, StoreError>;
    /// When the first of what is sealed has been kept long enough.
    async fn next_expiry(&mut self) -> Result<Option<Timestamp>, StoreError>;
    /// Deletes what has been kept long enough, the oldest first, at most `limit`; says how many.
    async fn delete_expired(&mut self, now: Timestamp, limit: u32) -> Result<u64, StoreError>;
    async fn delete_sealed(&mut self, mask: &MaskId) -> Result<(), StoreError>;
    /// The masks that lie over the message now, in the order they were made.
    async fn masks_over(&mut self, message: &MessageId) -> Result<Vec<Mask>, StoreError>;
    /// All of the chat, in the order they were made, at most `limit`.
    async fn masks_of(&mut self, chat: &ChatId, limit: u32) -> Result<Vec<Mask>, StoreError>;
    async fn mark_undone(&mut self, mask: &MaskId, at: Timestamp) -> Result<(), StoreError>;
    /// Whether somebody has taken a mask off this message.
    async fn was_undone(&mut self, message: &MessageId) -> Result<bool, StoreError>;

    /// The event shows the message, or did, besides the one that shows it now.
    async fn add_shown_before(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
        event: &EventId,
    ) -> Result<(), StoreError>;
    async fn find_message(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
    ) -> Result<Option<Message>, StoreError>;
    /// The message that this event shows, or did, and whether the event is hidden.
    async fn find_message_shown(
        &mut self,
        chat: &ChatId,
        event: &EventId,
    ) -> Result<Option<(Message, bool)>, StoreError>;
    /// All events that showed the message are hidden, with the one that shows it now; from now on
    /// the replacement does, if there is one.
    async fn save_replacement(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
        replacement: Option<&EventId>,
    ) -> Result<(), StoreError>;
    /// The event's text repeats the message.
    async fn add_quotation(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
        event: &EventId,
    ) -> Result<(), StoreError>;
    /// Takes the events whose text repeats the message.
    async fn take_quotations(&mut self, message: &MessageId) -> Result<Vec<EventId>, StoreError>;
    async fn find_suggestion(
        &mut self,
        message: &MessageId,
    ) -> Result<Option<Suggestion>, StoreError>;
    async fn save_suggestion(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
        suggestion: &Suggestion,
    ) -> Result<(), StoreError>;
    /// The message of which agents were told by this event.
    async fn find_message_suggested(
        &mut self,
        chat: &ChatId,
        event: &EventId,
    ) -> Result<Option<Message>, StoreError>;
    /// The chat's newest messages, the newest first, at most `limit`.
    async fn newest_messages(
        &mut self,
        chat: &ChatId,
        limit: u32,
    ) -> Result<Vec<(Timestamp, Message)>, StoreError>;
}

/// What agents were told of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// None once it is taken back.
    pub kinds: Vec<Kind>,
    /// `None` until it is delivered.
    pub event: Option<EventId>,
}

/// A message of a room, and the events that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub message: Message,
    pub at: Timestamp,
    /// The event that shows it now; `None` until it is delivered.
    pub event: Option<EventId>,
    /// Those that did before and are not hidden.
    pub before: Vec<EventId>,
    /// The event that shows what it answers.
    pub answers: Option<EventId>,
    pub masks: Vec<Mask>,
}

#[async_trait]
pub trait MaskReads: Send + Sync {
    async fn standing(&self, message: &MessageId) -> Result<Option<Standing>, StoreError>;
    /// Takes what was deleted or overwritten out of the store's own files. False: somebody reads
    /// what is old, try again.
    async fn scrub(&self) -> Result<bool, StoreError>;
}
