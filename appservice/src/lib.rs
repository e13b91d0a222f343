//! appservice.
