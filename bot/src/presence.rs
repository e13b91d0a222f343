//! Presence that the sync tells, in the desk's words.

use desk::{agent::Presence, ids::AgentId};
use matrix_sdk::ruma::{
    UserId, events::presence::PresenceEvent, presence::PresenceState, serde::Raw,
};

/// What is said of others than the bot. An event that cannot be read says nothing.
pub(crate) fn seen(events: &[Raw<PresenceEvent>], bot: &UserId) -> Vec<(AgentId, Presence)> {
    events
        .iter()
        .filter_map(|event| event.deserialize().ok())
        .filter(|event| event.sender != bot)
        .map(|event| (AgentId::new(event.sender), word(&event.content.presence)))
        .collect()
}

fn word(state: &PresenceState) -> Presence {
    match state {
        PresenceState::Online => Presence::Online,
        PresenceState::Unavailable => Presence::Unavailable,
        PresenceState::Offline => Presence::Offline,
        _ => Presence::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use matrix_sdk::ruma::user_id;
    use serde_json::json;

    use super::*;

    fn event(sender: &str, presence: &str) -> Raw<PresenceEvent> {
        let event =
            json!({ "type": "m.presence", "sender": sender, "content": { "presence": presence } });
        Raw::from_json(serde_json::value::to_raw_value(&event).unwrap())
    }

    #[test]
    fn everybody_but_the_bot_is_told_of_in_the_desks_words() {
        let events = [
            event("@anna:lab.test", "online"),
            event("@bela:lab.test", "unavailable"),
            event("@cora:lab.test", "offline"),
            event("@dora:lab.test", "org.example.busy"),
            event("@helproom:lab.test", "online"),
        ];
        assert_eq!(
            seen(&events, user_id!("@helproom:lab.test")),
            [
                (AgentId::new("@anna:lab.test"), Presence::Online),
                (AgentId::new("@bela:lab.test"), Presence::Unavailable),
                (AgentId::new("@cora:lab.test"), Presence::Offline),
                (AgentId::new("@dora:lab.test"), Presence::Unknown),
            ]
        );
    }

    #[test]
    fn an_event_that_is_no_presence_is_passed_over() {
        let broken = Raw::from_json_string(r#"{"sender": 7}"#.into()).unwrap();
        assert_eq!(
            seen(
                &[broken, event("@anna:lab.test", "online")],
                user_id!("@helproom:lab.test")
            )
            .len(),
            1
        );
    }
}
