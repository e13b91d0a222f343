//! The store behind the desk: SQLite through sqlx. The only crate that knows SQL.

pub mod doctor;
mod reads;
mod rows;
mod sqlite;
mod tx;
pub mod vault;
mod writer;

pub use sqlite::SqliteStore;
