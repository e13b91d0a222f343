//! The file with the keys: its owner alone may read it, and it is there whole or not at all.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use desk::ports::VaultError;
use zeroize::Zeroizing;

use crate::ring::KeyRing;

/// What a file with keys begins with.
const HEAD: &str = "# The keys of Helproom's vault. The first seals, all open.\n# Back this file up, apart from the database; whoever has both reads what is under masks.\n";

/// Where the keys lie.
#[derive(Clone, Debug)]
pub struct KeyFile {
    path: PathBuf,
}

/// By which a file that was replaced or written to is told from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    device: u64,
    inode: u64,
    seconds: i64,
    nanos: i64,
    size: u64,
}

/// Ends with the process.
pub struct Hold(#[allow(dead_code)] File);

impl KeyFile {
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn exists(&self) -> bool {
        self.path.exists()
    }

    /// `None`: it cannot be looked at.
    pub(crate) fn stamp(&self) -> Option<Stamp> {
        let found = fs::metadata(&self.path).ok()?;
        Some(Stamp {
            device: found.dev(),
            inode: found.ino(),
            seconds: found.mtime(),
            nanos: found.mtime_nsec(),
            size: found.size(),
        })
    }

    pub fn read(&self) -> Result<KeyRing, VaultError> {
        let path = self.path.display();
        let unusable = |what: String| VaultError::Unusable(what);
        let mut file = File::open(&self.path)
            .map_err(|error| unusable(format!("the key file {path} cannot be read ({error})")))?;
        let mode = file.metadata().map_err(|error| {
            unusable(format!("the key file {path} cannot be looked at ({error})"))
        })?;
        if mode.mode() & 0o077 != 0 {
            return Err(unusable(format!(
                "others than its owner may read the key file {path}; forbid it with: chmod 600 {path}"
            )));
        }
        let mut text = Zeroizing::new(String::with_capacity(64 * 1024));
        file.read_to_string(&mut text)
            .map_err(|error| unusable(format!("the key file {path} cannot be read ({error})")))?;
        KeyRing::parse(&text)
            .map_err(|error| unusable(format!("the key file {path} is not right: {error}")))
    }

    /// Replaces what is there, in one step that a crash does not split.
    pub fn write(&self, ring: &KeyRing) -> Result<(), VaultError> {
        self.replace(ring).map_err(|error| {
            let path = self.path.display();
            VaultError::Unusable(format!("the key file {path} cannot be written ({error})"))
        })
    }

    fn replace(&self, ring: &KeyRing) -> io::Result<()> {
        let draft = self.beside("new");
        // Left over from a crash, perhaps with another mode.
        if let Err(error) = fs::remove_file(&draft)
            && error.kind() != ErrorKind::NotFound
        {
            return Err(error);
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&draft)?;
        file.write_all(HEAD.as_bytes())?;
        file.write_all(ring.to_lines().as_bytes())?;
        // Changed by somebody else than its owner (root), it stays its owner's.
        if let Ok(before) = fs::metadata(&self.path)
            && (before.uid(), before.gid()) != (file.metadata()?.uid(), file.metadata()?.gid())
        {
            std::os::unix::fs::fchown(&file, Some(before.uid()), Some(before.gid()))?;
        }
        file.sync_all()?;
        fs::rename(&draft, &self.path)?;
        // Else the name may be the old one after a power cut, when rows are sealed with new keys.
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        File::open(folder)?.sync_all()
    }

    /// One at a time changes the keys.
    pub fn hold(&self) -> Result<Hold, VaultError> {
        let path = self.beside("lock");
        let unusable = |why: &str| {
            VaultError::Unusable(format!(
                "the keys cannot be changed now: {why} ({})",
                path.display()
            ))
        };
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| unusable(&error.to_string()))?;
        match file.try_lock() {
            Ok(()) => Ok(Hold(file)),
            Err(TryLockError::WouldBlock) => Err(unusable("somebody else is changing them")),
            Err(TryLockError::Error(error)) => Err(unusable(&error.to_string())),
        }
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.path.clone().into_os_string();
        name.push(".");
        name.push(ending);
        name.into()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn file(folder: &tempfile::TempDir) -> KeyFile {
        KeyFile::new(folder.path().join("vault.key"))
    }

    fn told(file: &KeyFile) -> String {
        file.read().unwrap_err().to_string()
    }

    #[test]
    fn keys_are_read_back_and_are_for_their_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(&folder);
        for _ in 0..2 {
            let ring = KeyRing::generate().unwrap();
            file.write(&ring).unwrap();
            assert_eq!(file.read().unwrap().first(), ring.first());
            let mode = fs::metadata(file.path()).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_others_may_read_is_missing_or_holds_garbage_is_told_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(&folder);
        assert!(told(&file).contains("vault.key cannot be read"));
        file.write(&KeyRing::generate().unwrap()).unwrap();
        for mode in [0o640, 0o604, 0o660] {
            fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
            assert!(told(&file).contains("chmod 600"), "{mode:o}");
        }
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(file.path(), "k1 swordfish").unwrap();
        assert!(told(&file).contains("line 1 is no key") && !told(&file).contains("swordfish"));
        fs::write(file.path(), [0xff, 0xfe]).unwrap();
        assert!(told(&file).contains("cannot be read"));
    }

    #[test]
    fn a_draft_left_over_from_a_crash_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(&folder);
        fs::write(file.beside("new"), "half a k").unwrap();
        file.write(&KeyRing::generate().unwrap()).unwrap();
        file.read().unwrap();
    }

    #[test]
    fn one_at_a_time_changes_the_keys() {
        let folder = tempfile::tempdir().unwrap();
        let file = file(&folder);
        let held = file.hold().unwrap();
        assert!(file.hold().is_err());
        drop(held);
        file.hold().unwrap();
    }
}
