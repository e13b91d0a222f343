//! The admin's own patterns: regular expressions of the crate `regex`, whose time grows with the
//! text only, and whose size has a limit.

use regex::{Regex, RegexBuilder};

use crate::masking::{Kind, Kinds, NoSuchKind, Span};

/// Of the expression as it was typed, in bytes.
const LONGEST: usize = 500;
/// Of the expression compiled, in bytes; `\w{50}` of Unicode fits, `(\w{50}){50}` does not.
const SIZE: usize = 1 << 20;
/// How many an installation's service may have.
const MOST: usize = 50;
/// Found in one text by one pattern. Looking for all matches can take quadratic time.
const MATCHES: usize = 20_000;

/// A pattern of the admin: what it finds is of the kind `custom:<name>`.
#[derive(Clone, Debug)]
pub struct Pattern {
    kind: Kind,
    regex: Regex,
}

impl Pattern {
    pub fn new(name: &str, expression: &str) -> Result<Self, BadPattern> {
        let kind = Kind::custom(name)?;
        if expression.len() > LONGEST {
            return Err(BadPattern::TooLong);
        }
        let regex = RegexBuilder::new(expression)
            .size_limit(SIZE)
            .dfa_size_limit(SIZE)
            .build()
            .map_err(|error| match error {
                regex::Error::CompiledTooBig(_) => BadPattern::TooLarge,
                error => BadPattern::Syntax(error.to_string()),
            })?;
        if regex.is_match("") {
            return Err(BadPattern::MatchesNothing);
        }
        Ok(Self { kind, regex })
    }

    pub const fn kind(&self) -> &Kind {
        &self.kind
    }

    pub fn expression(&self) -> &str {
        self.regex.as_str()
    }
}

/// Why a pattern cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPattern {
    #[error("a pattern's name has a to z, 0 to 9 and _, begins with a letter, and has at most 40")]
    Name(#[from] NoSuchKind),
    #[error("a pattern has at most {LONGEST} bytes")]
    TooLong,
    #[error("this pattern grows too large when it is compiled; make its repetitions smaller")]
    TooLarge,
    #[error("a pattern must not match the empty text; use + where there is *")]
    MatchesNothing,
    #[error("{0}")]
    Syntax(String),
    #[error("there are at most {MOST} patterns")]
    TooMany,
}

pub(super) struct Patterns(Vec<Pattern>);

impl Patterns {
    pub fn new(patterns: &[Pattern]) -> Result<Self, BadPattern> {
        if patterns.len() > MOST {
            return Err(BadPattern::TooMany);
        }
        Ok(Self(patterns.to_vec()))
    }

    pub fn find(&self, text: &str, enabled: &Kinds, found: &mut Vec<Span>) {
        for pattern in &self.0 {
            if !enabled.contains(&pattern.kind) {
                continue;
            }
            let matches = pattern.regex.find_iter(text).take(MATCHES);
            found.extend(matches.map(|at| Span::new(at.start(), at.end(), pattern.kind.clone())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::masking::Detectors;

    #[test]
    fn a_pattern_of_the_admin_finds_what_it_says() {
        let staff = Pattern::new("staff", r"\bE-\d{6}\b").unwrap();
        let detectors = Detectors::new(&[staff]).unwrap();
        let spans = detectors.find("I am E-123456, not E-1234567.", &Kinds::all());
        let staff = Kind::custom("staff").unwrap();
        assert_eq!(spans.as_slice(), [Span::new(5, 13, staff)]);
        let none = detectors.find("I am E-123456.", &Kind::BUILT_IN.into_iter().collect());
        assert!(none.is_empty());
    }

    #[test]
    fn a_pattern_that_cannot_be_used_is_refused_with_the_reason() {
        assert!(matches!(Pattern::new("No", "a"), Err(BadPattern::Name(_))));
        assert!(matches!(Pattern::new("a", "("), Err(BadPattern::Syntax(_))));
        assert_eq!(
            Pattern::new("a", "x*").unwrap_err(),
            BadPattern::MatchesNothing
        );
        assert_eq!(
            Pattern::new("a", &"a".repeat(501)).unwrap_err(),
            BadPattern::TooLong
        );
        let bomb = r"((\w{50}){50}){50}";
        assert_eq!(Pattern::new("a", bomb).unwrap_err(), BadPattern::TooLarge);
    }
}
