//! Who gets a chat, and what happens when nobody does.

use serde_json::json;

use matrix_sdk::ruma::{UserId, events::room::member::MembershipState};

use crate::{
    agent::Agent,
    customer::{Customer, post, start_body},
    page::{Visitor, id},
    world::shared,
};

#[tokio::test]
async fn when_no_agent_is_online_the_customer_leaves_an_inquiry_and_it_is_a_ticket() {
    let world = shared().await;
    let customer = Visitor::visit(world, "absent").await;
    customer.open_widget().await;
    customer.sees("absent").await;
    customer.click("contact-us").await;
    customer.sees("inquiry-form").await;
    let form = |name: &str| format!("[data-testid=inquiry-form] [name={name}]");
    for (name, value) in [
        ("name", "Kim"),
        ("email", "kim@example.org"),
        ("subject", "Refund"),
        ("message", "Where is it?"),
    ] {
        customer.frame.fill(&form(name), value).await.unwrap();
    }
    customer
        .frame
        .click("[data-testid=inquiry-form] [type=checkbox]")
        .await
        .unwrap();
    customer
        .frame
        .click("[data-testid=inquiry-form] [type=submit]")
        .await
        .unwrap();
    customer.sees("inquiry-sent").await;

    let (status, refused) = post(world, "/help-centers/absent/chats", start_body()).await;
    assert_eq!(
        (status.as_u16(), &refused["error"]["code"]),
        (409, &json!("agents_absent")),
        "{refused}"
    );
    let tickets = world
        .query("select number, subject, tags from ticket where service = 'absent'")
        .await;
    assert_eq!(tickets, ["1|Refund|[\"Inquiry\"]"]);
}

#[tokio::test]
async fn an_offer_that_is_not_taken_goes_to_the_next_and_the_first_loses_the_invitation() {
    let world = shared().await;
    let alice = Agent::on_duty(world, "alice", "timeout").await;
    let bob = Agent::on_duty(world, "bob", "timeout").await;
    // Whoever was never offered a chat comes first, in the order of their ids.
    world.until_routable("timeout", 2).await;
    let mut customer = Customer::start(world, "timeout").await;
    let portal = alice.invite().await;
    let offered_to_bob = bob.invite().await;
    assert_eq!(portal, offered_to_bob);
    bob.join(&portal).await;
    customer.until_active().await;
    assert_eq!(
        customer.events.last().unwrap()["agent"]["name"],
        "Bob.timeout"
    );
    let user = UserId::parse(&alice.id).unwrap();
    bob.until_event("alice's invitation withdrawn", |room, event| {
        room == portal
            && event["state_key"] == *alice.id
            && event["content"]["membership"] == "leave"
    })
    .await;
    let room = bob.client.get_room(&portal).unwrap();
    let member = room.get_member(&user).await.unwrap();
    assert!(member.is_none_or(|member| *member.membership() == MembershipState::Leave));
    assert!(
        alice.client.join_room_by_id(&portal).await.is_err(),
        "the first may not join any more"
    );
}

#[tokio::test]
async fn a_customer_without_a_free_agent_waits_and_is_served_when_a_chat_ends() {
    let world = shared().await;
    let alice = Agent::on_duty(world, "alice", "queue").await;
    let mut chats = Vec::new();
    for _ in 0..3 {
        let mut customer = Customer::start(world, "queue").await;
        let portal = alice.accept().await;
        customer.until_active().await;
        chats.push((customer, portal));
    }
    let visitor = Visitor::visit(world, "queue").await;
    visitor.start_chat().await;
    visitor.sees("waiting").await;
    chats[0].0.close().await;
    let portal = alice.accept().await;
    visitor.sees("agent-name").await;
    visitor.say("thanks for taking me").await;
    alice
        .until_heard(&portal, &["thanks for taking me".to_owned()])
        .await;
    assert_eq!(visitor.frame.count(&id("waiting")).await.unwrap(), 0);
}
