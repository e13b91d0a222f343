//! Tickets: made in chats, changed, commented, and masked with the chat they came from.

use super::Work;
use crate::{
    apikey::ACTOR,
    chat::Chat,
    effect::{Effect, Room},
    ids::{AgentId, EventId, ServiceSlug},
    masking::{Kind, Span, Spans, Style, find_text, mask},
    ports::StoreError,
    ticket::{
        Comment, Field, Origin, Priority, Status, TAG_CHAT, Tags, Ticket, TicketChange, as_subject,
    },
    webhook::Happening,
};

/// A text as short as this is hidden where it was masked and nowhere else: it stands everywhere.
const SHORT: usize = 3;

/// A ticket that an agent makes. Everything is without what policies hide.
pub(super) struct NewTicket {
    pub subject: String,
    pub description: String,
    pub priority: Priority,
    pub assignee: Option<AgentId>,
    pub tags: Tags,
}

/// What of a ticket becomes what.
pub(super) enum Change {
    Status(Status),
    Priority(Priority),
    Assignee(Option<AgentId>),
    /// One tag less or more.
    Tags(Tags),
    Subject(String),
}

impl Work<'_> {
    pub(super) async fn make_ticket(
        &mut self,
        chat: &Chat,
        by: &AgentId,
        new: NewTicket,
    ) -> Result<Ticket, StoreError> {
        let customer = self.tx.find_customer(&chat.customer).await?;
        let (name, email) = customer.map_or((None, None), |it| (it.name, it.email));
        let mut ticket = Ticket {
            service: chat.service.clone(),
            number: 0,
            subject: new.subject,
            description: new.description,
            status: Status::default(),
            priority: new.priority,
            assignee: new.assignee,
            tags: new.tags,
            name,
            email,
            origin: Some(Origin {
                chat: chat.id.clone(),
                number: chat.number,
            }),
            made_by: Some(by.clone()),
            created_at: self.now,
            changed_at: self.now,
        };
        self.file_ticket(&mut ticket, by).await?;
        Ok(ticket)
    }

    /// Gives the ticket its number, and tells whose it is.
    pub(super) async fn file_ticket(
        &mut self,
        ticket: &mut Ticket,
        by: &AgentId,
    ) -> Result<(), StoreError> {
        self.tx.insert_ticket(ticket).await?;
        self.publish_ticket(ticket).await?;
        self.tell_assignee(ticket, by).await
    }

    pub(super) async fn publish_ticket(&mut self, ticket: &Ticket) -> Result<(), StoreError> {
        let created = Happening::TicketCreated {
            ticket: ticket.number,
        };
        self.publish(&ticket.service, created).await
    }

    /// Says whether anything changed; what did is in the history.
    pub(super) async fn change_ticket(
        &mut self,
        ticket: &mut Ticket,
        by: &AgentId,
        change: Change,
    ) -> Result<bool, StoreError> {
        let (field, old) = (change.field(), change.shown(ticket));
        let is_assignee = matches!(change, Change::Assignee(_));
        change.apply(ticket);
        let new = shown(ticket, field);
        if old == new {
            return Ok(false);
        }
        ticket.changed_at = self.now;
        self.tx.save_ticket(ticket).await?;
        let change = TicketChange {
            by: by.clone(),
            at: self.now,
            field,
            old,
            new,
        };
        self.tx.insert_change(ticket, &change).await?;
        let updated = Happening::TicketUpdated {
            ticket: ticket.number,
            field,
            by: by.clone(),
        };
        self.publish(&ticket.service, updated).await?;
        if is_assignee {
            self.tell_assignee(ticket, by).await?;
        }
        Ok(true)
    }

    /// Who takes a ticket for itself knows.
    async fn tell_assignee(&mut self, ticket: &Ticket, by: &AgentId) -> Result<(), StoreError> {
        match ticket.assignee.clone().filter(|agent| agent != by) {
            Some(agent) => {
                self.enqueue(Effect::TellAssignee {
                    service: ticket.service.clone(),
                    ticket: ticket.number,
                    agent,
                    by: by.clone(),
                })
                .await
            }
            None => Ok(()),
        }
    }

    pub(super) async fn comment_on(
        &mut self,
        ticket: &mut Ticket,
        by: &AgentId,
        text: String,
        public: bool,
    ) -> Result<Comment, StoreError> {
        let name = self.name_in_comments(&ticket.service, by).await?;
        let mut comment = Comment {
            number: 0,
            by: by.clone(),
            name,
            text,
            public,
            at: self.now,
        };
        self.tx.insert_comment(ticket, &mut comment).await?;
        ticket.changed_at = self.now;
        self.tx.save_ticket(ticket).await?;
        let commented = Happening::TicketCommented {
            ticket: ticket.number,
            comment: comment.number,
            by: by.clone(),
            public,
        };
        self.publish(&ticket.service, commented).await?;
        Ok(comment)
    }

    /// As customers read it: of a program, the help center's.
    async fn name_in_comments(
        &mut self,
        service: &ServiceSlug,
        by: &AgentId,
    ) -> Result<String, StoreError> {
        let known = self.tx.find_agent(service, by).await?;
        let is_program = by.as_str().starts_with(ACTOR);
        Ok(match (known, is_program) {
            (Some(agent), _) => agent.name,
            (None, true) => {
                let service = self.tx.find_service(service).await?;
                service.map_or_else(|| by.to_string(), |service| service.name)
            }
            (None, false) => by.to_string(),
        })
    }

    /// A command of which the text stands in a ticket now is hidden with it.
    pub(super) async fn mind_command(
        &mut self,
        ticket: &Ticket,
        room: Option<&Room>,
        command: Option<&EventId>,
    ) -> Result<(), StoreError> {
        match (&ticket.origin, room, command) {
            (Some(origin), Some(room), Some(command)) => {
                self.tx
                    .add_repetition(&origin.chat, room, command, true)
                    .await
            }
            _ => Ok(()),
        }
    }

    /// What was masked in a chat is masked in what its tickets say too, and what repeats them in
    /// our rooms is hidden. Their copies of the conversation were rewritten with the message.
    pub(super) async fn hide_in_tickets(
        &mut self,
        chat: &Chat,
        hidden: &[(&str, &Kind)],
    ) -> Result<(), StoreError> {
        let style = self.settings(&chat.service).await?.masking.style();
        let mut touched = false;
        for mut ticket in self.tx.tickets_from(&chat.id).await? {
            touched |= self.hide_in_ticket(&mut ticket, hidden, &style).await?;
        }
        for (room, event) in self.tx.take_repetitions(&chat.id, touched).await? {
            self.enqueue(Effect::Redact { room, event }).await?;
        }
        Ok(())
    }

    async fn hide_in_ticket(
        &mut self,
        ticket: &mut Ticket,
        hidden: &[(&str, &Kind)],
        style: &Style,
    ) -> Result<bool, StoreError> {
        let hide = |text: &mut String| hide_in(text, hidden, style);
        let touched = hide(&mut ticket.subject) | hide(&mut ticket.description);
        if touched {
            self.tx.save_ticket(ticket).await?;
        }
        let mut commented = false;
        for mut comment in self.tx.comments(ticket).await? {
            if hide(&mut comment.text) {
                self.tx.save_comment(ticket, &comment).await?;
                commented = true;
            }
        }
        let mut changes = self.tx.changes(ticket).await?;
        let subjects = changes.iter_mut().filter(|it| it.field == Field::Subject);
        let changed = subjects.fold(false, |changed, change| {
            changed | hide(&mut change.old) | hide(&mut change.new)
        });
        if changed {
            self.tx.save_changes(ticket, &changes).await?;
        }
        Ok(touched || commented || changed)
    }
}

impl Change {
    pub(super) fn field(&self) -> Field {
        match self {
            Self::Status(_) => Field::Status,
            Self::Priority(_) => Field::Priority,
            Self::Assignee(_) => Field::Assignee,
            Self::Tags(_) => Field::Tag,
            Self::Subject(_) => Field::Subject,
        }
    }

    /// The value before.
    fn shown(&self, ticket: &Ticket) -> String {
        shown(ticket, self.field())
    }

    fn apply(self, ticket: &mut Ticket) {
        match self {
            Self::Status(status) => ticket.status = status,
            Self::Priority(priority) => ticket.priority = priority,
            Self::Assignee(assignee) => ticket.assignee = assignee,
            Self::Tags(tags) => ticket.tags = tags,
            Self::Subject(subject) => ticket.subject = subject,
        }
    }
}

/// A value as the history keeps it.
fn shown(ticket: &Ticket, field: Field) -> String {
    match field {
        Field::Status => ticket.status.to_string(),
        Field::Priority => ticket.priority.to_string(),
        Field::Assignee => ticket
            .assignee
            .as_ref()
            .map_or_else(String::new, AgentId::to_string),
        Field::Tag => ticket.tags.to_string(),
        Field::Subject => ticket.subject.clone(),
    }
}

/// The tags of a new ticket made in a chat.
pub(super) fn tags_from_chat() -> Tags {
    Tags::from_origin(TAG_CHAT)
}

/// Says whether there was something to hide.
fn hide_in(text: &mut String, hidden: &[(&str, &Kind)], style: &Style) -> bool {
    let before = text.clone();
    for (original, kind) in hidden {
        if original.chars().filter(|c| !c.is_whitespace()).count() < SHORT {
            continue;
        }
        let spans = match as_subject(original) == *text {
            // Cut, it is not found as a whole.
            true => Spans::whole(text),
            false => find_text(text, original),
        };
        let spans = spans.iter();
        let spans = spans.map(|span| Span::new(span.start, span.end, (*kind).clone()));
        *text = mask(text, &Spans::new(text, spans), style).into_string();
    }
    *text != before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_masked_is_hidden_where_a_ticket_says_it() {
        let long = "so long ".repeat(40);
        for (text, original, hidden) in [
            ("call 010 1234 5678", "010-1234-5678", "call *** **** ****"),
            ("chat 12 of 12", "12", "chat 12 of 12"),
            (&as_subject(&long), &long, &mask_all(&as_subject(&long))),
            ("nothing", "010-1234-5678", "nothing"),
        ] {
            let mut said = text.to_owned();
            let hide = [(original, &Kind::Phone)];
            let touched = hide_in(&mut said, &hide, &Style::default());
            assert_eq!((said.as_str(), touched), (hidden, text != hidden));
        }
    }

    fn mask_all(text: &str) -> String {
        let whole = Span::new(0, text.len(), Kind::Phone);
        let whole = Spans::new(text, [whole]);
        mask(text, &whole, &Style::default()).into_string()
    }
}
