//! How people write phone numbers.

use super::library::is_valid;
use crate::masking::detect::{
    context::Context,
    digits::{after, before, is_close, is_open},
    number::{Candidate, Gap},
};

/// Nobody writes more than seven groups, but for a Korean mobile digit by digit.
pub(super) fn has_few_groups(candidate: &Candidate<'_>, count: usize) -> bool {
    count <= 7
        || matches!(candidate.digits(count), [0, 1, 0, ..] if count == 11)
        || matches!(candidate.digits(count), [8, 2, 1, 0, ..] if count == 12)
}

/// Mobiles in any way; other numbers with an area by their groups, or by the words around.
pub(super) fn is_korean(
    candidate: &Candidate<'_>,
    count: usize,
    context: &Context,
    told: bool,
) -> bool {
    if told {
        return true;
    }
    let digits = candidate.digits(count);
    let dashed = candidate.gaps(count, |gap| {
        matches!(gap, Gap::Dash | Gap::LooseDash | Gap::Dot | Gap::Paren)
    });
    let shaped = |layouts: &[&[usize]]| {
        layouts
            .iter()
            .any(|layout| candidate.is_laid_out(count, layout))
    };
    let thing = context.is_of_a_thing();
    match digits {
        [0, 1, 0, ..] if digits.len() == 11 => {
            let typical = shaped(&[&[3, 4, 4]]) && dashed;
            typical || !thing
        }
        [0, 1, 1 | 6..=9, ..] | [0, 1, 0, ..] => {
            shaped(&[&[3, 3, 4], &[3, 4, 4], &[3, 7], &[3, 8], &[10], &[11]]) && !thing
        }
        [0, 2, ..] => {
            shaped(&[&[2, 3, 4], &[2, 4, 4], &[2, 7], &[2, 8]]) && !thing && (dashed || count == 3)
        }
        _ => {
            let groups = [
                &[3, 3, 4][..],
                &[3, 4, 4],
                &[4, 3, 4],
                &[4, 4, 4],
                &[3, 7],
                &[3, 8],
            ];
            shaped(&groups) && !thing && (dashed || count == 3)
        }
    }
}

/// Groups in which other countries write numbers that begin with 0, and Korea does not.
pub(super) fn is_of_abroad(candidate: &Candidate<'_>, count: usize) -> bool {
    let layouts: [&[usize]; 12] = [
        &[2, 2, 2, 2, 2],
        &[5, 6],
        &[5, 3, 3],
        &[4, 3, 3],
        &[3, 4, 4],
        &[4, 3, 4],
        &[3, 8],
        &[4, 7],
        &[4, 8],
        &[2, 4, 4],
        &[3, 3, 4],
        &[5, 2, 2, 2],
    ];
    let even = candidate.gaps(count, |gap| {
        matches!(gap, Gap::Dash | Gap::Space | Gap::Dot | Gap::Paren)
    });
    even && layouts
        .iter()
        .any(|layout| candidate.is_laid_out(count, layout))
}

/// `(202) 555-0142`, `202-555-0142`, `1-202-555-0142`: an area and an exchange begin with 2 to 9
/// (North American Numbering Plan). Without separators only by the words around.
pub(super) fn is_north_american(
    candidate: &Candidate<'_>,
    count: usize,
    told: bool,
    context: &Context,
) -> bool {
    let all = candidate.digits(count);
    let (digits, code) = match all.split_first() {
        Some((1, rest)) if rest.len() == 10 => (rest, 1),
        _ => (all, 0),
    };
    if digits.len() != 10 {
        return false;
    }
    let layouts: [&[usize]; 3] = [&[3, 3, 4], &[3, 7], &[6, 4]];
    let apart = if code == 1 {
        let led: [&[usize]; 2] = [&[1, 3, 3, 4], &[4, 3, 4]];
        led.iter()
            .any(|layout| candidate.is_laid_out(count, layout))
    } else {
        layouts
            .iter()
            .any(|layout| candidate.is_laid_out(count, layout))
    };
    if told {
        return apart || count == 1 && digits.first().is_some_and(|first| *first > 1);
    }
    let plan = matches!(digits, [2..=9, _, _, 2..=9, ..]);
    let three =
        candidate.is_laid_out(count, &[3, 3, 4]) || candidate.is_laid_out(count, &[1, 3, 3, 4]);
    let joined = candidate.gaps(count, |gap| !matches!(gap, Gap::Slash | Gap::LooseDash));
    let spaced = candidate.gaps(count, |gap| gap == Gap::Space);
    let fictional = matches!(digits, [5, 5, 5, ..]);
    plan && three
        && joined
        && !spaced
        && !context.is_of_a_thing()
        && (fictional || is_valid(1, digits))
        || plan
            && three
            && spaced
            && !context.is_of_a_thing()
            && is_valid(1, digits)
            && code == 0
            && is_alone(candidate, count)
}

/// Nothing but this number is in its line: `202 555 0142`.
fn is_alone(candidate: &Candidate<'_>, count: usize) -> bool {
    let left = candidate.text.get(..candidate.start()).unwrap_or_default();
    let right = candidate
        .text
        .get(candidate.end(count)..)
        .unwrap_or_default();
    let blank = |side: Option<&str>| side.is_none_or(|side| side.trim().is_empty());
    blank(left.lines().next_back()) && blank(right.lines().next())
}

/// `138 1234 5678`
pub(super) fn is_chinese_mobile(
    candidate: &Candidate<'_>,
    count: usize,
    told: bool,
    context: &Context,
) -> bool {
    let digits = candidate.digits(count);
    let mobile = matches!(digits, [1, 3..=9, ..]) && digits.len() == 11;
    let apart = candidate.is_laid_out(count, &[3, 4, 4])
        && candidate.gaps(count, |gap| matches!(gap, Gap::Dash | Gap::Space));
    mobile && (told || (apart && !context.is_of_a_thing())) && is_valid(86, digits)
}

/// `555-0123`, `123-4567`, `1234-5678`: without an area.
pub(super) fn is_local(candidate: &Candidate<'_>, count: usize) -> bool {
    let layouts: [&[usize]; 2] = [&[3, 4], &[4, 4]];
    let local = candidate
        .digits(count)
        .first()
        .is_some_and(|first| *first > 1);
    let dashed = candidate.gaps(count, |gap| matches!(gap, Gap::Dash));
    let spaced =
        candidate.is_laid_out(count, &[4, 4]) && candidate.gaps(count, |gap| gap == Gap::Space);
    local
        && (dashed || spaced)
        && layouts
            .iter()
            .any(|layout| candidate.is_laid_out(count, layout))
}

/// The length of `x123`, ` ext. 45`, ` 내선 3` behind a number, which the library counts to it.
pub(super) fn extension(text: &str, end: usize) -> usize {
    const SIGNS: [&str; 7] = ["extension", "Extension", "ext", "Ext", "내선", "x", "X"];
    let rest = text.get(end..).unwrap_or_default();
    let sign = rest.trim_start_matches([' ', ',']);
    let spaces = rest.len() - sign.len();
    let Some(number) = SIGNS.iter().find_map(|word| sign.strip_prefix(word)) else {
        return 0;
    };
    let digits = number.trim_start_matches(['.', ' ', ':']);
    let between = number.len() - digits.len();
    let len = digits.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits
        .get(len..)
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric()));
    let fits = spaces <= 2 && between <= 2 && (1..=7).contains(&len) && whole;
    if fits {
        rest.len() - digits.len() + len
    } else {
        0
    }
}

/// The number with its plus, and with the parenthesis that begins inside it: `(02) 123-4567`.
pub(super) fn with_signs(candidate: &Candidate<'_>, end: usize) -> (usize, usize) {
    let text = candidate.text;
    let mut start = candidate.start();
    if let Some(c) = before(text, start).filter(|c| matches!(c, '+' | '＋')) {
        start -= c.len_utf8();
    }
    let inside = text.get(start..end).unwrap_or_default();
    let closes = inside.find(is_close);
    let opens = inside.find(is_open);
    let unopened = closes.is_some_and(|close| opens.is_none_or(|open| close < open));
    if let Some(c) = before(text, start).filter(|c| is_open(*c))
        && unopened
    {
        start -= c.len_utf8();
        if let Some(plus) = before(text, start).filter(|c| matches!(c, '+' | '＋')) {
            start -= plus.len_utf8();
        }
    }
    let unclosed = inside.matches(is_open).count() > inside.matches(is_close).count();
    let close = after(text, end).filter(|c| is_close(*c));
    let end = match close {
        Some(c) if unclosed => end + c.len_utf8(),
        _ => end,
    };
    (start, end)
}
