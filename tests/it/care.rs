//! Commands about the customer of a chat.

use desk::{
    effect::Effect,
    engine::{AgentSetup, ServiceSetup},
    event::{Author, ChatEventKind, RoomEventKind, Written},
    fakes::Call,
    ids::{ChatId, EventId},
    permission::{Permission, Permissions},
    ports::{Answer, Reception},
    store::{CareReads, Store},
    texts,
};

use crate::desk_in_process::{Desk, active, agent, at_a_desk, slug};

async fn grant(desk: &Desk, name: &str, held: &[Permission]) {
    let mut tx = desk.store.begin().await.unwrap();
    let found = tx.find_agent(&slug("acme"), &agent(name)).await.unwrap();
    let mut membership = found.unwrap();
    membership.permissions = Permissions::of(held.iter().copied());
    tx.save_agent(&slug("acme"), &membership).await.unwrap();
    tx.commit().await.unwrap();
}

/// What the bot answered to a text typed in the chat's room: words, a tick, or nothing.
async fn typed(desk: &Desk, chat: &ChatId, name: &str, text: &str) -> Option<String> {
    let event = desk.writes(chat, name, text).await;
    desk.settle().await;
    answer_to(desk, &event)
}

fn answer_to(desk: &Desk, event: &EventId) -> Option<String> {
    let calls = desk.homeserver.calls();
    calls.into_iter().find_map(|call| match call {
        Call::Answer { to, text, .. } if to == *event => Some(text),
        Call::React { to, symbol, .. } if to == *event => Some(symbol),
        _ => None,
    })
}

async fn audited(desk: &Desk, what: &str) -> Vec<String> {
    let mut connection = desk.connection().await;
    sqlx::query_scalar("select actor || ' ' || subject from audit where what = $1 order by ord")
        .bind(what)
        .fetch_all(&mut connection)
        .await
        .unwrap()
}

fn heard(record: &[ChatEventKind]) -> Vec<(String, String)> {
    let said = record.iter().filter_map(|what| match what {
        ChatEventKind::Message(message) => match &message.from {
            Author::Agent { name } => Some((name.clone(), message.text.clone())),
            Author::Customer => None,
        },
        _ => None,
    });
    said.collect()
}

#[tokio::test]
async fn who_may_not_is_denied_with_an_audit_entry_and_without_effect() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        grant(desk, "bela", &[Permission::Mask]).await;
        for (name, text) in [
            ("bela", "!close"),
            ("bela", "!rate"),
            ("bela", "!note hm"),
            ("bela", "!customer"),
            ("bela", "!canned"),
            ("bela", "!canned hours"),
            ("anna", "!canned add hours nine to six"),
            ("anna", "!canned remove hours"),
            ("anna", "!report"),
            ("nobody", "!close"),
        ] {
            let answer = typed(desk, &chat, name, text).await.unwrap();
            assert!(answer.contains("permission"), "{text}: {answer}");
        }
        assert_eq!(desk.state(&chat).await, active("anna"));
        assert!(desk.store.rating(&chat).await.unwrap().is_none());
        let denied = audited(desk, "denied").await;
        assert_eq!(denied.len(), 10);
        assert_eq!(denied[0], "@bela:example.org !close");
    })
    .await;
}

#[tokio::test]
async fn a_supervisor_whispers_without_the_permission_chat_and_answers_nobody() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        grant(desk, "bela", &[Permission::Supervise]).await;
        let whispered = typed(desk, &chat, "bela", "!note offer a refund").await;
        assert_eq!(whispered.as_deref(), Some("👍"));
        let closed = typed(desk, &chat, "bela", "!close").await.unwrap();
        assert!(closed.contains("needs the permission \"chat\""), "{closed}");
        assert_eq!(desk.texts(&chat).await, [""; 0]);
        assert_eq!(desk.state(&chat).await, active("anna"));
    })
    .await;
}

#[tokio::test]
async fn each_command_does_what_it_says_for_whom_it_is_allowed() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        grant(
            desk,
            "anna",
            &[Permission::Chat, Permission::Supervise, Permission::Admin],
        )
        .await;
        let chat = desk.start_with("anna").await;
        for (text, answer) in [
            ("!note asked before", Some(texts::TICK)),
            ("!rate", Some(texts::TICK)),
            ("!rate", Some("The customer was asked for a rating before.")),
            ("!canned", Some("There are no prepared answers.")),
            (
                "!canned add hours We are open from 9 to 6.",
                Some(texts::TICK),
            ),
            ("!canned add hours", Some("Name and text, for example")),
            ("!canned", Some("Prepared answers: hours.")),
            ("!canned hour", Some("Did you mean: !canned hours")),
            ("!canned remove", Some("Which one?")),
            (
                "!canned remove nothing",
                Some("There is no prepared answer"),
            ),
            ("!report", Some("Today: 1 chats, 0 waiting now")),
            ("!report 7d", Some("Last 7 days: 1 chats")),
            ("!report week", Some("A report is of today")),
            ("!lang ko", None),
            ("!report 7d", Some("최근 7일: 상담 1건")),
            ("!canned", Some("준비된 답변: hours")),
            ("!close done and dusted", None),
            ("!close", Some("이미 끝난 상담입니다.")),
            ("!rate", Some("이미 끝난 상담입니다.")),
            ("!canned hours", Some("이미 끝난 상담입니다.")),
            ("!canned remove hours", Some(texts::TICK)),
        ] {
            let told = typed(desk, &chat, "anna", text).await;
            match answer {
                Some(answer) => {
                    let told = told.unwrap_or_default();
                    assert!(
                        told.starts_with(answer) || told.contains(answer),
                        "{text}: {told}"
                    );
                }
                None if text.starts_with("!lang") => {}
                None => assert_eq!(told, None, "{text}"),
            }
        }
        let record = desk.record(&chat).await;
        assert!(heard(&record).is_empty(), "{record:?}");
        let shown = format!("{record:?}");
        assert!(!shown.contains("dusted") && !shown.contains("asked before"));
        assert_eq!(audited(desk, "canned").await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_prepared_answer_is_sent_once_in_the_agents_name_and_shown_in_the_room() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        grant(desk, "anna", &[Permission::Chat, Permission::Admin]).await;
        let chat = desk.start_with("anna").await;
        typed(
            desk,
            &chat,
            "anna",
            "!canned add hours \"9 to 6\", Kim\nor later",
        )
        .await;
        let command = RoomEventKind::Message(Written::plain("!canned HOURS"));
        let event = desk.receive(&chat, "anna", command).await;
        for _ in 0..2 {
            desk.engine.room_event(&event).await.unwrap();
        }
        desk.crash().await;
        desk.engine.room_event(&event).await.unwrap();
        desk.settle().await;
        let text = "\"9 to 6\", Kim\nor later".to_owned();
        let record = desk.record(&chat).await;
        assert_eq!(heard(&record), [("anna".to_owned(), text.clone())]);
        let shown = desk.shown(&chat).await;
        assert_eq!(
            shown.iter().filter(|shown| shown.contains(&text)).count(),
            1
        );
        assert_eq!(shown.last(), Some(&format!("anna: {text}")));
        // A reply to what the bot shows is a reply to the message.
        let timeline = desk.homeserver.timeline(&desk.portal(&chat).await);
        let reply = RoomEventKind::Message(Written {
            reply_to: Some(timeline.last().unwrap().event.clone()),
            ..Written::plain("as I said")
        });
        desk.happens(&chat, "anna", reply).await;
        let record = desk.record(&chat).await;
        let Some(ChatEventKind::Message(last)) = record.last() else {
            panic!("no message: {record:?}");
        };
        assert!(last.reply_to.is_some());
    })
    .await;
}

#[tokio::test]
async fn the_customer_is_introduced_and_its_details_stand_in_no_queue() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let event = desk.writes(&chat, "anna", "!customer").await;
        let queued = desk.store.lane_heads(9).await.unwrap();
        assert!(
            matches!(queued[0].effect, Effect::Introduce { .. }),
            "{queued:?}"
        );
        assert!(!format!("{queued:?}").contains("Kim"));
        desk.settle().await;
        let told = answer_to(desk, &event).unwrap();
        for line in [
            "Kim · chat #1:",
            "- E-mail: none",
            "- Identified: no",
            "- Language: English",
            "- Consent: version 1, 2023-11-14",
            "- Other chats: none",
            "- Tickets: none",
        ] {
            assert!(told.lines().any(|told| told == line), "{line}: {told}");
        }
    })
    .await;
}

#[tokio::test]
async fn elsewhere_commands_about_a_chat_say_where_they_work() {
    at_a_desk(&["anna"], 3, async |desk| {
        grant(desk, "anna", &[Permission::Chat, Permission::Supervise]).await;
        for (text, answer) in [
            ("!close", "!close works in the room of a chat."),
            ("!customer", "!customer works in the room of a chat."),
            ("!canned hours", "!canned works in the room of a chat."),
            ("!report", "Today: 0 chats"),
        ] {
            let told = desk.engine.command(&agent("anna"), text).await.unwrap();
            let Answer::Words(told) = told else {
                panic!("{text}: {told:?}");
            };
            assert!(told.starts_with(answer), "{text}: {told}");
        }
        let other = ServiceSetup {
            slug: slug("other"),
            name: "Other".into(),
            settings: Default::default(),
            agents: vec![AgentSetup {
                id: agent("anna"),
                name: "Anna".into(),
            }],
        };
        desk.engine.set_up(&[other]).await.unwrap();
        let told = desk.engine.command(&agent("anna"), "!report").await;
        let Ok(Answer::Words(told)) = told else {
            panic!("{told:?}");
        };
        assert!(
            told.starts_with("Which help center do you mean: acme, other?"),
            "{told}"
        );
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn a_check_of_the_agent_who_has_the_chat_ends_it_and_nobody_elses() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let said = desk.say(&chat, "thanks").await;
        desk.settle().await;
        let of = EventId::new(said.as_str());
        for (name, symbol, ends) in [
            ("bela", "✅", false),
            ("anna", texts::TICK, false),
            ("anna", "✅", true),
            ("anna", "✅", true),
        ] {
            let reaction = RoomEventKind::Reaction {
                of: of.clone(),
                symbol: symbol.into(),
            };
            desk.happens(&chat, name, reaction).await;
            assert_eq!(desk.state(&chat).await.is_closed(), ends, "{name} {symbol}");
        }
        desk.settle().await;
        let record = desk.record(&chat).await;
        let closed = record
            .iter()
            .filter(|what| matches!(what, ChatEventKind::Closed { .. }));
        assert_eq!(closed.count(), 1);
    })
    .await;
}
