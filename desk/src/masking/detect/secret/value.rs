//! What stands behind a word like `password`, and whether it is one.

use super::words::Word;

/// How a value is tied to the word before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    /// By a space.
    Near,
    /// By a verb or a particle: `is`, `는`.
    Verb,
    /// By a colon or an equals sign.
    Sign,
}

const LONGEST: usize = 200;

/// The secret that the word from `start` to `end` speaks of.
pub(super) fn find(text: &str, start: usize, end: usize, word: Word) -> Option<(usize, usize)> {
    if word == Word::Bearer {
        return bearer(text, end);
    }
    if !stands_alone(text, start, end) {
        return None;
    }
    let (tie, from) = tie(text, end)?;
    let (from, value) = value(text, from)?;
    if value.is_empty() || is_placeholder(value) {
        return None;
    }
    let after = text.get(from + value.len()..)?;
    let fits = match word {
        Word::Password => is_password(value, tie, after),
        Word::Key => match tie {
            Tie::Near => value.len() >= 16 && is_random(value, 3.0),
            _ => value.len() >= 8 && is_random(value, 2.5),
        },
        Word::Vague | Word::Bearer => match tie {
            Tie::Sign => value.len() >= 12 && is_random(value, 2.8),
            Tie::Verb => value.len() >= 16 && is_random(value, 3.0),
            Tie::Near => value.len() >= 20 && is_random(value, 3.0),
        },
    };
    fits.then_some((from, from + value.len()))
}

fn bearer(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = text.get(from..)?;
    let len = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(byte))
        .count();
    let value = rest.get(..len)?.trim_end_matches('.');
    (value.len() >= 12 && is_random(value, 2.8)).then_some((from, from + value.len()))
}

/// `keyboard` and `compass` are other words; `DB_PASSWORD` and `apiKey` are not.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let word = bytes.get(start..end).unwrap_or_default();
    let latin = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
    let lower = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_lowercase);
    let left = start.checked_sub(1).and_then(|at| bytes.get(at));
    let camel = lower(left) && word.first().is_some_and(u8::is_ascii_uppercase);
    let right = bytes.get(end);
    (!latin(word.first()) || !latin(left) || camel) && (!latin(word.last()) || !latin(right))
}

/// What ties a value to a word, and where the value begins.
fn tie(text: &str, end: usize) -> Option<(Tie, usize)> {
    const PARTICLES: [&str; 12] = [
        "는", "은", "이", "가", "를", "을", "도", "は", "が", "是", "’s", "'s",
    ];
    const VERBS: [&str; 10] = [
        "is", "was", "are", "ist", "est", "es", "é", "это", "to", "as",
    ];
    let mut tie = None;
    let mut at = end;
    for _ in 0..12 {
        let rest = text.get(at..)?;
        let first = rest.chars().next()?;
        if first.is_whitespace() || matches!(first, '"' | '\'' | '`' | '*' | ']') {
            // Passwords stand in the line of the word, or alone in the next.
            tie = tie.max(Some(Tie::Near));
            at += first.len_utf8();
        } else if matches!(first, ':' | '=' | '：' | '＝' | '→') || (first == '>' && tie.is_some())
        {
            tie = Some(Tie::Sign);
            at += first.len_utf8();
        } else if rest.starts_with("->") {
            tie = Some(Tie::Sign);
            at += 2;
        } else if let Some(particle) = PARTICLES
            .iter()
            .find(|particle| rest.starts_with(**particle))
            && tie.is_none()
        {
            tie = Some(Tie::Verb);
            at += particle.len();
        } else if let Some(verb) = verb(rest, &VERBS)
            && tie.is_some_and(|tie| tie < Tie::Sign)
        {
            tie = Some(Tie::Verb);
            at += verb;
        } else if first == '(' && tie.is_none_or(|tie| tie == Tie::Near) {
            let close = rest.find(')').filter(|close| *close <= 40)?;
            at += close + 1;
        } else {
            break;
        }
    }
    Some((tie?, at))
}

fn verb(rest: &str, verbs: &[&str]) -> Option<usize> {
    verbs
        .iter()
        .find(|verb| {
            rest.get(..verb.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(verb))
                && rest
                    .get(verb.len()..)
                    .is_some_and(|rest| rest.starts_with([' ', ':', '=']))
        })
        .map(|verb| verb.len())
}

/// The value that begins here: to the next space or quote; Korean and other words that touch it
/// are not part of it.
fn value(text: &str, from: usize) -> Option<(usize, &str)> {
    let rest = text.get(from..)?;
    let quote = text
        .get(..from)?
        .chars()
        .next_back()
        .filter(|c| matches!(c, '"' | '\'' | '`'));
    let stops = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '`' | '<' | '>' | '“' | '”' | '「' | '」' | '，' | '。'
            )
            || Some(c) == quote
            || is_spaceless(c)
    };
    let end = rest
        .char_indices()
        .find(|(at, c)| stops(*c) || *at >= LONGEST)
        .map_or(rest.len(), |(at, _)| at);
    let value = rest.get(..end)?;
    let value = value
        .match_indices('&')
        .find(|(at, _)| is_parameter(value.get(at + 1..).unwrap_or_default()))
        .map_or(value, |(at, _)| value.get(..at).unwrap_or(value));
    let value = if quote.is_none() {
        value.trim_end_matches(['.', ',', ';', ':', ')', ']', '}', '\'', '*'])
    } else {
        value
    };
    Some((from, value))
}

/// `name=...`, the next one in an address.
fn is_parameter(rest: &str) -> bool {
    let name = rest
        .bytes()
        .take_while(|byte| byte.is_ascii_lowercase() || *byte == b'_')
        .count();
    name > 0 && rest.as_bytes().get(name) == Some(&b'=')
}

const fn is_spaceless(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}')
}

/// `****`, `<password>`, `${PASSWORD}`, `xxxx`.
pub(super) fn is_placeholder(value: &str) -> bool {
    value.starts_with(['<', '[', '{', '$', '(']) && value.ends_with(['>', ']', '}', ')'])
        || value.starts_with(['<', '{'])
        || value.starts_with("${")
        || value.starts_with("%(")
        || value
            .chars()
            .all(|c| matches!(c, '*' | '•' | '●' | 'x' | 'X' | '.' | '_' | '-' | '?'))
}

/// What is said of passwords, and is none.
const TALK: &[&str] = &[
    "reset",
    "forgot",
    "forgotten",
    "wrong",
    "incorrect",
    "required",
    "invalid",
    "changed",
    "change",
    "expired",
    "field",
    "page",
    "link",
    "manager",
    "protected",
    "please",
    "null",
    "none",
    "true",
    "false",
    "undefined",
    "string",
    "here",
    "below",
    "above",
    "attached",
    "unknown",
    "missing",
    "empty",
    "correct",
    "strong",
    "weak",
    "policy",
    "length",
    "minimum",
    "maximum",
    "characters",
    "hidden",
    "removed",
    "redacted",
    "secret",
    "password",
    "again",
    "help",
    "error",
    "failed",
    "problem",
    "cannot",
    "username",
    "email",
    "e-mail",
    "and",
    "but",
    "not",
    "needed",
    "optional",
    "accepted",
    "updated",
    "sent",
    "yes",
    "same",
    "what",
    "which",
    "blank",
    "n/a",
];

fn is_password(value: &str, tie: Tie, after: &str) -> bool {
    if value.chars().count() < 4 || TALK.contains(&value.to_ascii_lowercase().as_str()) {
        return false;
    }
    let digit = value.bytes().any(|byte| byte.is_ascii_digit());
    let letter = value.chars().any(char::is_alphabetic);
    let sign = value.chars().any(|c| {
        c.is_ascii_punctuation()
            && !matches!(c, '-' | '\'' | '.' | '/' | ',' | '?' | '(' | ')' | '~')
    });
    let upper_inside =
        value.chars().skip(1).any(char::is_uppercase) && value.chars().any(char::is_lowercase);
    let counted = after
        .trim_start()
        .starts_with(['자', '글', '개', '회', '번', '년', '월', '일', '분', '시']);
    let number = !letter && digit;
    if number && (counted || value.contains(['/', '.', '~', ',', ':'])) {
        return false;
    }
    let last = after
        .trim_start_matches(['"', '\'', '`', '.', ',', ')', ']', '*'])
        .lines()
        .next()
        .is_none_or(|line| line.trim().is_empty());
    match tie {
        Tie::Sign => digit || (letter && (sign || upper_inside)) || (last && value.len() >= 6),
        Tie::Verb => (digit && (letter || sign || value.len() <= 12)) || (letter && sign),
        Tie::Near => {
            digit && (letter || sign) && value.len() >= 6 || number && last && value.len() <= 8
        }
    }
}

/// Letters and digits without order: bits per character by Shannon's measure, at least so many.
fn is_random(value: &str, bits: f64) -> bool {
    let plain = value
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.+/=~:!@#$%^*".contains(&byte));
    let digit = value.bytes().any(|byte| byte.is_ascii_digit());
    let letter = value.bytes().any(|byte| byte.is_ascii_alphabetic());
    plain && digit && letter && !value.contains("://") && entropy(value.as_bytes()) >= bits
}

#[allow(clippy::cast_precision_loss, reason = "a value has at most 200 bytes")]
fn entropy(bytes: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let total = bytes.len() as f64;
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / total;
            -share * share.log2()
        })
        .sum()
}
