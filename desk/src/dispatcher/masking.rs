//! How masks reach the room: what showed the words is redacted, and what they are now is sent again.

use sha2::{Digest, Sha256};

use super::{
    Dispatcher, Failure,
    deliver::{missing, portal},
};
use crate::{
    attachment::Attached,
    effect::{Effect, Queued},
    event::Author,
    ids::{ChatId, EffectId, EventId, MessageId},
    masking::Kind,
    masks::Part,
    ports::{DeliveryError, Replacement},
    store::Standing,
    texts::{closing, masking},
};

/// Beside what could be masked, so that one click does it.
const MONKEY: &str = "🙈";

impl Dispatcher {
    pub(super) async fn deliver_masking(&self, head: &Queued) -> Result<(), Failure> {
        match &head.effect {
            Effect::Replace { chat, message } => self.replace(head, chat, message).await,
            Effect::Redact { room, event } => {
                let room = self.room(room).await?;
                self.homeserver
                    .redact(&room, event, masking::COMMAND_HIDDEN, &key_for(head, event))
                    .await?;
                self.done(head).await
            }
            Effect::Suggest {
                chat,
                message,
                kinds,
            } => self.suggest(head, chat, message, kinds).await,
            Effect::TakeBack { chat, event } => {
                let room = portal(&self.chat(chat).await?.0)?;
                self.homeserver
                    .redact(&room, event, masking::DONE, &head.id)
                    .await?;
                self.done(head).await
            }
            Effect::EraseMedia { media, by, .. } => {
                self.homeserver.erase(media, by.as_ref()).await?;
                self.done(head).await
            }
            Effect::Scrub => match self.engine.store().scrub().await? {
                true => self.done(head).await,
                false => Err(DeliveryError::Later {
                    after: None,
                    source: "somebody reads the database's log".into(),
                }
                .into()),
            },
            _ => Err(missing("kind of effect").into()),
        }
    }

    /// Everything that showed the message is hidden before its replacement is sent: repeated from
    /// any point it ends the same, for the homeserver knows the keys again.
    async fn replace(
        &self,
        head: &Queued,
        chat: &ChatId,
        message: &MessageId,
    ) -> Result<(), Failure> {
        let standing = self.engine.store().standing(message).await?;
        // Never in the room, or taken out of the record.
        let Some((standing, current)) =
            standing.and_then(|standing| standing.event.clone().map(|event| (standing, event)))
        else {
            return self.done(head).await;
        };
        let (chat, customer) = self.chat(chat).await?;
        let room = portal(&chat)?;
        let message = &standing.message;
        let why = if message.masked {
            masking::HIDDEN
        } else {
            masking::SHOWN
        };
        for event in standing.before.iter().chain([&current]) {
            self.homeserver
                .redact(&room, event, why, &key_for(head, event))
                .await?;
        }
        if message.text.is_empty() && message.attachment.is_none() {
            return Ok(self
                .engine
                .replaced(head, &chat.id, &message.id, None)
                .await?);
        }
        let name = message.from.name();
        let text = match name {
            Some(name) => closing::said_by(name, &message.text),
            None => message.text.clone(),
        };
        let before = name.map_or(0, |name| closing::said_by(name, "").chars().count());
        let spans = spans(&standing, before);
        let ghost = customer.ghost(&self.bot);
        let file = self.file(&standing, &chat.id).await?;
        let replacement = Replacement {
            ghost: matches!(message.from, Author::Customer).then_some(&ghost),
            text: &text,
            html: message.html.as_deref(),
            file: file.as_ref(),
            reply_to: standing.answers.as_ref(),
            at: standing.at,
            replaces: &current,
            spans: &spans,
        };
        let event = self
            .homeserver
            .replace(&room, &replacement, &head.id)
            .await?;
        Ok(self
            .engine
            .replaced(head, &chat.id, &message.id, Some(&event))
            .await?)
    }

    /// The message's file, as it is named now.
    async fn file(&self, standing: &Standing, chat: &ChatId) -> Result<Option<Attached>, Failure> {
        let message = &standing.message;
        let Some(file) = message.attachment.clone() else {
            return Ok(None);
        };
        let stored = self.engine.store().file(chat, &message.id).await?;
        let media = stored.and_then(|stored| stored.media);
        Ok(media.map(|media| Attached { file, media }))
    }

    async fn suggest(
        &self,
        head: &Queued,
        chat: &ChatId,
        message: &MessageId,
        kinds: &[Kind],
    ) -> Result<(), Failure> {
        let standing = self.engine.store().standing(message).await?;
        let Some(event) = standing.and_then(|standing| standing.event) else {
            return self.done(head).await;
        };
        if !self.engine.suggests(message, kinds).await? {
            return self.done(head).await;
        }
        let (chat, _) = self.chat(chat).await?;
        let (room, language) = (portal(&chat)?, self.language(&chat.service).await?);
        let text = masking::suggestion(language, kinds);
        let notice = self
            .homeserver
            .answer(&room, &event, &text, &head.id)
            .await?;
        self.homeserver
            .react(&room, &event, MONKEY, &key_for(head, &event))
            .await?;
        Ok(self
            .engine
            .suggested(head, &chat.id, message, kinds, &notice)
            .await?)
    }
}

fn spans(standing: &Standing, before: usize) -> Vec<(usize, usize)> {
    let masks = standing.masks.iter();
    let mut spans: Vec<_> = masks
        .flat_map(|mask| mask.scalars(&standing.message, Part::Text))
        .map(|(start, end)| (start + before, end + before))
        .collect();
    spans.sort_unstable();
    spans
}

/// Several things leave for one effect. The key of each depends on the event it is about, not on
/// its place: events may join them between two attempts.
pub(super) fn key_for(head: &Queued, event: &EventId) -> EffectId {
    let digest = Sha256::digest(event.as_str().as_bytes());
    let short: String = digest
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    EffectId::new(format!("{}-{short}", head.id))
}
