//! What customers do: start, write, end, leave an inquiry.

use std::collections::BTreeMap;

use tracing::info;
use url::{Url, form_urlencoded};

use super::{Engine, Work, masking::cleaned};
use crate::{
    agent::Attendance,
    chat::{Chat, ChatState, Handling, Page, check_message},
    customer::{MAX_NAME, breaks_lines, check_email, check_line},
    effect::{Effect, Notice},
    event::{Author, ChatEventKind, ClosedBy, Message},
    identity::Identity,
    ids::{ChatId, ClientKey, MessageId, ServiceSlug, TokenHash},
    ports::StoreError,
    refusal::{DeskError, Refusal},
    routing::{Candidate, Outcome},
    service::{Availability, Service},
    webhook::Happening,
};

/// The longest client key, in bytes.
const MAX_KEY: usize = 64;
/// The longest page address and title, in bytes; what is longer is cut.
const MAX_PAGE: usize = 1_000;

/// A customer's wish to chat.
#[derive(Clone, Debug)]
pub struct StartChat {
    pub service: ServiceSlug,
    /// The version of the privacy policy that was agreed to.
    pub consent: Option<String>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub fields: BTreeMap<String, String>,
    pub page: Option<Page>,
    pub locale: String,
    /// An earlier visitor token: the same person stays the same customer.
    pub earlier: Option<TokenHash>,
    /// What the host page has signed: counts more than the token and what was typed.
    pub identity: Option<Identity>,
    /// Of the new visitor token.
    pub token: TokenHash,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    pub chat: ChatId,
    pub state: &'static str,
}

/// A customer's message, durably stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub key: ClientKey,
    pub seq: u64,
    pub id: MessageId,
}

impl Engine {
    pub async fn service(&self, slug: &ServiceSlug) -> Result<Service, DeskError> {
        Ok(self
            .store
            .service(slug)
            .await?
            .ok_or(Refusal::NoSuchService)?)
    }

    pub async fn availability(&self, service: &Service) -> Result<Availability, DeskError> {
        let settings = &service.settings;
        if !settings.chat_enabled() || !settings.is_open(self.clock.now()) {
            return Ok(Availability::Disabled);
        }
        Ok(availability(
            &self.store.agents(&service.slug).await?,
            self.attendance(service),
        ))
    }

    pub async fn start_chat(&self, wish: StartChat) -> Result<Started, DeskError> {
        let name = check_line("customer.name", wish.name.as_deref(), MAX_NAME)?;
        let email = check_email("customer.email", wish.email.as_deref())?;
        let mut work = self.begin().await?;
        let service = work
            .tx
            .find_service(&wish.service)
            .await?
            .ok_or(Refusal::NoSuchService)?;
        if !service.settings.chat_enabled() {
            return Err(Refusal::ChatDisabled.into());
        }
        if !service.settings.is_open(work.now) {
            let hours = service.settings.hours.as_ref();
            let opens = hours.and_then(|hours| hours.next_open(work.now));
            return Err(Refusal::OutsideHours { opens }.into());
        }
        let consent = &service.settings.consent;
        consent.check(wish.consent.as_deref())?;
        let clean = |text: String| cleaned(self, &service.settings, text);
        let mut fields = service.settings.check_fields(&wish.fields)?;
        for answer in fields.values_mut() {
            *answer = clean(std::mem::take(answer));
        }
        let page = wish.page.clone().and_then(shown);
        let customer = work.customer(&wish, name, email).await?;
        let previous = work.tx.find_latest_chat(&customer.id).await?;
        let locale = wish.identity.as_ref().and_then(|said| said.locale.as_ref());
        let mut chat = Chat {
            id: ChatId::new(self.ids.ulid()),
            service: wish.service.clone(),
            number: 0,
            customer: customer.id.clone(),
            state: ChatState::Waiting,
            handling: Handling::default(),
            room: None,
            locale: plain_locale(locale.unwrap_or(&wish.locale)),
            page: page.map(|page| Page {
                url: clean_address(page.url, clean),
                title: page.title.map(clean),
            }),
            fields,
            created_at: work.now,
            previous: previous.map(|previous| previous.id),
        };
        let candidates = work.tx.agents(&service).await?;
        if availability(&candidates, work.attendance(&service.settings.routing))
            == Availability::Absent
        {
            return Err(Refusal::AgentsAbsent.into());
        }
        work.tx.insert_chat(&mut chat, &wish.token).await?;
        let subject = format!("chat:{}", chat.id);
        work.tx
            .insert_consent(
                &wish.service,
                &subject,
                &consent.version,
                &consent.text_hash(),
                work.now,
            )
            .await?;
        work.enqueue(Effect::OpenPortal {
            chat: chat.id.clone(),
        })
        .await?;
        if let Some(to) = chat.previous.clone() {
            work.enqueue(Effect::Link {
                chat: chat.id.clone(),
                to,
            })
            .await?;
        }
        let started = Happening::ChatStarted {
            chat: chat.id.clone(),
        };
        work.publish(&wish.service, started).await?;
        work.queued.push(chat.id.clone());
        work.tell_waiting(&chat).await?;
        work.route(&wish.service).await?;
        work.commit().await?;
        info!(chat.id = %chat.id, service = %chat.service, "a customer started a chat");
        Ok(Started {
            chat: chat.id,
            state: "waiting",
        })
    }

    /// Stores the message and queues it for the portal. The same key twice is one message.
    pub async fn customer_message(
        &self,
        chat: &ChatId,
        key: ClientKey,
        text: String,
    ) -> Result<Sent, DeskError> {
        self.customer_reply(chat, key, text, None).await
    }

    /// As `customer_message`, as an answer to a message of the chat.
    pub async fn customer_reply(
        &self,
        chat: &ChatId,
        key: ClientKey,
        text: String,
        reply_to: Option<MessageId>,
    ) -> Result<Sent, DeskError> {
        check_key(&key)?;
        check_message(&text)?;
        let mut work = self.begin().await?;
        let chat = work.tx.find_chat(chat).await?.ok_or(Refusal::NoSuchChat)?;
        // Before the state is looked at: a repeat of what was accepted is accepted.
        if let Some((seq, id)) = work.tx.find_message_by_key(&chat.id, &key).await? {
            return Ok(Sent { key, seq, id });
        }
        if chat.state.is_closed() {
            return Err(Refusal::ChatClosed.into());
        }
        if let Some(answered) = &reply_to
            && !work.tx.holds_message(&chat.id, answered).await?
        {
            return Err(Refusal::invalid("reply_to", "the id of a message of this chat").into());
        }
        let id = MessageId::new(self.ids.ulid());
        let mut message = Message {
            id: id.clone(),
            key: Some(key.clone()),
            from: Author::Customer,
            text,
            html: None,
            reply_to,
            attachment: None,
            masked: false,
        };
        let seq = work.record(&chat, &mut message).await?;
        work.enqueue(Effect::Say {
            chat: chat.id.clone(),
            message: id.clone(),
        })
        .await?;
        work.suggest(&chat, &message).await?;
        work.commit().await?;
        Ok(Sent { key, seq, id })
    }

    /// Ends the chat; ending an ended one is fine.
    pub async fn customer_ends(&self, chat: &ChatId) -> Result<(), DeskError> {
        let mut work = self.begin().await?;
        let mut chat = work.tx.find_chat(chat).await?.ok_or(Refusal::NoSuchChat)?;
        if work
            .close(&mut chat, ClosedBy::Customer, Notice::CustomerEnded)
            .await?
        {
            work.commit().await?;
        }
        Ok(())
    }
}

impl Work<'_> {
    /// Says whether there was something to close.
    pub(super) async fn close(
        &mut self,
        chat: &mut Chat,
        by: ClosedBy,
        notice: Notice,
    ) -> Result<bool, StoreError> {
        let holder = chat.state.holder().cloned();
        let offered_to = match &chat.state {
            ChatState::Offered { agent, .. } => Some(agent.clone()),
            ChatState::Waiting | ChatState::Active { .. } | ChatState::Closed { .. } => None,
        };
        let Ok(closed) = chat.state.clone().close(self.now) else {
            return Ok(false);
        };
        let was_active = matches!(chat.state, ChatState::Active { .. });
        chat.state = closed;
        let giver = std::mem::take(&mut chat.handling).handed_over_by;
        self.tx.save_chat(chat).await?;
        // Before the end: some pages do not read on after it.
        let settings = self.settings(&chat.service).await?;
        if was_active && settings.rating {
            self.ask_rating(&chat.id).await?;
        }
        if settings.retention_days.is_some() {
            self.plan_clearing().await?;
        }
        self.append(&chat.id, &ChatEventKind::Closed { by }).await?;
        let closed = Happening::ChatClosed {
            chat: chat.id.clone(),
            by,
        };
        self.publish(&chat.service, closed).await?;
        info!(chat.id = %chat.id, ?by, "the chat was closed");
        if let Some(agent) = offered_to {
            self.end_offer(chat, &agent, Outcome::Withdrawn).await?;
        }
        self.enqueue(Effect::Notify {
            chat: chat.id.clone(),
            notice,
        })
        .await?;
        self.enqueue(Effect::Rename {
            chat: chat.id.clone(),
        })
        .await?;
        self.enqueue(Effect::List {
            chat: chat.id.clone(),
        })
        .await?;
        self.moves = true;
        // The slot is free: whoever waits longest gets it.
        self.route_freed(chat, holder.as_ref()).await?;
        if giver.is_some() {
            self.route_freed(chat, giver.as_ref()).await?;
        }
        Ok(true)
    }
}

pub(super) fn check_key(key: &ClientKey) -> Result<(), Refusal> {
    match key.as_str().len() {
        1..=MAX_KEY => Ok(()),
        _ => Err(Refusal::invalid(
            "key",
            format!("1 to {MAX_KEY} bytes, unique in the chat"),
        )),
    }
}

fn availability(agents: &[Candidate], attendance: Attendance) -> Availability {
    if agents
        .iter()
        .any(|candidate| candidate.is_eligible(attendance))
    {
        Availability::Available
    } else if agents
        .iter()
        .any(|candidate| candidate.agent.is_routable(attendance))
    {
        Availability::Queue
    } else {
        Availability::Absent
    }
}

/// A language tag and nothing else: agents read it on a line of its own.
fn plain_locale(told: &str) -> String {
    told.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .take(35)
        .collect()
}

/// What is worth showing to an agent: a web address and a title on one line each, cut where they
/// get too long. Never a reason to refuse a chat.
fn shown(page: Page) -> Option<Page> {
    let is_web = page.url.starts_with("https://") || page.url.starts_with("http://");
    let line = |mut text: String| {
        text.retain(|c| !breaks_lines(c));
        text.truncate(text.floor_char_boundary(MAX_PAGE));
        text
    };
    is_web.then(|| Page {
        url: line(page.url),
        title: page.title.map(line).filter(|title| !title.is_empty()),
    })
}

/// An address without what is hidden of it, also where it is written in percent signs: then it ends
/// before its query, or before its path.
fn clean_address(url: String, clean: impl Fn(String) -> String) -> String {
    let url = clean(url);
    let is_clean = |part: &str| {
        let read = decoded(part);
        clean(read.clone()) == read
    };
    if is_clean(&url) {
        return url;
    }
    let path = url.split(['?', '#']).next().unwrap_or_default();
    match (is_clean(path), Url::parse(path)) {
        (true, _) => path.to_owned(),
        (false, Ok(whole)) => whole.origin().ascii_serialization(),
        (false, Err(_)) => String::new(),
    }
}

fn decoded(text: &str) -> String {
    let whole = text.replace('&', "%26");
    form_urlencoded::parse(whole.as_bytes())
        .map(|(before, behind)| format!("{before}={behind}"))
        .collect()
}
