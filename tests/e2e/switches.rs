//! What turns chat off, on the real homeserver: for new chats at once, and not for running ones.

use std::time::{SystemTime, UNIX_EPOCH};

use reqwest::Client;
use serde_json::{Value, json};

use crate::{
    agent::Agent,
    bot::direct_room,
    customer::{Customer, post, start_body},
    world::{Plan, World},
};

async fn offers(world: &World) -> Value {
    let url = format!("{}/api/v1/help-centers/switches", world.web);
    let center: Value = Client::new()
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    center["chat"].clone()
}

/// Hours that have nothing of today, tomorrow or yesterday.
fn another_day() -> &'static str {
    let today = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
        / 86_400;
    // 1970 began on a Thursday.
    let in_three_days = usize::try_from(today + 3).unwrap() % 7;
    ["thu", "fri", "sat", "sun", "mon", "tue", "wed"][in_three_days]
}

#[tokio::test]
async fn contract_help_center_and_hours_end_no_running_chat_and_why_says_which_of_them_is_off() {
    let world = World::start(Plan {
        services: &["switches"],
        ..Plan::default()
    })
    .await;
    let alice = Agent::on_duty(&world, "alice", "switches").await;
    let admin = Agent::stranger(&world, "admin").await;
    let direct = direct_room(&world, &admin, false).await;
    let office = direct.room_id();
    let mut customer = Customer::start(&world, "switches").await;
    let portal = alice.accept().await;
    customer.until_active().await;

    let hours = format!("!helpcenter hours {} 00:00-24:00 UTC", another_day());
    let mut said = Vec::new();
    for (off, on, why) in [
        (
            "!contract chat off",
            "!contract chat on",
            "the contract has chat off",
        ),
        (
            "!helpcenter chat off",
            "!helpcenter chat on",
            "the help center has chat off",
        ),
        (&*hours, "!helpcenter hours off", "outside business hours"),
    ] {
        admin.tell(office, off, &["✅"]).await;
        assert_eq!(offers(&world).await, "disabled", "{off}");
        let (status, refused) = post(&world, "/help-centers/switches/chats", start_body()).await;
        assert_eq!(
            (status.as_u16(), &refused["error"]["code"]),
            (403, &json!("chat_disabled")),
            "{off}"
        );
        alice
            .tell(
                &portal,
                "!why",
                &["@alice.switches:lab.test has chat #1", why],
            )
            .await;
        said.push(format!("still here after {off}"));
        alice.say(&portal, &said[said.len() - 1]).await;
        customer.until_heard(&said).await;

        admin.tell(office, on, &["✅"]).await;
        assert_eq!(offers(&world).await, "available", "{on}");
        let told = alice.told(&portal, "!why").await;
        assert!(!told.contains("no new chats begin"), "{on}: {told}");
    }
    let mut next = Customer::start(&world, "switches").await;
    alice.accept().await;
    next.until_active().await;
}
