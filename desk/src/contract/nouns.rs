//! Services, agents, customers, chats, tickets: what was stored is read back.

use std::collections::BTreeMap;

use super::*;
use crate::permission::{Permission, Permissions};
use crate::{
    agent::{ChatStatus, Presence},
    chat::Page,
};

pub async fn a_service_is_read_back_and_its_settings_are_replaced(store: &impl Store) {
    assert_eq!(store.service(&acme()).await.unwrap(), None);
    let mut changed = service("acme");
    let mut tx = begin(store).await;
    tx.insert_service(&changed).await.unwrap();
    tx.insert_service(&service("other")).await.unwrap();
    changed.name = "Acme, new".into();
    changed.settings.routing.capacity = 7;
    changed.settings.origins = vec!["https://help.example.org".into()];
    tx.save_settings(&changed).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.service(&acme()).await.unwrap(), Some(changed.clone()));
    assert_eq!(
        store.services().await.unwrap(),
        [changed, service("other")],
        "by slug"
    );
}

pub async fn a_desk_room_leads_to_its_service(store: &impl Store) {
    found_service(store, "acme").await;
    assert_eq!(store.desk_room(&acme()).await.unwrap(), None);
    let mut tx = begin(store).await;
    tx.save_desk_room(&acme(), &room("desk")).await.unwrap();
    let found = tx.find_service_of_desk(&room("desk")).await.unwrap();
    assert_eq!(found, Some(acme()));
    let other = tx.find_service_of_desk(&room("portal")).await.unwrap();
    assert_eq!(other, None);
    tx.commit().await.unwrap();
    assert_eq!(store.desk_room(&acme()).await.unwrap(), Some(room("desk")));
}

pub async fn a_customer_is_read_back_and_changed(store: &impl Store) {
    found_service(store, "acme").await;
    let mut known = customer("acme", "acme");
    let found = store.customer(&known.id).await.unwrap();
    assert_eq!(found, Some(known.clone()));
    known.name = None;
    known.email = Some("kim@example.org".into());
    let mut tx = begin(store).await;
    tx.save_customer(&known).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.customer(&known.id).await.unwrap(), Some(known));
}

pub async fn a_chat_is_read_back_in_every_state(store: &impl Store) {
    found_service(store, "acme").await;
    let mut tx = begin(store).await;
    let mut stored = chat("acme", "c1", "acme");
    stored.page = Some(Page {
        url: "https://example.org/a?b=\"c\"".into(),
        title: None,
    });
    stored.fields = BTreeMap::from([("topic".to_owned(), "환불 🎉".to_owned())]);
    tx.insert_chat(&mut stored, &TokenHash::of("c1"))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(stored.number, 1);
    for (state, portal) in [
        (ChatState::Waiting, None),
        (
            ChatState::Offered {
                agent: anna(),
                until: NOON,
            },
            Some(room("portal")),
        ),
        (ChatState::Active { agent: anna() }, Some(room("portal"))),
        (ChatState::Waiting, Some(room("portal"))),
        (ChatState::Closed { at: NOON }, Some(room("portal"))),
    ] {
        stored.state = state;
        stored.room = portal;
        save(store, &stored).await;
        assert_eq!(store.chat(&stored.id).await.unwrap(), Some(stored.clone()));
        let mut tx = begin(store).await;
        assert_eq!(
            tx.find_chat(&stored.id).await.unwrap(),
            Some(stored.clone())
        );
    }
    assert_eq!(store.chat(&ChatId::new("c2")).await.unwrap(), None);
}

pub async fn a_portal_leads_to_its_chat(store: &impl Store) {
    found_service(store, "acme").await;
    let mut open = start(store, "acme", "c1").await;
    open.room = Some(room("portal"));
    save(store, &open).await;
    let mut tx = begin(store).await;
    let found = tx.find_chat_of_portal(&room("portal")).await.unwrap();
    assert_eq!(found, Some(open));
    let other = tx.find_chat_of_portal(&room("desk")).await.unwrap();
    assert_eq!(other, None);
}

pub async fn a_visitor_token_opens_only_its_own_chat(store: &impl Store) {
    found_service(store, "acme").await;
    let one = start(store, "acme", "c1").await;
    start(store, "acme", "c2").await;
    for (token, opens) in [("c1", true), ("c2", false), ("nonsense", false)] {
        let access = store.access(&one.id, &TokenHash::of(token)).await.unwrap();
        assert_eq!(access, opens, "{token}");
    }
}

pub async fn a_visitor_token_leads_to_its_customer_in_its_own_service(store: &impl Store) {
    found_service(store, "acme").await;
    found_service(store, "other").await;
    start(store, "acme", "c1").await;
    let mut tx = begin(store).await;
    for (slug, token, found) in [
        ("acme", "c1", Some(customer("acme", "acme"))),
        ("acme", "c2", None),
        ("other", "c1", None),
    ] {
        let of = tx
            .find_customer_by_token(&ServiceSlug::new(slug), &TokenHash::of(token))
            .await
            .unwrap();
        assert_eq!(of, found, "{slug} {token}");
    }
}

pub async fn an_agent_is_replaced_and_its_permission_taken(store: &impl Store) {
    found_service(store, "acme").await;
    let mut tx = begin(store).await;
    let mut first = member(anna(), "Anna", &[Permission::Chat]);
    tx.save_agent(&acme(), &first).await.unwrap();
    let mut second = member(bela(), "Bela", &[Permission::Chat, Permission::Mask]);
    second.capacity = Some(1);
    second.groups = ["billing".to_owned()].into();
    tx.save_agent(&acme(), &second).await.unwrap();
    first.name = "Anna K.".into();
    first.capacity = Some(5);
    tx.save_agent(&acme(), &first).await.unwrap();
    assert_eq!(tx.services_of(&anna()).await.unwrap(), [acme()]);
    tx.commit().await.unwrap();
    let agents = store.agents(&acme()).await.unwrap();
    let seen: Vec<_> = agents
        .iter()
        .map(|found| (found.agent.name.as_str(), found.agent.capacity))
        .collect();
    assert_eq!(seen, [("Anna K.", 5), ("Bela", 1)]);
    assert!(store.is_agent(&anna()).await.unwrap());

    let mut tx = begin(store).await;
    assert_eq!(tx.find_agent(&acme(), &bela()).await.unwrap(), Some(second));
    let stranger = AgentId::new("@mallory:example.org");
    assert_eq!(tx.find_agent(&acme(), &stranger).await.unwrap(), None);
    first.permissions = Permissions::default();
    tx.save_agent(&acme(), &first).await.unwrap();
    let bare = member(bela(), "Bela", &[Permission::Admin]);
    tx.save_agent(&acme(), &bare).await.unwrap();
    for agent in [anna(), bela()] {
        assert!(tx.services_of(&agent).await.unwrap().is_empty(), "{agent}");
    }
    tx.commit().await.unwrap();
    assert!(!store.is_agent(&anna()).await.unwrap(), "it holds nothing");
    assert!(store.is_agent(&bela()).await.unwrap(), "it is an admin");
    let agents = store.agents(&acme()).await.unwrap();
    let may: Vec<_> = agents.iter().map(|found| found.agent.may_chat()).collect();
    assert_eq!(may, [false, false]);
    assert_eq!(
        agents[1].agent.capacity,
        service("acme").settings.routing.capacity,
        "the service's, without a number of its own"
    );
}

pub async fn presence_and_status_say_whether_they_changed(store: &impl Store) {
    let unknown = (ChatStatus::Auto, Presence::Unknown);
    assert_eq!(store.chat_status(&anna()).await.unwrap(), unknown);
    let mut tx = begin(store).await;
    for (presence, changed) in [
        (Presence::Online, true),
        (Presence::Online, false),
        (Presence::Offline, true),
    ] {
        let told = tx.save_presence(&anna(), presence, NOON).await.unwrap();
        assert_eq!(told, changed, "{presence:?}");
    }
    for (status, changed) in [
        (ChatStatus::Away, true),
        (ChatStatus::Away, false),
        (ChatStatus::Auto, true),
        (ChatStatus::Away, true),
    ] {
        let told = tx.save_chat_status(&anna(), status).await.unwrap();
        assert_eq!(told, changed, "{status:?}");
    }
    let after = (ChatStatus::Away, Presence::Offline);
    assert_eq!(tx.chat_status(&anna()).await.unwrap(), after);
    tx.commit().await.unwrap();
    assert_eq!(store.chat_status(&anna()).await.unwrap(), after);
}

pub async fn open_rooms_are_desks_and_portals_of_chats_that_are_not_closed(store: &impl Store) {
    found_service(store, "acme").await;
    start(store, "acme", "without a portal").await;
    for (id, state) in [
        ("waiting", ChatState::Waiting),
        ("active", ChatState::Active { agent: anna() }),
        ("closed", ChatState::Closed { at: NOON }),
    ] {
        let mut chat = start(store, "acme", id).await;
        chat.state = state;
        chat.room = Some(room(id));
        save(store, &chat).await;
    }
    let mut tx = begin(store).await;
    tx.save_desk_room(&acme(), &room("desk")).await.unwrap();
    tx.commit().await.unwrap();
    let mut open = store.open_rooms().await.unwrap();
    open.sort();
    assert_eq!(open, [room("active"), room("desk"), room("waiting")]);
}

pub async fn tickets_are_numbered_in_each_service(store: &impl Store) {
    found_service(store, "acme").await;
    found_service(store, "other").await;
    for (slug, number) in [("acme", 1), ("other", 1), ("acme", 2)] {
        let mut tx = begin(store).await;
        let mut new = ticket(slug, "Refund");
        tx.insert_ticket(&mut new).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(new.number, number, "{slug}");
    }
}
