//! What programs elsewhere are told: kept with the change it tells of, taken out when it was told.

use std::{collections::HashSet, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use event_listener::EventListener;
use tracing::{error, warn};
use zeroize::Zeroizing;

use super::{Engine, Work};
use crate::{
    effect::{Effect, Notice},
    ids::{EffectId, MaskId, ServiceSlug, WebhookId},
    ports::{HookPost, StoreError, VaultError},
    webhook::{
        About, AfterFailure, Allowed, Delivery, Happening, HookSecret, KeptSecret, MOST_WAITING,
        Webhook, payload,
    },
};

/// How many lanes of one webhook are tried at once, and how many are looked at.
pub const EACH: u32 = 4;
const WINDOW: u32 = 256;

/// How a webhook came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Its address says that nobody is there any more.
    Gone,
    /// Nothing got through for as long as an event is tried.
    Unreachable,
    Full,
}

impl Engine {
    /// Which addresses that are not public may be reached.
    #[must_use]
    pub fn reaching(mut self, allowed: Allowed) -> Self {
        self.allowed = allowed;
        self
    }

    /// Hears of the next commit that left something to be told.
    pub fn webhooks_filled(&self) -> EventListener {
        self.hooks.listen()
    }

    /// What may be tried now, without what is under way.
    pub async fn due_deliveries(
        &self,
        busy: &HashSet<EffectId>,
    ) -> Result<Vec<Delivery>, StoreError> {
        let now = self.clock.now();
        let mut due = self.store.due_deliveries(now, EACH, WINDOW).await?;
        due.retain(|delivery| !busy.contains(&delivery.id));
        Ok(due)
    }

    /// What is sent now; `None`: nobody wants it any more, and it is taken out.
    pub async fn letter(&self, delivery: &Delivery) -> Result<Option<HookPost>, StoreError> {
        let webhook = self.store.webhook(&delivery.webhook).await?;
        let wanted = |webhook: &Webhook| {
            let kind = delivery.what.kind();
            kind.is_some_and(|kind| webhook.wants(kind))
        };
        let Some(webhook) = webhook.filter(wanted) else {
            self.drop_delivery(delivery).await?;
            return Ok(None);
        };
        let Some(about) = self.about(&webhook.service, &delivery.what).await? else {
            self.drop_delivery(delivery).await?;
            return Ok(None);
        };
        let now = self.clock.now();
        let in_use = |secret: &&HookSecret| secret.until.is_none_or(|until| now < until);
        let secrets = webhook.secrets.iter().filter(in_use);
        // One that cannot be read does not make the other useless.
        let secrets = secrets.filter_map(|secret| match self.opened_secret(secret) {
            Ok(secret) => Some(secret),
            Err(failure) => {
                error!(error = %failure, webhook.id = %webhook.id, "a webhook's secret cannot be read");
                None
            }
        });
        let secrets = secrets.collect();
        Ok(Some(HookPost {
            id: delivery.id.clone(),
            at: now,
            body: payload(&webhook.service, delivery, &about),
            url: webhook.url,
            secrets,
        }))
    }

    /// What the event is about; `None`: it is not there any more.
    async fn about(
        &self,
        service: &ServiceSlug,
        what: &Happening,
    ) -> Result<Option<About>, StoreError> {
        Ok(match what {
            Happening::ChatStarted { chat }
            | Happening::ChatAccepted { chat, .. }
            | Happening::ChatTransferred { chat, .. }
            | Happening::ChatClosed { chat, .. }
            | Happening::ChatRated { chat, .. } => {
                let chat = self.store.chat(chat).await?;
                chat.map(|chat| About::Chat(Box::new(chat)))
            }
            Happening::TicketCreated { ticket }
            | Happening::TicketUpdated { ticket, .. }
            | Happening::TicketCommented { ticket, .. } => {
                let ticket = self.store.ticket(service, *ticket).await?;
                ticket.map(|ticket| About::Ticket(Box::new(ticket)))
            }
            Happening::CustomerErased { .. } | Happening::Test | Happening::Unknown => {
                Some(About::Nothing)
            }
        })
    }

    fn opened_secret(&self, secret: &HookSecret) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        match &secret.kept {
            KeptSecret::Sealed(sealed) => self.vault.open(&MaskId::new(&secret.id), sealed),
            KeptSecret::Plain(plain) => Ok(bytes_of(plain)),
        }
    }

    async fn drop_delivery(&self, delivery: &Delivery) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        work.tx.delete_delivery(&delivery.id).await?;
        work.commit().await
    }

    /// It got through.
    pub async fn told(&self, delivery: &Delivery) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        work.tx.delete_delivery(&delivery.id).await?;
        if let Some(mut webhook) = work.tx.find_webhook(&delivery.webhook).await? {
            webhook.failing_since = None;
            webhook.trouble = None;
            webhook.delivered_at = Some(work.now);
            work.tx.save_webhook(&webhook).await?;
        }
        // The next of its lane may go.
        work.posts = true;
        work.commit().await
    }

    /// It did not, for this reason. Nothing of the other side's answer is kept but its status.
    pub async fn not_told(
        &self,
        delivery: &Delivery,
        trouble: &str,
        after: Option<Duration>,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        let Some(mut webhook) = work.tx.find_webhook(&delivery.webhook).await? else {
            return Ok(());
        };
        if webhook.failing_since.is_none() {
            warn!(webhook.id = %webhook.id, trouble, "a webhook cannot be told something, trying again");
        }
        webhook.failing_since = webhook.failing_since.or(Some(work.now));
        webhook.trouble = Some(trouble.to_owned());
        work.tx.save_webhook(&webhook).await?;
        match delivery.after_failure(work.now, after, self.ids.luck()) {
            AfterFailure::At(next) => work.tx.postpone_delivery(&delivery.id, next).await?,
            AfterFailure::GiveUp => work.give_up_telling(webhook, delivery).await?,
        }
        work.posts = true;
        work.commit().await
    }

    /// Its address says that nobody wants to be told anything any more.
    pub async fn nobody_there(&self, delivery: &Delivery) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        if let Some(webhook) = work.tx.find_webhook(&delivery.webhook).await? {
            work.end_webhook(webhook, End::Gone).await?;
        }
        work.commit().await
    }
}

impl Work<'_> {
    /// Tells the service's webhooks, when this is committed.
    pub(super) async fn publish(
        &mut self,
        service: &ServiceSlug,
        what: Happening,
    ) -> Result<(), StoreError> {
        let Some(kind) = what.kind() else {
            return Ok(());
        };
        for webhook in self.tx.webhooks_of(service).await? {
            if webhook.wants(kind) {
                self.post(webhook, what.clone()).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn post(
        &mut self,
        webhook: Webhook,
        what: Happening,
    ) -> Result<(), StoreError> {
        if self.tx.deliveries_of(&webhook.id).await? >= MOST_WAITING {
            return self.end_webhook(webhook, End::Full).await;
        }
        let delivery = Delivery {
            id: EffectId::new(format!("msg_{}", self.engine.ids.ulid())),
            webhook: webhook.id,
            what,
            created_at: self.now,
            attempts: 0,
        };
        self.posts = true;
        self.tx.insert_delivery(&delivery).await
    }

    /// One event alone, if others got through meanwhile.
    async fn give_up_telling(
        &mut self,
        webhook: Webhook,
        delivery: &Delivery,
    ) -> Result<(), StoreError> {
        let delivered = webhook.delivered_at;
        if delivered.is_none_or(|at| at < delivery.created_at) {
            return self.end_webhook(webhook, End::Unreachable).await;
        }
        self.tx.delete_delivery(&delivery.id).await?;
        let number = webhook.number;
        error!(webhook.id = %webhook.id, "a webhook was told all but one event");
        self.tell_of_webhook(&webhook.service, Notice::WebhookMissed { number })
            .await
    }

    async fn end_webhook(&mut self, mut webhook: Webhook, end: End) -> Result<(), StoreError> {
        error!(webhook.id = %webhook.id, ?end, "a webhook was switched off");
        webhook.ended_at = Some(self.now);
        self.tx.save_webhook(&webhook).await?;
        self.tx.delete_deliveries(&webhook.id).await?;
        let number = webhook.number;
        let notice = match end {
            End::Gone => Notice::WebhookGone { number },
            End::Unreachable => Notice::WebhookEnded { number },
            End::Full => Notice::WebhookFull { number },
        };
        self.tell_of_webhook(&webhook.service, notice).await
    }

    async fn tell_of_webhook(
        &mut self,
        service: &ServiceSlug,
        notice: Notice,
    ) -> Result<(), StoreError> {
        self.enqueue(Effect::NotifyDesk {
            service: service.clone(),
            notice,
        })
        .await
    }

    /// A new secret of the webhook: as it is kept, and as it is shown once.
    pub(super) fn new_secret(&self, id: &WebhookId) -> Result<(HookSecret, String), StoreError> {
        let secret = Zeroizing::new(self.engine.ids.secret());
        let bytes = bytes_of(&secret);
        let name = format!("webhook:{id}:{}", self.engine.ids.ulid());
        let sealed = self.engine.vault.seal(&MaskId::new(&name), &bytes);
        let kept = match sealed.map_err(StoreError::new)? {
            Some(sealed) => KeptSecret::Sealed(sealed),
            None => KeptSecret::Plain(secret.to_string()),
        };
        let secret = HookSecret {
            id: name,
            until: None,
            kept,
        };
        // As the specification writes secrets.
        Ok((secret, format!("whsec_{}", STANDARD.encode(&*bytes))))
    }
}

/// What stands in hexadecimal.
fn bytes_of(hex: &str) -> Zeroizing<Vec<u8>> {
    let digits = hex.bytes().map(|digit| char::from(digit).to_digit(16));
    let digits: Vec<u8> = digits
        .map(|digit| u8::try_from(digit.unwrap_or_default()).unwrap_or_default())
        .collect();
    let pairs = digits.chunks(2);
    Zeroizing::new(
        pairs
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect(),
    )
}
