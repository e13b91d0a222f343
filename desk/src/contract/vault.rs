//! What is under masks: how long it stays, who was shown it, and how often somebody looks.

use std::time::Duration;

use super::{
    masks::{mask, said},
    *,
};
use crate::{
    audit::AuditEntry,
    ids::{EffectId, MaskId},
    masks::Sealed,
};

const SECOND: Duration = Duration::from_secs(1);

fn sealed(key: &str) -> Sealed {
    Sealed {
        key: key.into(),
        nonce: vec![0, 255, 1],
        bytes: vec![7; 3],
    }
}

pub async fn what_was_kept_long_enough_is_deleted_the_oldest_first(store: &impl Store) {
    let chat = said(store).await;
    let mut tx = begin(store).await;
    assert_eq!(tx.next_expiry().await.unwrap(), None);
    for (id, seconds) in [("k3", 3), ("k1", 1), ("k2", 2)] {
        let mut over = mask(id, &chat, "m1");
        tx.insert_mask(&mut over).await.unwrap();
        let at = NOON + SECOND * seconds;
        tx.save_sealed(&over.id, &sealed(id), at).await.unwrap();
    }
    assert_eq!(tx.next_expiry().await.unwrap(), Some(NOON + SECOND));
    let just_before = NOON + SECOND - Duration::from_millis(1);
    assert_eq!(tx.delete_expired(just_before, 9).await.unwrap(), 0);
    assert_eq!(tx.delete_expired(NOON + SECOND * 2, 1).await.unwrap(), 1);
    assert_eq!(tx.next_expiry().await.unwrap(), Some(NOON + SECOND * 2));
    assert_eq!(tx.delete_expired(NOON + SECOND * 2, 9).await.unwrap(), 1);
    for (id, left) in [("k1", None), ("k2", None), ("k3", Some(sealed("k3")))] {
        let found = tx.find_sealed(&MaskId::new(id)).await.unwrap();
        assert_eq!(found, left, "{id}");
    }
    assert_eq!(tx.masks_of(&chat, 9).await.unwrap().len(), 3);
    tx.commit().await.unwrap();
}

pub async fn a_message_whose_mask_was_taken_off_is_known_for_good(store: &impl Store) {
    let chat = said(store).await;
    let (m1, m2) = (MessageId::new("m1"), MessageId::new("m2"));
    let mut tx = begin(store).await;
    for (id, message) in [("k1", "m1"), ("k2", "m2")] {
        let mut over = mask(id, &chat, message);
        tx.insert_mask(&mut over).await.unwrap();
    }
    assert!(!tx.was_undone(&m1).await.unwrap());
    tx.mark_undone(&MaskId::new("k1"), NOON).await.unwrap();
    let mut again = mask("k3", &chat, "m1");
    tx.insert_mask(&mut again).await.unwrap();
    assert!(tx.was_undone(&m1).await.unwrap());
    assert!(!tx.was_undone(&m2).await.unwrap());
    let found = tx.find_message(&chat, &m2).await.unwrap();
    assert_eq!(found.unwrap().text, "m2");
    let elsewhere = ChatId::new("c2");
    assert_eq!(tx.find_message(&elsewhere, &m2).await.unwrap(), None);
    tx.commit().await.unwrap();
}

pub async fn where_an_original_was_shown_is_known_until_it_is_taken_back(store: &impl Store) {
    let (reveal, other) = (EffectId::new("e1"), EffectId::new("e2"));
    let (here, there) = (room("direct"), EventId::new("$shown"));
    let mut tx = begin(store).await;
    assert_eq!(tx.find_reveal_room(&reveal).await.unwrap(), None);
    for effect in [&reveal, &other] {
        let started = tx.start_reveal(effect, &anna(), &here, NOON).await;
        started.unwrap();
    }
    let found = tx.find_reveal_room(&reveal).await.unwrap();
    assert_eq!(found.as_ref(), Some(&here));
    assert_eq!(tx.find_reveal(&reveal).await.unwrap(), None);
    tx.save_reveal(&reveal, &there).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = begin(store).await;
    let found = tx.find_reveal(&reveal).await.unwrap();
    assert_eq!(found, Some((here, there)));
    assert_eq!(tx.find_reveal(&other).await.unwrap(), None);
    tx.delete_reveal(&reveal).await.unwrap();
    assert_eq!(tx.find_reveal(&reveal).await.unwrap(), None);
    assert_eq!(tx.find_reveal_room(&reveal).await.unwrap(), None);
    assert!(tx.find_reveal_room(&other).await.unwrap().is_some());
    tx.commit().await.unwrap();
}

pub async fn how_often_somebody_did_something_is_known_by_service_and_time(store: &impl Store) {
    let mut tx = begin(store).await;
    for (second, slug, actor, what) in [
        (0, "acme", anna(), "unmask"),
        (1, "acme", anna(), "unmask"),
        (2, "acme", anna(), "undo"),
        (3, "other", anna(), "unmask"),
        (4, "acme", bela(), "unmask"),
        (5, "acme", anna(), "unmask"),
    ] {
        let entry = AuditEntry {
            at: NOON + SECOND * second,
            service: Some(ServiceSlug::new(slug)),
            actor,
            what: what.into(),
            subject: None,
            old: None,
            new: None,
        };
        tx.insert_audit(&entry).await.unwrap();
    }
    let (acme, anna) = (acme(), anna());
    let times = tx.times_of(&acme, &anna, "unmask", NOON);
    assert_eq!(times.await.unwrap(), [NOON + SECOND * 5, NOON + SECOND]);
    tx.commit().await.unwrap();
}
