//! The bot's own account: its encrypted rooms with one person each, where commands are typed.
//!
//! The account is a namespace user with a device of its own. It is also in every portal and desk
//! room, but those reach us as transactions; here only management rooms are looked at.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod alone;
mod backoff;
mod bot;
mod command;
mod confide;
mod error;
mod invite;
mod ledger;
mod management;
mod presence;
mod reply;
mod run;
mod session;
mod settings;
mod timeline;
mod unreadable;
mod work;

pub use bot::{Bot, OnOutage, Outage};
pub use confide::{Confidences, Whisperer, whisper};
pub use error::BotError;
pub use management::ManagementRooms;
pub use settings::BotSettings;
