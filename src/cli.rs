//! What operators type.

use std::{
    fs,
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use appservice::Registration;
use clap::{Parser, Subcommand};

use crate::{doctor, export, lifecycle, mask, settings::Settings, vault};

/// Puts a help center's live chat into Matrix.
#[derive(Parser)]
#[command(version)]
pub struct Cli {
    /// The settings file. Every key can be overridden: HELPROOM__WEB__LISTEN=0.0.0.0:8080
    #[arg(long, global = true, default_value = "helproom.toml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run.
    Serve,
    /// Write the registration for the homeserver to the path in the settings, unless there is
    /// one, and print it.
    Registration {
        /// Replace the one that is there. The homeserver must be given the new one, too.
        #[arg(long)]
        force: bool,
    },
    /// Check the settings and the registration, and say what is wrong.
    Check,
    /// Look at everything around Helproom, running or not, and say what to do.
    Doctor,
    /// Print all that is held of one customer as JSON, masked as it is. Changes nothing.
    Export(export::Options),
    /// Read lines from standard input and print them without personal data. Needs no settings.
    Mask(mask::Options),
    /// Say which keys the vault has, and how much is sealed with each.
    Vault {
        #[command(subcommand)]
        command: Option<VaultCommand>,
    },
}

#[derive(Subcommand)]
enum VaultCommand {
    /// Make a new key and seal everything anew with it, also while Helproom runs. Repeat it when
    /// it was stopped.
    Rotate,
}

impl Cli {
    pub fn run(self) -> anyhow::Result<()> {
        if let Command::Mask(options) = &self.command {
            return mask::run(options, std::io::stdin().lock(), std::io::stdout().lock());
        }
        let settings = Settings::read(&self.config)?;
        match self.command {
            Command::Mask(_) => Ok(()),
            Command::Serve => lifecycle::serve(settings),
            Command::Registration { force } => registration(&settings, force),
            Command::Doctor => doctor::run(&settings),
            Command::Export(options) => export::run(&settings, &options),
            Command::Vault { command: None } => vault::tell(&settings),
            Command::Vault {
                command: Some(VaultCommand::Rotate),
            } => vault::rotate(&settings),
            Command::Check => {
                read_registration(&settings)?;
                lifecycle::check(&settings)?;
                println!("The settings and the registration are fine.");
                Ok(())
            }
        }
    }
}

fn registration(settings: &Settings, force: bool) -> anyhow::Result<()> {
    let path = &settings.appservice.registration;
    if path.exists() && !force {
        read_registration(settings)?;
        print!("{}", fs::read_to_string(path)?);
        return Ok(());
    }
    let namespace = settings.namespace()?;
    let registration = Registration::generate(
        &settings.appservice.id,
        &namespace,
        settings.appservice.url.as_str(),
    );
    let yaml = format!(
        "# Give this file to the homeserver (Synapse: app_service_config_files) and keep it secret.\n{}",
        registration.to_yaml()?
    );
    write_secret(path, &yaml)
        .with_context(|| format!("{} could not be written", path.display()))?;
    print!("{yaml}");
    Ok(())
}

/// The registration, which must fit the settings.
pub fn read_registration(settings: &Settings) -> anyhow::Result<Registration> {
    let path = &settings.appservice.registration;
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "there is no registration at {} (`appservice.registration`); make one with: helproom registration",
            path.display()
        ),
        text => text.with_context(|| format!("{} could not be read", path.display()))?,
    };
    let registration = Registration::from_yaml(&text)
        .with_context(|| format!("{} is not a registration", path.display()))?;
    let misfits = registration.misfits(
        &settings.appservice.id,
        &settings.namespace()?,
        settings.appservice.url.as_str(),
    );
    if !misfits.is_empty() {
        bail!(
            "{} does not fit the settings: {}. Mend it, or make a new one with: helproom registration --force",
            path.display(),
            misfits.join("; ")
        );
    }
    Ok(registration)
}

/// Only its owner may read it. Written beside and renamed, so that it is there whole or not at all.
fn write_secret(path: &Path, text: &str) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)
}
