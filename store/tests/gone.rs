//! Callers that go away in the middle of a transaction, as a web request does when its page is
//! closed: whatever moment they choose, the store serves those who come after.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::{future::Future, pin::pin, time::Duration};

use desk::{
    effect::Effect,
    ids::{ChatId, EffectId, Timestamp},
    ports::{Store, StoreError},
};
use futures_util::{future::join_all, poll};
use store::SqliteStore;
use tempfile::TempDir;

const NOON: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const PATIENCE: Duration = Duration::from_secs(10);

async fn empty() -> (SqliteStore, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/desk.db", folder.path().display());
    (SqliteStore::open(&url).await.unwrap(), folder)
}

async fn enqueue(store: &SqliteStore, id: String) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    let effect = Effect::Rename {
        chat: ChatId::new(id.clone()),
    };
    tx.enqueue(&EffectId::new(id), &effect, NOON).await?;
    tx.commit().await
}

/// Polls so often and then drops it; says whether it ended before.
async fn poll_times<F: Future>(times: usize, future: F) -> bool {
    let mut future = pin!(future);
    for _ in 0..times {
        if poll!(future.as_mut()).is_ready() {
            return true;
        }
        // Lets SQLite's thread do what it was asked to.
        tokio::task::yield_now().await;
        std::thread::yield_now();
    }
    false
}

#[tokio::test]
async fn whoever_goes_away_in_the_middle_of_a_transaction_harms_nobody() {
    let (store, _folder) = empty().await;
    for times in 1..200 {
        poll_times(times, enqueue(&store, format!("gone{times}"))).await;
        let after = enqueue(&store, format!("after{times}")).await;
        after.unwrap_or_else(|failure| panic!("after {times} polls: {:?}", failure));
    }
    let kept = store.lane_heads(10_000).await.unwrap();
    let after = kept
        .iter()
        .filter(|head| head.id.as_str().starts_with("after"));
    assert_eq!(after.count(), 199);
}

#[tokio::test]
async fn what_was_acknowledged_beside_somebody_who_went_away_is_kept() {
    let (store, _folder) = empty().await;
    for times in 1..100 {
        let works = (0..6).map(|n| {
            let (store, id) = (&store, format!("{times} {n}"));
            async move {
                if n % 2 == 0 {
                    poll_times(times, enqueue(store, id)).await;
                    return None;
                }
                enqueue(store, id.clone()).await.ok().map(|()| id)
            }
        });
        for kept in join_all(works).await.into_iter().flatten() {
            let heads = store.lane_heads(10_000).await.unwrap();
            assert!(heads.iter().any(|head| head.id.as_str() == kept), "{kept}");
        }
    }
}

#[tokio::test]
async fn whoever_goes_away_in_the_middle_of_a_read_harms_nobody() {
    let (store, _folder) = empty().await;
    enqueue(&store, "kept".into()).await.unwrap();
    for times in 1..60 {
        let reads = (0..8).map(|_| poll_times(times, store.lane_heads(10)));
        join_all(reads).await;
        let after = tokio::time::timeout(PATIENCE, store.lane_heads(10)).await;
        let after = after.unwrap_or_else(|_| panic!("after {times} polls nothing is read"));
        assert_eq!(after.unwrap().len(), 1);
    }
}
