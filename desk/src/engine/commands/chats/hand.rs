//! Handing chats on, and bringing others in.

use std::time::Duration;

use crate::{
    chat::{Chat, ChatState, Target},
    effect::Effect,
    ids::AgentId,
    permission::Permission,
    ports::{Answer, StoreError},
    routing::{Candidate, WhyNot},
    texts::routing as texts,
};

use super::super::{super::Work, Asker, Place};

impl Work<'_> {
    pub(in crate::engine) async fn transfer_command(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        to: String,
        note: Option<String>,
    ) -> Result<Answer, StoreError> {
        let language = asker.language;
        let Place::Portal(chat) = place else {
            let example = "!transfer @bela knows about refunds";
            return Ok(Answer::Words(texts::in_portal_only(language, example)));
        };
        if chat.state.is_closed() {
            return Ok(Answer::Words(texts::chat_is_over(language, chat.number)));
        }
        let has_it = chat.state.holder() == Some(&asker.person)
            || chat.handling.handed_over_by.as_ref() == Some(&asker.person);
        let held = self.permissions(&asker.person, &chat.service).await?;
        if !has_it && !held.holds(Permission::Supervise) {
            return Ok(Answer::Words(texts::not_your_chat(language)));
        }
        if let Some(group) = to.strip_prefix('#') {
            let group = match self.group_named(&chat.service, language, group).await? {
                Ok(group) => group,
                Err(unknown) => return Ok(Answer::Words(unknown)),
            };
            self.transfer(chat, &asker.person, Target::Group(group), note)
                .await?;
            return Ok(Answer::Done);
        }
        match self.agent_named(&chat.service, language, &to).await? {
            Ok(agent) => self.transfer_to(asker, chat, &agent, note).await,
            Err(unknown) => Ok(Answer::Words(unknown)),
        }
    }

    async fn transfer_to(
        &mut self,
        asker: &Asker,
        chat: &mut Chat,
        to: &Candidate,
        note: Option<String>,
    ) -> Result<Answer, StoreError> {
        let (language, agent) = (asker.language, to.agent.id.clone());
        if chat.state.holder() == Some(&agent) {
            return Ok(Answer::Words(texts::has_it_already(language, &agent)));
        }
        let why_not = self.why_not(chat, to).await?;
        if let Some(why @ (WhyNot::NoPermission | WhyNot::Status(_))) = &why_not {
            return Ok(Answer::Words(texts::cannot_be_given(language, &agent, why)));
        }
        let Some(service) = self.tx.find_service(&chat.service).await? else {
            return Ok(Answer::Nothing);
        };
        let patience: Duration = service.settings.routing.accept_timeout() * 2;
        let target = Target::Agent {
            agent: agent.clone(),
            until: self.now + patience,
        };
        self.transfer(chat, &asker.person, target, note).await?;
        Ok(match why_not {
            Some(why) => Answer::Words(texts::transferred_but(language, &agent, &why)),
            None => Answer::Done,
        })
    }

    /// Why the agent could not take one more chat now, whoever is next.
    async fn why_not(
        &mut self,
        chat: &Chat,
        candidate: &Candidate,
    ) -> Result<Option<WhyNot>, StoreError> {
        let Some(service) = self.tx.find_service(&chat.service).await? else {
            return Ok(None);
        };
        let attendance = self.attendance(&service.settings.routing);
        if let Some(why) = candidate.agent.unroutable(attendance) {
            return Ok(Some(why.into()));
        }
        let full = WhyNot::Full {
            load: candidate.load,
            capacity: candidate.agent.capacity,
        };
        Ok((!candidate.has_free_slot()).then_some(full))
    }

    /// A second agent for this chat: it may answer, and needs no slot.
    pub(super) async fn invite_command(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        word: &str,
    ) -> Result<Answer, StoreError> {
        let language = asker.language;
        let Place::Portal(chat) = place else {
            return Ok(Answer::Words(texts::in_portal_only(
                language,
                "!invite @bela",
            )));
        };
        if chat.state.is_closed() {
            return Ok(Answer::Words(texts::chat_is_over(language, chat.number)));
        }
        let agent = match self.agent_named(&chat.service, language, word).await? {
            Ok(found) => found.agent,
            Err(unknown) => return Ok(Answer::Words(unknown)),
        };
        if !agent.may_chat() {
            return Ok(Answer::Words(texts::could_not_answer(language, &agent.id)));
        }
        let by = Some(asker.person.clone());
        self.bring(chat, &agent.id, by).await?;
        Ok(Answer::Done)
    }

    /// A supervisor comes into the room without getting the chat.
    pub(super) async fn watch(&mut self, asker: &Asker, chat: &Chat) -> Result<Answer, StoreError> {
        let language = asker.language;
        if chat.state.is_closed() {
            return Ok(Answer::Words(texts::chat_is_over(language, chat.number)));
        }
        self.bring(chat, &asker.person, None).await?;
        Ok(Answer::Words(texts::invited(language, chat.number)))
    }

    async fn bring(
        &mut self,
        chat: &Chat,
        agent: &AgentId,
        by: Option<AgentId>,
    ) -> Result<(), StoreError> {
        self.tx.insert_guest(&chat.id, agent).await?;
        self.enqueue(Effect::Bring {
            chat: chat.id.clone(),
            agent: agent.clone(),
            by,
        })
        .await
    }

    /// To this agent, though others would be next; never beyond its capacity, nor when it is not
    /// routable.
    pub(super) async fn assign_command(
        &mut self,
        asker: &Asker,
        mut chat: Chat,
        word: &str,
    ) -> Result<Answer, StoreError> {
        let language = asker.language;
        if let ChatState::Closed { .. } = chat.state {
            return Ok(Answer::Words(texts::chat_is_over(language, chat.number)));
        }
        let found = match self.agent_named(&chat.service, language, word).await? {
            Ok(found) => found,
            Err(unknown) => return Ok(Answer::Words(unknown)),
        };
        let agent = found.agent.id.clone();
        if chat.state.holder() == Some(&agent) {
            return Ok(Answer::Words(texts::has_it_already(language, &agent)));
        }
        if let Some(why) = self.why_not(&chat, &found).await? {
            return Ok(Answer::Words(texts::cannot_be_given(
                language, &agent, &why,
            )));
        }
        if let Some(service) = self.tx.find_service(&chat.service).await? {
            self.assign(&mut chat, &asker.person, &agent, &service)
                .await?;
        }
        Ok(Answer::Done)
    }
}
