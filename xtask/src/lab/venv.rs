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
    if works(&python) {
        return Ok(python);
    }
    let cache = folder.parent().context("no folder to install Synapse in")?;
    fs::create_dir_all(cache)?;
    // Whoever comes second waits here and then finds it installed.
    let guard = File::create(folder.with_added_extension("lock"))?;
    guard.lock().context("cannot lock the folder of Synapse")?;
    if works(&python) {
        return Ok(python);
    }
    eprintln!("installing Synapse {SYNAPSE} (once, about half a minute) ...");
    // Made beside and renamed, so that what has the name is whole. Only its
    // Python is called by path, which a rename does not disturb.
    let making = tempfile::Builder::new()
        .prefix("synapse-making-")
        .tempdir_in(cache)?;
    install(making.path())?;
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(error).context("cannot remove an environment that does not work");
        }
        _ => {}
    }
    fs::rename(making.keep(), folder)?;
    Ok(python)
}

/// Whether our release is there and its Python still runs, which ends when
/// the system's Python is replaced by another version.
fn works(python: &Path) -> bool {
    let check = format!(
        "from importlib.metadata import version; assert version('matrix-synapse') == '{SYNAPSE}'"
    );
    let output = Command::new(python).args(["-c", &check]).output();
    output.is_ok_and(|output| output.status.success())
}

fn install(folder: &Path) -> Result<()> {
    run(Command::new(python::find()?)
        .args(["-m", "venv"])
        .arg(folder))?;
    run(Command::new(folder.join("bin/python"))
        .args(["-m", "pip", "install", "--quiet", "--no-input"])
        .arg("--disable-pip-version-check")
        .arg(format!("matrix-synapse=={SYNAPSE}")))
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
