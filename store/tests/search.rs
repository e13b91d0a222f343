//! A word that is masked stays nowhere in our files, the search index included.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::Path;

use desk::{
    chat::{Chat, ChatState},
    customer::Customer,
    event::{Author, ChatEventKind, Message},
    ids::{ChatId, CustomerId, MessageId, ServiceSlug, Timestamp, TokenHash},
    service::{Service, ServiceSettings},
    store::{MaskReads as _, Store as _, TicketReads as _},
    ticket::{Origin, TAG_CHAT, Tags, Ticket, TicketQuery},
};
use store::SqliteStore;

const NOON: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn acme() -> ServiceSlug {
    ServiceSlug::new("acme")
}

async fn a_chat(store: &SqliteStore) -> Chat {
    let mut chat = Chat {
        id: ChatId::new("c1"),
        service: acme(),
        number: 0,
        customer: CustomerId::new("kim"),
        state: ChatState::Waiting,
        handling: Default::default(),
        room: None,
        locale: "ko".into(),
        page: None,
        fields: Default::default(),
        created_at: NOON,
        previous: None,
    };
    let service = Service {
        slug: acme(),
        name: "Acme".into(),
        settings: ServiceSettings::default(),
    };
    let customer = Customer {
        id: CustomerId::new("kim"),
        service: acme(),
        name: None,
        email: None,
        subject: None,
    };
    let mut tx = store.begin().await.unwrap();
    tx.insert_service(&service).await.unwrap();
    tx.insert_customer(&customer, NOON).await.unwrap();
    tx.insert_chat(&mut chat, &TokenHash::of("c1"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    chat
}

fn said(n: usize, text: String) -> Message {
    Message {
        id: MessageId::new(format!("m{n}")),
        key: None,
        from: Author::Customer,
        text,
        html: None,
        reply_to: None,
        attachment: None,
        masked: false,
    }
}

/// A word that has no part in common with another.
fn secret(n: usize) -> String {
    let mixed = (n as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    format!("{:016x}", mixed ^ (mixed >> 27))
}

fn found(folder: &Path, word: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    let holds = |bytes: Vec<u8>| {
        let word = word.as_bytes();
        bytes.windows(word.len()).any(|window| window == word)
    };
    files
        .filter(|file| holds(std::fs::read(file.path()).unwrap()))
        .map(|file| file.file_name().into_string().unwrap())
        .collect()
}

#[tokio::test]
async fn masked_words_are_in_no_file_and_the_search_finds_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/desk.db", folder.path().display());
    let store = SqliteStore::open(&url).await.unwrap();
    let chat = a_chat(&store).await;
    // Enough for the index to have many segments, and to merge them.
    for n in 0..200 {
        let mut tx = store.begin().await.unwrap();
        let text = format!("number {n} is {} and {}", secret(n), secret(n + 1_000));
        let what = ChatEventKind::Message(said(n, text));
        tx.append(&chat.id, NOON, &what).await.unwrap();
        if n % 50 == 0 {
            let mut ticket = Ticket {
                service: acme(),
                number: 0,
                subject: format!("call {}", secret(n)),
                description: String::new(),
                status: Default::default(),
                priority: Default::default(),
                assignee: None,
                tags: Tags::from_origin(TAG_CHAT),
                name: None,
                email: None,
                origin: Some(Origin {
                    chat: chat.id.clone(),
                    number: 1,
                }),
                made_by: None,
                created_at: NOON,
                changed_at: NOON,
            };
            tx.insert_ticket(&mut ticket).await.unwrap();
        }
        tx.commit().await.unwrap();
        store.checkpoint().await.unwrap();
    }
    assert_eq!(found(folder.path(), &secret(3))[..], ["desk.db"], "before");

    for n in (0..200).step_by(2) {
        let mut tx = store.begin().await.unwrap();
        let masked = format!("number {n} is *********** and {}", secret(n + 1_000));
        tx.rewrite(&said(n, masked)).await.unwrap();
        for mut ticket in tx.tickets_from(&chat.id).await.unwrap() {
            ticket.subject = "call ***********".into();
            tx.save_ticket(&ticket).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    assert!(store.scrub().await.unwrap());
    for n in 0..200 {
        let (masked, kept) = (secret(n), secret(n + 1_000));
        let words = |word: &str| TicketQuery {
            words: vec![word.to_owned()],
            ..TicketQuery::default()
        };
        let by_masked = store.tickets(&acme(), &words(&masked), 9).await.unwrap();
        assert_eq!(by_masked.is_empty(), n % 2 == 0, "message {n}");
        let by_kept = store.tickets(&acme(), &words(&kept), 9).await.unwrap();
        assert_eq!(by_kept.len(), 4, "message {n}");
        if n % 2 == 0 {
            // The index holds words without what they share with the one before.
            for part in [&masked[..], &masked[2..], &masked[4..]] {
                assert!(found(folder.path(), part).is_empty(), "message {n}: {part}");
            }
        }
    }
}
