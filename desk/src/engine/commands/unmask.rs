//! `!unmask`: looking under masks, and taking them off for everybody.

use std::time::Duration;

use super::{super::Work, Asker, Place};
use crate::{
    audit::AuditEntry,
    chat::Chat,
    effect::{Effect, Notice},
    event::Message,
    ids::Timestamp,
    masks::Mask,
    permission::Permission,
    ports::{Answer, StoreError},
    texts::{admin::clock, closing, masking as texts},
};

/// What a person means by `!unmask undo`.
const UNDO: [&str; 3] = ["undo", "취소", "해제"];
const HOUR: Duration = Duration::from_secs(3600);

/// A time is told by the minute, and must be over then.
const MINUTE: Duration = Duration::from_millis(59_999);

/// As the audit log names it.
pub(super) const LOOKED: &str = "unmask";
const UNDONE: &str = "undo";
const TOO_OFTEN: &str = "unmask.limit";

impl Work<'_> {
    /// In reply to a message: shows the asker what is under its masks, or everybody.
    pub(super) async fn unmask_command(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        typed: Option<&str>,
    ) -> Result<Answer, StoreError> {
        let (undo, typed) = read(typed);
        let reason = self.reason(&place, typed).await?;
        // What a policy hides in the reason is not left in the room either.
        if asker.quotes || reason.as_deref() != typed {
            self.hide_command(asker, &place).await?;
        }
        let command = if undo { "!unmask undo" } else { "!unmask" };
        let Place::Portal(chat) = place else {
            let words = closing::only_in_a_portal(asker.language, command);
            return Ok(Answer::Words(words));
        };
        if let Some(denied) = self
            .mask_denied(asker, chat, Permission::Unmask, command)
            .await?
        {
            return Ok(denied);
        }
        if undo
            && let Some(denied) = self
                .mask_denied(asker, chat, Permission::Mask, command)
                .await?
        {
            return Ok(denied);
        }
        let Some(message) = self.message_meant(asker, chat).await? else {
            let words = texts::which_message(asker.language, command);
            return Ok(Answer::Words(words));
        };
        let masks = self.tx.masks_over(&message.id).await?;
        if masks.is_empty() {
            return Ok(Answer::Words(texts::not_masked(asker.language).into()));
        }
        if let Some(refused) = self.too_often(asker, chat).await? {
            return Ok(refused);
        }
        match undo {
            true => self.undo(asker, chat, message, &masks, reason).await,
            false => self.look(asker, chat, message, &masks, reason).await,
        }
    }

    /// Without what the policies hide.
    async fn reason(
        &mut self,
        place: &Place<'_>,
        typed: Option<&str>,
    ) -> Result<Option<String>, StoreError> {
        let service = match place {
            Place::Portal(chat) => &chat.service,
            Place::Desk(service) => service,
            Place::Management => return Ok(typed.map(str::to_owned)),
        };
        match typed {
            Some(typed) => self.clean(service, typed.to_owned()).await.map(Some),
            None => Ok(None),
        }
    }

    async fn look(
        &mut self,
        asker: &Asker,
        chat: &Chat,
        message: Message,
        masks: &[Mask],
        reason: Option<String>,
    ) -> Result<Answer, StoreError> {
        let id = message.id.clone();
        let opened = self.opened(message, masks).await?;
        if let (0, Some(why)) = (opened.count, &opened.left) {
            let words = texts::cannot_be_opened(asker.language, why);
            return Ok(Answer::Words(words));
        }
        drop(opened);
        self.audit_masks(chat, masks, &asker.person, LOOKED, reason.clone())
            .await?;
        self.tell_unmasked(asker, chat, false, reason).await?;
        self.enqueue(Effect::Reveal {
            chat: chat.id.clone(),
            message: id,
            masks: masks.iter().map(|mask| mask.id.clone()).collect(),
            to: asker.person.clone(),
            language: asker.language,
            command: asker.event.clone(),
        })
        .await?;
        let shows = self.engine.vault.shows();
        Ok(Answer::Words(texts::is_shown(asker.language, shows)))
    }

    pub(super) async fn undo(
        &mut self,
        asker: &Asker,
        chat: &Chat,
        message: Message,
        masks: &[Mask],
        reason: Option<String>,
    ) -> Result<Answer, StoreError> {
        let mut opened = self.opened(message, masks).await?;
        if let Some(why) = &opened.left {
            let words = texts::cannot_be_opened(asker.language, why);
            return Ok(Answer::Words(words));
        }
        for mask in masks {
            self.tx.mark_undone(&mask.id, self.now).await?;
            self.tx.delete_sealed(&mask.id).await?;
        }
        opened.message.masked = false;
        self.tx.rewrite(&opened.message).await?;
        self.append(&chat.id, &opened.message.as_mask()).await?;
        self.replace_in_room(chat, &opened.message).await?;
        self.audit_masks(chat, masks, &asker.person, UNDONE, reason.clone())
            .await?;
        self.tell_unmasked(asker, chat, true, reason).await?;
        Ok(Answer::Nothing)
    }

    pub(super) async fn tell_unmasked(
        &mut self,
        asker: &Asker,
        chat: &Chat,
        undone: bool,
        reason: Option<String>,
    ) -> Result<(), StoreError> {
        let notice = Notice::Unmasked {
            agent: asker.person.clone(),
            undone,
            reason,
        };
        let chat = chat.id.clone();
        self.enqueue(Effect::Notify { chat, notice }).await
    }

    /// `Some`: the agent has looked as often as it may within an hour. On record, and told to the
    /// supervisors once an hour.
    pub(super) async fn too_often(
        &mut self,
        asker: &Asker,
        chat: &Chat,
    ) -> Result<Option<Answer>, StoreError> {
        let settings = self.settings(&chat.service).await?;
        let limit = settings.masking.unmask_limit;
        let since = self.now - HOUR;
        let mut looks = Vec::new();
        for what in [LOOKED, UNDONE] {
            let times = self.tx.times_of(&chat.service, &asker.person, what, since);
            looks.extend(times.await?);
        }
        let allowed = usize::try_from(limit).unwrap_or(usize::MAX);
        if looks.len() < allowed {
            return Ok(None);
        }
        looks.sort_unstable_by(|a, b| b.cmp(a));
        let told = self
            .tx
            .times_of(&chat.service, &asker.person, TOO_OFTEN, since)
            .await?;
        if told.is_empty() {
            self.enqueue(Effect::Alarm {
                chat: chat.id.clone(),
                service: chat.service.clone(),
                agent: asker.person.clone(),
                limit,
            })
            .await?;
        }
        self.note_too_often(asker, chat).await?;
        // When the oldest of those that fill the limit does not count any more.
        let fills = allowed.checked_sub(1).and_then(|at| looks.get(at));
        let zone = settings.zone();
        let again = fills.map(|at: &Timestamp| clock((*at + HOUR + MINUTE).as_millis(), &zone));
        let words = texts::too_often(asker.language, limit, again);
        Ok(Some(Answer::Words(words)))
    }

    async fn note_too_often(&mut self, asker: &Asker, chat: &Chat) -> Result<(), StoreError> {
        self.tx
            .insert_audit(&AuditEntry {
                at: self.now,
                service: Some(chat.service.clone()),
                actor: asker.person.clone(),
                what: TOO_OFTEN.into(),
                subject: Some(format!("chat {}", chat.number)),
                old: None,
                new: None,
            })
            .await
    }
}

/// Whether all shall see it, and why.
fn read(typed: Option<&str>) -> (bool, Option<&str>) {
    let typed = typed.map(str::trim).unwrap_or_default();
    let (first, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    let undo = UNDO.contains(&first.to_lowercase().as_str());
    let reason = if undo { rest.trim() } else { typed };
    (undo, Some(reason).filter(|reason| !reason.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undo_comes_first_and_the_rest_is_the_reason() {
        for (typed, meant) in [
            (None, (false, None)),
            (Some(" "), (false, None)),
            (Some("asked for it"), (false, Some("asked for it"))),
            (Some("undo"), (true, None)),
            (Some("Undo  no card"), (true, Some("no card"))),
            (Some("취소 주문번호"), (true, Some("주문번호"))),
            (
                Some("undone by mistake"),
                (false, Some("undone by mistake")),
            ),
        ] {
            assert_eq!(read(typed), meant, "{typed:?}");
        }
    }
}
