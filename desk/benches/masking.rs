//! How well and how fast personal data is found: `cargo xtask bench masking`.

#![allow(clippy::cast_precision_loss, reason = "figures for people")]

use std::{collections::BTreeMap, hint::black_box, time::Instant};

use desk::masking::{
    Detectors, Kind, Kinds,
    corpus::{Labelled, corpus, dense, prose},
};

const SEED: u64 = 4;
const MESSAGES: usize = 50_000;
const MB: usize = 1_000_000;

/// The kinds with a structure of their own; the others need words around them.
const STRUCTURED: [Kind; 6] = [
    Kind::Card,
    Kind::KrRrn,
    Kind::Phone,
    Kind::Email,
    Kind::Iban,
    Kind::Ip,
];

#[derive(Clone, Copy, Default)]
struct Count {
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Count {
    fn line(self, name: &str) {
        let share = |of: usize| {
            let all = self.right + of;
            if all == 0 {
                1.0
            } else {
                self.right as f64 / all as f64
            }
        };
        println!(
            "{name:<16} {:>9.4} {:>9.4} {:>8} {:>7} {:>7}",
            share(self.wrong),
            share(self.missed),
            self.right,
            self.wrong,
            self.missed
        );
    }
}

fn main() {
    let detectors = Detectors::new(&[]).unwrap_or_else(|error| {
        eprintln!("{error}");
        std::process::exit(1)
    });
    let show = std::env::args().any(|word| word == "--mistakes");
    quality(&detectors, show);
    speed(&detectors);
}

/// A span counts as right only if start, end and kind are.
fn quality(detectors: &Detectors, show: bool) {
    let mut counts: BTreeMap<Kind, Count> = BTreeMap::new();
    for Labelled { text, spans } in corpus(SEED, MESSAGES) {
        let found = detectors.find(&text, &Kinds::all());
        for span in &found {
            let count = counts.entry(span.kind.clone()).or_default();
            if spans.contains(span) {
                count.right += 1;
            } else {
                count.wrong += 1;
            }
        }
        for span in &spans {
            if !found.iter().any(|other| other == span) {
                counts.entry(span.kind.clone()).or_default().missed += 1;
            }
        }
        if show && found.as_slice() != spans {
            println!("{text}\n  is {spans:?}\n  found {found:?}");
        }
    }
    println!("{MESSAGES} messages        precision    recall    right   wrong  missed");
    let mut structured = Count::default();
    for (kind, count) in counts {
        count.line(&kind.to_string());
        if STRUCTURED.contains(&kind) {
            structured.right += count.right;
            structured.wrong += count.wrong;
            structured.missed += count.missed;
        }
    }
    structured.line("structured kinds");
}

fn speed(detectors: &Detectors) {
    println!("\nMB/s, one core, all kinds");
    for (name, text) in [
        ("prose", prose(SEED, 8 * MB)),
        ("dense with numbers", dense(SEED, 8 * MB)),
    ] {
        println!("{name:<20} {:>8.1}", 8.0 / seconds(detectors, &text));
    }
    println!("\nworst cases          100 kB       1 MB    ratio");
    for piece in [
        "1",
        "@",
        "1 1 1 1 ",
        "a.a.a.",
        "a@",
        "-",
        "1-",
        "4111 ",
        "+1 ",
        "::",
        "a:",
        "1.",
        "eyJ",
        "password: ",
        "://a:b",
        "0101234",
        "(0",
        "９",
        "DE00",
        "user@a.",
        "key ",
        "sk-",
        "010-1234-567 ",
        "-----BEGIN ",
    ] {
        let short = seconds(detectors, &piece.repeat(MB / 10 / piece.len()));
        let long = seconds(detectors, &piece.repeat(MB / piece.len()));
        println!(
            "{piece:<18} {:>8.2} ms {:>8.2} ms {:>7.1}",
            short * 1e3,
            long * 1e3,
            long / short
        );
    }
}

/// The best of some: other work on the machine makes all slower, none faster.
fn seconds(detectors: &Detectors, text: &str) -> f64 {
    (0..5)
        .map(|_| {
            let begun = Instant::now();
            black_box(detectors.find(black_box(text), &Kinds::all()));
            begun.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}
