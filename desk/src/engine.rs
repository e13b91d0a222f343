//! The engine: every change of the desk is one transaction here (load, decide, save), and what
//! must leave is committed with it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, OnceLock},
};

use event_listener::{Event, EventListener};

use crate::{
    command::{Language, Manner},
    doctor::Doctor,
    effect::Effect,
    event::ChatEventKind,
    gestures::Gestures,
    ids::{AgentId, ChatId, EffectId, Timestamp},
    masking::Detectors,
    ports::{Audience, Clock, Ids, NoVault, StoreError, Vault},
    store::{Store, Tx},
    webhook::Allowed,
};

mod accept;
mod agents;
mod claim;
mod closing;
mod commands;
mod console;
mod customers;
mod delivered;
mod erasing;
mod erasure;
mod export;
mod files;
mod gestures;
mod grace;
mod identify;
mod inquiries;
mod keys;
mod masking;
mod outside;
mod presence;
mod queue;
mod retention;
mod revoke;
mod rooms;
mod route;
mod setup;
mod suggestions;
mod telling;
mod tickets;
mod transcripts;
mod transfer;
mod vault;
mod webhooks;

pub use commands::{MaskWish, TicketWish};
pub use console::{ChatView, Overview, ReportView, TicketView};
pub use customers::{Sent, StartChat, Started};
pub use export::Person;
pub use files::NewFile;
pub use gestures::ReadUpTo;
pub use inquiries::Inquiry;
pub use keys::Shown;
pub use outside::{Once, TicketEdit, WantedTicket};
pub use setup::{AgentSetup, ServiceSetup};
pub use telling::Telling;
pub use vault::Look;

pub struct Engine {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    audience: Arc<dyn Audience>,
    admins: Vec<AgentId>,
    manner: Manner,
    /// Who looks at everything; known once there is a homeserver to look at.
    doctor: OnceLock<Arc<dyn Doctor>>,
    outbox: Event,
    deadlines: Event,
    gestures: Gestures,
    /// Something is to be told to webhooks.
    hooks: Event,
    /// Addresses beside us that webhooks may be at.
    allowed: Allowed,
    vault: Arc<dyn Vault>,
    erases_media: bool,
    /// By the admin's patterns.
    detectors: Mutex<HashMap<BTreeMap<String, String>, Arc<Detectors>>>,
    /// Whether there is a mail server.
    sends_mail: bool,
    /// The address of the agents' page.
    console: Option<String>,
    /// What came of the last look whether the homeserver keeps presence.
    presence_works: Mutex<Option<bool>>,
}

impl Engine {
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        audience: Arc<dyn Audience>,
        admins: Vec<AgentId>,
    ) -> Self {
        Self {
            store,
            clock,
            ids,
            audience,
            admins,
            manner: Manner::default(),
            doctor: OnceLock::new(),
            outbox: Event::new(),
            deadlines: Event::new(),
            gestures: Gestures::default(),
            hooks: Event::new(),
            allowed: Allowed::default(),
            vault: Arc::new(NoVault),
            erases_media: false,
            detectors: Mutex::default(),
            sends_mail: false,
            console: None,
            presence_works: Mutex::new(None),
        }
    }

    /// Where what is under masks is kept.
    #[must_use]
    pub fn with_vault(mut self, vault: Arc<dyn Vault>) -> Self {
        self.vault = vault;
        self
    }

    /// Mails leave.
    #[must_use]
    pub fn with_mail(mut self, sends_mail: bool) -> Self {
        self.sends_mail = sends_mail;
        self
    }

    /// Where the agents' page is.
    #[must_use]
    pub fn with_console(mut self, address: impl Into<String>) -> Self {
        self.console = Some(address.into());
        self
    }

    /// What commands begin with, and the bot's names.
    #[must_use]
    pub fn with_manner(mut self, manner: Manner) -> Self {
        self.manner = manner;
        self
    }

    /// Who answers `!doctor`. Only the first counts.
    pub fn call_doctor(&self, doctor: Arc<dyn Doctor>) {
        let _ = self.doctor.set(doctor);
    }

    /// The admins of the settings file.
    pub fn admins(&self) -> &[AgentId] {
        &self.admins
    }

    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Whether the person is an admin by the settings.
    pub fn is_admin(&self, person: &AgentId) -> bool {
        self.admins.contains(person)
    }

    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Hears of the next commit that put something into the outbox.
    pub fn outbox_filled(&self) -> EventListener {
        self.outbox.listen()
    }

    /// Hears of the next commit that may have moved the next deadline.
    pub fn deadline_moved(&self) -> EventListener {
        self.deadlines.listen()
    }

    async fn begin(&self) -> Result<Work<'_>, StoreError> {
        let tx = self.store.begin().await?;
        // The time is read inside, so that transactions are timed in the order they happen.
        Ok(Work {
            now: self.clock.now(),
            tx,
            engine: self,
            changed: Vec::new(),
            read: None,
            queued: Vec::new(),
            sends: false,
            posts: false,
            moves: false,
            quiet: false,
            examine: None,
        })
    }

    /// As `begin`, for what nobody sees: the bookkeeping of what was delivered.
    async fn begin_quietly(&self) -> Result<Work<'_>, StoreError> {
        let mut work = self.begin().await?;
        work.quiet = true;
        Ok(work)
    }
}

/// A transaction and whom to tell when it is committed.
struct Work<'a> {
    tx: Box<dyn Tx + 'a>,
    engine: &'a Engine,
    now: Timestamp,
    changed: Vec<ChatId>,
    /// Up to where an agent has certainly read.
    read: Option<(ChatId, u64)>,
    /// Chats that came to the queue in this transaction.
    queued: Vec<ChatId>,
    sends: bool,
    posts: bool,
    moves: bool,
    /// Nothing that anybody looks at changes.
    quiet: bool,
    /// Whether everything shall be looked at after the commit, and in which language it is told.
    examine: Option<Language>,
}

impl Work<'_> {
    async fn append(&mut self, chat: &ChatId, what: &ChatEventKind) -> Result<u64, StoreError> {
        let seq = self.tx.append(chat, self.now, what).await?;
        self.changed.push(chat.clone());
        self.keep_time(chat, what).await?;
        Ok(seq)
    }

    async fn enqueue(&mut self, effect: Effect) -> Result<(), StoreError> {
        // Who is invited shall find the chat in the space, too.
        if let Effect::Invite { chat, .. } | Effect::Call { chat, .. } = &effect {
            let chat = chat.clone();
            self.put(Effect::List { chat }).await?;
        }
        self.put(effect).await
    }

    async fn put(&mut self, effect: Effect) -> Result<(), StoreError> {
        let id = EffectId::new(self.engine.ids.ulid());
        self.sends = true;
        self.tx.enqueue(&id, &effect, self.now).await
    }

    async fn commit(self) -> Result<(), StoreError> {
        let Self {
            tx,
            engine,
            changed,
            read,
            sends,
            posts,
            moves,
            quiet,
            ..
        } = self;
        tx.commit().await?;
        // First what has the longer way.
        if let Some((chat, seq)) = read {
            engine.audience.read(&chat, seq);
        }
        if sends {
            engine.outbox.notify(usize::MAX);
        }
        if posts {
            engine.hooks.notify(usize::MAX);
        }
        for chat in &changed {
            engine.audience.chat_changed(chat);
        }
        if moves {
            engine.deadlines.notify(usize::MAX);
        }
        if !quiet {
            engine.audience.desk_changed();
        }
        Ok(())
    }
}
