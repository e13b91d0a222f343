//! `!mask` and `!masks`: hiding by hand.

use std::slice;

use super::{super::Work, Asker, Place};
use crate::{
    audit::AuditEntry,
    chat::Chat,
    effect::{Effect, Room},
    event::Message,
    ids::{AgentId, EventId, Timestamp},
    masking::{Kinds, Span, Spans, find_text},
    masks::{Mask, Part, Places, text_of},
    permission::Permission,
    ports::{Answer, StoreError},
    reading,
    texts::{admin::clock, closing, masking as texts},
};

/// The most masks a list shows.
const LISTED: u32 = 200;
/// What a person means by `!mask all`.
const ALL: [&str; 3] = ["all", "전체", "모두"];

impl Work<'_> {
    /// In reply to a message: what is found in it, a text of it, or all.
    pub(super) async fn mask_command(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        text: Option<&str>,
    ) -> Result<Answer, StoreError> {
        let text = text.map(|text| text.trim_matches(['"', '“', '”', '\'', ' ']));
        let whole = text.is_some_and(|text| ALL.contains(&text.to_lowercase().as_str()));
        // Whatever comes of it: what was typed may be what shall be hidden.
        if (text.is_some() && !whole) || asker.quotes {
            self.hide_command(asker, &place).await?;
        }
        let Place::Portal(chat) = place else {
            let words = closing::only_in_a_portal(asker.language, "!mask");
            return Ok(Answer::Words(words));
        };
        if let Some(denied) = self
            .mask_denied(asker, chat, Permission::Mask, "!mask")
            .await?
        {
            return Ok(denied);
        }
        let Some(message) = self.message_meant(asker, chat).await? else {
            let words = texts::which_message(asker.language, "!mask");
            return Ok(Answer::Words(words));
        };
        let masked = message.masked;
        let stays = whole && self.keeps_file(&message).await?;
        let places = match text {
            None => self.places_found(chat, &message).await?,
            Some(_) if whole => all(&message),
            Some(text) => {
                let found = self.places_found(chat, &message).await?;
                named(&message, text, &found)
            }
        };
        let found = match whole && message.attachment.is_some() {
            true => self.mask_file(chat, message, &asker.person).await?,
            false => self.mask_by(chat, message, &places, &asker.person).await?,
        };
        Ok(match (found, text) {
            (Some(_), _) if stays => Answer::Words(texts::file_stays(asker.language)),
            (Some(_), _) => Answer::Nothing,
            (None, None) if masked => Answer::Words(texts::masked_already(asker.language)),
            (None, Some(_)) if masked && whole => {
                Answer::Words(texts::masked_already(asker.language))
            }
            (None, Some(_)) => Answer::Words(texts::not_in_the_message(asker.language)),
            (None, None) => Answer::Words(texts::nothing_found(asker.language)),
        })
    }

    /// 🙈 on a message: short for `!mask`. Who may not is told.
    pub(in super::super) async fn covered_eyes(
        &mut self,
        chat: &mut Chat,
        person: &AgentId,
        of: &EventId,
    ) -> Result<(), StoreError> {
        let mut asker = self.asker(person, None, Some(of.clone())).await?;
        asker.quotes = false;
        let room = Room::Portal(chat.id.clone());
        let answer = self.mask_command(&asker, Place::Portal(chat), None).await?;
        self.answer_in(room, of, answer).await
    }

    pub(super) async fn masks_command(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
    ) -> Result<Answer, StoreError> {
        let Place::Portal(chat) = place else {
            let words = closing::only_in_a_portal(asker.language, "!masks");
            return Ok(Answer::Words(words));
        };
        let held = self.permissions(&asker.person, &chat.service).await?;
        if !held.holds(Permission::Unmask)
            && let Some(denied) = self
                .mask_denied(asker, chat, Permission::Mask, "!masks")
                .await?
        {
            return Ok(denied);
        }
        let masks = self.tx.masks_of(&chat.id, LISTED).await?;
        if masks.is_empty() {
            return Ok(Answer::Words(texts::no_masks(asker.language)));
        }
        let zone = self.settings(&chat.service).await?.zone();
        let time = |at: Timestamp| clock(at.as_millis(), &zone);
        Ok(Answer::Words(texts::list(asker.language, &masks, time)))
    }

    /// Deletes what was typed, in rooms where we may.
    pub(super) async fn hide_command(
        &mut self,
        asker: &Asker,
        place: &Place<'_>,
    ) -> Result<(), StoreError> {
        let room = match place {
            Place::Portal(chat) => Room::Portal(chat.id.clone()),
            Place::Desk(service) => Room::Desk(service.clone()),
            Place::Management => return Ok(()),
        };
        let Some(event) = asker.event.clone() else {
            return Ok(());
        };
        self.enqueue(Effect::Redact { room, event }).await?;
        self.enqueue(Effect::Scrub).await
    }

    /// `Some`: the contract or the permission is missing, told and on record.
    pub(super) async fn mask_denied(
        &mut self,
        asker: &Asker,
        chat: &Chat,
        permission: Permission,
        command: &str,
    ) -> Result<Option<Answer>, StoreError> {
        let service = &chat.service;
        if !self.settings(service).await?.contract_security {
            self.note_denied(asker, Some(service), command).await?;
            return Ok(Some(Answer::Words(texts::security_off(asker.language))));
        }
        self.denied(asker, service, permission, command).await
    }

    /// The message of this chat the command replies to.
    pub(super) async fn message_meant(
        &mut self,
        asker: &Asker,
        chat: &Chat,
    ) -> Result<Option<Message>, StoreError> {
        let Some(event) = &asker.replies_to else {
            return Ok(None);
        };
        // A suggestion means the message it is about.
        let found = match self.tx.find_message_suggested(&chat.id, event).await? {
            Some(message) => Some(message),
            None => self
                .message_answered(chat, event)
                .await?
                .map(|(message, _)| message),
        };
        let said = |message: &Message| !message.text.is_empty() || message.attachment.is_some();
        Ok(found.filter(said))
    }

    pub(super) async fn places_found(
        &mut self,
        chat: &Chat,
        message: &Message,
    ) -> Result<Places, StoreError> {
        let masking = self.settings(&chat.service).await?.masking;
        Ok(self.engine.places(&masking, message, &Kinds::all()))
    }

    pub(super) async fn mask_by(
        &mut self,
        chat: &Chat,
        message: Message,
        places: &Places,
        by: &AgentId,
    ) -> Result<Option<Mask>, StoreError> {
        let mask = self.mask_places(chat, message, places, Some(by)).await?;
        if let Some(mask) = &mask {
            self.audit_masks(chat, slice::from_ref(mask), by, "mask", None)
                .await?;
        }
        Ok(mask)
    }

    /// A file cannot be masked in part: it goes, and what was written beside it is masked.
    pub(super) async fn mask_file(
        &mut self,
        chat: &Chat,
        mut message: Message,
        by: &AgentId,
    ) -> Result<Option<Mask>, StoreError> {
        let file = message.attachment.take();
        if message.text.trim().is_empty() {
            message.text = file.map(|file| file.name).unwrap_or_default();
        }
        let places = all(&message);
        self.mask_by(chat, message, &places, by).await
    }

    /// Whether the homeserver goes on keeping the message's file when we have taken it out.
    pub(super) async fn keeps_file(&mut self, message: &Message) -> Result<bool, StoreError> {
        let media = self.tx.find_media(&message.id).await?;
        Ok(media.is_some_and(|media| !self.engine.erases(&media)))
    }

    pub(super) async fn audit_masks(
        &mut self,
        chat: &Chat,
        masks: &[Mask],
        by: &AgentId,
        what: &str,
        reason: Option<String>,
    ) -> Result<(), StoreError> {
        let reason = match reason {
            Some(reason) => Some(self.clean(&chat.service, reason).await?),
            None => None,
        };
        let numbers: Vec<_> = masks.iter().map(|mask| mask.number.to_string()).collect();
        self.tx
            .insert_audit(&AuditEntry {
                at: self.now,
                service: Some(chat.service.clone()),
                actor: by.clone(),
                what: what.into(),
                subject: Some(format!("chat {} mask {}", chat.number, numbers.join(", "))),
                old: None,
                new: reason,
            })
            .await
    }
}

pub(super) fn all(message: &Message) -> Places {
    let whole = |part| text_of(message, part).map_or_else(Spans::default, Spans::whole);
    Places {
        text: whole(Part::Text),
        file_name: whole(Part::FileName),
        formatting: true,
    }
}

/// Where the text stands. A number that is known for what it is looks as it does when it is found.
fn named(message: &Message, wanted: &str, found: &Places) -> Places {
    let find = |part, known: &Spans| {
        let Some(text) = text_of(message, part) else {
            return Spans::default();
        };
        let named = find_text(text, wanted).into_iter().map(|span| {
            let same = known
                .iter()
                .find(|known| known.start < span.end && span.start < known.end);
            let kind = same.map_or(span.kind, |known| known.kind.clone());
            Span::new(span.start, span.end, kind)
        });
        Spans::new(text, named)
    };
    let text = find(Part::Text, &found.text);
    let said = message.html.as_deref().map(reading::everything);
    Places {
        formatting: text.is_empty()
            && said.is_some_and(|said| !find_text(&said, wanted).is_empty()),
        file_name: find(Part::FileName, &found.file_name),
        text,
    }
}
