//! One account on a homeserver, spoken to by plain client-server calls.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::{Client, Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

/// A log-in: enough for any client library to restore the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub user_id: String,
    pub access_token: String,
    pub device_id: String,
    pub password: String,
}

#[derive(Deserialize)]
struct LoginAnswer {
    user_id: String,
    access_token: String,
    device_id: String,
}

/// What a homeserver answers, with its errcode kept apart.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub body: Value,
}

impl Answer {
    /// The `errcode`, or nothing if the call was answered.
    #[must_use]
    pub fn errcode(&self) -> Option<&str> {
        self.body.get("errcode").and_then(Value::as_str)
    }
}

/// A homeserver, and whom we are there.
#[derive(Clone, Debug)]
pub struct Account {
    client: Client,
    homeserver: String,
    access_token: Option<String>,
}

impl Account {
    /// Nobody yet: for logging in and for what needs no account.
    pub fn nobody(homeserver: &str) -> Result<Self> {
        // Connections are not kept: one that belongs to the runtime of a test
        // that has ended would fail in the next test.
        let client = Client::builder()
            .pool_max_idle_per_host(0)
            .timeout(Duration::from_secs(90))
            .build()?;
        Ok(Self {
            client,
            homeserver: homeserver.trim_end_matches('/').to_owned(),
            access_token: None,
        })
    }

    /// The same homeserver with this access token.
    #[must_use]
    pub fn with(&self, access_token: &str) -> Self {
        Self {
            access_token: Some(access_token.to_owned()),
            ..self.clone()
        }
    }

    /// Logs in with a password; makes a new device.
    pub async fn log_in(&self, user: &str, password: &str) -> Result<Login> {
        let body = json!({
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": user},
            "password": password,
        });
        let answer = self
            .call(Method::POST, "/_matrix/client/v3/login", Some(body))
            .await?;
        login(answer, password)
    }

    /// Calls, and takes any answer that is not a success for a failure.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let answer = self.ask(method.clone(), path, body).await?;
        if !answer.status.is_success() {
            let path = path.split('?').next().unwrap_or(path);
            bail!("{method} {path}: {} {}", answer.status, answer.body);
        }
        Ok(answer.body)
    }

    /// Calls, and returns whatever the homeserver answers.
    pub async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Answer> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.homeserver));
        if let Some(token) = &self.access_token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let status = response.status();
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Answer { status, body })
    }
}

/// Reads the homeserver's answer to a log-in or a registration.
pub(crate) fn login(answer: Value, password: &str) -> Result<Login> {
    let answer: LoginAnswer =
        serde_json::from_value(answer).context("the homeserver's log-in answer is incomplete")?;
    Ok(Login {
        user_id: answer.user_id,
        access_token: answer.access_token,
        device_id: answer.device_id,
        password: password.to_owned(),
    })
}
