//! Words that must be something: the number of a chat, a number between two others.

use std::fmt;

/// What a word should have been. It is worded with the mistake, in the asker's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    Chat,
    Ticket,
    Webhook,
    Number { from: u64, to: u64 },
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Chat => f.write_str("the number of a chat, as in #17"),
            Self::Ticket => f.write_str("the number of a ticket, as in #12"),
            Self::Webhook => f.write_str("the number of a webhook, as in #1"),
            Self::Number { from, to } => write!(f, "a number from {from} to {to}"),
        }
    }
}

impl std::error::Error for Wanted {}

/// `17` or `#17`.
pub fn chat_number(word: &str) -> Result<u64, Wanted> {
    counted(word).ok_or(Wanted::Chat)
}

/// `12` or `#12`.
pub fn ticket_number(word: &str) -> Result<u64, Wanted> {
    counted(word).ok_or(Wanted::Ticket)
}

/// `1` or `#1`.
pub fn hook_number(word: &str) -> Result<u64, Wanted> {
    counted(word).ok_or(Wanted::Webhook)
}

fn counted(word: &str) -> Option<u64> {
    let digits = word.strip_prefix('#').unwrap_or(word);
    digits.parse().ok().filter(|number| *number > 0)
}

pub fn number<const FROM: u64, const TO: u64>(word: &str) -> Result<u64, Wanted> {
    word.parse()
        .ok()
        .filter(|number| (FROM..=TO).contains(number))
        .ok_or(Wanted::Number { from: FROM, to: TO })
}

pub fn small_number<const FROM: u64, const TO: u64>(word: &str) -> Result<u32, Wanted> {
    let number = number::<FROM, TO>(word)?;
    u32::try_from(number).map_err(|_| Wanted::Number { from: FROM, to: TO })
}
