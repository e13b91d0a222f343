//! What concerns agents outside a chat: presence, chat status, commands to the bot.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::{Engine, Work, commands::Place};
use crate::{
    agent::{Agent, Attendance, ChatStatus, Presence},
    command::Language,
    ids::AgentId,
    permission::{Permission, Permissions},
    ports::{Answer, Reception, StoreError},
    service::Basis,
    texts,
};

impl Work<'_> {
    pub(super) async fn status(&mut self, person: &AgentId) -> Result<String, StoreError> {
        let language = self.tx.language(person).await?;
        if self.tx.services_of(person).await?.is_empty() {
            return Ok(texts::not_an_agent(language));
        }
        let (status, presence) = self.tx.chat_status(person).await?;
        let agent = Agent {
            id: person.clone(),
            name: String::new(),
            permissions: Permissions::of([Permission::Chat]),
            groups: BTreeSet::new(),
            presence,
            status,
            active_at: None,
            capacity: 1,
        };
        let attendance = Attendance {
            basis: Basis::Matrix,
            now: self.now,
        };
        Ok(texts::status(
            language,
            status,
            presence,
            agent.is_routable(attendance),
        ))
    }

    pub(super) async fn set_status(
        &mut self,
        person: &AgentId,
        status: ChatStatus,
    ) -> Result<String, StoreError> {
        if self.tx.services_of(person).await?.is_empty() {
            return Ok(texts::not_an_agent(self.tx.language(person).await?));
        }
        if self.tx.save_chat_status(person, status).await? {
            self.route_for(person).await?;
        }
        self.status(person).await
    }
}

impl Engine {
    async fn examined(&self, language: Language) -> String {
        match self.doctor.get() {
            Some(doctor) => texts::doctor::report(language, &doctor.examine().await),
            None => texts::doctor::nobody_to_ask(language),
        }
    }
}

#[async_trait]
impl Reception for Engine {
    async fn admits(&self, person: &AgentId) -> Result<bool, StoreError> {
        Ok(self.admins.contains(person) || self.store.is_agent(person).await?)
    }

    async fn command(&self, person: &AgentId, text: &str) -> Result<Answer, StoreError> {
        let mut work = self.begin().await?;
        let asker = work.asker(person, None, None).await?;
        let answer = work.command(&asker, Place::Management, text).await?;
        let examine = work.examine;
        work.commit().await?;
        Ok(match examine {
            // Outside the transaction: it asks the homeserver.
            Some(language) => Answer::Words(self.examined(language).await),
            None => answer,
        })
    }

    fn cannot_decrypt(&self) -> String {
        texts::cannot_decrypt()
    }

    fn greeting(&self) -> String {
        texts::greeting()
    }

    async fn presence(&self, seen: &[(AgentId, Presence)]) -> Result<(), StoreError> {
        self.presence_seen(seen).await
    }
}
