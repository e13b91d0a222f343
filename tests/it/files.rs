//! Files between customers and agents.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use desk::{
    attachment::{Attached, Attachment},
    engine::NewFile,
    event::{ChatEventKind, Message, RoomEventKind, Written},
    fakes::{Answer, Call},
    ids::{ChatId, ClientKey, MediaId, MessageId},
    ports::Store,
};

use crate::desk_in_process::{Desk, at_a_desk};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02\x08\x02\0\0\0";

async fn sends(desk: &Desk, chat: &ChatId, name: &str) -> MessageId {
    let new = NewFile {
        key: ClientKey::new(format!("key of {name}")),
        name: name.into(),
        bytes: PNG.into(),
    };
    let sent = desk.engine.customer_attachment(chat, new).await.unwrap();
    sent.id
}

fn attached(name: &str, size: u64) -> Written {
    Written {
        attached: Some(Attached {
            file: Attachment::told(name, Some("image/png"), Some(size)),
            media: MediaId::new("mxc://example.org/agents"),
        }),
        ..Written::default()
    }
}

fn uploads(desk: &Desk) -> usize {
    let calls = desk.homeserver.calls();
    let uploads = calls
        .iter()
        .filter(|call| matches!(call, Call::Upload { .. }));
    uploads.count()
}

async fn last(desk: &Desk, chat: &ChatId) -> Message {
    match desk.record(chat).await.pop() {
        Some(ChatEventKind::Message(message)) => message,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_customers_file_is_uploaded_sent_in_its_turn_and_forgotten_here() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.say(&chat, "before").await;
        let id = sends(desk, &chat, "photo.png").await;
        desk.say(&chat, "after").await;
        let stored = desk.store.file(&chat, &id).await.unwrap().unwrap();
        assert_eq!(stored.bytes.as_deref(), Some(PNG));
        desk.settle().await;
        let shown = desk.shown(&chat).await;
        assert!(shown.ends_with(&["before".into(), "photo.png".into(), "after".into()]));
        let media = desk.homeserver.media();
        assert_eq!(media.len(), 1);
        assert_eq!(media[0].1, PNG);
        let stored = desk.store.file(&chat, &id).await.unwrap().unwrap();
        assert_eq!(
            (stored.bytes, stored.media.as_ref()),
            (None, Some(&media[0].0))
        );
    })
    .await;
}

#[tokio::test]
async fn a_crash_at_any_point_of_sending_a_file_leaves_exactly_one() {
    for (at, uploaded) in [(Answer::Hang, 1), (Answer::DoAndHang, 2)] {
        crash(|call| matches!(call, Call::Upload { .. }), at, uploaded).await;
    }
    for at in [Answer::Hang, Answer::DoAndHang] {
        crash(|call| matches!(call, Call::Attach { .. }), at, 1).await;
    }
}

/// Helproom dies while the homeserver is asked this; afterwards there is one event with one file.
async fn crash(asked: fn(&Call) -> bool, answer: Answer, files: usize) {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let died = Arc::new(AtomicBool::new(false));
        let dead = Arc::clone(&died);
        desk.homeserver.answers(
            move |call| match asked(call) && !dead.load(Ordering::SeqCst) {
                true => answer.clone(),
                false => Answer::Do,
            },
        );
        sends(desk, &chat, "photo.png").await;
        desk.delivering(desk.homeserver.called(1, asked)).await;
        died.store(true, Ordering::SeqCst);
        desk.crash().await;
        desk.settle().await;
        let shown = desk.shown(&chat).await;
        let sent = shown.iter().filter(|text| *text == "photo.png").count();
        assert_eq!(sent, 1);
        assert_eq!(desk.homeserver.media().len(), files);
        assert!(uploads(desk) <= 2);
    })
    .await;
}

#[tokio::test]
async fn a_file_the_homeserver_refuses_failed_and_is_forgotten() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.homeserver.answers(|call| match call {
            Call::Upload { .. } => Answer::Never,
            _ => Answer::Do,
        });
        let id = sends(desk, &chat, "photo.png").await;
        desk.settle().await;
        let failed = ChatEventKind::Failed { id: id.clone() };
        assert_eq!(desk.record(&chat).await.last(), Some(&failed));
        let stored = desk.store.file(&chat, &id).await.unwrap().unwrap();
        assert_eq!((stored.bytes, stored.media), (None, None));
    })
    .await;
}

#[tokio::test]
async fn an_agents_file_reaches_the_customer_with_what_was_written_beside_it() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let captioned = Written {
            text: "look".into(),
            ..attached("map.png", 70)
        };
        let of = desk
            .happens(&chat, "anna", RoomEventKind::Message(captioned))
            .await;
        let message = last(desk, &chat).await;
        assert_eq!(message.text, "look");
        assert_eq!(message.attachment.unwrap().name, "map.png");
        let file = desk.store.file(&chat, &message.id).await.unwrap();
        let media = file.unwrap().media;
        assert_eq!(media, Some(MediaId::new("mxc://example.org/agents")));
        let answer = Written {
            reply_to: Some(of.clone()),
            ..Written::plain("this one")
        };
        desk.happens(&chat, "anna", RoomEventKind::Message(answer))
            .await;
        assert_eq!(last(desk, &chat).await.reply_to, Some(message.id.clone()));
        let edit = RoomEventKind::Edit {
            of: of.clone(),
            new: Written::plain("look here"),
        };
        desk.happens(&chat, "anna", edit).await;
        desk.happens(&chat, "anna", RoomEventKind::Deletion { of })
            .await;
        assert_eq!(desk.store.file(&chat, &message.id).await.unwrap(), None);
        let record = format!("{:?}", desk.record(&chat).await);
        assert!(!record.contains("map.png") && !record.contains("look"));
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn an_agent_is_told_of_a_file_that_the_customer_does_not_get() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let before = desk.record(&chat).await;
        let as_command = Written {
            text: "!note a thief".into(),
            ..attached("a.png", 70)
        };
        for (written, words) in [
            (attached("a.png", (10 << 20) + 1), "at most 10 MiB"),
            (as_command, "only text, images and files"),
        ] {
            desk.happens(&chat, "anna", RoomEventKind::Message(written))
                .await;
            desk.settle().await;
            let told = desk.shown(&chat).await.pop().unwrap();
            assert!(told.contains(words), "{told}");
        }
        let shown = desk.shown(&chat).await.len();
        let in_thread = Written {
            in_thread: true,
            ..attached("a.png", 70)
        };
        desk.happens(&chat, "anna", RoomEventKind::Message(in_thread))
            .await;
        desk.happens(
            &chat,
            "mallory",
            RoomEventKind::Message(attached("a.png", 70)),
        )
        .await;
        desk.settle().await;
        assert_eq!(desk.shown(&chat).await.len(), shown + 1, "mallory is told");
        assert_eq!(desk.record(&chat).await, before);
    })
    .await;
}
