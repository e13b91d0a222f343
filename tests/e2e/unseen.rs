//! Agents whose presence cannot be relied on.

use std::time::Duration;

use serde_json::json;

use crate::{
    agent::Agent,
    bot::direct_room,
    customer::{Customer, post, start_body},
    world::{PASSWORD, Plan, World},
};

async fn nobody_is_there(world: &World, service: &str) {
    let path = format!("/help-centers/{service}/chats");
    let (status, refused) = post(world, &path, start_body()).await;
    assert_eq!(
        (status.as_u16(), &refused["error"]["code"]),
        (409, &json!("agents_absent")),
        "{refused}"
    );
}

#[tokio::test]
async fn an_agent_whose_client_never_shows_presence_is_told_once_and_served_by_activity_and_by_status()
 {
    let world = World::start(Plan {
        services: &["unseen"],
        ..Plan::default()
    })
    .await;
    let login = world.agent("alice", "unseen").await;
    let alice = Agent::unseen(&world, login).await;
    let desk = alice.invite().await;
    alice.join(&desk).await;
    nobody_is_there(&world, "unseen").await;

    let told = "your client never shows you online";
    world.until_presence(&alice.id, "offline").await;
    alice.say(&desk, "good morning").await;
    alice.until_notice(&desk, told).await;
    alice.say(&desk, "anybody here?").await;
    alice.say(&desk, "!status").await;
    alice.until_notice(&desk, "Presence: offline").await;
    assert_eq!(alice.count_of(&desk, told), 1);
    nobody_is_there(&world, "unseen").await;

    world.lab.register("admin", PASSWORD, false).await.unwrap();
    let login = world.lab.log_in("admin", PASSWORD).await.unwrap();
    let admin = Agent::unseen(&world, login).await;
    let direct = direct_room(&world, &admin, false).await;
    admin
        .say(direct.room_id(), "!routing presence activity")
        .await;
    admin
        .until_notice(direct.room_id(), "matrix → activity")
        .await;
    let mut customer = Customer::start(&world, "unseen").await;
    let portal = alice.accept().await;
    customer.until_active().await;
    alice.say(&portal, "hello").await;
    customer.until_heard(&["hello".to_owned()]).await;
    customer.close().await;

    admin
        .say(direct.room_id(), "!routing presence status")
        .await;
    admin
        .until_notice(direct.room_id(), "activity → status")
        .await;
    alice.say(&desk, "still here").await;
    nobody_is_there(&world, "unseen").await;
    alice.say(&desk, "!online").await;
    world.until_available("unseen").await;
    let mut customer = Customer::start(&world, "unseen").await;
    alice.accept().await;
    customer.until_active().await;

    let presence = world
        .query("select presence, online_at is null from person where id like '@alice%'")
        .await;
    assert_eq!(presence, ["offline|1"], "nothing else made her routable");
    assert_eq!(alice.count_of(&desk, told), 1);
}

#[tokio::test]
async fn a_false_offline_of_two_seconds_moves_no_chat_and_takes_back_no_offer() {
    let world = World::start(Plan {
        services: &["flicker"],
        ..Plan::default()
    })
    .await;
    // Its syncs say nothing, so that its presence is what it is told to be.
    let login = world.agent("alice", "flicker").await;
    let alice = Agent::unseen(&world, login).await;
    let desk = alice.invite().await;
    alice.join(&desk).await;
    alice.is_seen(&world, "online").await;
    let mut talking = Customer::start(&world, "flicker").await;
    let portal = alice.accept().await;
    talking.until_active().await;
    let mut offered = Customer::start(&world, "flicker").await;
    let invitation = alice.invite().await;
    // Everything that moves has somebody to go to.
    let bob = Agent::on_duty(&world, "bob", "flicker").await;
    world.until_routable("flicker", 2).await;

    alice.is_seen(&world, "offline").await;
    // How long it lasts is what this is about.
    tokio::time::sleep(Duration::from_secs(2)).await;
    alice.is_seen(&world, "online").await;

    alice.say(&portal, "still here").await;
    talking.until_heard(&["still here".to_owned()]).await;
    alice.join(&invitation).await;
    offered.until_active().await;
    for customer in [&talking, &offered] {
        let states = customer.events.iter().filter(|it| it["type"] == "state");
        let states: Vec<_> = states.map(|it| it["state"].as_str().unwrap()).collect();
        assert_eq!(states.last(), Some(&"active"));
        assert_eq!(states.iter().filter(|it| **it == "active").count(), 1);
    }
    let offers = world
        .query("select agent, outcome, count(*) from offer group by agent, outcome")
        .await;
    assert_eq!(offers, [format!("{}|accepted|2", alice.id)]);
    drop(bob);
}
