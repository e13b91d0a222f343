//! What a service settles about a chat beside routing: how long it stays open and is kept, what
//! may be sent in it, who signs its customers in.

use std::time::Duration;

use serde::{Deserialize, Serialize};

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

impl std::fmt::Debug for KeyMaterial {
    /// Without the key: settings are logged and audited.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Hs256 { .. } => "HS256",
            Self::EdDsa { .. } => "EdDSA",
        })
    }
}
