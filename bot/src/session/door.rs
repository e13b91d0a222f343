//! What is asked of the homeserver before there is a session: as the application service, or
//! with a bare access token.

use std::time::Duration;

use matrix_sdk::ruma::{DeviceId, OwnedUserId};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::TIMEOUT;
use crate::{error::BotError, settings::BotSettings};

pub(super) struct Door<'a> {
    http: reqwest::Client,
    settings: &'a BotSettings,
    bot: OwnedUserId,
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

    /// The Ed25519 key under which the homeserver lists the bot's device, if it lists it with keys.
    pub(super) async fn listed_key(&self, access_token: &str) -> Result<Option<String>, BotError> {
        let (bot, device) = (self.bot.as_str(), self.settings.device_id.as_str());
        let request = self
            .request(Method::POST, "keys/query", access_token)
            .json(&json!({ "device_keys": { bot: [device] } }));
        let answer = ask(request)
            .await?
            .map_err(|refusal| self.explain(&refusal))?;
        let listed = answer
            .get("device_keys")
            .and_then(|all| all.get(bot)?.get(device)?.get("keys"));
        let key = listed.and_then(|keys| keys.get(format!("ed25519:{device}"))?.as_str());
        Ok(key.map(str::to_owned))
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
