//! Asks the homeserver to call us: shows that both can reach each other, and makes Synapse send
//! at once what it could not send while we were away.

use std::{sync::Arc, time::Duration};

use ruma::api::client::appservice::request_ping;
use tracing::{info, warn};

use crate::client::{As, Client};

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Pings until it works, then again after every outage. Runs for ever; drop it to stop it.
pub async fn keep_in_touch(client: Arc<Client>, id: String) {
    loop {
        // Heard from before the ping: an outage that ends by the ping itself is no new one.
        let mut pause = FIRST_PAUSE;
        let mut told = false;
        while let Err(error) = client
            .call(As::Service, request_ping::v1::Request::new(id.clone()))
            .await
        {
            if !told {
                warn!(
                    error = &error as &dyn std::error::Error,
                    "the homeserver and Helproom cannot reach each other"
                );
                told = true;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        info!("the homeserver and Helproom reach each other");
        client.came_back().await;
    }
}
