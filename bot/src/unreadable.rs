//! Messages the bot cannot decrypt: answered when the key comes late, explained when it does not.

use std::time::Duration;

use desk::ids::Timestamp;
use matrix_sdk::{
    Client, Room,
    deserialized_responses::TimelineEvent,
    ruma::{
        EventEncryptionAlgorithm,
        api::client::message::send_message_event,
        events::{AnySyncTimelineEvent, room::message::RoomMessageEventContent},
        serde::Raw,
    },
};

use crate::{
    error::BotError,
    ledger::{Ledger, Unreadable},
    reply,
};

/// Keys often arrive just after what they open.
const GRACE: Duration = Duration::from_secs(10);
/// So often the bot looks for the key until then.
const LOOK: Duration = Duration::from_secs(1);
/// One explanation per room in this time, and a late key still opens a message of that age.
pub(crate) const PAUSE: Duration = Duration::from_secs(600);

/// What is to be done about an unreadable event whose key is not there.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Due {
    Wait,
    Explain,
    GiveUp,
}

pub(crate) fn due(event: &Unreadable, now: Timestamp) -> Due {
    let age = now.since(event.seen);
    if event.told {
        if age < PAUSE { Due::Wait } else { Due::GiveUp }
    } else if age < GRACE {
        Due::Wait
    } else {
        Due::Explain
    }
}

/// When to look for a key again, or to explain that there is none.
pub(crate) fn next_due(ledger: &Ledger, now: Timestamp) -> Option<Duration> {
    let waiting = ledger.unreadable.iter().filter(|event| !event.told);
    waiting
        .map(|event| LOOK.min(GRACE.saturating_sub(now.since(event.seen))))
        .min()
}

/// Tries again; the key may have come.
pub(crate) async fn decrypt(
    room: &Room,
    event: &Raw<AnySyncTimelineEvent>,
) -> Option<TimelineEvent> {
    let opened = room
        .decrypt_event(event.cast_ref_unchecked(), None)
        .await
        .ok()?;
    (!opened.kind.is_utd()).then_some(opened)
}

/// Says that the bot could not read a message.
///
/// In a room whose algorithm nobody knows this is the one thing said in the clear: it holds
/// nothing of anybody, and silence would be worse.
pub(crate) async fn explain(
    client: &Client,
    room: &Room,
    event: &Unreadable,
    words: &str,
) -> Result<(), BotError> {
    let state = room.latest_encryption_state().await?;
    let known = room.encryption_settings().is_none_or(|settings| {
        settings.algorithm == Some(EventEncryptionAlgorithm::MegolmV1AesSha2)
    });
    if known || !state.is_encrypted() {
        return reply::notice(room, words, "unreadable", event.id.as_str()).await;
    }
    let notice = RoomMessageEventContent::notice_plain(words);
    let key = reply::key("unreadable", event.id.as_str());
    let request = send_message_event::v3::Request::new(room.room_id().to_owned(), key, &notice)
        .map_err(|error| BotError::Never(error.into()))?;
    client
        .send(request)
        .await
        .map(drop)
        .map_err(BotError::from)
        .or_else(BotError::unless_never)
}

#[cfg(test)]
mod tests {
    use matrix_sdk::ruma::{owned_event_id, owned_room_id};

    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(1_000_000);

    fn event(told: bool) -> Unreadable {
        Unreadable {
            room: owned_room_id!("!anna:lab.test"),
            id: owned_event_id!("$a"),
            event: Raw::from_json_string("{}".into()).unwrap(),
            seen: NOON,
            told,
        }
    }

    #[test]
    fn a_message_is_explained_after_the_grace_and_given_up_after_the_pause() {
        for (told, age, expected) in [
            (false, 9, Due::Wait),
            (false, 10, Due::Explain),
            (false, 900, Due::Explain),
            (true, 10, Due::Wait),
            (true, 599, Due::Wait),
            (true, 600, Due::GiveUp),
        ] {
            assert_eq!(
                due(&event(told), NOON + Duration::from_secs(age)),
                expected,
                "{told} {age}"
            );
        }
    }

    #[test]
    fn a_key_is_looked_for_every_second_until_the_explanation() {
        let mut ledger = Ledger::default();
        assert_eq!(next_due(&ledger, NOON), None);
        ledger.unreadable.push(event(true));
        assert_eq!(next_due(&ledger, NOON), None);
        ledger.unreadable.push(event(false));
        for (age, due) in [(4_000, 1_000), (9_400, 600), (40_000, 0)] {
            assert_eq!(
                next_due(&ledger, NOON + Duration::from_millis(age)),
                Some(Duration::from_millis(due)),
                "{age}"
            );
        }
    }
}
