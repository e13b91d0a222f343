//! Commands people type: who asks, where, and whether they may. Each family has its module.

use std::borrow::Cow;

use crate::{
    audit::AuditEntry,
    chat::Chat,
    command::{Command, Language, Typed},
    ids::{AgentId, EventId, ServiceSlug},
    permission::{Permission, Permissions},
    ports::{Answer, StoreError},
    texts,
};

use super::Work;

mod about;
pub(super) mod admin;
mod care;
mod chats;
mod clicked;
mod console;
mod masking;
mod status;
mod tickets;
mod unmask;

pub(super) use clicked::is_of;
pub use clicked::{MaskWish, TicketWish};

/// Who types a command.
pub(super) struct Asker {
    pub person: AgentId,
    pub language: Language,
    /// The message in which the command stands; `None` in a management room.
    pub event: Option<EventId>,
    /// The message it answers, where the client says so.
    pub replies_to: Option<EventId>,
    /// Whether the event of the command repeats that message.
    pub quotes: bool,
}

/// Where a command is typed.
pub(super) enum Place<'c> {
    /// In the room of a chat.
    Portal(&'c mut Chat),
    Desk(ServiceSlug),
    /// In a direct room with the bot.
    Management,
}

impl Work<'_> {
    /// Carries out what was typed, if it is a command.
    pub(super) async fn command(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        text: &str,
    ) -> Result<Answer, StoreError> {
        let clean = self.without_hidden(&place, text).await?;
        // In portals that is done with whatever is written.
        if matches!(place, Place::Desk(_)) && *clean != *text {
            self.hide_command(asker, &place).await?;
        }
        let text = &*clean;
        let answer = match self.read(text) {
            Typed::Words(_) => return Ok(Answer::Nothing),
            // Neither the line nor its echo is kept.
            Typed::Mistake(mistake) if mistake.is_about_masking() => {
                self.hide_command(asker, &place).await?;
                Answer::Words(texts::masking::mistaken(asker.language))
            }
            Typed::Mistake(mistake) => Answer::Words(mistake.tell(asker.language)),
            Typed::Command(command) => self.carry_out(asker, place, command).await?,
        };
        Ok(match answer {
            Answer::Words(words) => Answer::Words(self.engine.manner.own(words)),
            other => other,
        })
    }

    /// What a policy hides is not in a command either: answers repeat it, and some of it is kept.
    /// `!mask` needs it as it was typed; `!unmask` cleans its reason itself.
    async fn without_hidden<'t>(
        &mut self,
        place: &Place<'_>,
        text: &'t str,
    ) -> Result<Cow<'t, str>, StoreError> {
        let service = match place {
            Place::Portal(chat) => chat.service.clone(),
            Place::Desk(service) => service.clone(),
            Place::Management => return Ok(text.into()),
        };
        Ok(match self.read(text) {
            Typed::Words(_) | Typed::Command(Command::Mask { .. } | Command::Unmask { .. }) => {
                text.into()
            }
            _ => self.clean(&service, text.to_owned()).await?.into(),
        })
    }

    pub(super) fn read(&self, text: &str) -> Typed {
        self.engine.manner.read(text)
    }

    async fn carry_out(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        command: Command,
    ) -> Result<Answer, StoreError> {
        match command {
            Command::Help { .. } | Command::Lang { .. } => {
                self.about_us(asker, place, command).await
            }
            Command::Status { .. } | Command::Online | Command::Away | Command::Offline => {
                self.status_command(asker, command).await
            }
            Command::Chats
            | Command::Queue
            | Command::Take { .. }
            | Command::Why { .. }
            | Command::Decline
            | Command::Transfer { .. }
            | Command::Invite { .. }
            | Command::Watch { .. }
            | Command::Assign { .. } => self.chats_command(asker, place, command).await,
            Command::Close { .. }
            | Command::Rate
            | Command::Note { .. }
            | Command::Customer
            | Command::Canned { .. }
            | Command::Report { .. } => self.care_command(asker, place, command).await,
            Command::Ticket(_) | Command::Tickets { .. } => {
                self.ticket_command(asker, place, command).await
            }
            Command::Mask { text } => self.mask_command(asker, place, text.as_deref()).await,
            Command::Masks => self.masks_command(asker, place).await,
            Command::Unmask { reason } => {
                self.unmask_command(asker, place, reason.as_deref()).await
            }
            Command::Service(_)
            | Command::Contract { .. }
            | Command::Helpcenter { .. }
            | Command::Routing(_)
            | Command::Masking { .. }
            | Command::Retention { .. }
            | Command::Agent(_)
            | Command::Apikey(_)
            | Command::Webhook(_)
            | Command::Audit { .. }
            | Command::Doctor => self.admin_command(asker, place, command).await,
            Command::Console { end } => self.console_command(asker, &place, end.is_some()).await,
        }
    }

    pub(super) async fn asker(
        &mut self,
        person: &AgentId,
        event: Option<EventId>,
        replies_to: Option<EventId>,
    ) -> Result<Asker, StoreError> {
        Ok(Asker {
            person: person.clone(),
            language: self.tx.language(person).await?,
            event,
            replies_to,
            quotes: false,
        })
    }

    /// What the person may do in the service. The admins of the settings file are admins and
    /// supervisors everywhere.
    pub(super) async fn permissions(
        &mut self,
        person: &AgentId,
        service: &ServiceSlug,
    ) -> Result<Permissions, StoreError> {
        let found = self.tx.find_agent(service, person).await?;
        let held = found.map(|found| found.permissions).unwrap_or_default();
        Ok(match self.engine.admins.contains(person) {
            true => held.with(&[Permission::Admin, Permission::Supervise]),
            false => held,
        })
    }

    /// `Some`: the asker may not, the answer says so, and the audit log holds it.
    pub(super) async fn denied(
        &mut self,
        asker: &Asker,
        service: &ServiceSlug,
        permission: Permission,
        command: &str,
    ) -> Result<Option<Answer>, StoreError> {
        if self
            .permissions(&asker.person, service)
            .await?
            .holds(permission)
        {
            return Ok(None);
        }
        self.note_denied(asker, Some(service), command).await?;
        let (needed, person) = (&[permission], &asker.person);
        let words = texts::admin::denied(asker.language, command, needed, Some(service), person);
        Ok(Some(Answer::Words(words)))
    }

    /// Denied means denied, and on record.
    async fn note_denied(
        &mut self,
        asker: &Asker,
        service: Option<&ServiceSlug>,
        command: &str,
    ) -> Result<(), StoreError> {
        self.tx
            .insert_audit(&AuditEntry {
                at: self.now,
                service: service.cloned(),
                actor: asker.person.clone(),
                what: "denied".into(),
                subject: Some(command.to_owned()),
                old: None,
                new: None,
            })
            .await
    }
}
