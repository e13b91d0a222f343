//! How chats end and come back.

use std::time::Duration;

use super::*;
use crate::{
    deadlines::Deadline,
    effect::Effect,
    event::ClosedBy,
    ids::{EffectId, MailId},
    rating::{Given, Rating},
};

fn after(seconds: u64) -> Timestamp {
    NOON + Duration::from_secs(seconds)
}

pub async fn a_deadline_is_moved_cleared_and_taken_once_when_it_has_come(store: &impl Store) {
    let chat = ChatId::new("c1");
    let warning = Deadline::IdleWarning(chat.clone());
    let close = Deadline::IdleClose(chat.clone());
    let waiting = Deadline::Abandoned(chat);
    assert_eq!(store.next_deadline().await.unwrap(), None);
    let mut tx = begin(store).await;
    tx.set_deadline(&warning, after(10)).await.unwrap();
    tx.set_deadline(&close, after(5)).await.unwrap();
    tx.set_deadline(&close, after(20)).await.unwrap();
    assert!(tx.start_deadline(&waiting, after(15)).await.unwrap());
    assert!(!tx.start_deadline(&waiting, after(1)).await.unwrap());
    tx.set_deadline(&Deadline::Retention, after(30))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.next_deadline().await.unwrap(), Some(after(10)));

    let mut tx = begin(store).await;
    assert_eq!(tx.take_due(after(9), 10).await.unwrap(), []);
    assert_eq!(tx.take_due(after(20), 2).await.unwrap(), [warning, waiting]);
    tx.clear_deadline(&close).await.unwrap();
    let due = tx.take_due(after(99), 10).await.unwrap();
    assert_eq!(due, [Deadline::Retention]);
    tx.commit().await.unwrap();
    assert_eq!(store.next_deadline().await.unwrap(), None);
}

pub async fn the_idle_deadlines_of_a_chat_are_cleared_together(store: &impl Store) {
    let (one, two) = (ChatId::new("c1"), ChatId::new("c2"));
    let mut tx = begin(store).await;
    for chat in [&one, &two] {
        for deadline in [
            Deadline::IdleWarning(chat.clone()),
            Deadline::IdleClose(chat.clone()),
            Deadline::Abandoned(chat.clone()),
        ] {
            tx.set_deadline(&deadline, NOON).await.unwrap();
        }
    }
    tx.clear_idle(&one).await.unwrap();
    let due = tx.take_due(NOON, 9).await.unwrap();
    assert_eq!(due.len(), 4);
    assert!(due.contains(&Deadline::Abandoned(one)));
    assert!(due.contains(&Deadline::IdleClose(two)));
}

pub async fn an_identified_customer_is_found_in_its_own_service(store: &impl Store) {
    for slug in ["acme", "other"] {
        found_service(store, slug).await;
    }
    let mut tx = begin(store).await;
    let mut known = customer("acme", "01JK");
    known.subject = Some("user-7".into());
    tx.insert_customer(&known, NOON).await.unwrap();
    let found = tx.find_customer_by_subject(&acme(), "user-7").await;
    assert_eq!(found.unwrap(), Some(known.clone()));
    for (slug, subject) in [("other", "user-7"), ("acme", "user-8")] {
        let slug = ServiceSlug::new(slug);
        let found = tx.find_customer_by_subject(&slug, subject).await.unwrap();
        assert_eq!(found, None, "{slug} {subject}");
    }
    known.id = CustomerId::new("01JL");
    tx.insert_customer(&known, NOON)
        .await
        .expect_err("a person is one customer");
}

pub async fn the_newest_visitor_tokens_of_a_chat_open_it(store: &impl Store) {
    found_service(store, "acme").await;
    let chat = start(store, "acme", "c1").await.id;
    for n in 1..=4 {
        let mut tx = begin(store).await;
        let token = TokenHash::of(&format!("t{n}"));
        tx.add_visitor_token(&chat, &token, after(n), 3)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    for (token, opens) in [
        ("c1", false),
        ("t1", false),
        ("t2", true),
        ("t3", true),
        ("t4", true),
    ] {
        let access = store.access(&chat, &TokenHash::of(token)).await.unwrap();
        assert_eq!(access, opens, "{token}");
    }
}

pub async fn chats_of_a_customer_come_the_newest_first_and_know_the_one_before(store: &impl Store) {
    found_service(store, "acme").await;
    let first = start(store, "acme", "z").await;
    let mut tx = begin(store).await;
    let mut second = chat("acme", "a", "acme");
    second.previous = Some(first.id.clone());
    tx.insert_chat(&mut second, &TokenHash::of("a"))
        .await
        .unwrap();
    let latest = tx.find_latest_chat(&second.customer).await.unwrap();
    assert_eq!(latest.as_ref(), Some(&second));
    let nobody = CustomerId::new("nobody");
    assert_eq!(tx.find_latest_chat(&nobody).await.unwrap(), None);
    let open = tx.find_open_chat(&second.customer).await.unwrap();
    assert_eq!(open.as_ref(), Some(&second));
    let mut closed = second.clone();
    closed.state = ChatState::Closed { at: NOON };
    tx.save_chat(&closed).await.unwrap();
    let open = tx.find_open_chat(&second.customer).await.unwrap();
    assert_eq!(open.as_ref(), Some(&first));
    tx.save_chat(&second).await.unwrap();
    tx.commit().await.unwrap();
    let chats = store.chats_of(&second.customer, 9).await.unwrap();
    assert_eq!(chats, [second.clone(), first]);
    let newest = store.chats_of(&second.customer, 1).await.unwrap();
    assert_eq!(newest, [second]);
}

pub async fn a_rating_is_asked_for_given_and_changed(store: &impl Store) {
    found_service(store, "acme").await;
    let chat = start(store, "acme", "c1").await.id;
    assert_eq!(store.rating(&chat).await.unwrap(), None);
    let mut rating = Rating {
        chat: chat.clone(),
        asked_at: NOON,
        given: None,
    };
    for given in [None, Some((2, None)), Some((5, Some("친절해요")))] {
        rating.given = given.map(|(score, comment): (u8, Option<&str>)| Given {
            score,
            comment: comment.map(str::to_owned),
            at: after(1),
        });
        let mut tx = begin(store).await;
        tx.save_rating(&rating).await.unwrap();
        let found = tx.find_rating(&chat).await.unwrap();
        assert_eq!(found.as_ref(), Some(&rating));
        tx.commit().await.unwrap();
        assert_eq!(store.rating(&chat).await.unwrap().as_ref(), Some(&rating));
    }
}

pub async fn a_mail_is_counted_and_its_address_forgotten(store: &impl Store) {
    found_service(store, "acme").await;
    let chat = start(store, "acme", "c1").await.id;
    let mail = MailId::new("m1");
    let mut tx = begin(store).await;
    tx.insert_mail(&mail, &chat, "kim@example.org", NOON)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let found = store.mail(&mail).await.unwrap();
    assert_eq!(found, Some((chat.clone(), "kim@example.org".into())));
    let mut tx = begin(store).await;
    tx.forget_address(&mail).await.unwrap();
    assert_eq!(tx.mails_of(&chat).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(store.mail(&mail).await.unwrap(), None);
}

pub async fn figures_tell_who_took_a_chat_when_and_how_it_was_rated(store: &impl Store) {
    found_service(store, "acme").await;
    let mut tx = begin(store).await;
    let member = member(anna(), "Anna", &[Permission::Chat]);
    tx.save_agent(&acme(), &member).await.unwrap();
    tx.commit().await.unwrap();
    let mut taken = start(store, "acme", "c1").await;
    start(store, "acme", "c2").await;
    taken.state = ChatState::Active { agent: anna() };
    save(store, &taken).await;
    let mut tx = begin(store).await;
    for at in [after(3), after(9)] {
        tx.mark_taken(&taken.id, at).await.unwrap();
        tx.mark_answered(&taken.id, at).await.unwrap();
    }
    taken.state = ChatState::Closed { at: after(60) };
    tx.save_chat(&taken).await.unwrap();
    tx.commit().await.unwrap();
    let figures = store.figures(&acme(), NOON, 9).await.unwrap();
    assert_eq!(figures.len(), 2);
    let one = &figures[0];
    assert_eq!(
        (&one.agent, one.agent_name.as_deref()),
        (&Some(anna()), Some("Anna"))
    );
    assert_eq!(
        (one.taken_at, one.answered_at, one.closed_at),
        (Some(after(3)), Some(after(3)), Some(after(60)))
    );
    assert_eq!((&figures[1].agent, figures[1].taken_at), (&None, None));
    let later = store.figures(&acme(), after(1), 9).await.unwrap();
    assert!(later.is_empty());
}

pub async fn the_last_word_of_a_customer_is_not_an_agents(store: &impl Store) {
    found_service(store, "acme").await;
    let chat = start(store, "acme", "c1").await.id;
    let mut tx = begin(store).await;
    assert_eq!(tx.find_last_word(&chat).await.unwrap(), None);
    for (at, key) in [
        (after(1), Some("k1")),
        (after(2), Some("k2")),
        (after(3), None),
    ] {
        let id = format!("m{}", at.as_millis());
        let said = ChatEventKind::Message(message(&id, key, "hello"));
        tx.append(&chat, at, &said).await.unwrap();
    }
    assert_eq!(tx.find_last_word(&chat).await.unwrap(), Some(after(2)));
}

pub async fn a_deleted_chat_leaves_its_consent_and_nothing_else(store: &impl Store) {
    found_service(store, "acme").await;
    let mut old = start(store, "acme", "c1").await;
    let mut tx = begin(store).await;
    let mut new = chat("acme", "c2", "acme");
    new.previous = Some(old.id.clone());
    tx.insert_chat(&mut new, &TokenHash::of("c2"))
        .await
        .unwrap();
    tx.insert_consent(&acme(), "chat:c1", "1", "hash", NOON)
        .await
        .unwrap();
    let said = ChatEventKind::Message(message("m1", Some("k"), "secret"));
    tx.append(&old.id, NOON, &said).await.unwrap();
    let closed = ChatEventKind::Closed { by: ClosedBy::Idle };
    tx.append(&old.id, NOON, &closed).await.unwrap();
    tx.insert_offer(&old.id, &anna(), NOON).await.unwrap();
    tx.insert_mail(&MailId::new("m1"), &old.id, "kim@example.org", NOON)
        .await
        .unwrap();
    let rename = Effect::Rename {
        chat: old.id.clone(),
    };
    tx.enqueue(&EffectId::new("e1"), &rename, NOON)
        .await
        .unwrap();
    tx.set_deadline(&Deadline::Abandoned(old.id.clone()), NOON)
        .await
        .unwrap();
    old.state = ChatState::Closed { at: after(5) };
    tx.save_chat(&old).await.unwrap();
    for (before, limit, count) in [(after(5), 9, 0), (after(6), 9, 1), (after(6), 0, 0)] {
        let expired = tx.expired(&acme(), before, limit).await.unwrap();
        assert_eq!(expired.len(), count, "{before:?} {limit}");
    }
    tx.delete_chat(&old.id).await.unwrap();
    assert!(!tx.delete_lone_customer(&old.customer).await.unwrap());
    tx.commit().await.unwrap();

    assert_eq!(store.chat(&old.id).await.unwrap(), None);
    assert_eq!(store.mail(&MailId::new("m1")).await.unwrap(), None);
    assert!(store.events_after(&old.id, 0, 9).await.unwrap().is_empty());
    assert_eq!(store.outbox_len().await.unwrap(), 0);
    assert_eq!(store.next_deadline().await.unwrap(), None);
    let consent = store.consent_of(&acme(), "chat:c1").await.unwrap();
    assert_eq!(consent, Some(("1".into(), NOON)));
    let left = store.chat(&new.id).await.unwrap().unwrap();
    assert_eq!(left.previous, None);

    let mut tx = begin(store).await;
    tx.delete_chat(&new.id).await.unwrap();
    assert!(tx.delete_lone_customer(&new.customer).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(store.customer(&new.customer).await.unwrap(), None);
}

pub async fn tickets_are_found_by_the_address_they_name(store: &impl Store) {
    found_service(store, "acme").await;
    let mut tx = begin(store).await;
    for subject in ["Refund", "Refund again"] {
        tx.insert_ticket(&mut ticket("acme", subject))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let kim = Customer {
        email: Some("kim@example.org".into()),
        ..customer("acme", "kim")
    };
    let found = store.tickets_of(&kim, 9).await;
    assert_eq!(
        found.unwrap(),
        [(2, "Refund again".into()), (1, "Refund".into())]
    );
    let lee = Customer {
        email: Some("lee@example.org".into()),
        ..kim
    };
    let other = store.tickets_of(&lee, 9).await;
    assert!(other.unwrap().is_empty());
}
