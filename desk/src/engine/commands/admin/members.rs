//! `!agent`: who may do what in a service, and what follows from it in its rooms.

use std::collections::BTreeSet;

use crate::{
    agent::{Membership, name_from},
    audit::AuditEntry,
    command::{AgentCommand, Language},
    effect::Effect,
    ids::{AgentId, ServiceSlug},
    permission::Permissions,
    ports::StoreError,
    service::{Service, line},
    texts::admin as texts,
};

use super::super::{super::Work, Asker};

impl Work<'_> {
    pub(super) async fn agent_command(
        &mut self,
        asker: &Asker,
        service: Service,
        command: AgentCommand,
    ) -> Result<String, StoreError> {
        let language = asker.language;
        let word = match &command {
            AgentCommand::List => {
                let members = self.tx.members(&service.slug).await?;
                let admins = &self.engine.admins;
                return Ok(texts::members(language, &service, &members, admins));
            }
            AgentCommand::Grant { agent, .. }
            | AgentCommand::Revoke { agent, .. }
            | AgentCommand::Capacity { agent, .. }
            | AgentCommand::Name { agent, .. }
            | AgentCommand::Group { agent, .. } => agent.clone(),
        };
        let Some(person) = self.resolve(&service, &word).await? else {
            return Ok(texts::not_a_person(language, &word));
        };
        let known = self.tx.find_agent(&service.slug, &person).await?;
        if let AgentCommand::Grant { permissions, .. } = &command {
            let member = known.unwrap_or_else(|| newcomer(&person));
            let held = member.permissions.with(permissions);
            return self
                .permit(
                    &asker.person,
                    language,
                    &service,
                    member,
                    held,
                    "agent.grant",
                )
                .await;
        }
        let Some(mut member) = known.filter(|known| !known.permissions.is_empty()) else {
            return Ok(texts::not_a_member(language, &person, &service.slug));
        };
        match command {
            AgentCommand::Revoke { permissions, .. } => {
                let held = match permissions.is_empty() {
                    true => Permissions::default(),
                    false => member.permissions.without(&permissions),
                };
                self.permit(
                    &asker.person,
                    language,
                    &service,
                    member,
                    held,
                    "agent.revoke",
                )
                .await
            }
            AgentCommand::Capacity { capacity, .. } => {
                let usual = service.settings.routing.capacity;
                let old = member.capacity.unwrap_or(usual).to_string();
                member.capacity = Some(capacity);
                let new = capacity.to_string();
                let words = self
                    .alter(asker, &service, &member, "capacity", old, new)
                    .await?;
                self.route(&service.slug).await?;
                Ok(words)
            }
            AgentCommand::Name { name, .. } => match line(&name) {
                Ok(name) => {
                    let old = std::mem::replace(&mut member.name, name.clone());
                    self.alter(asker, &service, &member, "name", old, name)
                        .await
                }
                Err(wrong) => Ok(texts::wrong_value(
                    language,
                    &wrong,
                    "!agent name @bela \"Bela from Support\"",
                )),
            },
            AgentCommand::Group { groups, .. } => {
                let new = match groups_of(&groups) {
                    Ok(new) => new,
                    Err(word) => return Ok(texts::not_a_group(language, &word)),
                };
                let old = shown(&member.groups);
                let words = shown(&new);
                member.groups = new;
                self.alter(asker, &service, &member, "group", old, words)
                    .await
            }
            AgentCommand::List | AgentCommand::Grant { .. } => Ok(String::new()),
        }
    }

    /// The person a word names: a member by id, localpart or name, or anybody by its Matrix id. Not
    /// the bot, and no customer.
    pub(super) async fn resolve(
        &mut self,
        service: &Service,
        word: &str,
    ) -> Result<Option<AgentId>, StoreError> {
        let members = self.tx.members(&service.slug).await?;
        let bare = word.strip_prefix('@').unwrap_or(word);
        let named = |member: &&Membership| {
            let id = member.agent.as_str().trim_start_matches('@');
            id == bare
                || id.split(':').next() == Some(bare)
                || member.name.eq_ignore_ascii_case(bare)
        };
        let mut fit = members.iter().filter(named);
        if let (Some(one), None) = (fit.next(), fit.next()) {
            return Ok(Some(one.agent.clone()));
        }
        let person = self.engine.manner.person(word);
        Ok(person
            .filter(|person| !self.is_ours(person))
            .map(AgentId::new))
    }

    pub(in crate::engine) fn is_ours(&self, person: &str) -> bool {
        let bot = &self.engine.manner.bot;
        let (localpart, server) = bot.split_once(':').unwrap_or((bot, ""));
        let of_ours = person
            .strip_suffix(server)
            .and_then(|person| person.strip_suffix(':'));
        of_ours.is_some_and(|person| {
            person == localpart || person.starts_with(&format!("{localpart}_"))
        })
    }

    /// Gives the member these permissions, and does what follows.
    pub(in crate::engine) async fn permit(
        &mut self,
        by: &AgentId,
        language: Language,
        service: &Service,
        mut member: Membership,
        held: Permissions,
        what: &str,
    ) -> Result<String, StoreError> {
        let (person, slug) = (member.agent.clone(), &service.slug);
        let old = std::mem::replace(&mut member.permissions, held.clone());
        let by_file = match self.engine.admins.contains(&person) && what == "agent.revoke" {
            true => texts::is_admin_by_file(language, &person),
            false => String::new(),
        };
        if old == held {
            let now = format!("{person}: {held}");
            return Ok(texts::as_before(language, &now) + &by_file);
        }
        self.tx.save_agent(slug, &member).await?;
        self.note(by, slug, what, &person, old.to_string(), held.to_string())
            .await?;
        self.permissions_changed(slug, &person).await?;
        let mut words = texts::member_changed(
            language,
            &person,
            &old.to_string(),
            &held.to_string(),
            old.is_empty(),
        );
        if old.is_empty() {
            self.welcome(slug, &person).await?;
        }
        // An admin of the settings file may stay where it is.
        if held.is_empty() && !self.engine.admins.contains(&person) {
            self.enqueue(Effect::Dismiss {
                service: slug.clone(),
                agent: person,
            })
            .await?;
            words.push_str(&texts::nothing_left(language));
        }
        self.enqueue(Effect::Empower {
            service: slug.clone(),
        })
        .await?;
        Ok(words + &by_file)
    }

    /// Invites somebody new to the rooms of the service.
    pub(in crate::engine) async fn welcome(
        &mut self,
        service: &ServiceSlug,
        agent: &AgentId,
    ) -> Result<(), StoreError> {
        let (service, agent) = (service.clone(), agent.clone());
        self.enqueue(Effect::InviteToSpace {
            service: service.clone(),
            agent: agent.clone(),
        })
        .await?;
        self.enqueue(Effect::InviteToDesk { service, agent }).await
    }

    async fn alter(
        &mut self,
        asker: &Asker,
        service: &Service,
        member: &Membership,
        what: &str,
        old: String,
        new: String,
    ) -> Result<String, StoreError> {
        let person = &member.agent;
        if old == new {
            let now = format!("{person}: {new}");
            return Ok(texts::as_before(asker.language, &now));
        }
        self.tx.save_agent(&service.slug, member).await?;
        let words = texts::member_changed(asker.language, person, &old, &new, false);
        let what = format!("agent.{what}");
        self.note(&asker.person, &service.slug, &what, person, old, new)
            .await?;
        Ok(words)
    }

    async fn note(
        &mut self,
        by: &AgentId,
        service: &ServiceSlug,
        what: &str,
        person: &AgentId,
        old: String,
        new: String,
    ) -> Result<(), StoreError> {
        self.tx
            .insert_audit(&AuditEntry {
                at: self.now,
                service: Some(service.clone()),
                actor: by.clone(),
                what: what.into(),
                subject: Some(person.to_string()),
                old: Some(old),
                new: Some(new),
            })
            .await
    }
}

pub(in crate::engine) fn newcomer(person: &AgentId) -> Membership {
    Membership {
        agent: person.clone(),
        name: name_from(person),
        permissions: Permissions::default(),
        groups: BTreeSet::new(),
        capacity: None,
    }
}

/// The groups, or the word that cannot be one.
fn groups_of(words: &[String]) -> Result<BTreeSet<String>, String> {
    if words.len() == 1 && words.iter().any(|word| word.eq_ignore_ascii_case("none")) {
        return Ok(BTreeSet::new());
    }
    words
        .iter()
        .map(|word| {
            let name = word.trim_start_matches('#').to_lowercase();
            let right = (1..=40).contains(&name.len())
                && name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c));
            if right { Ok(name) } else { Err(word.clone()) }
        })
        .collect()
}

fn shown(groups: &BTreeSet<String>) -> String {
    let names: Vec<String> = groups.iter().map(|group| format!("#{group}")).collect();
    match names.is_empty() {
        true => "none".into(),
        false => names.join(" "),
    }
}
