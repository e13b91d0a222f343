//! Gap repair: reads a room backwards to the last event that was taken in, and puts everything
//! that was not into the inbox in the room's own order.
//!
//! Needed because Synapse forgets events for an application service when it stops at the wrong
//! moment (synapse#11637), and may deliver a transaction late and out of order.

use ruma::{UInt, api::client::message::get_message_events};

use desk::{event::Received, ids::RoomId};

use crate::{
    client::As,
    content,
    error::CallError,
    inbound::{Inbound, Trouble},
    transaction::read_event,
};

const PAGE: u32 = 100;
/// How far back to look: a hundred pages are more than any chat.
const PAGES: usize = 100;

impl Inbound {
    /// Says how many events were missing.
    pub(crate) async fn repair(&self, room: &RoomId) -> Result<usize, Trouble> {
        let mut since = self.read_back(room).await?;
        since.reverse();
        if since.is_empty() {
            return Ok(0);
        }
        let mut missing = 0;
        for event in &since {
            missing += usize::from(!self.engine.store().is_received(&event.id).await?);
        }
        let mut tx = self.engine.store().begin().await?;
        tx.reorder(&since, self.engine.clock().now()).await?;
        tx.commit().await?;
        Ok(missing)
    }

    /// The events of others that were not taken in, newest first: all since the last that was, and
    /// older ones as far as that page goes, for one may have been kept back.
    async fn read_back(&self, room: &RoomId) -> Result<Vec<Received>, Trouble> {
        let id = content::room_id(room).map_err(CallError::malformed)?;
        let bot = self.namespace.bot_id().map_err(CallError::malformed)?;
        let mut found = Vec::new();
        let mut from = None;
        for _ in 0..PAGES {
            let mut request = get_message_events::v3::Request::backward(id.clone());
            request.from = from.take();
            request.limit = UInt::from(PAGE);
            let page = self.client.call(As::User(&bot), request).await?;
            let mut reached = page.chunk.is_empty();
            for event in &page.chunk {
                let Ok(Some(event)) = read_event(event.json(), &self.namespace) else {
                    continue;
                };
                match self.engine.store().is_processed(&event.id).await? {
                    true => reached = true,
                    false => found.push(event),
                }
            }
            match page.end {
                Some(end) if !reached => from = Some(end),
                _ => break,
            }
        }
        Ok(found)
    }
}
