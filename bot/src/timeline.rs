//! One room's part of a sync: what in it is new to the bot, and what kind it is.

use matrix_sdk::{
    deserialized_responses::{TimelineEvent, TimelineEventKind},
    ruma::{
        OwnedEventId, UserId,
        events::{
            AnySyncStateEvent, AnySyncTimelineEvent, SyncStateEvent, room::member::MembershipState,
        },
        serde::Raw,
    },
};

use crate::command::Text;

/// What an event of a management room is to the bot.
pub(crate) enum Entry<'a> {
    Text(Text),
    Unreadable(OwnedEventId, &'a Raw<AnySyncTimelineEvent>),
}

/// The events that came after the bot joined; older ones were not said to it.
pub(crate) fn since_joining<'a>(events: &'a [TimelineEvent], bot: &UserId) -> &'a [TimelineEvent] {
    let joined = events
        .iter()
        .rposition(|event| is_join_of(event.raw(), bot));
    joined.and_then(|at| events.get(at + 1..)).unwrap_or(events)
}

pub(crate) fn entry<'a>(event: &'a TimelineEvent, bot: &UserId) -> Option<Entry<'a>> {
    let raw = event.raw();
    match &event.kind {
        TimelineEventKind::UnableToDecrypt { event, .. } => unreadable(event, bot),
        // An algorithm that nobody knows is not even tried.
        TimelineEventKind::PlainText { event } if is_encrypted(event) => unreadable(event, bot),
        TimelineEventKind::PlainText { .. } | TimelineEventKind::Decrypted(_) => {
            Text::read(raw, bot).map(Entry::Text)
        }
    }
}

/// Whether somebody came or went.
pub(crate) fn is_membership(event: &TimelineEvent) -> bool {
    event
        .raw()
        .get_field::<String>("type")
        .ok()
        .flatten()
        .as_deref()
        == Some("m.room.member")
}

fn unreadable<'a>(event: &'a Raw<AnySyncTimelineEvent>, bot: &UserId) -> Option<Entry<'a>> {
    let sender: String = event.get_field("sender").ok()??;
    let id = event.get_field("event_id").ok()??;
    (sender != bot.as_str()).then_some(Entry::Unreadable(id, event))
}

/// Neither redacted nor a state event.
fn is_encrypted(event: &Raw<AnySyncTimelineEvent>) -> bool {
    let kind = event.get_field::<String>("type").ok().flatten();
    let algorithm = event
        .get_field::<serde_json::Value>("content")
        .ok()
        .flatten()
        .is_some_and(|content| content.get("algorithm").is_some());
    kind.as_deref() == Some("m.room.encrypted") && algorithm
}

fn is_join_of(event: &Raw<AnySyncTimelineEvent>, bot: &UserId) -> bool {
    let Ok(AnySyncTimelineEvent::State(AnySyncStateEvent::RoomMember(SyncStateEvent::Original(
        member,
    )))) = event.deserialize()
    else {
        return false;
    };
    let before = member.unsigned.prev_content.map(|before| before.membership);
    member.state_key == bot
        && member.content.membership == MembershipState::Join
        && before != Some(MembershipState::Join)
}

#[cfg(test)]
mod tests {
    use matrix_sdk::ruma::user_id;
    use serde_json::{Value, json};

    use super::*;

    fn bot() -> &'static UserId {
        user_id!("@helproom:lab.test")
    }

    fn event(id: &str, kind: &str, sender: &str, mut more: Value) -> TimelineEvent {
        more["event_id"] = json!(id);
        more["type"] = json!(kind);
        more["sender"] = json!(sender);
        more["origin_server_ts"] = json!(1);
        TimelineEvent::from_plaintext(Raw::from_json(
            serde_json::value::to_raw_value(&more).unwrap(),
        ))
    }

    fn typed(id: &str) -> TimelineEvent {
        event(
            id,
            "m.room.message",
            "@anna:lab.test",
            json!({ "content": { "msgtype": "m.text", "body": "!help" } }),
        )
    }

    fn membership(id: &str, before: Option<&str>) -> TimelineEvent {
        let mut more =
            json!({ "state_key": "@helproom:lab.test", "content": { "membership": "join" } });
        if let Some(before) = before {
            more["unsigned"] = json!({ "prev_content": { "membership": before } });
        }
        event(id, "m.room.member", "@helproom:lab.test", more)
    }

    fn ids(events: &[TimelineEvent]) -> Vec<String> {
        events
            .iter()
            .map(|event| event.event_id().unwrap().to_string())
            .collect()
    }

    #[test]
    fn what_was_said_before_the_bot_joined_was_not_said_to_it() {
        let events = [
            typed("$old"),
            membership("$join", Some("invite")),
            typed("$new"),
        ];
        assert_eq!(ids(since_joining(&events, bot())), ["$new"]);
        let again = [
            membership("$join", Some("leave")),
            typed("$old"),
            membership("$again", Some("leave")),
        ];
        assert!(since_joining(&again, bot()).is_empty());
    }

    #[test]
    fn a_change_of_the_bots_name_is_no_join() {
        let events = [
            typed("$one"),
            membership("$name", Some("join")),
            typed("$two"),
        ];
        assert_eq!(
            ids(since_joining(&events, bot())),
            ["$one", "$name", "$two"]
        );
    }

    #[test]
    fn an_encrypted_event_of_another_is_unreadable_whatever_its_algorithm() {
        for (sender, content, counts) in [
            (
                "@anna:lab.test",
                json!({ "algorithm": "org.example.unknown", "ciphertext": "x" }),
                true,
            ),
            (
                "@anna:lab.test",
                json!({ "algorithm": "m.megolm.v1.aes-sha2" }),
                true,
            ),
            ("@anna:lab.test", json!({}), false),
            (
                "@helproom:lab.test",
                json!({ "algorithm": "m.megolm.v1.aes-sha2" }),
                false,
            ),
        ] {
            let event = event(
                "$a",
                "m.room.encrypted",
                sender,
                json!({ "content": content }),
            );
            assert_eq!(
                matches!(entry(&event, bot()), Some(Entry::Unreadable(..))),
                counts,
                "{event:?}"
            );
        }
    }

    #[test]
    fn a_text_is_read() {
        assert!(matches!(entry(&typed("$a"), bot()), Some(Entry::Text(_))));
        assert!(entry(&membership("$a", None), bot()).is_none());
    }
}
