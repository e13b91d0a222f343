//! What the host page says of its visitor, as a JWT (RFC 7519) signed with HS256 or EdDSA.

use desk::{
    identity::Identity,
    ids::{ServiceSlug, Timestamp},
    refusal::Refusal,
    service::{IdentityKey, KeyMaterial},
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

/// The longest JWT, in bytes.
const LONGEST: usize = 8 * 1024;
/// How far the host page's clock may be from ours, in seconds.
const LEEWAY: i64 = 60;

/// What we read of it. Whatever else it holds is not looked at.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    /// Seconds since 1970; may have a fraction.
    exp: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    aud: Option<Audience>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    locale: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn holds(&self, service: &ServiceSlug) -> bool {
        match self {
            Self::One(one) => one == service.as_str(),
            Self::Many(many) => many.iter().any(|one| one == service.as_str()),
        }
    }
}

/// The identity, if one of the service's keys has signed it and it holds now.
pub fn check(
    jwt: &str,
    keys: &[IdentityKey],
    service: &ServiceSlug,
    now: Timestamp,
) -> Result<Identity, Refusal> {
    if keys.is_empty() {
        return Err(invalid("this help center has no keys to check it with"));
    }
    if jwt.len() > LONGEST {
        return Err(invalid("it is too long"));
    }
    let claims = signed(jwt, keys)?;
    let now = now.as_millis() / 1_000;
    if !holds_until(claims.exp, now - LEEWAY) {
        return Err(invalid("it has expired"));
    }
    if claims.nbf.is_some_and(|nbf| holds_until(nbf, now + LEEWAY)) {
        return Err(invalid("it is not valid yet"));
    }
    if claims.aud.is_some_and(|aud| !aud.holds(service)) {
        return Err(invalid("aud is not this help center"));
    }
    Identity::new(
        &claims.sub,
        claims.name.as_deref(),
        claims.email.as_deref(),
        claims.locale.as_deref(),
    )
}

/// The algorithm is the key's, never what the header asks for: a public key is no shared secret.
fn signed(jwt: &str, keys: &[IdentityKey]) -> Result<Claims, Refusal> {
    let header = decode_header(jwt).map_err(|_| invalid("it is no JWT of HS256 or EdDSA"))?;
    let fitting = keys
        .iter()
        .filter(|key| header.kid.as_ref().is_none_or(|kid| *kid == key.id))
        .filter_map(|key| decoding(&key.key))
        .filter(|(algorithm, _)| *algorithm == header.alg);
    let mut known = false;
    for (algorithm, key) in fitting {
        known = true;
        if let Ok(token) = decode(jwt, &key, &by_signature(algorithm)) {
            return read(token.claims);
        }
    }
    Err(invalid(match known {
        true => "the signature does not fit",
        false => "no key of this help center has this kid and alg",
    }))
}

fn decoding(key: &KeyMaterial) -> Option<(Algorithm, DecodingKey)> {
    let bytes = key.bytes().ok()?;
    Some(match key {
        KeyMaterial::Hs256 { .. } => (Algorithm::HS256, DecodingKey::from_secret(&bytes)),
        KeyMaterial::EdDsa { .. } => (Algorithm::EdDSA, DecodingKey::from_ed_der(&bytes)),
    })
}

/// The claims are checked here, by the desk's clock.
fn by_signature(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

fn read(claims: serde_json::Value) -> Result<Claims, Refusal> {
    serde_json::from_value(claims)
        .map_err(|_| invalid("sub and exp are required, and claims must have their right types"))
}

/// Whether a time of the JWT is after this second.
#[allow(
    clippy::cast_precision_loss,
    reason = "whole seconds are exact for millions of years"
)]
fn holds_until(claim: f64, second: i64) -> bool {
    claim.is_finite() && claim > second as f64
}

fn invalid(why: &'static str) -> Refusal {
    Refusal::IdentityInvalid { why }
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_700_000_000;
    const SECRET: &str = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==";
    const OTHER: &str = "b3RoZXItc2VjcmV0LW90aGVyLXNlY3JldC1vdGhlci1zZWM=";
    /// The key pair of RFC 8410, section 10.3.
    const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
        -----END PUBLIC KEY-----\n";
    const PRIVATE: &str = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";

    fn hs256(id: &str, secret: &str) -> IdentityKey {
        IdentityKey {
            id: id.into(),
            key: KeyMaterial::Hs256 {
                secret: secret.into(),
            },
        }
    }

    fn keys() -> Vec<IdentityKey> {
        let ed = KeyMaterial::EdDsa {
            public_key: PUBLIC.into(),
        };
        let ed = IdentityKey {
            id: "ed".into(),
            key: ed,
        };
        vec![hs256("hs", SECRET), ed]
    }

    fn secret(base64: &str) -> Vec<u8> {
        hs256("", base64).key.bytes().unwrap()
    }

    fn private() -> EncodingKey {
        use base64::{Engine, engine::general_purpose::STANDARD};
        EncodingKey::from_ed_der(&STANDARD.decode(PRIVATE).unwrap())
    }

    fn header(alg: Algorithm, kid: Option<&str>) -> Header {
        let mut header = Header::new(alg);
        header.kid = kid.map(str::to_owned);
        header
    }

    fn by_secret(base64: &str, kid: Option<&str>, claims: &Value) -> String {
        let key = EncodingKey::from_secret(&secret(base64));
        encode(&header(Algorithm::HS256, kid), claims, &key).unwrap()
    }

    fn checked(jwt: &str) -> Result<Identity, Refusal> {
        let now = Timestamp::from_millis(NOW * 1_000);
        check(jwt, &keys(), &ServiceSlug::new("acme"), now)
    }

    fn why(answer: &Result<Identity, Refusal>) -> &'static str {
        match answer {
            Ok(_) => "fine",
            Err(Refusal::IdentityInvalid { why }) => why,
            Err(other) => panic!("{other}"),
        }
    }

    fn good() -> Value {
        json!({"sub": "u7", "exp": NOW + 300, "name": "Kim", "email": "kim@example.org", "locale": "ko"})
    }

    #[test]
    fn a_signed_identity_is_read() {
        let ed = encode(&header(Algorithm::EdDSA, Some("ed")), &good(), &private()).unwrap();
        let anonymous = encode(&header(Algorithm::EdDSA, None), &good(), &private()).unwrap();
        for jwt in [
            by_secret(SECRET, Some("hs"), &good()),
            by_secret(SECRET, None, &good()),
            ed,
            anonymous,
        ] {
            let identity = checked(&jwt).unwrap();
            assert_eq!(identity.subject, "u7");
            assert_eq!(identity.name.as_deref(), Some("Kim"));
            assert_eq!(identity.email.as_deref(), Some("kim@example.org"));
            assert_eq!(identity.locale.as_deref(), Some("ko"));
        }
    }

    #[test]
    fn claims_are_checked_by_the_desks_clock() {
        let with = |change: Value| {
            let mut claims = good();
            claims
                .as_object_mut()
                .unwrap()
                .extend(change.as_object().unwrap().clone());
            why(&checked(&by_secret(SECRET, None, &claims)))
        };
        let malformed = "sub and exp are required, and claims must have their right types";
        for (change, answer) in [
            (json!({"exp": NOW - 59}), "fine"),
            (json!({"exp": NOW as f64 + 0.5}), "fine"),
            (json!({"exp": NOW - 60}), "it has expired"),
            (json!({"exp": -1}), "it has expired"),
            (json!({"exp": null}), malformed),
            (json!({"exp": "tomorrow"}), malformed),
            (json!({"nbf": NOW + 60}), "fine"),
            (json!({"nbf": NOW + 61}), "it is not valid yet"),
            (json!({"aud": "acme"}), "fine"),
            (json!({"aud": ["other", "acme"]}), "fine"),
            (json!({"aud": "other"}), "aud is not this help center"),
            (json!({"aud": []}), "aud is not this help center"),
            (json!({"aud": 7}), malformed),
            (json!({"sub": ""}), "sub must be 1 to 200 bytes"),
            (
                json!({"sub": "a".repeat(201)}),
                "sub must be 1 to 200 bytes",
            ),
            (json!({"sub": null}), malformed),
            (json!({"sub": 7}), malformed),
            (json!({"name": ["Kim"]}), malformed),
            (json!({"role": "admin"}), "fine"),
        ] {
            assert_eq!(with(change.clone()), answer, "{change}");
        }
    }

    #[test]
    fn forged_and_confused_signatures_are_refused() {
        let no_key = "no key of this help center has this kid and alg";
        let no_jwt = "it is no JWT of HS256 or EdDSA";
        let unsigned = |alg: &str| {
            use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
            let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
            format!("{}.{}.", part(json!({"alg": alg})), part(good()))
        };
        // The public key, which everybody may know, taken for a shared secret.
        let confused = |bytes: &[u8], kid| {
            let key = EncodingKey::from_secret(bytes);
            encode(&header(Algorithm::HS256, kid), &good(), &key).unwrap()
        };
        let raw = keys()[1].key.bytes().unwrap();
        let hs512 = {
            let key = EncodingKey::from_secret(&secret(SECRET));
            encode(&header(Algorithm::HS512, None), &good(), &key).unwrap()
        };
        let whole = by_secret(SECRET, None, &good());
        let (head, _) = whole.rsplit_once('.').unwrap();
        let mut parts: Vec<&str> = whole.split('.').collect();
        let forged = by_secret(OTHER, None, &json!({"sub": "u8", "exp": NOW + 300}));
        parts[1] = forged.split('.').nth(1).unwrap();
        let swapped = parts.join(".");
        for (jwt, answer) in [
            (
                by_secret(OTHER, None, &good()),
                "the signature does not fit",
            ),
            (
                by_secret(OTHER, Some("hs"), &good()),
                "the signature does not fit",
            ),
            (by_secret(SECRET, Some("gone"), &good()), no_key),
            (by_secret(SECRET, Some("ed"), &good()), no_key),
            (confused(PUBLIC.as_bytes(), Some("ed")), no_key),
            (confused(&raw, Some("ed")), no_key),
            (confused(&raw, None), "the signature does not fit"),
            (hs512, no_key),
            (unsigned("none"), no_jwt),
            (unsigned("None"), no_jwt),
            (unsigned("HS256"), "the signature does not fit"),
            (format!("{head}."), "the signature does not fit"),
            (swapped, "the signature does not fit"),
            (String::new(), no_jwt),
            ("a.b.c".into(), no_jwt),
            ("x".repeat(LONGEST + 1), "it is too long"),
        ] {
            let answered = checked(&jwt);
            assert_eq!(why(&answered), answer, "{}", jwt.len());
            assert!(!format!("{answered:?}").contains("u7"));
        }
    }

    #[test]
    fn without_keys_nobody_is_identified() {
        let jwt = by_secret(SECRET, None, &good());
        let now = Timestamp::from_millis(NOW * 1_000);
        let answer = check(&jwt, &[], &ServiceSlug::new("acme"), now);
        assert_eq!(
            why(&answer),
            "this help center has no keys to check it with"
        );
        let weak = [hs256("weak", "c2VjcmV0")];
        let answer = check(&jwt, &weak, &ServiceSlug::new("acme"), now);
        assert_eq!(
            why(&answer),
            "no key of this help center has this kid and alg"
        );
    }
}
