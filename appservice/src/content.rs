//! The event contents we send.

use ruma::{
    OwnedEventId, OwnedRoomId, OwnedUserId, RoomId,
    events::{
        Mentions,
        relation::Reply,
        room::message::{MessageType, Relation, RoomMessageEventContent, TextMessageEventContent},
    },
};

/// A customer's words, just as typed: plain text, so nothing in them is markup.
pub fn words(text: &str) -> RoomMessageEventContent {
    let mut content =
        RoomMessageEventContent::new(MessageType::Text(TextMessageEventContent::plain(text)));
    // Without it some clients guess mentions from the text.
    content.mentions = Some(Mentions::new());
    content
}

/// A notice: no client rings for it.
pub fn notice(text: &str) -> RoomMessageEventContent {
    let mut content = RoomMessageEventContent::notice_plain(text);
    content.mentions = Some(Mentions::new());
    content
}

/// A notice that replies to a message.
pub fn answer(to: OwnedEventId, text: &str) -> RoomMessageEventContent {
    let mut content = notice(text);
    content.relates_to = Some(Relation::Reply(Reply::with_event_id(to)));
    content
}

/// A text that mentions the agent and links the room: clients pop up, sound, and count it red.
pub fn mention(
    agent: &OwnedUserId,
    text: &str,
    link: &RoomId,
    via: &str,
) -> RoomMessageEventContent {
    let room = format!("https://matrix.to/#/{link}?via={via}");
    let person = format!("https://matrix.to/#/{agent}");
    let plain = format!("{agent}: {text} {room}");
    let html = format!(
        "<a href=\"{person}\">{agent}</a>: {} <a href=\"{room}\">{room}</a>",
        escape(text)
    );
    let mut content = RoomMessageEventContent::text_html(plain, html);
    content.mentions = Some(Mentions::with_user_ids([agent.clone()]));
    content
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

pub fn room_id(room: &desk::ids::RoomId) -> Result<OwnedRoomId, ruma::IdParseError> {
    RoomId::parse(room.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sent_as_plain_text_without_mentions() {
        let content = serde_json::to_value(words("<b>hi</b> @room")).unwrap();
        assert_eq!(
            content,
            serde_json::json!({"msgtype": "m.text", "body": "<b>hi</b> @room", "m.mentions": {}})
        );
    }

    #[test]
    fn an_offer_mentions_the_agent_and_escapes_what_the_customer_typed() {
        let agent = OwnedUserId::try_from("@alice:example.org").unwrap();
        let room = OwnedRoomId::try_from("!abc:example.org").unwrap();
        let content =
            serde_json::to_value(mention(&agent, "<Kim> waits", &room, "example.org")).unwrap();
        assert_eq!(content["msgtype"], "m.text");
        assert_eq!(
            content["m.mentions"]["user_ids"],
            serde_json::json!(["@alice:example.org"])
        );
        let html = content["formatted_body"].as_str().unwrap();
        assert!(
            html.contains("&lt;Kim&gt;") && html.contains("https://matrix.to/#/!abc:example.org"),
            "{html}"
        );
    }
}
