//! `cargo xtask demo`: from a fresh checkout to a chat that can be tried.

mod console;
mod files;
mod program;
mod shop;
mod sign;

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{
    agent_bot::{self, AgentBot},
    cargo,
    lab::{self, Lab},
    node, pages,
    process::Process,
    python,
    stop::Stop,
    workspace,
};
use files::Files;
use shop::Shop;

const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// Localpart, password (a demo's is no secret), display name, admin.
const USERS: [(&str, &str, &str, bool); 3] = [
    ("admin", "admin-demo", "Admin", true),
    ("alice", "alice-demo", "Alice", false),
    ("bob", "bob-demo", "Bob", false),
];

/// How to start it.
#[derive(Args, Clone, Debug, Default)]
pub struct Options {
    /// Let a scripted agent (alice) accept and answer chats
    #[arg(long)]
    pub agent_bot: bool,
    /// Play alice's client, and print links to her console: a browser is enough to answer
    #[arg(long, conflicts_with = "agent_bot")]
    pub console: bool,
    /// Forget the users, rooms and chats of earlier runs
    #[arg(long)]
    pub fresh: bool,
    /// The homeserver's port; kept for later runs, like the other two
    #[arg(long)]
    pub homeserver_port: Option<u16>,
    /// Helproom's port for the widget
    #[arg(long)]
    pub web_port: Option<u16>,
    /// The sample help-center page's port
    #[arg(long)]
    pub page_port: Option<u16>,
}

/// What runs, in the order in which it was started.
#[derive(Default)]
struct Running {
    lab: Option<Lab>,
    helproom: Option<Process>,
    shop: Option<Shop>,
}

/// Prepares, starts, prints the addresses, and waits for Ctrl-C.
pub async fn run(options: Options) -> Result<()> {
    let folder = workspace::root().join(".demo");
    let binary = prepare(&options, &folder).await?;
    let files = Files::prepare(folder, &options)?;
    let mut stop = Stop::listen()?;
    let mut running = Running::default();
    let outcome = tokio::select! {
        outcome = running.start_and_watch(&binary, &files, &options) => outcome,
        () = stop.asked() => Ok(()),
    };
    running.stop().await;
    outcome
}

/// Everything that takes long and may be interrupted at any time.
async fn prepare(options: &Options, folder: &Path) -> Result<PathBuf> {
    python::find()?;
    node::check()?;
    if options.fresh {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).context("cannot remove .demo");
            }
            _ => println!("forgot earlier runs"),
        }
    }
    println!("[1/4] Synapse {}", lab::venv::SYNAPSE);
    lab::venv::synapse().await?;
    println!("[2/4] widget and console");
    pages::build()?;
    println!("[3/4] Helproom (the first build takes some minutes)");
    cargo::build(&[])
}

impl Running {
    async fn start_and_watch(
        &mut self,
        binary: &Path,
        files: &Files,
        options: &Options,
    ) -> Result<()> {
        println!("[4/4] starting; the logs are in {}", files.folder.display());
        files.write()?;
        program::registration(binary, files)?;
        files.fit_registration()?;
        let lab = self.lab.insert(start_synapse(files).await?);
        let python = python::find()?;
        let helproom = self
            .helproom
            .insert(program::start(&python, binary, files)?);
        program::ready(helproom, files.ports.web).await?;
        self.shop = Some(Shop::open(files.ports.page, files.ports.web).await?);
        println!("{}", sign::text(files, options));
        tokio::select! {
            exit = helproom.exited() => bail!("Helproom ended by itself ({exit:?}):\n{}", helproom.log_tail()),
            () = lab.ended() => bail!("Synapse ended by itself:\n{}", lab.log_tail()),
            ended = answer(lab, options.agent_bot) => ended.context("the scripted agent ended"),
            ended = sit(lab, options.console) => ended.context("alice's client ended"),
        }
    }

    async fn stop(self) {
        println!();
        drop(self.shop);
        if let Some(helproom) = self.helproom {
            println!("stopping Helproom ...");
            helproom.terminate(STOP_PATIENCE).await;
        }
        if let Some(lab) = self.lab {
            println!("stopping Synapse ...");
            lab.terminate().await;
        }
        println!("all stopped; what was said is kept in .demo (--fresh forgets it)");
    }
}

async fn start_synapse(files: &Files) -> Result<Lab> {
    let lab = Lab::start(lab::Options {
        folder: Some(files.synapse()),
        port: Some(files.ports.homeserver),
        server_name: files::SERVER_NAME.to_owned(),
        registrations: vec![files.registration()],
        ..lab::Options::default()
    });
    let lab = lab.await?;
    for (localpart, password, name, admin) in USERS {
        if lab.log_in(localpart, password).await.is_err() {
            let login = lab.register(localpart, password, admin).await?;
            lab.set_display_name(&login, name).await?;
        }
    }
    Ok(lab)
}

async fn sit(lab: &Lab, wanted: bool) -> Result<()> {
    match wanted {
        true => console::sit(lab).await,
        false => std::future::pending().await,
    }
}

async fn answer(lab: &Lab, wanted: bool) -> Result<()> {
    if !wanted {
        return std::future::pending().await;
    }
    let agent = AgentBot::log_in(agent_bot::Options {
        homeserver: lab.homeserver_url().to_owned(),
        user: "alice".to_owned(),
        password: "alice-demo".to_owned(),
        name: "Alice".to_owned(),
        bot: format!("@helproom:{}", files::SERVER_NAME),
        typing: Duration::from_millis(1200),
    });
    agent.await?.run().await
}

#[cfg(test)]
mod tests;
