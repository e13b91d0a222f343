//! A customer in a browser talks with an agent in a Matrix client.

use std::time::Instant;

use crate::{
    agent::Agent,
    customer::Customer,
    page::{FRAME, Visitor, id},
    world::{PATIENCE, Plan, World, shared},
};

#[tokio::test]
async fn both_sides_read_exactly_what_the_other_typed() {
    let world = shared().await;
    let alice = Agent::on_duty(world, "alice", "conversation").await;
    let customer = Visitor::visit(world, "conversation").await;

    let before = customer.page.requests().await.unwrap();
    assert!(
        !before
            .iter()
            .any(|url| url.contains("/api/") || url.contains("/widget/")),
        "{before:?}"
    );
    let storage = customer.page.storage().await.unwrap();
    assert!(
        storage
            .frames
            .iter()
            .all(|frame| frame.local.is_empty() && frame.session.is_empty()),
        "{storage:?}"
    );

    customer.open_widget().await;
    customer.sees("consent-text").await;
    let started = Instant::now();
    customer.click("start-chat").await;
    let offer = alice
        .until_bot("the offer", |event| {
            event["content"]["m.mentions"]["user_ids"][0] == *alice.id
        })
        .await;
    assert_eq!(
        offer["content"]["msgtype"], "m.text",
        "a notice would not ring"
    );
    assert!(
        started.elapsed().as_secs() < 2,
        "told after {:?}",
        started.elapsed()
    );
    let portal = alice.accept().await;
    assert!(
        offer["content"]["body"]
            .as_str()
            .unwrap()
            .contains(portal.as_str()),
        "the offer links the portal"
    );
    customer.sees("agent-name").await;

    let long = "0123456789".repeat(400);
    let typed: Vec<String> = [
        "hello",
        "👩‍👩‍👧‍👦 🎉",
        "안녕하세요, 주문 번호를 찾을 수 없어요.",
        "one\ntwo\n\n  three",
        "<b>not bold</b> & <script>alert(1)</script>",
        &long,
    ]
    .map(str::to_owned)
    .into();
    for text in &typed {
        customer.say(text).await;
    }
    alice.until_heard(&portal, &typed).await;
    for text in &typed {
        alice.say(&portal, text).await;
    }
    customer.until_texts("agent", &typed).await;
    assert_eq!(customer.texts("customer").await, typed);

    alice.say(&portal, "!help").await;
    alice
        .until_bot("the help", |event| {
            event["content"]["body"]
                .as_str()
                .is_some_and(|body| body.contains("!close"))
        })
        .await;
    alice.say(&portal, "!!not a command").await;
    let mut heard = typed.clone();
    heard.push("!not a command".into());
    customer.until_texts("agent", &heard).await;

    customer.click("menu").await;
    customer.click("end-chat").await;
    customer.click("confirm-end").await;
    customer.sees("closed").await;
    alice
        .until_event("the closed room's name", |room, event| {
            room == portal
                && event["type"] == "m.room.name"
                && event["content"]["name"].as_str().unwrap().starts_with('✔')
        })
        .await;
}

#[tokio::test]
async fn a_reload_in_the_middle_shows_the_conversation_and_nothing_twice() {
    let world = shared().await;
    let alice = Agent::on_duty(world, "alice", "reload").await;
    let customer = Visitor::visit(world, "reload").await;
    customer.start_chat().await;
    let portal = alice.accept().await;
    let texts = |from: &str, range: std::ops::Range<u32>| {
        range.map(|n| format!("{from} {n}")).collect::<Vec<_>>()
    };
    for text in texts("customer", 0..3) {
        customer.say(&text).await;
    }
    for text in texts("agent", 0..3) {
        alice.say(&portal, &text).await;
    }
    customer.until_texts("agent", &texts("agent", 0..3)).await;

    customer.page.reload().await.unwrap();
    customer
        .page
        .wait(FRAME, xtask::browser::State::Visible, PATIENCE)
        .await
        .unwrap();
    customer.until_texts("agent", &texts("agent", 0..3)).await;
    customer
        .until_texts("customer", &texts("customer", 0..3))
        .await;

    customer.say("customer 3").await;
    alice.say(&portal, "agent 3").await;
    customer.until_texts("agent", &texts("agent", 0..4)).await;
    alice.until_heard(&portal, &texts("customer", 0..4)).await;
    assert_eq!(customer.frame.count(&id("message")).await.unwrap(), 8);
}

#[tokio::test]
async fn an_agent_edits_deletes_and_replies_and_the_customer_sees_it() {
    let world = shared().await;
    let alice = Agent::on_duty(world, "alice", "late").await;
    let mut customer = Customer::start(world, "late").await;
    let portal = alice.accept().await;
    customer.until_active().await;
    let first = alice.say(&portal, "the prize is 10").await;
    let second = alice.say(&portal, "oops").await;
    let room = alice.client.get_room(&portal).unwrap();
    let edit = serde_json::json!({
        "msgtype": "m.text", "body": "* the price is 10",
        "m.new_content": {"msgtype": "m.text", "body": "the price is 10"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": first},
    });
    room.send_raw("m.room.message", edit).await.unwrap();
    room.redact(&second, None, None).await.unwrap();
    customer
        .until("edit and deletion", |events| {
            events
                .iter()
                .any(|event| event["type"] == "edit" && event["text"] == "the price is 10")
                && events.iter().any(|event| event["type"] == "delete")
        })
        .await;
    let of = |kind: &str| {
        customer
            .events
            .iter()
            .find(|event| event["type"] == kind)
            .unwrap()["id"]
            .clone()
    };
    let messages: Vec<_> = customer
        .events
        .iter()
        .filter(|event| event["type"] == "message")
        .collect();
    assert_eq!(
        (&of("edit"), &of("delete")),
        (&messages[0]["id"], &messages[1]["id"])
    );

    alice.say(&portal, "!close").await;
    customer
        .until("the end", |events| {
            events
                .iter()
                .any(|event| event["type"] == "closed" && event["by"] == "agent")
        })
        .await;
    alice.say(&portal, "one more thing").await;
    alice.until_notice(&portal, "This chat is over").await;
    assert!(
        customer
            .try_say("late", "hello?")
            .await
            .unwrap_err()
            .contains("chat_closed")
    );
}

#[tokio::test]
async fn a_portal_of_room_version_11_works_as_one_of_12_and_is_as_closed() {
    for version in ["11", "12"] {
        let world = World::start(Plan {
            services: &["version"],
            room_version: version,
            ..Plan::default()
        })
        .await;
        let alice = Agent::on_duty(&world, "alice", "version").await;
        let mut customer = Customer::start(&world, "version").await;
        let portal = alice.accept().await;
        customer.until_active().await;
        customer.say("k", "hello").await;
        alice.until_heard(&portal, &["hello".to_owned()]).await;
        alice.say(&portal, "hi").await;
        customer.until_heard(&["hi".to_owned()]).await;

        let state = alice.state(&world, &portal).await;
        let content = |kind: &str| {
            state.iter().find(|event| event["type"] == kind).unwrap()["content"].clone()
        };
        assert_eq!(content("m.room.create")["room_version"], version);
        assert_eq!(
            content("m.room.create")["m.federate"],
            false,
            "version {version}"
        );
        assert_eq!(
            content("m.room.join_rules")["join_rule"],
            "invite",
            "version {version}"
        );
        assert_eq!(
            content("m.room.history_visibility")["history_visibility"],
            "shared",
            "version {version}"
        );
        let levels = content("m.room.power_levels");
        assert_eq!(levels["users_default"], 0, "version {version}");
        assert_eq!(
            levels["users"].get(world.bot()).is_some(),
            version == "11",
            "version {version}"
        );
        let ghost = state.iter().find(|event| {
            event["state_key"]
                .as_str()
                .is_some_and(|key| key.starts_with("@helproom_version_"))
        });
        assert_eq!(
            levels["users"][ghost.unwrap()["state_key"].as_str().unwrap()],
            0,
            "version {version}"
        );
        assert_eq!(ghost.unwrap()["content"]["displayname"], "Kim");
    }
}
