//! How effects of a chat's end and return are delivered.

use std::{sync::Arc, time::Duration};

use super::{
    Dispatcher, Failure,
    deliver::{missing, portal},
    masking::key_for,
};
use crate::{
    command::Language,
    customer::Customer,
    effect::{Effect, Queued},
    engine::Telling,
    ids::{ChatId, CustomerId, EventId, MailId, MessageId, RoomId, ServiceSlug},
    ports::{DeliveryError, Mail, Mailer},
    refusal::DeskError,
    texts::{
        closing::{self, Introduction, language_of},
        masking,
    },
};

/// How many other chats and tickets an introduction lists.
const LISTED: u32 = 10;
/// How long a mail waits at least and at most.
const MAIL_PAUSE: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(900));

impl Dispatcher {
    /// Anything of a chat's end or return; another effect is none of ours.
    pub(super) async fn deliver_care(&self, head: &Queued) -> Result<(), Failure> {
        match &head.effect {
            Effect::TellRating { chat } => self.tell_rating(head, chat).await,
            Effect::Link { chat, to } => self.link(head, chat, to).await,
            Effect::SayAs { chat, message } => self.say_as(head, chat, message).await,
            Effect::Introduce {
                chat,
                command,
                language,
            } => self.introduce(head, chat, command, *language).await,
            Effect::MailTranscript { mail } => self.mail(head, mail).await,
            Effect::EmptyRoom {
                room,
                chat,
                service,
                customer,
            } => {
                let ghost = Customer::nobody(service, customer).ghost(&self.bot);
                self.homeserver.empty(room, &ghost, chat).await?;
                self.done(head).await
            }
            Effect::EraseEvents {
                room,
                service,
                customer,
                events,
                ..
            } => {
                self.erase_events(head, room, events).await?;
                Ok(self.engine.erased(head, service, customer).await?)
            }
            Effect::EmptyErased {
                room,
                chat,
                service,
                customer,
            } => {
                self.empty_erased(room, chat, service, customer).await?;
                Ok(self.engine.erased(head, service, customer).await?)
            }
            _ => Err(missing("kind of effect").into()),
        }
    }

    /// One that the homeserver refuses keeps no other from being hidden.
    async fn erase_events(
        &self,
        head: &Queued,
        room: &RoomId,
        events: &[EventId],
    ) -> Result<(), Failure> {
        let mut refused = None;
        for event in events {
            let key = key_for(head, event);
            let redacted = self.homeserver.redact(room, event, masking::ERASED, &key);
            refused = refusal(redacted.await)?.or(refused);
        }
        match refused {
            Some(never) => Err(never.into()),
            None => Ok(()),
        }
    }

    /// While the ghost is in the room: its name goes there, too. One step that the homeserver
    /// refuses keeps no other from being done.
    pub(super) async fn empty_erased(
        &self,
        room: &RoomId,
        chat: &ChatId,
        service: &ServiceSlug,
        customer: &CustomerId,
    ) -> Result<(), Failure> {
        let ghost = Customer::nobody(service, customer).ghost(&self.bot);
        let server = &self.homeserver;
        let unnamed = refusal(server.unname(&ghost).await)?;
        let renamed = refusal(server.rename(room, masking::ERASED_ROOM).await)?;
        let described = refusal(server.describe(room, "").await)?;
        let delisted = match self.engine.store().space(service).await? {
            Some(space) => refusal(server.delist(&space, room).await)?,
            None => None,
        };
        // Who has left the room has named it before.
        let of_room = match server.empty(room, &ghost, chat).await? {
            true => renamed.or(described),
            false => None,
        };
        match unnamed.or(of_room).or(delisted) {
            Some(never) => Err(never.into()),
            None => Ok(()),
        }
    }

    async fn tell_rating(&self, head: &Queued, chat: &ChatId) -> Result<(), Failure> {
        let (chat, _) = self.chat(chat).await?;
        let rating = self.engine.store().rating(&chat.id).await?;
        let Some(given) = rating.and_then(|rating| rating.given) else {
            return self.done(head).await;
        };
        let text = closing::rated(self.language(&chat.service).await?, &given);
        let event = self
            .homeserver
            .notify(&portal(&chat)?, &text, &head.id)
            .await?;
        Ok(self.engine.noticed(head, &chat.id, &event).await?)
    }

    async fn link(&self, head: &Queued, chat: &ChatId, to: &ChatId) -> Result<(), Failure> {
        let (chat, _) = self.chat(chat).await?;
        let other = self.engine.store().chat(to).await?;
        // Retention may have taken the other one, and a chat may have ended before it had a room.
        if let Some(other) = other
            && let (Some(here), Some(there)) = (&chat.room, &other.room)
        {
            let is_earlier = chat.previous.as_ref() == Some(&other.id);
            let link = self.homeserver.permalink(there);
            let language = self.language(&chat.service).await?;
            let text = closing::other_chat(language, &other, is_earlier, &link);
            self.homeserver.notify(here, &text, &head.id).await?;
        }
        self.done(head).await
    }

    async fn say_as(
        &self,
        head: &Queued,
        chat: &ChatId,
        message: &MessageId,
    ) -> Result<(), Failure> {
        let (chat, _) = self.chat(chat).await?;
        let found = self.engine.store().message(message).await?;
        let found = found.ok_or_else(|| missing("message"))?;
        let name = found.from.name().unwrap_or_default();
        let text = closing::said_by(name, &found.text);
        let event = self
            .homeserver
            .notify(&portal(&chat)?, &text, &head.id)
            .await?;
        if !self.engine.said(head, message, &event).await? {
            // The customer was erased while it was on its way.
            self.homeserver
                .redact(
                    &portal(&chat)?,
                    &event,
                    masking::ERASED,
                    &key_for(head, &event),
                )
                .await?;
        }
        Ok(())
    }

    /// Worded only now, so that what is known of the customer stands in no second place.
    async fn introduce(
        &self,
        head: &Queued,
        chat: &ChatId,
        command: &EventId,
        language: Language,
    ) -> Result<(), Failure> {
        let (chat, customer) = self.chat(chat).await?;
        let store = self.engine.store();
        let consent = format!("chat:{}", chat.id);
        let consent = store.consent_of(&chat.service, &consent).await?;
        let chats = store.chats_of(&customer.id, LISTED + 1).await?;
        let link = |room: &RoomId| self.homeserver.permalink(room);
        let others: Vec<_> = chats
            .into_iter()
            .filter(|other| other.id != chat.id)
            .map(|other| {
                let link = other.room.as_ref().map(link);
                (other, link)
            })
            .collect();
        let tickets = store.tickets_of(&customer, LISTED).await?;
        let known = Introduction {
            customer: &customer,
            chat: &chat,
            consent: consent.as_ref(),
            others: &others,
            tickets: &tickets,
        };
        let text = closing::introduce(language, &known);
        let event = self
            .homeserver
            .answer(&portal(&chat)?, command, &text, &head.id)
            .await?;
        // It names tickets of these chats.
        let chats = match tickets.is_empty() {
            true => Vec::new(),
            false => others
                .iter()
                .map(|(other, _)| other.id.clone())
                .chain([chat.id.clone()])
                .collect(),
        };
        let told = Telling { text, chats };
        let introduced = self.engine.introduced(head, &chat.id, &told, &event);
        Ok(introduced.await?)
    }

    async fn mail(&self, head: &Queued, mail: &MailId) -> Result<(), Failure> {
        let mailer = self.mailer.as_ref().ok_or_else(|| missing("mail server"))?;
        let Some((chat, to)) = self.engine.store().mail(mail).await? else {
            return self.done(head).await;
        };
        let (found, _) = self.chat(&chat).await?;
        let service = self.service(&found.service).await?;
        let transcript = match self.engine.transcript(&chat).await {
            Ok(transcript) => transcript,
            Err(DeskError::Store(failure)) => return Err(failure.into()),
            Err(DeskError::Refused(_)) => return Err(missing("chat").into()),
        };
        let (subject, above) = closing::transcript_mail(language_of(&found.locale), &service.name);
        let letter = Mail {
            to,
            subject,
            text: format!("{above}\n\n{}", transcript.text),
            key: head.id.clone(),
        };
        self.send(head, mailer, &letter).await?;
        Ok(self.engine.mailed(head, mail).await?)
    }

    /// After a failure a mail waits as long as it has waited so far, within bounds.
    pub(super) async fn send(
        &self,
        head: &Queued,
        mailer: &Arc<dyn Mailer>,
        letter: &Mail,
    ) -> Result<(), Failure> {
        match mailer.send(letter).await {
            Err(DeliveryError::Later { source, .. }) => {
                let waited = self.now().since(head.created_at);
                Err(Failure::Delivery(DeliveryError::Later {
                    after: Some(waited.clamp(MAIL_PAUSE.0, MAIL_PAUSE.1)),
                    source,
                }))
            }
            other => Ok(other?),
        }
    }
}

/// What the homeserver will never do; what it may do later is to be tried again first.
fn refusal(answer: Result<(), DeliveryError>) -> Result<Option<DeliveryError>, DeliveryError> {
    match answer {
        Err(never @ DeliveryError::Never { .. }) => Ok(Some(never)),
        other => other.map(|()| None),
    }
}
