//! A text without what is hidden.

use std::fmt;

use unicode_segmentation::UnicodeSegmentation;

use super::{Span, Spans};

/// Text in which every span the policy hides was replaced by asterisks.
///
/// There is no `From<String>`: holding a `Masked` proves that [`mask`] ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked(String);

impl Masked {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How hidden parts look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Spaces and punctuation inside numbers stay: `***-****-****`.
    pub keep_separators: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            keep_separators: true,
        }
    }
}

/// Replaces each grapheme of the spans by one asterisk. Line ends and other control characters stay. Spans that cannot be this
/// text's hide all of it.
pub fn mask(text: &str, spans: &Spans, style: &Style) -> Masked {
    let fit = spans
        .iter()
        .all(|span| text.get(span.start..span.end).is_some());
    if !fit {
        return mask(text, &Spans::whole(text), style);
    }
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        masked.push_str(text.get(at..span.start).unwrap_or_default());
        for grapheme in text
            .get(span.start..span.end)
            .unwrap_or_default()
            .graphemes(true)
        {
            if stays(grapheme, span, *style) {
                masked.push_str(grapheme);
            } else {
                masked.push('*');
            }
        }
        at = span.end;
    }
    masked.push_str(text.get(at..).unwrap_or_default());
    Masked(masked)
}

/// Line ends and other characters nothing joins (GB4 and GB5 of UAX #29). They stay: a mark behind
/// them would join the asterisk in their place, and the places behind it were others.
pub(super) fn is_control(grapheme: &str) -> bool {
    !grapheme.starts_with(char::is_alphanumeric)
        && format!("{grapheme}\u{301}").graphemes(true).count() > 1
}

fn stays(grapheme: &str, span: &Span, style: Style) -> bool {
    if is_control(grapheme) {
        return true;
    }
    style.keep_separators
        && span.kind.has_separators()
        && !grapheme.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::masking::Kind;

    fn masked(text: &str, part: &str, kind: Kind, keep_separators: bool) -> String {
        let start = text.find(part).unwrap();
        let spans = Spans::new(text, [Span::new(start, start + part.len(), kind)]);
        mask(text, &spans, &Style { keep_separators }).into_string()
    }

    #[test]
    fn each_grapheme_becomes_one_asterisk() {
        let cases = [
            (
                "call 010-1234-5678!",
                "010-1234-5678",
                Kind::Phone,
                true,
                "call ***-****-****!",
            ),
            (
                "call 010-1234-5678!",
                "010-1234-5678",
                Kind::Phone,
                false,
                "call *************!",
            ),
            (
                "4111 1111 1111 1111",
                "4111 1111 1111 1111",
                Kind::Card,
                true,
                "**** **** **** ****",
            ),
            (
                "비번 꽃🇰🇷8\u{fe0f}\u{20e3}",
                "꽃🇰🇷8\u{fe0f}\u{20e3}",
                Kind::Secret,
                true,
                "비번 ***",
            ),
            ("a@b.co", "a@b.co", Kind::Email, true, "******"),
            (
                "one\ntwo\r\n",
                "one\ntwo\r\n",
                Kind::Text,
                false,
                "***\n***\r\n",
            ),
            (
                "a\u{2}\u{6e1}b\u{600}\u{2}\u{6e1}",
                "a\u{2}\u{6e1}b\u{600}\u{2}",
                Kind::Text,
                false,
                "*\u{2}***\u{2}\u{6e1}",
            ),
        ];
        for (text, part, kind, keep, expected) in cases {
            assert_eq!(masked(text, part, kind, keep), expected, "{text}");
        }
    }

    #[test]
    fn spans_of_another_text_hide_all() {
        let spans = Spans::new("a long text", [Span::new(4, 9, Kind::Text)]);
        assert_eq!(mask("각각", &spans, &Style::default()).as_str(), "**");
    }
}
