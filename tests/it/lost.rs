//! Agents who are lost, away, or not seen to be there: what becomes of their chats, and who is told.

use std::time::Duration;

use desk::{
    agent::{ChatStatus, Presence},
    chat::ChatState,
    service::Basis,
};

use crate::{
    desk_in_process::{active, agent, at_a_desk},
    handing::{GRACE, SECOND, TIMEOUT, desk_room, set, waiting_told},
};

#[tokio::test]
async fn a_lost_agents_chat_goes_on_after_the_grace_and_not_before() {
    at_a_desk(&["anna", "bela"], 1, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.online(&["bela"]).await;
        // A false offline of two seconds.
        desk.presence("anna", Presence::Offline).await;
        desk.passes(SECOND * 2).await;
        desk.presence("anna", Presence::Online).await;
        desk.passes(GRACE * 2).await;
        assert_eq!(desk.state(&chat).await, active("anna"));
        desk.presence("anna", Presence::Unavailable).await;
        desk.passes(GRACE * 2).await;
        assert_eq!(desk.state(&chat).await, active("anna"), "idle is not lost");

        desk.presence("anna", Presence::Offline).await;
        desk.passes(GRACE / 2).await;
        desk.presence("anna", Presence::Unknown).await;
        desk.crash().await;
        desk.passes(GRACE / 2 - SECOND).await;
        assert_eq!(desk.state(&chat).await, active("anna"));
        desk.passes(SECOND).await;
        assert_eq!(
            desk.offered_to(&chat).await,
            agent("bela"),
            "a restart prolongs nothing"
        );
        desk.settle().await;
        assert_eq!(
            waiting_told(desk, &chat).await.len(),
            2,
            "the customer is told"
        );
        let shown = desk.shown(&chat).await.join("\n");
        assert!(
            shown.contains("@anna:example.org was not online for too long"),
            "{shown}"
        );
        // Anna is still in the room, and back: she answers before Bela joins.
        desk.presence("anna", Presence::Online).await;
        desk.writes(&chat, "anna", "I am back").await;
        assert_eq!(desk.state(&chat).await, active("anna"));
        desk.settle().await;
        let portal = desk.portal(&chat).await;
        assert!(!desk.homeserver.is_invited(&portal, &agent("bela")));
    })
    .await;
}

#[tokio::test]
async fn who_says_away_or_is_offered_a_chat_and_goes_keeps_what_it_has() {
    at_a_desk(&["anna", "bela"], 2, async |desk| {
        desk.online(&["anna"]).await;
        let kept = desk.start_with("anna").await;
        let offered = desk.start().await;
        desk.status("anna", ChatStatus::Away).await;
        desk.presence("anna", Presence::Offline).await;
        desk.online(&["bela"]).await;
        assert_eq!(desk.offered_to(&offered).await, agent("anna"));
        desk.passes(TIMEOUT).await;
        assert_eq!(
            desk.offered_to(&offered).await,
            agent("bela"),
            "its time rules"
        );
        assert_eq!(desk.state(&kept).await, active("anna"));
        desk.presence("anna", Presence::Online).await;
        desk.passes(GRACE).await;
        assert_eq!(
            desk.state(&kept).await,
            active("anna"),
            "away keeps its chats"
        );
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn who_ends_a_chat_that_was_offered_for_that_very_activity_leaves_no_offer_behind() {
    at_a_desk(&["anna", "bela"], 1, async |desk| {
        set(desk, |routing| routing.presence = Basis::Activity).await;
        desk.tells(desk_room(desk).await, "anna", "hello").await;
        desk.start_with("anna").await;
        let chat = desk.start().await;
        assert_eq!(desk.state(&chat).await, ChatState::Waiting);
        desk.writes(&chat, "bela", "!close").await;
        assert!(desk.state(&chat).await.is_closed());
        let open = "select count(*) from offer where outcome is null";
        let open: i64 = sqlx::query_scalar(open)
            .fetch_one(&mut desk.connection().await)
            .await
            .unwrap();
        assert_eq!(open, 0);
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn where_activity_counts_an_unseen_agent_is_given_chats_and_kept_while_it_acts() {
    at_a_desk(&["anna", "bela"], 1, async |desk| {
        desk.presence("anna", Presence::Offline).await;
        desk.tells(desk_room(desk).await, "anna", "hello").await;
        assert!(desk.try_start("acme").await.is_err(), "nobody is online");
        set(desk, |routing| routing.presence = Basis::Activity).await;
        let chat = desk.start_with("anna").await;
        let minute = Duration::from_secs(60);
        for _ in 0..8 {
            desk.passes(minute).await;
            let engine = &desk.engine;
            engine.activity_seen(&[agent("anna")]).await.unwrap();
        }
        assert_eq!(desk.state(&chat).await, active("anna"));
        desk.online(&["bela"]).await;
        desk.passes(minute * 5 + GRACE - SECOND).await;
        assert_eq!(
            desk.state(&chat).await,
            active("anna"),
            "not before the grace"
        );
        desk.passes(SECOND).await;
        assert_eq!(desk.offered_to(&chat).await, agent("bela"));
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn an_agent_nobody_sees_online_is_told_once_and_the_desk_once() {
    at_a_desk(&["anna", "bela", "cleo"], 3, async |desk| {
        let room = desk_room(desk).await;
        let unknown = desk.tells(room.clone(), "anna", "hello").await;
        desk.settle().await;
        assert_eq!(
            desk.answer_to(&unknown),
            None,
            "presence was not asked for yet"
        );
        for name in ["anna", "bela"] {
            desk.presence(name, Presence::Offline).await;
        }
        desk.online(&["cleo"]).await;
        desk.presence("cleo", Presence::Offline).await;
        for (name, is_told) in [
            ("anna", true),
            ("anna", false),
            ("bela", true),
            ("cleo", false),
        ] {
            let event = desk.tells(room.clone(), name, "hello").await;
            desk.settle().await;
            let answer = desk.answer_to(&event);
            assert_eq!(answer.is_some(), is_told, "{name}: {answer:?}");
        }
        let shown = desk.homeserver.timeline(&room);
        let hints = shown
            .iter()
            .filter(|said| said.text.contains("their client never shows them online"));
        assert_eq!(hints.count(), 1, "{shown:?}");
    })
    .await;
}

#[tokio::test]
async fn a_homeserver_without_presence_is_told_of_once_in_each_desk_room() {
    at_a_desk(&["anna"], 3, async |desk| {
        assert_eq!(desk.engine.presence_works(), None);
        let room = desk_room(desk).await;
        for (works, told) in [(false, 1), (false, 1), (true, 2), (true, 2)] {
            desk.engine.presence_checked(works).await.unwrap();
            desk.settle().await;
            assert_eq!(desk.homeserver.timeline(&room).len(), told);
            assert_eq!(desk.engine.presence_works(), Some(works));
        }
    })
    .await;
}
