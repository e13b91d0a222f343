//! The kinds of personal data, by names that never change: settings, logs and stored masks hold them.

use std::{collections::BTreeSet, fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What a span of a text is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `card`: a payment card number.
    Card,
    /// `kr_rrn`: a Korean resident or foreigner registration number.
    KrRrn,
    /// `phone`: a phone number of any country.
    Phone,
    /// `email`: a mail address.
    Email,
    /// `iban`: an international bank account number.
    Iban,
    /// `us_ssn`: a social security number of the United States.
    UsSsn,
    /// `passport`: a passport number.
    Passport,
    /// `drivers_licence`: the number of a driver's licence.
    DriversLicence,
    /// `kr_account`: a Korean bank account.
    KrAccount,
    /// `ip`: an IPv4 or IPv6 address.
    Ip,
    /// `secret`: an API key, an access token, a password, a private key.
    Secret,
    /// `text`: what a person masked by hand. No detector finds it.
    Text,
    /// `custom:<name>`: found by a pattern of the admin.
    Custom(Arc<str>),
}

impl Kind {
    /// What detectors find without patterns of an admin.
    pub const BUILT_IN: [Self; 11] = [
        Self::Card,
        Self::KrRrn,
        Self::Phone,
        Self::Email,
        Self::Iban,
        Self::UsSsn,
        Self::Passport,
        Self::DriversLicence,
        Self::KrAccount,
        Self::Ip,
        Self::Secret,
    ];

    /// The kind of an admin's pattern.
    pub fn custom(name: &str) -> Result<Self, NoSuchKind> {
        let fine = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.len() <= 40
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        if fine {
            Ok(Self::Custom(name.into()))
        } else {
            Err(NoSuchKind(name.to_owned()))
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Card => "card",
            Self::KrRrn => "kr_rrn",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Iban => "iban",
            Self::UsSsn => "us_ssn",
            Self::Passport => "passport",
            Self::DriversLicence => "drivers_licence",
            Self::KrAccount => "kr_account",
            Self::Ip => "ip",
            Self::Secret => "secret",
            Self::Text => "text",
            Self::Custom(name) => name,
        }
    }

    /// Whether it is a number that people write with spaces and dashes, which may stay.
    pub(super) const fn has_separators(&self) -> bool {
        matches!(
            self,
            Self::Card
                | Self::KrRrn
                | Self::Phone
                | Self::Iban
                | Self::UsSsn
                | Self::Passport
                | Self::DriversLicence
                | Self::KrAccount
        )
    }

    const fn bit(&self) -> u16 {
        1 << match self {
            Self::Card => 0,
            Self::KrRrn => 1,
            Self::Phone => 2,
            Self::Email => 3,
            Self::Iban => 4,
            Self::UsSsn => 5,
            Self::Passport => 6,
            Self::DriversLicence => 7,
            Self::KrAccount => 8,
            Self::Ip => 9,
            Self::Secret => 10,
            Self::Text => 11,
            Self::Custom(_) => 12,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if matches!(self, Self::Custom(_)) {
            f.write_str("custom:")?;
        }
        f.write_str(self.name())
    }
}

/// The name is no kind's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no kind of personal data; there are card, kr_rrn, phone, email, iban, us_ssn, passport, \
     drivers_licence, kr_account, ip, secret, and custom:<name> (a to z, 0 to 9 and _, at most 40)"
)]
pub struct NoSuchKind(pub String);

impl FromStr for Kind {
    type Err = NoSuchKind;

    fn from_str(name: &str) -> Result<Self, NoSuchKind> {
        if let Some(custom) = name.strip_prefix("custom:") {
            return Self::custom(custom);
        }
        Self::BUILT_IN
            .into_iter()
            .chain([Self::Text])
            .find(|kind| kind.name() == name)
            .ok_or_else(|| NoSuchKind(name.to_owned()))
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// Which kinds are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    bits: u16,
    custom: BTreeSet<Arc<str>>,
}

impl Kinds {
    /// All built-in kinds, and every pattern of the admin.
    pub fn all() -> Self {
        Self {
            bits: u16::MAX,
            custom: BTreeSet::new(),
        }
    }

    pub fn none() -> Self {
        Self::default()
    }

    pub fn is_empty(&self) -> bool {
        self.bits == 0 && self.custom.is_empty()
    }

    pub fn contains(&self, kind: &Kind) -> bool {
        match kind {
            Kind::Custom(name) if self.bits & kind.bit() == 0 => self.custom.contains(name),
            kind => self.bits & kind.bit() != 0,
        }
    }

    pub fn insert(&mut self, kind: Kind) {
        match kind {
            Kind::Custom(name) => {
                self.custom.insert(name);
            }
            kind => self.bits |= kind.bit(),
        }
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        let mut set = Self::none();
        kinds.into_iter().for_each(|kind| set.insert(kind));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_read_by_the_name_it_is_written_with() {
        let custom = Kind::custom("employee_no").unwrap();
        for kind in Kind::BUILT_IN.into_iter().chain([Kind::Text, custom]) {
            assert_eq!(kind.to_string().parse(), Ok(kind.clone()));
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("\"{kind}\""));
            assert_eq!(serde_json::from_str::<Kind>(&json).unwrap(), kind);
        }
        for wrong in ["crad", "", "custom:", "custom:Not Snake", "Card"] {
            assert!(wrong.parse::<Kind>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_set_of_kinds_holds_what_was_put_in() {
        let staff = Kind::custom("staff").unwrap();
        let set: Kinds = [Kind::Card, staff.clone()].into_iter().collect();
        assert!(set.contains(&Kind::Card) && set.contains(&staff));
        assert!(!set.contains(&Kind::Phone) && !set.contains(&Kind::custom("other").unwrap()));
        assert!(Kinds::all().contains(&staff) && Kinds::none().is_empty());
    }
}
