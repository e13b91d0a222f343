//! Who is there: presence the homeserver tells, and what agents do.

use super::{Engine, Work, grace::Heard};
use crate::{
    agent::{Attendance, Presence},
    effect::{Effect, Notice, Room, RoutingNotice},
    ids::{AgentId, EventId, ServiceSlug, Timestamp},
    ports::StoreError,
    service::{Basis, Service},
    texts,
};

/// What somebody does is written down this often.
const EVERY: std::time::Duration = std::time::Duration::from_secs(30);

impl Engine {
    /// Takes in what the homeserver says of people. Who is now routable gets what waits.
    pub async fn presence_seen(&self, seen: &[(AgentId, Presence)]) -> Result<(), StoreError> {
        let mut news = Vec::new();
        for (agent, presence) in seen {
            // Homeservers repeat themselves; only a change is worth a transaction.
            if self.store.is_agent(agent).await?
                && self.store.chat_status(agent).await?.1 != *presence
            {
                news.push((agent, *presence));
            }
        }
        if news.is_empty() {
            return Ok(());
        }
        let mut work = self.begin().await?;
        for (agent, presence) in news {
            work.presence_is(agent, presence).await?;
        }
        work.commit().await
    }

    /// People did something the homeserver tells of beside the events of a room: they read, or
    /// they type.
    pub async fn activity_seen(&self, people: &[AgentId]) -> Result<(), StoreError> {
        let mut news = Vec::new();
        for person in people {
            let known = self.store.active_at(person).await?;
            let fresh = known.is_some_and(|at| self.clock.now().since(at) < EVERY);
            if !fresh && self.store.is_agent(person).await? {
                news.push(person);
            }
        }
        if news.is_empty() {
            return Ok(());
        }
        let mut work = self.begin().await?;
        for person in news {
            work.is_active(person, work.now).await?;
        }
        work.commit().await
    }

    /// What came of the last look whether the homeserver keeps presence; `None`: not looked yet.
    pub fn presence_works(&self) -> Option<bool> {
        self.presence_works.lock().ok().and_then(|works| *works)
    }

    /// The homeserver was asked whether it keeps presence. Agents are told once when it does not,
    /// and once when it does again.
    pub async fn presence_checked(&self, works: bool) -> Result<(), StoreError> {
        if let Ok(mut known) = self.presence_works.lock() {
            *known = Some(works);
        }
        let mut work = self.begin().await?;
        for Service { slug, settings, .. } in work.tx.services().await? {
            let matters = settings.routing.presence != Basis::Status;
            if (works || matters) && work.tx.tell_presence_off(&slug, !works).await? {
                let notice = match works {
                    true => RoutingNotice::PresenceOn,
                    false => RoutingNotice::PresenceOff,
                };
                work.tell_desk(&slug, notice).await?;
            }
        }
        work.commit().await
    }

    pub(super) fn attendance(&self, service: &Service) -> Attendance {
        Attendance {
            basis: service.settings.routing.presence,
            now: self.clock.now(),
        }
    }
}

impl Work<'_> {
    pub(super) async fn presence_is(
        &mut self,
        agent: &AgentId,
        presence: Presence,
    ) -> Result<(), StoreError> {
        if !self.tx.save_presence(agent, presence, self.now).await? {
            return Ok(());
        }
        self.mind_grace(agent, Heard::Presence).await?;
        match presence {
            Presence::Online => self.route_for(agent).await,
            Presence::Unavailable | Presence::Offline | Presence::Unknown => Ok(()),
        }
    }

    /// The person did something then. What happened long ago, and was only found now, does not
    /// count as being there.
    pub(super) async fn is_active(
        &mut self,
        person: &AgentId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let services = self.tx.services_of(person).await?;
        let at = at.min(self.now);
        if services.is_empty() || !self.tx.save_activity(person, at, EVERY).await? {
            return Ok(());
        }
        self.mind_grace(person, Heard::Activity).await?;
        for slug in services {
            let service = self.tx.find_service(&slug).await?;
            if service.is_some_and(|found| found.settings.routing.presence == Basis::Activity) {
                self.route(&slug).await?;
            }
        }
        Ok(())
    }

    /// An agent wrote whom the homeserver never showed online: it is told once, and the admins of
    /// the service once, what helps. Not where the service goes by something else.
    pub(super) async fn mind_unseen(
        &mut self,
        slug: &ServiceSlug,
        agent: &AgentId,
        (room, event): (Room, &EventId),
    ) -> Result<(), StoreError> {
        if !self.tx.services_of(agent).await?.contains(slug) {
            return Ok(());
        }
        let service = self.tx.find_service(slug).await?;
        let matters = service.is_some_and(|found| found.settings.routing.presence == Basis::Matrix);
        if !matters || !self.tx.tell_unseen(agent).await? {
            return Ok(());
        }
        let language = self.tx.language(agent).await?;
        self.enqueue(Effect::Answer {
            room,
            command: event.clone(),
            text: texts::routing::unseen(language),
        })
        .await?;
        if self.tx.tell_of_unseen(slug).await? {
            let agent = agent.clone();
            self.tell_desk(slug, RoutingNotice::Unseen { agent })
                .await?;
        }
        Ok(())
    }

    pub(super) async fn tell_desk(
        &mut self,
        service: &ServiceSlug,
        notice: RoutingNotice,
    ) -> Result<(), StoreError> {
        self.enqueue(Effect::NotifyDesk {
            service: service.clone(),
            notice: Notice::Routing(notice),
        })
        .await
    }
}
