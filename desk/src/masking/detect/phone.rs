//! Phone numbers. Google's metadata (by its port `rlibphonenumber`) says what is a number; how it
//! is written, and the words around, say whether a number of this shape is one here.

mod library;
mod shape;

use std::str::FromStr;

use super::{
    context::{Context, Topic},
    digits::value,
    number::{Candidate, Found, Gap, Left, ends_freely},
};
use library::{Country, is_possible, is_valid};

/// The country of phone numbers without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region(Country);

impl Region {
    pub const KOREA: Self = Self(Country::KR);
}

/// There is no such country.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no country; two letters are meant, as in KR, US, DE (ISO 3166-1)")]
pub struct NoSuchRegion(pub String);

impl FromStr for Region {
    type Err = NoSuchRegion;

    fn from_str(code: &str) -> Result<Self, NoSuchRegion> {
        library::country(code)
            .map(Self)
            .ok_or_else(|| NoSuchRegion(code.to_owned()))
    }
}

pub(super) fn judge(candidate: &Candidate<'_>) -> Option<Found> {
    if candidate.left == Left::Part {
        return None;
    }
    let first = candidate.digits(1).first()?;
    // Without any reason to be one, most numbers are not looked at closely.
    let counts = (1..=candidate.groups.len()).rev();
    let total = |count: usize| candidate.digits(count).len();
    counts
        .filter(|count| (7..=17).contains(&total(*count)))
        .filter(|count| shape::has_few_groups(candidate, *count))
        .filter(|count| is_whole(candidate, *count))
        .find_map(|count| match candidate.left {
            Left::Plus => international(candidate, count),
            _ if *first == 0 => {
                with_trunk_zero(candidate, count).or_else(|| exit_code(candidate, count))
            }
            _ => without_zero(candidate, count),
        })
}

/// Nothing is tied to its end, and the gaps are such that people put into phone numbers.
fn is_whole(candidate: &Candidate<'_>, count: usize) -> bool {
    let goes_on = candidate
        .groups
        .get(count)
        .is_some_and(|next| next.gap.is_tight());
    let (text, end) = (candidate.text, candidate.end(count));
    !goes_on && (ends_freely(text, end) || shape::extension(text, end) > 0)
}

fn found(candidate: &Candidate<'_>, count: usize) -> Found {
    let (start, end) = shape::with_signs(candidate, candidate.end(count));
    let end = end + shape::extension(candidate.text, end);
    Found {
        groups: count,
        start,
        end,
    }
}

/// `+82 10-1234-5678`, `+82 (0)10 ...`
fn international(candidate: &Candidate<'_>, count: usize) -> Option<Found> {
    let digits = candidate.digits(count);
    let (code, national) = library::split(digits)?;
    let trunk = national.strip_prefix(&[0]).unwrap_or(national);
    let valid = is_valid(code, national) || is_valid(code, trunk);
    let likely = || {
        let written =
            count > 1 || digits.len() >= 11 || candidate.context(count).says(Topic::Phone);
        written && (9..=14).contains(&digits.len()) && is_possible(code, trunk)
    };
    (valid || likely()).then(|| found(candidate, count))
}

/// `0082 10 1234 5678`, `001-1-202-...`, `011 44 ...`
fn exit_code(candidate: &Candidate<'_>, count: usize) -> Option<Found> {
    let digits = candidate.digits(count);
    let codes: [&[u8]; 5] = [
        &[0, 0, 7, 0, 0],
        &[0, 0, 1],
        &[0, 0, 2],
        &[0, 0],
        &[0, 1, 1],
    ];
    let context = candidate.context(count);
    let told = context.says(Topic::Phone);
    let dialled = codes
        .into_iter()
        .filter_map(|code| digits.strip_prefix(code))
        .filter_map(library::split)
        .any(|(code, national)| {
            let trunk = national.strip_prefix(&[0]).unwrap_or(national);
            is_valid(code, national) || is_valid(code, trunk) || (told && is_possible(code, trunk))
        });
    let other = context.is_of_a_thing() || (!told && context.says(Topic::Account));
    (dialled && !other).then(|| found(candidate, count))
}

/// National numbers that begin with 0, as in most countries.
fn with_trunk_zero(candidate: &Candidate<'_>, count: usize) -> Option<Found> {
    let digits = candidate.digits(count);
    if !(8..=12).contains(&digits.len()) || candidate.left == Left::Plus {
        return None;
    }
    let context = candidate.context(count);
    let told = context.says(Topic::Phone);
    let Region(home) = candidate.region;
    let at_home = library::is_valid_in(home, digits);
    let likely = match home {
        Country::KR => at_home && shape::is_korean(candidate, count, &context, told),
        _ => at_home && (told || (count > 1 && !context.is_of_a_thing())),
    };
    // With the word before it, what is dialled so is a number, also in an area not yet known.
    let dialled = told && digits.len() >= 9 && context.says_first(Topic::Phone)
        || told && candidate.is_laid_out(count, &[4, 4]);
    let abroad = || {
        let layout = shape::is_of_abroad(candidate, count) && !context.is_of_a_thing();
        (told || layout) && library::is_valid_abroad(digits)
    };
    (likely || dialled || abroad()).then(|| found(candidate, count))
}

/// Numbers that begin with another digit: North America, China, a country without its plus, a
/// local number.
fn without_zero(candidate: &Candidate<'_>, count: usize) -> Option<Found> {
    let digits = candidate.digits(count);
    let context = candidate.context(count);
    let told = context.says(Topic::Phone);
    let likely = shape::is_north_american(candidate, count, told, &context)
        || shape::is_chinese_mobile(candidate, count, told, &context)
        || is_korean_service(candidate, count, told, &context)
        || is_country_without_plus(candidate, count, told, &context)
        || told && shape::is_local(candidate, count)
        || told
            && digits.len() >= 8
            && context.says_first(Topic::Phone)
            && at_home_or_abroad(candidate, count);
    likely.then(|| found(candidate, count))
}

fn at_home_or_abroad(candidate: &Candidate<'_>, count: usize) -> bool {
    let digits = candidate.digits(count);
    let Region(home) = candidate.region;
    let joined = candidate.gaps(count, |gap| gap != Gap::Slash);
    joined && (library::is_valid_in(home, digits) || library::is_valid_abroad(digits))
}

/// `1588-1234`: numbers of firms in Korea; `1600-1700` may also be two years or two hours.
fn is_korean_service(
    candidate: &Candidate<'_>,
    count: usize,
    told: bool,
    context: &Context,
) -> bool {
    let digits = candidate.digits(count);
    let Region(Country::KR) = candidate.region else {
        return false;
    };
    if digits.len() != 8 || !matches!(digits, [1, 5 | 6 | 8, ..]) || !is_valid(82, digits) {
        return false;
    }
    let halves = candidate.is_laid_out(2, &[4, 4]) && candidate.gaps(2, |gap| gap == Gap::Dash);
    let second = digits.get(4..).and_then(value).unwrap_or(0);
    let first = digits.get(..4).and_then(value).unwrap_or(0);
    let range = (first..=2400).contains(&second);
    told || (count == 2 && halves && !range && !context.is_of_a_thing())
}

/// `82-10-1234-5678`, `821012345678`
fn is_country_without_plus(
    candidate: &Candidate<'_>,
    count: usize,
    told: bool,
    context: &Context,
) -> bool {
    let digits = candidate.digits(count);
    if !(10..=15).contains(&digits.len()) {
        return false;
    }
    let Some((code, national)) = library::split(digits) else {
        return false;
    };
    let trunk = national.strip_prefix(&[0]).unwrap_or(national);
    let korean = code == 82 && trunk.starts_with(&[1, 0]) && trunk.len() == 10;
    let apart = candidate.layout(1).next().is_some_and(|len| len <= 3) && count > 2;
    let likely = korean && (count > 1 || !context.is_of_a_thing());
    (likely || (told && (apart || count == 1))) && is_valid(code, trunk)
}
