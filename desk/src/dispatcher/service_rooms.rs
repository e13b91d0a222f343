//! The rooms of a service: its desk room, its space, and who has what power in them.

use super::{Dispatcher, Failure, deliver::missing};
use crate::{
    chat::Chat,
    effect::Queued,
    ids::{AgentId, ChatId, RoomId, ServiceSlug},
    ports::ServiceRoomPlan,
    power::{Powers, powers},
    texts,
};

/// Before every chat.
const DESK_FIRST: &str = "0";

impl Dispatcher {
    pub(super) async fn open_desk(
        &self,
        head: &Queued,
        service: &ServiceSlug,
    ) -> Result<(), Failure> {
        let found = self.service(service).await?;
        let language = found.settings.language;
        let plan = ServiceRoomPlan {
            service: service.clone(),
            name: texts::desk_name(language, &found.name),
            topic: texts::desk_topic(language).to_owned(),
            powers: self.powers(service).await?,
        };
        let room = self.homeserver.open_desk(&plan).await?;
        Ok(self.engine.desk_opened(head, service, room).await?)
    }

    pub(super) async fn open_space(
        &self,
        head: &Queued,
        service: &ServiceSlug,
    ) -> Result<(), Failure> {
        let found = self.service(service).await?;
        let language = found.settings.language;
        let plan = ServiceRoomPlan {
            service: service.clone(),
            name: found.name,
            topic: texts::space_topic(language).to_owned(),
            powers: self.powers(service).await?,
        };
        let desk = self.desk(service).await?;
        let space = self.homeserver.open_space(&plan).await?;
        self.homeserver.list(&space, &desk, DESK_FIRST).await?;
        Ok(self.engine.space_opened(head, service, space).await?)
    }

    /// Unless it holds nothing any more by now.
    pub(super) async fn invite_to(
        &self,
        head: &Queued,
        service: &ServiceSlug,
        room: &RoomId,
        agent: &AgentId,
    ) -> Result<(), Failure> {
        if self.powers_of(service, agent).await? {
            self.homeserver.invite(room, agent).await?;
        }
        self.done(head).await
    }

    /// Unless it was granted something again meanwhile.
    pub(super) async fn dismiss(
        &self,
        head: &Queued,
        service: &ServiceSlug,
        agent: &AgentId,
    ) -> Result<(), Failure> {
        if !self.powers_of(service, agent).await? {
            let language = self.service(service).await?.settings.language;
            let reason = texts::dismissed(language);
            for room in [self.desk(service).await?, self.space(service).await?] {
                self.homeserver.remove(&room, agent, reason).await?;
            }
        }
        self.done(head).await
    }

    pub(super) async fn empower(
        &self,
        head: &Queued,
        service: &ServiceSlug,
    ) -> Result<(), Failure> {
        let powers = self.powers(service).await?;
        let store = self.engine.store();
        let rooms = [store.desk_room(service).await?, store.space(service).await?];
        let chats = store.open_chats(service).await?;
        let portals = chats.into_iter().map(|chat| chat.room);
        for room in rooms.into_iter().chain(portals).flatten() {
            self.homeserver.empower(&room, &powers).await?;
        }
        self.done(head).await
    }

    pub(super) async fn name_rooms(
        &self,
        head: &Queued,
        service: &ServiceSlug,
    ) -> Result<(), Failure> {
        let found = self.service(service).await?;
        let language = found.settings.language;
        let (desk, space) = (self.desk(service).await?, self.space(service).await?);
        for (room, name, topic) in [
            (
                &desk,
                texts::desk_name(language, &found.name),
                texts::desk_topic(language),
            ),
            (&space, found.name, texts::space_topic(language)),
        ] {
            self.homeserver.rename(room, &name).await?;
            self.homeserver.describe(room, topic).await?;
        }
        self.done(head).await
    }

    /// Who has waited longest stands first. A chat without a portal or a space is listed when both
    /// are there.
    pub(super) async fn list(&self, head: &Queued, chat: &ChatId) -> Result<(), Failure> {
        let (chat, _) = self.chat(chat).await?;
        let space = self.engine.store().space(&chat.service).await?;
        if let (Some(room), Some(space)) = (&chat.room, space) {
            match chat.state.is_closed() {
                true => self.homeserver.delist(&space, room).await?,
                false => self.homeserver.list(&space, room, &order(&chat)).await?,
            }
        }
        self.done(head).await
    }

    pub(super) async fn space(&self, service: &ServiceSlug) -> Result<RoomId, Failure> {
        let found = self.engine.store().space(service).await?;
        Ok(found.ok_or_else(|| missing("space"))?)
    }

    pub(super) async fn powers(&self, service: &ServiceSlug) -> Result<Powers, Failure> {
        let members = self.engine.store().members(service).await?;
        Ok(powers(&members, self.engine.admins()))
    }

    /// Whether the person belongs into the rooms of the service.
    async fn powers_of(&self, service: &ServiceSlug, person: &AgentId) -> Result<bool, Failure> {
        let members = self.engine.store().members(service).await?;
        let mut holding = members.iter().filter(|found| !found.permissions.is_empty());
        Ok(self.engine.admins().contains(person) || holding.any(|found| found.agent == *person))
    }
}

fn order(chat: &Chat) -> String {
    format!("{:015}", chat.created_at.as_millis())
}
