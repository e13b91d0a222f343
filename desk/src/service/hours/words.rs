//! Hours as an admin types them: `mon-fri 09:00-12:00 13:00-18:00 sat 10:00-14:00 Asia/Seoul`.

use jiff::{civil::Date, tz::TimeZone};

use super::{Hours, Span, Weekday, clock, minute};

/// How many spans and how many holidays there may be.
const MOST: usize = 200;

/// What is wrong with them, and the word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrongHours {
    /// Days must come before times.
    NoDays,
    NoTimes,
    NoZone,
    /// Neither days nor a time.
    Word(String),
    Zone(String),
    /// It ends before it begins, or at once.
    Backwards(String),
    Date(String),
    TooMany,
}

impl Hours {
    /// Days, times, and a time zone at the end; `zone` is used where none is typed.
    pub fn read(words: &[String], zone: Option<&str>) -> Result<Self, WrongHours> {
        let mut open: Vec<Span> = Vec::new();
        let mut days: Option<Vec<Weekday>> = None;
        let mut named = None;
        for (at, word) in words.iter().enumerate() {
            let word = word.trim_end_matches(',');
            if let Some(read) = read_days(word) {
                days = Some(read);
            } else if let Some(span) = read_times(word) {
                let (from, to) = span?;
                let days = days.clone().ok_or(WrongHours::NoDays)?;
                open.push(Span { days, from, to });
            } else if at + 1 == words.len() {
                named = Some(read_zone(word)?);
            } else {
                return Err(WrongHours::Word(word.to_owned()));
            }
        }
        if open.is_empty() {
            return Err(match days {
                Some(_) => WrongHours::NoTimes,
                None => WrongHours::NoDays,
            });
        }
        if open.len() > MOST {
            return Err(WrongHours::TooMany);
        }
        Ok(Self {
            zone: named
                .or_else(|| zone.map(str::to_owned))
                .ok_or(WrongHours::NoZone)?,
            open,
            holidays: Vec::new(),
        })
    }

    pub fn add_holiday(&mut self, word: &str) -> Result<(), WrongHours> {
        let date = read_date(word)?;
        if !self.holidays.contains(&date) {
            self.holidays.push(date);
        }
        self.holidays.sort();
        match self.holidays.len() > MOST {
            true => Err(WrongHours::TooMany),
            false => Ok(()),
        }
    }

    /// Says whether it was one.
    pub fn remove_holiday(&mut self, word: &str) -> Result<bool, WrongHours> {
        let date = read_date(word)?;
        let before = self.holidays.len();
        self.holidays.retain(|known| *known != date);
        Ok(self.holidays.len() < before)
    }
}

fn read_date(word: &str) -> Result<String, WrongHours> {
    word.parse::<Date>()
        .ok()
        .filter(|_| word.len() == 10)
        .map(|date| date.to_string())
        .ok_or_else(|| WrongHours::Date(word.to_owned()))
}

fn read_zone(word: &str) -> Result<String, WrongHours> {
    let wrong = || WrongHours::Zone(word.to_owned());
    let zone = TimeZone::get(word).map_err(|_| wrong())?;
    zone.iana_name().map(str::to_owned).ok_or_else(wrong)
}

/// `mon`, `mon-fri`, `sat,sun`, `daily`; over the end of the week, too.
fn read_days(word: &str) -> Option<Vec<Weekday>> {
    let word = word.to_lowercase();
    if matches!(word.as_str(), "daily" | "매일") {
        return Some(Weekday::ALL.to_vec());
    }
    let mut days = Vec::new();
    for part in word.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day(first)?, day(last)?);
        let from = Weekday::ALL.iter().cycle().skip_while(|day| **day != first);
        for day in from.take(7) {
            days.push(*day);
            if *day == last {
                break;
            }
        }
    }
    days.sort_unstable();
    days.dedup();
    Some(days)
}

fn day(word: &str) -> Option<Weekday> {
    const NAMES: [&[&str]; 7] = [
        &["mon", "monday", "월"],
        &["tue", "tuesday", "화"],
        &["wed", "wednesday", "수"],
        &["thu", "thursday", "목"],
        &["fri", "friday", "금"],
        &["sat", "saturday", "토"],
        &["sun", "sunday", "일"],
    ];
    let names = Weekday::ALL.into_iter().zip(NAMES);
    names
        .into_iter()
        .find(|(_, names)| names.contains(&word))
        .map(|(day, _)| day)
}

/// `09:00-18:00`; `None`: no times at all.
fn read_times(word: &str) -> Option<Result<(String, String), WrongHours>> {
    let (from, to) = word.split_once(['-', '–', '~'])?;
    let (from, to) = (minute(from)?, minute(to)?);
    Some(match from < to {
        true => Ok((clock(from), clock(to))),
        false => Err(WrongHours::Backwards(word.to_owned())),
    })
}

/// `mon-fri`, `sat`, `mon,wed`
pub(super) fn days(days: &[Weekday]) -> String {
    if days.len() == Weekday::ALL.len() {
        return "daily".into();
    }
    let mut runs: Vec<(Weekday, Weekday)> = Vec::new();
    for day in Weekday::ALL.into_iter().filter(|day| days.contains(day)) {
        match runs.last_mut() {
            Some((_, last)) if *last as u8 + 1 == day as u8 => *last = day,
            _ => runs.push((day, day)),
        }
    }
    let run = |(first, last): &(Weekday, Weekday)| match first == last {
        true => first.as_str().to_owned(),
        false => format!("{}-{}", first.as_str(), last.as_str()),
    };
    runs.iter().map(run).collect::<Vec<_>>().join(",")
}
