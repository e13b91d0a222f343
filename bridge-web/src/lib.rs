//! The customer's side: the HTTP API, the live sockets and the embedded widget.

mod api;
mod body;
mod client;
mod console;
mod disposition;
mod error;
mod identity;
mod key;
mod limits;
mod live;
mod origins;
mod pages;
mod slots;
mod socket;
mod trace;
mod visitor;
mod web;
mod wire;

pub use limits::Limits;
pub use live::Live;
pub use web::{WebSettings, router};
