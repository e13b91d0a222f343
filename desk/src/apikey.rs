//! Keys of the admin API: what a program may do in a service, from where, and until when.

use std::{collections::BTreeSet, fmt, net::IpAddr, time::Duration};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::{
    ids::{AgentId, ServiceSlug, Timestamp},
    service::line,
};

/// What every key begins with, so that people and scanners know one when they see it.
pub const PREFIX: &str = "hrk_";
/// What the name of a key stands behind where it acts.
pub const ACTOR: &str = "apikey:";
/// How long what follows is: 256 bits in hexadecimal.
const SECRET: usize = 64;
/// The most keys of a service that are not revoked.
pub const MOST_KEYS: usize = 50;
/// The longest name, in Unicode scalar values.
const MAX_NAME: usize = 40;
/// The most networks one key is bound to.
const MOST_NETWORKS: usize = 32;
/// How long a key is good when nothing else is said, and at most.
const USUAL_DAYS: u32 = 365;
const MOST_DAYS: u32 = 3_650;
const DAY: Duration = Duration::from_secs(24 * 3600);
/// The last use is written down once in so long.
const USE_EVERY: Duration = Duration::from_secs(60);

macro_rules! scopes {
    ($($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)?) => {
        /// What a key may do.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum Scope {
            $($(#[$doc])* #[serde(rename = $word)] $variant),+
        }

        impl Scope {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

scopes! {
    TicketsRead = "tickets:read",
    TicketsWrite = "tickets:write",
    ChatsRead = "chats:read",
    ChatsWrite = "chats:write",
    AgentsRead = "agents:read",
    AgentsWrite = "agents:write",
    AuditRead = "audit:read",
    ReportRead = "report:read",
    /// Finds customers, and exports all that is held of one.
    CustomersRead = "customers:read",
    CustomersErase = "customers:erase",
}

impl Scope {
    pub fn from_word(word: &str) -> Option<Self> {
        let mut all = Self::ALL.iter().copied();
        all.find(|known| known.as_str().eq_ignore_ascii_case(word))
    }

    /// What a key may do when nothing is said: look, but not at everything of a person.
    fn is_usual(self) -> bool {
        matches!(
            self,
            Self::TicketsRead | Self::ChatsRead | Self::AgentsRead | Self::ReportRead
        )
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A key of a service. The key itself is stored nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    pub service: ServiceSlug,
    /// Counts the keys of a service from 1.
    pub number: u64,
    pub name: String,
    pub scopes: BTreeSet<Scope>,
    /// From where it counts; empty: from anywhere.
    pub networks: Vec<IpNet>,
    pub made_by: AgentId,
    pub made_at: Timestamp,
    pub expires_at: Timestamp,
    /// Within a minute.
    pub used_at: Option<Timestamp>,
}

/// Why a key does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    Expired,
    /// It is for other addresses.
    Elsewhere,
}

impl ApiKey {
    pub fn admits(&self, now: Timestamp, from: IpAddr) -> Result<(), Unfit> {
        if now >= self.expires_at {
            return Err(Unfit::Expired);
        }
        let from = from.to_canonical();
        match self.networks.is_empty() || self.networks.iter().any(|net| net.contains(&from)) {
            true => Ok(()),
            false => Err(Unfit::Elsewhere),
        }
    }

    /// Whether a use now is worth writing down.
    pub fn is_used_anew(&self, now: Timestamp) -> bool {
        self.used_at.is_none_or(|used| now.since(used) >= USE_EVERY)
    }

    /// As whom it acts, in the audit log and in tickets.
    pub fn actor(&self) -> AgentId {
        AgentId::new(format!("{ACTOR}{}", self.name))
    }
}

/// A new key, as it is shown once.
pub fn word_of(secret: &str) -> String {
    format!("{PREFIX}{secret}")
}

/// Whether this could be a key at all: nothing is looked up for other words.
pub fn is_key(word: &str) -> bool {
    let secret = word.strip_prefix(PREFIX).unwrap_or_default();
    secret.len() == SECRET && secret.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A key somebody wishes for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyWish {
    pub name: String,
    pub scopes: BTreeSet<Scope>,
    pub networks: Vec<IpNet>,
    pub days: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrongKey {
    Name(String),
    /// There is no such option.
    Option(String),
    /// Nothing stands behind the option.
    Missing(&'static str),
    Scope(String),
    Network(String),
    Days(String),
}

impl KeyWish {
    /// `--scope tickets:read chats:read --ip 192.0.2.0/24 --days 90`, in any order.
    pub fn read(name: &str, options: &[String]) -> Result<Self, WrongKey> {
        let name = key_name(name)?;
        let (mut scopes, mut networks, mut days) = (BTreeSet::new(), Vec::new(), USUAL_DAYS);
        let mut option = None;
        let mut filled = true;
        for word in options.iter().flat_map(|word| parts(word)) {
            if let Some(named) = named(&word) {
                if let (false, Some(before)) = (filled, option) {
                    return Err(WrongKey::Missing(before));
                }
                option = Some(named.map_err(WrongKey::Option)?);
                filled = false;
                continue;
            }
            filled = true;
            match option {
                Some("scope") => {
                    scopes.insert(Scope::from_word(&word).ok_or(WrongKey::Scope(word))?);
                }
                Some("ip") => networks.push(network(&word).ok_or(WrongKey::Network(word))?),
                Some(_) => days = days_of(&word).ok_or(WrongKey::Days(word))?,
                None => return Err(WrongKey::Option(word)),
            }
        }
        if let (false, Some(option)) = (filled, option) {
            return Err(WrongKey::Missing(option));
        }
        if networks.len() > MOST_NETWORKS {
            return Err(WrongKey::Network(format!("> {MOST_NETWORKS}")));
        }
        if scopes.is_empty() {
            scopes = Scope::ALL
                .iter()
                .copied()
                .filter(|it| it.is_usual())
                .collect();
        }
        Ok(Self {
            name,
            scopes,
            networks,
            days,
        })
    }

    pub fn expires_at(&self, now: Timestamp) -> Timestamp {
        now + DAY * self.days
    }
}

fn key_name(name: &str) -> Result<String, WrongKey> {
    let right = (1..=MAX_NAME).contains(&name.chars().count())
        && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c))
        // A number means the key of that number.
        && name.parse::<u64>().is_err();
    match line(name) {
        Ok(name) if right => Ok(name.to_lowercase()),
        _ => Err(WrongKey::Name(name.to_owned())),
    }
}

/// `--scope=a,b` is `--scope a b`.
fn parts(word: &str) -> Vec<String> {
    let (option, values) = match word.split_once('=') {
        Some((option, values)) if named(option).is_some() => (Some(option), values),
        _ => (None, word),
    };
    let values = values.split(',').filter(|value| !value.is_empty());
    option
        .into_iter()
        .chain(values)
        .map(str::to_owned)
        .collect()
}

/// The option a word names, or the word if it names none. Phones make one long dash of two hyphens.
fn named(word: &str) -> Option<Result<&'static str, String>> {
    let name = word.strip_prefix("--").or_else(|| word.strip_prefix('—'))?;
    let known = ["scope", "ip", "days"];
    let known = known
        .into_iter()
        .find(|known| name.trim_end_matches('s') == known.trim_end_matches('s'));
    Some(known.ok_or_else(|| word.to_owned()))
}

fn network(word: &str) -> Option<IpNet> {
    let network = word.parse::<IpNet>().ok();
    network
        .or_else(|| word.parse::<IpAddr>().ok().map(IpNet::from))
        .map(|network| network.trunc())
}

fn days_of(word: &str) -> Option<u32> {
    let days: u32 = word.trim_end_matches('d').parse().ok()?;
    (1..=MOST_DAYS).contains(&days).then_some(days)
}

/// Who asks by a key that counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHolder {
    pub key: ApiKey,
}

impl KeyHolder {
    pub fn may(&self, scope: Scope) -> bool {
        self.key.scopes.contains(&scope)
    }

    pub fn service(&self) -> &ServiceSlug {
        &self.key.service
    }

    pub fn actor(&self) -> AgentId {
        self.key.actor()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, options: &str) -> Result<KeyWish, WrongKey> {
        let options: Vec<String> = options.split_whitespace().map(str::to_owned).collect();
        KeyWish::read(name, &options)
    }

    #[test]
    fn a_wish_for_a_key_is_read_with_its_options_in_any_order() {
        let usual = read("CRM", "").unwrap();
        assert_eq!((usual.name.as_str(), usual.days), ("crm", 365));
        assert!(usual.scopes.iter().all(|scope| scope.is_usual()));
        let wish = KeyWish {
            name: "crm".into(),
            scopes: [Scope::TicketsRead, Scope::TicketsWrite].into(),
            networks: vec![
                "192.0.2.0/24".parse().unwrap(),
                "2001:db8::1/128".parse().unwrap(),
            ],
            days: 90,
        };
        for options in [
            "--scope tickets:read tickets:write --ip 192.0.2.7/24 2001:db8::1 --days 90",
            "--days 90d --ip=192.0.2.0/24,2001:db8::1 --scopes Tickets:Read,tickets:write",
            "—ip 192.0.2.0/24 --scope tickets:read --scope tickets:write --days=90 --ip 2001:db8::1",
        ] {
            assert_eq!(read("crm", options), Ok(wish.clone()), "{options}");
        }
    }

    #[test]
    fn a_wrong_option_of_a_key_is_named() {
        for (name, options, wrong) in [
            ("a b", "", WrongKey::Name("a b".into())),
            ("7", "", WrongKey::Name("7".into())),
            ("", "", WrongKey::Name(String::new())),
            (
                "crm",
                "tickets:read",
                WrongKey::Option("tickets:read".into()),
            ),
            ("crm", "--for ever", WrongKey::Option("--for".into())),
            ("crm", "--scope --days 3", WrongKey::Missing("scope")),
            ("crm", "--ip", WrongKey::Missing("ip")),
            ("crm", "--scope tickets", WrongKey::Scope("tickets".into())),
            (
                "crm",
                "--ip 300.1.1.1",
                WrongKey::Network("300.1.1.1".into()),
            ),
            ("crm", "--days 0", WrongKey::Days("0".into())),
            ("crm", "--days 3651", WrongKey::Days("3651".into())),
        ] {
            assert_eq!(read(name, options), Err(wrong), "{name} {options}");
        }
    }

    #[test]
    fn a_key_counts_until_it_expires_and_from_its_networks_only() {
        let at = Timestamp::from_millis;
        let key = |networks: &[&str]| ApiKey {
            service: ServiceSlug::new("acme"),
            number: 1,
            name: "crm".into(),
            scopes: BTreeSet::new(),
            networks: networks.iter().map(|net| net.parse().unwrap()).collect(),
            made_by: AgentId::new("@root:example.org"),
            made_at: at(0),
            expires_at: at(1_000),
            used_at: None,
        };
        for (networks, now, from, answer) in [
            (&[][..], 999, "203.0.113.9", Ok(())),
            (&[], 1_000, "203.0.113.9", Err(Unfit::Expired)),
            (&["192.0.2.0/24"], 1, "192.0.2.9", Ok(())),
            (&["192.0.2.0/24"], 1, "::ffff:192.0.2.9", Ok(())),
            (&["192.0.2.0/24"], 1, "192.0.3.9", Err(Unfit::Elsewhere)),
            (&["192.0.2.0/24"], 1, "2001:db8::1", Err(Unfit::Elsewhere)),
            (&["2001:db8::/32"], 1, "2001:db8::1", Ok(())),
        ] {
            let told = key(networks).admits(at(now), from.parse().unwrap());
            assert_eq!(told, answer, "{networks:?} {from}");
        }
    }

    #[test]
    fn a_key_is_known_by_its_shape() {
        let key = word_of(&"7f".repeat(32));
        assert!(is_key(&key), "{key}");
        for word in ["", "hrk_", "hrk_abc", &key[4..], &format!("{key}A")] {
            assert!(!is_key(word), "{word}");
        }
    }
}
