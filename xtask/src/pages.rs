//! The build of what browsers get, widget and console: TypeScript in, embedded files out.

use std::path::PathBuf;

use anyhow::Result;

use crate::{node, workspace};

const FOLDERS: [&str; 2] = ["bridge-web/widget", "bridge-web/console"];

/// Installs what is missing and builds; the builds print their sizes and fail when they are over
/// budget.
pub fn build() -> Result<()> {
    run(&["build"])
}

/// Types, tests, then the build.
pub fn check() -> Result<()> {
    run(&["check", "test", "build"])
}

fn run(steps: &[&str]) -> Result<()> {
    node::check()?;
    let folders: Vec<PathBuf> = FOLDERS
        .iter()
        .map(|name| workspace::root().join(name))
        .collect();
    // The console borrows parts of the widget, so both have their packages before either is checked.
    for folder in &folders {
        node::install(folder)?;
    }
    for folder in &folders {
        for step in steps {
            node::npm(folder, &["run", "--silent", step])?;
        }
    }
    Ok(())
}
