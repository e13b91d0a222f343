//! From the homeserver to the desk: events are stored and acknowledged first, then taken in, room
//! by room and in order. A room is checked for gaps before the first event after anything that
//! can have lost one.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, stream};
use tokio::sync::Notify;
use tracing::{error, info, warn};

use desk::{
    engine::Engine,
    event::{Received, RoomEventKind},
    ids::RoomId,
    ports::StoreError,
};

use crate::{
    client::Client, error::CallError, gestures::Waiting, namespace::Namespace,
    presence::PresenceWatch, trail::Trail, transaction::Transaction, understand,
};

/// How many events are taken from the inbox at once.
const BATCH: u32 = 500;
/// How many rooms are worked on at the same time.
const ROOMS: usize = 8;
/// How long to wait after the store or the homeserver failed.
const AFTER_FAILURE: Duration = Duration::from_millis(500);
/// Every open room is read again this often, whatever else happened ...
const ROUTINE: Duration = Duration::from_secs(600);
/// ... and this often for some time after something that can have lost an event.
const SOON: Duration = Duration::from_secs(5);
const WARY: Duration = Duration::from_secs(60);

pub struct Inbound {
    pub(crate) engine: Arc<Engine>,
    pub(crate) client: Arc<Client>,
    pub(crate) namespace: Namespace,
    pub(crate) presence: Arc<PresenceWatch>,
    pub(crate) gestures: Waiting,
    arrived: Notify,
    elsewhere: Arc<Notify>,
    /// Counts the moments after which events may be missing: a room not checked since is checked
    /// before its next event is taken in ...
    doubts: AtomicU64,
    /// ... or at once, as are all.
    sweep: AtomicBool,
    /// Up to which doubt each room was checked.
    checked: Mutex<HashMap<RoomId, u64>>,
    trail: Mutex<Trail>,
    /// Until then what comes is looked at with suspicion, in milliseconds since 1970.
    wary_until: AtomicI64,
    /// Events that could not be understood, since the start.
    pub malformed: AtomicU64,
}

impl Inbound {
    pub fn new(
        engine: Arc<Engine>,
        client: Arc<Client>,
        namespace: Namespace,
        presence: Arc<PresenceWatch>,
    ) -> Arc<Self> {
        Arc::new(Self {
            engine,
            client,
            namespace,
            presence,
            gestures: Waiting::default(),
            arrived: Notify::new(),
            elsewhere: Arc::default(),
            doubts: AtomicU64::new(1),
            sweep: AtomicBool::new(true),
            checked: Mutex::default(),
            trail: Mutex::default(),
            wary_until: AtomicI64::new(0),
            malformed: AtomicU64::new(0),
        })
    }

    /// Rung when something happens in a room that may be neither a portal nor a desk room. One
    /// that was not looked into yet rings, too: what rings too often does no harm here.
    pub fn elsewhere(&self) -> Arc<Notify> {
        Arc::clone(&self.elsewhere)
    }

    /// Stores what a transaction brings. When this returns, its events survive anything.
    pub async fn receive(
        &self,
        id: &str,
        transaction: Transaction,
        peer: Option<SocketAddr>,
    ) -> Result<(), StoreError> {
        self.malformed
            .fetch_add(transaction.malformed, Ordering::Relaxed);
        self.mind_the_gap(id, peer);
        if !transaction.events.is_empty() {
            if !self.are_checked(&transaction.events) {
                self.elsewhere.notify_one();
            }
            let mut tx = self.engine.store().begin().await?;
            tx.receive(&transaction.events, self.engine.clock().now())
                .await?;
            tx.commit().await?;
            self.arrived.notify_one();
        }
        self.presence.saw(transaction.presence);
        self.presence.saw_active(transaction.active);
        self.gestures.saw(transaction.gestures);
        Ok(())
    }

    /// Before the events are stored, so that none is taken in before what may be missing.
    fn mind_the_gap(&self, id: &str, peer: Option<SocketAddr>) {
        let Ok(step) = self.trail.lock().map(|mut trail| trail.note(id, peer)) else {
            return;
        };
        // Synapse keeps its connections for as long as it lives; a new one can mean a new Synapse,
        // and a Synapse that stops loses events it has not yet made a transaction of.
        if step.new_connection {
            self.doubt();
        }
        // A transaction made in the moment in which Synapse finds us well again is kept back until
        // the next time we are not (`_TransactionController.send`, seen on 1.163). At other times
        // a jump only tells that there are other application services. Which room it is about is
        // not known, for what is not kept back may be receipts alone.
        if step.jumped && self.is_wary() {
            self.doubts.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Something happened after which events may be missing: every room is checked again, at once
    /// and some times after.
    pub fn doubt(&self) {
        let until = self.engine.clock().now() + WARY;
        self.wary_until.store(until.as_millis(), Ordering::Relaxed);
        self.check_all();
    }

    fn check_all(&self) {
        self.doubts.fetch_add(1, Ordering::Relaxed);
        self.sweep.store(true, Ordering::Relaxed);
        self.arrived.notify_one();
    }

    fn is_wary(&self) -> bool {
        self.engine.clock().now().as_millis() < self.wary_until.load(Ordering::Relaxed)
    }

    /// Runs for ever; drop it to stop it.
    pub async fn run(self: Arc<Self>) {
        // What happened while we were away is not known.
        self.doubt();
        loop {
            match self.take_in().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(failure) => {
                    error!(
                        error = &failure as &dyn std::error::Error,
                        "received events could not be taken in"
                    );
                    self.sweep.store(true, Ordering::Relaxed);
                    tokio::time::sleep(AFTER_FAILURE).await;
                    continue;
                }
            }
            tokio::select! {
                () = self.arrived.notified() => {}
                () = self.client.came_back() => self.doubt(),
                () = tokio::time::sleep(if self.is_wary() { SOON } else { ROUTINE }) => self.check_all(),
            }
        }
    }

    /// Takes in what is there. Says whether to look again at once.
    async fn take_in(&self) -> Result<bool, StoreError> {
        let received = self.engine.store().unprocessed(BATCH).await?;
        let mut rooms: BTreeMap<RoomId, Vec<Received>> = BTreeMap::new();
        let full = received.len() >= BATCH as usize;
        for event in received {
            rooms.entry(event.room.clone()).or_default().push(event);
        }
        let sweep = self.sweep.swap(false, Ordering::Relaxed);
        let unchecked = rooms.keys().any(|room| self.is_doubted(room).is_some());
        // Others than open portals and desk rooms are not checked: in management rooms the bot
        // reads for itself.
        let open = match sweep || unchecked {
            true => self.engine.store().open_rooms().await?,
            false => Vec::new(),
        };
        let doubted: HashMap<RoomId, u64> = open
            .iter()
            .filter_map(|room| Some((room.clone(), self.is_doubted(room)?)))
            .collect();
        if sweep {
            self.forget_all_but(&open);
            // Rooms without news too: their only news may be what was lost.
            for room in doubted.keys() {
                rooms.entry(room.clone()).or_default();
            }
        }
        let outcomes: Vec<Result<Outcome, StoreError>> = stream::iter(rooms)
            .map(|(room, events)| {
                let doubt = doubted.get(&room).copied();
                self.take_in_room(room, events, doubt)
            })
            .buffer_unordered(ROOMS)
            .collect()
            .await;
        let mut again = full;
        let mut pause = false;
        for outcome in outcomes {
            match outcome? {
                Outcome::Done => {}
                Outcome::Reordered => again = true,
                Outcome::Unreachable => pause = true,
            }
        }
        if pause {
            self.sweep.fetch_or(sweep, Ordering::Relaxed);
            tokio::time::sleep(AFTER_FAILURE).await;
        }
        Ok(again || pause)
    }

    async fn take_in_room(
        &self,
        room: RoomId,
        events: Vec<Received>,
        doubt: Option<u64>,
    ) -> Result<Outcome, StoreError> {
        if let Some(doubt) = doubt {
            match self.repair(&room).await {
                Ok(missing) => {
                    self.mark_checked(room, doubt);
                    if missing > 0 {
                        info!(
                            missing,
                            "events that the homeserver did not send were found by reading the room"
                        );
                    }
                    return Ok(Outcome::Reordered);
                }
                Err(Trouble::Store(failure)) => return Err(failure),
                Err(Trouble::Homeserver(failure)) if failure.is_permanent() => {
                    warn!(
                        error = &failure as &dyn std::error::Error,
                        "a room cannot be read any more"
                    );
                    self.mark_checked(room, doubt);
                    return Ok(Outcome::Reordered);
                }
                Err(Trouble::Homeserver(_)) => return Ok(Outcome::Unreachable),
            }
        }
        for event in &events {
            self.take_in_event(event).await?;
        }
        Ok(Outcome::Done)
    }

    async fn take_in_event(&self, received: &Received) -> Result<(), StoreError> {
        match understand::room_event(received) {
            Ok(event) => {
                self.engine.room_event(&event).await?;
                if event.what == RoomEventKind::Joined {
                    // Presence is pushed only when it changes; who comes in is asked for once.
                    self.presence.ask(event.person);
                }
                Ok(())
            }
            Err(_) => {
                warn!(event.id = %received.id, "an event could not be understood and was skipped");
                self.malformed.fetch_add(1, Ordering::Relaxed);
                self.engine.skip_event(&received.id).await
            }
        }
    }

    /// Whether all these rooms are open portals or desk rooms that were read before.
    fn are_checked(&self, events: &[Received]) -> bool {
        let checked = self.checked.lock();
        checked.is_ok_and(|checked| events.iter().all(|event| checked.contains_key(&event.room)))
    }

    fn is_doubted(&self, room: &RoomId) -> Option<u64> {
        let doubt = self.doubts.load(Ordering::Relaxed);
        let checked = self
            .checked
            .lock()
            .ok()
            .and_then(|checked| checked.get(room).copied());
        (checked.unwrap_or(0) < doubt).then_some(doubt)
    }

    fn forget_all_but(&self, open: &[RoomId]) {
        let open: HashSet<&RoomId> = open.iter().collect();
        if let Ok(mut checked) = self.checked.lock() {
            checked.retain(|room, _| open.contains(room));
        }
    }

    fn mark_checked(&self, room: RoomId, doubt: u64) {
        if let Ok(mut checked) = self.checked.lock() {
            checked.insert(room, doubt);
        }
    }
}

enum Outcome {
    Done,
    /// The inbox now holds the room in order: look again.
    Reordered,
    Unreachable,
}

/// What can go wrong while a room is read.
pub(crate) enum Trouble {
    Store(StoreError),
    Homeserver(CallError),
}

impl From<StoreError> for Trouble {
    fn from(failure: StoreError) -> Self {
        Self::Store(failure)
    }
}

impl From<CallError> for Trouble {
    fn from(failure: CallError) -> Self {
        Self::Homeserver(failure)
    }
}
