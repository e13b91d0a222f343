//! The Chromium that browser tests run in: Debian's, never a downloaded one.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use rustix::process::geteuid;

const CHROMIUM: &str = "/usr/bin/chromium";
const PACKAGES: [&str; 3] = ["chromium", "fonts-noto-cjk", "fonts-noto-color-emoji"];

/// Installs it when it is missing and we may; otherwise says what to install.
pub fn ensure() -> Result<()> {
    if path().exists() {
        return Ok(());
    }
    let packages = PACKAGES.join(" ");
    if !geteuid().is_root() || !Path::new("/usr/bin/apt-get").exists() {
        bail!(
            "Chromium is needed for the browser tests, at {CHROMIUM} or where \
             HELPROOM_CHROMIUM says; on Debian: apt-get install {packages}"
        );
    }
    println!("installing {packages} ...");
    apt_get(&["update", "-qq"])?;
    let install = ["install", "-qq", "-y", "--no-install-recommends"];
    apt_get(&[&install[..], &PACKAGES].concat())
}

#[allow(
    clippy::disallowed_methods,
    reason = "the driver reads the same variable; it is no setting of the program"
)]
fn path() -> PathBuf {
    std::env::var_os("HELPROOM_CHROMIUM").map_or_else(|| PathBuf::from(CHROMIUM), PathBuf::from)
}

fn apt_get(args: &[&str]) -> Result<()> {
    let status = Command::new("apt-get")
        .args(args)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .status()
        .context("apt-get did not start")?;
    if !status.success() {
        bail!("apt-get {} failed", args.join(" "));
    }
    Ok(())
}
