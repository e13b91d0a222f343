//! Files of messages.

use super::*;
use crate::{
    attachment::{Attachment, File},
    store::{StoredMedia, Uploader},
};

pub async fn a_file_is_kept_until_it_is_delivered_and_then_found_by_where_it_went(
    store: &impl Store,
) {
    let (chat, message) = said_with_file(store).await;
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let mut tx = begin(store).await;
    tx.insert_file(&chat, &message, &bytes).await.unwrap();
    assert_eq!(tx.count_files(&chat).await.unwrap(), 1);
    assert_eq!(tx.waiting_bytes().await.unwrap(), 100_000);
    tx.commit().await.unwrap();
    let mut file = File {
        name: "a.txt".into(),
        bytes: Some(bytes),
        media: None,
    };
    assert_eq!(
        store.file(&chat, &message).await.unwrap(),
        Some(file.clone())
    );
    let media = MediaId::new("mxc://example.org/a");
    let mut tx = begin(store).await;
    tx.save_media(&message, &media).await.unwrap();
    tx.forget_bytes(&message).await.unwrap();
    assert_eq!(tx.count_files(&chat).await.unwrap(), 1);
    assert_eq!(tx.waiting_bytes().await.unwrap(), 0);
    tx.commit().await.unwrap();
    (file.bytes, file.media) = (None, Some(media));
    assert_eq!(store.file(&chat, &message).await.unwrap(), Some(file));
}

pub async fn a_file_of_an_agent_is_found_in_its_own_chat_and_not_counted(store: &impl Store) {
    let (chat, message) = said_with_file(store).await;
    let other = start(store, "acme", "c2").await.id;
    let media = MediaId::new("mxc://example.org/a");
    let mut tx = begin(store).await;
    let anna = AgentId::new("@anna:example.org");
    tx.insert_media(&chat, &message, &media, &anna)
        .await
        .unwrap();
    assert_eq!(tx.count_files(&chat).await.unwrap(), 0);
    tx.commit().await.unwrap();
    let found = store.file(&chat, &message).await.unwrap().unwrap();
    assert_eq!((found.bytes, found.media), (None, Some(media)));
    assert_eq!(store.file(&other, &message).await.unwrap(), None);
    let missing = store.file(&chat, &MessageId::new("m2")).await.unwrap();
    assert_eq!(missing, None);
}

pub async fn who_uploaded_a_file_is_known_until_the_file_is_gone(store: &impl Store) {
    let (chat, message) = said_with_file(store).await;
    let anna = AgentId::new("@anna:example.org");
    let (ours, hers) = (MediaId::new("mxc://x.org/a"), MediaId::new("mxc://x.org/b"));
    let second = MessageId::new("m2");
    let mut tx = begin(store).await;
    assert!(!tx.save_media(&message, &ours).await.unwrap(), "no file");
    tx.insert_file(&chat, &message, b"a").await.unwrap();
    assert_eq!(tx.find_media(&message).await.unwrap(), None);
    assert!(tx.save_media(&message, &ours).await.unwrap());
    tx.insert_media(&chat, &second, &hers, &anna).await.unwrap();
    let stored = [(ours, Uploader::Us), (hers, Uploader::Agent(anna))]
        .map(|(media, by)| StoredMedia { media, by });
    assert_eq!(tx.media_of(&chat).await.unwrap(), stored);
    assert_eq!(
        tx.find_media(&message).await.unwrap().as_ref(),
        stored.first()
    );
    let emptied = self::message("m1", None, "*****");
    tx.rewrite(&emptied).await.unwrap();
    assert_eq!(tx.find_media(&message).await.unwrap(), None);
    tx.commit().await.unwrap();
}

async fn said_with_file(store: &impl Store) -> (ChatId, MessageId) {
    found_service(store, "acme").await;
    let chat = start(store, "acme", "c1").await.id;
    let said = Message {
        attachment: Some(Attachment::of("a.txt", b"a")),
        ..message("m1", None, "")
    };
    append(store, &chat, ChatEventKind::Message(said)).await;
    (chat, MessageId::new("m1"))
}
