//! Invitations: who may have a management room with the bot.

use std::time::Duration;

use desk::{
    ids::{AgentId, Timestamp},
    ports::{Reception, StoreError},
};
use matrix_sdk::{
    Client, Room, RoomMemberships, RoomState,
    ruma::{
        OwnedUserId, RoomId,
        api::client::membership::{forget_room, leave_room},
    },
};
use tracing::{info, warn};

use crate::{
    bot::Bot,
    error::{BotError, causes},
    ledger::ManagementRoom,
};

/// How long an invitation waits that could not be judged, accepted or declined.
const PUT_OFF: Duration = Duration::from_secs(30);

/// What the bot does with an invitation.
enum Verdict {
    /// Join. `is_direct`: the inviter said that the room is for two.
    Accept {
        person: AgentId,
        is_direct: bool,
    },
    Decline,
}

/// Why an invitation is still open.
#[derive(Debug, thiserror::Error)]
enum Undecided {
    #[error("the desk could not tell whether the person is one of ours")]
    Desk(#[from] StoreError),
    #[error("the homeserver could not do it")]
    Homeserver(#[from] BotError),
}

impl Bot {
    /// Joins or declines. Called between two syncs: were one under way, its old filter would move
    /// the sync token past the join without the state of the room.
    ///
    /// A room of another server may keep us waiting or fail for ever; it is put off, and the
    /// others are not held up.
    pub(crate) async fn consider(&mut self, id: &RoomId) -> Result<(), BotError> {
        let Some(room) = self
            .client
            .get_room(id)
            .filter(|room| room.state() == RoomState::Invited)
        else {
            self.ledger.invitations.remove(id);
            return Ok(());
        };
        let error = match self.decide(&room).await {
            Ok(()) => {
                self.ledger.invitations.remove(id);
                return Ok(());
            }
            Err(Undecided::Homeserver(error))
                if !matches!(error, BotError::Later { .. } | BotError::Never(_)) =>
            {
                return Err(error);
            }
            Err(error) => error,
        };
        warn!(room.id = %id, error = %causes(&error), "an invitation is put off");
        if matches!(error, Undecided::Homeserver(BotError::Never(_))) {
            self.ledger.invitations.remove(id);
        } else {
            self.ledger
                .invitations
                .insert(id.to_owned(), self.clock.now() + PUT_OFF);
        }
        Ok(())
    }

    async fn decide(&mut self, room: &Room) -> Result<(), Undecided> {
        let Verdict::Accept { person, is_direct } = judge(room, self.reception.as_ref()).await?
        else {
            info!(room.id = %room.room_id(), "the bot declined an invitation");
            return Ok(leave(&self.client, room.room_id()).await?);
        };
        let since = self.clock.now();
        let entry = ManagementRoom {
            person,
            since,
            is_direct,
            greeted: false,
            explained: None,
        };
        self.ledger.rooms.insert(room.room_id().to_owned(), entry);
        self.save_rooms().await?;
        match self
            .client
            .join_room_by_id(room.room_id())
            .await
            .map_err(BotError::from)
        {
            Ok(_) => {
                info!(room.id = %room.room_id(), "the bot joined a management room");
                Ok(())
            }
            Err(BotError::Never(_)) => Ok(self
                .drop_room(room.room_id(), "an invitation could not be accepted")
                .await?),
            Err(error) => Err(error.into()),
        }
    }
}

async fn judge(room: &Room, reception: &dyn Reception) -> Result<Verdict, Undecided> {
    let inviter = room
        .invite_details()
        .await
        .map_err(BotError::from)?
        .inviter_id;
    let person = AgentId::new(inviter.as_str());
    if room.is_space() || !reception.admits(&person).await? {
        return Ok(Verdict::Decline);
    }
    let is_direct = room
        .is_direct()
        .await
        .map_err(matrix_sdk::Error::from)
        .map_err(BotError::from)?;
    Ok(Verdict::Accept { person, is_direct })
}

/// Whether a joined room is for two; if so, it is noted in the account's own list of direct
/// rooms, which is what is left should our folder be lost.
pub(crate) async fn is_for_two(
    client: &Client,
    room: &Room,
    entry: &ManagementRoom,
) -> Result<bool, BotError> {
    if !entry.is_direct {
        let members = room.members(RoomMemberships::ACTIVE).await?;
        let mut others = members
            .iter()
            .filter(|member| member.user_id() != room.own_user_id());
        if others.any(|member| member.user_id().as_str() != entry.person.as_str()) {
            return Ok(false);
        }
    }
    if !room.is_direct().await?
        && let Ok(person) = OwnedUserId::try_from(entry.person.as_str())
    {
        client
            .account()
            .mark_as_dm(room.room_id(), &[person])
            .await?;
    }
    Ok(true)
}

/// Whether nobody but the bot is in the room or invited to it.
pub(crate) async fn is_deserted(room: &Room) -> Result<bool, BotError> {
    let members = room.members(RoomMemberships::ACTIVE).await?;
    Ok(members
        .iter()
        .all(|member| member.user_id() == room.own_user_id()))
}

/// Leaves and forgets; a room that cannot be left is none of ours any more.
///
/// Not by matrix-sdk's `Room::leave`: that leaves the rooms which this one names as its
/// predecessors too, and a stranger's invitation could name anybody's.
pub(crate) async fn leave(client: &Client, room: &RoomId) -> Result<(), BotError> {
    let left = client
        .send(leave_room::v3::Request::new(room.to_owned()))
        .await;
    left.map(drop)
        .map_err(BotError::from)
        .or_else(BotError::unless_never)?;
    let forgotten = client
        .send(forget_room::v3::Request::new(room.to_owned()))
        .await;
    forgotten
        .map(drop)
        .map_err(BotError::from)
        .or_else(BotError::unless_never)
}

/// Until when the next put off invitation waits.
pub(crate) fn next_due<'a>(
    mut invitations: impl Iterator<Item = &'a Timestamp>,
    now: Timestamp,
) -> Option<Duration> {
    let first = invitations.next().copied()?;
    let earliest = invitations.fold(first, |earliest, due| earliest.min(*due));
    Some(earliest.since(now))
}
