//! A chat on its way between agents, and what `!why` says of it.

use matrix_sdk::ruma::OwnedRoomId;
use serde_json::Value;

use crate::{
    agent::Agent,
    bot::direct_room,
    customer::Customer,
    world::{Plan, World},
};

/// Who had the chat in the customer's eyes, one after the other.
fn agents(events: &[Value]) -> Vec<&str> {
    let states = events.iter().filter(|event| event["type"] == "state");
    let mut agents: Vec<_> = states
        .filter_map(|event| match event["state"].as_str() {
            Some("active") => event["agent"]["name"].as_str(),
            Some("waiting") => Some("waiting"),
            _ => None,
        })
        .collect();
    agents.dedup();
    agents
}

async fn until_with(customer: &mut Customer, name: &str) {
    customer
        .until(name, |events| agents(events).last() == Some(&name))
        .await;
}

struct Office {
    world: World,
    admin: Agent,
    /// The admin's direct room with the bot.
    room: OwnedRoomId,
    /// Supervises, and may not chat.
    boss: Agent,
    desk: OwnedRoomId,
    alice: Agent,
    /// Is seen online when it says so.
    bob: Agent,
}

impl Office {
    async fn open() -> Self {
        let world = World::start(Plan {
            services: &["hands"],
            ..Plan::default()
        })
        .await;
        let bob = Agent::unseen(&world, world.agent("bob", "hands").await).await;
        let desk = bob.accept().await;
        bob.is_seen(&world, "online").await;
        let alice = Agent::on_duty(&world, "alice", "hands").await;
        world.until_routable("hands", 2).await;
        let admin = Agent::stranger(&world, "admin").await;
        let room = direct_room(&world, &admin, false)
            .await
            .room_id()
            .to_owned();
        let boss = Agent::stranger(&world, "boss").await;
        admin
            .tell(&room, "!agent grant @boss supervise", &["none → supervise"])
            .await;
        assert_eq!(boss.accept().await, desk);
        admin.tell(&room, "!routing grace 10", &["→ 10 s"]).await;
        Self {
            world,
            admin,
            room,
            boss,
            desk,
            alice,
            bob,
        }
    }

    /// What the supervisor is told of the chat.
    async fn why(&self, number: u64, words: &[&str]) {
        self.boss
            .tell(&self.desk, &format!("!why {number}"), words)
            .await;
    }
}

#[tokio::test]
async fn a_chat_is_declined_watched_transferred_taken_away_and_lost_and_why_knows_it_all() {
    let office = Office::open().await;
    let Office {
        world,
        alice,
        bob,
        boss,
        desk,
        ..
    } = &office;
    let mut customer = Customer::start(world, "hands").await;
    let portal = alice.invite().await;
    alice.tell(desk, "!decline", &["declined chat #1"]).await;
    assert_eq!(bob.accept().await, portal);
    until_with(&mut customer, "Bob.hands").await;
    office
        .why(
            1,
            &[
                "@bob.hands:lab.test has chat #1",
                "offered to @alice.hands:lab.test: had the fewest chats",
                "@alice.hands:lab.test declined",
                "- @alice.hands:lab.test: had it before or let it pass",
                "@bob.hands:lab.test took it",
            ],
        )
        .await;

    boss.tell(desk, "!watch 1", &["The customer notices nothing"])
        .await;
    assert_eq!(boss.accept().await, portal);
    boss.tell(&portal, "!note offer a refund", &["👍"]).await;
    let whispered = ["!note offer a refund".to_owned()];
    bob.until_heard(&portal, &whispered).await;

    let transfer = "!transfer @alice.hands:lab.test knows about parcels";
    bob.tell(&portal, transfer, &["👍"]).await;
    bob.until_notice(&portal, "Note: knows about parcels").await;
    assert_eq!(alice.invite().await, portal);
    bob.say(&portal, "one moment").await;
    customer.until_heard(&["one moment".to_owned()]).await;
    office
        .why(
            1,
            &[
                "@bob.hands:lab.test transferred it to @alice.hands:lab.test",
                "offered to @alice.hands:lab.test: the chat was transferred to them",
            ],
        )
        .await;
    alice.join(&portal).await;
    until_with(&mut customer, "Alice.hands").await;

    let revoke = "!agent revoke @alice.hands:lab.test chat";
    office
        .admin
        .tell(&office.room, revoke, &["chat → none"])
        .await;
    alice.until_out_of(&portal).await;
    until_with(&mut customer, "waiting").await;
    office
        .why(
            1,
            &[
                "the permission \"chat\" of @alice.hands:lab.test was revoked: back to the queue",
                "offered to @bob.hands:lab.test: again, as nobody else can take it",
            ],
        )
        .await;
    // He is in the room, so there is nothing to join: he takes it by answering.
    bob.say(&portal, "I am back").await;
    until_with(&mut customer, "Bob.hands").await;

    let grant = "!agent grant @alice.hands:lab.test chat";
    office
        .admin
        .tell(&office.room, grant, &["none → chat"])
        .await;
    assert_eq!(alice.accept().await, *desk);
    bob.is_seen(world, "offline").await;
    office.why(1, &["Now: its agent is not online. In "]).await;
    until_with(&mut customer, "waiting").await;
    bob.until_notice(&portal, "was not online for too long")
        .await;
    assert_eq!(alice.accept().await, portal);
    until_with(&mut customer, "Alice.hands").await;
    office
        .why(
            1,
            &[
                "@alice.hands:lab.test has chat #1",
                "@bob.hands:lab.test was not online for too long: back to the queue",
                "- @bob.hands:lab.test: not online (offline)",
            ],
        )
        .await;
    alice.say(&portal, "hello again").await;

    let heard = ["one moment", "I am back", "hello again"].map(str::to_owned);
    customer.until_heard(&heard).await;
    let way = [
        "waiting",
        "Bob.hands",
        "Alice.hands",
        "waiting",
        "Bob.hands",
        "waiting",
        "Alice.hands",
    ];
    assert_eq!(agents(&customer.events), way);
    let all = format!("{:?}", customer.events);
    for secret in ["refund", "parcels", "boss", "Boss"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

#[tokio::test]
async fn a_claimed_chat_rings_for_all_goes_to_the_first_who_takes_it_and_why_says_so() {
    let office = Office::open().await;
    let Office {
        world,
        alice,
        bob,
        desk,
        ..
    } = &office;
    let claim = "!routing mode claim";
    office
        .admin
        .tell(&office.room, claim, &["auto → claim"])
        .await;
    let mut customer = Customer::start(world, "hands").await;
    let called = alice
        .until_bot("the call", |event| {
            let body = event["content"]["body"].as_str();
            body.is_some_and(|body| body.contains("is waiting in chat #1"))
        })
        .await;
    assert_eq!(called["content"]["msgtype"], "m.text");
    let mentioned = called["content"]["m.mentions"]["user_ids"]
        .as_array()
        .unwrap();
    assert_eq!(mentioned.len(), 2, "{called}");
    office
        .why(
            1,
            &[
                "Chat #1 waits.",
                "2 agents were told; the first who takes it has it",
                "Now: the first agent who says !take has the chat",
            ],
        )
        .await;

    bob.tell(desk, "!take 1", &["You are invited to chat #1"])
        .await;
    let late = "Chat #1 is being offered to @bob.hands:lab.test";
    alice.tell(desk, "!take 1", &[late]).await;
    bob.accept().await;
    until_with(&mut customer, "Bob.hands").await;
    office
        .why(
            1,
            &[
                "@bob.hands:lab.test has chat #1",
                "offered to @bob.hands:lab.test: asked for it (!take)",
                "@bob.hands:lab.test took it",
            ],
        )
        .await;
    assert_eq!(alice.count_of(desk, "Write !take 1"), 1);
}
