//! Keys, tokens, passwords.

use crate::masking::Span;

pub(super) struct Secrets;

impl Secrets {
    pub fn new() -> Self {
        Self
    }

    pub fn find(&self, _text: &str, _found: &mut Vec<Span>) {}
}
