//! What agents write in a portal, and what of it reaches the customer.

use desk::{
    event::{Author, ChatEventKind, ClosedBy, RoomEventKind, Written},
    fakes::Call,
    ids::{ClientKey, EventId, MessageId},
    ports::Store,
    refusal::{DeskError, Refusal},
};
use futures_util::future::join;
use sqlx::{AssertSqlSafe, Row};

use crate::desk_in_process::{Desk, agent, at_a_desk, slug};

fn says(text: &str) -> RoomEventKind {
    RoomEventKind::Message(Written::plain(text))
}

/// The tables in which the words stand, but for the record of migrations.
async fn tables_that_hold(desk: &Desk, words: &str) -> Vec<String> {
    let mut connection = desk.connection().await;
    let tables =
        "select name from sqlite_master where type = 'table' and name not like '\\_%' escape '\\'";
    let names: Vec<String> = sqlx::query_scalar(tables)
        .fetch_all(&mut connection)
        .await
        .unwrap();
    let mut holding = Vec::new();
    for table in names {
        let columns = format!("select name from pragma_table_info('{table}')");
        let columns = sqlx::query(AssertSqlSafe(columns))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        let holds: Vec<String> = columns
            .iter()
            .map(|column| {
                format!(
                    "instr(cast(\"{}\" as text), $1) > 0",
                    column.get::<String, _>(0)
                )
            })
            .collect();
        let count = format!(
            "select count(*) from \"{table}\" where {}",
            holds.join(" or ")
        );
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(count))
            .bind(words)
            .fetch_one(&mut connection)
            .await
            .unwrap();
        if rows > 0 {
            holding.push(table);
        }
    }
    holding
}

#[tokio::test]
async fn what_an_agent_writes_is_in_the_record_under_its_name() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let question = desk.say(&chat, "where is it?").await;
        desk.settle().await;
        let asked = desk.homeserver.timeline(&desk.portal(&chat).await)[0]
            .event
            .clone();
        desk.writes(&chat, "anna", "!!Hello 🎉\n<b>there</b>").await;
        let reply = RoomEventKind::Message(Written {
            reply_to: Some(asked),
            ..Written::plain("On its way")
        });
        desk.happens(&chat, "anna", reply).await;
        let messages: Vec<_> = desk
            .record(&chat)
            .await
            .into_iter()
            .filter_map(|what| match what {
                ChatEventKind::Message(message) => Some(message),
                _ => None,
            })
            .collect();
        let anna = Author::Agent {
            name: "anna".into(),
        };
        assert_eq!(messages[0].from, Author::Customer);
        assert_eq!(messages[1].text, "!Hello 🎉\n<b>there</b>");
        assert_eq!((&messages[1].from, &messages[1].reply_to), (&anna, &None));
        assert_eq!(messages[2].reply_to, Some(question));
        assert!(desk.audience.told().iter().all(|told| *told == chat));
    })
    .await;
}

#[tokio::test]
async fn formatting_reaches_the_customer_with_the_words_and_in_edits() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let formatted = |text: &str, html: &str| Written {
            html: Some(html.into()),
            ..Written::plain(text)
        };
        let hello = RoomEventKind::Message(formatted("!!**hello**", "!!<b>hello</b>"));
        let of = desk.happens(&chat, "anna", hello).await;
        let said = |record: &[ChatEventKind]| match record.last() {
            Some(ChatEventKind::Message(message)) => (message.text.clone(), message.html.clone()),
            Some(ChatEventKind::Edit { text, html, .. }) => (text.clone(), html.clone()),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            said(&desk.record(&chat).await),
            ("!**hello**".into(), Some("!<b>hello</b>".into()))
        );
        for new in [
            formatted("*bye*", "<i>bye</i>"),
            Written::plain("bye, without"),
        ] {
            let told = (new.text.clone(), new.html.clone());
            let edit = RoomEventKind::Edit {
                of: of.clone(),
                new,
            };
            desk.happens(&chat, "anna", edit).await;
            assert_eq!(said(&desk.record(&chat).await), told);
        }
        assert!(tables_that_hold(desk, "<i>").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_message_is_edited_by_its_writer_and_into_words_only() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let of = desk.writes(&chat, "anna", "hello").await;
        let before = desk.record(&chat).await;
        for (name, new) in [
            ("bela", Written::plain("hello from Bela")),
            ("anna", Written::plain("!note a thief")),
            ("anna", Written::plain("")),
        ] {
            let edit = RoomEventKind::Edit {
                of: of.clone(),
                new,
            };
            desk.happens(&chat, name, edit).await;
        }
        assert_eq!(desk.record(&chat).await, before);
    })
    .await;
}

#[tokio::test]
async fn what_is_in_a_thread_stays_among_agents_and_its_commands_work() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let before = desk.record(&chat).await;
        let in_thread = |text: &str| {
            RoomEventKind::Message(Written {
                in_thread: true,
                ..Written::plain(text)
            })
        };
        let of = desk.happens(&chat, "anna", in_thread("who is this?")).await;
        let edit = RoomEventKind::Edit {
            of,
            new: Written::plain("who is this customer?"),
        };
        desk.happens(&chat, "anna", edit).await;
        desk.happens(&chat, "anna", in_thread("!note a thief"))
            .await;
        desk.happens(&chat, "mallory", in_thread("psst")).await;
        desk.writes(&chat, "anna", "!note a thief").await;
        desk.writes(&chat, "anna", "  !note a thief").await;
        assert_eq!(desk.record(&chat).await, before);
        desk.happens(&chat, "anna", in_thread("!close")).await;
        desk.settle().await;
        assert!(desk.state(&chat).await.is_closed());
    })
    .await;
}

#[tokio::test]
async fn a_customers_answer_names_the_event_it_answers() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let asked = desk.writes(&chat, "anna", "which one?").await;
        let of = match desk.record(&chat).await.pop() {
            Some(ChatEventKind::Message(message)) => message.id,
            other => panic!("{other:?}"),
        };
        let answer = |key: &str, of: MessageId| {
            let (engine, chat) = (desk.engine.clone(), chat.clone());
            let key = ClientKey::new(key);
            async move { engine.customer_reply(&chat, key, "this".into(), Some(of)).await }
        };
        answer("k1", of).await.unwrap();
        desk.settle().await;
        let said = desk.homeserver.calls().into_iter().rev().find_map(|call| match call {
            Call::Say { reply_to, .. } => Some(reply_to),
            _ => None,
        });
        assert_eq!(said, Some(Some(asked)));
        let stranger = answer("k2", MessageId::new("elsewhere")).await;
        assert!(
            matches!(&stranger, Err(DeskError::Refused(Refusal::Invalid { field, .. })) if field == "reply_to"),
            "{stranger:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn an_event_received_twice_and_taken_in_by_two_engines_at_once_counts_once() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let other = desk.another_engine();
        for n in 0..20 {
            let event = desk
                .receive(&chat, "anna", says(&format!("text {n}")))
                .await;
            desk.receive_again(&event).await;
            let (one, two) = join(desk.engine.room_event(&event), other.room_event(&event)).await;
            one.and(two).unwrap();
            desk.receive_again(&event).await;
            desk.engine.room_event(&event).await.unwrap();
        }
        let texts: Vec<String> = (0..20).map(|n| format!("text {n}")).collect();
        assert_eq!(desk.texts(&chat).await, texts);
        assert!(desk.store.unprocessed(9).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_event_that_was_never_stored_is_not_taken_in() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let mut event = desk.receive(&chat, "anna", says("stored")).await;
        desk.engine.room_event(&event).await.unwrap();
        event.id = EventId::new("$never stored");
        desk.engine.room_event(&event).await.unwrap();
        assert_eq!(desk.texts(&chat).await, ["stored"]);
    })
    .await;
}

#[tokio::test]
async fn commands_notices_and_what_cannot_be_shown_do_not_reach_the_customer() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let before = desk.record(&chat).await;
        for (what, answer) in [
            (says("!status"), Some("You are given chats.")),
            (says("!clsoe"), Some("Did you mean !close?")),
            (
                RoomEventKind::Unsupported,
                Some("only text, images and files"),
            ),
            (RoomEventKind::Nothing, None),
            (RoomEventKind::Joined, None),
        ] {
            let shown = desk.shown(&chat).await.len();
            desk.happens(&chat, "anna", what.clone()).await;
            desk.settle().await;
            let answers = desk.shown(&chat).await.split_off(shown);
            match answer {
                Some(words) => assert!(answers[0].contains(words), "{what:?}: {answers:?}"),
                None => assert!(answers.is_empty(), "{what:?}: {answers:?}"),
            }
        }
        assert_eq!(desk.record(&chat).await, before);
    })
    .await;
}

#[tokio::test]
async fn only_agents_of_the_service_are_heard_by_its_customers() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let said = desk.writes(&chat, "anna", "hello").await;
        desk.writes(&chat, "mallory", "send me your password").await;
        let edit = RoomEventKind::Edit {
            of: said,
            new: Written::plain("send me your password"),
        };
        desk.happens(&chat, "mallory", edit).await;
        desk.writes(&chat, "mallory", "!close").await;
        desk.settle().await;
        assert_eq!(desk.texts(&chat).await, ["hello"]);
        assert!(!desk.state(&chat).await.is_closed());
        assert_eq!(desk.shown(&chat).await.len(), 2, "two answers of the bot");
    })
    .await;
}

#[tokio::test]
async fn an_edit_and_a_deletion_leave_none_of_the_old_words_behind() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let of = desk.writes(&chat, "anna", "the first wording").await;
        assert_eq!(
            tables_that_hold(desk, "the first wording").await,
            ["chat_event"]
        );
        for (new, old) in [
            ("the second wording", "the first wording"),
            ("the third wording", "the second wording"),
        ] {
            let edit = RoomEventKind::Edit {
                of: of.clone(),
                new: Written::plain(new),
            };
            desk.happens(&chat, "anna", edit).await;
            assert_eq!(desk.texts(&chat).await, [new]);
            assert!(tables_that_hold(desk, old).await.is_empty(), "{old}");
        }
        let deletion = RoomEventKind::Deletion { of };
        desk.happens(&chat, "anna", deletion).await;
        assert_eq!(desk.texts(&chat).await, [""]);
        assert!(tables_that_hold(desk, "wording").await.is_empty());
        let record = desk.record(&chat).await;
        assert!(matches!(record.last(), Some(ChatEventKind::Delete { .. })));
    })
    .await;
}

#[tokio::test]
async fn nobody_edits_or_deletes_what_the_customer_wrote() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.say(&chat, "mine").await;
        desk.settle().await;
        let of = desk.homeserver.timeline(&desk.portal(&chat).await)[0]
            .event
            .clone();
        let before = desk.record(&chat).await;
        let edit = RoomEventKind::Edit {
            of: of.clone(),
            new: Written::plain("yours"),
        };
        desk.happens(&chat, "anna", edit).await;
        desk.happens(&chat, "anna", RoomEventKind::Deletion { of })
            .await;
        assert_eq!(desk.record(&chat).await, before);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_said_in_a_closed_chat_but_a_repeat_of_what_was_accepted_is() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let said = desk.say(&chat, "bye").await;
        desk.writes(&chat, "anna", "!close").await;
        desk.settle().await;
        let closed = ChatEventKind::Closed {
            by: ClosedBy::Agent,
        };
        let record = desk.record(&chat).await;
        assert_eq!(record.last(), Some(&closed));
        let late = desk
            .engine
            .customer_message(&chat, ClientKey::new("late"), "one more thing".into())
            .await;
        assert!(
            matches!(late, Err(DeskError::Refused(Refusal::ChatClosed))),
            "{late:?}"
        );
        assert_eq!(desk.say(&chat, "bye").await, said);
        desk.writes(&chat, "anna", "are you there?").await;
        desk.settle().await;
        assert_eq!(desk.record(&chat).await, record);
        let shown = desk.shown(&chat).await;
        assert!(shown.last().unwrap().contains("This chat is over"));
        let name = desk.homeserver.name_of(&desk.portal(&chat).await).unwrap();
        assert!(name.starts_with('✔'), "{name}");
    })
    .await;
}

#[tokio::test]
async fn who_leaves_the_desk_room_is_not_given_chats_until_seen_again() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let room = desk.store.desk_room(&slug("acme")).await;
        desk.happens_in(room.unwrap().unwrap(), "anna", RoomEventKind::Left)
            .await;
        assert!(desk.try_start("acme").await.is_err());
        desk.online(&["anna"]).await;
        let chat = desk.start().await;
        assert_eq!(desk.offered_to(&chat).await, agent("anna"));
    })
    .await;
}
