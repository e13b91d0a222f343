//! How long a customer will probably wait, and who is told its place in the queue.

use std::time::Duration;

/// So many accepted chats count for the estimate.
pub const RECENT_WAITS: usize = 20;
/// With fewer nothing is said.
const KNOWN: usize = 3;

/// The first so many who wait are told each time their place changes.
pub const TOLD_EACH_TIME: u32 = 50;
/// Those behind them are told this often, and at most this many at once, so that one chat that
/// is taken does not write an event for each of 100,000 who wait.
pub const TOLD_LATER: (Duration, u32) = (Duration::from_secs(30), 500);

/// The median of how long customers waited lately, times the place in the queue, shared among the
/// agents at work; in seconds, at least 1. `None` when too little is known.
pub fn estimated_wait(recent: &[Duration], place: u64, working: usize) -> Option<u64> {
    if recent.len() < KNOWN || working == 0 {
        return None;
    }
    let mut waits: Vec<u64> = recent.iter().map(Duration::as_secs).collect();
    waits.sort_unstable();
    let median = waits.get(waits.len() / 2)?;
    let working = u64::try_from(working).ok()?;
    let seconds = median.saturating_mul(place).div_ceil(working);
    Some(seconds.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_the_median_by_place_and_agents() {
        let waits = |seconds: &[u64]| -> Vec<Duration> {
            seconds.iter().copied().map(Duration::from_secs).collect()
        };
        for (recent, place, working, expected) in [
            (waits(&[]), 1, 1, None),
            (waits(&[40, 40]), 1, 1, None),
            (waits(&[40, 50, 60]), 1, 0, None),
            (waits(&[40, 50, 60]), 1, 1, Some(50)),
            (waits(&[60, 5_000, 50, 40]), 1, 1, Some(60)),
            (waits(&[40, 50, 60]), 3, 1, Some(150)),
            (waits(&[40, 50, 60]), 3, 4, Some(38)),
            (waits(&[0, 0, 0]), 1, 1, Some(1)),
        ] {
            assert_eq!(
                estimated_wait(&recent, place, working),
                expected,
                "{recent:?}, place {place}, {working} agents"
            );
        }
    }
}
