//! What the demo keeps in `.demo`: ports, settings, registration, logs.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Options;
use crate::ports;

pub(super) const SERVER_NAME: &str = "demo.test";

/// Kept from run to run: the browser's storage, the service's origins and the
/// registration all belong to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ports {
    pub homeserver: u16,
    pub appservice: u16,
    pub web: u16,
    pub page: u16,
}

impl Ports {
    fn choose(options: &Options) -> Result<Self> {
        Ok(Self {
            homeserver: choose(options.homeserver_port, 8008)?,
            appservice: choose(None, 29330)?,
            web: choose(options.web_port, 8080)?,
            page: choose(options.page_port, 8000)?,
        })
    }

    fn keep(self, options: &Options) -> Result<()> {
        for (kept, asked, name) in [
            (self.homeserver, options.homeserver_port, "homeserver"),
            (self.web, options.web_port, "web"),
            (self.page, options.page_port, "page"),
            (self.appservice, None, "appservice"),
        ] {
            if asked.is_some_and(|asked| asked != kept) {
                bail!("an earlier run chose {name} port {kept}; --fresh starts over with another");
            }
            if !ports::is_free(kept) {
                bail!(
                    "port {kept} ({name}) is taken, perhaps by a demo that still runs; \
                     stop it, or use --fresh to start over with another port"
                );
            }
        }
        Ok(())
    }
}

fn choose(asked: Option<u16>, usual: u16) -> Result<u16> {
    match asked {
        Some(asked) if ports::is_free(asked) => Ok(asked),
        Some(asked) => bail!("port {asked} is taken"),
        None if ports::is_free(usual) => Ok(usual),
        None => ports::free_port(),
    }
}

#[derive(Clone, Debug)]
pub(super) struct Files {
    pub folder: PathBuf,
    pub ports: Ports,
}

impl Files {
    /// Takes the ports of the last run, or chooses new ones.
    pub fn prepare(folder: PathBuf, options: &Options) -> Result<Self> {
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let file = folder.join("ports.json");
        let ports = match fs::read(&file) {
            Ok(kept) => {
                let kept: Ports = serde_json::from_slice(&kept)
                    .context(".demo/ports.json is damaged; --fresh starts over")?;
                kept.keep(options)?;
                kept
            }
            Err(_) => {
                let chosen = Ports::choose(options)?;
                fs::write(file, serde_json::to_vec_pretty(&chosen)?)?;
                chosen
            }
        };
        Ok(Self { folder, ports })
    }

    pub fn settings(&self) -> PathBuf {
        self.folder.join("helproom.toml")
    }

    pub fn registration(&self) -> PathBuf {
        self.folder.join("registration.yaml")
    }

    pub fn synapse(&self) -> PathBuf {
        self.folder.join("synapse")
    }

    pub fn log(&self) -> PathBuf {
        self.folder.join("helproom.log")
    }

    /// Writes Helproom's settings.
    pub fn write(&self) -> Result<()> {
        fs::write(self.settings(), self.toml()).context("cannot write .demo/helproom.toml")
    }

    fn toml(&self) -> String {
        let Ports {
            homeserver,
            appservice,
            web,
            page,
        } = self.ports;
        format!(
            r#"# Written by `cargo xtask demo` at every start.
[homeserver]
url = "http://127.0.0.1:{homeserver}"
name = "{SERVER_NAME}"
[appservice]
listen = "127.0.0.1:{appservice}"
url = "http://127.0.0.1:{appservice}"
registration = "registration.yaml"
[bot]
localpart = "helproom"
admins = ["@admin:{SERVER_NAME}"]
[web]
listen = "127.0.0.1:{web}"
public_url = "http://127.0.0.1:{web}"
[database]
url = "sqlite:helproom.db"
[vault]
key_file = "vault.key"
[[service]]
slug = "acme"
name = "Acme Help"
origins = ["http://127.0.0.1:{page}", "http://localhost:{page}"]
agents = ["@alice:{SERVER_NAME}", "@bob:{SERVER_NAME}"]
"#
        )
    }

    /// The registration names the address at which the homeserver reaches us.
    pub fn fit_registration(&self) -> Result<()> {
        let text = fs::read_to_string(self.registration())
            .context("`helproom registration` wrote no .demo/registration.yaml")?;
        let mut registration: serde_yaml_ng::Value = serde_yaml_ng::from_str(&text)?;
        let url = format!("http://127.0.0.1:{}", self.ports.appservice);
        let fields = registration
            .as_mapping_mut()
            .context(".demo/registration.yaml is not a mapping")?;
        let url = serde_yaml_ng::to_value(json!(url))?;
        if fields.get("url") != Some(&url) {
            fields.insert("url".into(), url);
            fs::write(
                self.registration(),
                serde_yaml_ng::to_string(&registration)?,
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_run_keeps_the_ports_of_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let prepare = |options: &Options| Files::prepare(folder.path().to_owned(), options);
        let first = prepare(&Options::default()).unwrap().ports;
        let second = prepare(&Options::default()).unwrap().ports;
        assert_eq!(first, second);
    }

    #[test]
    fn another_port_than_the_kept_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let prepare = |options: &Options| Files::prepare(folder.path().to_owned(), options);
        let first = prepare(&Options::default()).unwrap().ports;
        let options = Options {
            web_port: Some(first.web + 1),
            ..Options::default()
        };
        let error = prepare(&options).unwrap_err().to_string();
        assert!(error.contains("--fresh"), "{error}");
    }

    #[test]
    fn the_page_may_open_the_widget() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::prepare(folder.path().to_owned(), &Options::default()).unwrap();
        let origin = format!("http://127.0.0.1:{}", files.ports.page);
        assert!(files.toml().contains(&origin));
    }
}
