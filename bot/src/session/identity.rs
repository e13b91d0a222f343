//! A new cross-signing identity in place of one whose private half was lost.
//!
//! matrix-sdk uploads one with the device's access token, and then the homeserver asks for a
//! password that the bot does not have. The application service is not asked for any.
//! <https://spec.matrix.org/v1.18/client-server-api/#cross-signing>

use matrix_sdk::{
    encryption::vodozemac::Ed25519SecretKey,
    ruma::{CanonicalJsonValue, UserId},
};
use serde_json::{Value, json};

use crate::error::BotError;

pub(super) struct Identity {
    master: Ed25519SecretKey,
    self_signing: Ed25519SecretKey,
    user_signing: Ed25519SecretKey,
}

impl Identity {
    pub(super) fn new() -> Self {
        Self {
            master: Ed25519SecretKey::new(),
            self_signing: Ed25519SecretKey::new(),
            user_signing: Ed25519SecretKey::new(),
        }
    }

    /// The body of `POST /keys/device_signing/upload`.
    pub(super) fn public_half(&self, bot: &UserId) -> Result<Value, BotError> {
        Ok(json!({
            "master_key": self.key(bot, &self.master, "master")?,
            "self_signing_key": self.key(bot, &self.self_signing, "self_signing")?,
            "user_signing_key": self.key(bot, &self.user_signing, "user_signing")?,
        }))
    }

    /// As matrix-sdk takes it from another device.
    pub(super) fn private_half(&self) -> Value {
        json!({
            "cross_signing": {
                "master_key": self.master.to_base64(),
                "self_signing_key": self.self_signing.to_base64(),
                "user_signing_key": self.user_signing.to_base64(),
            },
        })
    }

    /// A public key; signed by the master key unless it is that.
    fn key(&self, bot: &UserId, key: &Ed25519SecretKey, usage: &str) -> Result<Value, BotError> {
        let name = |key: &Ed25519SecretKey| format!("ed25519:{}", key.public_key().to_base64());
        let mut listed = json!({
            "user_id": bot,
            "usage": [usage],
            "keys": { name(key): key.public_key().to_base64() },
        });
        if usage != "master" {
            let canonical =
                CanonicalJsonValue::try_from(listed.clone()).map_err(BotError::folder)?;
            let signature = self
                .master
                .sign(canonical.to_string().as_bytes())
                .to_base64();
            let signatures = json!({ bot.as_str(): { name(&self.master): signature } });
            if let Value::Object(listed) = &mut listed {
                listed.insert("signatures".into(), signatures);
            }
        }
        Ok(listed)
    }
}

#[cfg(test)]
mod tests {
    use matrix_sdk::ruma::user_id;

    use super::*;

    #[test]
    fn the_master_key_signs_the_others() {
        let bot = user_id!("@helproom:lab.test");
        let keys = Identity::new().public_half(bot).unwrap();
        let master = keys["master_key"]["keys"]
            .as_object()
            .unwrap()
            .keys()
            .next()
            .unwrap();
        assert!(keys["master_key"].get("signatures").is_none());
        for key in ["self_signing_key", "user_signing_key"] {
            assert!(
                keys[key]["signatures"][bot.as_str()][master].is_string(),
                "{key}"
            );
        }
    }
}
