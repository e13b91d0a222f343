//! What tests of masks share: a secret, who may hide it, and where it must not be.

use desk::{
    event::{RoomEventKind, Written},
    ids::{ChatId, ClientKey, EventId, MessageId},
    masking::Kind,
    permission::{Permission, Permissions},
    ports::Store,
    service::{Policy, ServiceSettings},
    store::MaskReads as _,
};

use crate::desk_in_process::{Desk, agent, slug};

pub const SECRET: &str = "010-1234-5678";
pub const STARS: &str = "***-****-****";

pub async fn set(desk: &Desk, change: impl Fn(&mut ServiceSettings)) {
    let mut tx = desk.store.begin().await.unwrap();
    let mut service = tx.find_service(&slug("acme")).await.unwrap().unwrap();
    change(&mut service.settings);
    tx.save_settings(&service).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn grant(desk: &Desk, service: &str, name: &str, permissions: &[Permission]) {
    let mut tx = desk.store.begin().await.unwrap();
    let found = tx.find_agent(&slug(service), &agent(name)).await.unwrap();
    let mut found = found.unwrap();
    found.permissions = Permissions::of(permissions.iter().copied());
    tx.save_agent(&slug(service), &found).await.unwrap();
    tx.commit().await.unwrap();
}

/// Contract `security` is on, with one policy for all that is found.
pub async fn protect(desk: &Desk, policy: Policy) {
    set(desk, |settings| {
        settings.contract_security = true;
        let kinds = Kind::BUILT_IN.into_iter();
        settings.masking.policies = kinds.map(|kind| (kind, policy)).collect();
    })
    .await;
}

/// A message of the customer, whose key holds nothing of it.
pub async fn says(desk: &Desk, chat: &ChatId, text: &str) -> MessageId {
    let key = ClientKey::new(format!("k{}", desk.record(chat).await.len()));
    let said = desk.engine.customer_message(chat, key, text.to_owned());
    said.await.unwrap().id
}

/// The same, when it is in the room.
pub async fn says_there(desk: &Desk, chat: &ChatId, text: &str) -> MessageId {
    let said = says(desk, chat, text).await;
    desk.settle().await;
    said
}

pub fn reply(to: &EventId, text: &str) -> RoomEventKind {
    RoomEventKind::Message(Written {
        reply_to: Some(to.clone()),
        ..Written::plain(text)
    })
}

/// The event that shows the message now.
pub async fn event_of(desk: &Desk, message: &MessageId) -> EventId {
    let standing = desk.store.standing(message).await.unwrap();
    standing.unwrap().event.expect("it is in the room")
}

/// Nowhere in the raw bytes of the database's files, the log included.
pub fn assert_gone(desk: &Desk, secret: &str) {
    for file in std::fs::read_dir(desk.folder()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let at = bytes
            .windows(secret.len())
            .position(|window| window == secret.as_bytes());
        assert_eq!(at, None, "{secret:?} is in {}", path.display());
    }
}
