//! Who comes from a room widget: the homeserver that gave the OpenID token says whom it gave it to.

use async_trait::async_trait;
use desk::{
    ids,
    ports::{DeliveryError, Doorkeeper, OpenIdToken},
};
use http::StatusCode;
use ruma::UserId;

use crate::{client::Client, content, error::CallError, outbound::Outbound};

/// No homeserver's tokens are as long.
const LONGEST: usize = 1_000;

#[async_trait]
impl Doorkeeper for Outbound {
    /// Only our own homeserver is asked: what another says of its people nobody here can check,
    /// and whoever names one could make us ask anything.
    async fn person_of(&self, token: &OpenIdToken) -> Result<Option<ids::AgentId>, DeliveryError> {
        let own = &self.namespace.server;
        if token.server_name != own.as_str() || token.access_token.len() > LONGEST {
            return Ok(None);
        }
        let Some(sub) = self.client.openid(&token.access_token).await? else {
            return Ok(None);
        };
        let person = UserId::parse(&sub).map_err(CallError::malformed)?;
        let is_own = person.server_name() == own && !self.namespace.holds_user(person.as_str());
        Ok(is_own.then(|| ids::AgentId::new(person.as_str())))
    }

    async fn is_in(
        &self,
        room: &ids::RoomId,
        person: &ids::AgentId,
    ) -> Result<bool, DeliveryError> {
        let room = content::room_id(room).map_err(CallError::malformed)?;
        let person = UserId::parse(person.as_str()).map_err(CallError::malformed)?;
        let membership = self.membership(&room, &person).await?;
        Ok(membership.as_deref() == Some("join"))
    }
}

impl Client {
    /// `GET /_matrix/federation/v1/openid/userinfo`
    /// (<https://spec.matrix.org/v1.16/server-server-api/#openid>). `None`: it knows no such token.
    async fn openid(&self, token: &str) -> Result<Option<String>, CallError> {
        let path = "_matrix/federation/v1/openid/userinfo";
        match self.ask_openly(path, ("access_token", token)).await {
            Ok(answer) => {
                let sub = answer.get("sub").and_then(|sub| sub.as_str());
                let sub = sub.ok_or_else(|| CallError::malformed("it named nobody"))?;
                Ok(Some(sub.to_owned()))
            }
            Err(error)
                if error.has_status(StatusCode::UNAUTHORIZED)
                    || error.has_status(StatusCode::FORBIDDEN) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
