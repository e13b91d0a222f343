//! The program itself: built, asked for its registration, started.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use reqwest::Client;
use serde_json::Value;

use super::files::Files;
use crate::{
    process::{Process, Program},
    workspace,
};

const READY_DEADLINE: Duration = Duration::from_secs(60);

/// Builds it, Cargo's own progress shown, and says where it is.
pub(super) fn build() -> Result<PathBuf> {
    let mut cargo = Command::new("cargo")
        .args(["build", "--package", "helproom", "--bin", "helproom"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(workspace::root())
        .stdout(Stdio::piped())
        .spawn()
        .context("cargo did not start")?;
    let messages = cargo.stdout.take().context("cargo has no output")?;
    let mut binary = None;
    for line in BufReader::new(messages).lines() {
        let message: Value = serde_json::from_str(&line?).unwrap_or_default();
        if let Some(executable) = message.get("executable").and_then(Value::as_str) {
            binary = Some(PathBuf::from(executable));
        }
    }
    if !cargo.wait()?.success() {
        bail!("Helproom does not build; see above");
    }
    binary.context("cargo did not say where the program is")
}

/// Has it write `registration.yaml` if there is none.
pub(super) fn registration(binary: &Path, files: &Files) -> Result<()> {
    let output = command(binary, files)
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

fn command(binary: &Path, files: &Files) -> Command {
    let mut command = Command::new(binary);
    command
        .arg("--config")
        .arg(files.settings())
        .current_dir(&files.folder);
    command
}

/// `helproom serve`, its output in the log.
pub(super) fn start(python: &Path, binary: &Path, files: &Files) -> Result<Process> {
    Program::new(python, &files.log(), binary)
        .arg("--config")
        .arg(files.settings())
        .arg("serve")
        .current_dir(&files.folder)
        .start()
        .context("cannot start Helproom")
}

/// Waits until it says that it is ready.
pub(super) async fn ready(helproom: &Process, port: u16) -> Result<()> {
    let client = Client::builder().timeout(Duration::from_secs(5)).build()?;
    let url = format!("http://127.0.0.1:{port}/readyz");
    let begun = Instant::now();
    while begun.elapsed() < READY_DEADLINE {
        if let Some(exit) = helproom.ended() {
            bail!(
                "Helproom ended at once ({exit:?}):\n{}",
                helproom.log_tail()
            );
        }
        let answer = client.get(&url).send().await;
        if answer.is_ok_and(|answer| answer.status().is_success()) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!(
        "Helproom is not ready after {READY_DEADLINE:?} ({url}):\n{}",
        helproom.log_tail()
    )
}
