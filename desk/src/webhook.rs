//! Webhooks: what programs elsewhere are told, where, and how often it is tried.

use std::{collections::BTreeSet, fmt, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    chat::Target,
    event::ClosedBy,
    ids::{AgentId, ChatId, CustomerId, EffectId, ServiceSlug, Timestamp, WebhookId},
    masks::Sealed,
    ticket::Field,
};

mod address;
mod payload;

pub use address::{Allowed, WrongUrl};
pub use payload::{About, payload};

/// How much of an address's path is shown, in Unicode scalar values.
const SHOWN: usize = 8;
/// How many webhooks a service has at most.
pub const MOST_WEBHOOKS: usize = 10;
/// How many events may wait for one webhook; with more it is switched off.
pub const MOST_WAITING: u64 = 10_000;
/// How long an event is tried.
pub const TRIED_FOR: Duration = Duration::from_secs(24 * 3600);
/// How long what is sent is signed with the secret before, too.
pub const OLD_SECRET: Duration = Duration::from_secs(24 * 3600);
/// The pauses after the first, the second ... failure; the last one goes on.
const PAUSES_S: [u64; 10] = [5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 28_800];

macro_rules! kinds {
    ($($variant:ident = $word:literal),+ $(,)?) => {
        /// What a program can be told of.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum HookKind {
            $(#[serde(rename = $word)] $variant),+
        }

        impl HookKind {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

kinds! {
    ChatStarted = "chat.started",
    ChatAccepted = "chat.accepted",
    ChatTransferred = "chat.transferred",
    ChatClosed = "chat.closed",
    ChatRated = "chat.rated",
    TicketCreated = "ticket.created",
    TicketUpdated = "ticket.updated",
    TicketCommented = "ticket.commented",
    CustomerErased = "customer.erased",
    Test = "webhook.test",
}

impl HookKind {
    /// The test is asked for by hand.
    pub fn from_word(word: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied().filter(|it| *it != Self::Test);
        all.find(|known| known.as_str().eq_ignore_ascii_case(word))
    }
}

impl fmt::Display for HookKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that happened, by ids alone: what is told of it is read when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "happened", rename_all = "snake_case")]
pub enum Happening {
    ChatStarted {
        chat: ChatId,
    },
    ChatAccepted {
        chat: ChatId,
        agent: AgentId,
    },
    ChatTransferred {
        chat: ChatId,
        by: AgentId,
        to: Target,
    },
    ChatClosed {
        chat: ChatId,
        by: ClosedBy,
    },
    ChatRated {
        chat: ChatId,
        score: u8,
    },
    TicketCreated {
        ticket: u64,
    },
    TicketUpdated {
        ticket: u64,
        field: Field,
        by: AgentId,
    },
    TicketCommented {
        ticket: u64,
        comment: u64,
        by: AgentId,
        public: bool,
    },
    CustomerErased {
        customer: CustomerId,
    },
    Test,
    /// Made by a newer release.
    #[serde(other, skip_serializing)]
    Unknown,
}

impl Happening {
    /// `None`: of a newer release.
    pub fn kind(&self) -> Option<HookKind> {
        Some(match self {
            Self::ChatStarted { .. } => HookKind::ChatStarted,
            Self::ChatAccepted { .. } => HookKind::ChatAccepted,
            Self::ChatTransferred { .. } => HookKind::ChatTransferred,
            Self::ChatClosed { .. } => HookKind::ChatClosed,
            Self::ChatRated { .. } => HookKind::ChatRated,
            Self::TicketCreated { .. } => HookKind::TicketCreated,
            Self::TicketUpdated { .. } => HookKind::TicketUpdated,
            Self::TicketCommented { .. } => HookKind::TicketCommented,
            Self::CustomerErased { .. } => HookKind::CustomerErased,
            Self::Test => HookKind::Test,
            Self::Unknown => return None,
        })
    }

    /// What is told of one chat or ticket is told in the order in which it happened.
    pub fn lane(&self) -> String {
        match self {
            Self::ChatStarted { chat }
            | Self::ChatAccepted { chat, .. }
            | Self::ChatTransferred { chat, .. }
            | Self::ChatClosed { chat, .. }
            | Self::ChatRated { chat, .. } => format!("chat:{chat}"),
            Self::TicketCreated { ticket }
            | Self::TicketUpdated { ticket, .. }
            | Self::TicketCommented { ticket, .. } => format!("ticket:{ticket}"),
            Self::CustomerErased { customer } => format!("customer:{customer}"),
            Self::Test | Self::Unknown => "test".into(),
        }
    }
}

/// What is waiting to be told. `id` is its `webhook-id`, the same however often it is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: EffectId,
    pub webhook: WebhookId,
    pub what: Happening,
    pub created_at: Timestamp,
    /// How often it was tried in vain.
    pub attempts: u32,
}

/// What comes of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    At(Timestamp),
    GiveUp,
}

impl Delivery {
    /// When it is tried again: after a pause that grows, by some chance (0 to 99) shorter or
    /// longer by a fifth, or as late as the other side asks; a last time when its time is over.
    pub fn after_failure(
        &self,
        now: Timestamp,
        asked: Option<Duration>,
        chance: u64,
    ) -> AfterFailure {
        let end = self.created_at + TRIED_FOR;
        if now >= end {
            return AfterFailure::GiveUp;
        }
        let at = usize::try_from(self.attempts).unwrap_or(usize::MAX);
        let pause = PAUSES_S.get(at).or(PAUSES_S.last()).copied();
        let pause = Duration::from_secs(pause.unwrap_or_default());
        let hundredths = u32::try_from(80 + chance % 41).unwrap_or(100);
        let pause = (pause * hundredths / 100).max(asked.unwrap_or_default());
        AfterFailure::At((now + pause).min(end))
    }
}

/// Where programs are told.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    pub id: WebhookId,
    pub service: ServiceSlug,
    /// Counts the webhooks of a service from 1.
    pub number: u64,
    pub url: String,
    /// Of what; empty: of everything.
    pub kinds: BTreeSet<HookKind>,
    pub made_by: AgentId,
    pub made_at: Timestamp,
    /// Since when nothing gets through, and why not the last time.
    pub failing_since: Option<Timestamp>,
    pub trouble: Option<String>,
    /// When something last got through.
    pub delivered_at: Option<Timestamp>,
    /// It is told nothing any more since then.
    pub ended_at: Option<Timestamp>,
    /// The newest first.
    pub secrets: Vec<HookSecret>,
}

impl fmt::Debug for Webhook {
    /// Without the address, of which a part may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Webhook({} #{})", self.service, self.number)
    }
}

impl Webhook {
    pub fn wants(&self, kind: HookKind) -> bool {
        self.ended_at.is_none()
            && (kind == HookKind::Test || self.kinds.is_empty() || self.kinds.contains(&kind))
    }

    /// The address without what may be secret in it.
    pub fn shown_url(&self) -> String {
        let end = self.url.find(['?', '#']).unwrap_or(self.url.len());
        let url = self.url.get(..end).unwrap_or_default();
        let host = url.find("://").map_or(0, |at| at + 3);
        let path = url.get(host..).and_then(|rest| rest.find('/'));
        // Many addresses are a secret from there on.
        let path = path.map_or(url.len(), |at| host + at);
        let shown: String = url
            .get(path..)
            .unwrap_or_default()
            .chars()
            .take(SHOWN)
            .collect();
        let more = if path + shown.len() < url.len() {
            "…"
        } else {
            ""
        };
        format!("{}{shown}{more}", url.get(..path).unwrap_or_default())
    }
}

/// What is sent is signed with it.
#[derive(Clone, PartialEq, Eq)]
pub struct HookSecret {
    /// What it is sealed for.
    pub id: String,
    /// Until when it is in use; `None`: it is the present one.
    pub until: Option<Timestamp>,
    pub kept: KeptSecret,
}

#[derive(Clone, PartialEq, Eq)]
pub enum KeptSecret {
    /// With the vault's key.
    Sealed(Sealed),
    /// There is no vault: in hexadecimal.
    Plain(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn tried(attempts: u32) -> Delivery {
        Delivery {
            id: EffectId::new("1"),
            webhook: WebhookId::new("w"),
            what: Happening::Test,
            created_at: NOON,
            attempts,
        }
    }

    #[test]
    fn an_event_is_tried_for_a_day_at_growing_distances() {
        let mut now = NOON;
        let mut attempts = 0;
        let mut pauses = Vec::new();
        while let AfterFailure::At(next) = tried(attempts).after_failure(now, None, 20) {
            pauses.push(next.since(now).as_secs());
            (now, attempts) = (next, attempts + 1);
        }
        assert_eq!(pauses[..4], [5, 30, 120, 600]);
        assert!(pauses.windows(2).take(9).all(|pair| pair[0] < pair[1]));
        assert_eq!(now, NOON + TRIED_FOR);
        assert!((10..16).contains(&attempts), "{attempts}");
    }

    #[test]
    fn a_pause_varies_by_a_fifth_and_is_as_long_as_is_asked_for() {
        let next = |asked, chance| tried(2).after_failure(NOON, asked, chance);
        let after = |seconds| AfterFailure::At(NOON + Duration::from_secs(seconds));
        assert_eq!(next(None, 0), after(96));
        assert_eq!(next(None, 40), after(144));
        assert_eq!(next(Some(Duration::from_secs(900)), 0), after(900));
        let for_ever = next(Some(Duration::from_secs(1_000_000)), 0);
        assert_eq!(for_ever, AfterFailure::At(NOON + TRIED_FOR));
    }

    #[test]
    fn a_webhook_wants_what_it_was_made_for() {
        let mut webhook = Webhook {
            id: WebhookId::new("w"),
            service: ServiceSlug::new("acme"),
            number: 1,
            url: "https://example.org/hook?token=secret".into(),
            kinds: BTreeSet::new(),
            made_by: AgentId::new("@root:example.org"),
            made_at: NOON,
            failing_since: None,
            trouble: None,
            delivered_at: None,
            ended_at: None,
            secrets: Vec::new(),
        };
        assert!(webhook.wants(HookKind::ChatClosed));
        webhook.kinds = [HookKind::TicketCreated].into();
        assert!(!webhook.wants(HookKind::ChatClosed));
        assert!(webhook.wants(HookKind::Test));
        webhook.ended_at = Some(NOON);
        assert!(!webhook.wants(HookKind::TicketCreated));
        assert_eq!(webhook.shown_url(), "https://example.org/hook");
        for (url, shown) in [
            ("https://example.org", "https://example.org"),
            ("https://example.org/a/b/c", "https://example.org/a/b/c"),
            (
                "https://example.org/a/b/cd/e",
                "https://example.org/a/b/cd/…",
            ),
            (
                "https://example.org/services/T0/secret",
                "https://example.org/service…",
            ),
        ] {
            webhook.url = url.into();
            assert_eq!(webhook.shown_url(), shown);
        }
    }
}
