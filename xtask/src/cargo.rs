//! Builds the program for those who start it.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::workspace;

/// Builds `helproom` with these further arguments, Cargo's own progress shown; says where it is.
pub fn build(arguments: &[&str]) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo")
        .args(["build", "--package", "helproom", "--bin", "helproom"])
        .args(arguments)
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
