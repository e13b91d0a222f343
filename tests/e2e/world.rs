//! A Synapse and a Helproom beside each other.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use tempfile::TempDir;
use tokio::sync::OnceCell;
use xtask::{
    browser::Browser,
    lab::{Lab, Login, Options, passing},
    ports::free_port,
    process::Process,
};

use crate::site::Site;

pub const PATIENCE: Duration = Duration::from_secs(60);
pub const PASSWORD: &str = "correct horse";

/// Services of the shared world; a test has one (or more) to itself.
const SHARED: [&str; 11] = [
    "bot",
    "conversation",
    "reload",
    "absent",
    "consent",
    "timeout",
    "queue",
    "phone",
    "refusals",
    "repeat",
    "late",
];

pub struct World {
    pub lab: Lab,
    pub site: Site,
    pub web: String,
    pub appservice: String,
    pub hs_token: String,
    folder: TempDir,
    helproom: std::sync::Mutex<Option<Process>>,
}

/// What differs between worlds.
pub struct Plan<'a> {
    pub services: &'a [&'a str],
    /// More settings for each service, as TOML.
    pub service_settings: &'a str,
    /// More sections of the settings.
    pub settings: &'a str,
    pub room_version: &'a str,
    /// Beside `@admin:lab.test`.
    pub admins: &'a [&'a str],
    /// The agents of each service.
    pub agents: &'a [&'a str],
}

impl Default for Plan<'_> {
    fn default() -> Self {
        let settings = "[web.limits]\nstarts_per_minute = 100000\nmessages_per_minute = 100000\nreads_per_minute = 100000\n";
        Self {
            services: &[],
            service_settings: "",
            settings,
            room_version: "12",
            admins: &[],
            agents: &["alice", "bob"],
        }
    }
}

/// The world most tests share.
pub async fn shared() -> &'static World {
    static SHARED_WORLD: OnceCell<World> = OnceCell::const_new();
    SHARED_WORLD
        .get_or_init(|| {
            World::start(Plan {
                services: &SHARED,
                service_settings: "accept_timeout_s = 8",
                ..Plan::default()
            })
        })
        .await
}

pub async fn browser() -> &'static Browser {
    static BROWSER: OnceCell<Browser> = OnceCell::const_new();
    BROWSER
        .get_or_init(|| async { Browser::start().await.expect("the browser starts") })
        .await
}

impl World {
    pub async fn start(plan: Plan<'_>) -> Self {
        let folder = tempfile::tempdir_in(passing()).unwrap();
        let (homeserver, appservice, web) = (
            free_port().unwrap(),
            free_port().unwrap(),
            free_port().unwrap(),
        );
        let site = Site::open(format!("http://127.0.0.1:{web}"));
        let toml = settings(&plan, homeserver, appservice, web, &site.origin);
        fs::write(folder.path().join("helproom.toml"), toml).unwrap();
        let registration = register(folder.path());
        let lab = Lab::start(Options {
            port: Some(homeserver),
            registrations: vec![folder.path().join("registration.yaml")],
            room_version: plan.room_version.into(),
            ..Options::default()
        })
        .await
        .expect("Synapse starts");
        for service in plan.services {
            for agent in plan.agents {
                lab.register(&format!("{agent}.{service}"), PASSWORD, false)
                    .await
                    .expect("an agent registers");
            }
        }
        let world = Self {
            lab,
            site,
            web: format!("http://127.0.0.1:{web}"),
            appservice: format!("http://127.0.0.1:{appservice}"),
            hs_token: registration,
            folder,
            helproom: std::sync::Mutex::default(),
        };
        world.start_helproom().await;
        world
    }

    pub async fn start_helproom(&self) {
        let process = self
            .lab
            .program(&self.log(), env!("CARGO_BIN_EXE_helproom"))
            .arg("--config")
            .arg(self.folder.path().join("helproom.toml"))
            .arg("serve")
            .start()
            .expect("Helproom starts");
        let ready = format!("{}/readyz", self.web);
        let client = reqwest::Client::new();
        let wait = async {
            loop {
                if client
                    .get(&ready)
                    .send()
                    .await
                    .is_ok_and(|answer| answer.status().is_success())
                {
                    return;
                }
                assert!(
                    process.ended().is_none(),
                    "Helproom ended: {}",
                    process.log_tail()
                );
                // Nothing signals that a port is listened on, so it is tried.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, wait)
            .await
            .expect("Helproom gets ready");
        *self.helproom.lock().unwrap() = Some(process);
    }

    /// What `helproom doctor` says. It fails when something is wrong.
    pub fn doctor(&self) -> String {
        let (success, said) = self.command(&["doctor"]);
        assert_eq!(success, !said.contains("wrong:"), "{said}");
        said
    }

    /// What a command of an operator says, and whether it succeeds.
    pub fn command(&self, words: &[&str]) -> (bool, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_helproom"))
            .arg("--config")
            .arg(self.folder.path().join("helproom.toml"))
            .args(words)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (
            output.status.success(),
            String::from_utf8_lossy(&said).into_owned(),
        )
    }

    /// `kill -9`
    pub async fn kill_helproom(&self) {
        let process = self.helproom.lock().unwrap().take();
        process.expect("Helproom runs").kill().await;
    }

    /// Stops the process without ending it (SIGSTOP): it takes connections and answers nothing.
    pub fn freeze_helproom(&self) {
        self.signal("STOP");
    }

    pub fn thaw_helproom(&self) {
        self.signal("CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self
            .helproom
            .lock()
            .unwrap()
            .as_ref()
            .expect("Helproom runs")
            .pid();
        assert!(
            Command::new("kill")
                .arg(format!("-{signal}"))
                .arg(pid.to_string())
                .status()
                .unwrap()
                .success()
        );
    }

    /// Rows of Helproom's own database, columns joined by `|`.
    pub async fn query(&self, sql: &'static str) -> Vec<String> {
        use sqlx::{Column, Row, SqlitePool, TypeInfo};
        let pool = SqlitePool::connect(&format!("sqlite:{}", self.database().display()))
            .await
            .unwrap();
        let rows = sqlx::query(sql).fetch_all(&pool).await.unwrap();
        let text =
            |row: &sqlx::sqlite::SqliteRow, at: usize| match row.column(at).type_info().name() {
                "TEXT" => row.get::<Option<String>, _>(at).unwrap_or_default(),
                _ => row.get::<i64, _>(at).to_string(),
            };
        rows.iter()
            .map(|row| {
                (0..row.len())
                    .map(|at| text(row, at))
                    .collect::<Vec<_>>()
                    .join("|")
            })
            .collect()
    }

    /// Waits until these rows are as they should be. Our database signals nobody outside.
    pub async fn until_rows(
        &self,
        what: &str,
        sql: &'static str,
        holds: impl Fn(&[String]) -> bool,
    ) {
        self.until_rows_within(PATIENCE, what, sql, holds).await;
    }

    async fn until_rows_within(
        &self,
        patience: Duration,
        what: &str,
        sql: &'static str,
        holds: impl Fn(&[String]) -> bool,
    ) {
        let wait = async {
            while !holds(&self.query(sql).await) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(patience, wait)
            .await
            .unwrap_or_else(|_| panic!("never came: {what}"));
    }

    /// Waits until everything has left, our files being cleaned included.
    pub async fn until_delivered(&self) {
        let left = "select count(*) from outbox where buried is null";
        let empty = |rows: &[String]| rows == ["0"];
        self.until_rows_within(PATIENCE * 2, "an empty outbox", left, empty)
            .await;
    }

    /// Waits until so many agents of the service are online in Helproom's eyes.
    pub async fn until_routable(&self, service: &str, count: usize) {
        let online = "select agent.service from agent join person on person.id = agent.id where presence = 'online'";
        self.until_rows("agents who are seen online", online, |rows| {
            rows.iter().filter(|of| *of == service).count() >= count
        })
        .await;
    }

    /// Waits until Helproom has heard that this is the person's presence.
    pub async fn until_presence(&self, person: &str, presence: &str) {
        let heard = format!("{person}|{presence}");
        let known = "select id, presence from person";
        self.until_rows(&heard, known, |rows| rows.contains(&heard))
            .await;
    }

    /// Where Helproom's files are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn log(&self) -> PathBuf {
        self.folder.path().join("helproom.log")
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("helproom.db")
    }

    pub async fn agent(&self, name: &str, service: &str) -> Login {
        self.lab
            .log_in(&format!("{name}.{service}"), PASSWORD)
            .await
            .expect("an agent logs in")
    }

    pub fn bot(&self) -> String {
        format!("@helproom:{}", self.lab.server_name())
    }

    /// The page of this service's help center.
    pub fn page(&self, service: &str) -> String {
        format!("{}/{service}", self.site.origin)
    }
}

fn settings(plan: &Plan<'_>, homeserver: u16, appservice: u16, web: u16, site: &str) -> String {
    let admins = [&["@admin:lab.test"], plan.admins].concat();
    let mut toml = format!(
        "[homeserver]\nurl = \"http://127.0.0.1:{homeserver}\"\nname = \"lab.test\"\n\
         [appservice]\nlisten = \"127.0.0.1:{appservice}\"\nurl = \"http://127.0.0.1:{appservice}\"\n\
         registration = \"registration.yaml\"\n\
         [bot]\nadmins = {admins:?}\n\
         [web]\nlisten = \"127.0.0.1:{web}\"\npublic_url = \"http://127.0.0.1:{web}\"\n\
         [database]\nurl = \"sqlite:helproom.db\"\n{}\n",
        plan.settings
    );
    for slug in plan.services {
        let agents = plan.agents.iter();
        let agents: Vec<_> = agents
            .map(|agent| format!("@{agent}.{slug}:lab.test"))
            .collect();
        toml.push_str(&format!(
            "[[service]]\nslug = \"{slug}\"\nname = \"Acme Help\"\norigins = [\"{site}\"]\n\
             agents = {agents:?}\n{}\n",
            plan.service_settings
        ));
    }
    toml
}

/// Writes the registration; its `hs_token`.
fn register(folder: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_helproom"))
        .arg("--config")
        .arg(folder.join("helproom.toml"))
        .arg("registration")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let yaml = String::from_utf8(output.stdout).unwrap();
    let token = yaml
        .lines()
        .find_map(|line| line.strip_prefix("hs_token: "))
        .expect("an hs_token");
    token.to_owned()
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = fs::read_to_string(self.log()).unwrap_or_default();
            let tail = log.lines().rev().take(40).collect::<Vec<_>>();
            let kept =
                std::env::temp_dir().join(format!("helproom-failed-{}.db", std::process::id()));
            let _ = fs::copy(self.database(), &kept);
            let _ = fs::copy(
                self.database().with_extension("db-wal"),
                kept.with_extension("db-wal"),
            );
            eprintln!(
                "Helproom said last (its database is at {}):\n{}",
                kept.display(),
                tail.into_iter().rev().collect::<Vec<_>>().join("\n")
            );
        }
    }
}
