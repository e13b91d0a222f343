//! What a message of somebody who works with us says: as typed, for commands; as plain words and as
//! formatting that is safe to show, for customers. Nothing of Matrix is left in those: no ids, no
//! quotations of what was replied to.
//!
//! `org.matrix.custom.html`: client-server API, "m.room.message msgtypes".

mod hidden;
mod markup;
mod pills;

pub use hidden::{everything, masked};
use markup::Markup;

/// Longer or fuller formatting is not looked at; the plain words say the same.
const MAX_HTML: usize = 64 * 1024;
const MAX_TAGS: usize = 2_000;

/// A message, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// For commands: whole Matrix ids where people are mentioned, nothing around.
    pub typed: String,
    /// For customers: names where people are mentioned.
    pub text: String,
    /// Only when it says more than the text.
    pub html: Option<String>,
}

/// Reads a message's `body` and `formatted_body`. Older clients quote what they reply to at the
/// beginning of both.
pub fn read(body: &str, formatted: Option<&str>, is_reply: bool) -> Reading {
    let body = match is_reply {
        true => without_quotation(body),
        false => body,
    };
    let formatted = formatted.filter(|html| is_reasonable(html));
    let Some(markup) = formatted.map(Markup::read) else {
        return Reading {
            typed: pills::ids_for_links(body).trim().to_owned(),
            text: body.to_owned(),
            html: None,
        };
    };
    let typed = match markup.pills.is_empty() {
        true => pills::ids_for_links(body),
        false => pills::ids_for_links(&markup.typed),
    };
    Reading {
        typed: typed.trim().to_owned(),
        text: pills::names_for_ids(body, &markup.pills),
        html: markup.shown(),
    }
}

fn is_reasonable(html: &str) -> bool {
    html.len() <= MAX_HTML && html.bytes().filter(|byte| *byte == b'<').count() <= MAX_TAGS
}

/// Strips `> <@person:server> ...` lines and the empty line that ends them (removed from the
/// specification in 1.13, still sent).
/// Whether an event repeats what it replies to.
pub fn quotes(body: &str, formatted: Option<&str>) -> bool {
    without_quotation(body).len() < body.len()
        || formatted.is_some_and(|html| html.contains("<mx-reply"))
}

fn without_quotation(body: &str) -> &str {
    if !body.starts_with("> <@") && !body.starts_with("> * <@") {
        return body;
    }
    let mut rest = body;
    while rest.starts_with("> ") || rest.starts_with(">\n") || rest == ">" {
        rest = rest.split_once('\n').map_or("", |(_, after)| after);
    }
    rest.strip_prefix('\n').unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn html(formatted: &str) -> Option<String> {
        read("words", Some(formatted), false).html
    }

    #[test]
    fn formatting_that_customers_may_see() {
        for (sent, shown) in [
            ("<strong>a</strong> <b>b</b>", "<strong>a</strong> <b>b</b>"),
            ("<em>a</em><i>b</i><u>c</u>", "<em>a</em><i>b</i><u>c</u>"),
            ("<del>a</del><s>b</s>", "<del>a</del><s>b</s>"),
            ("<strike>a</strike>", "<s>a</s>"),
            (
                "<pre><code class=\"language-rust\">a &lt; b\n</code></pre>",
                "<pre><code>a &lt; b\n</code></pre>",
            ),
            (
                "<p>one<br/>two</p><ul><li>a</li></ul><ol start=\"3\"><li>b</li></ol>",
                "<p>one<br>two</p><ul><li>a</li></ul><ol><li>b</li></ol>",
            ),
            (
                "<h1>a</h1><blockquote>b</blockquote>",
                "<h1>a</h1><blockquote>b</blockquote>",
            ),
            (
                "<a href=\"https://example.org/?a=1&amp;b=2\" target=\"_blank\">a</a>",
                "<a href=\"https://example.org/?a=1&amp;b=2\">a</a>",
            ),
            (
                "<a href=\"mailto:kim@example.org\">mail</a>",
                "<a href=\"mailto:kim@example.org\">mail</a>",
            ),
            (
                "<b>a</b><span data-mx-spoiler=\"why\">b</span>",
                "<b>a</b>b",
            ),
            ("<b><font color=\"red\">a</font></b>", "<b>a</b>"),
            (
                "<b>a</b><img src=\"mxc://x/y\" alt=\":party:\">",
                "<b>a</b>:party:",
            ),
            (
                "<table><tr><td>a</td><td><b>b</b></td></tr></table>",
                "a <b>b</b> <br>",
            ),
        ] {
            assert_eq!(html(sent).as_deref(), Some(shown), "{sent}");
        }
    }

    #[test]
    fn formatting_that_says_no_more_than_the_words_is_left_out() {
        for sent in [
            "words",
            "<p>one</p><p>two</p>",
            "one<br>two",
            "<b></b>",
            "<span data-mx-color=\"#ff0000\">words</span>",
            "<mx-reply><blockquote>old</blockquote></mx-reply>words",
            "",
        ] {
            assert_eq!(html(sent), None, "{sent}");
        }
        assert_eq!(html(&"<b>".repeat(MAX_TAGS + 1)), None);
        assert_eq!(html(&format!("<b>{}</b>", "a".repeat(MAX_HTML))), None);
        assert_eq!(read("words", None, false).html, None);
    }

    const HOSTILE: [&str; 34] = [
        "<script>alert(1)</script><b>x</b>",
        "<b onclick=\"alert(1)\">x</b>",
        "<b onclick=alert(1)//>x</b>",
        "<img src=x onerror=alert(1)><b>x</b>",
        "<svg onload=alert(1)><b>x</b></svg><b>x</b>",
        "<svg><script>alert(1)</script></svg><b>x</b>",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=\"</style><img onerror=alert(1) src>\">",
        "<a href=\"javascript:alert(1)\">x</a><b>x</b>",
        "<a class=\"x\" href=\"javascript:alert(1)\">x</a><b>x</b>",
        "<a href=\" javascript:alert(1)\">x</a><b>x</b>",
        "<a href=\"java\nscript:alert(1)\">x</a><b>x</b>",
        "<a href=\"&#106;avascript:alert(1)\">x</a><b>x</b>",
        "<a href=\"JaVaScRiPt:alert(1)\">x</a><b>x</b>",
        "<a href=\"data:text/html,<script>alert(1)</script>\">x</a><b>x</b>",
        "<a href=\"vbscript:x\">x</a><b>x</b>",
        "<a href=\"//evil.test\">x</a><b>x</b>",
        "<a href=\"/relative\">x</a><b>x</b>",
        "<a href=\"https://x.test/\" onmouseover=\"alert(1)\" style=\"x\" id=\"x\">x</a>",
        "<iframe src=\"https://evil.test\"></iframe><b>x</b>",
        "<iframe srcdoc=\"&lt;script&gt;alert(1)&lt;/script&gt;\"></iframe><b>x</b>",
        "<object data=\"x\"></object><embed src=\"x\"><b>x</b>",
        "<style>@import 'https://evil.test'</style><b style=\"background:url(x)\">x</b>",
        "<link rel=stylesheet href=//evil.test><meta http-equiv=refresh content=0><base href=//evil.test><b>x</b>",
        "<form action=//evil.test><input name=q><button>go</button></form><b>x</b>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript><b>x</b>",
        "<textarea></textarea><script>alert(1)</script><b>x</b>",
        "<title><b>x</b></title><b>x</b>",
        "<template><script>alert(1)</script></template><b>x</b>",
        "<xmp><script>alert(1)</script></xmp><b>x</b>",
        "<plaintext><b>x</b>",
        "<!--><script>alert(1)</script>--><b>x</b>",
        "<b>x</b><![CDATA[<script>alert(1)</script>]]>",
        "<b>&lt;script&gt;alert(1)&lt;/script&gt;</b>",
    ];

    #[test]
    fn nothing_hostile_is_left_of_what_agents_send() {
        for sent in HOSTILE {
            assert_is_harmless(sent);
        }
    }

    #[test]
    fn deep_and_broken_formatting_is_read_within_bounds() {
        for sent in [
            "<b>".repeat(MAX_TAGS),
            "<div><blockquote>".repeat(MAX_TAGS / 2),
            "<a href=\"https://x.test\"><p>".repeat(MAX_TAGS / 2),
            "<table><b>".repeat(MAX_TAGS / 2),
            "&".repeat(MAX_HTML),
        ] {
            assert_is_harmless(&format!("{sent}x"));
        }
    }

    /// Parsed again, as a browser would, it holds nothing but what is allowed.
    fn assert_is_harmless(sent: &str) {
        let Some(shown) = html(sent) else { return };
        let mut nodes: Vec<_> = ruma_html::Html::parse(&shown).children().collect();
        while let Some(node) = nodes.pop() {
            nodes.extend(node.children());
            let Some(element) = node.as_element() else {
                continue;
            };
            let name = element.name.local.as_ref();
            assert!(markup::is_allowed(name), "{name} in {shown} of {sent}");
            for attribute in element.attrs.borrow().iter() {
                assert_eq!((name, attribute.name.local.as_ref()), ("a", "href"));
                let value = attribute.value.to_lowercase();
                assert!(
                    ["http://", "https://", "mailto:"]
                        .iter()
                        .any(|scheme| value.starts_with(scheme)),
                    "{value} of {sent}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn no_script_handler_or_foreign_element_survives_any_input(
            pieces in prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..40),
            noise in "\\PC{0,8}",
        ) {
            assert_is_harmless(&(pieces.concat() + &noise));
            assert_is_harmless(&(noise + &pieces.concat()));
        }

        #[test]
        fn any_text_at_all_is_read(body in any::<String>(), formatted in any::<String>(), reply: bool) {
            assert_is_harmless(&formatted);
            read(&body, Some(&formatted), reply);
        }
    }

    const PIECES: [&str; 52] = [
        "<b>",
        "</b>",
        "<a href=\"",
        "\">",
        "javascript:alert(1)",
        "https://x.test",
        "</a>",
        "<script>",
        "</script>",
        "<style>",
        "</style>",
        "<svg>",
        "</svg>",
        "<math>",
        "</math>",
        "<mtext>",
        "<mglyph>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<img src=x onerror=",
        "alert(1)",
        ">",
        "<",
        "\"",
        "'",
        "&lt;",
        "&#x6a;",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<template>",
        "</template>",
        "<noscript>",
        "<title>",
        "</title>",
        "<textarea>",
        "<p>",
        "</p>",
        "<li>",
        "<h1>",
        "<pre>",
        "\n",
        "<mx-reply>",
        "</mx-reply>",
        "<iframe srcdoc=\"",
        "<select>",
        "<option>",
        "<form>",
        " onclick=alert(1) ",
    ];

    #[test]
    fn who_is_mentioned_is_a_name_for_customers_and_an_id_for_commands() {
        const BOB: &str = "<a href=\"https://matrix.to/#/@bob:example.org\">Bob B</a>";
        for (body, formatted, typed, text) in [
            (
                "!transfer Bob B please",
                Some(format!("!transfer {BOB} please")),
                "!transfer @bob:example.org please",
                "!transfer Bob B please",
            ),
            (
                "!transfer [Bob B](https://matrix.to/#/@bob:example.org) please",
                None,
                "!transfer @bob:example.org please",
                "!transfer [Bob B](https://matrix.to/#/@bob:example.org) please",
            ),
            (
                "[Bob B](https://matrix.to/#/@bob:example.org) helps",
                Some(format!("{BOB} helps")),
                "@bob:example.org helps",
                "Bob B helps",
            ),
            (
                "@bob:example.org helps",
                Some("<a href=\"https://matrix.to/#/%40bob%3Aexample.org?via=x\">@bob:example.org</a> helps".into()),
                "@bob:example.org helps",
                "bob helps",
            ),
            (
                "Bob helps",
                Some("<a href=\"matrix:u/bob:example.org\">Bob</a> helps".into()),
                "@bob:example.org helps",
                "Bob helps",
            ),
            (
                "!transfer https://matrix.to/#/@bob:example.org",
                None,
                "!transfer @bob:example.org",
                "!transfer https://matrix.to/#/@bob:example.org",
            ),
            ("  !help \n", None, "!help", "  !help \n"),
            (
                "!ticket *urgent*",
                Some("!ticket <em>urgent</em>".into()),
                "!ticket *urgent*",
                "!ticket *urgent*",
            ),
            (
                "!agent name Bob \"B & C\"",
                Some(format!("!agent name {BOB} \"B &amp; C\"")),
                "!agent name @bob:example.org \"B & C\"",
                "!agent name Bob \"B & C\"",
            ),
        ] {
            let reading = read(body, formatted.as_deref(), false);
            assert_eq!(
                (reading.typed.as_str(), reading.text.as_str()),
                (typed, text),
                "{body}"
            );
        }
    }

    #[test]
    fn no_matrix_id_of_a_mention_is_in_what_customers_see() {
        for (formatted, shown) in [
            (
                "<b>hi</b> <a href=\"https://matrix.to/#/@bob:example.org\">Bob</a>",
                "<b>hi</b> Bob",
            ),
            (
                "<b>hi</b> <a href=\"https://matrix.to/#/@bob:example.org\">@bob:example.org</a>",
                "<b>hi</b> bob",
            ),
            (
                "<b>see</b> <a href=\"https://matrix.to/#/!room:example.org/$event?via=x\">the room</a>",
                "<b>see</b> the room",
            ),
        ] {
            assert_eq!(html(formatted).as_deref(), Some(shown), "{formatted}");
        }
    }

    #[test]
    fn a_long_name_mentioned_often_does_not_fill_memory() {
        let name = "가".repeat(10_000);
        let formatted = format!("<a href=\"https://matrix.to/#/@a:b\">{name}</a>");
        let reading = read(&"@a:b ".repeat(6_000), Some(&formatted), false);
        assert!(reading.text.len() < 2_000_000, "{}", reading.text.len());
        assert!(reading.text.starts_with("가"));
    }

    #[test]
    fn the_quotation_before_a_reply_is_not_what_was_typed() {
        for (typed, meant) in [
            ("> <@bela:lab.test> !away\n\n!help", "!help"),
            (
                "> <@bela:lab.test> one\n> two\n>\n> three\n\n!help\nme",
                "!help\nme",
            ),
            ("> * <@bela:lab.test> waves\n\n!help", "!help"),
            ("> <@bela:lab.test> !away", ""),
            (
                "> a quotation of my own\n\n!help",
                "> a quotation of my own\n\n!help",
            ),
            ("!help", "!help"),
        ] {
            assert_eq!(read(typed, None, true).typed, meant, "{typed:?}");
            assert_eq!(read(typed, None, false).typed, typed, "{typed:?}");
        }
        let quoted = "<mx-reply><blockquote><a href=\"https://matrix.to/#/@bela:lab.test\">@bela:lab.test</a>old</blockquote></mx-reply><b>new</b>";
        let reading = read("> <@bela:lab.test> old\n\nnew", Some(quoted), true);
        assert_eq!(reading.text, "new");
        assert_eq!(reading.typed, "new");
        assert_eq!(reading.html.as_deref(), Some("<b>new</b>"));
    }
}
