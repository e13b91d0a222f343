//! What fuzzing found worth keeping (`fuzz/corpus`) goes through the same checks here.

use std::{fs, path::Path};

use desk::masking::{Detectors, Kind, Kinds, Span, Spans, Style, find_text, mask};

#[test]
fn the_corpus_of_fuzzing_harms_nothing_and_leaves_nothing_to_find() {
    let detectors = Detectors::new(&[]).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    let mut texts = 0;
    for target in ["detect", "spans"] {
        for file in fs::read_dir(folder.join(target)).unwrap() {
            let bytes = fs::read(file.unwrap().path()).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            let spans = detectors.find(&text, &Kinds::all());
            let masked = mask(&text, &spans, &Style::default());
            let again = detectors.find(masked.as_str(), &Kinds::all());
            assert!(
                again.is_empty(),
                "{text:?} became {masked:?}, where {again:?}"
            );
            let parts: Vec<&str> = text.split('\n').collect();
            assert_eq!(detectors.across(&parts, &Kinds::all()).len(), parts.len());
            let offsets = bytes
                .windows(2)
                .map(|pair| Span::new(pair[0].into(), pair[1].into(), Kind::Phone));
            let spans = Spans::new(&text, offsets);
            assert_eq!(Spans::from_scalars(&text, spans.in_scalars(&text)), spans);
            find_text(&text, text.get(..8).unwrap_or(&text));
            texts += 1;
        }
    }
    assert!(texts > 100);
}
