//! The whole desk in process: real database, real engine, real dispatcher; only the homeserver,
//! the clock and the identifiers are stand-ins.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod admin;
#[path = "../tables/admin.rs"]
mod admin_table;
mod care;
mod closing;
mod console;
mod delivery;
mod desk_in_process;
mod erasing;
mod files;
mod gestures;
mod handing;
mod hidden;
mod hours;
mod inbound;
mod invariants;
mod lookout;
mod lost;
mod masking;
mod policies;
mod routing;
mod talking;
#[path = "../tables/tickets.rs"]
mod ticket_table;
mod tickets;
mod unmasking;
mod webhooks;
