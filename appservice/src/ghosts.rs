//! Ghosts: registered lazily, named before they first join, one device each.

use std::{collections::HashMap, sync::Mutex};

use ruma::{
    DeviceId, OwnedDeviceId, OwnedUserId, UserId,
    api::client::{
        account::register,
        device::update_device,
        profile::{DisplayName, get_profile_field, set_profile_field},
    },
    profile::ProfileFieldValue,
};
use tracing::debug;

use desk::ports::Ghost;

use crate::{
    client::{As, Client},
    error::CallError,
    namespace::Namespace,
};

/// Ghosts known to be complete; forgotten in a body when there are too many.
const REMEMBERED: usize = 50_000;

pub struct Ghosts {
    /// The one device of each ghost, and the bot's own.
    pub device: OwnedDeviceId,
    /// With the name it has.
    ready: Mutex<HashMap<OwnedUserId, String>>,
}

impl Ghosts {
    pub fn new(device: OwnedDeviceId) -> Self {
        Self {
            device,
            ready: Mutex::default(),
        }
    }

    pub fn device(&self) -> &DeviceId {
        &self.device
    }

    /// The ghost's user id, once it is registered, named and has its device.
    pub async fn ready(
        &self,
        client: &Client,
        namespace: &Namespace,
        ghost: &Ghost,
    ) -> Result<OwnedUserId, CallError> {
        let user = namespace
            .user_id(&ghost.localpart)
            .map_err(CallError::malformed)?;
        if self
            .ready
            .lock()
            .is_ok_and(|ready| ready.get(&user) == Some(&ghost.name))
        {
            return Ok(user);
        }
        let new = register(client, &ghost.localpart).await?;
        if new || self.name_of(client, &user).await?.as_deref() != Some(ghost.name.as_str()) {
            let name = ProfileFieldValue::DisplayName(ghost.name.clone());
            client
                .call(
                    As::User(&user),
                    set_profile_field::v3::Request::new(user.clone(), name),
                )
                .await?;
        }
        self.make_device(client, &user).await?;
        if let Ok(mut ready) = self.ready.lock() {
            if ready.len() >= REMEMBERED {
                ready.clear();
            }
            ready.insert(user.clone(), ghost.name.clone());
        }
        Ok(user)
    }

    /// Takes its name away. Synapse tells the rooms it is in, too.
    pub async fn unname(&self, client: &Client, user: &UserId) -> Result<(), CallError> {
        if let Ok(mut ready) = self.ready.lock() {
            ready.remove(user);
        }
        let nothing = ProfileFieldValue::DisplayName(String::new());
        let request = set_profile_field::v3::Request::new(user.to_owned(), nothing);
        match client.call(As::User(user), request).await {
            Ok(_) => Ok(()),
            // It was never registered.
            Err(error)
                if error.has_status(http::StatusCode::FORBIDDEN)
                    || error.has_status(http::StatusCode::NOT_FOUND) =>
            {
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn name_of(&self, client: &Client, user: &UserId) -> Result<Option<String>, CallError> {
        let request = get_profile_field::v3::Request::new_static::<DisplayName>(user.to_owned());
        match client.call(As::User(user), request).await {
            Ok(answer) => Ok(answer.value),
            Err(error) if error.has_status(http::StatusCode::NOT_FOUND) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes the device unless it is there (MSC4190, in the specification since 1.17).
    pub async fn make_device(&self, client: &Client, user: &UserId) -> Result<(), CallError> {
        client
            .call(
                As::User(user),
                update_device::v3::Request::new(self.device.clone()),
            )
            .await
            .map(drop)
    }
}

/// Says whether it was new.
pub async fn register(client: &Client, localpart: &str) -> Result<bool, CallError> {
    let mut request = register::v3::Request::new();
    request.username = Some(localpart.to_owned());
    request.login_type = Some(register::LoginType::ApplicationService);
    request.inhibit_login = true;
    match client.call(As::Service, request).await {
        Ok(_) => Ok(true),
        Err(error) if error.is("M_USER_IN_USE") => {
            debug!("a ghost was registered before");
            Ok(false)
        }
        Err(error) => Err(error),
    }
}
