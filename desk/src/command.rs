//! The commands people type to the bot. A text that begins with `!` is one and never goes to the
//! customer; `!!` at the start stands for a literal `!`.

use crate::agent::ChatStatus;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    Help,
    /// Shows the chat status, or sets it.
    Status(Option<ChatStatus>),
    Close,
}

/// What a text typed in one of our rooms is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// Words for the customer, `!!` already made `!`.
    Words(String),
    Command(Command),
    /// Meant as a command and wrong: the answer.
    Mistake(String),
}

const NAMES: [&str; 6] = ["help", "status", "online", "away", "offline", "close"];

pub fn read(text: &str) -> Typed {
    if let Some(literal) = text.strip_prefix("!!") {
        return Typed::Words(format!("!{literal}"));
    }
    let Some(line) = text.strip_prefix('!') else {
        return Typed::Words(text.to_owned());
    };
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or_default().to_lowercase();
    let arguments: Vec<&str> = words.collect();
    match (name.as_str(), arguments.as_slice()) {
        ("help" | "", _) => Typed::Command(Command::Help),
        ("status", []) => Typed::Command(Command::Status(None)),
        ("status", [status]) => match ChatStatus::from_word(&status.to_lowercase()) {
            Some(status) => Typed::Command(Command::Status(Some(status))),
            None => Typed::Mistake(format!(
                "{status} is no chat status. Say for example: !status away (or online, offline, auto)"
            )),
        },
        ("status", _) => {
            Typed::Mistake("!status takes one word. Say for example: !status away".into())
        }
        ("online", []) => Typed::Command(Command::Status(Some(ChatStatus::Online))),
        ("away", []) => Typed::Command(Command::Status(Some(ChatStatus::Away))),
        ("offline", []) => Typed::Command(Command::Status(Some(ChatStatus::Offline))),
        ("online" | "away" | "offline", _) => Typed::Mistake(format!(
            "!{name} takes nothing behind it. Say just: !{name}"
        )),
        ("close", _) => Typed::Command(Command::Close),
        _ => Typed::Mistake(unknown(&name)),
    }
}

fn unknown(name: &str) -> String {
    match nearest(name) {
        Some(near) => {
            format!("There is no command !{name}. Did you mean !{near}? All commands: !help")
        }
        None => format!("There is no command !{name}. All commands: !help"),
    }
}

fn nearest(name: &str) -> Option<&'static str> {
    NAMES
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .min()
        .filter(|(distance, _)| *distance <= 2)
        .map(|(_, known)| known)
}

pub fn help() -> String {
    [
        "!status — whether you are given chats; !status online, away, offline or auto (follow presence) sets it",
        "!online, !away, !offline — the same, shorter",
        "!close — in a chat's room: ends the chat",
        "!help — this list",
        "In a chat's room everything else you write goes to the customer; write !! for a message that begins with !.",
    ]
    .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_as() {
        for (text, typed) in [
            ("hello", Typed::Words("hello".into())),
            ("!!important", Typed::Words("!important".into())),
            (" !help", Typed::Words(" !help".into())),
            ("!help", Typed::Command(Command::Help)),
            ("!", Typed::Command(Command::Help)),
            ("!STATUS", Typed::Command(Command::Status(None))),
            (
                "!status  away",
                Typed::Command(Command::Status(Some(ChatStatus::Away))),
            ),
            (
                "!online",
                Typed::Command(Command::Status(Some(ChatStatus::Online))),
            ),
            ("!close done", Typed::Command(Command::Close)),
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
