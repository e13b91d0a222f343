//! What the bot does with what a sync brought.

use matrix_sdk::{
    Room,
    ruma::RoomId,
    sync::{JoinedRoomUpdate, SyncResponse},
};
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::{
    bot::Bot,
    command::Text,
    error::{BotError, causes},
    invite::{self, Verdict},
    ledger::ManagementRoom,
    presence, reply,
    timeline::{self, Entry},
    unreadable::{self, Due, PAUSE},
};

const OUR_FAULT: &str = "Something went wrong on our side; try again.";

impl Bot {
    /// May be called again with the same batch: what was answered is not answered again.
    pub(crate) async fn handle(
        &mut self,
        batch: &SyncResponse,
        cancel: &CancellationToken,
    ) -> Result<(), BotError> {
        self.tell_presence(batch).await;
        for room in batch.rooms.left.keys() {
            self.drop_room(room, "the bot was removed from a management room")
                .await?;
        }
        for (id, update) in &batch.rooms.joined {
            let Some(room) = self.managed(id) else {
                continue;
            };
            let done = self.attend(&room, update, cancel).await;
            passable(&room, done)?;
        }
        self.look_again(cancel).await?;
        for room in self.client.invited_rooms() {
            if cancel.is_cancelled() {
                return Ok(());
            }
            let done = self.consider(&room).await;
            passable(&room, done)?;
        }
        Ok(())
    }

    async fn tell_presence(&self, batch: &SyncResponse) {
        let seen = presence::seen(&batch.presence, &self.me);
        if !seen.is_empty()
            && let Err(failure) = self.reception.presence(&seen).await
        {
            error!(error = %causes(&failure), "presence was not noted");
        }
    }

    async fn attend(
        &mut self,
        room: &Room,
        update: &JoinedRoomUpdate,
        cancel: &CancellationToken,
    ) -> Result<(), BotError> {
        self.greet(room).await?;
        let events = match self.ledger.since {
            Some(_) => timeline::since_joining(&update.timeline.events, &self.me),
            // The first sync of a new folder tells of old times.
            None => &[],
        };
        for event in events {
            if cancel.is_cancelled() {
                return Ok(());
            }
            match timeline::entry(event, &self.me) {
                Some(Entry::Text(text)) => self.reply_to(room, &text).await?,
                Some(Entry::Unreadable(id, event)) => {
                    self.ledger
                        .remember(room.room_id(), id, event, self.clock.now());
                }
                None => {}
            }
        }
        if update.timeline.events.iter().any(timeline::is_membership)
            && invite::is_deserted(room).await?
        {
            invite::leave(room).await?;
            self.drop_room(room.room_id(), "everybody left a management room")
                .await?;
        }
        Ok(())
    }

    async fn greet(&mut self, room: &Room) -> Result<(), BotError> {
        let Some(entry) = self
            .ledger
            .rooms
            .get_mut(room.room_id())
            .filter(|entry| !entry.greeted)
        else {
            return Ok(());
        };
        let occasion = format!("{} {}", room.room_id(), entry.since.as_millis());
        reply::notice(room, &self.reception.greeting(), "greeting", &occasion).await?;
        entry.greeted = true;
        self.save().await
    }

    async fn reply_to(&mut self, room: &Room, text: &Text) -> Result<(), BotError> {
        if self.ledger.answered.contains(&text.event) {
            return Ok(());
        }
        let words = match self.unsent.take().filter(|(event, _)| *event == text.event) {
            Some((_, words)) => Some(words),
            None => self.ask(room, text).await,
        };
        let Some(words) = words else {
            self.ledger.answered.insert(text.event.clone());
            return Ok(());
        };
        if let Err(error) = reply::answer(room, text, &words).await {
            self.unsent = Some((text.event.clone(), words));
            return Err(error);
        }
        self.ledger.answered.insert(text.event.clone());
        self.save().await
    }

    async fn ask(&self, room: &Room, text: &Text) -> Option<String> {
        match self.reception.command(&text.person(), &text.body).await {
            Ok(words) => words,
            Err(failure) => {
                error!(room.id = %room.room_id(), event.id = %text.event, error = %causes(&failure), "a command failed");
                Some(OUR_FAULT.to_owned())
            }
        }
    }

    /// Tries what could not be decrypted once more.
    async fn look_again(&mut self, cancel: &CancellationToken) -> Result<(), BotError> {
        for event in self.ledger.unreadable.clone() {
            if cancel.is_cancelled() {
                return Ok(());
            }
            let now = self.clock.now();
            let Some(room) = self.managed(&event.room) else {
                self.ledger.settle(&event.id);
                continue;
            };
            if let Some(opened) = unreadable::decrypt(&room, &event.event).await {
                if let Some(Entry::Text(text)) = timeline::entry(&opened, &self.me) {
                    let done = self.reply_to(&room, &text).await;
                    passable(&room, done)?;
                }
                self.ledger.settle(&event.id);
                continue;
            }
            match unreadable::due(&event, now) {
                Due::Wait => {}
                Due::GiveUp => self.ledger.settle(&event.id),
                Due::Explain => {
                    let fresh = self.ledger.was_told(&event.room, now, PAUSE);
                    if !fresh {
                        let words = self.reception.cannot_decrypt();
                        let done = unreadable::explain(&self.client, &room, &event, &words).await;
                        passable(&room, done)?;
                        info!(room.id = %event.room, event.id = %event.id, "the bot explained that it could not decrypt a message");
                    }
                    self.ledger.told(&event.id, now, PAUSE);
                    self.save().await?;
                }
            }
        }
        Ok(())
    }

    async fn consider(&mut self, room: &Room) -> Result<(), BotError> {
        let (person, direct) = match invite::judge(room, self.reception.as_ref()).await? {
            Verdict::Accept { person, direct } => (person, direct),
            Verdict::Decline => return invite::decline(room).await,
            Verdict::Later => return Ok(()),
        };
        let entry = ManagementRoom {
            person: person.clone(),
            since: self.clock.now(),
            greeted: false,
            explained: None,
        };
        self.ledger.rooms.insert(room.room_id().to_owned(), entry);
        self.save_rooms().await?;
        if invite::accept(&self.client, room, &person, direct).await? {
            info!(room.id = %room.room_id(), "the bot joined a management room");
            Ok(())
        } else {
            self.drop_room(
                room.room_id(),
                "an invitation did not become a management room",
            )
            .await
        }
    }

    /// The room, if it is a management room that the bot is in.
    fn managed(&self, id: &RoomId) -> Option<Room> {
        self.ledger
            .rooms
            .contains_key(id)
            .then(|| self.client.get_room(id))
            .flatten()
    }

    async fn drop_room(&mut self, id: &RoomId, why: &'static str) -> Result<(), BotError> {
        if self.ledger.forget(id).is_none() {
            return Ok(());
        }
        info!(room.id = %id, "{why}");
        self.save_rooms().await?;
        if let Some(room) = self.client.get_room(id) {
            let done = invite::leave(&room).await;
            passable(&room, done)?;
        }
        Ok(())
    }
}

/// What will never work in one room does not stand in the way of the others.
fn passable(room: &Room, done: Result<(), BotError>) -> Result<(), BotError> {
    done.or_else(|error| match error {
        BotError::Never(_) => {
            warn!(room.id = %room.room_id(), error = %causes(&error), "something will not work in a room");
            Ok(())
        }
        other => Err(other),
    })
}
