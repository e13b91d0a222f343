//! Nothing is lost and nothing doubled when Helproom or Synapse dies.

use std::time::Duration;

use crate::{
    agent::Agent,
    customer::Customer,
    page::Visitor,
    world::{Plan, World},
};

fn texts(from: &str, range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|n| format!("{from} {n}")).collect()
}

#[tokio::test]
async fn helproom_killed_while_both_sides_write_loses_and_doubles_nothing() {
    const EACH: usize = 200;
    let world = World::start(Plan {
        services: &["killed"],
        ..Plan::default()
    })
    .await;
    let alice = Agent::on_duty(&world, "alice", "killed").await;
    let customer = Visitor::visit(&world, "killed").await;
    customer.start_chat().await;
    let portal = alice.accept().await;
    customer.sees("agent-name").await;

    let (spoken, said) = (texts("customer", 0..EACH), texts("agent", 0..EACH));
    let customer_writes = async {
        for text in &spoken {
            customer.say(text).await;
        }
    };
    let agent_writes = async {
        for text in &said {
            alice.say(&portal, text).await;
        }
    };
    let killer = async {
        for after in [20, 90] {
            alice
                .until("some texts", || {
                    (alice.heard(&portal).len() >= after).then_some(())
                })
                .await;
            world.kill_helproom().await;
            world.start_helproom().await;
        }
    };
    tokio::join!(customer_writes, agent_writes, killer);
    customer.until_sent(EACH).await;
    customer.until_texts("agent", &said).await;
    alice.until_heard(&portal, &spoken).await;
    assert_eq!(customer.texts("customer").await, spoken);
}

#[tokio::test]
async fn messages_written_while_synapse_is_stopped_all_arrive_in_order_once() {
    let world = World::start(Plan {
        services: &["stopped"],
        ..Plan::default()
    })
    .await;
    let alice = Agent::on_duty(&world, "alice", "stopped").await;
    let mut customer = Customer::start(&world, "stopped").await;
    let portal = alice.accept().await;
    customer.until_active().await;
    world.lab.terminate().await;
    let written = texts("customer", 0..20);
    let mut every = tokio::time::interval(Duration::from_millis(1_500));
    for (n, text) in written.iter().enumerate() {
        // The outage lasts 30 s, as the customer's writing does.
        every.tick().await;
        customer.say(&format!("k{n}"), text).await;
    }
    world.lab.start_again().await.unwrap();
    alice.until_heard(&portal, &written).await;
}

#[tokio::test]
async fn what_synapse_forgets_when_it_dies_is_found_by_reading_the_room() {
    let world = World::start(Plan {
        services: &["forgets"],
        ..Plan::default()
    })
    .await;
    let alice = Agent::on_duty(&world, "alice", "forgets").await;
    let mut customer = Customer::start(&world, "forgets").await;
    let portal = alice.accept().await;
    customer.until_active().await;
    let mut written = Vec::new();
    for round in 0..10 {
        // Helproom answers nothing for a moment: what the agent writes now is on its way when
        // Synapse dies.
        world.freeze_helproom();
        for n in 0..3 {
            let text = format!("round {round} text {n}");
            alice.say(&portal, &text).await;
            written.push(text);
        }
        match round {
            9 => world.lab.terminate().await,
            _ => world.lab.kill().await,
        };
        world.thaw_helproom();
        world.lab.start_again().await.unwrap();
        let text = format!("round {round} after");
        alice.say_until_taken(&portal, &text).await;
        written.push(text);
    }
    customer.until_heard(&written).await;
    let found = std::fs::read_to_string(world.log()).unwrap();
    assert!(
        found.contains("found by reading the room"),
        "Synapse forgot nothing, so nothing was shown"
    );
}
