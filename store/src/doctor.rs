//! Looks at the database from beside: it changes nothing and takes no lock that a running program
//! would wait for.

use std::{str::FromStr, time::Duration};

use sqlx::{Connection, sqlite::SqliteConnectOptions};

use desk::doctor::Finding;

use crate::rows;

/// A large database takes long to look at.
const PATIENCE: Duration = Duration::from_secs(20);

pub async fn examine(url: &str) -> Vec<Finding> {
    match tokio::time::timeout(PATIENCE, look(url)).await {
        Ok(Ok(found)) => found,
        Ok(Err(_)) => vec![Finding::DatabaseUnread],
        Err(_) => vec![Finding::Unfinished {
            what: "the database",
        }],
    }
}

async fn look(url: &str) -> Result<Vec<Finding>, sqlx::Error> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(false)
        .read_only(true)
        .busy_timeout(Duration::from_secs(5));
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await?;
    let sound: String = sqlx::query_scalar("pragma quick_check(1)")
        .fetch_one(&mut connection)
        .await?;
    if sound != "ok" {
        return Ok(vec![Finding::DatabaseBroken]);
    }
    let mut found = vec![Finding::DatabaseSound];
    let buried = sqlx::query("select count(*) as n from outbox where buried is not null")
        .fetch_one(&mut connection)
        .await?;
    let count = rows::count(&buried, "n").unwrap_or_default();
    if count > 0 {
        found.push(Finding::Buried { count });
    }
    Ok(found)
}
