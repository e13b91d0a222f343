//! Node and npm, and the packages of our two folders that need them.

use std::{
    fs::{self, File},
    path::Path,
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::workspace;

const OLDEST: u32 = 20;
const INSTALL: &str = "on Debian or Ubuntu: apt-get install nodejs npm, or take it from Node's own \
                       site where the distribution's is older";

/// Says what to install when `node` (20 or newer) or `npm` is missing.
pub fn check() -> Result<()> {
    let Ok(output) = Command::new("node").arg("--version").output() else {
        bail!("Node {OLDEST} or newer is needed and was not found; {INSTALL}");
    };
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if major(&version).is_none_or(|major| major < OLDEST) {
        bail!("Node {OLDEST} or newer is needed, this is {version}; {INSTALL}");
    }
    if Command::new("npm").arg("--version").output().is_err() {
        bail!("npm is needed and was not found; on Debian or Ubuntu: apt-get install npm");
    }
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    let number = version.strip_prefix('v')?;
    number.split('.').next()?.parse().ok()
}

/// `npm ci` in `folder`, unless what is there came from the same lock file.
pub fn install(folder: &Path) -> Result<()> {
    let wanted = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("no package-lock.json in {}", folder.display()))?;
    let stamp = folder.join("node_modules/.installed-from");
    let installed = || fs::read(&stamp).is_ok_and(|lock| lock == wanted);
    if installed() {
        return Ok(());
    }
    let name = folder.strip_prefix(workspace::root()).unwrap_or(folder);
    let name = name.to_string_lossy().replace('/', "-");
    fs::create_dir_all(workspace::cache())?;
    // Two test programs may start at once: the second waits for the first.
    let guard = File::create(workspace::cache().join(format!("npm-{name}.lock")))?;
    guard.lock()?;
    if installed() {
        return Ok(());
    }
    npm(
        folder,
        &["ci", "--no-audit", "--no-fund", "--loglevel=error"],
    )?;
    fs::write(stamp, wanted)?;
    Ok(())
}

/// Runs npm in `folder`, its output passed through.
pub fn npm(folder: &Path, args: &[&str]) -> Result<()> {
    let status = Command::new("npm")
        .args(args)
        .current_dir(folder)
        .status()
        .context("npm did not start")?;
    if !status.success() {
        bail!("npm {} failed in {}", args.join(" "), folder.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("v8"), Some(8));
        assert_eq!(major("nonsense"), None);
    }
}
