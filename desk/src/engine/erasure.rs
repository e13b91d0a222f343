//! Erasing one person: at once in our own store, as fast as the homeserver goes in its rooms.

use std::time::Duration;

use super::{Engine, Person, Work};
use crate::{
    apikey::KeyHolder,
    audit::AuditEntry,
    chat::Chat,
    customer::Customer,
    deadlines::Deadline,
    effect::{Effect, Notice, Queued, Room},
    event::ClosedBy,
    ids::{AgentId, ChatId, CustomerId, EventId, RoomId, ServiceSlug},
    ports::StoreError,
    refusal::{DeskError, Refusal},
    webhook::Happening,
};

/// How many chats are erased in one commit, and how long after the next are.
const BATCH: u32 = 20;
const PAUSE: Duration = Duration::from_secs(1);
/// How many events one effect hides.
const EVENTS: usize = 100;
/// Who did it, in the audit log.
const ACTOR: &str = "helproom";

impl Engine {
    /// Begins to erase the person; beginning again is fine. How far it came is on record.
    pub async fn program_erases(
        &self,
        holder: &KeyHolder,
        person: &Person,
    ) -> Result<(), DeskError> {
        let mut work = self.begin().await?;
        let service = holder.service().clone();
        let person = work.find_person(&service, person).await?;
        let person = person.ok_or(Refusal::NoSuch("customer"))?;
        work.note_program(holder, "customer.erase", person.on_record(), None)
            .await?;
        work.erase_person(&service, &person).await?;
        Ok(work.commit().await?)
    }

    /// Something of the customer was erased at the homeserver. After the last of it that is on
    /// record.
    pub async fn erased(
        &self,
        head: &Queued,
        service: &ServiceSlug,
        customer: &CustomerId,
    ) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        work.tx.dequeue(&head.id).await?;
        work.conclude_erasure(service, customer).await?;
        work.commit().await
    }
}

impl Work<'_> {
    async fn erase_person(
        &mut self,
        service: &ServiceSlug,
        person: &Person,
    ) -> Result<(), StoreError> {
        let id = person.customer.as_ref().map(|customer| &customer.id);
        let email = person.email.as_deref();
        self.erase_tickets(service, id, email).await?;
        match &person.customer {
            Some(customer) => self.erase_chats(customer).await?,
            None => {
                self.note_erased(service, "known by an address alone")
                    .await?;
                self.enqueue(Effect::Scrub).await?;
            }
        }
        Ok(())
    }

    async fn erase_tickets(
        &mut self,
        service: &ServiceSlug,
        id: Option<&CustomerId>,
        email: Option<&str>,
    ) -> Result<(), StoreError> {
        for number in self.tx.tickets_by(service, id, email).await? {
            self.erase_ticket(service, number).await?;
        }
        Ok(())
    }

    async fn erase_ticket(&mut self, service: &ServiceSlug, number: u64) -> Result<(), StoreError> {
        let found = self.tx.find_ticket(service, number).await?;
        if let Some(origin) = found.and_then(|ticket| ticket.origin) {
            self.hide_repetitions(&origin.chat, None).await?;
        }
        let consent = format!("ticket:{service}:{number}");
        self.tx.forget_consent(service, &consent).await?;
        self.tx.empty_ticket(service, number).await
    }

    /// What repeats tickets of the chat in our rooms. Before any chat of the customer is deleted:
    /// its room must be known.
    async fn hide_repetitions(
        &mut self,
        chat: &ChatId,
        whom: Option<&CustomerId>,
    ) -> Result<(), StoreError> {
        for (room, event) in self.tx.take_repetitions(chat, true).await? {
            let found = match &room {
                Room::Portal(of) => self.tx.find_chat(of).await?,
                Room::Desk(_) => None,
            };
            let effect = match found.map(|found| (found.room.clone(), found)) {
                Some((Some(room), found)) => Effect::EraseEvents {
                    room,
                    chat: found.id,
                    service: found.service,
                    customer: whom.cloned().unwrap_or(found.customer),
                    events: vec![event],
                },
                _ => Effect::Redact { room, event },
            };
            self.put(effect).await?;
        }
        Ok(())
    }

    /// A batch of the customer's chats; after the last, the customer.
    pub(super) async fn erase_chats(&mut self, customer: &Customer) -> Result<(), StoreError> {
        let nobody = Customer::nobody(&customer.service, &customer.id);
        self.tx.save_customer(&nobody).await?;
        let chats = self.tx.chats_by(&customer.id, BATCH).await?;
        for chat in &chats {
            self.hide_repetitions(&chat.id, Some(&customer.id)).await?;
        }
        for chat in chats {
            self.erase_chat(chat).await?;
        }
        self.enqueue(Effect::Scrub).await?;
        match self.tx.delete_lone_customer(&customer.id).await? {
            true => self.conclude_erasure(&customer.service, &customer.id).await,
            false => {
                let next = Deadline::Erasure(customer.id.clone());
                self.moves = true;
                self.tx.set_deadline(&next, self.now + PAUSE).await
            }
        }
    }

    /// What is left of it is erased now, with tickets that were made of it meanwhile.
    pub(super) async fn go_on_erasing(&mut self, id: &CustomerId) -> Result<(), StoreError> {
        let Some(customer) = self.tx.find_customer(id).await? else {
            return Ok(());
        };
        self.erase_tickets(&customer.service, Some(id), None)
            .await?;
        self.erase_chats(&customer).await
    }

    async fn erase_chat(&mut self, mut chat: Chat) -> Result<(), StoreError> {
        // Whoever had it has a free slot, and who waited behind it moves up.
        let by = AgentId::new(ACTOR);
        self.close(&mut chat, ClosedBy::Agent, Notice::AgentEnded { agent: by })
            .await?;
        for event in self.tx.events_in_desk(&chat.id).await? {
            let room = Room::Desk(chat.service.clone());
            self.put(Effect::Redact { room, event }).await?;
        }
        let hidden = self.tx.events_in_portal(&chat.id).await?;
        self.erase_all_of(&chat).await?;
        let consent = format!("chat:{}", chat.id);
        self.tx.forget_consent(&chat.service, &consent).await?;
        self.tx.drop_listing(&chat.id).await?;
        self.tx.delete_chat(&chat.id).await?;
        match chat.room.clone() {
            Some(room) => self.erase_room(&chat, room, &hidden).await,
            None => Ok(()),
        }
    }

    /// In the lane of the chat: what is under way there ends before.
    async fn erase_room(
        &mut self,
        chat: &Chat,
        room: RoomId,
        hidden: &[EventId],
    ) -> Result<(), StoreError> {
        for events in hidden.chunks(EVENTS) {
            self.put(Effect::EraseEvents {
                room: room.clone(),
                chat: chat.id.clone(),
                service: chat.service.clone(),
                customer: chat.customer.clone(),
                events: events.to_vec(),
            })
            .await?;
        }
        self.put(Effect::EmptyErased {
            room,
            chat: chat.id.clone(),
            service: chat.service.clone(),
            customer: chat.customer.clone(),
        })
        .await
    }

    /// On record when nothing of the customer is left anywhere.
    pub(super) async fn conclude_erasure(
        &mut self,
        service: &ServiceSlug,
        customer: &CustomerId,
    ) -> Result<(), StoreError> {
        let is_left = self.tx.find_customer(customer).await?.is_some();
        if is_left || self.tx.is_being_erased(customer).await? {
            return Ok(());
        }
        self.note_erased(service, customer.as_str()).await?;
        let erased = Happening::CustomerErased {
            customer: customer.clone(),
        };
        self.publish(service, erased).await
    }

    pub(super) async fn note_erased(
        &mut self,
        service: &ServiceSlug,
        whom: &str,
    ) -> Result<(), StoreError> {
        self.note_erasure(service, "customer.erased", whom).await
    }

    pub(super) async fn note_erasure(
        &mut self,
        service: &ServiceSlug,
        what: &str,
        whom: &str,
    ) -> Result<(), StoreError> {
        self.tx
            .insert_audit(&AuditEntry {
                at: self.now,
                service: Some(service.clone()),
                actor: AgentId::new(ACTOR),
                what: what.into(),
                subject: Some(format!("customer {whom}")),
                old: None,
                new: None,
            })
            .await
    }
}
