//! What programs change by the admin API. Each change is on record under the name of its key.

use std::time::Duration;

use super::{
    Engine, Work,
    commands::admin::members::newcomer,
    masking::NO_TAG,
    tickets::{Change, NewTicket, tags_from_chat},
};
use crate::{
    apikey::KeyHolder,
    audit::AuditEntry,
    chat::Chat,
    command::Language,
    customer::{MAX_NAME, check_email, check_line},
    effect::{Effect, Notice},
    event::ClosedBy,
    ids::{AgentId, ChatId, ServiceSlug, TokenHash},
    permission::{Permission, Permissions},
    ports::StoreError,
    refusal::{DeskError, Refusal},
    store::Answered,
    ticket::{
        MAX_SUBJECT, MAX_TAGS, MAX_TEXT, Priority, Status, Tag, Tags, Ticket, WrongTag, as_subject,
    },
};

/// How long asking again under the same name gets the old answer.
const REMEMBERED: Duration = Duration::from_secs(24 * 3600);
/// The longest such name, in bytes.
const MAX_ONCE: usize = 255;

/// A request that shall be carried out once, however often it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Once {
    /// By which the program knows it.
    pub name: String,
    /// Of all that it asks for.
    pub request: TokenHash,
}

/// A ticket a program asks for.
#[derive(Clone, Debug, Default)]
pub struct WantedTicket {
    pub subject: String,
    pub description: String,
    pub priority: Priority,
    /// A whole Matrix user id.
    pub assignee: Option<String>,
    pub tags: Vec<String>,
    /// Of the customer; of a ticket made of a chat, that chat's customer's count.
    pub name: Option<String>,
    pub email: Option<String>,
    pub chat: Option<ChatId>,
}

/// What of a ticket a program changes.
#[derive(Clone, Debug, Default)]
pub struct TicketEdit {
    pub status: Option<Status>,
    pub priority: Option<Priority>,
    /// `Some(None)`: nobody's any more.
    pub assignee: Option<Option<String>>,
    pub subject: Option<String>,
    pub add_tags: Vec<String>,
    pub remove_tags: Vec<String>,
}

impl Engine {
    /// The number of the new ticket.
    pub async fn program_makes_ticket(
        &self,
        holder: &KeyHolder,
        wish: WantedTicket,
        once: Option<&Once>,
    ) -> Result<u64, DeskError> {
        let mut work = self.begin().await?;
        if let Some(made) = work.made_before(holder, once).await? {
            return Ok(made);
        }
        let ticket = work.ticket_wished(holder, wish).await?;
        work.remember(holder, once, ticket.number).await?;
        let subject = format!("#{}", ticket.number);
        work.note_program(holder, "ticket.create", subject, None)
            .await?;
        work.commit().await?;
        Ok(ticket.number)
    }

    pub async fn program_changes_ticket(
        &self,
        holder: &KeyHolder,
        number: u64,
        edit: TicketEdit,
    ) -> Result<(), DeskError> {
        let mut work = self.begin().await?;
        let mut ticket = work.ticket_of(holder, number).await?;
        let mut changed = Vec::new();
        for change in work.changes_wished(&ticket, edit).await? {
            let field = change.field();
            if work
                .change_ticket(&mut ticket, &holder.actor(), change)
                .await?
            {
                changed.push(field.as_str());
            }
        }
        if !changed.is_empty() {
            let (subject, new) = (format!("#{number}"), changed.join(" "));
            work.note_program(holder, "ticket.change", subject, Some(new))
                .await?;
        }
        Ok(work.commit().await?)
    }

    /// The number of the new comment. A public one is mailed to the customer.
    pub async fn program_comments(
        &self,
        holder: &KeyHolder,
        number: u64,
        text: &str,
        public: bool,
        once: Option<&Once>,
    ) -> Result<u64, DeskError> {
        check_text("text", text)?;
        let mut work = self.begin().await?;
        let mut ticket = work.ticket_of(holder, number).await?;
        if let Some(made) = work.made_before(holder, once).await? {
            return Ok(made);
        }
        if public && !self.sends_mail {
            return Err(Refusal::invalid("public", "false, for no mail is set up here").into());
        }
        if public && ticket.email.is_none() {
            return Err(Refusal::invalid("public", "false, for this ticket has no address").into());
        }
        let text = work.clean(&ticket.service, text.to_owned()).await?;
        let comment = work
            .comment_on(&mut ticket, &holder.actor(), text, public)
            .await?;
        if public {
            work.enqueue(Effect::MailReply {
                service: ticket.service.clone(),
                ticket: number,
                comment: comment.number,
            })
            .await?;
        }
        work.remember(holder, once, comment.number).await?;
        let (subject, kind) = (
            format!("#{number}"),
            if public { "public" } else { "internal" },
        );
        work.note_program(holder, "ticket.comment", subject, Some(kind.into()))
            .await?;
        work.commit().await?;
        Ok(comment.number)
    }

    /// Ends the chat; ending an ended one is fine.
    pub async fn program_closes(&self, holder: &KeyHolder, chat: &ChatId) -> Result<(), DeskError> {
        let mut work = self.begin().await?;
        let mut chat = work.chat_of_program(holder, chat).await?;
        let notice = Notice::AgentEnded {
            agent: holder.actor(),
        };
        if work.close(&mut chat, ClosedBy::Agent, notice).await? {
            let subject = format!("chat #{}", chat.number);
            work.note_program(holder, "chat.close", subject, None)
                .await?;
            work.commit().await?;
        }
        Ok(())
    }

    /// Gives permissions, or takes them; `None`: all are taken.
    pub async fn program_permits(
        &self,
        holder: &KeyHolder,
        person: &str,
        grant: bool,
        permissions: Option<&[Permission]>,
    ) -> Result<(), DeskError> {
        let mut work = self.begin().await?;
        work.permit_for_program(holder, person, grant, permissions)
            .await?;
        Ok(work.commit().await?)
    }
}

impl Work<'_> {
    async fn permit_for_program(
        &mut self,
        holder: &KeyHolder,
        person: &str,
        grant: bool,
        permissions: Option<&[Permission]>,
    ) -> Result<(), DeskError> {
        let wanted = permissions.unwrap_or_default();
        // A key is less than the admin who made it.
        if wanted.contains(&Permission::Admin) {
            let why = "no \"admin\": admins are made by admins, in a room with the bot";
            return Err(Refusal::invalid("permissions", why).into());
        }
        let service = self.tx.find_service(holder.service()).await?;
        let service = service.ok_or(Refusal::NoSuchService)?;
        let whole = self.engine.manner.person(person);
        let id = AgentId::new(whole.filter(|whole| whole == person).ok_or_else(|| {
            Refusal::invalid("id", "a whole Matrix user id such as @bela:example.org")
        })?);
        let known = self.tx.find_agent(&service.slug, &id).await?;
        let member = match (known, grant) {
            (Some(member), _) => member,
            (None, true) if !self.is_ours(person) => newcomer(&id),
            (None, true) => {
                return Err(Refusal::invalid("id", "a person, not the bot or a customer").into());
            }
            (None, false) => return Err(Refusal::NoSuch("agent").into()),
        };
        if member.permissions.holds(Permission::Admin) && !grant {
            return Err(Refusal::invalid("id", "an agent who is no admin").into());
        }
        let (held, what) = match (grant, permissions) {
            (true, _) => (member.permissions.with(wanted), "agent.grant"),
            (false, Some(_)) => (member.permissions.without(wanted), "agent.revoke"),
            (false, None) => (Permissions::default(), "agent.revoke"),
        };
        let actor = holder.actor();
        self.permit(&actor, Language::En, &service, member, held, what)
            .await?;
        Ok(())
    }

    async fn ticket_wished(
        &mut self,
        holder: &KeyHolder,
        wish: WantedTicket,
    ) -> Result<Ticket, DeskError> {
        let slug = holder.service().clone();
        let subject = check_line("subject", Some(&wish.subject), MAX_SUBJECT)?
            .ok_or_else(|| Refusal::invalid("subject", "a few words on what it is about"))?;
        if wish.description.chars().count() > MAX_TEXT {
            return Err(
                Refusal::invalid("description", format!("at most {MAX_TEXT} characters")).into(),
            );
        }
        let assignee = match &wish.assignee {
            Some(word) => Some(self.worker(&slug, word).await?),
            None => None,
        };
        let chat = match &wish.chat {
            Some(chat) => Some(self.chat_of_program(holder, chat).await?),
            None => None,
        };
        let tags = match chat {
            Some(_) => tags_from_chat(),
            None => Tags::default(),
        };
        let tags = with_tags("tags", tags, &wish.tags)?;
        self.no_hidden_tags(&slug, "tags", &wish.tags).await?;
        let new = NewTicket {
            subject: self.clean(&slug, subject).await?,
            description: self.clean(&slug, wish.description).await?,
            priority: wish.priority,
            assignee,
            tags,
        };
        if let Some(chat) = chat {
            return Ok(self.make_ticket(&chat, &holder.actor(), new).await?);
        }
        let name = check_line("name", wish.name.as_deref(), MAX_NAME)?;
        let email = check_email("email", wish.email.as_deref())?;
        let name = match name {
            Some(name) => Some(self.clean(&slug, name).await?),
            None => None,
        };
        let mut ticket = Ticket {
            service: slug,
            number: 0,
            subject: new.subject,
            description: new.description,
            status: Status::default(),
            priority: new.priority,
            assignee: new.assignee,
            tags: new.tags,
            name,
            email,
            origin: None,
            made_by: Some(holder.actor()),
            created_at: self.now,
            changed_at: self.now,
        };
        self.file_ticket(&mut ticket, &holder.actor()).await?;
        Ok(ticket)
    }

    async fn changes_wished(
        &mut self,
        ticket: &Ticket,
        edit: TicketEdit,
    ) -> Result<Vec<Change>, DeskError> {
        let mut changes = Vec::new();
        changes.extend(edit.status.map(Change::Status));
        changes.extend(edit.priority.map(Change::Priority));
        match edit.assignee {
            Some(Some(word)) => {
                let agent = self.worker(&ticket.service, &word).await?;
                changes.push(Change::Assignee(Some(agent)));
            }
            Some(None) => changes.push(Change::Assignee(None)),
            None => {}
        }
        if let Some(subject) = edit.subject {
            let subject = check_line("subject", Some(&subject), MAX_SUBJECT)?
                .ok_or_else(|| Refusal::invalid("subject", "a few words on what it is about"))?;
            let subject = self.clean(&ticket.service, subject).await?;
            changes.push(Change::Subject(as_subject(&subject)));
        }
        let mut tags = with_tags("add_tags", ticket.tags.clone(), &edit.add_tags)?;
        let slug = &ticket.service;
        self.no_hidden_tags(slug, "add_tags", &edit.add_tags)
            .await?;
        check_count("remove_tags", &edit.remove_tags)?;
        for word in &edit.remove_tags {
            let removed = Tag::new(word).and_then(|tag| tags.remove(&tag));
            removed.map_err(|wrong| wrong_tag("remove_tags", &wrong))?;
        }
        if tags != ticket.tags {
            changes.push(Change::Tags(tags));
        }
        Ok(changes)
    }

    async fn no_hidden_tags(
        &mut self,
        service: &ServiceSlug,
        field: &str,
        words: &[String],
    ) -> Result<(), DeskError> {
        for word in words {
            if self.is_hidden(service, word).await? {
                return Err(Refusal::invalid(field, NO_TAG).into());
            }
        }
        Ok(())
    }

    /// An agent of the service who may work on tickets.
    async fn worker(&mut self, service: &ServiceSlug, id: &str) -> Result<AgentId, DeskError> {
        let id = AgentId::new(id);
        let held = self.permissions(&id, service).await?;
        match held.holds(Permission::Ticket) {
            true => Ok(id),
            false => Err(Refusal::invalid(
                "assignee",
                "the Matrix user id of an agent with the permission \"ticket\"",
            )
            .into()),
        }
    }

    async fn ticket_of(&mut self, holder: &KeyHolder, number: u64) -> Result<Ticket, DeskError> {
        let found = match i64::try_from(number) {
            Ok(_) => self.tx.find_ticket(holder.service(), number).await?,
            Err(_) => None,
        };
        Ok(found.ok_or(Refusal::NoSuch("ticket"))?)
    }

    /// Another service's is none.
    async fn chat_of_program(
        &mut self,
        holder: &KeyHolder,
        chat: &ChatId,
    ) -> Result<Chat, DeskError> {
        let found = self.tx.find_chat(chat).await?;
        let found = found.filter(|chat| chat.service == *holder.service());
        Ok(found.ok_or(Refusal::NoSuch("chat"))?)
    }

    async fn made_before(
        &mut self,
        holder: &KeyHolder,
        once: Option<&Once>,
    ) -> Result<Option<u64>, DeskError> {
        let Some(once) = once else {
            return Ok(None);
        };
        let visible = once.name.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if !(1..=MAX_ONCE).contains(&once.name.len()) || !visible {
            let why = format!("1 to {MAX_ONCE} characters of ASCII");
            return Err(Refusal::invalid("Idempotency-Key", why).into());
        }
        let since = self.now - REMEMBERED;
        let found = self
            .tx
            .find_answered(&holder.key, &once.name, since)
            .await?;
        match found {
            Some(found) if found.request != once.request => Err(Refusal::invalid(
                "Idempotency-Key",
                "another one: this was sent with another request",
            )
            .into()),
            Some(found) => Ok(found.made.parse().ok()),
            None => Ok(None),
        }
    }

    async fn remember(
        &mut self,
        holder: &KeyHolder,
        once: Option<&Once>,
        made: u64,
    ) -> Result<(), StoreError> {
        let Some(once) = once else {
            return Ok(());
        };
        let answered = Answered {
            request: once.request.clone(),
            made: made.to_string(),
        };
        let (now, since) = (self.now, self.now - REMEMBERED);
        self.tx
            .save_answered(&holder.key, &once.name, &answered, now, since)
            .await
    }

    pub(super) async fn note_program(
        &mut self,
        holder: &KeyHolder,
        what: &str,
        subject: String,
        new: Option<String>,
    ) -> Result<(), StoreError> {
        self.tx
            .insert_audit(&AuditEntry {
                at: self.now,
                service: Some(holder.service().clone()),
                actor: holder.actor(),
                what: what.into(),
                subject: Some(subject),
                old: None,
                new,
            })
            .await
    }
}

fn with_tags(field: &str, mut tags: Tags, words: &[String]) -> Result<Tags, Refusal> {
    check_count(field, words)?;
    for word in words {
        let added = Tag::new(word).and_then(|tag| tags.add(tag));
        added.map_err(|wrong| wrong_tag(field, &wrong))?;
    }
    Ok(tags)
}

fn check_count(field: &str, words: &[String]) -> Result<(), Refusal> {
    match words.len() <= MAX_TAGS {
        true => Ok(()),
        false => Err(Refusal::invalid(field, format!("at most {MAX_TAGS} tags"))),
    }
}

fn wrong_tag(field: &str, wrong: &WrongTag) -> Refusal {
    let why = match wrong {
        WrongTag::Shape(_) => "tags of 1 to 40 letters, digits, - and _".to_owned(),
        WrongTag::Fixed(tag) => format!("{tag} says where a ticket came from, and stays as it is"),
        WrongTag::TooMany => format!("a ticket has at most {MAX_TAGS} tags"),
    };
    Refusal::invalid(field, why)
}

fn check_text(field: &str, text: &str) -> Result<(), Refusal> {
    match text.trim().is_empty() || text.chars().count() > MAX_TEXT {
        true => Err(Refusal::invalid(
            field,
            format!("1 to {MAX_TEXT} characters"),
        )),
        false => Ok(()),
    }
}
