//! Identifiers and time: one type each, so that one cannot be passed for another.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::service::hex;

macro_rules! identifier {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

identifier! {
    /// A service's short name in addresses: lower-case letters, digits and hyphens.
    ServiceSlug,
    /// A customer, and the last part of the ghost's name.
    CustomerId,
    /// A chat, as the widget knows it (a ULID).
    ChatId,
    /// A message of a chat, as the widget knows it.
    MessageId,
    /// A file at the homeserver (`mxc://...`). Opaque.
    MediaId,
    /// The Matrix user id of somebody who works with us: agent, supervisor or admin.
    AgentId,
    /// A Matrix room id. Opaque.
    RoomId,
    /// A Matrix event id. Opaque.
    EventId,
    /// A mask over parts of a message.
    MaskId,
    /// A transcript to be mailed.
    MailId,
    /// Where programs elsewhere are told what happens.
    WebhookId,
    /// An effect in the outbox; also the `txnId` of what it sends, so it is globally unique.
    EffectId,
    /// The key under which a customer's page sends a message, unique in its chat.
    ClientKey,
    /// The SHA-256 of a visitor token, in hexadecimal. The token itself is never stored.
    TokenHash,
}

impl TokenHash {
    pub fn of(token: &str) -> Self {
        Self(hex(&Sha256::digest(token.as_bytes())))
    }
}

/// A moment in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// RFC 3339 in UTC, with milliseconds.
    pub fn to_rfc3339(self) -> String {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(at) => format!("{at:.3}"),
            Err(_) => String::from("1970-01-01T00:00:00.000Z"),
        }
    }

    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let at: jiff::Timestamp = text.parse().ok()?;
        Some(Self(at.as_millisecond()))
    }

    /// How long after `earlier` this is; zero when it is not.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)),
        )
    }
}

impl std::ops::Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_written_as_rfc_3339_in_utc_with_milliseconds() {
        assert_eq!(
            Timestamp::from_millis(1_700_000_000_005).to_rfc3339(),
            "2023-11-14T22:13:20.005Z"
        );
    }

    #[test]
    fn a_moment_before_is_no_time_ago() {
        let noon = Timestamp::from_millis(1_000);
        assert_eq!(noon.since(noon + Duration::from_secs(1)), Duration::ZERO);
    }
}
