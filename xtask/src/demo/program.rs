//! The program itself: asked for its registration, started.

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use reqwest::Client;

use super::files::Files;
use crate::process::{Process, Program};

const READY_DEADLINE: Duration = Duration::from_secs(60);

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
