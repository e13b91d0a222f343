//! The homeserver's side: the application service that is told of our rooms and acts as the
//! customers' ghosts and, in portals and desk rooms, as the bot.

pub mod client;
mod content;
pub mod doctor;
mod doorkeeper;
mod error;
mod gap;
mod gestures;
mod ghosts;
pub mod inbound;
pub mod lookout;
mod media;
pub mod namespace;
mod outbound;
pub mod ping;
mod portal;
pub mod presence;
pub mod registration;
pub mod routes;
mod space;
mod trail;
mod transaction;
mod understand;
mod widget;

pub use client::{AdminToken, Client, ClientSettings};
pub use inbound::Inbound;
pub use namespace::Namespace;
pub use outbound::Outbound;
pub use portal::PortalSettings;
pub use registration::{AsToken, HsToken, Registration};
pub use routes::router;
