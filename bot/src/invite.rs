//! Invitations: who may have a management room with the bot.

use desk::{ids::AgentId, ports::Reception};
use matrix_sdk::{
    Client, Room, RoomMemberships,
    ruma::{OwnedUserId, events::room::member::MembershipState},
};
use tracing::{error, info};

use crate::error::BotError;

/// What the bot does with an invitation.
pub(crate) enum Verdict {
    /// Join. `direct`: the inviter said that the room is for two.
    Accept {
        person: AgentId,
        direct: bool,
    },
    Decline,
    /// The desk could not tell; ask again with the next sync.
    Later,
}

pub(crate) async fn judge(room: &Room, reception: &dyn Reception) -> Result<Verdict, BotError> {
    let Some(inviter) = inviter(room).await? else {
        return Ok(Verdict::Decline);
    };
    let person = AgentId::new(inviter.as_str());
    match reception.admits(&person).await {
        Ok(true) if !room.is_space() => {
            let direct = room.is_direct().await?;
            Ok(Verdict::Accept { person, direct })
        }
        Ok(_) => Ok(Verdict::Decline),
        Err(failure) => {
            error!(room.id = %room.room_id(), error = %failure, "the desk could not tell whether an invitation is from one of ours");
            Ok(Verdict::Later)
        }
    }
}

/// Joins. `false`: the room is not for two, or not there any more; the bot is out of it.
///
/// The caller joins between two syncs and has listed the room before: a long poll under way with
/// the old filter would move the sync token past the join without its state.
pub(crate) async fn accept(
    client: &Client,
    room: &Room,
    person: &AgentId,
    direct: bool,
) -> Result<bool, BotError> {
    match client
        .join_room_by_id(room.room_id())
        .await
        .map_err(BotError::from)
    {
        Ok(_) => {}
        Err(BotError::Never(source)) => {
            info!(room.id = %room.room_id(), error = %source, "an invitation could not be accepted");
            decline(room).await?;
            return Ok(false);
        }
        Err(error) => return Err(error),
    }
    if !direct {
        let others = room.members(RoomMemberships::ACTIVE).await?;
        let others = others
            .iter()
            .filter(|member| member.user_id() != room.own_user_id());
        if others
            .into_iter()
            .any(|member| member.user_id().as_str() != person.as_str())
        {
            info!(room.id = %room.room_id(), "the bot left a room that is not for two");
            leave(room).await?;
            return Ok(false);
        }
    }
    // The account's own list of direct rooms is what is left should our folder be lost.
    let person =
        OwnedUserId::try_from(person.as_str()).map_err(|error| BotError::Never(error.into()))?;
    client
        .account()
        .mark_as_dm(room.room_id(), &[person])
        .await?;
    Ok(true)
}

pub(crate) async fn decline(room: &Room) -> Result<(), BotError> {
    info!(room.id = %room.room_id(), "the bot declined an invitation");
    leave(room).await
}

/// Leaves and forgets; a room that cannot be left is none of ours any more.
pub(crate) async fn leave(room: &Room) -> Result<(), BotError> {
    room.leave()
        .await
        .map_err(BotError::from)
        .or_else(BotError::unless_never)?;
    room.forget()
        .await
        .map_err(BotError::from)
        .or_else(BotError::unless_never)
}

/// Whether nobody but the bot is in the room or invited to it.
pub(crate) async fn is_deserted(room: &Room) -> Result<bool, BotError> {
    let members = room.members(RoomMemberships::ACTIVE).await?;
    Ok(members
        .iter()
        .all(|member| member.user_id() == room.own_user_id()))
}

async fn inviter(room: &Room) -> Result<Option<OwnedUserId>, BotError> {
    match room.invite_details().await {
        Ok(invite) if *invite.invitee.membership() == MembershipState::Invite => {
            Ok(Some(invite.inviter_id))
        }
        Ok(_) => Ok(None),
        Err(error) => BotError::from(error).unless_never().map(|()| None),
    }
}
