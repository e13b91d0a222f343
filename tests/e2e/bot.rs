//! The bot in its management rooms.

use std::time::{Duration, Instant};

use matrix_sdk::{
    Room,
    ruma::{
        UserId,
        api::client::room::create_room::v3::{Request as CreateRoom, RoomPreset},
        events::{InitialStateEvent, room::encryption::RoomEncryptionEventContent},
    },
};

use crate::{
    agent::Agent,
    world::{World, shared},
};

/// A direct room with the bot, as Element makes it.
pub async fn direct_room(world: &World, agent: &Agent, encrypted: bool) -> Room {
    let mut request = CreateRoom::new();
    request.invite = vec![UserId::parse(world.bot()).unwrap()];
    request.is_direct = true;
    request.preset = Some(RoomPreset::TrustedPrivateChat);
    if encrypted {
        let content = RoomEncryptionEventContent::with_recommended_defaults();
        request.initial_state = vec![InitialStateEvent::with_empty_state_key(content).to_raw_any()];
    }
    let room = agent.client.create_room(request).await.unwrap();
    // The bot joins, then greets; a message sent before it joined would not be for its keys.
    agent.until_notice(room.room_id(), "!help").await;
    room
}

#[tokio::test]
async fn an_agent_reads_and_sets_its_chat_status_in_an_encrypted_and_in_a_plain_room() {
    let world = shared().await;
    let alice = Agent::on_duty(world, "alice", "bot").await;
    let begun = Instant::now();
    for encrypted in [true, false] {
        let room = direct_room(world, &alice, encrypted).await;
        let portal = room.room_id();
        alice.say(portal, "!status").await;
        alice
            .until_notice(
                portal,
                "Chat status: auto (follows your presence). Presence: online",
            )
            .await;
        alice.say(portal, "!away").await;
        alice
            .until_notice(portal, "You are not given chats now.")
            .await;
        alice.say(portal, "!status auto").await;
        alice.say(portal, "!stauts").await;
        alice.until_notice(portal, "Did you mean !status?").await;
        assert_eq!(
            room.latest_encryption_state().await.unwrap().is_encrypted(),
            encrypted
        );
    }
    // Ten looks of the bot. By itself it looks every 10 seconds.
    assert!(
        begun.elapsed() < Duration::from_secs(40),
        "{:?}",
        begun.elapsed()
    );
}
