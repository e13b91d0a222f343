//! Files of customers: taken, uploaded, and given back.

use super::{Engine, Sent, customers::check_key};
use crate::{
    attachment::Attachment,
    chat::Chat,
    effect::Effect,
    event::{Author, Message},
    ids::{ChatId, ClientKey, MediaId, MessageId},
    ports::StoreError,
    refusal::{DeskError, Refusal},
    service::Attachments,
};

/// How many bytes of all chats may wait for the homeserver: a long outage shall not fill the disk.
const MOST_WAITING: u64 = 2 << 30;

/// A customer's file.
pub struct NewFile {
    pub key: ClientKey,
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Engine {
    /// What may be sent in this chat.
    pub async fn attachment_rules(&self, chat: &ChatId) -> Result<Attachments, DeskError> {
        let chat = self.store.chat(chat).await?.ok_or(Refusal::NoSuchChat)?;
        Ok(self.service(&chat.service).await?.settings.attachments)
    }

    /// Stores the file and queues it for the portal. The same key twice is one file.
    pub async fn customer_attachment(
        &self,
        chat: &ChatId,
        new: NewFile,
    ) -> Result<Sent, DeskError> {
        let NewFile { key, name, bytes } = new;
        check_key(&key)?;
        let file = Attachment::of(&name, &bytes);
        let mut work = self.begin().await?;
        let chat = work.tx.find_chat(chat).await?.ok_or(Refusal::NoSuchChat)?;
        // Before anything else is looked at: a repeat of what was accepted is accepted.
        if let Some((seq, id)) = work.tx.find_message_by_key(&chat.id, &key).await? {
            return Ok(Sent { key, seq, id });
        }
        if chat.state.is_closed() {
            return Err(Refusal::ChatClosed.into());
        }
        let service = work.tx.find_service(&chat.service).await?;
        let rules = service.ok_or(Refusal::NoSuchService)?.settings.attachments;
        rules.check(&file)?;
        if work.tx.count_files(&chat.id).await? >= rules.max_count.into() {
            let most = format!("at most {} files in a chat", rules.max_count);
            return Err(Refusal::invalid("file", most).into());
        }
        if work.tx.waiting_bytes().await? + file.size > MOST_WAITING {
            return Err(Refusal::TooMuchWaits.into());
        }
        let id = MessageId::new(self.ids.ulid());
        let mut message = Message {
            id: id.clone(),
            key: Some(key.clone()),
            from: Author::Customer,
            text: String::new(),
            html: None,
            reply_to: None,
            attachment: Some(file),
            masked: false,
        };
        let seq = work.record(&chat, &mut message).await?;
        work.tx.insert_file(&chat.id, &id, &bytes).await?;
        work.enqueue(Effect::Say {
            chat: chat.id.clone(),
            message: id.clone(),
        })
        .await?;
        work.suggest(&chat, &message).await?;
        work.commit().await?;
        Ok(Sent { key, seq, id })
    }

    /// The homeserver has the file's bytes: kept before anything refers to it. The chat may be
    /// gone by now.
    pub async fn uploaded(
        &self,
        chat: &Chat,
        message: &MessageId,
        media: &MediaId,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        if !work.tx.save_media(message, media).await? {
            work.erase_late(chat, media).await?;
        }
        work.commit().await
    }
}
