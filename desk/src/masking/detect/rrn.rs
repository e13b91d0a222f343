//! Korean resident and foreigner registration numbers: a date of birth, a digit for sex and
//! century, and six more, the last of which was a check digit until October 2020
//! (Enforcement Rule of the Resident Registration Act; numbers given since then are random).

use jiff::civil::Date;

use super::{
    context::Topic,
    number::{Candidate, Found, Gap, Left, ends_freely},
};

pub(super) fn judge(candidate: &Candidate<'_>) -> Option<Found> {
    if candidate.left != Left::Free {
        return None;
    }
    let count = (1..=candidate.groups.len()).find(|count| candidate.digits(*count).len() >= 13)?;
    let digits = candidate.digits(count);
    let end = candidate.end(count);
    let goes_on = candidate
        .groups
        .get(count)
        .is_some_and(|next| next.gap.is_tight());
    let born = birth(digits);
    if digits.len() != 13 || goes_on || !ends_freely(candidate.text, end) {
        return None;
    }
    let context = candidate.context(count);
    if context.is_of_a_thing() {
        return None;
    }
    let told = context.says(Topic::Rrn);
    let halves = candidate.is_laid_out(count, &[6, 7])
        && candidate.gaps(count, |gap| !matches!(gap, Gap::Slash | Gap::Dot));
    let Some(born) = born else {
        // Some old numbers have a day that never was; the words and the check digit agree on them.
        let likely = told
            && has_check_digit(digits)
            && matches!(digits, [_, _, 0 | 1, _, 0..=3, _, 1..=8, ..]);
        return likely.then(|| Found {
            groups: count,
            start: candidate.start(),
            end,
        });
    };
    let proved = has_check_digit(digits) || born >= jiff::civil::date(2020, 10, 1);
    let plausible = match count {
        _ if told => true,
        2 if halves => proved,
        1 => has_check_digit(digits) && !is_something_else(digits),
        _ => has_check_digit(digits) && candidate.layout(count).all(|len| len == 1),
    };
    plausible.then(|| Found {
        groups: count,
        start: candidate.start(),
        end,
    })
}

/// The date of birth, if it is one, and the seventh digit a century of somebody alive.
fn birth(digits: &[u8]) -> Option<Date> {
    let [y1, y2, m1, m2, d1, d2, century, ..] = *digits else {
        return None;
    };
    if digits.len() != 13 {
        return None;
    }
    let century = match century {
        1 | 2 | 5 | 6 => 1900,
        3 | 4 | 7 | 8 => 2000,
        _ => return None,
    };
    let pair = |tens: u8, ones: u8| i16::from(tens) * 10 + i16::from(ones);
    let month = i8::try_from(pair(m1, m2)).ok()?;
    let day = i8::try_from(pair(d1, d2)).ok()?;
    // Generous, as this has no clock: nobody alive was born after it.
    let last = jiff::civil::date(2039, 12, 31);
    Date::new(century + pair(y1, y2), month, day)
        .ok()
        .filter(|born| *born <= last)
}

/// Weights 2 to 9 and again from 2; foreigners' numbers (5 to 8) count two more.
fn has_check_digit(digits: &[u8]) -> bool {
    const WEIGHTS: [u32; 12] = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];
    let sum: u32 = digits
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .sum();
    let foreign = digits.get(6).is_some_and(|century| *century >= 5);
    let check = (if foreign { 13 } else { 11 } - sum % 11) % 10;
    digits.last().is_some_and(|last| u32::from(*last) == check)
}

/// Thirteen digits in one may be milliseconds since 1970 (2015 to 2029), or an article of Korea
/// (EAN, prefix 880).
fn is_something_else(digits: &[u8]) -> bool {
    let milliseconds = matches!(digits, [1, 4..=8, ..]) && digits.get(6).is_some_and(|d| *d >= 5);
    milliseconds || (digits.starts_with(&[8, 8, 0]) && is_ean(digits))
}

fn is_ean(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .sum();
    sum.is_multiple_of(10)
}
