//! The parts, put together.

use std::{
    future::Future,
    pin::Pin,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use desk::{
    ids::Timestamp,
    ports::{Clock, Ids},
};

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the time"
    )]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or(Duration::ZERO);
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn sleep_until(&self, until: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(until.since(self.now())))
    }
}

pub struct Ulids;

impl Ids for Ulids {
    fn ulid(&self) -> String {
        ulid::Ulid::new().to_string()
    }

    fn secret(&self) -> String {
        hex::encode(rand::random::<[u8; 32]>())
    }
}
