//! The mail server, for transcripts.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use mail::{Protection, Smtp, SmtpSettings};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailEntry {
    pub host: String,
    /// What is usual for `tls` when missing.
    pub port: Option<u16>,
    /// `starttls`, `tls` or `none`.
    #[serde(default = "default_tls")]
    pub tls: String,
    pub user: Option<String>,
    pub password: Option<String>,
    pub password_file: Option<PathBuf>,
    pub from: String,
}

fn default_tls() -> String {
    "starttls".into()
}

impl MailEntry {
    pub fn resolve(&mut self, folder: &Path) {
        if let Some(file) = &mut self.password_file {
            *file = folder.join(&*file);
        }
    }

    pub fn check(&self) -> anyhow::Result<()> {
        ensure!(
            !self.host.trim().is_empty() && !self.host.contains("://"),
            "`mail.host` is \"{}\"; use the name of the mail server alone, for example \"smtp.example.org\"",
            self.host
        );
        ensure!(
            self.protection().is_some(),
            "`mail.tls` is \"{}\"; use \"starttls\", \"tls\" or \"none\"",
            self.tls
        );
        ensure!(
            self.user.is_some() || (self.password.is_none() && self.password_file.is_none()),
            "`mail.password` is set without `mail.user`"
        );
        Ok(())
    }

    fn protection(&self) -> Option<Protection> {
        match self.tls.as_str() {
            "starttls" => Some(Protection::Starttls),
            "tls" => Some(Protection::Tls),
            "none" => Some(Protection::Plain),
            _ => None,
        }
    }

    /// Ready to send; connects to nothing yet.
    pub fn to_smtp(&self) -> anyhow::Result<Smtp> {
        let protection = self.protection().unwrap_or(Protection::Starttls);
        let settings = SmtpSettings {
            host: self.host.clone(),
            port: self.port.unwrap_or(protection.port()),
            protection,
            login: self.login()?,
            from: self.from.clone(),
        };
        Smtp::new(&settings).with_context(|| {
            format!(
                "`mail.from` is \"{}\" at `mail.host` \"{}\"; use for example \"Acme Help <help@example.org>\"",
                self.from, self.host
            )
        })
    }

    fn login(&self) -> anyhow::Result<Option<(String, String)>> {
        let Some(user) = self.user.clone() else {
            return Ok(None);
        };
        let password = match (&self.password, &self.password_file) {
            (Some(password), None) => password.clone(),
            (None, Some(file)) => fs::read_to_string(file)
                .with_context(|| {
                    format!("`mail.password_file` {} could not be read", file.display())
                })?
                .trim_end()
                .to_owned(),
            (None, None) => bail!("`mail.user` needs `mail.password` or `mail.password_file`"),
            (Some(_), Some(_)) => bail!("set `mail.password` or `mail.password_file`, not both"),
        };
        Ok(Some((user, password)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(more: &str) -> MailEntry {
        let toml =
            format!("host = \"smtp.example.org\"\nfrom = \"Help <help@example.org>\"\n{more}");
        config::Config::builder()
            .add_source(config::File::from_str(&toml, config::FileFormat::Toml))
            .build()
            .unwrap()
            .try_deserialize()
            .unwrap()
    }

    fn told(entry: &MailEntry) -> String {
        let checked = entry.check().and_then(|()| entry.to_smtp().map(drop));
        checked.map_or_else(|error| error.to_string(), |()| "fine".into())
    }

    #[test]
    fn a_wrong_mail_setting_is_a_sentence_with_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        fs::write(&file, "secret\n").unwrap();
        let password_file = format!("user = \"a\"\npassword_file = \"{}\"", file.display());
        for (more, answer) in [
            ("", "fine"),
            ("tls = \"none\"\nport = 25", "fine"),
            (&password_file, "fine"),
            ("tls = \"ssl\"", "`mail.tls`"),
            ("password = \"p\"", "`mail.user`"),
            ("user = \"a\"", "`mail.password`"),
            (
                "user = \"a\"\npassword_file = \"/no/such\"",
                "`mail.password_file`",
            ),
        ] {
            let told = told(&entry(more));
            assert!(told.contains(answer), "{more}: {told}");
            assert!(!told.contains("secret"));
        }
        let mut wrong = entry("");
        wrong.from = "nobody".into();
        assert!(told(&wrong).contains("`mail.from`"));
        wrong.host = "smtp://example.org".into();
        assert!(told(&wrong).contains("`mail.host`"));
    }
}
