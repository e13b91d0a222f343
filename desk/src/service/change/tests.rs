//! Values that are taken, and values that are not.

use super::*;
use crate::{
    command::{Command, Manner, Typed},
    ids::ServiceSlug,
};

fn acme() -> Service {
    Service {
        slug: ServiceSlug::new("acme"),
        name: "Acme Help".into(),
        settings: ServiceSettings::default(),
    }
}

fn command(line: &str) -> HelpcenterCommand {
    match Manner::default().read(&format!("!helpcenter {line}")) {
        Typed::Command(Command::Helpcenter(command)) => command,
        other => panic!("{line} was read as {other:?}"),
    }
}

const SECRET: &str = "dGhpcyBpcyBhIHNlY3JldCBvZiB0aGlydHktdHdvIGI=";
const PUBLIC: &str = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";

#[test]
fn a_setting_is_changed_to() {
    for (line, what, new) in [
        ("chat off", "chat", "off"),
        ("contact off", "contact", "off"),
        ("rating off", "rating", "off"),
        ("language ko", "language", "ko"),
        ("name \"Acme\nShop\"", "name", "AcmeShop"),
        (
            "origins add https://help.example.org/",
            "origins",
            "https://help.example.org",
        ),
        (
            "origins add HTTP://localhost:8000",
            "origins",
            "http://localhost:8000",
        ),
        (
            "hours mon-fri 9-18 Asia/Seoul",
            "hours",
            "mon-fri 09:00-18:00 Asia/Seoul",
        ),
        ("greeting Hello \"you\"", "greeting", "\"Hello \"you\"\""),
        (
            "consent text New words",
            "consent",
            "version 2, no url, \"New words\"",
        ),
        (
            "fields add topic \"What is it?\" required",
            "fields",
            "topic \"What is it?\" required",
        ),
        (
            "theme accent #AA00ff",
            "theme",
            "accent #aa00ff, position off",
        ),
        ("theme position left", "theme", "accent off, position left"),
        ("idle warn 5", "idle", "warn 5 min, close 5 min"),
        ("idle close 0", "idle", "off"),
        (
            "attachments types image/PNG, image/png text/plain",
            "attachments",
            "on, size 10 MB, count 20, types image/png text/plain",
        ),
    ] {
        let mut service = acme();
        let change = service.change(&command(line)).unwrap().expect(line);
        assert_eq!(change.what, format!("helpcenter.{what}"), "{line}");
        assert_eq!(change.new, new, "{line}");
        assert_eq!(service.shown(what), new, "{line}");
        assert_ne!(change.old, new, "{line}");
    }
}

#[test]
fn a_value_that_cannot_be_is_refused_and_changes_nothing() {
    let long = "x".repeat(1_001);
    for (line, wrong) in [
        (
            "origins add help.example.org",
            WrongValue::Origin("help.example.org".into()),
        ),
        (
            "origins add https://a.org/faq",
            WrongValue::Origin("https://a.org/faq".into()),
        ),
        (
            "origins add ftp://a.org",
            WrongValue::Origin("ftp://a.org".into()),
        ),
        (
            "origins remove https://a.org",
            WrongValue::Unknown {
                word: "https://a.org".into(),
                known: vec![],
            },
        ),
        ("theme accent red", WrongValue::Colour("red".into())),
        ("consent url example", WrongValue::Address("example".into())),
        ("fields add Topic x", WrongValue::Name("Topic".into())),
        ("fields add topic \" \"", WrongValue::Empty),
        (
            "attachments types png",
            WrongValue::ContentType("png".into()),
        ),
        ("hours holidays add 2026-12-25", WrongValue::NoHours),
        ("hours mon 9-18", WrongValue::Hours(WrongHours::NoZone)),
        (format!("greeting {long}").as_str(), WrongValue::Long(1_000)),
        ("identity add main HS256 dG9vIHNob3J0", WrongValue::Secret),
        (
            "identity add main EdDSA dG9vIHNob3J0",
            WrongValue::PublicKey,
        ),
    ] {
        let mut service = acme();
        assert_eq!(service.change(&command(line)), Err(wrong), "{line}");
    }
}

#[test]
fn what_is_only_asked_changes_nothing() {
    for line in [
        "",
        "chat",
        "origins",
        "origins list",
        "hours",
        "consent",
        "fields",
        "theme",
        "idle",
        "attachments",
        "identity",
        "name",
        "greeting",
        "chat on",
    ] {
        let mut service = acme();
        assert_eq!(service.change(&command(line)), Ok(None), "{line}");
        assert_eq!(service, acme(), "{line}");
    }
}

#[test]
fn a_new_consent_text_is_a_new_version_and_the_same_text_is_not() {
    for (version, next) in [
        ("1", "2"),
        ("9", "10"),
        ("2026-01", "2026-01.2"),
        ("a.3", "a.4"),
    ] {
        let mut service = acme();
        service.settings.consent.version = version.into();
        let change = command("consent text New words");
        service.change(&change).unwrap().unwrap();
        assert_eq!(service.settings.consent.version, next);
        assert_eq!(service.change(&change), Ok(None));
        let url = command("consent url https://example.org/privacy");
        service.change(&url).unwrap().unwrap();
        assert_eq!(
            service.settings.consent.version, next,
            "the words are the same"
        );
    }
}

#[test]
fn hours_grow_and_keep_their_holidays() {
    let mut service = acme();
    for (line, shown) in [
        (
            "hours mon-fri 9-18 Asia/Seoul",
            "mon-fri 09:00-18:00 Asia/Seoul",
        ),
        (
            "hours holidays add 2026-12-25 2026-01-01",
            "mon-fri 09:00-18:00 Asia/Seoul; holidays 2026-01-01, 2026-12-25",
        ),
        (
            "hours add sat 10-14",
            "mon-fri 09:00-18:00, sat 10:00-14:00 Asia/Seoul; holidays 2026-01-01, 2026-12-25",
        ),
        (
            "hours daily 9-17",
            "daily 09:00-17:00 Asia/Seoul; holidays 2026-01-01, 2026-12-25",
        ),
        (
            "hours holidays remove 2026-01-01",
            "daily 09:00-17:00 Asia/Seoul; holidays 2026-12-25",
        ),
        ("hours off", "off"),
    ] {
        service.change(&command(line)).unwrap().unwrap();
        assert_eq!(service.shown("hours"), shown, "{line}");
    }
}

#[test]
fn keys_are_named_and_never_told() {
    let mut service = acme();
    for (line, new) in [
        (format!("identity add main HS256 {SECRET}"), "main (HS256)"),
        (
            format!("identity add next EdDSA {PUBLIC}"),
            "main (HS256), next (EdDSA)",
        ),
        // Another key of the same name.
        (
            format!("identity add main HS256 {}", SECRET.replace("dGhp", "dGhq")),
            "main (HS256), next (EdDSA)",
        ),
        ("identity remove main".into(), "next (EdDSA)"),
    ] {
        let change = service.change(&command(&line)).unwrap().expect("a change");
        assert_eq!(change.new, new);
        assert!(!format!("{change:?}").contains("dGhp"), "{change:?}");
    }
    let pem = format!(
        "identity add pem EdDSA -----BEGIN PUBLIC KEY-----\n{PUBLIC}\n-----END PUBLIC KEY-----"
    );
    service.change(&command(&pem)).unwrap().unwrap();
    let keys = &service.settings.identity_keys;
    assert_eq!(keys[0].key, keys[1].key, "the same key, typed in two ways");
}
