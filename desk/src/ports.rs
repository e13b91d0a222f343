//! What the desk needs from others, in the desk's own words.

use std::{error::Error, future::Future, pin::Pin, time::Duration};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::{
    agent::Presence,
    attachment::{Attached, Attachment},
    ids::{AgentId, ChatId, EffectId, EventId, MaskId, MediaId, RoomId, ServiceSlug, Timestamp},
    masks::Sealed,
    power::Powers,
};

pub use crate::store::{Store, Tx};

/// The store could not do it; its own words are in the source.
#[derive(Debug, thiserror::Error)]
#[error("the store failed")]
pub struct StoreError(#[source] Box<dyn Error + Send + Sync>);

impl StoreError {
    pub fn new(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

/// Why something did not reach the homeserver, as what to do next.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// Try again, not before `after` if the homeserver named a time.
    #[error("try again later")]
    Later {
        after: Option<Duration>,
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Trying again will not help.
    #[error("will never be delivered: {reason}")]
    Never { reason: String },
}

pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// Ends when `now()` has reached `until`.
    fn sleep_until(&self, until: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// Makes identifiers that nobody has made before.
pub trait Ids: Send + Sync {
    /// A ULID: 26 characters, sortable by time.
    fn ulid(&self) -> String;

    /// 256 bits that nobody can foresee, in hexadecimal: a key to something.
    fn secret(&self) -> String;

    /// A number nobody can foresee, for what is left to chance.
    fn luck(&self) -> u64 {
        let digest = Sha256::digest(self.ulid().as_bytes());
        digest
            .iter()
            .take(8)
            .fold(0, |number, byte| (number << 8) | u64::from(*byte))
    }
}

/// Those who watch a chat from the customer's side.
pub trait Audience: Send + Sync {
    /// Events of the chat were committed. Called after every commit that appended some; must not block.
    fn chat_changed(&self, chat: &ChatId);

    /// Something of the desk was committed, whatever it was. Must not block.
    fn desk_changed(&self) {}

    /// Whether a page of the chat's customer is open now.
    fn is_watched(&self, chat: &ChatId) -> bool {
        let _ = chat;
        false
    }

    /// Exactly these agents type now, by the names customers know. Must not block.
    fn typing(&self, _chat: &ChatId, _agents: Vec<String>) {}

    /// An agent has read what the chat's record has up to `seq`. Must not block.
    fn read(&self, _chat: &ChatId, _seq: u64) {}
}

/// What becomes of a text typed to the bot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was no command, or what it did is seen without an answer.
    Nothing,
    /// It was done: a reaction is answer enough.
    Done,
    Words(String),
}

/// What the bot's own account asks of the desk. The engine answers.
#[async_trait]
pub trait Reception: Send + Sync {
    /// Whether this person may have a management room with the bot (an agent or an admin).
    async fn admits(&self, person: &AgentId) -> Result<bool, StoreError>;

    /// Carries out a command typed in a management room.
    async fn command(&self, person: &AgentId, text: &str) -> Result<Answer, StoreError>;

    /// The text with which the bot explains that it cannot read an encrypted message.
    fn cannot_decrypt(&self) -> String;

    /// Greets a person in a new management room.
    fn greeting(&self) -> String;

    /// The homeserver told presence. Repetitions are cheap.
    async fn presence(&self, seen: &[(AgentId, Presence)]) -> Result<(), StoreError>;
}

/// How a portal shall look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortalPlan {
    pub chat: ChatId,
    pub name: String,
    pub topic: String,
    pub ghost: Ghost,
    /// The space it belongs to, where there is one already.
    pub space: Option<RoomId>,
    pub powers: Powers,
}

/// How a room of a service shall look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRoomPlan {
    pub service: ServiceSlug,
    pub name: String,
    pub topic: String,
    pub powers: Powers,
}

/// A customer's virtual user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ghost {
    /// The localpart of its Matrix user id.
    pub localpart: String,
    /// The customer's name, set before it first joins a room.
    pub name: String,
}

/// A customer's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said<'a> {
    pub text: &'a str,
    /// What they answer.
    pub reply_to: Option<&'a EventId>,
    pub at: Timestamp,
}

/// What stands in a room for events that are hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement<'a> {
    /// The customer; `None`: an agent, in whose name the bot says it.
    pub ghost: Option<&'a Ghost>,
    /// With the agent's name before it where the bot says it.
    pub text: &'a str,
    pub html: Option<&'a str>,
    pub file: Option<&'a Attached>,
    pub reply_to: Option<&'a EventId>,
    /// When it was said first.
    pub at: Timestamp,
    /// The event it stands for.
    pub replaces: &'a EventId,
    /// Masked parts of the text, in Unicode scalar values.
    pub spans: &'a [(usize, usize)],
}

/// The files the homeserver keeps.
#[async_trait]
pub trait Media: Send + Sync {
    /// The bytes, as they come. What is larger than `most` bytes breaks off.
    async fn download(&self, media: &MediaId, most: u64) -> Result<Download, DeliveryError>;
}

/// A file on its way from the homeserver.
pub struct Download {
    /// In bytes, if the homeserver says.
    pub size: Option<u64>,
    pub bytes: BoxStream<'static, Result<Vec<u8>, DeliveryError>>,
}

/// The rooms and people of the homeserver. Every call may be repeated with the same key or
/// arguments and then has happened once.
#[async_trait]
pub trait Homeserver: Send + Sync {
    /// Makes the portal (or finds the one made before) with the ghost and the bot in it.
    async fn open_portal(&self, plan: &PortalPlan) -> Result<RoomId, DeliveryError>;

    /// Makes a service's desk room (or finds the one made before).
    async fn open_desk(&self, plan: &ServiceRoomPlan) -> Result<RoomId, DeliveryError>;

    /// Makes a service's space (or finds the one made before).
    async fn open_space(&self, plan: &ServiceRoomPlan) -> Result<RoomId, DeliveryError>;

    /// Lists the room in the space, before those whose `order` is greater (ASCII, at most 50), and
    /// the space as where the room belongs.
    async fn list(&self, space: &RoomId, room: &RoomId, order: &str) -> Result<(), DeliveryError>;

    /// Takes the room off the space's list.
    async fn delist(&self, space: &RoomId, room: &RoomId) -> Result<(), DeliveryError>;

    /// Gives people power in the room, and takes it from all others but our own.
    async fn empower(&self, room: &RoomId, powers: &Powers) -> Result<(), DeliveryError>;

    /// Invites unless it is invited or in the room already.
    async fn invite(&self, room: &RoomId, agent: &AgentId) -> Result<(), DeliveryError>;

    /// Takes back an invitation that was not accepted; leaves alone who has joined.
    async fn withdraw(&self, room: &RoomId, agent: &AgentId) -> Result<(), DeliveryError>;

    /// A customer's words, by the ghost, with the time they were written.
    async fn say(
        &self,
        room: &RoomId,
        ghost: &Ghost,
        said: &Said<'_>,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError>;

    /// A customer's file; where the homeserver keeps it. A repeat keeps it once more.
    async fn upload(
        &self,
        ghost: &Ghost,
        file: &Attachment,
        bytes: Vec<u8>,
    ) -> Result<MediaId, DeliveryError>;

    /// An uploaded file, by the ghost, with the time it was sent.
    async fn attach(
        &self,
        room: &RoomId,
        ghost: &Ghost,
        file: &Attached,
        at: Timestamp,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError>;

    /// A notice of the bot: does not ring.
    async fn notify(
        &self,
        room: &RoomId,
        text: &str,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError>;

    /// The bot's answer to a message: a notice that replies to it.
    async fn answer(
        &self,
        room: &RoomId,
        to: &EventId,
        text: &str,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError>;

    /// A reaction of the bot to a message.
    async fn react(
        &self,
        room: &RoomId,
        to: &EventId,
        symbol: &str,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError>;

    /// Hides an event of the room for everybody.
    async fn redact(
        &self,
        room: &RoomId,
        event: &EventId,
        reason: &str,
        key: &EffectId,
    ) -> Result<(), DeliveryError>;

    /// Deletes a file that this agent (`None`: one of ours) has uploaded. One that is gone is no
    /// failure; somebody else's is.
    async fn erase(&self, media: &MediaId, by: Option<&AgentId>) -> Result<(), DeliveryError>;

    /// Says again, masked, what was hidden.
    async fn replace(
        &self,
        room: &RoomId,
        replacement: &Replacement<'_>,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError>;

    /// Takes somebody out of the room, joined or invited, and says why.
    async fn remove(
        &self,
        room: &RoomId,
        agent: &AgentId,
        reason: &str,
    ) -> Result<(), DeliveryError>;

    /// A text of the bot that mentions the agents and links a room: rings.
    async fn mention(
        &self,
        room: &RoomId,
        agents: &[AgentId],
        text: &str,
        link: &RoomId,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError>;

    async fn rename(&self, room: &RoomId, name: &str) -> Result<(), DeliveryError>;

    /// Shows that the customer types, for 30 s, or that it does not.
    async fn typing(&self, room: &RoomId, ghost: &Ghost, typing: bool)
    -> Result<(), DeliveryError>;

    /// Shows that the customer has read up to this event.
    async fn read(
        &self,
        room: &RoomId,
        ghost: &Ghost,
        event: &EventId,
    ) -> Result<(), DeliveryError>;

    /// Sets the room's topic.
    async fn describe(&self, room: &RoomId, topic: &str) -> Result<(), DeliveryError>;

    /// What the homeserver says of the person; `Unknown` when it does not tell us.
    async fn presence_of(&self, agent: &AgentId) -> Result<Presence, DeliveryError>;

    /// A link to the room that clients open.
    fn permalink(&self, room: &RoomId) -> String;

    /// Takes everybody out of a portal, the ghost and at last the bot too, and its alias away.
    /// `false`: the bot was not there any more, so it was done before.
    async fn empty(
        &self,
        room: &RoomId,
        ghost: &Ghost,
        chat: &ChatId,
    ) -> Result<bool, DeliveryError>;

    /// Takes the ghost's name away, in the rooms it is in, too. One that never was has none.
    async fn unname(&self, ghost: &Ghost) -> Result<(), DeliveryError>;

    /// Whether the homeserver keeps presence at all. One that does not says of everybody that
    /// they are offline.
    async fn presence_works(&self) -> Result<bool, DeliveryError>;
}

/// Why what is under a mask cannot be had. Holds nothing of it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error("there is no vault")]
    NoVault,
    /// It was sealed with a key that is not there now.
    #[error("the vault's key {0} is missing")]
    KeyMissing(String),
    #[error("what is sealed was changed, or belongs to another mask or key")]
    Changed,
    #[error("the vault cannot be used: {0}")]
    Unusable(String),
}

/// Encrypts what is under masks with a key that is not in the database.
pub trait Vault: Send + Sync {
    /// For this mask alone. `None`: there is no vault, what is masked is gone.
    fn seal(&self, mask: &MaskId, plain: &[u8]) -> Result<Option<Sealed>, VaultError>;

    fn open(&self, mask: &MaskId, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, VaultError>;

    /// How long what is sealed is kept; zero: there is no vault.
    fn keeps(&self) -> Duration;

    /// How long somebody who looks under a mask sees what is there.
    fn shows(&self) -> Duration;
}

/// No key, no vault: masking is final.
pub struct NoVault;

impl Vault for NoVault {
    fn seal(&self, _: &MaskId, _: &[u8]) -> Result<Option<Sealed>, VaultError> {
        Ok(None)
    }

    fn open(&self, _: &MaskId, _: &Sealed) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        Err(VaultError::NoVault)
    }

    fn keeps(&self) -> Duration {
        Duration::ZERO
    }

    fn shows(&self) -> Duration {
        Duration::ZERO
    }
}

/// Something to say to one person in a room of the two.
pub struct Whisper<'w> {
    pub room: &'w RoomId,
    pub person: &'w AgentId,
    pub text: &'w str,
    /// Said instead when somebody else is there, too.
    pub in_company: &'w str,
    /// Whether the person's client shall call it; then what carries calls to phones sees the words.
    pub rings: bool,
}

/// Something that was said to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub event: EventId,
    /// By the homeserver's clock: of a repeat, when it was said first.
    pub at: Timestamp,
}

/// Speaks to one person alone.
#[async_trait]
pub trait Confidant: Send + Sync {
    /// Whether it could speak now.
    fn is_ready(&self) -> bool;

    /// A management room with the person and nobody else, made if there is none.
    async fn room_with(&self, person: &AgentId) -> Result<RoomId, DeliveryError>;

    /// A repeat in the same room with the same key is one message. Errors hold nothing of the text.
    async fn tell(&self, whisper: &Whisper<'_>, key: &EffectId) -> Result<Told, DeliveryError>;
}

/// A letter to a customer.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    /// The same for every attempt at this letter.
    pub key: EffectId,
}

/// Sends mail.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Errors hold neither the address nor what is written.
    async fn send(&self, mail: &Mail) -> Result<(), DeliveryError>;
}

/// What a client gives a room widget to show who its person is (client-server API, "OpenID").
#[derive(Clone, PartialEq, Eq)]
pub struct OpenIdToken {
    pub access_token: String,
    /// The name of the homeserver that gave it, as the client says.
    pub server_name: String,
}

/// Knows who somebody is that comes from a room, and whether it is in there.
#[async_trait]
pub trait Doorkeeper: Send + Sync {
    /// Whom the homeserver gave the token to. `None`: it knows no such token, or is not the one
    /// we trust.
    async fn person_of(&self, token: &OpenIdToken) -> Result<Option<AgentId>, DeliveryError>;

    async fn is_in(&self, room: &RoomId, person: &AgentId) -> Result<bool, DeliveryError>;
}

/// Something to be told to a webhook.
pub struct HookPost {
    pub url: String,
    /// The same for every attempt.
    pub id: EffectId,
    /// Of this attempt.
    pub at: Timestamp,
    pub body: String,
    /// With each of these it is signed.
    pub secrets: Vec<Zeroizing<Vec<u8>>>,
}

/// Why a webhook was not told.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// Try again, not before `after` if its address named a time. The trouble is in a few words and
    /// holds nothing of the address or of what it answered.
    #[error("{trouble}")]
    Later {
        after: Option<Duration>,
        trouble: String,
    },
    /// Nobody there wants to be told anything any more.
    #[error("it is gone")]
    Gone,
}

/// Tells programs elsewhere.
#[async_trait]
pub trait Webhooks: Send + Sync {
    async fn post(&self, post: &HookPost) -> Result<(), PostError>;
}
