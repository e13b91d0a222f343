//! The sync loop: nothing moves on before what came is answered.
//!
//! The bot does not wait at the homeserver for news but is roused, or looks by itself now and
//! then: Synapse wakes a waiting sync for each event in each room of the bot, portals too, and
//! works out that its filter leaves nothing while the agent's own sync waits for its turn.

use std::time::Duration;

use matrix_sdk::{
    config::{SyncSettings, SyncToken},
    ruma::{
        api::client::{filter::create_filter, sync::sync_events::v3::Filter},
        presence::PresenceState,
    },
    sync::SyncResponse,
};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::{
    bot::{Bot, Outage},
    confide,
    error::{BotError, causes},
    invite, management, session, unreadable,
};

impl Bot {
    /// Works until cancelled, and then ends between two answers.
    ///
    /// # Errors
    /// [`BotError::Refused`] and [`BotError::Folder`]; an outage of the homeserver is waited out.
    pub async fn run(mut self, cancel: CancellationToken) -> Result<(), BotError> {
        let mut held = None;
        // Not before the first sync: it tells of devices that people have got meanwhile.
        let mut listening = None;
        while !cancel.is_cancelled() {
            match self.turn(&mut held, &cancel).await {
                Ok(()) => {
                    self.works();
                    if listening.is_none() {
                        listening = self.confidences.as_ref().map(confide::Confidences::listen);
                    }
                }
                Err(error) => {
                    listening = None;
                    self.fails(error, &cancel).await?;
                }
            }
        }
        Ok(())
    }

    /// One sync and its answers. What came is `held` until all of it is answered.
    async fn turn(
        &mut self,
        held: &mut Option<SyncResponse>,
        cancel: &CancellationToken,
    ) -> Result<(), BotError> {
        if held.is_none() {
            tokio::select! {
                biased;
                () = cancel.cancelled() => return Ok(()),
                batch = self.next_batch() => *held = Some(batch?),
            }
        }
        let Some(batch) = held else { return Ok(()) };
        self.handle(batch, cancel).await?;
        if !cancel.is_cancelled() {
            self.ledger.close_page(batch.next_batch.clone());
            self.save().await?;
            *held = None;
        }
        Ok(())
    }

    async fn next_batch(&mut self) -> Result<SyncResponse, BotError> {
        let asked = tokio::select! {
            biased;
            asked = confide::next(self.confidences.as_ref()), if self.is_up => Some(asked),
            () = self.news.notified() => None,
            () = self.clock.sleep_until(self.clock.now() + self.rest()) => None,
        };
        if let Some(asked) = asked {
            self.confide(asked).await;
        }
        // Until it worked.
        self.is_curious = true;
        let batch = self.sync().await?;
        self.is_curious = false;
        Ok(batch)
    }

    /// How long the bot lets the homeserver be, unless it is roused.
    fn rest(&self) -> Duration {
        if self.is_curious || !self.is_up {
            return Duration::ZERO;
        }
        let now = self.clock.now();
        let due = [
            unreadable::next_due(&self.ledger, now),
            invite::next_due(self.ledger.invitations.values(), now),
        ];
        let due = due.into_iter().flatten().min();
        due.map_or(self.settings.rest, |due| due.min(self.settings.rest))
    }

    async fn sync(&mut self) -> Result<SyncResponse, BotError> {
        let since = self
            .ledger
            .since
            .clone()
            .map_or(SyncToken::NoToken, SyncToken::Specific);
        let settings = SyncSettings::new()
            .filter(self.filter().await?)
            .set_presence(PresenceState::Online)
            .timeout(Duration::ZERO)
            .token(since);
        Ok(self.client.sync_once(settings).await?)
    }

    /// Kept by the homeserver: with many rooms it is too long for an address.
    async fn filter(&mut self) -> Result<Filter, BotError> {
        if let Some(filter) = &self.filter {
            return Ok(filter.clone());
        }
        let filter = management::filter(&self.ledger, self.me.server_name());
        let request = create_filter::v3::Request::new(self.me.clone(), filter);
        let filter = Filter::FilterId(self.client.send(request).await?.filter_id);
        self.filter = Some(filter.clone());
        Ok(filter)
    }

    fn works(&mut self) {
        self.backoff.reset();
        self.is_up = true;
        if self.is_out {
            self.is_out = false;
            info!("the homeserver answers the bot again");
            (self.on_outage)(Outage::Ends);
        }
    }

    async fn fails(&mut self, error: BotError, cancel: &CancellationToken) -> Result<(), BotError> {
        let error = match error {
            BotError::LoggedOut => {
                tokio::select! {
                    biased;
                    () = cancel.cancelled() => return Ok(()),
                    again = self.log_in_again() => match again {
                        Ok(()) => return Ok(()),
                        Err(error) => error,
                    },
                }
            }
            other => other,
        };
        match error {
            BotError::Refused { .. } | BotError::Folder(_) => return Err(error),
            BotError::Later {
                after: Some(span), ..
            } => {
                self.is_slowed();
                self.wait(span, cancel).await;
                return Ok(());
            }
            BotError::Later { after: None, .. } | BotError::LoggedOut => {}
            // Perhaps the filter, which an older database of the homeserver does not know.
            BotError::Never(_) => self.filter = None,
        }
        self.is_up = false;
        if !self.is_out {
            self.is_out = true;
            warn!(error = %causes(&error), "the homeserver does not answer the bot; trying again until it does");
            (self.on_outage)(Outage::Begins);
        }
        let span = self.backoff.next(rand::random());
        self.wait(span, cancel).await;
        Ok(())
    }

    /// The bot speaks with its own access token, to which the registration's
    /// `rate_limited: false` does not apply.
    fn is_slowed(&mut self) {
        if !self.was_slowed {
            self.was_slowed = true;
            warn!(
                bot.id = %self.me,
                "the homeserver limits how often the bot may speak, so answers come late; on Synapse an admin lifts it with `POST /_synapse/admin/v1/users/<bot>/override_ratelimit`"
            );
        }
    }

    async fn wait(&self, span: Duration, cancel: &CancellationToken) {
        tokio::select! {
            () = cancel.cancelled() => {}
            () = self.clock.sleep_until(self.clock.now() + span) => {}
        }
    }

    async fn log_in_again(&mut self) -> Result<(), BotError> {
        self.client = session::open(&self.settings).await?;
        self.filter = None;
        Ok(())
    }
}
