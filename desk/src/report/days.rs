//! A report day by day and hour by hour, on the clock of the help center.

use std::{collections::BTreeMap, time::Duration};

use jiff::{ToSpan as _, Zoned, civil::Date, tz::TimeZone};

use super::{ChatFigures, Report};
use crate::ids::Timestamp;

/// A day without chats is there, too.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Days {
    pub days: Vec<Day>,
    /// Chats started in each hour of the day.
    pub hours: [usize; 24],
    /// Chats rated with 1 to 5.
    pub scores: [usize; 5],
}

#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// `2026-11-23`
    pub day: String,
    pub chats: usize,
    pub lost: usize,
    pub wait: Option<Duration>,
    pub first_answer: Option<Duration>,
    pub score: Option<f64>,
}

impl Days {
    /// From the first moment to the last.
    pub fn of(chats: &[ChatFigures], zone: &TimeZone, (from, to): (Timestamp, Timestamp)) -> Self {
        let mut hours = [0; 24];
        let mut scores = [0; 5];
        let mut started: BTreeMap<Date, Vec<ChatFigures>> = BTreeMap::new();
        for chat in chats {
            let Some(at) = on_the_clock(chat.started_at, zone) else {
                continue;
            };
            if let Some(hour) = usize::try_from(at.hour())
                .ok()
                .and_then(|hour| hours.get_mut(hour))
            {
                *hour += 1;
            }
            let score = chat.score.map(|score| usize::from(score).wrapping_sub(1));
            if let Some(score) = score.and_then(|score| scores.get_mut(score)) {
                *score += 1;
            }
            started.entry(at.date()).or_default().push(chat.clone());
        }
        let days = dates(zone, from, to).map(|date| {
            let on_it = started.get(&date).map(Vec::as_slice);
            Day::of(date, on_it.unwrap_or_default())
        });
        Self {
            days: days.collect(),
            hours,
            scores,
        }
    }
}

impl Day {
    fn of(date: Date, chats: &[ChatFigures]) -> Self {
        let report = Report::of(chats);
        Self {
            day: date.to_string(),
            chats: report.chats,
            lost: report.lost,
            wait: report.wait,
            first_answer: report.first_answer,
            score: report.score,
        }
    }
}

fn on_the_clock(at: Timestamp, zone: &TimeZone) -> Option<Zoned> {
    let at = jiff::Timestamp::from_millisecond(at.as_millis()).ok()?;
    Some(at.to_zoned(zone.clone()))
}

fn dates(zone: &TimeZone, from: Timestamp, to: Timestamp) -> impl Iterator<Item = Date> {
    let date = |at| on_the_clock(at, zone).map(|at| at.date());
    let (first, last) = (date(from), date(to));
    let days = first.map(|first| first.series(1.day()));
    days.into_iter()
        .flatten()
        .take_while(move |day| last.is_some_and(|last| *day <= last))
}

/// When the day of this moment began.
pub fn midnight(zone: &TimeZone, at: Timestamp) -> Timestamp {
    let day = on_the_clock(at, zone).and_then(|at| at.start_of_day().ok());
    day.map_or(at, |day| {
        Timestamp::from_millis(day.timestamp().as_millisecond())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> Timestamp {
        let time: jiff::Timestamp = time.parse().unwrap();
        Timestamp::from_millis(time.as_millisecond())
    }

    fn chat(started: &str, score: Option<u8>) -> ChatFigures {
        ChatFigures {
            started_at: at(started),
            agent: None,
            agent_name: None,
            taken_at: None,
            answered_at: None,
            closed_at: None,
            score,
        }
    }

    #[test]
    fn chats_are_counted_on_the_day_and_hour_of_the_help_center() {
        let seoul = TimeZone::get("Asia/Seoul").unwrap();
        let now = at("2026-11-23T14:00:00Z");
        let from = midnight(&seoul, at("2026-11-21T14:00:00Z"));
        assert_eq!(from, at("2026-11-20T15:00:00Z"));
        let chats = [
            chat("2026-11-20T15:00:00Z", Some(5)),
            chat("2026-11-22T14:59:59Z", Some(1)),
            chat("2026-11-22T15:00:00Z", None),
        ];
        let days = Days::of(&chats, &seoul, (from, now));
        let counted: Vec<_> = days.days.iter().map(|it| (&*it.day, it.chats)).collect();
        assert_eq!(
            counted,
            [("2026-11-21", 1), ("2026-11-22", 1), ("2026-11-23", 1)]
        );
        assert_eq!((days.hours[0], days.hours[23]), (2, 1));
        assert_eq!(days.scores, [1, 0, 0, 0, 1]);
    }

    #[test]
    fn a_day_on_which_clocks_change_is_one_day() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let now = at("2026-10-26T12:00:00Z");
        let days = Days::of(&[], &berlin, (at("2026-10-23T22:00:00Z"), now));
        let named: Vec<_> = days.days.iter().map(|it| it.day.as_str()).collect();
        assert_eq!(named, ["2026-10-24", "2026-10-25", "2026-10-26"]);
    }
}
