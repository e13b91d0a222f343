//! Looking under a mask on the real homeserver: seen by one, and gone in time.

use std::{os::unix::fs::PermissionsExt, time::Duration};

use matrix_sdk::{
    deserialized_responses::TimelineEvent,
    ruma::{EventId, OwnedEventId, OwnedRoomId, RoomId},
};
use serde_json::{Value, json};

use crate::{
    agent::Agent,
    bot::direct_room,
    customer::Customer,
    world::{PASSWORD, Plan, World},
};

const SECRET: &str = "010-1234-5678";
const STARS: &str = "***-****-****";
/// How long an original is shown in these worlds.
const SHOWS: Duration = Duration::from_secs(10);
const SETTINGS: &str = "[web.limits]\nmessages_per_minute = 100000\n[vault]\nkey_file = \"vault.key\"\nreveal_s = 10\n";

/// A world with a vault, where alice may mask and unmask.
async fn world(service: &'static str) -> (World, Agent) {
    let services = [service];
    let world = World::start(Plan {
        services: &services,
        settings: SETTINGS,
        admins: &["@root:lab.test"],
        ..Plan::default()
    })
    .await;
    world.lab.register("root", PASSWORD, false).await.unwrap();
    let root = world.lab.log_in("root", PASSWORD).await.unwrap();
    let root = Agent::with(&world, root).await;
    let room = direct_room(&world, &root, false).await;
    for command in [
        "!contract security on".to_owned(),
        format!("!agent grant @alice.{service}:lab.test mask unmask"),
    ] {
        let asked = root.say(room.room_id(), &command).await;
        let answer = root.answer_to(&asked).await;
        assert!(!answer.contains("needs"), "{command}: {answer}");
    }
    let alice = Agent::on_duty(&world, "alice", service).await;
    (world, alice)
}

impl Agent {
    /// The message that has these words in it.
    async fn until_text(&self, words: &str) -> (OwnedRoomId, OwnedEventId) {
        self.until(words, || {
            let timeline = self.seen.timeline.lock().unwrap();
            let found = timeline.iter().find(|(_, event)| {
                let body = event["content"]["body"].as_str();
                event["type"] == "m.room.message" && body.is_some_and(|body| body.contains(words))
            });
            found.map(|(room, event)| (room.clone(), id(event)))
        })
        .await
    }

    async fn until_redacted(&self, event: &EventId) {
        self.until_event("a redaction", |_, seen| {
            let of = [&seen["redacts"], &seen["content"]["redacts"]];
            seen["type"] == "m.room.redaction" && of.contains(&&json!(event))
        })
        .await;
    }

    /// As the homeserver has it now, decrypted.
    async fn event(&self, room: &RoomId, event: &EventId) -> TimelineEvent {
        let room = self.client.get_room(room).unwrap();
        room.event(event, None).await.unwrap()
    }
}

fn id(event: &Value) -> OwnedEventId {
    event["event_id"].as_str().unwrap().try_into().unwrap()
}

/// What the customer said with a number in it, masked by alice: the portal, and the event that
/// shows it now.
async fn masked(
    world: &World,
    alice: &Agent,
    service: &str,
) -> (Customer, OwnedRoomId, OwnedEventId) {
    let mut customer = Customer::start(world, service).await;
    let portal = alice.accept().await;
    customer.until_active().await;
    customer.say("k1", &format!("call {SECRET} please")).await;
    let (_, original) = alice.until_text(SECRET).await;
    alice.reply(&portal, original.as_str(), "!mask").await;
    let (_, replacement) = alice.until_text(STARS).await;
    alice.until_redacted(&original).await;
    (customer, portal, replacement)
}

/// Shows where the bot whispered the original to alice.
async fn whispered(alice: &Agent, portal: &RoomId) -> (OwnedRoomId, OwnedEventId) {
    let said = alice
        .until_event("the original", |room, event| {
            room != portal
                && event["sender"] == *alice.bot
                && event["content"]["body"]
                    .as_str()
                    .is_some_and(|body| body.contains(SECRET))
        })
        .await;
    let event = id(&said);
    let timeline = alice.seen.timeline.lock().unwrap();
    let found = timeline
        .iter()
        .find(|(_, seen)| seen["event_id"] == said["event_id"]);
    (found.unwrap().0.clone(), event)
}

/// Nowhere in what Helproom wrote.
fn assert_gone(world: &World) {
    let mut folders = vec![world.folder().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let secret = SECRET.as_bytes();
            let found = bytes.windows(secret.len()).any(|window| window == secret);
            assert!(!found, "{}", path.display());
        }
    }
}

#[tokio::test]
async fn an_agent_sees_an_original_in_a_room_of_its_own_until_it_is_taken_back() {
    let (world, alice) = world("unmask").await;
    let (mut customer, portal, message) = masked(&world, &alice, "unmask").await;
    let key = std::fs::metadata(world.folder().join("vault.key")).unwrap();
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
    let log = std::fs::read_to_string(world.log()).unwrap();
    assert!(log.contains("back this file up, and keep it apart from the database"));

    // Without a direct room: the bot makes one, encrypted.
    let asked = alice
        .reply(&portal, message.as_str(), "!unmask he asked for it")
        .await;
    let direct = alice.invite().await;
    alice.join(&direct).await;
    assert!(alice.answer_to(&asked).await.contains("our direct room"));
    let (room, event) = whispered(&alice, &portal).await;
    assert_eq!(room, direct);
    alice
        .until_notice(&portal, "has looked under a mask: he asked for it")
        .await;
    let here = alice.client.get_room(&direct).unwrap();
    assert!(here.latest_encryption_state().await.unwrap().is_encrypted());
    alice.until_redacted(&event).await;
    let now = alice.event(&direct, &event).await;
    assert!(!now.raw().json().get().contains(SECRET));

    // The same room again, where commands work too, and Helproom is killed in between.
    let asked = alice.say(&direct, "!status").await;
    assert!(alice.answer_to(&asked).await.contains("Chat status"));
    alice.seen.timeline.lock().unwrap().clear();
    alice.reply(&portal, message.as_str(), "!unmask").await;
    let (room, event) = whispered(&alice, &portal).await;
    assert_eq!(room, direct);
    let shown = "select effect from reveal where event is not null";
    world
        .until_rows("where it stands", shown, |rows| !rows.is_empty())
        .await;
    world.kill_helproom().await;
    // That its time passes while nobody is there is what this is about.
    tokio::time::sleep(SHOWS).await;
    let still = alice.event(&direct, &event).await;
    assert!(
        still.raw().json().get().contains(SECRET),
        "nobody was there to take it back"
    );
    world.start_helproom().await;
    alice.until_redacted(&event).await;
    assert_gone(&world);

    // For everybody: the page, and the room in the customer's name.
    alice.reply(&portal, message.as_str(), "!unmask undo").await;
    let original = format!("call {SECRET} please");
    customer
        .until("the original", |events| {
            let shown = |event: &Value| event["type"] == "mask" && event["text"] == original;
            events
                .iter()
                .any(|event| shown(event) && event["masked"] == false)
        })
        .await;
    alice
        .until_event("the original for everybody", |room, event| {
            room == portal
                && event["sender"] != *alice.bot
                && event["content"]["body"] == original
                && event["content"]["org.helproom.mask"]["replaces"] == message.as_str()
        })
        .await;
    alice.until_redacted(&message).await;
}

#[tokio::test]
async fn an_encrypted_direct_room_is_preferred_and_one_with_a_third_person_is_not_used() {
    let (world, alice) = world("direct").await;
    let bob = Agent::log_in(&world, "bob", "direct").await;
    let encrypted = direct_room(&world, &alice, true).await;
    let plain = direct_room(&world, &alice, false).await;
    let (_customer, portal, message) = masked(&world, &alice, "direct").await;
    alice.reply(&portal, message.as_str(), "!unmask").await;
    let (room, event) = whispered(&alice, &portal).await;
    assert_eq!(room, encrypted.room_id());
    alice.until_redacted(&event).await;

    encrypted
        .invite_user_by_id(bob.client.user_id().unwrap())
        .await
        .unwrap();
    alice.seen.timeline.lock().unwrap().clear();
    alice.reply(&portal, message.as_str(), "!unmask").await;
    let (room, event) = whispered(&alice, &portal).await;
    assert_eq!(room, plain.room_id());
    alice.until_redacted(&event).await;
}

#[tokio::test]
async fn keys_are_rotated_while_masks_are_put_on_and_all_can_be_opened() {
    let (world, alice) = world("rotate").await;
    let mut customer = Customer::start(&world, "rotate").await;
    let portal = alice.accept().await;
    customer.until_active().await;
    let number = |n: usize| format!("010-1234-{:04}", 5000 + n);
    let mask = async |range: std::ops::Range<usize>| {
        for n in range {
            customer.say(&format!("k{n}"), &number(n)).await;
            let (_, original) = alice.until_text(&number(n)).await;
            alice.reply(&portal, original.as_str(), "!mask").await;
        }
    };
    let sealed = "select count(*) from sealed";
    let until_sealed = async |count: usize| {
        let count = count.to_string();
        world
            .until_rows("the masks", sealed, |rows| rows == [count.as_str()])
            .await;
    };
    mask(0..10).await;
    until_sealed(10).await;
    let (ok, before) = world.command(&["vault"]);
    assert!(ok && before.contains(": 10 masks, seals"), "{before}");

    let rotate = async {
        for _ in 0..3 {
            let folder = world.folder().to_owned();
            let rotate = tokio::task::spawn_blocking(move || rotate_in(&folder));
            let (ok, said) = rotate.await.unwrap();
            assert!(ok && said.contains("Done"), "{said}");
        }
    };
    tokio::join!(mask(10..20), rotate);
    until_sealed(20).await;
    let (ok, _) = world.command(&["vault", "rotate"]);
    assert!(ok);
    let (_, after) = world.command(&["vault"]);
    assert!(after.contains(": 20 masks, seals"), "{after}");
    assert!(!after.contains("missing") && !before.contains(after.split(':').next().unwrap()));
    // The key it began with is gone, and every original can be opened, without a restart.
    let keys = std::fs::read_to_string(world.folder().join("vault.key")).unwrap();
    assert!(
        !keys.contains(before.split(':').next().unwrap()),
        "{before}"
    );
    let (_, last) = alice.until_text("***-****-****").await;
    alice.reply(&portal, last.as_str(), "!unmask").await;
    let direct = alice.invite().await;
    alice.join(&direct).await;
    alice
        .until_event("the original", |room, event| {
            let body = event["content"]["body"].as_str();
            *room == *direct && body.is_some_and(|body| body.contains("010-1234-50"))
        })
        .await;
}

fn rotate_in(folder: &std::path::Path) -> (bool, String) {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_helproom"))
        .arg("--config")
        .arg(folder.join("helproom.toml"))
        .args(["vault", "rotate"])
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}
