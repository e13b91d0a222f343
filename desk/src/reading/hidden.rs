//! Formatting in which some texts are hidden.

use ruma_html::{Html, NodeRef};

use crate::masking::{Kind, Span, Spans, Style, find_text, mask};

/// The formatting with these texts hidden wherever they stand, across elements too. Nothing when
/// one of them cannot be hidden there, as in an address: the plain words say the same.
pub fn masked(html: &str, texts: &[(String, Kind)], style: &Style) -> Option<String> {
    let parsed = Html::parse(html);
    let nodes = text_nodes(&parsed);
    let whole: String = nodes.iter().map(text_of).collect();
    let mut places = Spans::default();
    for (text, kind) in texts {
        let found = find_text(&whole, text);
        if found.is_empty() {
            return None;
        }
        let found = found.into_iter();
        let found = found.map(|span| Span::new(span.start, span.end, kind.clone()));
        places = places.union(&whole, found);
    }
    let mut start = 0;
    for node in &nodes {
        let text = text_of(node);
        let end = start + text.len();
        let here = places
            .iter()
            .filter(|span| span.start < end && start < span.end);
        let here = here.map(|span| {
            let (from, to) = (span.start.max(start), span.end.min(end));
            Span::new(from - start, to - start, span.kind.clone())
        });
        let spans = Spans::new(&text, here);
        if let Some(words) = node.as_text() {
            *words.borrow_mut() = mask(&text, &spans, style).as_str().into();
        }
        start = end;
    }
    let masked = parsed.to_string();
    let left = texts
        .iter()
        .any(|(text, _)| !find_text(&masked, text).is_empty());
    (!left).then_some(masked)
}

/// Everything a reader or a program can find in the formatting: its words, and below them where
/// its links lead.
pub fn everything(html: &str) -> String {
    let parsed = Html::parse(html);
    let mut said: String = text_nodes(&parsed).iter().map(text_of).collect();
    let mut open: Vec<NodeRef> = parsed.children().collect();
    while let Some(node) = open.pop() {
        if let Some(element) = node.as_element() {
            for attribute in element.attrs.borrow().iter() {
                said.push('\n');
                said.push_str(&attribute.value);
            }
        }
        open.extend(node.children());
    }
    said
}

fn text_nodes(html: &Html) -> Vec<NodeRef> {
    let mut open: Vec<NodeRef> = html.children().collect();
    open.reverse();
    let mut found = Vec::new();
    while let Some(node) = open.pop() {
        if node.as_text().is_some() {
            found.push(node);
            continue;
        }
        let mut inside: Vec<NodeRef> = node.children().collect();
        inside.reverse();
        open.extend(inside);
    }
    found
}

fn text_of(node: &NodeRef) -> String {
    node.as_text()
        .map(|text| text.borrow().to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_texts_are_hidden_across_elements_and_formatting_stays() {
        for (kind, html, text, masked_as) in [
            (
                Kind::Phone,
                "<b>010</b>-1234-<i>5678</i> ok",
                "010-1234-5678",
                Some("<b>***</b>-****-<i>****</i> ok"),
            ),
            (
                Kind::Email,
                "a &amp; <b>kim@example.org</b>",
                "kim@example.org",
                Some("a &amp; <b>***************</b>"),
            ),
            (
                Kind::Email,
                "<a href=\"mailto:kim@example.org\">kim@example.org</a>",
                "kim@example.org",
                None,
            ),
            (Kind::Phone, "<b>other words</b>", "010-1234-5678", None),
        ] {
            let got = masked(html, &[(text.to_owned(), kind)], &Style::default());
            assert_eq!(got.as_deref(), masked_as, "{html}");
        }
    }
}
