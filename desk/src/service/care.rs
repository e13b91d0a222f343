//! What a service settles about a chat beside routing: how long it stays open and is kept, what
//! may be sent in it, who signs its customers in.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// When a chat ends by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Idle {
    /// After how long without a word of the customer, once an agent has written last, the
    /// customer is asked whether it is still there, in seconds.
    pub warn_after_s: u64,
    /// How long after that the chat is closed, in seconds. 0: never by itself.
    pub close_after_s: u64,
}

impl Default for Idle {
    fn default() -> Self {
        Self {
            warn_after_s: 900,
            close_after_s: 300,
        }
    }
}

impl Idle {
    pub fn is_on(&self) -> bool {
        self.close_after_s > 0
    }

    pub fn warn_after(&self) -> Duration {
        Duration::from_secs(self.warn_after_s)
    }

    pub fn close_after(&self) -> Duration {
        Duration::from_secs(self.close_after_s)
    }
}

/// Files and images, both ways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attachments {
    pub enabled: bool,
    /// Of one file, in bytes.
    pub max_bytes: u64,
    /// Of one chat, from the customer.
    pub max_count: u32,
    /// Content types customers may send, as found in the bytes (not as claimed).
    pub types: Vec<String>,
}

impl Default for Attachments {
    fn default() -> Self {
        Self {
            enabled: true,
            max_bytes: 10 * 1024 * 1024,
            max_count: 20,
            types: [
                "image/png",
                "image/jpeg",
                "image/gif",
                "image/webp",
                "application/pdf",
                "text/plain",
                "application/zip",
            ]
            .map(str::to_owned)
            .into(),
        }
    }
}

/// A key with which the host page signs who its visitor is (RFC 7519).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityKey {
    /// `kid` of the JWT; a JWT without one is tried with every key.
    pub id: String,
    #[serde(flatten)]
    pub key: KeyMaterial,
}

/// HS256 shares a secret, EdDSA (Ed25519) a public key. Nothing else is accepted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "alg")]
pub enum KeyMaterial {
    /// At least 32 bytes, in base64 as it was given.
    #[serde(rename = "HS256")]
    Hs256 { secret: String },
    /// The public key as PEM (`-----BEGIN PUBLIC KEY-----`).
    #[serde(rename = "EdDSA")]
    EdDsa { public_key: String },
}

/// The shortest shared secret, in bytes (RFC 7518, section 3.2: as long as the hash).
const MIN_SECRET: usize = 32;
/// What stands before the 32 bytes of an Ed25519 public key (RFC 8410, section 4).
const ED25519: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

impl IdentityKey {
    /// Whether the key can be used; the answer never quotes it.
    pub fn check(&self) -> Result<(), Refusal> {
        let named = !self.id.is_empty()
            && self.id.len() <= 100
            && !self.id.chars().any(|c| c.is_whitespace() || c.is_control());
        if !named {
            return Err(Refusal::invalid(
                "id",
                "1 to 100 characters without spaces, as in the `kid` of the JWT",
            ));
        }
        self.key.bytes().map(drop)
    }
}

impl KeyMaterial {
    /// The secret, or the raw public key.
    pub fn bytes(&self) -> Result<Vec<u8>, Refusal> {
        match self {
            Self::Hs256 { secret } => base64(secret)
                .filter(|bytes| bytes.len() >= MIN_SECRET)
                .ok_or_else(|| {
                    Refusal::invalid(
                        "secret",
                        format!(
                            "at least {MIN_SECRET} random bytes in base64: openssl rand -base64 48"
                        ),
                    )
                }),
            Self::EdDsa { public_key } => ed25519(public_key).ok_or_else(|| {
                Refusal::invalid(
                    "public_key",
                    "an Ed25519 public key as PEM: -----BEGIN PUBLIC KEY----- ...",
                )
            }),
        }
    }
}

/// With or without padding, of either alphabet: keys are copied from many places.
fn base64(text: &str) -> Option<Vec<u8>> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '=')
        .map(|c| match c {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    STANDARD_NO_PAD.decode(text).ok()
}

fn ed25519(pem: &str) -> Option<Vec<u8>> {
    let inner = pem.trim().strip_prefix("-----BEGIN PUBLIC KEY-----")?;
    let der = base64(inner.strip_suffix("-----END PUBLIC KEY-----")?)?;
    let raw = der.strip_prefix(&ED25519)?;
    (raw.len() == 32).then(|| raw.to_vec())
}

impl std::fmt::Debug for KeyMaterial {
    /// Without the key: settings are logged and audited.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Hs256 { .. } => "HS256",
            Self::EdDsa { .. } => "EdDSA",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\n\
        MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
        -----END PUBLIC KEY-----\n";

    fn hs256(secret: &str) -> KeyMaterial {
        KeyMaterial::Hs256 {
            secret: secret.into(),
        }
    }

    fn ed_dsa(public_key: &str) -> KeyMaterial {
        KeyMaterial::EdDsa {
            public_key: public_key.into(),
        }
    }

    #[test]
    fn a_weak_or_broken_key_is_refused_without_being_quoted() {
        let secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA==";
        for (id, key, fine) in [
            ("k1", hs256(secret), true),
            ("k1", hs256(secret.trim_end_matches('=')), true),
            ("k1", hs256("c2VjcmV0"), false),
            ("k1", hs256("not base64!"), false),
            ("k1", hs256(""), false),
            ("k1", ed_dsa(PUBLIC), true),
            ("k1", ed_dsa(&PUBLIC.replace("MCow", "MCox")), false),
            ("k1", ed_dsa(&PUBLIC.replace("PUBLIC", "PRIVATE")), false),
            ("k1", ed_dsa(secret), false),
            ("", hs256(secret), false),
            ("a b", hs256(secret), false),
        ] {
            let key = IdentityKey { id: id.into(), key };
            let checked = key.check();
            assert_eq!(checked.is_ok(), fine, "{id} {:?}", key.key);
            let told = format!("{checked:?} {key:?}");
            assert!(!told.contains("c2Vj") && !told.contains("MCow"), "{told}");
        }
    }
}
