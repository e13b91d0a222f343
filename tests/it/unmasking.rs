//! What is under masks: who sees it for how long, how long it is kept, and that it stands nowhere.

use std::{sync::Arc, time::Duration};

use desk::{
    audit::{AuditEntry, AuditQuery},
    effect::Effect,
    event::{ChatEventKind, RoomEventKind, Written},
    fakes::{Answer, Call},
    ids::{ChatId, MessageId},
    masking::Kind,
    permission::Permission,
    ports::{Clock, Store, Vault},
    service::Policy,
    store::TicketReads as _,
};
use futures_util::FutureExt;
use vault::{Keeper, KeyRing, Keys, Terms};

use crate::{
    desk_in_process::{Desk, Staff, agent, at_a_desk, slug},
    hidden::{SECRET, assert_gone, event_of, grant, reply, says_there, set},
};

pub const SAID: &str = "it is 010-1234-5678, call me";
const MASKED: &str = "it is ***-****-****, call me";
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

pub const MAY_UNMASK: &[Permission] = &[Permission::Chat, Permission::Unmask];
pub const MAY_ALL: &[Permission] = &[Permission::Chat, Permission::Mask, Permission::Unmask];

fn keeper(keys: &str) -> Arc<dyn Vault> {
    let ring = KeyRing::parse(keys).unwrap();
    let terms = Terms {
        keeps: DAY * 90,
        shows: MINUTE,
    };
    Arc::new(Keeper::open(Keys::Given(ring), terms).unwrap())
}

/// Each needs a permission of its own, or two.
const EACH: [&str; 3] = ["!mask all", "!unmask", "!unmask undo"];
const KEY: &str = "k1 AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
const OTHER_KEY: &str = "k2 AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=";

/// With contract `security`, phone numbers masked by policy, and a vault.
pub async fn secured(desk: &mut Desk, permissions: &[Permission]) {
    set(desk, |settings| {
        settings.contract_security = true;
        settings.masking.policies.insert(Kind::Phone, Policy::Mask);
    })
    .await;
    grant(desk, "acme", "anna", permissions).await;
    desk.keep_in(keeper(KEY));
    desk.online(&["anna"]).await;
}

/// A chat of anna in which the customer said its number.
pub async fn masked_chat(desk: &Desk) -> (ChatId, MessageId) {
    let chat = desk.start_with("anna").await;
    let message = says_there(desk, &chat, SAID).await;
    assert_eq!(desk.texts(&chat).await, [MASKED]);
    (chat, message)
}

/// What the agent is answered who replies with this to the message.
async fn types(
    desk: &Desk,
    chat: &ChatId,
    name: &str,
    message: &MessageId,
    text: &str,
) -> Option<String> {
    let of = event_of(desk, message).await;
    let command = desk.happens(chat, name, reply(&of, text)).await;
    desk.settle().await;
    desk.answer_to(&command)
}

async fn audit(desk: &Desk) -> Vec<AuditEntry> {
    let mut tx = desk.store.begin().await.unwrap();
    let query = AuditQuery {
        service: slug("acme"),
        person: None,
        about: None,
        word: None,
        since: None,
        limit: 1000,
    };
    tx.audit(&query).await.unwrap()
}

pub async fn audited(desk: &Desk, what: &str) -> Vec<AuditEntry> {
    let mut entries = audit(desk).await;
    entries.retain(|entry| entry.what == what);
    entries
}

/// One that is sent again under its key is still one.
pub fn notices(desk: &Desk, words: &str) -> usize {
    let calls = desk.homeserver.calls().into_iter();
    let keys: std::collections::BTreeSet<String> = calls
        .filter_map(|call| match call {
            Call::Notify { text, key, .. } if text.contains(words) => Some(key.to_string()),
            _ => None,
        })
        .collect();
    keys.len()
}

#[tokio::test]
async fn an_agent_alone_sees_what_is_under_the_masks_for_a_minute() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_UNMASK).await;
        let (chat, message) = masked_chat(desk).await;
        let answer = types(desk, &chat, "anna", &message, "!unmask they asked for it").await;
        assert!(answer.unwrap().contains("our direct room"));

        let said = desk.confidant.said();
        assert_eq!(said.len(), 1);
        assert_eq!(said[0].person, agent("anna"));
        assert!(said[0].text.ends_with(SAID), "{}", said[0].text);
        assert_eq!(
            desk.texts(&chat).await,
            [MASKED],
            "for everybody else it is masked"
        );
        let timeline = desk.homeserver.timeline(&desk.portal(&chat).await);
        assert!(timeline.iter().all(|said| !said.text.contains(SECRET)));
        assert_eq!(
            notices(
                desk,
                "@anna:example.org has looked under a mask: they asked for it"
            ),
            1
        );
        let entries = audited(desk, "unmask").await;
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].actor, agent("anna"));
        assert_eq!(entries[0].subject.as_deref(), Some("chat 1 mask 1"));
        assert_eq!(entries[0].new.as_deref(), Some("they asked for it"));

        let event = &said[0].told.event;
        desk.passes(MINUTE - Duration::from_millis(1)).await;
        desk.settle().await;
        assert!(!desk.homeserver.is_redacted(event));
        desk.passes(Duration::from_millis(1)).await;
        desk.settle().await;
        assert!(desk.homeserver.is_redacted(event));
        assert_gone(desk, SECRET);
        assert_eq!(
            desk.store.next_deadline().await.unwrap(),
            Some(desk.clock.now() + DAY * 90 - MINUTE)
        );
    })
    .await;
}

#[tokio::test]
async fn it_is_taken_back_also_when_helproom_was_down_at_that_moment() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_UNMASK).await;
        let (chat, message) = masked_chat(desk).await;
        types(desk, &chat, "anna", &message, "!unmask").await;
        desk.clock.advance(HOUR);
        desk.crash().await;
        desk.passes(Duration::ZERO).await;
        desk.settle().await;
        assert!(
            desk.homeserver
                .is_redacted(&desk.confidant.said()[0].told.event)
        );
    })
    .await;
}

#[tokio::test]
async fn while_the_homeserver_does_not_take_it_back_it_is_asked_again() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_UNMASK).await;
        let (chat, message) = masked_chat(desk).await;
        types(desk, &chat, "anna", &message, "!unmask").await;
        desk.homeserver.answers(|_| Answer::Later(None));
        desk.passes(MINUTE).await;
        desk.delivering(async {
            desk.clock.next_sleeper().await;
        })
        .await;
        desk.crash().await;
        // Longer than other effects are tried.
        desk.clock.advance(DAY * 2);
        desk.homeserver.answers(|_| Answer::Do);
        desk.settle().await;
        assert!(
            desk.homeserver
                .is_redacted(&desk.confidant.said()[0].told.event)
        );
    })
    .await;
}

#[tokio::test]
async fn a_crash_after_it_was_said_says_it_once_and_takes_it_back_a_minute_after() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_UNMASK).await;
        let (chat, message) = masked_chat(desk).await;
        let of = event_of(desk, &message).await;
        desk.happens(&chat, "anna", reply(&of, "!unmask")).await;
        desk.confidant.loses_answers(1);
        desk.delivering(async {
            while desk.confidant.said().is_empty() {
                tokio::task::yield_now().await;
            }
        })
        .await;
        desk.crash().await;
        // Nobody is to see it that late, and yet somebody must know where it stands.
        desk.clock.advance(HOUR);
        grant(desk, "acme", "anna", &[Permission::Chat]).await;
        desk.settle().await;
        let said = desk.confidant.said();
        assert_eq!(said.len(), 1);
        desk.passes(Duration::ZERO).await;
        desk.settle().await;
        assert!(
            desk.homeserver.is_redacted(&said[0].told.event),
            "it stood there for an hour"
        );
    })
    .await;
}

#[tokio::test]
async fn what_may_stand_in_a_room_is_looked_for_there_though_the_person_has_others_by_now() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_UNMASK).await;
        let (chat, message) = masked_chat(desk).await;
        for is_there in [true, false] {
            let of = event_of(desk, &message).await;
            desk.happens(&chat, "anna", reply(&of, "!unmask")).await;
            let before = desk.confidant.said().len();
            desk.confidant.loses_answers(1);
            desk.delivering(async {
                while desk.confidant.said().len() == before {
                    tokio::task::yield_now().await;
                }
            })
            .await;
            desk.crash().await;
            desk.confidant.move_rooms();
            if !is_there {
                desk.confidant.forget();
                desk.confidant.crowd();
            }
            desk.settle().await;
            let said = desk.confidant.said();
            let last = said.last().unwrap();
            assert_eq!(last.text.contains(SECRET), is_there, "{}", last.text);
            assert_eq!(said.iter().filter(|said| said.key == last.key).count(), 1);
            desk.passes(MINUTE).await;
            desk.settle().await;
            assert!(desk.homeserver.is_redacted(&last.told.event));
        }
    })
    .await;
}

#[tokio::test]
async fn a_store_that_breaks_between_the_steps_delays_it_and_doubles_nothing() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_UNMASK).await;
        let (chat, message) = masked_chat(desk).await;
        let of = event_of(desk, &message).await;
        let brittle = desk.behind_a_brittle_store().await;
        desk.happens(&chat, "anna", reply(&of, "!unmask")).await;
        desk.confidant.loses_answers(1);
        desk.delivering(async {
            while desk.confidant.said().is_empty() {
                tokio::task::yield_now().await;
            }
            brittle.set_broken(true);
            let until = desk.clock.next_sleeper().await;
            desk.clock.move_to(until);
            brittle.set_broken(false);
            while desk.store.outbox_len().await.unwrap() > 0 {
                if let Some(next) = desk.clock.next_sleeper().now_or_never()
                    && next > desk.clock.now()
                {
                    desk.clock.move_to(next);
                }
                tokio::task::yield_now().await;
            }
        })
        .await;
        assert_eq!(desk.confidant.said().len(), 1);
        desk.passes(MINUTE).await;
        desk.settle().await;
        assert!(
            desk.homeserver
                .is_redacted(&desk.confidant.said()[0].told.event)
        );
        desk.crash().await;
    })
    .await;
}

#[tokio::test]
async fn while_the_bot_is_away_it_waits_and_is_given_up_after_five_minutes() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_UNMASK).await;
        let (chat, message) = masked_chat(desk).await;
        let of = event_of(desk, &message).await;
        desk.confidant.set_away(true);
        for (minutes, shown) in [(4, true), (5, false)] {
            let command = desk.happens(&chat, "anna", reply(&of, "!unmask")).await;
            desk.delivering(async {
                while desk.store.outbox_len().await.unwrap() > 1 {
                    tokio::task::yield_now().await;
                }
                desk.clock.next_sleeper().await;
            })
            .await;
            let before = desk.confidant.said().len();
            desk.clock.advance(MINUTE * minutes);
            desk.confidant.set_away(!shown);
            desk.crash().await;
            desk.settle().await;
            assert_eq!(desk.confidant.said().len() - before, usize::from(shown));
            let answer = desk.answer_to(&command).unwrap();
            assert_eq!(answer.contains("could not show you"), !shown, "{answer}");
            desk.confidant.set_away(true);
        }
        desk.passes(MINUTE).await;
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn who_loses_the_permission_before_it_is_said_is_not_told() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_UNMASK).await;
        let (chat, message) = masked_chat(desk).await;
        let of = event_of(desk, &message).await;
        let command = desk.happens(&chat, "anna", reply(&of, "!unmask")).await;
        grant(desk, "acme", "anna", &[Permission::Chat]).await;
        desk.settle().await;
        assert!(desk.confidant.said().is_empty());
        assert!(
            desk.answer_to(&command)
                .unwrap()
                .contains("could not show you")
        );
    })
    .await;
}

#[tokio::test]
async fn who_may_not_unmask_is_refused_told_why_and_on_record() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        secured(desk, MAY_ALL).await;
        let (chat, message) = masked_chat(desk).await;
        let (other, elsewhere) = masked_chat(desk).await;
        let refusals = async |desk: &Desk, text: &str, who: &str, words: &str| {
            let before = audited(desk, "denied").await.len();
            let answer = types(desk, &chat, who, &message, text).await.unwrap();
            assert!(answer.contains(words), "{who} {text}: {answer}");
            audited(desk, "denied").await.len() - before
        };
        // Without the permission, or with one of the two.
        for text in EACH {
            assert_eq!(
                refusals(desk, text, "bela", "needs the permission").await,
                1
            );
        }
        for permissions in [&[Permission::Mask][..], MAY_UNMASK] {
            grant(desk, "acme", "bela", permissions).await;
            let undo = refusals(desk, "!unmask undo", "bela", "needs the permission");
            assert_eq!(undo.await, 1);
        }
        // In the chat of another help center.
        let services: [(&str, &[&str]); 1] = [("beta", &["cora"])];
        desk.set_up(&Staff {
            services: &services,
            capacity: 3,
        })
        .await;
        desk.settle().await;
        grant(desk, "beta", "cora", MAY_ALL).await;
        for text in EACH {
            assert_eq!(
                refusals(desk, text, "cora", "needs the permission").await,
                1
            );
        }
        // A message of another room, from one's own and from the other agent's chat; none; and one
        // without masks.
        let of = event_of(desk, &elsewhere).await;
        grant(desk, "acme", "bela", MAY_ALL).await;
        desk.online(&["bela"]).await;
        let hers = desk.start_with("bela").await;
        let mut asked = vec![desk.writes(&chat, "anna", "!unmask undo").await];
        for text in EACH {
            asked.push(desk.happens(&chat, "anna", reply(&of, text)).await);
            asked.push(desk.happens(&hers, "bela", reply(&of, text)).await);
        }
        let plain = says_there(desk, &chat, "hello").await;
        desk.settle().await;
        for command in asked {
            assert!(desk.answer_to(&command).unwrap().contains("Which message"));
        }
        let answer = types(desk, &chat, "anna", &plain, "!unmask").await.unwrap();
        assert!(answer.contains("Nothing of that message is masked"));
        // The contract.
        set(desk, |settings| settings.contract_security = false).await;
        for text in EACH {
            assert_eq!(refusals(desk, text, "anna", "contract").await, 1);
        }
        assert!(desk.confidant.said().is_empty());
        assert_eq!(desk.texts(&other).await, [MASKED]);
        assert_eq!(desk.texts(&chat).await, [MASKED, "hello"]);
        assert!(audited(desk, "unmask").await.is_empty() && audited(desk, "undo").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn undo_brings_a_message_back_in_a_tickets_copy_and_not_in_its_subject() {
    at_a_desk(&["anna"], 3, async |desk| {
        let all = [MAY_ALL, &[Permission::Ticket]].concat();
        secured(desk, &all).await;
        let (chat, message) = masked_chat(desk).await;
        desk.writes(&chat, "anna", "!ticket Please call me").await;
        desk.settle().await;
        types(desk, &chat, "anna", &message, "!mask call me").await;
        for (undone, said) in [(false, "it is ***-****-****, *******"), (true, SAID)] {
            if undone {
                types(desk, &chat, "anna", &message, "!unmask undo an order").await;
            }
            let copy = desk.store.conversation(&slug("acme"), 1, 9).await.unwrap();
            let Some(ChatEventKind::Message(copied)) = copy.first().map(|it| &it.what) else {
                panic!("{copy:?}");
            };
            assert_eq!(copied.text, said);
            let ticket = desk.store.ticket(&slug("acme"), 1).await.unwrap();
            assert_eq!(ticket.unwrap().subject, "Please *******");
        }
    })
    .await;
}

#[tokio::test]
async fn undo_shows_the_original_to_everybody_and_no_policy_masks_it_again() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_ALL).await;
        let (chat, message) = masked_chat(desk).await;
        let masked = event_of(desk, &message).await;
        // A second mask over the first.
        types(desk, &chat, "anna", &message, "!mask call me").await;
        assert_eq!(desk.texts(&chat).await, ["it is ***-****-****, *******"]);
        let answer = types(desk, &chat, "anna", &message, "!unmask undo an order").await;
        assert_eq!(answer, None, "what is seen needs no answer");

        assert_eq!(desk.texts(&chat).await, [SAID]);
        let record = desk.record(&chat).await;
        let told = record.iter().rev().find_map(|what| match what {
            ChatEventKind::Mask { text, masked, .. } => Some((text.as_str(), *masked)),
            _ => None,
        });
        assert_eq!(told, Some((SAID, false)));
        assert!(desk.homeserver.is_redacted(&masked));
        let timeline = desk.homeserver.timeline(&desk.portal(&chat).await);
        let shown: Vec<_> = timeline
            .iter()
            .filter(|said| said.ghost.is_some())
            .collect();
        assert_eq!(shown.len(), 1);
        assert_eq!(
            (shown[0].text.as_str(), &shown[0].event),
            (SAID, &event_of(desk, &message).await)
        );
        assert_eq!(notices(desk, "has taken a mask off: an order"), 1);
        let entries = audited(desk, "undo").await;
        assert_eq!(entries[0].subject.as_deref(), Some("chat 1 mask 1, 2"));
        let sealed: i64 = sqlx::query_scalar("select count(*) from sealed")
            .fetch_one(&mut desk.connection().await)
            .await
            .unwrap();
        assert_eq!(sealed, 0);

        // A number that goes on in the next message is masked there, and not in what was undone.
        says_there(desk, &chat, "and 010-9876").await;
        says_there(desk, &chat, "5432").await;
        assert_eq!(desk.texts(&chat).await[0], SAID);
        let again = types(desk, &chat, "anna", &message, "!unmask")
            .await
            .unwrap();
        assert!(again.contains("Nothing of that message is masked"));
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_opened_is_told_with_its_reason_and_changes_nothing() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_ALL).await;
        let no_vault: Arc<dyn Vault> = Arc::new(desk::ports::NoVault);
        desk.keep_in(no_vault.clone());
        let chat = desk.start_with("anna").await;
        let unkept = says_there(desk, &chat, SAID).await;
        let both = async |desk: &Desk, message: &MessageId, words: &str| {
            for text in ["!unmask", "!unmask undo"] {
                let answer = types(desk, &chat, "anna", message, text).await.unwrap();
                assert!(answer.contains(words), "{answer}");
            }
        };
        both(desk, &unkept, "there is no vault, so masking is final").await;
        desk.keep_in(keeper(KEY));
        both(desk, &unkept, "no vault when it was masked").await;
        let kept = says_there(desk, &chat, SAID).await;
        desk.keep_in(no_vault);
        both(desk, &kept, "there is no vault").await;
        desk.keep_in(keeper(OTHER_KEY));
        both(desk, &kept, "the vault's key k1 is missing").await;
        desk.keep_in(keeper(&OTHER_KEY.replace("k2", "k1")));
        both(desk, &kept, "the original is damaged").await;
        desk.keep_in(keeper(KEY));
        desk.passes(DAY * 90).await;
        desk.settle().await;
        both(desk, &kept, "was kept for its time and is deleted").await;
        assert!(desk.confidant.said().is_empty());
        assert_eq!(desk.texts(&chat).await, [MASKED, MASKED]);
        assert!(audited(desk, "unmask").await.is_empty() && audited(desk, "undo").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_masks_that_can_be_opened_are_shown_and_the_others_stay() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_ALL).await;
        desk.keep_in(Arc::new(desk::ports::NoVault));
        let (chat, message) = masked_chat(desk).await;
        desk.keep_in(keeper(KEY));
        types(desk, &chat, "anna", &message, "!mask call me").await;
        types(desk, &chat, "anna", &message, "!unmask").await;
        let said = desk.confidant.said();
        assert!(said[0].text.contains(MASKED), "{}", said[0].text);
        assert!(said[0].text.contains("Not all masks"), "{}", said[0].text);
        let answer = types(desk, &chat, "anna", &message, "!unmask undo")
            .await
            .unwrap();
        assert!(answer.contains("no vault when it was masked"), "{answer}");
        desk.passes(MINUTE).await;
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn what_only_the_formatting_said_is_shown_too_and_bold_words_are_not_said_twice() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_UNMASK).await;
        let chat = desk.start_with("anna").await;
        let link = "<a href=\"https://help.test/?tel=010-1234-5678\">call</a> me";
        for (body, html, times) in [
            ("call me", link, 1),
            (SAID, "it is <b>010</b>-1234-5678, call me", 1),
            (SAID, "it is 010-1234-5678, <i>never</i> call me", 2),
        ] {
            let written = Written {
                html: Some(html.into()),
                ..Written::plain(body)
            };
            let event = RoomEventKind::Message(written);
            desk.happens(&chat, "anna", event).await;
            desk.settle().await;
            let record = desk.record(&chat).await;
            let said = record.iter().rev().find_map(|what| match what {
                ChatEventKind::Message(message) => Some(message.id.clone()),
                _ => None,
            });
            types(desk, &chat, "anna", &said.unwrap(), "!unmask").await;
            let said = desk.confidant.said();
            let text = &said.last().unwrap().text;
            assert_eq!(text.matches(SECRET).count(), times, "{text}");
        }
        desk.passes(MINUTE).await;
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn what_was_kept_long_enough_is_deleted_exactly_then_also_across_a_restart() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_UNMASK).await;
        let began = desk.clock.now();
        let (chat, first) = masked_chat(desk).await;
        desk.clock.advance(DAY);
        let second = says_there(desk, &chat, SAID).await;
        let sealed = async |desk: &Desk| -> i64 {
            sqlx::query_scalar("select count(*) from sealed")
                .fetch_one(&mut desk.connection().await)
                .await
                .unwrap()
        };
        assert_eq!(
            desk.store.next_deadline().await.unwrap(),
            Some(began + DAY * 90)
        );
        desk.clock.move_to(began + DAY * 90);
        desk.crash().await;
        desk.passes(Duration::ZERO).await;
        desk.settle().await;
        assert_eq!(sealed(desk).await, 1);
        assert_eq!(
            desk.store.next_deadline().await.unwrap(),
            Some(began + DAY * 91)
        );
        let answer = types(desk, &chat, "anna", &first, "!unmask").await.unwrap();
        assert!(answer.contains("is deleted"), "{answer}");
        types(desk, &chat, "anna", &second, "!unmask").await;
        assert_eq!(desk.confidant.said().len(), 1);
        desk.passes(DAY).await;
        desk.settle().await;
        assert_eq!(sealed(desk).await, 0);
    })
    .await;
}

#[tokio::test]
async fn above_the_limit_an_agent_is_refused_and_the_supervisors_are_told_once_an_hour() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        secured(desk, MAY_ALL).await;
        grant(desk, "acme", "bela", &[Permission::Supervise]).await;
        set(desk, |settings| settings.masking.unmask_limit = 2).await;
        let (chat, message) = masked_chat(desk).await;
        let look = async |desk: &Desk| {
            types(desk, &chat, "anna", &message, "!unmask")
                .await
                .unwrap()
        };
        // Nothing else rings for somebody who only supervises.
        let alarms = |desk: &Desk| {
            let rang = desk.homeserver.calls().into_iter();
            let rang = rang.filter_map(|call| match call {
                Call::Mention { agents, .. } if agents.contains(&agent("bela")) => Some(agents),
                _ => None,
            });
            rang.collect::<Vec<_>>()
        };
        assert!(look(desk).await.contains("our direct room"));
        desk.passes(MINUTE * 10).await;
        assert!(look(desk).await.contains("our direct room"));
        desk.passes(MINUTE * 10).await;
        for _ in 0..3 {
            let refused = look(desk).await;
            // It is 22:13:20, and the first look was then.
            assert!(
                refused.contains("2 times") && refused.contains("23:14"),
                "{refused}"
            );
        }
        let undo = types(desk, &chat, "anna", &message, "!unmask undo").await;
        assert!(undo.unwrap().contains("2 times"), "that shows it, too");
        assert_eq!(desk.confidant.said().len(), 2);
        assert_eq!(audited(desk, "unmask.limit").await.len(), 4);
        assert_eq!(alarms(desk), [[agent("bela"), agent("root")]]);

        desk.passes(MINUTE * 40).await;
        assert!(
            look(desk).await.contains("our direct room"),
            "the first is an hour ago"
        );
        assert!(look(desk).await.contains("2 times"));
        assert_eq!(alarms(desk).len(), 1, "within an hour they were told");
        desk.passes(MINUTE * 9).await;
        assert!(look(desk).await.contains("2 times"));
        desk.passes(HOUR).await;
        for _ in 0..3 {
            look(desk).await;
        }
        assert_eq!(alarms(desk).len(), 2);
        desk.passes(MINUTE).await;
        desk.settle().await;
        assert_eq!(desk.texts(&chat).await, [MASKED]);
    })
    .await;
}

#[tokio::test]
async fn nothing_under_a_mask_is_in_the_outbox_the_audit_log_or_our_files() {
    at_a_desk(&["anna"], 3, async |desk| {
        secured(desk, MAY_UNMASK).await;
        let (chat, message) = masked_chat(desk).await;
        let of = event_of(desk, &message).await;
        let command = format!("!unmask is it {SECRET}");
        let command = desk.happens(&chat, "anna", reply(&of, &command)).await;
        let queued = desk.store.lane_heads(100).await.unwrap();
        assert!(
            queued
                .iter()
                .any(|queued| matches!(queued.effect, Effect::Reveal { .. }))
        );
        assert!(!format!("{queued:?}").contains("1234"), "{queued:?}");
        desk.settle().await;
        assert_eq!(desk.confidant.said().len(), 1);
        assert!(!format!("{:?}", audit(desk).await).contains("1234"));
        assert_eq!(notices(desk, "is it ***-****-****"), 1);
        assert!(desk.homeserver.is_redacted(&command), "its reason");
        desk.passes(MINUTE).await;
        desk.settle().await;
        for secret in [SECRET, "1234"] {
            assert_gone(desk, secret);
        }
    })
    .await;
}
