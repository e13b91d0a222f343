//! Numbers that begin in one message and end in a later one.

use super::{
    Detectors,
    digits::{digit_at, is_close, is_dash, is_dot, is_invisible, is_open, is_slash, is_space},
};
use crate::masking::{Kind, Kinds, Span, Spans};

/// Kinds that are numbers; an address or a password is not typed in pieces.
const KINDS: [Kind; 6] = [
    Kind::Card,
    Kind::KrRrn,
    Kind::Phone,
    Kind::UsSsn,
    Kind::KrAccount,
    Kind::Iban,
];

/// Messages of one number: a card, digit by digit.
const MOST_PARTS: usize = 19;
/// Of the first message, in bytes from its end: the words before a number count.
const HEAD: usize = 160;
/// Of the last, from its beginning.
const TAIL: usize = 96;

pub(super) fn across(detectors: &Detectors, parts: &[&str], enabled: &Kinds) -> Vec<Spans> {
    let wanted: Kinds = KINDS
        .into_iter()
        .filter(|kind| enabled.contains(kind))
        .collect();
    let mut found: Vec<Vec<Span>> = vec![Vec::new(); parts.len()];
    let mut first = 0;
    while first + 1 < parts.len() {
        let longest = chain(parts.get(first..).unwrap_or_default());
        let joined = (2..=longest).rev().find_map(|len| {
            let parts = parts.get(first..first + len)?;
            Chain {
                detectors,
                parts,
                wanted: &wanted,
            }
            .find()
        });
        first += match joined {
            Some(spans) => {
                let used = spans.len();
                for (offset, span) in spans.into_iter().enumerate() {
                    found
                        .get_mut(first + offset)
                        .into_iter()
                        .for_each(|part| part.push(span.clone()));
                }
                used - 1
            }
            None => 1,
        };
    }
    let spans = parts.iter().zip(found);
    spans.map(|(part, found)| Spans::new(part, found)).collect()
}

/// How many of these follow each other so that one number may go through all.
fn chain(parts: &[&str]) -> usize {
    let mut len = 1;
    for pair in parts.windows(2).take(MOST_PARTS - 1) {
        let [one, next] = pair else { break };
        let inner = len == 1 || is_number(one);
        if !inner || !ends_in_number(one) || !begins_with_number(next) {
            break;
        }
        len += 1;
    }
    len
}

fn is_between(c: char) -> bool {
    is_space(c)
        || is_dash(c)
        || is_dot(c)
        || is_slash(c)
        || is_open(c)
        || is_close(c)
        || is_invisible(c)
        || c == '\n'
}

/// Letters count, too: those of an IBAN.
fn ends_in_number(part: &str) -> bool {
    let trimmed = part.trim_end_matches(is_between);
    let last = trimmed.char_indices().next_back();
    last.is_some_and(|(at, c)| digit_at(part, at).is_some() || c.is_ascii_uppercase())
}

fn begins_with_number(part: &str) -> bool {
    let at = part.len() - part.trim_start_matches(is_between).len();
    digit_at(part, at).is_some()
        || part
            .get(at..)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
}

fn is_number(part: &str) -> bool {
    part.char_indices()
        .all(|(at, c)| is_between(c) || digit_at(part, at).is_some() || c.is_ascii_uppercase())
}

/// Messages that may hold one number together.
struct Chain<'a> {
    detectors: &'a Detectors,
    parts: &'a [&'a str],
    wanted: &'a Kinds,
}

impl Chain<'_> {
    /// The spans of the number that goes through all of these, one in each.
    fn find(&self) -> Option<Vec<Span>> {
        let dashes = self.parts.iter().any(|part| part.contains(is_dash));
        let joints = ["", " ", "-"];
        joints
            .into_iter()
            .filter(|joint| *joint != "-" || dashes)
            .find_map(|joint| self.joined_by(joint))
            .filter(|spans| !self.is_complete(spans))
    }

    fn joined_by(&self, joint: &str) -> Option<Vec<Span>> {
        let mut text = String::new();
        // Where each piece stands in the joined text, and in its part.
        let mut pieces = Vec::with_capacity(self.parts.len());
        for (place, part) in self.parts.iter().enumerate() {
            let (from, piece) = self.piece(place, part);
            if place > 0 {
                text.push_str(joint);
            }
            pieces.push((text.len(), from, piece.len()));
            text.push_str(piece);
        }
        let first_end = pieces.first().map(|(at, _, len)| at + len)?;
        let last_start = pieces.last().map(|(at, ..)| *at)?;
        let spans = self.detectors.find(&text, self.wanted);
        let span = spans
            .iter()
            .find(|span| span.start < first_end && span.end > last_start)?;
        if !self.is_sure(&text, span) {
            return None;
        }
        let spans = pieces.iter().map(|(at, from, len)| {
            let start = span.start.clamp(*at, at + len) - at + from;
            let end = span.end.clamp(*at, at + len) - at + from;
            Span::new(start, end, span.kind.clone())
        });
        Some(spans.collect())
    }

    /// What of a part can matter, and where it begins there. What people put at the joint, a dash
    /// or a space, is dropped: the joint is tried in all ways.
    fn piece<'b>(&self, place: usize, part: &'b str) -> (usize, &'b str) {
        let last = place + 1 == self.parts.len();
        let from = if place == 0 {
            boundary(part, part.len().saturating_sub(HEAD))
        } else {
            part.len()
                - part
                    .trim_start_matches(|c| is_between(c) && !is_open(c))
                    .len()
        };
        let to = if last {
            boundary(part, (from + TAIL).min(part.len()))
        } else {
            part.trim_end_matches(|c| is_between(c) && !is_close(c))
                .len()
        };
        (from, part.get(from..to).unwrap_or_default())
    }

    /// A number that only the words around make one is believed when the last message is nothing
    /// but its end: `my phone broke in 2023`, `12 days ago` is none.
    fn is_sure(&self, text: &str, span: &Span) -> bool {
        let bare = text.get(span.start..span.end).unwrap_or_default();
        let alone = self.detectors.find(bare, self.wanted);
        if alone.iter().any(|found| found.len() == bare.len()) {
            return true;
        }
        let rest = text.get(span.end..).unwrap_or_default();
        !rest.contains(|c: char| c.is_ascii_alphanumeric()) && rest.chars().count() <= 8
    }

    /// Some part has a whole number where the joined one would be.
    fn is_complete(&self, spans: &[Span]) -> bool {
        self.parts.iter().zip(spans).any(|(part, span)| {
            let alone = self.detectors.find(part, self.wanted);
            alone
                .iter()
                .any(|found| found.start < span.end && found.end > span.start)
        })
    }
}

fn boundary(text: &str, at: usize) -> usize {
    (at..text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(parts: &[&str]) -> Vec<Vec<String>> {
        let detectors = Detectors::new(&[]).unwrap();
        let spans = detectors.across(parts, &Kinds::all());
        parts
            .iter()
            .zip(spans)
            .map(|(part, spans)| {
                spans
                    .iter()
                    .map(|span| format!("{} {}", span.kind, &part[span.start..span.end]))
                    .collect()
            })
            .collect()
    }

    #[test]
    fn a_number_in_several_messages_is_found_in_all() {
        let cases: [(&[&str], &[&str]); 14] = [
            (
                &["제 번호는 010-1234", "5678이에요"],
                &["phone 010-1234", "phone 5678"],
            ),
            (
                &["010", "1234", "5678"],
                &["phone 010", "phone 1234", "phone 5678"],
            ),
            (&["010-1234-", "5678"], &["phone 010-1234", "phone 5678"]),
            (&["01012", "345678"], &["phone 01012", "phone 345678"]),
            (
                &["4111 1111", "1111", "1111"],
                &["card 4111 1111", "card 1111", "card 1111"],
            ),
            (
                &["my card: 4111 1111 1111", "1111 ok?"],
                &["card 4111 1111 1111", "card 1111"],
            ),
            (
                &["41111111111", "11111"],
                &["card 41111111111", "card 11111"],
            ),
            (
                &["900101", "-1234568"],
                &["kr_rrn 900101", "kr_rrn 1234568"],
            ),
            (
                &["my ssn is 219-45", "6789"],
                &["us_ssn 219-45", "us_ssn 6789"],
            ),
            (
                &["계좌 신한 110-123", "456789"],
                &["kr_account 110-123", "kr_account 456789"],
            ),
            (
                &["+82 10 1234", "5678"],
                &["phone +82 10 1234", "phone 5678"],
            ),
            (
                &["DE89 3704 0044", "0532 0130 00"],
                &["iban DE89 3704 0044", "iban 0532 0130 00"],
            ),
            (&["call 202-555", "0142"], &["phone 202-555", "phone 0142"]),
            (
                &["카드번호는", "5555 5555", "5555 4444"],
                &["", "card 5555 5555", "card 5555 4444"],
            ),
        ];
        for (parts, expected) in cases {
            let found: Vec<String> = found(parts).iter().map(|spans| spans.join("")).collect();
            assert_eq!(found, expected, "{parts:?}");
        }
    }

    #[test]
    fn what_is_complete_or_ordinary_is_not_joined() {
        let cases: [&[&str]; 9] = [
            &["I have 3", "4 apples"],
            &["010-1234-5678", "5678"],
            &["010-1234-5678", "010-8765-4321"],
            &["my phone broke in 2023", "12 days ago it was fine"],
            &["order 41111111", "11111111"],
            &["2024", "01-15", "10:30"],
            &["room 12", "floor 3"],
            &["", "1234"],
            &["010-1234"],
        ];
        for parts in cases {
            assert!(
                found(parts).iter().all(Vec::is_empty),
                "{parts:?}: {:?}",
                found(parts)
            );
        }
    }

    #[test]
    fn a_card_digit_by_digit_is_found() {
        let parts: Vec<&str> = "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1".split(' ').collect();
        assert!(found(&parts).iter().all(|spans| spans.len() == 1));
    }
}
