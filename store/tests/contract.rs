//! The contract of every store, on SQLite.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use store::SqliteStore;
use tempfile::TempDir;

async fn empty() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/desk.db", folder.path().display());
    (SqliteStore::open(&url).await.unwrap(), folder)
}

desk::store_contract!(empty);
