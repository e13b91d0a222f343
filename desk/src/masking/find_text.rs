//! Where a text that somebody typed stands in a message, however it was spaced there.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use super::{Kind, Span, Spans};

/// Shorter ones are looked for as they were typed: `12` is not in `1 2`.
const LONG_ENOUGH: usize = 4;
/// A number with fewer digits is no number that people write in several ways.
const NUMBER: usize = 6;

/// Every place where `wanted` stands in `text`. Case, full-width and other forms of a character
/// do not matter; nor do spaces and dashes, and in numbers no punctuation at all: `010-1234-5678`
/// is found in `010 1234 5678`. Empty if it is not there.
pub fn find_text(text: &str, wanted: &str) -> Spans {
    let exact = Folded::new(wanted, |_| true);
    let loose = Folded::new(wanted, |c| !is_spacing(c));
    if loose.chars.len() < LONG_ENOUGH {
        return Folded::new(text, |_| true).find(text, exact.folded.trim());
    }
    let found = Folded::new(text, |c| !is_spacing(c)).find(text, &loose.folded);
    if !found.is_empty() {
        return found;
    }
    let bare = Folded::new(wanted, char::is_alphanumeric);
    if bare.folded.chars().filter(char::is_ascii_digit).count() < NUMBER {
        return found;
    }
    Folded::new(text, char::is_alphanumeric).find(text, &bare.folded)
}

/// Spaces, dashes, and what cannot be seen.
fn is_spacing(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}' | '\u{200b}'..='\u{200f}'
                | '\u{2060}' | '\u{feff}' | 'ー' | '~' | '・' | '·'
        )
}

/// A text in one form of each character, and where each came from.
struct Folded {
    folded: String,
    /// For each character of `folded`: its offset there, and the grapheme it came from.
    chars: Vec<(usize, usize, usize)>,
}

impl Folded {
    fn new(text: &str, keeps: impl Fn(char) -> bool) -> Self {
        let mut folded = String::with_capacity(text.len());
        let mut chars = Vec::with_capacity(text.len());
        for (start, grapheme) in text.grapheme_indices(true) {
            for c in grapheme.nfkc().flat_map(char::to_lowercase) {
                if keeps(c) {
                    chars.push((folded.len(), start, start + grapheme.len()));
                    folded.push(c);
                }
            }
        }
        Self { folded, chars }
    }

    fn find(&self, text: &str, wanted: &str) -> Spans {
        if wanted.is_empty() {
            return Spans::default();
        }
        let spans = self.folded.match_indices(wanted).filter_map(|(at, found)| {
            let first = self.chars.partition_point(|(offset, ..)| *offset < at);
            let end = at + found.len();
            let after = self.chars.partition_point(|(offset, ..)| *offset < end);
            let (_, start, _) = self.chars.get(first)?;
            let (_, _, end) = self.chars.get(after.checked_sub(1)?)?;
            Some(Span::new(*start, *end, Kind::Text))
        });
        Spans::new(text, spans)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, wanted: &str) -> Vec<String> {
        find_text(text, wanted)
            .iter()
            .map(|span| text[span.start..span.end].to_owned())
            .collect()
    }

    #[test]
    fn a_typed_text_is_found_however_it_was_written() {
        let cases = [
            (
                "제 번호는 010 1234 5678 이에요",
                "010-1234-5678",
                "010 1234 5678",
            ),
            ("010-1234-5678", "01012345678", "010-1234-5678"),
            ("(010) 1234.5678 입니다", "010-1234-5678", "010) 1234.5678"),
            (
                "번호 ０１０－１２３４－５６７８",
                "010-1234-5678",
                "０１０－１２３４－５６７８",
            ),
            (
                "010\u{200b}12\u{a0}34–5678",
                "010 1234 5678",
                "010\u{200b}12\u{a0}34–5678",
            ),
            ("I am Anna  Smith.", "anna smith", "Anna  Smith"),
            ("cafe\u{301} au lait", "CAFÉ AU", "cafe\u{301} au"),
            ("강남구 역삼동 1-2", "강남구역삼동", "강남구 역삼동"),
            ("홍길동", "홍길동", "홍길동"),
            ("PIN 12", "12", "12"),
            ("the ﬁle name", "file", "ﬁle"),
        ];
        for (text, wanted, expected) in cases {
            assert_eq!(found(text, wanted), [expected], "{wanted:?} in {text:?}");
        }
    }

    #[test]
    fn every_place_counts_and_what_is_not_there_is_not_found() {
        assert_eq!(found("kim, Kim and KIM", "kim"), ["kim", "Kim", "KIM"]);
        for (text, wanted) in [
            ("1 2 apples", "12"),
            ("nothing", ""),
            ("a - b", "-- --"),
            ("costs 15 or 1.5", "010-1234-5678"),
            ("", "x"),
        ] {
            assert!(found(text, wanted).is_empty(), "{wanted:?} in {text:?}");
        }
    }
}
