//! How often one address or one chat may ask.

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use desk::{
    apikey::KeyHolder,
    ids::{AgentId, ChatId, ServiceSlug, Timestamp},
    ports::Clock,
};
use governor::{Quota, RateLimiter, middleware::NoOpMiddleware, state::keyed::HashMapStateStore};

use crate::error::ApiError;

/// Forgotten keys are swept out once in so many checks, so that the table stays as small as what
/// came lately.
const SWEEP: u32 = 1_024;

/// How many transcripts of one chat are written in a minute: each reads the whole record.
const TRANSCRIPTS: u32 = 10;
/// Files sent in one chat.
const FILES_PER_MINUTE: u32 = 30;
/// Attempts from one address to come into the console.
/// Clients load the widget anew in each room, and an office has one address.
const ENTRIES_PER_MINUTE: u32 = 600;
/// What one agent looks at, does, and counts at its consoles.
const LOOKS_PER_MINUTE: u32 = 1_800;
const ACTS_PER_MINUTE: u32 = 600;
const REPORTS_PER_MINUTE: u32 = 30;
/// Typing and read marks told in one chat.
const GESTURES_PER_MINUTE: u32 = 120;

/// Wrong API keys shown from one address.
const WRONG_KEYS_PER_MINUTE: u32 = 20;

/// A key by its service and its number there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KeyName(pub ServiceSlug, pub u64);

impl KeyName {
    pub fn of(holder: &KeyHolder) -> Self {
        Self(holder.key.service.clone(), holder.key.number)
    }
}

/// What is allowed in a minute; all of it may come at once. Zero counts as one.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Chats started from one address.
    pub starts_per_minute: u32,
    /// Inquiries sent from one address.
    pub inquiries_per_minute: u32,
    /// Messages written in one chat.
    pub messages_per_minute: u32,
    /// Looks at help centers from one address, and at the events of one chat.
    pub reads_per_minute: u32,
    /// Calls of the admin API with one key.
    pub calls_per_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            starts_per_minute: 10,
            inquiries_per_minute: 5,
            messages_per_minute: 120,
            reads_per_minute: 600,
            calls_per_minute: 600,
        }
    }
}

pub(crate) struct Gates {
    pub starts: Gate<IpAddr>,
    pub inquiries: Gate<IpAddr>,
    pub centers: Gate<IpAddr>,
    pub messages: Gate<ChatId>,
    pub files: Gate<ChatId>,
    pub gestures: Gate<ChatId>,
    pub events: Gate<ChatId>,
    pub transcripts: Gate<ChatId>,
    pub entries: Gate<IpAddr>,
    pub looks: Gate<AgentId>,
    pub acts: Gate<AgentId>,
    pub reports: Gate<AgentId>,
    /// What reads much, by one key.
    pub heavy: Gate<KeyName>,
    pub keys: Gate<KeyName>,
    pub wrong_keys: Gate<IpAddr>,
}

impl Gates {
    pub fn new(limits: &Limits, clock: &Arc<dyn Clock>) -> Self {
        let steady = Steady::new(clock.clone());
        Self {
            starts: Gate::new(limits.starts_per_minute, &steady),
            inquiries: Gate::new(limits.inquiries_per_minute, &steady),
            centers: Gate::new(limits.reads_per_minute, &steady),
            messages: Gate::new(limits.messages_per_minute, &steady),
            files: Gate::new(FILES_PER_MINUTE, &steady),
            gestures: Gate::new(GESTURES_PER_MINUTE, &steady),
            events: Gate::new(limits.reads_per_minute, &steady),
            transcripts: Gate::new(TRANSCRIPTS, &steady),
            entries: Gate::new(ENTRIES_PER_MINUTE, &steady),
            looks: Gate::new(LOOKS_PER_MINUTE, &steady),
            acts: Gate::new(ACTS_PER_MINUTE, &steady),
            reports: Gate::new(REPORTS_PER_MINUTE, &steady),
            heavy: Gate::new(REPORTS_PER_MINUTE, &steady),
            keys: Gate::new(limits.calls_per_minute, &steady),
            wrong_keys: Gate::new(WRONG_KEYS_PER_MINUTE, &steady),
        }
    }
}

pub(crate) struct Gate<K: Hash + Eq + Clone> {
    rates: RateLimiter<K, HashMapStateStore<K>, Steady, NoOpMiddleware<Duration>>,
    clock: Steady,
    checks: AtomicU32,
}

impl<K: Hash + Eq + Clone> Gate<K> {
    fn new(per_minute: u32, clock: &Steady) -> Self {
        let per_minute = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
        Self {
            rates: RateLimiter::new(
                Quota::per_minute(per_minute),
                HashMapStateStore::default(),
                clock.clone(),
            ),
            clock: clock.clone(),
            checks: AtomicU32::new(0),
        }
    }

    fn check(&self, key: &K) -> Result<(), ApiError> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.rates.retain_recent();
        }
        self.rates
            .check_key(key)
            .map_err(|until| ApiError::TooMany {
                after: until.wait_time_from(governor::clock::Clock::now(&self.clock)),
            })
    }
}

impl Gate<ChatId> {
    pub fn pass(&self, chat: &ChatId) -> Result<(), ApiError> {
        self.check(chat)
    }
}

impl Gate<AgentId> {
    pub fn pass(&self, agent: &AgentId) -> Result<(), ApiError> {
        self.check(agent)
    }
}

impl Gate<KeyName> {
    pub fn pass(&self, key: &KeyName) -> Result<(), ApiError> {
        self.check(key)
    }
}

impl Gate<IpAddr> {
    /// One household has a whole /64 of IPv6 addresses.
    pub fn pass(&self, client: IpAddr) -> Result<(), ApiError> {
        self.check(&match client {
            IpAddr::V4(_) => client,
            IpAddr::V6(address) => {
                Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
            }
        })
    }
}

/// The desk's clock without its steps back: they would lock everybody out until it has caught up.
#[derive(Clone)]
struct Steady(Arc<Ticking>);

struct Ticking {
    clock: Arc<dyn Clock>,
    passed: Mutex<(Timestamp, Duration)>,
}

impl Steady {
    fn new(clock: Arc<dyn Clock>) -> Self {
        let passed = Mutex::new((clock.now(), Duration::ZERO));
        Self(Arc::new(Ticking { clock, passed }))
    }
}

impl governor::clock::Clock for Steady {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let mut passed = self.0.passed.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.0.clock.now();
        *passed = (now, passed.1 + now.since(passed.0));
        passed.1
    }
}

#[cfg(test)]
mod tests {
    use std::{pin::Pin, sync::atomic::AtomicI64};

    use super::*;

    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::SeqCst))
        }

        fn sleep_until(&self, _: Timestamp) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
            Box::pin(std::future::pending())
        }
    }

    fn gates() -> (Arc<Hand>, Gates) {
        let hand = Arc::new(Hand(AtomicI64::new(1_000_000)));
        let clock: Arc<dyn Clock> = hand.clone();
        (hand, Gates::new(&Limits::default(), &clock))
    }

    fn starts(gates: &Gates, from: &str) -> usize {
        let client = from.parse().unwrap();
        (0..20)
            .filter(|_| gates.starts.pass(client).is_ok())
            .count()
    }

    #[test]
    fn ten_starts_a_minute_and_then_one_every_six_seconds() {
        let (hand, gates) = gates();
        assert_eq!(starts(&gates, "192.0.2.7"), 10);
        let refused = gates.starts.pass("192.0.2.7".parse().unwrap());
        assert!(
            matches!(refused, Err(ApiError::TooMany { after }) if after == Duration::from_secs(6)),
            "{refused:?}"
        );
        hand.0.fetch_add(6_000, Ordering::SeqCst);
        assert_eq!(starts(&gates, "192.0.2.7"), 1);
    }

    #[test]
    fn one_address_does_not_take_from_another_but_a_household_is_one() {
        let (_, gates) = gates();
        assert_eq!(starts(&gates, "192.0.2.7"), 10);
        assert_eq!(starts(&gates, "192.0.2.8"), 10);
        assert_eq!(starts(&gates, "2001:db8::1"), 10);
        assert_eq!(starts(&gates, "2001:db8::ffff:1"), 0);
        assert_eq!(starts(&gates, "2001:db8:0:1::1"), 10);
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let (hand, gates) = gates();
        assert_eq!(starts(&gates, "192.0.2.7"), 10);
        hand.0.fetch_sub(900_000, Ordering::SeqCst);
        assert_eq!(starts(&gates, "192.0.2.7"), 0);
        hand.0.fetch_add(60_000, Ordering::SeqCst);
        assert_eq!(starts(&gates, "192.0.2.7"), 10);
    }

    #[test]
    fn keys_that_ask_no_more_are_forgotten() {
        let (hand, gates) = gates();
        for n in 0..SWEEP {
            let _ = gates.starts.pass(std::net::Ipv4Addr::from_bits(n).into());
        }
        hand.0.fetch_add(60_000, Ordering::SeqCst);
        for _ in 0..SWEEP {
            let _ = gates.starts.pass("192.0.2.7".parse().unwrap());
        }
        assert_eq!(gates.starts.rates.len(), 1);
    }
}
