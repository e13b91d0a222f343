//! A scripted agent: any Matrix account that accepts chats and answers them,
//! so that one person alone can try the whole thing.

pub mod script;
mod sync;

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use anyhow::{Result, bail};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::account::{Account, Login};
use sync::{Message, Seen};

/// Who it is and how it behaves.
#[derive(Clone, Debug)]
pub struct Options {
    pub homeserver: String,
    pub user: String,
    pub password: String,
    /// How it introduces itself.
    pub name: String,
    /// The user id of Helproom's bot. Its virtual users begin with the same
    /// name and an underscore.
    pub bot: String,
    /// How long it seems to type; zero for measuring.
    pub typing: Duration,
}

/// A logged-in agent.
#[derive(Debug)]
pub struct AgentBot {
    account: Account,
    login: Login,
    options: Options,
    since: Option<String>,
    to_greet: HashSet<String>,
    answered: HashMap<String, usize>,
}

impl AgentBot {
    /// Logs in; it is online from [`AgentBot::run`] on.
    pub async fn log_in(options: Options) -> Result<Self> {
        let nobody = Account::nobody(&options.homeserver)?;
        let login = nobody.log_in(&options.user, &options.password).await?;
        Ok(Self {
            account: nobody.with(&login.access_token),
            login,
            options,
            since: None,
            to_greet: HashSet::new(),
            answered: HashMap::new(),
        })
    }

    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.login.user_id
    }

    /// Syncs, joins, greets and answers until it is dropped; ends only when
    /// the homeserver does not know it any more. Outages are waited for.
    pub async fn run(mut self) -> Result<()> {
        loop {
            match self.step().await {
                Ok(()) => {}
                Err(error) if error.is::<LoggedOut>() => return Err(error),
                Err(_) => tokio::time::sleep(Duration::from_secs(1)).await,
            }
        }
    }

    /// One sync and what follows from it.
    async fn step(&mut self) -> Result<()> {
        let query = match &self.since {
            Some(since) => format!("&since={since}&timeout=25000"),
            None => String::new(),
        };
        let path = format!("/_matrix/client/v3/sync?set_presence=online{query}");
        let answer = self.account.ask(Method::GET, &path, None).await?;
        match answer.status {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED => return Err(LoggedOut.into()),
            status => bail!("sync: {status}"),
        }
        let seen = Seen::read(&answer.body, &self.login.user_id, &self.options.bot);
        // What was said before we came is not ours to answer.
        let first = self.since.is_none();
        for room in &seen.invites {
            self.join(room).await?;
        }
        for room in &seen.chats {
            if self.to_greet.contains(room) {
                let greeting = script::greeting(&self.options.name);
                self.say(room, &greeting, "greeting").await?;
                self.to_greet.remove(room);
            }
        }
        if !first {
            for message in &seen.messages {
                self.answer(message).await?;
            }
        }
        self.since = Some(seen.next);
        Ok(())
    }

    async fn join(&mut self, room: &str) -> Result<()> {
        let path = format!("/_matrix/client/v3/rooms/{room}/join");
        let answer = self
            .account
            .ask(Method::POST, &path, Some(json!({})))
            .await?;
        // The offer may have been withdrawn meanwhile.
        if answer.status.is_success() {
            self.to_greet.insert(room.to_owned());
        }
        Ok(())
    }

    async fn answer(&mut self, message: &Message) -> Result<()> {
        let Message { room, event, .. } = message;
        let receipt = format!("/_matrix/client/v3/rooms/{room}/receipt/m.read/{event}");
        self.account
            .ask(Method::POST, &receipt, Some(json!({})))
            .await?;
        let said = self.answered.entry(room.clone()).or_default();
        let text = match &message.text {
            Some(text) => script::answer(text, *said),
            None => "Thank you for the file, I am having a look.".to_owned(),
        };
        *said += 1;
        self.say(room, &text, event).await
    }

    /// `what` makes it said once, however often a step has to be repeated.
    async fn say(&self, room: &str, text: &str, what: &str) -> Result<()> {
        if !self.options.typing.is_zero() {
            self.typing(room, true).await?;
            tokio::time::sleep(self.options.typing).await;
            self.typing(room, false).await?;
        }
        let key = format!("{room}-{what}");
        let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/{key}");
        let body = json!({"msgtype": "m.text", "body": text});
        // The chat may have been taken from us meanwhile.
        self.account.ask(Method::PUT, &path, Some(body)).await?;
        Ok(())
    }

    async fn typing(&self, room: &str, typing: bool) -> Result<()> {
        let user = &self.login.user_id;
        let path = format!("/_matrix/client/v3/rooms/{room}/typing/{user}");
        let body: Value = json!({"typing": typing, "timeout": 10_000});
        self.account.ask(Method::PUT, &path, Some(body)).await?;
        Ok(())
    }
}

/// The homeserver does not accept the agent's access token any more.
#[derive(Debug)]
struct LoggedOut;

impl std::fmt::Display for LoggedOut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the scripted agent was logged out")
    }
}

impl std::error::Error for LoggedOut {}

#[cfg(test)]
mod tests;
