//! Personal data, hidden in the record, in the room, on the customer's page and in our own files.

use std::sync::atomic::{AtomicUsize, Ordering};

use desk::{
    event::{ChatEventKind, Message, RoomEventKind, Written},
    fakes::{Answer, Call},
    ids::{ChatId, EventId},
    permission::Permission,
    service::Policy,
    store::MaskReads as _,
};
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::{
    desk_in_process::{Desk, at_a_desk},
    hidden::{SECRET, STARS, assert_gone, event_of, grant, protect, reply, says, set},
};

/// Contract `security` is on, and the first agent may mask.
pub async fn secured(desk: &Desk, policy: Policy) {
    protect(desk, policy).await;
    grant(desk, "acme", "anna", &[Permission::Chat, Permission::Mask]).await;
}

async fn last_message(desk: &Desk, chat: &ChatId) -> Message {
    let record = desk.record(chat).await.into_iter().rev();
    record
        .filter_map(|what| match what {
            ChatEventKind::Message(message) => Some(message),
            _ => None,
        })
        .next()
        .expect("a message")
}

fn masks_told(record: &[ChatEventKind]) -> Vec<&str> {
    let told = record.iter().filter_map(|what| match what {
        ChatEventKind::Mask { text, .. } => Some(text.as_str()),
        _ => None,
    });
    told.collect()
}

#[tokio::test]
async fn what_answers_a_message_before_we_heard_that_it_was_sent_answers_it() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, Policy::Off).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        // The homeserver has it, and anna's client too; its answer has not come yet.
        let said = says(desk, &chat, &format!("call {SECRET}")).await;
        let seen = EventId::new("$seen-by-anna-alone");
        let quoting = RoomEventKind::Message(Written {
            reply_to: Some(seen.clone()),
            quotes: true,
            ..Written::plain("soon")
        });
        let quoting = desk.happens(&chat, "anna", quoting).await;
        desk.happens(&chat, "anna", reply(&seen, "!mask")).await;
        desk.settle().await;
        let standing = desk.store.standing(&said).await.unwrap().unwrap();
        assert_eq!(standing.message.text, format!("call {STARS}"));
        assert!(desk.homeserver.is_redacted(&quoting), "the quotation stays");
        assert_eq!(last_message(desk, &chat).await.reply_to, Some(said));
    })
    .await;
}

#[tokio::test]
async fn a_named_text_is_hidden_in_the_record_the_room_the_page_and_our_files() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, Policy::Off).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let message = says(desk, &chat, "it is 010 1234 5678, call me").await;
        desk.settle().await;
        let original = event_of(desk, &message).await;

        let command = format!("!mask {SECRET}");
        let command = desk
            .happens(&chat, "anna", reply(&original, &command))
            .await;
        desk.settle().await;

        let masked = "it is *** **** ****, call me";
        assert_eq!(desk.texts(&chat).await, [masked]);
        assert_eq!(masks_told(&desk.record(&chat).await), [masked]);
        assert!(desk.homeserver.is_redacted(&original));
        assert!(
            desk.homeserver.is_redacted(&command),
            "the command says it too"
        );
        let timeline = desk.homeserver.timeline(&desk.portal(&chat).await);
        let replacement = timeline.iter().find(|said| said.text == masked).unwrap();
        assert!(replacement.ghost.is_some(), "said by the customer");
        assert_eq!(replacement.event, event_of(desk, &message).await);
        let standing = desk.store.standing(&message).await.unwrap().unwrap();
        assert_eq!(
            replacement.at,
            Some(standing.at),
            "with the time it was said"
        );
        assert_eq!(
            desk.answer_to(&command),
            None,
            "what is seen needs no answer"
        );
        for secret in [SECRET, "010 1234 5678", "1234"] {
            assert_gone(desk, secret);
        }
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_masked_is_told_without_repeating_it_and_changes_nothing() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        secured(desk, Policy::Off).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let message = says(desk, &chat, "my order is 4711").await;
        let other = desk.start_with("anna").await;
        let elsewhere = says(desk, &other, SECRET).await;
        desk.settle().await;
        let event = event_of(desk, &message).await;
        let elsewhere = event_of(desk, &elsewhere).await;
        for (name, to, text, answer) in [
            (
                "anna",
                &event,
                "!mask 0000-9999",
                "That text is not in the message, or is masked already.",
            ),
            ("anna", &event, "!mask", "I see no personal data in it."),
            ("anna", &elsewhere, "!mask", "Which message?"),
            (
                "anna",
                &EventId::new("$none"),
                "!mask all",
                "Which message?",
            ),
            (
                "bela",
                &event,
                "!mask 4711",
                "needs the permission \"mask\"",
            ),
            ("bela", &event, "!masks", "needs the permission \"mask\""),
            ("anna", &event, "!masks", "Nothing is masked in this chat."),
        ] {
            let asked = desk.happens(&chat, name, reply(to, text)).await;
            desk.settle().await;
            let told = desk.answer_to(&asked).unwrap_or_default();
            assert!(told.contains(answer), "{name} {text}: {told}");
            assert!(!told.contains("0000"), "{told}");
            let hidden = desk.homeserver.is_redacted(&asked);
            assert_eq!(hidden, text.contains(char::is_numeric), "{text}");
        }
        set(desk, |settings| settings.contract_security = false).await;
        let asked = desk
            .happens(&chat, "anna", reply(&event, "!mask 4711"))
            .await;
        desk.settle().await;
        assert!(desk.answer_to(&asked).unwrap().contains("contract"));
        assert_eq!(desk.texts(&chat).await, ["my order is 4711"]);
        assert!(!desk.homeserver.is_redacted(&event));
        assert_gone(desk, "0000-9999");
    })
    .await;
}

#[tokio::test]
async fn a_reaction_masks_what_is_found_and_all_masks_everything() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, Policy::Off).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let first = says(desk, &chat, "전화 010-1234-5678 입니다").await;
        let second = says(desk, &chat, "Seoul, Mapo 12 👩‍👩‍👧").await;
        desk.settle().await;
        let monkey = RoomEventKind::Reaction {
            of: event_of(desk, &first).await,
            symbol: "🙈".into(),
        };
        desk.happens(&chat, "anna", monkey).await;
        let all = reply(&event_of(desk, &second).await, "!mask all");
        desk.happens(&chat, "anna", all).await;
        desk.settle().await;
        let texts = desk.texts(&chat).await;
        assert_eq!(texts, [format!("전화 {STARS} 입니다"), "*".repeat(16)]);
    })
    .await;
}

#[tokio::test]
async fn a_policy_masks_before_anything_keeps_the_text() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, Policy::Mask).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        says(desk, &chat, &format!("call {SECRET}")).await;
        desk.settle().await;
        let masked = format!("call {STARS}");
        assert_eq!(desk.texts(&chat).await, std::slice::from_ref(&masked));
        assert_eq!(masks_told(&desk.record(&chat).await), [masked.as_str()]);
        assert!(desk.shown(&chat).await.contains(&masked));
        let redactions = desk.homeserver.calls().into_iter();
        let redactions = redactions.filter(|call| matches!(call, Call::Redact { .. }));
        assert_eq!(redactions.count(), 0, "it was never in the room");
        assert_gone(desk, SECRET);
    })
    .await;
}

#[tokio::test]
async fn a_number_split_over_messages_is_masked_in_all_of_them() {
    for parts in [
        &["010-1234", "5678"][..],
        &["4111 1111", "1111", "1111"][..],
    ] {
        at_a_desk(&["anna"], 3, async |desk| {
            secured(desk, Policy::Mask).await;
            desk.online(&["anna"]).await;
            let chat = desk.start_with("anna").await;
            for part in parts {
                says(desk, &chat, part).await;
                desk.settle().await;
            }
            let texts = desk.texts(&chat).await;
            let digits = texts.concat().contains(|c: char| c.is_ascii_digit());
            assert!(!digits, "{texts:?}");
            let shown = desk.shown(&chat).await;
            assert!(
                !shown.iter().any(|text| parts.contains(&text.as_str())),
                "{shown:?}"
            );
        })
        .await;
    }
}

#[tokio::test]
async fn what_an_agent_writes_is_masked_with_its_edits_and_with_what_quotes_it() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        secured(desk, Policy::Off).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let said = desk.writes(&chat, "anna", "we call 010-0000-0000").await;
        let edited = RoomEventKind::Edit {
            of: said.clone(),
            new: Written::plain(format!("we call {SECRET}")),
        };
        let edited = desk.happens(&chat, "anna", edited).await;
        let quoting = |text: &str| {
            RoomEventKind::Message(Written {
                reply_to: Some(said.clone()),
                quotes: true,
                ..Written::plain(text)
            })
        };
        let answer = desk.happens(&chat, "anna", quoting("soon")).await;
        let note = desk.happens(&chat, "anna", quoting("!note check it")).await;
        let command = desk.happens(&chat, "anna", quoting("!mask")).await;
        desk.settle().await;

        let masked = format!("we call {STARS}");
        assert_eq!(desk.texts(&chat).await, [masked.clone(), "soon".into()]);
        for event in [&said, &edited, &answer, &note, &command] {
            assert!(desk.homeserver.is_redacted(event), "{event}");
        }
        let shown = desk.shown(&chat).await;
        assert!(shown.contains(&format!("anna: {masked}")), "{shown:?}");
        assert!(shown.contains(&"anna: soon".to_owned()), "{shown:?}");

        // An edit that was on its way says it again.
        let late = RoomEventKind::Edit {
            of: said.clone(),
            new: Written::plain(format!("we call {SECRET} now")),
        };
        let late = desk.happens(&chat, "anna", late).await;
        desk.settle().await;
        assert!(desk.homeserver.is_redacted(&late));
        assert_eq!(desk.texts(&chat).await, [masked, "soon".into()]);
        assert_gone(desk, SECRET);
    })
    .await;
}

#[tokio::test]
async fn a_suggestion_is_made_once_and_is_one_reaction_away_from_the_mask() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, Policy::Suggest).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let message = says(desk, &chat, SECRET).await;
        desk.settle().await;
        let event = event_of(desk, &message).await;
        let told = desk.answer_to(&event).unwrap();
        assert!(
            told.contains("a phone number") && !told.contains("5678"),
            "{told}"
        );
        let reacted = desk.homeserver.calls().into_iter().any(
            |call| matches!(call, Call::React { to, symbol, .. } if to == event && symbol == "🙈"),
        );
        assert!(reacted);
        assert_eq!(
            desk.texts(&chat).await,
            [SECRET],
            "nothing is hidden by itself"
        );
    })
    .await;
}

#[tokio::test]
async fn a_crash_at_any_point_between_redacting_and_replacing_ends_masked_once() {
    let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, Policy::Off).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        for round in 0..100 {
            let text = format!("{round}: {SECRET}");
            let message = says(desk, &chat, &text).await;
            desk.settle().await;
            let original = event_of(desk, &message).await;
            desk.happens(&chat, "anna", reply(&original, "!mask")).await;

            // The call at which it dies, and whether the homeserver did what it was asked.
            use proptest::prelude::Rng as _;
            let (dies_at, done) = (
                (random.next_u32() % 4) as usize,
                random.next_u32().is_multiple_of(2),
            );
            let calls = AtomicUsize::new(0);
            desk.homeserver.answers(move |_| {
                match (calls.fetch_add(1, Ordering::SeqCst) == dies_at, done) {
                    (true, true) => Answer::DoAndHang,
                    (true, false) => Answer::Hang,
                    (false, _) => Answer::Do,
                }
            });
            let before = desk.homeserver.calls().len();
            let died = desk.homeserver.called(before + dies_at + 1, |_| true);
            let all = async {
                futures_util::future::select(
                    std::pin::pin!(died),
                    std::pin::pin!(desk.until_delivered()),
                )
                .await;
            };
            desk.delivering(all).await;
            desk.crash().await;
            desk.homeserver.answers(|_| Answer::Do);
            // The log is emptied when nobody reads: not always at the first try.
            desk.settle_in_time().await;

            assert!(desk.homeserver.is_redacted(&original), "round {round}");
            let masked = format!("{round}: {STARS}");
            let shown = desk.shown(&chat).await;
            let times = shown.iter().filter(|shown| **shown == masked).count();
            assert_eq!(times, 1, "round {round}: {shown:?}");
            assert!(!shown.contains(&text), "round {round}");
            assert_eq!(last_message(desk, &chat).await.text, masked);
        }
        assert_gone(desk, SECRET);
    })
    .await;
}

#[tokio::test]
async fn formatting_that_says_more_than_the_words_is_hidden_too() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, Policy::Mask).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        for html in [
            format!("<b>call</b> {SECRET}"),
            format!("<a href=\"https://x.test/?tel={SECRET}\">call</a>"),
        ] {
            let said = RoomEventKind::Message(Written {
                html: Some(html),
                ..Written::plain("call")
            });
            let said = desk.happens(&chat, "anna", said).await;
            desk.settle().await;
            assert!(desk.homeserver.is_redacted(&said));
            let message = last_message(desk, &chat).await;
            assert_eq!((message.text.as_str(), message.html), ("call", None));
        }
        assert_gone(desk, SECRET);
    })
    .await;
}

#[tokio::test]
async fn a_mistyped_command_is_hidden_and_not_repeated() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, Policy::Off).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        for text in [
            "!maks 010-9876-5432",
            "!mask010-9876-5432",
            "!masks 010-9876-5432",
        ] {
            let typed = desk.writes(&chat, "anna", text).await;
            desk.settle().await;
            assert!(desk.homeserver.is_redacted(&typed), "{text}");
            let told = desk.answer_to(&typed).unwrap();
            assert!(told.contains("For example: !mask all"), "{told}");
        }
        assert_gone(desk, "010-9876-5432");
        assert!(
            desk.texts(&chat).await.is_empty(),
            "nothing went to the customer"
        );
    })
    .await;
}
