//! A text as it is when what was found in it is masked, and the way back.

use crate::masking::{Span, Spans, Style, mask};

pub(super) struct Hidden {
    masked: String,
    /// For each span: where it begins and ends in the masked text, and in the text.
    places: Vec<[usize; 4]>,
}

impl Hidden {
    pub fn new(text: &str, spans: &Spans) -> Self {
        let mut places = Vec::with_capacity(spans.len());
        let style = Style::default();
        let mut whole = String::with_capacity(text.len());
        let mut at = 0;
        for span in spans {
            whole.push_str(text.get(at..span.start).unwrap_or_default());
            let start = whole.len();
            let part = text.get(span.start..span.end).unwrap_or_default();
            let alone = Spans::new(part, [Span::new(0, part.len(), span.kind.clone())]);
            whole.push_str(mask(part, &alone, &style).as_str());
            places.push([start, whole.len(), span.start, span.end]);
            at = span.end;
        }
        whole.push_str(text.get(at..).unwrap_or_default());
        Self {
            masked: whole,
            places,
        }
    }

    pub fn text(&self) -> &str {
        &self.masked
    }

    /// A span of the masked text as one of the text; it grows over what it touches.
    pub fn back(&self, span: Span) -> Span {
        Span::new(
            self.offset(span.start, true),
            self.offset(span.end, false),
            span.kind,
        )
    }

    fn offset(&self, at: usize, is_start: bool) -> usize {
        let after = self
            .places
            .partition_point(|[start, ..]| *start < at + usize::from(is_start));
        let place = after.checked_sub(1).and_then(|last| self.places.get(last));
        match place {
            None => at,
            Some([_, end, from, to]) => {
                if at < *end || (at == *end && !is_start) {
                    if is_start { *from } else { *to }
                } else {
                    to + (at - end)
                }
            }
        }
    }
}
