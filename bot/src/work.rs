//! What the bot does with what a sync brought.

use desk::ports::Answer;
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
    invite, presence, reply,
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
        for room in batch.rooms.invited.keys() {
            self.ledger
                .invitations
                .insert(room.clone(), self.clock.now());
        }
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
        let now = self.clock.now();
        let due = self
            .ledger
            .invitations
            .iter()
            .filter(|(_, due)| **due <= now);
        for room in due.map(|(room, _)| room.clone()).collect::<Vec<_>>() {
            if cancel.is_cancelled() {
                return Ok(());
            }
            self.consider(&room).await?;
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
        if !self.welcome(room).await? {
            return Ok(());
        }
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
        let timeline = &update.timeline;
        let moved = timeline.limited || timeline.events.iter().any(timeline::is_membership);
        if moved && invite::is_deserted(room).await? {
            self.drop_room(room.room_id(), "everybody left a management room")
                .await?;
        }
        Ok(())
    }

    /// Greets in a room that is new. `false`: the room is not for two, and the bot left it.
    async fn welcome(&mut self, room: &Room) -> Result<bool, BotError> {
        let entry = self.ledger.rooms.get(room.room_id());
        let Some(entry) = entry.filter(|entry| !entry.greeted).cloned() else {
            return Ok(true);
        };
        if !invite::is_for_two(&self.client, room, &entry).await? {
            self.drop_room(room.room_id(), "the bot left a room that is not for two")
                .await?;
            return Ok(false);
        }
        let occasion = format!("{} {}", room.room_id(), entry.since.as_millis());
        reply::notice(room, &self.reception.greeting(), "greeting", &occasion).await?;
        if let Some(entry) = self.ledger.rooms.get_mut(room.room_id()) {
            entry.greeted = true;
        }
        self.save().await?;
        Ok(true)
    }

    async fn reply_to(&mut self, room: &Room, text: &Text) -> Result<(), BotError> {
        if self.ledger.answered.contains(&text.event) {
            return Ok(());
        }
        let answer = match self.unsent.take().filter(|(event, _)| *event == text.event) {
            Some((_, answer)) => answer,
            None => self.ask(room, text).await,
        };
        let said = match &answer {
            Answer::Nothing => {
                self.ledger.answered.insert(text.event.clone());
                return Ok(());
            }
            Answer::Done => reply::tick(room, text).await,
            Answer::Words(words) => reply::answer(room, text, words).await,
        };
        if let Err(error) = said {
            self.unsent = Some((text.event.clone(), answer));
            return Err(error);
        }
        self.ledger.answered.insert(text.event.clone());
        self.save().await
    }

    async fn ask(&self, room: &Room, text: &Text) -> Answer {
        match self.reception.command(&text.person(), &text.body).await {
            Ok(answer) => answer,
            Err(failure) => {
                error!(room.id = %room.room_id(), event.id = %text.event, error = %causes(&failure), "a command failed");
                Answer::Words(OUR_FAULT.to_owned())
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

    /// The room, if it is a management room that the bot is in.
    fn managed(&self, id: &RoomId) -> Option<Room> {
        self.ledger
            .rooms
            .contains_key(id)
            .then(|| self.client.get_room(id))
            .flatten()
    }

    pub(crate) async fn drop_room(
        &mut self,
        id: &RoomId,
        why: &'static str,
    ) -> Result<(), BotError> {
        if !self.ledger.rooms.contains_key(id) {
            return Ok(());
        }
        info!(room.id = %id, "{why}");
        invite::leave(&self.client, id).await?;
        self.ledger.forget(id);
        self.save_rooms().await
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
