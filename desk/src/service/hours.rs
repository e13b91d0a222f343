//! Business hours: when a help center offers chat.

use serde::{Deserialize, Serialize};

/// Weekly hours in a time zone, and days off. Outside them only *Contact Us* is offered; chats
/// that run go on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// A name of the IANA time zone database, such as `Asia/Seoul`.
    pub zone: String,
    /// When chat is open. Spans may not pass midnight; `24:00` is the end of a day.
    pub open: Vec<Span>,
    /// Days without chat, `YYYY-MM-DD`.
    #[serde(default)]
    pub holidays: Vec<String>,
}

/// On some days of the week, from one time to another, `HH:MM`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub days: Vec<Weekday>,
    pub from: String,
    pub to: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}
