//! Any text and any offsets: spans are in order, apart, on boundaries of graphemes; masking keeps
//! the number of graphemes; scalar offsets lead back.

#![no_main]

use desk::masking::{Kind, Span, Spans, Style, find_text, mask};
use libfuzzer_sys::fuzz_target;
use unicode_segmentation::UnicodeSegmentation;

fuzz_target!(|input: (&str, Vec<(u8, u8, u8)>, &str)| {
    let (text, offsets, wanted) = input;
    let kind = |number: u8| Kind::BUILT_IN[usize::from(number) % Kind::BUILT_IN.len()].clone();
    let spans = Spans::new(
        text,
        offsets
            .iter()
            .map(|(start, end, number)| Span::new((*start).into(), (*end).into(), kind(*number))),
    );
    for pair in spans.as_slice().windows(2) {
        assert!(pair[0].end <= pair[1].start);
    }
    for keep_separators in [true, false] {
        let masked = mask(text, &spans, &Style { keep_separators });
        assert_eq!(
            masked.as_str().graphemes(true).count(),
            text.graphemes(true).count()
        );
    }
    assert_eq!(Spans::from_scalars(text, spans.in_scalars(text)), spans);
    find_text(text, wanted);
});
