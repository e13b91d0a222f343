//! Mail by SMTP. No pool: a transcript now and then needs no open connection.

use std::time::Duration;

use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};

use desk::ports::{DeliveryError, Mail, Mailer};
use tokio::time::timeout;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(20);
/// How long all of a mail may take. The transport itself waits for ever for a server that is
/// silent.
const WHOLE: Duration = Duration::from_secs(120);

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// TLS after `STARTTLS`, or no mail.
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// None: for a server on the same machine.
    Plain,
}

impl Protection {
    pub fn port(self) -> u16 {
        match self {
            Self::Starttls => 587,
            Self::Tls => 465,
            Self::Plain => 25,
        }
    }
}

#[derive(Clone)]
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub protection: Protection,
    pub login: Option<(String, String)>,
    /// `help@example.org` or `Acme Help <help@example.org>`.
    pub from: String,
}

#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("the sender is no address")]
    From(#[source] lettre::address::AddressError),
    #[error("TLS cannot be set up for this host")]
    Tls(#[source] lettre::transport::smtp::Error),
}

pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Smtp {
    /// Connects to nothing yet.
    pub fn new(settings: &SmtpSettings) -> Result<Self, SetupError> {
        let host = settings.host.as_str();
        let parameters = || TlsParameters::new(host.to_owned()).map_err(SetupError::Tls);
        let tls = match settings.protection {
            Protection::Starttls => Tls::Required(parameters()?),
            Protection::Tls => Tls::Wrapper(parameters()?),
            Protection::Plain => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host)
            .port(settings.port)
            .timeout(Some(CONNECT))
            .tls(tls);
        if let Some((user, password)) = settings.login.clone() {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self {
            transport: builder.build(),
            from: settings.from.parse().map_err(SetupError::From)?,
        })
    }

    fn letter(&self, mail: &Mail) -> Result<Message, DeliveryError> {
        let to: Address = mail.to.parse().map_err(|_| never("it is no address"))?;
        let domain = self.from.email.domain();
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject.clone())
            // The same for every attempt, so that a mail server may notice a repeat.
            .message_id(Some(format!("<{}@{domain}>", mail.key)))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text.clone())
            .map_err(|_| never("the mail cannot be written"))
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), DeliveryError> {
        let letter = self.letter(mail)?;
        match timeout(WHOLE, self.transport.send(letter)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(told(&error)),
            Err(_) => Err(later("the mail server did not answer in time")),
        }
    }
}

/// A server's own words may quote the address, so only its code is kept.
fn told(error: &lettre::transport::smtp::Error) -> DeliveryError {
    let code = error.status().map(|code| code.to_string());
    // A log-in that is refused the operator can mend.
    let is_login = code.as_ref().is_some_and(|code| code.starts_with("53"));
    if error.is_permanent() && !is_login {
        let code = code.unwrap_or_default();
        return never(&format!("the mail server refused it ({code})"));
    }
    later(&match code {
        Some(code) => format!("the mail server says to try later ({code})"),
        None if error.is_timeout() => "the mail server did not answer in time".into(),
        None if error.is_tls() => "no protected connection with the mail server".into(),
        None => "the mail server cannot be reached".to_owned(),
    })
}

fn later(what: &str) -> DeliveryError {
    DeliveryError::Later {
        after: None,
        source: what.into(),
    }
}

fn never(reason: &str) -> DeliveryError {
    DeliveryError::Never {
        reason: reason.into(),
    }
}
