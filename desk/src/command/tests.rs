//! What is typed, and how it is read.

use super::*;
use crate::agent::ChatStatus;

fn read(text: &str) -> Typed {
    Manner::default().read(text)
}

fn told(text: &str) -> String {
    match read(text) {
        Typed::Mistake(mistake) => mistake.tell(Language::En),
        other => panic!("{text} was read as {other:?}"),
    }
}

fn status(status: Option<ChatStatus>) -> Typed {
    Typed::Command(Command::Status { status })
}

#[test]
fn what_is_typed_is_read_as() {
    for (text, typed) in [
        ("hello", Typed::Words("hello".into())),
        ("!!important", Typed::Words("!important".into())),
        (" !help", Typed::Words(" !help".into())),
        ("!help", Typed::Command(Command::Help { topic: vec![] })),
        ("!", Typed::Command(Command::Help { topic: vec![] })),
        ("!STATUS", status(None)),
        ("!status  Away", status(Some(ChatStatus::Away))),
        ("!online", Typed::Command(Command::Online)),
        (
            "!note -5 degrees -- or so",
            Typed::Command(Command::Note {
                text: "-5 degrees -- or so".into(),
            }),
        ),
        (
            "!close done",
            Typed::Command(Command::Close {
                reason: Some("done".into()),
            }),
        ),
        (
            "!service",
            Typed::Command(Command::Service(ServiceCommand::List)),
        ),
        (
            "!Routing",
            Typed::Command(Command::Routing(RoutingCommand::Show)),
        ),
        (
            "!Helpcenter Origins",
            Typed::Command(Command::Helpcenter(HelpcenterCommand::Origins {
                change: Some(OriginsCommand::List),
            })),
        ),
        (
            "!helpcenter idle",
            Typed::Command(Command::Helpcenter(HelpcenterCommand::Idle {
                change: None,
            })),
        ),
        (
            "!helpcenter Greeting \"Hi\" there",
            Typed::Command(Command::Helpcenter(HelpcenterCommand::Greeting {
                text: Some("\"Hi\" there".into()),
            })),
        ),
    ] {
        assert_eq!(read(text), typed, "{text}");
    }
}

#[test]
fn who_begins_with_the_bots_name_speaks_to_it() {
    let manner = Manner {
        prefix: "?".into(),
        bot: "@desk:example.org".into(),
        display_name: "Help Desk".into(),
    };
    let away = || status(Some(ChatStatus::Away));
    let words = |text: &str| Typed::Words(text.into());
    for (text, typed) in [
        ("?status away", away()),
        ("!status away", words("!status away")),
        ("??really", words("?really")),
        ("@desk: status away", away()),
        ("@desk status away", away()),
        ("@desk:example.org: status away", away()),
        ("@desk:example.org status away", away()),
        (
            "@desk:other.org status away",
            words("@desk:other.org status away"),
        ),
        ("help desk, status away", away()),
        ("Help Desk status away", away()),
        ("Help Desk is closed", words("Help Desk is closed")),
        ("Help Desks: status", words("Help Desks: status")),
        ("@desk", Typed::Command(Command::Help { topic: vec![] })),
    ] {
        assert_eq!(manner.read(text), typed, "{text}");
    }
    let answer = "Try !status away! Or !!";
    assert_eq!(manner.own(answer.into()), "Try ?status away! Or ??");
}

#[test]
fn a_person_is_named_whole_or_without_the_server() {
    let manner = Manner::default();
    for (word, person) in [
        ("@bela", Some("@bela:localhost")),
        ("bela", Some("@bela:localhost")),
        ("@bela:example.org", Some("@bela:example.org")),
        ("@b:example.org:8448", Some("@b:example.org:8448")),
        ("@", None),
        ("@:example.org", None),
        ("@b c", None),
    ] {
        assert_eq!(manner.person(word).as_deref(), person, "{word}");
    }
}

#[test]
fn a_mistake_is_answered_with_the_very_word_and_what_would_be_right() {
    for (text, parts) in [
        (
            "!status asleep",
            &["\"asleep\"", "online, away, offline, auto", "!status away"][..],
        ),
        ("!status awya", &["Did you mean \"away\"?"]),
        ("!status away now", &["\"now\" is too much", "!status away"]),
        ("!away now", &["\"now\" is too much"]),
        (
            "!stauts",
            &["There is no command !stauts", "Did you mean !status?"],
        ),
        (
            "!frobnicate",
            &["There is no command !frobnicate", "All commands: !help"],
        ),
        ("!transfer", &["!transfer needs <to>", "!transfer @bela"]),
        (
            "!take x",
            &["\"x\" is not the number of a chat", "!take 17"],
        ),
        ("!take 0", &["\"0\" is not the number of a chat"]),
        ("!assign 17", &["!assign needs <agent>"]),
        (
            "!agent grnat @a chat",
            &["Did you mean \"grant\"?", "list, grant, revoke"],
        ),
        (
            "!agent grant @a chatt",
            &["Did you mean \"chat\"?", "!agent grant @bela chat"],
        ),
        ("!agent grant @a", &["!agent grant needs <permissions>"]),
        (
            "!agent capacity @a 0",
            &["a number from 1 to 1000", "!agent capacity @bela 5"],
        ),
        (
            "!routing strategy fastest",
            &["least-loaded, round-robin, random"],
        ),
        ("!routing grace soon", &["a number from 0 to 86400"]),
        (
            "!helpcenter colour red",
            &["\"colour\"", "chat, contact, origins"],
        ),
        ("!helpcenter origins ad x", &["Did you mean \"add\"?"]),
        ("!contract chat maybe", &["\"maybe\"", "on, off"]),
        (
            "!agent name @a Alice from Support",
            &["too much", "\"quotes\""],
        ),
    ] {
        let answer = told(text);
        for part in parts {
            assert!(answer.contains(part), "{text}: {part} in {answer}");
        }
    }
}

#[test]
fn a_mistake_is_told_in_korean_too() {
    for text in [
        "!stauts",
        "!frobnicate",
        "!status asleep",
        "!status away now",
        "!take x",
        "!transfer",
        "!agent capacity @a 0",
    ] {
        let Typed::Mistake(mistake) = read(text) else {
            panic!("{text} was read");
        };
        let answer = mistake.tell(Language::Ko);
        assert!(
            answer.chars().any(|c| ('가'..='힣').contains(&c)),
            "{answer}"
        );
    }
}

#[test]
fn a_mistake_with_a_key_does_not_repeat_the_key() {
    for text in [
        "!helpcenter identity add main HS257 c2VjcmV0",
        "!helpcenter identity ad c2Vj",
    ] {
        let answer = told(text);
        for part in ["c2Vj", "HS257"] {
            assert!(!answer.contains(part), "{answer}");
        }
    }
}
