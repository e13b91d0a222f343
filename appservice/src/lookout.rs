//! One request that is always open at the homeserver, so that its end is noticed at once, though
//! nobody writes and the homeserver is back before anybody asks it something.

use std::{sync::Arc, time::Duration};

use http::StatusCode;
use ruma::{
    OwnedUserId,
    api::client::{
        filter::FilterDefinition,
        sync::sync_events::v3::{Filter, Request},
    },
    presence::PresenceState,
};
use tracing::warn;

use crate::{
    client::{As, Client},
    error::CallError,
    ghosts::register,
    namespace::Namespace,
};

/// How long the homeserver holds the request.
const HELD: Duration = Duration::from_secs(30);
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);
/// How long a homeserver is let be that does not want such a request. Outages are then noticed by
/// what else is asked of it.
const REFUSED: Duration = Duration::from_secs(600);

/// Looks out for ever; drop it to stop it. What it sees, [`Client::came_back`] tells.
///
/// The request is a sync of a user that is in no room: one of the bot would be woken by each
/// event of each portal, and delay it.
pub async fn look_out(client: Arc<Client>, namespace: Namespace) {
    let mut pause = FIRST_PAUSE;
    let mut since = None;
    loop {
        match look(&client, &namespace, since.take()).await {
            Ok(next) => {
                since = Some(next);
                pause = FIRST_PAUSE;
            }
            Err(error) if is_away(&error) => {
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            Err(error) => {
                warn!(
                    error = &error as &dyn std::error::Error,
                    "the homeserver refuses the request by which its outages are noticed"
                );
                tokio::time::sleep(REFUSED).await;
            }
        }
    }
}

/// Waits at the homeserver; says from where to wait on.
async fn look(
    client: &Client,
    namespace: &Namespace,
    since: Option<String>,
) -> Result<String, CallError> {
    let user = user(namespace)?;
    if since.is_none() {
        register(client, user.localpart()).await?;
    }
    let mut request = Request::new();
    request.filter = Some(Filter::FilterDefinition(FilterDefinition::ignore_all()));
    request.set_presence = PresenceState::Offline;
    request.timeout = Some(HELD);
    request.since = since;
    let answer = client.call(As::User(&user), request).await?;
    Ok(answer.next_batch)
}

fn user(namespace: &Namespace) -> Result<OwnedUserId, CallError> {
    namespace
        .user_id(&format!("{}_lookout", namespace.bot))
        .map_err(CallError::malformed)
}

/// The homeserver, or the proxy before it, is away and not just unwilling.
fn is_away(error: &CallError) -> bool {
    let statuses = [
        StatusCode::BAD_GATEWAY,
        StatusCode::SERVICE_UNAVAILABLE,
        StatusCode::GATEWAY_TIMEOUT,
    ];
    matches!(error, CallError::Unreachable(_))
        || statuses.iter().any(|away| error.has_status(*away))
}
