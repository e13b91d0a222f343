//! Who is offered a chat, who gets it, and who waits.

use std::{pin::pin, sync::Arc, time::Duration};

use desk::{
    agent::{ChatStatus, Membership, Presence},
    chat::ChatState,
    deadlines::watch_deadlines,
    event::{ChatEventKind, ClosedBy},
    fakes::Call,
    permission::Permissions,
    ports::{Clock, Store},
    refusal::{DeskError, Refusal},
};
use futures_util::{
    FutureExt,
    future::{Either, select},
};

use crate::desk_in_process::{Staff, active, agent, at_a_desk, slug};

const TIMEOUT: Duration = Duration::from_secs(45);

/// What was asked of the homeserver since `from`, in a word each; without the space, whose lane is
/// its own.
fn words(calls: &[Call], from: usize) -> Vec<String> {
    let word = |call: &Call| match call {
        Call::OpenPortal(_) => "portal".to_owned(),
        Call::Invite { agent, .. } => format!("invite {agent}"),
        Call::Mention { agents, .. } => format!("mention {}", agents[0]),
        Call::Withdraw { agent, .. } => format!("withdraw {agent}"),
        Call::Rename { name, .. } => format!("rename {name}"),
        Call::Notify { text, .. } | Call::Say { text, .. } => text.clone(),
        other => format!("{other:?}"),
    };
    let calls = calls[from..].iter();
    calls
        .filter(|call| !matches!(call, Call::List { .. } | Call::Delist { .. }))
        .map(word)
        .collect()
}

#[tokio::test]
async fn a_chat_gets_its_portal_then_its_agent_is_invited_then_rung() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let before = desk.homeserver.calls().len();
        let chat = desk.start().await;
        assert_eq!(
            words(&desk.homeserver.calls(), before),
            [
                "portal",
                "invite @anna:example.org",
                "mention @anna:example.org"
            ]
        );
        let portal = desk.portal(&chat).await;
        assert!(desk.homeserver.is_invited(&portal, &agent("anna")));
        let desk_room = desk.store.desk_room(&slug("acme")).await;
        let rings = desk.homeserver.timeline(&desk_room.unwrap().unwrap());
        assert!(rings[0].text.contains("Kim is waiting in chat #1"));
    })
    .await;
}

#[tokio::test]
async fn each_chat_is_offered_to_the_least_loaded_agent() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        desk.online(&["anna", "bela"]).await;
        let mut given = Vec::new();
        for _ in 0..6 {
            let chat = desk.start().await;
            given.push(desk.offered_to(&chat).await);
            desk.clock.advance(Duration::from_secs(1));
        }
        let [anna, bela] = [agent("anna"), agent("bela")];
        assert_eq!(
            given,
            [&anna, &bela, &anna, &bela, &anna, &bela].map(Clone::clone)
        );
    })
    .await;
}

#[tokio::test]
async fn joining_accepts_and_the_customer_is_told_who_answers() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let record = desk.record(&chat).await;
        let told = ChatEventKind::Active {
            agent: "anna".into(),
        };
        assert_eq!(record.last(), Some(&told));
        let name = desk.homeserver.name_of(&desk.portal(&chat).await).unwrap();
        assert!(name.starts_with("💬 Kim"), "{name}");
        desk.passes(TIMEOUT * 2).await;
        assert_eq!(desk.state(&chat).await, active("anna"));
    })
    .await;
}

#[tokio::test]
async fn a_declined_offer_goes_to_the_next_agent() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        desk.online(&["anna", "bela"]).await;
        let chat = desk.start().await;
        assert_eq!(desk.offered_to(&chat).await, agent("anna"));
        desk.leave(&chat, "anna").await;
        assert_eq!(desk.offered_to(&chat).await, agent("bela"));
        desk.settle().await;
        let portal = desk.portal(&chat).await;
        assert!(desk.homeserver.is_invited(&portal, &agent("bela")));
    })
    .await;
}

#[tokio::test]
async fn an_offer_that_runs_out_is_withdrawn_before_the_chat_is_offered_on() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        desk.online(&["anna", "bela"]).await;
        let chat = desk.start().await;
        let before = desk.homeserver.calls().len();
        desk.passes(TIMEOUT - Duration::from_millis(1)).await;
        assert_eq!(desk.offered_to(&chat).await, agent("anna"));
        desk.passes(Duration::from_millis(1)).await;
        desk.settle().await;
        assert_eq!(
            words(&desk.homeserver.calls(), before),
            [
                "withdraw @anna:example.org",
                "invite @bela:example.org",
                "mention @bela:example.org"
            ]
        );
        let portal = desk.portal(&chat).await;
        assert!(!desk.homeserver.is_invited(&portal, &agent("anna")));
        assert!(desk.homeserver.is_invited(&portal, &agent("bela")));
    })
    .await;
}

#[tokio::test]
async fn offers_are_taken_back_by_themselves_the_moment_they_run_out() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        desk.online(&["anna", "bela"]).await;
        let watch = watch_deadlines(Arc::clone(&desk.engine)).boxed();
        let test = async {
            // Nobody waits for a deadline yet; the offer below must wake the watch, and its
            // invitation must wake it again.
            let chat = desk.try_start("acme").await.unwrap();
            desk.settle().await;
            let deadline = desk.clock.now() + TIMEOUT;
            while desk.clock.next_sleeper().await != deadline {
                tokio::task::yield_now().await;
            }
            desk.clock.move_to(deadline);
            while desk.offered_to(&chat).await != agent("bela") {
                tokio::task::yield_now().await;
            }
        };
        let test = tokio::time::timeout(Duration::from_secs(20), test);
        let test = pin!(test);
        match select(watch, test).await {
            Either::Left(_) => panic!("the watch ended"),
            Either::Right((outcome, watch)) => {
                // Left unpolled it could hold the writer for ever.
                drop(watch);
                outcome.unwrap();
            }
        }
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn the_only_agent_is_offered_the_chat_again_and_the_customer_may_leave_an_inquiry() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start().await;
        desk.passes(TIMEOUT).await;
        desk.settle().await;
        assert_eq!(desk.offered_to(&chat).await, agent("anna"));
        let portal = desk.portal(&chat).await;
        assert!(desk.homeserver.is_invited(&portal, &agent("anna")));
        let waiting = |contact| ChatEventKind::Waiting {
            position: 1,
            wait_s: None,
            contact,
        };
        assert_eq!(desk.record(&chat).await, [waiting(false), waiting(true)]);
        desk.join(&chat, "anna").await;
        desk.settle().await;
        assert_eq!(desk.state(&chat).await, active("anna"));
    })
    .await;
}

#[tokio::test]
async fn without_a_routable_agent_a_chat_is_refused_and_leaves_nothing() {
    at_a_desk(&["anna", "bela", "cleo"], 3, async |desk| {
        desk.online(&["bela", "cleo"]).await;
        desk.presence("bela", Presence::Unavailable).await;
        desk.status("cleo", ChatStatus::Away).await;
        let refused = desk.try_start("acme").await;
        assert!(
            matches!(refused, Err(DeskError::Refused(Refusal::AgentsAbsent))),
            "{refused:?}"
        );
        let mut connection = desk.connection().await;
        for table in ["chat", "customer", "consent", "visitor_token"] {
            let count = format!("select count(*) from {table}");
            let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(count))
                .fetch_one(&mut connection)
                .await
                .unwrap();
            assert_eq!(rows, 0, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn chats_beyond_capacity_wait_and_are_served_first_come_first() {
    at_a_desk(&["anna"], 1, async |desk| {
        desk.online(&["anna"]).await;
        let first = desk.start_with("anna").await;
        let waiting = [desk.start().await, desk.start().await, desk.start().await];
        for (place, chat) in waiting.iter().enumerate() {
            let position = place as u64 + 1;
            assert!(
                desk.record(chat).await.contains(&ChatEventKind::Waiting {
                    position,
                    wait_s: None,
                    contact: false
                }),
                "{position}"
            );
        }
        let mut served = first;
        for next in waiting {
            assert_eq!(desk.state(&next).await, ChatState::Waiting);
            desk.engine.customer_ends(&served).await.unwrap();
            assert_eq!(desk.offered_to(&next).await, agent("anna"));
            desk.settle().await;
            desk.join(&next, "anna").await;
            served = next;
        }
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn waiting_chats_go_to_an_agent_who_becomes_routable() {
    at_a_desk(&["anna", "bela", "cleo"], 1, async |desk| {
        desk.online(&["anna", "cleo"]).await;
        desk.status("cleo", ChatStatus::Away).await;
        desk.start_with("anna").await;
        let waiting = [desk.start().await, desk.start().await];
        desk.online(&["bela"]).await;
        assert_eq!(desk.offered_to(&waiting[0]).await, agent("bela"));
        assert_eq!(desk.state(&waiting[1]).await, ChatState::Waiting);
        desk.status("cleo", ChatStatus::Online).await;
        assert_eq!(desk.offered_to(&waiting[1]).await, agent("cleo"));
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn a_chat_its_agent_leaves_is_offered_on() {
    at_a_desk(&["anna", "bela"], 1, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.online(&["bela"]).await;
        desk.leave(&chat, "anna").await;
        assert_eq!(desk.offered_to(&chat).await, agent("bela"));
        desk.settle().await;
        desk.join(&chat, "bela").await;
        assert_eq!(desk.state(&chat).await, active("bela"));
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn an_agent_whose_offer_ran_out_takes_a_chat_that_nobody_has_and_nobody_elses() {
    at_a_desk(&["anna", "bela", "cleo"], 3, async |desk| {
        desk.online(&["anna", "bela"]).await;
        let chat = desk.start().await;
        desk.passes(TIMEOUT).await;
        assert_eq!(desk.offered_to(&chat).await, agent("bela"));
        desk.join(&chat, "anna").await;
        assert_eq!(desk.state(&chat).await, active("anna"));
        desk.settle().await;
        let portal = desk.portal(&chat).await;
        assert!(!desk.homeserver.is_invited(&portal, &agent("bela")));
        desk.join(&chat, "bela").await;
        assert_eq!(desk.state(&chat).await, active("anna"));
    })
    .await;
}

#[tokio::test]
async fn an_agent_without_a_free_slot_does_not_get_a_chat_by_joining_its_portal() {
    at_a_desk(&["anna", "bela"], 1, async |desk| {
        desk.online(&["anna"]).await;
        desk.start_with("anna").await;
        let waiting = desk.start().await;
        desk.join(&waiting, "anna").await;
        assert_eq!(desk.state(&waiting).await, ChatState::Waiting);
        desk.online(&["bela"]).await;
        assert_eq!(desk.offered_to(&waiting).await, agent("bela"));
        desk.join(&waiting, "anna").await;
        assert_eq!(desk.offered_to(&waiting).await, agent("bela"));
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn an_agent_whose_permission_was_taken_cannot_accept() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        desk.online(&["anna", "bela"]).await;
        let chat = desk.start().await;
        let mut tx = desk.store.begin().await.unwrap();
        let anna = tx.find_agent(&slug("acme"), &agent("anna")).await;
        let revoked = Membership {
            permissions: Permissions::default(),
            ..anna.unwrap().unwrap()
        };
        tx.save_agent(&slug("acme"), &revoked).await.unwrap();
        tx.commit().await.unwrap();
        desk.settle().await;
        let portal = desk.portal(&chat).await;
        desk.join(&chat, "anna").await;
        assert_eq!(desk.offered_to(&chat).await, agent("bela"));
        desk.settle().await;
        assert!(!desk.homeserver.is_joined(&portal, &agent("anna")));
        let shown = desk.shown(&chat).await;
        let why = shown.last().unwrap();
        assert!(why.contains("@anna:example.org was taken out"), "{why}");
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn an_agent_whose_offered_chat_ends_is_not_rung_and_loses_the_invitation() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.try_start("acme").await.unwrap();
        // Ended before anything was delivered.
        desk.engine.customer_ends(&chat).await.unwrap();
        desk.settle().await;
        let calls = desk.homeserver.calls();
        let rung = |call: &Call| matches!(call, Call::Mention { .. });
        assert!(!calls.iter().any(rung), "{calls:?}");
        let portal = desk.portal(&chat).await;
        assert!(!desk.homeserver.is_invited(&portal, &agent("anna")));
        let closed = ChatEventKind::Closed {
            by: ClosedBy::Customer,
        };
        assert_eq!(desk.record(&chat).await.last(), Some(&closed));
        desk.engine.customer_ends(&chat).await.unwrap();
        assert_eq!(desk.record(&chat).await.len(), 2, "ended once");
    })
    .await;
}

#[tokio::test]
async fn a_slot_that_frees_in_one_service_serves_who_waits_in_another() {
    at_a_desk(&["anna"], 1, async |desk| {
        let staff = Staff {
            services: &[("acme", &["anna"]), ("other", &["anna"])],
            capacity: 1,
        };
        desk.set_up(&staff).await;
        desk.online(&["anna"]).await;
        let first = desk.start_with("anna").await;
        let waiting = desk.try_start("other").await.unwrap();
        desk.settle().await;
        assert_eq!(desk.state(&waiting).await, ChatState::Waiting);
        desk.engine.customer_ends(&first).await.unwrap();
        assert_eq!(desk.offered_to(&waiting).await, agent("anna"));
        desk.settle().await;
    })
    .await;
}
