//! Webhooks over HTTP, signed as Standard Webhooks says
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).
//! Names are looked up here, and only addresses that may be reached are connected to: the very
//! address that is used is looked at, so a name that changes its mind gains nothing.

use std::{error::Error, time::Duration};

use async_trait::async_trait;
use desk::{
    ports::{HookPost, PostError, Webhooks},
    webhook::Allowed,
};
use reqwest::{
    Client, Response, StatusCode,
    header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER},
    redirect::Policy,
};

mod lookup;
mod signature;

pub use lookup::{Lookup, System};
pub use signature::sign;

use lookup::{Guarded, Refused};

/// How long connecting may take, and all of it.
const CONNECT: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(10);
/// No address is obeyed that asks for more.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 3600);

pub struct Hooks {
    allowed: Allowed,
    tls: Client,
    /// What is sent without TLS reaches allowed addresses alone.
    plain: Client,
}

impl Hooks {
    pub fn new(allowed: Allowed) -> Result<Self, reqwest::Error> {
        Self::looking_up(allowed, System)
    }

    pub fn looking_up(
        allowed: Allowed,
        lookup: impl Lookup + Clone,
    ) -> Result<Self, reqwest::Error> {
        Ok(Self {
            tls: client(Guarded::new(allowed.clone(), true, lookup.clone()))?,
            plain: client(Guarded::new(allowed.clone(), false, lookup))?,
            allowed,
        })
    }
}

fn client<L: Lookup>(guarded: Guarded<L>) -> Result<Client, reqwest::Error> {
    Client::builder()
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        .redirect(Policy::none())
        // A proxy of the environment would look the name up itself.
        .no_proxy()
        // Each time the address is looked at anew.
        .pool_max_idle_per_host(0)
        .dns_resolver(guarded)
        .user_agent("Helproom")
        .build()
}

#[async_trait]
impl Webhooks for Hooks {
    async fn post(&self, post: &HookPost) -> Result<(), PostError> {
        // Addresses that are no names are not looked up.
        let url = self.allowed.check(&post.url);
        let url = url.map_err(|wrong| later(None, &wrong.to_string()))?;
        let client = match url.scheme() {
            "https" => &self.tls,
            _ => &self.plain,
        };
        let at = post.at.as_millis() / 1_000;
        let request = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", post.id.as_str())
            .header("webhook-timestamp", at)
            .header("webhook-signature", sign(post))
            .body(post.body.clone());
        // What it answers beside its status is not read.
        match request.send().await {
            Ok(answer) => judged(&answer),
            Err(error) => Err(later(None, trouble(&error))),
        }
    }
}

fn judged(answer: &Response) -> Result<(), PostError> {
    let status = answer.status();
    match status {
        _ if status.is_success() => Ok(()),
        StatusCode::GONE => Err(PostError::Gone),
        _ if status.is_redirection() => {
            Err(later(None, &format!("it redirects ({})", status.as_u16())))
        }
        _ => {
            let told = format!("it answers {}", status.as_u16());
            Err(later(asked(answer.headers()), &told))
        }
    }
}

/// `Retry-After` in seconds; as a date it is left aside.
fn asked(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = Duration::from_secs(seconds.parse().ok()?);
    Some(seconds.min(LONGEST_PAUSE))
}

/// In a few words, without the address.
fn trouble(error: &reqwest::Error) -> &'static str {
    if refused(error) {
        "its address is not public"
    } else if error.is_timeout() {
        "it did not answer in time"
    } else if error.is_connect() {
        "it cannot be reached"
    } else {
        "it broke off"
    }
}

fn refused(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(found) = source {
        if found.is::<Refused>() {
            return true;
        }
        source = found.source();
    }
    false
}

fn later(after: Option<Duration>, trouble: &str) -> PostError {
    PostError::Later {
        after,
        trouble: trouble.into(),
    }
}
