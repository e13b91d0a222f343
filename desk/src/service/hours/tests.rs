//! Hours on ordinary days and on those on which clocks change.

use proptest::prelude::*;

use super::*;

fn hours(line: &str) -> Hours {
    let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
    Hours::read(&words, None).unwrap()
}

fn at(rfc3339: &str) -> Timestamp {
    let instant: Instant = rfc3339.parse().unwrap();
    Timestamp::from_millis(instant.as_millisecond())
}

#[test]
fn it_is_open_between_the_times_on_the_days_of_its_zone() {
    let seoul = hours("mon-fri 09:00-18:00 Asia/Seoul");
    for (moment, open) in [
        // A Monday.
        ("2026-11-23T08:59:59+09:00", false),
        ("2026-11-23T09:00:00+09:00", true),
        ("2026-11-23T17:59:59+09:00", true),
        ("2026-11-23T18:00:00+09:00", false),
        ("2026-11-22T12:00:00+09:00", false),
        // Still Monday elsewhere.
        ("2026-11-23T23:30:00Z", false),
        ("2026-11-24T00:00:00Z", true),
    ] {
        assert_eq!(seoul.open_at(at(moment)), open, "{moment}");
    }
    let whole_day = hours("sun 00:00-24:00 Asia/Seoul");
    for (moment, open) in [
        ("2026-11-21T23:59:59+09:00", false),
        ("2026-11-22T00:00:00+09:00", true),
        ("2026-11-22T23:59:59+09:00", true),
        ("2026-11-23T00:00:00+09:00", false),
    ] {
        assert_eq!(whole_day.open_at(at(moment)), open, "{moment}");
    }
}

#[test]
fn it_opens_next() {
    let mut seoul = hours("mon-fri 09:00-12:00 13:00-18:00 Asia/Seoul");
    seoul.add_holiday("2026-12-25").unwrap();
    for (now, opens) in [
        ("2026-11-23T10:00:00+09:00", "2026-11-23T10:00:00+09:00"),
        ("2026-11-23T12:00:00+09:00", "2026-11-23T13:00:00+09:00"),
        ("2026-11-27T18:00:00+09:00", "2026-11-30T09:00:00+09:00"),
        // Christmas is a Friday.
        ("2026-12-24T20:00:00+09:00", "2026-12-28T09:00:00+09:00"),
    ] {
        assert_eq!(seoul.next_open(at(now)), Some(at(opens)), "{now}");
    }
    let never = Hours {
        open: Vec::new(),
        ..seoul
    };
    assert_eq!(never.next_open(at("2026-11-23T10:00:00Z")), None);
}

#[test]
fn it_goes_by_the_clock_on_the_wall_when_clocks_change() {
    for (line, now, opens) in [
        // Summer time begins on 2026-03-29 at 02:00 in Berlin; nine o'clock comes an hour earlier.
        (
            "daily 09:00-18:00 Europe/Berlin",
            "2026-03-28T18:00:00+01:00",
            "2026-03-29T09:00:00+02:00",
        ),
        // The start is skipped: it opens when the clock has jumped.
        (
            "sun 02:30-05:00 Europe/Berlin",
            "2026-03-29T01:59:00+01:00",
            "2026-03-29T03:00:00+02:00",
        ),
        // The whole span is skipped.
        (
            "sun 02:00-03:00 Europe/Berlin",
            "2026-03-29T01:59:00+01:00",
            "2026-04-05T02:00:00+02:00",
        ),
        // The clock goes back from 03:00 to 02:00 on 2026-10-25, and it opens a second time.
        (
            "sun 02:15-02:30 Europe/Berlin",
            "2026-10-25T02:30:00+02:00",
            "2026-10-25T02:15:00+01:00",
        ),
        (
            "sun 01:00-02:15 Europe/Berlin",
            "2026-10-25T02:20:00+02:00",
            "2026-10-25T02:00:00+01:00",
        ),
        // Half an hour.
        (
            "sun 02:15-02:20 Australia/Lord_Howe",
            "2026-10-04T01:59:00+10:30",
            "2026-10-11T02:15:00+11:00",
        ),
        // The day begins at one o'clock.
        (
            "sun 00:00-02:00 America/Santiago",
            "2026-09-05T23:59:00-04:00",
            "2026-09-06T01:00:00-03:00",
        ),
        // A whole day was left out.
        (
            "fri 09:00-10:00 Pacific/Apia",
            "2011-12-29T23:00:00-10:00",
            "2012-01-06T09:00:00+14:00",
        ),
    ] {
        assert_eq!(
            hours(line).next_open(at(now)),
            Some(at(opens)),
            "{line} {now}"
        );
    }
}

#[test]
fn hours_are_read_and_written() {
    for (line, written) in [
        ("mon-fri 9-18 asia/seoul", "mon-fri 09:00-18:00 Asia/Seoul"),
        (
            "월-금 09:00~18:00 Asia/Seoul",
            "mon-fri 09:00-18:00 Asia/Seoul",
        ),
        ("fri-mon 10:00-24:00 UTC", "mon,fri-sun 10:00-24:00 UTC"),
        ("daily 0-24 UTC", "daily 00:00-24:00 UTC"),
        (
            "mon,wed 09:00-12:00 13:00-17:30, sat 10-14 Europe/Berlin",
            "mon,wed 09:00-12:00, mon,wed 13:00-17:30, sat 10:00-14:00 Europe/Berlin",
        ),
    ] {
        assert_eq!(hours(line).to_string(), written, "{line}");
        assert_eq!(hours(written), hours(line), "what is written can be typed");
    }
}

#[test]
fn hours_that_cannot_be_are_refused_with_the_word() {
    let wrong = |word: &str| word.to_owned();
    for (line, why) in [
        ("09:00-18:00 UTC", WrongHours::NoDays),
        ("mon-fri UTC", WrongHours::NoTimes),
        ("mon-fri 09:00-18:00", WrongHours::NoZone),
        (
            "mon-fri 09:00-18:00 Asia/Soul",
            WrongHours::Zone(wrong("Asia/Soul")),
        ),
        (
            "mon-fri 22:00-06:00 UTC",
            WrongHours::Backwards(wrong("22:00-06:00")),
        ),
        (
            "mon-fri 09:00-09:00 UTC",
            WrongHours::Backwards(wrong("09:00-09:00")),
        ),
        (
            "mon-fri 09:00-25:00 UTC",
            WrongHours::Word(wrong("09:00-25:00")),
        ),
        (
            "mon-frey 09:00-18:00 UTC",
            WrongHours::Word(wrong("mon-frey")),
        ),
    ] {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        assert_eq!(Hours::read(&words, None), Err(why), "{line}");
    }
    let mut open = hours("daily 9-18 UTC");
    for date in ["2026-02-30", "25.12.2026", "2026-1-1", "tomorrow"] {
        let refused = open.add_holiday(date);
        assert_eq!(refused, Err(WrongHours::Date(date.to_owned())));
    }
    open.add_holiday("2026-12-25").unwrap();
    assert_eq!(open.remove_holiday("2026-12-25"), Ok(true));
    assert_eq!(open.remove_holiday("2026-12-25"), Ok(false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Compared with looking at every minute.
    #[test]
    fn the_next_opening_is_the_first_open_minute(
        zone in prop::sample::select(vec![
            "Asia/Seoul", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
            "America/Santiago", "Africa/Cairo", "Asia/Kathmandu",
        ]),
        // Around changes of clocks, mostly.
        start in prop::sample::select(vec![
            "2026-03-07T00:00:00Z", "2026-03-28T00:00:00Z", "2026-04-04T00:00:00Z",
            "2026-04-23T00:00:00Z", "2026-09-05T00:00:00Z", "2026-10-03T00:00:00Z",
            "2026-10-24T00:00:00Z", "2026-10-29T00:00:00Z", "2026-10-31T00:00:00Z",
        ]),
        offset in 0i64..4 * 24 * 60,
        spans in prop::collection::vec((0usize..7, 0i32..24 * 60, 1i32..300), 1..4),
    ) {
        let open = spans.iter().map(|(day, from, length)| Span {
            days: vec![Weekday::ALL[*day]],
            from: clock(*from),
            to: clock((from + length).min(DAY)),
        });
        let hours = Hours { zone: zone.into(), open: open.collect(), holidays: vec![] };
        let now = Timestamp::from_millis(at(start).as_millis() + offset * 60_000);
        let minutes = (0..9 * 24 * 60).map(|minute| Timestamp::from_millis(now.as_millis() + minute * 60_000));
        let first = minutes.into_iter().find(|minute| hours.open_at(*minute));
        if let Some(first) = first {
            prop_assert_eq!(hours.next_open(now), Some(first));
        }
    }
}
