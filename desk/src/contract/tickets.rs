//! Tickets: what is kept of them, how they are found, and what outlives their chat.

use super::*;
use crate::{
    effect::Room,
    ticket::{Comment, Field, Origin, Priority, Status, TAG_CHAT, Tag, TicketChange, TicketQuery},
};

async fn made(store: &impl Store, mut ticket: Ticket) -> Ticket {
    let mut tx = begin(store).await;
    tx.insert_ticket(&mut ticket).await.unwrap();
    tx.commit().await.unwrap();
    ticket
}

async fn made_in(store: &impl Store, chat: &Chat) -> Ticket {
    let origin = Some(Origin {
        chat: chat.id.clone(),
        number: chat.number,
    });
    let made_in = Ticket {
        origin,
        tags: Tags::from_origin(TAG_CHAT),
        made_by: Some(anna()),
        ..ticket("acme", "Cannot log in")
    };
    made(store, made_in).await
}

fn comment(text: &str) -> Comment {
    Comment {
        number: 0,
        by: anna(),
        name: "Anna".into(),
        text: text.into(),
        public: false,
        at: NOON,
    }
}

async fn found(store: &impl Store, query: TicketQuery) -> Vec<u64> {
    let found = store.tickets(&acme(), &query, 9).await.unwrap();
    found.iter().map(|ticket| ticket.number).collect()
}

async fn found_by(store: &impl Store, words: &str) -> Vec<u64> {
    let words = words.split(' ').map(str::to_owned).collect();
    let query = TicketQuery {
        words,
        ..TicketQuery::default()
    };
    found(store, query).await
}

pub async fn a_ticket_is_read_back_and_changed(store: &impl Store) {
    found_service(store, "acme").await;
    let chat = start(store, "acme", "c1").await;
    let mut new = made_in(store, &chat).await;
    let read = store.ticket(&acme(), 1).await.unwrap();
    assert_eq!(read, Some(new.clone()));
    assert_eq!(store.ticket(&acme(), 2).await.unwrap(), None);
    new.subject = "Refund".into();
    new.status = Status::Pending;
    new.priority = Priority::Urgent;
    new.assignee = Some(bela());
    new.tags.add(Tag::new("vip").unwrap()).unwrap();
    new.changed_at = NOON + std::time::Duration::from_secs(1);
    let mut tx = begin(store).await;
    tx.save_ticket(&new).await.unwrap();
    assert_eq!(tx.find_ticket(&acme(), 1).await.unwrap(), Some(new.clone()));
    assert_eq!(tx.tickets_from(&chat.id).await.unwrap(), [new.clone()]);
    tx.commit().await.unwrap();
    assert_eq!(found_by(store, "refund").await, [1]);
    assert!(found_by(store, "log").await.is_empty());
}

pub async fn tickets_are_found_by_state_assignee_tags_and_words(store: &impl Store) {
    found_service(store, "acme").await;
    found_service(store, "other").await;
    made(store, ticket("other", "Refund")).await;
    let mut first = ticket("acme", "환불을 받고 싶어요");
    first.tags.add(Tag::new("Billing").unwrap()).unwrap();
    first.assignee = Some(anna());
    let first = made(store, first).await;
    let second = Ticket {
        status: Status::Solved,
        ..ticket("acme", "Café \"menu\" (broken)")
    };
    made(store, second).await;
    let mut tx = begin(store).await;
    tx.insert_comment(&first, &mut comment("asked the bank"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for (words, numbers) in [
        ("환불", &[1][..]),
        ("bank 환불", &[1]),
        ("bank menu", &[]),
        ("where", &[2, 1]),
        ("cafe", &[2]),
        ("\"menu\"", &[2]),
        ("(broken) and", &[]),
        ("refund", &[]),
        ("kim@example.org", &[2, 1]),
        ("*", &[]),
    ] {
        assert_eq!(found_by(store, words).await, numbers, "{words}");
    }
    let any = TicketQuery::default;
    for (query, numbers) in [
        (any(), &[2, 1][..]),
        (
            TicketQuery {
                status: vec![Status::Open, Status::Pending],
                ..any()
            },
            &[1],
        ),
        (
            TicketQuery {
                assignee: Some(anna()),
                ..any()
            },
            &[1],
        ),
        (
            TicketQuery {
                tags: vec![Tag::new("#billing").unwrap()],
                ..any()
            },
            &[1],
        ),
        (
            TicketQuery {
                tags: vec![Tag::new("bill").unwrap()],
                ..any()
            },
            &[],
        ),
    ] {
        assert_eq!(found(store, query.clone()).await, numbers, "{query:?}");
    }
    assert_eq!(store.tickets(&acme(), &any(), 1).await.unwrap().len(), 1);
}

pub async fn comments_are_numbered_and_the_history_is_kept_in_order(store: &impl Store) {
    found_service(store, "acme").await;
    let made = made(store, ticket("acme", "Refund")).await;
    let mut comments = ["one", "two"].map(comment);
    let mut changes = ["a", "b"].map(|old| TicketChange {
        by: anna(),
        at: NOON,
        field: Field::Subject,
        old: old.into(),
        new: "c".into(),
    });
    let mut tx = begin(store).await;
    for new in &mut comments {
        tx.insert_comment(&made, new).await.unwrap();
    }
    for new in &changes {
        tx.insert_change(&made, new).await.unwrap();
    }
    assert_eq!(comments.each_ref().map(|new| new.number), [1, 2]);
    comments[0].text = "eins".into();
    tx.save_comment(&made, &comments[0]).await.unwrap();
    changes[1].old = "*".into();
    tx.save_changes(&made, &changes).await.unwrap();
    assert_eq!(tx.comments(&made).await.unwrap(), comments);
    assert_eq!(tx.changes(&made).await.unwrap(), changes);
    tx.commit().await.unwrap();
    let newest = store.comments_of(&acme(), 1, 1).await.unwrap();
    assert_eq!(newest, comments[1..]);
    let newest = store.changes_of(&acme(), 1, 1).await.unwrap();
    assert_eq!(newest, changes[1..]);
    assert_eq!(found_by(store, "eins two").await, [1]);
    assert!(found_by(store, "one").await.is_empty());
}

pub async fn a_ticket_has_its_own_copy_of_the_conversation_and_outlives_the_chat(
    store: &impl Store,
) {
    found_service(store, "acme").await;
    let chat = start(store, "acme", "c1").await;
    let said = |id: &str, text: &str| ChatEventKind::Message(message(id, None, text));
    append(store, &chat.id, said("m1", "before the ticket")).await;
    made_in(store, &chat).await;
    append(store, &chat.id, said("m2", "after the ticket")).await;
    append(store, &chat.id, ChatEventKind::RatingRequest).await;
    let mut tx = begin(store).await;
    tx.rewrite(&message("m1", None, "rewritten")).await.unwrap();
    tx.commit().await.unwrap();
    let copied = store.conversation(&acme(), 1, 9).await.unwrap();
    let now = [said("m1", "rewritten"), said("m2", "after the ticket")];
    let whats: Vec<_> = copied.iter().map(|event| event.what.clone()).collect();
    assert_eq!(whats, now);
    let mut tx = begin(store).await;
    tx.delete_chat(&chat.id).await.unwrap();
    tx.commit().await.unwrap();
    let kept = store.conversation(&acme(), 1, 9).await.unwrap();
    assert_eq!(kept, copied);
    assert_eq!(found_by(store, "after rewritten").await, [1]);
    assert!(found_by(store, "before").await.is_empty());
    assert!(store.ticket(&acme(), 1).await.unwrap().is_some());
}

pub async fn repetitions_of_a_chat_are_taken_once(store: &impl Store) {
    found_service(store, "acme").await;
    let chat = start(store, "acme", "c1").await.id;
    let desk = Room::Desk(acme());
    let (told, typed) = (EventId::new("$told"), EventId::new("$typed"));
    let mut tx = begin(store).await;
    for _ in 0..2 {
        for (event, is_typed) in [(&told, false), (&typed, true)] {
            tx.add_repetition(&chat, &desk, event, is_typed)
                .await
                .unwrap();
        }
    }
    let other = ChatId::new("other");
    for (chat, typed_too, taken) in [
        (&other, true, vec![]),
        (&chat, false, vec![(desk.clone(), told)]),
        (&chat, true, vec![(desk, typed)]),
        (&chat, true, vec![]),
    ] {
        assert_eq!(tx.take_repetitions(chat, typed_too).await.unwrap(), taken);
    }
    assert_eq!(tx.last_masked(&chat).await.unwrap(), None);
    tx.commit().await.unwrap();
}

pub async fn inquiries_from_an_address_are_counted_from_a_moment_on(store: &impl Store) {
    found_service(store, "acme").await;
    let second = std::time::Duration::from_secs(1);
    made(store, ticket("acme", "Refund")).await;
    let mut tx = begin(store).await;
    for (email, since, counted) in [
        ("kim@example.org", NOON - second, 1),
        ("kim@example.org", NOON, 0),
        ("lee@example.org", NOON - second, 0),
    ] {
        let count = tx.count_tickets_since(&acme(), email, since).await.unwrap();
        assert_eq!(count, counted, "{email}");
    }
    tx.commit().await.unwrap();
}
