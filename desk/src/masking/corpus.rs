//! Messages with personal data and messages with what only looks like it, made of templates and
//! generated numbers, and labelled. The same seed makes the same corpus.

mod near;
mod numbers;
mod templates;

use super::{Kind, Span};
use numbers::number_of;

/// A message and what must be found in it.
#[derive(Clone, Debug)]
pub struct Labelled {
    pub text: String,
    pub spans: Vec<Span>,
}

/// So many messages: half hold something, half only what looks like it or nothing.
pub fn corpus(seed: u64, messages: usize) -> Vec<Labelled> {
    let mut dice = Dice::new(seed);
    (0..messages).map(|_| message(&mut dice)).collect()
}

fn message(dice: &mut Dice) -> Labelled {
    if dice.one_in(2) {
        let text = near::message(dice);
        return Labelled {
            text,
            spans: Vec::new(),
        };
    }
    let kind = dice.pick(&Kind::BUILT_IN).clone();
    let template = *dice.pick(templates::of(&kind));
    let number = number_of(&kind, dice);
    let (head, tail) = template.split_once("{}").unwrap_or((template, ""));
    let mut text = head.to_owned();
    let start = text.len();
    text.push_str(&number);
    let spans = vec![Span::new(start, text.len(), kind)];
    text.push_str(tail);
    if dice.one_in(4) {
        text.push(' ');
        text.push_str(dice.pick::<&str>(templates::PROSE));
    }
    Labelled { text, spans }
}

/// So many bytes of sentences without a number.
pub fn prose(seed: u64, bytes: usize) -> String {
    let mut dice = Dice::new(seed);
    filled(bytes, || (*dice.pick(templates::PROSE)).to_owned())
}

/// So many bytes of messages most of which are numbers.
pub fn dense(seed: u64, bytes: usize) -> String {
    let mut dice = Dice::new(seed);
    filled(bytes, || message(&mut dice).text)
}

fn filled(bytes: usize, mut sentence: impl FnMut() -> String) -> String {
    let mut text = String::with_capacity(bytes + 200);
    while text.len() < bytes {
        text.push_str(&sentence());
        text.push('\n');
    }
    text
}

/// Numbers that look random and are the same for the same seed (SplitMix64, Steele and others 2014).
pub(crate) struct Dice(u64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub const fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn between(&mut self, first: u64, last: u64) -> u64 {
        first + self.roll() % (last - first + 1)
    }

    pub fn one_in(&mut self, n: u64) -> bool {
        self.roll().is_multiple_of(n)
    }

    #[allow(
        clippy::indexing_slicing,
        reason = "within its length; an empty list is a mistake here"
    )]
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let len = from.len() as u64;
        &from[usize::try_from(self.roll() % len).unwrap_or(0)]
    }

    pub fn digits(&mut self, count: usize) -> String {
        self.of("0123456789", count)
    }

    pub fn of(&mut self, alphabet: &str, count: usize) -> String {
        let alphabet: Vec<char> = alphabet.chars().collect();
        (0..count).map(|_| *self.pick(&alphabet)).collect()
    }

    /// `#` becomes a digit, `^` a capital letter, `~` a hexadecimal digit.
    pub fn fill(&mut self, form: &str) -> String {
        form.chars()
            .map(|c| match c {
                '#' => *self.pick(&DIGITS),
                '^' => char::from(b'A' + u8::try_from(self.roll() % 26).unwrap_or(0)),
                '~' => *self.pick(&HEX),
                c => c,
            })
            .collect()
    }
}

const DIGITS: [char; 10] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
const HEX: [char; 16] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
];
