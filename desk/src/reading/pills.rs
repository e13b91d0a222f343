//! Mentions of people: links to their Matrix ids.

/// The longest name, in characters: each mention in the words becomes one, so a long name many
/// times would be more than memory holds.
const MAX_NAME: usize = 100;

/// A mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pill {
    pub id: String,
    /// What the client showed, or a name made of the id.
    pub name: String,
}

impl Pill {
    pub fn new(id: String, shown: &str) -> Self {
        let shown = shown.trim();
        let name = match shown.is_empty() || shown.trim_start_matches('@').contains(':') {
            true => localpart(&id),
            false => shown,
        };
        let name = name.chars().take(MAX_NAME).collect();
        Self { id, name }
    }
}

fn localpart(id: &str) -> &str {
    let id = id.strip_prefix('@').unwrap_or(id);
    id.split_once(':').map_or(id, |(localpart, _)| localpart)
}

/// Whether the link leads to something on Matrix.
pub fn is_matrix(href: &str) -> bool {
    target(href).is_some() || href.starts_with("matrix:")
}

/// The person a link is about.
///
/// Specification, "matrix.to navigation" and "Matrix URI scheme".
pub fn person(href: &str) -> Option<String> {
    let id = match href.strip_prefix("matrix:u/") {
        Some(rest) => format!("@{}", decoded(first_part(rest))),
        None => decoded(first_part(target(href)?)),
    };
    is_id(&id).then_some(id)
}

fn target(href: &str) -> Option<&str> {
    ["https://matrix.to/#/", "http://matrix.to/#/"]
        .iter()
        .find_map(|prefix| href.strip_prefix(prefix))
}

fn first_part(rest: &str) -> &str {
    rest.split(['?', '/']).next().unwrap_or(rest)
}

fn is_id(id: &str) -> bool {
    id.strip_prefix('@')
        .and_then(|id| id.split_once(':'))
        .is_some_and(|(localpart, server)| {
            let plain = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
            plain(localpart) && plain(server) && id.len() <= 255
        })
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escaped = (first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(escaped.unwrap_or(first));
        rest = match escaped {
            Some(_) => after.get(2..).unwrap_or_default(),
            None => after,
        };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// The text with the id in the place of each link to a person, in Markdown or bare.
pub fn ids_for_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("http") {
        let (before, link) = rest.split_at(at);
        let end = link
            .find(|c: char| c.is_whitespace() || matches!(c, ')' | '>' | '"' | ']'))
            .unwrap_or(link.len());
        let (href, after) = link.split_at(end);
        match person(href) {
            Some(id) => match (before.rfind('['), after.strip_prefix(')')) {
                (Some(open), Some(after)) if before.ends_with("](") => {
                    out.push_str(before.get(..open).unwrap_or_default());
                    out.push_str(&id);
                    rest = after;
                }
                _ => {
                    out.push_str(before);
                    out.push_str(&id);
                    rest = after;
                }
            },
            None => {
                let (skipped, after) = rest.split_at(at + "http".len());
                out.push_str(skipped);
                rest = after;
            }
        }
    }
    out + rest
}

/// The text with the name in the place of each mention.
pub fn names_for_ids(text: &str, pills: &[Pill]) -> String {
    if pills.is_empty() {
        return text.to_owned();
    }
    let text = ids_for_links(text);
    pills
        .iter()
        .fold(text, |text, pill| text.replace(&pill.id, &pill.name))
}
