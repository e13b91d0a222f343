//! The words around a number, which say what it is or is not.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, MatchKind, StartKind};

mod words;

/// What words speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    Phone,
    Card,
    Rrn,
    Ssn,
    Passport,
    Licence,
    Account,
    Ip,
    /// An order, a parcel, an article: a number that is nobody's.
    Thing,
    Version,
    /// A registered business, whose number is public.
    Business,
    /// A date, or an amount.
    Measure,
}

const TOPICS: usize = 12;

/// How far words count, in bytes; a Korean letter has three.
const BEFORE: usize = 96;
const AFTER: usize = 48;

struct Words {
    automaton: AhoCorasick,
    topics: Vec<Topic>,
}

static WORDS: LazyLock<Option<Words>> = LazyLock::new(|| {
    let (words, topics): (Vec<&str>, Vec<Topic>) = words::all().unzip();
    let automaton = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostLongest)
        .start_kind(StartKind::Unanchored)
        .kind(Some(AhoCorasickKind::DFA))
        .build(&words)
        .ok()?;
    Some(Words { automaton, topics })
});

/// How near a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    /// Bytes between the word and the number; neither side has more than 255.
    distance: u8,
    /// Whether another number stands between, which may be the one it speaks of.
    beyond_digits: bool,
}

/// What the words around a number speak of.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Context {
    before: [Option<Seen>; TOPICS],
    after: [Option<Seen>; TOPICS],
}

impl Context {
    pub fn around(text: &str, start: usize, end: usize) -> Self {
        Self::left_of(text, start).and_right_of(text, end)
    }

    /// As far as the words before the number tell.
    pub fn left_of(text: &str, start: usize) -> Self {
        let mut context = Self::default();
        let Some(words) = &*WORDS else {
            return context;
        };
        let from = char_boundary(text, start.saturating_sub(BEFORE));
        let left = text.get(from..start).unwrap_or_default();
        for (topic, at) in words.in_text(left, text, from) {
            let between = left.get(at.1..).unwrap_or_default();
            let seen = Seen {
                distance: u8::try_from(between.len()).unwrap_or(u8::MAX),
                beyond_digits: between.bytes().any(|byte| byte.is_ascii_digit()),
            };
            if let Some(place) = context.before.get_mut(topic as usize) {
                *place = Some(seen);
            }
        }
        context
    }

    /// With the words behind its end.
    pub fn and_right_of(mut self, text: &str, end: usize) -> Self {
        let Some(words) = &*WORDS else {
            return self;
        };
        let to = char_boundary(text, (end + AFTER).min(text.len()));
        let right = text.get(end..to).unwrap_or_default();
        let right = right.split_once('\n').map_or(right, |(line, _)| line);
        for (topic, at) in words.in_text(right, text, end) {
            let word = right.get(at.0..at.1).unwrap_or_default();
            if !speaks_back(topic, word) {
                continue;
            }
            let between = right.get(..at.0).unwrap_or_default();
            let seen = Seen {
                distance: u8::try_from(between.len()).unwrap_or(u8::MAX),
                beyond_digits: between.bytes().any(|byte| byte.is_ascii_digit()),
            };
            if let Some(place) = self.after.get_mut(topic as usize)
                && place.is_none()
            {
                *place = Some(seen);
            }
        }
        self
    }

    fn before(&self, topic: Topic) -> Option<Seen> {
        self.before.get(topic as usize).copied().flatten()
    }

    fn after(&self, topic: Topic) -> Option<Seen> {
        self.after.get(topic as usize).copied().flatten()
    }

    /// How far the nearest word of this topic is; one behind the number counts as further.
    fn distance(&self, topic: Topic) -> Option<usize> {
        let before = self.before(topic).map(|seen| usize::from(seen.distance));
        let after = self
            .after(topic)
            .filter(|seen| !seen.beyond_digits)
            .map(|seen| usize::from(seen.distance) + 12);
        before.into_iter().chain(after).min()
    }

    /// The words say that it is this, and nothing nearer says that it is something else.
    pub fn says(&self, topic: Topic) -> bool {
        let Some(distance) = self.distance(topic) else {
            return false;
        };
        [Topic::Thing, Topic::Business, Topic::Version]
            .into_iter()
            .filter(|other| *other != topic)
            .filter_map(|other| self.distance(other))
            .all(|other| distance <= other)
    }

    /// Some word speaks of this, whatever others say.
    pub fn speaks_of(&self, topic: Topic) -> bool {
        self.distance(topic).is_some()
    }

    /// As [`Self::says`], and no number stands between that the words may mean.
    pub fn says_first(&self, topic: Topic) -> bool {
        let between = self.before(topic).is_some_and(|seen| seen.beyond_digits);
        let behind = self.after(topic).is_some_and(|seen| !seen.beyond_digits);
        self.says(topic) && (!between || behind)
    }

    /// Of two topics the first is the nearer.
    pub fn prefers(&self, one: Topic, other: Topic) -> bool {
        match (self.distance(one), self.distance(other)) {
            (Some(one), Some(other)) => one <= other,
            (one, _) => one.is_some(),
        }
    }

    /// The word just before says that it is the number of a thing, a business or a version; or the
    /// word just behind does.
    pub fn is_of_a_thing(&self) -> bool {
        const NEAR: u8 = 30;
        let things = [Topic::Thing, Topic::Business, Topic::Version];
        let persons = [
            Topic::Phone,
            Topic::Card,
            Topic::Rrn,
            Topic::Ssn,
            Topic::Passport,
            Topic::Licence,
            Topic::Account,
            Topic::Ip,
        ];
        let nearest = |topics: &[Topic]| {
            topics
                .iter()
                .filter_map(|topic| self.before(*topic))
                .filter(|seen| !seen.beyond_digits)
                .map(|seen| seen.distance)
                .min()
        };
        let thing = nearest(&things).filter(|distance| *distance <= NEAR);
        let person = nearest(&persons);
        if let Some(thing) = thing {
            return person.is_none_or(|person| thing < person);
        }
        let behind = things
            .iter()
            .filter_map(|topic| self.after(*topic))
            .any(|seen| !seen.beyond_digits && seen.distance <= 12);
        behind && person.is_none()
    }

    /// Whether a word may stand directly before a number: `tel`, `card`, `ssn`.
    pub fn is_label(word: &str) -> bool {
        let Some(words) = &*WORDS else {
            return false;
        };
        words
            .automaton
            .find(aho_corasick::Input::new(word).anchored(Anchored::No))
            .filter(|found| found.start() == 0 && found.end() == word.len())
            .and_then(|found| words.topics.get(found.pattern().as_usize()))
            .is_some_and(|topic| {
                !matches!(
                    topic,
                    Topic::Thing | Topic::Version | Topic::Business | Topic::Measure
                )
            })
    }
}

impl Words {
    /// The words of a part of the text that begins at `offset`, which are not pieces of longer
    /// words.
    fn in_text<'a>(
        &'a self,
        part: &'a str,
        text: &'a str,
        offset: usize,
    ) -> impl Iterator<Item = (Topic, (usize, usize))> + 'a {
        self.automaton.find_iter(part).filter_map(move |found| {
            let whole = is_whole(text, offset + found.start(), offset + found.end());
            let topic = self.topics.get(found.pattern().as_usize())?;
            whole.then_some((*topic, (found.start(), found.end())))
        })
    }
}

/// Whether a word of Latin letters ends where it should: `order` is not in `border`. The plural
/// counts as the word.
fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let bytes = text.as_bytes();
    let letter = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_alphabetic)
    };
    let first_is_latin = letter(Some(start));
    let last_is_latin = letter(end.checked_sub(1));
    if first_is_latin && letter(start.checked_sub(1)) {
        return false;
    }
    let plural = bytes
        .get(end)
        .is_some_and(|byte| matches!(byte, b's' | b'S'));
    let end = if plural { end + 1 } else { end };
    !(last_is_latin && letter(Some(end)))
}

/// Whether a word behind a number may speak of it: `... is my order number` does, and so does
/// `... 주문번호입니다`, but `... 배송지를 바꾸고` begins something new.
fn speaks_back(topic: Topic, word: &str) -> bool {
    let thing = matches!(topic, Topic::Thing | Topic::Version | Topic::Business);
    !thing || word.is_ascii() || word.ends_with("번호") || word.ends_with("송장")
}

fn char_boundary(text: &str, at: usize) -> usize {
    (at..text.len())
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(text.len())
}
