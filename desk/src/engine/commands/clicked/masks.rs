//! Masks put on, looked under and taken off at the console.

use super::{
    super::{Asker, masking::all, unmask::LOOKED},
    Outcome, no_to,
};
use crate::{
    chat::Chat,
    console::{ConsoleError, Revealed, Session},
    engine::{Engine, Work},
    event::Message,
    ids::{ChatId, MessageId},
    masking::{Kind, Span, Spans},
    masks::{Mask, Places},
    permission::Permission,
    ports::Answer,
    texts::masking as texts,
};

/// Which part of a message shall be hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MaskWish {
    /// What the detectors find.
    Found,
    All,
    /// From here to there, in Unicode scalar values; `text` is what the agent saw there.
    Part {
        start: usize,
        end: usize,
        text: String,
    },
}

impl Engine {
    /// What the agent should know of it, if anything.
    pub async fn console_masks(
        &self,
        session: &Session,
        chat: &ChatId,
        message: &MessageId,
        wish: &MaskWish,
    ) -> Outcome<Option<String>> {
        let (mut work, asker, chat) = self.seated(session, chat).await?;
        let outcome = work.masks(&asker, &chat, message, wish).await;
        work.ended(outcome).await
    }

    /// On record and told in the room before anybody sees anything.
    pub async fn console_reveals(
        &self,
        session: &Session,
        chat: &ChatId,
        message: &MessageId,
        reason: Option<String>,
    ) -> Outcome<Revealed> {
        let (mut work, asker, chat) = self.seated(session, chat).await?;
        let outcome = work.reveals(&asker, &chat, message, reason).await;
        work.ended(outcome).await
    }

    /// Takes the masks of a message off for everybody.
    pub async fn console_undoes(
        &self,
        session: &Session,
        chat: &ChatId,
        message: &MessageId,
        reason: Option<String>,
    ) -> Outcome<()> {
        let (mut work, asker, chat) = self.seated(session, chat).await?;
        let outcome = work.undoes(&asker, &chat, message, reason).await;
        work.ended(outcome).await
    }
}

impl Work<'_> {
    async fn masks(
        &mut self,
        asker: &Asker,
        chat: &Chat,
        message: &MessageId,
        wish: &MaskWish,
    ) -> Outcome<Option<String>> {
        let denied = self.mask_denied(asker, chat, Permission::Mask, "!mask");
        no_to(denied.await?)?;
        let message = self.message_of(chat, message).await?;
        let (masked, language) = (message.masked, asker.language);
        let whole = *wish == MaskWish::All;
        let stays = whole && self.keeps_file(&message).await?;
        let found = self.places_found(chat, &message).await?;
        let places = match wish {
            MaskWish::Found => found,
            MaskWish::All => all(&message),
            MaskWish::Part { start, end, text } => part(&message, *start, *end, text, &found)
                .ok_or_else(|| ConsoleError::Unable(texts::has_changed(language).into()))?,
        };
        let by = &asker.person;
        let mask = match whole && message.attachment.is_some() {
            true => self.mask_file(chat, message, by).await?,
            false => self.mask_by(chat, message, &places, by).await?,
        };
        match mask {
            Some(_) => Ok(stays.then(|| texts::file_stays(language))),
            None if masked => Err(ConsoleError::Unable(texts::masked_already(language))),
            None => Err(ConsoleError::Unable(
                texts::nothing_to_mask(language).into(),
            )),
        }
    }

    async fn reveals(
        &mut self,
        asker: &Asker,
        chat: &Chat,
        message: &MessageId,
        reason: Option<String>,
    ) -> Outcome<Revealed> {
        let denied = self.mask_denied(asker, chat, Permission::Unmask, "!unmask");
        no_to(denied.await?)?;
        let (message, masks) = self.masked_message(asker, chat, message).await?;
        let reason = self.clean_reason(chat, reason).await?;
        let opened = self.opened(message, &masks).await?;
        let left = opened.left.as_ref();
        let left = left.map(|why| texts::cannot_be_opened(asker.language, why));
        if let (0, Some(words)) = (opened.count, &left) {
            return Err(ConsoleError::Unable(words.clone()));
        }
        let revealed = Revealed {
            text: opened.message.text.clone(),
            file_name: opened.message.attachment.as_ref().map(|it| it.name.clone()),
            formatting: opened.formatting().map(|said| said.to_string()),
            shows: self.engine.vault.shows(),
            left,
        };
        drop(opened);
        let by = &asker.person;
        self.audit_masks(chat, &masks, by, LOOKED, reason.clone())
            .await?;
        self.tell_unmasked(asker, chat, false, reason).await?;
        Ok(revealed)
    }

    async fn undoes(
        &mut self,
        asker: &Asker,
        chat: &Chat,
        message: &MessageId,
        reason: Option<String>,
    ) -> Outcome<()> {
        for permission in [Permission::Unmask, Permission::Mask] {
            let denied = self.mask_denied(asker, chat, permission, "!unmask undo");
            no_to(denied.await?)?;
        }
        let (message, masks) = self.masked_message(asker, chat, message).await?;
        let reason = self.clean_reason(chat, reason).await?;
        match self.undo(asker, chat, message, &masks, reason).await? {
            Answer::Words(words) => Err(ConsoleError::Unable(words)),
            _ => Ok(()),
        }
    }

    async fn message_of(&mut self, chat: &Chat, message: &MessageId) -> Outcome<Message> {
        let found = self.tx.find_message(&chat.id, message).await?;
        let said = |message: &Message| !message.text.is_empty() || message.attachment.is_some();
        found.filter(said).ok_or(ConsoleError::Missing)
    }

    /// With its masks, if the agent has not looked too often.
    async fn masked_message(
        &mut self,
        asker: &Asker,
        chat: &Chat,
        message: &MessageId,
    ) -> Outcome<(Message, Vec<Mask>)> {
        let message = self.message_of(chat, message).await?;
        let masks = self.tx.masks_over(&message.id).await?;
        if masks.is_empty() {
            let words = texts::not_masked(asker.language).to_owned();
            return Err(ConsoleError::Unable(words));
        }
        match self.too_often(asker, chat).await? {
            Some(Answer::Words(words)) => Err(ConsoleError::Unable(words)),
            _ => Ok((message, masks)),
        }
    }

    async fn clean_reason(
        &mut self,
        chat: &Chat,
        reason: Option<String>,
    ) -> Outcome<Option<String>> {
        let reason = reason.map(|reason| reason.trim().to_owned());
        match reason.filter(|reason| !reason.is_empty()) {
            Some(reason) => Ok(Some(self.clean(&chat.service, reason).await?)),
            None => Ok(None),
        }
    }
}

/// `None`: the message says something else there by now. What is known for what it is looks as it
/// does when it is found.
fn part(message: &Message, start: usize, end: usize, text: &str, found: &Places) -> Option<Places> {
    let mut bytes = message.text.char_indices().map(|(at, _)| at);
    let mut ends = bytes.by_ref().chain([message.text.len()]);
    let from = ends.nth(start)?;
    let to = ends.nth(end.checked_sub(start + 1)?)?;
    if message.text.get(from..to)? != text {
        return None;
    }
    let known = found.text.iter().find(|it| it.start < to && from < it.end);
    let kind = known.map_or(Kind::Text, |known| known.kind.clone());
    let span = Span::new(from, to, kind);
    Some(Places {
        text: Spans::new(&message.text, [span]),
        ..Places::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Author;

    #[test]
    fn a_part_is_counted_in_scalar_values_and_must_say_what_was_seen() {
        let message = Message {
            id: MessageId::new("m1"),
            key: None,
            from: Author::Customer,
            text: "🙂 김 010-1234".into(),
            html: None,
            reply_to: None,
            attachment: None,
            masked: false,
        };
        let found = Places::default();
        for (start, end, text, bytes) in [
            (4, 12, "010-1234", Some((9, 17))),
            (0, 1, "🙂", Some((0, 4))),
            (4, 11, "010-1234", None),
            (4, 13, "010-1234", None),
            (4, 4, "", None),
            (5, 4, "", None),
            (usize::MAX, usize::MAX, "", None),
        ] {
            let places = part(&message, start, end, text, &found);
            let span = places.and_then(|it| it.text.iter().next().map(|it| (it.start, it.end)));
            assert_eq!(span, bytes, "{start} to {end}");
        }
    }
}
