//! Files: a customer's bytes until the homeserver has them, and where it keeps them then.

use async_trait::async_trait;

use crate::{
    ids::{AgentId, ChatId, MediaId, MessageId},
    ports::StoreError,
};

/// A file that the homeserver keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredMedia {
    pub media: MediaId,
    pub by: Uploader,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Uploader {
    /// We, for a customer.
    Us,
    /// Who sent it. That it is theirs is what they say.
    Agent(AgentId),
    Unknown,
}

#[async_trait]
pub trait AttachmentTx: Send {
    /// Keeps a customer's file until it is delivered.
    async fn insert_file(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
        bytes: &[u8],
    ) -> Result<(), StoreError>;
    /// An agent's file, which the homeserver keeps.
    async fn insert_media(
        &mut self,
        chat: &ChatId,
        message: &MessageId,
        media: &MediaId,
        agent: &AgentId,
    ) -> Result<(), StoreError>;
    /// False: the message has no file any more.
    async fn save_media(
        &mut self,
        message: &MessageId,
        media: &MediaId,
    ) -> Result<bool, StoreError>;
    /// Where the homeserver keeps the message's file.
    async fn find_media(&mut self, message: &MessageId) -> Result<Option<StoredMedia>, StoreError>;
    /// Where the homeserver keeps the chat's files.
    async fn media_of(&mut self, chat: &ChatId) -> Result<Vec<StoredMedia>, StoreError>;
    /// The file was delivered, or never will be.
    async fn forget_bytes(&mut self, message: &MessageId) -> Result<(), StoreError>;
    /// How many files the customer has sent in this chat.
    async fn count_files(&mut self, chat: &ChatId) -> Result<u64, StoreError>;
    /// How many bytes wait to be delivered, of all chats.
    async fn waiting_bytes(&mut self) -> Result<u64, StoreError>;
}
