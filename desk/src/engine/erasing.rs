//! Files that are to go, also where the homeserver keeps them.

use super::{Engine, Work};
use crate::{
    chat::Chat,
    effect::Effect,
    event::Message,
    ids::MediaId,
    ports::StoreError,
    store::{StoredMedia, Uploader},
};

impl Engine {
    /// Whether the homeserver lets us delete files (Synapse: by an admin's token).
    #[must_use]
    pub fn erasing_media(mut self, erases: bool) -> Self {
        self.erases_media = erases;
        self
    }

    /// Whether this file can be deleted: those of other homeservers are not ours to delete.
    pub(super) fn erases(&self, file: &StoredMedia) -> bool {
        let ours = self.manner.bot.split_once(':').map(|(_, server)| server);
        let theirs = file.media.as_str().strip_prefix("mxc://");
        let theirs = theirs.and_then(|rest| rest.rsplit_once('/'));
        self.erases_media
            && file.by != Uploader::Unknown
            && ours.is_some()
            && ours == theirs.map(|(server, _)| server)
    }
}

impl Work<'_> {
    /// The message says this now in every copy we hold. A file it has no more is deleted.
    pub(super) async fn rewrite_stored(
        &mut self,
        chat: &Chat,
        message: &Message,
    ) -> Result<(), StoreError> {
        if message.attachment.is_none()
            && let Some(media) = self.tx.find_media(&message.id).await?
        {
            self.erase(chat, media).await?;
        }
        self.tx.rewrite(message).await
    }

    /// The files of a chat that is forgotten.
    pub(super) async fn erase_all_of(&mut self, chat: &Chat) -> Result<(), StoreError> {
        for media in self.tx.media_of(&chat.id).await? {
            self.erase(chat, media).await?;
        }
        Ok(())
    }

    /// A file reached the homeserver when its message had none any more.
    pub(super) async fn erase_late(
        &mut self,
        chat: &Chat,
        media: &MediaId,
    ) -> Result<(), StoreError> {
        let file = StoredMedia {
            media: media.clone(),
            by: Uploader::Us,
        };
        self.erase(chat, file).await
    }

    async fn erase(&mut self, chat: &Chat, file: StoredMedia) -> Result<(), StoreError> {
        if !self.engine.erases(&file) {
            return Ok(());
        }
        self.enqueue(Effect::EraseMedia {
            service: chat.service.clone(),
            chat: chat.number,
            media: file.media,
            by: match file.by {
                Uploader::Agent(agent) => Some(agent),
                _ => None,
            },
        })
        .await
    }
}
