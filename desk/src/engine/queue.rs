//! What customers who wait are told: their place, how long it will probably take, and whether to
//! think of leaving an inquiry.

use super::{Engine, Work};
use crate::{
    chat::Chat,
    event::ChatEventKind,
    ports::StoreError,
    routing::{Board, RECENT_WAITS, TOLD_EACH_TIME, TOLD_LATER, estimated_wait},
    service::Service,
    store::Place,
};

impl Work<'_> {
    /// Tells the customer its place in the queue, and whether to think of leaving an inquiry:
    /// when nobody is there, or everybody who is there has let an offer of this chat pass.
    pub(super) async fn tell_waiting(&mut self, chat: &Chat) -> Result<(), StoreError> {
        let Some(service) = self.tx.find_service(&chat.service).await? else {
            return Ok(());
        };
        let board = self.board(&service).await?;
        let place = Place {
            chat: chat.id.clone(),
            place: self.tx.waiting_before(chat).await? + 1,
        };
        self.tell_places(&service, &board, vec![place]).await
    }

    /// Tells those whose place has changed: of the first 50 each time, of those behind them now
    /// and then, so that one chat that is taken stays one change however many wait.
    pub(super) async fn tell_queue(
        &mut self,
        service: &Service,
        board: &Board,
    ) -> Result<(), StoreError> {
        let slug = &service.slug;
        let mut moved = self.tx.moved_in_front(slug, TOLD_EACH_TIME).await?;
        let (every, at_most) = TOLD_LATER;
        let behind = self
            .tx
            .moved_behind(slug, TOLD_EACH_TIME, at_most, (every, self.now));
        moved.extend(behind.await?);
        self.tell_places(service, board, moved).await
    }

    async fn tell_places(
        &mut self,
        service: &Service,
        board: &Board,
        places: Vec<Place>,
    ) -> Result<(), StoreError> {
        if places.is_empty() {
            return Ok(());
        }
        let waits = self.tx.recent_waits(&service.slug, RECENT_WAITS).await?;
        let working = board.working();
        for Place { chat, place } in places {
            let passed = self.tx.passed(&chat).await?;
            let told = ChatEventKind::Waiting {
                position: place,
                wait_s: estimated_wait(&waits, place, working),
                contact: !board.has_hope(&passed),
            };
            self.append(&chat, &told).await?;
            self.tx
                .save_told_place(&chat, Some(place), self.now)
                .await?;
        }
        Ok(())
    }
}

impl Engine {
    /// How long who starts a chat now will probably wait, in seconds.
    pub async fn estimated_wait(&self, service: &Service) -> Result<Option<u64>, StoreError> {
        let waits = self.store.recent_waits(&service.slug, RECENT_WAITS).await?;
        let waiting = self.store.waiting_count(&service.slug).await?;
        let agents = self.store.agents(&service.slug).await?;
        let attendance = self.attendance(service);
        let working = agents
            .iter()
            .filter(|candidate| candidate.agent.is_routable(attendance))
            .count();
        Ok(estimated_wait(&waits, waiting + 1, working))
    }
}
