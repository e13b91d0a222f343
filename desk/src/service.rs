//! A service: one help center with its contract, settings and agents.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    command::Language,
    customer::check_line,
    ids::{ServiceSlug, Timestamp},
    refusal::Refusal,
};

mod care;
mod change;
mod hours;
mod masking;
mod routing;

pub use care::{Attachments, IdentityKey, Idle, KeyMaterial};
pub use change::{
    Change, MASKING_PARTS, PARTS, ROUTING_PARTS, WrongPattern, WrongValue, is_slug, line,
    means_all, on_off, origin, part, retention, routing_part,
};
pub use hours::{Hours, Span, Weekday, WrongHours};
pub use masking::{Masking, Policy};
pub use routing::{ACTIVITY, Basis, Mode, Routing, Strategy};

/// The longest answer to a pre-chat field, in Unicode scalar values.
pub const MAX_FIELD: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    pub slug: ServiceSlug,
    pub name: String,
    pub settings: ServiceSettings,
}

/// Everything an admin can set; what is missing in an older row has its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ServiceSettings {
    /// Of what the bot says in the rooms of the service.
    pub language: Language,
    /// The contract's switch for chat.
    pub contract_chat: bool,
    /// The contract's switch for masking.
    pub contract_security: bool,
    /// The help center's own switch for chat.
    pub help_center_chat: bool,
    /// Whether *Contact Us* is offered.
    pub contact: bool,
    /// Web origins (`https://help.example.org`) whose pages may show the widget.
    pub origins: Vec<String>,
    pub consent: Consent,
    /// Shown as the first words of a chat.
    pub greeting: Option<String>,
    pub fields: Vec<Field>,
    pub theme: Theme,
    /// `None`: always open.
    pub hours: Option<Hours>,
    #[serde(flatten)]
    pub routing: Routing,
    /// Whether customers are asked for a rating when a chat ends.
    pub rating: bool,
    pub idle: Idle,
    pub attachments: Attachments,
    /// After how many days a closed chat's room is emptied and its record deleted. `None`: never.
    pub retention_days: Option<u32>,
    pub identity_keys: Vec<IdentityKey>,
    /// Answers ready to be sent, by name.
    pub canned: BTreeMap<String, String>,
    pub masking: Masking,
}

impl Default for ServiceSettings {
    fn default() -> Self {
        Self {
            language: Language::default(),
            contract_chat: true,
            contract_security: false,
            help_center_chat: true,
            contact: true,
            origins: Vec::new(),
            consent: Consent::default(),
            greeting: None,
            fields: Vec::new(),
            theme: Theme::default(),
            hours: None,
            routing: Routing::default(),
            rating: true,
            idle: Idle::default(),
            attachments: Attachments::default(),
            retention_days: None,
            identity_keys: Vec::new(),
            canned: BTreeMap::new(),
            masking: Masking::default(),
        }
    }
}

impl ServiceSettings {
    pub fn chat_enabled(&self) -> bool {
        self.contract_chat && self.help_center_chat
    }

    /// Whether chat is offered at this hour.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.hours.as_ref().is_none_or(|hours| hours.open_at(now))
    }

    /// The time zone of its hours, in which times are told to its people.
    pub fn zone(&self) -> TimeZone {
        let zone = self.hours.as_ref().and_then(Hours::zone);
        zone.unwrap_or(TimeZone::UTC)
    }

    /// Keeps the answers to the fields this service asks; refuses when a required one is missing.
    pub fn check_fields(
        &self,
        answers: &BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, Refusal> {
        let mut kept = BTreeMap::new();
        for field in &self.fields {
            let answer = answers.get(&field.name).map(String::as_str);
            match check_line(&field.name, answer, MAX_FIELD)? {
                Some(answer) => drop(kept.insert(field.name.clone(), answer)),
                None if field.required => {
                    let why = format!("please fill in {}", field.label);
                    return Err(Refusal::invalid(&field.name, why));
                }
                None => {}
            }
        }
        Ok(kept)
    }
}

/// The privacy policy a customer agrees to before a chat or an inquiry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Consent {
    pub version: String,
    pub text: String,
    pub url: Option<String>,
}

impl Default for Consent {
    fn default() -> Self {
        Self {
            version: "1".into(),
            text: "We use what you write here to answer your question.".into(),
            url: None,
        }
    }
}

impl Consent {
    /// Only the current version counts.
    pub fn check(&self, given: Option<&str>) -> Result<(), Refusal> {
        match given {
            None | Some("") => Err(Refusal::ConsentRequired {
                version: self.version.clone(),
            }),
            Some(version) if version == self.version => Ok(()),
            Some(_) => Err(Refusal::ConsentOutdated {
                version: self.version.clone(),
            }),
        }
    }

    /// SHA-256 of the text in hexadecimal: the proof of what was agreed to.
    pub fn text_hash(&self) -> String {
        hex(&Sha256::digest(self.text.as_bytes()))
    }
}

/// A question asked before the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub label: String,
    #[serde(default)]
    pub required: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Theme {
    /// A CSS colour `#rrggbb`.
    pub accent: Option<String>,
    /// `left` or `right`.
    pub position: Option<String>,
}

/// What the widget may offer now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// An agent is free.
    Available,
    /// Agents are there, all busy: the customer may wait.
    Queue,
    /// Nobody is there.
    Absent,
    /// Contract, help center or business hours say no.
    Disabled,
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_current_version_of_the_policy_is_consent() {
        let consent = Consent {
            version: "2".into(),
            ..Consent::default()
        };
        for (given, answer) in [
            (
                None,
                Err(Refusal::ConsentRequired {
                    version: "2".into(),
                }),
            ),
            (
                Some(""),
                Err(Refusal::ConsentRequired {
                    version: "2".into(),
                }),
            ),
            (
                Some("1"),
                Err(Refusal::ConsentOutdated {
                    version: "2".into(),
                }),
            ),
            (Some("2"), Ok(())),
        ] {
            assert_eq!(consent.check(given), answer, "{given:?}");
        }
    }

    #[test]
    fn a_required_field_must_be_answered_and_an_unasked_one_is_dropped() {
        let settings = ServiceSettings {
            fields: vec![Field {
                name: "topic".into(),
                label: "Topic".into(),
                required: true,
            }],
            ..ServiceSettings::default()
        };
        let answers = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(name, answer)| ((*name).to_owned(), (*answer).to_owned()))
                .collect()
        };
        assert!(matches!(
            settings.check_fields(&answers(&[("topic", "  ")])),
            Err(Refusal::Invalid { .. })
        ));
        assert_eq!(
            settings.check_fields(&answers(&[("topic", " billing "), ("other", "x")])),
            Ok(answers(&[("topic", "billing")]))
        );
    }

    #[test]
    fn settings_stored_by_an_older_release_get_the_defaults_of_what_they_lack() {
        let older: ServiceSettings = serde_json::from_str(r#"{"contact": false}"#).unwrap();
        assert_eq!(
            older,
            ServiceSettings {
                contact: false,
                ..ServiceSettings::default()
            }
        );
    }
}
