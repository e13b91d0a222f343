//! What the desk sends, put into Matrix. Everything here may be repeated: messages carry the
//! effect's id as `txnId` together with a device, so the homeserver knows a repeat even after a
//! restart; memberships and names are looked at before they are changed.

use std::{future::Future, sync::Arc, time::Duration};

use async_trait::async_trait;
use http::StatusCode;
use ruma::{
    MilliSecondsSinceUnixEpoch, OwnedUserId, RoomId, UInt, UserId,
    api::client::{
        media::create_content,
        membership::kick_user,
        message::send_message_event,
        presence::{get_presence, set_presence},
        receipt::create_receipt,
        redact::redact_event,
        state::{get_state_event_for_key, send_state_event},
        typing::create_typing_event::{
            self,
            v3::{Typing, TypingInfo},
        },
    },
    events::{
        EmptyStateKey, MessageLikeEventContent, StateEventType, reaction::ReactionEventContent,
        relation::Annotation, room::name::RoomNameEventContent,
    },
    presence::PresenceState,
};

use desk::{
    agent::Presence,
    attachment::{Attached, Attachment},
    ids::{self, AgentId, EffectId, EventId, MediaId, Timestamp},
    ports::{DeliveryError, Ghost, Homeserver, PortalPlan, Replacement, Said, ServiceRoomPlan},
    power::Powers,
};

use crate::{
    client::{As, Client},
    content,
    error::CallError,
    ghosts::{Ghosts, register},
    namespace::Namespace,
    portal::{PortalSettings, RoomPlan, Rooms},
    space::Hand,
};

/// How long agents see that a customer types, unless it is told again.
const SHOWN_TYPING: Duration = Duration::from_secs(30);

pub struct Outbound {
    pub(crate) client: Arc<Client>,
    pub(crate) namespace: Namespace,
    pub(crate) bot: OwnedUserId,
    ghosts: Ghosts,
    rooms: Rooms,
}

/// What a message is sent as.
struct Voice<'a> {
    user: &'a UserId,
    at: Option<Timestamp>,
    key: &'a EffectId,
}

impl Outbound {
    /// `device` is the one device of the bot and of each ghost.
    pub fn new(
        client: Arc<Client>,
        namespace: Namespace,
        device: &str,
        portals: PortalSettings,
    ) -> Result<Self, ruma::IdParseError> {
        let bot = namespace.bot_id()?;
        let rooms = Rooms::new(portals, bot.clone());
        Ok(Self {
            client,
            namespace,
            bot,
            ghosts: Ghosts::new(device.into()),
            rooms,
        })
    }

    /// Makes sure that the bot exists.
    pub async fn register_bot(&self) -> Result<(), DeliveryError> {
        register(&self.client, &self.namespace.bot).await?;
        Ok(self.ghosts.make_device(&self.client, &self.bot).await?)
    }

    async fn send(
        &self,
        voice: Voice<'_>,
        room: &RoomId,
        content: &impl MessageLikeEventContent,
    ) -> Result<EventId, CallError> {
        let mut request = send_message_event::v3::Request::new(
            room.to_owned(),
            voice.key.as_str().into(),
            content,
        )
        .map_err(CallError::malformed)?;
        request.timestamp = voice
            .at
            .and_then(|at| UInt::try_from(at.as_millis()).ok())
            .map(MilliSecondsSinceUnixEpoch);
        let answer = self
            .client
            .call(As::Device(voice.user, self.ghosts.device()), request)
            .await?;
        Ok(EventId::new(answer.event_id.as_str()))
    }

    async fn send_as_bot(
        &self,
        room: &ids::RoomId,
        key: &EffectId,
        content: impl MessageLikeEventContent,
    ) -> Result<EventId, DeliveryError> {
        let room = content::room_id(room).map_err(CallError::malformed)?;
        Ok(self
            .send(
                Voice {
                    user: &self.bot,
                    at: None,
                    key,
                },
                &room,
                &content,
            )
            .await?)
    }

    async fn send_as_ghost(
        &self,
        room: &ids::RoomId,
        ghost: &Ghost,
        content: &impl MessageLikeEventContent,
        at: Timestamp,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError> {
        let room = content::room_id(room).map_err(CallError::malformed)?;
        let user = self
            .ghosts
            .ready(&self.client, &self.namespace, ghost)
            .await?;
        let voice = || Voice {
            user: &user,
            at: Some(at),
            key,
        };
        match self.send(voice(), &room, content).await {
            // Somebody took the ghost out of its own chat: it comes back.
            Err(error) if error.has_status(StatusCode::FORBIDDEN) => {
                self.rooms.bring_in(&self.client, &room, &user).await?;
                Ok(self.send(voice(), &room, content).await?)
            }
            answer => Ok(answer?),
        }
    }

    fn hand(&self) -> Hand<'_> {
        Hand {
            client: &self.client,
            namespace: &self.namespace,
            bot: &self.bot,
        }
    }

    /// `join`, `invite`, `leave` ..., or nothing when there never was any.
    pub(crate) async fn membership(
        &self,
        room: &RoomId,
        user: &UserId,
    ) -> Result<Option<String>, CallError> {
        let request = get_state_event_for_key::v3::Request::new(
            room.to_owned(),
            StateEventType::RoomMember,
            user.to_string(),
        );
        match self.client.call(As::User(&self.bot), request).await {
            Ok(answer) => {
                let content: serde_json::Value =
                    serde_json::from_str(answer.into_content().json().get())
                        .map_err(CallError::malformed)?;
                Ok(content
                    .get("membership")
                    .and_then(|membership| membership.as_str())
                    .map(str::to_owned))
            }
            Err(error) if error.has_status(StatusCode::NOT_FOUND) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn both(
    one: &ids::RoomId,
    other: &ids::RoomId,
) -> Result<(ruma::OwnedRoomId, ruma::OwnedRoomId), CallError> {
    let parse = |room| content::room_id(room).map_err(CallError::malformed);
    Ok((parse(one)?, parse(other)?))
}

fn parse(
    room: &ids::RoomId,
    agent: &AgentId,
) -> Result<(ruma::OwnedRoomId, OwnedUserId), CallError> {
    let room = content::room_id(room).map_err(CallError::malformed)?;
    let agent = UserId::parse(agent.as_str()).map_err(CallError::malformed)?;
    Ok((room, agent))
}

#[async_trait]
impl Homeserver for Outbound {
    async fn open_portal(&self, plan: &PortalPlan) -> Result<ids::RoomId, DeliveryError> {
        let ghost = self
            .ghosts
            .ready(&self.client, &self.namespace, &plan.ghost)
            .await?;
        let plan = RoomPlan {
            alias: portal_alias(&plan.chat),
            name: plan.name.clone(),
            topic: plan.topic.clone(),
            ghost: Some(ghost),
            is_space: false,
            space: match &plan.space {
                Some(space) => Some(content::room_id(space).map_err(CallError::malformed)?),
                None => None,
            },
            powers: plan.powers.clone(),
        };
        let room = self
            .rooms
            .open(&self.client, &self.namespace, &plan)
            .await?;
        Ok(ids::RoomId::new(room.as_str()))
    }

    async fn open_desk(&self, plan: &ServiceRoomPlan) -> Result<ids::RoomId, DeliveryError> {
        self.register_bot().await?;
        let plan = RoomPlan {
            alias: format!("{}_desk", plan.service),
            name: plan.name.clone(),
            topic: plan.topic.clone(),
            ghost: None,
            is_space: false,
            space: None,
            powers: plan.powers.clone(),
        };
        let room = self
            .rooms
            .open(&self.client, &self.namespace, &plan)
            .await?;
        Ok(ids::RoomId::new(room.as_str()))
    }

    async fn open_space(&self, plan: &ServiceRoomPlan) -> Result<ids::RoomId, DeliveryError> {
        let plan = RoomPlan {
            alias: format!("{}_space", plan.service),
            name: plan.name.clone(),
            topic: plan.topic.clone(),
            ghost: None,
            is_space: true,
            space: None,
            powers: plan.powers.clone(),
        };
        let room = self
            .rooms
            .open(&self.client, &self.namespace, &plan)
            .await?;
        Ok(ids::RoomId::new(room.as_str()))
    }

    async fn list(
        &self,
        space: &ids::RoomId,
        room: &ids::RoomId,
        order: &str,
    ) -> Result<(), DeliveryError> {
        let (space, room) = both(space, room)?;
        Ok(self.hand().list(&space, &room, order).await?)
    }

    async fn delist(&self, space: &ids::RoomId, room: &ids::RoomId) -> Result<(), DeliveryError> {
        let (space, room) = both(space, room)?;
        Ok(self.hand().delist(&space, &room).await?)
    }

    async fn empower(&self, room: &ids::RoomId, powers: &Powers) -> Result<(), DeliveryError> {
        let room = content::room_id(room).map_err(CallError::malformed)?;
        Ok(self.hand().empower(&room, powers).await?)
    }

    async fn describe(&self, room: &ids::RoomId, topic: &str) -> Result<(), DeliveryError> {
        let room = content::room_id(room).map_err(CallError::malformed)?;
        let content = serde_json::json!({ "topic": topic });
        Ok(self.hand().put(&room, "m.room.topic", "", &content).await?)
    }

    async fn invite(&self, room: &ids::RoomId, agent: &AgentId) -> Result<(), DeliveryError> {
        let (room, agent) = parse(room, agent)?;
        let invite = || self.rooms.invite(&self.client, &room, &agent);
        unless_so_already(invite, || async {
            Ok(matches!(
                self.membership(&room, &agent).await?.as_deref(),
                Some("join" | "invite")
            ))
        })
        .await
    }

    async fn withdraw(&self, room: &ids::RoomId, agent: &AgentId) -> Result<(), DeliveryError> {
        let (room, agent) = parse(room, agent)?;
        if self.membership(&room, &agent).await?.as_deref() != Some("invite") {
            return Ok(());
        }
        let mut request = kick_user::v3::Request::new(room.clone(), agent.clone());
        request.reason = Some("The offer has run out.".into());
        let kick = || async {
            self.client
                .call(As::User(&self.bot), request.clone())
                .await
                .map(drop)
        };
        unless_so_already(kick, || async {
            Ok(self.membership(&room, &agent).await?.as_deref() != Some("invite"))
        })
        .await
    }

    async fn say(
        &self,
        room: &ids::RoomId,
        ghost: &Ghost,
        said: &Said<'_>,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError> {
        let reply_to = said.reply_to.map(|to| ruma::EventId::parse(to.as_str()));
        let reply_to = reply_to.transpose().map_err(CallError::malformed)?;
        let content = content::words(said.text, reply_to);
        self.send_as_ghost(room, ghost, &content, said.at, key)
            .await
    }

    async fn upload(
        &self,
        ghost: &Ghost,
        file: &Attachment,
        bytes: Vec<u8>,
    ) -> Result<MediaId, DeliveryError> {
        let user = self
            .ghosts
            .ready(&self.client, &self.namespace, ghost)
            .await?;
        let mut request = create_content::v3::Request::new(bytes);
        request.filename = Some(file.name.clone());
        request.content_type = Some(file.mime.clone());
        let answer = self.client.call(As::User(&user), request).await?;
        Ok(MediaId::new(answer.content_uri.as_str()))
    }

    async fn attach(
        &self,
        room: &ids::RoomId,
        ghost: &Ghost,
        file: &Attached,
        at: Timestamp,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError> {
        self.send_as_ghost(room, ghost, &content::file(file), at, key)
            .await
    }

    async fn notify(
        &self,
        room: &ids::RoomId,
        text: &str,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError> {
        self.send_as_bot(room, key, content::notice(text)).await
    }

    async fn answer(
        &self,
        room: &ids::RoomId,
        to: &EventId,
        text: &str,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError> {
        let to = ruma::EventId::parse(to.as_str()).map_err(CallError::malformed)?;
        self.send_as_bot(room, key, content::answer(to, text)).await
    }

    async fn react(
        &self,
        room: &ids::RoomId,
        to: &EventId,
        symbol: &str,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError> {
        let to = ruma::EventId::parse(to.as_str()).map_err(CallError::malformed)?;
        let reaction = ReactionEventContent::new(Annotation::new(to, symbol.to_owned()));
        self.send_as_bot(room, key, reaction).await
    }

    async fn redact(
        &self,
        room: &ids::RoomId,
        event: &EventId,
        reason: &str,
        key: &EffectId,
    ) -> Result<(), DeliveryError> {
        let room = content::room_id(room).map_err(CallError::malformed)?;
        let event = ruma::EventId::parse(event.as_str()).map_err(CallError::malformed)?;
        let mut request = redact_event::v3::Request::new(room, event, key.as_str().into());
        request.reason = Some(reason.to_owned());
        let device = As::Device(&self.bot, self.ghosts.device());
        match self.client.call(device, request).await {
            // Nothing there to hide.
            Err(error) if error.has_status(StatusCode::NOT_FOUND) => Ok(()),
            answer => Ok(answer.map(drop)?),
        }
    }

    async fn erase(&self, media: &MediaId, by: Option<&AgentId>) -> Result<(), DeliveryError> {
        if let Some(by) = by {
            match self.client.uploader(media).await {
                // An agent may send the address of anybody's file.
                Ok(uploader) if uploader.as_deref() != Some(by.as_str()) => {
                    return Err(DeliveryError::Never {
                        reason: "the file is not the agent's who sent it".into(),
                    });
                }
                Err(error) if error.has_status(StatusCode::NOT_FOUND) => return Ok(()),
                answer => drop(answer?),
            }
        }
        match self.client.erase(media).await {
            Err(error) if error.has_status(StatusCode::NOT_FOUND) => Ok(()),
            answer => Ok(answer?),
        }
    }

    async fn replace(
        &self,
        room: &ids::RoomId,
        replacement: &Replacement<'_>,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError> {
        let content = content::replacement(replacement).map_err(CallError::malformed)?;
        match replacement.ghost {
            Some(ghost) => {
                self.send_as_ghost(room, ghost, &content, replacement.at, key)
                    .await
            }
            None => {
                let room = content::room_id(room).map_err(CallError::malformed)?;
                let voice = Voice {
                    user: &self.bot,
                    at: Some(replacement.at),
                    key,
                };
                Ok(self.send(voice, &room, &content).await?)
            }
        }
    }

    async fn remove(
        &self,
        room: &ids::RoomId,
        agent: &AgentId,
        reason: &str,
    ) -> Result<(), DeliveryError> {
        let (room, agent) = parse(room, agent)?;
        let is_out = || async {
            let membership = self.membership(&room, &agent).await?;
            Ok(!matches!(membership.as_deref(), Some("join" | "invite")))
        };
        if is_out().await? {
            return Ok(());
        }
        let mut request = kick_user::v3::Request::new(room.clone(), agent.clone());
        request.reason = Some(reason.to_owned());
        let kick = || async {
            self.client
                .call(As::User(&self.bot), request)
                .await
                .map(drop)
        };
        unless_so_already(kick, is_out).await
    }

    async fn mention(
        &self,
        room: &ids::RoomId,
        agents: &[AgentId],
        text: &str,
        link: &ids::RoomId,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError> {
        let link = content::room_id(link).map_err(CallError::malformed)?;
        let agents: Result<Vec<_>, _> = agents
            .iter()
            .map(|agent| UserId::parse(agent.as_str()))
            .collect();
        let agents = agents.map_err(CallError::malformed)?;
        let content = content::mention(&agents, text, &link, self.namespace.server.as_str());
        self.send_as_bot(room, key, content).await
    }

    async fn rename(&self, room: &ids::RoomId, name: &str) -> Result<(), DeliveryError> {
        let room = content::room_id(room).map_err(CallError::malformed)?;
        let content = RoomNameEventContent::new(name.to_owned());
        // The homeserver drops a state event that changes nothing, so a repeat is none.
        let request = send_state_event::v3::Request::new(room, &EmptyStateKey, &content)
            .map_err(CallError::malformed)?;
        self.client.call(As::User(&self.bot), request).await?;
        Ok(())
    }

    async fn typing(
        &self,
        room: &ids::RoomId,
        ghost: &Ghost,
        typing: bool,
    ) -> Result<(), DeliveryError> {
        let room = content::room_id(room).map_err(CallError::malformed)?;
        let user = self
            .ghosts
            .ready(&self.client, &self.namespace, ghost)
            .await?;
        let state = match typing {
            true => Typing::Yes(TypingInfo::new(SHOWN_TYPING)),
            false => Typing::No,
        };
        let request = create_typing_event::v3::Request::new(user.clone(), room, state);
        self.client.call(As::User(&user), request).await?;
        Ok(())
    }

    async fn read(
        &self,
        room: &ids::RoomId,
        ghost: &Ghost,
        event: &EventId,
    ) -> Result<(), DeliveryError> {
        let room = content::room_id(room).map_err(CallError::malformed)?;
        let event = ruma::EventId::parse(event.as_str()).map_err(CallError::malformed)?;
        let user = self
            .ghosts
            .ready(&self.client, &self.namespace, ghost)
            .await?;
        let request =
            create_receipt::v3::Request::new(room, create_receipt::v3::ReceiptType::Read, event);
        self.client.call(As::User(&user), request).await?;
        Ok(())
    }

    async fn presence_of(&self, agent: &AgentId) -> Result<Presence, DeliveryError> {
        let agent = UserId::parse(agent.as_str()).map_err(CallError::malformed)?;
        match self
            .client
            .call(As::User(&self.bot), get_presence::v3::Request::new(agent))
            .await
        {
            Ok(answer) => Ok(presence(&answer.presence)),
            // No room in common.
            Err(error) if error.has_status(StatusCode::FORBIDDEN) => Ok(Presence::Unknown),
            Err(error) if error.has_status(StatusCode::NOT_FOUND) => Ok(Presence::Unknown),
            Err(error) => Err(error.into()),
        }
    }

    fn permalink(&self, room: &ids::RoomId) -> String {
        content::permalink(room.as_str(), self.namespace.server.as_str())
    }

    async fn empty(
        &self,
        room: &ids::RoomId,
        ghost: &Ghost,
        chat: &ids::ChatId,
    ) -> Result<bool, DeliveryError> {
        let room = content::room_id(room).map_err(CallError::malformed)?;
        let ghost = self
            .namespace
            .user_id(&ghost.localpart)
            .map_err(CallError::malformed)?;
        let alias = self
            .namespace
            .alias(&portal_alias(chat))
            .map_err(CallError::malformed)?
            .1;
        let (client, rooms) = (&self.client, &self.rooms);
        Ok(rooms.empty(client, &room, &ghost, alias).await?)
    }

    async fn unname(&self, ghost: &Ghost) -> Result<(), DeliveryError> {
        let user = self
            .namespace
            .user_id(&ghost.localpart)
            .map_err(CallError::malformed)?;
        Ok(self.ghosts.unname(&self.client, &user).await?)
    }

    async fn presence_works(&self) -> Result<bool, DeliveryError> {
        self.register_bot().await?;
        let online = set_presence::v3::Request::new(self.bot.clone(), PresenceState::Online);
        self.client.call(As::User(&self.bot), online).await?;
        let look = get_presence::v3::Request::new(self.bot.clone());
        let answer = self.client.call(As::User(&self.bot), look).await?;
        // Switched off, Synapse takes the first and answers the second with `offline`.
        Ok(answer.presence != PresenceState::Offline)
    }
}

fn portal_alias(chat: &ids::ChatId) -> String {
    format!("chat_{}", chat.as_str().to_lowercase())
}

pub(crate) fn presence(state: &PresenceState) -> Presence {
    match state {
        PresenceState::Online => Presence::Online,
        PresenceState::Unavailable => Presence::Unavailable,
        _ => Presence::Offline,
    }
}

/// Does it; when the homeserver refuses, looks whether it is so already.
async fn unless_so_already<D, S>(
    act: impl FnOnce() -> D + Send,
    is_so: impl FnOnce() -> S + Send,
) -> Result<(), DeliveryError>
where
    D: Future<Output = Result<(), CallError>> + Send,
    S: Future<Output = Result<bool, CallError>> + Send,
{
    match act().await {
        Err(error) if error.has_status(StatusCode::FORBIDDEN) => match is_so().await? {
            true => Ok(()),
            false => Err(error.into()),
        },
        answer => Ok(answer?),
    }
}
