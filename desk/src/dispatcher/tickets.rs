//! How what is told of tickets is delivered: in rooms, to assignees, by mail to customers.

use super::{Dispatcher, Failure, deliver::missing};
use crate::{
    effect::{Effect, Queued, Room},
    engine::Telling,
    ids::{AgentId, EventId, ServiceSlug},
    ports::{DeliveryError, Mail, Whisper},
    texts::tickets as texts,
    ticket::Ticket,
};

impl Dispatcher {
    /// Anything of tickets; another effect is none of ours.
    pub(super) async fn deliver_tickets(&self, head: &Queued) -> Result<(), Failure> {
        match &head.effect {
            Effect::TellTickets {
                room,
                command,
                service,
                about,
                language,
            } => {
                let told = self.engine.telling(service, about, *language).await?;
                self.tell(head, room, command, &told).await
            }
            Effect::TellAssignee {
                service,
                ticket,
                agent,
                by,
            } => {
                let ticket = self.ticket(service, *ticket).await?;
                self.tell_assignee(head, &ticket, agent, by).await
            }
            Effect::MailReply {
                service,
                ticket,
                comment,
            } => {
                let ticket = self.ticket(service, *ticket).await?;
                self.mail_reply(head, &ticket, *comment).await
            }
            Effect::MailReceipt { service, ticket } => {
                let ticket = self.ticket(service, *ticket).await?;
                self.mail_receipt(head, &ticket).await
            }
            _ => Err(missing("kind of effect").into()),
        }
    }

    async fn ticket(&self, service: &ServiceSlug, number: u64) -> Result<Ticket, Failure> {
        let found = self.engine.store().ticket(service, number).await?;
        Ok(found.ok_or_else(|| missing("ticket"))?)
    }

    async fn tell(
        &self,
        head: &Queued,
        room: &Room,
        command: &EventId,
        told: &Telling,
    ) -> Result<(), Failure> {
        let here = self.room(room).await?;
        let event = self
            .homeserver
            .answer(&here, command, &told.text, &head.id)
            .await?;
        Ok(self.engine.repeated(head, told, room, &event).await?)
    }

    /// Unless it is not the assignee any more by now.
    async fn tell_assignee(
        &self,
        head: &Queued,
        ticket: &Ticket,
        agent: &AgentId,
        by: &AgentId,
    ) -> Result<(), Failure> {
        if ticket.assignee.as_ref() != Some(agent) {
            return self.done(head).await;
        }
        let link = self.engine.console_link(ticket);
        let language = self.language(&ticket.service).await?;
        // Without the subject, which may be masked one day.
        let text = texts::assigned(language, ticket.number, by, link.as_deref());
        match self.whisper(head, agent, &text).await {
            Ok(()) => {}
            // It has no room with the bot, and wants none.
            Err(DeliveryError::Never { .. }) => {
                self.call_assignee(head, ticket, agent, &text).await?
            }
            Err(later) => return Err(later.into()),
        }
        self.done(head).await
    }

    async fn whisper(
        &self,
        head: &Queued,
        agent: &AgentId,
        text: &str,
    ) -> Result<(), DeliveryError> {
        let confidant = self.confidant.as_ref();
        let confidant = confidant.ok_or_else(|| missing("confidant"))?;
        if !confidant.is_ready() {
            return Err(DeliveryError::Later {
                after: None,
                source: "the bot is not logged in".into(),
            });
        }
        let room = confidant.room_with(agent).await?;
        let whisper = Whisper {
            room: &room,
            person: agent,
            text,
            in_company: text,
            rings: true,
        };
        confidant.tell(&whisper, &head.id).await.map(drop)
    }

    async fn call_assignee(
        &self,
        head: &Queued,
        ticket: &Ticket,
        agent: &AgentId,
        text: &str,
    ) -> Result<(), Failure> {
        let desk = self.desk(&ticket.service).await?;
        let agents = std::slice::from_ref(agent);
        self.homeserver
            .mention(&desk, agents, text, &desk, &head.id)
            .await?;
        Ok(())
    }

    async fn mail_reply(
        &self,
        head: &Queued,
        ticket: &Ticket,
        comment: u64,
    ) -> Result<(), Failure> {
        let store = self.engine.store();
        let comments = store.comments_of(&ticket.service, ticket.number, u32::MAX);
        let mut comments = comments.await?.into_iter();
        let found = comments.find(|it| it.number == comment);
        let comment = found.ok_or_else(|| missing("comment"))?;
        let name = self.service(&ticket.service).await?.name;
        let subject = texts::reply_subject(ticket, &name);
        let text = match comment.name == name {
            true => format!("{}\n\n{name}\n", comment.text),
            false => format!("{}\n\n{}\n{name}\n", comment.text, comment.name),
        };
        self.write_to(head, ticket, subject, text).await
    }

    /// Nothing of the inquiry stands in it: whoever typed the address may be somebody else.
    async fn mail_receipt(&self, head: &Queued, ticket: &Ticket) -> Result<(), Failure> {
        let service = self.service(&ticket.service).await?;
        let language = service.settings.language;
        let (subject, text) = texts::receipt(language, ticket.number, &service.name);
        self.write_to(head, ticket, subject, text).await
    }

    async fn write_to(
        &self,
        head: &Queued,
        ticket: &Ticket,
        subject: String,
        text: String,
    ) -> Result<(), Failure> {
        let mailer = self.mailer.as_ref().ok_or_else(|| missing("mail server"))?;
        let to = ticket.email.clone().ok_or_else(|| missing("address"))?;
        let letter = Mail {
            to,
            subject,
            text,
            key: head.id.clone(),
        };
        self.send(head, mailer, &letter).await?;
        self.done(head).await
    }
}
