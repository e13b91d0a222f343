//! The record of a chat as its customer sees it.

use futures_util::future::join_all;

use super::*;
use crate::attachment::Attachment;

pub async fn events_of_a_chat_are_numbered_without_gaps(store: &impl Store) {
    found_service(store, "acme").await;
    for id in ["c1", "c2"] {
        start(store, "acme", id).await;
    }
    let works = (0..40).map(|n: u32| async move {
        let id = ChatId::new(if n.is_multiple_of(2) { "c1" } else { "c2" });
        let mut tx = begin(store).await;
        let said = message(&format!("m{n}"), Some(&format!("k{n}")), "hello");
        let seq = tx
            .append(&id, NOON, &ChatEventKind::Message(said))
            .await
            .unwrap();
        if n.is_multiple_of(5) {
            return None;
        }
        tx.commit().await.unwrap();
        Some((id, seq))
    });
    let given = join_all(works).await;
    for id in ["c1", "c2"].map(ChatId::new) {
        let mut seqs: Vec<_> = given
            .iter()
            .flatten()
            .filter(|(chat, _)| *chat == id)
            .map(|(_, seq)| *seq)
            .collect();
        seqs.sort_unstable();
        assert_eq!(seqs, (1..=16).collect::<Vec<_>>());
        let events = store.events_after(&id, 0, 100).await.unwrap();
        let stored: Vec<_> = events.iter().map(|event| event.seq).collect();
        assert_eq!(stored, seqs);
    }
}

pub async fn events_are_read_after_a_number_and_up_to_a_limit(store: &impl Store) {
    found_service(store, "acme").await;
    let chat = start(store, "acme", "c1").await.id;
    start(store, "acme", "c2").await;
    let kinds = [
        ChatEventKind::Waiting {
            position: 1,
            wait_s: None,
            contact: true,
        },
        ChatEventKind::Active {
            agent: "Anna".into(),
        },
        ChatEventKind::Message(message("m1", Some("k1"), "a\nb <b>c</b> 🎉")),
        ChatEventKind::Failed {
            id: MessageId::new("m1"),
        },
        ChatEventKind::Delete {
            id: MessageId::new("m1"),
        },
        ChatEventKind::Closed {
            by: crate::event::ClosedBy::Agent,
        },
    ];
    for kind in &kinds {
        append(store, &chat, kind.clone()).await;
    }
    let all = store.events_after(&chat, 0, 100).await.unwrap();
    let read: Vec<_> = all.iter().map(|event| event.what.clone()).collect();
    assert_eq!(read, kinds);
    assert!(all.iter().all(|event| event.at == NOON));
    assert_eq!(store.events_after(&chat, 2, 2).await.unwrap(), all[2..4]);
    assert!(store.events_after(&chat, 6, 9).await.unwrap().is_empty());
    let other = store.events_after(&ChatId::new("c2"), 0, 9).await.unwrap();
    assert!(other.is_empty());
}

pub async fn a_client_key_is_found_and_refused_twice(store: &impl Store) {
    found_service(store, "acme").await;
    let [one, two] = [
        start(store, "acme", "c1").await,
        start(store, "acme", "c2").await,
    ];
    let said = |id| ChatEventKind::Message(message(id, Some("k"), "hello"));
    append(store, &one.id, said("m1")).await;
    append(store, &two.id, said("m2")).await;
    let mut tx = begin(store).await;
    for (chat, key, found) in [
        (&one.id, "k", Some((1, MessageId::new("m1")))),
        (&two.id, "k", Some((1, MessageId::new("m2")))),
        (&one.id, "other", None),
    ] {
        let of = tx.find_message_by_key(chat, &ClientKey::new(key)).await;
        assert_eq!(of.unwrap(), found, "{chat} {key}");
    }
    tx.append(&one.id, NOON, &said("m3"))
        .await
        .expect_err("the key is taken in this chat");
    drop(tx);
    assert_eq!(append(store, &one.id, said_without_key("m4")).await, 2);
    assert_eq!(append(store, &one.id, said_without_key("m5")).await, 3);
}

fn said_without_key(id: &str) -> ChatEventKind {
    ChatEventKind::Message(message(id, None, "hello"))
}

pub async fn a_message_is_found_by_its_event_and_rewritten_where_it_stands(store: &impl Store) {
    found_service(store, "acme").await;
    let chat = start(store, "acme", "c1").await.id;
    let elsewhere = start(store, "acme", "c2").await.id;
    append(store, &chat, said_without_key("m1")).await;
    let event = EventId::new("$1");
    let mut tx = begin(store).await;
    tx.save_event_of_message(&MessageId::new("m1"), &event)
        .await
        .unwrap();
    let mut found = tx.find_message_by_event(&chat, &event).await.unwrap();
    let found = found.as_mut().unwrap();
    assert_eq!(*found, message("m1", None, "hello"));
    let other = tx.find_message_by_event(&elsewhere, &event).await.unwrap();
    assert_eq!(other, None);
    found.text = "hello, Kim".into();
    tx.rewrite(found).await.unwrap();
    tx.commit().await.unwrap();
    let events = store.events_after(&chat, 0, 9).await.unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(
        events[0].what,
        ChatEventKind::Message(message("m1", None, "hello, Kim"))
    );
}

pub async fn the_words_of_a_message_are_read_with_whose_they_are_and_where_to_say_them(
    store: &impl Store,
) {
    found_service(store, "acme").await;
    let mut chat = start(store, "acme", "c1").await;
    append(store, &chat.id, said_without_key("m0")).await;
    let said = message("m1", Some("k1"), "hello");
    append(store, &chat.id, ChatEventKind::Message(said.clone())).await;
    let mut words = Words {
        customer: customer("acme", "acme"),
        portal: None,
        text: "hello".into(),
        attachment: None,
        reply_to: None,
        at: NOON,
    };
    let m1 = MessageId::new("m1");
    assert_eq!(store.words(&m1).await.unwrap(), Some(words.clone()));
    chat.room = Some(room("portal"));
    save(store, &chat).await;
    words.portal.clone_from(&chat.room);
    let mut tx = begin(store).await;
    let text = "hello, Kim".to_owned();
    words.text.clone_from(&text);
    tx.rewrite(&Message { text, ..said }).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.words(&m1).await.unwrap(), Some(words));
    let answer = Message {
        reply_to: Some(m1.clone()),
        ..message("m3", None, "yes")
    };
    append(store, &chat.id, ChatEventKind::Message(answer)).await;
    let m3 = MessageId::new("m3");
    let answered = |words: Option<Words>| words.unwrap().reply_to;
    assert_eq!(answered(store.words(&m3).await.unwrap()), None);
    let mut tx = begin(store).await;
    let event = EventId::new("$1");
    tx.save_event_of_message(&m1, &event).await.unwrap();
    assert!(tx.holds_message(&chat.id, &m1).await.unwrap());
    let elsewhere = ChatId::new("elsewhere");
    assert!(!tx.holds_message(&elsewhere, &m1).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(answered(store.words(&m3).await.unwrap()), Some(event));
    let missing = store.words(&MessageId::new("m2")).await.unwrap();
    assert_eq!(missing, None);
}

pub async fn no_wording_of_a_message_outlives_its_rewriting(store: &impl Store) {
    found_service(store, "acme").await;
    let chat = start(store, "acme", "c1").await.id;
    for id in ["m1", "m2"] {
        let said = Message {
            html: Some(format!("<b>secret {id}</b>")),
            attachment: Some(Attachment::of(&format!("secret {id}"), b"bytes")),
            ..message(id, None, &format!("secret {id}"))
        };
        append(store, &chat, ChatEventKind::Message(said)).await;
        let edit = ChatEventKind::Edit {
            id: MessageId::new(id),
            text: format!("secret {id}"),
            html: Some(format!("<b>secret {id}</b>")),
        };
        append(store, &chat, edit).await;
        let mut tx = begin(store).await;
        let file = tx.insert_file(&chat, &MessageId::new(id), b"bytes").await;
        file.unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = begin(store).await;
    tx.rewrite(&message("m1", None, "")).await.unwrap();
    tx.commit().await.unwrap();
    let events = store.events_after(&chat, 0, 9).await.unwrap();
    let shown = format!("{events:?}");
    assert!(!shown.contains("secret m1"), "{shown}");
    assert!(shown.contains("secret m2"), "{shown}");
    assert_eq!(events.len(), 4);
    let mut tx = begin(store).await;
    assert_eq!(tx.count_files(&chat).await.unwrap(), 1);
    assert_eq!(tx.waiting_bytes().await.unwrap(), 5);
}

pub async fn what_is_in_the_portal_is_found_by_number_event_and_time(store: &impl Store) {
    found_service(store, "acme").await;
    let mut chat = start(store, "acme", "c1").await;
    assert_eq!(
        store.open_chat_of(&room("portal")).await.unwrap(),
        None,
        "it has none yet"
    );
    chat.room = Some(room("portal"));
    save(store, &chat).await;
    let found = store.open_chat_of(&room("portal")).await.unwrap();
    assert_eq!(found, Some(chat.clone()));
    // Said by the customer, by an agent, by the customer, and by the customer but not there yet.
    let mut tx = begin(store).await;
    for (n, key) in [(1, Some("k1")), (2, None), (3, Some("k3")), (4, Some("k4"))] {
        let said = ChatEventKind::Message(message(&format!("m{n}"), key, "hello"));
        let at = NOON + std::time::Duration::from_secs(n);
        assert_eq!(tx.append(&chat.id, at, &said).await.unwrap(), n);
        if n < 4 {
            let event = EventId::new(format!("${n}"));
            let message = MessageId::new(format!("m{n}"));
            tx.save_event_of_message(&message, &event).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
    for (event, seq) in [("$1", Some(1)), ("$2", Some(2)), ("$9", None)] {
        let found = store.seq_of_event(&chat.id, &EventId::new(event)).await;
        assert_eq!(found.unwrap(), seq, "{event}");
    }
    let elsewhere = ChatId::new("elsewhere");
    let found = store.seq_of_event(&elsewhere, &EventId::new("$1")).await;
    assert_eq!(found.unwrap(), None);
    for (seq, event, delivered) in [
        (0, None, None),
        (1, Some("$1"), Some(1)),
        (2, Some("$2"), Some(1)),
        (4, Some("$3"), Some(3)),
        (u64::MAX, Some("$3"), Some(3)),
    ] {
        let found = store.event_up_to(&chat.id, seq).await.unwrap();
        assert_eq!(found, event.map(EventId::new), "{seq}");
        let found = store.last_delivered(&chat.id, seq).await.unwrap();
        assert_eq!(found, delivered, "{seq}");
    }
    for (after, delivered) in [(0, None), (2, Some(1)), (9, Some(3))] {
        let at = NOON + std::time::Duration::from_secs(after);
        let found = store.last_delivered_before(&chat.id, at).await.unwrap();
        assert_eq!(found, delivered, "{after}");
    }
    chat.state = ChatState::Closed { at: NOON };
    save(store, &chat).await;
    assert_eq!(store.open_chat_of(&room("portal")).await.unwrap(), None);
}
