//! From a Matrix event to what the desk cares about.

use serde::Deserialize;
use serde_json::Value;

use desk::{
    attachment::{Attached, Attachment},
    event::{Received, RoomEvent, RoomEventKind, Written},
    ids::{AgentId, EventId, MediaId, RoomId, Timestamp},
    reading::{self, Reading},
};

#[derive(Deserialize)]
struct Event {
    event_id: String,
    room_id: String,
    sender: String,
    #[serde(rename = "type")]
    event_type: String,
    state_key: Option<String>,
    origin_server_ts: i64,
    #[serde(default)]
    content: Value,
    #[serde(default)]
    unsigned: Value,
    /// Before room version 11.
    redacts: Option<String>,
}

/// The event, or why it cannot be understood.
pub fn room_event(received: &Received) -> Result<RoomEvent, serde_json::Error> {
    let event: Event = serde_json::from_str(&received.body)?;
    let what = kind(&event);
    let person = match event.event_type.as_str() {
        "m.room.member" => event.state_key.unwrap_or(event.sender),
        _ => event.sender,
    };
    Ok(RoomEvent {
        id: EventId::new(event.event_id),
        room: RoomId::new(event.room_id),
        person: AgentId::new(person),
        at: Timestamp::from_millis(event.origin_server_ts),
        what,
    })
}

fn kind(event: &Event) -> RoomEventKind {
    match event.event_type.as_str() {
        "m.room.member" => membership(event),
        "m.room.message" => message(&event.content),
        // Its body describes it, and is not for reading beside it.
        "m.sticker" => file(&event.content, "sticker"),
        "m.reaction" => reaction(&event.content),
        "m.room.redaction" => match text(&event.content, "redacts").or(event.redacts.as_deref()) {
            Some(of) => RoomEventKind::Deletion {
                of: EventId::new(of),
            },
            None => RoomEventKind::Nothing,
        },
        _ => RoomEventKind::Nothing,
    }
}

fn reaction(content: &Value) -> RoomEventKind {
    let Some(relation) = content.get("m.relates_to") else {
        return RoomEventKind::Nothing;
    };
    match (text(relation, "event_id"), text(relation, "key")) {
        (Some(of), Some(symbol)) => RoomEventKind::Reaction {
            of: EventId::new(of),
            symbol: symbol.to_owned(),
        },
        _ => RoomEventKind::Nothing,
    }
}

fn membership(event: &Event) -> RoomEventKind {
    let before = event
        .unsigned
        .pointer("/prev_content/membership")
        .and_then(Value::as_str);
    match text(&event.content, "membership") {
        // A new name or picture is no new joining.
        Some("join") if before == Some("join") => RoomEventKind::Nothing,
        Some("join") => RoomEventKind::Joined,
        Some("leave" | "ban") => RoomEventKind::Left,
        _ => RoomEventKind::Nothing,
    }
}

fn message(content: &Value) -> RoomEventKind {
    let relation = content.get("m.relates_to");
    let relation_type = relation.and_then(|relation| text(relation, "rel_type"));
    if relation_type == Some("m.replace") {
        let of = relation.and_then(|relation| text(relation, "event_id"));
        let new = content.get("m.new_content");
        let new = new.and_then(|new| match written(new, false) {
            RoomEventKind::Message(new) => Some(new),
            _ => None,
        });
        return match (of, new) {
            (Some(of), Some(new)) => RoomEventKind::Edit {
                of: EventId::new(of),
                new,
            },
            _ => RoomEventKind::Nothing,
        };
    }
    let in_thread = relation_type == Some("m.thread");
    let answers = relation.and_then(|relation| relation.get("m.in_reply_to"));
    // In a thread, clients name the last message for clients without threads.
    let falls_back = relation.and_then(|relation| relation.get("is_falling_back"));
    let is_reply = falls_back != Some(&true.into());
    let reply_to = answers
        .filter(|_| is_reply)
        .and_then(|answered| text(answered, "event_id"));
    match written(content, answers.is_some()) {
        RoomEventKind::Message(new) => RoomEventKind::Message(Written {
            quotes: answers.is_some() && quotes(content),
            reply_to: reply_to.map(EventId::new),
            in_thread,
            ..new
        }),
        // What is not for customers is not missed by them.
        RoomEventKind::Unsupported if in_thread => RoomEventKind::Nothing,
        other => other,
    }
}

fn quotes(content: &Value) -> bool {
    text(content, "body").is_some_and(|body| reading::quotes(body, formatted(content)))
}

/// A message without what it relates to.
fn written(content: &Value, is_reply: bool) -> RoomEventKind {
    match (text(content, "msgtype"), text(content, "body")) {
        (Some("m.text"), Some(body)) => {
            let reading = reading::read(body, formatted(content), is_reply);
            RoomEventKind::Message(Written {
                typed: Some(reading.typed),
                text: reading.text,
                html: reading.html,
                ..Written::default()
            })
        }
        (Some("m.emote"), Some(body)) => {
            let reading = reading::read(body, formatted(content), is_reply);
            RoomEventKind::Message(Written {
                text: format!("* {}", reading.text),
                html: reading.html.map(|html| format!("* {html}")),
                ..Written::default()
            })
        }
        (Some("m.image" | "m.file" | "m.audio" | "m.video"), Some(body)) => file(content, body),
        (Some("m.notice"), _) | (None, _) => RoomEventKind::Nothing,
        (Some(_), _) => RoomEventKind::Unsupported,
    }
}

/// A file, and what was written beside it: the `body`, when there is a `filename` beside that.
fn file(content: &Value, body: &str) -> RoomEventKind {
    // An encrypted one has `file` instead: its key is in a room that is not encrypted.
    let Some(media) = text(content, "url").filter(|url| url.starts_with("mxc://")) else {
        return RoomEventKind::Unsupported;
    };
    let name = text(content, "filename").unwrap_or(body);
    let info = |key: &str| content.get("info").and_then(|info| info.get(key));
    let pixels = |key| info(key)?.as_u64().and_then(|n| u32::try_from(n).ok());
    let file = Attachment {
        width: pixels("w"),
        height: pixels("h"),
        ..Attachment::told(
            name,
            info("mimetype").and_then(Value::as_str),
            info("size").and_then(Value::as_u64),
        )
    };
    let caption = match name == body {
        true => Reading::default(),
        false => reading::read(body, formatted(content), false),
    };
    RoomEventKind::Message(Written {
        text: caption.text,
        html: caption.html,
        attached: Some(Attached {
            file,
            media: MediaId::new(media),
        }),
        ..Written::default()
    })
}

fn formatted(content: &Value) -> Option<&str> {
    let is_html = text(content, "format") == Some("org.matrix.custom.html");
    text(content, "formatted_body").filter(|_| is_html)
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn understood(event_type: &str, content: Value, more: Value) -> RoomEventKind {
        let mut event = json!({
            "event_id": "$1", "room_id": "!r", "sender": "@alice:example.org", "type": event_type,
            "origin_server_ts": 1, "content": content,
        });
        event
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let received = Received {
            id: EventId::new("$1"),
            room: RoomId::new("!r"),
            body: event.to_string(),
        };
        room_event(&received).unwrap().what
    }

    fn says(text: &str) -> RoomEventKind {
        RoomEventKind::Message(Written::plain(text))
    }

    /// What can be no command.
    fn shows(text: &str, attached: Option<Attached>) -> RoomEventKind {
        RoomEventKind::Message(Written {
            typed: None,
            attached,
            ..Written::plain(text)
        })
    }

    fn attached(name: &str, mime: &str, size: u64) -> Option<Attached> {
        Some(Attached {
            file: Attachment::told(name, Some(mime), Some(size)),
            media: MediaId::new("mxc://a/b"),
        })
    }

    #[test]
    fn a_message_is_understood_as() {
        for (content, what) in [
            (json!({"msgtype": "m.text", "body": "hi"}), says("hi")),
            (
                json!({"msgtype": "m.emote", "body": "waves"}),
                shows("* waves", None),
            ),
            (
                json!({"msgtype": "m.notice", "body": "hi"}),
                RoomEventKind::Nothing,
            ),
            (
                json!({"msgtype": "m.location", "body": "here", "geo_uri": "geo:1,2"}),
                RoomEventKind::Unsupported,
            ),
            (
                json!({"msgtype": "m.text", "body": "**hi** Bob", "format": "org.matrix.custom.html",
                       "formatted_body": "<b>hi</b> <a href=\"https://matrix.to/#/@bob:example.org\">Bob</a>"}),
                RoomEventKind::Message(Written {
                    typed: Some("hi @bob:example.org".into()),
                    html: Some("<b>hi</b> Bob".into()),
                    ..Written::plain("**hi** Bob")
                }),
            ),
            (
                json!({"msgtype": "m.text", "body": "hi", "format": "other", "formatted_body": "<b>hi</b>"}),
                says("hi"),
            ),
            (json!({}), RoomEventKind::Nothing),
            (
                json!({"msgtype": "m.text", "body": 7}),
                RoomEventKind::Unsupported,
            ),
            (
                json!({"msgtype": "m.text", "body": "!status", "m.relates_to":
                       {"rel_type": "m.thread", "event_id": "$0", "is_falling_back": true, "m.in_reply_to": {"event_id": "$1"}}}),
                RoomEventKind::Message(Written {
                    in_thread: true,
                    ..Written::plain("!status")
                }),
            ),
            (
                json!({"msgtype": "m.location", "body": "here", "m.relates_to": {"rel_type": "m.thread", "event_id": "$0"}}),
                RoomEventKind::Nothing,
            ),
            (
                json!({"msgtype": "m.text", "body": "* new", "m.new_content":
                       {"msgtype": "m.text", "body": "new", "format": "org.matrix.custom.html", "formatted_body": "<i>new</i>"},
                       "m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}}),
                RoomEventKind::Edit {
                    of: EventId::new("$0"),
                    new: Written {
                        html: Some("<i>new</i>".into()),
                        ..Written::plain("new")
                    },
                },
            ),
            (
                json!({"msgtype": "m.text", "body": "> <@kim:example.org> one\n> two\n\nyes",
                       "m.relates_to": {"m.in_reply_to": {"event_id": "$0"}}}),
                RoomEventKind::Message(Written {
                    reply_to: Some(EventId::new("$0")),
                    quotes: true,
                    ..Written::plain("yes")
                }),
            ),
            (
                json!({"msgtype": "m.text", "body": "> <@kim:example.org> not a reply"}),
                says("> <@kim:example.org> not a reply"),
            ),
        ] {
            assert_eq!(
                understood("m.room.message", content.clone(), json!({})),
                what,
                "{content}"
            );
        }
    }

    #[test]
    fn a_file_is_understood_with_its_name_and_what_was_written_beside_it() {
        let file = |msgtype: &str, more: Value| {
            let mut content = json!({"msgtype": msgtype, "body": "a.bin", "url": "mxc://a/b",
                "info": {"mimetype": "x/y", "size": 5}});
            content
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            understood("m.room.message", content, json!({}))
        };
        let plain = shows("", attached("a.bin", "x/y", 5));
        for msgtype in ["m.image", "m.file", "m.audio", "m.video"] {
            assert_eq!(file(msgtype, json!({})), plain, "{msgtype}");
        }
        assert_eq!(file("m.file", json!({"filename": "a.bin"})), plain);
        assert_eq!(
            file("m.image", json!({"filename": "../b\u{202e}.png"})),
            shows("a.bin", attached("b.png", "x/y", 5))
        );
        for encrypted in [
            json!({"url": null, "file": {"url": "mxc://a/b"}}),
            json!({"url": "https://evil.test/a"}),
            json!({"url": 7}),
        ] {
            assert_eq!(file("m.image", encrypted), RoomEventKind::Unsupported);
        }
        let image = json!({"msgtype": "m.image", "body": "a.png", "url": "mxc://a/b", "info": {"w": 3, "h": -2}});
        let RoomEventKind::Message(image) = understood("m.room.message", image, json!({})) else {
            panic!("no message");
        };
        let image = image.attached.unwrap().file;
        assert_eq!((image.width, image.height, image.size), (Some(3), None, 0));
        let sticker = json!({"body": "a cat", "url": "mxc://a/b", "info": {"mimetype": "image/png", "size": 9}});
        assert_eq!(
            understood("m.sticker", sticker, json!({})),
            shows("", attached("sticker", "image/png", 9))
        );
    }

    #[test]
    fn a_reaction_is_understood_with_what_it_is_put_on() {
        let relation = json!({"rel_type": "m.annotation", "event_id": "$0", "key": "✋"});
        assert_eq!(
            understood("m.reaction", json!({ "m.relates_to": relation }), json!({})),
            RoomEventKind::Reaction {
                of: EventId::new("$0"),
                symbol: "✋".into(),
            }
        );
        assert_eq!(
            understood("m.reaction", json!({}), json!({})),
            RoomEventKind::Nothing
        );
    }

    #[test]
    fn a_membership_is_understood_as() {
        let joined_before = json!({"state_key": "@alice:example.org", "unsigned": {"prev_content": {"membership": "join"}}});
        let invited_before = json!({"state_key": "@alice:example.org", "unsigned": {"prev_content": {"membership": "invite"}}});
        for (membership, before, what) in [
            ("join", &invited_before, RoomEventKind::Joined),
            ("join", &joined_before, RoomEventKind::Nothing),
            ("leave", &joined_before, RoomEventKind::Left),
            ("leave", &invited_before, RoomEventKind::Left),
            (
                "invite",
                &json!({"state_key": "@alice:example.org"}),
                RoomEventKind::Nothing,
            ),
        ] {
            let content = json!({ "membership": membership });
            assert_eq!(
                understood("m.room.member", content, before.clone()),
                what,
                "{membership} {before}"
            );
        }
    }

    #[test]
    fn a_deletion_is_understood_in_old_and_new_room_versions() {
        let deletion = RoomEventKind::Deletion {
            of: EventId::new("$0"),
        };
        assert_eq!(
            understood("m.room.redaction", json!({"redacts": "$0"}), json!({})),
            deletion
        );
        assert_eq!(
            understood("m.room.redaction", json!({}), json!({"redacts": "$0"})),
            deletion
        );
    }
}
