//! What is under masks: how long it is kept, and who sees it for how long.

use tracing::{error, info};
use zeroize::{Zeroize, Zeroizing};

use super::{Engine, Work};
use crate::{
    command::Language,
    deadlines::Deadline,
    effect::{Effect, Queued, Room},
    event::Message,
    ids::{AgentId, ChatId, EffectId, EventId, MaskId, MessageId, RoomId, Timestamp},
    masks::{Covered, Mask, Part, text_of, uncover},
    permission::Permission,
    ports::{StoreError, Told, VaultError},
    reading,
    texts::{self, masking::Hidden},
};

/// How much is deleted in one transaction.
const BATCH: u32 = 500;
/// Room for the words around an original.
const AROUND: usize = 512;

/// A message with masks taken off, as far as that can be done.
pub(super) struct Opened {
    pub message: Message,
    /// How many masks are off.
    pub count: usize,
    /// Why the others are not.
    pub left: Option<Hidden>,
}

impl Opened {
    /// What the formatting says, where that is more or other than the plain words: the mask may
    /// have been for it.
    pub fn formatting(&self) -> Option<Zeroizing<String>> {
        let said = Zeroizing::new(reading::everything(self.message.html.as_deref()?));
        let letters = |text: &str| -> Zeroizing<String> {
            let letters = text.chars().filter(|c| c.is_alphanumeric());
            Zeroizing::new(letters.collect())
        };
        (letters(&said) != letters(&self.message.text)).then_some(said)
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.message.text.zeroize();
        if let Some(html) = &mut self.message.html {
            html.zeroize();
        }
        if let Some(file) = &mut self.message.attachment {
            file.name.zeroize();
        }
    }
}

/// What an agent is shown.
pub struct Look<'e> {
    pub chat: &'e ChatId,
    pub message: &'e MessageId,
    pub masks: &'e [MaskId],
    pub to: &'e AgentId,
    pub language: Language,
}

impl Engine {
    /// The words that show an agent what is under masks; `None`: it may not see them any more, or
    /// they are gone.
    pub async fn words_under(
        &self,
        look: &Look<'_>,
    ) -> Result<Option<Zeroizing<String>>, StoreError> {
        let mut work = self.begin().await?;
        let Some(chat) = work.tx.find_chat(look.chat).await? else {
            return Ok(None);
        };
        let held = work.permissions(look.to, &chat.service).await?;
        let settings = work.settings(&chat.service).await?;
        if !settings.contract_security || !held.holds(Permission::Unmask) {
            return Ok(None);
        }
        let Some(message) = work.tx.find_message(&chat.id, look.message).await? else {
            return Ok(None);
        };
        let mut masks = work.tx.masks_over(&message.id).await?;
        masks.retain(|mask| look.masks.contains(&mask.id));
        let opened = work.opened(message, &masks).await?;
        if opened.count == 0 {
            return Ok(None);
        }
        let shows = self.vault.shows();
        let head = texts::masking::under_the_masks(look.language, chat.number, shows);
        let mut words = Zeroizing::new(String::with_capacity(
            opened.message.text.len() + AROUND + head.len(),
        ));
        words.push_str(&head);
        for part in [Part::Text, Part::FileName] {
            if let Some(text) = text_of(&opened.message, part).filter(|text| !text.is_empty()) {
                words.push_str("\n\n");
                words.push_str(text);
            }
        }
        if let Some(said) = opened.formatting() {
            words.push_str("\n\n");
            words.push_str(&said);
        }
        if let Some(why) = &opened.left {
            words.push_str("\n\n");
            words.push_str(&texts::masking::some_stay(look.language, why));
        }
        Ok(Some(words))
    }

    /// From now on it may stand in this room.
    pub async fn starts_to_reveal(
        &self,
        head: &Queued,
        to: &AgentId,
        room: &RoomId,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        let now = work.now;
        work.tx.start_reveal(&head.id, to, room, now).await?;
        work.commit().await
    }

    /// The room in which it may stand already.
    pub async fn room_of_reveal(&self, head: &Queued) -> Result<Option<RoomId>, StoreError> {
        let mut work = self.begin().await?;
        work.tx.find_reveal_room(&head.id).await
    }

    /// It stands there since then, and is taken back at its time.
    pub async fn revealed(
        &self,
        head: &Queued,
        told: &Told,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        work.tx.save_reveal(&head.id, &told.event).await?;
        let conceal = Deadline::Conceal(head.id.clone());
        let until = at + self.vault.shows();
        work.tx.set_deadline(&conceal, until).await?;
        work.moves = true;
        work.tx.dequeue(&head.id).await?;
        work.commit().await
    }

    /// It will not be shown: who asked is told where it was asked.
    pub async fn gives_up_revealing(&self, head: &Queued) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        work.not_revealed(head).await?;
        work.tx.dequeue(&head.id).await?;
        work.commit().await
    }

    /// Where it stands what must be taken back.
    pub async fn where_revealed(
        &self,
        reveal: &EffectId,
    ) -> Result<Option<(RoomId, EventId)>, StoreError> {
        let mut work = self.begin().await?;
        work.tx.find_reveal(reveal).await
    }

    pub async fn concealed(&self, head: &Queued, reveal: &EffectId) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        work.tx.delete_reveal(reveal).await?;
        work.tx.dequeue(&head.id).await?;
        work.commit().await
    }
}

impl Work<'_> {
    /// Sees to it that what is sealed is deleted at its time.
    pub(super) async fn plan_expiry(&mut self) -> Result<(), StoreError> {
        if let Some(at) = self.tx.next_expiry().await? {
            self.tx.set_deadline(&Deadline::Expiry, at).await?;
            self.moves = true;
        }
        Ok(())
    }

    /// Deletes what has been kept long enough.
    pub(super) async fn expire(&mut self) -> Result<(), StoreError> {
        let masks = self.tx.delete_expired(self.now, BATCH).await?;
        if masks > 0 {
            info!(
                masks,
                "what was under masks has been kept long enough and was deleted"
            );
            self.enqueue(Effect::Scrub).await?;
        }
        self.plan_expiry().await
    }

    /// The time is over for what somebody was shown.
    pub(super) async fn conceal(&mut self, reveal: &EffectId) -> Result<(), StoreError> {
        let reveal = reveal.clone();
        self.enqueue(Effect::Conceal { reveal }).await
    }

    pub(super) async fn not_revealed(&mut self, head: &Queued) -> Result<(), StoreError> {
        self.tx.delete_reveal(&head.id).await?;
        let Effect::Reveal {
            chat,
            language,
            command: Some(command),
            ..
        } = &head.effect
        else {
            return Ok(());
        };
        self.enqueue(Effect::Answer {
            room: Room::Portal(chat.clone()),
            command: command.clone(),
            text: texts::masking::not_shown(*language).to_owned(),
        })
        .await
    }

    /// Takes these masks off, where that can be done; they lie over the message in this order.
    pub(super) async fn opened(
        &mut self,
        message: Message,
        masks: &[Mask],
    ) -> Result<Opened, StoreError> {
        let mut opened = Opened {
            message,
            count: 0,
            left: None,
        };
        let mut found = Vec::new();
        for mask in masks.iter().rev() {
            match self.covered(mask).await? {
                Ok(covered) => found.push((mask, covered)),
                Err(why) => opened.left = Some(why),
            }
        }
        // At once, so that no half of an original is left where the text lay before.
        let originals = found.iter().flat_map(|(_, covered)| &covered.originals);
        let room = originals.map(String::len).sum();
        opened.message.text.reserve(room);
        for (mask, covered) in &found {
            match uncover(&mut opened.message, &mask.runs, covered) {
                true => opened.count += 1,
                false => opened.left = Some(Hidden::Damaged),
            }
        }
        Ok(opened)
    }

    async fn covered(&mut self, mask: &Mask) -> Result<Result<Covered, Hidden>, StoreError> {
        let keeps = self.engine.vault.keeps();
        let Some(sealed) = self.tx.find_sealed(&mask.id).await? else {
            return Ok(Err(match () {
                () if keeps.is_zero() => Hidden::NoVault,
                () if self.now.since(mask.at) >= keeps => Hidden::Expired,
                () => Hidden::NotKept,
            }));
        };
        let why = match self.engine.vault.open(&mask.id, &sealed) {
            // Its error could hold what it read.
            Ok(plain) => match serde_json::from_slice(&plain) {
                Ok(covered) => return Ok(Ok(covered)),
                Err(_) => Hidden::Damaged,
            },
            Err(failure) => {
                error!(
                    error = &failure as &dyn std::error::Error,
                    mask.id = %mask.id,
                    "what is under a mask cannot be opened"
                );
                match failure {
                    VaultError::NoVault => Hidden::NoVault,
                    VaultError::KeyMissing(key) => Hidden::KeyMissing(key),
                    VaultError::Changed | VaultError::Unusable(_) => Hidden::Damaged,
                }
            }
        };
        Ok(Err(why))
    }
}
