//! What is hidden: where personal data stands in a text, and the text without it.

#[cfg(any(test, feature = "testing"))]
pub mod corpus;
pub mod detect;
mod find_text;
mod kind;
mod masked;
#[cfg(test)]
mod properties;
mod span;

pub use detect::{BadPattern, Detectors, NoSuchRegion, Pattern, Region};
pub use find_text::find_text;
pub use kind::{Kind, Kinds, NoSuchKind};
pub use masked::{Masked, Style, mask};
pub use span::{ScalarSpan, Span, Spans};
