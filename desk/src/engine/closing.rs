//! What becomes due in a chat, how it ends by itself, and what its customer thinks of it.

use std::time::Duration;

use super::{Engine, Work};
use crate::{
    chat::{Chat, ChatState},
    deadlines::Deadline,
    effect::{Effect, Notice},
    event::{Author, ChatEventKind, ClosedBy, Message},
    ids::{ChatId, ServiceSlug},
    ports::StoreError,
    rating::{Given, OPEN_FOR, Rating},
    refusal::{DeskError, Refusal},
    service::ServiceSettings,
    webhook::Happening,
};

/// How many deadlines are met in one transaction.
const BATCH: u32 = 50;
/// After how long a waiting chat is closed whose customer neither writes nor has the page open.
const ABANDONED: Duration = Duration::from_secs(24 * 3600);

impl Engine {
    /// Does what is due.
    pub async fn meet_deadlines(&self) -> Result<(), DeskError> {
        let mut work = self.begin().await?;
        for deadline in work.tx.take_due(work.now, BATCH).await? {
            match &deadline {
                Deadline::IdleWarning(chat) => work.warn_idle(chat).await?,
                Deadline::IdleClose(chat) => work.close_idle(chat).await?,
                Deadline::Abandoned(chat) => work.close_abandoned(chat).await?,
                Deadline::Retention => work.clear_out().await?,
                Deadline::Expiry => work.expire().await?,
                Deadline::Erasure(customer) => work.go_on_erasing(customer).await?,
                Deadline::Conceal(reveal) => work.conceal(reveal).await?,
            }
        }
        work.moves = true;
        Ok(work.commit().await?)
    }

    /// The customer rates the chat, or changes its mind.
    pub async fn rate(
        &self,
        chat: &ChatId,
        score: u8,
        comment: Option<&str>,
    ) -> Result<(), DeskError> {
        let mut work = self.begin().await?;
        let chat = work.tx.find_chat(chat).await?.ok_or(Refusal::NoSuchChat)?;
        let mut given = Given::check(score, comment, work.now)?;
        if let Some(comment) = given.comment.take() {
            given.comment = Some(work.clean(&chat.service, comment).await?);
        }
        let asked = work.tx.find_rating(&chat.id).await?;
        let too_late =
            matches!(chat.state, ChatState::Closed { at } if work.now.since(at) >= OPEN_FOR);
        let mut rating = asked.filter(|_| !too_late).ok_or(Refusal::RatingClosed)?;
        let again = rating.given.replace(given.clone()).is_some_and(|before| {
            (before.score, before.comment) == (given.score, given.comment.clone())
        });
        if again {
            return Ok(());
        }
        work.tx.save_rating(&rating).await?;
        work.append(&chat.id, &ChatEventKind::Rated { score })
            .await?;
        let rated = Happening::ChatRated {
            chat: chat.id.clone(),
            score,
        };
        work.publish(&chat.service, rated).await?;
        work.enqueue(Effect::TellRating { chat: chat.id }).await?;
        Ok(work.commit().await?)
    }
}

impl Work<'_> {
    pub(super) async fn settings(
        &mut self,
        service: &ServiceSlug,
    ) -> Result<ServiceSettings, StoreError> {
        let found = self.tx.find_service(service).await?;
        Ok(found.map(|found| found.settings).unwrap_or_default())
    }

    /// Every line of the record passes here: what it means for the chat's deadlines, and for what
    /// reports count.
    pub(super) async fn keep_time(
        &mut self,
        chat: &ChatId,
        what: &ChatEventKind,
    ) -> Result<(), StoreError> {
        match what {
            ChatEventKind::Message(Message {
                from: Author::Agent { .. },
                ..
            }) => {
                self.tx.mark_answered(chat, self.now).await?;
                self.await_customer(chat).await
            }
            ChatEventKind::Message(_) => self.tx.clear_idle(chat).await,
            ChatEventKind::Waiting { .. } => {
                self.tx.clear_idle(chat).await?;
                let abandoned = Deadline::Abandoned(chat.clone());
                let at = self.now + ABANDONED;
                self.moves |= self.tx.start_deadline(&abandoned, at).await?;
                Ok(())
            }
            ChatEventKind::Active { .. } => {
                self.tx.mark_taken(chat, self.now).await?;
                self.tx.clear_idle(chat).await?;
                self.stop_waiting(chat).await
            }
            ChatEventKind::Closed { .. } => {
                self.tx.clear_idle(chat).await?;
                self.stop_waiting(chat).await
            }
            _ => Ok(()),
        }
    }

    /// An agent has written: from now on it is the customer's turn.
    async fn await_customer(&mut self, chat: &ChatId) -> Result<(), StoreError> {
        let Some(found) = self.tx.find_chat(chat).await? else {
            return Ok(());
        };
        let idle = self.settings(&found.service).await?.idle;
        self.tx.clear_idle(chat).await?;
        if idle.is_on() && matches!(found.state, ChatState::Active { .. }) {
            let warning = Deadline::IdleWarning(chat.clone());
            let at = self.now + idle.warn_after();
            self.tx.set_deadline(&warning, at).await?;
            self.moves = true;
        }
        Ok(())
    }

    async fn stop_waiting(&mut self, chat: &ChatId) -> Result<(), StoreError> {
        let abandoned = Deadline::Abandoned(chat.clone());
        self.tx.clear_deadline(&abandoned).await
    }

    async fn warn_idle(&mut self, chat: &ChatId) -> Result<(), StoreError> {
        let Some((chat, idle)) = self.idling(chat).await? else {
            return Ok(());
        };
        let closes_at = self.now + idle.close_after();
        self.append(&chat.id, &ChatEventKind::IdleWarning { closes_at })
            .await?;
        let notice = Notice::IdleWarning {
            closes_after_s: idle.close_after_s,
        };
        self.enqueue(Effect::Notify {
            chat: chat.id.clone(),
            notice,
        })
        .await?;
        let close = Deadline::IdleClose(chat.id);
        self.tx.set_deadline(&close, closes_at).await
    }

    async fn close_idle(&mut self, chat: &ChatId) -> Result<(), StoreError> {
        if let Some((mut chat, _)) = self.idling(chat).await? {
            self.close(&mut chat, ClosedBy::Idle, Notice::IdleEnded)
                .await?;
        }
        Ok(())
    }

    /// The chat, if an agent has it and it may end by itself.
    async fn idling(
        &mut self,
        chat: &ChatId,
    ) -> Result<Option<(Chat, crate::service::Idle)>, StoreError> {
        let Some(chat) = self.tx.find_chat(chat).await? else {
            return Ok(None);
        };
        let idle = self.settings(&chat.service).await?.idle;
        let is_active = matches!(chat.state, ChatState::Active { .. });
        Ok((is_active && idle.is_on()).then_some((chat, idle)))
    }

    async fn close_abandoned(&mut self, chat: &ChatId) -> Result<(), StoreError> {
        let Some(mut chat) = self.tx.find_chat(chat).await? else {
            return Ok(());
        };
        if !matches!(chat.state, ChatState::Waiting | ChatState::Offered { .. }) {
            return Ok(());
        }
        let seen = match self.engine.audience.is_watched(&chat.id) {
            true => self.now,
            false => {
                let last = self.tx.find_last_word(&chat.id).await?;
                last.unwrap_or(chat.created_at)
            }
        };
        if self.now.since(seen) >= ABANDONED {
            self.close(&mut chat, ClosedBy::Idle, Notice::Abandoned)
                .await?;
            return Ok(());
        }
        let abandoned = Deadline::Abandoned(chat.id);
        self.tx.set_deadline(&abandoned, seen + ABANDONED).await
    }

    /// Asks the customer for a rating, once. Says whether it was not asked before.
    pub(super) async fn ask_rating(&mut self, chat: &ChatId) -> Result<bool, StoreError> {
        if self.tx.find_rating(chat).await?.is_some() {
            return Ok(false);
        }
        let asked = Rating {
            chat: chat.clone(),
            asked_at: self.now,
            given: None,
        };
        self.tx.save_rating(&asked).await?;
        self.append(chat, &ChatEventKind::RatingRequest).await?;
        Ok(true)
    }
}
