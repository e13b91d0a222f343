//! Tells those who watch a chat that something happened in it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use desk::{ids::ChatId, ports::Audience};
use tokio::{sync::watch, time::Instant};
use tokio_util::sync::CancellationToken;

/// How many sockets and long polls may watch one chat; a customer has a few tabs.
const MAX_WATCHERS: usize = 16;
/// Of how many chats is known what agents type and have read; all is forgotten when there are more.
const REMEMBERED: usize = 10_000;
/// Whoever types longer without a pause is taken to have been forgotten by the homeserver.
const LONGEST_TYPING: Duration = Duration::from_secs(120);

/// Holds one entry for each chat that is watched, and no events: those are read from the store.
#[derive(Default)]
pub struct Live {
    chats: Mutex<HashMap<ChatId, Watched>>,
    /// What is stored nowhere else.
    agents: Mutex<HashMap<ChatId, Agents>>,
    /// Anything of the desk, for those who work there.
    desk: watch::Sender<()>,
    stopping: CancellationToken,
}

/// What the agents of a chat do beside writing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Agents {
    /// Who types, by name.
    pub typing: Vec<String>,
    since: Option<Instant>,
    /// Up to where one of them has read.
    pub read: u64,
}

impl Agents {
    fn without_the_forgotten(mut self) -> Self {
        let is_over = |since: Instant| since.elapsed() > LONGEST_TYPING;
        if self.since.is_some_and(is_over) {
            self.typing.clear();
        }
        self
    }
}

/// What a watcher hears of.
pub(crate) enum News {
    Events,
    Agents,
}

#[derive(Default)]
struct Watched {
    wake: watch::Sender<()>,
    agents: watch::Sender<()>,
    /// All who watch, and how many of them are the customer's.
    watchers: usize,
    customers: usize,
}

impl Live {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    /// Ends all sockets and long polls, those of the future too: they would hold up a shutdown.
    pub fn stop(&self) {
        self.stopping.cancel();
    }

    /// How many sockets and long polls are open.
    pub fn watchers(&self) -> usize {
        self.chats().values().map(|chat| chat.watchers).sum()
    }

    pub(crate) async fn stopped(&self) {
        self.stopping.cancelled().await;
    }

    /// Hears of every event committed from now on: watch first, then read what is there already.
    /// `None` when too many watch this chat.
    pub(crate) fn watch(self: &Arc<Self>, chat: &ChatId) -> Option<Watch> {
        let mut chats = self.chats();
        let watched = chats.entry(chat.clone()).or_default();
        let has_room = watched.customers < MAX_WATCHERS;
        has_room.then(|| self.watched_by(chat, watched, true))
    }

    /// For an agent at the console, who takes no customer's place.
    pub(crate) fn watch_aside(self: &Arc<Self>, chat: &ChatId) -> Watch {
        let mut chats = self.chats();
        let watched = chats.entry(chat.clone()).or_default();
        self.watched_by(chat, watched, false)
    }

    /// Hears of every commit from now on.
    pub(crate) fn watch_desk(&self) -> watch::Receiver<()> {
        self.desk.subscribe()
    }

    fn watched_by(self: &Arc<Self>, chat: &ChatId, watched: &mut Watched, customer: bool) -> Watch {
        watched.watchers += 1;
        watched.customers += usize::from(customer);
        Watch {
            live: self.clone(),
            chat: chat.clone(),
            is_customer: customer,
            changes: watched.wake.subscribe(),
            agents: watched.agents.subscribe(),
        }
    }

    fn agents(&self) -> MutexGuard<'_, HashMap<ChatId, Agents>> {
        self.agents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is known of the agents, and tells those who watch.
    fn note(&self, chat: &ChatId, change: impl FnOnce(&mut Agents)) {
        let mut agents = self.agents();
        if agents.len() >= REMEMBERED && !agents.contains_key(chat) {
            agents.clear();
        }
        change(agents.entry(chat.clone()).or_default());
        drop(agents);
        if let Some(watched) = self.chats().get(chat) {
            watched.agents.send_replace(());
        }
    }

    fn chats(&self) -> MutexGuard<'_, HashMap<ChatId, Watched>> {
        self.chats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Audience for Live {
    fn chat_changed(&self, chat: &ChatId) {
        if let Some(watched) = self.chats().get(chat) {
            watched.wake.send_replace(());
        }
    }

    fn desk_changed(&self) {
        self.desk.send_replace(());
    }

    fn is_watched(&self, chat: &ChatId) -> bool {
        let chats = self.chats();
        chats.get(chat).is_some_and(|chat| chat.customers > 0)
    }

    fn typing(&self, chat: &ChatId, agents: Vec<String>) {
        self.note(chat, |known| {
            known.since = (!agents.is_empty()).then(Instant::now);
            known.typing = agents;
        });
    }

    fn read(&self, chat: &ChatId, seq: u64) {
        self.note(chat, |known| known.read = known.read.max(seq));
    }
}

/// One watcher of one chat.
pub(crate) struct Watch {
    live: Arc<Live>,
    chat: ChatId,
    is_customer: bool,
    changes: watch::Receiver<()>,
    agents: watch::Receiver<()>,
}

impl Watch {
    /// Several changes since the last call are one.
    pub async fn changed(&mut self) {
        // The sender lives as long as its entry, and the entry as long as this.
        let _ = self.changes.changed().await;
    }

    /// As `changed`, and of what agents do beside writing.
    pub async fn news(&mut self) -> News {
        tokio::select! {
            _ = self.changes.changed() => News::Events,
            _ = self.agents.changed() => News::Agents,
        }
    }

    pub fn agents(&self) -> Agents {
        let known = self.live.agents().get(&self.chat).cloned();
        known.unwrap_or_default().without_the_forgotten()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut chats = self.live.chats();
        if let Some(watched) = chats.get_mut(&self.chat) {
            watched.watchers -= 1;
            watched.customers -= usize::from(self.is_customer);
            if watched.watchers == 0 {
                chats.remove(&self.chat);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_watcher_hears_what_happened_since_it_began_to_watch() {
        let live = Live::new();
        let chat = ChatId::new("c");
        let mut watch = live.watch(&chat).unwrap();
        live.chat_changed(&chat);
        live.chat_changed(&chat);
        watch.changed().await;
        live.chat_changed(&ChatId::new("another"));
        assert!(!watch.changes.has_changed().unwrap());
    }

    #[test]
    fn a_chat_nobody_watches_any_more_is_forgotten() {
        let live = Live::new();
        let chat = ChatId::new("c");
        let (one, two) = (live.watch(&chat), live.watch(&chat));
        drop(one);
        assert_eq!(live.chats().len(), 1);
        drop(two);
        assert_eq!(live.chats().len(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn what_agents_do_is_known_to_who_watches_later_and_typing_not_for_ever() {
        let live = Live::new();
        let chat = ChatId::new("c");
        live.typing(&chat, vec!["Anna".into()]);
        live.read(&chat, 7);
        live.read(&chat, 3);
        let mut watch = live.watch(&chat).unwrap();
        assert_eq!(watch.agents().typing, ["Anna"]);
        assert_eq!(watch.agents().read, 7);
        live.typing(&chat, vec![]);
        assert!(matches!(watch.news().await, News::Agents));
        assert!(watch.agents().typing.is_empty());
        live.typing(&chat, vec!["Anna".into()]);
        tokio::time::advance(LONGEST_TYPING + Duration::from_secs(1)).await;
        assert!(watch.agents().typing.is_empty());
        assert!(!watch.changes.has_changed().unwrap());
    }

    #[test]
    fn what_agents_do_in_too_many_chats_is_forgotten() {
        let live = Live::new();
        for n in 0..=REMEMBERED {
            live.read(&ChatId::new(format!("c{n}")), 1);
        }
        assert_eq!(live.agents().len(), 1);
    }

    #[test]
    fn only_so_many_watch_one_chat() {
        let live = Live::new();
        let chat = ChatId::new("c");
        let mut watches: Vec<_> = (0..MAX_WATCHERS).map(|_| live.watch(&chat)).collect();
        assert!(live.watch(&chat).is_none());
        watches.pop();
        assert!(live.watch(&chat).is_some());
    }
}
