//! The whole program on a real Synapse, with a real browser for the customer and a real Matrix
//! client for the agent.

#![recursion_limit = "256"]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

mod admin;
#[path = "../tables/admin.rs"]
mod admin_table;
mod agent;
mod customer;
mod light;
mod page;
mod site;
#[path = "../tables/tickets.rs"]
mod ticket_table;
mod world;

mod bot;
mod closing;
mod commands;
mod console;
mod conversation;
mod crashes;
mod hands;
mod homeserver;
mod masking;
mod programs;
mod race;
mod refusals;
mod routing;
mod schema;
mod switches;
mod talk;
mod tickets;
mod unmasking;
mod unseen;
