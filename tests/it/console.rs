//! What is done at the console is seen in the rooms, on record, and refused as when it is typed.

use desk::{
    chat::ChatState,
    console::{ConsoleError, Focus, Session},
    engine::{MaskWish, TicketWish},
    fakes::Call,
    permission::Permission,
    ports::Reception as _,
    store::MaskReads as _,
    ticket::{Field, TicketQuery},
};

use crate::{
    desk_in_process::{Desk, NOON, agent, at_a_desk, slug},
    hidden::{SECRET, assert_gone, grant, says_there},
    unmasking::{MAY_ALL, MAY_UNMASK, SAID, audited, masked_chat, notices, secured},
};

fn sits(name: &str) -> Session {
    Session {
        person: agent(name),
        focus: None,
        expires_at: NOON,
    }
}

fn calls(desk: &Desk, is_one: impl Fn(&Call) -> bool) -> usize {
    desk.homeserver
        .calls()
        .iter()
        .filter(|it| is_one(it))
        .count()
}

fn words(error: ConsoleError) -> String {
    match error {
        ConsoleError::Denied(words) | ConsoleError::Unable(words) => words,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn who_accepts_at_the_console_is_invited_and_not_called_any_more() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start().await;
        let (anna, engine) = (agent("anna"), &desk.engine);
        for command in ["!away", "!decline"] {
            engine.command(&anna, command).await.unwrap();
        }
        desk.settle().await;
        assert_eq!(desk.chat(&chat).await.state, ChatState::Waiting);
        let invited = |desk: &Desk| {
            calls(
                desk,
                |it| matches!(it, Call::Invite { agent, .. } if *agent == anna),
            )
        };
        let called = |desk: &Desk| calls(desk, |it| matches!(it, Call::Mention { .. }));
        let before = (invited(desk), called(desk));
        engine.console_accepts(&sits("anna"), &chat).await.unwrap();
        let active = ChatState::Active {
            agent: anna.clone(),
        };
        assert_eq!(desk.chat(&chat).await.state, active);
        desk.settle().await;
        assert_eq!((invited(desk), called(desk)), (before.0 + 1, before.1));
        // Again is no failure: its own click came twice.
        desk.engine
            .console_accepts(&sits("anna"), &chat)
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_answer_at_the_console_stands_in_the_room_under_the_agents_name() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let anna = sits("anna");
        for _ in 0..2 {
            let said = desk
                .engine
                .console_says(&anna, &chat, "k", "!!Good morning");
            said.await.unwrap();
        }
        desk.settle().await;
        assert_eq!(desk.texts(&chat).await, ["!Good morning"]);
        let shown = calls(desk, |call| match call {
            Call::Notify { text, .. } => text.contains("anna") && text.contains("!Good morning"),
            _ => false,
        });
        assert_eq!(shown, 1, "{:?}", desk.homeserver.calls());
    })
    .await;
}

#[tokio::test]
async fn what_is_under_a_mask_is_shown_at_the_console_told_in_the_room_and_kept_nowhere() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_UNMASK).await;
        let (chat, message) = masked_chat(desk).await;
        let because = Some("asked for it".to_owned());
        let anna = sits("anna");
        let shown = desk.engine.console_reveals(&anna, &chat, &message, because);
        let shown = shown.await.unwrap();
        assert_eq!((shown.text.as_str(), shown.shows.as_secs()), (SAID, 60));
        desk.settle().await;
        assert_eq!(notices(desk, "asked for it"), 1);
        let audited = audited(desk, "unmask").await;
        assert_eq!(audited.len(), 1);
        assert_eq!(audited[0].actor, agent("anna"));
        desk.settle().await;
        assert_gone(desk, SECRET);
        assert!(!format!("{:?}", desk.homeserver.calls()).contains(SECRET));
    })
    .await;
}

#[tokio::test]
async fn who_looks_too_often_at_the_console_is_refused() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_UNMASK).await;
        let (chat, message) = masked_chat(desk).await;
        let anna = sits("anna");
        let mut looks = 0;
        let refused = loop {
            match desk
                .engine
                .console_reveals(&anna, &chat, &message, None)
                .await
            {
                Ok(_) => looks += 1,
                Err(refused) => break words(refused),
            }
        };
        assert_eq!(looks, 20);
        assert!(refused.contains("20"), "{refused}");
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn masks_taken_off_at_the_console_are_off_for_everybody() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_ALL).await;
        let (chat, message) = masked_chat(desk).await;
        let anna = sits("anna");
        let undone = desk.engine.console_undoes(&anna, &chat, &message, None);
        undone.await.unwrap();
        desk.settle().await;
        assert_eq!(desk.texts(&chat).await, [SAID]);
        // Now by hand, a part of it.
        let number = MaskWish::Part {
            start: 6,
            end: 19,
            text: SECRET.into(),
        };
        let masked = desk.engine.console_masks(&anna, &chat, &message, &number);
        masked.await.unwrap();
        desk.settle().await;
        let standing = desk.store.standing(&message).await.unwrap().unwrap();
        assert_eq!(standing.message.text, "it is ***-****-****, call me");
        assert_gone(desk, SECRET);
    })
    .await;
}

#[tokio::test]
async fn without_the_permission_nothing_is_done_and_it_is_on_record() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        secured(desk, &[Permission::Chat]).await;
        let (chat, message) = masked_chat(desk).await;
        let anna = sits("anna");
        let engine = &desk.engine;
        let wish = TicketWish {
            subject: "x".into(),
            ..TicketWish::default()
        };
        let all = MaskWish::All;
        let denials = [
            engine
                .console_masks(&anna, &chat, &message, &all)
                .await
                .err(),
            engine
                .console_reveals(&anna, &chat, &message, None)
                .await
                .err(),
            engine
                .console_undoes(&anna, &chat, &message, None)
                .await
                .err(),
            engine
                .console_makes_ticket(&anna, &chat, "k", wish)
                .await
                .err(),
        ];
        for denied in denials {
            let denied = denied.expect("it is denied");
            assert!(matches!(denied, ConsoleError::Denied(_)), "{denied:?}");
        }
        assert_eq!(audited(desk, "denied").await.len(), 4);
        // A chat that another agent has is not there at all.
        let bela = sits("bela");
        for missing in [
            engine.console_says(&bela, &chat, "k", "hi").await.err(),
            engine
                .console_masks(&bela, &chat, &message, &all)
                .await
                .err(),
        ] {
            assert!(
                matches!(missing, Some(ConsoleError::Missing)),
                "{missing:?}"
            );
        }
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn what_a_policy_hides_is_hidden_in_what_is_typed_at_the_console() {
    at_a_desk(&["anna"], 3, async |desk| {
        let may = &[Permission::Chat, Permission::Ticket, Permission::Unmask];
        secured(desk, may).await;
        let (chat, message) = masked_chat(desk).await;
        let anna = sits("anna");
        let text = format!("call {SECRET}");
        let (engine, key) = (&desk.engine, "010-1234-5678");
        engine.console_says(&anna, &chat, key, &text).await.unwrap();
        let wish = TicketWish {
            subject: text.clone(),
            description: text.clone(),
            ..TicketWish::default()
        };
        // A tag cannot be masked: it would be another.
        let tagged = TicketWish {
            tags: vec![SECRET.into()],
            ..wish.clone()
        };
        let refused = engine.console_makes_ticket(&anna, &chat, "t", tagged).await;
        assert!(
            matches!(refused, Err(ConsoleError::Refused(_))),
            "{refused:?}"
        );
        let number = engine.console_makes_ticket(&anna, &chat, key, wish).await;
        let acme = slug("acme");
        let number = number.unwrap();
        let comment = (text.clone(), false);
        let commented = engine.console_comments(&anna, &acme, number, key, comment);
        commented.await.unwrap();
        let because = Some(text.clone());
        let shown = engine
            .console_reveals(&anna, &chat, &message, because)
            .await;
        drop(shown.unwrap());
        desk.settle().await;
        assert_gone(desk, SECRET);
        assert!(!format!("{:?}", desk.homeserver.calls()).contains(SECRET));
    })
    .await;
}

#[tokio::test]
async fn who_has_no_slot_cannot_answer_a_waiting_chat_nor_end_one_of_others() {
    at_a_desk(&["anna", "bela"], 1, async |desk| {
        desk.online(&["anna"]).await;
        let busy = desk.start_with("anna").await;
        let waiting = desk.start().await;
        let (anna, engine) = (sits("anna"), &desk.engine);
        let said = engine.console_says(&anna, &waiting, "k", "hello").await;
        assert!(
            words(said.unwrap_err()).contains("1 of 1"),
            "no slot is free"
        );
        let closed = engine.console_closes(&anna, &waiting).await;
        assert!(matches!(closed, Err(ConsoleError::Unable(_))), "{closed:?}");
        assert_eq!(desk.chat(&waiting).await.state, ChatState::Waiting);
        let view = engine.console_chat(&anna, &waiting).await.unwrap();
        assert!(!view.may_answer(), "it has to be taken first");
        let view = engine.console_chat(&anna, &busy).await.unwrap();
        assert!(view.may_answer());
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn in_the_room_of_a_chat_the_console_shows_that_chats_tickets_alone() {
    at_a_desk(&["anna"], 3, async |desk| {
        let may = &[Permission::Chat, Permission::Ticket, Permission::Supervise];
        grant(desk, "acme", "anna", may).await;
        desk.online(&["anna"]).await;
        let (one, two) = (desk.start_with("anna").await, desk.start_with("anna").await);
        let (anna, engine) = (sits("anna"), &desk.engine);
        for (chat, subject) in [(&one, "One"), (&two, "Two")] {
            let wish = TicketWish {
                subject: subject.into(),
                ..TicketWish::default()
            };
            let made = engine.console_makes_ticket(&anna, chat, subject, wish);
            made.await.unwrap();
        }
        let acme = slug("acme");
        let in_room = Session {
            focus: Some(Focus {
                service: acme.clone(),
                chat: Some(one),
            }),
            ..anna
        };
        let any = TicketQuery::default();
        let listed = engine.console_tickets(&in_room, &acme, &any, 9).await;
        let subjects: Vec<_> = listed.unwrap().into_iter().map(|it| it.subject).collect();
        assert_eq!(subjects, ["One"]);
        let number = |number| engine.console_ticket(&in_room, &acme, number);
        assert!(number(1).await.is_ok());
        assert!(matches!(number(2).await.err(), Some(ConsoleError::Missing)));
        assert!(matches!(
            number(u64::MAX).await.err(),
            Some(ConsoleError::Missing)
        ));
        let solved = [(Field::Status, "solved".to_owned())];
        let changed = engine.console_changes_ticket(&in_room, &acme, 2, &solved);
        assert!(matches!(changed.await, Err(ConsoleError::Missing)));
        let report = engine.console_report(&in_room, &acme, 7).await;
        assert!(matches!(report.err(), Some(ConsoleError::Missing)));
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn a_ticket_made_at_the_console_is_told_in_the_room() {
    at_a_desk(&["anna"], 3, async |desk| {
        grant(
            desk,
            "acme",
            "anna",
            &[Permission::Chat, Permission::Ticket],
        )
        .await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        says_there(desk, &chat, "hello").await;
        let wish = TicketWish {
            subject: "Call back".into(),
            ..TicketWish::default()
        };
        let anna = sits("anna");
        let made = desk.engine.console_makes_ticket(&anna, &chat, "k", wish);
        assert_eq!(made.await.unwrap(), 1);
        desk.settle().await;
        assert_eq!(notices(desk, "ticket #1"), 1);
    })
    .await;
}
