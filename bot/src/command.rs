//! What in a management room is a text for the bot, and what the person really typed.

use desk::ids::AgentId;
use matrix_sdk::ruma::{
    OwnedEventId, OwnedUserId, UserId,
    events::{
        AnySyncMessageLikeEvent, AnySyncTimelineEvent, SyncMessageLikeEvent,
        relation::Thread,
        room::message::{MessageType, Relation},
    },
    serde::Raw,
};

/// A text that somebody wrote to the bot.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) event: OwnedEventId,
    pub(crate) sender: OwnedUserId,
    /// Without the quotation that older clients put before a reply.
    pub(crate) body: String,
    pub(crate) thread: Option<Thread>,
}

impl Text {
    /// Reads an event. Notices, edits, media and the bot's own words are not for the bot.
    pub(crate) fn read(event: &Raw<AnySyncTimelineEvent>, bot: &UserId) -> Option<Self> {
        let Ok(AnySyncTimelineEvent::MessageLike(AnySyncMessageLikeEvent::RoomMessage(
            SyncMessageLikeEvent::Original(message),
        ))) = event.deserialize()
        else {
            return None;
        };
        let MessageType::Text(text) = message.content.msgtype else {
            return None;
        };
        if message.sender == bot {
            return None;
        }
        let (body, thread) = match message.content.relates_to {
            Some(Relation::Replacement(_)) => return None,
            Some(Relation::Reply(_)) => (without_quotation(&text.body), None),
            Some(Relation::Thread(thread)) => (without_quotation(&text.body), Some(thread)),
            _ => (text.body.as_str(), None),
        };
        Some(Self {
            event: message.event_id,
            sender: message.sender,
            body: body.to_owned(),
            thread,
        })
    }

    pub(crate) fn person(&self) -> AgentId {
        AgentId::new(self.sender.as_str())
    }
}

/// Strips `> <@person:server> ...` lines and the empty line that ends them.
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
    use matrix_sdk::ruma::user_id;
    use serde_json::{Value, json};

    use super::*;

    fn read(sender: &str, content: Value) -> Option<Text> {
        let event = json!({
            "type": "m.room.message",
            "event_id": "$typed",
            "sender": sender,
            "origin_server_ts": 1,
            "content": content,
        });
        let event = Raw::from_json(serde_json::value::to_raw_value(&event).unwrap());
        Text::read(&event, user_id!("@helproom:lab.test"))
    }

    fn body(content: Value) -> Option<String> {
        read("@anna:lab.test", content).map(|text| text.body)
    }

    #[test]
    fn a_text_of_a_person_is_for_the_bot() {
        let text = read(
            "@anna:lab.test",
            json!({ "msgtype": "m.text", "body": "!help" }),
        )
        .unwrap();
        assert_eq!(
            (text.body.as_str(), text.person()),
            ("!help", AgentId::new("@anna:lab.test"))
        );
    }

    #[test]
    fn notices_edits_media_and_the_bots_own_words_are_not() {
        for (sender, content) in [
            (
                "@helproom:lab.test",
                json!({ "msgtype": "m.text", "body": "!help" }),
            ),
            (
                "@anna:lab.test",
                json!({ "msgtype": "m.notice", "body": "!help" }),
            ),
            (
                "@anna:lab.test",
                json!({ "msgtype": "m.emote", "body": "!help" }),
            ),
            (
                "@anna:lab.test",
                json!({ "msgtype": "m.image", "body": "!help", "url": "mxc://lab.test/a" }),
            ),
            (
                "@anna:lab.test",
                json!({
                    "msgtype": "m.text",
                    "body": "* !help",
                    "m.new_content": { "msgtype": "m.text", "body": "!help" },
                    "m.relates_to": { "rel_type": "m.replace", "event_id": "$before" },
                }),
            ),
        ] {
            assert!(read(sender, content.clone()).is_none(), "{content}");
        }
    }

    #[test]
    fn the_quotation_before_a_reply_is_not_what_was_typed() {
        let reply = json!({ "m.in_reply_to": { "event_id": "$before" } });
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
            let content = json!({ "msgtype": "m.text", "body": typed, "m.relates_to": reply });
            assert_eq!(body(content).as_deref(), Some(meant), "{typed:?}");
        }
    }

    #[test]
    fn a_quotation_that_is_no_reply_is_left_alone() {
        let typed = "> <@bela:lab.test> !away\n\n!help";
        assert_eq!(
            body(json!({ "msgtype": "m.text", "body": typed })).as_deref(),
            Some(typed)
        );
    }

    #[test]
    fn a_text_in_a_thread_keeps_its_thread() {
        let text = read(
            "@anna:lab.test",
            json!({
                "msgtype": "m.text",
                "body": "!help",
                "m.relates_to": { "rel_type": "m.thread", "event_id": "$root", "is_falling_back": true, "m.in_reply_to": { "event_id": "$last" } },
            }),
        )
        .unwrap();
        assert_eq!(text.thread.unwrap().event_id, "$root");
    }
}
