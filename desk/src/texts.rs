//! What the bot says to people, in each language: a function per saying, a `match` per language.
//! Answers are in the asker's language; notices and topics of rooms in the service's.

pub mod admin;
pub mod closing;
pub mod console;
pub mod doctor;
pub mod keys;
pub mod masking;
mod people;
mod rooms;
pub mod routing;
pub mod tickets;
pub mod webhooks;

/// Says that a command was carried out. Not a ✅, which ends a chat: whoever presses the bot's own
/// reaction sends the same.
pub const TICK: &str = "👍";

pub use people::{cannot_decrypt, greeting, language, not_an_agent, status};
pub use rooms::{
    desk_name, desk_topic, dismissed, notice, offer, portal_name, portal_topic, space_topic,
};
