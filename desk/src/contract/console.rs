//! The agents' page.

use std::time::Duration;

use super::*;
use crate::{
    console::{Focus, Session},
    event::{Author, ChatEventKind, Message},
    ids::{MessageId, TokenHash},
    routing::Outcome,
};

fn after(seconds: u64) -> Timestamp {
    NOON + Duration::from_secs(seconds)
}

fn hash(name: &str) -> TokenHash {
    TokenHash::of(name)
}

fn session(person: AgentId, until: Timestamp) -> Session {
    Session {
        person,
        focus: None,
        expires_at: until,
    }
}

pub async fn a_link_is_taken_once_in_time_and_only_the_newest_of_a_person(store: &impl Store) {
    let mut tx = begin(store).await;
    for (link, person) in [("old", anna()), ("new", anna()), ("bela", bela())] {
        let link = hash(link);
        tx.save_console_link(&link, &person, after(300))
            .await
            .unwrap();
    }
    for (link, at, whose) in [
        ("old", 1, None),
        ("new", 1, Some(anna())),
        ("new", 1, None),
        ("bela", 300, None),
    ] {
        let taken = tx.take_console_link(&hash(link), after(at)).await;
        assert_eq!(taken.unwrap(), whose, "{link}");
    }
    tx.commit().await.unwrap();
}

pub async fn of_a_persons_sessions_the_newest_stay_and_all_end_together(store: &impl Store) {
    let focus = Focus {
        service: acme(),
        chat: Some(ChatId::new("c1")),
    };
    let focused = Session {
        focus: Some(focus),
        ..session(anna(), after(100))
    };
    let mut tx = begin(store).await;
    for token in ["zero", "one", "two"] {
        let it = session(anna(), after(100));
        tx.insert_console_session(&hash(token), &it, NOON, 2)
            .await
            .unwrap();
    }
    let other = session(bela(), after(9));
    tx.insert_console_session(&hash("bela"), &other, NOON, 2)
        .await
        .unwrap();
    tx.insert_console_session(&hash("three"), &focused, after(5), 2)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for (token, found) in [
        ("zero", None),
        ("one", Some(session(anna(), after(100)))),
        ("two", Some(session(anna(), after(100)))),
        ("three", Some(focused)),
        ("bela", Some(other)),
    ] {
        let stored = store.console_session(&hash(token)).await.unwrap();
        assert_eq!(stored, found, "{token}");
    }
    let mut tx = begin(store).await;
    tx.delete_console_session(&hash("two")).await.unwrap();
    let ended = tx.delete_console_sessions_of(&anna(), after(10)).await;
    assert_eq!(ended.unwrap(), 2);
    tx.commit().await.unwrap();
    for token in ["one", "two", "three", "bela"] {
        let stored = store.console_session(&hash(token)).await.unwrap();
        assert_eq!(stored, None, "{token}");
    }
}

pub async fn what_was_made_under_a_key_is_known_for_a_while(store: &impl Store) {
    let mut tx = begin(store).await;
    tx.insert_console_deed("one", 7, NOON, NOON).await.unwrap();
    assert_eq!(tx.find_console_deed("one").await.unwrap(), Some(7));
    assert_eq!(tx.find_console_deed("two").await.unwrap(), None);
    tx.insert_console_deed("two", 8, after(9), after(9))
        .await
        .unwrap();
    assert_eq!(tx.find_console_deed("one").await.unwrap(), None);
    tx.commit().await.unwrap();
}

pub async fn an_agent_is_listed_what_waits_and_what_it_has_with_the_last_words(store: &impl Store) {
    let mut tx = begin(store).await;
    tx.insert_service(&service("acme")).await.unwrap();
    tx.save_agent(&acme(), &member(anna(), "Anna", &[]))
        .await
        .unwrap();
    tx.insert_customer(&customer("acme", "k1"), NOON)
        .await
        .unwrap();
    let states = [
        ("c1", ChatState::Waiting),
        ("c2", ChatState::Active { agent: anna() }),
        ("c3", ChatState::Active { agent: bela() }),
        ("c4", ChatState::Active { agent: bela() }),
        ("c5", ChatState::Closed { at: NOON }),
    ];
    for (id, state) in states {
        let mut new = chat("acme", id, "k1");
        tx.insert_chat(&mut new, &hash(id)).await.unwrap();
        new.state = state;
        tx.save_chat(&new).await.unwrap();
    }
    tx.insert_guest(&ChatId::new("c4"), &anna()).await.unwrap();
    tx.insert_offer(&ChatId::new("c5"), &anna(), NOON)
        .await
        .unwrap();
    let (had, whose) = (ChatId::new("c5"), anna());
    let accepted = tx.end_offer(&had, &whose, Outcome::Accepted);
    assert!(accepted.await.unwrap());
    let said = Message {
        id: MessageId::new("m1"),
        key: None,
        from: Author::Customer,
        text: "hello".into(),
        html: None,
        reply_to: None,
        attachment: None,
        masked: false,
    };
    let here = ChatId::new("c2");
    tx.append(&here, NOON, &ChatEventKind::Message(said))
        .await
        .unwrap();
    tx.append(&here, after(1), &ChatEventKind::RatingRequest)
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let ids = |lines: Vec<crate::console::Line>| -> Vec<String> {
        lines.iter().map(|line| line.chat.id.to_string()).collect()
    };
    let (acme, anna) = (acme(), anna());
    let own = store.console_lines(&acme, Some(&anna), 9).await.unwrap();
    let last = own[1].last.as_ref().unwrap();
    assert_eq!((last.seq, last.text.as_str(), last.at), (1, "hello", NOON));
    assert_eq!(own[1].agent.as_deref(), Some("Anna"));
    assert_eq!(own[0].customer.as_deref(), Some("김민지"));
    assert_eq!(ids(own), ["c1", "c2", "c4"]);
    let all = store.console_lines(&acme, None, 3).await.unwrap();
    assert_eq!(ids(all), ["c1", "c2", "c3"]);
    for (chat, had) in [("c3", false), ("c4", true), ("c5", true)] {
        let found = store.has_had(&ChatId::new(chat), &anna).await.unwrap();
        assert_eq!(found, had, "{chat}");
    }
    let closed = store.chat(&ChatId::new("c5")).await.unwrap().unwrap();
    let line = store.console_line(&closed).await.unwrap().unwrap();
    assert!(line.chat.state.is_closed() && line.last.is_none());
}
