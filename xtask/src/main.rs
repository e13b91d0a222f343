//! The command line: `cargo xtask lab | build | test | demo | bench`.

mod lab_command;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use xtask::{
    bench, demo, pages,
    steps::{self, Step},
};

/// Tasks for people who work on Helproom, or want to try it.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Start everything on this machine and print the addresses, until Ctrl-C
    Demo(demo::Options),
    /// Check everything: formatting, widget and console, layering, lints, all tests
    Test {
        /// Run only the tests whose name contains this
        filter: Option<String>,
        /// Run only this step
        #[arg(long, value_enum)]
        only: Option<Step>,
    },
    /// Build the widget and the console, which Helproom embeds
    Build,
    /// Measure latency, memory and start, next to a bare application service
    Bench(bench::Options),
    /// Start a private Synapse with users and print its address, until Ctrl-C
    Lab(lab_command::Options),
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse().task).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("==> {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(task: Task) -> Result<()> {
    match task {
        Task::Demo(options) => demo::run(options).await,
        Task::Test { filter, only } => steps::run(only, filter.as_deref()).await,
        Task::Build => pages::build(),
        Task::Bench(options) => bench::run(options).await,
        Task::Lab(options) => lab_command::run(options).await,
    }
}
