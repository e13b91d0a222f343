//! What concerns the installation and its services: settings, permissions, the audit log. Only in
//! management rooms: what is said there is between an admin and the bot.

use crate::{
    audit::AuditEntry,
    command::{Command, HelpcenterCommand, MaskingCommand, ServiceCommand},
    permission::Permission::{self, Admin, Supervise},
    ports::{Answer, StoreError},
    service::{Change, Service},
    texts::admin as texts,
};

use super::{super::Work, Asker, Place};

mod center;
mod keys;
mod log;
mod masking;
pub(in crate::engine) mod members;
mod services;
mod webhooks;

impl Work<'_> {
    pub(super) async fn admin_command(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        command: Command,
    ) -> Result<Answer, StoreError> {
        let (name, needed) = what(&command);
        if !matches!(place, Place::Management) {
            let leaked = leaked(&command);
            if leaked == texts::Leaked::Text {
                self.hide_command(asker, &place).await?;
            }
            let words = texts::only_management(asker.language, name, leaked);
            return Ok(Answer::Words(words));
        }
        if let Command::Service(command) = command {
            return self.service_command(asker, command).await;
        }
        let service = match self.service_meant(asker, needed).await? {
            Some(service) => service,
            None => return self.no_service(asker, name, needed).await,
        };
        if let Some(denied) = self.lacks(asker, &service, needed, name).await? {
            return Ok(denied);
        }
        let words = match command {
            Command::Contract { which, switch } => {
                self.contract(asker, service, which, switch).await?
            }
            Command::Helpcenter(command) => self.help_center(asker, service, command).await?,
            Command::Routing(command) => self.routing(asker, service, command).await?,
            Command::Masking { part, kind, policy } => {
                let typed = masking::Typed { part, kind, policy };
                self.masking(asker, service, typed).await?
            }
            Command::Retention { days } => self.retention(asker, service, days).await?,
            Command::Agent(command) => self.agent_command(asker, service, command).await?,
            Command::Webhook(command) => self.webhook_command(asker, &service, command).await?,
            Command::Apikey(command) => self.key_command(asker, &service, command).await?,
            Command::Audit { words } => self.audit_log(asker, &service, &words).await?,
            Command::Doctor => {
                self.examine = Some(asker.language);
                return Ok(Answer::Nothing);
            }
            _ => return Ok(Answer::Nothing),
        };
        Ok(Answer::Words(words))
    }

    /// The services the asker may work with in some way.
    async fn services_for(&mut self, asker: &Asker) -> Result<Vec<Service>, StoreError> {
        let mut all = self.tx.all_services().await?;
        if !self.engine.admins.contains(&asker.person) {
            let known = self.tx.memberships(&asker.person).await?;
            all.retain(|service| {
                let mut memberships = known.iter();
                memberships
                    .any(|(slug, found)| *slug == service.slug && !found.permissions.is_empty())
            });
        }
        Ok(all)
    }

    /// The service that the asker's commands are about: the chosen one, or the only one in which it
    /// holds what is needed, or else the only one at all.
    async fn service_meant(
        &mut self,
        asker: &Asker,
        needed: &[Permission],
    ) -> Result<Option<Service>, StoreError> {
        let known = self.services_for(asker).await?;
        if let Some(chosen) = self.tx.chosen_service(&asker.person).await?
            && let Some(service) = known.iter().find(|service| service.slug == chosen)
        {
            return Ok(Some(service.clone()));
        }
        let mut fit = Vec::new();
        for service in &known {
            let held = self.permissions(&asker.person, &service.slug).await?;
            if needed.iter().any(|permission| held.holds(*permission)) {
                fit.push(service.clone());
            }
        }
        Ok(match (fit.as_slice(), known.as_slice()) {
            ([one], _) | ([], [one]) => Some(one.clone()),
            _ => None,
        })
    }

    async fn no_service(
        &mut self,
        asker: &Asker,
        name: &str,
        needed: &[Permission],
    ) -> Result<Answer, StoreError> {
        let known = self.services_for(asker).await?;
        if known.is_empty() && !self.engine.admins.contains(&asker.person) {
            self.note_denied(asker, None, name).await?;
            let words = texts::denied(asker.language, name, needed, None, &asker.person);
            return Ok(Answer::Words(words));
        }
        Ok(Answer::Words(texts::which_service(asker.language, &known)))
    }

    /// `Some`: the asker holds none of these, and the audit log has it.
    async fn lacks(
        &mut self,
        asker: &Asker,
        service: &Service,
        needed: &[Permission],
        name: &str,
    ) -> Result<Option<Answer>, StoreError> {
        let held = self.permissions(&asker.person, &service.slug).await?;
        if needed.iter().any(|permission| held.holds(*permission)) {
            return Ok(None);
        }
        self.note_denied(asker, Some(&service.slug), name).await?;
        let slug = Some(&service.slug);
        let words = texts::denied(asker.language, name, needed, slug, &asker.person);
        Ok(Some(Answer::Words(words)))
    }

    /// Saves the service's settings and what changed.
    async fn keep(
        &mut self,
        asker: &Asker,
        service: &Service,
        change: &Change,
    ) -> Result<String, StoreError> {
        self.tx.save_settings(service).await?;
        let value = |value: &String| Some(value.clone());
        self.tx
            .insert_audit(&AuditEntry {
                at: self.now,
                service: Some(service.slug.clone()),
                actor: asker.person.clone(),
                what: change.what.clone(),
                subject: None,
                old: value(&change.old),
                new: value(&change.new),
            })
            .await?;
        Ok(texts::changed(change))
    }
}

/// What everybody in a room learns from a command that does not belong there.
fn leaked(command: &Command) -> texts::Leaked {
    match command {
        Command::Helpcenter(HelpcenterCommand::Identity { change: Some(_) }) => texts::Leaked::Key,
        Command::Masking {
            part: Some(MaskingCommand::Test { .. }),
            ..
        } => texts::Leaked::Text,
        _ => texts::Leaked::Nothing,
    }
}

/// How the command is called, and what permissions it needs, of which one is enough.
fn what(command: &Command) -> (&'static str, &'static [Permission]) {
    match command {
        Command::Service(ServiceCommand::List) => ("!service list", &[Admin]),
        Command::Service(_) => ("!service", &[Admin]),
        Command::Contract { .. } => ("!contract", &[Admin]),
        Command::Helpcenter(_) => ("!helpcenter", &[Admin]),
        Command::Routing(_) => ("!routing", &[Admin]),
        Command::Masking { .. } => ("!masking", &[Admin]),
        Command::Retention { .. } => ("!retention", &[Admin]),
        Command::Agent(_) => ("!agent", &[Admin]),
        Command::Apikey(_) => ("!apikey", &[Admin]),
        Command::Webhook(_) => ("!webhook", &[Admin]),
        Command::Audit { .. } => ("!audit", &[Supervise, Admin]),
        _ => ("!doctor", &[Admin]),
    }
}
