//! What an agent reads out of an answer to `/sync`.

use serde_json::{Map, Value};

/// A customer's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub room: String,
    pub event: String,
    /// None: a file.
    pub text: Option<String>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub next: String,
    /// Rooms that Helproom invites us to.
    pub invites: Vec<String>,
    /// Joined rooms in which a customer was seen coming in.
    pub chats: Vec<String>,
    pub messages: Vec<Message>,
}

impl Seen {
    pub fn read(sync: &Value, me: &str, bot: &str) -> Self {
        let virtual_users = virtual_users(bot);
        let is_customer = |user: &str| user.starts_with(&virtual_users);
        let mut seen = Self {
            next: text(sync, "/next_batch").unwrap_or_default().to_owned(),
            ..Self::default()
        };
        for (room, invite) in rooms(sync, "/rooms/invite") {
            let ours = events(invite, "/invite_state/events").any(|event| {
                let sender = text(event, "/sender").unwrap_or_default();
                text(event, "/state_key") == Some(me) && (sender == bot || is_customer(sender))
            });
            if ours {
                seen.invites.push(room.clone());
            }
        }
        for (room, joined) in rooms(sync, "/rooms/join") {
            let said = || events(joined, "/timeline/events");
            let came = |event: &Value| {
                text(event, "/type") == Some("m.room.member")
                    && text(event, "/content/membership") == Some("join")
                    && text(event, "/state_key").is_some_and(is_customer)
            };
            if events(joined, "/state/events").chain(said()).any(came) {
                seen.chats.push(room.clone());
            }
            let by_customers =
                said().filter(|event| text(event, "/sender").is_some_and(is_customer));
            seen.messages
                .extend(by_customers.filter_map(|event| message(room, event)));
        }
        seen
    }
}

/// `@helproom:server` has the virtual users `@helproom_...`.
fn virtual_users(bot: &str) -> String {
    let localpart = bot.split(':').next().unwrap_or(bot);
    format!("{localpart}_")
}

fn message(room: &str, event: &Value) -> Option<Message> {
    let is_edit = text(event, "/content/m.relates_to/rel_type") == Some("m.replace");
    if text(event, "/type") != Some("m.room.message") || is_edit {
        return None;
    }
    let body = match text(event, "/content/msgtype")? {
        "m.notice" => return None,
        "m.text" | "m.emote" => Some(text(event, "/content/body")?.to_owned()),
        _ => None,
    };
    Some(Message {
        room: room.to_owned(),
        event: text(event, "/event_id")?.to_owned(),
        text: body,
    })
}

fn text<'a>(value: &'a Value, pointer: &str) -> Option<&'a str> {
    value.pointer(pointer)?.as_str()
}

fn rooms<'a>(sync: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let rooms = sync.pointer(pointer).and_then(Value::as_object);
    rooms.into_iter().flat_map(Map::iter)
}

fn events<'a>(room: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    let events = room.pointer(pointer).and_then(Value::as_array);
    events.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const BOT: &str = "@helproom:lab.test";
    const KIM: &str = "@helproom_acme_1:lab.test";
    const ALICE: &str = "@alice:lab.test";

    fn read(sync: &Value) -> Seen {
        Seen::read(sync, ALICE, BOT)
    }

    fn in_room(event: &Value) -> Seen {
        read(&json!({"rooms": {"join": {"!r": {"timeline": {"events": [event]}}}}}))
    }

    #[test]
    fn only_helprooms_invites_are_taken() {
        for (sender, taken) in [(BOT, 1), (KIM, 1), ("@mallory:lab.test", 0)] {
            let member = json!({"type": "m.room.member", "sender": sender, "state_key": ALICE});
            let invite = json!({"invite_state": {"events": [member]}});
            let seen = read(&json!({"rooms": {"invite": {"!r": invite}}}));
            assert_eq!(seen.invites.len(), taken, "{sender}");
        }
    }

    #[test]
    fn only_what_customers_say_is_answered() {
        let said = |sender: &str, msgtype: &str| {
            in_room(&json!({
                "type": "m.room.message", "sender": sender, "event_id": "$1",
                "content": {"msgtype": msgtype, "body": "hi"},
            }))
            .messages
        };
        assert_eq!(said(KIM, "m.text")[0].text.as_deref(), Some("hi"));
        assert_eq!(said(KIM, "m.image")[0].text, None);
        for (sender, msgtype) in [(KIM, "m.notice"), (BOT, "m.text"), (ALICE, "m.text")] {
            assert_eq!(said(sender, msgtype), [], "{sender} {msgtype}");
        }
    }

    #[test]
    fn an_edit_is_not_answered_again() {
        let edit = json!({
            "type": "m.room.message", "sender": KIM, "event_id": "$2",
            "content": {"msgtype": "m.text", "body": "* hi",
                "m.relates_to": {"rel_type": "m.replace", "event_id": "$1"}},
        });
        assert_eq!(in_room(&edit).messages, []);
    }

    #[test]
    fn a_room_with_a_customer_is_a_chat() {
        let came = |user: &str| {
            in_room(&json!({
                "type": "m.room.member", "sender": user, "state_key": user,
                "content": {"membership": "join"},
            }))
            .chats
        };
        assert_eq!(came(KIM), ["!r"]);
        assert!(came(BOT).is_empty());
    }
}
