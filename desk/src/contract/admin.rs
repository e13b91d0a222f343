//! What admins set and look up: languages, choices, members, spaces, the audit log.

use std::time::Duration;

use super::*;
use crate::{
    apikey::{ApiKey, Scope},
    audit::{AuditEntry, AuditQuery},
    command::Language,
    permission::Permission,
    store::Answered,
};

pub async fn a_person_has_the_language_it_chose(store: &impl Store) {
    let mut tx = begin(store).await;
    assert_eq!(tx.language(&anna()).await.unwrap(), Language::En);
    for language in [Language::Ko, Language::En, Language::Ko] {
        tx.save_language(&anna(), language).await.unwrap();
        assert_eq!(tx.language(&anna()).await.unwrap(), language);
    }
    assert_eq!(tx.language(&bela()).await.unwrap(), Language::En);
}

pub async fn a_person_works_with_the_service_it_chose(store: &impl Store) {
    let mut tx = begin(store).await;
    assert_eq!(tx.chosen_service(&anna()).await.unwrap(), None);
    for slug in ["acme", "other"] {
        let slug = ServiceSlug::new(slug);
        tx.choose_service(&anna(), &slug).await.unwrap();
        assert_eq!(tx.chosen_service(&anna()).await.unwrap(), Some(slug));
    }
    assert_eq!(tx.chosen_service(&bela()).await.unwrap(), None);
}

pub async fn members_are_found_by_service_and_by_person(store: &impl Store) {
    found_service(store, "acme").await;
    found_service(store, "other").await;
    let of_acme = [
        member(anna(), "Anna", &[Permission::Chat]),
        member(bela(), "Bela", &[]),
    ];
    let of_other = member(anna(), "A.", &[Permission::Admin]);
    let mut tx = begin(store).await;
    for found in of_acme.iter().rev() {
        tx.save_agent(&acme(), found).await.unwrap();
    }
    let other = ServiceSlug::new("other");
    tx.save_agent(&other, &of_other).await.unwrap();
    assert_eq!(tx.members(&acme()).await.unwrap(), of_acme);
    let anywhere = [(acme(), of_acme[0].clone()), (other, of_other)];
    assert_eq!(tx.memberships(&anna()).await.unwrap(), anywhere);
    let slugs: Vec<_> = tx.all_services().await.unwrap();
    assert_eq!(slugs, [service("acme"), service("other")]);
    tx.commit().await.unwrap();
    assert_eq!(store.members(&acme()).await.unwrap(), of_acme);
}

pub async fn a_space_is_kept_and_open_chats_are_listed_oldest_first(store: &impl Store) {
    found_service(store, "acme").await;
    assert_eq!(store.space(&acme()).await.unwrap(), None);
    let mut tx = begin(store).await;
    tx.save_space(&acme(), &room("space")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store.space(&acme()).await.unwrap(), Some(room("space")));
    let mut chats = Vec::new();
    for id in ["c3", "c1", "c2"] {
        chats.push(start(store, "acme", id).await);
    }
    chats[1].state = ChatState::Closed { at: NOON };
    save(store, &chats[1]).await;
    chats.remove(1);
    assert_eq!(store.open_chats(&acme()).await.unwrap(), chats);
}

pub async fn the_audit_log_is_searched_newest_first(store: &impl Store) {
    let entry =
        |second: u64, slug: Option<&str>, actor: AgentId, what: &str, new: &str| AuditEntry {
            at: NOON + Duration::from_secs(second),
            service: slug.map(ServiceSlug::new),
            actor,
            what: what.into(),
            subject: Some("@carol:example.org".into()),
            old: None,
            new: Some(new.into()),
        };
    let entries = [
        entry(1, Some("acme"), anna(), "agent.grant", "chat"),
        entry(2, Some("other"), anna(), "agent.grant", "chat"),
        entry(3, None, bela(), "service.create", "100% _"),
        entry(4, Some("acme"), bela(), "denied", "Admin"),
        AuditEntry {
            subject: Some("chat 1 mask 17".into()),
            ..entry(5, Some("acme"), anna(), "mask", "")
        },
        AuditEntry {
            subject: Some("chat 17".into()),
            ..entry(6, Some("other"), anna(), "mask", "")
        },
    ];
    let mut tx = begin(store).await;
    for entry in &entries {
        tx.insert_audit(entry).await.unwrap();
    }
    let all = AuditQuery {
        service: acme(),
        person: None,
        about: None,
        word: None,
        since: None,
        limit: 10,
    };
    let word = |word: &str| AuditQuery {
        word: Some(word.into()),
        ..all.clone()
    };
    let person = |person: AgentId| AuditQuery {
        person: Some(person),
        ..all.clone()
    };
    let about = |what: &str| AuditQuery {
        about: Some(what.into()),
        ..all.clone()
    };
    let since = AuditQuery {
        since: Some(NOON + Duration::from_secs(3)),
        ..all.clone()
    };
    let one = AuditQuery {
        limit: 1,
        ..all.clone()
    };
    for (query, found) in [
        (all.clone(), &[4, 3, 2, 0][..]),
        (word("GRANT"), &[0]),
        (word("admin"), &[3]),
        (word("0% _"), &[2]),
        (word("_rant"), &[]),
        (about("chat 1"), &[4]),
        (about("chat 17"), &[]),
        (person(bela()), &[3, 2]),
        (person(AgentId::new("@carol:example.org")), &[3, 2, 0]),
        (since, &[4, 3, 2]),
        (one, &[4]),
    ] {
        let found: Vec<_> = found
            .iter()
            .map(|at: &usize| entries[*at].clone())
            .collect();
        assert_eq!(tx.audit(&query).await.unwrap(), found, "{query:?}");
    }
}

pub async fn a_key_is_found_by_its_hash_until_it_is_revoked(store: &impl Store) {
    found_service(store, "acme").await;
    let key = |name: &str| ApiKey {
        service: acme(),
        number: 0,
        name: name.into(),
        scopes: [Scope::TicketsRead, Scope::AuditRead].into(),
        networks: vec!["192.0.2.0/24".parse().unwrap()],
        made_by: anna(),
        made_at: NOON,
        expires_at: NOON + Duration::from_secs(90),
        used_at: None,
    };
    let (mut one, mut two) = (key("one"), key("two"));
    let mut tx = begin(store).await;
    tx.insert_key(&mut one, &TokenHash::of("1")).await.unwrap();
    tx.insert_key(&mut two, &TokenHash::of("2")).await.unwrap();
    assert_eq!((one.number, two.number), (1, 2));
    one.used_at = Some(NOON);
    tx.save_use(&acme(), 1, NOON).await.unwrap();
    tx.commit().await.unwrap();
    let found = store.api_key(&TokenHash::of("1")).await.unwrap();
    assert_eq!(found, Some(one));

    let mut tx = begin(store).await;
    tx.revoke_key(&acme(), 1, NOON).await.unwrap();
    assert_eq!(tx.keys_of(&acme()).await.unwrap(), [two]);
    let mut three = key("one");
    tx.insert_key(&mut three, &TokenHash::of("3"))
        .await
        .unwrap();
    assert_eq!(three.number, 3);
    tx.commit().await.unwrap();
    assert_eq!(store.api_key(&TokenHash::of("1")).await.unwrap(), None);
    assert_eq!(store.api_key(&TokenHash::of("4")).await.unwrap(), None);
}

pub async fn an_answer_is_kept_by_key_and_name_for_a_time(store: &impl Store) {
    let key = |number| ApiKey {
        service: acme(),
        number,
        name: "crm".into(),
        scopes: [].into(),
        networks: Vec::new(),
        made_by: anna(),
        made_at: NOON,
        expires_at: NOON,
        used_at: None,
    };
    let answered = Answered {
        request: TokenHash::of("what was asked"),
        made: "12".into(),
    };
    let (day, before) = (Duration::from_secs(86_400), NOON - Duration::from_secs(1));
    let mut tx = begin(store).await;
    tx.save_answered(&key(1), "a", &answered, NOON, before)
        .await
        .unwrap();
    for (number, name, since, found) in [
        (1, "a", before, true),
        (1, "b", before, false),
        (2, "a", before, false),
        (1, "a", NOON, false),
    ] {
        let told = tx.find_answered(&key(number), name, since).await.unwrap();
        assert_eq!(told.is_some(), found, "{number} {name}");
    }
    // A day later the name may mean something else.
    tx.save_answered(&key(1), "a", &answered, NOON + day, NOON)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}
