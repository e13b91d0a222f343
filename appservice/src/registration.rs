//! The registration that makes the homeserver know us.
//!
//! Application service API, "Registration".

use std::fmt;

use rand::{Rng, distr::Alphanumeric};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::namespace::Namespace;

macro_rules! secret {
    ($(#[$doc:meta] $name:ident),*) => {$(
        #[$doc]
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn new(token: impl Into<String>) -> Self {
                Self(token.into())
            }

            /// The token itself. Never log it.
            pub fn secret(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}

secret! {
    /// Shows the homeserver that it is us.
    AsToken,
    /// Shows us that it is the homeserver.
    HsToken
}

impl HsToken {
    /// In constant time for tokens of equal length.
    pub fn matches(&self, given: &str) -> bool {
        bool::from(self.0.as_bytes().ct_eq(given.as_bytes()))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    pub id: String,
    pub url: Option<String>,
    pub as_token: AsToken,
    pub hs_token: HsToken,
    /// Nobody sees this user: on Synapse it cannot sync, so the bot is a user of the namespace.
    pub sender_localpart: String,
    /// Our own requests are not limited; the limits of web visitors are ours to set.
    pub rate_limited: bool,
    pub namespaces: Namespaces,
    /// Presence comes this way (Synapse 1.156 and later).
    pub receive_ephemeral: bool,
    /// The same for older homeservers (MSC2409).
    #[serde(rename = "de.sorunome.msc2409.push_ephemeral")]
    pub push_ephemeral: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Namespaces {
    pub users: Vec<Pattern>,
    pub aliases: Vec<Pattern>,
    pub rooms: Vec<Pattern>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pattern {
    pub exclusive: bool,
    pub regex: String,
}

impl Registration {
    /// With fresh random tokens. `url` is where the homeserver reaches us.
    pub fn generate(id: &str, namespace: &Namespace, url: &str) -> Self {
        Self {
            as_token: AsToken(random(64)),
            hs_token: HsToken(random(64)),
            sender_localpart: random(32).to_lowercase(),
            ..Self::expected(id, namespace, url)
        }
    }

    fn expected(id: &str, namespace: &Namespace, url: &str) -> Self {
        let exclusive = |regex| Pattern {
            exclusive: true,
            regex,
        };
        Self {
            id: id.to_owned(),
            url: Some(url.trim_end_matches('/').to_owned()),
            as_token: AsToken(String::new()),
            hs_token: HsToken(String::new()),
            sender_localpart: String::new(),
            rate_limited: false,
            namespaces: Namespaces {
                users: namespace.user_patterns().map(exclusive).into(),
                aliases: vec![exclusive(namespace.alias_pattern())],
                rooms: Vec::new(),
            },
            receive_ephemeral: true,
            push_ephemeral: true,
        }
    }

    /// What in this registration does not fit the settings, as sentences; none: all fits.
    pub fn misfits(&self, id: &str, namespace: &Namespace, url: &str) -> Vec<String> {
        let expected = Self::expected(id, namespace, url);
        let mut misfits = Vec::new();
        let mut check = |fits: bool, what: &str, right: String| {
            if !fits {
                misfits.push(format!("`{what}` should be {right}"));
            }
        };
        check(self.id == expected.id, "id", expected.id.clone());
        check(
            self.url == expected.url,
            "url",
            expected.url.clone().unwrap_or_default(),
        );
        check(
            self.namespaces == expected.namespaces,
            "namespaces",
            format!("{:?}", expected.namespaces),
        );
        check(!self.rate_limited, "rate_limited", "false".into());
        check(
            self.receive_ephemeral && self.push_ephemeral,
            "receive_ephemeral",
            "true".into(),
        );
        check(
            self.sender_localpart != namespace.bot,
            "sender_localpart",
            "a random name, not the bot's".into(),
        );
        check(
            self.as_token.secret().len() >= 32 && self.hs_token.secret().len() >= 32,
            "as_token and hs_token",
            "32 random characters or more".into(),
        );
        misfits
    }

    pub fn to_yaml(&self) -> Result<String, serde_yaml_ng::Error> {
        serde_yaml_ng::to_string(self)
    }

    pub fn from_yaml(text: &str) -> Result<Self, serde_yaml_ng::Error> {
        serde_yaml_ng::from_str(text)
    }
}

fn random(length: usize) -> String {
    rand::rng()
        .sample_iter(Alphanumeric)
        .take(length)
        .map(char::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generate() -> (Registration, Namespace) {
        let namespace = Namespace::new("helproom", "example.org".try_into().unwrap());
        (
            Registration::generate("helproom", &namespace, "http://127.0.0.1:29330/"),
            namespace,
        )
    }

    #[test]
    fn a_generated_registration_fits_its_settings_and_survives_yaml() {
        let (registration, namespace) = generate();
        let read = Registration::from_yaml(&registration.to_yaml().unwrap()).unwrap();
        assert_eq!(read, registration);
        assert_eq!(
            read.misfits("helproom", &namespace, "http://127.0.0.1:29330"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn every_registration_has_tokens_of_its_own() {
        let ((one, _), (other, _)) = (generate(), generate());
        assert_ne!(one.as_token, other.as_token);
        assert_ne!(one.hs_token, other.hs_token);
        assert_ne!(one.sender_localpart, other.sender_localpart);
    }

    #[test]
    fn a_registration_of_other_settings_is_told_apart() {
        let (registration, _) = generate();
        let namespace = Namespace::new("desk", "example.org".try_into().unwrap());
        let misfits = registration.misfits("helproom", &namespace, "http://127.0.0.1:1");
        assert_eq!(misfits.len(), 2, "{misfits:?}");
    }

    #[test]
    fn tokens_are_not_shown() {
        let (registration, _) = generate();
        assert!(!format!("{registration:?}").contains(registration.as_token.secret()));
        assert!(!format!("{registration:?}").contains(registration.hs_token.secret()));
    }
}
