//! What leaves.

use super::*;
use crate::{effect::Effect, ids::EffectId};

fn rename(chat: &str) -> Effect {
    Effect::Rename {
        chat: ChatId::new(chat),
    }
}

async fn enqueue(store: &impl Store, effects: &[(&str, Effect)]) {
    let mut tx = begin(store).await;
    for (id, effect) in effects {
        tx.enqueue(&EffectId::new(*id), effect, NOON).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn heads(store: &impl Store, limit: u32) -> Vec<String> {
    let heads = store.lane_heads(limit).await.unwrap();
    heads.iter().map(|head| head.id.to_string()).collect()
}

pub async fn the_head_of_each_lane_is_its_oldest_effect(store: &impl Store) {
    let desk = Effect::OpenDesk { service: acme() };
    // The ids do not sort as the effects came.
    let effects = [
        ("9", rename("one")),
        ("8", rename("two")),
        ("1", rename("one")),
        ("7", desk.clone()),
    ];
    enqueue(store, &effects).await;
    assert_eq!(heads(store, 9).await, ["9", "8", "7"]);
    assert_eq!(store.outbox_len().await.unwrap(), 4);
    let all = store.lane_heads(9).await.unwrap();
    assert_eq!((&all[2].effect, all[2].created_at), (&desk, NOON));

    let mut tx = begin(store).await;
    let head = tx.find_head(&desk.lane()).await.unwrap();
    assert_eq!(head, Some(desk));
    assert_eq!(tx.find_head("chat:nowhere").await.unwrap(), None);
    tx.dequeue(&EffectId::new("9")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(heads(store, 9).await, ["8", "1", "7"]);
    assert_eq!(store.outbox_len().await.unwrap(), 3);
}

pub async fn a_buried_effect_does_not_block_its_lane(store: &impl Store) {
    enqueue(store, &[("1", rename("one")), ("2", rename("one"))]).await;
    let mut tx = begin(store).await;
    tx.bury(&EffectId::new("1"), "refused").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(heads(store, 9).await, ["2"]);
    let lane = rename("one").lane();
    assert!(begin(store).await.find_head(&lane).await.unwrap().is_some());
    assert_eq!(store.outbox_len().await.unwrap(), 1);
}

pub async fn lane_heads_come_oldest_first_and_not_more_than_asked(store: &impl Store) {
    for n in 0..9 {
        enqueue(store, &[(&format!("{n}"), rename(&format!("{}", 9 - n)))]).await;
    }
    assert_eq!(heads(store, 4).await, ["0", "1", "2", "3"]);
}
