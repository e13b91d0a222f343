//! The bot's session: one device, whose keys and access token outlive a restart.

mod door;
mod file;
mod identity;
mod keys;

use std::{path::Path, time::Duration};

use matrix_sdk::{
    Client, SessionMeta, SessionTokens, SqliteStoreConfig, authentication::matrix::MatrixSession,
    config::RequestConfig, ruma::OwnedDeviceId,
};
use tracing::{info, warn};

use self::door::Door;
use crate::{error::BotError, settings::BotSettings};

const TIMEOUT: Duration = Duration::from_secs(30);

/// Logs in, or goes on with the session of the last time.
pub(crate) async fn open(settings: &BotSettings) -> Result<Client, BotError> {
    file::make_folder(&settings.store_dir)?;
    let meta = SessionMeta {
        user_id: settings.bot()?,
        device_id: OwnedDeviceId::from(settings.device_id.as_str()),
    };
    let door = Door::new(settings)?;
    let session = session(settings, &door, meta).await?;

    let client = Client::builder()
        .homeserver_url(&settings.homeserver)
        .sqlite_store_with_config_and_cache_path(store(settings), None::<&Path>)
        .request_config(RequestConfig::new().timeout(TIMEOUT).disable_retry())
        .build()
        .await
        .map_err(BotError::folder)?;
    let access_token = session.tokens.access_token.clone();
    client
        .restore_session(session)
        .await
        .map_err(|error| unreadable_folder(settings, error))?;

    keys::settle(&client, &door, &access_token, settings).await?;
    name(&client, &settings.display_name).await?;
    Ok(client)
}

/// With small caches and few connections: one task works with a few rooms.
fn store(settings: &BotSettings) -> SqliteStoreConfig {
    SqliteStoreConfig::with_low_memory_config(&settings.store_dir)
        .passphrase(settings.passphrase.as_deref())
}

async fn session(
    settings: &BotSettings,
    door: &Door<'_>,
    meta: SessionMeta,
) -> Result<MatrixSession, BotError> {
    if let Some(kept) = file::read(&settings.store_dir)? {
        if (&kept.meta.user_id, &kept.meta.device_id) != (&meta.user_id, &meta.device_id) {
            return Err(BotError::refused(format!(
                "the folder {} belongs to {} with device {}, but the settings name {} with device {}: give the bot another folder, or the settings the old names",
                settings.store_dir.display(),
                kept.meta.user_id,
                kept.meta.device_id,
                meta.user_id,
                meta.device_id
            )));
        }
        if door.is_open_for(&kept.tokens.access_token).await? {
            return Ok(kept);
        }
        warn!("the homeserver does not know the bot's access token any more; logging in again");
    }
    door.register().await?;
    let access_token = door.log_in(&meta.device_id).await?;
    let session = MatrixSession {
        meta,
        tokens: SessionTokens {
            access_token,
            refresh_token: None,
        },
    };
    file::write(&settings.store_dir, &session)?;
    info!(device.id = %session.meta.device_id, "the bot logged in");
    Ok(session)
}

fn unreadable_folder(settings: &BotSettings, error: matrix_sdk::Error) -> BotError {
    match BotError::from(error) {
        BotError::Folder(source) | BotError::Never(source) => BotError::refused(format!(
            "the bot's folder {} cannot be opened ({source}): is it the folder of this bot and device, with the passphrase it was made with?",
            settings.store_dir.display()
        )),
        other => other,
    }
}

/// Only when it differs: a change is an event in every room the bot is in.
async fn name(client: &Client, display_name: &str) -> Result<(), BotError> {
    let account = client.account();
    if account.get_display_name().await?.as_deref() != Some(display_name) {
        account.set_display_name(Some(display_name)).await?;
    }
    Ok(())
}
