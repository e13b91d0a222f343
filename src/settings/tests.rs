//! What the settings accept, and what they say when they do not.

use appservice::Registration;

use super::*;

const SMALLEST: &str = r#"
[homeserver]
url = "http://127.0.0.1:8008"
name = "example.org"
[appservice]
listen = "127.0.0.1:29330"
url = "http://127.0.0.1:29330"
registration = "registration.yaml"
[bot]
localpart = "helproom"
admins = ["@admin:example.org"]
[web]
listen = "127.0.0.1:8080"
public_url = "https://chat.example.org"
[database]
url = "sqlite:helproom.db"
[vault]
key_file = "vault.key"
[[service]]
slug = "acme"
name = "Acme Help"
origins = ["https://help.example.org"]
agents = ["@alice:example.org", { id = "@bob:example.org", name = "Bob" }]
"#;

fn read(text: &str) -> anyhow::Result<Settings> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("helproom.toml");
    fs::write(&path, text)?;
    Settings::read(&path)
}

#[test]
fn the_smallest_settings_are_enough_and_paths_are_meant_from_their_folder() {
    let settings = read(SMALLEST).unwrap();
    assert!(settings.appservice.registration.is_absolute());
    assert!(
        settings.database.url.starts_with("sqlite:/"),
        "{}",
        settings.database.url
    );
    let setup = settings.service[0].to_setup();
    assert_eq!(
        setup
            .agents
            .iter()
            .map(|agent| agent.name.as_str())
            .collect::<Vec<_>>(),
        ["Alice", "Bob"]
    );
}

#[test]
fn a_wrong_setting_is_a_sentence_with_the_key_and_an_example() {
    for (right, wrong, key, example) in [
        (
            "name = \"example.org\"",
            "name = \"not a name\"",
            "homeserver.name",
            "example.org",
        ),
        (
            "slug = \"acme\"",
            "slug = \"Acme Help\"",
            "service.slug",
            "acme",
        ),
        (
            "sqlite:helproom.db",
            "mysql:helproom",
            "database.url",
            "sqlite:helproom.db",
        ),
        (
            "\"https://help.example.org\"",
            "\"https://help.example.org/faq\"",
            "service.origins",
            "https://help.example.org",
        ),
        (
            "[\"@alice:example.org\"",
            "[\"alice\"",
            "service.agents",
            "@alice:example.org",
        ),
        (
            "@admin:example.org",
            "admin",
            "bot.admins",
            "@alice:example.org",
        ),
        (
            "localpart = \"helproom\"",
            "localpart = \"Help Room\"",
            "bot.localpart",
            "helproom",
        ),
        (
            "[web]",
            "[web]\nlisten_address = \"x\"",
            "listen_address",
            "listen",
        ),
        ("listen = \"127.0.0.1:8080\"\n", "", "listen", "listen"),
        (
            "[web]",
            "[web]\nconsole_clients = [\"https://a.test; script-src *\"]",
            "web.console_clients",
            "https://app.element.io",
        ),
        (
            "[web]",
            "[web]\nconsole_clients = [\"*\"]",
            "web.console_clients",
            "vector:",
        ),
        (
            "[web]",
            "[web]\nconsole_clients = [\"https://a.test/path\"]",
            "web.console_clients",
            "vector:",
        ),
    ] {
        let error = format!(
            "{:#}",
            read(&SMALLEST.replacen(right, wrong, 1)).unwrap_err()
        );
        assert!(
            error.contains(key) && error.contains(example),
            "{wrong}: {error}"
        );
    }
}

#[test]
fn an_admin_token_is_in_the_settings_or_in_a_file_beside_them_and_not_in_both() {
    let folder = tempfile::tempdir().unwrap();
    let token = |lines: &str, in_file: &str| {
        let name = "name = \"example.org\"\n";
        let text = SMALLEST.replacen(name, &format!("{name}{lines}"), 1);
        fs::write(folder.path().join("helproom.toml"), text).unwrap();
        fs::write(folder.path().join("token"), in_file).unwrap();
        Settings::read(&folder.path().join("helproom.toml"))
            .and_then(|settings| settings.admin_token())
            .map(|token| token.is_some())
    };
    let (here, there) = ("admin_token = \"x\"\n", "admin_token_file = \"token\"\n");
    assert!(!token("", "x").unwrap());
    assert!(token(here, "x").unwrap());
    assert!(token(there, "x\n").unwrap());
    for (lines, in_file, why) in [
        (format!("{here}{there}"), "x", "not both"),
        (there.into(), "\n", "is empty"),
        (
            "admin_token_file = \"none\"\n".into(),
            "x",
            "could not be read",
        ),
    ] {
        let error = format!("{:#}", token(&lines, in_file).unwrap_err());
        assert!(
            error.contains(why) && error.contains("homeserver.admin_token"),
            "{error}"
        );
    }
}

#[test]
fn the_registration_in_the_repository_fits_the_smallest_settings() {
    let settings = read(SMALLEST).unwrap();
    let registration = Registration::from_yaml(include_str!("../../registration.yaml")).unwrap();
    let misfits = registration.misfits(
        &settings.appservice.id,
        &settings.namespace().unwrap(),
        settings.appservice.url.as_str(),
    );
    assert_eq!(misfits, Vec::<String>::new());
}
