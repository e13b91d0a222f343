//! A Python that can run Synapse, and the sentence for those who have none.

use std::{path::PathBuf, process::Command};

use anyhow::{Result, bail};

const CHECK: &str = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";

/// Finds `python3` (3.10 or newer, with venv) on the path.
pub fn find() -> Result<PathBuf> {
    for name in [
        "python3",
        "python3.13",
        "python3.12",
        "python3.11",
        "python3.10",
    ] {
        let works = Command::new(name).args(["-c", CHECK]).output();
        if works.is_ok_and(|output| output.status.success()) {
            return Ok(PathBuf::from(name));
        }
    }
    bail!(
        "Python 3.10 or newer with its venv module is needed to run Synapse; \
         on Debian or Ubuntu: apt-get install python3 python3-venv"
    )
}
