//! `!service`: list, create, use.

use std::collections::BTreeSet;

use crate::{
    agent::{Membership, name_from},
    audit::AuditEntry,
    command::ServiceCommand,
    effect::Effect,
    ids::ServiceSlug,
    permission::{Permission, Permissions},
    ports::{Answer, StoreError},
    service::{Service, ServiceSettings, WrongValue, is_slug, line},
    texts::admin as texts,
};

use super::super::{super::Work, Asker};

impl Work<'_> {
    pub(super) async fn service_command(
        &mut self,
        asker: &Asker,
        command: ServiceCommand,
    ) -> Result<Answer, StoreError> {
        let known = self.services_for(asker).await?;
        if !self.is_admin_somewhere(asker).await? {
            let needed = &[Permission::Admin];
            let slug = known.first().map(|service| service.slug.clone());
            self.note_denied(asker, slug.as_ref(), "!service").await?;
            let person = &asker.person;
            let words = texts::denied(asker.language, "!service", needed, slug.as_ref(), person);
            return Ok(Answer::Words(words));
        }
        let words = match command {
            ServiceCommand::List => {
                let chosen = self.tx.chosen_service(&asker.person).await?;
                texts::services(asker.language, &known, chosen.as_ref())
            }
            ServiceCommand::Use { slug } => {
                match known.iter().find(|service| service.slug.as_str() == slug) {
                    Some(service) => {
                        self.tx.choose_service(&asker.person, &service.slug).await?;
                        texts::service_used(asker.language, service)
                    }
                    None => texts::no_such_service(asker.language, &slug, &known),
                }
            }
            ServiceCommand::Create { slug, name } => self.create(asker, &slug, &name).await?,
        };
        Ok(Answer::Words(words))
    }

    async fn is_admin_somewhere(&mut self, asker: &Asker) -> Result<bool, StoreError> {
        let known = self.tx.memberships(&asker.person).await?;
        let mut held = known.iter().map(|(_, found)| &found.permissions);
        Ok(self.engine.admins.contains(&asker.person)
            || held.any(|held| held.holds(Permission::Admin)))
    }

    /// Whoever makes a service is its first admin.
    async fn create(
        &mut self,
        asker: &Asker,
        slug: &str,
        name: &str,
    ) -> Result<String, StoreError> {
        let language = asker.language;
        if !is_slug(slug) {
            return Ok(texts::not_a_slug(language, slug));
        }
        let name = match line(name) {
            Ok(name) => name,
            Err(wrong) => return Ok(wrong_name(asker, &wrong)),
        };
        let slug = ServiceSlug::new(slug);
        if self.tx.find_service(&slug).await?.is_some() {
            return Ok(texts::service_exists(language, &slug));
        }
        let service = Service {
            slug: slug.clone(),
            name: name.clone(),
            settings: ServiceSettings {
                language,
                ..ServiceSettings::default()
            },
        };
        self.tx.insert_service(&service).await?;
        let membership = Membership {
            agent: asker.person.clone(),
            name: name_from(&asker.person),
            permissions: Permissions::of([Permission::Supervise, Permission::Admin]),
            groups: BTreeSet::new(),
            capacity: None,
        };
        self.tx.save_agent(&slug, &membership).await?;
        self.tx.choose_service(&asker.person, &slug).await?;
        self.tx
            .insert_audit(&AuditEntry {
                at: self.now,
                service: Some(slug.clone()),
                actor: asker.person.clone(),
                what: "service.create".into(),
                subject: Some(slug.to_string()),
                old: None,
                new: Some(name),
            })
            .await?;
        self.enqueue(Effect::OpenDesk {
            service: slug.clone(),
        })
        .await?;
        self.enqueue(Effect::OpenSpace {
            service: slug.clone(),
        })
        .await?;
        self.welcome(&slug, &asker.person).await?;
        Ok(texts::service_made(language, &service))
    }
}

fn wrong_name(asker: &Asker, wrong: &WrongValue) -> String {
    texts::wrong_value(asker.language, wrong, "!service create acme \"Acme Help\"")
}
