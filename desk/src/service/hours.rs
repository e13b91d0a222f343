//! Business hours: when a help center offers chat.

use std::fmt;

use jiff::{
    Timestamp as Instant, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

use crate::ids::Timestamp;

mod words;

pub use words::WrongHours;

/// How many days ahead the next opening is looked for.
const AHEAD: i64 = 400;
const DAY: i32 = 24 * 60;

/// Weekly hours in a time zone, and days off. Outside them only *Contact Us* is offered; chats
/// that run go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// A name of the IANA time zone database, such as `Asia/Seoul`.
    pub zone: String,
    /// When chat is open. Spans may not pass midnight; `24:00` is the end of a day.
    pub open: Vec<Span>,
    /// Days without chat, `YYYY-MM-DD`.
    #[serde(default)]
    pub holidays: Vec<String>,
}

/// On some days of the week, from one time to another, `HH:MM`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub days: Vec<Weekday>,
    pub from: String,
    pub to: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    pub const ALL: [Self; 7] = [
        Self::Mon,
        Self::Tue,
        Self::Wed,
        Self::Thu,
        Self::Fri,
        Self::Sat,
        Self::Sun,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mon => "mon",
            Self::Tue => "tue",
            Self::Wed => "wed",
            Self::Thu => "thu",
            Self::Fri => "fri",
            Self::Sat => "sat",
            Self::Sun => "sun",
        }
    }

    fn of(date: Date) -> Option<Self> {
        let from_monday = usize::try_from(date.weekday().to_monday_zero_offset()).ok()?;
        Self::ALL.get(from_monday).copied()
    }
}

impl Hours {
    /// Goes by the clock on the wall: an hour that a change of the clocks repeats counts twice,
    /// one that it skips does not come.
    pub fn open_at(&self, now: Timestamp) -> bool {
        self.zone()
            .zip(instant(now))
            .is_some_and(|(zone, now)| self.is_open(&zone, now))
    }

    /// The first moment from now on at which it is open; nothing within a year and a month.
    pub fn next_open(&self, now: Timestamp) -> Option<Timestamp> {
        let (zone, now) = (self.zone()?, instant(now)?);
        if self.is_open(&zone, now) {
            return Some(Timestamp::from_millis(now.as_millisecond()));
        }
        let horizon = now.checked_add((AHEAD * 24).hours()).ok()?;
        let changes = zone.following(now).map(|change| change.timestamp());
        let change = changes
            .take_while(|change| *change < horizon)
            .find(|change| self.is_open(&zone, *change));
        let today = zone.to_datetime(now).date();
        let mut found: Option<Instant> = None;
        // Where the clocks go back over midnight, a day's hours can come after the next day's: one
        // day more is looked at.
        for day in -1..=AHEAD {
            let Ok(date) = today.checked_add(day.days()) else {
                break;
            };
            let starts = self.starts(&zone, date);
            let first = starts
                .filter(|start| *start > now && self.is_open(&zone, *start))
                .min();
            let was_found = found.is_some();
            found = found.into_iter().chain(first).min();
            if was_found {
                break;
            }
        }
        let first = found.into_iter().chain(change).min();
        first.map(|at| Timestamp::from_millis(at.as_millisecond()))
    }

    /// The time zone; an unknown one cannot have been stored.
    pub fn zone(&self) -> Option<TimeZone> {
        TimeZone::get(&self.zone).ok()
    }

    fn is_open(&self, zone: &TimeZone, now: Instant) -> bool {
        let local = zone.to_datetime(now);
        let minute = i32::from(local.hour()) * 60 + i32::from(local.minute());
        self.spans_on(local.date())
            .any(|(from, to)| (from..to).contains(&minute))
    }

    /// The minutes of the day between which it is open.
    fn spans_on(&self, date: Date) -> impl Iterator<Item = (i32, i32)> + '_ {
        let closed = self.holidays.contains(&date.to_string());
        let weekday = Weekday::of(date).filter(|_| !closed);
        self.open
            .iter()
            .filter(move |span| weekday.is_some_and(|day| span.days.contains(&day)))
            .filter_map(|span| Some((minute(&span.from)?, minute(&span.to)?)))
    }

    /// The moments at which the clock on the wall shows the start of a span of this day.
    fn starts(&self, zone: &TimeZone, date: Date) -> impl Iterator<Item = Instant> {
        let at = move |from: i32| {
            let time = Time::new(
                i8::try_from(from / 60).ok()?,
                i8::try_from(from % 60).ok()?,
                0,
                0,
            );
            let local = zone.to_ambiguous_timestamp(date.to_datetime(time.ok()?));
            Some([local.earlier().ok()?, local.later().ok()?])
        };
        self.spans_on(date)
            .filter_map(move |(from, _)| at(from))
            .flatten()
    }
}

fn instant(at: Timestamp) -> Option<Instant> {
    Instant::from_millisecond(at.as_millis()).ok()
}

/// `09:30` as minutes; `24:00` is the end of a day.
fn minute(time: &str) -> Option<i32> {
    let (hour, minute) = time.split_once(':').unwrap_or((time, "0"));
    let number = |digits: &str| {
        (1..=2)
            .contains(&digits.len())
            .then(|| digits.parse::<u8>().ok().map(i32::from))
            .flatten()
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let minutes = hour * 60 + minute;
    (minute < 60 && minutes <= DAY).then_some(minutes)
}

fn clock(minutes: i32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

impl fmt::Display for Hours {
    /// `mon-fri 09:00-18:00, sat 10:00-14:00 Asia/Seoul`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let spans: Vec<String> = self.open.iter().map(ToString::to_string).collect();
        write!(f, "{} {}", spans.join(", "), self.zone)?;
        match self.holidays.is_empty() {
            true => Ok(()),
            false => write!(f, "; holidays {}", self.holidays.join(", ")),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}-{}", words::days(&self.days), self.from, self.to)
    }
}

#[cfg(test)]
mod tests;
