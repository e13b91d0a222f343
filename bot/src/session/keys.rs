//! The device's keys: the homeserver must list those that our folder holds, signed by the bot's
//! own cross-signing identity.

use matrix_sdk::{
    Client,
    ruma::{api::client::keys::upload_keys, serde::Raw},
};
use tracing::{info, warn};

use super::door::Door;
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
    if let Some(listed) = door.listed_key(access_token).await?
        && listed != ours
    {
        return Err(lost(settings));
    }

    identify(client).await?;
    if door.listed_key(access_token).await?.is_none() {
        publish(client).await?;
    }
    match door.listed_key(access_token).await? {
        Some(listed) if listed == ours => Ok(()),
        _ => Err(lost(settings)),
    }
}

/// Without an identity that signed the device, careful clients give it no keys (MSC4153).
async fn identify(client: &Client) -> Result<(), BotError> {
    let encryption = client.encryption();
    encryption.bootstrap_cross_signing_if_needed(None).await?;
    if !encryption
        .cross_signing_status()
        .await
        .is_some_and(|status| status.is_complete())
    {
        warn!(
            "the private half of the bot's identity is not in its folder; making a new identity, which people will see as a change"
        );
        encryption.bootstrap_cross_signing(None).await?;
    }
    Ok(())
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
        "the homeserver lists the bot's device {device} with other keys than the folder {folder} holds, so the folder was lost or replaced: restore it from a backup, or set `bot.device_id` to a new name (for example \"{device}2\") with an empty folder; then what people wrote in encrypted rooms before cannot be read any more, and they see that the bot's identity changed",
        device = settings.device_id,
        folder = settings.store_dir.display(),
    ))
}
