//! The vault of this installation: opened at the start, and looked at by the doctor.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::bail;
use desk::{
    doctor::Finding,
    ports::{NoVault, Vault},
};
use store::vault::sealed_per_key;
use tracing::{error, info, warn};
use vault::{Keeper, KeyRing, Keys};

use crate::settings::{Settings, VaultEntry};

mod keys;

pub use keys::{rotate, tell};

const PUT_BACK: &str = "put it back into the key file from a backup, as a line of its own";

/// Opens the vault of the settings; a key file that is missing is made. The database must be there.
pub async fn open(settings: &Settings) -> anyhow::Result<Arc<dyn Vault>> {
    let Some(entry) = &settings.vault else {
        info!("there is no [vault]: masking is final, nobody can look under a mask");
        return Ok(Arc::new(NoVault));
    };
    let keys = entry.keys()?;
    if let Keys::File(file) = &keys
        && !file.exists()
    {
        file.write(&KeyRing::generate()?)?;
        warn!(
            vault.key_file = %file.path().display(),
            "a key for the vault was made; back this file up, and keep it apart from the database: without it nobody can look under a mask, and who has both can look under all"
        );
    }
    let keeper = Keeper::open(keys, entry.terms())?;
    let used = sealed_per_key(&settings.database.url).await?;
    for (key, masks) in missing(&used, |key| keeper.holds(key)) {
        error!(
            vault.key = key,
            masks, "what is under masks cannot be opened, for its key is missing; {PUT_BACK}"
        );
    }
    info!(
        retention_days = entry.retention_days,
        "what is under masks is kept in the vault"
    );
    Ok(Arc::new(keeper))
}

/// Whether the vault could be opened, without making anything.
pub fn check(entry: Option<&VaultEntry>) -> anyhow::Result<()> {
    match entry.map(VaultEntry::keys).transpose()? {
        Some(Keys::File(file)) if file.exists() => Ok(file.read().map(drop)?),
        _ => Ok(()),
    }
}

/// What is said of the vault by the doctor.
pub async fn examine(entry: Option<&VaultEntry>, database: &str) -> Finding {
    let Some(entry) = entry else {
        return Finding::VaultUnset;
    };
    // What is wrong with the database is said elsewhere.
    let used = sealed_per_key(database).await.unwrap_or_default();
    look(entry, &used).unwrap_or_else(|failure| Finding::VaultBroken {
        why: format!("{failure:#}"),
    })
}

fn look(entry: &VaultEntry, used: &BTreeMap<String, u64>) -> anyhow::Result<Finding> {
    let ring = match entry.keys()? {
        Keys::File(file) if file.exists() => file.read()?,
        Keys::File(_) if used.is_empty() => return Ok(Finding::VaultNew),
        Keys::File(file) => bail!(
            "the key file {} is not there, and masks are sealed with its keys; put it back from a backup",
            file.path().display()
        ),
        Keys::Given(ring) => ring,
    };
    if let Some((key, masks)) = missing(used, |key| ring.holds(key)).next() {
        bail!("{masks} masks are sealed with the key {key}, which is missing; {PUT_BACK}");
    }
    Ok(Finding::VaultSound)
}

fn missing(
    used: &BTreeMap<String, u64>,
    holds: impl Fn(&str) -> bool,
) -> impl Iterator<Item = (&str, u64)> {
    let rows = used.iter().map(|(key, rows)| (key.as_str(), *rows));
    rows.filter(move |(key, _)| !holds(key))
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt, path::Path};

    use vault::KeyFile;

    use super::*;

    fn entry(path: &Path) -> VaultEntry {
        VaultEntry {
            key_file: Some(path.to_owned()),
            key: None,
            retention_days: 90,
            reveal_s: 60,
        }
    }

    #[test]
    fn the_doctor_names_the_key_file_and_what_to_do_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::new(folder.path().join("vault.key"));
        let entry = entry(file.path());
        let (none, old) = (BTreeMap::new(), BTreeMap::from([("old".to_owned(), 3)]));
        let told = |used| match look(&entry, used) {
            Ok(finding) => format!("{finding:?}"),
            Err(failure) => format!("{failure:#}"),
        };
        assert_eq!(told(&none), "VaultNew");
        assert!(told(&old).contains("vault.key is not there, and masks are sealed"));
        assert!(!file.exists(), "it only looks");
        file.write(&KeyRing::generate().unwrap()).unwrap();
        assert_eq!(told(&none), "VaultSound");
        assert!(told(&old).contains("3 masks are sealed with the key old, which is missing"));
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o644)).unwrap();
        assert!(told(&none).contains("chmod 600"));
    }
}
