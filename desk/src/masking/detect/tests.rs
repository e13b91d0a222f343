//! What is found in what people write: `lines.txt`, made by hand.

use super::*;
use crate::masking::corpus;

/// A line without its marks, and what they say: kinds and bytes.
fn read(line: &str) -> (String, Vec<Span>) {
    let (mut text, mut spans) = (String::new(), Vec::new());
    for (place, piece) in line.split('«').enumerate() {
        if place == 0 {
            text.push_str(piece);
            continue;
        }
        let (marked, rest) = piece.split_once('»').unwrap();
        let (kind, found) = marked.split_once(' ').unwrap();
        let start = text.len();
        text.push_str(found);
        spans.push(Span::new(start, text.len(), kind.parse().unwrap()));
        text.push_str(rest);
    }
    (text, spans)
}

fn marked(text: &str, spans: &Spans) -> String {
    let mut line = text.to_owned();
    for span in spans.as_slice().iter().rev() {
        line.insert(span.end, '»');
        line.insert_str(span.start, &format!("«{} ", span.kind));
    }
    line
}

#[test]
fn what_people_write_is_found_and_nothing_else() {
    let detectors = Detectors::new(&[]).unwrap();
    let mut wrong = Vec::new();
    for line in include_str!("lines.txt").lines() {
        if line.starts_with("# ") || line.is_empty() {
            continue;
        }
        let (text, expected) = read(line);
        let spans = detectors.find(&text, &Kinds::all());
        if spans.as_slice() != expected {
            wrong.push(format!("{line}\n  found {}", marked(&text, &spans)));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} lines:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// `cargo xtask bench masking` prints the same for each kind, of more messages.
#[test]
fn nearly_all_of_the_corpus_is_found_and_little_else() {
    let detectors = Detectors::new(&[]).unwrap();
    let (mut right, mut wrong, mut missed) = (0, 0, 0);
    for labelled in corpus::corpus(11, 4_000) {
        let found = detectors.find(&labelled.text, &Kinds::all());
        let agreed = found
            .iter()
            .filter(|span| labelled.spans.contains(span))
            .count();
        right += agreed;
        wrong += found.len() - agreed;
        missed += labelled.spans.len() - agreed;
    }
    assert!(right > 1_500);
    assert!(
        wrong * 100 < right && missed * 100 < right,
        "{wrong} wrong, {missed} missed of {right}"
    );
}
