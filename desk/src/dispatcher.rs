//! Takes effects from the outbox to the homeserver: in order within a lane, lanes side by side.
//! An effect leaves the outbox in the commit that keeps what came of it, so a crash repeats it
//! with the same key and nothing is lost or doubled.

use std::{error::Error, future::Future, pin::pin, sync::Arc, time::Duration};

use event_listener::Event;
use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, Either, pending, select},
    stream::FuturesUnordered,
};
use tracing::{error, warn};

use crate::{
    effect::{Effect, Queued},
    engine::Engine,
    ids::Timestamp,
    ports::{Confidant, DeliveryError, Homeserver, Mailer, StoreError},
};

mod care;
mod deliver;
mod lanes;
mod masking;
mod revealing;
mod service_rooms;
mod tickets;

use lanes::Lanes;

/// How many lanes deliver at the same time.
const IN_FLIGHT: usize = 16;
/// How many of them may make a room, which takes a homeserver long: chats that go on do not wait
/// for those that begin.
const MAKING_ROOMS: usize = 4;
/// How many lane heads are looked at, at once.
const WINDOW: u32 = 256;
/// How long to wait after the outbox could not be read.
const AFTER_FAILURE: Duration = Duration::from_millis(500);
/// The homeserver remembers a `txnId` for about 24 hours (measured on Synapse); after that a
/// repeat could be a second message, so we stop before.
const GIVE_UP: Duration = Duration::from_secs(23 * 3600);

/// Where and how effects are delivered.
pub struct Dispatcher {
    engine: Arc<Engine>,
    homeserver: Arc<dyn Homeserver>,
    /// The bot's localpart, which ghosts' names begin with.
    bot: String,
    mailer: Option<Arc<dyn Mailer>>,
    confidant: Option<Arc<dyn Confidant>>,
    back: Event,
}

/// What came of an attempt: it is out of the outbox, or to be tried again.
struct Attempt {
    head: Queued,
    again: Option<Again>,
}

struct Again {
    after: Option<Duration>,
    source: Box<dyn Error + Send + Sync>,
}

type Attempts = FuturesUnordered<BoxFuture<'static, Attempt>>;

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
        Self::with_mailer(engine, homeserver, bot, None)
    }

    /// Without a mailer, mails are given up.
    pub fn with_mailer(
        engine: Arc<Engine>,
        homeserver: Arc<dyn Homeserver>,
        bot: String,
        mailer: Option<Arc<dyn Mailer>>,
    ) -> Arc<Self> {
        Self::with_helpers(engine, homeserver, bot, mailer, None)
    }

    /// Without a confidant, nobody is shown what is under masks.
    pub fn with_helpers(
        engine: Arc<Engine>,
        homeserver: Arc<dyn Homeserver>,
        bot: String,
        mailer: Option<Arc<dyn Mailer>>,
        confidant: Option<Arc<dyn Confidant>>,
    ) -> Arc<Self> {
        Arc::new(Self {
            mailer,
            confidant,
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
    ///
    /// Attempts go on only while they are polled, and one may hold a connection or the writer of
    /// the store: so here nothing is awaited but beside them.
    pub async fn run(self: Arc<Self>) {
        let mut lanes = Lanes::default();
        let mut attempts = Attempts::new();
        loop {
            let filled = self.engine.outbox_filled();
            let back = self.back.listen();
            lanes.look();
            let look = self.engine.store().lane_heads(WINDOW);
            match self.beside(&mut attempts, &mut lanes, look).await {
                Ok(heads) => self.start(heads, &mut attempts, &mut lanes),
                Err(failure) => {
                    error!(
                        error = &failure as &dyn Error,
                        "the outbox could not be read"
                    );
                    let pause = self.sleep_until(Some(self.now() + AFTER_FAILURE));
                    self.beside(&mut attempts, &mut lanes, pause).await;
                    continue;
                }
            }
            if lanes.look_again() {
                continue;
            }
            let sleep = pin!(self.sleep_until(lanes.next_end(self.now())));
            let woken = select(back, select(filled, sleep));
            match select(pin!(next(&mut attempts)), woken).await {
                Either::Left((attempt, _)) => self.conclude(attempt, &mut lanes),
                Either::Right((Either::Left(_), _)) => lanes.resume(),
                Either::Right((Either::Right(_), _)) => {}
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.engine.clock().now()
    }

    async fn sleep_until(&self, until: Option<Timestamp>) {
        match until {
            Some(until) => self.engine.clock().sleep_until(until).await,
            None => pending().await,
        }
    }

    /// Awaits something while the attempts go on.
    async fn beside<T>(
        &self,
        attempts: &mut Attempts,
        lanes: &mut Lanes,
        awaited: impl Future<Output = T>,
    ) -> T {
        let mut awaited = pin!(awaited);
        loop {
            let attempt = match select(awaited.as_mut(), pin!(next(attempts))).await {
                Either::Left((done, _)) => return done,
                Either::Right((attempt, _)) => attempt,
            };
            self.conclude(attempt, lanes);
        }
    }

    fn start(self: &Arc<Self>, heads: Vec<Queued>, attempts: &mut Attempts, lanes: &mut Lanes) {
        let now = self.now();
        for head in heads {
            let makes_room = matches!(head.effect, Effect::OpenPortal { .. });
            if attempts.len() >= IN_FLIGHT || (makes_room && lanes.making_rooms() >= MAKING_ROOMS) {
                continue;
            }
            let lane = head.effect.lane();
            if lanes.enter(&lane, now) {
                if makes_room {
                    lanes.makes_room(lane);
                }
                attempts.push(Arc::clone(self).attempt(head).boxed());
            }
        }
    }

    async fn attempt(self: Arc<Self>, head: Queued) -> Attempt {
        let too_old = self.now().since(head.created_at) >= GIVE_UP;
        let outcome = match too_old && !head.effect.keeps() {
            // It may have been tried before we were stopped, and be forgotten there by now.
            true => Err(Failure::from(DeliveryError::Never {
                reason: "it could not be delivered for too long".into(),
            })),
            false => self.deliver(&head).await,
        };
        let again = match outcome {
            Ok(()) => None,
            Err(Failure::Delivery(DeliveryError::Never { reason })) => {
                self.give_up(&head, &reason).await
            }
            Err(Failure::Delivery(DeliveryError::Later { after, source })) => {
                match self.let_others_by(&head).await {
                    Ok(()) => Some(Again { after, source }),
                    Err(failure) => Some(failure.into()),
                }
            }
            Err(Failure::Store(failure)) => Some(failure.into()),
        };
        Attempt { head, again }
    }

    async fn let_others_by(&self, head: &Queued) -> Result<(), StoreError> {
        match head.effect.gives_way() {
            true => self.engine.put_back(head).await,
            false => Ok(()),
        }
    }

    async fn give_up(&self, head: &Queued, reason: &str) -> Option<Again> {
        error!(
            effect.id = %head.id,
            lane = head.effect.lane(),
            reason,
            "an effect will never be delivered"
        );
        self.engine.bury(head, reason).await.err().map(Again::from)
    }

    fn conclude(&self, attempt: Attempt, lanes: &mut Lanes) {
        let lane = attempt.head.effect.lane();
        let Some(Again { after, source }) = attempt.again else {
            return lanes.leave(&lane);
        };
        // Once an outage is enough.
        if lanes.pause(&lane, self.now(), after) == 1 {
            warn!(
                effect.id = %attempt.head.id,
                lane,
                error = &*source as &dyn Error,
                "an effect could not be delivered, trying again"
            );
        }
    }
}

impl From<StoreError> for Again {
    fn from(failure: StoreError) -> Self {
        Self {
            after: None,
            source: failure.into(),
        }
    }
}

/// The next attempt that ends.
async fn next(attempts: &mut Attempts) -> Attempt {
    match attempts.next().await {
        Some(attempt) => attempt,
        None => pending().await,
    }
}
