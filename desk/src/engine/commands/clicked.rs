//! Commands given at the console: the same as typed ones, with the same checks and on the same
//! record.

use super::{
    super::{Engine, Work, claim::Take, console::sees, route::Because},
    Asker, Place,
    chats::taken_words,
};
use crate::{
    chat::{Chat, ChatState, check_message},
    command::Typed,
    console::{ConsoleError, Session},
    effect::{Effect, Notice},
    engine::Sent,
    event::{Author, ClosedBy, Message},
    ids::{AgentId, ChatId, ClientKey, MessageId, TokenHash},
    permission::Permission,
    ports::{Answer, StoreError},
    refusal::Refusal,
    texts::{closing, routing as texts},
};

mod masks;
mod tickets;

pub use masks::MaskWish;
pub use tickets::TicketWish;

/// The longest key of a page, in bytes.
const MAX_KEY: usize = 64;

/// What was done, or why not; both end the transaction with what is on record.
type Outcome<T> = Result<T, ConsoleError>;

impl Engine {
    /// The agent takes the chat: from here on it is its own, also if it is not in the room yet.
    pub async fn console_accepts(&self, session: &Session, chat: &ChatId) -> Outcome<()> {
        let (mut work, asker, mut chat) = self.seated(session, chat).await?;
        let outcome = work.accepts(&asker, &mut chat).await;
        work.ended(outcome).await
    }

    /// Gives back an offer.
    pub async fn console_declines(&self, session: &Session, chat: &ChatId) -> Outcome<()> {
        let (mut work, asker, mut chat) = self.seated(session, chat).await?;
        let outcome = work.declines(&asker, &mut chat).await;
        work.ended(outcome).await
    }

    pub async fn console_closes(&self, session: &Session, chat: &ChatId) -> Outcome<()> {
        let (mut work, asker, mut chat) = self.seated(session, chat).await?;
        let outcome = work.closes(&asker, &mut chat).await;
        work.ended(outcome).await
    }

    /// Asks the customer for a rating.
    pub async fn console_asks_rating(&self, session: &Session, chat: &ChatId) -> Outcome<()> {
        let (mut work, asker, chat) = self.seated(session, chat).await?;
        let outcome = work.asks_rating(&asker, &chat).await;
        work.ended(outcome).await
    }

    /// To an agent or a `#group`.
    pub async fn console_transfers(
        &self,
        session: &Session,
        chat: &ChatId,
        to: String,
        note: Option<String>,
    ) -> Outcome<()> {
        let (mut work, asker, chat) = self.seated(session, chat).await?;
        let outcome = work.transfers(&asker, chat, to, note).await;
        work.ended(outcome).await
    }

    /// Says something to the customer in the agent's name; in the room the bot says it. The same
    /// key again is the same message.
    pub async fn console_says(
        &self,
        session: &Session,
        chat: &ChatId,
        key: &str,
        text: &str,
    ) -> Outcome<Sent> {
        check_message(text)?;
        let key = key_of(session, key)?;
        let (mut work, asker, chat) = self.seated(session, chat).await?;
        let outcome = work.says(&asker, chat, key, text).await;
        work.ended(outcome).await
    }

    /// A transaction about a chat that this person may see.
    async fn seated(&self, session: &Session, chat: &ChatId) -> Outcome<(Work<'_>, Asker, Chat)> {
        let mut work = self.begin().await?;
        let found = work.tx.find_chat(chat).await?;
        let chat = found.ok_or(ConsoleError::Missing)?;
        let held = work.permissions(&session.person, &chat.service).await?;
        let person = &session.person;
        let had = work.tx.has_had(&chat.id, person).await?;
        if !sees(session, &chat, &held, had) {
            return Err(ConsoleError::Missing);
        }
        // Who does something here is there, as in a room. It may be offered this very chat for it.
        let now = work.now;
        work.is_active(&session.person, now).await?;
        let found = work.tx.find_chat(&chat.id).await?;
        let chat = found.ok_or(ConsoleError::Missing)?;
        let asker = work.asker(&session.person, None, None).await?;
        Ok((work, asker, chat))
    }
}

impl Work<'_> {
    /// A refusal may be on record; whatever failed changes nothing.
    pub(super) async fn ended<T>(self, outcome: Outcome<T>) -> Outcome<T> {
        match &outcome {
            Ok(_) | Err(ConsoleError::Denied(_) | ConsoleError::Unable(_)) => self.commit().await?,
            Err(_) => {}
        }
        outcome
    }

    /// Who may not is told as after the typed command.
    async fn may(
        &mut self,
        asker: &Asker,
        chat: &Chat,
        permission: Permission,
        command: &str,
    ) -> Outcome<()> {
        let service = &chat.service;
        let denied = self.denied(asker, service, permission, command).await?;
        no_to(denied)
    }

    async fn accepts(&mut self, asker: &Asker, chat: &mut Chat) -> Outcome<()> {
        self.may(asker, chat, Permission::Chat, "!take").await?;
        let service = self.tx.find_service(&chat.service).await?;
        let service = service.ok_or(ConsoleError::Missing)?;
        // As if it were in the room: there is no invitation to wait for.
        match self.take(chat, &asker.person, &service, true).await? {
            Take::Taken | Take::Yours | Take::Offered => Ok(()),
            Take::HeldBy(agent) if agent == asker.person => Ok(()),
            refused => Err(ConsoleError::Unable(taken_words(
                asker,
                chat.number,
                &refused,
            ))),
        }
    }

    async fn declines(&mut self, asker: &Asker, chat: &mut Chat) -> Outcome<()> {
        let is_its =
            matches!(&chat.state, ChatState::Offered { agent, .. } if *agent == asker.person);
        if !is_its {
            let words = texts::nothing_offered(asker.language);
            return Err(ConsoleError::Unable(words));
        }
        Ok(self.release(chat, Because::Declined).await?)
    }

    async fn closes(&mut self, asker: &Asker, chat: &mut Chat) -> Outcome<()> {
        self.may(asker, chat, Permission::Chat, "!close").await?;
        self.must_have(asker, chat).await?;
        let agent = asker.person.clone();
        let notice = Notice::AgentEnded { agent };
        match self.close(chat, ClosedBy::Agent, notice).await? {
            true => Ok(()),
            false => Err(is_over(asker)),
        }
    }

    /// It has the chat, hands it over, or was brought in; a supervisor has to do with all.
    async fn must_have(&mut self, asker: &Asker, chat: &Chat) -> Outcome<()> {
        let held = self.permissions(&asker.person, &chat.service).await?;
        let is_its = held.holds(Permission::Supervise) || self.has_to_do_with(asker, chat).await?;
        match is_its || chat.state.is_closed() {
            true => Ok(()),
            false => Err(ConsoleError::Unable(texts::not_your_chat(asker.language))),
        }
    }

    async fn has_to_do_with(&mut self, asker: &Asker, chat: &Chat) -> Result<bool, StoreError> {
        let is_guest = self.tx.is_guest(&chat.id, &asker.person).await?;
        Ok(is_guest || is_of(chat, &asker.person))
    }

    async fn asks_rating(&mut self, asker: &Asker, chat: &Chat) -> Outcome<()> {
        self.may(asker, chat, Permission::Chat, "!rate").await?;
        self.must_have(asker, chat).await?;
        if chat.state.is_closed() {
            return Err(is_over(asker));
        }
        match self.ask_rating(&chat.id).await? {
            true => Ok(()),
            false => Err(ConsoleError::Unable(closing::asked_for_rating(
                asker.language,
            ))),
        }
    }

    async fn transfers(
        &mut self,
        asker: &Asker,
        mut chat: Chat,
        to: String,
        note: Option<String>,
    ) -> Outcome<()> {
        let held = self.permissions(&asker.person, &chat.service).await?;
        if !held.holds(Permission::Supervise) {
            self.may(asker, &chat, Permission::Chat, "!transfer")
                .await?;
        }
        let note = match note {
            Some(note) => Some(self.clean(&chat.service, note).await?),
            None => None,
        };
        let before = (chat.state.clone(), chat.handling.clone());
        let place = Place::Portal(&mut chat);
        let answer = self.transfer_command(asker, place, to, note).await?;
        match answer {
            // With a word of warning, for nobody is there to take it at the moment.
            Answer::Words(words) if (&chat.state, &chat.handling) == (&before.0, &before.1) => {
                Err(ConsoleError::Unable(words))
            }
            _ => Ok(()),
        }
    }

    async fn says(
        &mut self,
        asker: &Asker,
        mut chat: Chat,
        key: ClientKey,
        text: &str,
    ) -> Outcome<Sent> {
        self.may(asker, &chat, Permission::Chat, "!take").await?;
        if let Some((seq, id)) = self.tx.find_message_by_key(&chat.id, &key).await? {
            return Ok(Sent { key, seq, id });
        }
        let Typed::Words(text) = self.read(text) else {
            let why = "commands are for the room; two exclamation marks send one";
            return Err(Refusal::invalid("text", why).into());
        };
        if chat.state.is_closed() {
            return Err(is_over(asker));
        }
        // Who answers takes it, if it may; else its words would cross with another's.
        if !self.has_to_do_with(asker, &chat).await? {
            self.accepts(asker, &mut chat).await?;
        }
        self.answered(&mut chat, &asker.person).await?;
        let (seq, message) = self
            .say_as(&chat, &asker.person, Some(key.clone()), text)
            .await?;
        self.suggest(&chat, &message).await?;
        let id = message.id;
        Ok(Sent { key, seq, id })
    }

    /// Words of an agent that it did not write in the room.
    pub(super) async fn say_as(
        &mut self,
        chat: &Chat,
        agent: &AgentId,
        key: Option<ClientKey>,
        text: String,
    ) -> Result<(u64, Message), StoreError> {
        let known = self.tx.find_agent(&chat.service, agent).await?;
        let id = MessageId::new(self.engine.ids.ulid());
        let mut message = Message {
            id: id.clone(),
            key,
            from: Author::Agent {
                name: known.map_or_else(|| agent.to_string(), |known| known.name),
            },
            text,
            html: None,
            reply_to: None,
            attachment: None,
            masked: false,
        };
        let seq = self.record(chat, &mut message).await?;
        // Who answers has read.
        self.read = Some((chat.id.clone(), seq));
        self.enqueue(Effect::SayAs {
            chat: chat.id.clone(),
            message: id,
        })
        .await?;
        Ok((seq, message))
    }
}

/// Active with this agent, or handed over by it and not taken yet.
pub(in crate::engine) fn is_of(chat: &Chat, agent: &AgentId) -> bool {
    let holds = matches!(&chat.state, ChatState::Active { agent: holder } if holder == agent);
    holds || chat.handling.handed_over_by.as_ref() == Some(agent)
}

fn no_to(denied: Option<Answer>) -> Outcome<()> {
    match denied {
        Some(Answer::Words(words)) => Err(ConsoleError::Denied(words)),
        _ => Ok(()),
    }
}

fn is_over(asker: &Asker) -> ConsoleError {
    ConsoleError::Unable(closing::closed_already(asker.language))
}

/// A customer's page cannot guess it, and the same words of another agent are others.
fn key_of(session: &Session, key: &str) -> Outcome<ClientKey> {
    if key.is_empty() || key.len() > MAX_KEY {
        let why = format!("1 to {MAX_KEY} bytes, another for each message");
        return Err(Refusal::invalid("key", why).into());
    }
    let hash = TokenHash::of(&format!("{} {key}", session.person));
    Ok(ClientKey::new(format!("console-{hash}")))
}
