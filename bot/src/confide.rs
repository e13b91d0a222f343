//! Words for one person alone, in its management room.
//!
//! They are said between two syncs, as everything the bot does: a room that is made while one is
//! under way would be passed over by it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use desk::{
    ids::{AgentId, EffectId, EventId, RoomId, Timestamp},
    ports::{Confidant, DeliveryError, Told, Whisper},
};
use matrix_sdk::{
    RoomState, async_trait,
    ruma::{
        OwnedRoomId, OwnedUserId,
        api::client::room::get_room_event,
        events::{Mentions, room::message::RoomMessageEventContent},
    },
};
use tokio::sync::{Mutex, mpsc, oneshot};
use zeroize::Zeroizing;

use crate::{bot::Bot, error::BotError, reply};

/// How many may wait to be said.
const WAITING: usize = 32;
/// How long one waits for the bot.
const PATIENCE: Duration = Duration::from_secs(20);

type Done<T> = oneshot::Sender<Result<T, DeliveryError>>;

/// What the bot shall do, and who waits for it.
enum Wish {
    Room { person: AgentId, done: Done<RoomId> },
    Tell { words: Words, done: Done<Told> },
}

impl Wish {
    fn is_given_up(&self) -> bool {
        match self {
            Self::Room { done, .. } => done.is_closed(),
            Self::Tell { done, .. } => done.is_closed(),
        }
    }
}

struct Words {
    room: RoomId,
    person: AgentId,
    text: Zeroizing<String>,
    in_company: String,
    rings: bool,
    key: EffectId,
}

/// Hands wishes to the bot, whichever runs.
pub struct Whisperer {
    to_bot: mpsc::Sender<Wish>,
    is_up: Arc<AtomicBool>,
}

/// What the bot is to say. One bot at a time listens.
#[derive(Clone)]
pub struct Confidences {
    waiting: Arc<Mutex<mpsc::Receiver<Wish>>>,
    is_up: Arc<AtomicBool>,
}

/// Both ends.
pub fn whisper() -> (Whisperer, Confidences) {
    let (to_bot, waiting) = mpsc::channel(WAITING);
    let is_up = Arc::new(AtomicBool::new(false));
    let confidences = Confidences {
        waiting: Arc::new(Mutex::new(waiting)),
        is_up: Arc::clone(&is_up),
    };
    (Whisperer { to_bot, is_up }, confidences)
}

impl Whisperer {
    async fn ask<T>(&self, wish: impl FnOnce(Done<T>) -> Wish) -> Result<T, DeliveryError> {
        let (done, answered) = oneshot::channel();
        let ask = async {
            self.to_bot.send(wish(done)).await.ok()?;
            answered.await.ok()
        };
        match tokio::time::timeout(PATIENCE, ask).await {
            Ok(Some(outcome)) => outcome,
            Ok(None) | Err(_) => Err(DeliveryError::Later {
                after: None,
                source: "the bot did not do it in time".into(),
            }),
        }
    }
}

#[async_trait]
impl Confidant for Whisperer {
    fn is_ready(&self) -> bool {
        self.is_up.load(Ordering::Acquire)
    }

    async fn room_with(&self, person: &AgentId) -> Result<RoomId, DeliveryError> {
        let person = person.clone();
        self.ask(|done| Wish::Room { person, done }).await
    }

    async fn tell(&self, whisper: &Whisper<'_>, key: &EffectId) -> Result<Told, DeliveryError> {
        let words = Words {
            room: whisper.room.clone(),
            person: whisper.person.clone(),
            text: Zeroizing::new(whisper.text.to_owned()),
            in_company: whisper.in_company.to_owned(),
            rings: whisper.rings,
            key: key.clone(),
        };
        self.ask(|done| Wish::Tell { words, done }).await
    }
}

/// The bot listens as long as this lives.
pub(crate) struct Listening(Arc<AtomicBool>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Confidences {
    pub(crate) fn listen(&self) -> Listening {
        self.is_up.store(true, Ordering::Release);
        Listening(Arc::clone(&self.is_up))
    }

    /// The next that somebody still waits for.
    async fn next(&self) -> Wish {
        let mut waiting = self.waiting.lock().await;
        loop {
            match waiting.recv().await {
                Some(wish) if wish.is_given_up() => {}
                Some(wish) => return wish,
                None => std::future::pending().await,
            }
        }
    }
}

/// Something to do, taken from those who wait.
pub(crate) struct Taken(Wish);

/// The next thing to do; never, when nobody confides in the bot.
pub(crate) async fn next(confidences: Option<&Confidences>) -> Taken {
    match confidences {
        Some(confidences) => Taken(confidences.next().await),
        None => std::future::pending().await,
    }
}

impl Bot {
    /// Who does not wait any more asks again under the same key.
    pub(crate) async fn confide(&mut self, Taken(wish): Taken) {
        match wish {
            Wish::Room { person, done } => {
                let room = self.room_for(&person).await;
                let _ = done.send(room.map_err(delivery));
            }
            Wish::Tell { words, done } => {
                let told = self.say(&words).await;
                let _ = done.send(told.map_err(delivery));
            }
        }
    }

    async fn room_for(&mut self, person: &AgentId) -> Result<RoomId, BotError> {
        let room = self.room_with(&matrix_id(person)?).await?;
        Ok(RoomId::new(room.room_id().as_str()))
    }

    async fn say(&mut self, words: &Words) -> Result<Told, BotError> {
        let person = matrix_id(&words.person)?;
        let id = OwnedRoomId::try_from(words.room.as_str())
            .map_err(|error| BotError::Never(error.into()))?;
        let room = self.client.get_room(&id);
        let Some(room) = room.filter(|room| room.state() == RoomState::Joined) else {
            return Err(BotError::Never(
                "the bot is not in the room any more".into(),
            ));
        };
        let text = match self.is_alone_with(&room, &person).await? {
            true => words.text.as_str(),
            false => &words.in_company,
        };
        let content = match words.rings {
            true => RoomMessageEventContent::text_plain(text)
                .add_mentions(Mentions::with_user_ids([person])),
            // What pushes a text to phones would carry it along.
            false => RoomMessageEventContent::notice_plain(text),
        };
        let key = reply::key("reveal", words.key.as_str());
        let sent = room.send(content).with_transaction_id(key).await?;
        let event = sent.response.event_id;
        let asked = get_room_event::v3::Request::new(id, event.clone());
        let found = self.client.send(asked).await?.event;
        let at = found.get_field::<i64>("origin_server_ts").ok().flatten();
        Ok(Told {
            event: EventId::new(event.as_str()),
            at: at.map_or(self.clock.now(), Timestamp::from_millis),
        })
    }
}

fn matrix_id(person: &AgentId) -> Result<OwnedUserId, BotError> {
    OwnedUserId::try_from(person.as_str()).map_err(|error| BotError::Never(error.into()))
}

fn delivery(error: BotError) -> DeliveryError {
    match error {
        BotError::Later { after, source } => DeliveryError::Later { after, source },
        BotError::Never(source) => DeliveryError::Never {
            reason: format!("the bot may not speak to the person: {source}"),
        },
        other => DeliveryError::Later {
            after: None,
            source: other.into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Told {
        Told {
            event: EventId::new("$a"),
            at: Timestamp::from_millis(1),
        }
    }

    async fn tell(whisperer: &Whisperer, text: &str) -> Result<Told, DeliveryError> {
        let whisper = Whisper {
            room: &RoomId::new("!a:lab.test"),
            person: &AgentId::new("@anna:lab.test"),
            text,
            in_company: "gone",
            rings: false,
        };
        whisperer.tell(&whisper, &EffectId::new("e1")).await
    }

    async fn heard(confidences: &Confidences) -> (Words, Done<Told>) {
        match next(Some(confidences)).await {
            Taken(Wish::Tell { words, done }) => (words, done),
            Taken(Wish::Room { .. }) => panic!("nobody asked for a room"),
        }
    }

    #[tokio::test]
    async fn what_is_told_is_heard_and_answered() {
        let (whisperer, confidences) = whisper();
        let listens = async {
            let (words, done) = heard(&confidences).await;
            assert_eq!(words.person.as_str(), "@anna:lab.test");
            assert_eq!(words.room.as_str(), "!a:lab.test");
            assert_eq!((words.text.as_str(), words.key.as_str()), ("secret", "e1"));
            done.send(Ok(told())).unwrap();
        };
        let (outcome, ()) = tokio::join!(tell(&whisperer, "secret"), listens);
        assert_eq!(outcome.unwrap(), told());
    }

    #[tokio::test]
    async fn who_does_not_wait_any_more_is_not_told() {
        let (whisperer, confidences) = whisper();
        {
            let mut given_up = Box::pin(tell(&whisperer, "one"));
            let _ = std::future::poll_fn(|context| {
                std::task::Poll::Ready(given_up.as_mut().poll(context).is_ready())
            })
            .await;
        }
        let listens = async {
            let (words, done) = heard(&confidences).await;
            assert_eq!(words.text.as_str(), "two");
            drop(done);
        };
        let (outcome, ()) = tokio::join!(tell(&whisperer, "two"), listens);
        assert!(matches!(outcome, Err(DeliveryError::Later { .. })));
    }

    #[test]
    fn the_bot_is_ready_while_it_listens() {
        let (whisperer, confidences) = whisper();
        assert!(!whisperer.is_ready());
        let listening = confidences.listen();
        assert!(whisperer.is_ready());
        drop(listening);
        assert!(!whisperer.is_ready());
    }
}
