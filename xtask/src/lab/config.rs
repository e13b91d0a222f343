//! The homeserver's configuration files, written by us so that nothing in
//! them depends on what Synapse would generate.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use serde_json::{Map, Value, json};

use super::Options;

/// Files of a lab's folder.
#[derive(Clone, Debug)]
pub(super) struct Files {
    pub folder: PathBuf,
}

impl Files {
    pub fn homeserver(&self) -> PathBuf {
        self.folder.join("homeserver.yaml")
    }

    pub fn database(&self) -> PathBuf {
        self.folder.join("homeserver.db")
    }

    pub fn log(&self) -> PathBuf {
        self.folder.join("synapse.log")
    }

    fn signing_key(&self) -> PathBuf {
        self.folder.join("signing.key")
    }

    fn log_config(&self) -> PathBuf {
        self.folder.join("log.yaml")
    }

    /// Writes everything Synapse reads. A signing key and a shared secret that
    /// are there already stay: the database belongs to them.
    pub fn write(&self, options: &Options, port: u16) -> Result<String> {
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("cannot make {}", self.folder.display()))?;
        write_new(&self.signing_key(), || {
            let seed = STANDARD_NO_PAD.encode(rand::random::<[u8; 32]>());
            format!("ed25519 a_lab {seed}\n")
        })?;
        let secret_file = self.folder.join("registration_shared_secret");
        write_new(&secret_file, || hex::encode(rand::random::<[u8; 32]>()))?;
        let secret = fs::read_to_string(secret_file)?;
        write_yaml(&self.log_config(), &log_config())?;
        let mut settings = self.settings(options, port, &secret)?;
        merge(&mut settings, &Value::Object(options.settings.clone()));
        write_yaml(&self.homeserver(), &settings)?;
        Ok(secret)
    }

    fn settings(&self, options: &Options, port: u16, secret: &str) -> Result<Value> {
        let registrations: Vec<PathBuf> = options
            .registrations
            .iter()
            .map(std::path::absolute)
            .collect::<Result<_, _>>()?;
        let mut settings = json!({
            "server_name": options.server_name,
            "public_baseurl": format!("http://127.0.0.1:{port}/"),
            "pid_file": self.folder.join("homeserver.pid"),
            "listeners": [{
                "port": port,
                "bind_addresses": ["127.0.0.1"],
                "type": "http",
                "tls": false,
                "resources": [{"names": ["client", "federation"], "compress": false}],
            }],
            "database": {"name": "sqlite3", "args": {"database": self.database()}},
            "media_store_path": self.folder.join("media"),
            "log_config": self.log_config(),
            "signing_key_path": self.signing_key(),
            "registration_shared_secret": secret,
            "macaroon_secret_key": secret,
            "form_secret": secret,
            "trusted_key_servers": [],
            "suppress_key_server_warning": true,
            "federation_domain_whitelist": [],
            "report_stats": false,
            "presence": {"enabled": options.presence},
            "default_room_version": options.room_version,
            "app_service_config_files": registrations,
            // Passwords of a lab are no secrets: do not spend 0.3 s on each.
            "bcrypt_rounds": 4,
        });
        if !options.default_limits {
            merge(&mut settings, &high_limits());
        }
        Ok(settings)
    }
}

fn high_limits() -> Value {
    let high = json!({"per_second": 100_000, "burst_count": 100_000});
    let mut limits: Map<String, Value> = [
        "rc_message",
        "rc_registration",
        "rc_registration_token_validity",
        "rc_joins_per_room",
        "rc_admin_redaction",
        "rc_3pid_validation",
        "rc_media_create",
        "rc_key_requests",
        "rc_delayed_event_mgmt",
        "rc_reports",
        "rc_room_creation",
        "rc_user_directory",
        "rc_profile",
    ]
    .into_iter()
    .map(|name| (name.to_owned(), high.clone()))
    .collect();
    for (name, parts) in [
        ("rc_login", &["address", "account", "failed_attempts"][..]),
        ("rc_joins", &["local", "remote"]),
        ("rc_invites", &["per_room", "per_user", "per_issuer"]),
        ("rc_presence", &["per_user"]),
    ] {
        let parts = parts.iter().map(|part| ((*part).to_owned(), high.clone()));
        limits.insert(name.to_owned(), Value::Object(parts.collect()));
    }
    Value::Object(limits)
}

fn log_config() -> Value {
    json!({
        "version": 1,
        "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        // Standard error goes to the log too: one file tells everything.
        "handlers": {"log": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "root": {"level": "WARNING", "handlers": ["log"]},
        "disable_existing_loggers": false,
    })
}

fn write_new(file: &Path, content: impl FnOnce() -> String) -> Result<()> {
    if !file.exists() {
        fs::write(file, content())?;
    }
    Ok(())
}

fn write_yaml(file: &Path, value: &Value) -> Result<()> {
    fs::write(file, serde_yaml_ng::to_string(value)?)
        .with_context(|| format!("cannot write {}", file.display()))
}

/// Lays `over` on top of `base`, key by key; lists and values are replaced.
fn merge(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                merge(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extra_settings_are_laid_over_ours() {
        let mut ours = json!({"presence": {"enabled": true}, "listeners": [1, 2]});
        let theirs = json!({"presence": {"x": 1}, "listeners": [3], "enable_search": false});
        merge(&mut ours, &theirs);
        let expected = json!({
            "presence": {"enabled": true, "x": 1}, "listeners": [3], "enable_search": false
        });
        assert_eq!(ours, expected);
    }

    #[test]
    fn a_second_start_keeps_the_key_and_the_secret() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files {
            folder: folder.path().to_owned(),
        };
        let first = files.write(&Options::default(), 1).unwrap();
        let key = fs::read_to_string(files.signing_key()).unwrap();
        assert_eq!(files.write(&Options::default(), 2).unwrap(), first);
        assert_eq!(fs::read_to_string(files.signing_key()).unwrap(), key);
    }

    #[test]
    fn default_limits_are_left_to_synapse() {
        let files = Files {
            folder: PathBuf::from("/lab"),
        };
        let options = Options {
            default_limits: true,
            ..Options::default()
        };
        let settings = files.settings(&options, 1, "s").unwrap();
        assert_eq!(settings.get("rc_joins"), None);
    }
}
