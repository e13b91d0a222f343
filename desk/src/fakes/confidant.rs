//! A bot that remembers what it said to whom, as the homeserver does: a key used twice in a room is
//! one message.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicU32, Ordering},
};

use async_trait::async_trait;

use crate::{
    ids::{AgentId, EffectId, EventId, RoomId},
    ports::{Clock, Confidant, DeliveryError, Told, Whisper},
};

/// What one person was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whispered {
    pub person: AgentId,
    pub text: String,
    pub room: RoomId,
    pub key: EffectId,
    pub told: Told,
}

pub struct FakeConfidant {
    clock: Arc<dyn Clock>,
    is_away: AtomicBool,
    /// The direct rooms are others than before.
    moves: AtomicU32,
    /// Somebody else is in the direct rooms, too.
    is_crowded: AtomicBool,
    /// So many answers get lost on their way.
    unheard: AtomicU32,
    said: Mutex<Vec<Whispered>>,
}

impl FakeConfidant {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            is_away: AtomicBool::new(false),
            moves: AtomicU32::new(0),
            is_crowded: AtomicBool::new(false),
            unheard: AtomicU32::new(0),
            said: Mutex::default(),
        }
    }

    /// It is not logged in.
    pub fn set_away(&self, is_away: bool) {
        self.is_away.store(is_away, Ordering::SeqCst);
    }

    /// Everybody makes a new direct room.
    pub fn move_rooms(&self) {
        self.moves.fetch_add(1, Ordering::SeqCst);
    }

    /// Somebody else comes into the direct rooms there are.
    pub fn crowd(&self) {
        self.is_crowded.store(true, Ordering::SeqCst);
    }

    /// What it said last was lost on its way.
    pub fn forget(&self) {
        self.said.lock().unwrap().pop();
    }

    /// It will be said, and nobody hears that it was.
    pub fn loses_answers(&self, count: u32) {
        self.unheard.store(count, Ordering::SeqCst);
    }

    pub fn said(&self) -> Vec<Whispered> {
        self.said.lock().unwrap().clone()
    }

    fn say(&self, whisper: &Whisper<'_>, key: &EffectId) -> Told {
        let mut said = self.said.lock().unwrap();
        let is_repeat = |before: &&Whispered| before.key == *key && before.room == *whisper.room;
        if let Some(before) = said.iter().find(is_repeat) {
            return before.told.clone();
        }
        let told = Told {
            event: EventId::new(format!("$whispered-{}-{key}", said.len())),
            at: self.clock.now(),
        };
        let text = match self.is_crowded.load(Ordering::SeqCst) {
            true => whisper.in_company,
            false => whisper.text,
        };
        said.push(Whispered {
            person: whisper.person.clone(),
            text: text.to_owned(),
            room: whisper.room.clone(),
            key: key.clone(),
            told: told.clone(),
        });
        told
    }
}

#[async_trait]
impl Confidant for FakeConfidant {
    fn is_ready(&self) -> bool {
        !self.is_away.load(Ordering::SeqCst)
    }

    async fn room_with(&self, person: &AgentId) -> Result<RoomId, DeliveryError> {
        let moves = self.moves.load(Ordering::SeqCst);
        Ok(RoomId::new(format!("!alone-{moves}-with-{person}")))
    }

    async fn tell(&self, whisper: &Whisper<'_>, key: &EffectId) -> Result<Told, DeliveryError> {
        let told = self.say(whisper, key);
        let lose = |left: u32| left.checked_sub(1);
        match self
            .unheard
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, lose)
        {
            Ok(_) => Err(DeliveryError::Later {
                after: None,
                source: "told to lose it".into(),
            }),
            Err(_) => Ok(told),
        }
    }
}
