//! Webhooks, and what waits to be told.

use std::time::Duration;

use super::*;
use crate::{
    ids::{EffectId, WebhookId},
    masks::Sealed,
    webhook::{Delivery, Happening, HookKind, HookSecret, KeptSecret, Webhook},
};

fn hook(id: &str) -> Webhook {
    Webhook {
        id: WebhookId::new(id),
        service: acme(),
        number: 0,
        url: format!("https://example.org/{id}"),
        kinds: [HookKind::ChatClosed].into(),
        made_by: anna(),
        made_at: NOON,
        failing_since: None,
        trouble: None,
        delivered_at: None,
        ended_at: None,
        secrets: vec![secret(id)],
    }
}

fn secret(id: &str) -> HookSecret {
    HookSecret {
        id: format!("secret of {id}"),
        until: None,
        kept: KeptSecret::Plain("00ff".into()),
    }
}

fn delivery(id: &str, webhook: &str, ticket: u64) -> Delivery {
    Delivery {
        id: EffectId::new(id),
        webhook: WebhookId::new(webhook),
        what: Happening::TicketCreated { ticket },
        created_at: NOON,
        attempts: 0,
    }
}

fn later(seconds: u64) -> Timestamp {
    NOON + Duration::from_secs(seconds)
}

pub async fn a_webhook_is_read_back_changed_and_removed(store: &impl Store) {
    found_service(store, "acme").await;
    let (mut one, mut two) = (hook("one"), hook("two"));
    let mut tx = begin(store).await;
    tx.insert_webhook(&mut one).await.unwrap();
    tx.insert_webhook(&mut two).await.unwrap();
    assert_eq!((one.number, two.number), (1, 2));
    one.failing_since = Some(NOON);
    one.trouble = Some("away".into());
    one.delivered_at = Some(NOON);
    one.ended_at = Some(NOON);
    tx.save_webhook(&one).await.unwrap();
    assert_eq!(
        tx.webhooks_of(&acme()).await.unwrap(),
        [one.clone(), two.clone()]
    );
    tx.commit().await.unwrap();
    assert_eq!(store.webhook(&one.id).await.unwrap(), Some(one.clone()));

    let mut tx = begin(store).await;
    tx.insert_delivery(&delivery("1", "one", 1)).await.unwrap();
    tx.delete_webhook(&one.id, NOON).await.unwrap();
    assert_eq!(tx.find_webhook(&one.id).await.unwrap(), None);
    assert_eq!(tx.webhooks_of(&acme()).await.unwrap(), [two]);
    let mut three = hook("three");
    tx.insert_webhook(&mut three).await.unwrap();
    assert_eq!(three.number, 3);
    tx.commit().await.unwrap();
    assert_eq!(store.deliveries_waiting().await.unwrap(), 0);
}

pub async fn a_secret_is_followed_by_another_and_the_one_before_that_is_gone(store: &impl Store) {
    found_service(store, "acme").await;
    let mut one = hook("one");
    let sealed = |id: &str| HookSecret {
        id: id.into(),
        until: None,
        kept: KeptSecret::Sealed(Sealed {
            key: "k1".into(),
            nonce: vec![1],
            bytes: vec![2, 3],
        }),
    };
    let mut tx = begin(store).await;
    tx.insert_webhook(&mut one).await.unwrap();
    for (new, until) in [("second", later(60)), ("third", later(90))] {
        tx.retire_secret(&one.id, until).await.unwrap();
        tx.add_secret(&one.id, &sealed(new)).await.unwrap();
    }
    let found = tx.find_webhook(&one.id).await.unwrap().unwrap();
    let before = HookSecret {
        until: Some(later(90)),
        ..sealed("second")
    };
    assert!(found.secrets == [sealed("third"), before]);
}

pub async fn the_first_of_each_lane_is_due_when_its_time_has_come(store: &impl Store) {
    found_service(store, "acme").await;
    let mut tx = begin(store).await;
    for id in ["one", "two"] {
        tx.insert_webhook(&mut hook(id)).await.unwrap();
    }
    for (id, webhook, ticket) in [
        ("1", "one", 1),
        ("2", "one", 1),
        ("3", "one", 2),
        ("4", "one", 3),
        ("5", "two", 1),
    ] {
        tx.insert_delivery(&delivery(id, webhook, ticket))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let due = async |at: Timestamp, each, limit| -> Vec<String> {
        let due = store.due_deliveries(at, each, limit).await.unwrap();
        due.into_iter().map(|it| it.id.to_string()).collect()
    };
    assert_eq!(due(NOON, 10, 10).await, ["1", "5", "3", "4"]);
    assert_eq!(due(NOON, 2, 10).await, ["1", "5", "3"]);
    assert_eq!(due(NOON, 10, 1).await, ["1"]);
    assert_eq!(due(NOON - Duration::from_secs(1), 10, 10).await, [""; 0]);

    // Of one that fails, the first alone, until something gets through.
    for (failing, found) in [(Some(NOON), &["1", "5"][..]), (None, &["1", "5", "3", "4"])] {
        let mut tx = begin(store).await;
        let one = tx.find_webhook(&WebhookId::new("one")).await.unwrap();
        let mut one = one.unwrap();
        one.failing_since = failing;
        tx.save_webhook(&one).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(due(NOON, 10, 10).await, found);
    }

    let mut tx = begin(store).await;
    tx.postpone_delivery(&EffectId::new("1"), later(60))
        .await
        .unwrap();
    tx.delete_delivery(&EffectId::new("3")).await.unwrap();
    assert_eq!(tx.deliveries_of(&WebhookId::new("one")).await.unwrap(), 3);
    tx.commit().await.unwrap();
    assert_eq!(
        due(NOON, 10, 10).await,
        ["4", "5"],
        "the second of a lane waits for the first"
    );
    assert_eq!(store.next_delivery(NOON).await.unwrap(), Some(later(60)));
    assert_eq!(store.next_delivery(later(60)).await.unwrap(), None);
    let again = store.due_deliveries(later(60), 10, 1).await.unwrap();
    let tried = Delivery {
        attempts: 1,
        ..delivery("1", "one", 1)
    };
    assert_eq!(again, [tried]);
    assert_eq!(store.deliveries_waiting().await.unwrap(), 4);
}
