//! Finds personal data in a text: in one pass that looks closer only where something begins that
//! could be some, so that prose costs next to nothing and no input more than linear time.

mod account;
mod card;
mod context;
mod digits;
mod email;
mod hidden;
mod iban;
mod identity;
mod ip;
mod number;
mod patterns;
mod phone;
mod rrn;
mod secret;
mod split;
#[cfg(test)]
mod tests;

pub use patterns::{BadPattern, Pattern};
pub use phone::{NoSuchRegion, Region};

use unicode_segmentation::UnicodeSegmentation;

use super::{Kind, Kinds, Span, Spans, masked::is_control};
use hidden::Hidden;
use patterns::Patterns;

/// Looks at one text; two are enough for all but what is made to need more.
const MOST_LOOKS: usize = 8;

/// Everything that finds personal data, compiled once.
pub struct Detectors {
    region: Region,
    secrets: secret::Secrets,
    patterns: Patterns,
}

impl Detectors {
    /// Phone numbers without a country are Korean until [`Self::with_region`] says otherwise.
    pub fn new(patterns: &[Pattern]) -> Result<Self, BadPattern> {
        Ok(Self {
            region: Region::KOREA,
            secrets: secret::Secrets::new(),
            patterns: Patterns::new(patterns)?,
        })
    }

    #[must_use]
    pub fn with_region(mut self, region: Region) -> Self {
        self.region = region;
        self
    }

    /// What of these kinds is in the text. In the text masked so, nothing more is found: what is
    /// seen only when its neighbour is hidden counts, too.
    pub fn find(&self, text: &str, enabled: &Kinds) -> Spans {
        let mut spans = self.look(text, enabled);
        for _ in 0..MOST_LOOKS {
            if spans.is_empty() {
                return spans;
            }
            let hidden = Hidden::new(text, &spans);
            let more = self.look(hidden.text(), enabled);
            if more.is_empty() {
                return spans;
            }
            let more: Vec<Span> = more.into_iter().map(|span| hidden.back(span)).collect();
            spans = spans.union(text, more);
        }
        spans
    }

    fn look(&self, text: &str, enabled: &Kinds) -> Spans {
        let mut found = Vec::new();
        self.scan(text, enabled, &mut found);
        if enabled.contains(&Kind::Secret) {
            self.secrets.find(text, &mut found);
        }
        self.patterns.find(text, enabled, &mut found);
        found.retain(|span| !is_hidden(text.get(span.start..span.end).unwrap_or_default()));
        if found.is_empty() {
            return Spans::default();
        }
        Spans::new(text, found)
    }

    /// What begins in one of these texts and ends in another: consecutive messages of one sender,
    /// the newest last. The spans of each, without those that [`Self::find`] finds in it alone.
    pub fn across(&self, parts: &[&str], enabled: &Kinds) -> Vec<Spans> {
        split::across(self, parts, enabled)
    }

    /// Goes through the text byte by byte and stops where something may begin.
    fn scan(&self, text: &str, enabled: &Kinds, found: &mut Vec<Span>) {
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut scan = number::Scan::new(text, self.region, enabled);
        while let Some(next) = next_trigger(bytes, at) {
            at = match bytes.get(next) {
                Some(b'@') => email::find(text, next, 1, enabled, found),
                Some(b':') => ip::find_v6(text, next, enabled, found),
                Some(0xef) if text.get(next..).is_some_and(|rest| rest.starts_with('＠')) => {
                    email::find(text, next, '＠'.len_utf8(), enabled, found)
                }
                _ => match digits::digit_at(text, next) {
                    Some(_) => scan.run(next, found),
                    None => next + 1,
                },
            };
        }
    }
}

/// Where the next byte is at which something may begin.
fn next_trigger(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let trigger = |byte: &u8| TRIGGERS.get(usize::from(*byte)).copied().unwrap_or(false);
    rest.iter().position(trigger).map(|offset| from + offset)
}

/// Digits, `@`, `:`, and the first bytes of digits of other scripts.
static TRIGGERS: [bool; 256] = triggers();

#[allow(clippy::indexing_slicing, reason = "checked when it is compiled")]
const fn triggers() -> [bool; 256] {
    let mut table = [false; 256];
    let mut digit = b'0';
    while digit <= b'9' {
        table[digit as usize] = true;
        digit += 1;
    }
    let others = [b'@', b':', 0xef, 0xd9, 0xdb, 0xf0];
    let mut at = 0;
    while at < others.len() {
        table[others[at] as usize] = true;
        at += 1;
    }
    table
}

/// Asterisks and what masking leaves between them: nothing is left to hide.
fn is_hidden(found: &str) -> bool {
    let stays = || found.contains('*') || found.graphemes(true).all(is_control);
    !found.contains(char::is_alphanumeric) && stays()
}
