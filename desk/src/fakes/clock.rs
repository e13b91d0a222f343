//! Time that stands still until a test moves it.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{
        Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use event_listener::Event;

use crate::{ids::Timestamp, ports::Clock};

#[derive(Debug)]
pub struct FakeClock {
    now: AtomicI64,
    moved: Event,
    /// Who sleeps, and until when.
    sleepers: Mutex<BTreeMap<u64, Timestamp>>,
    names: AtomicU64,
    lay_down: Event,
}

impl FakeClock {
    pub fn at(now: Timestamp) -> Self {
        Self {
            now: AtomicI64::new(now.as_millis()),
            moved: Event::new(),
            sleepers: Mutex::default(),
            names: AtomicU64::new(0),
            lay_down: Event::new(),
        }
    }

    pub fn advance(&self, span: Duration) {
        self.move_to(self.now() + span);
    }

    /// Wakes those who sleep until then or earlier. Time never goes back.
    pub fn move_to(&self, then: Timestamp) {
        self.now.fetch_max(then.as_millis(), Ordering::SeqCst);
        self.moved.notify(usize::MAX);
    }

    /// Waits until somebody sleeps; returns when the first of them wants to be woken.
    pub async fn next_sleeper(&self) -> Timestamp {
        loop {
            let lay_down = self.lay_down.listen();
            if let Some(until) = self.sleepers.lock().unwrap().values().min() {
                return *until;
            }
            lay_down.await;
        }
    }
}

/// Wakes up also when whoever slept is dropped.
struct Bed<'a> {
    clock: &'a FakeClock,
    name: u64,
}

impl Drop for Bed<'_> {
    fn drop(&mut self) {
        self.clock.sleepers.lock().unwrap().remove(&self.name);
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now.load(Ordering::SeqCst))
    }

    fn sleep_until(&self, until: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            let name = self.names.fetch_add(1, Ordering::Relaxed);
            let _bed = Bed { clock: self, name };
            loop {
                let moved = self.moved.listen();
                if self.now() >= until {
                    return;
                }
                self.sleepers.lock().unwrap().insert(name, until);
                self.lay_down.notify(usize::MAX);
                moved.await;
            }
        })
    }
}
