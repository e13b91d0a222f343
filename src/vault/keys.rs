//! What operators do with the vault's keys.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use desk::ports::VaultError;
use store::vault::{SealedRows, sealed_per_key};
use vault::{KeyFile, KeyRing, Keys};

use super::missing;
use crate::settings::Settings;

/// `helproom vault`: which keys there are, and what is sealed with each.
pub fn tell(settings: &Settings) -> anyhow::Result<()> {
    let ring = match keys(settings)? {
        Keys::File(file) => file.read()?,
        Keys::Given(ring) => ring,
    };
    let used = sealed_per_key(&settings.database.url);
    let used = runtime()?.block_on(used).context(UNREAD)?;
    for (at, key) in ring.names().enumerate() {
        let rows = used.get(key).copied().unwrap_or_default();
        let what = if at == 0 {
            ", seals what is masked from now on"
        } else {
            ""
        };
        println!("{key}: {rows} masks{what}");
    }
    for (key, rows) in missing(&used, |key| ring.holds(key)) {
        println!("{key}: {rows} masks, and the key is missing: nobody can look under them");
    }
    Ok(())
}

const UNREAD: &str = "the database could not be read (`database.url`)";

/// `helproom vault rotate`: a new key, and everything sealed anew with it. Whatever stops it, it can
/// be begun again.
pub fn rotate(settings: &Settings) -> anyhow::Result<()> {
    runtime()?.block_on(async {
        let mut rows = rows(settings).await?;
        let keys = keys(settings)?;
        // Two at once would each seal anew what the other did.
        let _held = match &keys {
            Keys::File(file) => Some(file.hold()?),
            Keys::Given(_) => None,
        };
        let used = rows.per_key().await.context(UNREAD)?;
        let ring = match keys {
            Keys::File(file) => renew(&file, &used)?,
            Keys::Given(ring) => {
                println!(
                    "The keys are in the settings: sealing with the first of them, {}.",
                    ring.first()
                );
                ring
            }
        };
        reseal(&mut rows, &ring).await
    })
}

/// Puts a new key first and takes out those that nothing is sealed with.
fn renew(file: &KeyFile, used: &BTreeMap<String, u64>) -> anyhow::Result<KeyRing> {
    let before = file.read()?;
    let names: Vec<String> = before.names().map(str::to_owned).collect();
    let ring = before.rotated(|key| used.contains_key(key))?;
    file.write(&ring)?;
    println!(
        "The new key is {}. Back up {} now.",
        ring.first(),
        file.path().display()
    );
    for gone in names.iter().filter(|name| !ring.holds(name)) {
        println!("The key {gone} was dropped: nothing is sealed with it any more.");
    }
    Ok(ring)
}

async fn reseal(rows: &mut SealedRows, ring: &KeyRing) -> anyhow::Result<()> {
    let mut lost: Option<VaultError> = None;
    let counted = rows
        .reseal(
            ring.first(),
            |mask, sealed| {
                let anew = ring
                    .open(mask, sealed)
                    .and_then(|plain| ring.seal(mask, &plain));
                anew.map_err(|failure| lost = Some(failure)).ok()
            },
            |done| println!("{done} masks are sealed with the new key."),
        )
        .await
        .context("sealing anew stopped; begin again with: helproom vault rotate")?;
    match lost {
        Some(failure) => bail!(
            "{} masks could not be sealed anew ({failure}); put the missing key back into the key file and begin again",
            counted.left
        ),
        None => {
            println!("Done: {} masks.", counted.done);
            Ok(())
        }
    }
}

async fn rows(settings: &Settings) -> anyhow::Result<SealedRows> {
    SealedRows::open(&settings.database.url)
        .await
        .with_context(|| {
            format!(
                "the database {} (`database.url`) could not be opened; it is made by: helproom serve",
                settings.database.url
            )
        })
}

fn keys(settings: &Settings) -> anyhow::Result<Keys> {
    match &settings.vault {
        Some(entry) => entry.keys(),
        None => bail!("there is no vault: set `vault.key_file`, for example \"vault.key\""),
    }
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(keys: &[&str]) -> BTreeMap<String, u64> {
        keys.iter().map(|key| ((*key).to_owned(), 1)).collect()
    }

    #[test]
    fn stopped_before_anything_was_sealed_anew_no_key_in_use_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::new(folder.path().join("vault.key"));
        file.write(&KeyRing::generate().unwrap()).unwrap();
        let first = file.read().unwrap().first().to_owned();
        let mut made = vec![first.clone()];
        for _ in 0..3 {
            let ring = renew(&file, &used(&[&first])).unwrap();
            made.push(ring.first().to_owned());
        }
        let ring = file.read().unwrap();
        let names: Vec<&str> = ring.names().collect();
        let [_, _, before, newest] = made.as_slice() else {
            panic!("{made:?}")
        };
        assert_eq!(names, [newest, before, &first]);
    }

    #[test]
    fn the_key_before_goes_at_the_next_rotation_and_not_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::new(folder.path().join("vault.key"));
        file.write(&KeyRing::generate().unwrap()).unwrap();
        let first = file.read().unwrap().first().to_owned();
        let second = renew(&file, &used(&[&first])).unwrap();
        assert!(second.holds(&first), "somebody may be sealing with it");
        let third = renew(&file, &used(&[second.first()])).unwrap();
        assert!(!third.holds(&first) && third.holds(second.first()));
    }
}
