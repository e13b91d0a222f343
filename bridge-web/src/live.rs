//! Tells those who watch a chat that something happened in it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use desk::{ids::ChatId, ports::Audience};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How many sockets and long polls may watch one chat; a customer has a few tabs.
const MAX_WATCHERS: usize = 16;

/// Holds one entry for each chat that is watched, and no events: those are read from the store.
#[derive(Default)]
pub struct Live {
    chats: Mutex<HashMap<ChatId, Watched>>,
    stopping: CancellationToken,
}

struct Watched {
    wake: watch::Sender<()>,
    watchers: usize,
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
        let watched = chats.entry(chat.clone()).or_insert_with(|| Watched {
            wake: watch::Sender::new(()),
            watchers: 0,
        });
        if watched.watchers == MAX_WATCHERS {
            return None;
        }
        watched.watchers += 1;
        Some(Watch {
            live: self.clone(),
            chat: chat.clone(),
            changes: watched.wake.subscribe(),
        })
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

    fn is_watched(&self, chat: &ChatId) -> bool {
        self.chats().contains_key(chat)
    }
}

/// One watcher of one chat.
pub(crate) struct Watch {
    live: Arc<Live>,
    chat: ChatId,
    changes: watch::Receiver<()>,
}

impl Watch {
    /// Several changes since the last call are one.
    pub async fn changed(&mut self) {
        // The sender lives as long as its entry, and the entry as long as this.
        let _ = self.changes.changed().await;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut chats = self.live.chats();
        if let Some(watched) = chats.get_mut(&self.chat) {
            watched.watchers -= 1;
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
