//! The whole of bridge-web over a real store; only the homeserver's side is missing.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

#[path = "it/attachments.rs"]
mod attachments;
#[path = "it/bodies.rs"]
mod bodies;
#[path = "it/care.rs"]
mod care;
#[path = "it/chats.rs"]
mod chats;
#[path = "it/console.rs"]
mod console;
#[path = "it/events.rs"]
mod events;
#[path = "it/house.rs"]
mod house;
#[path = "it/keys.rs"]
mod keys;
#[path = "it/limits.rs"]
mod limits;
#[path = "it/openapi.rs"]
mod openapi;
#[path = "it/origins.rs"]
mod origins;
#[path = "it/pages.rs"]
mod pages;
#[path = "it/programs.rs"]
mod programs;
#[path = "it/sockets.rs"]
mod sockets;
