//! The device's keys: the homeserver must list those that our folder holds, signed by the bot's
//! own cross-signing identity.

use matrix_sdk::{
    Client,
    ruma::{api::client::keys::upload_keys, serde::Raw},
};
use tracing::{info, warn};

use super::{door::Door, identity::Identity};
use crate::{error::BotError, settings::BotSettings};

pub(super) async fn settle(
    client: &Client,
    door: &Door<'_>,
    access_token: &str,
    settings: &BotSettings,
) -> Result<(), BotError> {
    let encryption = client.encryption();
    encryption.wait_for_e2ee_initialization_tasks().await;
    let ours = encryption
        .ed25519_key()
        .await
        .ok_or_else(|| BotError::folder("there are no device keys in it"))?;
    if door
        .listed(access_token)
        .await?
        .device
        .is_some_and(|listed| listed != ours)
    {
        return Err(lost(settings));
    }

    encryption.bootstrap_cross_signing_if_needed(None).await?;
    let listed = door.listed(access_token).await?;
    if !owns_identity(client, listed.master.as_deref()).await? {
        replace_identity(client, door).await?;
    }
    if listed.device.is_none() {
        publish(client).await?;
    }
    let listed = door.listed(access_token).await?;
    if listed.device != Some(ours) {
        return Err(lost(settings));
    }
    // Careful clients give no keys to a device that its owner has not signed (MSC4153).
    if !listed.is_signed
        && let Some(device) = encryption
            .get_own_device()
            .await
            .map_err(BotError::folder)?
    {
        device
            .verify()
            .await
            .map_err(|error| BotError::Never(error.into()))?;
    }
    Ok(())
}

/// Whether the private half of the listed identity is in the folder.
async fn owns_identity(client: &Client, listed: Option<&str>) -> Result<bool, BotError> {
    let encryption = client.encryption();
    let Some(bot) = client.user_id() else {
        return Ok(false);
    };
    let known = encryption
        .get_user_identity(bot)
        .await
        .map_err(BotError::folder)?;
    let master = known
        .and_then(|known| known.master_key().get_first_key())
        .map(|key| key.to_base64());
    let is_whole = encryption
        .cross_signing_status()
        .await
        .is_some_and(|status| status.is_complete());
    Ok(is_whole && master.is_some() && master.as_deref() == listed)
}

async fn replace_identity(client: &Client, door: &Door<'_>) -> Result<(), BotError> {
    warn!(
        "the private half of the bot's identity is not in its folder; making a new identity, which people will see as a change"
    );
    let identity = Identity::new();
    door.replace_identity(&identity).await?;
    let private_half = serde_json::from_value(identity.private_half()).map_err(BotError::folder)?;
    let imported = client
        .encryption()
        .import_secrets_bundle(&private_half)
        .await;
    imported.map_err(|error| BotError::Never(error.into()))
}

/// The homeserver has the device but not its keys: it was deleted there and came back with the
/// new log-in. matrix-sdk believes them uploaded, so we do it.
async fn publish(client: &Client) -> Result<(), BotError> {
    let Some(device) = client
        .encryption()
        .get_own_device()
        .await
        .map_err(BotError::folder)?
    else {
        return Ok(());
    };
    let keys =
        serde_json::value::to_raw_value(device.as_device_keys()).map_err(BotError::folder)?;
    let mut request = upload_keys::v3::Request::new();
    request.device_keys = Some(Raw::from_json(keys));
    client.send(request).await?;
    device
        .verify()
        .await
        .map_err(|error| BotError::Never(error.into()))?;
    info!("the homeserver had lost the keys of the bot's device; they were uploaded again");
    Ok(())
}

fn lost(settings: &BotSettings) -> BotError {
    BotError::refused(format!(
        "the homeserver lists the bot's device {device} with other keys than the folder {folder} holds, so the folder was lost or replaced: restore it from a backup, or delete this device on the homeserver (Synapse: DELETE /_synapse/admin/v2/users/<bot>/devices/{device}) and empty the folder; then what people wrote in encrypted rooms before cannot be read any more, and they see that the bot's identity changed",
        device = settings.device_id,
        folder = settings.store_dir.display(),
    ))
}
