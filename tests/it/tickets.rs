//! Tickets: numbers, commands, what is told to whom, and that masks reach them.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use desk::{
    engine::Inquiry,
    event::{ChatEventKind, RoomEventKind, Written},
    fakes::Call,
    ids::{ChatId, EventId, MessageId, RoomId},
    permission::Permission,
    ports::{Answer, DeliveryError, Mail, Mailer, Reception, Store},
    refusal::{DeskError, Refusal},
    service::Policy,
    store::{MaskReads as _, TicketReads as _},
    ticket::{Ticket, TicketQuery},
};
use futures_util::future::join_all;

use crate::{
    desk_in_process::{Desk, agent, at_a_desk, slug},
    hidden::{SECRET, STARS, assert_gone, event_of, grant, protect, reply, says_there, set},
    ticket_table::{DONE, TABLE},
};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Anna has a chat, and may mask and work on tickets.
async fn at_work(desk: &Desk, policy: Policy) -> ChatId {
    protect(desk, policy).await;
    let all = [Permission::Chat, Permission::Mask, Permission::Ticket];
    grant(desk, "acme", "anna", &all).await;
    desk.online(&["anna"]).await;
    desk.start_with("anna").await
}

fn desk_room() -> RoomId {
    RoomId::new("!desk_acme:example.org")
}

/// Types a command in the portal; what was answered, or the tick.
async fn asked(desk: &Desk, chat: &ChatId, name: &str, text: &str) -> String {
    let command = desk.writes(chat, name, text).await;
    desk.settle().await;
    desk.answer_to(&command)
        .unwrap_or_else(|| ticked(desk, &command))
}

fn ticked(desk: &Desk, command: &EventId) -> String {
    let calls = desk.homeserver.calls();
    let ticked = calls
        .iter()
        .any(|call| matches!(call, Call::React { to, .. } if to == command));
    match ticked {
        true => DONE.to_owned(),
        false => String::new(),
    }
}

/// Masks a text of the message by hand.
async fn masks(desk: &Desk, chat: &ChatId, message: &MessageId, text: &str) {
    let event = event_of(desk, message).await;
    desk.happens(chat, "anna", reply(&event, text)).await;
    desk.settle().await;
}

async fn ticket(desk: &Desk, number: u64) -> Ticket {
    let found = desk.store.ticket(&slug("acme"), number).await.unwrap();
    found.expect("the ticket")
}

async fn copied(desk: &Desk, number: u64) -> Vec<String> {
    let copy = desk.store.conversation(&slug("acme"), number, 999).await;
    copy.unwrap()
        .into_iter()
        .map(|event| match event.what {
            ChatEventKind::Message(message) => message.text,
            other => panic!("{other:?}"),
        })
        .collect()
}

async fn found(desk: &Desk, word: &str) -> usize {
    let query = TicketQuery {
        words: vec![word.to_owned()],
        ..TicketQuery::default()
    };
    let found = desk.store.tickets(&slug("acme"), &query, 99).await;
    found.unwrap().len()
}

/// No event that stands in the room repeats it.
fn assert_not_shown(desk: &Desk, room: &RoomId, secret: &str) {
    let timeline = desk.homeserver.timeline(room).into_iter();
    let standing: Vec<String> = timeline
        .filter(|said| !desk.homeserver.is_redacted(&said.event))
        .map(|said| said.text)
        .filter(|text| text.contains(secret))
        .collect();
    assert!(standing.is_empty(), "{standing:?}");
}

#[tokio::test]
async fn fifty_tickets_made_at_once_are_numbered_from_one_to_fifty() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = at_work(desk, Policy::Off).await;
        let mut commands = Vec::new();
        for n in 0..25 {
            let what = RoomEventKind::Message(Written::plain(format!("!ticket number {n}")));
            commands.push(desk.receive(&chat, "anna", what).await);
        }
        let other = desk.another_engine();
        let made = commands.iter().enumerate().map(|(n, command)| {
            let engine = [&desk.engine, &other][n % 2];
            async move { engine.room_event(command).await.unwrap() }
        });
        let engine = &desk.engine;
        let asked = (0..25).map(|n| async move {
            let inquiry = inquiry(&format!("kim{n}@example.org"), "Refund", "Where is it?");
            engine.inquire(inquiry).await.unwrap();
        });
        tokio::join!(join_all(made), join_all(asked));
        desk.settle().await;
        let query = TicketQuery::default();
        let all = desk.store.tickets(&slug("acme"), &query, 99).await.unwrap();
        let numbers: Vec<u64> = all.iter().rev().map(|ticket| ticket.number).collect();
        assert_eq!(numbers, (1..=50).collect::<Vec<_>>());
        let tags = |tag: &str| all.iter().filter(|it| it.tags.to_string() == tag).count();
        assert_eq!((tags("#Chat"), tags("#Inquiry")), (25, 25));
    })
    .await;
}

#[tokio::test]
async fn each_ticket_command_answers_with_good_missing_and_wrong_words() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = at_work(desk, Policy::Off).await;
        says_there(desk, &chat, "I cannot log in").await;
        let mut wrong = Vec::new();
        for (typed, answer) in TABLE {
            let told = asked(desk, &chat, "anna", typed).await;
            if !told.contains(answer) {
                wrong.push(format!("{typed}: {answer} in {told}"));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    })
    .await;
}

#[tokio::test]
async fn who_may_not_work_on_tickets_is_denied_each_command_and_it_is_on_record() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        let chat = at_work(desk, Policy::Off).await;
        asked(desk, &chat, "anna", "!ticket Cannot log in").await;
        let before = ticket(desk, 1).await;
        let mut denied = 0;
        for (typed, _) in TABLE {
            let told = asked(desk, &chat, "bela", typed).await;
            // What cannot be read is nobody's.
            if told.contains("For example: !ticket") && !told.contains("permission") {
                continue;
            }
            assert!(
                told.contains("needs the permission \"ticket\""),
                "{typed}: {told}"
            );
            denied += 1;
        }
        assert_eq!(ticket(desk, 1).await, before);
        assert!(desk.store.ticket(&slug("acme"), 2).await.unwrap().is_none());
        let log = desk.engine.command(&agent("root"), "!audit 99 @bela").await;
        let Ok(Answer::Words(log)) = log else {
            panic!("{log:?}");
        };
        let refused = log
            .lines()
            .filter(|line| line.contains("was refused !ticket"));
        assert_eq!(refused.count(), denied);
    })
    .await;
}

#[tokio::test]
async fn tickets_are_worked_on_in_desk_rooms_and_direct_rooms_too() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = at_work(desk, Policy::Off).await;
        says_there(desk, &chat, "hello").await;
        asked(desk, &chat, "anna", "!ticket Cannot log in").await;
        let here = desk.tells(desk_room(), "anna", "!ticket history 1").await;
        desk.settle().await;
        assert!(desk.answer_to(&here).unwrap().contains("Kim: hello"));
        let here = desk.tells(desk_room(), "anna", "!ticket New one").await;
        desk.settle().await;
        let told = desk.answer_to(&here).unwrap();
        assert!(told.contains("works in the room of a chat"), "{told}");
        for (typed, answer) in [
            ("!tickets", "- #1 Cannot log in"),
            ("!ticket show #1", "Chat #1: https://matrix.to/#/!"),
            ("!ticket history 1", "Kim: hello"),
            ("!ticket", "works in the room of a chat"),
        ] {
            let told = desk.engine.command(&agent("anna"), typed).await.unwrap();
            let Answer::Words(told) = told else {
                panic!("{typed}: {told:?}");
            };
            assert!(told.contains(answer), "{typed}: {told}");
        }
        let anna = agent("anna");
        let done = desk.engine.command(&anna, "!ticket comment 1 hm").await;
        assert_eq!(done.unwrap(), Answer::Done);
    })
    .await;
}

#[tokio::test]
async fn an_agent_who_is_given_a_ticket_is_told_and_who_takes_it_is_not() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        let chat = at_work(desk, Policy::Off).await;
        let told = asked(desk, &chat, "anna", "!ticket x --assignee @bela").await;
        assert!(told.contains("may not work on tickets"), "{told}");
        grant(desk, "acme", "bela", &[Permission::Ticket]).await;
        asked(
            desk,
            &chat,
            "anna",
            "!ticket Cannot log in --assignee @bela",
        )
        .await;
        asked(desk, &chat, "anna", "!ticket set 1 assignee me").await;
        let said = desk.confidant.said();
        let told: Vec<_> = said
            .iter()
            .map(|it| (&it.person, it.text.as_str()))
            .collect();
        // In its own room, and without what may be masked one day.
        let words = "@anna:example.org gave you ticket #1.";
        assert_eq!(told, [(&agent("bela"), words)]);
        assert_eq!(ticket(desk, 1).await.assignee, Some(agent("anna")));
    })
    .await;
}

#[tokio::test]
async fn a_mask_reaches_the_copy_the_search_the_ticket_and_what_repeated_them_in_rooms() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = at_work(desk, Policy::Off).await;
        let message = says_there(desk, &chat, &format!("please call {SECRET} today")).await;
        let portal = desk.portal(&chat).await;
        for command in [
            "!ticket",
            &format!("!ticket Call {SECRET}\nThe number is {SECRET}."),
            "!ticket set 1 subject Call again",
            "!ticket set 1 subject Call 010 1234 5678",
            &format!("!ticket comment 1 tried {SECRET} twice"),
            "!ticket show 1",
            "!ticket history 1",
            "!tickets",
            "!customer",
        ] {
            assert_ne!(asked(desk, &chat, "anna", command).await, "", "{command}");
        }
        desk.tells(desk_room(), "anna", "!ticket history 1").await;
        desk.settle().await;
        assert_eq!(found(desk, "5678").await, 1);

        masks(desk, &chat, &message, &format!("!mask {SECRET}")).await;
        assert_eq!(
            copied(desk, 1).await,
            [format!("please call {STARS} today")]
        );
        let masked = ticket(desk, 1).await;
        assert_eq!(masked.subject, "Call *** **** ****");
        assert_eq!(masked.description, format!("The number is {STARS}."));
        assert_eq!(found(desk, "5678").await, 0);
        assert_eq!(found(desk, "please").await, 1);
        let told = asked(desk, &chat, "anna", "!ticket show 1").await;
        for said in [
            format!("tried {STARS} twice"),
            format!("subject: Call {STARS} → Call again"),
            "subject: Call again → Call *** **** ****".to_owned(),
        ] {
            assert!(told.contains(&said), "{said} in {told}");
        }
        for room in [&portal, &desk_room()] {
            for secret in [SECRET, "1234 5678"] {
                assert_not_shown(desk, room, secret);
            }
        }
        for secret in [SECRET, "1234 5678", "5678"] {
            assert_gone(desk, secret);
        }
    })
    .await;
}

#[tokio::test]
async fn a_command_with_what_was_masked_is_hidden_and_others_stay() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = at_work(desk, Policy::Off).await;
        let message = says_there(desk, &chat, "my key is swordfish").await;
        let other = says_there(desk, &chat, "and I am tired").await;
        let tells_it = desk.writes(&chat, "anna", "!ticket Lost swordfish").await;
        let says_less = desk
            .writes(&chat, "anna", "!ticket set 1 priority high")
            .await;
        desk.settle().await;
        masks(desk, &chat, &other, "!mask tired").await;
        assert!(
            !desk.homeserver.is_redacted(&tells_it),
            "it says nothing of that"
        );
        masks(desk, &chat, &message, "!mask swordfish").await;
        assert!(desk.homeserver.is_redacted(&tells_it));
        assert!(
            desk.homeserver.is_redacted(&says_less),
            "of the same ticket"
        );
        assert_eq!(ticket(desk, 1).await.subject, "Lost *********");
        assert_gone(desk, "swordfish");
    })
    .await;
}

#[tokio::test]
async fn what_is_masked_while_it_is_being_told_is_hidden_at_once() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = at_work(desk, Policy::Off).await;
        let message = says_there(desk, &chat, &format!("call {SECRET}")).await;
        asked(desk, &chat, "anna", "!ticket Call back").await;
        let telling = desk.tells(desk_room(), "anna", "!ticket history 1").await;
        let reached = desk.homeserver.called(
            0,
            |call| matches!(call, Call::Answer { to, .. } if *to == telling),
        );
        // It was read and is on its way when the mask comes.
        desk.delivering(reached).await;
        desk.clock.advance(Duration::from_secs(1));
        masks(desk, &chat, &message, &format!("!mask {SECRET}")).await;
        assert_not_shown(desk, &desk_room(), SECRET);
        assert_gone(desk, SECRET);
    })
    .await;
}

#[tokio::test]
async fn a_policy_keeps_what_it_hides_out_of_tickets_whoever_types_it() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = at_work(desk, Policy::Mask).await;
        says_there(desk, &chat, &format!("call {SECRET}")).await;
        for typed in [
            format!("!ticket Call {SECRET}\nat {SECRET}"),
            format!("!ticket comment 1 tried {SECRET}"),
            format!("!ticket set 1 subject Try {SECRET}"),
            format!("!ticket x --tag {SECRET}"),
            format!("!ticket x --priority {SECRET}"),
            format!("!ticket set 1 status {SECRET}"),
            format!("!tickets {SECRET}"),
        ] {
            let command = desk.writes(&chat, "anna", &typed).await;
            desk.settle().await;
            assert!(desk.homeserver.is_redacted(&command), "{typed}");
        }
        let typed = format!("!ticket comment 1 tried {SECRET} once more");
        let told = desk.engine.command(&agent("anna"), &typed).await.unwrap();
        assert!(matches!(told, Answer::Words(told) if told.contains("was masked in it")));
        assert_eq!(found(desk, "once").await, 1);
        let email = "kim@example.org";
        let asks = inquiry(email, &format!("Call {SECRET}"), &format!("at {SECRET}"));
        desk.engine.inquire(asks).await.unwrap();
        desk.settle().await;
        let made = ticket(desk, 1).await;
        assert_eq!(made.subject, format!("Try {STARS}"));
        assert_eq!(made.description, format!("at {STARS}"));
        assert!(desk.store.scrub().await.unwrap());
        assert_not_shown(desk, &desk.portal(&chat).await, SECRET);
        assert_gone(desk, SECRET);
    })
    .await;
}

#[tokio::test]
async fn the_copy_follows_the_chat_and_stays_when_the_chat_is_deleted() {
    at_a_desk(&["anna"], 3, async |desk| {
        set(desk, |settings| settings.retention_days = Some(30)).await;
        let chat = at_work(desk, Policy::Off).await;
        says_there(desk, &chat, "before").await;
        asked(desk, &chat, "anna", "!ticket Cannot log in").await;
        says_there(desk, &chat, "after").await;
        let said = desk.writes(&chat, "anna", "helo").await;
        let deleted = desk.writes(&chat, "anna", "not this").await;
        let new = Written::plain("hello");
        desk.happens(&chat, "anna", RoomEventKind::Edit { of: said, new })
            .await;
        desk.happens(&chat, "anna", RoomEventKind::Deletion { of: deleted })
            .await;
        desk.settle().await;
        let now = ["before", "after", "hello", ""];
        assert_eq!(copied(desk, 1).await, now);
        desk.engine.customer_ends(&chat).await.unwrap();
        desk.settle().await;
        desk.passes(DAY * 31).await;
        desk.settle().await;
        assert!(desk.store.chat(&chat).await.unwrap().is_none());
        assert_eq!(copied(desk, 1).await, now);
        let told = desk
            .engine
            .command(&agent("anna"), "!ticket history 1")
            .await;
        let Ok(Answer::Words(told)) = told else {
            panic!("{told:?}");
        };
        for line in [
            "whose room is gone",
            "Kim: before",
            "anna: hello",
            "anna: (deleted)",
        ] {
            assert!(told.contains(line), "{line} in {told}");
        }
        assert!(
            !told.contains("not this") && !told.contains("helo\n"),
            "{told}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_long_conversation_is_told_in_parts() {
    at_a_desk(&["anna"], 3, async |desk| {
        let chat = at_work(desk, Policy::Off).await;
        for n in 0..8 {
            says_there(desk, &chat, &format!("{n}{}", "x".repeat(3_900))).await;
        }
        asked(desk, &chat, "anna", "!ticket Long").await;
        let mut told = String::new();
        for part in 1..=3 {
            let command = format!("!ticket history 1 {part}");
            let answer = asked(desk, &chat, "anna", &command).await;
            assert!(answer.len() < 16_000, "{}", answer.len());
            assert_eq!(answer.contains("The next: !ticket history 1"), part < 3);
            told.push_str(&answer);
        }
        for n in 0..8 {
            assert_eq!(told.matches(&format!("Kim: {n}x")).count(), 1, "{n}");
        }
    })
    .await;
}

fn inquiry(email: &str, subject: &str, message: &str) -> Inquiry {
    Inquiry {
        service: slug("acme"),
        consent: Some("1".into()),
        name: Some("Kim".into()),
        email: Some(email.to_owned()),
        subject: subject.to_owned(),
        message: message.to_owned(),
    }
}

#[derive(Default)]
struct Letterbox(Mutex<Vec<Mail>>);

#[async_trait]
impl Mailer for Letterbox {
    async fn send(&self, mail: &Mail) -> Result<(), DeliveryError> {
        self.0.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

#[tokio::test]
async fn an_inquiry_is_confirmed_by_mail_and_answered_by_mail() {
    at_a_desk(&["anna"], 3, async |desk| {
        at_work(desk, Policy::Mask).await;
        let letters = Arc::new(Letterbox::default());
        desk.with_mail(letters.clone());
        let asks = inquiry("kim@example.org", "Refund", "Where is it?");
        assert_eq!(desk.engine.inquire(asks).await.unwrap(), 1);
        desk.settle().await;
        let reply = format!("!ticket reply 1 It is on its way,\ncall {SECRET}");
        let told = desk.tells(desk_room(), "anna", &reply).await;
        desk.settle().await;
        assert!(desk.homeserver.is_redacted(&told));
        let letters = letters.0.lock().unwrap().clone();
        let [receipt, answer] = letters.as_slice() else {
            panic!("{} letters", letters.len());
        };
        assert_eq!(
            (&*receipt.to, &*answer.to),
            ("kim@example.org", "kim@example.org")
        );
        assert!(
            receipt.subject.contains("[acme help #1]"),
            "{}",
            receipt.subject
        );
        let whole = format!("{}{}", receipt.subject, receipt.text);
        assert!(!whole.contains("Refund") && !whole.contains("Where is it"));
        assert_eq!(answer.subject, "Re: Refund [acme help #1]");
        let text = format!("It is on its way,\ncall {STARS}\n\nanna\nacme help\n");
        assert_eq!(answer.text, text);
        let told = desk
            .engine
            .command(&agent("anna"), "!ticket history 1")
            .await;
        let Ok(Answer::Words(told)) = told else {
            panic!("{told:?}");
        };
        let (asked, answered) = (told.find("Kim: Where is it?"), told.find("anna: It is on"));
        assert!(asked.is_some() && asked < answered, "{told}");
    })
    .await;
}

#[tokio::test]
async fn an_address_is_refused_when_it_asks_too_often_and_may_ask_again_later() {
    at_a_desk(&["anna"], 3, async |desk| {
        let asks = || inquiry("kim@example.org", "Refund", "Where is it?");
        for _ in 0..5 {
            desk.engine.inquire(asks()).await.unwrap();
        }
        let refused = desk.engine.inquire(asks()).await.unwrap_err();
        assert!(matches!(
            refused,
            DeskError::Refused(Refusal::TooManyInquiries)
        ));
        let other = inquiry("lee@example.org", "Refund", "Where is it?");
        desk.engine.inquire(other).await.unwrap();
        desk.passes(Duration::from_secs(3601)).await;
        assert_eq!(desk.engine.inquire(asks()).await.unwrap(), 7);
        desk.settle().await;
    })
    .await;
}
