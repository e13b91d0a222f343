//! What is asked of the homeserver before there is a session: as the application service, or
//! with a bare access token.

use std::time::Duration;

use matrix_sdk::ruma::{DeviceId, OwnedUserId};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::{TIMEOUT, identity::Identity};
use crate::{error::BotError, settings::BotSettings};

pub(super) struct Door<'a> {
    http: reqwest::Client,
    settings: &'a BotSettings,
    bot: OwnedUserId,
}

/// The bot's keys as the homeserver lists them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Listed {
    /// The device's Ed25519 key, if it is listed with keys.
    pub(super) device: Option<String>,
    /// The cross-signing identity.
    pub(super) master: Option<String>,
    /// Whether that identity signed the device.
    pub(super) is_signed: bool,
}

impl Listed {
    fn read(answer: &Value, bot: &str, device: &str) -> Self {
        let entry = answer
            .get("device_keys")
            .and_then(|all| all.get(bot)?.get(device));
        let key = entry.and_then(|entry| {
            entry
                .get("keys")?
                .get(format!("ed25519:{device}"))?
                .as_str()
        });
        let cross = |kind: &str| {
            let keys = answer.get(kind)?.get(bot)?.get("keys")?.as_object()?;
            keys.values().next()?.as_str()
        };
        let signer = cross("self_signing_keys").map(|key| format!("ed25519:{key}"));
        let signatures = entry.and_then(|entry| entry.get("signatures")?.get(bot));
        Self {
            device: key.map(str::to_owned),
            master: cross("master_keys").map(str::to_owned),
            is_signed: signer
                .is_some_and(|signer| signatures.is_some_and(|all| all.get(signer).is_some())),
        }
    }
}

/// The homeserver's "no".
struct Refusal {
    status: StatusCode,
    errcode: String,
}

impl<'a> Door<'a> {
    pub(super) fn new(settings: &'a BotSettings) -> Result<Self, BotError> {
        let http = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .build()
            .map_err(BotError::later)?;
        Ok(Self {
            http,
            settings,
            bot: settings.bot()?,
        })
    }

    /// `POST /register`, without a device; an account that exists is fine.
    pub(super) async fn register(&self) -> Result<(), BotError> {
        let request = self
            .request(Method::POST, "register", &self.settings.as_token)
            .json(&json!({
                "type": "m.login.application_service",
                "username": self.settings.localpart,
                "inhibit_login": true,
            }));
        match ask(request).await? {
            Ok(_) => Ok(()),
            Err(refusal) if refusal.errcode == "M_USER_IN_USE" => Ok(()),
            Err(refusal) => Err(self.explain(&refusal)),
        }
    }

    /// `POST /login`, always as the same device: a known one stays what it is.
    pub(super) async fn log_in(&self, device: &DeviceId) -> Result<String, BotError> {
        let request = self
            .request(Method::POST, "login", &self.settings.as_token)
            .json(&json!({
                "type": "m.login.application_service",
                "identifier": { "type": "m.id.user", "user": self.settings.localpart },
                "device_id": device,
                "initial_device_display_name": self.settings.display_name,
            }));
        let answer = ask(request)
            .await?
            .map_err(|refusal| self.explain(&refusal))?;
        let access_token = answer.get("access_token").and_then(Value::as_str);
        access_token
            .map(str::to_owned)
            .ok_or_else(|| BotError::later("the log-in was answered without an access token"))
    }

    /// Whether the homeserver knows the access token.
    pub(super) async fn is_open_for(&self, access_token: &str) -> Result<bool, BotError> {
        match ask(self.request(Method::GET, "account/whoami", access_token)).await? {
            Ok(_) => Ok(true),
            Err(refusal) if refusal.errcode == "M_UNKNOWN_TOKEN" => Ok(false),
            Err(refusal) => Err(self.explain(&refusal)),
        }
    }

    /// What the homeserver tells others of the bot's keys.
    pub(super) async fn listed(&self, access_token: &str) -> Result<Listed, BotError> {
        let (bot, device) = (self.bot.as_str(), self.settings.device_id.as_str());
        let request = self
            .request(Method::POST, "keys/query", access_token)
            .json(&json!({ "device_keys": { bot: [] } }));
        let answer = ask(request)
            .await?
            .map_err(|refusal| self.explain(&refusal))?;
        Ok(Listed::read(&answer, bot, device))
    }

    /// `POST /keys/device_signing/upload` as the application service, which needs no password.
    pub(super) async fn replace_identity(&self, identity: &Identity) -> Result<(), BotError> {
        let user = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("user_id", self.bot.as_str())
            .finish();
        let call = format!("keys/device_signing/upload?{user}");
        let request = self
            .request(Method::POST, &call, &self.settings.as_token)
            .json(&identity.public_half(&self.bot)?);
        ask(request)
            .await?
            .map(drop)
            .map_err(|refusal| self.explain(&refusal))
    }

    fn request(&self, method: Method, call: &str, access_token: &str) -> RequestBuilder {
        let base = self.settings.homeserver.as_str().trim_end_matches('/');
        self.http
            .request(method, format!("{base}/_matrix/client/v3/{call}"))
            .bearer_auth(access_token)
    }

    fn explain(&self, refusal: &Refusal) -> BotError {
        let bot = &self.bot;
        BotError::refused(match refusal.errcode.as_str() {
            "M_APPSERVICE_LOGIN_UNSUPPORTED" => format!(
                "the homeserver refuses the log-in of application services (M_APPSERVICE_LOGIN_UNSUPPORTED), without which {bot} cannot read encrypted rooms: take `io.element.msc4190: true` out of the registration; a homeserver that leaves log-in to the Matrix Authentication Service is not supported yet"
            ),
            "M_EXCLUSIVE" => format!(
                "the homeserver says that {bot} is outside our namespace (M_EXCLUSIVE): the registration's `namespaces.users` must hold it; write the registration anew and restart the homeserver"
            ),
            "M_UNKNOWN_TOKEN" | "M_MISSING_TOKEN" | "M_FORBIDDEN" => format!(
                "the homeserver does not know our as_token ({}): name the registration file in its `app_service_config_files` and restart it",
                refusal.errcode
            ),
            "M_USER_DEACTIVATED" => format!(
                "the account {bot} is deactivated: reactivate it, or choose another `bot.localpart`"
            ),
            errcode => format!(
                "the homeserver refused to let {bot} in: {} {errcode}",
                refusal.status
            ),
        })
    }
}

/// `Err` inside: the homeserver said no. `Err` outside: it said nothing, or to ask later.
async fn ask(request: RequestBuilder) -> Result<Result<Value, Refusal>, BotError> {
    let response = request.send().await.map_err(BotError::later)?;
    let status = response.status();
    let body: Value = match response.json().await {
        Ok(body) => body,
        Err(error) => return Err(BotError::later(error)),
    };
    if status.is_success() {
        return Ok(Ok(body));
    }
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
        let after = body
            .get("retry_after_ms")
            .and_then(Value::as_u64)
            .map(Duration::from_millis);
        return Err(BotError::Later {
            after,
            source: format!("the homeserver answered {status}").into(),
        });
    }
    let errcode = body
        .get("errcode")
        .and_then(Value::as_str)
        .unwrap_or("without an errcode")
        .to_owned();
    Ok(Err(Refusal { status, errcode }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_what_the_homeserver_lists() {
        let bot = "@helproom:lab.test";
        let entry = json!({
            "keys": { "curve25519:HELPROOM": "c", "ed25519:HELPROOM": "d" },
            "signatures": { bot: { "ed25519:HELPROOM": "x", "ed25519:self": "y" } },
        });
        let answer = json!({
            "device_keys": { bot: { "HELPROOM": entry } },
            "master_keys": { bot: { "keys": { "ed25519:master": "master" } } },
            "self_signing_keys": { bot: { "keys": { "ed25519:self": "self" } } },
        });
        let listed = Listed::read(&answer, bot, "HELPROOM");
        assert_eq!(
            (listed.device.as_deref(), listed.master.as_deref()),
            (Some("d"), Some("master"))
        );
        assert!(listed.is_signed);
        let other = Listed::read(&answer, bot, "OTHER");
        assert_eq!((other.device, other.is_signed), (None, false));
        assert_eq!(Listed::read(&json!({}), bot, "HELPROOM"), Listed::default());
    }
}
