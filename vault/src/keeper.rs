//! The vault a running Helproom works with: it notices when the keys were changed by somebody else.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use desk::{
    ids::MaskId,
    masks::Sealed,
    ports::{Vault, VaultError},
};
use tracing::{error, info};
use zeroize::Zeroizing;

use crate::{
    file::{KeyFile, Stamp},
    ring::KeyRing,
};

/// Where keys come from.
pub enum Keys {
    File(KeyFile),
    /// From the settings; a change of them needs a restart.
    Given(KeyRing),
}

/// How long what is under masks stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// In the vault.
    pub keeps: Duration,
    /// Before the eyes of somebody who looks.
    pub shows: Duration,
}

pub struct Keeper {
    file: Option<KeyFile>,
    terms: Terms,
    loaded: Mutex<Loaded>,
}

struct Loaded {
    ring: KeyRing,
    /// Of the file when it was last tried.
    stamp: Option<Stamp>,
}

impl Keeper {
    pub fn open(keys: Keys, terms: Terms) -> Result<Self, VaultError> {
        let (file, ring, stamp) = match keys {
            Keys::File(file) => {
                // Before it is read: what changes meanwhile is read again.
                let stamp = file.stamp();
                let ring = file.read()?;
                (Some(file), ring, stamp)
            }
            Keys::Given(ring) => (None, ring, None),
        };
        Ok(Self {
            file,
            terms,
            loaded: Mutex::new(Loaded { ring, stamp }),
        })
    }

    pub fn holds(&self, name: &str) -> bool {
        self.with(|ring| ring.holds(name))
    }

    /// Works with the keys as they are now.
    fn with<T>(&self, work: impl FnOnce(&KeyRing) -> T) -> T {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = &self.file {
            loaded.refresh(file);
        }
        work(&loaded.ring)
    }
}

impl Loaded {
    /// Reads the file again when it was changed. When that fails the old keys go on: a mask that
    /// is put on meanwhile would else be final.
    fn refresh(&mut self, file: &KeyFile) {
        let stamp = file.stamp();
        if stamp == self.stamp {
            return;
        }
        self.stamp = stamp;
        match file.read() {
            Ok(ring) => {
                info!(vault.key = ring.first(), "the vault's keys were changed");
                self.ring = ring;
            }
            Err(failure) => error!(
                error = &failure as &dyn std::error::Error,
                "the vault's keys were changed and cannot be used; going on with those before"
            ),
        }
    }
}

impl Vault for Keeper {
    fn seal(&self, mask: &MaskId, plain: &[u8]) -> Result<Option<Sealed>, VaultError> {
        self.with(|ring| ring.seal(mask, plain)).map(Some)
    }

    fn open(&self, mask: &MaskId, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        self.with(|ring| ring.open(mask, sealed))
    }

    fn keeps(&self) -> Duration {
        self.terms.keeps
    }

    fn shows(&self) -> Duration {
        self.terms.shows
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    const TERMS: Terms = Terms {
        keeps: Duration::from_secs(90 * 24 * 3600),
        shows: Duration::from_secs(60),
    };

    fn mask() -> MaskId {
        MaskId::new("m1")
    }

    #[test]
    fn keys_that_somebody_else_changed_count_without_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::new(folder.path().join("vault.key"));
        file.write(&KeyRing::generate().unwrap()).unwrap();
        let keeper = Keeper::open(Keys::File(file.clone()), TERMS).unwrap();
        let before = keeper.seal(&mask(), b"secret").unwrap().unwrap();

        let rotated = file.read().unwrap().rotated(|_| false).unwrap();
        file.write(&rotated).unwrap();
        let after = keeper.seal(&mask(), b"secret").unwrap().unwrap();
        assert_eq!(
            (before.key == after.key, after.key.as_str()),
            (false, rotated.first())
        );
        for sealed in [before, after] {
            assert_eq!(*keeper.open(&mask(), &sealed).unwrap(), b"secret");
        }
    }

    #[test]
    fn a_row_with_a_key_that_came_later_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::new(folder.path().join("vault.key"));
        file.write(&KeyRing::generate().unwrap()).unwrap();
        let keeper = Keeper::open(Keys::File(file.clone()), TERMS).unwrap();
        let rotated = file.read().unwrap().rotated(|_| true).unwrap();
        let sealed = rotated.seal(&mask(), b"secret").unwrap();
        let missing = VaultError::KeyMissing(sealed.key.clone());
        assert_eq!(keeper.open(&mask(), &sealed).unwrap_err(), missing);
        file.write(&rotated).unwrap();
        assert_eq!(*keeper.open(&mask(), &sealed).unwrap(), b"secret");
    }

    #[test]
    fn while_the_file_cannot_be_used_the_keys_before_go_on() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::new(folder.path().join("vault.key"));
        file.write(&KeyRing::generate().unwrap()).unwrap();
        let keeper = Keeper::open(Keys::File(file.clone()), TERMS).unwrap();
        let sealed = keeper.seal(&mask(), b"secret").unwrap().unwrap();
        fs::write(file.path(), "nonsense").unwrap();
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(*keeper.open(&mask(), &sealed).unwrap(), b"secret");
        fs::remove_file(file.path()).unwrap();
        let again = keeper.seal(&mask(), b"secret").unwrap().unwrap();
        assert_eq!(again.key, sealed.key);
    }
}
