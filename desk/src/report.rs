//! What `!report` says of a service's chats: counts, medians and ratings, by agent.

use std::{collections::BTreeMap, time::Duration};

use crate::ids::{AgentId, Timestamp};

mod days;

pub use days::{Day, Days, midnight};

/// The most chats a report counts.
pub const MAX_CHATS: u32 = 50_000;

/// What a report counts of one chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatFigures {
    pub started_at: Timestamp,
    /// Who had it last.
    pub agent: Option<AgentId>,
    /// The name customers see, if it is still an agent of the service.
    pub agent_name: Option<String>,
    pub taken_at: Option<Timestamp>,
    pub answered_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub score: Option<u8>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    pub chats: usize,
    /// Closed before any agent took them.
    pub lost: usize,
    /// Neither taken nor closed yet.
    pub waiting: usize,
    /// Medians: from the start until an agent took it, until an agent wrote, and from taken to closed.
    pub wait: Option<Duration>,
    pub first_answer: Option<Duration>,
    pub length: Option<Duration>,
    pub ratings: usize,
    /// The mean score.
    pub score: Option<f64>,
    /// By the name customers see; who took nothing is not named.
    pub agents: Vec<AgentReport>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AgentReport {
    pub name: String,
    pub chats: usize,
    pub first_answer: Option<Duration>,
    pub ratings: usize,
    pub score: Option<f64>,
}

impl Report {
    pub fn of(chats: &[ChatFigures]) -> Self {
        let mut agents: BTreeMap<&AgentId, Vec<&ChatFigures>> = BTreeMap::new();
        for chat in chats {
            if let Some(agent) = &chat.agent {
                agents.entry(agent).or_default().push(chat);
            }
        }
        let untaken = || chats.iter().filter(|chat| chat.taken_at.is_none());
        let (ratings, score) = scores(chats.iter());
        Self {
            chats: chats.len(),
            lost: untaken().filter(|chat| chat.closed_at.is_some()).count(),
            waiting: untaken().filter(|chat| chat.closed_at.is_none()).count(),
            wait: median(chats.iter().filter_map(ChatFigures::wait)),
            first_answer: median(chats.iter().filter_map(ChatFigures::first_answer)),
            length: median(chats.iter().filter_map(ChatFigures::length)),
            ratings,
            score,
            agents: agents
                .into_iter()
                .map(|(id, chats)| AgentReport::of(id, &chats))
                .collect(),
        }
    }
}

impl AgentReport {
    fn of(id: &AgentId, chats: &[&ChatFigures]) -> Self {
        let name = chats.iter().find_map(|chat| chat.agent_name.clone());
        let (ratings, score) = scores(chats.iter().copied());
        Self {
            name: name.unwrap_or_else(|| id.to_string()),
            chats: chats.len(),
            first_answer: median(chats.iter().filter_map(|chat| chat.first_answer())),
            ratings,
            score,
        }
    }
}

impl ChatFigures {
    fn wait(&self) -> Option<Duration> {
        Some(self.taken_at?.since(self.started_at))
    }

    fn first_answer(&self) -> Option<Duration> {
        Some(self.answered_at?.since(self.started_at))
    }

    fn length(&self) -> Option<Duration> {
        Some(self.closed_at?.since(self.taken_at?))
    }
}

/// The middle one; of an even number, the mean of the two in the middle.
fn median(spans: impl Iterator<Item = Duration>) -> Option<Duration> {
    let mut sorted: Vec<Duration> = spans.collect();
    sorted.sort_unstable();
    let upper = *sorted.get(sorted.len() / 2)?;
    if !sorted.len().is_multiple_of(2) {
        return Some(upper);
    }
    let lower = *sorted.get((sorted.len() / 2).checked_sub(1)?)?;
    Some((lower + upper) / 2)
}

fn scores<'c>(chats: impl Iterator<Item = &'c ChatFigures>) -> (usize, Option<f64>) {
    let scores: Vec<f64> = chats.filter_map(|chat| chat.score).map(f64::from).collect();
    let mean = match u32::try_from(scores.len()) {
        Ok(count) if count > 0 => Some(scores.iter().sum::<f64>() / f64::from(count)),
        _ => None,
    };
    (scores.len(), mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_millis(1_000_000);

    fn chat(agent: Option<&str>, taken_s: Option<u64>, answered_s: Option<u64>) -> ChatFigures {
        let at = |s: u64| START + Duration::from_secs(s);
        ChatFigures {
            started_at: START,
            agent: agent.map(|name| AgentId::new(format!("@{name}:example.org"))),
            agent_name: agent.map(str::to_owned),
            taken_at: taken_s.map(at),
            answered_at: answered_s.map(at),
            closed_at: None,
            score: None,
        }
    }

    #[test]
    fn a_report_counts_chats_and_takes_the_medians() {
        let mut chats = vec![
            chat(Some("anna"), Some(10), Some(20)),
            chat(Some("anna"), Some(30), Some(60)),
            chat(Some("bela"), Some(500), None),
            chat(None, None, None),
            chat(None, None, None),
        ];
        chats[0].score = Some(5);
        chats[0].closed_at = Some(START + Duration::from_secs(110));
        chats[1].score = Some(4);
        chats[4].closed_at = Some(START + Duration::from_secs(9));
        let report = Report::of(&chats);
        assert_eq!((report.chats, report.waiting, report.lost), (5, 1, 1));
        assert_eq!(report.wait, Some(Duration::from_secs(30)));
        assert_eq!(report.first_answer, Some(Duration::from_secs(40)));
        assert_eq!(report.length, Some(Duration::from_secs(100)));
        assert_eq!((report.ratings, report.score), (2, Some(4.5)));
        let agents: Vec<_> = report
            .agents
            .iter()
            .map(|agent| (agent.name.as_str(), agent.chats, agent.ratings))
            .collect();
        assert_eq!(agents, [("anna", 2, 2), ("bela", 1, 0)]);
    }

    #[test]
    fn a_report_of_nothing_is_empty() {
        assert_eq!(Report::of(&[]), Report::default());
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_two_in_the_middle() {
        for (seconds, middle) in [
            (vec![], None),
            (vec![7], Some(7)),
            (vec![9, 1, 5], Some(5)),
            (vec![1, 3], Some(2)),
        ] {
            let spans = seconds.iter().copied().map(Duration::from_secs);
            assert_eq!(
                median(spans),
                middle.map(Duration::from_secs),
                "{seconds:?}"
            );
        }
    }
}
