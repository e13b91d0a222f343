//! Mail, sent to a small SMTP server of the test's own over a real connection.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

use desk::{
    ids::EffectId,
    ports::{DeliveryError, Mail, Mailer},
};
use mail::{Protection, Smtp, SmtpSettings};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What it answers to which command, beside the usual.
type Moods = &'static [(&'static str, &'static str)];

/// Takes one connection; what its client sent, line by line.
async fn server(moods: Moods) -> (u16, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = async move {
        let (stream, _) = listener.accept().await.unwrap();
        converse(stream, moods).await
    };
    (port, tokio::spawn(serve))
}

async fn converse(stream: TcpStream, moods: Moods) -> Vec<String> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut heard = Vec::new();
    let mut within = false;
    write.write_all(b"220 test\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        let mood = moods.iter().find(|(command, _)| line.starts_with(command));
        let answer = match line.as_str() {
            "." if within => {
                within = false;
                "250 taken"
            }
            _ if within => "",
            line if mood.is_some() => {
                within = line == "DATA" && mood.unwrap().1.starts_with('3');
                mood.unwrap().1
            }
            line if line.starts_with("EHLO") => "250-test\r\n250 AUTH PLAIN",
            "DATA" => {
                within = true;
                "354 go on"
            }
            "QUIT" => "221 bye",
            line if line.starts_with("AUTH") => "235 welcome",
            _ => "250 fine",
        };
        heard.push(line);
        if !answer.is_empty()
            && write
                .write_all(format!("{answer}\r\n").as_bytes())
                .await
                .is_err()
        {
            break;
        }
    }
    heard
}

fn smtp(port: u16, protection: Protection) -> Smtp {
    Smtp::new(&SmtpSettings {
        host: "127.0.0.1".into(),
        port,
        protection,
        login: Some(("help".into(), "pass".into())),
        from: "도움 <help@example.org>".into(),
    })
    .unwrap()
}

fn letter() -> Mail {
    Mail {
        to: "kim@example.org".into(),
        subject: "Acme Help 상담 내용\r\nBcc: lee@example.org".into(),
        text: "hello\n.\n한국어\n".into(),
        key: EffectId::new("01JD"),
    }
}

#[tokio::test]
async fn a_mail_arrives_whole_for_its_one_receiver() {
    let (port, server) = server(&[]).await;
    smtp(port, Protection::Plain).send(&letter()).await.unwrap();
    let heard = server.await.unwrap();
    let receivers: Vec<_> = heard
        .iter()
        .filter(|line| line.starts_with("RCPT"))
        .collect();
    assert_eq!(receivers, ["RCPT TO:<kim@example.org>"]);
    assert!(heard.iter().any(|line| line.starts_with("AUTH PLAIN")));
    assert!(
        heard
            .iter()
            .any(|line| line.starts_with("MAIL FROM:<help@example.org>"))
    );
    assert!(heard.contains(&"Message-ID: <01JD@example.org>".to_owned()));
    assert!(heard.contains(&"To: kim@example.org".to_owned()));
    assert!(
        !heard.iter().any(|line| line.starts_with("Bcc")),
        "{heard:?}"
    );
    assert!(
        heard
            .iter()
            .any(|line| line.starts_with("Content-Type: text/plain; charset=utf-8"))
    );
}

#[tokio::test]
async fn what_the_server_says_decides_whether_it_is_tried_again_and_is_not_repeated() {
    for (moods, again) in [
        (&[("RCPT", "550 kim@example.org unknown")] as Moods, false),
        (&[("RCPT", "451 kim@example.org later")], true),
        (&[("AUTH", "535 wrong")], true),
        (&[("DATA", "421 going down")], true),
        (&[("MAIL", "552 full")], false),
    ] {
        let (port, server) = server(moods).await;
        let refused = smtp(port, Protection::Plain).send(&letter()).await;
        let refused = refused.unwrap_err();
        assert_eq!(
            matches!(refused, DeliveryError::Later { .. }),
            again,
            "{moods:?}"
        );
        assert!(
            !format!("{refused:?} {refused}").contains("kim"),
            "{refused:?}"
        );
        server.await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_offers_no_protection_gets_no_password_and_no_mail() {
    let (port, server) = server(&[]).await;
    let refused = smtp(port, Protection::Starttls).send(&letter()).await;
    assert!(
        matches!(refused, Err(DeliveryError::Later { .. })),
        "{refused:?}"
    );
    let heard = server.await.unwrap();
    assert!(
        !heard
            .iter()
            .any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")),
        "{heard:?}"
    );
}

#[tokio::test]
async fn an_absent_server_is_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let refused = smtp(port, Protection::Plain).send(&letter()).await;
    assert!(
        matches!(refused, Err(DeliveryError::Later { .. })),
        "{refused:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_is_given_up_and_tried_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let _silent = tokio::spawn(async move { listener.accept().await.unwrap() });
    let outcome = smtp(port, Protection::Plain).send(&letter()).await;
    assert!(matches!(outcome, Err(DeliveryError::Later { .. })));
}

#[test]
fn a_sender_must_be_an_address() {
    let settings = SmtpSettings {
        host: "mail.example.org".into(),
        port: 587,
        protection: Protection::Starttls,
        login: None,
        from: "no address".into(),
    };
    assert!(Smtp::new(&settings).is_err());
}
