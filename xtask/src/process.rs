//! A program run beside us that never outlives us, not even when we are killed.
//!
//! A small Python program stands between: it holds the read end of a pipe
//! whose write end only we hold, so the kernel tells it when we are gone.
//! Nothing here belongs to one tokio runtime: tests that each have their own
//! can share a process kept in a static.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::watch;

const SUPERVISOR: &str = include_str!("process/supervisor.py");

/// What to run: the program, its arguments, and where its output goes.
#[derive(Debug)]
pub struct Program {
    supervisor: Command,
    log: PathBuf,
}

impl Program {
    /// `python` runs the supervisor; the program's output is appended to `log`.
    #[must_use]
    pub fn new(python: &Path, log: &Path, program: impl AsRef<OsStr>) -> Self {
        let mut supervisor = Command::new(python);
        supervisor
            .args(["-S", "-c", SUPERVISOR])
            .arg(log)
            .arg(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        supervisor.process_group(0);
        Self {
            supervisor,
            log: log.to_owned(),
        }
    }

    #[must_use]
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.supervisor.arg(arg);
        self
    }

    #[must_use]
    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.supervisor.args(args);
        self
    }

    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.supervisor.env(name, value);
        self
    }

    #[must_use]
    pub fn current_dir(mut self, folder: &Path) -> Self {
        self.supervisor.current_dir(folder);
        self
    }

    /// Also removes this folder if we end while the program still runs, as
    /// tests do that keep it in a static.
    #[must_use]
    pub fn temporary(self, folder: &Path) -> Self {
        self.env("XTASK_TEMPORARY", folder)
    }

    /// Starts it and returns once it has a pid; whether it is ready is the
    /// caller's to find out.
    pub fn start(mut self) -> Result<Process> {
        let mut supervisor = self
            .supervisor
            .spawn()
            .context("python did not start, so nothing can be supervised")?;
        let stdin = supervisor.stdin.take();
        let stdout = supervisor
            .stdout
            .take()
            .context("the supervisor has no output")?;
        let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
        let first = lines.next().unwrap_or_default();
        let Some(pid) = first.parse().ok().and_then(Pid::from_raw) else {
            let _ = supervisor.wait();
            bail!("the program did not start: {first}");
        };
        let (report, exit) = watch::channel(None);
        thread::spawn(move || {
            let status = lines.next().and_then(|line| line.parse().ok());
            report.send_replace(Some(Exit(status)));
        });
        Ok(Process {
            pid,
            log: self.log,
            exit,
            supervisor: Mutex::new((supervisor, stdin)),
        })
    }
}

/// How a program ended: its exit code, a negative signal number, or unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit(pub Option<i32>);

/// A running program. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    pid: Pid,
    log: PathBuf,
    exit: watch::Receiver<Option<Exit>>,
    supervisor: Mutex<(Child, Option<ChildStdin>)>,
}

impl Process {
    /// The program's own process id, not the supervisor's.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// How it ended, if it has.
    #[must_use]
    pub fn ended(&self) -> Option<Exit> {
        *self.exit.borrow()
    }

    /// Waits until it has ended by itself or by a signal.
    pub async fn exited(&self) -> Exit {
        let mut exit = self.exit.clone();
        let ended = exit.wait_for(Option::is_some).await;
        ended.ok().and_then(|seen| *seen).unwrap_or(Exit(None))
    }

    /// SIGKILL, and waits until it is gone.
    pub async fn kill(&self) -> Exit {
        self.send(Signal::KILL);
        self.exited().await
    }

    /// SIGTERM, and waits until it is gone; SIGKILL after `patience`.
    pub async fn terminate(&self, patience: Duration) -> Exit {
        self.send(Signal::TERM);
        match tokio::time::timeout(patience, self.exited()).await {
            Ok(exit) => exit,
            Err(_) => self.kill().await,
        }
    }

    /// The last lines of its output, for an error message.
    #[must_use]
    pub fn log_tail(&self) -> String {
        tail(&self.log)
    }

    fn send(&self, signal: Signal) {
        if self.ended().is_none() {
            // An error means that it is gone already, which the caller waits for.
            let _ = kill_process(self.pid, signal);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.send(Signal::KILL);
        let supervisor = self
            .supervisor
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        supervisor.1.take();
        let _ = supervisor.0.wait();
    }
}

/// The last 30 lines of a file, or a sentence that there is none.
#[must_use]
pub fn tail(file: &Path) -> String {
    let Ok(bytes) = std::fs::read(file) else {
        return format!("(no log at {})", file.display());
    };
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines
        .get(lines.len().saturating_sub(30)..)
        .unwrap_or_default()
        .join("\n")
}

#[cfg(test)]
mod tests;
