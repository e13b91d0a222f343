//! The vault: what is under masks, sealed with keys that are not in the database.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing
    )
)]

mod file;
mod keeper;
mod ring;

pub use file::KeyFile;
pub use keeper::{Keeper, Keys, Terms};
pub use ring::{KeyError, KeyRing};
