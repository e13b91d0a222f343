//! Runs of digits: groups, what stands between them, and which of them are a number of somebody.

use std::cell::{Cell, OnceCell};

use super::{
    Region, account, card,
    context::Context,
    digits::{
        after, before, digit_at, is_close, is_dash, is_dot, is_invisible, is_open, is_slash,
        is_space,
    },
    iban, identity, ip, phone, rrn,
};
use crate::masking::{Kind, Kinds, Span};

/// The most digits of any number looked for.
pub(super) const MOST_DIGITS: usize = 19;
/// The most groups looked at together: a card of 19 digits, each alone.
const MOST_GROUPS: usize = 19;

/// What stands before a group of digits, back to the group before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    /// Nothing that joins them: the first of its run.
    Start,
    Space,
    Dash,
    /// A dash between spaces, which may also end a sentence's part.
    LooseDash,
    Dot,
    Slash,
    /// A parenthesis that closes or opens.
    Paren,
}

impl Gap {
    /// Whether what it joins is surely one thing.
    pub const fn is_tight(self) -> bool {
        matches!(self, Self::Dash | Self::Dot)
    }
}

/// Digits without anything visible between them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Group {
    pub start: usize,
    pub end: usize,
    pub gap: Gap,
    digits: [u8; MOST_DIGITS],
    /// More than fit counts as one more than fit.
    count: usize,
}

impl Group {
    pub fn digits(&self) -> &[u8] {
        self.digits.get(..self.count).unwrap_or_default()
    }

    pub const fn is_too_long(&self) -> bool {
        self.count > MOST_DIGITS
    }

    fn read(text: &str, start: usize, gap: Gap) -> Self {
        let mut group = Self {
            start,
            end: start,
            gap,
            digits: [0; MOST_DIGITS],
            count: 0,
        };
        let mut at = start;
        loop {
            if let Some((digit, len)) = digit_at(text, at) {
                if let Some(place) = group.digits.get_mut(group.count) {
                    *place = digit;
                }
                group.count = (group.count + 1).min(MOST_DIGITS + 1);
                at += len;
                group.end = at;
            } else {
                match unseen(text, at) {
                    Some(len) => at += len,
                    None => return group,
                }
            }
        }
    }
}

fn unseen(text: &str, at: usize) -> Option<usize> {
    if text.as_bytes().get(at)?.is_ascii() {
        return None;
    }
    after(text, at)
        .filter(|c| is_invisible(*c))
        .map(char::len_utf8)
}

/// The longest text between two groups of one number, in characters: ` ) - `.
const LONGEST_GAP: usize = 5;

/// What stands between the end of a group and the next digit, and where that is.
fn gap_after(text: &str, end: usize) -> Option<(Gap, usize)> {
    let (mut gap, mut spaces) = (None, 0);
    for (count, (offset, c)) in text.get(end..)?.char_indices().enumerate() {
        let at = end + offset;
        if digit_at(text, at).is_some() {
            return Some((gap.unwrap_or(Gap::Space), at));
        }
        if count == LONGEST_GAP {
            return None;
        }
        let this = match c {
            c if is_invisible(c) => continue,
            c if is_space(c) => {
                spaces += 1;
                if gap == Some(Gap::Dash) {
                    gap = Some(Gap::LooseDash);
                }
                continue;
            }
            c if is_dash(c) && spaces > 0 => Gap::LooseDash,
            c if is_dash(c) => Gap::Dash,
            c if is_dot(c) => Gap::Dot,
            c if is_slash(c) => Gap::Slash,
            c if is_close(c) || is_open(c) => Gap::Paren,
            _ => return None,
        };
        gap = match gap {
            None => Some(this),
            Some(Gap::Paren) => Some(Gap::Paren),
            Some(_) if this == Gap::Paren => Some(Gap::Paren),
            Some(_) => return None,
        };
    }
    None
}

/// What a number touches on its left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Nothing of its own: a space, a sign, a letter of a script that uses no spaces.
    Free,
    Plus,
    /// It is a part of something else: an amount, a longer token, the path of an address.
    Part,
}

/// Some groups of a run that may be one number.
pub(super) struct Candidate<'a> {
    pub text: &'a str,
    pub region: Region,
    /// All groups from the first on that could belong to it.
    pub groups: &'a [Group],
    pub left: Left,
    /// All digits of `groups`, and how many there are up to the end of each group.
    all: [u8; MOST_DIGITS * 2],
    ends: [usize; MOST_GROUPS],
    before: OnceCell<Context>,
    /// The last that was asked for, and for which end.
    around: Cell<Option<(usize, Context)>>,
}

impl<'a> Candidate<'a> {
    fn new(text: &'a str, region: Region, groups: &'a [Group], left: Left) -> Self {
        let mut this = Self {
            text,
            region,
            groups: &[],
            left,
            all: [0; MOST_DIGITS * 2],
            ends: [0; MOST_GROUPS],
            before: OnceCell::new(),
            around: Cell::new(None),
        };
        let mut total = 0;
        let mut used = 0;
        for (group, end) in groups.iter().zip(&mut this.ends) {
            let to = total + group.digits().len();
            if group.is_too_long() || to > MOST_DIGITS {
                break;
            }
            if let Some(place) = this.all.get_mut(total..to) {
                place.copy_from_slice(group.digits());
            }
            total = to;
            *end = total;
            used += 1;
        }
        this.groups = groups.get(..used).unwrap_or_default();
        this
    }

    /// The digits of the first `count` groups.
    pub fn digits(&self, count: usize) -> &[u8] {
        let end = count
            .checked_sub(1)
            .and_then(|last| self.ends.get(last))
            .copied();
        self.all.get(..end.unwrap_or(0)).unwrap_or_default()
    }

    /// How many digits each of the first `count` groups has.
    pub fn layout(&self, count: usize) -> impl Iterator<Item = usize> + '_ {
        self.groups
            .iter()
            .take(count)
            .map(|group| group.digits().len())
    }

    pub fn is_laid_out(&self, count: usize, layout: &[usize]) -> bool {
        count == layout.len() && self.layout(count).eq(layout.iter().copied())
    }

    /// Whether the gaps between the first `count` groups are all such ones.
    pub fn gaps(&self, count: usize, fits: impl Fn(Gap) -> bool) -> bool {
        self.groups
            .iter()
            .take(count)
            .skip(1)
            .all(|group| fits(group.gap))
    }

    pub fn start(&self) -> usize {
        self.groups.first().map_or(0, |group| group.start)
    }

    pub fn end(&self, count: usize) -> usize {
        count
            .checked_sub(1)
            .and_then(|last| self.groups.get(last))
            .map_or_else(|| self.start(), |group| group.end)
    }

    /// Several ask for it, mostly for the same end.
    pub fn context(&self, count: usize) -> Context {
        let end = self.end(count);
        if let Some((known, context)) = self.around.get()
            && known == end
        {
            return context;
        }
        let before = self
            .before
            .get_or_init(|| Context::left_of(self.text, self.start()));
        let context = before.and_right_of(self.text, end);
        self.around.set(Some((end, context)));
        context
    }
}

/// Whether a number may end here: no letter, no tight joint to something more.
pub(super) fn ends_freely(text: &str, end: usize) -> bool {
    let Some(rest) = text.get(end..) else {
        return true;
    };
    let mut chars = rest.chars().filter(|c| !is_invisible(*c));
    match chars.next() {
        None => true,
        Some('*') => !rest
            .trim_start_matches('*')
            .starts_with(|c: char| c.is_ascii_alphanumeric()),
        Some(c) if c.is_ascii_alphanumeric() => false,
        Some('@' | '%' | '$' | '€' | '£') => false,
        Some(c) if is_dash(c) => !chars.next().is_some_and(|c| c.is_ascii_alphanumeric()),
        Some('.' | ':' | '=') => !chars.next().is_some_and(|c| c.is_ascii_digit()),
        Some(',') => !is_thousands(rest),
        Some(_) => true,
    }
}

/// `,234` with no more behind: the number goes on.
fn is_thousands(rest: &str) -> bool {
    let digits = rest
        .bytes()
        .skip(1)
        .take(4)
        .take_while(u8::is_ascii_digit)
        .count();
    let more = rest.as_bytes().get(1 + digits);
    digits == 3 && more.is_none_or(|byte| !matches!(byte, b'-' | b' '))
}

/// Looks through the runs of digits of one text.
pub(super) struct Scan<'a> {
    text: &'a str,
    region: Region,
    enabled: &'a Kinds,
    window: Vec<Group>,
}

impl<'a> Scan<'a> {
    pub fn new(text: &'a str, region: Region, enabled: &'a Kinds) -> Self {
        Self {
            text,
            region,
            enabled,
            window: Vec::new(),
        }
    }

    /// Reads the run of digits that begins here, and says where it ends.
    pub fn run(&mut self, from: usize, found: &mut Vec<Span>) -> usize {
        if let Some(end) = self.lettered(from, found) {
            return end;
        }
        let mut left = left_of(self.text, from);
        let mut next = Some((Gap::Start, from));
        let mut end = from;
        let mut head = 0;
        self.window.clear();
        loop {
            while let Some((gap, at)) = next
                && self.window.len() < head + MOST_GROUPS + 1
            {
                let group = Group::read(self.text, at, gap);
                end = group.end;
                next = gap_after(self.text, group.end);
                self.window.push(group);
            }
            let Some(first) = self.window.get(head) else {
                return end;
            };
            if head > 0 {
                left = left_in_run(self.text, first, left);
            }
            let groups = self.window.get(head..).unwrap_or_default();
            let matched = self.judge(groups, left);
            let taken = matched.as_ref().map_or(1, |(taken, _)| *taken);
            left = if matched.is_some() {
                Left::Free
            } else {
                Left::Part
            };
            found.extend(matched.map(|(_, span)| span));
            head += taken;
            if head > 2 * MOST_GROUPS {
                self.window.drain(..head);
                head = 0;
            }
        }
    }

    /// A number that begins with letters and goes on here.
    fn lettered(&self, from: usize, found: &mut Vec<Span>) -> Option<usize> {
        let before = from
            .checked_sub(1)
            .and_then(|at| self.text.as_bytes().get(at))?;
        if !before.is_ascii_alphabetic() {
            return None;
        }
        let iban = iban::find(self.text, from).map(|(start, end)| (Kind::Iban, start, end));
        let (kind, start, end) = iban.or_else(|| identity::lettered(self.text, from))?;
        if !self.enabled.contains(&kind) {
            return None;
        }
        found.push(Span::new(start, end, kind));
        Some(end)
    }

    /// Whether a number begins at the first of these groups, and how many belong to it.
    fn judge(&self, groups: &[Group], left: Left) -> Option<(usize, Span)> {
        let digits: usize = groups.iter().map(|group| group.digits().len()).sum();
        // Nothing looked for has fewer; but an address of the network, `8.8.8.8`.
        if digits < 4 {
            return None;
        }
        let first = groups.first()?;
        if let Some(end) = ip::find_v4(self.text, groups, left) {
            let span = Span::new(first.start, end, Kind::Ip);
            return self.enabled.contains(&Kind::Ip).then_some((4, span));
        }
        if digits < 6 {
            return None;
        }
        let candidate = Candidate::new(self.text, self.region, groups, left);
        let judges: [(Kind, Judge); 7] = [
            (Kind::Card, card::judge),
            (Kind::KrRrn, rrn::judge),
            (Kind::DriversLicence, identity::drivers_licence),
            (Kind::UsSsn, identity::us_ssn),
            (Kind::Passport, identity::passport),
            (Kind::Phone, phone::judge),
            (Kind::KrAccount, account::judge),
        ];
        judges
            .into_iter()
            .filter(|(kind, _)| self.enabled.contains(kind))
            .find_map(|(kind, judge)| {
                let found = judge(&candidate)?;
                Some((found.groups, Span::new(found.start, found.end, kind)))
            })
    }
}

/// Says whether a number of its kind begins with a candidate.
type Judge = fn(&Candidate<'_>) -> Option<Found>;

/// A number that was found: how many groups it has, and its place, which may begin before them.
#[derive(Debug)]
pub(super) struct Found {
    pub groups: usize,
    pub start: usize,
    pub end: usize,
}

/// What the first group of a run touches on its left.
fn left_of(text: &str, start: usize) -> Left {
    let mut rest = text.get(..start).unwrap_or_default();
    while let Some(c) = rest.chars().next_back()
        && is_invisible(c)
    {
        rest = rest.get(..rest.len() - c.len_utf8()).unwrap_or_default();
    }
    let Some(c) = rest.chars().next_back() else {
        return Left::Free;
    };
    let token = rest.get(..rest.len() - c.len_utf8()).unwrap_or_default();
    match c {
        '+' | '＋' => Left::Plus,
        '(' | '（' if token.ends_with('+') => Left::Plus,
        c if c.is_ascii_alphabetic() => glued(rest),
        '#' | '@' | '$' | '€' | '£' | '¥' | '₩' | '￦' | '%' | '&' => Left::Part,
        ',' if token.ends_with(|c: char| c.is_ascii_digit()) => listed(text, start),
        c if is_dash(c) || is_slash(c) || c == '.' || c == ':' || c == '=' => joined(token, c),
        _ => Left::Free,
    }
}

/// `1,234` is one amount; `010-1234-5678,010-...` are two numbers.
fn listed(text: &str, start: usize) -> Left {
    let digits = text
        .get(start..)
        .unwrap_or_default()
        .bytes()
        .take(4)
        .take_while(u8::is_ascii_digit)
        .count();
    let more = text.as_bytes().get(start + digits);
    if digits == 3 && more.is_none_or(|byte| !matches!(byte, b'-' | b' ')) {
        Left::Part
    } else {
        Left::Free
    }
}

/// The longest word that is read backwards.
const LONGEST_WORD: usize = 24;

/// A word that ends in the number: `tel0101...` is one, `A0101...` is not.
fn glued(rest: &str) -> Left {
    let letters = rest
        .bytes()
        .rev()
        .take(LONGEST_WORD)
        .take_while(u8::is_ascii_alphabetic)
        .count();
    let (before, word) = rest.split_at(rest.len() - letters);
    if Context::is_label(word) && !before.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        Left::Free
    } else {
        Left::Part
    }
}

/// Something before a joint: `tel-`, `Tel.`, `번호-`, but not `a716-` or `https://host/`.
fn joined(token: &str, joint: char) -> Left {
    let tail = token
        .char_indices()
        .rev()
        .take(LONGEST_WORD * 2)
        .take_while(|(_, c)| !c.is_whitespace())
        .last()
        .map_or("", |(at, _)| token.get(at..).unwrap_or_default());
    if tail.is_empty() {
        // `-12` and `.5` are amounts, `: 010` is a label's end.
        return if joint == '.' { Left::Part } else { Left::Free };
    }
    let ascii = tail
        .rsplit(|c: char| !c.is_ascii_alphanumeric())
        .next()
        .unwrap_or_default();
    if ascii.is_empty() {
        return if tail.ends_with(is_slash) {
            Left::Part
        } else {
            Left::Free
        };
    }
    if matches!(joint, ':' | '=') {
        let time = ascii.bytes().all(|byte| byte.is_ascii_digit());
        return if time { Left::Part } else { Left::Free };
    }
    let word = ascii.bytes().all(|byte| byte.is_ascii_alphabetic());
    if word
        && (Context::is_label(ascii) || (joint == '.' && ascii.len() < 6))
        && !tail.contains("://")
    {
        Left::Free
    } else {
        Left::Part
    }
}

/// What a later group of a run touches on its left, if the one before began nothing (`left` is
/// then [`Left::Part`]) or ended something.
fn left_in_run(text: &str, group: &Group, left: Left) -> Left {
    if before(text, group.start).is_some_and(|c| matches!(c, '+' | '＋')) {
        return Left::Plus;
    }
    match (group.gap, left) {
        (gap, Left::Part) if gap.is_tight() => Left::Part,
        _ => Left::Free,
    }
}
