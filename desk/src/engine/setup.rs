//! Services and agents from the settings, made at the start.

use std::collections::BTreeSet;

use super::{Engine, Work};
use crate::{
    agent::Membership,
    effect::Effect,
    ids::{AgentId, ServiceSlug},
    permission::{Permission, Permissions},
    ports::StoreError,
    service::{Service, ServiceSettings},
};

/// A service as the settings describe it.
#[derive(Clone, Debug)]
pub struct ServiceSetup {
    pub slug: ServiceSlug,
    pub name: String,
    pub settings: ServiceSettings,
    pub agents: Vec<AgentSetup>,
}

#[derive(Clone, Debug)]
pub struct AgentSetup {
    pub id: AgentId,
    /// The name customers see.
    pub name: String,
}

impl Engine {
    /// Makes the services that are missing. One that is there stays as it is: from its first
    /// start on, commands rule. All that waits is routed, for the world may have changed.
    pub async fn set_up(&self, services: &[ServiceSetup]) -> Result<(), StoreError> {
        for setup in services {
            let mut work = self.begin().await?;
            if work.tx.find_service(&setup.slug).await?.is_none() {
                work.found(setup).await?;
                work.commit().await?;
            }
        }
        let mut keeps_for_days = false;
        for service in self.store.services().await? {
            keeps_for_days |= service.settings.retention_days.is_some();
            let space = self.store.space(&service.slug).await?;
            let mut work = self.begin().await?;
            if space.is_none() {
                work.open_space(&service.slug).await?;
            }
            work.route(&service.slug).await?;
            work.commit().await?;
        }
        let mut work = self.begin().await?;
        if keeps_for_days {
            work.plan_clearing().await?;
        }
        work.plan_expiry().await?;
        work.commit().await
    }
}

impl Work<'_> {
    async fn found(&mut self, setup: &ServiceSetup) -> Result<(), StoreError> {
        let service = Service {
            slug: setup.slug.clone(),
            name: setup.name.clone(),
            settings: setup.settings.clone(),
        };
        self.tx.insert_service(&service).await?;
        self.enqueue(Effect::OpenDesk {
            service: setup.slug.clone(),
        })
        .await?;
        for agent in &setup.agents {
            let membership = Membership {
                agent: agent.id.clone(),
                name: agent.name.clone(),
                permissions: Permissions::of([Permission::Chat]),
                groups: BTreeSet::new(),
                capacity: None,
            };
            self.tx.save_agent(&setup.slug, &membership).await?;
            self.enqueue(Effect::InviteToDesk {
                service: setup.slug.clone(),
                agent: agent.id.clone(),
            })
            .await?;
        }
        Ok(())
    }

    /// For a service that is new, or was made by a release that knew no spaces. Until it is there
    /// each start asks for it, and finds the one that was made meanwhile.
    async fn open_space(&mut self, service: &ServiceSlug) -> Result<(), StoreError> {
        let service = service.clone();
        self.enqueue(Effect::OpenSpace {
            service: service.clone(),
        })
        .await?;
        for member in self.tx.members(&service).await? {
            if !member.permissions.is_empty() {
                self.enqueue(Effect::InviteToSpace {
                    service: service.clone(),
                    agent: member.agent,
                })
                .await?;
            }
        }
        self.enqueue(Effect::Empower { service }).await
    }
}
