//! Payment cards: issuer prefix, length, and Luhn's check (ISO/IEC 7812).

use super::{
    context::Topic,
    digits::luhn,
    number::{Candidate, Found, Gap, Left, ends_freely},
    rrn,
};

/// First and last prefix of an issuer, the lengths of its numbers, and whether only words make a
/// card of it, because other numbers look the same.
struct Issuer(u32, u32, &'static [usize], bool);

/// From the networks' public rules, as listed in Wikipedia's "Payment card number", "Issuer
/// identification number", and, for Korea, the domestic range 94 of BC Card.
const ISSUERS: &[Issuer] = &[
    Issuer(4, 4, &[13, 16, 19], false),
    // Mastercard.
    Issuer(51, 55, &[16], false),
    Issuer(2221, 2720, &[16], false),
    // American Express.
    Issuer(34, 34, &[15], false),
    Issuer(37, 37, &[15], false),
    // Diners Club.
    Issuer(300, 305, &[14, 16, 19], false),
    Issuer(309, 309, &[14, 16, 19], false),
    Issuer(36, 36, &[14, 16, 19], false),
    Issuer(38, 39, &[14, 16, 19], false),
    // Discover and RuPay.
    Issuer(60, 60, &[16, 19], false),
    Issuer(64, 65, &[16, 19], false),
    Issuer(81, 82, &[16], false),
    Issuer(508, 508, &[16], false),
    // UnionPay.
    Issuer(62, 62, &[16, 17, 18, 19], false),
    // JCB, and its numbers of old.
    Issuer(35, 35, &[16], false),
    Issuer(3528, 3589, &[17, 18, 19], false),
    Issuer(2131, 2131, &[15], false),
    Issuer(1800, 1800, &[15], false),
    // Maestro, and what became of it.
    Issuer(50, 50, &[12, 13, 14, 15, 17, 18], true),
    Issuer(56, 58, &[12, 13, 14, 15, 17, 18], true),
    Issuer(61, 61, &[12, 13, 14, 15, 17, 18, 19], true),
    Issuer(63, 63, &[12, 13, 14, 15, 17, 18], true),
    Issuer(66, 69, &[12, 13, 14, 15, 17, 18], true),
    Issuer(50, 50, &[16, 19], false),
    Issuer(56, 58, &[16, 19], false),
    Issuer(63, 63, &[16, 19], false),
    Issuer(67, 67, &[16, 19], false),
    // Mir, BORICA, Humo, Uzcard, Belkart, Napas, Troy.
    Issuer(2200, 2205, &[16, 17, 18, 19], false),
    Issuer(9860, 9860, &[16], false),
    Issuer(8600, 8600, &[16], false),
    Issuer(9112, 9112, &[16], false),
    Issuer(9704, 9704, &[16, 19], false),
    Issuer(9792, 9792, &[16], false),
    // BC Card at home in Korea.
    Issuer(94, 94, &[16], false),
];

pub(super) fn judge(candidate: &Candidate<'_>) -> Option<Found> {
    if candidate.left != Left::Free {
        return None;
    }
    (1..=candidate.groups.len())
        .rev()
        .find(|count| is_card(candidate, *count))
        .map(|count| Found {
            groups: count,
            start: candidate.start(),
            end: candidate.end(count),
        })
}

fn is_card(candidate: &Candidate<'_>, count: usize) -> bool {
    let digits = candidate.digits(count);
    if !(12..=19).contains(&digits.len()) {
        return false;
    }
    // Nine of ten numbers fail it, sooner than it is known whose they are.
    if !luhn(digits) || !joins(candidate, count) {
        return false;
    }
    let Some(needs_words) = issuer(digits) else {
        return false;
    };
    // Visa had thirteen digits once; Korean registration numbers have them.
    if digits.len() == 13 && rrn::judge(candidate).is_some() {
        return false;
    }
    let context = candidate.context(count);
    let shaped = is_shaped(candidate, count) && !goes_on_by_fours(candidate, count);
    if needs_words && is_all_there_is(candidate, count) {
        return shaped;
    }
    if needs_words || !shaped || is_article(digits) {
        return context.says(Topic::Card);
    }
    !context.is_of_a_thing()
}

/// A message of nothing but this number: the answer to a question.
fn is_all_there_is(candidate: &Candidate<'_>, count: usize) -> bool {
    let (start, end) = (candidate.start(), candidate.end(count));
    let rest = [candidate.text.get(..start), candidate.text.get(end..)];
    rest.into_iter()
        .flatten()
        .all(|side| side.len() < 8 && !side.contains(char::is_alphanumeric))
}

/// The first sixteen digits of a longer number, as those of parcels are.
fn goes_on_by_fours(candidate: &Candidate<'_>, count: usize) -> bool {
    let next = candidate.groups.get(count);
    count >= 4 && next.is_some_and(|next| next.gap == Gap::Space && next.digits().len() == 4)
}

/// Thirteen digits may also be the number of an article (EAN), with a check digit of its own.
fn is_article(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| u32::from(*digit) * weight)
        .sum();
    digits.len() == 13 && sum.is_multiple_of(10)
}

/// Whether an issuer has such numbers, and if only words tell.
fn issuer(digits: &[u8]) -> Option<bool> {
    let fits = |issuer: &&Issuer| {
        let Issuer(first, last, lengths, _) = issuer;
        let places = first.ilog10() as usize + 1;
        let prefix = digits
            .iter()
            .take(places)
            .fold(0, |prefix, digit| prefix * 10 + u32::from(*digit));
        (*first..=*last).contains(&prefix) && lengths.contains(&digits.len())
    };
    ISSUERS
        .iter()
        .filter(fits)
        .map(|issuer| issuer.3)
        .reduce(|one, other| one && other)
}

/// The number is whole: nothing is tied to its end.
fn joins(candidate: &Candidate<'_>, count: usize) -> bool {
    let goes_on = candidate
        .groups
        .get(count)
        .is_some_and(|next| next.gap.is_tight());
    !goes_on && ends_freely(candidate.text, candidate.end(count))
}

/// Written as cards are: in one, by fours, as American Express has it, in halves, digit by digit.
fn is_shaped(candidate: &Candidate<'_>, count: usize) -> bool {
    let even = candidate
        .groups
        .get(1)
        .map(|group| group.gap)
        .is_none_or(|gap| gap != Gap::Paren && candidate.gaps(count, |other| other == gap));
    let total = candidate.digits(count).len();
    let by_fours = candidate.layout(count).take(count - 1).all(|len| len == 4)
        && candidate.layout(count).last().is_some_and(|len| len <= 4);
    let known = [
        &[total][..],
        &[4, 6, 5],
        &[4, 6, 4],
        &[4, 5, 6],
        &[8, 8],
        &[6, 13],
        &[6, 10],
        &[4, 12],
        &[4, 4, 8],
        &[4, 8, 4],
        &[8, 4, 4],
        &[12, 4],
        &[5, 5, 5],
    ]
    .iter()
    .any(|layout| candidate.is_laid_out(count, layout));
    let single = candidate.layout(count).all(|len| len == 1);
    let mixed = candidate.gaps(count, |gap| gap != Gap::Paren);
    (by_fours && mixed) || (even && (known || single))
}
