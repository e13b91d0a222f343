//! Single values: addresses, colours, names, keys.

use super::{Algorithm, KeyMaterial, Url, WrongValue};

/// A service's short name: 1 to 40 lower-case letters, digits and hyphens.
pub fn is_slug(word: &str) -> bool {
    (1..=40).contains(&word.len())
        && word
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// A web origin as browsers write it: scheme, host and port alone.
pub fn origin(word: &str) -> Option<String> {
    let url = web(word)?;
    let origin = url.origin().ascii_serialization();
    let alone = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    (alone && url.username().is_empty()).then_some(origin)
}

pub(super) fn address(word: &str) -> Option<String> {
    web(word).map(|url| url.to_string())
}

fn web(word: &str) -> Option<Url> {
    let url = Url::parse(word).ok()?;
    (matches!(url.scheme(), "http" | "https") && word.len() <= 1_000).then_some(url)
}

pub(super) fn colour(word: &str) -> Option<String> {
    let digits = word.strip_prefix('#')?;
    (digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit()))
        .then(|| word.to_lowercase())
}

pub(super) fn content_type(word: &str) -> Option<String> {
    let word = word.trim_end_matches(',').to_lowercase();
    let part = |part: &str| {
        !part.is_empty()
            && part.len() <= 100
            && part
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".+-".contains(c))
    };
    let (kind, form) = word.split_once('/')?;
    (part(kind) && part(form)).then_some(word)
}

/// Of a question or a key.
pub(super) fn is_name(word: &str) -> bool {
    (1..=40).contains(&word.len())
        && word
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c))
}

/// `1` to `2`, `2026-01` to `2026-01.2`, that to `2026-01.3`.
pub(super) fn next_version(version: &str) -> String {
    let next = |digits: &str| digits.parse::<u64>().ok().and_then(|n| n.checked_add(1));
    match (next(version), version.rsplit_once('.')) {
        (Some(next), _) => next.to_string(),
        (None, Some((before, last))) if next(last).is_some() => {
            format!("{before}.{}", next(last).unwrap_or_default())
        }
        _ => format!("{version}.2"),
    }
}

/// The longest secret, in characters.
const MAX_SECRET: usize = 1_400;

/// A key as it was typed, if it can be used. PEM may come on one line or without its frame.
pub(super) fn identity_key(algorithm: Algorithm, typed: &str) -> Result<KeyMaterial, WrongValue> {
    let (key, wrong) = match algorithm {
        Algorithm::Hs256 => {
            let secret = typed.trim().to_owned();
            (KeyMaterial::Hs256 { secret }, WrongValue::Secret)
        }
        Algorithm::EdDsa => {
            let body: String = typed
                .replace("-----BEGIN PUBLIC KEY-----", "")
                .replace("-----END PUBLIC KEY-----", "")
                .split_whitespace()
                .collect();
            let public_key =
                format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n");
            (KeyMaterial::EdDsa { public_key }, WrongValue::PublicKey)
        }
    };
    match typed.len() <= MAX_SECRET && key.bytes().is_ok() {
        true => Ok(key),
        false => Err(wrong),
    }
}
