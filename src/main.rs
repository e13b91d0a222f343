//! Helproom: a help center's live chat in Matrix.

mod cli;
mod doctor;
mod export;
mod lifecycle;
mod mask;
mod settings;
mod vault;
mod wire;

use std::process::ExitCode;

use clap::Parser;

// With thousands of idle sockets glibc's allocator loses half its message rate (measured).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("helproom: {error:#}");
            ExitCode::FAILURE
        }
    }
}
