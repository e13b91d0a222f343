//! Telling agents that a message seems to hold personal data, and taking that back.

use super::{Engine, Work};
use crate::{
    chat::Chat,
    effect::{Effect, Queued},
    event::Message,
    ids::{ChatId, EventId, MessageId},
    masking::Kind,
    ports::StoreError,
    service::Policy,
    store::Suggestion,
};

impl Engine {
    /// Whether agents shall still be told this of the message.
    pub async fn suggests(&self, message: &MessageId, kinds: &[Kind]) -> Result<bool, StoreError> {
        let mut work = self.begin().await?;
        let known = work.tx.find_suggestion(message).await?;
        Ok(known.is_some_and(|known| known.kinds == kinds && known.event.is_none()))
    }

    /// Agents were told by this event.
    pub async fn suggested(
        &self,
        head: &Queued,
        chat: &ChatId,
        message: &MessageId,
        kinds: &[Kind],
        event: &EventId,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        let wanted = work.tx.find_suggestion(message).await?;
        match wanted.filter(|wanted| wanted.kinds == kinds) {
            Some(wanted) => {
                let event = Some(event.clone());
                let kept = Suggestion { event, ..wanted };
                work.tx.save_suggestion(chat, message, &kept).await?;
            }
            // Meanwhile it was masked, or edited.
            None => {
                let (chat, event) = (chat.clone(), event.clone());
                work.enqueue(Effect::TakeBack { chat, event }).await?;
            }
        }
        work.tx.dequeue(&head.id).await?;
        work.commit().await
    }
}

impl Work<'_> {
    /// Tells the agents what the policy `suggest` finds in a message that is in the room, or will
    /// be when everything before it in the outbox is done.
    pub(super) async fn suggest(
        &mut self,
        chat: &Chat,
        message: &Message,
    ) -> Result<(), StoreError> {
        let settings = self.settings(&chat.service).await?;
        let mut kinds = Vec::new();
        if settings.contract_security {
            let wanted = settings.masking.kinds(Policy::Suggest);
            let found = self.engine.places(&settings.masking, message, &wanted);
            let spans = found.text.iter().chain(&found.file_name);
            kinds.extend(spans.map(|span| span.kind.clone()));
        }
        kinds.sort();
        kinds.dedup();
        let known = self.tx.find_suggestion(&message.id).await?;
        if known.map(|known| known.kinds).unwrap_or_default() == kinds {
            return Ok(());
        }
        self.take_suggestion_back(chat, &message.id).await?;
        if kinds.is_empty() {
            return Ok(());
        }
        let suggestion = Suggestion {
            kinds: kinds.clone(),
            event: None,
        };
        self.tx
            .save_suggestion(&chat.id, &message.id, &suggestion)
            .await?;
        self.enqueue(Effect::Suggest {
            chat: chat.id.clone(),
            message: message.id.clone(),
            kinds,
        })
        .await
    }

    /// There is nothing to mask any more, or something else.
    pub(super) async fn take_suggestion_back(
        &mut self,
        chat: &Chat,
        message: &MessageId,
    ) -> Result<(), StoreError> {
        let known = self.tx.find_suggestion(message).await?;
        let Some(mut known) = known.filter(|known| !known.kinds.is_empty()) else {
            return Ok(());
        };
        known.kinds.clear();
        // The event stays known: somebody may still react to what is being deleted.
        self.tx.save_suggestion(&chat.id, message, &known).await?;
        if let Some(event) = known.event {
            let chat = chat.id.clone();
            self.enqueue(Effect::TakeBack { chat, event }).await?;
        }
        Ok(())
    }
}
