//! What the desk must do at a stored moment, done at that moment without polling.

use std::{sync::Arc, time::Duration};

use futures_util::future::{Either, select};
use tracing::error;

use crate::{
    engine::Engine,
    ids::{ChatId, CustomerId, EffectId},
    refusal::DeskError,
};

/// How long to wait after the store failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Something that becomes due. Each is stored once, with its time; what is not wanted any more
/// when its time comes is dropped by whoever looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// The customer has not answered for long: ask whether it is still there.
    IdleWarning(ChatId),
    /// It was asked, and has not answered.
    IdleClose(ChatId),
    /// The chat may have been waiting for nobody.
    Abandoned(ChatId),
    /// The daily clearing out of what was kept long enough.
    Retention,
    /// Something under masks has been kept long enough.
    Expiry,
    /// What this effect has shown to somebody must be taken back.
    Conceal(EffectId),
    /// A customer is being erased, and there is more of it.
    Erasure(CustomerId),
}

impl Deadline {
    /// As it is stored: its kind, and what it is about.
    pub fn key(&self) -> (&'static str, &str) {
        match self {
            Self::IdleWarning(chat) => ("idle_warning", chat.as_str()),
            Self::IdleClose(chat) => ("idle_close", chat.as_str()),
            Self::Abandoned(chat) => ("abandoned", chat.as_str()),
            Self::Retention => ("retention", ""),
            Self::Expiry => ("expiry", ""),
            Self::Conceal(reveal) => ("conceal", reveal.as_str()),
            Self::Erasure(customer) => ("erasure", customer.as_str()),
        }
    }

    /// `None`: made by a newer release.
    pub fn from_key(kind: &str, subject: &str) -> Option<Self> {
        let chat = || ChatId::new(subject);
        match kind {
            "idle_warning" => Some(Self::IdleWarning(chat())),
            "idle_close" => Some(Self::IdleClose(chat())),
            "abandoned" => Some(Self::Abandoned(chat())),
            "retention" => Some(Self::Retention),
            "expiry" => Some(Self::Expiry),
            "erasure" => Some(Self::Erasure(CustomerId::new(subject))),
            "conceal" => Some(Self::Conceal(EffectId::new(subject))),
            _ => None,
        }
    }
}

/// Runs for ever; drop it to stop it.
pub async fn watch_deadlines(engine: Arc<Engine>) {
    loop {
        let moved = engine.deadline_moved();
        if let Err(failure) = until_next(&engine, moved).await {
            error!(
                error = &failure as &dyn std::error::Error,
                "what was due could not be done"
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
                engine.take_back_what_ran_out().await?;
                engine.meet_deadlines().await?;
            }
        }
    }
    Ok(())
}
