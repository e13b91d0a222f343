//! What comes.

use super::*;

async fn receive(store: &impl Store, events: &[Received]) -> usize {
    let mut tx = begin(store).await;
    let new = tx.receive(events, NOON).await.unwrap();
    tx.commit().await.unwrap();
    new
}

async fn process(store: &impl Store, event: &str) -> bool {
    let mut tx = begin(store).await;
    let was_unprocessed = tx.mark_processed(&EventId::new(event)).await.unwrap();
    tx.commit().await.unwrap();
    was_unprocessed
}

async fn reorder(store: &impl Store, events: &[Received]) {
    let mut tx = begin(store).await;
    tx.reorder(events, NOON).await.unwrap();
    tx.commit().await.unwrap();
}

async fn unprocessed(store: &impl Store) -> Vec<String> {
    let events = store.unprocessed(100).await.unwrap();
    events.iter().map(|event| event.id.to_string()).collect()
}

pub async fn an_event_is_received_once(store: &impl Store) {
    let [one, two] = [received("$1", "a"), received("$2", "a")];
    assert_eq!(receive(store, &[one.clone(), one.clone()]).await, 1);
    assert_eq!(receive(store, &[one.clone(), two.clone()]).await, 1);
    assert_eq!(store.unprocessed(9).await.unwrap(), [one, two]);
    for (event, is_received) in [("$1", true), ("$3", false)] {
        let told = store.is_received(&EventId::new(event)).await.unwrap();
        assert_eq!(told, is_received, "{event}");
    }
}

pub async fn unprocessed_events_come_in_the_order_received(store: &impl Store) {
    let ids = ["$9", "$1", "$5", "$3"];
    for id in ids {
        receive(store, &[received(id, "a")]).await;
    }
    assert_eq!(unprocessed(store).await, ids);
    assert_eq!(store.unprocessed(2).await.unwrap().len(), 2);
}

pub async fn a_processed_event_never_comes_again(store: &impl Store) {
    receive(store, &[received("$1", "a")]).await;
    assert!(!store.is_processed(&EventId::new("$1")).await.unwrap());
    assert!(process(store, "$1").await);
    assert!(!process(store, "$1").await);
    assert!(!process(store, "$never received").await);
    assert_eq!(receive(store, &[received("$1", "a")]).await, 0);
    reorder(store, &[received("$1", "a")]).await;
    assert!(unprocessed(store).await.is_empty());
    assert!(store.is_processed(&EventId::new("$1")).await.unwrap());
}

pub async fn reordering_puts_missing_events_between_those_received(store: &impl Store) {
    let of = |ids: &[&str]| -> Vec<Received> { ids.iter().map(|id| received(id, "a")).collect() };
    receive(store, &of(&["$1", "$2"])).await;
    process(store, "$1").await;
    receive(store, &of(&["$6"])).await;
    receive(store, &[received("$elsewhere", "b")]).await;
    receive(store, &of(&["$4"])).await;
    reorder(store, &of(&["$1", "$2", "$3", "$4", "$5", "$6"])).await;
    let in_room: Vec<_> = store
        .unprocessed(100)
        .await
        .unwrap()
        .into_iter()
        .filter(|event| event.room == room("a"))
        .map(|event| event.id.to_string())
        .collect();
    assert_eq!(in_room, ["$2", "$3", "$4", "$5", "$6"]);
    assert_eq!(unprocessed(store).await.len(), 6);
    assert_eq!(receive(store, &of(&["$3"])).await, 0, "a late one is known");
}

pub async fn reordering_puts_what_was_not_read_yet_behind_what_was(store: &impl Store) {
    let of = |ids: &[&str]| -> Vec<Received> { ids.iter().map(|id| received(id, "a")).collect() };
    receive(store, &of(&["$3"])).await;
    // It comes while the room is being read, so those who read do not know of it.
    receive(store, &of(&["$4"])).await;
    reorder(store, &of(&["$1", "$2", "$3"])).await;
    assert_eq!(unprocessed(store).await, ["$1", "$2", "$3", "$4"]);
}
