//! Sealing anew from beside, while somebody else works with the same database.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::{collections::BTreeMap, fs, future::Future, pin::pin, str::FromStr};

use desk::{ids::MaskId, masks::Sealed};
use futures_util::poll;
use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};
use store::{
    SqliteStore,
    vault::{Resealed, SealedRows, sealed_per_key},
};
use tempfile::TempDir;

/// A database with its tables, and nobody at work.
async fn empty() -> (String, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/desk.db", folder.path().display());
    drop(SqliteStore::open(&url).await.unwrap());
    (url, folder)
}

/// Somebody who seals beside us.
async fn other(url: &str) -> SqliteConnection {
    let options = SqliteConnectOptions::from_str(url).unwrap();
    // The messages under the masks do not matter here.
    let options = options.foreign_keys(false).pragma("secure_delete", "on");
    SqliteConnection::connect_with(&options).await.unwrap()
}

fn sealed(mask: &str, key: &str) -> Sealed {
    Sealed {
        key: key.into(),
        nonce: key.into(),
        bytes: format!("{mask} sealed with {key}").into(),
    }
}

async fn seal(connection: &mut SqliteConnection, mask: &str, key: &str) {
    let sealed = sealed(mask, key);
    sqlx::query(
        "insert into sealed (mask, key_id, nonce, bytes, expires_at) values ($1, $2, $3, $4, 0)",
    )
    .bind(mask)
    .bind(sealed.key)
    .bind(sealed.nonce)
    .bind(sealed.bytes)
    .execute(connection)
    .await
    .unwrap();
}

async fn seal_many(url: &str, count: usize, key: &str) {
    let mut connection = other(url).await;
    let mut tx = connection.begin().await.unwrap();
    for n in 0..count {
        seal(&mut tx, &format!("m{n:04}"), key).await;
    }
    tx.commit().await.unwrap();
}

/// Every row is whole: of one key or of the other.
async fn keys(url: &str) -> BTreeMap<String, usize> {
    let rows = sqlx::query("select mask, key_id, nonce, bytes from sealed");
    let rows = rows.fetch_all(&mut other(url).await).await.unwrap();
    let mut keys = BTreeMap::new();
    for row in rows {
        let (mask, key): (String, String) = (row.get("mask"), row.get("key_id"));
        let found = Sealed {
            key: key.clone(),
            nonce: row.get("nonce"),
            bytes: row.get("bytes"),
        };
        assert_eq!(found, sealed(&mask, &key));
        *keys.entry(key).or_default() += 1;
    }
    keys
}

fn anew(mask: &MaskId, _: &Sealed) -> Option<Sealed> {
    Some(sealed(mask.as_str(), "new"))
}

fn all_new(count: usize) -> BTreeMap<String, usize> {
    BTreeMap::from([("new".into(), count)])
}

#[tokio::test]
async fn all_is_sealed_anew_a_hundred_at_a_time_and_nothing_of_before_is_left_in_the_files() {
    let (url, folder) = empty().await;
    seal_many(&url, 250, "old").await;
    let mut rows = SealedRows::open(&url).await.unwrap();
    let before = rows.per_key().await.unwrap();
    assert_eq!(before, BTreeMap::from([("old".into(), 250)]));
    let mut told = Vec::new();
    let counted = rows.reseal("new", anew, |done| told.push(done)).await;
    assert_eq!(counted.unwrap(), Resealed { done: 250, left: 0 });
    assert_eq!(told, [100, 200, 250]);
    assert_eq!(keys(&url).await, all_new(250));
    let again = rows.reseal("new", anew, |done| panic!("{done} again"));
    assert_eq!(again.await.unwrap(), Resealed::default());
    for file in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(15).any(|part| part == b"sealed with old"));
    }
}

#[tokio::test]
async fn what_is_sealed_meanwhile_with_the_old_key_is_found_wherever_it_lies() {
    let (url, _folder) = empty().await;
    seal_many(&url, 150, "old").await;
    let mut rows = SealedRows::open(&url).await.unwrap();
    let mut late = vec!["m0000-late", "z-late"];
    let counted = rows.reseal("new", anew, |_| {
        // The work of another process.
        let (url, Some(mask)) = (url.clone(), late.pop()) else {
            return;
        };
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            runtime
                .unwrap()
                .block_on(async { seal(&mut other(&url).await, mask, "old").await });
        })
        .join()
        .unwrap();
    });
    assert_eq!(counted.await.unwrap(), Resealed { done: 152, left: 0 });
    assert_eq!(keys(&url).await, all_new(152));
}

#[tokio::test]
async fn what_cannot_be_opened_is_left_as_it_is_and_the_rest_is_sealed_anew() {
    let (url, _folder) = empty().await;
    seal_many(&url, 220, "old").await;
    let mut lost = other(&url).await;
    for mask in ["a", "m0100-lost", "z"] {
        seal(&mut lost, mask, "lost").await;
    }
    let mut rows = SealedRows::open(&url).await.unwrap();
    let try_all = |mask: &MaskId, before: &Sealed| match before.key.as_str() {
        "lost" => None,
        _ => anew(mask, before),
    };
    let counted = rows.reseal("new", try_all, |_| ()).await.unwrap();
    assert_eq!(counted, Resealed { done: 220, left: 3 });
    let found = BTreeMap::from([("lost".into(), 3), ("new".into(), 220)]);
    assert_eq!(keys(&url).await, found);
}

#[tokio::test]
async fn stopped_at_any_point_every_row_is_whole_and_it_can_be_begun_again() {
    let (url, _folder) = empty().await;
    seal_many(&url, 250, "old").await;
    for times in (0..400).step_by(8) {
        let mut rows = SealedRows::open(&url).await.unwrap();
        poll_times(times, rows.reseal("new", anew, |_| ())).await;
        drop(rows);
        assert_eq!(keys(&url).await.values().sum::<usize>(), 250);
    }
    let mut rows = SealedRows::open(&url).await.unwrap();
    assert_eq!(rows.reseal("new", anew, |_| ()).await.unwrap().left, 0);
    assert_eq!(keys(&url).await, all_new(250));
}

/// Polls so often and then drops it.
async fn poll_times<F: Future>(times: usize, future: F) {
    let mut future = pin!(future);
    for _ in 0..times {
        if poll!(future.as_mut()).is_ready() {
            return;
        }
        // Lets SQLite's thread do what it was asked to.
        tokio::task::yield_now().await;
        std::thread::yield_now();
    }
}

#[tokio::test]
async fn a_key_is_counted_as_used_by_those_who_were_about_to_seal_with_it() {
    let (url, _folder) = empty().await;
    let mut rows = SealedRows::open(&url).await.unwrap();
    let mut busy = other(&url).await;
    let begin = sqlx::query("begin immediate").execute(&mut busy);
    begin.await.unwrap();
    seal(&mut busy, "m1", "old").await;
    let looked = sealed_per_key(&url).await.unwrap();
    assert!(looked.is_empty(), "who only looks does not wait");
    let commit = async {
        let commit = sqlx::query("commit").execute(&mut busy);
        commit.await.unwrap();
    };
    let (used, ()) = tokio::join!(biased; rows.per_key(), commit);
    assert_eq!(used.unwrap(), BTreeMap::from([("old".into(), 1)]));
}

#[tokio::test]
async fn a_database_that_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}/desk.db", folder.path().display());
    assert!(SealedRows::open(&url).await.is_err());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn what_webhooks_are_signed_with_is_sealed_anew_too() {
    let (url, _folder) = empty().await;
    let mut connection = other(&url).await;
    for (id, plain, key) in [("w1", None, Some("old")), ("w2", Some("00ff"), None)] {
        let sealed = key.map(|key| sealed(id, key));
        sqlx::query(
            "insert into webhook_secret (id, webhook, plain, key_id, nonce, bytes)
             values ($1, 'w', $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(plain)
        .bind(sealed.as_ref().map(|sealed| sealed.key.clone()))
        .bind(sealed.as_ref().map(|sealed| sealed.nonce.clone()))
        .bind(sealed.map(|sealed| sealed.bytes))
        .execute(&mut connection)
        .await
        .unwrap();
    }
    seal_many(&url, 1, "old").await;
    let mut rows = SealedRows::open(&url).await.unwrap();
    let before = rows.per_key().await.unwrap();
    assert_eq!(before, BTreeMap::from([("old".into(), 2)]));
    let counted = rows.reseal("new", anew, |_| {}).await.unwrap();
    assert_eq!(counted, Resealed { done: 2, left: 0 });
    let after = rows.per_key().await.unwrap();
    assert_eq!(after, BTreeMap::from([("new".into(), 2)]));
    let kept: Vec<(String, Option<Vec<u8>>)> =
        sqlx::query_as("select id, bytes from webhook_secret order by id")
            .fetch_all(&mut connection)
            .await
            .unwrap();
    let bytes = sealed("w1", "new").bytes;
    assert_eq!(kept, [("w1".into(), Some(bytes)), ("w2".into(), None)]);
}
