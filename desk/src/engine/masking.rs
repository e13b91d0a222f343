//! Masks, put over messages by policy and by hand in every copy we hold.

use std::sync::Arc;

use tracing::error;
use zeroize::Zeroizing;

use super::{Engine, Work};
use crate::{
    chat::Chat,
    effect::{Effect, Room},
    event::{ChatEventKind, Message, Shown},
    ids::{AgentId, EventId, MaskId, ServiceSlug},
    masking::{Detectors, Kinds, Spans, find_text, mask},
    masks::{self, Cover, Mask, Places},
    ports::StoreError,
    reading,
    service::{Masking, Policy, ServiceSettings},
};

/// A number may be split over so many messages.
const PARTS: u32 = 3;
/// Why a tag that a policy would hide is refused.
pub(super) const NO_TAG: &str = "personal data is no tag";
/// How many sets of patterns stay compiled.
const COMPILED: usize = 256;

impl Engine {
    /// Compiled once for each set of patterns. Patterns were checked when they were set.
    pub(super) fn detectors(&self, masking: &Masking) -> Option<Arc<Detectors>> {
        let mut compiled = self.detectors.lock().ok()?;
        if let Some(found) = compiled.get(&masking.patterns) {
            return Some(Arc::clone(found));
        }
        let detectors = match masking.compiled().and_then(|own| Detectors::new(&own)) {
            Ok(detectors) => detectors,
            Err(bad) => {
                error!(error = %bad, "a pattern of an admin cannot be used, and none of that service is");
                Detectors::new(&[]).ok()?
            }
        };
        if compiled.len() >= COMPILED {
            compiled.clear();
        }
        let detectors = Arc::new(detectors);
        compiled.insert(masking.patterns.clone(), Arc::clone(&detectors));
        Some(detectors)
    }

    /// What of these kinds is in a text.
    pub(super) fn find(&self, masking: &Masking, text: &str, kinds: &Kinds) -> Spans {
        match self.detectors(masking) {
            Some(detectors) if !kinds.is_empty() => detectors.find(text, kinds),
            // The lock is poisoned: a detector has panicked. Nothing of the text gets out.
            None => Spans::whole(text),
            Some(_) => Spans::default(),
        }
    }

    /// Where a message holds data of these kinds, in its words and in the name of its file.
    pub(super) fn places(&self, masking: &Masking, message: &Message, kinds: &Kinds) -> Places {
        let name = message.attachment.as_ref().map(|file| file.name.as_str());
        let text = self.find(masking, &message.text, kinds);
        let said = |html: &str| {
            let said = reading::everything(html);
            let found = self.find(masking, &said, kinds);
            found.iter().any(|span| {
                let new = said.get(span.start..span.end).unwrap_or_default();
                find_text(&message.text, new).is_empty()
            })
        };
        Places {
            formatting: message.html.as_deref().is_some_and(said),
            file_name: name.map_or_else(Spans::default, |name| self.find(masking, name, kinds)),
            text,
        }
    }
}

/// What a policy hides of a text that is no message: nobody can see it again.
pub(super) fn cleaned(engine: &Engine, settings: &ServiceSettings, text: String) -> String {
    let masking = &settings.masking;
    match settings.contract_security {
        true => {
            let kinds = masking.kinds(Policy::Mask);
            let spans = engine.find(masking, &text, &kinds);
            mask(&text, &spans, &masking.style()).into_string()
        }
        false => text,
    }
}

impl Work<'_> {
    /// Stores a new message, hidden where the policies say so before anything keeps it.
    pub(super) async fn record(
        &mut self,
        chat: &Chat,
        message: &mut Message,
    ) -> Result<u64, StoreError> {
        let settings = self.settings(&chat.service).await?;
        let cover = match settings.contract_security {
            true => self.hide(chat, &settings.masking, message).await?,
            false => None,
        };
        let seq = self
            .append(&chat.id, &ChatEventKind::Message(message.clone()))
            .await?;
        if let Some(cover) = cover {
            self.keep_mask(chat, message, cover, None).await?;
        }
        Ok(seq)
    }

    /// The message now says something else, hidden where the policies say so.
    pub(super) async fn rewrite(
        &mut self,
        chat: &Chat,
        mut message: Message,
        words: Shown,
    ) -> Result<(), StoreError> {
        message.text = words.text;
        message.html = words.html;
        let settings = self.settings(&chat.service).await?;
        let cover = match settings.contract_security {
            true => self.hide(chat, &settings.masking, &mut message).await?,
            false => None,
        };
        self.tx.rewrite(&message).await?;
        let edit = ChatEventKind::Edit {
            id: message.id.clone(),
            text: message.text.clone(),
            html: message.html.clone(),
        };
        self.append(&chat.id, &edit).await?;
        match cover {
            Some(cover) => {
                self.hide_in_tickets(chat, &cover.hidden()).await?;
                self.keep_mask(chat, &message, cover, None).await?;
                self.take_suggestion_back(chat, &message.id).await?;
                self.replace_in_room(chat, &message).await
            }
            None => self.suggest(chat, &message).await,
        }
    }

    /// What the policy `mask` finds in a new message, taken out of it; parts of the same number in
    /// the messages before are masked there.
    async fn hide(
        &mut self,
        chat: &Chat,
        masking: &Masking,
        message: &mut Message,
    ) -> Result<Option<Cover>, StoreError> {
        let kinds = masking.kinds(Policy::Mask);
        let mut places = self.engine.places(masking, message, &kinds);
        let across = self.across(chat, masking, message, &kinds).await?;
        if let Some((last, earlier)) = across.split_last() {
            places.text = places.text.union(&message.text, last.1.clone());
            for (before, spans) in earlier {
                // Who took the mask off knows better than a policy.
                if self.tx.was_undone(&before.id).await? {
                    continue;
                }
                let text = spans.clone();
                let places = Places {
                    text,
                    ..Places::default()
                };
                self.mask_places(chat, before.clone(), &places, None)
                    .await?;
            }
        }
        Ok(masks::cover(message, &places, &masking.style()))
    }

    /// Numbers of which the message is the last part, in each of the messages, oldest first.
    async fn across(
        &mut self,
        chat: &Chat,
        masking: &Masking,
        message: &Message,
        kinds: &Kinds,
    ) -> Result<Vec<(Message, Spans)>, StoreError> {
        let has_digit = message.text.contains(char::is_numeric);
        if kinds.is_empty() || masking.window_s == 0 || !has_digit {
            return Ok(Vec::new());
        }
        let since = self.now - masking.window();
        let newest = self.tx.newest_messages(&chat.id, PARTS).await?;
        let mut parts: Vec<Message> = newest
            .into_iter()
            .filter(|(_, before)| before.id != message.id)
            .take_while(|(at, before)| *at >= since && before.from == message.from)
            .take(PARTS as usize - 1)
            .map(|(_, before)| before)
            .collect();
        parts.reverse();
        parts.push(message.clone());
        let texts: Vec<&str> = parts.iter().map(|part| part.text.as_str()).collect();
        let found = match self.engine.detectors(masking) {
            Some(detectors) if parts.len() > 1 => detectors.across(&texts, kinds),
            _ => return Ok(Vec::new()),
        };
        Ok(parts.into_iter().zip(found).collect())
    }

    /// Hides places of a message that was said before, in every copy. `None`: they are hidden.
    pub(super) async fn mask_places(
        &mut self,
        chat: &Chat,
        mut message: Message,
        places: &Places,
        by: Option<&AgentId>,
    ) -> Result<Option<Mask>, StoreError> {
        let style = self.settings(&chat.service).await?.masking.style();
        let Some(cover) = masks::cover(&mut message, places, &style) else {
            return Ok(None);
        };
        self.rewrite_stored(chat, &message).await?;
        self.hide_in_tickets(chat, &cover.hidden()).await?;
        let mask = self.keep_mask(chat, &message, cover, by).await?;
        self.take_suggestion_back(chat, &message.id).await?;
        self.replace_in_room(chat, &message).await?;
        Ok(Some(mask))
    }

    /// What showed the message in the room is hidden, with what repeats it there.
    pub(super) async fn replace_in_room(
        &mut self,
        chat: &Chat,
        message: &Message,
    ) -> Result<(), StoreError> {
        for event in self.tx.take_quotations(&message.id).await? {
            self.hide_quotation(chat, event).await?;
        }
        self.enqueue(Effect::Replace {
            chat: chat.id.clone(),
            message: message.id.clone(),
        })
        .await?;
        self.enqueue(Effect::Scrub).await
    }

    /// A message that repeats another in the room is said again without; what no customer sees
    /// is only hidden.
    pub(super) async fn hide_quotation(
        &mut self,
        chat: &Chat,
        event: EventId,
    ) -> Result<(), StoreError> {
        let shown = self.tx.find_message_shown(&chat.id, &event).await?;
        let effect = match shown {
            Some((other, _)) => Effect::Replace {
                chat: chat.id.clone(),
                message: other.id,
            },
            None => Effect::Redact {
                room: Room::Portal(chat.id.clone()),
                event,
            },
        };
        self.enqueue(effect).await
    }

    /// Keeps where a mask lies and, with a key, what is under it; tells the customer's page.
    async fn keep_mask(
        &mut self,
        chat: &Chat,
        message: &Message,
        cover: Cover,
        by: Option<&AgentId>,
    ) -> Result<Mask, StoreError> {
        let mut mask = Mask {
            id: MaskId::new(self.engine.ids.ulid()),
            chat: chat.id.clone(),
            message: message.id.clone(),
            number: 0,
            by: by.cloned(),
            at: self.now,
            runs: cover.runs,
            undone_at: None,
        };
        self.tx.insert_mask(&mut mask).await?;
        let plain = Zeroizing::new(serde_json::to_vec(&cover.covered).map_err(StoreError::new)?);
        match self.engine.vault.seal(&mask.id, &plain) {
            Ok(Some(sealed)) => {
                let expires_at = self.now + self.engine.vault.keeps();
                self.tx.save_sealed(&mask.id, &sealed, expires_at).await?;
                self.plan_expiry().await?;
            }
            Ok(None) => {}
            // It must be hidden all the same.
            Err(failure) => error!(
                error = &failure as &dyn std::error::Error,
                mask.id = %mask.id,
                "what is under a mask could not be kept"
            ),
        }
        self.append(&chat.id, &message.as_mask()).await?;
        Ok(mask)
    }

    /// Whether a policy hides something of what cannot be masked: a tag would be another.
    pub(super) async fn is_hidden(
        &mut self,
        service: &ServiceSlug,
        text: &str,
    ) -> Result<bool, StoreError> {
        Ok(self.clean(service, text.to_owned()).await? != text)
    }

    /// A text that is no message, without what the service's policies hide.
    pub(super) async fn clean(
        &mut self,
        service: &ServiceSlug,
        text: String,
    ) -> Result<String, StoreError> {
        let settings = self.settings(service).await?;
        Ok(cleaned(self.engine, &settings, text))
    }
}
