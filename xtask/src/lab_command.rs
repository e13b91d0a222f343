//! `cargo xtask lab`: a Synapse to look at.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use xtask::{
    lab::{self, Lab},
    stop::Stop,
};

/// What the lab is like.
#[derive(Args, Clone, Debug)]
pub struct Options {
    /// Keep everything in this folder; without it, it goes with the lab
    #[arg(long)]
    folder: Option<PathBuf>,
    /// The port; without it, a free one
    #[arg(long)]
    port: Option<u16>,
    /// A registration file of an application service; may be repeated
    #[arg(long)]
    registration: Vec<PathBuf>,
    /// Synapse's own rate limits in place of high ones
    #[arg(long)]
    default_limits: bool,
}

/// Starts it, prints where it is, and waits for Ctrl-C.
pub async fn run(options: Options) -> Result<()> {
    let mut stop = Stop::listen()?;
    let lab = tokio::select! {
        lab = start(options) => lab?,
        () = stop.asked() => return Ok(()),
    };
    println!("Ctrl-C stops it.");
    tokio::select! {
        () = stop.asked() => println!("\nstopping Synapse ..."),
        () = lab.ended() => anyhow::bail!("Synapse ended by itself:\n{}", lab.log_tail()),
    }
    lab.terminate().await;
    Ok(())
}

async fn start(options: Options) -> Result<Lab> {
    let lab = Lab::start(lab::Options {
        folder: options.folder,
        port: options.port,
        registrations: options.registration,
        default_limits: options.default_limits,
        ..lab::Options::default()
    });
    let lab = lab.await?;
    println!("Homeserver  {}", lab.homeserver_url());
    println!("Folder      {}", lab.folder().display());
    for (localpart, admin) in [("admin", true), ("alice", false), ("bob", false)] {
        let password = format!("{localpart}-lab");
        let login = lab.ensure(localpart, &password, admin).await?;
        println!("{:<11} password {password}", login.user_id);
    }
    Ok(lab)
}
