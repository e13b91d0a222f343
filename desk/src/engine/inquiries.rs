//! The *Contact Us* form: an inquiry is a ticket its customer makes.

use std::time::Duration;

use super::{Engine, Work, masking::cleaned};
use crate::{
    chat::MAX_MESSAGE,
    customer::{MAX_NAME, check_email, check_line},
    effect::{Effect, Notice},
    ids::ServiceSlug,
    ports::StoreError,
    refusal::{DeskError, Refusal},
    service::Service,
    ticket::{MAX_SUBJECT, Priority, Status, TAG_INQUIRY, Tags, Ticket},
};

/// So many inquiries name one address within so long. Who sends more is refused: each is confirmed
/// by mail, and nobody shall fill a stranger's mailbox.
const FROM_ONE_ADDRESS: u64 = 5;
const WITHIN: Duration = Duration::from_secs(3600);

/// The *Contact Us* form.
#[derive(Clone, Debug)]
pub struct Inquiry {
    pub service: ServiceSlug,
    pub consent: Option<String>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub subject: String,
    pub message: String,
}

impl Engine {
    pub async fn inquire(&self, inquiry: Inquiry) -> Result<u64, DeskError> {
        let name = check_line("name", inquiry.name.as_deref(), MAX_NAME)?;
        let email = check_email("email", inquiry.email.as_deref())?
            .ok_or_else(|| Refusal::invalid("email", "an e-mail address, so that we can answer"))?;
        let subject = check_line("subject", Some(&inquiry.subject), MAX_SUBJECT)?
            .ok_or_else(|| Refusal::invalid("subject", "a few words on what it is about"))?;
        if inquiry.message.trim().is_empty() || inquiry.message.chars().count() > MAX_MESSAGE {
            return Err(
                Refusal::invalid("message", format!("1 to {MAX_MESSAGE} characters")).into(),
            );
        }
        let mut work = self.begin().await?;
        let service = work
            .tx
            .find_service(&inquiry.service)
            .await?
            .ok_or(Refusal::NoSuchService)?;
        if !service.settings.contact {
            return Err(Refusal::ContactDisabled.into());
        }
        let consent = &service.settings.consent;
        consent.check(inquiry.consent.as_deref())?;
        let since = work.now - WITHIN;
        let slug = &service.slug;
        if work.tx.count_tickets_since(slug, &email, since).await? >= FROM_ONE_ADDRESS {
            return Err(Refusal::TooManyInquiries.into());
        }
        let clean = |text: String| cleaned(self, &service.settings, text);
        let mut ticket = Ticket {
            service: inquiry.service,
            number: 0,
            subject: clean(subject),
            description: clean(inquiry.message),
            status: Status::default(),
            priority: Priority::default(),
            assignee: None,
            tags: Tags::from_origin(TAG_INQUIRY),
            name: name.map(clean),
            email: Some(email),
            origin: None,
            made_by: None,
            created_at: work.now,
            changed_at: work.now,
        };
        work.tx.insert_ticket(&mut ticket).await?;
        work.publish_ticket(&ticket).await?;
        work.follow(&service, &ticket).await?;
        work.commit().await?;
        Ok(ticket.number)
    }
}

impl Work<'_> {
    /// What a new inquiry brings with it.
    async fn follow(&mut self, service: &Service, ticket: &Ticket) -> Result<(), StoreError> {
        let subject = format!("ticket:{}:{}", service.slug, ticket.number);
        let consent = &service.settings.consent;
        self.tx
            .insert_consent(
                &service.slug,
                &subject,
                &consent.version,
                &consent.text_hash(),
                self.now,
            )
            .await?;
        self.enqueue(Effect::NotifyDesk {
            service: service.slug.clone(),
            notice: Notice::NewInquiry {
                ticket: ticket.number,
            },
        })
        .await?;
        if self.engine.sends_mail {
            self.enqueue(Effect::MailReceipt {
                service: service.slug.clone(),
                ticket: ticket.number,
            })
            .await?;
        }
        Ok(())
    }
}
