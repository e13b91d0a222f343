//! The agents of a service during one routing pass: who is next, for one chat after the other.

use std::collections::{BTreeSet, HashMap};

use super::{
    Candidate, OTHERS, Others, Rule, Waiting, WhyNot,
    pool::{Bag, Pool, Rank, Seat},
};
use crate::{
    agent::{Attendance, ChatStatus},
    chat::{Chat, Target},
    ids::{AgentId, Timestamp},
    service::Strategy,
};

/// Keeps everybody who is eligible in order, and the members of each group apart, so that a
/// decision looks at few agents however many there are.
pub struct Board {
    attendance: Attendance,
    strategy: Strategy,
    seats: Vec<Candidate>,
    by_id: HashMap<AgentId, Seat>,
    everybody: Pool,
    groups: HashMap<String, Pool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub agent: AgentId,
    pub rule: Rule,
}

impl Board {
    pub fn new(agents: Vec<Candidate>, attendance: Attendance, strategy: Strategy) -> Self {
        let by_id = agents.iter().enumerate();
        let mut board = Self {
            by_id: by_id
                .map(|(seat, candidate)| (candidate.agent.id.clone(), seat))
                .collect(),
            attendance,
            strategy,
            seats: agents,
            everybody: pool(strategy),
            groups: HashMap::new(),
        };
        for seat in 0..board.seats.len() {
            board.seat(seat);
        }
        board
    }

    /// Nobody has a free slot: no waiting chat can go to anybody.
    pub fn is_exhausted(&self) -> bool {
        self.everybody.is_empty()
    }

    pub fn find(&self, agent: &AgentId) -> Option<&Candidate> {
        self.seats.get(*self.by_id.get(agent)?)
    }

    /// How many agents are at work, busy or not.
    pub fn working(&self) -> usize {
        let there = self.seats.iter();
        there
            .filter(|candidate| candidate.agent.is_routable(self.attendance))
            .count()
    }

    /// Somebody is there who has not let this chat pass.
    pub fn has_hope(&self, passed: &[(AgentId, u32)]) -> bool {
        self.seats.iter().any(|candidate| {
            let id = &candidate.agent.id;
            candidate.agent.is_routable(self.attendance)
                && !passed.iter().any(|(agent, _)| agent == id)
        })
    }

    /// Whom this chat is offered to now: the agent it was transferred to; else, of everybody or
    /// the group, who last talked with the customer, then by the strategy who has not had its
    /// offer before, then who has had it least often.
    pub fn decide(&self, waiting: &Waiting, luck: u64) -> Option<Choice> {
        let pool = match self.target(waiting) {
            Some(Target::Agent { agent, .. }) => {
                let seat = *self.by_id.get(agent)?;
                return self
                    .choose(seat, Rule::Meant)
                    .filter(|_| self.is_free(seat));
            }
            Some(Target::Group(group)) => self.groups.get(group)?,
            None => &self.everybody,
        };
        let passed: HashMap<Seat, u32> = waiting
            .passed
            .iter()
            .filter_map(|(agent, times)| Some((*self.by_id.get(agent)?, *times)))
            .collect();
        let in_pool = |seat: &Seat| self.rank(*seat).is_some_and(|rank| pool.holds(&rank));
        let recent = waiting.recent.as_ref();
        let recent = recent.and_then(|agent| self.by_id.get(agent).copied());
        if let Some(seat) = recent.filter(|seat| in_pool(seat) && !passed.contains_key(seat)) {
            return self.choose(seat, Rule::Recent);
        }
        if let Some(seat) = pool.next_but(&passed, luck) {
            return self.choose(seat, self.rule());
        }
        let again = passed.iter().filter(|(seat, _)| in_pool(seat));
        let (seat, _) = again.min_by_key(|(seat, times)| (**times, self.rank(**seat)))?;
        self.choose(*seat, Rule::Again)
    }

    /// The agent now has this chat: one more, unless it handed it over and so has its slot still.
    pub fn assign(&mut self, chat: &Chat, agent: &AgentId, now: Timestamp) {
        let one_more = chat.handling.handed_over_by.as_ref() != Some(agent);
        let Some(&seat) = self.by_id.get(agent) else {
            return;
        };
        self.unseat(seat);
        if let Some(candidate) = self.seats.get_mut(seat) {
            candidate.load += u32::from(one_more);
            candidate.last_offered = Some(now);
        }
        self.seat(seat);
    }

    /// Who may claim the chat now: all with a free slot whom it is for.
    pub fn callable(&self, waiting: &Waiting) -> Vec<AgentId> {
        let seats = match self.target(waiting) {
            Some(Target::Agent { .. }) => Vec::new(),
            Some(Target::Group(group)) => self.groups.get(group).map_or(Vec::new(), Pool::seats),
            None => self.everybody.seats(),
        };
        let candidates = seats.into_iter().filter_map(|seat| self.seats.get(seat));
        candidates
            .map(|candidate| candidate.agent.id.clone())
            .collect()
    }

    /// Whether the chat is for this agent, be it there or not.
    pub fn is_for(&self, waiting: &Waiting, agent: &AgentId) -> bool {
        match self.target(waiting) {
            None => true,
            Some(Target::Agent { agent: meant, .. }) => meant == agent,
            Some(Target::Group(group)) => self
                .find(agent)
                .is_some_and(|found| found.agent.groups.contains(group)),
        }
    }

    /// Why the chat does not go to all the others. Those who could have taken it come first.
    pub fn others(&self, waiting: &Waiting, chosen: Option<&AgentId>) -> Others {
        let count = self.seats.len() - usize::from(chosen.is_some());
        let others = self.seats.iter();
        let mut agents: Vec<_> = others
            .filter(|other| Some(&other.agent.id) != chosen)
            .take(OTHERS)
            .map(|other| (other.agent.id.clone(), self.why_not(waiting, other)))
            .collect();
        agents.sort_by_key(|(_, why)| *why != WhyNot::Behind);
        Others {
            more: u32::try_from(count.saturating_sub(agents.len())).unwrap_or(u32::MAX),
            agents,
        }
    }

    pub fn why_not(&self, waiting: &Waiting, candidate: &Candidate) -> WhyNot {
        let agent = &candidate.agent;
        if let Some(why) = agent.unroutable(self.attendance) {
            return why.into();
        }
        match self.target(waiting) {
            Some(Target::Group(group)) if !agent.groups.contains(group) => {
                return WhyNot::NotInGroup(group.clone());
            }
            Some(Target::Agent { agent: meant, .. }) if *meant != agent.id => {
                return WhyNot::NotMeant;
            }
            _ => {}
        }
        if !candidate.has_free_slot() {
            return WhyNot::Full {
                load: candidate.load,
                capacity: agent.capacity,
            };
        }
        match waiting.passed.iter().any(|(passed, _)| *passed == agent.id) {
            true => WhyNot::LetPass,
            false => WhyNot::Behind,
        }
    }

    /// The transfer's target while it still binds: an agent that is gone, away or not to be had
    /// in time does not.
    fn target<'w>(&self, waiting: &'w Waiting) -> Option<&'w Target> {
        let target = waiting.chat.handling.target.as_ref()?;
        match target {
            Target::Group(_) => Some(target),
            Target::Agent { agent, until } => {
                let meant = &self.find(agent)?.agent;
                let refuses = matches!(meant.status, ChatStatus::Away | ChatStatus::Offline);
                let binds = meant.may_chat() && !refuses && *until > self.attendance.now;
                binds.then_some(target)
            }
        }
    }

    fn choose(&self, seat: Seat, rule: Rule) -> Option<Choice> {
        let agent = self.seats.get(seat)?.agent.id.clone();
        Some(Choice { agent, rule })
    }

    fn rule(&self) -> Rule {
        match self.strategy {
            Strategy::LeastLoaded => Rule::LeastLoaded,
            Strategy::RoundRobin => Rule::RoundRobin,
            Strategy::Random => Rule::Random,
        }
    }

    fn rank(&self, seat: Seat) -> Option<Rank> {
        let candidate = self.seats.get(seat)?;
        let load = match self.strategy {
            Strategy::LeastLoaded => candidate.load,
            Strategy::RoundRobin | Strategy::Random => 0,
        };
        Some((load, candidate.last_offered, seat))
    }

    fn is_free(&self, seat: Seat) -> bool {
        self.seats
            .get(seat)
            .is_some_and(|candidate| candidate.is_eligible(self.attendance))
    }

    fn seat(&mut self, seat: Seat) {
        let (Some(rank), Some(candidate)) = (self.rank(seat), self.seats.get(seat)) else {
            return;
        };
        if !candidate.is_eligible(self.attendance) {
            return;
        }
        self.everybody.insert(rank);
        for group in &candidate.agent.groups {
            let members = self.groups.entry(group.clone());
            members.or_insert_with(|| pool(self.strategy)).insert(rank);
        }
    }

    fn unseat(&mut self, seat: Seat) {
        let (Some(rank), Some(candidate)) = (self.rank(seat), self.seats.get(seat)) else {
            return;
        };
        self.everybody.remove(&rank);
        for group in &candidate.agent.groups {
            if let Some(members) = self.groups.get_mut(group) {
                members.remove(&rank);
            }
        }
    }
}

fn pool(strategy: Strategy) -> Pool {
    match strategy {
        Strategy::LeastLoaded | Strategy::RoundRobin => Pool::Ranked(BTreeSet::new()),
        Strategy::Random => Pool::Bag(Bag::default()),
    }
}

#[cfg(test)]
mod tests;
