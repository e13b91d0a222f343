//! From a Matrix event to what the desk cares about.

use serde::Deserialize;
use serde_json::Value;

use desk::{
    event::{Received, RoomEvent, RoomEventKind},
    ids::{AgentId, EventId, RoomId, Timestamp},
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
        "m.sticker" => RoomEventKind::Unsupported,
        "m.room.redaction" => match text(&event.content, "redacts").or(event.redacts.as_deref()) {
            Some(of) => RoomEventKind::Deletion {
                of: EventId::new(of),
            },
            None => RoomEventKind::Nothing,
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
    if relation_type == Some("m.thread") {
        return RoomEventKind::Nothing;
    }
    if relation_type == Some("m.replace") {
        let of = relation.and_then(|relation| text(relation, "event_id"));
        let new = content
            .get("m.new_content")
            .and_then(|new| text(new, "body"));
        return match (of, new) {
            (Some(of), Some(new)) => RoomEventKind::Edit {
                of: EventId::new(of),
                text: new.to_owned(),
            },
            _ => RoomEventKind::Nothing,
        };
    }
    let reply_to = relation
        .and_then(|relation| relation.pointer("/m.in_reply_to/event_id"))
        .and_then(Value::as_str);
    match (text(content, "msgtype"), text(content, "body")) {
        (Some("m.text"), Some(body)) => RoomEventKind::Message {
            text: match reply_to {
                Some(_) => without_reply_fallback(body),
                None => body.to_owned(),
            },
            reply_to: reply_to.map(EventId::new),
        },
        (Some("m.emote"), Some(body)) => RoomEventKind::Message {
            text: format!("* {body}"),
            reply_to: reply_to.map(EventId::new),
        },
        (Some("m.notice"), _) | (None, _) => RoomEventKind::Nothing,
        (Some(_), _) => RoomEventKind::Unsupported,
    }
}

/// Older clients quote what is replied to: lines with `> `, then an empty one (removed from the
/// specification in 1.13, still sent).
fn without_reply_fallback(body: &str) -> String {
    if !body.starts_with("> <") {
        return body.to_owned();
    }
    let mut rest = body;
    while rest.starts_with("> ") || rest.starts_with(">\n") {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
    }
    rest.strip_prefix('\n').unwrap_or(rest).to_owned()
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
        RoomEventKind::Message {
            text: text.into(),
            reply_to: None,
        }
    }

    #[test]
    fn a_message_is_understood_as() {
        for (content, what) in [
            (json!({"msgtype": "m.text", "body": "hi"}), says("hi")),
            (
                json!({"msgtype": "m.emote", "body": "waves"}),
                says("* waves"),
            ),
            (
                json!({"msgtype": "m.notice", "body": "hi"}),
                RoomEventKind::Nothing,
            ),
            (
                json!({"msgtype": "m.image", "body": "a.png", "url": "mxc://a/b"}),
                RoomEventKind::Unsupported,
            ),
            (json!({}), RoomEventKind::Nothing),
            (
                json!({"msgtype": "m.text", "body": 7}),
                RoomEventKind::Unsupported,
            ),
            (
                json!({"msgtype": "m.text", "body": "internal", "m.relates_to": {"rel_type": "m.thread", "event_id": "$0"}}),
                RoomEventKind::Nothing,
            ),
            (
                json!({"msgtype": "m.text", "body": "* new", "m.new_content": {"msgtype": "m.text", "body": "new"},
                       "m.relates_to": {"rel_type": "m.replace", "event_id": "$0"}}),
                RoomEventKind::Edit {
                    of: EventId::new("$0"),
                    text: "new".into(),
                },
            ),
            (
                json!({"msgtype": "m.text", "body": "> <@kim:example.org> one\n> two\n\nyes",
                       "m.relates_to": {"m.in_reply_to": {"event_id": "$0"}}}),
                RoomEventKind::Message {
                    text: "yes".into(),
                    reply_to: Some(EventId::new("$0")),
                },
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
