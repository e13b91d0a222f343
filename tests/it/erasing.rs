//! One person: all that is held is told, and all of it is erased, in our files and in the rooms.

use std::{
    pin::pin,
    sync::atomic::{AtomicUsize, Ordering},
};

use desk::{
    apikey::KeyHolder,
    engine::{Inquiry, Person, Shown, StartChat},
    fakes::{Answer, Call},
    ids::{ChatId, MediaId, MessageId, RoomId, TokenHash},
    permission::Permission,
    ports::{Answer as Reply, Reception, Store as _},
    refusal::{DeskError, Refusal},
    service::Policy,
    store::{ErasureReads as _, Known, TicketReads as _},
};
use futures_util::future::{Either, select};

use crate::{
    desk_in_process::{Desk, agent, at_a_desk, slug},
    hidden::{SECRET, assert_gone, event_of, grant, protect, says, set},
};

const EMAIL: &str = "minji-secret@example.org";
const NAME: &str = "Minji Secretname";
/// Each is somewhere in what is held of the person.
const TRACES: [&str; 10] = [
    EMAIL,
    NAME,
    "secret-words",
    "secret-answer",
    "secret-page",
    "secret-field",
    "secret-rating",
    "secret-subject",
    "secret-comment",
    "secret-inquiry",
];

impl Desk {
    async fn said_by_bot(&self, text: &str) -> String {
        match self.engine.command(&agent("root"), text).await.unwrap() {
            Reply::Words(words) => words,
            other => panic!("{text}: {other:?}"),
        }
    }

    async fn program(&self) -> KeyHolder {
        let told = self
            .said_by_bot("!apikey create eraser --scope customers:read customers:erase")
            .await;
        let mut words = told.split_whitespace();
        let key = words.find(|word| word.starts_with("hrk_")).unwrap();
        let hash = TokenHash::of(key);
        match self.engine.shown_key(&hash, [192, 0, 2, 1].into()).await {
            Ok(Shown::Holder(holder)) => *holder,
            other => panic!("{other:?}"),
        }
    }

    async fn start_traced(&self, token: &str, earlier: Option<&str>) -> ChatId {
        let wish = StartChat {
            service: slug("acme"),
            consent: Some("1".into()),
            name: Some(NAME.into()),
            email: Some(EMAIL.into()),
            fields: [("topic".to_owned(), "secret-field".to_owned())].into(),
            page: Some(desk::chat::Page {
                url: "https://example.org/secret-page".into(),
                title: None,
            }),
            locale: "en".into(),
            earlier: earlier.map(TokenHash::of),
            identity: None,
            token: TokenHash::of(token),
        };
        let chat = self.engine.start_chat(wish).await.unwrap().chat;
        self.settle().await;
        chat
    }

    /// Somebody with two chats, one of them open, a ticket of each kind and a rating.
    async fn traced(&self) -> (Vec<ChatId>, Person) {
        set(self, |settings| {
            settings.fields = vec![desk::service::Field {
                name: "topic".into(),
                label: "Topic".into(),
                required: false,
            }];
        })
        .await;
        grant(
            self,
            "acme",
            "anna",
            &[Permission::Chat, Permission::Ticket],
        )
        .await;
        self.online(&["anna"]).await;
        let first = self.start_traced("t1", None).await;
        self.join(&first, "anna").await;
        says(self, &first, "secret-words").await;
        self.writes(&first, "anna", "secret-answer").await;
        self.writes(&first, "anna", "!ticket secret-subject").await;
        self.writes(&first, "anna", "!ticket comment 1 secret-comment")
            .await;
        self.writes(
            &first,
            "anna",
            "!ticket set 1 subject another secret-subject",
        )
        .await;
        self.settle().await;
        self.writes(&first, "anna", "!ticket show 1").await;
        self.writes(&first, "anna", "!close").await;
        self.settle().await;
        self.engine
            .rate(&first, 2, Some("secret-rating"))
            .await
            .unwrap();
        self.settle().await;
        let second = self.start_traced("t2", Some("t1")).await;
        self.join(&second, "anna").await;
        says(self, &second, "more secret-words").await;
        self.settle().await;
        let inquiry = Inquiry {
            service: slug("acme"),
            consent: Some("1".into()),
            name: Some(NAME.into()),
            email: Some(EMAIL.to_uppercase()),
            subject: "secret-inquiry".into(),
            message: "secret-inquiry".into(),
        };
        self.engine.inquire(inquiry).await.unwrap();
        self.settle().await;
        let known = Known::ByEmail(EMAIL.into());
        let mut people = self.engine.people(&slug("acme"), &known).await.unwrap();
        assert_eq!(people.len(), 1, "both chats are of one customer");
        (vec![first, second], people.remove(0))
    }

    async fn erases(&self, holder: &KeyHolder, id: &str) {
        let person = self.engine.person(&slug("acme"), id).await.unwrap();
        let person = person.expect("somebody is known by this id");
        self.engine.program_erases(holder, &person).await.unwrap();
    }

    async fn log(&self) -> Vec<String> {
        let log = self.said_by_bot("!audit 50 customer").await;
        log.lines().map(str::to_owned).collect()
    }

    async fn assert_erased(&self, person: &Person) {
        for trace in TRACES {
            assert_gone(self, trace);
            assert_gone(self, &trace.to_uppercase());
        }
        let id = &person.customer.as_ref().unwrap().id;
        assert_eq!(self.store.customer(id).await.unwrap(), None);
        for number in 1..=2 {
            let ticket = self.store.ticket(&slug("acme"), number).await.unwrap();
            let ticket = ticket.expect("the number stays");
            assert_eq!(
                (ticket.subject.as_str(), ticket.name, ticket.email),
                ("", None, None)
            );
            let copy = self.store.conversation(&slug("acme"), number, 10).await;
            assert!(copy.unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn the_document_holds_all_that_is_held_of_the_person() {
    at_a_desk(&["anna"], 3, async |desk| {
        let holder = desk.program().await;
        let (chats, person) = desk.traced().await;
        let document = desk.engine.program_exports(&holder, &person).await.unwrap();
        let text = document.to_string();
        for trace in TRACES {
            assert!(text.contains(trace), "{trace} in {text}");
        }
        assert_eq!(document["chats"].as_array().unwrap().len(), 2);
        assert_eq!(document["tickets"].as_array().unwrap().len(), 2);
        assert_eq!(document["consents"].as_array().unwrap().len(), 3);
        assert_eq!(document["chats"][0]["id"], chats[1].as_str());
        let log = desk.log().await;
        assert!(
            log[0].contains("apikey:eraser · customer.export customer "),
            "{log:?}"
        );
        assert!(!log.concat().contains("secret"), "{log:?}");
        let again = desk.engine.export(&slug("acme"), &person).await.unwrap();
        assert!(again["audit"].to_string().contains("customer.export"));
        desk.engine.customer_ends(&chats[1]).await.unwrap();
        desk.settle().await;
    })
    .await;
}

#[tokio::test]
async fn an_erased_person_is_in_none_of_our_files_and_its_rooms_are_empty() {
    at_a_desk(&["anna"], 3, async |desk| {
        let holder = desk.program().await;
        let (chats, person) = desk.traced().await;
        let mut rooms = Vec::new();
        let mut shown = Vec::new();
        for chat in &chats {
            rooms.push(desk.portal(chat).await);
            for event in desk.store.events_after(chat, 0, 100).await.unwrap() {
                if let desk::event::ChatEventKind::Message(message) = event.what {
                    shown.push(event_of(desk, &message.id).await);
                }
            }
        }
        desk.engine.program_erases(&holder, &person).await.unwrap();
        desk.settle().await;
        desk.assert_erased(&person).await;
        assert!(shown.len() >= 3);
        for event in &shown {
            assert!(desk.homeserver.is_redacted(event), "{event}");
        }
        let calls = desk.homeserver.calls();
        for room in &rooms {
            let at = |fits: &dyn Fn(&Call) -> bool| calls.iter().rposition(fits).unwrap();
            let emptied = at(&|call| matches!(call, Call::Empty { room: of, .. } if of == room));
            let renamed = at(&|call| matches!(call, Call::Rename { room: of, name } if of == room && name == "✔ erased"));
            let unnamed = calls[..emptied].iter().any(|call| matches!(call, Call::Unname { .. }));
            assert!(renamed < emptied && unnamed);
        }
        // What told agents of the chats in the desk room names the customer.
        let desk_room = RoomId::new("!desk_acme:example.org");
        for said in desk.homeserver.timeline(&desk_room) {
            let names = TRACES.iter().any(|trace| said.text.contains(trace));
            assert!(!names || desk.homeserver.is_redacted(&said.event), "{said:?}");
        }
        let log = desk.log().await;
        assert!(log[0].contains("helproom · customer.erased customer "), "{log:?}");
        assert!(log[1].contains("apikey:eraser · customer.erase customer "), "{log:?}");
        let again = desk.engine.program_erases(&holder, &person).await;
        assert!(matches!(again, Err(DeskError::Refused(Refusal::NoSuch(_)))));
        let proof: Vec<(String, String)> = sqlx::query_as("select subject, version from consent")
            .fetch_all(&mut desk.connection().await)
            .await
            .unwrap();
        let nameless = ("erased".to_owned(), "1".to_owned());
        assert_eq!(proof, [nameless.clone(), nameless.clone(), nameless]);
    })
    .await;
}

#[tokio::test]
async fn nothing_that_told_of_the_customer_is_left_to_read_in_the_portal() {
    at_a_desk(&["anna"], 3, async |desk| {
        let holder = desk.program().await;
        protect(desk, Policy::Mask).await;
        desk.online(&["anna"]).await;
        let chat = desk.start_traced("t1", None).await;
        desk.join(&chat, "anna").await;
        desk.writes(&chat, "anna", "!customer").await;
        desk.settle().await;
        desk.writes(&chat, "anna", "!close").await;
        desk.settle().await;
        desk.engine
            .rate(&chat, 2, Some("secret-rating"))
            .await
            .unwrap();
        desk.settle().await;
        let aside = format!("{NAME} has {SECRET}");
        desk.writes(&chat, "anna", &aside).await;
        desk.settle().await;
        let said = desk.homeserver.timeline(&desk.portal(&chat).await);
        let id = desk.chat(&chat).await.customer;
        desk.erases(&holder, id.as_str()).await;
        desk.settle().await;
        let telling = said
            .iter()
            .filter(|said| TRACES.iter().any(|trace| said.text.contains(trace)));
        let telling: Vec<_> = telling.collect();
        assert!(telling.len() >= 3, "{said:?}");
        for said in telling {
            assert!(desk.homeserver.is_redacted(&said.event), "{said:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_crash_at_any_step_of_erasing_ends_in_the_same() {
    let mut at = 0;
    let mut is_over = false;
    while !is_over {
        at_a_desk(&["anna"], 3, async |desk| {
            let holder = desk.program().await;
            let (_, person) = desk.traced().await;
            desk.engine.program_erases(&holder, &person).await.unwrap();
            let before = desk.homeserver.calls().len();
            let count = AtomicUsize::new(0);
            desk.homeserver
                .answers(move |_| match count.fetch_add(1, Ordering::Relaxed) == at {
                    true => Answer::DoAndHang,
                    false => Answer::Do,
                });
            // It takes no more calls than that when all of it settles.
            is_over = {
                let reached = pin!(desk.homeserver.called(before + at + 1, |_| true));
                match select(reached, pin!(desk.settle_in_time())).await {
                    Either::Left(_) => false,
                    Either::Right(_) => true,
                }
            };
            desk.crash().await;
            desk.homeserver.answers(|_| Answer::Do);
            desk.settle_in_time().await;
            desk.assert_erased(&person).await;
            let log = desk.log().await;
            let ends = log.iter().filter(|line| line.contains("customer.erased"));
            assert_eq!(ends.count(), 1, "crash at call {at}: {log:?}");
            let refused = log.iter().any(|line| line.contains("room_not_erased"));
            assert!(!refused, "crash at call {at}: {log:?}");
            at += 1;
        })
        .await;
    }
    assert!(at > 12, "{at}");
}

#[tokio::test]
async fn a_step_that_is_refused_keeps_no_other_from_being_done() {
    at_a_desk(&["anna"], 3, async |desk| {
        let holder = desk.program().await;
        desk.online(&["anna"]).await;
        let chat = desk.start_traced("t1", None).await;
        let id = desk.chat(&chat).await.customer;
        desk.homeserver.answers(|call| match call {
            Call::Unname { .. } => Answer::Never,
            _ => Answer::Do,
        });
        desk.erases(&holder, id.as_str()).await;
        desk.settle().await;
        let calls = desk.homeserver.calls();
        assert!(calls.iter().any(|call| matches!(call, Call::Empty { .. })));
        let named = |call: &Call| matches!(call, Call::Rename { name, .. } if name == "✔ erased");
        assert!(calls.iter().any(named));
        let log = desk.log().await.concat();
        assert!(log.contains("customer.room_not_erased"), "{log}");
        assert!(log.contains("customer.erased"), "{log}");
    })
    .await;
}

#[tokio::test]
async fn a_chat_whose_room_is_just_being_made_is_erased_too() {
    at_a_desk(&["anna"], 3, async |desk| {
        let holder = desk.program().await;
        desk.online(&["anna"]).await;
        desk.homeserver.answers(|call| match call {
            Call::OpenPortal(_) => Answer::Later(None),
            _ => Answer::Do,
        });
        let chat = desk.try_start("acme").await.unwrap();
        let id = desk.chat(&chat).await.customer.to_string();
        desk.say(&chat, "secret-words").await;
        let person = desk
            .engine
            .person(&slug("acme"), &id)
            .await
            .unwrap()
            .unwrap();
        desk.engine.program_erases(&holder, &person).await.unwrap();
        desk.homeserver.answers(|_| Answer::Do);
        desk.settle_in_time().await;
        assert_gone(desk, "secret-words");
        let log = desk.log().await;
        assert!(log[0].contains("customer.erased"), "{log:?}");
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_uploaded_meanwhile_is_deleted_at_the_homeserver() {
    at_a_desk(&["anna"], 3, async |desk| {
        let holder = desk.program().await;
        desk.online(&["anna"]).await;
        let chat = desk.start_traced("t1", None).await;
        let chat = desk.chat(&chat).await;
        desk.erases(&holder, chat.customer.as_str()).await;
        let (message, media) = (MessageId::new("m"), MediaId::new("mxc://example.org/late"));
        desk.engine.uploaded(&chat, &message, &media).await.unwrap();
        desk.settle().await;
        let erases = |call: &Call| matches!(call, Call::Erase { media: of, .. } if *of == media);
        assert!(desk.homeserver.calls().iter().any(erases));
    })
    .await;
}

#[tokio::test]
async fn many_chats_are_erased_in_batches_also_across_a_crash() {
    at_a_desk(&["anna"], 100, async |desk| {
        let holder = desk.program().await;
        let both = [Permission::Chat, Permission::Ticket];
        grant(desk, "acme", "anna", &both).await;
        desk.online(&["anna"]).await;
        let mut token = "t0".to_owned();
        let first = desk.start_traced(&token, None).await;
        desk.engine.customer_ends(&first).await.unwrap();
        for n in 1..25 {
            let next = format!("t{n}");
            let chat = desk.start_traced(&next, Some(&token)).await;
            desk.engine.customer_ends(&chat).await.unwrap();
            token = next;
        }
        desk.settle().await;
        let id = desk.chat(&first).await.customer;
        let person = desk
            .engine
            .person(&slug("acme"), id.as_str())
            .await
            .unwrap()
            .unwrap();
        desk.engine.program_erases(&holder, &person).await.unwrap();
        assert!(desk.store.customer_since(&id).await.unwrap().is_some());
        desk.writes(&first, "anna", "!ticket secret-subject").await;
        desk.settle().await;
        let made = desk.store.ticket(&slug("acme"), 1).await.unwrap();
        assert_eq!(made.unwrap().subject, "secret-subject", "made meanwhile");
        desk.crash().await;
        desk.settle().await;
        assert!(!desk.log().await[0].contains("customer.erased"), "not yet");
        desk.passes(std::time::Duration::from_secs(1)).await;
        desk.settle().await;
        assert!(desk.log().await[0].contains("customer.erased"));
        for trace in [EMAIL, NAME, "secret-page", "secret-field", "secret-subject"] {
            assert_gone(desk, trace);
        }
    })
    .await;
}

#[tokio::test]
async fn who_only_left_inquiries_is_found_exported_and_erased_by_its_address() {
    at_a_desk(&[], 3, async |desk| {
        let holder = desk.program().await;
        let inquiry = Inquiry {
            service: slug("acme"),
            consent: Some("1".into()),
            name: Some(NAME.into()),
            email: Some(EMAIL.into()),
            subject: "secret-inquiry".into(),
            message: "secret-inquiry".into(),
        };
        desk.engine.inquire(inquiry).await.unwrap();
        desk.settle().await;
        let known = Known::ByEmail(EMAIL.to_uppercase());
        let people = desk.engine.people(&slug("acme"), &known).await.unwrap();
        let [person] = &people[..] else {
            panic!("{people:?}");
        };
        let document = desk.engine.program_exports(&holder, person).await.unwrap();
        assert_eq!(document["tickets"][0]["subject"], "secret-inquiry");
        desk.engine.program_erases(&holder, person).await.unwrap();
        desk.settle().await;
        for trace in [EMAIL, &EMAIL.to_uppercase(), NAME, "secret-inquiry"] {
            assert_gone(desk, trace);
        }
        assert_eq!(
            desk.engine.person(&slug("acme"), &person.id).await.unwrap(),
            None
        );
    })
    .await;
}

#[tokio::test]
async fn a_person_of_another_service_is_nobody() {
    at_a_desk(&["anna"], 3, async |desk| {
        let (chats, person) = desk.traced().await;
        desk.said_by_bot("!service create other Other").await;
        let holder = desk.program().await;
        desk.settle().await;
        assert_eq!(
            desk.engine
                .person(&slug("other"), &person.id)
                .await
                .unwrap(),
            None
        );
        let refused = desk.engine.program_erases(&holder, &person).await;
        assert!(matches!(
            refused,
            Err(DeskError::Refused(Refusal::NoSuch(_)))
        ));
        assert!(desk.store.chat(&chats[0]).await.unwrap().is_some());
        desk.engine.customer_ends(&chats[1]).await.unwrap();
        desk.settle().await;
    })
    .await;
}
