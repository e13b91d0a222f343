//! What a transaction promises.

use futures_util::future::join_all;

use super::*;

pub async fn what_is_committed_is_read_and_what_is_not_is_not(store: &impl Store) {
    let mut tx = begin(store).await;
    tx.insert_service(&service("acme")).await.unwrap();
    assert!(tx.find_service(&acme()).await.unwrap().is_some());
    assert_eq!(store.service(&acme()).await.unwrap(), None);
    tx.commit().await.unwrap();
    assert_eq!(store.service(&acme()).await.unwrap(), Some(service("acme")));
}

pub async fn a_dropped_transaction_changes_nothing_and_harms_nobody_after_it(store: &impl Store) {
    found_service(store, "acme").await;
    for n in 0..3 {
        let mut tx = begin(store).await;
        let mut lost = chat("acme", &format!("lost{n}"), "acme");
        tx.insert_chat(&mut lost, &TokenHash::of("lost"))
            .await
            .unwrap();
        drop(tx);
        let kept = start(store, "acme", &format!("kept{n}")).await;
        assert_eq!(kept.number, n + 1, "the dropped number is given again");
        assert_eq!(store.chat(&lost.id).await.unwrap(), None);
        assert!(
            !store
                .access(&lost.id, &TokenHash::of("lost"))
                .await
                .unwrap()
        );
    }
}

pub async fn a_dropped_transaction_does_not_harm_those_that_commit_beside_it(store: &impl Store) {
    found_service(store, "acme").await;
    let works = (0..30).map(|n| async move {
        let mut tx = begin(store).await;
        let mut new = chat("acme", &format!("c{n}"), "acme");
        tx.insert_chat(&mut new, &TokenHash::of(&format!("c{n}")))
            .await
            .unwrap();
        if n % 3 != 0 {
            tx.commit().await.unwrap();
        }
    });
    join_all(works).await;
    for n in 0..30 {
        let found = store.chat(&ChatId::new(format!("c{n}"))).await.unwrap();
        assert_eq!(found.is_some(), n % 3 != 0, "c{n}");
    }
}

pub async fn a_transaction_that_failed_halfway_changes_nothing(store: &impl Store) {
    found_service(store, "acme").await;
    let mut tx = begin(store).await;
    tx.insert_customer(&customer("acme", "new"), NOON)
        .await
        .unwrap();
    tx.insert_customer(&customer("acme", "acme"), NOON)
        .await
        .expect_err("there is a customer of this id");
    drop(tx);
    let new = store.customer(&CustomerId::new("new")).await.unwrap();
    assert_eq!(new, None);
    start(store, "acme", "after").await;
}

pub async fn numbers_count_without_gaps_when_fifty_transactions_run_at_once(store: &impl Store) {
    found_service(store, "acme").await;
    found_service(store, "other").await;
    let works = (0..50).map(|n: u64| async move {
        let slug = if n.is_multiple_of(2) { "acme" } else { "other" };
        let mut tx = begin(store).await;
        let mut new = chat(slug, &format!("c{n}"), slug);
        tx.insert_chat(&mut new, &TokenHash::of(&format!("c{n}")))
            .await
            .unwrap();
        let mut asked = ticket(slug, "Refund");
        tx.insert_ticket(&mut asked).await.unwrap();
        if n % 5 == 4 {
            return None;
        }
        tx.commit().await.unwrap();
        Some((slug, new.number, asked.number))
    });
    let given = join_all(works).await;
    for slug in ["acme", "other"] {
        let of = |pick: fn(&(&str, u64, u64)) -> u64| {
            let mine = given.iter().flatten().filter(|given| given.0 == slug);
            let mut numbers: Vec<u64> = mine.map(pick).collect();
            numbers.sort_unstable();
            numbers
        };
        let counted: Vec<u64> = (1..=20).collect();
        assert_eq!(of(|given| given.1), counted, "chats of {slug}");
        assert_eq!(of(|given| given.2), counted, "tickets of {slug}");
    }
}
