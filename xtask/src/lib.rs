//! What people type (`cargo xtask ...`), and the parts of it that tests use:
//! a private Synapse, a browser, a scripted agent.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

pub mod account;
pub mod agent_bot;
pub mod bench;
pub mod browser;
pub mod cargo;
pub mod chromium;
pub mod demo;
pub mod lab;
pub mod layering;
pub mod node;
pub mod pages;
pub mod ports;
pub mod process;
pub mod python;
pub mod steps;
pub mod stop;
pub mod workspace;
