//! The commands people type to the bot. A text that begins with `!` is one and never goes to the
//! customer; `!!` at the start stands for a literal `!`.

use clap::{CommandFactory, Parser, error::ErrorKind};

mod grammar;
mod words;

pub use grammar::{AgentCommand, Command, Language, RoutingCommand, ServiceCommand, Switch};

use grammar::Line;

/// What a text typed in one of our rooms is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// Words for the customer, `!!` already made `!`.
    Words(String),
    Command(Command),
    /// Meant as a command and wrong: the answer.
    Mistake(String),
}

pub fn read(text: &str) -> Typed {
    if let Some(literal) = text.strip_prefix("!!") {
        return Typed::Words(format!("!{literal}"));
    }
    let Some(line) = text.strip_prefix('!') else {
        return Typed::Words(text.to_owned());
    };
    let words = words::cut(line);
    let Some(name) = words.first() else {
        return Typed::Command(Command::Help { topic: Vec::new() });
    };
    match Line::try_parse_from(&words) {
        Ok(line) => Typed::Command(line.command),
        Err(mistake) => Typed::Mistake(explain(name, &mistake)),
    }
}

/// What was wrong, and an example of what would be right.
fn explain(name: &str, mistake: &clap::Error) -> String {
    let Some(command) = definition(name) else {
        return unknown(name);
    };
    let wrong = match mistake.kind() {
        ErrorKind::MissingRequiredArgument | ErrorKind::MissingSubcommand => {
            format!("!{name} needs more.")
        }
        ErrorKind::TooManyValues | ErrorKind::UnknownArgument => {
            format!("!{name} takes less.")
        }
        _ => format!("!{name} does not know that."),
    };
    match command.get_after_help() {
        Some(example) => format!("{wrong} Say for example: {example}"),
        None => wrong,
    }
}

fn definition(name: &str) -> Option<clap::Command> {
    Line::command().find_subcommand(name).cloned()
}

fn unknown(name: &str) -> String {
    match nearest(name) {
        Some(near) => {
            format!("There is no command !{name}. Did you mean !{near}? All commands: !help")
        }
        None => format!("There is no command !{name}. All commands: !help"),
    }
}

fn nearest(name: &str) -> Option<String> {
    Line::command()
        .get_subcommands()
        .map(|known| {
            (
                strsim::damerau_levenshtein(name, known.get_name()),
                known.get_name().to_owned(),
            )
        })
        .min()
        .filter(|(distance, _)| *distance <= 2)
        .map(|(_, known)| known)
}

pub fn help() -> String {
    let mut lines: Vec<String> = Line::command()
        .get_subcommands()
        .map(|command| {
            let about = command.get_about().map(ToString::to_string);
            format!("!{} — {}", command.get_name(), about.unwrap_or_default())
        })
        .collect();
    lines.push(
        "In a chat's room everything else you write goes to the customer; write !! for a message that begins with !.".into(),
    );
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::ChatStatus;

    #[test]
    fn what_is_typed_is_read_as() {
        for (text, typed) in [
            ("hello", Typed::Words("hello".into())),
            ("!!important", Typed::Words("!important".into())),
            (" !help", Typed::Words(" !help".into())),
            ("!help", Typed::Command(Command::Help { topic: vec![] })),
            ("!", Typed::Command(Command::Help { topic: vec![] })),
            ("!STATUS", Typed::Command(Command::Status { status: None })),
            (
                "!status  away",
                Typed::Command(Command::Status {
                    status: Some(ChatStatus::Away),
                }),
            ),
            ("!online", Typed::Command(Command::Online)),
            (
                "!close done",
                Typed::Command(Command::Close {
                    reason: Some("done".into()),
                }),
            ),
        ] {
            assert_eq!(read(text), typed, "{text}");
        }
    }

    #[test]
    fn a_mistake_is_answered_with_what_would_be_right() {
        for (text, hint) in [
            ("!status asleep", "!status away"),
            ("!status a b", "!status away"),
            ("!away now", "!away"),
            ("!stauts", "Did you mean !status?"),
            ("!frobnicate", "!help"),
        ] {
            match read(text) {
                Typed::Mistake(answer) => assert!(answer.contains(hint), "{text}: {answer}"),
                other => panic!("{text} was read as {other:?}"),
            }
        }
    }
}
