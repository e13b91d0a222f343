//! How chats end by themselves, come back, and are forgotten.

use std::{
    pin::pin,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use desk::{
    chat::ChatState,
    deadlines::watch_deadlines,
    dispatcher::Dispatcher,
    engine::StartChat,
    event::{ChatEventKind, ClosedBy},
    fakes::{Answer, Call},
    identity::Identity,
    ids::{ChatId, ServiceSlug, TokenHash},
    ports::{Clock, DeliveryError, Ids, Mail, Mailer},
    service::{Idle, ServiceSettings},
    store::{CareReads, Store},
};
use futures_util::{
    FutureExt,
    future::{Either, select},
};
use sqlx::Row;

use crate::desk_in_process::{Desk, PATIENCE, active, at_a_desk, slug};

const MINUTE: Duration = Duration::from_secs(60);
const WARN: Duration = Duration::from_secs(900);
const CLOSE: Duration = Duration::from_secs(300);
const DAY: Duration = Duration::from_secs(24 * 3600);

async fn set(desk: &Desk, change: impl Fn(&mut ServiceSettings)) {
    let mut tx = desk.store.begin().await.unwrap();
    let mut service = tx.find_service(&slug("acme")).await.unwrap().unwrap();
    change(&mut service.settings);
    tx.save_settings(&service).await.unwrap();
    tx.commit().await.unwrap();
}

fn wish(desk: &Desk, identity: Option<Identity>) -> StartChat {
    StartChat {
        service: ServiceSlug::new("acme"),
        consent: Some("1".into()),
        name: None,
        email: None,
        fields: Default::default(),
        page: None,
        locale: "en".into(),
        earlier: None,
        identity,
        token: TokenHash::of(&desk.ids.ulid()),
    }
}

async fn start_as(desk: &Desk, subject: &str) -> ChatId {
    let identity = Identity::new(subject, Some("Kim"), None, None).unwrap();
    let wish = wish(desk, Some(identity));
    let chat = desk.engine.start_chat(wish).await.unwrap().chat;
    desk.settle().await;
    chat
}

#[tokio::test]
async fn a_locale_is_a_language_tag_and_no_second_line_for_agents_to_read() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        for (told, kept) in [
            ("ko-KR", "ko-KR"),
            ("en\nIdentified: yes (u7)", "en"),
            ("", ""),
        ] {
            let wish = StartChat {
                locale: told.into(),
                ..wish(desk, None)
            };
            let chat = desk.engine.start_chat(wish).await.unwrap().chat;
            let chat = desk.store.chat(&chat).await.unwrap().unwrap();
            assert_eq!(chat.locale, kept, "{told:?}");
        }
        desk.settle().await;
    })
    .await;
}

fn kinds(record: &[ChatEventKind], wanted: &str) -> usize {
    let named = |what: &ChatEventKind| format!("{what:?}").starts_with(wanted);
    record.iter().filter(|what| named(what)).count()
}

#[tokio::test]
async fn a_customer_who_does_not_answer_is_asked_and_then_the_chat_ends() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.passes(DAY / 2).await;
        assert_eq!(desk.state(&chat).await, active("anna"), "nobody wrote yet");
        desk.writes(&chat, "anna", "hello").await;
        desk.passes(WARN - Duration::from_millis(1)).await;
        assert_eq!(kinds(&desk.record(&chat).await, "IdleWarning"), 0);
        desk.passes(Duration::from_millis(1)).await;
        let closes_at = desk.clock.now() + CLOSE;
        let record = desk.record(&chat).await;
        assert_eq!(
            record.last(),
            Some(&ChatEventKind::IdleWarning { closes_at })
        );
        desk.passes(CLOSE - Duration::from_millis(1)).await;
        assert_eq!(desk.state(&chat).await, active("anna"));
        desk.passes(Duration::from_millis(1)).await;
        desk.settle().await;
        let record = desk.record(&chat).await;
        let closed = ChatEventKind::Closed { by: ClosedBy::Idle };
        assert_eq!(record.last(), Some(&closed));
        assert_eq!(
            record.iter().rev().nth(1),
            Some(&ChatEventKind::RatingRequest)
        );
        let shown = desk.shown(&chat).await;
        assert!(shown[0].contains("ends in 5 min"), "{shown:?}");
        assert!(shown[1].contains("did not answer any more"), "{shown:?}");
        assert_eq!(desk.store.next_deadline().await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn any_word_starts_the_idle_time_anew_or_ends_it() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.writes(&chat, "anna", "hello").await;
        desk.passes(WARN - MINUTE).await;
        desk.writes(&chat, "anna", "are you there?").await;
        desk.passes(WARN - MINUTE).await;
        assert_eq!(kinds(&desk.record(&chat).await, "IdleWarning"), 0);
        desk.passes(MINUTE).await;
        assert_eq!(kinds(&desk.record(&chat).await, "IdleWarning"), 1);
        desk.say(&chat, "yes").await;
        desk.passes(DAY).await;
        assert_eq!(
            desk.state(&chat).await,
            active("anna"),
            "it is the agent's turn"
        );
        desk.writes(&chat, "anna", "fine").await;
        desk.passes(WARN).await;
        desk.writes(&chat, "anna", "hm").await;
        desk.passes(CLOSE).await;
        assert_eq!(desk.state(&chat).await, active("anna"));
        assert_eq!(kinds(&desk.record(&chat).await, "IdleWarning"), 2);
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn idle_times_are_the_services_and_zero_is_never() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let idle = |close_after_s| Idle {
            warn_after_s: 60,
            close_after_s,
        };
        set(desk, |settings| settings.idle = idle(0)).await;
        let chat = desk.start_with("anna").await;
        desk.writes(&chat, "anna", "hello").await;
        desk.passes(DAY).await;
        assert_eq!(desk.state(&chat).await, active("anna"));
        set(desk, |settings| settings.idle = idle(30)).await;
        desk.writes(&chat, "anna", "hello").await;
        desk.passes(MINUTE).await;
        // Switched off between warning and end.
        set(desk, |settings| settings.idle = idle(0)).await;
        desk.passes(MINUTE).await;
        assert_eq!(desk.state(&chat).await, active("anna"));
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn a_chat_that_went_back_to_the_queue_is_not_ended_by_an_old_warning() {
    at_a_desk(&["anna", "bela"], 3, async |desk| {
        desk.online(&["anna", "bela"]).await;
        let chat = desk.start_with("anna").await;
        desk.writes(&chat, "anna", "hello").await;
        desk.passes(WARN).await;
        desk.leave(&chat, "anna").await;
        desk.settle().await;
        desk.join(&chat, "bela").await;
        desk.passes(CLOSE).await;
        assert_eq!(desk.state(&chat).await, active("bela"));
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn an_idle_chat_ends_at_its_moment_also_after_a_crash() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.writes(&chat, "anna", "hello").await;
        let warned = desk.clock.now() + WARN;
        desk.crash().await;
        let watch = watch_deadlines(Arc::clone(&desk.engine)).boxed();
        let test = async {
            assert_eq!(desk.clock.next_sleeper().await, warned);
            desk.clock.move_to(warned);
            while kinds(&desk.record(&chat).await, "IdleWarning") == 0 {
                tokio::task::yield_now().await;
            }
            desk.clock.move_to(warned + CLOSE);
            while !desk.state(&chat).await.is_closed() {
                tokio::task::yield_now().await;
            }
        };
        let test = pin!(tokio::time::timeout(PATIENCE, test));
        match select(watch, test).await {
            Either::Left(_) => panic!("the watch ended"),
            Either::Right((outcome, watch)) => {
                drop(watch);
                outcome.unwrap();
            }
        }
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn a_waiting_chat_ends_only_when_its_customer_is_gone_for_a_day() {
    at_a_desk(&["anna"], 1, async |desk| {
        desk.online(&["anna"]).await;
        desk.start_with("anna").await;
        let chat = desk.start().await;
        desk.passes(DAY / 2).await;
        desk.say(&chat, "hello?").await;
        desk.passes(DAY / 2).await;
        assert_eq!(
            desk.state(&chat).await,
            ChatState::Waiting,
            "it wrote since"
        );
        desk.audience.set_watching(true);
        desk.passes(DAY / 2).await;
        assert_eq!(
            desk.state(&chat).await,
            ChatState::Waiting,
            "its page is open"
        );
        desk.audience.set_watching(false);
        desk.passes(DAY).await;
        let closed = ChatEventKind::Closed { by: ClosedBy::Idle };
        let record = desk.record(&chat).await;
        assert_eq!(record.last(), Some(&closed));
        assert_eq!(kinds(&record, "RatingRequest"), 0, "nobody answered it");
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn a_rating_is_told_in_the_room_and_the_comment_stored_once() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.writes(&chat, "anna", "!close").await;
        desk.engine
            .rate(&chat, 4, Some("rather kind"))
            .await
            .unwrap();
        // The same again, because its answer was lost.
        desk.engine
            .rate(&chat, 4, Some("rather kind"))
            .await
            .unwrap();
        desk.settle().await;
        desk.engine.rate(&chat, 5, None).await.unwrap();
        desk.settle().await;
        let shown = desk.shown(&chat).await;
        let ratings: Vec<_> = shown.iter().filter(|text| text.contains('★')).collect();
        assert_eq!(ratings.len(), 2, "{shown:?}");
        assert!(ratings[0].ends_with("★★★★☆ “rather kind”"), "{ratings:?}");
        assert!(ratings[1].ends_with("★★★★★"), "{ratings:?}");
        let record = desk.record(&chat).await;
        assert_eq!(kinds(&record, "Rated"), 2);
        assert!(!format!("{record:?}").contains("kind\""));
    })
    .await;
}

#[tokio::test]
async fn without_the_switch_no_rating_is_asked_for() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        set(desk, |settings| settings.rating = false).await;
        let chat = desk.start_with("anna").await;
        desk.engine.customer_ends(&chat).await.unwrap();
        assert_eq!(kinds(&desk.record(&chat).await, "RatingRequest"), 0);
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn who_comes_back_is_the_same_ghost_in_a_new_room_and_both_rooms_link_each_other() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let first = start_as(desk, "u7").await;
        desk.join(&first, "anna").await;
        desk.engine.customer_ends(&first).await.unwrap();
        desk.settle().await;
        let second = start_as(desk, "u7").await;
        let (old, new) = (desk.chat(&first).await, desk.chat(&second).await);
        assert_eq!(old.customer, new.customer);
        assert_eq!(new.previous, Some(first.clone()));
        let (old_room, new_room) = (old.room.unwrap(), new.room.unwrap());
        assert_ne!(old_room, new_room);
        let shown = desk.shown(&second).await;
        assert!(
            shown[0].contains("#1") && shown[0].contains(&format!("matrix.to/#/{old_room}?via=")),
            "{shown:?}"
        );
        let shown = desk.shown(&first).await;
        let last = shown.last().unwrap();
        assert!(
            last.contains("#2") && last.contains(&format!("matrix.to/#/{new_room}?via=")),
            "{shown:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn what_was_kept_long_enough_is_deleted_and_its_room_emptied_also_across_a_crash() {
    at_a_desk(&["anna"], 100, async |desk| {
        desk.online(&["anna"]).await;
        set(desk, |settings| settings.retention_days = Some(30)).await;
        let mut old = Vec::new();
        for n in 0..25 {
            let chat = start_as(desk, &format!("u{n}")).await;
            desk.say(&chat, "my secret").await;
            desk.engine.customer_ends(&chat).await.unwrap();
            old.push(chat);
        }
        desk.passes(DAY * 10).await;
        let kept = start_as(desk, "u1").await;
        desk.engine.customer_ends(&kept).await.unwrap();
        desk.settle().await;
        let rooms: Vec<_> = {
            let mut rooms = Vec::new();
            for chat in &old {
                rooms.push(desk.portal(chat).await);
            }
            rooms
        };
        desk.homeserver.answers(|call| match call {
            Call::Empty { .. } => Answer::Later(None),
            _ => Answer::Do,
        });
        desk.passes(DAY * 20).await;
        desk.crash().await;
        let left = async |desk: &Desk| {
            let mut left = 0;
            for chat in &old {
                left += usize::from(desk.store.chat(chat).await.unwrap().is_some());
            }
            left
        };
        assert_eq!(left(desk).await, 25, "not a moment early");
        desk.passes(DAY).await;
        assert_eq!(left(desk).await, 5, "a batch");
        desk.crash().await;
        desk.passes(MINUTE).await;
        assert_eq!(left(desk).await, 0, "and the rest a minute later");
        // Effects of two days: what sends nothing is not given up.
        desk.clock.advance(DAY * 2);
        desk.homeserver.answers(|_| Answer::Do);
        desk.settle().await;
        let calls = desk.homeserver.calls();
        for room in &rooms {
            let emptied = calls.iter().any(
                |call| matches!(call, Call::Empty { room: of, ghost } if of == room && ghost.starts_with("helproom_acme_")),
            );
            assert!(emptied, "{room}");
        }
        let mut connection = desk.connection().await;
        let sql = "select (select count(*) from chat), (select count(*) from customer),
                     (select count(*) from consent), (select count(*) from chat_event where what like '%secret%'),
                     (select count(*) from visitor_token)";
        let row = sqlx::query(sql).fetch_one(&mut connection).await.unwrap();
        let counts: Vec<i64> = (0..5).map(|at| row.get(at)).collect();
        assert_eq!(counts, [1, 1, 26, 0, 1], "the newer chat and all consents stay");
        let audit = "select subject from audit where what = 'retention' order by ord";
        let audit: Vec<String> = sqlx::query_scalar(audit).fetch_all(&mut connection).await.unwrap();
        assert_eq!(audit, ["20 chats, 19 customers", "5 chats, 5 customers"]);
        desk.store.chat(&kept).await.unwrap().unwrap();
    })
    .await;
}

/// Fails so often, then keeps what is sent.
struct Letterbox {
    fails: Mutex<u32>,
    sent: Mutex<Vec<Mail>>,
}

#[async_trait]
impl Mailer for Letterbox {
    async fn send(&self, mail: &Mail) -> Result<(), DeliveryError> {
        let mut fails = self.fails.lock().unwrap();
        if *fails > 0 {
            *fails -= 1;
            return Err(DeliveryError::Later {
                after: None,
                source: "away".into(),
            });
        }
        self.sent.lock().unwrap().push(mail.clone());
        Ok(())
    }
}

fn mailing(desk: &mut Desk, fails: u32) -> Arc<Letterbox> {
    let mailer = Arc::new(Letterbox {
        fails: Mutex::new(fails),
        sent: Mutex::default(),
    });
    desk.dispatcher = Dispatcher::with_mailer(
        desk.engine.clone(),
        desk.homeserver.clone(),
        "helproom".into(),
        Some(mailer.clone()),
    );
    mailer
}

async fn addresses(desk: &Desk) -> i64 {
    let mut connection = desk.connection().await;
    let sql = "select count(*) from transcript_mail where email is not null";
    sqlx::query_scalar(sql)
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_mail_waits_longer_after_each_failure_and_its_address_is_then_forgotten() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        desk.say(&chat, "hello").await;
        desk.settle().await;
        let mailer = mailing(desk, 4);
        desk.engine
            .mail_transcript(&chat, "kim@example.org")
            .await
            .unwrap();
        let began = desk.clock.now();
        let desk = &*desk;
        let mut pauses = Vec::new();
        desk.delivering(async {
            for _ in 0..4 {
                let next = desk.clock.next_sleeper().await;
                pauses.push(next.since(desk.clock.now()).as_secs());
                desk.clock.move_to(next);
                while desk.clock.next_sleeper().now_or_never() == Some(next) {
                    tokio::task::yield_now().await;
                }
                while *mailer.fails.lock().unwrap() > 4 - pauses.len() as u32 {
                    tokio::task::yield_now().await;
                }
            }
            desk.until_delivered().await;
        })
        .await;
        assert!(pauses[0] >= 30 && pauses.is_sorted(), "{pauses:?}");
        assert!(desk.clock.now().since(began) < DAY);
        let sent = mailer.sent.lock().unwrap().clone();
        assert_eq!(sent.len(), 1);
        assert_eq!(
            (sent[0].to.as_str(), sent[0].subject.as_str()),
            ("kim@example.org", "Your chat with acme help")
        );
        assert!(sent[0].text.contains("Kim: hello"), "{}", sent[0].text);
        assert_eq!(addresses(desk).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_cannot_be_sent_for_a_day_is_given_up_and_its_address_forgotten() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        let mailer = mailing(desk, u32::MAX);
        desk.engine
            .mail_transcript(&chat, "kim@example.org")
            .await
            .unwrap();
        assert_eq!(addresses(desk).await, 1);
        desk.clock.advance(DAY);
        desk.settle().await;
        assert_eq!(addresses(desk).await, 0);
        assert!(mailer.sent.lock().unwrap().is_empty());
        assert!(desk.store.rating(&chat).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn who_is_asked_to_wait_by_a_mail_server_holds_up_no_chat() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        mailing(desk, u32::MAX);
        desk.engine
            .mail_transcript(&chat, "kim@example.org")
            .await
            .unwrap();
        desk.say(&chat, "still here").await;
        let desk = &*desk;
        desk.delivering(async {
            while !desk.shown(&chat).await.contains(&"still here".to_owned()) {
                tokio::task::yield_now().await;
            }
        })
        .await;
        desk.clock.advance(DAY);
        desk.settle().await;
    })
    .await;
}

/// Puts off all mails for one address.
struct Picky {
    sent: Mutex<Vec<String>>,
}

const UNKNOWN: &str = "kim@gmial.example";

#[async_trait]
impl Mailer for Picky {
    async fn send(&self, mail: &Mail) -> Result<(), DeliveryError> {
        if mail.to == UNKNOWN {
            return Err(DeliveryError::Later {
                after: None,
                source: "no such domain at the moment".into(),
            });
        }
        self.sent.lock().unwrap().push(mail.to.clone());
        Ok(())
    }
}

#[tokio::test]
async fn mails_for_an_address_in_trouble_hold_up_no_other_mail() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let mailer = Arc::new(Picky {
            sent: Mutex::default(),
        });
        let chats = [
            desk.start_with("anna").await,
            desk.start_with("anna").await,
            desk.start_with("anna").await,
        ];
        desk.dispatcher = Dispatcher::with_mailer(
            desk.engine.clone(),
            desk.homeserver.clone(),
            "helproom".into(),
            Some(mailer.clone()),
        );
        for chat in [&chats[0], &chats[0], &chats[0], &chats[1], &chats[1]] {
            desk.engine.mail_transcript(chat, UNKNOWN).await.unwrap();
        }
        desk.engine
            .mail_transcript(&chats[2], "lee@example.org")
            .await
            .unwrap();
        let (began, desk) = (desk.clock.now(), &*desk);
        desk.delivering(async {
            while mailer.sent.lock().unwrap().is_empty() {
                if let Some(next) = desk.clock.next_sleeper().now_or_never()
                    && next > desk.clock.now()
                {
                    desk.clock.move_to(next);
                }
                tokio::task::yield_now().await;
            }
        })
        .await;
        assert_eq!(*mailer.sent.lock().unwrap(), ["lee@example.org"]);
        assert!(desk.clock.now().since(began) < DAY / 24);
        desk.clock.advance(DAY);
        desk.settle().await;
    })
    .await;
}
