//! Takes what happened to webhooks: in order within a lane, lanes side by side, and beside the
//! dispatcher, so that an address that is away holds up no chat.

use std::{
    collections::HashSet, error::Error, future::Future, pin::pin, sync::Arc, time::Duration,
};

use futures_util::{
    FutureExt, StreamExt,
    future::{BoxFuture, Either, pending, select},
    stream::FuturesUnordered,
};
use tracing::error;

use crate::{
    engine::Engine,
    ids::{EffectId, Timestamp},
    ports::{PostError, StoreError, Webhooks},
    webhook::Delivery,
};

/// How many are told something at the same time.
const IN_FLIGHT: usize = 32;
/// How long to wait after the store failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

pub struct Herald {
    engine: Arc<Engine>,
    webhooks: Arc<dyn Webhooks>,
}

struct Attempt {
    id: EffectId,
    outcome: Result<(), StoreError>,
}

type Attempts = FuturesUnordered<BoxFuture<'static, Attempt>>;

impl Herald {
    pub fn new(engine: Arc<Engine>, webhooks: Arc<dyn Webhooks>) -> Arc<Self> {
        Arc::new(Self { engine, webhooks })
    }

    /// Runs for ever; drop it to stop it.
    ///
    /// Attempts go on only while they are polled, and one may hold a connection of the store: so
    /// here nothing is awaited but beside them.
    pub async fn run(self: Arc<Self>) {
        let (mut attempts, mut busy) = (Attempts::new(), HashSet::new());
        loop {
            let filled = self.engine.webhooks_filled();
            let due = self.engine.due_deliveries(&busy);
            let due = match beside(&mut attempts, due).await {
                (Ok(due), done) => {
                    let failed = done.iter().any(|it| it.outcome.is_err());
                    self.conclude(done, &mut busy);
                    if failed {
                        self.rest(&mut attempts, &mut busy).await;
                    }
                    due
                }
                (Err(failure), done) => {
                    self.conclude(done, &mut busy);
                    error!(
                        error = &failure as &dyn Error,
                        "what is to be told could not be read"
                    );
                    self.rest(&mut attempts, &mut busy).await;
                    continue;
                }
            };
            for delivery in due {
                if attempts.len() < IN_FLIGHT && busy.insert(delivery.id.clone()) {
                    attempts.push(Arc::clone(&self).attempt(delivery).boxed());
                }
            }
            let now = self.engine.clock().now();
            let next = self.engine.store().next_delivery(now);
            let (next, done) = beside(&mut attempts, next).await;
            let next = match next {
                Ok(next) => next,
                Err(failure) => {
                    error!(
                        error = &failure as &dyn Error,
                        "when something is to be told could not be read"
                    );
                    self.conclude(done, &mut busy);
                    self.rest(&mut attempts, &mut busy).await;
                    continue;
                }
            };
            if !done.is_empty() {
                self.conclude(done, &mut busy);
                continue;
            }
            let sleep = pin!(self.sleep_until(next));
            let woken = select(filled, sleep);
            let ended = match select(pin!(finished(&mut attempts)), woken).await {
                Either::Left((attempt, _)) => Some(attempt),
                Either::Right(_) => None,
            };
            if let Some(attempt) = ended {
                let failed = attempt.outcome.is_err();
                self.conclude(vec![attempt], &mut busy);
                if failed {
                    self.rest(&mut attempts, &mut busy).await;
                }
            }
        }
    }

    async fn sleep_until(&self, until: Option<Timestamp>) {
        match until {
            Some(until) => self.engine.clock().sleep_until(until).await,
            None => pending().await,
        }
    }

    /// The store has failed.
    async fn rest(&self, attempts: &mut Attempts, busy: &mut HashSet<EffectId>) {
        let clock = self.engine.clock();
        let pause = clock.sleep_until(clock.now() + AFTER_FAILURE);
        let ((), done) = beside(attempts, pause).await;
        self.conclude(done, busy);
    }

    fn conclude(&self, done: Vec<Attempt>, busy: &mut HashSet<EffectId>) {
        for attempt in done {
            if let Err(failure) = &attempt.outcome {
                error!(
                    delivery.id = %attempt.id,
                    error = failure as &dyn Error,
                    "what came of telling a webhook could not be kept"
                );
            }
            busy.remove(&attempt.id);
        }
    }

    async fn attempt(self: Arc<Self>, delivery: Delivery) -> Attempt {
        Attempt {
            outcome: self.tell(&delivery).await,
            id: delivery.id,
        }
    }

    async fn tell(&self, delivery: &Delivery) -> Result<(), StoreError> {
        let Some(letter) = self.engine.letter(delivery).await? else {
            return Ok(());
        };
        if letter.secrets.is_empty() {
            let trouble = "its secret cannot be read";
            return self.engine.not_told(delivery, trouble, None).await;
        }
        match self.webhooks.post(&letter).await {
            Ok(()) => self.engine.told(delivery).await,
            Err(PostError::Gone) => self.engine.nobody_there(delivery).await,
            Err(PostError::Later { after, trouble }) => {
                self.engine.not_told(delivery, &trouble, after).await
            }
        }
    }
}

/// Awaits something while the attempts go on, and says which of them ended meanwhile.
async fn beside<T>(attempts: &mut Attempts, awaited: impl Future<Output = T>) -> (T, Vec<Attempt>) {
    let mut awaited = pin!(awaited);
    let mut done = Vec::new();
    loop {
        match select(awaited.as_mut(), pin!(finished(attempts))).await {
            Either::Left((value, _)) => return (value, done),
            Either::Right((attempt, _)) => done.push(attempt),
        }
    }
}

async fn finished(attempts: &mut Attempts) -> Attempt {
    match attempts.next().await {
        Some(attempt) => attempt,
        None => pending().await,
    }
}
