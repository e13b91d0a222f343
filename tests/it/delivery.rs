//! What leaves: in order, once, and through outages and crashes.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use desk::{
    event::ChatEventKind,
    fakes::{Answer, Call},
    ids::{ChatId, EffectId},
    ports::{Clock, Store},
};

use crate::desk_in_process::{Desk, agent, at_a_desk, slug};

const HOUR: Duration = Duration::from_secs(3600);
/// The longest pause between two tries.
const BOUND: Duration = Duration::from_secs(15);

fn is_say(call: &Call) -> bool {
    matches!(call, Call::Say { .. })
}

/// The keys under which these words were sent.
fn keys_of(calls: &[Call], words: &str) -> Vec<EffectId> {
    let key = |call: &Call| match call {
        Call::Say { text, key, .. } if text == words => Some(key.clone()),
        _ => None,
    };
    calls.iter().filter_map(key).collect()
}

/// Moves the time to when somebody wants to be woken.
async fn wake(desk: &Desk) {
    loop {
        let until = desk.clock.next_sleeper().await;
        if until > desk.clock.now() {
            return desk.clock.move_to(until);
        }
        // It was woken and has not got up yet.
        tokio::task::yield_now().await;
    }
}

/// Lets time pass from one try to the next, as the dispatcher asks for it. Says how often.
async fn time_passes(desk: &Desk, span: Duration) -> usize {
    let end = desk.clock.now() + span;
    let mut pauses = 0;
    while desk.clock.now() < end {
        wake(desk).await;
        pauses += 1;
    }
    pauses
}

async fn a_chat(desk: &Desk) -> ChatId {
    desk.online(&["anna"]).await;
    desk.start_with("anna").await
}

#[tokio::test]
async fn what_a_customer_writes_is_said_by_its_ghost_at_its_time_under_the_effects_id() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = a_chat(desk).await;
        let mut written = Vec::new();
        for text in ["one", "two\nlines", "<b>김</b> 🎉"] {
            desk.clock.advance(Duration::from_secs(1));
            desk.say(&chat, text).await;
            written.push((text.to_owned(), Some(desk.clock.now())));
        }
        let queued = desk.store.lane_heads(1).await.unwrap();
        desk.settle().await;
        let timeline = desk.homeserver.timeline(&desk.portal(&chat).await);
        let said: Vec<_> = timeline
            .iter()
            .map(|said| (said.text.clone(), said.at))
            .collect();
        assert_eq!(said, written);
        assert_eq!(timeline[0].key, queued[0].id);
        let customer = desk.chat(&chat).await.customer;
        let ghost = format!("helproom_acme_{}", customer.as_str().to_lowercase());
        assert!(
            timeline
                .iter()
                .all(|said| said.ghost.as_ref() == Some(&ghost))
        );
    })
    .await;
}

#[tokio::test]
async fn the_same_client_key_twice_is_said_once() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = a_chat(desk).await;
        let first = desk.say(&chat, "hello").await;
        desk.settle().await;
        assert_eq!(desk.say(&chat, "hello").await, first);
        desk.settle().await;
        assert_eq!(desk.shown(&chat).await, ["hello"]);
        assert_eq!(desk.texts(&chat).await, ["hello"]);
    })
    .await;
}

#[tokio::test]
async fn lanes_do_not_wait_for_each_other() {
    at_a_desk(&["anna"], 3, async |desk| {
        let stuck = a_chat(desk).await;
        let other = desk.start_with("anna").await;
        let room = desk.portal(&stuck).await;
        desk.homeserver.answers(move |call| match call {
            Call::Say { room: of, .. } if *of == room => Answer::Hang,
            _ => Answer::Do,
        });
        desk.say(&stuck, "stuck").await;
        for n in 0..5 {
            desk.say(&other, &format!("{n}")).await;
        }
        let all_but_one = async {
            while desk.store.outbox_len().await.unwrap() > 1 {
                tokio::task::yield_now().await;
            }
        };
        desk.delivering(all_but_one).await;
        assert_eq!(desk.shown(&other).await, ["0", "1", "2", "3", "4"]);
        desk.homeserver.answers(|_| Answer::Do);
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn an_hour_without_the_homeserver_loses_nothing_and_asks_it_at_most_every_few_seconds() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = a_chat(desk).await;
        desk.homeserver.answers(|_| Answer::Later(None));
        let texts: Vec<String> = (0..20).map(|n| format!("text {n}")).collect();
        for text in &texts {
            desk.say(&chat, text).await;
        }
        let before = desk.homeserver.calls().len();
        desk.delivering(async {
            let pauses = time_passes(desk, HOUR).await;
            let longest = usize::try_from(HOUR.as_secs() / BOUND.as_secs()).unwrap();
            assert!(
                (longest..longest + 10).contains(&pauses),
                "{pauses} pauses in an hour"
            );
            let tries = desk.homeserver.calls().len() - before;
            assert!(tries <= pauses + 1, "{tries} tries, {pauses} pauses");
            desk.homeserver.answers(|_| Answer::Do);
            desk.until_delivered().await;
        })
        .await;
        assert_eq!(desk.shown(&chat).await, texts);
    })
    .await;
}

#[tokio::test]
async fn a_homeserver_that_is_back_is_asked_at_once() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = a_chat(desk).await;
        desk.homeserver
            .answers(|_| Answer::Later(Some(Duration::from_secs(3600))));
        desk.say(&chat, "hello").await;
        desk.delivering(async {
            let until = desk.clock.next_sleeper().await;
            assert!(until > desk.clock.now(), "it will be asked again later");
            desk.homeserver.answers(|_| Answer::Do);
            desk.dispatcher.homeserver_is_back();
            desk.until_delivered().await;
        })
        .await;
        assert_eq!(desk.shown(&chat).await, ["hello"]);
    })
    .await;
}

#[tokio::test]
async fn a_message_that_cannot_be_delivered_for_23_hours_failed_and_its_customer_is_told() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = a_chat(desk).await;
        desk.homeserver.answers(|_| Answer::Later(Some(HOUR)));
        let lost = desk.say(&chat, "lost").await;
        desk.delivering(async {
            time_passes(desk, 22 * HOUR).await;
            assert_eq!(desk.store.outbox_len().await.unwrap(), 1);
            time_passes(desk, HOUR).await;
            desk.until_delivered().await;
        })
        .await;
        let failed = ChatEventKind::Failed { id: lost };
        assert_eq!(desk.record(&chat).await.last(), Some(&failed));
        desk.homeserver.answers(|_| Answer::Do);
        desk.say(&chat, "after").await;
        desk.settle().await;
        assert_eq!(desk.shown(&chat).await, ["after"]);
    })
    .await;
}

#[tokio::test]
async fn a_refused_message_failed_and_those_behind_it_go_on() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = a_chat(desk).await;
        desk.homeserver.answers(|call| match call {
            Call::Say { text, .. } if text == "refused" => Answer::Never,
            _ => Answer::Do,
        });
        desk.say(&chat, "before").await;
        let refused = desk.say(&chat, "refused").await;
        desk.say(&chat, "after").await;
        desk.settle().await;
        assert_eq!(desk.shown(&chat).await, ["before", "after"]);
        let record = desk.record(&chat).await;
        let failed = |what: &&ChatEventKind| matches!(what, ChatEventKind::Failed { .. });
        let failed: Vec<_> = record.iter().filter(failed).collect();
        assert_eq!(failed, [&ChatEventKind::Failed { id: refused }]);
    })
    .await;
}

#[tokio::test]
async fn a_crash_between_delivery_and_its_commit_repeats_under_the_same_key() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = a_chat(desk).await;
        for (round, what) in [Answer::DoAndHang, Answer::Hang].into_iter().enumerate() {
            let texts = ["a", "b", "c"].map(|text| format!("{text}{round}"));
            for text in &texts {
                desk.say(&chat, text).await;
            }
            let crash_at = texts[1].clone();
            desk.homeserver.answers(move |call| match call {
                Call::Say { text, .. } if *text == crash_at => what.clone(),
                _ => Answer::Do,
            });
            let reached = desk.homeserver.called(3 * round + round + 2, is_say);
            desk.delivering(reached).await;
            desk.crash().await;
            desk.homeserver.answers(|_| Answer::Do);
            desk.settle().await;
            let keys = keys_of(&desk.homeserver.calls(), &texts[1]);
            assert_eq!(keys.len(), 2, "sent twice");
            assert_eq!(keys[0], keys[1], "under one key");
        }
        assert_eq!(
            desk.shown(&chat).await,
            ["a0", "b0", "c0", "a1", "b1", "c1"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_crash_at_any_call_of_a_new_chat_ends_in_the_same_room_with_the_agent_rung_once() {
    at_a_desk(&["anna"], 9, async |desk| {
        desk.online(&["anna"]).await;
        for crash_at in 0..4 {
            let before = desk.homeserver.calls().len();
            let chat = desk.try_start("acme").await.unwrap();
            desk.say(&chat, "hello").await;
            let count = AtomicUsize::new(0);
            desk.homeserver
                .answers(move |_| match count.fetch_add(1, Ordering::SeqCst) {
                    n if n == crash_at => Answer::DoAndHang,
                    _ => Answer::Do,
                });
            desk.delivering(desk.homeserver.called(before + crash_at + 1, |_| true))
                .await;
            desk.crash().await;
            desk.homeserver.answers(|_| Answer::Do);
            desk.settle().await;
            assert_eq!(desk.shown(&chat).await, ["hello"], "crash at {crash_at}");
            let portal = desk.portal(&chat).await;
            assert!(desk.homeserver.is_invited(&portal, &agent("anna")));
        }
        let desk_room = desk.store.desk_room(&slug("acme")).await;
        let rings = desk.homeserver.timeline(&desk_room.unwrap().unwrap());
        assert_eq!(rings.len(), 4, "one for each chat");
    })
    .await;
}

#[tokio::test]
async fn an_outbox_that_cannot_be_read_for_a_moment_is_read_again() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = a_chat(desk).await;
        let brittle = desk.behind_a_brittle_store().await;
        desk.say(&chat, "hello").await;
        brittle.set_broken(true);
        desk.delivering(async {
            let until = desk.clock.next_sleeper().await;
            brittle.set_broken(false);
            desk.clock.move_to(until);
            desk.until_delivered().await;
        })
        .await;
        assert_eq!(desk.shown(&chat).await, ["hello"]);
    })
    .await;
}
