//! Synapse and Schemathesis from their Python wheels, each installed once into a folder that is kept.

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

/// The release of Schemathesis that the API's description is tried with.
pub const SCHEMATHESIS: &str = "4.32.5";

/// A program of the Python world, in an environment of its own.
#[derive(Clone, Copy)]
struct Tool {
    /// As people call it.
    name: &'static str,
    /// As it is installed.
    package: &'static str,
    release: &'static str,
}

/// The Python of an environment that has Synapse; installs it if needed, and
/// says so on standard error, because that takes half a minute.
pub async fn synapse() -> Result<PathBuf> {
    installed(Tool {
        name: "Synapse",
        package: "matrix-synapse",
        release: SYNAPSE,
    })
    .await
}

/// Likewise of one that has Schemathesis: `python -m schemathesis.cli`.
pub async fn schemathesis() -> Result<PathBuf> {
    installed(Tool {
        name: "Schemathesis",
        package: "schemathesis",
        release: SCHEMATHESIS,
    })
    .await
}

async fn installed(tool: Tool) -> Result<PathBuf> {
    let folder = format!("{}-{}", tool.name.to_lowercase(), tool.release);
    let folder = workspace::cache().join(folder);
    tokio::task::spawn_blocking(move || tool_in(tool, &folder)).await?
}

fn tool_in(tool: Tool, folder: &Path) -> Result<PathBuf> {
    let python = folder.join("bin/python");
    if works(tool, &python) {
        return Ok(python);
    }
    let cache = folder.parent().context("no folder to install it in")?;
    fs::create_dir_all(cache)?;
    // Whoever comes second waits here and then finds it installed.
    let guard = File::create(folder.with_added_extension("lock"))?;
    guard.lock().context("cannot lock the folder")?;
    if works(tool, &python) {
        return Ok(python);
    }
    let Tool { name, release, .. } = tool;
    eprintln!("installing {name} {release} (once, about half a minute) ...");
    // Made beside and renamed, so that what has the name is whole. Only its
    // Python is called by path, which a rename does not disturb.
    let making = tempfile::Builder::new()
        .prefix("making-")
        .tempdir_in(cache)?;
    install(tool, making.path())?;
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
fn works(tool: Tool, python: &Path) -> bool {
    let check = format!(
        "from importlib.metadata import version; assert version('{}') == '{}'",
        tool.package, tool.release
    );
    let output = Command::new(python).args(["-c", &check]).output();
    output.is_ok_and(|output| output.status.success())
}

fn install(tool: Tool, folder: &Path) -> Result<()> {
    run(Command::new(python::find()?)
        .args(["-m", "venv"])
        .arg(folder))?;
    run(Command::new(folder.join("bin/python"))
        .args(["-m", "pip", "install", "--quiet", "--no-input"])
        .arg("--disable-pip-version-check")
        .arg(format!("{}=={}", tool.package, tool.release)))
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
