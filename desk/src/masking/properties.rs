//! What holds for every text.

use std::sync::LazyLock;

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::{Detectors, Kinds, Spans, Style, find_text, mask};

static DETECTORS: LazyLock<Detectors> = LazyLock::new(|| Detectors::new(&[]).unwrap());

/// Pieces of which hard texts are made.
const PIECES: &[&str] = &[
    "010-1234-5678",
    "01012345678",
    "4111 1111 1111 1111",
    "4111111111111111",
    "900101-1234568",
    "+82",
    "+1 ",
    "kim@example.com",
    "@",
    ".",
    "-",
    " ",
    "\u{a0}",
    "\u{200b}",
    "(",
    ")",
    "/",
    ",",
    ":",
    "::",
    "=",
    "*",
    "\"",
    "'",
    "0",
    "1",
    "12",
    "345",
    "6789",
    "１２３４",
    "٣",
    "\u{fe0f}\u{20e3}",
    "\u{301}",
    "👨‍👩‍👧",
    "🇰🇷",
    "각",
    "전화",
    "카드",
    "order ",
    "password: ",
    "비밀번호는 ",
    "token=",
    "key ",
    "sk-",
    "ghp_",
    "eyJ",
    "://",
    "DE89370400440532013000",
    "DE89 ",
    "AKIA",
    "192.168.0.1",
    "2001:db8::1",
    "a",
    "Z",
    "입니다",
    "\n",
    "\r\n",
    "12-34-567890-12",
    "110-123-456789",
    "219-45-6789",
    "M12345678",
    "여권 ",
    "계좌 ",
    "-----BEGIN PRIVATE KEY-----",
    "ı",
    "ß",
    "ﬁ",
];

fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES), 0..14);
    prop_oneof![
        4 => pieces.prop_map(|pieces| pieces.concat()),
        1 => any::<String>(),
        1 => "[0-9 .()+@a-f:-]{0,60}",
    ]
}

fn is_on_graphemes(text: &str, spans: &Spans) -> bool {
    let mut boundaries: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
    boundaries.push(text.len());
    spans.iter().all(|span| {
        boundaries.binary_search(&span.start).is_ok() && boundaries.binary_search(&span.end).is_ok()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn spans_are_in_order_whole_and_apart(text in texts()) {
        let spans = DETECTORS.find(&text, &Kinds::all());
        prop_assert!(is_on_graphemes(&text, &spans));
        prop_assert!(spans.iter().all(|span| span.start < span.end && span.end <= text.len()));
        prop_assert!(spans.as_slice().windows(2).all(|pair| pair[0].end <= pair[1].start));
        let scalars = spans.in_scalars(&text);
        prop_assert_eq!(Spans::from_scalars(&text, scalars), spans);
    }

    #[test]
    fn masking_keeps_the_length_and_leaves_nothing_to_find(text in texts()) {
        let spans = DETECTORS.find(&text, &Kinds::all());
        let masked = mask(&text, &spans, &Style::default());
        prop_assert_eq!(masked.as_str().graphemes(true).count(), text.graphemes(true).count());
        let again = DETECTORS.find(masked.as_str(), &Kinds::all());
        prop_assert!(again.is_empty(), "{:?} became {:?}, where {:?}", text, masked, again);
    }

    #[test]
    fn parts_of_any_kind_are_looked_at_without_harm(parts in prop::collection::vec(texts(), 0..5)) {
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let found = DETECTORS.across(&parts, &Kinds::all());
        prop_assert_eq!(found.len(), parts.len());
        for (part, spans) in parts.iter().zip(&found) {
            prop_assert!(is_on_graphemes(part, spans));
        }
    }

    #[test]
    fn a_text_is_found_in_itself(text in texts(), wanted in texts()) {
        prop_assert!(is_on_graphemes(&text, &find_text(&text, &wanted)));
        let joined = format!("{text}\n{wanted}");
        if wanted.chars().any(char::is_alphanumeric) {
            prop_assert!(!find_text(&joined, &wanted).is_empty());
        }
    }
}

#[test]
fn what_was_masked_is_not_found_again_whatever_stands_between_the_asterisks() {
    for text in [
        "password: 345token=token=\u{200b}",
        "password: +82010-1234-5678",
        "pw=\u{17}\0\0\0\0\0",
    ] {
        let masked = mask(
            text,
            &DETECTORS.find(text, &Kinds::all()),
            &Style::default(),
        );
        let again = DETECTORS.find(masked.as_str(), &Kinds::all());
        assert!(
            again.is_empty(),
            "{text:?} became {masked:?}, where {again:?}"
        );
    }
}
