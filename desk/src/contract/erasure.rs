//! What is held of one person, and what is left of it; what programs look up page by page.

use std::time::Duration;

use super::*;
use crate::{
    audit::{AuditEntry, AuditQuery},
    effect::Effect,
    ids::EffectId,
    store::{ChatQuery, Known},
    ticket::{Comment, Origin, Ticket, TicketQuery},
};

fn later(seconds: u64) -> Timestamp {
    NOON + Duration::from_secs(seconds)
}

pub async fn an_emptied_ticket_keeps_its_number_and_no_words(store: &impl Store) {
    found_service(store, "acme").await;
    let mut refund = ticket("acme", "Refund");
    let mut tx = begin(store).await;
    tx.insert_ticket(&mut refund).await.unwrap();
    let mut comment = Comment {
        number: 0,
        by: anna(),
        name: "Anna".into(),
        text: "overpaid".into(),
        public: false,
        at: NOON,
    };
    tx.insert_comment(&refund, &mut comment).await.unwrap();
    let mail = Effect::MailReceipt {
        service: acme(),
        ticket: 1,
    };
    tx.enqueue(&EffectId::new("e1"), &mail, NOON).await.unwrap();
    let email = refund.email.clone().unwrap().to_uppercase();
    assert_eq!(
        tx.tickets_by(&acme(), None, Some(&email)).await.unwrap(),
        [1]
    );
    tx.empty_ticket(&acme(), 1).await.unwrap();
    tx.commit().await.unwrap();
    let left = store.ticket(&acme(), 1).await.unwrap().unwrap();
    assert_eq!((left.subject.as_str(), left.description.as_str()), ("", ""));
    assert_eq!(
        (left.name, left.email, left.status),
        (None, None, refund.status)
    );
    let comments = store.comments_of(&acme(), 1, 9).await.unwrap();
    assert_eq!(comments[0].text, "");
    for word in ["Refund", "overpaid"] {
        let query = TicketQuery {
            words: vec![word.into()],
            ..TicketQuery::default()
        };
        assert!(store.tickets(&acme(), &query, 9).await.unwrap().is_empty());
    }
    let none = store.tickets_of_person(&acme(), None, Some(&email)).await;
    assert!(none.unwrap().is_empty());
    assert_eq!(store.outbox_len().await.unwrap(), 0, "no mail waits");
}

async fn made_in(store: &impl Store, chat: &Chat) -> Ticket {
    let mut made = ticket("acme", "Refund");
    made.origin = Some(Origin {
        chat: chat.id.clone(),
        number: chat.number,
    });
    let mut tx = begin(store).await;
    tx.insert_ticket(&mut made).await.unwrap();
    tx.commit().await.unwrap();
    made
}

pub async fn a_ticket_is_its_customers_also_when_the_chat_is_gone(store: &impl Store) {
    found_service(store, "acme").await;
    let chat = start(store, "acme", "c1").await;
    made_in(store, &chat).await;
    let mut tx = begin(store).await;
    tx.delete_chat(&chat.id).await.unwrap();
    let found = tx.tickets_by(&acme(), Some(&chat.customer), None).await;
    assert_eq!(found.unwrap(), [1]);
    tx.empty_ticket(&acme(), 1).await.unwrap();
    let found = tx.tickets_by(&acme(), Some(&chat.customer), None).await;
    assert!(found.unwrap().is_empty(), "it is nobody's now");
}

pub async fn an_address_leads_to_no_ticket_of_another_customer(store: &impl Store) {
    found_service(store, "acme").await;
    let chat = start(store, "acme", "c1").await;
    let email = made_in(store, &chat).await.email;
    let lee = customer("acme", "lee");
    let mut tx = begin(store).await;
    tx.insert_customer(&lee, NOON).await.unwrap();
    let mut inquiry = ticket("acme", "Hours");
    tx.insert_ticket(&mut inquiry).await.unwrap();
    for (id, numbers) in [
        (Some(&chat.customer), &[1, 2][..]),
        (Some(&lee.id), &[2]),
        (None, &[2]),
    ] {
        let found = tx.tickets_by(&acme(), id, email.as_deref()).await;
        assert_eq!(found.unwrap(), numbers, "{id:?}");
    }
    tx.delete_chat(&chat.id).await.unwrap();
    assert!(tx.delete_lone_customer(&chat.customer).await.unwrap());
    for (id, numbers) in [(Some(&lee.id), &[2][..]), (None, &[1, 2])] {
        let found = tx.tickets_by(&acme(), id, email.as_deref()).await;
        assert_eq!(found.unwrap(), numbers, "{id:?}");
    }
}

pub async fn a_forgotten_consent_proves_that_it_was_given_and_not_by_whom(store: &impl Store) {
    found_service(store, "acme").await;
    let mut tx = begin(store).await;
    for subject in ["chat:c1", "chat:c2"] {
        tx.insert_consent(&acme(), subject, "1", "hash", NOON)
            .await
            .unwrap();
    }
    tx.forget_consent(&acme(), "chat:c1").await.unwrap();
    tx.commit().await.unwrap();
    let left = async |subject: &str| store.consents_of(&acme(), subject).await.unwrap().len();
    assert_eq!(left("chat:c1").await, 0);
    assert_eq!(left("chat:c2").await, 1);
    assert_eq!(left("erased").await, 1);
}

pub async fn every_event_that_shows_a_chat_is_known(store: &impl Store) {
    found_service(store, "acme").await;
    let chat = start(store, "acme", "c1").await;
    let (event, message_id) = (EventId::new, MessageId::new("m1"));
    let mut tx = begin(store).await;
    let said = ChatEventKind::Message(message("m1", Some("k"), "hello"));
    tx.append(&chat.id, NOON, &said).await.unwrap();
    assert!(
        tx.save_event_of_message(&message_id, &event("$now"))
            .await
            .unwrap()
    );
    let nobody = MessageId::new("m2");
    assert!(
        !tx.save_event_of_message(&nobody, &event("$x"))
            .await
            .unwrap()
    );
    tx.add_shown_before(&chat.id, &message_id, &event("$before"))
        .await
        .unwrap();
    tx.add_quotation(&chat.id, &message_id, &event("$quote"))
        .await
        .unwrap();
    tx.insert_announcement(&chat.id, &event("$told"))
        .await
        .unwrap();
    for _ in 0..2 {
        tx.add_told(&chat.id, &event("$of_it")).await.unwrap();
    }
    let shown = tx.events_in_portal(&chat.id).await.unwrap();
    let all = ["$before", "$now", "$of_it", "$quote"];
    assert_eq!(shown, all.map(event));
    assert_eq!(tx.events_in_desk(&chat.id).await.unwrap(), [event("$told")]);
    let chats = tx.chats_by(&chat.customer, 9).await.unwrap();
    assert_eq!(chats[0].id, chat.id);

    let erase = Effect::EraseEvents {
        room: room("r"),
        chat: chat.id.clone(),
        service: acme(),
        customer: chat.customer.clone(),
        events: shown,
    };
    assert!(!tx.is_being_erased(&chat.customer).await.unwrap());
    tx.enqueue(&EffectId::new("e1"), &erase, NOON)
        .await
        .unwrap();
    tx.delete_chat(&chat.id).await.unwrap();
    assert!(
        tx.is_being_erased(&chat.customer).await.unwrap(),
        "it outlives its chat"
    );
    tx.bury(&EffectId::new("e1"), "refused").await.unwrap();
    assert!(!tx.is_being_erased(&chat.customer).await.unwrap());
}

pub async fn chats_and_entries_are_read_page_by_page(store: &impl Store) {
    found_service(store, "acme").await;
    for id in ["c1", "c2", "c3"] {
        start(store, "acme", id).await;
    }
    let mut tx = begin(store).await;
    let mut first = tx.find_chat(&ChatId::new("c1")).await.unwrap().unwrap();
    first.state = ChatState::Closed { at: NOON };
    tx.save_chat(&first).await.unwrap();
    for n in 0..3 {
        tx.insert_audit(&AuditEntry {
            at: later(n),
            service: Some(acme()),
            actor: anna(),
            what: format!("done.{n}"),
            subject: None,
            old: None,
            new: None,
        })
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    let query = ChatQuery::default;
    for (asked, ids) in [
        (query(), &["c3", "c2"][..]),
        (
            ChatQuery {
                before: Some(2),
                ..query()
            },
            &["c1"],
        ),
        (
            ChatQuery {
                before: Some(u64::MAX),
                ..query()
            },
            &["c3", "c2"],
        ),
        (
            ChatQuery {
                state: vec!["closed", "active"],
                ..query()
            },
            &["c1"],
        ),
        (
            ChatQuery {
                since: Some(first.created_at + Duration::from_millis(1)),
                ..query()
            },
            &[],
        ),
        (
            ChatQuery {
                until: Some(first.created_at),
                ..query()
            },
            &[],
        ),
    ] {
        let found = store.chats(&acme(), &asked, 2).await.unwrap();
        let found: Vec<&str> = found.iter().map(|chat| chat.id.as_str()).collect();
        assert_eq!(found, ids, "{asked:?}");
    }
    let asked = AuditQuery {
        service: acme(),
        person: None,
        about: None,
        word: Some("DONE".into()),
        since: None,
        limit: 2,
    };
    let page = store.audit_page(&asked, None).await.unwrap();
    let last = page.last().unwrap().0;
    let rest = store.audit_page(&asked, Some(last)).await.unwrap();
    let whats = page
        .iter()
        .chain(&rest)
        .map(|(_, entry)| entry.what.as_str());
    assert_eq!(whats.collect::<Vec<_>>(), ["done.2", "done.1", "done.0"]);
}

pub async fn a_customer_is_found_by_its_address_however_it_is_written(store: &impl Store) {
    found_service(store, "acme").await;
    let kim = Customer {
        email: Some("Kim@Example.org".into()),
        subject: Some("42".into()),
        ..customer("acme", "kim")
    };
    let lee = Customer {
        subject: Some("43".into()),
        ..customer("acme", "lee")
    };
    let mut tx = begin(store).await;
    tx.insert_customer(&kim, NOON).await.unwrap();
    assert_eq!(tx.find_customer(&kim.id).await.unwrap(), Some(kim.clone()));
    let nobody = Customer::nobody(&lee.service, &lee.id);
    tx.insert_customer(&lee, NOON).await.unwrap();
    tx.save_customer(&nobody).await.unwrap();
    assert_eq!(tx.find_customer(&lee.id).await.unwrap(), Some(nobody));
    tx.commit().await.unwrap();
    for (known, found) in [
        (Known::ByEmail("kim@example.ORG".into()), true),
        (Known::ByEmail("lee@example.org".into()), false),
        (Known::BySubject("42".into()), true),
        (Known::BySubject("4".into()), false),
        (Known::BySubject("43".into()), false),
    ] {
        let people = store.customers(&acme(), &known, 9).await.unwrap();
        assert_eq!(people.contains(&kim), found, "{known:?}");
    }
    assert_eq!(store.customer_since(&kim.id).await.unwrap(), Some(NOON));
}
