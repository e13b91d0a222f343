//! What routing asks.

use std::time::Duration;

use super::*;
use crate::{
    agent::{Attendance, ChatStatus, Presence},
    chat::Target,
    permission::Permission,
    routing::{Entry, Outcome, Rule},
    service::Basis,
    store::Place,
};

pub async fn agents_come_with_their_loads_in_all_services(store: &impl Store) {
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
    let mut handed_over = start(store, "acme", "handed over").await;
    handed_over.handling.handed_over_by = Some(anna());
    save(store, &handed_over).await;
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
    tx.insert_offer(&this.id, &bela(), NOON).await.unwrap();
    assert!(
        tx.end_offer(&this.id, &bela(), Outcome::Withdrawn)
            .await
            .unwrap()
    );
    assert!(
        !tx.end_offer(&this.id, &bela(), Outcome::Passed)
            .await
            .unwrap()
    );
    assert_eq!(tx.passed(&this.id).await.unwrap(), [(anna(), 2)]);
    let candidates = tx.agents(&service("acme")).await.unwrap();
    let alone = tx.candidate(&service("acme"), &anna()).await.unwrap();
    assert_eq!(alone.as_ref(), candidates.first());
    assert_eq!(candidates.len(), 2);
    let [anna, bela] = [&candidates[0], &candidates[1]];
    assert_eq!(
        (anna.load, anna.last_offered),
        (3, Some(later)),
        "offered, active, and handed over but not taken"
    );
    assert!(anna.agent.is_routable(Attendance {
        basis: Basis::Matrix,
        now: NOON
    }));
    assert_eq!((bela.load, bela.last_offered), (1, Some(NOON)));
    assert_eq!((bela.agent.capacity, bela.agent.may_chat()), (2, false));
    assert_eq!(bela.agent.presence, Presence::Unknown);
    tx.commit().await.unwrap();

    let agents = store.agents(&acme()).await.unwrap();
    let loads: Vec<_> = agents.iter().map(|found| found.load).collect();
    assert_eq!(loads, [3, 1], "read beside, they are the same");
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
    let of = service("acme");
    let waiting = tx.waiting(&of, 0, 10).await.unwrap();
    let ids: Vec<_> = waiting.iter().map(|each| each.chat.id.as_str()).collect();
    assert_eq!(ids, ["z", "a"]);
    let first = waiting[0].chat.number;
    assert_eq!(tx.waiting(&of, 0, 1).await.unwrap(), waiting[..1]);
    assert_eq!(tx.waiting(&of, first, 10).await.unwrap(), waiting[1..]);
    assert_eq!(tx.waiting_before(&waiting[0].chat).await.unwrap(), 0);
    assert_eq!(tx.waiting_before(&waiting[1].chat).await.unwrap(), 1);
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

pub async fn who_last_talked_with_a_customer_is_known_where_that_counts(store: &impl Store) {
    found_service(store, "acme").await;
    let earlier = start(store, "acme", "earlier").await;
    let this = start(store, "acme", "this").await;
    let mut tx = begin(store).await;
    let at = |millis| Timestamp::from_millis(NOON.as_millis() + millis);
    for (agent, then, outcome) in [
        (bela(), 1, Outcome::Accepted),
        (anna(), 2, Outcome::Accepted),
        (bela(), 3, Outcome::Declined),
    ] {
        tx.insert_offer(&earlier.id, &agent, at(then))
            .await
            .unwrap();
        tx.end_offer(&earlier.id, &agent, outcome).await.unwrap();
    }
    let history = tx.history(this.clone()).await.unwrap();
    assert_eq!((history.recent, history.passed), (Some(anna()), vec![]));
    let mut of = service("acme");
    for (counts, recent) in [(false, None), (true, Some(anna()))] {
        of.settings.routing.prefer_recent = counts;
        let waiting = tx.waiting(&of, earlier.number, 1).await.unwrap();
        assert_eq!(waiting[0].recent, recent, "{counts}");
    }
}

pub async fn a_transfer_and_a_grace_are_kept_and_end_in_time(store: &impl Store) {
    found_service(store, "acme").await;
    let at = |millis| Timestamp::from_millis(NOON.as_millis() + millis);
    let mut meant = start(store, "acme", "meant").await;
    meant.handling.target = Some(Target::Agent {
        agent: anna(),
        until: at(20),
    });
    save(store, &meant).await;
    let mut lost = start(store, "acme", "lost").await;
    lost.state = ChatState::Active { agent: bela() };
    lost.handling.grace_until = Some(at(10));
    save(store, &lost).await;
    let mut grouped = start(store, "acme", "grouped").await;
    grouped.handling.target = Some(Target::Group("billing".into()));
    grouped.handling.handed_over_by = Some(anna());
    save(store, &grouped).await;
    for chat in [&meant, &lost, &grouped] {
        assert_eq!(store.chat(&chat.id).await.unwrap().as_ref(), Some(chat));
    }
    assert_eq!(store.next_deadline().await.unwrap(), Some(at(10)));
    let mut tx = begin(store).await;
    assert_eq!(tx.lost(at(9), 10).await.unwrap(), []);
    assert_eq!(tx.lost(at(10), 10).await.unwrap(), [lost.clone()]);
    assert_eq!(tx.widening(at(19), 10).await.unwrap(), []);
    assert_eq!(tx.widening(at(20), 10).await.unwrap(), [meant.clone()]);
    assert_eq!(tx.chats_of(&anna()).await.unwrap(), [grouped]);
    lost.handling.grace_until = None;
    tx.save_chat(&lost).await.unwrap();
    meant.state = ChatState::Offered {
        agent: anna(),
        until: at(99),
    };
    tx.save_chat(&meant).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.next_deadline().await.unwrap(), Some(at(99)));
}

pub async fn places_in_the_queue_are_told_once_and_those_far_behind_seldom(store: &impl Store) {
    found_service(store, "acme").await;
    let mut chats = Vec::new();
    for n in 0..5 {
        chats.push(start(store, "acme", &format!("c{n}")).await);
    }
    let every = Duration::from_secs(30);
    let later = NOON + every;
    let mut tx = begin(store).await;
    let places = |told: Vec<Place>| -> Vec<(String, u64)> {
        let told = told.into_iter();
        told.map(|told| (told.chat.to_string(), told.place))
            .collect()
    };
    let named = |all: &[(&str, u64)]| -> Vec<(String, u64)> {
        let all = all.iter();
        all.map(|(chat, place)| ((*chat).to_owned(), *place))
            .collect()
    };
    let front = tx.moved_in_front(&acme(), 2).await.unwrap();
    assert_eq!(places(front), named(&[("c0", 1), ("c1", 2)]));
    for (chat, place) in [("c0", 1), ("c1", 2)] {
        let chat = ChatId::new(chat);
        tx.save_told_place(&chat, Some(place), NOON).await.unwrap();
    }
    assert_eq!(tx.moved_in_front(&acme(), 2).await.unwrap(), []);
    let behind = tx.moved_behind(&acme(), 2, 2, (every, NOON)).await.unwrap();
    assert_eq!(places(behind), named(&[("c2", 3), ("c3", 4)]));
    let again = tx.moved_behind(&acme(), 2, 2, (every, NOON)).await.unwrap();
    assert_eq!(again, [], "not so soon");
    let behind = tx
        .moved_behind(&acme(), 2, 9, (every, later))
        .await
        .unwrap();
    assert_eq!(behind.len(), 3);
    // The first is taken, and all move; one that is handed over is told nothing.
    chats[0].state = ChatState::Active { agent: anna() };
    chats[1].handling.handed_over_by = Some(bela());
    tx.save_chat(&chats[0]).await.unwrap();
    tx.save_chat(&chats[1]).await.unwrap();
    let front = tx.moved_in_front(&acme(), 2).await.unwrap();
    assert_eq!(places(front), named(&[("c2", 2)]));
    tx.commit().await.unwrap();
}

pub async fn waits_until_acceptance_are_kept_the_last_first(store: &impl Store) {
    found_service(store, "acme").await;
    let mut tx = begin(store).await;
    for (n, seconds) in [(1, 40), (2, 50), (3, 60)] {
        let mut new = chat("acme", &format!("c{n}"), "acme");
        tx.insert_chat(&mut new, &TokenHash::of(&format!("c{n}")))
            .await
            .unwrap();
        let at = NOON + Duration::from_secs(seconds);
        tx.save_accepted(&new.id, at).await.unwrap();
        tx.save_accepted(&new.id, at + Duration::from_secs(900))
            .await
            .unwrap();
    }
    let waits = tx.recent_waits(&acme(), 2).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(waits, [Duration::from_secs(60), Duration::from_secs(50)]);
    assert_eq!(store.recent_waits(&acme(), 2).await.unwrap(), waits);
}

pub async fn a_message_leads_to_the_chat_it_told_of_and_nobody_is_called_twice(store: &impl Store) {
    found_service(store, "acme").await;
    let this = start(store, "acme", "this").await;
    let event = EventId::new("$told");
    let mut tx = begin(store).await;
    tx.insert_announcement(&this.id, &event).await.unwrap();
    tx.insert_announcement(&this.id, &event).await.unwrap();
    let found = tx.find_announced(&event).await.unwrap();
    assert_eq!(found, Some(this.clone()));
    let other = tx.find_announced(&EventId::new("$other")).await.unwrap();
    assert_eq!(other, None);
    assert!(tx.insert_called(&this.id, &anna()).await.unwrap());
    assert!(!tx.insert_called(&this.id, &anna()).await.unwrap());
    tx.insert_guest(&this.id, &bela()).await.unwrap();
    tx.insert_guest(&this.id, &bela()).await.unwrap();
    assert!(tx.is_guest(&this.id, &bela()).await.unwrap());
    assert!(!tx.is_guest(&this.id, &anna()).await.unwrap());
    let open = tx.chats_open_to(&acme(), &bela()).await.unwrap();
    assert_eq!(open, [this]);
    tx.commit().await.unwrap();
}

pub async fn the_routing_log_keeps_the_newest_hundred(store: &impl Store) {
    found_service(store, "acme").await;
    let this = start(store, "acme", "this").await;
    let mut tx = begin(store).await;
    for n in 0..120 {
        let entry = Entry::Called { agents: n };
        tx.log_routing(&this.id, NOON, &entry).await.unwrap();
    }
    let offered = Entry::Offered {
        to: anna(),
        rule: Rule::Assigned { by: bela() },
        others: Default::default(),
    };
    tx.log_routing(&this.id, NOON, &offered).await.unwrap();
    let log = tx.routing_log(&this.id, 1_000).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(log.len(), 100);
    assert_eq!(log[0].1, Entry::Called { agents: 21 });
    assert_eq!(log[99], (NOON, offered));
}

pub async fn activity_is_written_now_and_then_and_who_was_never_online_is_told_once(
    store: &impl Store,
) {
    let every = Duration::from_secs(30);
    let at = |seconds| NOON + Duration::from_secs(seconds);
    let mut tx = begin(store).await;
    for (then, kept) in [(0, true), (29, false), (30, true), (31, false)] {
        let saved = tx.save_activity(&anna(), at(then), every).await.unwrap();
        assert_eq!(saved, kept, "after {then} s");
    }
    assert!(!tx.tell_unseen(&anna()).await.unwrap(), "nothing is known");
    for (agent, seen) in [
        (anna(), &[Presence::Offline][..]),
        (bela(), &[Presence::Online, Presence::Offline]),
    ] {
        for presence in seen {
            tx.save_presence(&agent, *presence, NOON).await.unwrap();
        }
    }
    assert!(tx.tell_unseen(&anna()).await.unwrap());
    assert!(!tx.tell_unseen(&anna()).await.unwrap(), "once");
    assert!(!tx.tell_unseen(&bela()).await.unwrap(), "it was online");
    tx.commit().await.unwrap();
    let active_at = store.active_at(&anna()).await.unwrap();
    assert_eq!(active_at, Some(at(30)));
}
