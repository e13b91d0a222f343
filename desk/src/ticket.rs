//! Tickets: what stays to be done after, or instead of, a chat.

use crate::ids::{ServiceSlug, Timestamp};

/// The longest subject, in Unicode scalar values.
pub const MAX_SUBJECT: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    pub service: ServiceSlug,
    /// Counts the tickets of a service from 1.
    pub number: u64,
    pub subject: String,
    pub description: String,
    /// Of whoever left the inquiry.
    pub name: Option<String>,
    pub email: Option<String>,
    pub tags: Vec<String>,
    pub created_at: Timestamp,
}

/// The tag of every ticket made by the inquiry form.
pub const TAG_INQUIRY: &str = "Inquiry";
