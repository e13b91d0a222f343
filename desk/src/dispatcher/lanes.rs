//! Which lanes deliver, which pause after a failure, and for how long.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use crate::{effect::MAIL, ids::Timestamp};

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// Mail servers want to be left alone for longer than homeservers.
const LONGEST_MAIL_PAUSE: Duration = Duration::from_secs(15 * 60);

#[derive(Default)]
pub struct Lanes {
    busy: HashSet<String>,
    /// Those of the busy ones that make a room.
    rooms: HashSet<String>,
    pauses: HashMap<String, Pause>,
    /// Those that have delivered since the last look at the outbox began: what was seen of them
    /// may be what they delivered.
    left: HashSet<String>,
    missed: bool,
}

struct Pause {
    until: Timestamp,
    attempts: u32,
}

impl Lanes {
    /// A look at the outbox begins.
    pub fn look(&mut self) {
        self.left.clear();
        self.missed = false;
    }

    /// Whether the look must be repeated for a lane that delivered meanwhile.
    pub fn look_again(&self) -> bool {
        self.missed
    }

    /// Says whether the lane may deliver what was seen of it; if so it is busy.
    pub fn enter(&mut self, lane: &str, now: Timestamp) -> bool {
        if self.left.contains(lane) {
            self.missed = true;
            return false;
        }
        let paused = self.pauses.get(lane).is_some_and(|pause| pause.until > now);
        !paused && self.busy.insert(lane.to_owned())
    }

    /// The busy lane makes a room.
    pub fn makes_room(&mut self, lane: String) {
        self.rooms.insert(lane);
    }

    pub fn making_rooms(&self) -> usize {
        self.rooms.len()
    }

    /// The lane has delivered, or given up.
    pub fn leave(&mut self, lane: &str) {
        self.busy.remove(lane);
        self.rooms.remove(lane);
        self.pauses.remove(lane);
        self.left.insert(lane.to_owned());
    }

    /// The lane has failed and pauses: as long as the homeserver asked for, or longer each time.
    /// Says how often it has failed in a row.
    pub fn pause(&mut self, lane: &str, now: Timestamp, asked: Option<Duration>) -> u32 {
        self.busy.remove(lane);
        self.rooms.remove(lane);
        let attempts = self.pauses.get(lane).map_or(0, |pause| pause.attempts) + 1;
        let doubled = FIRST_PAUSE.saturating_mul(1 << (attempts - 1).min(10));
        let longest = match lane.starts_with(MAIL) {
            true => LONGEST_MAIL_PAUSE,
            false => LONGEST_PAUSE,
        };
        let pause = asked.unwrap_or(doubled).min(longest);
        let until = now + pause;
        self.pauses
            .insert(lane.to_owned(), Pause { until, attempts });
        attempts
    }

    /// When the next pause ends.
    pub fn next_end(&self, now: Timestamp) -> Option<Timestamp> {
        let ends = self.pauses.values().map(|pause| pause.until);
        ends.filter(|until| *until > now).min()
    }

    /// Ends all pauses.
    pub fn resume(&mut self) {
        self.pauses.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(43_200_000);

    #[test]
    fn a_lane_delivers_one_thing_at_a_time() {
        let mut lanes = Lanes::default();
        assert!(lanes.enter("a", NOON));
        assert!(!lanes.enter("a", NOON));
        assert!(lanes.enter("b", NOON));
        lanes.leave("a");
        lanes.look();
        assert!(lanes.enter("a", NOON));
    }

    #[test]
    fn what_was_seen_of_a_lane_that_delivered_meanwhile_is_looked_at_again() {
        let mut lanes = Lanes::default();
        assert!(lanes.enter("a", NOON));
        lanes.look();
        lanes.leave("a");
        assert!(!lanes.look_again());
        assert!(!lanes.enter("a", NOON));
        assert!(lanes.look_again());
        lanes.look();
        assert!(!lanes.look_again());
        assert!(lanes.enter("a", NOON));
    }

    #[test]
    fn a_failing_lane_pauses_longer_each_time_up_to_15_seconds() {
        let mut lanes = Lanes::default();
        let mut pauses = Vec::new();
        let mut now = NOON;
        for _ in 0..8 {
            assert!(lanes.enter("a", now));
            lanes.pause("a", now, None);
            assert!(!lanes.enter("a", now));
            let end = lanes.next_end(now).unwrap();
            pauses.push(end.since(now).as_millis());
            now = end;
        }
        assert_eq!(
            pauses,
            [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]
        );
    }

    #[test]
    fn a_pause_is_as_long_as_the_homeserver_asks_and_ends_when_it_is_back() {
        let mut lanes = Lanes::default();
        lanes.pause("a", NOON, Some(Duration::from_secs(3)));
        assert_eq!(lanes.next_end(NOON), Some(NOON + Duration::from_secs(3)));
        lanes.resume();
        assert!(lanes.enter("a", NOON));
    }
}
