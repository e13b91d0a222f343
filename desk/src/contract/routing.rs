//! What routing asks.

use super::*;
use crate::{
    agent::{Attendance, ChatStatus, Presence},
    permission::Permission,
    service::Basis,
};

pub async fn candidates_count_loads_in_all_services_and_offers_of_this_chat(store: &impl Store) {
    for slug in ["acme", "other"] {
        found_service(store, slug).await;
        let mut tx = begin(store).await;
        let anna = member(anna(), "Anna", &[Permission::Chat]);
        tx.save_agent(&ServiceSlug::new(slug), &anna).await.unwrap();
        tx.commit().await.unwrap();
    }
    for (slug, id, state) in [
        (
            "acme",
            "offered",
            ChatState::Offered {
                agent: anna(),
                until: NOON,
            },
        ),
        ("other", "active", ChatState::Active { agent: anna() }),
        ("acme", "closed", ChatState::Closed { at: NOON }),
        ("acme", "of bela", ChatState::Active { agent: bela() }),
    ] {
        let mut chat = start(store, slug, id).await;
        chat.state = state;
        save(store, &chat).await;
    }
    let this = start(store, "acme", "this").await;
    let mut tx = begin(store).await;
    let mut idle = member(bela(), "Bela", &[]);
    idle.capacity = Some(2);
    tx.save_agent(&acme(), &idle).await.unwrap();
    tx.save_presence(&anna(), Presence::Online, NOON)
        .await
        .unwrap();
    tx.save_chat_status(&anna(), ChatStatus::Online)
        .await
        .unwrap();
    let later = Timestamp::from_millis(NOON.as_millis() + 5);
    tx.insert_offer(&this.id, &anna(), NOON).await.unwrap();
    tx.insert_offer(&this.id, &anna(), NOON).await.unwrap();
    tx.insert_offer(&ChatId::new("active"), &anna(), later)
        .await
        .unwrap();
    let candidates = tx.candidates(&this).await.unwrap();
    assert_eq!(candidates.len(), 2);
    let [anna, bela] = [&candidates[0], &candidates[1]];
    assert_eq!(
        (anna.load, anna.offered_before, anna.last_offered),
        (2, 2, Some(later))
    );
    assert!(anna.is_eligible(Attendance {
        basis: Basis::Matrix,
        now: NOON
    }));
    assert_eq!(
        (bela.load, bela.offered_before, bela.last_offered),
        (1, 0, None)
    );
    assert_eq!((bela.agent.capacity, bela.agent.may_chat()), (2, false));
    assert_eq!(bela.agent.presence, Presence::Unknown);
    tx.commit().await.unwrap();

    let agents = store.agents(&acme()).await.unwrap();
    let loads: Vec<_> = agents.iter().map(|found| found.load).collect();
    assert_eq!(loads, [2, 1], "read beside, they are the same");
}

pub async fn waiting_chats_come_first_come_first(store: &impl Store) {
    found_service(store, "acme").await;
    found_service(store, "other").await;
    start(store, "other", "elsewhere").await;
    // The ids do not sort as the chats came.
    for id in ["z", "m", "a", "k"] {
        start(store, "acme", id).await;
    }
    let mut held = store.chat(&ChatId::new("m")).await.unwrap().unwrap();
    held.state = ChatState::Active { agent: anna() };
    save(store, &held).await;
    let mut offered = store.chat(&ChatId::new("k")).await.unwrap().unwrap();
    offered.state = ChatState::Offered {
        agent: anna(),
        until: NOON,
    };
    save(store, &offered).await;

    let mut tx = begin(store).await;
    let waiting = tx.waiting(&acme(), 10).await.unwrap();
    let ids: Vec<_> = waiting.iter().map(|chat| chat.id.as_str()).collect();
    assert_eq!(ids, ["z", "a"]);
    assert_eq!(tx.waiting(&acme(), 1).await.unwrap(), waiting[..1]);
    assert_eq!(tx.waiting_before(&waiting[0]).await.unwrap(), 0);
    assert_eq!(tx.waiting_before(&waiting[1]).await.unwrap(), 1);
    drop(tx);
    assert_eq!(
        store.waiting_count(&acme()).await.unwrap(),
        3,
        "those without an agent, offered or not"
    );
}

pub async fn an_offer_is_overdue_when_its_time_has_come(store: &impl Store) {
    found_service(store, "acme").await;
    assert_eq!(store.next_deadline().await.unwrap(), None);
    let at = |millis| Timestamp::from_millis(NOON.as_millis() + millis);
    for (id, until) in [("c1", 20), ("c2", 10), ("c3", 30)] {
        let mut chat = start(store, "acme", id).await;
        chat.state = ChatState::Offered {
            agent: anna(),
            until: at(until),
        };
        save(store, &chat).await;
    }
    assert_eq!(store.next_deadline().await.unwrap(), Some(at(10)));
    let mut tx = begin(store).await;
    for (now, limit, overdue) in [
        (9, 10, vec![]),
        (10, 10, vec!["c2"]),
        (29, 10, vec!["c2", "c1"]),
        (99, 2, vec!["c2", "c1"]),
    ] {
        let found = tx.overdue(at(now), limit).await.unwrap();
        let ids: Vec<_> = found.iter().map(|chat| chat.id.as_str()).collect();
        assert_eq!(ids, overdue, "at {now}");
    }
    let mut taken = tx.find_chat(&ChatId::new("c2")).await.unwrap().unwrap();
    taken.state = ChatState::Active { agent: anna() };
    tx.save_chat(&taken).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.next_deadline().await.unwrap(), Some(at(20)));
}
