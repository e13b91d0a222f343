//! What in a management room is a text for the bot, and what the person really typed.

use desk::{ids::AgentId, reading};
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
    /// As typed: without the quotation that older clients put before a reply, and with whole ids
    /// where people are mentioned.
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
        let (is_reply, thread) = match message.content.relates_to {
            Some(Relation::Replacement(_)) => return None,
            Some(Relation::Reply(_)) => (true, None),
            Some(Relation::Thread(thread)) => (true, Some(thread)),
            _ => (false, None),
        };
        let formatted = text.formatted.map(|formatted| formatted.body);
        Some(Self {
            event: message.event_id,
            sender: message.sender,
            body: reading::read(&text.body, formatted.as_deref(), is_reply).typed,
            thread,
        })
    }

    pub(crate) fn person(&self) -> AgentId {
        AgentId::new(self.sender.as_str())
    }
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
        let typed = "> <@bela:lab.test> !away\n\n!help";
        let content = json!({ "msgtype": "m.text", "body": typed, "m.relates_to": reply });
        assert_eq!(body(content).as_deref(), Some("!help"));
    }

    #[test]
    fn who_is_mentioned_is_read_as_an_id() {
        let content = json!({
            "msgtype": "m.text",
            "body": "!agent grant Bob chat",
            "format": "org.matrix.custom.html",
            "formatted_body": "!agent grant <a href=\"https://matrix.to/#/@bob:lab.test\">Bob</a> chat",
        });
        assert_eq!(
            body(content).as_deref(),
            Some("!agent grant @bob:lab.test chat")
        );
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
