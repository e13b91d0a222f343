//! What `commit` promises, seen from outside: by another connection, by a copy of the files, and
//! by those who come after somebody went away in the middle.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::{collections::BTreeSet, fs, path::Path};

use desk::{
    effect::Effect,
    ids::{ChatId, EffectId, Timestamp},
    ports::{Store, StoreError},
};
use futures_util::future::join_all;
use store::SqliteStore;

const NOON: Timestamp = Timestamp::from_millis(1_700_000_000_000);

async fn open(folder: &Path) -> SqliteStore {
    let url = format!("sqlite:{}/desk.db", folder.display());
    SqliteStore::open(&url).await.unwrap()
}

async fn enqueue(store: &SqliteStore, id: u32) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    let effect = Effect::Rename {
        chat: ChatId::new(id.to_string()),
    };
    tx.enqueue(&EffectId::new(id.to_string()), &effect, NOON)
        .await?;
    tx.commit().await
}

async fn enqueued(store: &SqliteStore) -> BTreeSet<u32> {
    let heads = store.lane_heads(10_000).await.unwrap();
    heads
        .iter()
        .map(|head| head.id.as_str().parse().unwrap())
        .collect()
}

#[tokio::test]
async fn what_a_hundred_transactions_committed_at_once_another_store_reads_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let (writer, reader) = (open(folder.path()).await, open(folder.path()).await);
    let works = (0..100).map(|n| {
        let (writer, reader) = (&writer, &reader);
        async move {
            enqueue(writer, n).await.unwrap();
            assert!(enqueued(reader).await.contains(&n), "{n} was acknowledged");
        }
    });
    join_all(works).await;
    assert_eq!(enqueued(&reader).await.len(), 100);
}

#[tokio::test]
async fn a_copy_of_the_files_made_after_a_commit_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    for n in 0..5 {
        enqueue(&store, n).await.unwrap();
        if n == 2 {
            store.checkpoint().await.unwrap();
        }
        let copy = tempfile::tempdir().unwrap();
        // What a machine that loses power at this moment finds, but for the shared memory.
        for name in ["desk.db", "desk.db-wal"] {
            fs::copy(folder.path().join(name), copy.path().join(name)).unwrap();
        }
        let found = enqueued(&open(copy.path()).await).await;
        assert_eq!(found, (0..=n).collect());
    }
}

#[tokio::test]
async fn a_store_opened_again_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..3 {
        let store = open(folder.path()).await;
        assert_eq!(enqueued(&store).await, (0..n).collect());
        enqueue(&store, n).await.unwrap();
    }
}
