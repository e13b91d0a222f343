//! A service in the settings.

use anyhow::ensure;
use desk::{
    agent::name_from,
    command::Language,
    engine::{AgentSetup, ServiceSetup},
    ids::{AgentId, ServiceSlug},
    service::{Consent, Field, Routing, ServiceSettings, Theme},
};
use serde::Deserialize;
use url::Url;

use super::check_user_id;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceEntry {
    pub slug: String,
    pub name: String,
    #[serde(default)]
    pub origins: Vec<String>,
    #[serde(default)]
    pub agents: Vec<AgentEntry>,
    /// The help center's switch for chat.
    pub chat: Option<bool>,
    /// Whether *Contact Us* is offered.
    pub contact: Option<bool>,
    pub consent: Option<Consent>,
    #[serde(default)]
    pub fields: Vec<Field>,
    #[serde(default)]
    pub theme: Theme,
    pub accept_timeout_s: Option<u64>,
    pub capacity: Option<u32>,
    /// Of what the bot says in the service's rooms.
    pub language: Option<Language>,
}

/// `"@alice:example.org"`, or `{ id = "@alice:example.org", name = "Alice from Support" }`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum AgentEntry {
    Id(String),
    Named { id: String, name: String },
}

impl ServiceEntry {
    pub fn check(&self) -> anyhow::Result<()> {
        ensure!(
            !self.slug.is_empty()
                && self.slug.len() <= 40
                && self
                    .slug
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "`service.slug` is \"{}\"; use up to 40 lower-case letters, digits and -, for example \"acme\"",
            self.slug
        );
        for origin in &self.origins {
            let right =
                Url::parse(origin).is_ok_and(|url| url.origin().ascii_serialization() == *origin);
            ensure!(
                right,
                "`service.origins` of {} names \"{origin}\"; use scheme and host alone, for example \"https://help.example.org\"",
                self.slug
            );
        }
        for agent in &self.agents {
            let (AgentEntry::Id(id) | AgentEntry::Named { id, .. }) = agent;
            check_user_id("service.agents", id)?;
        }
        ensure!(
            self.consent
                .as_ref()
                .is_none_or(|consent| !consent.version.trim().is_empty()),
            "`service.consent.version` of {} is empty; use for example \"1\", and another when the text changes",
            self.slug
        );
        let capacity = self.capacity.unwrap_or(1);
        ensure!(
            capacity > 0,
            "`service.capacity` of {} is 0; use at least 1, or leave it out for 3",
            self.slug
        );
        let timeout = self.accept_timeout_s.unwrap_or(1);
        ensure!(
            (1..=3600).contains(&timeout),
            "`service.accept_timeout_s` of {} is {timeout}; use 1 to 3600 seconds, or leave it out for 45",
            self.slug
        );
        Ok(())
    }

    pub fn to_setup(&self) -> ServiceSetup {
        let default = ServiceSettings::default();
        let settings = ServiceSettings {
            language: self.language.unwrap_or_default(),
            help_center_chat: self.chat.unwrap_or(default.help_center_chat),
            contact: self.contact.unwrap_or(default.contact),
            origins: self.origins.clone(),
            consent: self.consent.clone().unwrap_or(default.consent),
            fields: self.fields.clone(),
            theme: self.theme.clone(),
            routing: Routing {
                accept_timeout_s: self
                    .accept_timeout_s
                    .unwrap_or(default.routing.accept_timeout_s),
                capacity: self.capacity.unwrap_or(default.routing.capacity),
                ..default.routing
            },
            ..default
        };
        let agents = self.agents.iter().map(|agent| match agent {
            AgentEntry::Id(id) => {
                let id = AgentId::new(id.as_str());
                AgentSetup {
                    name: name_from(&id),
                    id,
                }
            }
            AgentEntry::Named { id, name } => AgentSetup {
                id: AgentId::new(id.as_str()),
                name: name.clone(),
            },
        });
        ServiceSetup {
            slug: ServiceSlug::new(self.slug.as_str()),
            name: self.name.clone(),
            settings,
            agents: agents.collect(),
        }
    }
}
