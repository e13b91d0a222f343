//! The vault: where its keys are, and how long what is under masks is kept.

use std::{
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use serde::Deserialize;
use vault::{KeyFile, KeyRing, Keys, Terms};

const DAY: Duration = Duration::from_secs(24 * 3600);

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaultEntry {
    pub key_file: Option<PathBuf>,
    /// A name and 32 bytes in base64; several with commas between them.
    pub key: Option<String>,
    #[serde(default = "default_retention")]
    pub retention_days: u32,
    /// How long somebody who looks under a mask sees what is there.
    #[serde(default = "default_reveal")]
    pub reveal_s: u64,
}

fn default_retention() -> u32 {
    90
}

fn default_reveal() -> u64 {
    60
}

/// Without the key.
impl fmt::Debug for VaultEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultEntry")
            .field("key_file", &self.key_file)
            .field("retention_days", &self.retention_days)
            .field("reveal_s", &self.reveal_s)
            .finish_non_exhaustive()
    }
}

impl VaultEntry {
    pub(super) fn resolve(&mut self, folder: &Path) {
        if let Some(file) = &mut self.key_file {
            *file = folder.join(&*file);
        }
    }

    pub(super) fn check(&self) -> anyhow::Result<()> {
        ensure!(
            (1..=3650).contains(&self.retention_days),
            "`vault.retention_days` is {}; use 1 to 3650 days, for example 90",
            self.retention_days
        );
        ensure!(
            (5..=300).contains(&self.reveal_s),
            "`vault.reveal_s` is {}; use 5 to 300 seconds, for example 60",
            self.reveal_s
        );
        self.keys().map(drop)
    }

    pub fn keys(&self) -> anyhow::Result<Keys> {
        match (&self.key_file, &self.key) {
            (Some(path), None) => Ok(Keys::File(KeyFile::new(path.clone()))),
            (None, Some(text)) => KeyRing::parse(text)
                .map(Keys::Given)
                .context("`vault.key` is not right"),
            (Some(_), Some(_)) => bail!("set `vault.key_file` or `vault.key`, not both"),
            (None, None) => bail!(
                "`[vault]` names no key: set `vault.key_file`, for example \"vault.key\" (it is made when it is missing), or leave the section out"
            ),
        }
    }

    pub fn terms(&self) -> Terms {
        Terms {
            keeps: DAY * self.retention_days,
            shows: Duration::from_secs(self.reveal_s),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "k1 BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

    fn told(toml: &str) -> String {
        let entry: VaultEntry = config::Config::builder()
            .add_source(config::File::from_str(toml, config::FileFormat::Toml))
            .build()
            .unwrap()
            .try_deserialize()
            .unwrap();
        assert!(!format!("{entry:?}").contains("BwcH"));
        let checked = entry.check();
        checked.map_or_else(|error| format!("{error:#}"), |()| "fine".into())
    }

    #[test]
    fn a_wrong_vault_setting_is_a_sentence_with_its_key_and_without_the_secret() {
        let key = format!("key = \"{KEY}\"");
        for (toml, answer) in [
            ("key_file = \"vault.key\"", "fine"),
            (key.as_str(), "fine"),
            (
                "key_file = \"a\"\nretention_days = 3650\nreveal_s = 5",
                "fine",
            ),
            ("retention_days = 7", "`vault.key_file`"),
            (&format!("key_file = \"a\"\n{key}"), "not both"),
            ("key = \"k1 BwcHBwc=\"", "`vault.key`"),
            (
                "key_file = \"a\"\nretention_days = 0",
                "`vault.retention_days`",
            ),
            (
                "key_file = \"a\"\nretention_days = 3651",
                "`vault.retention_days`",
            ),
            ("key_file = \"a\"\nreveal_s = 4", "`vault.reveal_s`"),
            ("key_file = \"a\"\nreveal_s = 301", "`vault.reveal_s`"),
        ] {
            let told = told(toml);
            assert!(told.contains(answer), "{toml}: {told}");
            assert!(!told.contains("BwcH"), "{told}");
        }
    }
}
