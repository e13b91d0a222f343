//! What a service hides by itself, in every text that is no message too, and what it suggests.

use std::time::Duration;

use desk::{
    attachment::{Attached, Attachment},
    chat::Page,
    engine::{Inquiry, NewFile, StartChat},
    event::{RoomEventKind, Written},
    fakes::{Answer as Reply, Call},
    identity::Identity,
    ids::{ChatId, ClientKey, EventId, MediaId, MessageId, RoomId, TokenHash},
    ports::{Answer, Reception, Store},
    service::{Field, Policy},
};

use crate::{
    desk_in_process::{Desk, agent, at_a_desk, slug},
    hidden::{SECRET, STARS, assert_gone, event_of, reply, says, set},
    masking::secured,
};

async fn told(desk: &Desk, name: &str, text: &str) -> String {
    match desk.engine.command(&agent(name), text).await.unwrap() {
        Answer::Words(words) => words,
        other => panic!("{text}: {other:?}"),
    }
}

fn monkey(of: &EventId) -> RoomEventKind {
    RoomEventKind::Reaction {
        of: of.clone(),
        symbol: "🙈".into(),
    }
}

/// The bot's notices that suggest a mask, as they stand in the room.
async fn suggestions(desk: &Desk, chat: &ChatId) -> Vec<EventId> {
    let timeline = desk.homeserver.timeline(&desk.portal(chat).await);
    let said = timeline.into_iter();
    said.filter(|said| said.text.contains("seems to hold"))
        .map(|said| said.event)
        .collect()
}

#[tokio::test]
async fn a_pattern_of_the_admin_hides_what_it_finds() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        for command in [
            "!contract security on",
            r"!masking pattern add staff_no \bE-\d{6}\b",
            "!masking staff_no mask",
        ] {
            told(desk, "root", command).await;
        }
        says(desk, &chat, "I am E-123456, not E-1234567").await;
        told(desk, "root", "!masking pattern remove staff_no").await;
        says(desk, &chat, "still E-123456").await;
        desk.settle().await;
        let texts = ["I am ********, not E-1234567", "still E-123456"];
        assert_eq!(desk.texts(&chat).await, texts);
    })
    .await;
}

#[tokio::test]
async fn a_text_that_is_tried_is_told_masked_and_kept_nowhere() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        told(desk, "root", "!masking phone mask").await;
        let test = format!("!masking test call {SECRET} or mail kim@example.org");
        let answer = told(desk, "root", &test).await;
        for part in [
            &format!("- phone: {STARS} — mask"),
            "- email: ",
            "— off: stays",
            "delete your message now",
            "!contract security on",
        ] {
            assert!(answer.contains(part), "{part} in {answer}");
        }
        assert!(
            !answer.contains("5678") && !answer.contains("kim@"),
            "{answer}"
        );

        let room = desk.chat(&desk.start().await).await.room.unwrap();
        let typed = desk.tells(room, "root", &test).await;
        desk.settle().await;
        assert!(desk.homeserver.is_redacted(&typed));
        let answer = desk.answer_to(&typed).unwrap();
        assert!(answer.contains("I have deleted"), "{answer}");
        assert_gone(desk, SECRET);
    })
    .await;
}

#[tokio::test]
async fn a_reaction_to_the_suggestion_masks_the_message_and_the_suggestion_goes() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, Policy::Suggest).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        says(desk, &chat, &format!("call {SECRET}")).await;
        desk.settle().await;
        let [notice] = suggestions(desk, &chat).await.try_into().unwrap();

        // It is no message: what happens to it happens to no message.
        let deletion = RoomEventKind::Deletion { of: notice.clone() };
        desk.happens(&chat, "anna", deletion).await;
        let edit = RoomEventKind::Edit {
            of: notice.clone(),
            new: Written::plain("hello"),
        };
        desk.happens(&chat, "anna", edit).await;
        assert_eq!(desk.texts(&chat).await, [format!("call {SECRET}")]);

        desk.happens(&chat, "anna", monkey(&notice)).await;
        desk.settle().await;
        assert_eq!(desk.texts(&chat).await, [format!("call {STARS}")]);
        assert!(desk.homeserver.is_redacted(&notice));
        assert!(suggestions(desk, &chat).await.is_empty());

        desk.happens(&chat, "anna", monkey(&notice)).await;
        desk.settle().await;
        let answer = desk.answer_to(&notice).unwrap();
        assert!(answer.contains("masked already"), "{answer}");
        assert_gone(desk, SECRET);
    })
    .await;
}

#[tokio::test]
async fn a_message_masked_before_the_suggestion_is_sent_leaves_none_in_the_room() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, Policy::Suggest).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let said = desk.writes(&chat, "anna", SECRET).await;
        desk.happens(&chat, "anna", monkey(&said)).await;
        desk.settle().await;
        assert_eq!(desk.texts(&chat).await, [STARS]);
        assert!(suggestions(desk, &chat).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_suggestion_is_repeated_only_when_an_edit_brings_something_else() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, Policy::Suggest).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let said = desk.writes(&chat, "anna", &format!("call {SECRET}")).await;
        desk.settle().await;
        let first = suggestions(desk, &chat).await;
        assert_eq!(first.len(), 1);
        for (edit, stays) in [
            (format!("please call {SECRET}"), true),
            ("card 4111 1111 1111 1111".to_owned(), false),
        ] {
            let edit = RoomEventKind::Edit {
                of: said.clone(),
                new: Written::plain(edit),
            };
            desk.happens(&chat, "anna", edit).await;
            desk.settle().await;
            let now = suggestions(desk, &chat).await;
            assert_eq!(now.len(), 1);
            assert_eq!(now == first, stays);
        }
        let edit = RoomEventKind::Edit {
            of: said.clone(),
            new: Written::plain("never mind"),
        };
        desk.happens(&chat, "anna", edit).await;
        desk.settle().await;
        assert!(suggestions(desk, &chat).await.is_empty());
    })
    .await;
}

async fn sends_file(desk: &Desk, chat: &ChatId, name: &str) -> MessageId {
    let new = NewFile {
        key: ClientKey::new("k"),
        name: name.into(),
        bytes: b"the file".to_vec(),
    };
    let sent = desk.engine.customer_attachment(chat, new).await.unwrap();
    sent.id
}

fn erased(desk: &Desk) -> Vec<(MediaId, Option<String>)> {
    let calls = desk.homeserver.calls().into_iter();
    calls
        .filter_map(|call| match call {
            Call::Erase { media, by } => Some((media, by.map(|by| by.to_string()))),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn a_masked_file_is_gone_here_and_at_the_homeserver() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, Policy::Off).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let file = sends_file(desk, &chat, "passport.txt").await;
        desk.settle().await;
        let event = event_of(desk, &file).await;
        let command = desk
            .happens(&chat, "anna", reply(&event, "!mask all"))
            .await;
        desk.settle().await;
        assert_eq!(desk.answer_to(&command), None);
        assert_eq!(desk.store.file(&chat, &file).await.unwrap(), None);
        assert!(desk.homeserver.media().is_empty());
        assert_eq!(erased(desk).len(), 1);
        assert!(desk.homeserver.is_redacted(&event));
        assert_gone(desk, "passport.txt");
    })
    .await;
}

#[tokio::test]
async fn the_files_of_a_chat_that_is_forgotten_are_deleted_at_the_homeserver() {
    at_a_desk(&["anna"], 3, async |desk| {
        set(desk, |settings| settings.retention_days = Some(30)).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        sends_file(desk, &chat, "map.txt").await;
        desk.settle().await;
        assert_eq!(desk.homeserver.media().len(), 1);
        desk.engine.customer_ends(&chat).await.unwrap();
        desk.settle().await;
        desk.passes(Duration::from_secs(32 * 24 * 3600)).await;
        desk.settle().await;
        assert!(desk.homeserver.media().is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_file_that_the_homeserver_will_not_delete_is_told_in_the_desk_room() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, Policy::Off).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let file = sends_file(desk, &chat, "map.txt").await;
        desk.settle().await;
        desk.homeserver.answers(|call| match call {
            Call::Erase { .. } => Reply::Never,
            _ => Reply::Do,
        });
        let event = event_of(desk, &file).await;
        desk.happens(&chat, "anna", reply(&event, "!mask all"))
            .await;
        desk.settle().await;
        let room = RoomId::new("!desk_acme:example.org");
        let told = desk.homeserver.timeline(&room);
        let told = told.last().unwrap().text.clone();
        assert!(told.contains("did not let me delete it"), "{told}");
        desk.homeserver.answers(|_| Reply::Do);
    })
    .await;
}

#[tokio::test]
async fn an_agents_file_is_deleted_only_as_its_own_and_what_another_server_keeps_is_told() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, Policy::Off).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let sends = async |media: &str| {
            let written = Written {
                attached: Some(Attached {
                    file: Attachment::told("scan.png", Some("image/png"), Some(9)),
                    media: MediaId::new(media),
                }),
                ..Written::default()
            };
            let what = RoomEventKind::Message(written);
            desk.happens(&chat, "anna", what).await
        };
        let ours = sends("mxc://example.org/scan").await;
        let theirs = sends("mxc://far.example.net/scan").await;
        for (event, answer) in [(ours, None), (theirs, Some("stays at the homeserver"))] {
            let command = desk
                .happens(&chat, "anna", reply(&event, "!mask all"))
                .await;
            desk.settle().await;
            let told = desk.answer_to(&command);
            match answer {
                Some(answer) => assert!(told.unwrap().contains(answer)),
                None => assert_eq!(told, None),
            }
        }
        let by = Some("@anna:example.org".to_owned());
        let scan = MediaId::new("mxc://example.org/scan");
        assert_eq!(erased(desk), [(scan, by)]);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_message_is_hidden_by_policy_before_anything_keeps_it() {
    at_a_desk(&["anna", "bela"], 9, async |desk| {
        secured(desk, Policy::Mask).await;
        set(desk, |settings| {
            let field = |name: &str| Field {
                name: name.into(),
                label: name.into(),
                required: false,
            };
            settings.fields = vec![field("topic"), field("order")];
        })
        .await;
        desk.online(&["anna", "bela"]).await;
        let card = "4111 1111 1111 1111";
        let fields = [("topic", format!("call {SECRET}")), ("order", card.into())];
        let wish = StartChat {
            service: slug("acme"),
            consent: Some("1".into()),
            name: Some("Kim".into()),
            email: None,
            fields: fields.map(|(name, said)| (name.to_owned(), said)).into(),
            page: Some(Page {
                url: "https://example.org/?mail=kim%40example.org&n=4111+1111+1111+1111".into(),
                title: Some(format!("Order of {SECRET}")),
            }),
            locale: "en".into(),
            earlier: None,
            identity: Identity::new("u1", Some(&format!("Kim {SECRET}")), None, None).ok(),
            token: TokenHash::of("a"),
        };
        let chat = desk.engine.start_chat(wish).await.unwrap().chat;
        desk.settle().await;
        let stored = desk.chat(&chat).await;
        assert_eq!(stored.fields["topic"], format!("call {STARS}"));
        assert_eq!(stored.fields["order"], "**** **** **** ****");
        let page = stored.page.unwrap();
        assert_eq!(page.url, "https://example.org/");
        assert_eq!(page.title.unwrap(), format!("Order of {STARS}"));
        let customer = desk.store.customer(&stored.customer).await.unwrap();
        assert_eq!(customer.unwrap().name.unwrap(), format!("Kim {STARS}"));

        let inquiry = Inquiry {
            service: slug("acme"),
            consent: Some("1".into()),
            name: Some(format!("Kim {SECRET}")),
            email: Some("kim@example.org".into()),
            subject: format!("About {card}"),
            message: format!("Call {SECRET}"),
        };
        desk.engine.inquire(inquiry).await.unwrap();

        let holder = desk.offered_to(&chat).await;
        let holder = holder.as_str()[1..5].to_owned();
        desk.join(&chat, &holder).await;
        desk.writes(&chat, &holder, "!rate").await;
        let comment = format!("call me: {SECRET}");
        desk.engine.rate(&chat, 5, Some(&comment)).await.unwrap();
        let asides = [
            format!("!note the card is {card}"),
            format!("!transfer @bela call {SECRET}"),
            format!("!clsoe {SECRET}"),
            format!("!take {SECRET}"),
            format!("!canned {SECRET}"),
        ];
        for typed in &asides {
            let event = desk.writes(&chat, &holder, typed).await;
            desk.settle().await;
            assert!(desk.homeserver.is_redacted(&event), "{typed}");
        }
        let whisper = RoomEventKind::Message(Written {
            in_thread: true,
            ..Written::plain(format!("she said {SECRET}"))
        });
        let whisper = desk.happens(&chat, &holder, whisper).await;
        desk.settle().await;
        assert!(desk.homeserver.is_redacted(&whisper));
        let shown = desk.shown(&chat).await.join("\n");
        assert!(
            shown.contains("!note the card is **** **** **** ****"),
            "{shown}"
        );
        assert!(shown.contains(&format!("she said {STARS}")), "{shown}");
        assert!(
            !shown.contains("5678") && !shown.contains("4111"),
            "{shown}"
        );
        for secret in [SECRET, card, "kim%40", "4111+1111"] {
            assert_gone(desk, secret);
        }
    })
    .await;
}

#[tokio::test]
async fn a_prepared_answer_is_kept_and_audited_without_what_a_policy_hides() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, Policy::Mask).await;
        desk.online(&["anna"]).await;
        let answer = told(desk, "root", &format!("!canned add call Call {SECRET}")).await;
        assert!(answer.contains(&format!("Call {STARS}")), "{answer}");
        let chat = desk.start_with("anna").await;
        desk.writes(&chat, "anna", "!canned call").await;
        desk.settle().await;
        assert_eq!(desk.texts(&chat).await, [format!("Call {STARS}")]);
        let log = told(desk, "root", "!audit 20").await;
        assert!(log.contains("canned") && !log.contains("5678"), "{log}");
        assert_gone(desk, SECRET);
    })
    .await;
}

#[tokio::test]
async fn a_name_that_is_older_than_the_policy_is_hidden_when_the_customer_comes_again() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let wish = |token: &str, name: Option<&str>| StartChat {
            service: slug("acme"),
            consent: Some("1".into()),
            name: None,
            email: None,
            fields: Default::default(),
            page: None,
            locale: "en".into(),
            earlier: None,
            identity: Identity::new("u1", name, None, None).ok(),
            token: TokenHash::of(token),
        };
        let named = format!("Kim {SECRET}");
        let before = desk.engine.start_chat(wish("a", Some(&named)));
        before.await.unwrap();
        secured(desk, Policy::Mask).await;
        let chat = desk.engine.start_chat(wish("b", None)).await.unwrap().chat;
        desk.settle().await;
        let customer = desk.chat(&chat).await.customer;
        let customer = desk.store.customer(&customer).await.unwrap().unwrap();
        assert_eq!(customer.name.unwrap(), format!("Kim {STARS}"));
    })
    .await;
}

#[tokio::test]
async fn what_reaches_no_customer_is_hidden_in_the_room_all_the_same() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        secured(desk, Policy::Mask).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let said = desk.writes(&chat, "anna", "hello").await;
        let edit = RoomEventKind::Edit {
            of: said,
            new: Written::plain(format!("!note {SECRET}")),
        };
        let edit = desk.happens(&chat, "anna", edit).await;
        desk.writes(&chat, "anna", "!close").await;
        let late = desk.writes(&chat, "anna", &format!("call {SECRET}")).await;
        desk.settle().await;
        assert_eq!(desk.texts(&chat).await, ["hello"]);
        for event in [edit, late] {
            assert!(desk.homeserver.is_redacted(&event));
        }
        assert_gone(desk, SECRET);
    })
    .await;
}
