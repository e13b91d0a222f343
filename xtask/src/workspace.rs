//! Where the checkout is that this xtask was built from.

use std::path::{Path, PathBuf};

/// The folder with the workspace's `Cargo.toml`.
#[must_use]
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// What xtask installs once and keeps: the virtual environment of Synapse.
#[must_use]
pub fn cache() -> PathBuf {
    root().join("target/lab")
}
