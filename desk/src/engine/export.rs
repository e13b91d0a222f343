//! All that is held of one person, in one document, masked as it is.

use serde_json::{Value, json};

use super::{Engine, Work};
use crate::{
    apikey::KeyHolder,
    audit::AuditQuery,
    chat::Chat,
    customer::{Customer, check_email},
    event::ChatEvent,
    ids::{CustomerId, ServiceSlug},
    ports::StoreError,
    refusal::DeskError,
    store::{Consented, Known},
    ticket::Ticket,
};

/// What an id begins with that is an address: of somebody who left inquiries and never chatted.
const BY_MAIL: &str = "mail:";
/// The most of each that a document holds.
const CHATS: u32 = 10_000;
const LINES: u32 = 100_000;
const FOUND: u32 = 100;

/// Whom the desk knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// `mail:` and the address: it has no chat.
    pub id: String,
    pub customer: Option<Customer>,
    pub email: Option<String>,
}

impl Person {
    fn customer_id(&self) -> Option<&CustomerId> {
        self.customer.as_ref().map(|customer| &customer.id)
    }

    /// As the audit log names it: never by an address.
    pub fn on_record(&self) -> String {
        match &self.customer {
            Some(customer) => format!("customer {}", customer.id),
            None => "customer known by an address alone".into(),
        }
    }
}

impl Engine {
    /// Customers, or else who left inquiries with this address.
    pub async fn people(
        &self,
        service: &ServiceSlug,
        known: &Known,
    ) -> Result<Vec<Person>, StoreError> {
        let found = self.store.customers(service, known, FOUND).await?;
        let mut people: Vec<Person> = found.into_iter().map(person).collect();
        if let (Known::ByEmail(email), true) = (known, people.is_empty()) {
            people.extend(self.inquirer(service, email).await?);
        }
        Ok(people)
    }

    /// Of this service.
    pub async fn person(
        &self,
        service: &ServiceSlug,
        id: &str,
    ) -> Result<Option<Person>, StoreError> {
        if let Some(email) = id.strip_prefix(BY_MAIL) {
            return self.inquirer(service, email).await;
        }
        let found = self.store.customer(&CustomerId::new(id)).await?;
        Ok(found
            .filter(|customer| customer.service == *service)
            .map(person))
    }

    async fn inquirer(
        &self,
        service: &ServiceSlug,
        email: &str,
    ) -> Result<Option<Person>, StoreError> {
        let Ok(Some(email)) = check_email("email", Some(email)) else {
            return Ok(None);
        };
        let tickets = self.store.tickets_of_person(service, None, Some(&email));
        let is_known = !tickets.await?.is_empty();
        Ok(is_known.then(|| Person {
            id: format!("{BY_MAIL}{email}"),
            customer: None,
            email: Some(email),
        }))
    }

    /// The document, asked for by a program: that it was is on record.
    pub async fn program_exports(
        &self,
        holder: &KeyHolder,
        person: &Person,
    ) -> Result<Value, DeskError> {
        let document = self.export(holder.service(), person).await?;
        let mut work = self.begin().await?;
        work.note_program(holder, "customer.export", person.on_record(), None)
            .await?;
        work.commit().await?;
        Ok(document)
    }

    pub async fn export(
        &self,
        service: &ServiceSlug,
        person: &Person,
    ) -> Result<Value, StoreError> {
        let (customer, email) = (person.customer_id(), person.email.as_deref());
        let mut chats = Vec::new();
        let mut consents = Vec::new();
        if let Some(id) = customer {
            for chat in self.store.chats_of(id, CHATS).await? {
                let subject = format!("chat:{}", chat.id);
                consents.extend(self.store.consents_of(service, &subject).await?);
                chats.push(self.exported_chat(&chat).await?);
            }
        }
        let mut tickets = Vec::new();
        let numbers = self.store.tickets_of_person(service, customer, email);
        for number in numbers.await? {
            let subject = format!("ticket:{service}:{number}");
            consents.extend(self.store.consents_of(service, &subject).await?);
            if let Some(ticket) = self.store.ticket(service, number).await? {
                tickets.push(self.exported_ticket(&ticket).await?);
            }
        }
        let since = match customer {
            Some(id) => self.store.customer_since(id).await?,
            None => None,
        };
        let known = person.customer.as_ref();
        Ok(json!({
            "exported_at": self.clock.now().to_rfc3339(),
            "service": service.as_str(),
            "customer": {
                "id": customer.map(CustomerId::as_str),
                "name": known.and_then(|it| it.name.as_deref()),
                "email": email,
                "subject": known.and_then(|it| it.subject.as_deref()),
                "since": since.map(|at| at.to_rfc3339()),
            },
            "consents": consents.iter().map(consent).collect::<Vec<_>>(),
            "chats": chats,
            "tickets": tickets,
            "audit": self.exported_audit(service, customer).await?,
        }))
    }

    async fn exported_chat(&self, chat: &Chat) -> Result<Value, StoreError> {
        let record = self.whole_record(&chat.id).await?;
        let rating = self.store.rating(&chat.id).await?;
        let given = rating.and_then(|rating| rating.given);
        let mails = self.store.mails_asked(&chat.id).await?;
        let page = chat.page.as_ref();
        Ok(json!({
            "id": chat.id.as_str(),
            "number": chat.number,
            "state": chat.state.as_str(),
            "room": chat.room.as_ref().map(|room| room.as_str()),
            "locale": chat.locale,
            "page": page.map(|page| json!({ "url": page.url, "title": page.title })),
            "fields": chat.fields,
            "started_at": chat.created_at.to_rfc3339(),
            "events": record.iter().map(event).collect::<Vec<_>>(),
            "rating": given.map(|given| json!({
                "score": given.score, "comment": given.comment, "at": given.at.to_rfc3339(),
            })),
            "transcripts_mailed": mails.iter().map(|(at, email)| json!({
                "at": at.to_rfc3339(), "email": email,
            })).collect::<Vec<_>>(),
        }))
    }

    async fn exported_ticket(&self, ticket: &Ticket) -> Result<Value, StoreError> {
        let (service, number) = (&ticket.service, ticket.number);
        let comments = self.store.comments_of(service, number, LINES).await?;
        let changes = self.store.changes_of(service, number, LINES).await?;
        let conversation = self.store.conversation(service, number, LINES).await?;
        let tags: Vec<&str> = ticket.tags.iter().map(|tag| tag.as_str()).collect();
        Ok(json!({
            "number": number,
            "subject": ticket.subject,
            "description": ticket.description,
            "status": ticket.status.as_str(),
            "priority": ticket.priority.as_str(),
            "tags": tags,
            "name": ticket.name,
            "email": ticket.email,
            "chat": ticket.origin.as_ref().map(|origin| origin.chat.as_str()),
            "created_at": ticket.created_at.to_rfc3339(),
            "changed_at": ticket.changed_at.to_rfc3339(),
            "comments": comments.iter().map(|comment| json!({
                "number": comment.number, "by": comment.name, "text": comment.text,
                "public": comment.public, "at": comment.at.to_rfc3339(),
            })).collect::<Vec<_>>(),
            "changes": changes.iter().map(|change| json!({
                "field": change.field.as_str(), "old": change.old, "new": change.new,
                "at": change.at.to_rfc3339(),
            })).collect::<Vec<_>>(),
            "conversation": conversation.iter().map(event).collect::<Vec<_>>(),
        }))
    }

    async fn exported_audit(
        &self,
        service: &ServiceSlug,
        customer: Option<&CustomerId>,
    ) -> Result<Vec<Value>, StoreError> {
        let Some(customer) = customer else {
            return Ok(Vec::new());
        };
        let query = AuditQuery {
            service: service.clone(),
            person: None,
            about: None,
            word: Some(customer.to_string()),
            since: None,
            limit: LINES,
        };
        let found = self.store.audit_page(&query, None).await?;
        let lines = found.into_iter().map(|(_, entry)| {
            json!({
                "at": entry.at.to_rfc3339(), "who": entry.actor.as_str(), "what": entry.what,
                "subject": entry.subject, "old": entry.old, "new": entry.new,
            })
        });
        Ok(lines.collect())
    }
}

impl Work<'_> {
    /// As it is stored now.
    pub(super) async fn find_person(
        &mut self,
        service: &ServiceSlug,
        person: &Person,
    ) -> Result<Option<Person>, StoreError> {
        let Some(id) = person.customer_id() else {
            return Ok(Some(person.clone()));
        };
        let found = self.tx.find_customer(id).await?;
        let found = found.filter(|customer| customer.service == *service);
        Ok(found.map(self::person))
    }
}

fn person(customer: Customer) -> Person {
    Person {
        id: customer.id.to_string(),
        email: customer.email.clone(),
        customer: Some(customer),
    }
}

fn consent(consent: &Consented) -> Value {
    json!({
        "for": consent.subject, "version": consent.version, "text_hash": consent.text_hash,
        "at": consent.at.to_rfc3339(),
    })
}

/// As it is kept.
fn event(event: &ChatEvent) -> Value {
    let what = serde_json::to_value(&event.what).unwrap_or_default();
    json!({ "seq": event.seq, "at": event.at.to_rfc3339(), "what": what })
}
