//! The settings: `helproom.toml`, overridden by `HELPROOM__SECTION__KEY`.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use appservice::{AdminToken, Namespace};
use config::{Config, Environment, File, FileFormat};
use serde::Deserialize;
use url::Url;

mod mail;
mod service;
mod vault;
mod webhooks;

pub use mail::MailEntry;
pub use service::ServiceEntry;
pub use vault::VaultEntry;
pub use webhooks::WebhooksEntry;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub homeserver: Homeserver,
    pub appservice: Appservice,
    pub bot: Bot,
    pub web: Web,
    pub database: Database,
    /// Without it masking is final.
    pub vault: Option<VaultEntry>,
    /// Without it no mail is sent.
    pub mail: Option<MailEntry>,
    #[serde(default)]
    pub webhooks: WebhooksEntry,
    #[serde(default)]
    pub log: Log,
    #[serde(default)]
    pub service: Vec<ServiceEntry>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Homeserver {
    /// Where we reach it.
    pub url: Url,
    /// The part of user ids after the colon.
    pub name: String,
    /// Of a server admin of Synapse, with which files are deleted for good.
    pub admin_token: Option<String>,
    pub admin_token_file: Option<PathBuf>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appservice {
    pub listen: SocketAddr,
    /// Where the homeserver reaches us.
    pub url: Url,
    pub registration: PathBuf,
    #[serde(default = "default_id")]
    pub id: String,
    /// Whether people of other homeservers can be in portals.
    #[serde(default)]
    pub federate: bool,
    /// Of portals; the homeserver's default when missing.
    pub room_version: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bot {
    #[serde(default = "default_bot")]
    pub localpart: String,
    #[serde(default = "default_display_name")]
    pub display_name: String,
    /// What commands begin with.
    #[serde(default = "default_prefix")]
    pub prefix: String,
    pub admins: Vec<String>,
    /// Where the bot keeps its device and its keys.
    #[serde(default = "default_store")]
    pub store: PathBuf,
    /// Encrypts that store.
    pub passphrase: Option<String>,
    pub passphrase_file: Option<PathBuf>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    pub listen: SocketAddr,
    /// Where customers reach us.
    pub public_url: Url,
    /// Proxies whose `X-Forwarded-For` counts: addresses or networks.
    #[serde(default)]
    pub trusted_proxies: Vec<String>,
    /// Whether the console is a widget in portals and desk rooms.
    #[serde(default = "yes")]
    pub room_widget: bool,
    /// Who may show the console in a frame, as a Matrix widget: schemes and origins.
    pub console_clients: Option<Vec<String>>,
    #[serde(default)]
    pub limits: Limits,
}

fn yes() -> bool {
    true
}

/// How often one address (or one chat) may do something.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    pub starts_per_minute: u32,
    pub messages_per_minute: u32,
    pub inquiries_per_minute: u32,
    pub reads_per_minute: u32,
    pub calls_per_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            starts_per_minute: 10,
            messages_per_minute: 120,
            inquiries_per_minute: 5,
            reads_per_minute: 600,
            calls_per_minute: 600,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    pub url: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// As `tracing` filters it: `info`, `helproom=debug,info` ...
    pub filter: String,
    /// `text` or `json`.
    pub format: String,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            filter: "info,matrix_sdk=warn,matrix_sdk::http_client=off,matrix_sdk_base=warn,matrix_sdk_crypto=error".into(),
            format: "text".into(),
        }
    }
}

fn default_id() -> String {
    "helproom".into()
}

fn default_bot() -> String {
    "helproom".into()
}

fn default_display_name() -> String {
    "Helproom".into()
}

fn default_prefix() -> String {
    "!".into()
}

fn default_store() -> PathBuf {
    "helproom-bot".into()
}

impl Settings {
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        if !path.exists() {
            bail!(
                "there is no settings file {}; write one (docs/settings.md has the smallest) or name it: --config FILE",
                path.display()
            );
        }
        let mut settings: Self = Config::builder()
            .add_source(File::from(path).format(FileFormat::Toml))
            .add_source(
                Environment::with_prefix("HELPROOM")
                    .prefix_separator("__")
                    .separator("__")
                    .try_parsing(true),
            )
            .build()
            .and_then(Config::try_deserialize)
            .with_context(|| format!("the settings in {} are not right", path.display()))?;
        settings.resolve(path.parent().unwrap_or(Path::new("")));
        settings
            .check()
            .with_context(|| format!("the settings in {} are not right", path.display()))?;
        Ok(settings)
    }

    /// Paths are meant from where the settings file is.
    fn resolve(&mut self, folder: &Path) {
        self.appservice.registration = folder.join(&self.appservice.registration);
        self.bot.store = folder.join(&self.bot.store);
        if let Some(file) = &mut self.bot.passphrase_file {
            *file = folder.join(&*file);
        }
        if let Some(file) = &mut self.homeserver.admin_token_file {
            *file = folder.join(&*file);
        }
        if let Some(mail) = &mut self.mail {
            mail.resolve(folder);
        }
        if let Some(vault) = &mut self.vault {
            vault.resolve(folder);
        }
        if let Some(file) = self.database.url.strip_prefix("sqlite:") {
            let file = file.strip_prefix("//").unwrap_or(file);
            if !file.starts_with(":memory:") {
                self.database.url = format!("sqlite:{}", folder.join(file).display());
            }
        }
    }

    fn check(&self) -> anyhow::Result<()> {
        self.namespace()?;
        ensure!(
            self.bot
                .localpart
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c))
                && !self.bot.localpart.is_empty(),
            "`bot.localpart` is \"{}\"; use lower-case letters, digits, - and ., for example \"helproom\"",
            self.bot.localpart
        );
        ensure!(
            (1..=3).contains(&self.bot.prefix.len())
                && self
                    .bot
                    .prefix
                    .chars()
                    .all(|c| c.is_ascii_punctuation() && !"/@#<>*_`\"".contains(c)),
            "`bot.prefix` is \"{}\"; use one to three signs that clients leave alone, for example \"!\" or \"?\"",
            self.bot.prefix
        );
        ensure!(
            self.database.url.starts_with("sqlite:"),
            "`database.url` is \"{}\"; so far only SQLite is there, for example \"sqlite:helproom.db\"",
            self.database.url
        );
        ensure!(
            !self.database.url.contains(":memory:"),
            "`database.url` is \"{}\"; chats must survive a restart, so use a file, for example \"sqlite:helproom.db\"",
            self.database.url
        );
        ensure!(
            matches!(self.log.format.as_str(), "text" | "json"),
            "`log.format` is \"{}\"; use \"text\" or \"json\"",
            self.log.format
        );
        for client in self.web.console_clients.iter().flatten() {
            check_client(client)?;
        }
        for admin in &self.bot.admins {
            check_user_id("bot.admins", admin)?;
        }
        if let Some(mail) = &self.mail {
            mail.check()?;
        }
        if let Some(vault) = &self.vault {
            vault.check()?;
        }
        self.webhooks.allowed()?;
        for service in &self.service {
            service.check()?;
        }
        Ok(())
    }

    pub fn namespace(&self) -> anyhow::Result<Namespace> {
        let server = self.homeserver.name.as_str().try_into().with_context(|| {
            format!("`homeserver.name` is \"{}\"; use what follows the colon in user ids, for example \"example.org\"", self.homeserver.name)
        })?;
        Ok(Namespace::new(self.bot.localpart.clone(), server))
    }

    pub fn bot_passphrase(&self) -> anyhow::Result<Option<String>> {
        let (value, file) = (&self.bot.passphrase, &self.bot.passphrase_file);
        secret("bot.passphrase", value.as_ref(), file.as_deref())
    }

    pub fn admin_token(&self) -> anyhow::Result<Option<AdminToken>> {
        let (value, file) = (
            &self.homeserver.admin_token,
            &self.homeserver.admin_token_file,
        );
        let token = secret("homeserver.admin_token", value.as_ref(), file.as_deref())?;
        Ok(token.map(AdminToken::new))
    }
}

/// A secret that is in the settings, or in a file they name.
fn secret(
    key: &str,
    value: Option<&String>,
    file: Option<&Path>,
) -> anyhow::Result<Option<String>> {
    match (value, file) {
        (Some(value), None) => Ok(Some(value.clone())),
        (None, Some(file)) => {
            let text = fs::read_to_string(file)
                .with_context(|| format!("`{key}_file` {} could not be read", file.display()))?;
            let text = text.trim_end();
            ensure!(!text.is_empty(), "`{key}_file` {} is empty", file.display());
            Ok(Some(text.to_owned()))
        }
        (None, None) => Ok(None),
        (Some(_), Some(_)) => bail!("set `{key}` or `{key}_file`, not both"),
    }
}

/// A scheme, or an origin: what else a policy may say is not for the settings.
fn check_client(client: &str) -> anyhow::Result<()> {
    let scheme = client.strip_suffix(':').is_some_and(|scheme| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        !scheme.is_empty() && scheme.chars().all(plain)
    });
    let origin = || {
        Url::parse(client).is_ok_and(|url| {
            url.has_host()
                && matches!(url.path(), "" | "/")
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
        })
    };
    ensure!(
        scheme || origin(),
        "`web.console_clients` names \"{client}\"; use an origin or a scheme, for example \"https://app.element.io\" or \"vector:\""
    );
    Ok(())
}

fn check_user_id(key: &str, id: &str) -> anyhow::Result<()> {
    let whole = id.strip_prefix('@').and_then(|rest| rest.split_once(':'));
    ensure!(
        whole.is_some_and(|(localpart, server)| !localpart.is_empty() && !server.is_empty()),
        "`{key}` names \"{id}\"; use a whole Matrix user id, for example \"@alice:example.org\""
    );
    Ok(())
}

#[cfg(test)]
mod tests;
