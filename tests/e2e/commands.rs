//! Every family of commands on the real homeserver: by who may and who may not, with good,
//! missing and wrong words.

use matrix_sdk::ruma::RoomId;

use crate::{
    admin_table::TABLE,
    agent::Agent,
    bot::direct_room,
    customer::Customer,
    world::{Plan, World},
};

/// Of a command that was carried out and needs no words.
const DONE: &str = desk::texts::TICK;

/// What an agent types in the room of its chat (#1), and is told. Another chat (#2) waits.
const PORTAL: &[(&str, &str)] = &[
    ("!status", "Chat status: auto (follows your presence)."),
    ("!status asleep", "online, away, offline, auto"),
    ("!status offline", "Chat status: offline."),
    ("!away", "You are not given chats now."),
    ("!offline", "You are not given chats now."),
    ("!online", "You are given chats."),
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
    ("!invite @nobody", "nobody"),
    ("!invite @bob.acme", DONE),
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
    ("!doctor", "direct room"),
];

/// What who supervises, and may not chat, types in a direct room, and is told.
const SUPERVISOR: &[(&str, &str)] = &[
    ("!chats", "#1"),
    ("!queue", "#2"),
    ("!why 1", "has chat #1"),
    ("!watch", "needs"),
    ("!watch 99", "#99"),
    ("!watch 1", "You are invited"),
    ("!assign 2", "needs"),
    ("!assign 2 @nobody", "nobody"),
    ("!assign 2 @alice.acme", "full, 1/1"),
    ("!assign 1 @alice.acme", "has this chat already"),
    ("!report", "Today"),
    ("!report 7d", "Last 7 days"),
    ("!report week", "A report is of today"),
];

/// The same, in the room of the chat.
const WATCHING: &[(&str, &str)] = &[
    ("!note only we see this", DONE),
    ("!transfer @alice.acme", "has this chat already"),
    ("!take", "needs the permission"),
    ("!decline", "needs the permission"),
    ("!invite @alice.acme", "needs the permission"),
    ("!customer", "needs the permission"),
    ("!canned hours", "needs the permission"),
    ("!rate", "needs the permission"),
    ("!close", "needs the permission"),
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

/// Types each, and names all that are answered otherwise than they should be.
async fn try_all<'t>(
    agent: &Agent,
    room: &RoomId,
    typed: impl Iterator<Item = &'t str>,
    is_right: impl Fn(usize, &str) -> bool,
) {
    let mut wrong = Vec::new();
    for (at, typed) in typed.enumerate() {
        let told = agent.told(room, typed).await;
        if !is_right(at, &told) {
            wrong.push(format!("{typed}: {told}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

async fn try_table(agent: &Agent, room: &RoomId, table: &[(&str, &str)]) {
    let typed = table.iter().map(|(typed, _)| *typed);
    try_all(agent, room, typed, |at, told| told.contains(table[at].1)).await;
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
    try_table(&alice, &portal, PORTAL).await;

    let root = Agent::stranger(&world, "root").await;
    let direct = direct_room(&world, &root, false).await;
    let granted = root
        .told(direct.room_id(), "!agent grant @teller ticket")
        .await;
    assert!(granted.contains("none → ticket"), "{granted}");
    let teller = Agent::stranger(&world, "teller").await;
    let tellers = direct_room(&world, &teller, false).await;
    let refused = |_, told: &str| told.contains("needs the permission");
    try_all(&teller, tellers.room_id(), REFUSED.iter().copied(), refused).await;
    root.told(direct.room_id(), "!agent revoke @teller").await;

    let boss = Agent::stranger(&world, "boss").await;
    root.told(direct.room_id(), "!agent grant @boss supervise")
        .await;
    boss.accept().await;
    let bosses = direct_room(&world, &boss, false).await;
    try_table(&boss, bosses.room_id(), SUPERVISOR).await;
    assert_eq!(boss.accept().await, portal);
    try_table(&boss, &portal, WATCHING).await;
    root.told(direct.room_id(), "!agent revoke @boss").await;

    alice.say(&portal, "!close answered").await;
    served
        .until("the end", |events| {
            events.iter().any(|it| it["type"] == "closed")
        })
        .await;

    let alices = direct_room(&world, &alice, true).await;
    let table: Vec<_> = TABLE
        .iter()
        .map(|(typed, told)| (here(typed), here(told)))
        .collect();
    let typed = || table.iter().map(|(typed, _)| typed.as_str());
    let all = typed().chain(["!doctor"]);
    try_all(&alice, alices.room_id(), all, |_, told| {
        let mistaken = told.contains("For example:") || told.contains("Did you mean");
        mistaken || told.contains("needs the permission")
    })
    .await;
    // The table begins with a help center that has neither.
    let origins = format!("!helpcenter origins remove {}", world.site.origin);
    for typed in ["!retention off", &origins] {
        root.told(direct.room_id(), typed).await;
    }
    try_all(&root, direct.room_id(), typed(), |at, told| {
        told.contains(table[at].1.as_str())
    })
    .await;
}
