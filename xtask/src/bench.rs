//! `cargo xtask bench`: a running pair (Synapse, Helproom) measured next to
//! the floor on the same Synapse in the same run: a bare application service.
//! It measures and judges nothing: what it finds never makes it fail.
//! `cargo xtask bench masking`: how well and how fast personal data is found.

mod agent;
mod bare;
mod customer;
mod figures;
mod pair;
mod report;
mod rounds;

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result, ensure};
use clap::{Args, ValueEnum};

use crate::{lab, python, stop::Stop, workspace};
use pair::Pair;
use report::Report;

/// What to measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// Messages between customers and agents
    Chat,
    /// The detectors of personal data: precision, recall, speed
    Masking,
}

/// How to measure.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// What to measure; the other options are for `chat`
    #[arg(value_enum, default_value_t = What::Chat)]
    pub what: What,
    /// Print the figures as JSON
    #[arg(long)]
    pub json: bool,
    /// Samples of each kind in each direction
    #[arg(long, default_value_t = 200)]
    pub samples: usize,
    /// Samples before those, which do not count
    #[arg(long, default_value_t = 20)]
    pub warm_up: usize,
    /// Starts of a chat, and starts of Helproom
    #[arg(long, default_value_t = 10)]
    pub starts: usize,
    /// Measure this program, do not build one
    #[arg(long)]
    pub binary: Option<PathBuf>,
    /// Keep databases and logs in this folder, which must be new or empty
    #[arg(long)]
    pub folder: Option<PathBuf>,
    /// Of Helproom's log, as its settings have it
    #[arg(long, default_value = "warn")]
    pub log: String,
}

/// Builds, starts, measures, prints the figures on standard output. Progress
/// goes to standard error.
pub async fn run(options: Options) -> Result<()> {
    if options.what == What::Masking {
        return masking();
    }
    let mut stop = Stop::listen()?;
    let report = tokio::select! {
        report = measure(&options) => report.context("could not measure")?,
        () = stop.asked() => anyhow::bail!("stopped before the end"),
    };
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        println!("{report}");
    }
    Ok(())
}

fn masking() -> Result<()> {
    let status = Command::new("cargo")
        .args([
            "bench",
            "--quiet",
            "--package",
            "desk",
            "--features",
            "testing",
        ])
        .args(["--bench", "masking"])
        .current_dir(workspace::root())
        .status()
        .context("cargo did not start")?;
    ensure!(status.success(), "could not measure; see above");
    Ok(())
}

async fn measure(options: &Options) -> Result<Report> {
    let load_before = load()?;
    let binary = match &options.binary {
        Some(binary) => std::path::absolute(binary)?,
        None => {
            progress("building Helproom as it is released");
            pair::build()?
        }
    };
    progress(&format!(
        "starting Synapse {} and Helproom",
        lab::venv::SYNAPSE
    ));
    python::find()?;
    let mut pair = Pair::start(binary, options).await?;
    progress(&format!("{} starts of a chat", options.starts));
    let chat_starts = rounds::chat_starts(&mut pair, options).await?;
    progress(&format!(
        "{} + {} samples of each kind, customer to agent",
        options.warm_up, options.samples
    ));
    let mut chat = rounds::Chat::open(&mut pair).await?;
    let to_agent = rounds::to_agent(&mut pair, &mut chat, options).await?;
    progress("the same, agent to customer");
    let to_customer = rounds::to_customer(&mut pair, &mut chat, options).await?;
    let memory_busy = pair.memory()?;
    chat.end().await?;
    progress(&format!("{} starts of Helproom", options.starts));
    let ready = rounds::restarts(&mut pair, options).await?;
    progress("10 s of idleness");
    tokio::time::sleep(pair::IDLE).await;
    let memory_idle = pair.memory()?;
    Ok(Report {
        to_agent: to_agent.summary()?,
        to_customer: to_customer.summary()?,
        invite: figures::summary(&chat_starts.invite)?,
        mention: figures::summary(&chat_starts.mention)?,
        ready: figures::summary(&ready)?,
        memory_idle,
        memory_busy,
        load_before,
        synapse: lab::venv::SYNAPSE.to_owned(),
    })
}

/// The machine's load average of the last minute: other work makes all figures
/// worse, the floor's too.
fn load() -> Result<f64> {
    let text = std::fs::read_to_string("/proc/loadavg").context("no load average")?;
    let first = text.split(' ').next().unwrap_or_default();
    Ok(first.parse()?)
}

fn progress(what: &str) {
    eprintln!("==> {what}");
}
