//! Typing and reading, both ways.

use std::{pin::pin, time::Duration};

use desk::{
    engine::ReadUpTo,
    fakes::{Answer, Call, Told},
    gestures::Courier,
    ids::{ChatId, EventId},
    ports::Clock,
};
use futures_util::future::{Either, select};

use crate::desk_in_process::{Desk, PATIENCE, agent, at_a_desk};

/// What the homeserver is told of typing and reading while this goes on.
async fn told(desk: &Desk, count: usize) -> Vec<Call> {
    let is_gesture = |call: &Call| matches!(call, Call::Typing { .. } | Call::Read { .. });
    let courier = Courier::new(
        desk.engine.clone(),
        desk.homeserver.clone(),
        "helproom".into(),
    );
    let run = pin!(courier.run());
    let called = pin!(desk.homeserver.called(count, is_gesture));
    let outcome = tokio::time::timeout(PATIENCE, select(run, called)).await;
    assert!(matches!(outcome, Ok(Either::Right(_))));
    let calls = desk.homeserver.calls();
    calls.into_iter().filter(is_gesture).collect()
}

#[tokio::test]
async fn what_a_customer_types_and_reads_is_shown_to_its_agents() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let said = desk.writes(&chat, "anna", "hello").await;
        let seq = desk.record(&chat).await.len() as u64;
        let gestures = desk.engine.gestures();
        gestures.typing(&chat, true);
        gestures.read(&chat, seq);
        let told = told(desk, 2).await;
        assert!(matches!(&told[0], Call::Typing { ghost, typing: true, .. } if ghost.starts_with("helproom_acme_")));
        assert!(matches!(&told[1], Call::Read { event, .. } if *event == said));
    })
    .await;
}

#[tokio::test]
async fn gestures_in_a_closed_chat_are_not_told_and_do_not_hold_up_others() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let (closed, open) = (desk.start_with("anna").await, desk.start_with("anna").await);
        let stuck = desk.start_with("anna").await;
        desk.engine.customer_ends(&closed).await.unwrap();
        desk.settle().await;
        let room = desk.portal(&stuck).await;
        desk.homeserver.answers(move |call| match call {
            Call::Typing { room: of, .. } if *of == room => Answer::Hang,
            _ => Answer::Do,
        });
        let gestures = desk.engine.gestures();
        for chat in [&closed, &stuck, &open] {
            gestures.typing(chat, true);
            gestures.read(chat, 100);
        }
        let told = told(desk, 2).await;
        let portal = desk.portal(&closed).await;
        assert!(told.iter().all(|call| !matches!(call, Call::Typing { room, .. } | Call::Read { room, .. } if *room == portal)));
        let said = desk.say(&stuck, "a message waits for no gesture").await;
        desk.settle().await;
        assert!(!said.as_str().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_agents_type_is_told_by_the_names_customers_know() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let room = desk.portal(&chat).await;
        for people in [&["anna", "mallory"][..], &["mallory"], &[]] {
            let people: Vec<_> = people.iter().map(|name| agent(name)).collect();
            desk.engine.typing_seen(&room, &people).await.unwrap();
        }
        let typing = |names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            Told::Typing(chat.clone(), names)
        };
        assert_eq!(
            desk.audience.gestures(),
            [typing(&["anna"]), typing(&[]), typing(&[])]
        );
    })
    .await;
}

async fn read(desk: &Desk, chat: &ChatId, name: &str, up_to: ReadUpTo) -> bool {
    let room = desk.portal(chat).await;
    let seen = desk.engine.read_seen(&room, &agent(name), &up_to).await;
    seen.unwrap()
}

#[tokio::test]
async fn what_agents_have_read_is_told_up_to_the_customers_last_message_before() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let at = |event: &EventId| ReadUpTo::Event(event.clone());
        desk.say(&chat, "one").await;
        desk.settle().await;
        let one = desk.homeserver.timeline(&desk.portal(&chat).await);
        let one = one.last().unwrap().event.clone();
        let seq = desk.record(&chat).await.len() as u64;
        let told = || desk.audience.gestures();
        assert!(read(desk, &chat, "mallory", at(&one)).await);
        assert_eq!(told(), []);
        assert!(read(desk, &chat, "anna", at(&one)).await);
        assert_eq!(told(), [Told::Read(chat.clone(), seq)]);
        let notice = EventId::new("$a notice");
        assert!(!read(desk, &chat, "anna", at(&notice)).await, "not known");
        let now = desk.clock.now();
        desk.clock.advance(Duration::from_secs(1));
        desk.say(&chat, "two").await;
        desk.settle().await;
        read(desk, &chat, "anna", ReadUpTo::Time(now)).await;
        assert_eq!(told().last(), Some(&Told::Read(chat.clone(), seq)));
        desk.writes(&chat, "anna", "I have read it").await;
        assert_eq!(told().last(), Some(&Told::Read(chat.clone(), seq + 2)));
        desk.engine.customer_ends(&chat).await.unwrap();
        desk.settle().await;
        let before = told().len();
        assert!(read(desk, &chat, "anna", at(&one)).await);
        assert_eq!(told().len(), before);
    })
    .await;
}
