//! `!webhook`: where programs are told what happens.

use std::collections::BTreeSet;

use crate::{
    audit::AuditEntry,
    command::WebhookCommand,
    ids::WebhookId,
    ports::StoreError,
    service::Service,
    texts::webhooks as texts,
    webhook::{Happening, HookKind, MOST_WEBHOOKS, OLD_SECRET, Webhook},
};

use super::super::{super::Work, Asker};

impl Work<'_> {
    pub(super) async fn webhook_command(
        &mut self,
        asker: &Asker,
        service: &Service,
        command: WebhookCommand,
    ) -> Result<String, StoreError> {
        let number = match command {
            WebhookCommand::List => {
                let known = self.tx.webhooks_of(&service.slug).await?;
                let mut waiting = Vec::new();
                for webhook in &known {
                    waiting.push(self.tx.deliveries_of(&webhook.id).await?);
                }
                let zone = service.settings.zone();
                return Ok(texts::list(asker.language, &known, &waiting, &zone));
            }
            WebhookCommand::Add { url, events } => {
                return self.add_webhook(asker, service, &url, &events).await;
            }
            WebhookCommand::Remove { number }
            | WebhookCommand::Test { number }
            | WebhookCommand::Rotate { number } => number,
        };
        let known = self.tx.webhooks_of(&service.slug).await?;
        let Some(webhook) = known.into_iter().find(|it| it.number == number) else {
            return Ok(texts::no_such(asker.language, number));
        };
        match command {
            WebhookCommand::Remove { .. } => {
                self.tx.delete_webhook(&webhook.id, self.now).await?;
                self.note_webhook(asker, &webhook, "webhook.remove").await?;
                Ok(texts::removed(asker.language, number))
            }
            WebhookCommand::Test { .. } if webhook.ended_at.is_some() => {
                Ok(texts::is_off(asker.language, number))
            }
            WebhookCommand::Test { .. } => {
                self.post(webhook, Happening::Test).await?;
                Ok(texts::tested(asker.language, number))
            }
            _ => self.rotate_webhook(asker, &webhook).await,
        }
    }

    async fn add_webhook(
        &mut self,
        asker: &Asker,
        service: &Service,
        url: &str,
        events: &[String],
    ) -> Result<String, StoreError> {
        let url = match self.engine.allowed.check(url) {
            Ok(url) => url,
            Err(wrong) => return Ok(texts::wrong_url(asker.language, wrong)),
        };
        let mut kinds = BTreeSet::new();
        for word in events.iter().flat_map(|word| word.split(',')) {
            match HookKind::from_word(word) {
                Some(kind) => kinds.insert(kind),
                None if word.is_empty() || word.eq_ignore_ascii_case("all") => false,
                None => return Ok(texts::wrong_kind(asker.language, word)),
            };
        }
        if self.tx.webhooks_of(&service.slug).await?.len() >= MOST_WEBHOOKS {
            return Ok(texts::too_many(asker.language, MOST_WEBHOOKS));
        }
        let id = WebhookId::new(self.engine.ids.ulid());
        let (secret, shown) = self.new_secret(&id)?;
        let mut webhook = Webhook {
            id,
            service: service.slug.clone(),
            number: 0,
            url: url.into(),
            kinds,
            made_by: asker.person.clone(),
            made_at: self.now,
            failing_since: None,
            trouble: None,
            delivered_at: None,
            ended_at: None,
            secrets: vec![secret],
        };
        self.tx.insert_webhook(&mut webhook).await?;
        self.note_webhook(asker, &webhook, "webhook.add").await?;
        Ok(texts::added(asker.language, &webhook, &shown))
    }

    /// What was signed with the secret before is signed with both for a day; a webhook that was
    /// switched off is told again from now on.
    async fn rotate_webhook(
        &mut self,
        asker: &Asker,
        webhook: &Webhook,
    ) -> Result<String, StoreError> {
        let (secret, shown) = self.new_secret(&webhook.id)?;
        self.tx
            .retire_secret(&webhook.id, self.now + OLD_SECRET)
            .await?;
        self.tx.add_secret(&webhook.id, &secret).await?;
        let mut again = webhook.clone();
        again.ended_at = None;
        again.failing_since = None;
        again.trouble = None;
        self.tx.save_webhook(&again).await?;
        self.note_webhook(asker, webhook, "webhook.rotate").await?;
        Ok(texts::rotated(asker.language, webhook.number, &shown))
    }

    async fn note_webhook(
        &mut self,
        asker: &Asker,
        webhook: &Webhook,
        what: &str,
    ) -> Result<(), StoreError> {
        let new = (what == "webhook.add").then(|| texts::described(webhook));
        self.tx
            .insert_audit(&AuditEntry {
                at: self.now,
                service: Some(webhook.service.clone()),
                actor: asker.person.clone(),
                what: what.into(),
                subject: Some(format!("#{}", webhook.number)),
                old: None,
                new,
            })
            .await
    }
}
