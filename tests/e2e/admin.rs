//! An admin configures a help center by talking to the bot, on a real homeserver.

use matrix_sdk::ruma::RoomId;
use serde_json::{Value, json};

use crate::{
    agent::Agent,
    bot::direct_room,
    customer::{post, start_body},
    world::{Plan, World},
};

/// Says it, and waits for the notice with these words.
async fn tell(agent: &Agent, room: &RoomId, command: &str, words: &str) {
    agent.say(room, command).await;
    agent.until_notice(room, words).await;
}

fn content<'a>(state: &'a [Value], kind: &str) -> Vec<&'a Value> {
    let of_kind = state.iter().filter(|event| event["type"] == kind);
    of_kind.map(|event| &event["content"]).collect()
}

#[tokio::test]
async fn an_admin_makes_and_configures_a_help_center_in_an_encrypted_direct_room() {
    let world = World::start(Plan {
        services: &["first"],
        admins: &["@bob.first:lab.test"],
        ..Plan::default()
    })
    .await;
    let bob = Agent::log_in(&world, "bob", "first").await;
    // He is an agent of the first help center, too.
    let (desk, space) = (bob.invite().await, bob.invite_to_space().await);
    for room in [&desk, &space] {
        bob.join(room).await;
    }
    let direct = direct_room(&world, &bob, true).await;
    let room = direct.room_id();
    tell(
        &bob,
        room,
        "!service create second \"Second Help\"",
        "(second) is made",
    )
    .await;
    let rooms = [bob.invite_to_space().await, bob.invite().await];
    for room in &rooms {
        bob.join(room).await;
    }

    let alice = Agent::log_in(&world, "alice", "first").await;
    let (desk, space) = (alice.invite().await, alice.invite_to_space().await);
    for room in [&desk, &space] {
        alice.join(room).await;
    }
    tell(
        &bob,
        room,
        "!agent grant @alice.first chat",
        "It is invited",
    )
    .await;
    let invited = [alice.invite_to_space().await, alice.invite().await];
    assert_eq!(invited, rooms, "the space and the desk room");
    for room in &invited {
        alice.join(room).await;
    }
    world.until_available("second").await;

    tell(&bob, room, "!routing strategy round-robin", "round-robin").await;
    tell(
        &bob,
        room,
        "!helpcenter hours daily 00:00-24:00 Asia/Seoul",
        "daily 00:00-24:00",
    )
    .await;
    let (status, started) = post(&world, "/help-centers/second/chats", start_body()).await;
    assert_eq!(status.as_u16(), 201, "{started}");
    let portal = alice.accept().await;

    // Listed in a lane of its own.
    alice
        .until_event("the chat in the space", |room, event| {
            *room == rooms[0] && event["state_key"] == portal.as_str()
        })
        .await;
    // The chat stands in the space, behind the desk room, and says where it belongs.
    let state = alice.state(&world, &portal).await;
    let parents = content(&state, "m.space.parent");
    assert_eq!(parents.len(), 1, "{parents:?}");
    let levels = content(&state, "m.room.power_levels")[0];
    assert_eq!(levels["users"][alice.id.as_str()], 50, "{levels}");
    assert_eq!(levels["users"][bob.id.as_str()], 60, "{levels}");
    assert_eq!(levels["users_default"], 0, "{levels}");
    let state = alice.state(&world, &rooms[0]).await;
    let children = state
        .iter()
        .filter(|event| event["type"] == "m.space.child");
    let listed: Vec<_> = children
        .filter_map(|event| event["state_key"].as_str())
        .collect();
    assert!(listed.contains(&portal.as_str()), "{listed:?}");
    assert_eq!(listed.len(), 2, "{listed:?}");

    let test = "!masking test call 010-2345-6701";
    tell(&bob, room, test, "phone: ***-****-****").await;
    tell(&bob, room, "!contract security on", "off → on").await;
    let pattern = r"!masking pattern add staff_no \bE-\d{6}\b";
    tell(&bob, room, pattern, r"staff_no \bE-\d{6}\b").await;
    tell(&bob, room, "!masking all mask", "→ mask card").await;
    tell(&bob, room, "!masking", "custom:staff_no: mask").await;
    tell(&bob, room, "!contract chat off", "chat: on → off").await;
    let (status, refused) = post(&world, "/help-centers/second/chats", start_body()).await;
    assert_eq!(
        (status.as_u16(), &refused["error"]["code"]),
        (403, &json!("chat_disabled"))
    );
    alice.say(&portal, "the running chat goes on").await;

    tell(&bob, room, "!audit 20 contract", "contract.chat: on → off").await;
    tell(&bob, room, "!audit 20 @alice.first", "none → chat").await;
    tell(&bob, room, "!doctor", "ok: the homeserver reaches Helproom").await;
    bob.until_notice(room, "ok: files can be uploaded and downloaded")
        .await;
    bob.until_notice(room, "ok: presence works").await;

    tell(
        &bob,
        room,
        "!agent revoke @alice.first",
        "taken out of the rooms",
    )
    .await;
    for room in rooms.iter().chain([&portal]) {
        alice.until_out_of(room).await;
    }
    let report = world.doctor();
    assert!(
        report.contains("ok: the homeserver reaches Helproom"),
        "{report}"
    );
    assert!(!report.contains("wrong:"), "{report}");
    world.kill_helproom().await;
    let report = world.doctor();
    assert!(report.contains("warning: nobody listens on"), "{report}");
    assert!(report.contains("ok: the database is sound"), "{report}");
}
