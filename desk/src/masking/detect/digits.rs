//! Digits as people and keyboards write them, and what they put between.

/// The value and the length in bytes of the digit that begins here: ASCII, full-width, Arabic,
/// mathematical.
pub(super) fn digit_at(text: &str, at: usize) -> Option<(u8, usize)> {
    let byte = *text.as_bytes().get(at)?;
    if byte.is_ascii() {
        return byte.is_ascii_digit().then(|| (byte - b'0', 1));
    }
    let c = text.get(at..)?.chars().next()?;
    let first = match c {
        '０'..='９' => '０',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{1d7ce}'..='\u{1d7ff}' => {
            let value = (u32::from(c) - 0x1d7ce) % 10;
            return Some((u8::try_from(value).ok()?, c.len_utf8()));
        }
        _ => return None,
    };
    let value = u32::from(c) - u32::from(first);
    Some((u8::try_from(value).ok()?, c.len_utf8()))
}

/// What cannot be seen, and the frame of keycap digits.
pub(super) const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\u{fe0f}'
            | '\u{20e3}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{180e}' | '\u{34f}'
    )
}

pub(super) const fn is_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\u{a0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{3164}'
    )
}

pub(super) const fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2212}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '－'
                | 'ー'
                | 'ㅡ'
                | '\u{2043}'
                | '_'
                | '＿'
                | '─'
                | '━'
                | '\u{30fb}'
    )
}

pub(super) const fn is_dot(c: char) -> bool {
    matches!(
        c,
        '.' | '．' | '·' | '\u{2022}' | '\u{2024}' | '\u{2027}' | '。' | '･' | 'ㆍ'
    )
}

pub(super) const fn is_slash(c: char) -> bool {
    matches!(c, '/' | '／' | '|' | '\\')
}

pub(super) const fn is_open(c: char) -> bool {
    matches!(c, '(' | '（' | '[')
}

pub(super) const fn is_close(c: char) -> bool {
    matches!(c, ')' | '）' | ']')
}

/// The character before an offset.
pub(super) fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The character at an offset.
pub(super) fn after(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// Luhn's check (ISO/IEC 7812-1, annex B).
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(*digit)) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The digits as a number; none for more than 18.
pub(super) fn value(digits: &[u8]) -> Option<u64> {
    (digits.len() <= 18).then(|| {
        digits
            .iter()
            .fold(0, |value, digit| value * 10 + u64::from(*digit))
    })
}
