//! A service's space: what it lists, and who has power in the service's rooms.

use http::StatusCode;
use ruma::{
    RoomId, UserId,
    api::client::state::{get_state_event_for_key, send_state_event},
    events::{AnyStateEventContent, StateEventType},
    serde::Raw,
};
use serde_json::{Value, json};

use desk::power::Powers;

use crate::{
    client::{As, Client},
    error::CallError,
    namespace::Namespace,
    portal::parent,
};

/// The bot at work in rooms of ours.
pub struct Hand<'a> {
    pub client: &'a Client,
    pub namespace: &'a Namespace,
    pub bot: &'a UserId,
}

impl Hand<'_> {
    /// Both sides of it: clients believe a child only if its parent lists it.
    pub async fn list(&self, space: &RoomId, room: &RoomId, order: &str) -> Result<(), CallError> {
        let child = json!({ "via": [self.namespace.server.as_str()], "order": order });
        self.put(space, "m.space.child", room.as_str(), &child)
            .await?;
        let parent = parent(self.namespace);
        self.put(room, "m.space.parent", space.as_str(), &parent)
            .await
    }

    /// An entry without `via` is none.
    pub async fn delist(&self, space: &RoomId, room: &RoomId) -> Result<(), CallError> {
        self.put(space, "m.space.child", room.as_str(), &json!({}))
            .await
    }

    /// Whoever is not ours has the power given here, and no other.
    pub async fn empower(&self, room: &RoomId, powers: &Powers) -> Result<(), CallError> {
        let Some(mut levels) = self.levels(room).await? else {
            return Ok(());
        };
        let before = levels.clone();
        let Some(all) = levels.as_object_mut() else {
            return Ok(());
        };
        let mut users = match all.remove("users") {
            Some(Value::Object(users)) => users,
            _ => serde_json::Map::new(),
        };
        users.retain(|user, _| self.namespace.holds_user(user));
        let given = powers.iter();
        users.extend(given.map(|(person, power)| (person.to_string(), json!(power))));
        all.insert("users".into(), Value::Object(users));
        all.insert("users_default".into(), json!(0));
        match levels == before {
            true => Ok(()),
            false => self.put(room, "m.room.power_levels", "", &levels).await,
        }
    }

    async fn levels(&self, room: &RoomId) -> Result<Option<Value>, CallError> {
        let request = get_state_event_for_key::v3::Request::new(
            room.to_owned(),
            StateEventType::RoomPowerLevels,
            String::new(),
        );
        match self.client.call(As::User(self.bot), request).await {
            Ok(answer) => serde_json::from_str(answer.into_content().json().get())
                .map(Some)
                .map_err(CallError::malformed),
            Err(error) if error.has_status(StatusCode::NOT_FOUND) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The homeserver drops a state event that changes nothing, so a repeat is none.
    pub async fn put(
        &self,
        room: &RoomId,
        event_type: &str,
        key: &str,
        content: &Value,
    ) -> Result<(), CallError> {
        let content: Raw<AnyStateEventContent> = Raw::new(content)
            .map(Raw::cast_unchecked)
            .map_err(CallError::malformed)?;
        let request = send_state_event::v3::Request::new_raw(
            room.to_owned(),
            event_type.into(),
            key.to_owned(),
            content,
        );
        self.client.call(As::User(self.bot), request).await?;
        Ok(())
    }
}
