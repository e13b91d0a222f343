//! The masks over parts of messages: where they lie, who put them there, and what is under them.

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    event::Message,
    ids::{AgentId, ChatId, MaskId, MessageId, Timestamp},
    masking::{Kind, Spans, Style, mask},
    reading,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    pub id: MaskId,
    pub chat: ChatId,
    pub message: MessageId,
    /// Counts the chat's masks from 1.
    pub number: u64,
    /// `None`: the service's policies.
    pub by: Option<AgentId>,
    pub at: Timestamp,
    pub runs: Vec<Run>,
    /// When it was shown to everybody again.
    pub undone_at: Option<Timestamp>,
}

/// A masked part of a message, in grapheme clusters (Unicode UAX #29). A mask is as long as what
/// it covers, so the numbers stay right when another mask is added or taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    #[serde(default, skip_serializing_if = "Part::is_text")]
    pub part: Part,
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    #[default]
    Text,
    FileName,
}

impl Part {
    fn is_text(&self) -> bool {
        *self == Self::Text
    }
}

/// What a mask covers, as it was. Overwritten when it is dropped.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
pub struct Covered {
    /// One for each run, in their order.
    pub originals: Vec<String>,
    /// The formatting there was before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
}

/// Encrypted with a key that is not in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The id of the key.
    pub key: String,
    pub nonce: Vec<u8>,
    pub bytes: Vec<u8>,
}

impl Mask {
    /// Where the mask lies over this part of the message as it is now, in Unicode scalar values.
    pub fn scalars<'m>(&'m self, message: &'m Message, part: Part) -> Vec<(usize, usize)> {
        let Some(text) = text_of(message, part) else {
            return Vec::new();
        };
        let runs = self.runs.iter().filter(|run| run.part == part);
        runs.filter_map(|run| {
            let (start, end) = bytes(text, run)?;
            let scalars = |upto: usize| text.get(..upto).map(|before| before.chars().count());
            Some((scalars(start)?, scalars(end)?))
        })
        .collect()
    }
}

/// What is hidden of a message, and what was there.
pub struct Cover {
    pub runs: Vec<Run>,
    pub covered: Covered,
}

impl Cover {
    /// Each part that is hidden now, as it was.
    pub fn hidden(&self) -> Vec<(&str, &Kind)> {
        let kinds = self.runs.iter().map(|run| &run.kind);
        let originals = self.covered.originals.iter();
        originals.map(String::as_str).zip(kinds).collect()
    }
}

/// Where something of a message shall be hidden.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    pub text: Spans,
    pub file_name: Spans,
    /// The formatting says something that shall be hidden and the plain words do not.
    pub formatting: bool,
}

/// Hides these places of the message, also where its formatting says the same. Nothing when all of
/// it is hidden already.
pub fn cover(message: &mut Message, places: &Places, style: &Style) -> Option<Cover> {
    let mut runs = Vec::new();
    let mut originals = Vec::new();
    for (part, spans) in [
        (Part::Text, &places.text),
        (Part::FileName, &places.file_name),
    ] {
        let Some(text) = text_mut(message, part) else {
            continue;
        };
        let masked = mask(text, spans, style).into_string();
        if masked == *text {
            continue;
        }
        for span in spans {
            let original = text.get(span.start..span.end).unwrap_or_default();
            runs.push(Run {
                part,
                start: graphemes(text, span.start),
                end: graphemes(text, span.end),
                kind: span.kind.clone(),
            });
            originals.push(original.to_owned());
        }
        std::mem::replace(text, masked).zeroize();
    }
    if runs.is_empty() && !(places.formatting && message.html.is_some()) {
        return None;
    }
    let html = message.html.take();
    let kinds = runs.iter().map(|run| run.kind.clone());
    let hidden: Vec<_> = originals.iter().cloned().zip(kinds).collect();
    message.html = html
        .as_deref()
        .filter(|_| !places.formatting)
        .and_then(|html| reading::masked(html, &hidden, style));
    message.masked = true;
    Some(Cover {
        runs,
        covered: Covered { originals, html },
    })
}

/// Puts back what is under a mask, where it still fits; says whether all did. The newest mask comes
/// off first.
pub fn uncover(message: &mut Message, runs: &[Run], covered: &Covered) -> bool {
    let mut whole = true;
    // From the back, so that the places of the others stay right.
    let mut pairs: Vec<(&Run, &String)> = runs.iter().zip(&covered.originals).collect();
    pairs.sort_by_key(|(run, _)| std::cmp::Reverse(run.start));
    for (run, original) in pairs {
        let place = text_of(message, run.part).and_then(|text| bytes(text, run));
        match (place, text_mut(message, run.part)) {
            (Some((start, end)), Some(text)) => text.replace_range(start..end, original),
            _ => whole = false,
        }
    }
    message.html.clone_from(&covered.html);
    whole
}

pub fn text_of(message: &Message, part: Part) -> Option<&str> {
    match part {
        Part::Text => Some(&message.text),
        Part::FileName => message.attachment.as_ref().map(|file| file.name.as_str()),
    }
}

fn text_mut(message: &mut Message, part: Part) -> Option<&mut String> {
    match part {
        Part::Text => Some(&mut message.text),
        Part::FileName => message.attachment.as_mut().map(|file| &mut file.name),
    }
}

/// From grapheme clusters to bytes.
fn bytes(text: &str, run: &Run) -> Option<(usize, usize)> {
    let mut ends = text
        .grapheme_indices(true)
        .map(|(at, _)| at)
        .chain([text.len()]);
    let start = ends.nth(run.start)?;
    let end = ends.nth(run.end.checked_sub(run.start + 1)?)?;
    Some((start, end))
}

/// How many grapheme clusters are before this byte.
pub fn graphemes(text: &str, byte: usize) -> usize {
    text.get(..byte)
        .map_or(0, |before| before.graphemes(true).count())
}
