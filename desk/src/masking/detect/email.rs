//! Mail addresses (RFC 5321, RFC 6531), as they stand in text: Korean particles and full stops
//! behind them are no part of them.

use super::digits::{after, before, is_invisible, is_space};
use crate::masking::{Kind, Kinds, Span};

/// RFC 5321, section 4.5.3.1, in bytes.
const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 253;

/// File names with a density, `icon@2x.png`, are no addresses.
const FILES: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "ico", "css", "js", "ts",
];

/// Who writes `kim @ naver.com` means an address; with other domains it may be a place.
const PROVIDERS: &[&str] = &[
    "naver.com",
    "gmail.com",
    "daum.net",
    "hanmail.net",
    "kakao.com",
    "nate.com",
    "outlook.com",
    "outlook.kr",
    "hotmail.com",
    "yahoo.com",
    "yahoo.co.kr",
    "yahoo.co.jp",
    "icloud.com",
    "me.com",
    "live.com",
    "protonmail.com",
    "proton.me",
    "gmx.de",
    "gmx.net",
    "web.de",
    "qq.com",
    "163.com",
    "korea.kr",
    "hotmail.co.kr",
    "aol.com",
    "msn.com",
    "mail.ru",
    "yandex.ru",
    "example.com",
];

/// Looks at the `@` at an offset, and says where to go on.
pub(super) fn find(
    text: &str,
    at: usize,
    len: usize,
    enabled: &Kinds,
    found: &mut Vec<Span>,
) -> usize {
    let behind = at + len;
    if !enabled.contains(&Kind::Email) {
        return behind;
    }
    let address = address(text, at, behind).or_else(|| spaced(text, at, behind));
    let Some((start, end)) = address else {
        return behind;
    };
    found.push(Span::new(start, end, Kind::Email));
    end
}

fn address(text: &str, at: usize, behind: usize) -> Option<(usize, usize)> {
    let start = local(text, at)?;
    let end = domain(text, behind)?;
    let name = text.get(start..at)?;
    let rest = text.get(end..)?;
    // `git@host:path` is a repository, `//name:password@host` a secret.
    if name == "git" && rest.starts_with([':', '/']) || is_in_url(text, start) {
        return None;
    }
    Some((start, end))
}

/// `kim @ naver.com`
fn spaced(text: &str, at: usize, behind: usize) -> Option<(usize, usize)> {
    let left = text.get(..at)?.trim_end_matches(is_space);
    let right = text.get(behind..)?;
    let skipped = right.len() - right.trim_start_matches(is_space).len();
    if at - left.len() > 3 || skipped > 3 {
        return None;
    }
    let start = local(text, left.len())?;
    let from = behind + skipped;
    let end = domain(text, from)?;
    let domain = text.get(from..end)?.to_ascii_lowercase();
    PROVIDERS.contains(&domain.as_str()).then_some((start, end))
}

/// Where the local part that ends here begins.
fn local(text: &str, end: usize) -> Option<usize> {
    let left = text.get(..end)?;
    if left.ends_with('"') {
        return quoted(left);
    }
    let mut start = end;
    let mut script = None;
    for (at, c) in left.char_indices().rev() {
        if end - at > LONGEST_LOCAL || !is_local(c, &mut script) {
            break;
        }
        start = at;
    }
    let local = text.get(start..end)?;
    let opening = |c: char| {
        matches!(
            c,
            '.' | '\''
                | '*'
                | '`'
                | '='
                | '|'
                | '/'
                | '?'
                | '&'
                | '#'
                | '!'
                | '~'
                | '-'
                | '{'
                | '$'
                | '%'
                | '^'
        )
    };
    // A label before it, `mailto:` or `e-mail=`, ends where the address begins.
    let local = local
        .rsplit_once(['=', '|', '/'])
        .map_or(local, |(_, name)| name);
    let name = local.trim_start_matches(opening);
    let name = name.trim_start_matches(is_invisible);
    (!name.is_empty() && !name.ends_with('.')).then(|| end - name.len())
}

/// `"john doe"@example.com`
fn quoted(left: &str) -> Option<usize> {
    let inner = left.get(..left.len() - 1)?;
    let (open, _) = inner
        .char_indices()
        .rev()
        .take(LONGEST_LOCAL)
        .find(|(_, c)| *c == '"')?;
    (left.len() - open > 2).then_some(open)
}

/// Whether a name has scripts that are written without spaces; then its Latin part is the address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Spaceless,
}

fn is_local(c: char, script: &mut Option<Script>) -> bool {
    if c.is_ascii_alphanumeric() {
        let first = script.get_or_insert(Script::Latin);
        return *first == Script::Latin || c.is_ascii_digit();
    }
    if c.is_ascii() {
        return matches!(
            c,
            '.' | '!'
                | '#'
                | '$'
                | '%'
                | '&'
                | '\''
                | '*'
                | '+'
                | '-'
                | '/'
                | '='
                | '?'
                | '^'
                | '_'
                | '`'
                | '{'
                | '|'
                | '}'
                | '~'
        );
    }
    if is_spaceless(c) {
        return *script.get_or_insert(Script::Spaceless) == Script::Spaceless;
    }
    c.is_alphanumeric()
}

/// Korean, Chinese, Japanese, Thai: what stands before an address may touch it.
const fn is_spaceless(c: char) -> bool {
    matches!(
        c,
        '\u{e00}'..='\u{e7f}' | '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}'
            | '\u{f900}'..='\u{faff}'
    )
}

/// Where the domain that begins here ends, if it is one.
fn domain(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    if let Some(literal) = rest.strip_prefix('[') {
        let (inner, _) = literal
            .get(..48.min(literal.len()))
            .unwrap_or(literal)
            .split_once(']')?;
        let address = inner.strip_prefix("IPv6:").unwrap_or(inner);
        let valid = address.parse::<std::net::IpAddr>().is_ok();
        return valid.then(|| from + inner.len() + 2);
    }
    let mut end = from;
    let mut labels = 0;
    loop {
        let (label, whole) = label(text, end)?;
        if label == 0 {
            return None;
        }
        labels += 1;
        let label_end = end + label;
        if label_end - from > LONGEST_DOMAIN {
            return None;
        }
        let dot = after(text, label_end).filter(|c| matches!(c, '.' | '．' | '。'));
        if let Some(dot) = dot
            && whole
            && self::label(text, label_end + dot.len_utf8()).is_some_and(|(len, _)| len > 0)
            && !ends_sentence(text, labels, end, label_end + dot.len_utf8())
        {
            end = label_end + dot.len_utf8();
            continue;
        }
        let top = text.get(end..label_end)?;
        let end = label_end - (top.len() - is_top(top)?);
        let host = text.get(from..end)?;
        let file = FILES.contains(&top.to_ascii_lowercase().as_str())
            && host.starts_with(|c: char| c.is_ascii_digit());
        return (labels > 1 && !file).then_some(end);
    }
}

/// `kim@naver.com.Thanks`: a sentence begins behind the full stop.
fn ends_sentence(text: &str, labels: usize, from: usize, next: usize) -> bool {
    let label = text.get(from..next).unwrap_or_default();
    let known = ["com.", "net.", "org.", "kr.", "de.", "io."].contains(&label);
    let mut following = text.get(next..).unwrap_or_default().chars();
    labels > 1
        && known
        && following
            .next()
            .is_some_and(|c| c.is_ascii_uppercase() || is_spaceless(c))
        && following
            .next()
            .is_some_and(|c| c.is_ascii_lowercase() || is_spaceless(c))
}

/// The length of a label, and whether it ends where its characters end: `com입니다` is `com`.
fn label(text: &str, from: usize) -> Option<(usize, bool)> {
    let rest = text.get(from..)?;
    let mut end = 0;
    let mut latin = false;
    for (at, c) in rest.char_indices() {
        if at > 63 * 3 {
            return None;
        }
        let fits = c.is_ascii_alphanumeric()
            || (c == '-' && at > 0)
            || (!c.is_ascii() && c.is_alphanumeric())
            || matches!(c, '\u{300}'..='\u{36f}');
        if !fits {
            break;
        }
        if is_spaceless(c) && latin {
            return Some((trimmed(rest, end), false));
        }
        latin |= c.is_ascii_alphabetic();
        end = at + c.len_utf8();
    }
    Some((trimmed(rest, end), true))
}

fn trimmed(rest: &str, end: usize) -> usize {
    rest.get(..end)
        .unwrap_or_default()
        .trim_end_matches('-')
        .len()
}

/// The length of the top-level domain this begins with: letters, no digits.
fn is_top(label: &str) -> Option<usize> {
    const KOREAN: [&str; 4] = ["한국", "닷컴", "닷넷", "삼성"];
    if let Some(known) = KOREAN.iter().find(|known| label.starts_with(**known)) {
        return Some(known.len());
    }
    let punycode = label
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("xn--"));
    let letters = label.chars().all(char::is_alphabetic) && label.chars().count() >= 2;
    (punycode || (letters && label.chars().count() <= 24)).then_some(label.len())
}

/// Whether this follows `//name:` or `//`, as in `https://name:password@host/`.
fn is_in_url(text: &str, start: usize) -> bool {
    let head = text.get(..start).unwrap_or_default();
    let token = head
        .char_indices()
        .rev()
        .take(80)
        .take_while(|(_, c)| !c.is_whitespace())
        .last()
        .map_or("", |(at, _)| head.get(at..).unwrap_or_default());
    before(text, start).is_some_and(|c| matches!(c, ':' | '/'))
        && token
            .rsplit_once("://")
            .is_some_and(|(scheme, rest)| !scheme.ends_with("mailto") && !rest.contains(['/', '?']))
}
