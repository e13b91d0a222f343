//! An answer with its commands, lists and headings set off: the same words, for clients that show
//! formatting. All words are escaped, for they may be a customer's; Matrix ids of people become
//! pills, and nothing else becomes a link.

use super::{GRAMMAR, definition};

/// The HTML of a plain answer, if it says more than the answer itself. A line that begins with
/// `- ` is an item of a list, and a line that ends with `:` before a list is its heading.
pub fn formatted(words: &str) -> Option<String> {
    let lines: Vec<&str> = words.lines().collect();
    let mut html = String::new();
    for (at, line) in lines.iter().enumerate() {
        let item = line.strip_prefix("- ");
        let before = at.checked_sub(1).and_then(|at| lines.get(at));
        let follows_item = before.is_some_and(|line| line.starts_with("- "));
        let next = lines.get(at + 1).filter(|_| line.ends_with(':'));
        let leads_list = next.is_some_and(|line| line.starts_with("- "));
        html.push_str(match (item.is_some(), follows_item) {
            (true, false) => "<ul>",
            (false, true) => "</ul>",
            (false, false) if at > 0 => "<br>",
            _ => "",
        });
        html.push_str(&match (item, leads_list) {
            (Some(item), _) => format!("<li>{}</li>", inline(item)),
            (None, true) => format!("<b>{}</b>", inline(line)),
            (None, false) => inline(line),
        });
    }
    if lines.last().is_some_and(|line| line.starts_with("- ")) {
        html.push_str("</ul>");
    }
    html.contains('<').then_some(html)
}

/// The commands of a line as code.
fn inline(line: &str) -> String {
    let mut html = String::new();
    let mut rest = line;
    while let Some(at) = next_command(rest) {
        let (before, from) = rest.split_at(at);
        let alone = html.is_empty() && before.is_empty() && !is_sentence(from);
        let (command, after) = from.split_at(length(from, alone || before.ends_with(": ")));
        html.push_str(&pills(before));
        html.push_str(&format!("<code>{}</code>", escape(command)));
        rest = after;
    }
    html.push_str(&pills(rest));
    html
}

/// A line of the help is none, but for the words behind its dash.
fn is_sentence(line: &str) -> bool {
    !line.contains(" — ") && (line.contains(". ") || line.ends_with(['.', '?']))
}

/// People as links that clients show by name, all else escaped. Whom a message mentions is said
/// beside its words, so a link makes none ring.
pub fn pills(text: &str) -> String {
    each_word(text, |word| match word {
        Word::Person { id, name } => format!("<a href=\"https://matrix.to/#/{id}\">@{name}</a>"),
        Word::Other(word) => escape(word),
    })
}

/// People by their localparts: for a plain text, where an id is longer than what is said of it.
pub fn names(text: &str) -> String {
    each_word(text, |word| match word {
        Word::Person { name, .. } => format!("@{name}"),
        Word::Other(word) => word.to_owned(),
    })
}

enum Word<'t> {
    Person { id: &'t str, name: &'t str },
    Other(&'t str),
}

fn each_word(text: &str, write: impl Fn(Word<'_>) -> String) -> String {
    let words = text.split_inclusive([' ', '(']).map(|word| {
        let end = word.trim_end_matches(|char: char| !char.is_ascii_alphanumeric());
        let (id, behind) = word.split_at(end.len());
        match localpart(id) {
            Some(name) => write(Word::Person { id, name }) + &write(Word::Other(behind)),
            None => write(Word::Other(word)),
        }
    });
    words.collect()
}

/// Of `@bela:example.org`, `bela`.
fn localpart(id: &str) -> Option<&str> {
    let (local, server) = id.strip_prefix('@')?.split_once(':')?;
    let is_local = |char: char| char.is_ascii_alphanumeric() || "._=-+".contains(char);
    let is_server = |char: char| char.is_ascii_alphanumeric() || ".-:".contains(char);
    let fits = !local.is_empty() && local.chars().all(is_local);
    (fits && !server.is_empty() && server.chars().all(is_server)).then_some(local)
}

/// Where a command begins: `!`, at the beginning of a word that is one.
fn next_command(text: &str) -> Option<usize> {
    let mut before = None;
    for (at, char) in text.char_indices() {
        let begins = before.is_none_or(|before: char| before.is_whitespace() || before == '(');
        if char == '!' && begins && name(text.get(at..)?).is_some() {
            return Some(at);
        }
        before = Some(char);
    }
    None
}

fn name(text: &str) -> Option<&str> {
    let word = word(text.strip_prefix('!')?);
    GRAMMAR.find_subcommand(word).map(|_| word)
}

/// Up to what no command's name has in it.
fn word(text: &str) -> &str {
    let ends = |char: char| !char.is_ascii_alphanumeric() && char != '-';
    text.split(ends).next().unwrap_or_default()
}

/// An example goes on to its end; a command in a sentence as far as its words are known.
fn length(text: &str, is_example: bool) -> usize {
    if is_example {
        let ends = [" — ", ", !", "; ", " (", ". "];
        let end = ends.iter().filter_map(|end| text.find(end)).min();
        let example = text.get(..end.unwrap_or(text.len())).unwrap_or(text);
        return example.trim_end_matches('.').len();
    }
    let first = name(text).unwrap_or_default();
    let mut path = vec![first.to_owned()];
    let mut length = 1 + first.len();
    while let Some(next) = text.get(length..).and_then(|rest| rest.strip_prefix(' ')) {
        let next = word(next);
        if !goes_on(&path, next) {
            break;
        }
        path.push(next.to_owned());
        length += 1 + next.len();
    }
    length
}

/// Whether the word is a part of the command, or one of the values it knows.
fn goes_on(path: &[String], word: &str) -> bool {
    let Some(command) = definition(path).filter(|_| !word.is_empty()) else {
        return false;
    };
    let mut values = command
        .get_positionals()
        .flat_map(clap::Arg::get_possible_values);
    command.find_subcommand(word).is_some() || values.any(|value| value.matches(word, false))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_lists_and_headings_are_set_off() {
        for (words, html) in [
            (
                "Chats:\n- !take [n] — take one\n- !queue — who waits\nMore: !help transfer",
                "<b>Chats:</b><ul><li><code>!take [n]</code> — take one</li><li><code>!queue</code> — who waits</li></ul>More: <code>!help transfer</code>",
            ),
            (
                "Not known. For example: !transfer @bela knows about refunds",
                "Not known. For example: <code>!transfer @bela knows about refunds</code>",
            ),
            (
                "Ask an admin for !routing presence activity, or say !online.",
                "Ask an admin for <code>!routing presence activity</code>, or say <code>!online</code>.",
            ),
            (
                "Those there are: !chats, !queue",
                "Those there are: <code>!chats</code>, <code>!queue</code>",
            ),
            (
                "관리자가 !routing presence activity 로 바꾸면",
                "관리자가 <code>!routing presence activity</code> 로 바꾸면",
            ),
            (
                "!status does not know \"busy\". Right is: away.",
                "<code>!status</code> does not know &quot;busy&quot;. Right is: away.",
            ),
            (
                "!take <chat> [note]\nTake one",
                "<code>!take &lt;chat&gt; [note]</code><br>Take one",
            ),
            ("Two\nlines", "Two<br>lines"),
            (
                "- @bela:example.org: away",
                "<ul><li><a href=\"https://matrix.to/#/@bela:example.org\">@bela</a>: away</li></ul>",
            ),
            (
                "with @bela:example.org (@a:b.c), a@b:c @x @:y",
                "with <a href=\"https://matrix.to/#/@bela:example.org\">@bela</a> (<a href=\"https://matrix.to/#/@a:b.c\">@a</a>), a@b:c @x @:y",
            ),
        ] {
            assert_eq!(formatted(words).as_deref(), Some(html), "{words}");
        }
    }

    #[test]
    fn plain_words_need_no_formatting() {
        for words in ["No chat waits.", "wow!chats", "!!", "! close", "so!", ""] {
            assert_eq!(formatted(words), None, "{words}");
        }
    }

    #[test]
    fn what_a_customer_typed_stays_words() {
        let html = formatted("- <img src=x onerror=\"a\"> & https://evil.example !close</code>");
        assert_eq!(
            html.as_deref(),
            Some(
                "<ul><li>&lt;img src=x onerror=&quot;a&quot;&gt; &amp; https://evil.example <code>!close</code>&lt;/code&gt;</li></ul>"
            )
        );
    }
}
