//! The bot: who it is, and what it works with.

use std::sync::Arc;

use desk::ports::{Clock, Reception};
use matrix_sdk::{
    Client,
    ruma::{OwnedUserId, api::client::sync::sync_events::v3::Filter},
};
use tokio::sync::Notify;
use tracing::info;

use crate::{
    backoff::Backoff,
    confide::Confidences,
    error::BotError,
    ledger::Ledger,
    management::{self, ManagementRooms},
    session,
    settings::BotSettings,
};

/// The homeserver stopped answering the bot's sync, or answers it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    Begins,
    Ends,
}

/// Called from the sync loop; must not block.
pub type OnOutage = Arc<dyn Fn(Outage) + Send + Sync>;

/// The bot, logged in. [`Bot::run`] is its work.
pub struct Bot {
    pub(crate) settings: BotSettings,
    pub(crate) client: Client,
    pub(crate) me: OwnedUserId,
    pub(crate) reception: Arc<dyn Reception>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ledger: Ledger,
    pub(crate) rooms: ManagementRooms,
    /// The filter as the homeserver keeps it; `None` when the rooms changed.
    pub(crate) filter: Option<Filter>,
    pub(crate) on_outage: OnOutage,
    pub(crate) backoff: Backoff,
    /// What it is to say to people alone.
    pub(crate) confidences: Option<Confidences>,
    /// Rung when there may be news.
    pub(crate) news: Arc<Notify>,
    /// What the bot did itself is news, too, of which nobody tells it.
    pub(crate) is_curious: bool,
    /// The last sync worked. Until then there is no rest between two.
    pub(crate) is_up: bool,
    /// The log says that the homeserver limits the bot.
    pub(crate) was_slowed: bool,
    /// Somebody was told of the outage.
    pub(crate) is_out: bool,
    /// An answer that did not get through yet, so that its command is not carried out twice.
    pub(crate) unsent: Option<(matrix_sdk::ruma::OwnedEventId, desk::ports::Answer)>,
}

impl Bot {
    /// Logs in, or goes on with the session in the folder, and sees to the device's keys.
    ///
    /// # Errors
    /// [`BotError::Later`] while the homeserver does not answer; [`BotError::Refused`] when a
    /// person must mend something, with the sentence that says what.
    pub async fn connect(
        settings: BotSettings,
        reception: Arc<dyn Reception>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, BotError> {
        let me = settings.bot()?;
        let client = session::open(&settings).await?;
        let mut ledger = Ledger::open(&client).await?;
        if ledger.since.is_none() {
            ledger
                .rooms
                .extend(management::recover(&client, clock.now()).await?);
        }
        let rooms = ManagementRooms::default();
        rooms.show(&ledger);
        info!(rooms = ledger.rooms.len(), "the bot is logged in");
        Ok(Self {
            settings,
            client,
            me,
            reception,
            clock,
            ledger,
            rooms,
            filter: None,
            on_outage: Arc::new(|_| {}),
            news: Arc::default(),
            is_curious: true,
            backoff: Backoff::default(),
            confidences: None,
            is_up: false,
            was_slowed: false,
            is_out: false,
            unsent: None,
        })
    }

    /// A broken sync is the first sign that the homeserver restarted.
    pub fn on_outage(mut self, call: OnOutage) -> Self {
        self.on_outage = call;
        self
    }

    /// Looks at once for what came when this is rung, and not only after its rest.
    pub fn roused_by(mut self, news: Arc<Notify>) -> Self {
        self.news = news;
        self
    }

    /// Says what is confided to it.
    pub fn confided_in(mut self, confidences: Confidences) -> Self {
        self.confidences = Some(confidences);
        self
    }

    /// Stays true while the bot runs.
    pub fn management_rooms(&self) -> ManagementRooms {
        self.rooms.clone()
    }

    /// Saves the ledger after its rooms changed: the next sync has another filter.
    pub(crate) async fn save_rooms(&mut self) -> Result<(), BotError> {
        self.filter = None;
        self.is_curious = true;
        self.rooms.show(&self.ledger);
        self.save().await
    }

    pub(crate) async fn save(&self) -> Result<(), BotError> {
        self.ledger.save(&self.client).await
    }
}
