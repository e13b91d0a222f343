//! How each effect is delivered, from what is stored at that moment.

use std::slice;

use super::{Dispatcher, Failure, masking::key_for};
use crate::{
    attachment::{Attached, Attachment},
    chat::{Chat, ChatState},
    command::Language,
    customer::Customer,
    effect::{Effect, Queued, Room},
    ids::{AgentId, ChatId, MediaId, MessageId, RoomId, ServiceSlug},
    permission::Permission,
    ports::{DeliveryError, Ghost, PortalPlan, Said},
    service::Service,
    texts,
};

impl Dispatcher {
    pub(super) async fn deliver(&self, head: &Queued) -> Result<(), Failure> {
        match &head.effect {
            Effect::OpenPortal { chat } => {
                let (chat, customer) = self.chat(chat).await?;
                let service = self.service(&chat.service).await?;
                let plan = PortalPlan {
                    name: texts::portal_name(&chat, &customer),
                    topic: texts::portal_topic(&chat, &service),
                    ghost: customer.ghost(&self.bot),
                    chat: chat.id.clone(),
                    space: self.engine.store().space(&chat.service).await?,
                    powers: self.powers(&chat.service).await?,
                };
                let room = self.homeserver.open_portal(&plan).await?;
                let opened = self.engine.portal_opened(head, &chat.id, room.clone());
                if !opened.await? {
                    // Its customer was erased while it was made.
                    self.empty_erased(&room, &chat.id, &chat.service, &customer.id)
                        .await?;
                }
                Ok(())
            }
            Effect::Invite { chat, agent } => {
                let (chat, _) = self.chat(chat).await?;
                // An offer that was taken back meanwhile invites nobody.
                if chat.state.holder() != Some(agent) {
                    return self.done(head).await;
                }
                self.homeserver.invite(&portal(&chat)?, agent).await?;
                Ok(self.engine.invited(head, &chat.id, agent).await?)
            }
            Effect::Announce { chat, agent } => {
                let (chat, customer) = self.chat(chat).await?;
                // Who has taken it at the console need not be called.
                let is_offered =
                    matches!(&chat.state, ChatState::Offered { agent: to, .. } if to == agent);
                if !is_offered {
                    return self.done(head).await;
                }
                let language = self.language(&chat.service).await?;
                let text = match &chat.handling.handed_over_by {
                    Some(by) => texts::routing::handed(language, &chat, &customer, by, agent),
                    None => texts::offer(language, &chat, &customer),
                };
                self.ring(head, &chat, slice::from_ref(agent), &text).await
            }
            Effect::Call { chat, agents } => {
                let (chat, customer) = self.chat(chat).await?;
                if chat.state != ChatState::Waiting {
                    return self.done(head).await;
                }
                let language = self.language(&chat.service).await?;
                let text = texts::routing::call(language, &chat, &customer);
                self.ring(head, &chat, agents, &text).await
            }
            Effect::Bring { chat, agent, by } => {
                let (chat, customer) = self.chat(chat).await?;
                if chat.state.is_closed() {
                    return self.done(head).await;
                }
                self.homeserver.invite(&portal(&chat)?, agent).await?;
                let Some(by) = by else {
                    return self.done(head).await;
                };
                let language = self.language(&chat.service).await?;
                let text = texts::routing::brought(language, &chat, &customer, by);
                self.ring(head, &chat, slice::from_ref(agent), &text).await
            }
            Effect::Remove { chat, agent } => {
                let (chat, _) = self.chat(chat).await?;
                // It may have got the permission back meanwhile.
                if !self.may_be_in(&chat, agent).await? {
                    let reason = texts::routing::removal(self.language(&chat.service).await?);
                    self.homeserver
                        .remove(&portal(&chat)?, agent, reason)
                        .await?;
                }
                self.done(head).await
            }
            Effect::Withdraw { chat, agent } => {
                let (chat, _) = self.chat(chat).await?;
                if chat.state.holder() != Some(agent) {
                    self.homeserver.withdraw(&portal(&chat)?, agent).await?;
                }
                self.done(head).await
            }
            Effect::Say { chat, message } => self.say(head, chat, message).await,
            Effect::Notify { chat, notice } => {
                let (chat, _) = self.chat(chat).await?;
                let text = texts::notice(self.language(&chat.service).await?, notice);
                let event = self
                    .homeserver
                    .notify(&portal(&chat)?, &text, &head.id)
                    .await?;
                match notice.is_free() {
                    true => Ok(self.engine.noticed(head, &chat.id, &event).await?),
                    false => self.done(head).await,
                }
            }
            Effect::Answer {
                room,
                command,
                text,
            } => {
                let room = self.room(room).await?;
                self.homeserver
                    .answer(&room, command, text, &head.id)
                    .await?;
                self.done(head).await
            }
            Effect::Tick { room, command } => {
                let room = self.room(room).await?;
                self.homeserver
                    .react(&room, command, texts::TICK, &head.id)
                    .await?;
                self.done(head).await
            }
            Effect::Rename { chat } => {
                let (chat, customer) = self.chat(chat).await?;
                self.homeserver
                    .rename(&portal(&chat)?, &texts::portal_name(&chat, &customer))
                    .await?;
                self.done(head).await
            }
            Effect::OpenDesk { service } => self.open_desk(head, service).await,
            Effect::OpenSpace { service } => self.open_space(head, service).await,
            Effect::InviteToDesk { service, agent } => {
                let desk = self.desk(service).await?;
                self.invite_to(head, service, &desk, agent).await
            }
            Effect::TellRating { .. }
            | Effect::Link { .. }
            | Effect::SayAs { .. }
            | Effect::Introduce { .. }
            | Effect::MailTranscript { .. }
            | Effect::EraseEvents { .. }
            | Effect::EmptyErased { .. }
            | Effect::EmptyRoom { .. } => self.deliver_care(head).await,
            Effect::TellTickets { .. }
            | Effect::TellAssignee { .. }
            | Effect::MailReply { .. }
            | Effect::MailReceipt { .. } => self.deliver_tickets(head).await,
            Effect::Replace { .. }
            | Effect::Redact { .. }
            | Effect::Suggest { .. }
            | Effect::TakeBack { .. }
            | Effect::EraseMedia { .. }
            | Effect::Scrub => self.deliver_masking(head).await,
            Effect::Reveal { .. } | Effect::Conceal { .. } | Effect::Alarm { .. } => {
                self.deliver_revealing(head).await
            }
            Effect::InviteToSpace { service, agent } => {
                let space = self.space(service).await?;
                self.invite_to(head, service, &space, agent).await
            }
            Effect::Dismiss { service, agent } => self.dismiss(head, service, agent).await,
            Effect::Empower { service } => self.empower(head, service).await,
            Effect::NameRooms { service } => self.name_rooms(head, service).await,
            Effect::List { chat } => self.list(head, chat).await,
            Effect::Unknown => Err(missing("kind of effect in this release").into()),
            Effect::NotifyDesk { service, notice } => {
                let desk = self.desk(service).await?;
                let text = texts::notice(self.language(service).await?, notice);
                self.homeserver.notify(&desk, &text, &head.id).await?;
                self.done(head).await
            }
        }
    }

    async fn say(&self, head: &Queued, chat: &ChatId, message: &MessageId) -> Result<(), Failure> {
        let words = self.engine.store().words(message).await?;
        let words = words.ok_or_else(|| missing("message"))?;
        let room = words.portal.ok_or_else(|| missing("portal"))?;
        let ghost = words.customer.ghost(&self.bot);
        let event = match words.attachment {
            Some(file) => {
                let media = self.upload(chat, message, &ghost, &file).await?;
                let attached = Attached { file, media };
                self.homeserver
                    .attach(&room, &ghost, &attached, words.at, &head.id)
                    .await?
            }
            None => {
                let said = Said {
                    text: &words.text,
                    reply_to: words.reply_to.as_ref(),
                    at: words.at,
                };
                self.homeserver.say(&room, &ghost, &said, &head.id).await?
            }
        };
        if !self.engine.said(head, message, &event).await? {
            // Its customer was erased while it was on its way.
            self.homeserver
                .redact(
                    &room,
                    &event,
                    texts::masking::ERASED,
                    &key_for(head, &event),
                )
                .await?;
        }
        Ok(())
    }

    /// Where the homeserver keeps the file, which is uploaded now or was before.
    async fn upload(
        &self,
        chat: &ChatId,
        message: &MessageId,
        ghost: &Ghost,
        file: &Attachment,
    ) -> Result<MediaId, Failure> {
        let stored = self.engine.store().file(chat, message).await?;
        let stored = stored.ok_or_else(|| missing("file"))?;
        if let Some(media) = stored.media {
            return Ok(media);
        }
        let bytes = stored.bytes.ok_or_else(|| missing("file"))?;
        let (chat, _) = self.chat(chat).await?;
        let media = self.homeserver.upload(ghost, file, bytes).await?;
        self.engine.uploaded(&chat, message, &media).await?;
        Ok(media)
    }

    pub(super) async fn chat(&self, chat: &ChatId) -> Result<(Chat, Customer), Failure> {
        let store = self.engine.store();
        let chat = store.chat(chat).await?.ok_or_else(|| missing("chat"))?;
        let customer = store
            .customer(&chat.customer)
            .await?
            .ok_or_else(|| missing("customer"))?;
        Ok((chat, customer))
    }

    pub(super) async fn service(&self, slug: &ServiceSlug) -> Result<Service, Failure> {
        let found = self.engine.store().service(slug).await?;
        Ok(found.ok_or_else(|| missing("service"))?)
    }

    /// In which the rooms of the service are spoken to.
    pub(super) async fn language(&self, slug: &ServiceSlug) -> Result<Language, Failure> {
        Ok(self.service(slug).await?.settings.language)
    }

    /// The message that rings in the desk room. A reaction to it means the chat.
    async fn ring(
        &self,
        head: &Queued,
        chat: &Chat,
        agents: &[AgentId],
        text: &str,
    ) -> Result<(), Failure> {
        let (desk, link) = (self.desk(&chat.service).await?, portal(chat)?);
        let event = self
            .homeserver
            .mention(&desk, agents, text, &link, &head.id)
            .await?;
        Ok(self.engine.announced(head, &chat.id, &event).await?)
    }

    async fn may_be_in(&self, chat: &Chat, agent: &AgentId) -> Result<bool, Failure> {
        let agents = self.engine.store().agents(&chat.service).await?;
        let found = agents.iter().find(|found| found.agent.id == *agent);
        Ok(self.engine.is_admin(agent)
            || found.is_some_and(|found| {
                let held = &found.agent.permissions;
                held.holds(Permission::Chat) || held.holds(Permission::Supervise)
            }))
    }

    pub(super) async fn room(&self, room: &Room) -> Result<RoomId, Failure> {
        match room {
            Room::Portal(chat) => portal(&self.chat(chat).await?.0),
            Room::Desk(service) => self.desk(service).await,
        }
    }

    pub(super) async fn desk(&self, service: &ServiceSlug) -> Result<RoomId, Failure> {
        Ok(self
            .engine
            .store()
            .desk_room(service)
            .await?
            .ok_or_else(|| missing("desk room"))?)
    }

    pub(super) async fn done(&self, head: &Queued) -> Result<(), Failure> {
        Ok(self.engine.delivered(head).await?)
    }
}

pub(super) fn portal(chat: &Chat) -> Result<RoomId, Failure> {
    Ok(chat.room.clone().ok_or_else(|| missing("portal"))?)
}

/// What an effect is about is gone: it can never be delivered.
pub(super) fn missing(what: &str) -> DeliveryError {
    DeliveryError::Never {
        reason: format!("there is no such {what}"),
    }
}
