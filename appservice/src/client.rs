//! Requests to the homeserver, as the bot or as a ghost.

use std::{
    borrow::Cow,
    error::Error,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use axum::body::Bytes;
use event_listener::{Event, EventListener};
use http::Method;
use ruma::{
    DeviceId, UserId,
    api::{
        AppserviceUserIdentity, IncomingResponse, MatrixVersion, OutgoingRequest,
        OutgoingRequestAppserviceExt, SupportedVersions,
        auth_scheme::{AuthScheme, SendAccessToken},
        path_builder::PathBuilder,
    },
};

use desk::ids::MediaId;

use crate::{error::CallError, registration::AsToken};

const CONNECT: Duration = Duration::from_secs(5);
/// The longest any request may take; making a room on a busy homeserver is the slowest.
const ANSWER: Duration = Duration::from_secs(60);
/// The longest a file may take, however slowly its reader takes it.
const WHOLE_FILE: Duration = Duration::from_secs(180);

pub struct ClientSettings {
    /// The homeserver's base URL.
    pub url: String,
    pub as_token: AsToken,
}

/// The access token of a server admin of Synapse.
#[derive(Clone)]
pub struct AdminToken(String);

impl AdminToken {
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }
}

impl std::fmt::Debug for AdminToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AdminToken(…)")
    }
}

pub struct Client {
    http: reqwest::Client,
    url: String,
    as_token: AsToken,
    admin: Option<AdminToken>,
    versions: SupportedVersions,
    up: AtomicBool,
    back: Event,
}

/// As whom a request is made.
#[derive(Clone, Copy)]
pub enum As<'a> {
    User(&'a UserId),
    /// With a device the homeserver remembers `txnId` durably, per device.
    Device(&'a UserId, &'a DeviceId),
    /// As the application service itself.
    Service,
}

impl Client {
    pub fn new(settings: ClientSettings) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .tcp_nodelay(true)
            .pool_idle_timeout(Duration::from_secs(20))
            .build()?;
        Ok(Self {
            http,
            url: settings.url.trim_end_matches('/').to_owned(),
            as_token: settings.as_token,
            admin: None,
            versions: SupportedVersions {
                versions: [MatrixVersion::V1_7, MatrixVersion::V1_11].into(),
                features: Default::default(),
            },
            up: AtomicBool::new(true),
            back: Event::new(),
        })
    }

    /// With what files are deleted.
    #[must_use]
    pub fn with_admin(mut self, admin: Option<AdminToken>) -> Self {
        self.admin = admin;
        self
    }

    pub fn has_admin(&self) -> bool {
        self.admin.is_some()
    }

    /// Hears when the homeserver answers again after an outage.
    pub fn came_back(&self) -> EventListener {
        self.back.listen()
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// What time the homeserver has, as it writes it (RFC 9110, "Date").
    pub async fn date(&self) -> Result<Option<String>, CallError> {
        let unreachable =
            |error: reqwest::Error| CallError::Unreachable(error.without_url().into());
        let url = format!("{}/_matrix/client/versions", self.url);
        let answer = self.http.get(url).send().await.map_err(unreachable)?;
        let answer = answer.error_for_status().map_err(unreachable)?;
        let date = answer.headers().get(http::header::DATE);
        Ok(date.and_then(|date| date.to_str().ok()).map(str::to_owned))
    }

    pub async fn call<R>(&self, whom: As<'_>, request: R) -> Result<R::IncomingResponse, CallError>
    where
        R: OutgoingRequest + OutgoingRequestAppserviceExt,
        <R::IncomingResponse as IncomingResponse>::EndpointError: Error,
        for<'a> R::Authentication: AuthScheme<Input<'a> = SendAccessToken<'a>>,
        for<'a> R::PathBuilder: PathBuilder<Input<'a> = Cow<'a, SupportedVersions>>,
    {
        let identity = match whom {
            As::User(user) => AppserviceUserIdentity::new(user),
            As::Device(user, device) => {
                let mut identity = AppserviceUserIdentity::new(user);
                identity.device_id = Some(device);
                identity
            }
            As::Service => AppserviceUserIdentity::default(),
        };
        let token = SendAccessToken::Always(self.as_token.secret());
        let request: http::Request<Vec<u8>> = request
            .try_into_http_request_with_identity(
                &self.url,
                token,
                identity,
                Cow::Borrowed(&self.versions),
            )
            .map_err(CallError::malformed)?;
        let answer = self.answer(request).await;
        self.notice(answer.as_ref().err());
        R::IncomingResponse::try_from_http_response(answer?)
            .map_err(|error| CallError::malformed(error.to_string()))
    }

    /// Deletes a file of this homeserver, its thumbnails too.
    /// `DELETE /_synapse/admin/v1/media/{server}/{media}`
    /// (<https://element-hq.github.io/synapse/latest/admin_api/media_admin_api.html>).
    pub async fn erase(&self, media: &MediaId) -> Result<(), CallError> {
        self.ask_admin(Method::DELETE, media).await.map(drop)
    }

    /// Who has uploaded a file of this homeserver: `GET` of the same address.
    pub async fn uploader(&self, media: &MediaId) -> Result<Option<String>, CallError> {
        let body = self.ask_admin(Method::GET, media).await?;
        let answer: serde_json::Value =
            serde_json::from_slice(&body).map_err(CallError::malformed)?;
        let uploader = answer.pointer("/media_info/user_id");
        Ok(uploader.and_then(|id| id.as_str()).map(str::to_owned))
    }

    async fn ask_admin(&self, method: Method, media: &MediaId) -> Result<Bytes, CallError> {
        let admin = self.admin.as_ref();
        let admin = admin.ok_or_else(|| CallError::malformed("there is no admin token"))?;
        let uri = <&ruma::MxcUri>::from(media.as_str());
        let (server, id) = uri.parts().map_err(CallError::malformed)?;
        let url = format!("{}/_synapse/admin/v1/media/{server}/{id}", self.url);
        let request = self.http.request(method, url).bearer_auth(&admin.0);
        let answer = request.send().await.map_err(CallError::broken);
        self.notice(answer.as_ref().err());
        let answer = answer?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(CallError::broken)?;
        match status.is_success() {
            true => Ok(body),
            false => Err(CallError::refused(status, &body)),
        }
    }

    /// The answer to a GET that needs no token of ours.
    pub(crate) async fn ask_openly(
        &self,
        path: &str,
        query: (&str, &str),
    ) -> Result<serde_json::Value, CallError> {
        let url = reqwest::Url::parse_with_params(&format!("{}/{path}", self.url), [query])
            .map_err(CallError::malformed)?;
        let answer = self.http.get(url).send().await.map_err(CallError::broken);
        self.notice(answer.as_ref().err());
        let answer = answer?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(CallError::broken)?;
        match status.is_success() {
            true => serde_json::from_slice(&body).map_err(CallError::malformed),
            false => Err(CallError::refused(status, &body)),
        }
    }

    /// The answer to a GET as this user, its body still on its way.
    pub async fn fetch(&self, whom: &UserId, path: &str) -> Result<reqwest::Response, CallError> {
        let url = format!("{}/{path}", self.url);
        let url = reqwest::Url::parse_with_params(&url, [("user_id", whom)])
            .map_err(CallError::malformed)?;
        let request = self.http.get(url).timeout(WHOLE_FILE);
        let answer = request.bearer_auth(self.as_token.secret()).send().await;
        let answer = answer.map_err(CallError::broken);
        self.notice(answer.as_ref().err());
        let answer = answer?;
        let status = answer.status();
        match status.is_success() {
            true => Ok(answer),
            false => Err(CallError::refused(status, b"")),
        }
    }

    async fn answer(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, CallError> {
        let unreachable =
            |error: reqwest::Error| CallError::Unreachable(error.without_url().into());
        let request = reqwest::Request::try_from(request)
            .map_err(|e| CallError::malformed(e.without_url()))?;
        let answer = self.http.execute(request).await.map_err(unreachable)?;
        let status = answer.status();
        let headers = answer.headers().clone();
        let body = answer.bytes().await.map_err(unreachable)?;
        if !status.is_success() {
            return Err(CallError::refused(status, &body));
        }
        let mut response = http::Response::new(body.to_vec());
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    fn notice(&self, error: Option<&CallError>) {
        if error.is_some_and(CallError::is_outage) {
            self.up.store(false, Ordering::Relaxed);
        } else if !self.up.swap(true, Ordering::Relaxed) {
            self.back.notify(usize::MAX);
        }
    }
}
