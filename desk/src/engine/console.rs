//! The agents' page: who gets in, and what it is shown. What is done there is in
//! `commands/clicked.rs`.

use std::{collections::HashMap, time::Duration};

use super::{Engine, Work};
use crate::{
    agent::{Attendance, ChatStatus},
    chat::{Chat, ChatState},
    command::Language,
    console::{ConsoleError, Focus, Line, Recorded, SESSION_LASTS, Session, WIDGET_LASTS},
    event::{ChatEvent, ChatEventKind},
    ids::{AgentId, ChatId, RoomId, ServiceSlug, TokenHash},
    permission::{Permission, Permissions},
    ports::StoreError,
    routing::Candidate,
    service::Service,
};

mod chat;
mod report;
mod tickets;

pub use chat::ChatView;
pub use report::ReportView;
pub use tickets::TicketView;

/// How many sessions somebody has at once; of more, the oldest end.
const SESSIONS: u32 = 20;
/// How many chats a list shows.
const LISTED: u32 = 200;

/// The chats of a service as one of its agents sees them.
pub struct Overview {
    pub me: Option<Candidate>,
    pub routable: bool,
    pub lines: Vec<Line>,
}

impl Engine {
    /// By the link of `!console`, once. `None`: it was used, is too old, or is none.
    pub async fn enters_console(
        &self,
        link: &TokenHash,
        token: &TokenHash,
    ) -> Result<Option<Session>, StoreError> {
        let mut work = self.begin().await?;
        let now = work.now;
        let Some(person) = work.tx.take_console_link(link, now).await? else {
            // What was too old is gone for good.
            work.commit().await?;
            return Ok(None);
        };
        let session = Session {
            person,
            focus: None,
            expires_at: now + SESSION_LASTS,
        };
        work.keep_session(token, &session).await?;
        work.commit().await?;
        Ok(Some(session))
    }

    /// Which of our rooms this is; `None`: it is none, or this person has nothing to do there.
    pub async fn console_focus(
        &self,
        person: &AgentId,
        room: &RoomId,
    ) -> Result<Option<Focus>, StoreError> {
        let mut work = self.begin().await?;
        let focus = match work.tx.find_chat_of_portal(room).await? {
            Some(chat) => Focus {
                service: chat.service,
                chat: Some(chat.id),
            },
            None => match work.tx.find_service_of_desk(room).await? {
                Some(service) => Focus {
                    service,
                    chat: None,
                },
                None => return Ok(None),
            },
        };
        let held = work.permissions(person, &focus.service).await?;
        Ok((!held.is_empty()).then_some(focus))
    }

    /// From a room, by somebody of whom the homeserver says who it is and that it is in there.
    pub async fn enters_console_from(
        &self,
        person: AgentId,
        focus: Focus,
        token: &TokenHash,
    ) -> Result<Session, StoreError> {
        let mut work = self.begin().await?;
        let session = Session {
            person,
            focus: Some(focus),
            expires_at: work.now + WIDGET_LASTS,
        };
        work.keep_session(token, &session).await?;
        work.commit().await?;
        Ok(session)
    }

    /// Whose token this is, while it lasts.
    pub async fn console_session(&self, token: &TokenHash) -> Result<Option<Session>, StoreError> {
        let session = self.store.console_session(token).await?;
        let now = self.clock.now();
        Ok(session.filter(|session| now < session.expires_at))
    }

    pub async fn leaves_console(&self, token: &TokenHash) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        work.tx.delete_console_session(token).await?;
        work.commit().await
    }

    /// The services in which this person has something to do, and what it may do there.
    pub async fn console_services(
        &self,
        session: &Session,
    ) -> Result<Vec<(Service, Permissions)>, StoreError> {
        let mut found = Vec::new();
        for service in self.store.services().await? {
            let held = self.held(&session.person, &service.slug).await?;
            if session.shows(&service.slug) && !held.is_empty() {
                found.push((service, held));
            }
        }
        Ok(found)
    }

    /// In which language the person wants answers, and its name for customers in one of them.
    pub async fn console_person(
        &self,
        session: &Session,
    ) -> Result<(Language, Option<String>), StoreError> {
        let mut work = self.begin().await?;
        let language = work.tx.language(&session.person).await?;
        let mut known = work.tx.memberships(&session.person).await?.into_iter();
        let here = known.find(|(slug, _)| session.shows(slug));
        Ok((language, here.map(|(_, found)| found.name)))
    }

    pub async fn console_overview(
        &self,
        session: &Session,
        slug: &ServiceSlug,
    ) -> Result<Overview, ConsoleError> {
        let (service, held) = self.console_service(session, slug).await?;
        if !held.holds(Permission::Chat) && !supervises(&held) {
            return Err(ConsoleError::Missing);
        }
        let of = (!supervises(&held)).then_some(&session.person);
        let mut lines = self.store.console_lines(slug, of, LISTED).await?;
        lines.retain(|line| session.shows_chat(slug, &line.chat.id));
        let mut agents = self.store.agents(slug).await?.into_iter();
        let me = agents.find(|candidate| candidate.agent.id == session.person);
        let attendance = self.attends(&service);
        Ok(Overview {
            routable: me
                .as_ref()
                .is_some_and(|me| me.agent.is_routable(attendance)),
            me,
            lines,
        })
    }

    /// Names that customers see, of everybody the service knows.
    pub async fn console_names(
        &self,
        slug: &ServiceSlug,
    ) -> Result<HashMap<AgentId, String>, StoreError> {
        let members = self.store.members(slug).await?.into_iter();
        Ok(members.map(|member| (member.agent, member.name)).collect())
    }

    /// How long somebody who looks under a mask sees what is there.
    pub fn vault_shows(&self) -> Duration {
        self.vault.shows()
    }

    /// Sets whether the person is given chats.
    pub async fn console_status(
        &self,
        session: &Session,
        status: ChatStatus,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        work.set_status(&session.person, status).await?;
        work.commit().await
    }

    /// The agents of a service, and whether each could be given a chat now.
    pub async fn console_agents(
        &self,
        session: &Session,
        slug: &ServiceSlug,
    ) -> Result<Vec<(Candidate, bool)>, ConsoleError> {
        let (service, _) = self.console_service(session, slug).await?;
        let attendance = self.attends(&service);
        let agents = self.store.agents(slug).await?.into_iter();
        Ok(agents
            .filter(|found| !found.agent.permissions.is_empty())
            .map(|found| {
                let routable = found.is_eligible(attendance);
                (found, routable)
            })
            .collect())
    }

    /// A service in which this person has something to do.
    pub async fn console_service(
        &self,
        session: &Session,
        slug: &ServiceSlug,
    ) -> Result<(Service, Permissions), ConsoleError> {
        let held = self.held(&session.person, slug).await?;
        match self.store.service(slug).await? {
            Some(service) if session.shows(slug) && !held.is_empty() => Ok((service, held)),
            _ => Err(ConsoleError::Missing),
        }
    }

    fn attends(&self, service: &Service) -> Attendance {
        Attendance {
            basis: service.settings.routing.presence,
            now: self.clock.now(),
        }
    }

    /// What is committed of what somebody may do.
    async fn held(&self, person: &AgentId, slug: &ServiceSlug) -> Result<Permissions, StoreError> {
        let members = self.store.members(slug).await?.into_iter();
        let mut mine = members.filter(|member| member.agent == *person);
        let held = mine.next().map(|member| member.permissions);
        let held = held.unwrap_or_default();
        Ok(match self.is_admin(person) {
            true => held.with(&[Permission::Admin, Permission::Supervise]),
            false => held,
        })
    }

    /// What happened in the chat after `since`, with what is masked of it.
    pub async fn console_record(
        &self,
        chat: &ChatId,
        since: u64,
        limit: u32,
    ) -> Result<Vec<Recorded>, StoreError> {
        let events = self.store.events_after(chat, since, limit).await?;
        self.recorded(events).await
    }

    async fn recorded(&self, events: Vec<ChatEvent>) -> Result<Vec<Recorded>, StoreError> {
        let mut recorded = Vec::with_capacity(events.len());
        for event in events {
            let standing = match Recorded::needs(&event) {
                Some(message) => self.store.standing(message).await?,
                None => None,
            };
            let known = standing.as_ref().map(|it| (&it.message, &*it.masks));
            recorded.push(Recorded::new(event, known));
        }
        Ok(recorded)
    }
}

/// Whether the chat is for these eyes: of a supervisor all are, of an agent those that wait, those
/// it has, and those it `had` or was brought into.
pub(super) fn sees(session: &Session, chat: &Chat, held: &Permissions, had: bool) -> bool {
    let person = &session.person;
    let is_its = chat.state == ChatState::Waiting
        || chat.state.holder() == Some(person)
        || chat.handling.handed_over_by.as_ref() == Some(person);
    let may = supervises(held) || (held.holds(Permission::Chat) && (is_its || had));
    may && session.shows_chat(&chat.service, &chat.id)
}

/// Sees all chats of the service.
fn supervises(held: &Permissions) -> bool {
    held.holds(Permission::Supervise) || held.holds(Permission::Admin)
}

/// Only what was said, of a record.
fn is_said(event: &ChatEvent) -> bool {
    matches!(event.what, ChatEventKind::Message(_))
}

impl Work<'_> {
    async fn keep_session(
        &mut self,
        token: &TokenHash,
        session: &Session,
    ) -> Result<(), StoreError> {
        let now = self.now;
        self.tx
            .insert_console_session(token, session, now, SESSIONS)
            .await
    }
}
