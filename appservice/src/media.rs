//! Files that the homeserver keeps, fetched as the bot, who may see what is in its rooms.
//!
//! Client-server API, "GET /_matrix/client/v1/media/download".

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use ruma::MxcUri;

use desk::{
    ids::MediaId,
    ports::{DeliveryError, Download, Media},
};

use crate::{error::CallError, outbound::Outbound};

#[async_trait]
impl Media for Outbound {
    async fn download(&self, media: &MediaId, most: u64) -> Result<Download, DeliveryError> {
        let (server, id) = <&MxcUri>::from(media.as_str())
            .parts()
            .map_err(CallError::malformed)?;
        let path = ["_matrix/client/v1/media/download", server.as_str(), id];
        let answer = self.client.fetch(&self.bot, &path.join("/")).await?;
        let size = answer.content_length();
        if size.is_some_and(|size| size > most) {
            return Err(too_large());
        }
        let bytes = stream::try_unfold((answer, 0), move |(mut answer, seen)| async move {
            let chunk = answer.chunk().await.map_err(CallError::broken)?;
            let Some(chunk) = chunk else { return Ok(None) };
            let seen = seen + chunk.len() as u64;
            match seen > most {
                true => Err(too_large()),
                false => Ok(Some((chunk.to_vec(), (answer, seen)))),
            }
        });
        Ok(Download {
            size,
            bytes: bytes.boxed(),
        })
    }
}

fn too_large() -> DeliveryError {
    DeliveryError::Never {
        reason: "the file is larger than it may be".into(),
    }
}
