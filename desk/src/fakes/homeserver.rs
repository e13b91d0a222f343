//! A homeserver without a network. It keeps rooms, members and what was said as the real one
//! does: a key sent twice is one event, a room is made once, who is in a room is not invited.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    future::pending,
    sync::Mutex,
    time::Duration,
};

use async_trait::async_trait;
use event_listener::Event;

use crate::{
    agent::Presence,
    attachment::{Attached, Attachment},
    ids::{AgentId, ChatId, EffectId, EventId, MediaId, RoomId, Timestamp},
    ports::{self, DeliveryError, Ghost, Homeserver, PortalPlan, Replacement, ServiceRoomPlan},
    power::Powers,
};

/// What was asked of the homeserver, whether or not it did it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    OpenPortal(PortalPlan),
    OpenDesk(ServiceRoomPlan),
    OpenSpace(ServiceRoomPlan),
    List {
        space: RoomId,
        room: RoomId,
        order: String,
    },
    Delist {
        space: RoomId,
        room: RoomId,
    },
    Empower {
        room: RoomId,
        powers: Powers,
    },
    Describe {
        room: RoomId,
        topic: String,
    },
    Invite {
        room: RoomId,
        agent: AgentId,
    },
    Withdraw {
        room: RoomId,
        agent: AgentId,
    },
    Say {
        room: RoomId,
        text: String,
        reply_to: Option<EventId>,
        key: EffectId,
    },
    Upload {
        ghost: String,
        file: Attachment,
    },
    Attach {
        room: RoomId,
        file: Attached,
        key: EffectId,
    },
    Notify {
        room: RoomId,
        text: String,
        key: EffectId,
    },
    Redact {
        room: RoomId,
        event: EventId,
        key: EffectId,
    },
    Erase {
        media: MediaId,
        by: Option<AgentId>,
    },
    Replace {
        room: RoomId,
        replaces: EventId,
        text: String,
        key: EffectId,
    },
    Remove {
        room: RoomId,
        agent: AgentId,
        reason: String,
    },
    Mention {
        room: RoomId,
        agents: Vec<AgentId>,
        link: RoomId,
        key: EffectId,
    },
    Answer {
        room: RoomId,
        to: EventId,
        text: String,
        key: EffectId,
    },
    React {
        room: RoomId,
        to: EventId,
        symbol: String,
        key: EffectId,
    },
    Rename {
        room: RoomId,
        name: String,
    },
    Typing {
        room: RoomId,
        ghost: String,
        typing: bool,
    },
    Read {
        room: RoomId,
        ghost: String,
        event: EventId,
    },
    PresenceOf(AgentId),
    Empty {
        room: RoomId,
        /// The localpart of the ghost that leaves.
        ghost: String,
    },
    Unname {
        ghost: String,
    },
    PresenceWorks,
}

/// What the homeserver makes of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Do,
    /// It is away, or asks to wait.
    Later(Option<Duration>),
    Never,
    /// No answer comes, and nothing was done.
    Hang,
    /// It was done, but the answer never comes.
    DoAndHang,
}

/// An event of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub event: EventId,
    /// The localpart of the ghost; `None`: the bot.
    pub ghost: Option<String>,
    pub text: String,
    pub at: Option<Timestamp>,
    pub key: EffectId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Membership {
    Invited,
    Joined,
    Gone,
}

type Rule = Box<dyn Fn(&Call) -> Answer + Send + Sync>;

pub struct FakeHomeserver {
    rule: Mutex<Rule>,
    state: Mutex<State>,
    called: Event,
}

#[derive(Default)]
struct State {
    calls: Vec<Call>,
    names: BTreeMap<RoomId, String>,
    listed: BTreeMap<RoomId, BTreeMap<RoomId, String>>,
    members: HashMap<(RoomId, AgentId), Membership>,
    timelines: HashMap<RoomId, Vec<Said>>,
    presence: HashMap<AgentId, Presence>,
    media: BTreeMap<MediaId, Vec<u8>>,
    presence_off: bool,
    redacted: BTreeSet<EventId>,
    /// Rooms that the bot is not in any more.
    left: BTreeSet<RoomId>,
    events: u64,
}

impl Default for FakeHomeserver {
    fn default() -> Self {
        Self {
            rule: Mutex::new(Box::new(|_| Answer::Do)),
            state: Mutex::default(),
            called: Event::new(),
        }
    }
}

impl FakeHomeserver {
    /// From now on calls are answered like this.
    pub fn answers(&self, rule: impl Fn(&Call) -> Answer + Send + Sync + 'static) {
        *self.rule.lock().unwrap() = Box::new(rule);
    }

    /// Every call from the beginning, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.state.lock().unwrap().calls.clone()
    }

    /// Waits until so many calls fit.
    pub async fn called(&self, times: usize, fits: impl Fn(&Call) -> bool) {
        loop {
            let called = self.called.listen();
            let count = self
                .state
                .lock()
                .unwrap()
                .calls
                .iter()
                .filter(|call| fits(call))
                .count();
            if count >= times {
                return;
            }
            called.await;
        }
    }

    /// Whether the event is hidden for everybody.
    pub fn is_redacted(&self, event: &EventId) -> bool {
        self.state.lock().unwrap().redacted.contains(event)
    }

    pub fn timeline(&self, room: &RoomId) -> Vec<Said> {
        let state = self.state.lock().unwrap();
        state.timelines.get(room).cloned().unwrap_or_default()
    }

    /// The files that were uploaded, in order.
    pub fn media(&self) -> Vec<(MediaId, Vec<u8>)> {
        self.state
            .lock()
            .unwrap()
            .media
            .clone()
            .into_iter()
            .collect()
    }

    pub fn name_of(&self, room: &RoomId) -> Option<String> {
        self.state.lock().unwrap().names.get(room).cloned()
    }

    /// What stands in a space, in its order.
    pub fn listed(&self, space: &RoomId) -> Vec<RoomId> {
        let state = self.state.lock().unwrap();
        let mut listed: Vec<_> = state.listed.get(space).into_iter().flatten().collect();
        listed.sort_by_key(|(_, order)| (*order).clone());
        listed.into_iter().map(|(room, _)| room.clone()).collect()
    }

    pub fn is_invited(&self, room: &RoomId, agent: &AgentId) -> bool {
        self.state.lock().unwrap().membership(room, agent) == Some(Membership::Invited)
    }

    /// The agent accepts an invitation; says whether there was one.
    pub fn join(&self, room: &RoomId, agent: &AgentId) -> bool {
        let mut state = self.state.lock().unwrap();
        let invited = state.membership(room, agent) == Some(Membership::Invited);
        if invited {
            state.put(room, agent, Membership::Joined);
        }
        invited
    }

    /// The agent leaves or declines.
    pub fn leave(&self, room: &RoomId, agent: &AgentId) {
        self.state
            .lock()
            .unwrap()
            .put(room, agent, Membership::Gone);
    }

    /// From now on presence is switched off.
    pub fn keeps_no_presence(&self) {
        self.state.lock().unwrap().presence_off = true;
    }

    pub fn is_joined(&self, room: &RoomId, agent: &AgentId) -> bool {
        self.state.lock().unwrap().membership(room, agent) == Some(Membership::Joined)
    }

    pub fn set_presence(&self, agent: &AgentId, presence: Presence) {
        self.state
            .lock()
            .unwrap()
            .presence
            .insert(agent.clone(), presence);
    }

    async fn take<T>(
        &self,
        call: Call,
        act: impl FnOnce(&mut State) -> T,
    ) -> Result<T, DeliveryError> {
        let mut answer = (*self.rule.lock().unwrap())(&call);
        let outcome = {
            let mut state = self.state.lock().unwrap();
            if matches!(answer, Answer::Do | Answer::DoAndHang) && state.is_left(&call) {
                answer = Answer::Never;
            }
            state.calls.push(call);
            matches!(answer, Answer::Do | Answer::DoAndHang).then(|| act(&mut state))
        };
        self.called.notify(usize::MAX);
        match (answer, outcome) {
            (Answer::Do, Some(outcome)) => Ok(outcome),
            (Answer::Later(after), _) => Err(DeliveryError::Later {
                after,
                source: "the homeserver is away".into(),
            }),
            (Answer::Never, _) => Err(DeliveryError::Never {
                reason: "the homeserver refuses".into(),
            }),
            _ => pending().await,
        }
    }
}

impl State {
    /// Whether the bot would have to be in a room that it has left.
    fn is_left(&self, call: &Call) -> bool {
        match call {
            Call::Rename { room, .. }
            | Call::Describe { room, .. }
            | Call::Redact { room, .. }
            | Call::Notify { room, .. }
            | Call::Answer { room, .. } => self.left.contains(room),
            _ => false,
        }
    }

    fn membership(&self, room: &RoomId, agent: &AgentId) -> Option<Membership> {
        self.members.get(&(room.clone(), agent.clone())).copied()
    }

    fn put(&mut self, room: &RoomId, agent: &AgentId, membership: Membership) {
        self.members
            .insert((room.clone(), agent.clone()), membership);
    }

    fn room(&mut self, alias: &str, name: &str) -> RoomId {
        let room = RoomId::new(format!("!{alias}:example.org"));
        self.names
            .entry(room.clone())
            .or_insert_with(|| name.to_owned());
        room
    }

    fn hear(
        &mut self,
        room: &RoomId,
        ghost: Option<&Ghost>,
        text: &str,
        at: Option<Timestamp>,
        key: &EffectId,
    ) -> EventId {
        let timeline = self.timelines.entry(room.clone()).or_default();
        if let Some(known) = timeline.iter().find(|said| said.key == *key) {
            return known.event.clone();
        }
        self.events += 1;
        let event = EventId::new(format!("$ours{}", self.events));
        timeline.push(Said {
            event: event.clone(),
            ghost: ghost.map(|ghost| ghost.localpart.clone()),
            text: text.to_owned(),
            at,
            key: key.clone(),
        });
        event
    }
}

#[async_trait]
impl Homeserver for FakeHomeserver {
    async fn open_portal(&self, plan: &PortalPlan) -> Result<RoomId, DeliveryError> {
        self.take(Call::OpenPortal(plan.clone()), |state| {
            state.room(plan.chat.as_str(), &plan.name)
        })
        .await
    }

    async fn open_desk(&self, plan: &ServiceRoomPlan) -> Result<RoomId, DeliveryError> {
        let call = Call::OpenDesk(plan.clone());
        self.take(call, |state| {
            state.room(&format!("desk_{}", plan.service), &plan.name)
        })
        .await
    }

    async fn open_space(&self, plan: &ServiceRoomPlan) -> Result<RoomId, DeliveryError> {
        let call = Call::OpenSpace(plan.clone());
        self.take(call, |state| {
            state.room(&format!("space_{}", plan.service), &plan.name)
        })
        .await
    }

    async fn list(&self, space: &RoomId, room: &RoomId, order: &str) -> Result<(), DeliveryError> {
        let call = Call::List {
            space: space.clone(),
            room: room.clone(),
            order: order.into(),
        };
        self.take(call, |state| {
            let listed = state.listed.entry(space.clone()).or_default();
            listed.insert(room.clone(), order.to_owned());
        })
        .await
    }

    async fn delist(&self, space: &RoomId, room: &RoomId) -> Result<(), DeliveryError> {
        let call = Call::Delist {
            space: space.clone(),
            room: room.clone(),
        };
        self.take(call, |state| {
            state.listed.entry(space.clone()).or_default().remove(room);
        })
        .await
    }

    async fn empower(&self, room: &RoomId, powers: &Powers) -> Result<(), DeliveryError> {
        let call = Call::Empower {
            room: room.clone(),
            powers: powers.clone(),
        };
        self.take(call, |_| ()).await
    }

    async fn describe(&self, room: &RoomId, topic: &str) -> Result<(), DeliveryError> {
        let call = Call::Describe {
            room: room.clone(),
            topic: topic.into(),
        };
        self.take(call, |_| ()).await
    }

    async fn invite(&self, room: &RoomId, agent: &AgentId) -> Result<(), DeliveryError> {
        let call = Call::Invite {
            room: room.clone(),
            agent: agent.clone(),
        };
        self.take(call, |state| {
            if state.membership(room, agent) != Some(Membership::Joined) {
                state.put(room, agent, Membership::Invited);
            }
        })
        .await
    }

    async fn withdraw(&self, room: &RoomId, agent: &AgentId) -> Result<(), DeliveryError> {
        let call = Call::Withdraw {
            room: room.clone(),
            agent: agent.clone(),
        };
        self.take(call, |state| {
            if state.membership(room, agent) == Some(Membership::Invited) {
                state.put(room, agent, Membership::Gone);
            }
        })
        .await
    }

    async fn say(
        &self,
        room: &RoomId,
        ghost: &Ghost,
        said: &ports::Said<'_>,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError> {
        let call = Call::Say {
            room: room.clone(),
            text: said.text.into(),
            reply_to: said.reply_to.cloned(),
            key: key.clone(),
        };
        self.take(call, |state| {
            state.hear(room, Some(ghost), said.text, Some(said.at), key)
        })
        .await
    }

    async fn upload(
        &self,
        ghost: &Ghost,
        file: &Attachment,
        bytes: Vec<u8>,
    ) -> Result<MediaId, DeliveryError> {
        let call = Call::Upload {
            ghost: ghost.localpart.clone(),
            file: file.clone(),
        };
        self.take(call, |state| {
            let media = MediaId::new(format!("mxc://example.org/{}", state.media.len() + 1));
            state.media.insert(media.clone(), bytes);
            media
        })
        .await
    }

    async fn attach(
        &self,
        room: &RoomId,
        ghost: &Ghost,
        file: &Attached,
        at: Timestamp,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError> {
        let call = Call::Attach {
            room: room.clone(),
            file: file.clone(),
            key: key.clone(),
        };
        self.take(call, |state| {
            state.hear(room, Some(ghost), &file.file.name, Some(at), key)
        })
        .await
    }

    async fn notify(
        &self,
        room: &RoomId,
        text: &str,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError> {
        let call = Call::Notify {
            room: room.clone(),
            text: text.into(),
            key: key.clone(),
        };
        self.take(call, |state| state.hear(room, None, text, None, key))
            .await
    }

    async fn answer(
        &self,
        room: &RoomId,
        to: &EventId,
        text: &str,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError> {
        let call = Call::Answer {
            room: room.clone(),
            to: to.clone(),
            text: text.into(),
            key: key.clone(),
        };
        self.take(call, |state| state.hear(room, None, text, None, key))
            .await
    }

    async fn redact(
        &self,
        room: &RoomId,
        event: &EventId,
        _reason: &str,
        key: &EffectId,
    ) -> Result<(), DeliveryError> {
        let call = Call::Redact {
            room: room.clone(),
            event: event.clone(),
            key: key.clone(),
        };
        self.take(call, |state| {
            let timeline = state.timelines.entry(room.clone()).or_default();
            timeline.retain(|said| said.event != *event);
            state.redacted.insert(event.clone());
        })
        .await
    }

    async fn erase(&self, media: &MediaId, by: Option<&AgentId>) -> Result<(), DeliveryError> {
        let call = Call::Erase {
            media: media.clone(),
            by: by.cloned(),
        };
        self.take(call, |state| {
            state.media.remove(media);
        })
        .await
    }

    async fn replace(
        &self,
        room: &RoomId,
        replacement: &Replacement<'_>,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError> {
        let call = Call::Replace {
            room: room.clone(),
            replaces: replacement.replaces.clone(),
            text: replacement.text.to_owned(),
            key: key.clone(),
        };
        let (ghost, text, at) = (replacement.ghost, replacement.text, Some(replacement.at));
        self.take(call, |state| state.hear(room, ghost, text, at, key))
            .await
    }

    async fn react(
        &self,
        room: &RoomId,
        to: &EventId,
        symbol: &str,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError> {
        let call = Call::React {
            room: room.clone(),
            to: to.clone(),
            symbol: symbol.into(),
            key: key.clone(),
        };
        self.take(call, |_| EventId::new(format!("$reaction to {to}")))
            .await
    }

    async fn remove(
        &self,
        room: &RoomId,
        agent: &AgentId,
        reason: &str,
    ) -> Result<(), DeliveryError> {
        let call = Call::Remove {
            room: room.clone(),
            agent: agent.clone(),
            reason: reason.into(),
        };
        self.take(call, |state| state.put(room, agent, Membership::Gone))
            .await
    }

    async fn mention(
        &self,
        room: &RoomId,
        agents: &[AgentId],
        text: &str,
        link: &RoomId,
        key: &EffectId,
    ) -> Result<EventId, DeliveryError> {
        let call = Call::Mention {
            room: room.clone(),
            agents: agents.to_vec(),
            link: link.clone(),
            key: key.clone(),
        };
        self.take(call, |state| state.hear(room, None, text, None, key))
            .await
    }

    async fn rename(&self, room: &RoomId, name: &str) -> Result<(), DeliveryError> {
        let call = Call::Rename {
            room: room.clone(),
            name: name.into(),
        };
        self.take(call, |state| {
            state.names.insert(room.clone(), name.to_owned());
        })
        .await
    }

    async fn typing(
        &self,
        room: &RoomId,
        ghost: &Ghost,
        typing: bool,
    ) -> Result<(), DeliveryError> {
        let call = Call::Typing {
            room: room.clone(),
            ghost: ghost.localpart.clone(),
            typing,
        };
        self.take(call, |_| ()).await
    }

    async fn read(
        &self,
        room: &RoomId,
        ghost: &Ghost,
        event: &EventId,
    ) -> Result<(), DeliveryError> {
        let call = Call::Read {
            room: room.clone(),
            ghost: ghost.localpart.clone(),
            event: event.clone(),
        };
        self.take(call, |_| ()).await
    }

    async fn presence_of(&self, agent: &AgentId) -> Result<Presence, DeliveryError> {
        self.take(Call::PresenceOf(agent.clone()), |state| {
            state.presence.get(agent).copied().unwrap_or_default()
        })
        .await
    }

    fn permalink(&self, room: &RoomId) -> String {
        format!("https://matrix.to/#/{room}?via=example.org")
    }

    async fn empty(
        &self,
        room: &RoomId,
        ghost: &Ghost,
        _chat: &ChatId,
    ) -> Result<bool, DeliveryError> {
        let call = Call::Empty {
            room: room.clone(),
            ghost: ghost.localpart.clone(),
        };
        self.take(call, |state| {
            for ((of, _), membership) in &mut state.members {
                if of == room {
                    *membership = Membership::Gone;
                }
            }
            state.left.insert(room.clone())
        })
        .await
    }

    async fn unname(&self, ghost: &Ghost) -> Result<(), DeliveryError> {
        let call = Call::Unname {
            ghost: ghost.localpart.clone(),
        };
        self.take(call, |_| ()).await
    }

    async fn presence_works(&self) -> Result<bool, DeliveryError> {
        self.take(Call::PresenceWorks, |state| !state.presence_off)
            .await
    }
}
