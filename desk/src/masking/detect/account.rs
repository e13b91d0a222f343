//! Korean bank accounts: the formats banks print, and the words around them. There is no check
//! digit that all share.

use super::{
    context::Topic,
    number::{Candidate, Found, Gap, Left, ends_freely},
};

/// Groups of digits by bank, from the banks' own pages and the list of the Korea Financial
/// Telecommunications and Clearings Institute.
const LAYOUTS: &[&[usize]] = &[
    &[6, 2, 6],    // KB, Post, NH
    &[3, 2, 4, 3], // KB of old
    &[3, 3, 6],    // Shinhan, K bank, Shinhyup, Kwangju
    &[3, 2, 6],    // Shinhan and NH of old, SC, iM, Suhyup
    &[4, 3, 6],    // Woori
    &[3, 6, 2, 3], // IBK, Woori of old
    &[3, 6, 5],    // Hana
    &[3, 6, 3],    // Citi
    &[3, 5, 3],    // Citi of old
    &[3, 5, 5],    // Hana of old
    &[3, 4, 4, 2], // NH, Busan
    &[4, 2, 7],    // Kakao
    &[4, 2, 6],    // Kakao of old, Saemaul
    &[4, 4, 4],    // Toss, Suhyup
    &[3, 2, 6, 1], // iM, Busan
    &[4, 2, 6, 1], // Saemaul
    &[4, 4, 4, 1], // Saemaul
    &[4, 4, 5],    // Saemaul
    &[3, 2, 7],    // Kyongnam, Jeonbuk
    &[2, 2, 6],    // Jeju
    &[3, 4, 4, 3], // KDB
    &[3, 8, 3],    // KDB of old
    &[3, 3, 3, 3],
    &[3, 4, 5],
    &[3, 4, 6],
    &[3, 6, 4],
    &[6, 2, 7],
];

pub(super) fn judge(candidate: &Candidate<'_>) -> Option<Found> {
    if candidate.left != Left::Free {
        return None;
    }
    (1..=candidate.groups.len().min(5))
        .rev()
        .filter(|count| (10..=16).contains(&candidate.digits(*count).len()))
        .find(|count| is_account(candidate, *count))
        .map(|count| Found {
            groups: count,
            start: candidate.start(),
            end: candidate.end(count),
        })
}

fn is_account(candidate: &Candidate<'_>, count: usize) -> bool {
    let goes_on = candidate
        .groups
        .get(count)
        .is_some_and(|next| next.gap.is_tight());
    if goes_on || !ends_freely(candidate.text, candidate.end(count)) {
        return false;
    }
    let dashed =
        count > 1 && candidate.gaps(count, |gap| matches!(gap, Gap::Dash | Gap::LooseDash));
    let spaced = count > 1 && candidate.gaps(count, |gap| matches!(gap, Gap::Space | Gap::Dash));
    let known = LAYOUTS
        .iter()
        .any(|layout| candidate.is_laid_out(count, layout));
    let context = candidate.context(count);
    let own = known && dashed && has_own_shape(candidate, count);
    if own && !context.is_of_a_thing() {
        return true;
    }
    let telling = context.says(Topic::Account);
    telling && ((known && spaced) || dashed || (count == 1 && context.says_first(Topic::Account)))
}

/// First groups that are one bank's, so that no words are needed: Kakao, Toss, Woori, Shinhan, NH.
fn has_own_shape(candidate: &Candidate<'_>, count: usize) -> bool {
    let is = |layout: &[usize]| candidate.is_laid_out(count, layout);
    match candidate.digits(1) {
        [3, 3, 3, 3] | [3, 3, 5, 5] | [3, 3, 8, 8] | [7, 7, 7, 7] | [7, 9, 4, 2] | [7, 9, 7, 9] => {
            is(&[4, 2, 7])
        }
        [1, 0, 0, 2] | [1, 0, 0, 5] | [1, 0, 0, 6] => is(&[4, 3, 6]),
        [1, 1, 0] | [1, 4, 0] => is(&[3, 3, 6]),
        [3, 0, 1] | [3, 0, 2] | [3, 1, 2] | [3, 5, 1] | [3, 5, 2] | [3, 5, 6] => is(&[3, 4, 4, 2]),
        _ => false,
    }
}
