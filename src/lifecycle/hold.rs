//! Files that belong to one process and one user.

use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::Path,
};

use anyhow::{Context, bail};

use crate::settings::Settings;

/// Makes the bot's folder and the database so that only their owner may read them, and takes the
/// locks: two processes on one of them would make two of everything. The locks go with the process.
pub fn take_hold(settings: &Settings) -> anyhow::Result<[File; 2]> {
    let folder = &settings.bot.store;
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("{} (`bot.store`) cannot be made", folder.display()))?;
    let database = Path::new(settings.database.url.trim_start_matches("sqlite:"));
    // SQLite gives the files beside it the same mode.
    private(database, "database.url")?;
    let lock = database.with_extension("lock");
    Ok([
        hold(&folder.join("lock"), "bot.store")?,
        hold(&lock, "database.url")?,
    ])
}

fn private(path: &Path, key: &str) -> anyhow::Result<File> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("{} (`{key}`) cannot be written", path.display()))
}

fn hold(path: &Path, key: &str) -> anyhow::Result<File> {
    let file = private(path, key)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "another Helproom runs on this (`{key}`, {}); stop it, or give this one a folder and a database of its own",
            path.display()
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("{} could not be locked", path.display()))
        }
    }
}
