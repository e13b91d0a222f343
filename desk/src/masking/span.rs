//! Parts of a text, never less than what a reader sees as one character.

use serde::{Deserialize, Serialize};
use unicode_segmentation::GraphemeCursor;

use super::Kind;

/// A part of a text: offsets in bytes, the end not included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
}

impl Span {
    pub const fn new(start: usize, end: usize, kind: Kind) -> Self {
        Self { start, end, kind }
    }

    pub const fn len(&self) -> usize {
        self.end.saturating_sub(self.start)
    }

    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A part of a text: offsets in Unicode scalar values, the end not included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScalarSpan {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
}

/// The spans of one text: in order, not empty, on boundaries of graphemes, and none overlaps
/// another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Spans(Vec<Span>);

impl Spans {
    /// Puts spans of this text in order. Each grows to whole graphemes; of those that overlap one
    /// is made, of the kind of the longer; what lies outside the text is left out.
    pub fn new(text: &str, spans: impl IntoIterator<Item = Span>) -> Self {
        let mut spans: Vec<Span> = spans
            .into_iter()
            .filter_map(|span| whole_graphemes(text, span))
            .collect();
        spans.sort_unstable_by(|a, b| (a.start, b.end).cmp(&(b.start, a.end)));
        let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
        // As a merged span grows, its kind stays that of the longest single span in it.
        let mut longest = 0;
        for span in spans {
            match merged.last_mut() {
                Some(last) if span.start < last.end => {
                    last.end = last.end.max(span.end);
                    if span.len() > longest {
                        longest = span.len();
                        last.kind = span.kind;
                    }
                }
                _ => {
                    longest = span.len();
                    merged.push(span);
                }
            }
        }
        Self(merged)
    }

    /// The whole text as one span of [`Kind::Text`].
    pub fn whole(text: &str) -> Self {
        Self::new(text, [Span::new(0, text.len(), Kind::Text)])
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Span> {
        self.0.iter()
    }

    pub fn as_slice(&self) -> &[Span] {
        &self.0
    }

    /// These and others of the same text.
    pub fn union(self, text: &str, others: impl IntoIterator<Item = Span>) -> Self {
        Self::new(text, self.0.into_iter().chain(others))
    }

    /// The same spans, counted in Unicode scalar values. One pass over the text.
    pub fn in_scalars(&self, text: &str) -> Vec<ScalarSpan> {
        let mut at = (0, 0);
        let mut count = |to: usize| {
            let between = text.get(at.0..to).unwrap_or_default();
            at = (to, at.1 + between.chars().count());
            at.1
        };
        self.iter()
            .map(|span| ScalarSpan {
                start: count(span.start),
                end: count(span.end),
                kind: span.kind.clone(),
            })
            .collect()
    }

    /// Spans counted in Unicode scalar values, as spans of this text.
    pub fn from_scalars(text: &str, spans: impl IntoIterator<Item = ScalarSpan>) -> Self {
        let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let byte = |scalar: usize| offsets.get(scalar).copied().unwrap_or(text.len());
        Self::new(
            text,
            spans
                .into_iter()
                .map(|span| Span::new(byte(span.start), byte(span.end), span.kind)),
        )
    }
}

impl IntoIterator for Spans {
    type Item = Span;
    type IntoIter = std::vec::IntoIter<Span>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Spans {
    type Item = &'a Span;
    type IntoIter = std::slice::Iter<'a, Span>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn whole_graphemes(text: &str, span: Span) -> Option<Span> {
    let end = span.end.min(text.len());
    if span.start >= end {
        return None;
    }
    let start = boundary_at_or_before(text, span.start);
    let end = boundary_at_or_after(text, end);
    Some(Span::new(start, end, span.kind))
}

fn boundary_at_or_before(text: &str, at: usize) -> usize {
    let at = (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0);
    if is_plain_boundary(text, at) {
        return at;
    }
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(true) => at,
        _ => match cursor.prev_boundary(text, 0) {
            Ok(Some(before)) => before,
            _ => 0,
        },
    }
}

fn boundary_at_or_after(text: &str, at: usize) -> usize {
    let at = (at..text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len());
    if is_plain_boundary(text, at) {
        return at;
    }
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(true) => at,
        _ => match cursor.next_boundary(text, 0) {
            Ok(Some(after)) => after,
            _ => text.len(),
        },
    }
}

/// Between two ASCII characters there is always a boundary, but for a line end of two.
fn is_plain_boundary(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    match (before, bytes.get(at)) {
        (Some(before), Some(after)) => before.is_ascii() && after.is_ascii() && *after != b'\n',
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(start: usize, end: usize) -> Span {
        Span::new(start, end, Kind::Card)
    }

    #[test]
    fn overlapping_spans_become_one_of_the_longer_kind() {
        let text = "0123456789";
        let phone = Span::new(2, 9, Kind::Phone);
        let spans = Spans::new(text, [card(7, 10), phone, card(0, 3)]);
        assert_eq!(spans.as_slice(), [Span::new(0, 10, Kind::Phone)]);
        let beside = Spans::new(text, [card(3, 6), card(0, 3)]);
        assert_eq!(beside.as_slice(), [card(0, 3), card(3, 6)]);
    }

    #[test]
    fn spans_outside_the_text_and_empty_ones_are_left_out() {
        let (backwards, empty, beyond) = (card(2, 1), card(1, 1), card(4, 9));
        assert!(Spans::new("abc", [backwards, empty, beyond]).is_empty());
        assert_eq!(Spans::new("abc", [card(1, 9)]).as_slice(), [card(1, 3)]);
    }

    #[test]
    fn a_span_never_cuts_what_is_seen_as_one_character() {
        for text in ["8\u{fe0f}\u{20e3}", "e\u{301}", "👨‍👩‍👧", "🇰🇷", "각", "\r\n"]
        {
            for at in 0..text.len() {
                let spans = Spans::new(text, [card(at, at + 1)]);
                assert_eq!(spans.as_slice(), [card(0, text.len())], "{text:?} at {at}");
            }
        }
    }

    #[test]
    fn offsets_in_scalar_values_go_there_and_back() {
        let text = "전화 010, 👍 카드 4111";
        let spans = Spans::new(text, [card(7, 10), card(text.len() - 4, text.len())]);
        let scalars = spans.in_scalars(text);
        assert_eq!((scalars[0].start, scalars[0].end), (3, 6));
        assert_eq!((scalars[1].start, scalars[1].end), (13, 17));
        assert_eq!(Spans::from_scalars(text, scalars), spans);
    }
}
