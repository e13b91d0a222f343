//! The chat's record.

use async_trait::async_trait;

use crate::{
    event::{ChatEventKind, Message},
    ids::{ChatId, ClientKey, EventId, MessageId, Timestamp},
    ports::StoreError,
};

#[async_trait]
pub trait RecordTx: Send {
    /// Gives the event the chat's next number and returns it. A message goes into the copies of
    /// tickets made in the chat too.
    async fn append(
        &mut self,
        chat: &ChatId,
        at: Timestamp,
        what: &ChatEventKind,
    ) -> Result<u64, StoreError>;
    async fn find_message_by_key(
        &mut self,
        chat: &ChatId,
        key: &ClientKey,
    ) -> Result<Option<(u64, MessageId)>, StoreError>;
    async fn holds_message(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
    ) -> Result<bool, StoreError>;
    async fn find_message_by_event(
        &mut self,
        chat: &ChatId,
        event: &EventId,
    ) -> Result<Option<Message>, StoreError>;
    /// Replaces what a message says wherever it is stored: text and formatting, in its edits, in
    /// copies of tickets and where these are searched; and the file, which is forgotten when the
    /// message has none any more.
    async fn rewrite(&mut self, message: &Message) -> Result<(), StoreError>;
    /// Says whether there is such a message.
    async fn save_event_of_message(
        &mut self,
        message: &MessageId,
        event: &EventId,
    ) -> Result<bool, StoreError>;
}
