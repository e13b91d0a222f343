//! Programs that ask by a key.

use std::{net::IpAddr, time::Duration};

use super::Engine;
use crate::{
    apikey::{KeyHolder, Unfit},
    audit::AuditEntry,
    ids::TokenHash,
    ports::StoreError,
};

/// A key that is used from where it may not is on record once in so long: nobody shall fill the
/// log with it.
const ON_RECORD: Duration = Duration::from_secs(3600);

/// What becomes of a key that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    Holder(Box<KeyHolder>),
    /// There is none, or it is revoked or expired: which of these is nobody's business.
    Unknown,
    /// It is not for this address; to be noted.
    Elsewhere(Box<KeyHolder>),
}

impl Engine {
    /// Who holds the key with this hash.
    pub async fn shown_key(&self, hash: &TokenHash, from: IpAddr) -> Result<Shown, StoreError> {
        let Some(key) = self.store.api_key(hash).await? else {
            return Ok(Shown::Unknown);
        };
        let now = self.clock.now();
        match key.admits(now, from) {
            Err(Unfit::Expired) => return Ok(Shown::Unknown),
            Err(Unfit::Elsewhere) => {
                return Ok(Shown::Elsewhere(Box::new(KeyHolder { key })));
            }
            Ok(()) => {}
        }
        if key.is_used_anew(now) {
            let mut work = self.begin().await?;
            work.tx.save_use(&key.service, key.number, now).await?;
            work.commit().await?;
        }
        Ok(Shown::Holder(Box::new(KeyHolder { key })))
    }

    /// Puts it on record.
    pub async fn note_elsewhere(&self, holder: &KeyHolder) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        let (service, actor) = (holder.service(), holder.actor());
        let since = work.now - ON_RECORD;
        let noted = work.tx.times_of(service, &actor, "denied", since).await?;
        if !noted.is_empty() {
            return Ok(());
        }
        work.tx
            .insert_audit(&AuditEntry {
                at: work.now,
                service: Some(service.clone()),
                actor,
                what: "denied".into(),
                subject: Some("API: from an address that is not the key's".into()),
                old: None,
                new: None,
            })
            .await?;
        work.commit().await
    }
}
