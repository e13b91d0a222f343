//! Somebody with a Matrix client, who waits by syncing.

use std::time::Duration;

use matrix_sdk::{
    Client, Room, SessionMeta, SessionTokens,
    authentication::matrix::MatrixSession,
    config::SyncSettings,
    deserialized_responses::{TimelineEvent, TimelineEventKind},
    ruma::{
        EventId, OwnedEventId, OwnedRoomId, RoomId, UserId,
        api::client::{
            filter::FilterDefinition,
            room::create_room::v3::{Request as CreateRoom, RoomPreset},
            sync::sync_events::v3::Filter,
        },
        events::{
            InitialStateEvent,
            room::{
                encryption::RoomEncryptionEventContent, member::MembershipState,
                message::RoomMessageEventContent,
            },
        },
    },
};
use serde_json::Value;
use xtask::{account::Account, lab::Lab};

const DEADLINE: Duration = Duration::from_secs(60);

pub struct Person {
    pub client: Client,
    pub account: Account,
    /// Everything seen, in order.
    seen: Vec<(OwnedRoomId, TimelineEvent)>,
}

/// What the bot said.
#[derive(Clone, Debug)]
pub struct Said {
    pub body: String,
    pub encrypted: bool,
    pub in_reply_to: Option<OwnedEventId>,
}

impl Person {
    pub async fn new(lab: &Lab, localpart: &str) -> Self {
        Self::behind(lab, lab.homeserver_url(), localpart).await
    }

    /// Speaks to the homeserver at another address.
    pub async fn behind(lab: &Lab, url: &str, localpart: &str) -> Self {
        let login = lab.register(localpart, "secret", false).await.unwrap();
        let client = Client::builder().homeserver_url(url).build().await.unwrap();
        let session = MatrixSession {
            meta: SessionMeta {
                user_id: UserId::parse(&login.user_id).unwrap(),
                device_id: login.device_id.as_str().into(),
            },
            tokens: SessionTokens {
                access_token: login.access_token.clone(),
                refresh_token: None,
            },
        };
        client.restore_session(session).await.unwrap();
        let account = lab.account(&login).unwrap();
        let mut person = Self {
            client,
            account,
            seen: Vec::new(),
        };
        person.sync().await;
        person
    }

    /// As Element makes one: direct, and encrypted if the other side has a device.
    pub async fn room_with(&mut self, bot: &str, direct: bool, encrypted: bool) -> Room {
        let mut request = CreateRoom::new();
        request.invite = vec![UserId::parse(bot).unwrap()];
        request.is_direct = direct;
        request.preset = Some(RoomPreset::TrustedPrivateChat);
        if encrypted {
            let content = RoomEncryptionEventContent::with_recommended_defaults();
            request.initial_state =
                vec![InitialStateEvent::with_empty_state_key(content).to_raw_any()];
        }
        self.client.create_room(request).await.unwrap()
    }

    /// A room with the bot in it, and the greeting read.
    pub async fn meet(&mut self, bot: &str, encrypted: bool) -> Room {
        let room = self.room_with(bot, true, encrypted).await;
        self.until(|person| !person.said(room.room_id(), bot).is_empty())
            .await;
        room
    }

    pub async fn say(&self, room: &Room, text: &str) -> OwnedEventId {
        let content = RoomMessageEventContent::text_plain(text);
        room.send(content).await.unwrap().response.event_id
    }

    pub async fn answer(&mut self, room: &Room, bot: &str, to: &EventId) -> Said {
        self.until(|person| !person.answers(room.room_id(), bot, to).is_empty())
            .await;
        self.answers(room.room_id(), bot, to).remove(0)
    }

    pub fn answers(&self, room: &RoomId, bot: &str, to: &EventId) -> Vec<Said> {
        self.said(room, bot)
            .into_iter()
            .filter(|said| said.in_reply_to.as_deref() == Some(to))
            .collect()
    }

    /// The bot's notices in the room.
    pub fn said(&self, room: &RoomId, bot: &str) -> Vec<Said> {
        let here = self.seen.iter().filter(|(id, _)| id == room);
        here.filter_map(|(_, event)| said(event, bot)).collect()
    }

    pub async fn membership(&self, room: &RoomId, of: &str) -> Option<MembershipState> {
        let room = self.client.get_room(room)?;
        let of = UserId::parse(of).unwrap();
        Some(
            room.get_member_no_sync(&of)
                .await
                .unwrap()?
                .membership()
                .clone(),
        )
    }

    pub async fn until(&mut self, seen: impl Fn(&Self) -> bool) {
        let wait = async {
            while !seen(self) {
                self.sync().await;
            }
        };
        tokio::time::timeout(DEADLINE, wait)
            .await
            .expect("it is seen before the deadline");
    }

    pub async fn until_membership(&mut self, room: &RoomId, of: &str, expected: MembershipState) {
        let wait = async {
            while self.membership(room, of).await.as_ref() != Some(&expected) {
                self.sync().await;
            }
        };
        tokio::time::timeout(DEADLINE, wait)
            .await
            .expect("the membership changes before the deadline");
    }

    pub async fn sync(&mut self) {
        // More than Synapse's ten, or what was said in between would be left out.
        let mut filter = FilterDefinition::default();
        filter.room.timeline.limit = Some(100_u32.into());
        let settings = SyncSettings::new()
            .filter(Filter::FilterDefinition(filter))
            .timeout(Duration::from_secs(2));
        let batch = self.client.sync_once(settings).await.unwrap();
        for (room, update) in batch.rooms.joined {
            self.seen.extend(
                update
                    .timeline
                    .events
                    .into_iter()
                    .map(|event| (room.clone(), event)),
            );
        }
    }
}

fn said(event: &TimelineEvent, bot: &str) -> Option<Said> {
    let raw: Value = event.raw().deserialize_as_unchecked().ok()?;
    let content = &raw["content"];
    if raw["sender"] != bot || content["msgtype"] != "m.notice" {
        return None;
    }
    let in_reply_to = content["m.relates_to"]["m.in_reply_to"]["event_id"].as_str();
    Some(Said {
        body: content["body"].as_str()?.to_owned(),
        encrypted: matches!(event.kind, TimelineEventKind::Decrypted(_)),
        in_reply_to: in_reply_to.map(|id| id.try_into().unwrap()),
    })
}
