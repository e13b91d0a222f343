//! `helproom doctor` and `!doctor`: looks at everything around the desk. It binds nothing and takes
//! no lock, so it works while Helproom runs and while it does not.

use std::{path::Path, sync::Arc};

use anyhow::bail;
use appservice::{
    Client, ClientSettings, Outbound, PortalSettings, Registration, doctor::Examiner,
};
use async_trait::async_trait;
use desk::{
    command::Language,
    doctor::{Doctor, Finding, Verdict},
    texts,
};

use crate::{
    cli::read_registration,
    lifecycle::DEVICE,
    settings::{Settings, VaultEntry},
    vault,
    wire::SystemClock,
};

/// Less than this beside the database is too little.
const SPACE: u64 = 256 * 1024 * 1024;

/// The doctor of this installation.
pub struct HouseDoctor {
    examiner: Examiner,
    database: String,
    vault: Option<VaultEntry>,
}

impl HouseDoctor {
    pub fn new(
        settings: &Settings,
        registration: Registration,
        client: Arc<Client>,
    ) -> anyhow::Result<Self> {
        let portals = PortalSettings::default();
        let namespace = settings.namespace()?;
        let outbound = Outbound::new(Arc::clone(&client), namespace, DEVICE, portals)?;
        Ok(Self {
            examiner: Examiner {
                client,
                outbound: Arc::new(outbound),
                registration,
                listen: settings.appservice.listen,
                clock: Arc::new(SystemClock),
            },
            database: settings.database.url.clone(),
            vault: settings.vault.clone(),
        })
    }
}

#[async_trait]
impl Doctor for HouseDoctor {
    async fn examine(&self) -> Vec<Finding> {
        let (mut found, database) = tokio::join!(
            self.examiner.examine(),
            store::doctor::examine(&self.database)
        );
        found.extend(database);
        found.push(space(&self.database));
        found.push(vault::examine(self.vault.as_ref(), &self.database).await);
        found
    }
}

/// What is free on the disk of the database.
fn space(database: &str) -> Finding {
    let file = Path::new(database.trim_start_matches("sqlite:"));
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match rustix::fs::statvfs(folder) {
        Ok(disk) => match disk.f_bavail.saturating_mul(disk.f_frsize) {
            bytes if bytes < SPACE => Finding::SpaceShort { bytes },
            bytes => Finding::SpaceFree { bytes },
        },
        Err(_) => Finding::DatabaseUnread,
    }
}

/// Says on each line what was found. Fails when something is wrong.
pub fn run(settings: &Settings) -> anyhow::Result<()> {
    let registration = read_registration(settings)?;
    let client = Client::new(ClientSettings {
        url: settings.homeserver.url.to_string(),
        as_token: registration.as_token.clone(),
    })?;
    let client = Arc::new(client.with_admin(settings.admin_token()?));
    let doctor = HouseDoctor::new(settings, registration, client)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let found = runtime.block_on(doctor.examine());
    println!("{}", texts::doctor::report(Language::En, &found));
    match found.iter().map(Finding::verdict).max() {
        Some(Verdict::Wrong) => bail!("something is wrong; the lines above say what to do"),
        _ => Ok(()),
    }
}
