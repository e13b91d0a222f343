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

/// The first bytes of every Ed25519 public key as X.509 writes it (RFC 8410).
const ED25519: &str = "MCowBQYDK2VwAyEA";

pub(super) fn identity_key(algorithm: Algorithm, typed: &str) -> Result<KeyMaterial, WrongValue> {
    let is_base64 = |text: &str| {
        text.trim_end_matches('=')
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+/-_".contains(c))
    };
    match algorithm {
        Algorithm::Hs256 => {
            let secret = typed.trim();
            let bytes = secret.trim_end_matches('=').len() * 3 / 4;
            let fits = is_base64(secret) && (32..=1_024).contains(&bytes);
            fits.then(|| KeyMaterial::Hs256 {
                secret: secret.to_owned(),
            })
            .ok_or(WrongValue::Secret)
        }
        Algorithm::EdDsa => {
            let body: String = typed
                .replace("-----BEGIN PUBLIC KEY-----", "")
                .replace("-----END PUBLIC KEY-----", "")
                .split_whitespace()
                .collect();
            // 44 bytes, of which 32 are the key.
            let fits = is_base64(&body)
                && body.starts_with(ED25519)
                && body.trim_end_matches('=').len() == 59;
            fits.then(|| KeyMaterial::EdDsa {
                public_key: format!(
                    "-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n"
                ),
            })
            .ok_or(WrongValue::PublicKey)
        }
    }
}
