//! The widget's build: TypeScript in, embedded files out.

use std::path::PathBuf;

use anyhow::Result;

use crate::{node, workspace};

/// Installs what is missing and builds; the build prints the sizes and fails
/// when they are over budget.
pub fn build() -> Result<()> {
    install()?;
    node::npm(&folder(), &["run", "--silent", "build"])
}

/// Types, tests, then the build.
pub fn check() -> Result<()> {
    install()?;
    for step in ["check", "test", "build"] {
        node::npm(&folder(), &["run", "--silent", step])?;
    }
    Ok(())
}

fn install() -> Result<()> {
    node::check()?;
    node::install(&folder())
}

fn folder() -> PathBuf {
    workspace::root().join("bridge-web/widget")
}
