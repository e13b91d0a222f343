//! What was wrong with a command, and what would be right: about the very word, with one example.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{GRAMMAR, Language, definition, nearest, values::Wanted};

/// A command that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The words that were understood.
    path: Vec<String>,
    wrong: Wrong,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Wrong {
    NoSuchCommand {
        word: String,
        near: Option<String>,
    },
    /// `known`: what may stand there.
    NotKnown {
        word: String,
        near: Option<String>,
        known: Vec<String>,
    },
    Unfit {
        word: String,
        wanted: Wanted,
    },
    Missing {
        what: Vec<String>,
    },
    TooMuch {
        word: String,
    },
    Otherwise,
}

impl Mistake {
    pub(super) fn read(path: &[String], words: &[String], error: &clap::Error) -> Self {
        let wrong = if path.is_empty() {
            let word = words.first().cloned().unwrap_or_default();
            let near = nearest(
                &word,
                GRAMMAR.get_subcommands().map(clap::Command::get_name),
            );
            Wrong::NoSuchCommand { word, near }
        } else {
            wrong(path, words, error)
        };
        Self {
            path: path.to_vec(),
            wrong,
        }
    }

    /// Whether it was meant to be a command that is typed with what shall not be seen.
    pub fn is_about_masking(&self) -> bool {
        let is = |word: &str| ["mask", "unmask"].iter().any(|name| word.starts_with(name));
        let meant = match &self.wrong {
            Wrong::NoSuchCommand { word, near } => {
                is(&word.to_lowercase()) || near.as_deref().is_some_and(is)
            }
            _ => false,
        };
        let first = self.path.first().filter(|first| *first != "masking");
        meant || first.is_some_and(|first| is(first))
    }

    /// What was wrong, what would be right, and an example.
    pub fn tell(&self, language: Language) -> String {
        let said = self.path.join(" ");
        let wrong = match language {
            Language::En => self.english(&said),
            Language::Ko => self.korean(&said),
        };
        let example = definition(&self.path).and_then(clap::Command::get_after_help);
        match (example, language) {
            (Some(example), Language::En) => format!("{wrong} For example: {example}"),
            (Some(example), Language::Ko) => format!("{wrong} 예: {example}"),
            (None, _) => wrong,
        }
    }

    fn english(&self, said: &str) -> String {
        match &self.wrong {
            Wrong::NoSuchCommand {
                word,
                near: Some(near),
            } => {
                format!("There is no command !{word}. Did you mean !{near}? All commands: !help")
            }
            Wrong::NoSuchCommand { word, near: None } => {
                format!("There is no command !{word}. All commands: !help")
            }
            Wrong::NotKnown { word, near, known } => {
                let near = near
                    .as_ref()
                    .map(|near| format!(" Did you mean \"{near}\"?"));
                format!(
                    "!{said} does not know \"{word}\".{} Right is: {}.",
                    near.unwrap_or_default(),
                    known.join(", ")
                )
            }
            Wrong::Unfit { word, wanted } => match wanted {
                Wanted::Chat => format!("\"{word}\" is not the number of a chat, as in #17."),
                Wanted::Ticket => format!("\"{word}\" is not the number of a ticket, as in #12."),
                Wanted::Webhook => format!("\"{word}\" is not the number of a webhook, as in #1."),
                Wanted::Number { from, to } => {
                    format!("\"{word}\" does not fit; right is a number from {from} to {to}.")
                }
            },
            Wrong::Missing { what } => format!("!{said} needs {}.", what.join(" ")),
            Wrong::TooMuch { word } => {
                format!(
                    "\"{word}\" is too much for !{said}; put words that belong together in \"quotes\"."
                )
            }
            Wrong::Otherwise => format!("!{said} cannot be understood like this."),
        }
    }

    fn korean(&self, said: &str) -> String {
        match &self.wrong {
            Wrong::NoSuchCommand {
                word,
                near: Some(near),
            } => {
                format!("!{word} 명령은 없습니다. !{near} 명령인가요? 모든 명령: !help")
            }
            Wrong::NoSuchCommand { word, near: None } => {
                format!("!{word} 명령은 없습니다. 모든 명령: !help")
            }
            Wrong::NotKnown { word, near, known } => {
                let near = near.as_ref().map(|near| format!(" \"{near}\" 말씀인가요?"));
                format!(
                    "!{said}에 \"{word}\" 값은 쓸 수 없습니다.{} 쓸 수 있는 값: {}.",
                    near.unwrap_or_default(),
                    known.join(", ")
                )
            }
            Wrong::Unfit { word, wanted } => match wanted {
                Wanted::Chat => {
                    format!("\"{word}\"은(는) 상담 번호가 아닙니다. #17처럼 써 주세요.")
                }
                Wanted::Webhook => {
                    format!("\"{word}\"은(는) 웹훅 번호가 아닙니다. #1처럼 쓰세요.")
                }
                Wanted::Ticket => {
                    format!("\"{word}\"은(는) 티켓 번호가 아닙니다. #12처럼 써 주세요.")
                }
                Wanted::Number { from, to } => {
                    format!(
                        "\"{word}\"은(는) 맞지 않습니다. {from}에서 {to} 사이의 숫자여야 합니다."
                    )
                }
            },
            Wrong::Missing { what } => {
                format!("!{said}에는 {}이(가) 필요합니다.", what.join(" "))
            }
            Wrong::TooMuch { word } => {
                format!(
                    "!{said}에 \"{word}\"은(는) 너무 많습니다. 함께 묶을 말은 \"따옴표\"에 넣어 주세요."
                )
            }
            Wrong::Otherwise => format!("!{said}을(를) 이렇게는 이해할 수 없습니다."),
        }
    }
}

fn wrong(path: &[String], words: &[String], error: &clap::Error) -> Wrong {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.clone()),
        _ => None,
    };
    let word = |kind| shown(path, text(kind).unwrap_or_default());
    match error.kind() {
        ErrorKind::InvalidSubcommand => not_a_part(path, word(ContextKind::InvalidSubcommand)),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Wrong::Missing {
                what: vec![format!("one of: {}", parts(path).join(", "))],
            }
        }
        ErrorKind::InvalidValue => match error.get(ContextKind::ValidValue) {
            Some(ContextValue::Strings(known)) if !known.is_empty() => Wrong::NotKnown {
                near: nearest(
                    &text(ContextKind::InvalidValue).unwrap_or_default(),
                    known.iter().map(String::as_str),
                ),
                word: word(ContextKind::InvalidValue),
                known: known.clone(),
            },
            _ => Wrong::Otherwise,
        },
        ErrorKind::ValueValidation => {
            match std::error::Error::source(error).and_then(|source| source.downcast_ref()) {
                Some(wanted) => Wrong::Unfit {
                    word: word(ContextKind::InvalidValue),
                    wanted: *wanted,
                },
                None => Wrong::Otherwise,
            }
        }
        ErrorKind::MissingRequiredArgument
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues => Wrong::Missing {
            what: missing(error),
        },
        ErrorKind::UnknownArgument | ErrorKind::TooManyValues => {
            let found = text(ContextKind::InvalidArg).or_else(|| words.last().cloned());
            let word = shown(path, found.unwrap_or_default());
            // A part that is not known comes as a word too many, where parts may be left out.
            match definition(path).is_some_and(clap::Command::has_subcommands) {
                true => not_a_part(path, word),
                false => Wrong::TooMuch { word },
            }
        }
        _ => Wrong::Otherwise,
    }
}

fn not_a_part(path: &[String], word: String) -> Wrong {
    let known = parts(path);
    Wrong::NotKnown {
        near: nearest(&word, known.iter().map(String::as_str)),
        word,
        known,
    }
}

fn parts(path: &[String]) -> Vec<String> {
    let command = definition(path).into_iter();
    command
        .flat_map(clap::Command::get_subcommands)
        .map(|part| part.get_name().to_owned())
        .collect()
}

/// `<to>`, as the help writes it.
fn missing(error: &clap::Error) -> Vec<String> {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::Strings(names)) => {
            names.iter().map(|name| name.to_lowercase()).collect()
        }
        Some(ContextValue::String(name)) => vec![name.to_lowercase()],
        _ => vec!["more words".into()],
    }
}

/// Answers quote what was typed, but where it may be a secret; and not too much of it.
fn shown(path: &[String], word: String) -> String {
    let secret = ["helpcenter", "identity"];
    if path.iter().map(String::as_str).take(2).eq(secret) {
        return "…".into();
    }
    match word.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", word.get(..at).unwrap_or_default()),
        None => word,
    }
}
