//! Business hours, as they are enforced.

use std::time::Duration;

use desk::{
    ports::Store,
    refusal::{DeskError, Refusal},
    service::{Availability, Hours},
};

use crate::desk_in_process::{at_a_desk, slug};

#[tokio::test]
async fn outside_the_hours_no_chat_is_started_and_a_running_one_goes_on() {
    at_a_desk(&["anna"], 3, async |desk| {
        desk.online(&["anna"]).await;
        let chat = desk.start_with("anna").await;
        // It is 22:13 in UTC.
        let words = ["daily", "09:00-22:14", "UTC"].map(str::to_owned);
        let mut tx = desk.store.begin().await.unwrap();
        let mut service = tx.find_service(&slug("acme")).await.unwrap().unwrap();
        service.settings.hours = Some(Hours::read(&words, None).unwrap());
        tx.save_settings(&service).await.unwrap();
        tx.commit().await.unwrap();

        let offered = desk.engine.availability(&service).await.unwrap();
        assert_eq!(offered, Availability::Available);
        desk.passes(Duration::from_secs(60)).await;
        let offered = desk.engine.availability(&service).await.unwrap();
        assert_eq!(offered, Availability::Disabled);
        match desk.try_start("acme").await {
            Err(DeskError::Refused(Refusal::OutsideHours { opens: Some(opens) })) => {
                assert_eq!(opens.to_rfc3339(), "2023-11-15T09:00:00.000Z");
            }
            other => panic!("{other:?}"),
        }
        desk.say(&chat, "are you still there?").await;
        desk.writes(&chat, "anna", "yes").await;
        desk.settle().await;
        assert_eq!(desk.texts(&chat).await, ["are you still there?", "yes"]);
    })
    .await;
}
