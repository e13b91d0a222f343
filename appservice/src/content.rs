//! The event contents we send.

use desk::{attachment::Attached, command, ports::Replacement};
use ruma::{
    IdParseError, OwnedEventId, OwnedMxcUri, OwnedRoomId, OwnedUserId, RoomId, UInt,
    events::{
        Mentions, MessageLikeEventContent, MessageLikeEventType, StaticEventContent,
        relation::Reply,
        room::{
            ImageInfo,
            message::{
                FileInfo, FileMessageEventContent, FormattedBody, ImageMessageEventContent,
                MessageType, Relation, RoomMessageEventContent, TextMessageEventContent,
            },
        },
    },
};
use serde::Serialize;

/// A customer's words, just as typed: plain text, so nothing in them is markup.
pub fn words(text: &str, reply_to: Option<OwnedEventId>) -> RoomMessageEventContent {
    let mut content = unmentioning(MessageType::Text(TextMessageEventContent::plain(text)));
    content.relates_to = reply_to.map(|to| Relation::Reply(Reply::with_event_id(to)));
    content
}

/// A customer's file.
pub fn file(attached: &Attached) -> RoomMessageEventContent {
    let Attached { file, media } = attached;
    let (name, media) = (file.name.clone(), OwnedMxcUri::from(media.as_str()));
    let length = |pixels: Option<u32>| pixels.map(UInt::from);
    let size = UInt::new(file.size);
    if !file.is_image() {
        let mut info = FileInfo::new();
        (info.mimetype, info.size) = (Some(file.mime.clone()), size);
        let content = FileMessageEventContent::plain(name, media).info(Box::new(info));
        return unmentioning(MessageType::File(content));
    }
    let mut info = ImageInfo::new();
    (info.mimetype, info.size) = (Some(file.mime.clone()), size);
    (info.width, info.height) = (length(file.width), length(file.height));
    let content = ImageMessageEventContent::plain(name, media).info(Box::new(info));
    unmentioning(MessageType::Image(content))
}

fn unmentioning(content: MessageType) -> RoomMessageEventContent {
    let mut content = RoomMessageEventContent::new(content);
    // Without it some clients guess mentions from the text.
    content.mentions = Some(Mentions::new());
    content
}

/// What stands for events that were hidden, with what programs can read of it in a field of ours.
#[derive(Serialize)]
pub struct Replacing {
    #[serde(flatten)]
    message: RoomMessageEventContent,
    #[serde(rename = "org.helproom.mask")]
    mask: MaskField,
}

#[derive(Serialize)]
struct MaskField {
    replaces: OwnedEventId,
    /// In Unicode scalar values of `body`.
    spans: Vec<Range>,
}

#[derive(Serialize)]
struct Range {
    start: usize,
    end: usize,
}

impl StaticEventContent for Replacing {
    const TYPE: &'static str = "m.room.message";
    type IsPrefix = ruma::events::False;
}

impl MessageLikeEventContent for Replacing {
    fn event_type(&self) -> MessageLikeEventType {
        MessageLikeEventType::RoomMessage
    }
}

pub fn replacement(replacement: &Replacement<'_>) -> Result<Replacing, IdParseError> {
    let reply_to = replacement
        .reply_to
        .map(|to| OwnedEventId::try_from(to.as_str()));
    let mut message = match (replacement.file, replacement.ghost) {
        (Some(attached), _) => file(attached),
        (None, Some(_)) => words(replacement.text, None),
        (None, None) => notice(replacement.text),
    };
    if let (MessageType::Text(text), Some(html)) = (&mut message.msgtype, replacement.html) {
        text.formatted = Some(FormattedBody::html(html));
    }
    message.relates_to = reply_to
        .transpose()?
        .map(|to| Relation::Reply(Reply::with_event_id(to)));
    let spans = replacement.spans.iter();
    Ok(Replacing {
        message,
        mask: MaskField {
            replaces: OwnedEventId::try_from(replacement.replaces.as_str())?,
            spans: spans
                .map(|(start, end)| Range {
                    start: *start,
                    end: *end,
                })
                .collect(),
        },
    })
}

/// A notice: no client rings for it.
pub fn notice(text: &str) -> RoomMessageEventContent {
    let mut content = match command::formatted(text) {
        Some(html) => RoomMessageEventContent::notice_html(text, html),
        None => RoomMessageEventContent::notice_plain(text),
    };
    content.mentions = Some(Mentions::new());
    content
}

/// A notice that replies to a message.
pub fn answer(to: OwnedEventId, text: &str) -> RoomMessageEventContent {
    let mut content = notice(text);
    content.relates_to = Some(Relation::Reply(Reply::with_event_id(to)));
    content
}

/// A text that mentions the agents and links the room: clients pop up, sound, and count it red.
pub fn mention(
    agents: &[OwnedUserId],
    text: &str,
    link: &RoomId,
    via: &str,
) -> RoomMessageEventContent {
    let room = permalink(link.as_str(), via);
    let names: Vec<String> = agents
        .iter()
        .map(|agent| format!("@{}", agent.localpart()))
        .collect();
    let pills: Vec<String> = agents
        .iter()
        .zip(&names)
        .map(|(agent, name)| format!("<a href=\"https://matrix.to/#/{agent}\">{name}</a>"))
        .collect();
    let plain = format!("{}: {} {room}", names.join(", "), command::names(text));
    let html = format!("{}: {}", pills.join(", "), linked(text, &room));
    let mut content = RoomMessageEventContent::text_html(plain, html);
    content.mentions = Some(Mentions::with_user_ids(agents.iter().cloned()));
    content
}

/// The chat's number as the link, where there is one: addresses are long, and clients that show the
/// room's name instead leave the words around it.
fn linked(text: &str, room: &str) -> String {
    let digits =
        |rest: &str| rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = text.match_indices('#').find_map(|(at, _)| {
        let digits = digits(text.get(at + 1..)?);
        (digits > 0).then_some((at, at + 1 + digits))
    });
    let parts = number
        .and_then(|(from, to)| Some((text.get(..from)?, text.get(from..to)?, text.get(to..)?)));
    match parts {
        Some((before, number, behind)) => format!(
            "{}<a href=\"{room}\">{number}</a>{}.",
            command::pills(before),
            command::pills(behind.trim_end_matches([':', '.']))
        ),
        None => format!("{} <a href=\"{room}\">{room}</a>", command::pills(text)),
    }
}

/// A link that clients open as a room of theirs.
pub fn permalink(room: &str, via: &str) -> String {
    format!("https://matrix.to/#/{room}?via={via}")
}

pub fn room_id(room: &desk::ids::RoomId) -> Result<OwnedRoomId, IdParseError> {
    RoomId::parse(room.as_str())
}

#[cfg(test)]
mod tests {
    use desk::{attachment::Attachment, ids::MediaId};

    use super::*;

    #[test]
    fn words_are_sent_as_plain_text_without_mentions() {
        let content = serde_json::to_value(words("<b>hi</b> @room", None)).unwrap();
        assert_eq!(
            content,
            serde_json::json!({"msgtype": "m.text", "body": "<b>hi</b> @room", "m.mentions": {}})
        );
    }

    #[test]
    fn an_answer_of_the_customer_names_what_it_answers() {
        let to = OwnedEventId::try_from("$asked").unwrap();
        let content = serde_json::to_value(words("yes", Some(to))).unwrap();
        assert_eq!(
            content["m.relates_to"],
            serde_json::json!({"m.in_reply_to": {"event_id": "$asked"}})
        );
    }

    #[test]
    fn an_image_is_sent_as_one_and_everything_else_as_a_file() {
        let attached = |name: &str, mime: &str, width| Attached {
            file: Attachment {
                name: name.into(),
                mime: mime.into(),
                size: 70,
                width,
                height: width,
            },
            media: MediaId::new("mxc://example.org/a"),
        };
        for (attached, content) in [
            (
                attached("a.png", "image/png", Some(3)),
                serde_json::json!({
                    "msgtype": "m.image", "body": "a.png", "url": "mxc://example.org/a", "m.mentions": {},
                    "info": {"mimetype": "image/png", "size": 70, "w": 3, "h": 3},
                }),
            ),
            (
                attached("a.pdf", "application/pdf", None),
                serde_json::json!({
                    "msgtype": "m.file", "body": "a.pdf", "url": "mxc://example.org/a", "m.mentions": {},
                    "info": {"mimetype": "application/pdf", "size": 70},
                }),
            ),
        ] {
            assert_eq!(serde_json::to_value(file(&attached)).unwrap(), content);
        }
    }

    #[test]
    fn an_offer_mentions_the_agent_and_escapes_what_the_customer_typed() {
        let agent = OwnedUserId::try_from("@alice:example.org").unwrap();
        let room = OwnedRoomId::try_from("!abc:example.org").unwrap();
        let content = serde_json::to_value(mention(
            &[agent],
            "<Kim> is in chat #12. Join:",
            &room,
            "example.org",
        ))
        .unwrap();
        assert_eq!(content["msgtype"], "m.text");
        assert_eq!(
            content["m.mentions"]["user_ids"],
            serde_json::json!(["@alice:example.org"])
        );
        assert_eq!(
            content["body"],
            "@alice: <Kim> is in chat #12. Join: https://matrix.to/#/!abc:example.org?via=example.org"
        );
        assert_eq!(
            content["formatted_body"],
            "<a href=\"https://matrix.to/#/@alice:example.org\">@alice</a>: &lt;Kim&gt; is in chat \
             <a href=\"https://matrix.to/#/!abc:example.org?via=example.org\">#12</a>. Join."
        );
    }

    #[test]
    fn who_is_named_in_an_offer_is_named_and_not_mentioned() {
        let alice = OwnedUserId::try_from("@alice:example.org").unwrap();
        let room = OwnedRoomId::try_from("!abc:example.org").unwrap();
        let text = "@bob:example.org hands you chat #12. Join:";
        let content = serde_json::to_value(mention(&[alice], text, &room, "example.org")).unwrap();
        assert_eq!(
            content["m.mentions"]["user_ids"],
            serde_json::json!(["@alice:example.org"])
        );
        let body = content["body"].as_str().unwrap();
        assert!(body.starts_with("@alice: @bob hands you"), "{body}");
        let html = content["formatted_body"].as_str().unwrap();
        let bob = "<a href=\"https://matrix.to/#/@bob:example.org\">@bob</a> hands you";
        assert!(html.contains(bob), "{html}");
    }

    #[test]
    fn a_notice_is_formatted_where_that_says_more() {
        let content = |text| serde_json::to_value(notice(text)).unwrap();
        assert_eq!(
            content("No chat waits."),
            serde_json::json!({"msgtype": "m.notice", "body": "No chat waits.", "m.mentions": {}})
        );
        assert_eq!(
            content("Try !help"),
            serde_json::json!({
                "msgtype": "m.notice", "body": "Try !help", "m.mentions": {},
                "format": "org.matrix.custom.html", "formatted_body": "Try <code>!help</code>",
            })
        );
    }
}
