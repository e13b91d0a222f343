//! Tickets on the real homeserver.

use crate::{
    agent::Agent,
    customer::Customer,
    ticket_table::TABLE,
    world::{Plan, World},
};

#[tokio::test]
async fn an_agent_makes_a_ticket_in_a_chats_room_is_told_its_number_and_reads_the_conversation() {
    let world = World::start(Plan {
        services: &["acme"],
        ..Plan::default()
    })
    .await;
    world
        .query("update agent set permissions = '[\"chat\",\"ticket\"]'")
        .await;
    let alice = Agent::on_duty(&world, "alice", "acme").await;
    let mut customer = Customer::start(&world, "acme").await;
    let portal = alice.accept().await;
    customer.until_active().await;
    customer.say("k1", "I cannot log in").await;
    alice
        .until_heard(&portal, &["I cannot log in".to_owned()])
        .await;
    let mut wrong = Vec::new();
    for (typed, answer) in TABLE {
        let told = alice.told(&portal, typed).await;
        if !told.contains(answer) {
            wrong.push(format!("{typed}: {answer} in {told}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    alice.say(&portal, "It works now").await;
    customer.until_heard(&["It works now".to_owned()]).await;
    let told = alice.told(&portal, "!ticket history 1").await;
    for line in [
        "Chat #1: https://matrix.to/#/!",
        "Kim: I cannot log in",
        "It works now",
    ] {
        assert!(told.contains(line), "{line} in {told}");
    }
}
