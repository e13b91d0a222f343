//! `--console`: a browser is enough. Alice's client is played as far as it must be: she is online,
//! in the desk room, and asks the bot for links to the console. Whoever sits there accepts and answers.

use std::io;

use anyhow::{Context, Result, bail};
use reqwest::Method;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;

use super::files::SERVER_NAME;
use crate::{account::Account, lab::Lab};

/// What alice may do besides chatting, so that all of the console can be tried.
const GRANTED: &str = "mask unmask ticket supervise";
/// How many syncs are waited for an answer; one lasts up to 10 seconds.
const PATIENCE: u32 = 12;

/// Prints links until it is dropped: one at once, another for each line that is typed.
pub(super) async fn sit(lab: &Lab) -> Result<()> {
    let mut admin = Person::log_in(lab, "admin").await?;
    admin.ask("!contract security on").await?;
    let grant = format!("!agent grant @alice:{SERVER_NAME} {GRANTED}");
    admin.ask(&grant).await?;
    let mut alice = Person::log_in(lab, "alice").await?;
    let mut typed = Some(lines());
    loop {
        let told = alice.ask("!console").await?;
        let link = told
            .split_whitespace()
            .find(|word| word.contains("/console#"));
        let link = link.with_context(|| format!("the bot gave no link: {told}"))?;
        println!(
            "  Alice's console (works once, within 5 minutes; Enter for another):\n    {link}\n"
        );
        alice.stays_until_asked(&mut typed).await?;
    }
}

/// Hears of each line that is typed. By a thread that nobody waits for: a read of the terminal
/// cannot be broken off.
fn lines() -> mpsc::Receiver<()> {
    let (told, typed) = mpsc::channel(1);
    std::thread::spawn(move || {
        for line in io::stdin().lines() {
            if line.is_err() || told.blocking_send(()).is_err() {
                return;
            }
        }
    });
    typed
}

/// Somebody with a direct room with the bot.
struct Person {
    account: Account,
    room: String,
    since: Option<String>,
    said: u32,
}

impl Person {
    async fn log_in(lab: &Lab, localpart: &str) -> Result<Self> {
        let nobody = Account::nobody(lab.homeserver_url())?;
        let login = nobody
            .log_in(localpart, &format!("{localpart}-demo"))
            .await?;
        let account = nobody.with(&login.access_token);
        let room = json!({
            "invite": [format!("@helproom:{SERVER_NAME}")],
            "is_direct": true,
            "preset": "trusted_private_chat",
        });
        let made = account.call(Method::POST, "/_matrix/client/v3/createRoom", Some(room));
        let made = made.await?;
        let room = text(&made, "/room_id").context("the room has no id")?;
        let mut person = Self {
            account,
            room: room.to_owned(),
            since: None,
            said: 0,
        };
        // It greets as soon as it is there.
        person.until_told(|_| true).await?;
        Ok(person)
    }

    /// Says it to the bot: what the bot answers.
    async fn ask(&mut self, words: &str) -> Result<String> {
        self.said += 1;
        let (room, key) = (&self.room, self.said);
        let path = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/demo{key}");
        let body = json!({"msgtype": "m.text", "body": words});
        let sent = self.account.call(Method::PUT, &path, Some(body)).await?;
        let event = text(&sent, "/event_id").context("the message has no id")?;
        let answers = |told: &Value| {
            let replied = text(told, "/content/m.relates_to/m.in_reply_to/event_id");
            let reacted = text(told, "/content/m.relates_to/event_id");
            [replied, reacted].contains(&Some(event))
        };
        self.until_told(answers).await
    }

    /// What the bot says that this is true of.
    async fn until_told(&mut self, is_it: impl Fn(&Value) -> bool) -> Result<String> {
        for _ in 0..PATIENCE {
            for told in self.sync().await? {
                if is_it(&told) {
                    let body = text(&told, "/content/body").unwrap_or_default();
                    return Ok(body.to_owned());
                }
            }
        }
        bail!("the bot says nothing")
    }

    /// Online until a line is typed; for good when nobody can type any.
    async fn stays_until_asked(&mut self, typed: &mut Option<mpsc::Receiver<()>>) -> Result<()> {
        loop {
            let Some(lines) = typed.as_mut() else {
                self.sync().await?;
                continue;
            };
            tokio::select! {
                line = lines.recv() => match line {
                    Some(()) => return Ok(()),
                    None => *typed = None,
                },
                seen = self.sync() => drop(seen?),
            }
        }
    }

    /// What the bot said here since the last look; on the way, rooms of the help center are joined
    /// in which no customer is.
    async fn sync(&mut self) -> Result<Vec<Value>> {
        let since = self.since.as_ref();
        let since = since.map_or_else(String::new, |since| format!("&since={since}"));
        let path = format!("/_matrix/client/v3/sync?set_presence=online&timeout=10000{since}");
        let seen = self.account.call(Method::GET, &path, None).await?;
        let invites = seen.pointer("/rooms/invite").and_then(Value::as_object);
        for (room, invite) in invites.into_iter().flat_map(Map::iter) {
            if is_of_the_desk(invite) {
                let path = format!("/_matrix/client/v3/rooms/{room}/join");
                self.account
                    .call(Method::POST, &path, Some(json!({})))
                    .await?;
            }
        }
        let next = text(&seen, "/next_batch").context("a sync without end")?;
        self.since = Some(next.to_owned());
        let here = format!("/rooms/join/{}/timeline/events", self.room);
        let here = seen.pointer(&here).and_then(Value::as_array);
        let bot = format!("@helproom:{SERVER_NAME}");
        let is_said = |event: &&Value| {
            let reacts = text(event, "/type") == Some("m.reaction");
            let says = text(event, "/content/body").is_some();
            text(event, "/sender") == Some(&bot) && (says || reacts)
        };
        let said = here.into_iter().flatten().filter(is_said);
        Ok(said.cloned().collect())
    }
}

/// The desk room or the space: joining a chat's room would accept the chat.
fn is_of_the_desk(invite: &Value) -> bool {
    let state = invite.pointer("/invite_state/events");
    let state = state.and_then(Value::as_array);
    state.into_iter().flatten().any(|event| {
        let name = text(event, "/content/name").unwrap_or_default();
        let is_desk = text(event, "/type") == Some("m.room.name") && name.ends_with("desk");
        is_desk || text(event, "/content/type") == Some("m.space")
    })
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer)?.as_str()
}
