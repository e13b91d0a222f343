//! The bot on a real Synapse, with matrix-sdk as everybody else's client.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods
)]

#[path = "real_synapse/lab.rs"]
mod lab;
#[path = "real_synapse/person.rs"]
mod person;
#[path = "real_synapse/slow_keys.rs"]
mod slow_keys;

use std::{path::Path, time::Duration};

use bot::{BotError, Outage};
use desk::{agent::Presence, ids::AgentId};
use lab::{GREETING, TestBot, UNREADABLE};
use matrix_sdk::ruma::{UserId, events::room::member::MembershipState};
use person::Person;
use reqwest::Method;
use serde_json::json;
use slow_keys::SlowKeys;
use xtask::lab::Options;

#[tokio::test]
async fn a_command_in_a_direct_room_is_answered_in_the_rooms_own_encryption() {
    let lab = lab::lab().await;
    for (name, encrypted) in [("secret", true), ("plain", false)] {
        let bot = TestBot::start(lab, &format!("helproom_{name}")).await;
        let mut anna = Person::new(lab, &format!("anna_{name}")).await;
        let room = anna.meet(&bot.id(), encrypted).await;
        let help = anna.say(&room, "!help").await;
        let answer = anna.answer(&room, &bot.id(), &help).await;
        assert_eq!(
            (answer.body.as_str(), answer.encrypted),
            ("answer 1 to !help", encrypted)
        );

        let said = anna.said(room.room_id(), &bot.id());
        assert_eq!(said.len(), 2, "one greeting, one answer: {said:?}");
        assert_eq!(
            (said[0].body.as_str(), said[0].encrypted),
            (GREETING, encrypted)
        );
    }
}

#[tokio::test]
async fn small_talk_is_not_answered_and_a_failure_is_not_silent() {
    let lab = lab::lab().await;
    let bot = TestBot::start(lab, "helproom_talk").await;
    let mut anna = Person::new(lab, "anna_talk").await;
    let room = anna.meet(&bot.id(), true).await;
    let talk = anna.say(&room, "nice weather").await;
    let broken = anna.say(&room, "!break").await;
    let answer = anna.answer(&room, &bot.id(), &broken).await;
    assert_eq!(answer.body, "Something went wrong on our side; try again.");
    assert!(anna.answers(room.room_id(), &bot.id(), &talk).is_empty());
    assert_eq!(bot.commands(), ["nice weather", "!break"]);
}

#[tokio::test]
async fn a_restart_keeps_the_one_signed_device_and_answers_only_what_is_new() {
    let lab = lab::lab().await;
    let mut bot = TestBot::start(lab, "helproom_restart").await;
    let mut anna = Person::new(lab, "anna_restart").await;
    let room = anna.meet(&bot.id(), true).await;
    let first = anna.say(&room, "!first").await;
    anna.answer(&room, &bot.id(), &first).await;
    bot.stop().await;
    let missed = anna.say(&room, "!missed").await;
    bot.run().await;
    assert_eq!(
        anna.answer(&room, &bot.id(), &missed).await.body,
        "answer 2 to !missed"
    );
    let last = anna.say(&room, "!last").await;
    assert_eq!(
        anna.answer(&room, &bot.id(), &last).await.body,
        "answer 3 to !last"
    );

    assert_eq!(anna.answers(room.room_id(), &bot.id(), &first).len(), 1);
    assert_eq!(bot.commands(), ["!first", "!missed", "!last"]);
    assert_eq!(bot.devices(lab).await, ["HELPROOM"]);
    assert_eq!(
        devices_of(&bot, &anna).await,
        [("HELPROOM".to_owned(), true)]
    );
}

/// As after a crash between the answer and the saving: the folder is of before the command.
#[tokio::test]
async fn a_command_that_comes_again_after_a_crash_is_not_answered_twice() {
    let lab = lab::lab().await;
    let mut bot = TestBot::start(lab, "helproom_crash").await;
    let mut anna = Person::new(lab, "anna_crash").await;
    let room = anna.meet(&bot.id(), false).await;
    bot.stop().await;
    let before = bot.folder.path().join("before");
    anna.until(|_| is_closed(&bot.settings.store_dir)).await;
    copy(&bot.settings.store_dir, &before);
    bot.run().await;
    let first = anna.say(&room, "!first").await;
    anna.answer(&room, &bot.id(), &first).await;
    bot.stop().await;

    anna.until(|_| is_closed(&bot.settings.store_dir)).await;
    std::fs::remove_dir_all(&bot.settings.store_dir).unwrap();
    copy(&before, &bot.settings.store_dir);
    bot.run().await;
    let last = anna.say(&room, "!last").await;
    anna.answer(&room, &bot.id(), &last).await;
    assert_eq!(bot.commands(), ["!first", "!first", "!last"]);
    assert_eq!(anna.answers(room.room_id(), &bot.id(), &first).len(), 1);
}

#[tokio::test]
async fn invitations_of_strangers_and_to_larger_rooms_are_declined() {
    let lab = lab::lab().await;
    let bot = TestBot::start(lab, "helproom_invited").await;
    let mut stranger = Person::new(lab, "stranger").await;
    let room = stranger.room_with(&bot.id(), true, false).await;
    stranger
        .until_membership(room.room_id(), &bot.id(), MembershipState::Leave)
        .await;

    let mut anna = Person::new(lab, "anna_invites").await;
    let bela = Person::new(lab, "bela_invites").await;
    let larger = anna
        .room_with(bela.client.user_id().unwrap().as_str(), false, false)
        .await;
    let path = format!("/_matrix/client/v3/rooms/{}/join", larger.room_id());
    bela.account
        .call(Method::POST, &path, Some(json!({})))
        .await
        .unwrap();
    let bot_id = UserId::parse(bot.id()).unwrap();
    larger.invite_user_by_id(&bot_id).await.unwrap();
    anna.until_membership(larger.room_id(), &bot.id(), MembershipState::Leave)
        .await;

    let two = anna.room_with(&bot.id(), false, false).await;
    anna.until(|anna| !anna.said(two.room_id(), &bot.id()).is_empty())
        .await;
    assert!(anna.said(larger.room_id(), &bot.id()).is_empty());
    assert!(stranger.said(room.room_id(), &bot.id()).is_empty());
}

#[tokio::test]
async fn a_message_that_cannot_be_decrypted_is_explained_once() {
    let lab = lab::lab().await;
    let bot = TestBot::start(lab, "helproom_unreadable").await;
    let mut anna = Person::new(lab, "anna_unreadable").await;
    let room = anna.meet(&bot.id(), true).await;
    for (n, algorithm) in ["m.megolm.v1.aes-sha2", "org.example.unknown"]
        .into_iter()
        .enumerate()
    {
        let path = format!(
            "/_matrix/client/v3/rooms/{}/send/m.room.encrypted/{n}",
            room.room_id()
        );
        let content = json!({
            "algorithm": algorithm,
            "ciphertext": "AwgAEnACgAkLmt6qF84IK++J7UDH2Za1YVchHyprqTqsg",
            "device_id": "NOWHERE",
            "sender_key": "IlRMeOPX2e0MurIyfWEucYBRVOEEUMrOHqn/8mLqMjA",
            "session_id": "X3lUlvLELLYxeTx4yOVu6UDpasGEVO0Jbu+QFnm0cKQ",
        });
        anna.account
            .call(Method::PUT, &path, Some(content))
            .await
            .unwrap();
    }
    anna.until(|anna| anna.said(room.room_id(), &bot.id()).len() == 2)
        .await;
    let help = anna.say(&room, "!help").await;
    anna.answer(&room, &bot.id(), &help).await;
    let said = anna.said(room.room_id(), &bot.id());
    let bodies: Vec<_> = said.iter().map(|said| said.body.as_str()).collect();
    assert_eq!(bodies, [GREETING, UNREADABLE, "answer 1 to !help"]);
    assert!(said.iter().all(|said| said.encrypted));
}

#[tokio::test]
async fn a_command_whose_key_comes_late_is_answered_then() {
    let lab = lab::lab().await;
    let bot = TestBot::start(lab, "helproom_late").await;
    let proxy = SlowKeys::start(lab.homeserver_url()).await;
    let mut anna = Person::behind(lab, &proxy.url, "anna_late").await;
    let room = anna.meet(&bot.id(), true).await;
    proxy.hold();
    let late = anna.say(&room, "!late").await;
    // The explanation shows that the bot waited for the key in vain.
    anna.until(|anna| anna.said(room.room_id(), &bot.id()).len() == 2)
        .await;
    assert!(bot.commands().is_empty());
    proxy.release().await;
    let answer = anna.answer(&room, &bot.id(), &late).await;
    assert_eq!(
        (answer.body.as_str(), answer.encrypted),
        ("answer 1 to !late", true)
    );
    let bodies: Vec<_> = anna
        .said(room.room_id(), &bot.id())
        .into_iter()
        .map(|said| said.body)
        .collect();
    assert_eq!(bodies, [GREETING, UNREADABLE, "answer 1 to !late"]);
}

/// Nobody rouses the bot between its joining and the greeting: it looks by itself then.
#[tokio::test]
async fn a_roused_bot_looks_at_once_however_long_it_would_rest() {
    let lab = lab::lab().await;
    let mut bot = TestBot::start(lab, "helproom_roused").await;
    bot.stop().await;
    bot.settings.rest = Duration::from_secs(3600);
    bot.run().await;
    let mut anna = Person::new(lab, "anna_roused").await;
    let room = anna.room_with(&bot.id(), true, true).await;
    bot.news.notify_one();
    anna.until(|anna| !anna.said(room.room_id(), &bot.id()).is_empty())
        .await;
    for n in 1..=3 {
        let command = anna.say(&room, "!help").await;
        bot.news.notify_one();
        let answer = anna.answer(&room, &bot.id(), &command).await;
        assert_eq!(answer.body, format!("answer {n} to !help"));
    }
}

#[tokio::test]
async fn a_room_that_is_no_management_room_is_not_looked_at() {
    let lab = lab::lab().await;
    let mut bot = TestBot::start(lab, "helproom_portal").await;
    let mut anna = Person::new(lab, "anna_portal").await;
    let anna_id = anna.client.user_id().unwrap().to_owned();
    let portal = bot
        .call(
            lab,
            "createRoom",
            json!({ "invite": [anna_id], "is_direct": true }),
        )
        .await;
    let portal = portal["room_id"].as_str().unwrap().try_into().unwrap();
    let portal = anna.client.join_room_by_id(portal).await.unwrap();
    anna.say(&portal, "!portal").await;

    let room = anna.meet(&bot.id(), true).await;
    anna.say(&portal, "!portal again").await;
    let help = anna.say(&room, "!help").await;
    anna.answer(&room, &bot.id(), &help).await;
    assert_eq!(bot.commands(), ["!help"]);
    assert!(anna.said(portal.room_id(), &bot.id()).is_empty());

    bot.stop().await;
    let known = bot.rooms().await;
    assert_eq!(
        known,
        [room.room_id()],
        "no other room came through the sync"
    );
}

#[tokio::test]
async fn a_room_that_everybody_left_is_left_and_a_new_one_is_greeted() {
    let lab = lab::lab().await;
    let bot = TestBot::start(lab, "helproom_leaving").await;
    let mut anna = Person::new(lab, "anna_leaving").await;
    let room = anna.meet(&bot.id(), false).await;
    room.leave().await.unwrap();
    let again = anna.meet(&bot.id(), false).await;
    assert_eq!(anna.said(again.room_id(), &bot.id()).len(), 1);
    // Only the bot's own view tells: it is in the new room alone.
    let path = format!("/_matrix/client/v3/joined_rooms?user_id={}", bot.id());
    let joined = lab::appservice(lab)
        .call(Method::GET, &path, None)
        .await
        .unwrap();
    assert_eq!(joined["joined_rooms"], json!([again.room_id()]));
}

#[tokio::test]
async fn presence_of_those_who_share_a_room_is_told_to_the_desk() {
    let lab = lab::lab().await;
    let bot = TestBot::start(lab, "helproom_presence").await;
    let mut anna = Person::new(lab, "anna_presence").await;
    let room = anna.meet(&bot.id(), false).await;
    let help = anna.say(&room, "!help").await;
    anna.answer(&room, &bot.id(), &help).await;
    let anna_id = AgentId::new(anna.client.user_id().unwrap().as_str());
    let online = (anna_id, Presence::Online);
    anna.until(|_| bot.desk.presence.lock().unwrap().contains(&online))
        .await;
}

#[tokio::test]
async fn a_device_that_was_deleted_comes_back_with_its_keys() {
    let lab = lab::lab().await;
    let bot = TestBot::start(lab, "helproom_revoked").await;
    let mut anna = Person::new(lab, "anna_revoked").await;
    let plain = anna.meet(&bot.id(), false).await;
    let room = anna.meet(&bot.id(), true).await;
    let session = std::fs::read(bot.settings.store_dir.join("session.json")).unwrap();
    let session: serde_json::Value = serde_json::from_slice(&session).unwrap();
    let token = session["access_token"].as_str().unwrap();
    anna.account
        .with(token)
        .call(Method::POST, "/_matrix/client/v3/logout", Some(json!({})))
        .await
        .unwrap();

    // The plain room shows when the bot is back with keys to give out.
    let back = anna.say(&plain, "!back").await;
    anna.answer(&plain, &bot.id(), &back).await;
    let help = anna.say(&room, "!help").await;
    assert!(anna.answer(&room, &bot.id(), &help).await.encrypted);
    assert_eq!(bot.devices(lab).await, ["HELPROOM"]);
    assert_eq!(
        devices_of(&bot, &anna).await,
        [("HELPROOM".to_owned(), true)]
    );
}

#[tokio::test]
async fn a_lost_folder_is_refused_and_without_its_old_device_the_bot_takes_over_its_rooms() {
    let lab = lab::lab().await;
    let mut bot = TestBot::start(lab, "helproom_lost").await;
    let mut anna = Person::new(lab, "anna_lost").await;
    let before = anna.meet(&bot.id(), false).await;
    let old = anna.say(&before, "!old").await;
    anna.answer(&before, &bot.id(), &old).await;
    bot.stop().await;
    std::fs::remove_dir_all(&bot.settings.store_dir).unwrap();
    let error = bot.try_run().await.unwrap_err();
    assert!(matches!(error, BotError::Refused { .. }), "{error:?}");
    assert!(
        error
            .to_string()
            .contains("delete this device on the homeserver"),
        "{error}"
    );

    // As the sentence says.
    let admin = lab.register("admin_lost", "secret", true).await.unwrap();
    let device = format!("/_synapse/admin/v2/users/{}/devices/HELPROOM", bot.id());
    let admin = lab.account(&admin).unwrap();
    admin.call(Method::DELETE, &device, None).await.unwrap();
    bot.settings.store_dir = bot.folder.path().join("new");
    bot.run().await;
    let secret = anna.meet(&bot.id(), true).await;
    for room in [&before, &secret] {
        let help = anna.say(room, "!help").await;
        anna.answer(room, &bot.id(), &help).await;
    }
    assert_eq!(bot.commands(), ["!old", "!help", "!help"]);
    assert_eq!(
        anna.said(before.room_id(), &bot.id()).len(),
        3,
        "greeting and two answers"
    );
    let devices = devices_of(&bot, &anna).await;
    assert!(
        devices.contains(&("HELPROOM".to_owned(), true)),
        "{devices:?}"
    );
}

#[tokio::test]
async fn an_unknown_application_service_is_told_to_register() {
    let lab = lab::lab().await;
    let mut bot = TestBot::start(lab, "helproom_token").await;
    bot.stop().await;
    bot.settings.store_dir = bot.folder.path().join("new");
    bot.settings.as_token = "wrong".into();
    let error = bot.try_run().await.unwrap_err();
    assert!(
        error.to_string().contains("app_service_config_files"),
        "{error}"
    );
    bot.settings.as_token = lab::AS_TOKEN.into();
    bot.settings.localpart = "somebody".into();
    let error = bot.try_run().await.unwrap_err();
    assert!(error.to_string().contains("M_EXCLUSIVE"), "{error}");
}

#[tokio::test]
async fn an_outage_is_told_and_waited_out() {
    let lab = lab::start("outage", Options::default()).await;
    let bot = TestBot::start(&lab, "helproom").await;
    let mut anna = Person::new(&lab, "anna").await;
    let room = anna.meet(&bot.id(), true).await;
    lab.kill().await;
    lab.start_again().await.unwrap();
    let help = anna.say(&room, "!help").await;
    anna.answer(&room, &bot.id(), &help).await;
    // Its end may be told a moment after the first answer.
    let mut outages = bot.outages.subscribe();
    let over = outages.wait_for(|seen| seen.ends_with(&[Outage::Ends]));
    let seen = tokio::time::timeout(Duration::from_secs(30), over).await;
    let seen = seen.expect("the end is told");
    assert_eq!(*seen.unwrap(), [Outage::Begins, Outage::Ends]);
    lab.terminate().await;
}

/// With the limits that Synapse has unless told otherwise: ten messages, then one in 5 s.
#[tokio::test]
async fn a_limit_of_the_homeserver_makes_answers_late_and_loses_none() {
    let options = Options {
        default_limits: true,
        ..Options::default()
    };
    let lab = lab::start("limits", options).await;
    let bot = TestBot::start(&lab, "helproom").await;
    let mut typed = Vec::new();
    for name in ["anna", "bela"] {
        let mut person = Person::new(&lab, name).await;
        let room = person.meet(&bot.id(), false).await;
        let mut commands = Vec::new();
        for n in 0..6 {
            commands.push(person.say(&room, &format!("!{name} {n}")).await);
        }
        typed.push((person, room, commands));
    }
    for (person, room, commands) in &mut typed {
        for command in commands {
            person.answer(room, &bot.id(), command).await;
            assert_eq!(person.answers(room.room_id(), &bot.id(), command).len(), 1);
        }
    }
    assert_eq!(bot.commands().len(), 12);
    assert!(bot.outages.borrow().is_empty());
    lab.terminate().await;
}

/// The bot's devices with keys as others see them, and whether the bot signed them.
async fn devices_of(bot: &TestBot, person: &Person) -> Vec<(String, bool)> {
    let id = UserId::parse(bot.id()).unwrap();
    let devices = person
        .client
        .encryption()
        .get_user_devices(&id)
        .await
        .unwrap();
    devices
        .devices()
        .map(|device| {
            (
                device.device_id().to_string(),
                device.is_cross_signed_by_owner(),
            )
        })
        .collect()
}

/// Nobody has a file of the folder open any more.
fn is_closed(folder: &Path) -> bool {
    let open = std::fs::read_dir("/proc/self/fd").unwrap();
    let mut open = open.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok());
    !open.any(|file| file.starts_with(folder))
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
