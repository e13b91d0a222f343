//! Chats that change hands: transfers, claims, permissions taken, commands about it.

use std::time::Duration;

use desk::{
    agent::{ChatStatus, Presence},
    chat::ChatState,
    engine::StartChat,
    event::{ChatEventKind, RoomEventKind},
    fakes::Call,
    ids::{AgentId, ChatId, EventId, RoomId, TokenHash},
    permission::{Permission, Permissions},
    ports::{Answer, Reception, Store},
    service::{Mode, Routing, Strategy},
};

use crate::desk_in_process::{Desk, active, agent, at_a_desk, slug};

pub const TIMEOUT: Duration = Duration::from_secs(45);
pub const GRACE: Duration = Duration::from_secs(120);
pub const SECOND: Duration = Duration::from_secs(1);

pub async fn set(desk: &Desk, change: impl FnOnce(&mut Routing)) {
    let mut tx = desk.store.begin().await.unwrap();
    let mut acme = tx.find_service(&slug("acme")).await.unwrap().unwrap();
    change(&mut acme.settings.routing);
    tx.save_settings(&acme).await.unwrap();
    tx.commit().await.unwrap();
    desk.engine.set_up(&[]).await.unwrap();
}

async fn grant(desk: &Desk, name: &str, permissions: &[Permission]) {
    let mut tx = desk.store.begin().await.unwrap();
    let anybody = tx.find_agent(&slug("acme"), &agent("anna")).await;
    let mut found = anybody.unwrap().unwrap();
    if let Some(known) = tx.find_agent(&slug("acme"), &agent(name)).await.unwrap() {
        found = known;
    }
    (found.agent, found.name) = (agent(name), name.to_owned());
    found.permissions = Permissions::of(permissions.iter().copied());
    tx.save_agent(&slug("acme"), &found).await.unwrap();
    tx.commit().await.unwrap();
    let engine = &desk.engine;
    engine
        .permissions_changed(&slug("acme"), &agent(name))
        .await
        .unwrap();
    desk.settle().await;
}

async fn into_group(desk: &Desk, name: &str, group: &str) {
    let mut tx = desk.store.begin().await.unwrap();
    let found = tx.find_agent(&slug("acme"), &agent(name)).await;
    let mut found = found.unwrap().unwrap();
    found.groups.insert(group.to_owned());
    tx.save_agent(&slug("acme"), &found).await.unwrap();
    tx.commit().await.unwrap();
}

/// What the bot answers in words to a command in a management room.
async fn asked(desk: &Desk, name: &str, command: &str) -> String {
    let answer = desk.engine.command(&agent(name), command).await.unwrap();
    desk.settle().await;
    match answer {
        Answer::Words(words) => words,
        other => panic!("{command}: {other:?}"),
    }
}

pub async fn waiting_told(desk: &Desk, chat: &ChatId) -> Vec<u64> {
    let record = desk.record(chat).await.into_iter();
    record
        .filter_map(|what| match what {
            ChatEventKind::Waiting { position, .. } => Some(position),
            _ => None,
        })
        .collect()
}

pub async fn desk_room(desk: &Desk) -> RoomId {
    let room = desk.store.desk_room(&slug("acme")).await;
    room.unwrap().unwrap()
}

fn hand(of: &EventId) -> RoomEventKind {
    RoomEventKind::Reaction {
        of: of.clone(),
        symbol: "✋🏽".into(),
    }
}

#[tokio::test]
async fn a_transferred_chat_stays_with_its_agent_until_the_other_joins() {
    at_a_desk(&["anna", "bela", "cleo"], 1, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.online(&["bela", "cleo"]).await;
        desk.writes(&chat, "anna", "!transfer @cleo knows about refunds")
            .await;
        desk.settle().await;
        assert_eq!(desk.offered_to(&chat).await, agent("cleo"));
        let shown = desk.shown(&chat).await;
        let note = shown
            .iter()
            .find(|text| text.contains("knows about refunds"));
        assert!(note.unwrap().contains("transfers this chat to @cleo"));
        let rings = desk.homeserver.timeline(&desk_room(desk).await);
        let handed = "@anna:example.org hands you chat #1 with Kim. To take it, join the room or";
        let rung = &rings.last().unwrap().text;
        assert!(rung.contains(handed), "{rung}");
        let list = asked(desk, "anna", "!chats").await;
        assert!(list.contains("offered to @cleo:example.org · "), "{list}");
        // Anna answers meanwhile, and has no slot for another chat.
        desk.writes(&chat, "anna", "one moment").await;
        assert_eq!(desk.offered_to(&chat).await, agent("cleo"));
        let next = desk.start().await;
        assert_eq!(desk.offered_to(&next).await, agent("bela"));
        desk.join(&chat, "cleo").await;
        assert_eq!(desk.state(&chat).await, active("cleo"));
        let third = desk.start().await;
        assert_eq!(
            desk.offered_to(&third).await,
            agent("anna"),
            "her slot is free"
        );
        desk.settle().await;
        let told: Vec<_> = desk.record(&chat).await;
        let agents: Vec<_> = told
            .iter()
            .filter_map(|what| match what {
                ChatEventKind::Active { agent } => Some(agent.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(agents, ["anna", "cleo"], "the customer hears who took over");
        assert_eq!(desk.texts(&chat).await, ["one moment"], "and not the note");
        assert_eq!(waiting_told(desk, &chat).await, [1], "nor that it waited");
    })
    .await;
}

#[tokio::test]
async fn a_chat_that_comes_back_to_who_handed_it_over_takes_no_second_slot() {
    at_a_desk(&["anna", "bela"], 2, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.status("anna", ChatStatus::Away).await;
        desk.online(&["bela"]).await;
        desk.writes(&chat, "anna", "!transfer @bela").await;
        let next = desk.start().await;
        desk.settle().await;
        desk.status("bela", ChatStatus::Away).await;
        for chat in [&chat, &next] {
            desk.writes(chat, "bela", "!decline").await;
            assert_eq!(desk.state(chat).await, ChatState::Waiting);
        }
        desk.status("anna", ChatStatus::Auto).await;
        assert_eq!(desk.offered_to(&chat).await, agent("anna"));
        assert_eq!(desk.offered_to(&next).await, agent("anna"));
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn a_transfer_that_is_over_while_it_is_offered_binds_nobody_when_the_offer_ends() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.online(&["bela"]).await;
        // Its invitation is not delivered: the offer's time has not begun.
        desk.writes(&chat, "anna", "!transfer @bela").await;
        assert_eq!(desk.offered_to(&chat).await, agent("bela"));
        desk.passes(TIMEOUT * 2).await;
        assert_eq!(desk.offered_to(&chat).await, agent("bela"));
        grant(desk, "bela", &[]).await;
        assert_eq!(desk.chat(&chat).await.handling.target, None);
        assert_eq!(desk.offered_to(&chat).await, agent("anna"));
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn who_handed_over_a_chat_that_nobody_took_is_told_so() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.online(&["bela"]).await;
        desk.writes(&chat, "anna", "!transfer @bela").await;
        desk.settle().await;
        desk.writes(&chat, "bela", "!decline").await;
        desk.settle().await;
        desk.status("bela", ChatStatus::Away).await;
        desk.passes(TIMEOUT).await;
        desk.settle().await;
        assert_eq!(desk.offered_to(&chat).await, agent("anna"));
        let rings = desk.homeserver.timeline(&desk_room(desk).await);
        let rung = &rings.last().unwrap().text;
        let told = "Nobody has taken over chat #1 with Kim. To take it back, write in its room";
        assert!(rung.contains(told), "{rung}");
    })
    .await;
}

#[tokio::test]
async fn a_chat_for_one_agent_goes_to_everybody_when_that_agent_cannot_or_will_not() {
    at_a_desk(&["anna", "bela", "cleo"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let away = desk
            .tells(desk.portal(&chat).await, "anna", "!transfer @cleo")
            .await;
        desk.settle().await;
        assert!(desk.answer_to(&away).unwrap().contains("not online"));
        desk.online(&["bela"]).await;
        assert_eq!(
            desk.state(&chat).await,
            ChatState::Waiting,
            "it is for cleo"
        );
        desk.passes(TIMEOUT * 2).await;
        assert_eq!(
            desk.offered_to(&chat).await,
            agent("bela"),
            "cleo was not there"
        );
        desk.settle().await;
        desk.join(&chat, "bela").await;
        desk.online(&["cleo"]).await;
        desk.writes(&chat, "bela", "!transfer @cleo").await;
        assert_eq!(desk.offered_to(&chat).await, agent("cleo"));
        desk.settle().await;
        desk.leave(&chat, "cleo").await;
        let now = desk.offered_to(&chat).await;
        assert_ne!(now, agent("cleo"), "it let the offer pass");
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn a_chat_for_a_group_waits_for_its_members_and_blocks_nobody_behind_it() {
    at_a_desk(&["anna", "bela", "cleo"], 1, async |desk| {
        into_group(desk, "cleo", "billing").await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.writes(&chat, "anna", "!transfer #billing a refund")
            .await;
        desk.settle().await;
        desk.online(&["bela"]).await;
        let behind = desk.start().await;
        assert_eq!(desk.offered_to(&behind).await, agent("bela"));
        assert_eq!(desk.state(&chat).await, ChatState::Waiting);
        desk.join(&chat, "bela").await;
        assert_eq!(
            desk.state(&chat).await,
            ChatState::Waiting,
            "bela is no member"
        );
        desk.passes(TIMEOUT * 4).await;
        assert_eq!(desk.state(&chat).await, ChatState::Waiting);
        desk.online(&["cleo"]).await;
        assert_eq!(desk.offered_to(&chat).await, agent("cleo"));
        desk.settle().await;
        desk.leave(&chat, "cleo").await;
        assert_eq!(
            desk.offered_to(&chat).await,
            agent("cleo"),
            "nobody else is in it"
        );
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn a_transfer_to_nobody_known_is_answered_with_who_may_be_meant() {
    at_a_desk(&["anna", "bela", "cleo"], 3, async |desk| {
        into_group(desk, "cleo", "billing").await;
        desk.online(&["anna", "cleo"]).await;
        desk.status("cleo", ChatStatus::Away).await;
        let chat = desk.start_with("anna").await;
        let portal = desk.portal(&chat).await;
        for (command, hint) in [
            ("!transfer @beal", "Did you mean @bela?"),
            ("!transfer @zoe", "The agents: @anna:example.org, @bela"),
            ("!transfer #biling", "Did you mean #billing?"),
            ("!transfer @anna", "has this chat already"),
            ("!transfer @cleo", "cannot be given this chat: away"),
        ] {
            let event = desk.tells(portal.clone(), "anna", command).await;
            desk.settle().await;
            let answer = desk.answer_to(&event).unwrap_or_default();
            assert!(answer.contains(hint), "{command}: {answer}");
            assert_eq!(desk.state(&chat).await, active("anna"), "{command}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_claimed_chat_rings_once_for_all_and_goes_to_the_first_who_takes_it() {
    at_a_desk(&["anna", "bela", "cleo"], 1, async |desk| {
        set(desk, |routing| routing.mode = Mode::Claim).await;
        desk.online(&["anna", "bela"]).await;
        let chat = desk.start().await;
        assert_eq!(desk.state(&chat).await, ChatState::Waiting);
        let rung = |calls: Vec<Call>| -> Vec<Vec<AgentId>> {
            let rings = calls.into_iter().filter_map(|call| match call {
                Call::Mention { agents, .. } => Some(agents),
                _ => None,
            });
            rings.collect()
        };
        assert_eq!(
            rung(desk.homeserver.calls()),
            [[agent("anna"), agent("bela")]]
        );
        desk.online(&["cleo"]).await;
        desk.presence("cleo", Presence::Offline).await;
        desk.online(&["cleo"]).await;
        desk.settle().await;
        let rings = rung(desk.homeserver.calls());
        assert_eq!(
            rings[1..],
            [[agent("cleo")]],
            "who comes later is told, once"
        );

        let answer = asked(desk, "bela", "!take 1").await;
        assert!(answer.contains("within 45 s"), "{answer}");
        assert_eq!(desk.offered_to(&chat).await, agent("bela"));
        let portal = desk.portal(&chat).await;
        assert!(desk.homeserver.is_invited(&portal, &agent("bela")));
        let answer = asked(desk, "anna", "!take").await;
        assert!(answer.contains("No chat waits"), "{answer}");
        let answer = asked(desk, "anna", "!take 1").await;
        assert!(answer.contains("offered to @bela"), "{answer}");
        desk.join(&chat, "bela").await;
        assert_eq!(desk.state(&chat).await, active("bela"));
        let next = desk.start().await;
        let answer = asked(desk, "bela", "!take 2").await;
        assert!(answer.contains("1 of 1 chats"), "{answer}");
        assert_eq!(desk.state(&next).await, ChatState::Waiting);
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn a_raised_hand_on_the_announcement_takes_the_chat() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        set(desk, |routing| routing.mode = Mode::Claim).await;
        desk.online(&["anna", "bela"]).await;
        let chat = desk.start().await;
        let room = desk_room(desk).await;
        let told = desk.homeserver.timeline(&room).pop().unwrap().event;
        let other = RoomEventKind::Reaction {
            of: told.clone(),
            symbol: "👍".into(),
        };
        desk.happens_in(room.clone(), "anna", other).await;
        assert_eq!(desk.state(&chat).await, ChatState::Waiting);
        desk.happens_in(room.clone(), "zoe", hand(&told)).await;
        assert_eq!(
            desk.state(&chat).await,
            ChatState::Waiting,
            "a stranger's hand"
        );
        desk.happens_in(room.clone(), "bela", hand(&told)).await;
        assert_eq!(desk.offered_to(&chat).await, agent("bela"));
        desk.happens_in(room, "anna", hand(&told)).await;
        assert_eq!(desk.offered_to(&chat).await, agent("bela"));
        desk.settle().await;
        assert!(desk.answer_to(&told).unwrap().contains("offered to @bela"));
    })
    .await;
}

#[tokio::test]
async fn an_agent_whose_permission_is_taken_loses_its_chats_and_the_room() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let offered = desk.start().await;
        desk.online(&["bela"]).await;
        grant(desk, "anna", &[]).await;
        for chat in [&chat, &offered] {
            assert_eq!(desk.offered_to(chat).await, agent("bela"));
            let portal = desk.portal(chat).await;
            assert!(!desk.homeserver.is_joined(&portal, &agent("anna")));
            assert!(!desk.homeserver.is_invited(&portal, &agent("anna")));
        }
        desk.writes(&chat, "anna", "still here?").await;
        assert_eq!(desk.texts(&chat).await, [""; 0]);
        desk.settle().await;
        // Granted again, it is given what waits at once.
        desk.presence("bela", Presence::Offline).await;
        desk.passes(TIMEOUT).await;
        assert_eq!(desk.state(&chat).await, ChatState::Waiting);
        grant(desk, "anna", &[Permission::Chat]).await;
        assert_eq!(desk.offered_to(&chat).await, agent("anna"));
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn supervisors_watch_whisper_and_answer_only_with_the_permission_chat() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        grant(desk, "dora", &[Permission::Supervise]).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let answer = asked(desk, "bela", "!watch 1").await;
        assert!(answer.contains("supervise"), "{answer}");
        let answer = asked(desk, "dora", "!watch 1").await;
        assert!(answer.contains("You are invited"), "{answer}");
        let portal = desk.portal(&chat).await;
        desk.join(&chat, "dora").await;
        desk.writes(&chat, "dora", "can I help?").await;
        desk.writes(&chat, "zoe", "who am I?").await;
        assert_eq!(desk.texts(&chat).await, [""; 0]);
        grant(desk, "dora", &[Permission::Supervise, Permission::Chat]).await;
        desk.writes(&chat, "dora", "I can").await;
        assert_eq!(desk.texts(&chat).await, ["I can"]);
        assert_eq!(desk.state(&chat).await, active("anna"));
        desk.settle().await;
        assert!(desk.homeserver.is_joined(&portal, &agent("dora")));
    })
    .await;
}

#[tokio::test]
async fn a_second_agent_is_brought_in_without_a_slot_and_a_stranger_is_taken_out() {
    at_a_desk(&["anna", "bela"], 1, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.online(&["bela"]).await;
        desk.writes(&chat, "anna", "!invite @bela").await;
        desk.settle().await;
        desk.join(&chat, "bela").await;
        desk.writes(&chat, "bela", "hello from me too").await;
        assert_eq!(desk.texts(&chat).await, ["hello from me too"]);
        assert_eq!(desk.state(&chat).await, active("anna"));
        let next = desk.start().await;
        assert_eq!(desk.offered_to(&next).await, agent("bela"), "it has its slot");
        let portal = desk.portal(&chat).await;
        desk.happens(&chat, "zoe", RoomEventKind::Joined).await;
        desk.settle().await;
        let removed = |call: &Call| matches!(call, Call::Remove { room, agent: gone, .. } if *room == portal && *gone == agent("zoe"));
        assert!(desk.homeserver.calls().iter().any(removed));
    })
    .await;
}

#[tokio::test]
async fn an_assignment_goes_to_that_agent_but_never_beyond_its_capacity() {
    at_a_desk(&["anna", "bela", "cleo"], 1, async |desk| {
        grant(desk, "dora", &[Permission::Supervise]).await;
        desk.online(&["anna", "bela"]).await;
        let chat = desk.start().await;
        assert_eq!(desk.offered_to(&chat).await, agent("anna"));
        let answer = asked(desk, "anna", "!assign 1 @bela").await;
        assert!(answer.contains("supervise"), "{answer}");
        let answer = asked(desk, "dora", "!assign 1 @cleo").await;
        assert!(
            answer.contains("cannot be given this chat: not online"),
            "{answer}"
        );
        let done = desk.engine.command(&agent("dora"), "!assign 1 @bela").await;
        assert_eq!(done.unwrap(), Answer::Done);
        assert_eq!(desk.offered_to(&chat).await, agent("bela"));
        desk.settle().await;
        let portal = desk.portal(&chat).await;
        assert!(!desk.homeserver.is_invited(&portal, &agent("anna")));
        let other = desk.start().await;
        assert_eq!(desk.offered_to(&other).await, agent("anna"));
        let answer = asked(desk, "dora", "!assign 2 @bela").await;
        assert!(answer.contains("full, 1/1"), "{answer}");
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn who_last_talked_with_a_customer_gets_its_next_chat() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        set(desk, |routing| routing.prefer_recent = true).await;
        desk.online(&["bela"]).await;
        let start = async |desk: &Desk, visit: &str, earlier: Option<&str>| {
            let wish = StartChat {
                service: slug("acme"),
                consent: Some("1".into()),
                name: Some("Kim".into()),
                email: None,
                fields: Default::default(),
                page: None,
                locale: "en".into(),
                earlier: earlier.map(TokenHash::of),
                identity: None,
                token: TokenHash::of(visit),
            };
            let chat = desk.engine.start_chat(wish).await.unwrap().chat;
            desk.settle().await;
            chat
        };
        let first = start(desk, "first", None).await;
        desk.join(&first, "bela").await;
        desk.engine.customer_ends(&first).await.unwrap();
        desk.online(&["anna"]).await;
        let stranger = start(desk, "stranger", None).await;
        assert_eq!(desk.offered_to(&stranger).await, agent("anna"));
        let load = start(desk, "load", None).await;
        assert_eq!(desk.offered_to(&load).await, agent("bela"));
        desk.engine.customer_ends(&stranger).await.unwrap();
        let again = start(desk, "again", Some("first")).await;
        assert_eq!(
            desk.offered_to(&again).await,
            agent("bela"),
            "though more loaded"
        );
        let why = asked(desk, "bela", "!why 4").await;
        assert!(why.contains("last talked with this customer"), "{why}");
    })
    .await;
}

#[tokio::test]
async fn chats_go_in_turn_where_the_strategy_is_round_robin() {
    at_a_desk(&["anna", "bela"], 9, async |desk| {
        set(desk, |routing| routing.strategy = Strategy::RoundRobin).await;
        desk.online(&["anna", "bela"]).await;
        let mut given = Vec::new();
        for _ in 0..4 {
            let chat = desk.start().await;
            let to = desk.offered_to(&chat).await;
            // Anna's end at once, so she is always the least loaded.
            if to == agent("anna") {
                desk.engine.customer_ends(&chat).await.unwrap();
            }
            given.push(to);
            desk.clock.advance(SECOND);
        }
        let [anna, bela] = [agent("anna"), agent("bela")];
        assert_eq!(given, [&anna, &bela, &anna, &bela].map(Clone::clone));
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn places_in_the_queue_are_told_when_they_change_with_the_time_it_takes() {
    at_a_desk(&["anna"], 1, async |desk| {
        desk.online(&["anna"]).await;
        let mut served = desk.start_with("anna").await;
        let mut waiting = vec![desk.start().await, desk.start().await, desk.start().await];
        assert_eq!(waiting_told(desk, &waiting[2]).await, [3]);
        for _ in 0..2 {
            desk.clock.advance(SECOND * 20);
            desk.engine.customer_ends(&served).await.unwrap();
            desk.settle().await;
            served = waiting.remove(0);
            desk.join(&served, "anna").await;
        }
        assert_eq!(waiting_told(desk, &waiting[0]).await, [3, 2, 1]);
        desk.settle().await;
        // 0, 20 and 40 seconds were waited so far.
        let next = desk.start().await;
        let record = desk.record(&next).await;
        assert!(
            matches!(
                record[0],
                ChatEventKind::Waiting {
                    position: 2,
                    wait_s: Some(40),
                    ..
                }
            ),
            "{record:?}"
        );
        let service = desk.engine.service(&slug("acme")).await.unwrap();
        let wait = desk.engine.estimated_wait(&service).await.unwrap();
        assert_eq!(wait, Some(60));
    })
    .await;
}

#[tokio::test]
async fn why_names_the_reasons_agent_by_agent() {
    at_a_desk(&["anna", "bela", "cleo", "dana"], 1, async |desk| {
        desk.online(&["anna", "bela", "cleo"]).await;
        desk.status("cleo", ChatStatus::Away).await;
        desk.start_with("anna").await;
        let chat = desk.start().await;
        assert_eq!(desk.offered_to(&chat).await, agent("bela"));
        desk.settle().await;
        desk.passes(TIMEOUT).await;
        desk.settle().await;
        let why = asked(desk, "dana", "!why 2").await;
        for line in [
            "is being offered to @bela:example.org",
            ", times in UTC:",
            "offered to @bela:example.org: had the fewest chats",
            "- @anna:example.org: full, 1/1",
            "- @cleo:example.org: away",
            "- @dana:example.org: not online, presence not known",
            "@bela:example.org let it pass",
            "again, as nobody else can take it",
        ] {
            assert!(why.contains(line), "{line} in {why}");
        }
        let korean = {
            asked(desk, "dana", "!lang ko").await;
            asked(desk, "dana", "!why 2").await
        };
        assert!(korean.contains("자리 비움"), "{korean}");
        let answer = asked(desk, "anna", "!why 99").await;
        assert!(answer.contains("no chat #99"), "{answer}");
        let declined = asked(desk, "bela", "!decline").await;
        assert!(declined.contains("declined chat #2"), "{declined}");
        let list = asked(desk, "anna", "!chats").await;
        assert!(list.contains("#1 Kim") && !list.contains("#2"), "{list}");
        let queue = asked(desk, "anna", "!queue").await;
        assert!(queue.contains("#2 Kim") && !queue.contains("#1"), "{queue}");
    })
    .await;
}

#[tokio::test]
async fn who_works_in_several_help_centers_is_asked_which_is_meant() {
    at_a_desk(&["anna"], 1, async |desk| {
        let staff = crate::desk_in_process::Staff {
            services: &[("acme", &["anna"]), ("other", &["anna"])],
            capacity: 1,
        };
        desk.set_up(&staff).await;
        desk.settle().await;
        let answer = asked(desk, "anna", "!queue").await;
        assert!(answer.contains("acme, other"), "{answer}");
        let room = desk_room(desk).await;
        let event = desk.tells(room, "anna", "!queue").await;
        desk.settle().await;
        assert!(desk.answer_to(&event).unwrap().contains("No chat waits"));
        let answer = asked(desk, "zoe", "!queue").await;
        assert!(answer.contains("no permission"), "{answer}");
    })
    .await;
}
