//! Making rooms so that making them again finds the one that is there: each has an alias of our
//! namespace.

use http::StatusCode;
use ruma::{
    OwnedRoomAliasId, OwnedRoomId, OwnedUserId, RoomId, RoomVersionId, UserId,
    api::client::{
        alias::{delete_alias, get_alias},
        discovery::get_capabilities,
        membership::{get_member_events, invite_user, join_room_by_id, kick_user, leave_room},
        room::create_room,
        state::get_state_event_for_key,
    },
    events::{StateEventType, room::member::RoomMemberEvent},
    serde::Raw,
};
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use tracing::warn;

use desk::power::Powers;

use crate::{
    client::{As, Client},
    error::CallError,
    namespace::Namespace,
    widget,
};

#[derive(Clone, Debug, Default)]
pub struct PortalSettings {
    /// Whether users of other homeservers can be invited (`m.federate`).
    pub federate: bool,
    /// `None`: the homeserver's default.
    pub room_version: Option<String>,
    /// The page that is shown as a widget in portals and desk rooms.
    pub widget: Option<String>,
}

/// How a room shall be.
pub struct RoomPlan {
    /// The alias without our prefix.
    pub alias: String,
    pub name: String,
    pub topic: String,
    /// Joins as soon as the room is there.
    pub ghost: Option<OwnedUserId>,
    /// A room that lists others, in which nobody talks.
    pub is_space: bool,
    /// The space the room belongs to.
    pub space: Option<OwnedRoomId>,
    pub powers: Powers,
}

pub struct Rooms {
    settings: PortalSettings,
    bot: OwnedUserId,
    /// Whether creators have power without being listed (room version 12 and later).
    version: OnceCell<RoomVersionId>,
}

impl Rooms {
    pub fn new(settings: PortalSettings, bot: OwnedUserId) -> Self {
        Self {
            settings,
            bot,
            version: OnceCell::new(),
        }
    }

    /// The room of this plan, made now or before, with the ghost in it.
    pub async fn open(
        &self,
        client: &Client,
        namespace: &Namespace,
        plan: &RoomPlan,
    ) -> Result<OwnedRoomId, CallError> {
        let (localpart, alias) = namespace.alias(&plan.alias).map_err(CallError::malformed)?;
        let room = match self
            .create(client, namespace, localpart.clone(), plan)
            .await
        {
            Ok(room) => room,
            Err(error) if error.is("M_ROOM_IN_USE") => match self.find_whole(client, &alias).await?
            {
                Some(room) => room,
                None => {
                    warn!("a room was half made when the homeserver stopped; making it anew");
                    client
                        .call(As::User(&self.bot), delete_alias::v3::Request::new(alias))
                        .await?;
                    self.create(client, namespace, localpart, plan).await?
                }
            },
            Err(error) => return Err(error),
        };
        if let Some(ghost) = &plan.ghost {
            self.bring_in(client, &room, ghost).await?;
        }
        Ok(room)
    }

    /// Joins the ghost, inviting it first if its invitation was lost.
    pub async fn bring_in(
        &self,
        client: &Client,
        room: &RoomId,
        ghost: &UserId,
    ) -> Result<(), CallError> {
        let join = join_room_by_id::v3::Request::new(room.to_owned());
        match client.call(As::User(ghost), join.clone()).await {
            Err(error) if error.has_status(StatusCode::FORBIDDEN) => {
                self.invite(client, room, ghost).await?;
                client.call(As::User(ghost), join).await.map(drop)
            }
            answer => answer.map(drop),
        }
    }

    pub async fn invite(
        &self,
        client: &Client,
        room: &RoomId,
        user: &UserId,
    ) -> Result<(), CallError> {
        let recipient = invite_user::v3::InvitationRecipient::UserId(
            invite_user::v3::InviteUserId::new(user.to_owned()),
        );
        let request = invite_user::v3::Request::new(room.to_owned(), recipient);
        client.call(As::User(&self.bot), request).await.map(drop)
    }

    async fn create(
        &self,
        client: &Client,
        namespace: &Namespace,
        alias: String,
        plan: &RoomPlan,
    ) -> Result<OwnedRoomId, CallError> {
        let version = self.version(client).await?;
        let mut request = create_room::v3::Request::new();
        let federate = self.settings.federate;
        let creation = match plan.is_space {
            true => json!({ "m.federate": federate, "type": "m.space" }),
            false => json!({ "m.federate": federate }),
        };
        request.creation_content = Some(raw(&creation)?);
        request.initial_state = vec![
            raw(&state(
                "m.room.history_visibility",
                json!({ "history_visibility": "shared" }),
            ))?,
            raw(&state(
                "m.room.guest_access",
                json!({ "guest_access": "forbidden" }),
            ))?,
        ];
        if let Some(space) = &plan.space {
            let content = parent(namespace);
            request.initial_state.push(raw(&json!({
                "type": "m.space.parent",
                "state_key": space.as_str(),
                "content": content,
            }))?);
        }
        let widget = self.settings.widget.as_ref().filter(|_| !plan.is_space);
        for event in widget
            .iter()
            .flat_map(|page| widget::state(page, &self.bot))
        {
            request.initial_state.push(raw(&event)?);
        }
        request.invite = plan.ghost.iter().cloned().collect();
        request.name = Some(plan.name.clone());
        request.topic = Some(plan.topic.clone());
        request.power_level_content_override = Some(raw(&power_levels(&self.bot, plan, &version))?);
        request.preset = Some(create_room::v3::RoomPreset::PrivateChat);
        request.room_alias_name = Some(alias);
        request.room_version = Some(version);
        Ok(client.call(As::User(&self.bot), request).await?.room_id)
    }

    async fn version(&self, client: &Client) -> Result<RoomVersionId, CallError> {
        let ask = || async {
            if let Some(version) = &self.settings.room_version {
                return RoomVersionId::try_from(version.as_str()).map_err(CallError::malformed);
            }
            let answer = client
                .call(As::User(&self.bot), get_capabilities::v3::Request::new())
                .await?;
            Ok(answer.capabilities.room_versions.default)
        };
        self.version.get_or_try_init(ask).await.cloned()
    }

    /// The room behind the alias, unless it was left half made: the homeserver gives the alias
    /// before it sends the first events, and the topic is the last of those we count on.
    async fn find_whole(
        &self,
        client: &Client,
        alias: &OwnedRoomAliasId,
    ) -> Result<Option<OwnedRoomId>, CallError> {
        let room = client
            .call(
                As::User(&self.bot),
                get_alias::v3::Request::new(alias.clone()),
            )
            .await?
            .room_id;
        let topic = get_state_event_for_key::v3::Request::new(
            room.clone(),
            StateEventType::RoomTopic,
            String::new(),
        );
        match client.call(As::User(&self.bot), topic).await {
            Ok(_) => Ok(Some(room)),
            Err(error)
                if error.has_status(StatusCode::NOT_FOUND)
                    || error.has_status(StatusCode::FORBIDDEN) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

impl Rooms {
    /// Takes everybody out, the bot last: as long as it is in the room, there may be something
    /// left to do, and when it is not (`false`), it was done before.
    pub async fn empty(
        &self,
        client: &Client,
        room: &RoomId,
        ghost: &UserId,
        alias: OwnedRoomAliasId,
    ) -> Result<bool, CallError> {
        let bot = As::User(&self.bot);
        let members = get_member_events::v3::Request::new(room.to_owned());
        let members = match client.call(bot, members).await {
            Err(error) if is_gone(&error) => return Ok(false),
            answer => answer?.chunk,
        };
        unless_gone(
            client
                .call(bot, delete_alias::v3::Request::new(alias))
                .await,
        )?;
        for user in members.iter().filter_map(present) {
            if user != self.bot && user != *ghost {
                let kick = kick_user::v3::Request::new(room.to_owned(), user);
                unless_gone(client.call(bot, kick).await)?;
            }
        }
        for user in [ghost, &self.bot] {
            let leave = leave_room::v3::Request::new(room.to_owned());
            unless_gone(client.call(As::User(user), leave).await)?;
        }
        Ok(true)
    }
}

/// Who is in the room, or invited.
fn present(event: &Raw<RoomMemberEvent>) -> Option<OwnedUserId> {
    let user = event.get_field::<OwnedUserId>("state_key").ok()??;
    let content = event.get_field::<Value>("content").ok()??;
    let membership = content.get("membership")?.as_str()?;
    matches!(membership, "join" | "invite" | "knock").then_some(user)
}

fn is_gone(error: &CallError) -> bool {
    error.has_status(StatusCode::FORBIDDEN) || error.has_status(StatusCode::NOT_FOUND)
}

/// What is not there needs not be taken away.
fn unless_gone<T>(answer: Result<T, CallError>) -> Result<(), CallError> {
    match answer {
        Err(error) if !is_gone(&error) => Err(error),
        _ => Ok(()),
    }
}

/// The bot over all, our people as their permissions say, everybody else nothing.
fn power_levels(bot: &UserId, plan: &RoomPlan, version: &RoomVersionId) -> Value {
    let mut users = serde_json::Map::new();
    let people = plan.powers.iter();
    users.extend(people.map(|(person, power)| (person.to_string(), json!(power))));
    let creators_have_power = version
        .rules()
        .is_some_and(|rules| rules.authorization.explicitly_privilege_room_creators);
    if !creators_have_power {
        users.insert(bot.to_string(), json!(100));
    }
    if let Some(ghost) = &plan.ghost {
        users.insert(ghost.to_string(), json!(0));
    }
    json!({
        "users": users,
        "users_default": 0,
        "events_default": if plan.is_space { 100 } else { 0 },
        "state_default": 100,
        "events": {},
        "invite": 50,
        // Taking somebody out, or a message of somebody else, is the bot's to do and to record.
        "kick": 100,
        "ban": 100,
        "redact": 100,
    })
}

/// What a room says of the space it belongs to.
pub fn parent(namespace: &Namespace) -> Value {
    json!({ "via": [namespace.server.as_str()], "canonical": true })
}

fn state(event_type: &str, content: Value) -> Value {
    json!({ "type": event_type, "state_key": "", "content": content })
}

fn raw<T>(value: &Value) -> Result<Raw<T>, CallError> {
    Raw::new(value)
        .map(Raw::cast_unchecked)
        .map_err(CallError::malformed)
}

#[cfg(test)]
mod tests {
    use desk::ids::AgentId;

    use super::*;

    #[test]
    fn the_bot_is_listed_only_where_creators_have_no_power_of_their_own() {
        let bot = OwnedUserId::try_from("@helproom:example.org").unwrap();
        let ghost = OwnedUserId::try_from("@helproom_acme_1:example.org").unwrap();
        let plan = RoomPlan {
            alias: "chat".into(),
            name: "chat".into(),
            topic: "chat".into(),
            ghost: Some(ghost.clone()),
            is_space: false,
            space: None,
            powers: [(AgentId::new("@anna:example.org"), 50)].into(),
        };
        for (version, listed) in [
            (RoomVersionId::V10, true),
            (RoomVersionId::V11, true),
            (RoomVersionId::V12, false),
        ] {
            let levels = power_levels(&bot, &plan, &version);
            assert_eq!(
                levels["users"].get(bot.as_str()).is_some(),
                listed,
                "room version {version}"
            );
            assert_eq!(levels["users"][ghost.as_str()], 0, "room version {version}");
            assert_eq!(levels["users"]["@anna:example.org"], 50);
            assert_eq!(levels["users_default"], 0, "room version {version}");
        }
    }
}
