//! `!apikey`: keys of the admin API.

use crate::{
    apikey::{ApiKey, KeyWish, MOST_KEYS, word_of},
    audit::AuditEntry,
    command::ApikeyCommand,
    ids::TokenHash,
    ports::StoreError,
    service::Service,
    texts::keys as texts,
};

use super::super::{super::Work, Asker};

impl Work<'_> {
    pub(super) async fn key_command(
        &mut self,
        asker: &Asker,
        service: &Service,
        command: ApikeyCommand,
    ) -> Result<String, StoreError> {
        match command {
            ApikeyCommand::List => {
                let keys = self.tx.keys_of(&service.slug).await?;
                let zone = service.settings.zone();
                Ok(texts::list(asker.language, &keys, self.now, &zone))
            }
            ApikeyCommand::Create { name, options } => {
                self.create_key(asker, service, &name, &options).await
            }
            ApikeyCommand::Revoke { key } => self.revoke_key(asker, service, &key).await,
        }
    }

    async fn create_key(
        &mut self,
        asker: &Asker,
        service: &Service,
        name: &str,
        options: &[String],
    ) -> Result<String, StoreError> {
        let wish = match KeyWish::read(name, options) {
            Ok(wish) => wish,
            Err(wrong) => return Ok(texts::wrong(asker.language, &wrong)),
        };
        let known = self.tx.keys_of(&service.slug).await?;
        if known.iter().any(|key| key.name == wish.name) {
            return Ok(texts::taken(asker.language, &wish.name));
        }
        if known.len() >= MOST_KEYS {
            return Ok(texts::too_many(asker.language, MOST_KEYS));
        }
        let word = word_of(&self.engine.ids.secret());
        let mut key = ApiKey {
            service: service.slug.clone(),
            number: 0,
            expires_at: wish.expires_at(self.now),
            name: wish.name,
            scopes: wish.scopes,
            networks: wish.networks,
            made_by: asker.person.clone(),
            made_at: self.now,
            used_at: None,
        };
        self.tx.insert_key(&mut key, &TokenHash::of(&word)).await?;
        let new = texts::described(&key, &service.settings.zone());
        self.note_key(asker, &key, "apikey.create", Some(new))
            .await?;
        let zone = service.settings.zone();
        Ok(texts::made(asker.language, &key, &word, &zone))
    }

    async fn revoke_key(
        &mut self,
        asker: &Asker,
        service: &Service,
        word: &str,
    ) -> Result<String, StoreError> {
        let known = self.tx.keys_of(&service.slug).await?;
        let number = word.trim_start_matches('#').parse::<u64>().ok();
        let meant =
            |key: &&ApiKey| Some(key.number) == number || key.name.eq_ignore_ascii_case(word);
        let Some(key) = known.iter().find(meant) else {
            return Ok(texts::no_such_key(asker.language, word, &known));
        };
        self.tx
            .revoke_key(&service.slug, key.number, self.now)
            .await?;
        self.note_key(asker, key, "apikey.revoke", None).await?;
        Ok(texts::revoked(asker.language, key))
    }

    async fn note_key(
        &mut self,
        asker: &Asker,
        key: &ApiKey,
        what: &str,
        new: Option<String>,
    ) -> Result<(), StoreError> {
        self.tx
            .insert_audit(&AuditEntry {
                at: self.now,
                service: Some(key.service.clone()),
                actor: asker.person.clone(),
                what: what.into(),
                subject: Some(key.name.clone()),
                old: None,
                new,
            })
            .await
    }
}
