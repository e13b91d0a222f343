//! The commands people type to the bot. A text that begins with the prefix (`!`, unless the
//! settings say otherwise) is one and never goes to the customer; the prefix twice at the start
//! stands for a literal one. A text that begins with the bot's name is a command, too.

use std::sync::LazyLock;

use clap::{CommandFactory, FromArgMatches};

use crate::ids::RoomId;

mod formatted;
mod grammar;
mod help;
mod korean;
mod mistake;
mod values;
mod wish;
mod words;

pub use formatted::{formatted, names, pills};
pub use grammar::{
    AgentCommand, Algorithm, ApikeyCommand, AttachmentsCommand, Command, ConsentCommand,
    ContractSwitch, FieldsCommand, HelpcenterCommand, IdentityCommand, IdleCommand, Language,
    MaskingCommand, OriginsCommand, PatternCommand, Required, RoutingCommand, Separators,
    ServiceCommand, Side, Switch, ThemeCommand, TicketCommand, WebhookCommand,
};
pub use help::{help, help_about};
pub use mistake::Mistake;
pub use wish::{Wish, WrongWish, looked_for};

use grammar::Line;

/// What a text typed in one of our rooms is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// Words for the customer, a doubled prefix already made one.
    Words(String),
    Command(Command),
    /// Meant as a command and wrong.
    Mistake(Mistake),
}

/// How commands are told from other texts.
#[derive(Clone, Debug)]
pub struct Manner {
    /// What a command begins with.
    pub prefix: String,
    /// The bot's Matrix user id.
    pub bot: String,
    /// The name people see.
    pub display_name: String,
}

impl Default for Manner {
    fn default() -> Self {
        Self {
            prefix: "!".into(),
            bot: "@helproom:localhost".into(),
            display_name: "Helproom".into(),
        }
    }
}

impl Manner {
    pub fn read(&self, text: &str) -> Typed {
        if let Some(behind) = text.strip_prefix(&self.prefix) {
            return match behind.starts_with(&self.prefix) {
                true => Typed::Words(behind.to_owned()),
                false => read_line(behind),
            };
        }
        match self.addressed(text) {
            Some(line) => read_line(line),
            None => Typed::Words(text.to_owned()),
        }
    }

    /// What is said to the bot, if the text begins with its name: `@helproom: status`. Clients
    /// write the display name where a person picked the bot from a list.
    fn addressed<'t>(&self, text: &'t str) -> Option<&'t str> {
        let localpart = self.bot.split(':').next().unwrap_or(&self.bot);
        for name in [self.bot.as_str(), localpart] {
            if let Some(rest) = behind_name(text, name) {
                return Some(rest.1);
            }
        }
        let (colon, rest) = behind_name(text, &self.display_name)?;
        // Without a colon it may well be a sentence about the bot.
        let first = rest.split_whitespace().next().unwrap_or_default();
        (colon || definition(&[first.to_lowercase()]).is_some()).then_some(rest)
    }

    /// Answers name commands with `!`; here with what people must type. An exclamation mark that
    /// ends a word is one.
    pub fn own(&self, answer: String) -> String {
        if self.prefix == "!" {
            return answer;
        }
        let mut own = String::with_capacity(answer.len());
        let mut before = ' ';
        for c in answer.chars() {
            match c == '!' && !before.is_alphanumeric() {
                true => own.push_str(&self.prefix),
                false => own.push(c),
            }
            before = c;
        }
        own
    }

    /// A link to a room that clients open.
    pub fn link(&self, room: &RoomId) -> String {
        let server = self.bot.split_once(':').map_or("", |(_, server)| server);
        format!("https://matrix.to/#/{room}?via={server}")
    }

    /// A Matrix user id from what an admin types: whole, or without the server of the bot.
    pub fn person(&self, word: &str) -> Option<String> {
        let name = word.strip_prefix('@').unwrap_or(word);
        let server = self.bot.split_once(':').map_or("", |(_, server)| server);
        let (localpart, server) = name.split_once(':').unwrap_or((name, server));
        let right = |part: &str| {
            !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control())
        };
        (right(localpart) && right(server) && word.len() < 256)
            .then(|| format!("@{localpart}:{server}"))
    }
}

/// Whether a colon or a comma follows the name, and what is behind it.
fn behind_name<'t>(text: &'t str, name: &str) -> Option<(bool, &'t str)> {
    let text = text.trim_start();
    let start = text.get(..name.len())?;
    if name.is_empty() || !start.eq_ignore_ascii_case(name) {
        return None;
    }
    let rest = text.get(name.len()..)?;
    let unmarked = rest.strip_prefix([':', ',']);
    let behind = unmarked.unwrap_or(rest);
    (behind.is_empty() || behind.starts_with(char::is_whitespace))
        .then(|| (unmarked.is_some(), behind.trim()))
}

fn read_line(line: &str) -> Typed {
    let mut words = words::cut(line);
    if words.first().is_none_or(String::is_empty) {
        return Typed::Command(Command::Help { topic: Vec::new() });
    }
    let path = path_of(&mut words);
    let mut grammar = GRAMMAR.clone();
    let read = grammar
        .try_get_matches_from_mut(&words)
        .and_then(|matches| Line::from_arg_matches(&matches));
    match read {
        Ok(line) => Typed::Command(line.command),
        Err(error) => Typed::Mistake(Mistake::read(&path, &words, &error)),
    }
}

/// The words that name the command, in lower case from here on: phones like to begin in upper
/// case. A command that has parts and is named alone shows how things are.
fn path_of(words: &mut Vec<String>) -> Vec<String> {
    let mut path = Vec::new();
    let mut at = &*GRAMMAR;
    while at.has_subcommands() {
        let Some(word) = words.get_mut(path.len()) else {
            break;
        };
        let lower = word.to_lowercase();
        let Some(next) = at.find_subcommand(&lower) else {
            break;
        };
        *word = lower.clone();
        path.push(lower);
        at = next;
    }
    if path.len() == words.len() {
        let showing = ["show", "list"].into_iter();
        words.extend(
            showing
                .map(str::to_owned)
                .find(|name| at.find_subcommand(name).is_some()),
        );
    }
    path
}

/// Positional words are taken however they begin and are written: nothing here is an option.
static GRAMMAR: LazyLock<clap::Command> = LazyLock::new(|| {
    fn lenient(command: clap::Command) -> clap::Command {
        command
            .mut_args(|arg| match arg.is_positional() {
                true => arg.ignore_case(true).allow_hyphen_values(true),
                false => arg,
            })
            .mut_subcommands(lenient)
    }
    lenient(Line::command())
});

/// The definition of a command, or of a part of one.
fn definition(path: &[String]) -> Option<&'static clap::Command> {
    let (first, rest) = path.split_first()?;
    let mut command = GRAMMAR.find_subcommand(first)?;
    for word in rest {
        command = command.find_subcommand(word)?;
    }
    Some(command)
}

/// The example of a command or of a part of one.
pub fn example(path: &[&str]) -> String {
    let path: Vec<String> = path.iter().map(|word| (*word).to_owned()).collect();
    let example = definition(&path).and_then(clap::Command::get_after_help);
    example.map(ToString::to_string).unwrap_or_default()
}

fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let word = word.to_lowercase();
    known
        .map(|known| (strsim::damerau_levenshtein(&word, known), known))
        .min()
        .filter(|(distance, known)| *distance <= 2 && *distance < known.chars().count())
        .map(|(_, known)| known.to_owned())
}

#[cfg(test)]
mod tests;
