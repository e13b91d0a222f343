//! A chat as a text to keep, downloaded or mailed.

use super::Engine;
use crate::{
    chat::Chat,
    customer::{Customer, check_email},
    effect::Effect,
    event::ChatEvent,
    ids::{ChatId, MailId},
    ports::StoreError,
    refusal::{DeskError, Refusal},
    service::Service,
    transcript::{self, Transcript},
};

/// How many transcripts of one chat are mailed.
const MAILS: u64 = 3;
/// How many events are read at once, and how many a transcript holds.
const BATCH: u32 = 1_000;
const LONGEST: usize = 50_000;

impl Engine {
    /// The chat as it is now.
    pub async fn transcript(&self, chat: &ChatId) -> Result<Transcript, DeskError> {
        let (chat, customer, service) = self.parts(chat).await?;
        let events = self.whole_record(&chat.id).await?;
        Ok(transcript::write(&service, &chat, &customer, &events))
    }

    /// Queues the transcript for this address.
    pub async fn mail_transcript(&self, chat: &ChatId, email: &str) -> Result<(), DeskError> {
        let email = check_email("email", Some(email))?.ok_or_else(|| {
            Refusal::invalid("email", "an e-mail address such as kim@example.org")
        })?;
        let mut work = self.begin().await?;
        let chat = work.tx.find_chat(chat).await?.ok_or(Refusal::NoSuchChat)?;
        if work.tx.mails_of(&chat.id).await? >= MAILS {
            return Err(Refusal::MailsSpent.into());
        }
        let mail = MailId::new(self.ids.ulid());
        work.tx
            .insert_mail(&mail, &chat.id, &email, work.now)
            .await?;
        work.enqueue(Effect::MailTranscript { mail }).await?;
        Ok(work.commit().await?)
    }

    async fn parts(&self, chat: &ChatId) -> Result<(Chat, Customer, Service), DeskError> {
        let chat = self.store.chat(chat).await?.ok_or(Refusal::NoSuchChat)?;
        let customer = self.store.customer(&chat.customer).await?;
        let service = self.service(&chat.service).await?;
        Ok((chat, customer.ok_or(Refusal::NoSuchChat)?, service))
    }

    pub(super) async fn whole_record(&self, chat: &ChatId) -> Result<Vec<ChatEvent>, StoreError> {
        let mut record: Vec<ChatEvent> = Vec::new();
        loop {
            let since = record.last().map_or(0, |last| last.seq);
            let more = self.store.events_after(chat, since, BATCH).await?;
            let last = more.len() < BATCH as usize;
            record.extend(more);
            if last || record.len() >= LONGEST {
                return Ok(record);
            }
        }
    }
}
