//! Takes effects from the outbox to the homeserver: in order within a lane, lanes side by side.
//! An effect leaves the outbox in the commit that keeps what came of it, so a crash repeats it
//! with the same key and nothing is lost or doubled.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use event_listener::Event;
use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, Either, select},
    stream::FuturesUnordered,
};
use tracing::{error, warn};

use crate::{
    effect::Queued,
    engine::Engine,
    ids::Timestamp,
    ports::{DeliveryError, Homeserver, StoreError},
};

mod deliver;

/// How many lanes deliver at the same time.
const IN_FLIGHT: usize = 16;
/// How many lane heads are looked at, at once.
const WINDOW: u32 = 256;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// The homeserver remembers a `txnId` for about 24 hours (measured on Synapse); after that a
/// repeat could be a second message, so we stop before.
const GIVE_UP: Duration = Duration::from_secs(23 * 3600);

/// Where and how effects are delivered.
pub struct Dispatcher {
    engine: Arc<Engine>,
    homeserver: Arc<dyn Homeserver>,
    /// The bot's localpart, which ghosts' names begin with.
    bot: String,
    back: Event,
}

struct Pause {
    until: Timestamp,
    attempts: u32,
}

type Delivery = BoxFuture<'static, (Queued, Result<(), Failure>)>;

/// Why an effect stays in the outbox, or leaves it undelivered.
enum Failure {
    Delivery(DeliveryError),
    Store(StoreError),
}

impl From<StoreError> for Failure {
    fn from(failure: StoreError) -> Self {
        Self::Store(failure)
    }
}

impl From<DeliveryError> for Failure {
    fn from(failure: DeliveryError) -> Self {
        Self::Delivery(failure)
    }
}

impl Dispatcher {
    pub fn new(engine: Arc<Engine>, homeserver: Arc<dyn Homeserver>, bot: String) -> Arc<Self> {
        Arc::new(Self {
            engine,
            homeserver,
            bot,
            back: Event::new(),
        })
    }

    /// The homeserver gave a sign of life: try what waits at once.
    pub fn homeserver_is_back(&self) {
        self.back.notify(usize::MAX);
    }

    /// Runs for ever; drop it to stop it.
    pub async fn run(self: Arc<Self>) {
        let mut pauses: HashMap<String, Pause> = HashMap::new();
        let mut busy: HashSet<String> = HashSet::new();
        let mut deliveries: FuturesUnordered<Delivery> = FuturesUnordered::new();
        loop {
            let filled = self.engine.outbox_filled();
            let back = self.back.listen();
            let now = self.engine.clock().now();
            match self.engine.store().lane_heads(WINDOW).await {
                Ok(heads) => {
                    for head in heads {
                        let lane = head.effect.lane();
                        let paused = pauses.get(&lane).is_some_and(|pause| pause.until > now);
                        if deliveries.len() < IN_FLIGHT && !paused && busy.insert(lane) {
                            deliveries.push(Arc::clone(&self).attempt(head).boxed());
                        }
                    }
                }
                Err(failure) => {
                    error!(
                        error = &failure as &dyn std::error::Error,
                        "the outbox could not be read"
                    );
                    self.engine.clock().sleep_until(now + FIRST_PAUSE).await;
                    continue;
                }
            }
            let next_try = pauses
                .values()
                .map(|pause| pause.until)
                .filter(|until| *until > now)
                .min();
            let sleep = match next_try {
                Some(until) => self.engine.clock().sleep_until(until),
                None => Box::pin(std::future::pending()),
            };
            let delivered = async {
                match deliveries.next().await {
                    Some(done) => done,
                    None => std::future::pending().await,
                }
            };
            let wakes = select(filled, select(back, sleep));
            match select(Box::pin(delivered), wakes).await {
                Either::Left(((head, outcome), _)) => {
                    let lane = head.effect.lane();
                    busy.remove(&lane);
                    self.conclude(head, lane, outcome, &mut pauses).await;
                }
                Either::Right((Either::Right((Either::Left(_), _)), _)) => pauses.clear(),
                Either::Right(_) => {}
            }
        }
    }

    async fn attempt(self: Arc<Self>, head: Queued) -> (Queued, Result<(), Failure>) {
        let outcome = self.deliver(&head).await;
        (head, outcome)
    }

    async fn conclude(
        &self,
        head: Queued,
        lane: String,
        outcome: Result<(), Failure>,
        pauses: &mut HashMap<String, Pause>,
    ) {
        let now = self.engine.clock().now();
        let (after, source): (Option<Duration>, Box<dyn std::error::Error + Send + Sync>) =
            match outcome {
                Ok(()) => {
                    pauses.remove(&lane);
                    return;
                }
                Err(Failure::Delivery(DeliveryError::Never { reason })) => {
                    pauses.remove(&lane);
                    return self.give_up(&head, &reason).await;
                }
                Err(Failure::Delivery(DeliveryError::Later { .. }))
                    if now.since(head.created_at) >= GIVE_UP =>
                {
                    return self
                        .give_up(&head, "the homeserver was away for too long")
                        .await;
                }
                Err(Failure::Delivery(DeliveryError::Later { after, source })) => (after, source),
                Err(Failure::Store(failure)) => (None, Box::new(failure)),
            };
        let attempts = pauses.get(&lane).map_or(0, |pause| pause.attempts) + 1;
        let doubled = FIRST_PAUSE
            .saturating_mul(1 << attempts.min(10).saturating_sub(1))
            .min(LONGEST_PAUSE);
        let pause = after.unwrap_or(doubled);
        if attempts == 1 {
            warn!(effect.id = %head.id, lane, error = &*source as &dyn std::error::Error, "an effect could not be delivered, trying again");
        }
        pauses.insert(
            lane,
            Pause {
                until: now + pause,
                attempts,
            },
        );
    }

    async fn give_up(&self, head: &Queued, reason: &str) {
        error!(effect.id = %head.id, lane = head.effect.lane(), reason, "an effect will never be delivered");
        if let Err(failure) = self.engine.bury(head, reason).await {
            error!(effect.id = %head.id, error = &failure as &dyn std::error::Error, "and that could not be stored");
        }
    }
}
