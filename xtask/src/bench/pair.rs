//! The pair that is measured, with the bare application service beside it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tempfile::TempDir;

use super::{
    Options,
    agent::Agent,
    bare::{Bare, Registration, Sender},
    customer::Desk,
    report::Memory,
};
use crate::{
    cargo,
    lab::{self, Lab},
    pages,
    ports::free_port,
    process::{Process, Program},
    python,
};

pub(super) const IDLE: Duration = Duration::from_secs(10);

const SERVER: &str = "lab.test";
const SERVICE: &str = "acme";
const ORIGIN: &str = "http://help.lab.test";
const PATIENCE: Duration = Duration::from_secs(30);

/// In the order in which they must end.
pub(super) struct Pair {
    pub bare: Bare,
    pub agent: Agent,
    pub desk: Desk,
    helproom: Helproom,
    lab: Lab,
    _temporary: Option<TempDir>,
}

/// The program under measurement.
struct Helproom {
    binary: PathBuf,
    folder: PathBuf,
    web: u16,
    process: Process,
}

/// Builds it as it is released, Cargo's own progress shown; says where it is.
pub(super) fn build() -> Result<PathBuf> {
    pages::build()?;
    cargo::build(&["--release"])
}

impl Pair {
    pub async fn start(binary: PathBuf, options: &Options) -> Result<Self> {
        let (folder, temporary) = folder(options)?;
        let (homeserver, appservice, web) = (free_port()?, free_port()?, free_port()?);
        let settings = settings(homeserver, appservice, web, &options.log);
        fs::write(folder.join("helproom.toml"), settings)?;
        register(&binary, &folder)?;
        let bare = Registration::write(&folder, SERVER, free_port()?)?;
        let lab = Lab::start(lab::Options {
            folder: Some(folder.join("synapse")),
            port: Some(homeserver),
            server_name: SERVER.to_owned(),
            registrations: vec![folder.join("registration.yaml"), bare.file.clone()],
            ..lab::Options::default()
        })
        .await?;
        let login = lab.register("alice", "correct horse", false).await?;
        let (helproom, _) = Helproom::start(binary, folder, web).await?;
        let mut agent = Agent::on_duty(lab.homeserver_url(), &login).await?;
        let (_, desk_room) = agent.invited().await?;
        agent.join(&desk_room).await?;
        let desk = Desk::new(web, SERVICE, ORIGIN.to_owned())?;
        desk.until_available().await?;
        let bare = Bare::start(bare, lab.homeserver_url(), &mut agent).await?;
        Ok(Self {
            bare,
            agent,
            desk,
            helproom,
            lab,
            _temporary: temporary,
        })
    }

    /// Stops Helproom and starts it on what is there; how long until it was
    /// ready.
    pub async fn restart(&mut self) -> Result<Duration> {
        self.helproom.process.terminate(PATIENCE).await;
        let Helproom {
            binary,
            folder,
            web,
            ..
        } = &self.helproom;
        let (helproom, ready) = Helproom::start(binary.clone(), folder.clone(), *web).await?;
        self.helproom = helproom;
        Ok(ready)
    }

    /// Helproom's own ghost in a portal, for requests that go past Helproom.
    pub async fn ghost(&self, portal: &str) -> Result<Sender> {
        let file = self.helproom.folder.join("registration.yaml");
        let registration: Value = serde_yaml_ng::from_str(&fs::read_to_string(file)?)?;
        let token = registration.get("as_token").and_then(Value::as_str);
        let token = token.context("Helproom's registration has no as_token")?;
        let ghost = self.agent.member(portal, "@helproom_").await?;
        let homeserver = self.lab.homeserver_url();
        Sender::new(homeserver, portal, ghost, "HELPROOM", token.to_owned())
    }

    pub fn memory(&self) -> Result<Memory> {
        let file = format!("/proc/{}/status", self.helproom.process.pid());
        let text = fs::read_to_string(file).context("Helproom does not run")?;
        let megabytes = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().next());
            let kib: f64 = number
                .with_context(|| format!("no {name} of Helproom"))?
                .parse()?;
            Ok::<_, anyhow::Error>(kib * 1024.0 / 1e6)
        };
        Ok(Memory {
            resident: megabytes("VmRSS:")?,
            anonymous: megabytes("RssAnon:")?,
            files: megabytes("RssFile:")?,
        })
    }
}

impl Helproom {
    async fn start(binary: PathBuf, folder: PathBuf, web: u16) -> Result<(Self, Duration)> {
        let python = python::find()?;
        let program = Program::new(&python, &folder.join("helproom.log"), &binary)
            .arg("--config")
            .arg(folder.join("helproom.toml"))
            .arg("serve")
            .current_dir(&folder);
        let process = program.start().context("cannot start Helproom")?;
        // The supervisor says the pid right after exec.
        let begun = Instant::now();
        let helproom = Self {
            binary,
            folder,
            web,
            process,
        };
        helproom.until_ready(begun).await?;
        Ok((helproom, begun.elapsed()))
    }

    async fn until_ready(&self, begun: Instant) -> Result<()> {
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(5))
            .build()?;
        let url = format!("http://127.0.0.1:{}/readyz", self.web);
        while begun.elapsed() < PATIENCE {
            if let Some(exit) = self.process.ended() {
                bail!("Helproom ended ({exit:?}):\n{}", self.process.log_tail());
            }
            let answer = client.get(&url).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            // Nothing signals that a port is listened on, so it is tried.
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        bail!("Helproom is not ready:\n{}", self.process.log_tail())
    }
}

fn folder(options: &Options) -> Result<(PathBuf, Option<TempDir>)> {
    match &options.folder {
        Some(folder) => {
            fs::create_dir_all(folder)?;
            if fs::read_dir(folder)?.next().is_some() {
                bail!("{} is not empty", folder.display());
            }
            Ok((std::path::absolute(folder)?, None))
        }
        None => {
            let temporary = tempfile::Builder::new().prefix("bench-").tempdir()?;
            Ok((temporary.path().to_owned(), Some(temporary)))
        }
    }
}

fn settings(homeserver: u16, appservice: u16, web: u16, log: &str) -> String {
    format!(
        r#"[homeserver]
url = "http://127.0.0.1:{homeserver}"
name = "{SERVER}"
[appservice]
listen = "127.0.0.1:{appservice}"
url = "http://127.0.0.1:{appservice}"
registration = "registration.yaml"
[bot]
admins = ["@admin:{SERVER}"]
[web]
listen = "127.0.0.1:{web}"
public_url = "http://127.0.0.1:{web}"
[web.limits]
starts_per_minute = 100000
messages_per_minute = 100000
reads_per_minute = 100000
[database]
url = "sqlite:helproom.db"
[log]
filter = "{log}"
[[service]]
slug = "{SERVICE}"
name = "Acme Help"
origins = ["{ORIGIN}"]
agents = ["@alice:{SERVER}"]
"#
    )
}

/// Has Helproom write its registration.
fn register(binary: &Path, folder: &Path) -> Result<()> {
    let output = Command::new(binary)
        .arg("--config")
        .arg(folder.join("helproom.toml"))
        .arg("registration")
        .output()
        .context("helproom did not start")?;
    if !output.status.success() {
        bail!(
            "`helproom registration` failed:\n{}",
            String::from_utf8_lossy(&output.stderr).trim_end()
        );
    }
    Ok(())
}
