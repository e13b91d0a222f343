//! A private Synapse in a folder: started, killed and started again at will.

mod config;
mod users;
pub mod venv;

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use reqwest::Method;
use serde_json::{Map, Value};
use tempfile::TempDir;

pub use crate::account::{Account, Login};
use crate::{
    ports,
    process::{Process, Program},
};

/// A start takes 3 s on an idle machine; tests may load it heavily.
const START_DEADLINE: Duration = Duration::from_secs(120);
const STOP_PATIENCE: Duration = Duration::from_secs(30);

/// What the homeserver is to be like.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where everything is kept. None: a new one that goes when the lab goes.
    pub folder: Option<PathBuf>,
    /// None: a free one, which stays the same over restarts.
    pub port: Option<u16>,
    pub server_name: String,
    /// Registration files of application services.
    pub registrations: Vec<PathBuf>,
    pub presence: bool,
    /// False: rate limits so high that no test meets them.
    pub default_limits: bool,
    /// The version of rooms made without naming one.
    pub room_version: String,
    /// Laid over our `homeserver.yaml`, key by key.
    pub settings: Map<String, Value>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            folder: None,
            port: None,
            server_name: "lab.test".to_owned(),
            registrations: Vec::new(),
            presence: true,
            default_limits: false,
            room_version: "12".to_owned(),
            settings: Map::new(),
        }
    }
}

/// A running homeserver. Its folder may outlive it, it never outlives us.
#[derive(Debug)]
pub struct Lab {
    // First, so that Synapse is gone before its folder goes.
    process: Mutex<Option<Arc<Process>>>,
    python: PathBuf,
    files: config::Files,
    url: String,
    port: u16,
    server_name: String,
    shared_secret: String,
    temporary: Option<TempDir>,
}

/// So much there must be free in memory for what is kept there: many labs may run side by side.
const MEMORY: u64 = 1 << 30;

/// Where what goes with us is kept: in memory where there is enough, for a Synapse on a disk
/// spends a third of its time waiting for it.
#[must_use]
pub fn passing() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let free = rustix::fs::statvfs(memory).map(|found| found.f_bavail * found.f_frsize);
    match free {
        Ok(free) if free >= MEMORY => memory.to_owned(),
        _ => std::env::temp_dir(),
    }
}

impl Lab {
    /// Installs Synapse if that was never done, starts it, and returns when
    /// it answers.
    pub async fn start(options: Options) -> Result<Self> {
        let python = venv::synapse().await?;
        let (folder, temporary) = match &options.folder {
            Some(folder) => (std::path::absolute(folder)?, None),
            None => {
                let temporary = tempfile::Builder::new()
                    .prefix("lab-")
                    .tempdir_in(passing())?;
                (temporary.path().to_owned(), Some(temporary))
            }
        };
        let port = options.port.map_or_else(ports::free_port, Ok)?;
        let files = config::Files { folder };
        let shared_secret = files.write(&options, port)?;
        let lab = Self {
            process: Mutex::default(),
            python,
            files,
            url: format!("http://127.0.0.1:{port}"),
            port,
            server_name: options.server_name,
            shared_secret,
            temporary,
        };
        lab.start_again().await?;
        Ok(lab)
    }

    #[must_use]
    pub fn homeserver_url(&self) -> &str {
        &self.url
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    #[must_use]
    pub fn server_name(&self) -> &str {
        &self.server_name
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.files.folder
    }

    #[must_use]
    pub fn database_path(&self) -> PathBuf {
        self.files.database()
    }

    #[must_use]
    pub fn log_path(&self) -> PathBuf {
        self.files.log()
    }

    /// The last lines of Synapse's log.
    #[must_use]
    pub fn log_tail(&self) -> String {
        crate::process::tail(&self.files.log())
    }

    /// The process id of Synapse itself, while it runs.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        let process = self.process()?;
        process.ended().is_none().then(|| process.pid())
    }

    /// Another program, Helproom for one, that must not outlive us either.
    #[must_use]
    pub fn program(&self, log: &Path, program: impl AsRef<OsStr>) -> Program {
        Program::new(&self.python, log, program)
    }

    /// SIGKILL, and waits until it is gone.
    pub async fn kill(&self) {
        if let Some(process) = self.process() {
            process.kill().await;
        }
    }

    /// SIGTERM, and waits until it is gone; SIGKILL after 30 s.
    pub async fn terminate(&self) {
        if let Some(process) = self.process() {
            process.terminate(STOP_PATIENCE).await;
        }
    }

    /// Waits until Synapse ends by itself or by a signal.
    pub async fn ended(&self) {
        if let Some(process) = self.process() {
            process.exited().await;
        }
    }

    /// Starts it in the same folder, on the same port, with the same database,
    /// and returns when it answers.
    pub async fn start_again(&self) -> Result<()> {
        if self.pid().is_some() {
            bail!("the lab's Synapse is still running: kill or terminate it first");
        }
        let mut program = Program::new(&self.python, &self.files.log(), &self.python)
            .args(["-m", "synapse.app.homeserver", "-c"])
            .arg(self.files.homeserver())
            .current_dir(&self.files.folder);
        if let Some(temporary) = &self.temporary {
            program = program.temporary(temporary.path());
        }
        let process = Arc::new(program.start().context("cannot start Synapse")?);
        *self.process.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&process));
        self.answers(&process).await
    }

    async fn answers(&self, process: &Process) -> Result<()> {
        let nobody = Account::nobody(&self.url)?;
        let begun = Instant::now();
        while begun.elapsed() < START_DEADLINE {
            if let Some(exit) = process.ended() {
                bail!("Synapse ended at once ({exit:?}):\n{}", self.log_tail());
            }
            let answer = nobody.ask(Method::GET, "/health", None).await;
            if answer.is_ok_and(|answer| answer.status.is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!(
            "Synapse does not answer after {START_DEADLINE:?}:\n{}",
            self.log_tail()
        )
    }

    fn shared_secret(&self) -> &str {
        &self.shared_secret
    }

    fn process(&self) -> Option<Arc<Process>> {
        self.process
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

#[cfg(test)]
mod tests;
