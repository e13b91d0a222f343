//! How long to wait before the homeserver is asked again.

use std::time::Duration;

const LONGEST: Duration = Duration::from_secs(30);

/// 1, 2, 4 ... 30 seconds, each up to a quarter longer so that many do not come back at once.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// `stray` is between 0 and 1.
    pub(crate) fn next(&mut self, stray: f64) -> Duration {
        let span = Duration::from_secs(1u64 << self.failures.min(5)).min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        span + span.mul_f64(stray.clamp(0.0, 1.0) / 4.0)
    }

    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_up_to_thirty_seconds_and_starts_anew() {
        let mut backoff = Backoff::default();
        let spans: Vec<_> = (0..7).map(|_| backoff.next(0.0).as_secs()).collect();
        assert_eq!(spans, [1, 2, 4, 8, 16, 30, 30]);
        backoff.reset();
        assert_eq!(backoff.next(1.0), Duration::from_millis(1_250));
    }
}
