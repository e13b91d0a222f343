//! Formatted text: taken apart by `ruma-html`, put together again from what customers may see, and
//! passed through `ammonia`, which has the last word.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};
use ruma_html::{Children, ElementData, Html, NodeRef};

use super::pills::{self, Pill};

/// Deeper nesting is flat (the specification's own bound).
const MAX_DEPTH: usize = 100;

const ALLOWED: [&str; 23] = [
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "span",
    "strong",
    "u",
    "ul",
];
/// Without these the plain words say as much.
const PLAIN: [&str; 3] = ["br", "p", "span"];
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];
/// What is in these is nothing to read, or a quotation.
const DROPPED: [&str; 23] = [
    "mx-reply",
    "script",
    "style",
    "title",
    "textarea",
    "noscript",
    "noembed",
    "noframes",
    "iframe",
    "object",
    "embed",
    "applet",
    "svg",
    "math",
    "template",
    "head",
    "select",
    "xmp",
    "plaintext",
    "audio",
    "video",
    "canvas",
    "frameset",
];

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::empty();
    cleaner
        .tags(HashSet::from(ALLOWED))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(SCHEMES))
        .url_relative(UrlRelative::Deny)
        .link_rel(None)
        .clean_content_tags(HashSet::from(DROPPED));
    cleaner
});

#[cfg(test)]
pub fn is_allowed(element: &str) -> bool {
    ALLOWED.contains(&element)
}

/// A formatted message, read.
#[derive(Default)]
pub struct Markup {
    pub pills: Vec<Pill>,
    /// The plain words, with ids where people are mentioned.
    pub typed: String,
    html: String,
    is_formatted: bool,
}

impl Markup {
    pub fn read(formatted: &str) -> Self {
        let mut markup = Self::default();
        markup.nodes(Html::parse(formatted).children(), 0);
        markup
    }

    /// For customers, when it says more than the plain words.
    pub fn shown(&self) -> Option<String> {
        if !self.is_formatted {
            return None;
        }
        let clean = CLEANER.clean(&self.html).to_string();
        (clean.len() <= super::MAX_HTML).then_some(clean)
    }

    fn nodes(&mut self, nodes: Children, depth: usize) {
        for node in nodes {
            match (node.as_element(), node.as_text()) {
                (Some(element), _) => self.element(element, &node, depth),
                (None, Some(text)) => self.words(&text.borrow()),
                (None, None) => {}
            }
        }
    }

    fn words(&mut self, text: &str) {
        self.typed.push_str(text);
        self.escaped(text);
    }

    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.html.push_str("&amp;"),
                '<' => self.html.push_str("&lt;"),
                '>' => self.html.push_str("&gt;"),
                '"' => self.html.push_str("&quot;"),
                _ => self.html.push(c),
            }
        }
    }

    fn element(&mut self, element: &ElementData, node: &NodeRef, depth: usize) {
        let name = element.name.local.as_ref();
        if DROPPED.contains(&name) {
            return;
        }
        match name {
            "a" => self.link(element, node, depth),
            "br" => self.line_break(),
            "img" => {
                if let Some(alt) = attribute(element, "alt") {
                    self.words(&alt);
                }
            }
            "strike" => self.wrapped("s", node, depth),
            "td" | "th" => {
                self.inside(node, depth);
                self.words(" ");
            }
            "div" | "tr" | "summary" | "hr" => {
                self.inside(node, depth);
                self.line_break();
            }
            _ => match ALLOWED.iter().find(|allowed| **allowed == name) {
                Some(&name) if name != "span" => self.wrapped(name, node, depth),
                _ => self.inside(node, depth),
            },
        }
    }

    fn line_break(&mut self) {
        self.html.push_str("<br>");
        self.typed.push('\n');
    }

    fn link(&mut self, element: &ElementData, node: &NodeRef, depth: usize) {
        let href = attribute(element, "href").unwrap_or_default();
        if let Some(id) = pills::person(&href) {
            let pill = Pill::new(id, &text_of(node, depth));
            self.typed.push_str(&pill.id);
            self.escaped(&pill.name);
            return self.pills.push(pill);
        }
        if pills::is_matrix(&href) || !is_web(&href) {
            return self.inside(node, depth);
        }
        self.html.push_str("<a href=\"");
        self.escaped(&href);
        self.html.push_str("\">");
        self.formatted(node, depth);
        self.html.push_str("</a>");
    }

    fn wrapped(&mut self, name: &str, node: &NodeRef, depth: usize) {
        self.html.push_str(&format!("<{name}>"));
        match PLAIN.contains(&name) {
            true => self.inside(node, depth),
            false => self.formatted(node, depth),
        }
        self.html.push_str(&format!("</{name}>"));
        if matches!(name, "p" | "li" | "pre" | "blockquote") || name.starts_with('h') {
            self.typed.push('\n');
        }
    }

    /// What is inside counts as formatted, if there is anything.
    fn formatted(&mut self, node: &NodeRef, depth: usize) {
        let before = self.typed.len();
        self.inside(node, depth);
        let said = self.typed.get(before..).unwrap_or_default();
        self.is_formatted |= !said.trim().is_empty();
    }

    fn inside(&mut self, node: &NodeRef, depth: usize) {
        if depth < MAX_DEPTH {
            self.nodes(node.children(), depth + 1);
        }
    }
}

fn attribute(element: &ElementData, name: &str) -> Option<String> {
    let attributes = element.attrs.borrow();
    let found = attributes
        .iter()
        .find(|attribute| attribute.name.local.as_ref() == name)?;
    Some(found.value.to_string())
}

fn text_of(node: &NodeRef, depth: usize) -> String {
    let mut inner = Markup::default();
    inner.inside(node, depth);
    inner.typed
}

fn is_web(href: &str) -> bool {
    let scheme = href
        .split_once(':')
        .map(|(scheme, _)| scheme.to_lowercase());
    scheme.is_some_and(|scheme| SCHEMES.contains(&scheme.as_str()))
        && !href.contains(|c: char| c.is_control() || c.is_whitespace())
}
