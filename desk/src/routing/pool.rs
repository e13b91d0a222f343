//! Agents with a free slot, in the order in which they are next.

use std::collections::{BTreeSet, HashMap};

use crate::ids::Timestamp;

/// An agent's place in the board's list.
pub(super) type Seat = usize;

/// Load, when it was last offered a chat, and the seat, which decides among equals.
pub(super) type Rank = (u32, Option<Timestamp>, Seat);

/// Every change and the first pick take time logarithmic in the number of agents.
pub(super) enum Pool {
    Ranked(BTreeSet<Rank>),
    Bag(Bag),
}

/// Any of them is next.
#[derive(Default)]
pub(super) struct Bag {
    seats: Vec<Seat>,
    places: HashMap<Seat, usize>,
}

impl Pool {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Ranked(ranks) => ranks.is_empty(),
            Self::Bag(bag) => bag.seats.is_empty(),
        }
    }

    pub(super) fn holds(&self, rank: &Rank) -> bool {
        match self {
            Self::Ranked(ranks) => ranks.contains(rank),
            Self::Bag(bag) => bag.places.contains_key(&rank.2),
        }
    }

    pub(super) fn insert(&mut self, rank: Rank) {
        match self {
            Self::Ranked(ranks) => drop(ranks.insert(rank)),
            Self::Bag(bag) => bag.insert(rank.2),
        }
    }

    pub(super) fn remove(&mut self, rank: &Rank) {
        match self {
            Self::Ranked(ranks) => drop(ranks.remove(rank)),
            Self::Bag(bag) => bag.remove(rank.2),
        }
    }

    /// The next one that is not among these.
    pub(super) fn next_but(&self, skipped: &HashMap<Seat, u32>, luck: u64) -> Option<Seat> {
        let fits = |seat: &Seat| !skipped.contains_key(seat);
        match self {
            Self::Ranked(ranks) => ranks.iter().map(|(_, _, seat)| *seat).find(fits),
            Self::Bag(bag) => bag.from(luck).find(fits),
        }
    }

    pub(super) fn seats(&self) -> Vec<Seat> {
        match self {
            Self::Ranked(ranks) => ranks.iter().map(|(_, _, seat)| *seat).collect(),
            Self::Bag(bag) => bag.seats.clone(),
        }
    }
}

impl Bag {
    fn insert(&mut self, seat: Seat) {
        if !self.places.contains_key(&seat) {
            self.places.insert(seat, self.seats.len());
            self.seats.push(seat);
        }
    }

    fn remove(&mut self, seat: Seat) {
        let Some(place) = self.places.remove(&seat) else {
            return;
        };
        self.seats.swap_remove(place);
        if let Some(moved) = self.seats.get(place) {
            self.places.insert(*moved, place);
        }
    }

    /// All of them, from one that luck points at.
    fn from(&self, luck: u64) -> impl Iterator<Item = Seat> + '_ {
        let count = u64::try_from(self.seats.len()).unwrap_or(u64::MAX);
        let start = usize::try_from(luck.checked_rem(count).unwrap_or(0)).unwrap_or(0);
        let (before, after) = self.seats.split_at(start);
        after.iter().chain(before).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bag_gives_each_its_turn_and_nobody_who_was_taken_out() {
        let mut pool = Pool::Bag(Bag::default());
        for seat in 0..5 {
            pool.insert((0, None, seat));
        }
        pool.insert((0, None, 3));
        pool.remove(&(0, None, 1));
        pool.remove(&(0, None, 1));
        let mut given: Vec<_> = (0..4)
            .filter_map(|luck| pool.next_but(&HashMap::new(), luck))
            .collect();
        given.sort_unstable();
        assert_eq!(given, [0, 2, 3, 4]);
        let skipped = HashMap::from([(0, 1), (2, 1), (4, 1)]);
        for luck in 0..9 {
            assert_eq!(pool.next_but(&skipped, luck), Some(3), "luck {luck}");
        }
    }
}
