//! Looks at the homeserver: what it lets us do, whether it reaches us, whether it keeps files.
//! Everything is asked for, nothing is assumed, and each question has its time.

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use http::StatusCode;
use ruma::{
    MxcUri,
    api::client::{
        account::whoami,
        appservice::request_ping,
        authenticated_media::get_content,
        presence::{get_presence, set_presence},
    },
    presence::PresenceState,
};
use tokio::{net::TcpStream, time::timeout};

use desk::{
    attachment::Attachment,
    doctor::{Finding, compare_clocks},
    ids::MediaId,
    ports::{Clock, DeliveryError, Ghost, Homeserver},
};

use crate::{
    Outbound, Registration,
    client::{As, Client},
    error::CallError,
    ghosts::register,
};

/// How long one look may take.
const PATIENCE: Duration = Duration::from_secs(10);
const KNOCK: Duration = Duration::from_secs(2);
const SAMPLE: &[u8] = b"Helproom looks whether files work.\n";

pub struct Examiner {
    pub client: Arc<Client>,
    pub outbound: Arc<Outbound>,
    pub registration: Registration,
    /// Where Helproom waits for the homeserver.
    pub listen: SocketAddr,
    pub clock: Arc<dyn Clock>,
}

impl Examiner {
    pub async fn examine(&self) -> Vec<Finding> {
        let started = Instant::now();
        let date = match timeout(PATIENCE, self.client.date()).await {
            Ok(Ok(date)) => date,
            _ => {
                let url = self.client.url().to_owned();
                return vec![Finding::HomeserverSilent { url }];
            }
        };
        let within = started.elapsed();
        let mut found = vec![Finding::HomeserverAnswers { within }];
        let clocks = match date {
            Some(date) => compare_clocks(&date, self.clock.now()),
            None => Finding::ClockUnknown,
        };
        let loaded = within_time("the registration", self.registration()).await;
        let known = loaded != Finding::RegistrationUnknown;
        found.push(loaded);
        if known {
            found.extend(self.rights().await);
        }
        found.push(self.ephemeral());
        found.push(clocks);
        found.push(Finding::RetentionUnknown);
        found
    }

    /// What needs a homeserver that knows us.
    async fn rights(&self) -> Vec<Finding> {
        // The ghost that uploads is made before.
        let namespace = within_time("the bot", self.namespace()).await;
        let ghost = within_time("a virtual user", self.ghost()).await;
        let (ping, presence, files) = tokio::join!(
            within_time("the way to Helproom", self.ping()),
            within_time("presence", self.presence()),
            timeout(PATIENCE, self.media()),
        );
        let unfinished = |_| vec![Finding::Unfinished { what: "files" }];
        let mut found = vec![ping, namespace, ghost, presence];
        found.extend(files.unwrap_or_else(unfinished));
        found
    }

    async fn registration(&self) -> Finding {
        let request = whoami::v3::Request::new();
        match self.client.call(As::Service, request).await {
            Err(error) if error.has_status(StatusCode::UNAUTHORIZED) => {
                Finding::RegistrationUnknown
            }
            _ => Finding::RegistrationLoaded,
        }
    }

    async fn ping(&self) -> Finding {
        if !matches!(
            timeout(KNOCK, TcpStream::connect(self.listen)).await,
            Ok(Ok(_))
        ) {
            let listen = self.listen.to_string();
            return Finding::NotRunning { listen };
        }
        let started = Instant::now();
        let request = request_ping::v1::Request::new(self.registration.id.clone());
        match self.client.call(As::Service, request).await {
            Ok(_) => Finding::Pinged {
                within: started.elapsed(),
            },
            Err(error) => Finding::NotReached {
                url: self.registration.url.clone().unwrap_or_default(),
                code: code(&error),
            },
        }
    }

    async fn namespace(&self) -> Finding {
        let bot = &self.outbound.namespace.bot;
        match register(&self.client, bot).await {
            Ok(_) => Finding::NamespaceFits,
            Err(error) => Finding::NamespaceForeign { code: code(&error) },
        }
    }

    async fn ghost(&self) -> Finding {
        match register(&self.client, &self.patient().localpart).await {
            Ok(_) => Finding::GhostMade,
            Err(error) => Finding::GhostRefused { code: code(&error) },
        }
    }

    /// A virtual user that is no customer.
    fn patient(&self) -> Ghost {
        Ghost {
            localpart: format!("{}_doctor", self.outbound.namespace.bot),
            name: "Doctor".into(),
        }
    }

    /// With presence switched off, the homeserver takes what we say and answers `offline`.
    async fn presence(&self) -> Finding {
        let bot = self.outbound.bot.clone();
        let put = set_presence::v3::Request::new(bot.clone(), PresenceState::Online);
        // One that comes too soon after another is refused, and the earlier one counts.
        let _ = self.client.call(As::User(&bot), put).await;
        let get = get_presence::v3::Request::new(bot.clone());
        match self.client.call(As::User(&bot), get).await {
            Ok(answer) if answer.presence == PresenceState::Online => Finding::PresenceWorks,
            _ => Finding::PresenceOff,
        }
    }

    fn ephemeral(&self) -> Finding {
        match self.registration.receive_ephemeral || self.registration.push_ephemeral {
            true => Finding::EphemeralOn,
            false => Finding::EphemeralOff,
        }
    }

    /// Uploads a file, gets it back, and deletes it where we may.
    async fn media(&self) -> Vec<Finding> {
        let started = Instant::now();
        let media = match self.upload().await {
            Ok(media) => media,
            Err(code) => return vec![Finding::MediaFails { code }],
        };
        let back = match self.download(&media).await {
            Ok(bytes) if bytes == SAMPLE => Finding::MediaWorks {
                within: started.elapsed(),
            },
            Ok(_) => Finding::MediaFails {
                code: "what came back is not what was sent".into(),
            },
            Err(code) => Finding::MediaFails { code },
        };
        vec![back, self.erasing(&media).await]
    }

    async fn upload(&self) -> Result<MediaId, String> {
        let file = Attachment::of("doctor.txt", SAMPLE);
        let patient = self.patient();
        let upload = self.outbound.upload(&patient, &file, SAMPLE.to_vec());
        upload.await.map_err(|error| reason(&error))
    }

    async fn download(&self, media: &MediaId) -> Result<Vec<u8>, String> {
        let uri = <&MxcUri>::from(media.as_str());
        let (server, id) = uri.parts().map_err(|_| "no address of a file".to_owned())?;
        let request = get_content::v1::Request::new(id.to_owned(), server.to_owned());
        let bot = As::User(&self.outbound.bot);
        let answer = self.client.call(bot, request).await;
        Ok(answer.map_err(|error| code(&error))?.file)
    }

    async fn erasing(&self, media: &MediaId) -> Finding {
        if !self.client.has_admin() {
            return Finding::AdminUnset;
        }
        match self.client.erase(media).await {
            Ok(()) => Finding::MediaErased,
            Err(error) => Finding::AdminRefused { code: code(&error) },
        }
    }
}

async fn within_time(what: &'static str, look: impl Future<Output = Finding>) -> Finding {
    timeout(PATIENCE, look)
        .await
        .unwrap_or(Finding::Unfinished { what })
}

/// The homeserver's error code, or what went wrong before there was one.
fn code(error: &CallError) -> String {
    match error {
        CallError::Refused {
            status, errcode, ..
        } => format!("{status} {errcode}"),
        other => other.to_string(),
    }
}

fn reason(error: &DeliveryError) -> String {
    match error {
        DeliveryError::Never { reason } => reason.clone(),
        DeliveryError::Later { source, .. } => source.to_string(),
    }
}
