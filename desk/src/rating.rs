//! What a customer thinks of a chat.

use std::time::Duration;

use crate::{
    ids::{ChatId, Timestamp},
    refusal::Refusal,
};

/// The longest comment, in Unicode scalar values.
pub const MAX_COMMENT: usize = 500;
/// How long after its end a chat can be rated.
pub const OPEN_FOR: Duration = Duration::from_secs(7 * 24 * 3600);

/// There from the moment the customer was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rating {
    pub chat: ChatId,
    pub asked_at: Timestamp,
    pub given: Option<Given>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// 1 to 5.
    pub score: u8,
    pub comment: Option<String>,
    pub at: Timestamp,
}

impl Given {
    pub fn check(score: u8, comment: Option<&str>, at: Timestamp) -> Result<Self, Refusal> {
        if !(1..=5).contains(&score) {
            return Err(Refusal::invalid("score", "1 to 5"));
        }
        let comment = comment.map(str::trim).filter(|comment| !comment.is_empty());
        if comment.is_some_and(|comment| comment.chars().count() > MAX_COMMENT) {
            return Err(Refusal::invalid(
                "comment",
                format!("at most {MAX_COMMENT} characters"),
            ));
        }
        if comment.is_some_and(|comment| comment.contains('\0')) {
            return Err(Refusal::invalid(
                "comment",
                "a comment cannot hold the character U+0000",
            ));
        }
        Ok(Self {
            score,
            comment: comment.map(str::to_owned),
            at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(43_200_000);

    #[test]
    fn a_rating_is_one_to_five_with_a_short_comment() {
        let long = "가".repeat(MAX_COMMENT + 1);
        for (score, comment, kept) in [
            (1, None, Some(None)),
            (5, Some(" very\nkind "), Some(Some("very\nkind"))),
            (3, Some("  "), Some(None)),
            (0, None, None),
            (6, None, None),
            (5, Some(long.as_str()), None),
            (5, Some("a\0b"), None),
        ] {
            let given = Given::check(score, comment, NOON).ok();
            let comment_kept = given.as_ref().map(|given| given.comment.as_deref());
            assert_eq!(comment_kept, kept, "{score} {comment:?}");
        }
    }
}
