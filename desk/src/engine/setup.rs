//! Services and agents from the settings, made at the start.

use super::Engine;
use crate::{
    effect::Effect,
    ids::{AgentId, ServiceSlug},
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
    /// Makes what is missing and brings settings and agents up to what the configuration says.
    /// Until there are commands for it, the configuration rules.
    pub async fn set_up(&self, services: &[ServiceSetup]) -> Result<(), StoreError> {
        for setup in services {
            let mut work = self.begin().await?;
            let service = Service {
                slug: setup.slug.clone(),
                name: setup.name.clone(),
                settings: setup.settings.clone(),
            };
            if work.tx.find_service(&setup.slug).await?.is_some() {
                work.tx.save_settings(&service).await?;
            } else {
                work.tx.insert_service(&service).await?;
            }
            work.enqueue(Effect::OpenDesk {
                service: setup.slug.clone(),
            })
            .await?;
            work.tx.revoke_all(&setup.slug).await?;
            for agent in &setup.agents {
                work.tx
                    .save_agent(&setup.slug, &agent.id, &agent.name, true, None)
                    .await?;
                work.enqueue(Effect::InviteToDesk {
                    service: setup.slug.clone(),
                    agent: agent.id.clone(),
                })
                .await?;
            }
            // A new agent may be online already, or have a greater capacity.
            work.route(&setup.slug).await?;
            work.commit().await?;
        }
        Ok(())
    }
}
