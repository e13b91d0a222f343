//! What the bot must be told to become somebody on a homeserver.

use std::{fmt, path::PathBuf, time::Duration};

use matrix_sdk::ruma::{OwnedUserId, UserId};
use url::Url;

use crate::error::BotError;

#[derive(Clone)]
pub struct BotSettings {
    /// Where the client-server API of the homeserver answers.
    pub homeserver: Url,
    pub server_name: String,
    pub localpart: String,
    /// The name people see.
    pub display_name: String,
    /// The bot's one device. It belongs to the store folder: another name needs another folder.
    pub device_id: String,
    /// Holds the keys and the access token; made readable by its owner alone.
    pub store_dir: PathBuf,
    /// Encrypts what lies in the folder, but for the access token.
    pub passphrase: Option<String>,
    /// How long the bot waits before it looks for news that nobody told it of, late keys mostly.
    pub rest: Duration,
    /// The application service's `as_token`.
    pub as_token: String,
}

impl BotSettings {
    pub(crate) fn bot(&self) -> Result<OwnedUserId, BotError> {
        UserId::parse(format!("@{}:{}", self.localpart, self.server_name)).map_err(|_| {
            BotError::refused(format!(
                "`@{}:{}` is no Matrix user id: `bot.localpart` takes lower-case letters, digits and . _ = - /, for example \"helproom\"",
                self.localpart, self.server_name
            ))
        })
    }
}

impl fmt::Debug for BotSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BotSettings")
            .field("homeserver", &self.homeserver.as_str())
            .field("server_name", &self.server_name)
            .field("localpart", &self.localpart)
            .field("device_id", &self.device_id)
            .field("store_dir", &self.store_dir)
            .field("rest", &self.rest)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(localpart: &str) -> BotSettings {
        BotSettings {
            homeserver: Url::parse("http://127.0.0.1:8008").unwrap(),
            server_name: "example.org".into(),
            localpart: localpart.into(),
            display_name: "Helproom".into(),
            device_id: "HELPROOM".into(),
            store_dir: "bot".into(),
            passphrase: Some("swordfish".into()),
            rest: Duration::from_secs(10),
            as_token: "as-secret".into(),
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let shown = format!("{:?}", settings("helproom"));
        assert!(
            !shown.contains("as-secret") && !shown.contains("swordfish"),
            "{shown}"
        );
    }

    #[test]
    fn a_localpart_that_makes_no_user_id_is_refused_with_an_example() {
        let error = settings("help:room").bot().unwrap_err().to_string();
        assert!(
            error.contains("bot.localpart") && error.contains("\"helproom\""),
            "{error}"
        );
    }
}
