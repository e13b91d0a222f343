//! Tickets: what stays to be done after, or instead of, a chat.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    customer::breaks_lines,
    ids::{AgentId, ChatId, ServiceSlug, Timestamp},
};

mod tags;

pub use tags::{MAX_TAGS, Tag, Tags, WrongTag};

/// The longest subject, in Unicode scalar values.
pub const MAX_SUBJECT: usize = 200;
/// The longest description, comment or reply, in Unicode scalar values.
pub const MAX_TEXT: usize = 10_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub service: ServiceSlug,
    /// Counts the tickets of a service from 1.
    pub number: u64,
    pub subject: String,
    pub description: String,
    pub status: Status,
    pub priority: Priority,
    /// Whose it is.
    pub assignee: Option<AgentId>,
    pub tags: Tags,
    /// Of the customer.
    pub name: Option<String>,
    pub email: Option<String>,
    /// The chat it was made in.
    pub origin: Option<Origin>,
    /// `None`: the customer itself, by the inquiry form.
    pub made_by: Option<AgentId>,
    pub created_at: Timestamp,
    /// When anything of it last changed, comments included.
    pub changed_at: Timestamp,
}

/// A ticket outlives its chat, so it knows the number too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub chat: ChatId,
    pub number: u64,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$attribute:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize,
            clap::ValueEnum,
        )]
        #[serde(rename_all = "lowercase")]
        pub enum $name { $($(#[$attribute])* $variant),+ }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            pub fn from_word(word: &str) -> Option<Self> {
                let mut all = Self::ALL.iter().copied();
                all.find(|known| known.as_str() == word.to_lowercase())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// How far a ticket is. Any may follow any: a solved one comes back.
    Status { #[default] Open = "open", Pending = "pending", Solved = "solved", Closed = "closed" }
}

words! {
    Priority { Low = "low", #[default] Normal = "normal", High = "high", Urgent = "urgent" }
}

impl Status {
    /// Whether somebody still has to do something.
    pub fn is_to_do(self) -> bool {
        matches!(self, Self::Open | Self::Pending)
    }
}

/// What somebody changed, for the ticket's history. The old value may be empty (there was none), and
/// so may be the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketChange {
    pub by: AgentId,
    pub at: Timestamp,
    pub field: Field,
    pub old: String,
    pub new: String,
}

words! {
    /// What of a ticket agents change.
    Field {
        #[default]
        Status = "status",
        Priority = "priority",
        Assignee = "assignee",
        Tag = "tag",
        Subject = "subject",
    }
}

/// What somebody wrote about a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comment {
    /// Counts the ticket's comments from 1.
    #[serde(skip)]
    pub number: u64,
    pub by: AgentId,
    /// The name customers see.
    pub name: String,
    pub text: String,
    /// Whether it was sent to the customer.
    pub public: bool,
    #[serde(skip, default = "never")]
    pub at: Timestamp,
}

fn never() -> Timestamp {
    Timestamp::from_millis(0)
}

/// Which tickets are looked for. All that is said must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketQuery {
    /// One of these; empty: any.
    pub status: Vec<Status>,
    pub assignee: Option<AgentId>,
    pub tags: Vec<Tag>,
    /// Made of this chat.
    pub chat: Option<ChatId>,
    /// Older than this one.
    pub before: Option<u64>,
    /// Each of these words stands in the ticket, its comments or its conversation, or begins a
    /// word there.
    pub words: Vec<String>,
}

/// The tag of every ticket made by the inquiry form.
pub const TAG_INQUIRY: &str = "Inquiry";
/// The tag of every ticket made in a chat.
pub const TAG_CHAT: &str = "Chat";

/// A text of several lines in one, and not too long: for a subject. What breaks lines or turns the
/// direction of writing is left out.
pub fn as_subject(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|c| !breaks_lines(*c)).collect();
    match line.char_indices().nth(MAX_SUBJECT) {
        Some(_) => {
            let kept: String = line.chars().take(MAX_SUBJECT - 1).collect();
            format!("{}…", kept.trim_end())
        }
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line_of_at_most_200_characters() {
        for (text, subject) in [
            ("  I cannot\nlog in ", "I cannot log in".to_owned()),
            ("", String::new()),
            (&"가".repeat(200), "가".repeat(200)),
            (&"가".repeat(201), format!("{}…", "가".repeat(199))),
        ] {
            assert_eq!(as_subject(text), subject);
        }
    }

    #[test]
    fn words_of_states_are_read_as_they_are_written() {
        for status in Status::ALL {
            assert_eq!(
                Status::from_word(&status.as_str().to_uppercase()),
                Some(*status)
            );
        }
        assert_eq!(Priority::from_word("urgentt"), None);
    }
}
