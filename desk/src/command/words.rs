//! A line cut into words. Only double quotes quote, also the curly ones that phones type: an
//! apostrophe or a backslash means itself.

use std::borrow::Cow;

/// Commands whose last argument is a text taken as typed, with how many words stand before it.
const WITH_TEXT: [(&str, usize); 15] = [
    ("ticket new", 2),
    ("ticket set", 4),
    ("ticket comment", 3),
    ("ticket reply", 3),
    ("note", 1),
    ("mask", 1),
    ("unmask", 1),
    ("masking test", 2),
    ("masking pattern add", 4),
    ("close", 1),
    ("transfer", 2),
    ("canned", 3),
    ("helpcenter greeting", 2),
    ("helpcenter consent text", 3),
    ("helpcenter identity add", 5),
];

const QUOTES: [char; 4] = ['"', '“', '”', '„'];

/// What may stand behind `ticket`.
const OF_TICKETS: [&str; 6] = ["new", "show", "set", "comment", "reply", "history"];

/// The words of a line, its command (in lower case) first.
pub(super) fn cut(line: &str) -> Vec<String> {
    let line = &*with_new(line.trim());
    let name = line
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let with_text = WITH_TEXT.iter().find(|(command, _)| begins(line, command));
    let mut words = match with_text {
        Some((_, before)) => with_rest(line, *before),
        None => quoted(line),
    };
    if let Some(first) = words.first_mut() {
        *first = name;
    }
    words
}

/// A ticket is made where nothing else is said to be done with one. A word that is almost one of
/// those, with a number behind it, is one of those.
fn with_new(line: &str) -> Cow<'_, str> {
    let mut typed = line.split_whitespace();
    if !typed
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case("ticket"))
    {
        return line.into();
    }
    let word = typed.next().unwrap_or_default().to_lowercase();
    let is_number = |word: &str| word.trim_start_matches('#').parse::<u64>().is_ok();
    let numbered = typed.next().is_some_and(is_number);
    let near = |known: &&str| strsim::damerau_levenshtein(known, &word) <= 2;
    match OF_TICKETS.contains(&&*word) || (numbered && OF_TICKETS.iter().any(near)) {
        true => line.into(),
        false => {
            let (command, wish) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            format!("{command} new {wish}").into()
        }
    }
}

/// Whether the line's first words are these, however they are written.
fn begins(line: &str, words: &str) -> bool {
    let mut typed = line.split_whitespace();
    words.split(' ').all(|word| {
        typed
            .next()
            .is_some_and(|typed| typed.eq_ignore_ascii_case(word))
    })
}

/// So many words, and what is behind them as one.
fn with_rest(line: &str, before: usize) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line;
    while words.len() < before && !rest.is_empty() {
        let (word, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        words.push(word.to_owned());
        rest = behind.trim_start();
    }
    if !rest.is_empty() {
        words.push(unquoted(rest).to_owned());
    }
    words
}

/// A text that stands in quotes as a whole is meant without them, as elsewhere.
fn unquoted(text: &str) -> &str {
    let within = text.strip_prefix(QUOTES);
    let within = within.and_then(|text| text.strip_suffix(QUOTES));
    within
        .filter(|within| !within.is_empty() && !within.contains(QUOTES))
        .unwrap_or(text)
}

/// Words, and what stands in quotes as one.
pub(super) fn quoted(line: &str) -> Vec<String> {
    let mut shell = String::with_capacity(line.len());
    let mut within = false;
    for c in line.chars() {
        match c {
            quote if QUOTES.contains(&quote) => {
                within = !within;
                shell.push('"');
            }
            // What means something to a shell alone.
            '\'' | '#' if !within => shell.extend(['\\', c]),
            '\\' => shell.push_str("\\\\"),
            other => shell.push(other),
        }
    }
    // A quote that is never closed is a character like any other.
    shlex::split(&shell).unwrap_or_else(|| line.split_whitespace().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_into() {
        for (line, words) in [
            ("HELP", &["help"][..]),
            (
                "agent name @a \"Alice's desk\"",
                &["agent", "name", "@a", "Alice's desk"],
            ),
            (
                "agent name @a “Alice from Support”",
                &["agent", "name", "@a", "Alice from Support"],
            ),
            (
                "tickets #billing don't c:\\x",
                &["tickets", "#billing", "don't", "c:\\x"],
            ),
            ("service \"acme", &["service", "\"acme"]),
            ("Ticket", &["ticket", "new"]),
            (
                "ticket Can't log in\nsince today",
                &["ticket", "new", "Can't log in\nsince today"],
            ),
            ("ticket show 12", &["ticket", "show", "12"]),
            ("ticket shwo 12", &["ticket", "shwo", "12"]),
            (
                "ticket shown on screen",
                &["ticket", "new", "shown on screen"],
            ),
            (
                "ticket comment #12 it's \"done\"",
                &["ticket", "comment", "#12", "it's \"done\""],
            ),
            (
                "note  it's \"5 o'clock\"  now",
                &["note", "it's \"5 o'clock\"  now"],
            ),
            (
                "transfer #billing  it's a refund",
                &["transfer", "#billing", "it's a refund"],
            ),
            ("close", &["close"]),
            (
                "Helpcenter Consent text We \"keep\"\nit",
                &["helpcenter", "Consent", "text", "We \"keep\"\nit"],
            ),
            (
                "canned add hours We're open",
                &["canned", "add", "hours", "We're open"],
            ),
            (
                "helpcenter greeting \"Hello! How can we help?\"",
                &["helpcenter", "greeting", "Hello! How can we help?"],
            ),
            (
                "helpcenter greeting “안녕하세요”",
                &["helpcenter", "greeting", "안녕하세요"],
            ),
            (
                "helpcenter greeting \"Hi\" and \"welcome\"",
                &["helpcenter", "greeting", "\"Hi\" and \"welcome\""],
            ),
        ] {
            assert_eq!(cut(line), words, "{line}");
        }
    }
}
