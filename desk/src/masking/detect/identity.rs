//! Papers of a person: social security, passport, driver's licence.

use super::{
    context::{Context, Topic},
    number::{Candidate, Found, Gap, Left, ends_freely},
};
use crate::masking::Kind;

fn found(candidate: &Candidate<'_>, groups: usize) -> Found {
    Found {
        groups,
        start: candidate.start(),
        end: candidate.end(groups),
    }
}

/// Nothing is tied to the end of these groups.
fn is_whole(candidate: &Candidate<'_>, count: usize) -> bool {
    let goes_on = candidate
        .groups
        .get(count)
        .is_some_and(|next| next.gap.is_tight());
    !goes_on && ends_freely(candidate.text, candidate.end(count))
}

/// Social security numbers of the United States: 3-2-4, and no area 000, 666 or 900 to 999, no
/// group 00, no serial 0000 (Social Security Administration, POMS RM 10201.035).
pub(super) fn us_ssn(candidate: &Candidate<'_>) -> Option<Found> {
    if candidate.left != Left::Free {
        return None;
    }
    let count = match candidate {
        _ if candidate.is_laid_out(3, &[3, 2, 4]) => 3,
        _ if candidate.is_laid_out(1, &[9]) => 1,
        _ if candidate.is_laid_out(2, &[3, 6]) || candidate.is_laid_out(2, &[5, 4]) => 2,
        _ if candidate.layout(9).all(|len| len == 1) && candidate.groups.len() >= 9 => 9,
        _ => return None,
    };
    let [a, b, c, d, e, f, g, h, i] = *candidate.digits(count) else {
        return None;
    };
    let area = [a, b, c];
    let valid = area != [0, 0, 0]
        && area != [6, 6, 6]
        && a != 9
        && [d, e] != [0, 0]
        && [f, g, h, i] != [0, 0, 0, 0];
    if !valid || !is_whole(candidate, count) {
        return None;
    }
    let context = candidate.context(count);
    let dashed = count == 3 && candidate.gaps(3, |gap| matches!(gap, Gap::Dash | Gap::LooseDash));
    let spaced = count == 3 && candidate.gaps(3, |gap| gap == Gap::Space);
    let told = context.says(Topic::Ssn);
    let likely = dashed && !context.is_of_a_thing() && !context.says(Topic::Business)
        || spaced && !context.is_of_a_thing() && context.speaks_of(Topic::Ssn);
    (told || likely).then(|| found(candidate, count))
}

/// Korean driver's licences, `11-22-333333-44` (National Police Agency: region 11 to 28, year,
/// serial, check), and `서울 12-345678-90` of old; others by the words around.
pub(super) fn drivers_licence(candidate: &Candidate<'_>) -> Option<Found> {
    if candidate.left != Left::Free {
        return None;
    }
    if candidate.is_laid_out(4, &[2, 2, 6, 2])
        && candidate.gaps(4, |gap| {
            matches!(gap, Gap::Dash | Gap::LooseDash | Gap::Space)
        })
        && is_whole(candidate, 4)
    {
        let context = candidate.context(4);
        let region = matches!(candidate.digits(1), [1, 1..=9] | [2, 0..=8]);
        let likely =
            region && candidate.gaps(4, |gap| gap != Gap::Space) && !context.is_of_a_thing();
        return (likely || context.says(Topic::Licence)).then(|| found(candidate, 4));
    }
    if candidate.is_laid_out(3, &[2, 6, 2]) && is_whole(candidate, 3) {
        return licence_of_old(candidate);
    }
    let count = told_count(candidate, 7, 14)?;
    let told = !is_date(candidate, count) && candidate.context(count).says_first(Topic::Licence);
    told.then(|| found(candidate, count))
}

fn licence_of_old(candidate: &Candidate<'_>) -> Option<Found> {
    const REGIONS: [&str; 19] = [
        "서울",
        "부산",
        "경기",
        "강원",
        "충북",
        "충남",
        "전북",
        "전남",
        "경북",
        "경남",
        "제주",
        "대구",
        "인천",
        "광주",
        "대전",
        "울산",
        "세종",
        "경기남부",
        "경기북부",
    ];
    let left = candidate
        .text
        .get(..candidate.start())?
        .trim_end_matches(['-', ' ']);
    let region = REGIONS.iter().find(|region| left.ends_with(**region));
    let told = candidate.context(3).says(Topic::Licence);
    let start = region.map_or(candidate.start(), |region| left.len() - region.len());
    (region.is_some() || told).then(|| Found {
        start,
        ..found(candidate, 3)
    })
}

/// The passport numbers that are only digits, nine of them (United States, United Kingdom, and
/// others), by the words around.
pub(super) fn passport(candidate: &Candidate<'_>) -> Option<Found> {
    if candidate.left != Left::Free {
        return None;
    }
    let digits = candidate.digits(1);
    let fits = (8..=10).contains(&digits.len()) && is_whole(candidate, 1) && !is_date(candidate, 1);
    (fits && candidate.context(1).says_first(Topic::Passport)).then(|| found(candidate, 1))
}

/// `2027-05-01`, `20270501`, `01.05.2027`: when a paper expires, or its owner was born.
fn is_date(candidate: &Candidate<'_>, count: usize) -> bool {
    let parted = [
        [4, 2, 2],
        [2, 2, 4],
        [4, 1, 2],
        [4, 2, 1],
        [1, 2, 4],
        [2, 1, 4],
    ]
    .iter()
    .any(|layout| candidate.is_laid_out(count, layout));
    let whole = matches!(
        candidate.digits(count),
        [1, 9, _, _, 0 | 1, _, 0..=3, _] | [2, 0, _, _, 0 | 1, _, 0..=3, _]
    );
    parted || whole
}

/// The groups joined by dashes or spaces, if they have so many digits together.
fn told_count(candidate: &Candidate<'_>, least: usize, most: usize) -> Option<usize> {
    (1..=candidate.groups.len()).rev().find(|count| {
        let total = candidate.digits(*count).len();
        (least..=most).contains(&total)
            && candidate.gaps(*count, |gap| matches!(gap, Gap::Dash | Gap::Space))
            && is_whole(candidate, *count)
    })
}

/// The longest number of letters and digits looked at, in bytes.
const LONGEST: usize = 20;

/// A passport or licence that begins with letters, up to which `digits` is the first digit.
/// Korean passports: one letter and eight digits, or since 2021 a letter after the third digit;
/// ICAO Doc 9303 allows any nine letters and digits.
pub(super) fn lettered(text: &str, digits: usize) -> Option<(Kind, usize, usize)> {
    let head = text.get(..digits)?;
    let letters = head
        .bytes()
        .rev()
        .take(6)
        .take_while(u8::is_ascii_alphabetic)
        .count();
    let start = digits - letters;
    let touches = text
        .get(..start)?
        .ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '/' | '@' | '.'));
    if letters == 0 || letters > 5 || touches {
        return None;
    }
    let (end, plain, count) = token_end(text, start);
    if !ends_freely(text, end) || count < 7 {
        return None;
    }
    let context = Context::around(text, start, end);
    let token = text.get(start..plain)?;
    let is_passport = context.says_first(Topic::Passport) && (7..=10).contains(&token.len());
    if is_passport {
        return Some((Kind::Passport, start, plain));
    }
    if context.says_first(Topic::Licence) && (7..=18).contains(&count) {
        return Some((Kind::DriversLicence, start, end));
    }
    let korean =
        is_korean_passport(token) && !context.is_of_a_thing() && context.speaks_of(Topic::Passport);
    korean.then_some((Kind::Passport, start, plain))
}

/// Where letters and digits end that single dashes or spaces may join, where they end without
/// those, and how many they are.
fn token_end(text: &str, start: usize) -> (usize, usize, usize) {
    let bytes = text.as_bytes().get(start..).unwrap_or_default();
    let (mut end, mut plain, mut count) = (0, None, 0);
    for (at, byte) in bytes.iter().enumerate().take(LONGEST) {
        if byte.is_ascii_alphanumeric() {
            end = at + 1;
            count += 1;
            continue;
        }
        plain = plain.or(Some(at));
        let joined =
            matches!(byte, b'-' | b' ') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if !joined {
            break;
        }
    }
    (start + end, start + plain.unwrap_or(end), count)
}

fn is_korean_passport(token: &str) -> bool {
    let mut bytes = token.bytes();
    let kind = bytes
        .next()
        .is_some_and(|first| b"MSRGDPT".contains(&first.to_ascii_uppercase()));
    let rest: Vec<bool> = bytes.map(|byte| byte.is_ascii_digit()).collect();
    let new = rest == [true, true, true, false, true, true, true, true];
    kind && (new || rest == [true; 8])
}
