//! Masks, what is under them, and which events show a message.

use super::*;
use crate::{
    ids::MaskId,
    masking::Kind,
    masks::{Mask, Part, Run, Sealed},
    store::Suggestion,
};

pub(super) fn mask(id: &str, chat: &ChatId, message: &str) -> Mask {
    Mask {
        id: MaskId::new(id),
        chat: chat.clone(),
        message: MessageId::new(message),
        number: 0,
        by: None,
        at: NOON,
        runs: vec![Run {
            part: Part::FileName,
            start: 1,
            end: 4,
            kind: Kind::Phone,
        }],
        undone_at: None,
    }
}

/// A chat with two messages, each of which says its id.
pub(super) async fn said(store: &impl Store) -> ChatId {
    found_service(store, "acme").await;
    let chat = start(store, "acme", "c1").await.id;
    for id in ["m1", "m2"] {
        let said = ChatEventKind::Message(message(id, None, id));
        append(store, &chat, said).await;
    }
    chat
}

pub async fn masks_are_numbered_in_their_chat_and_lie_there_until_they_are_undone(
    store: &impl Store,
) {
    let chat = said(store).await;
    let (mut first, mut second) = (mask("k1", &chat, "m1"), mask("k2", &chat, "m1"));
    let mut tx = begin(store).await;
    tx.insert_mask(&mut first).await.unwrap();
    tx.insert_mask(&mut second).await.unwrap();
    assert_eq!((first.number, second.number), (1, 2));
    let m1 = MessageId::new("m1");
    assert_eq!(
        tx.masks_over(&m1).await.unwrap(),
        [first.clone(), second.clone()]
    );
    tx.mark_undone(&first.id, NOON).await.unwrap();
    assert_eq!(tx.masks_over(&m1).await.unwrap(), [second.clone()]);
    first.undone_at = Some(NOON);
    assert_eq!(
        tx.masks_of(&chat, 9).await.unwrap(),
        [first.clone(), second]
    );
    assert_eq!(tx.masks_of(&chat, 1).await.unwrap(), [first]);
    tx.commit().await.unwrap();
}

pub async fn what_is_under_a_mask_is_kept_as_it_was_sealed_until_it_is_deleted(store: &impl Store) {
    let chat = said(store).await;
    let mut over = mask("k1", &chat, "m1");
    let mut sealed = Sealed {
        key: "one".into(),
        nonce: vec![1; 12],
        bytes: vec![0, 255, 7],
    };
    let mut tx = begin(store).await;
    tx.insert_mask(&mut over).await.unwrap();
    assert_eq!(tx.find_sealed(&over.id).await.unwrap(), None);
    tx.save_sealed(&over.id, &sealed, NOON).await.unwrap();
    sealed.key = "two".into();
    tx.save_sealed(&over.id, &sealed, NOON).await.unwrap();
    assert_eq!(tx.find_sealed(&over.id).await.unwrap(), Some(sealed));
    tx.delete_sealed(&over.id).await.unwrap();
    assert_eq!(tx.find_sealed(&over.id).await.unwrap(), None);
    tx.commit().await.unwrap();
}

pub async fn a_message_is_found_by_every_event_that_showed_it(store: &impl Store) {
    let chat = said(store).await;
    let m1 = MessageId::new("m1");
    let (original, edit, now) = (EventId::new("$1"), EventId::new("$2"), EventId::new("$3"));
    let mut tx = begin(store).await;
    tx.save_event_of_message(&m1, &original).await.unwrap();
    tx.add_shown_before(&chat, &m1, &edit).await.unwrap();
    tx.commit().await.unwrap();
    let standing = store.standing(&m1).await.unwrap().unwrap();
    assert_eq!(standing.event, Some(original.clone()));
    assert_eq!(standing.before, std::slice::from_ref(&edit));

    let mut tx = begin(store).await;
    tx.save_replacement(&chat, &m1, Some(&now)).await.unwrap();
    for (event, is_hidden) in [(&original, true), (&edit, true), (&now, false)] {
        let found = tx.find_message_shown(&chat, event).await.unwrap();
        let (found, hidden) = found.expect("the message");
        assert_eq!((found.id, hidden), (m1.clone(), is_hidden), "{event}");
    }
    let elsewhere = ChatId::new("other");
    assert_eq!(tx.find_message_shown(&elsewhere, &now).await.unwrap(), None);
    tx.commit().await.unwrap();
    let standing = store.standing(&m1).await.unwrap().unwrap();
    assert_eq!((standing.event, standing.before), (Some(now), vec![]));
}

pub async fn quotations_are_taken_once_and_the_newest_messages_come_first(store: &impl Store) {
    let chat = said(store).await;
    let m1 = MessageId::new("m1");
    let quoting = EventId::new("$q");
    let mut tx = begin(store).await;
    tx.add_quotation(&chat, &m1, &quoting).await.unwrap();
    tx.add_quotation(&chat, &m1, &quoting).await.unwrap();
    assert_eq!(tx.take_quotations(&m1).await.unwrap(), [quoting]);
    assert_eq!(tx.take_quotations(&m1).await.unwrap(), []);
    let newest = tx.newest_messages(&chat, 1).await.unwrap();
    let ids: Vec<&str> = newest
        .iter()
        .map(|(_, message)| message.id.as_str())
        .collect();
    assert_eq!(ids, ["m2"]);
    tx.commit().await.unwrap();
}

pub async fn a_suggestion_is_kept_and_its_notice_means_the_message(store: &impl Store) {
    let chat = said(store).await;
    let (m1, notice) = (MessageId::new("m1"), EventId::new("$n"));
    let mut suggestion = Suggestion {
        kinds: vec![Kind::Phone, Kind::Card],
        event: None,
    };
    let mut tx = begin(store).await;
    assert_eq!(tx.find_suggestion(&m1).await.unwrap(), None);
    for event in [None, Some(notice.clone())] {
        suggestion.event = event;
        tx.save_suggestion(&chat, &m1, &suggestion).await.unwrap();
        let found = tx.find_suggestion(&m1).await.unwrap();
        assert_eq!(found.as_ref(), Some(&suggestion));
    }
    let meant = tx.find_message_suggested(&chat, &notice).await.unwrap();
    assert_eq!(meant.map(|message| message.id), Some(m1));
    let elsewhere = ChatId::new("other");
    for (chat, event) in [(&elsewhere, "$n"), (&chat, "$m")] {
        let event = EventId::new(event);
        let meant = tx.find_message_suggested(chat, &event).await.unwrap();
        assert_eq!(meant, None);
    }
    tx.commit().await.unwrap();
}
