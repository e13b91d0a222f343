//! Synapse from its Python wheel, installed once into a folder that is kept.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{python, workspace};

/// The release of Synapse that everything is tried on.
pub const SYNAPSE: &str = "1.163.0";

/// The Python of an environment that has Synapse; installs it if needed, and
/// says so on standard error, because that takes half a minute.
pub async fn synapse() -> Result<PathBuf> {
    let folder = workspace::cache().join(format!("synapse-{SYNAPSE}"));
    tokio::task::spawn_blocking(move || synapse_in(&folder)).await?
}

fn synapse_in(folder: &Path) -> Result<PathBuf> {
    let python = folder.join("bin/python");
    let complete = folder.join("complete");
    if complete.exists() {
        return Ok(python);
    }
    fs::create_dir_all(folder.parent().unwrap_or(folder))?;
    // Whoever comes second waits here and then finds it complete.
    let guard = File::create(folder.with_added_extension("lock"))?;
    guard.lock().context("cannot lock the folder of Synapse")?;
    if complete.exists() {
        return Ok(python);
    }
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).context("cannot remove a half-made environment");
        }
        _ => {}
    }
    eprintln!("installing Synapse {SYNAPSE} (once, about half a minute) ...");
    run(Command::new(python::find()?)
        .args(["-m", "venv"])
        .arg(folder))?;
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--no-input"])
        .arg("--disable-pip-version-check")
        .arg(format!("matrix-synapse=={SYNAPSE}")))?;
    File::create(complete)?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output()?;
    if !output.status.success() {
        bail!(
            "{command:?} failed:\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
