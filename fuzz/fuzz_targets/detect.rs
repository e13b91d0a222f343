//! Any text: nothing panics, and masked text has nothing left to find.

#![no_main]

use std::sync::LazyLock;

use desk::masking::{Detectors, Kinds, Style, mask};
use libfuzzer_sys::fuzz_target;

static DETECTORS: LazyLock<Detectors> =
    LazyLock::new(|| Detectors::new(&[]).expect("there is no pattern"));

fuzz_target!(|text: &str| {
    let spans = DETECTORS.find(text, &Kinds::all());
    let masked = mask(text, &spans, &Style::default());
    assert!(DETECTORS.find(masked.as_str(), &Kinds::all()).is_empty());
    let parts: Vec<&str> = text.split('\n').collect();
    assert_eq!(DETECTORS.across(&parts, &Kinds::all()).len(), parts.len());
});
