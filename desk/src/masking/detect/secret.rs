//! Keys, tokens and passwords: by the beginnings providers give them, and by the words before them.

mod known;
mod value;
mod words;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::masking::{Kind, Span};
use known::Known;
use words::Word;

/// What a literal found in the text means.
#[derive(Clone, Copy)]
enum Sign {
    Known(&'static Known),
    Word(Word),
    /// `eyJ`, the beginning of a JSON object in base64.
    Jwt,
    /// `-----BEGIN `
    Pem,
    /// `://`, with a name and a password behind it.
    Address,
    /// `:AA`, in the middle of a bot's token at Telegram.
    Telegram,
}

pub(super) struct Secrets {
    /// None only if the literals could not be compiled, which a test rules out.
    automaton: Option<AhoCorasick>,
    signs: Vec<Sign>,
}

impl Secrets {
    pub fn new() -> Self {
        let special = [
            ("eyJ", Sign::Jwt),
            ("-----BEGIN ", Sign::Pem),
            ("://", Sign::Address),
            (":AA", Sign::Telegram),
        ];
        let known = known::ALL
            .iter()
            .map(|known| (known.prefix, Sign::Known(known)));
        let words = words::all().map(|(text, word)| (text, Sign::Word(word)));
        let (literals, signs): (Vec<&str>, Vec<Sign>) =
            special.into_iter().chain(known).chain(words).unzip();
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .build(literals)
            .ok();
        Self { automaton, signs }
    }

    pub fn find(&self, text: &str, found: &mut Vec<Span>) {
        let Some(automaton) = &self.automaton else {
            return;
        };
        let mut behind = 0;
        for sign in automaton.find_iter(text) {
            if sign.start() < behind {
                continue;
            }
            let meaning = self.signs.get(sign.pattern().as_usize());
            let secret = meaning.and_then(|meaning| match meaning {
                Sign::Known(known) => known.find(text, sign.start()),
                Sign::Word(word) => value::find(text, sign.start(), sign.end(), *word),
                Sign::Jwt => jwt(text, sign.start()),
                Sign::Pem => pem(text, sign.start()),
                Sign::Address => password_in_address(text, sign.end()),
                Sign::Telegram => telegram(text, sign.start()),
            });
            if let Some((start, end)) = secret {
                behind = end;
                found.push(Span::new(start, end, Kind::Secret));
            }
        }
    }
}

/// How many bytes from here on are such ones.
fn run(text: &str, from: usize, fits: impl Fn(u8) -> bool) -> usize {
    let rest = text.as_bytes().get(from..).unwrap_or_default();
    rest.iter().take_while(|byte| fits(**byte)).count()
}

const fn is_base64_url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn follows_token(text: &str, start: usize) -> bool {
    text.get(..start)
        .is_some_and(|left| left.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}

/// Three parts in base64 (RFC 7519), or five if it is encrypted (RFC 7516); the first two begin
/// with a JSON object.
fn jwt(text: &str, start: usize) -> Option<(usize, usize)> {
    if !text.get(start..)?.starts_with("eyJ") || follows_token(text, start) {
        return None;
    }
    let mut end = start + run(text, start, is_base64_url);
    let mut parts = 1;
    while parts < 5 && text.as_bytes().get(end) == Some(&b'.') {
        let len = run(text, end + 1, is_base64_url);
        if len == 0 && parts == 1 {
            break;
        }
        end += 1 + len;
        parts += 1;
    }
    let end = start + text.get(start..end)?.trim_end_matches('.').len();
    (parts >= 2 && end - start >= 30).then_some((start, end))
}

/// A private key, to its end or the end of the text.
fn pem(text: &str, start: usize) -> Option<(usize, usize)> {
    let rest = text.get(start..)?;
    let (title, _) = rest.get(11..)?.split_once("-----")?;
    if title.len() > 40 || !title.contains("PRIVATE KEY") {
        return None;
    }
    let end = rest
        .find("-----END ")
        .and_then(|end| Some(end + 9 + rest.get(end + 9..)?.find("-----")? + 5));
    Some((start, start + end.unwrap_or(rest.len())))
}

/// `https://name:password@host`: the password.
fn password_in_address(text: &str, from: usize) -> Option<(usize, usize)> {
    let len = run(text, from, |byte| {
        byte.is_ascii_graphic() && !matches!(byte, b'/' | b'?' | b'#' | b'"' | b'<' | b'>')
    });
    let authority = text.get(from..from + len.min(300))?;
    let (login, host) = authority.rsplit_once('@')?;
    let (name, password) = login.split_once(':')?;
    let start = from + name.len() + 1;
    let fits = !password.is_empty() && !host.is_empty() && !value::is_placeholder(password);
    fits.then_some((start, start + password.len()))
}

/// `123456789:AA...`, 35 characters behind the colon.
fn telegram(text: &str, colon: usize) -> Option<(usize, usize)> {
    let digits = text
        .as_bytes()
        .get(..colon)?
        .iter()
        .rev()
        .take(11)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let len = run(text, colon + 1, is_base64_url);
    let start = colon - digits;
    let fits = (8..=10).contains(&digits) && len == 35 && !follows_token(text, start);
    fits.then_some((start, colon + 1 + len))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_literals_compile() {
        assert!(Secrets::new().automaton.is_some());
    }
}
