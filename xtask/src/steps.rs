//! `cargo xtask test`: everything that is checked, in order, until one fails.

use std::{process::Command, time::Instant};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::{chromium, lab, layering, node, pages, python, workspace};

/// One step; they run in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// Python, Node, Chromium (which is installed when root asks on Debian).
    Prerequisites,
    /// cargo fmt
    Format,
    /// Types, tests, build and size of widget and console.
    Pages,
    /// Who depends on whom.
    Layering,
    /// cargo clippy
    Lints,
    /// Synapse, Schemathesis and the browser's driver, so that no test has to install them.
    Lab,
    /// cargo test: unit, contract, in-process and end-to-end.
    Tests,
}

impl Step {
    async fn run(self, filter: Option<&str>) -> Result<()> {
        match self {
            Self::Prerequisites => {
                python::find()?;
                node::check()?;
                chromium::ensure()
            }
            Self::Format => cargo(&["fmt", "--all", "--check"]),
            Self::Pages => pages::check(),
            Self::Layering => layering::check(),
            Self::Lints => {
                let lint = ["clippy", "--workspace", "--all-targets", "--quiet"];
                cargo(&[&lint[..], &["--", "-D", "warnings"]].concat())
            }
            Self::Lab => {
                node::install(&workspace::root().join("tests/e2e/browser"))?;
                lab::venv::synapse().await?;
                lab::venv::schemathesis().await?;
                Ok(())
            }
            Self::Tests => {
                let mut test = vec!["test", "--workspace", "--no-fail-fast"];
                test.extend(filter);
                cargo(&test)
            }
        }
    }

    fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// Runs every step, or only one, and says how each went.
pub async fn run(only: Option<Step>, filter: Option<&str>) -> Result<()> {
    let begun = Instant::now();
    for step in Step::value_variants() {
        if only.is_some_and(|only| only != *step) {
            continue;
        }
        println!("==> {}", step.name());
        let started = Instant::now();
        step.run(filter)
            .await
            .with_context(|| format!("step `{}` failed", step.name()))?;
        println!("==> {}: ok, {:.1} s", step.name(), seconds(started));
    }
    println!("==> all passed, {:.1} s", seconds(begun));
    Ok(())
}

fn seconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64()
}

fn cargo(args: &[&str]) -> Result<()> {
    let status = Command::new("cargo")
        .args(args)
        .current_dir(workspace::root())
        .status()
        .context("cargo did not start")?;
    if !status.success() {
        bail!("cargo {}", args.join(" "));
    }
    Ok(())
}
