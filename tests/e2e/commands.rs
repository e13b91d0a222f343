//! Every family of commands on the real homeserver: by who may and who may not, with good,
//! missing and wrong words.

use matrix_sdk::ruma::RoomId;

use crate::{
    admin_table::TABLE,
    agent::Agent,
    bot::direct_room,
    customer::Customer,
    world::{PASSWORD, Plan, World},
};

/// Of a command that was carried out and needs no words.
const DONE: &str = "✅";

/// What an agent types in the room of its chat (#1), and is told. Another chat (#2) waits.
const PORTAL: &[(&str, &str)] = &[
    ("!status", "chat status is auto"),
    ("!status asleep", "online, away, offline, auto"),
    ("!chats", "#1"),
    ("!queue", "#2"),
    ("!take 99", "#99"),
    ("!take two", "!take 17"),
    ("!why", "#1"),
    ("!why 2", "#2"),
    ("!decline", ""),
    ("!transfer", "needs"),
    ("!transfer @nobody", "nobody"),
    ("!transfer #nowhere", "nowhere"),
    ("!invite", "needs"),
    ("!note only we see this", DONE),
    ("!note", "needs"),
    ("!customer", "Kim"),
    ("!canned", ""),
    ("!canned hours", "hours"),
    ("!rate", DONE),
    ("!help transfer", "!transfer @bela"),
    ("!lang fr", "en, ko"),
    ("!frobnicate", "no command"),
    // Without the permission, or where they do not work.
    ("!watch 1", "needs the permission"),
    ("!assign 2 @alice", "needs the permission"),
    ("!report today", "needs the permission"),
    ("!canned add hours We open at nine.", "needs the permission"),
    ("!agent list", "direct room"),
];

/// What somebody without the permission `chat` is told, in a direct room.
const REFUSED: &[&str] = &["!chats", "!queue", "!take 2", "!why 2"];

/// The table speaks of a desk in a test; here its people have other names.
fn here(words: &str) -> String {
    words
        .replace(":example.org", ":lab.test")
        .replace("@anna:lab.test (anna)", "@alice.acme:lab.test (Alice.acme)")
        .replace("settings file: @root", "settings file: @admin")
        .replace("acme help", "Acme Help")
}

async fn told(agent: &Agent, room: &RoomId, typed: &str) -> String {
    let asked = agent.say(room, typed).await;
    agent.answer_to(&asked).await
}

async fn client(world: &World, localpart: &str) -> Agent {
    let lab = &world.lab;
    lab.register(localpart, PASSWORD, false).await.unwrap();
    Agent::with(world, lab.log_in(localpart, PASSWORD).await.unwrap()).await
}

#[tokio::test]
async fn each_command_answers_who_may_and_refuses_who_may_not_on_the_real_homeserver() {
    let world = World::start(Plan {
        services: &["acme"],
        service_settings: "capacity = 1",
        admins: &["@root:lab.test"],
        ..Plan::default()
    })
    .await;
    let alice = Agent::on_duty(&world, "alice", "acme").await;
    let mut served = Customer::start(&world, "acme").await;
    let portal = alice.accept().await;
    served.until_active().await;
    let _waits = Customer::start(&world, "acme").await;
    for (typed, answer) in PORTAL {
        let told = told(&alice, &portal, typed).await;
        assert!(told.contains(answer), "{typed}: {answer} in {told}");
    }

    let root = client(&world, "root").await;
    let direct = direct_room(&world, &root, false).await;
    let granted = told(&root, direct.room_id(), "!agent grant @teller ticket").await;
    assert!(granted.contains("none → ticket"), "{granted}");
    let teller = client(&world, "teller").await;
    let tellers = direct_room(&world, &teller, false).await;
    for typed in REFUSED {
        let told = told(&teller, tellers.room_id(), typed).await;
        assert!(told.contains("needs the permission"), "{typed}: {told}");
    }
    told(&root, direct.room_id(), "!agent revoke @teller").await;

    let alices = direct_room(&world, &alice, true).await;
    for (typed, _) in TABLE {
        let told = told(&alice, alices.room_id(), &here(typed)).await;
        let mistaken = told.contains("For example:") || told.contains("Did you mean");
        let denied = told.contains("needs the permission");
        assert!(mistaken || denied, "{typed}: {told}");
    }
    told(&root, direct.room_id(), "!retention off").await;
    for (typed, answer) in TABLE {
        let (typed, answer) = (here(typed), here(answer));
        let told = told(&root, direct.room_id(), &typed).await;
        assert!(told.contains(&answer), "{typed}: {answer} in {told}");
    }
}
