//! Takes back offers the moment they run out, without polling.

use std::{sync::Arc, time::Duration};

use futures_util::future::{Either, select};
use tracing::error;

use crate::{engine::Engine, refusal::DeskError};

/// How long to wait after the store failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Runs for ever; drop it to stop it.
pub async fn watch_deadlines(engine: Arc<Engine>) {
    loop {
        let moved = engine.deadline_moved();
        if let Err(failure) = until_next(&engine, moved).await {
            error!(
                error = &failure as &dyn std::error::Error,
                "offers could not be taken back"
            );
            engine
                .clock()
                .sleep_until(engine.clock().now() + AFTER_FAILURE)
                .await;
        }
    }
}

async fn until_next(
    engine: &Engine,
    moved: event_listener::EventListener,
) -> Result<(), DeskError> {
    match engine.store().next_deadline().await? {
        None => moved.await,
        Some(deadline) => {
            if let Either::Left(_) = select(engine.clock().sleep_until(deadline), moved).await {
                engine.take_back_overdue_offers().await?;
            }
        }
    }
    Ok(())
}
