//! What is looked at when somebody asks whether all works together, and what can be found. Each
//! finding is worded by `texts::doctor` with what to do.

use std::time::Duration;

use async_trait::async_trait;

use crate::ids::Timestamp;

/// Looks at everything around the desk. Takes some seconds at most, and changes nothing that
/// counts.
#[async_trait]
pub trait Doctor: Send + Sync {
    async fn examine(&self) -> Vec<Finding>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Ok,
    /// Works, but somebody should know.
    Warning,
    Wrong,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    HomeserverAnswers {
        within: Duration,
    },
    HomeserverSilent {
        url: String,
    },
    RegistrationLoaded,
    /// The homeserver does not know our token.
    RegistrationUnknown,
    Pinged {
        within: Duration,
    },
    /// The homeserver cannot reach us; its error code.
    NotReached {
        url: String,
        code: String,
    },
    /// Nobody listens where the homeserver would call.
    NotRunning {
        listen: String,
    },
    NamespaceFits,
    /// The bot, or ghosts, are not ours to make; the error code.
    NamespaceForeign {
        code: String,
    },
    GhostMade,
    GhostRefused {
        code: String,
    },
    PresenceWorks,
    PresenceOff,
    EphemeralOn,
    EphemeralOff,
    MediaWorks {
        within: Duration,
    },
    MediaFails {
        code: String,
    },
    /// Files that are masked or kept long enough are deleted.
    MediaErased,
    /// No token with which files could be deleted.
    AdminUnset,
    AdminRefused {
        code: String,
    },
    /// What a redaction leaves behind cannot be seen from here.
    RetentionUnknown,
    ClocksAgree,
    ClocksDiffer {
        by: Duration,
    },
    ClockUnknown,
    DatabaseSound,
    DatabaseBroken,
    /// It could not be looked at.
    DatabaseUnread,
    SpaceFree {
        bytes: u64,
    },
    SpaceShort {
        bytes: u64,
    },
    /// So many effects could never be delivered.
    Buried {
        count: u64,
    },
    VaultUnset,
    VaultSound,
    /// Its key file is made at the next start.
    VaultNew,
    VaultBroken {
        why: String,
    },
    /// A look that did not come to its end, and its name.
    Unfinished {
        what: &'static str,
    },
}

impl Finding {
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::HomeserverAnswers { .. }
            | Self::RegistrationLoaded
            | Self::Pinged { .. }
            | Self::NamespaceFits
            | Self::GhostMade
            | Self::PresenceWorks
            | Self::EphemeralOn
            | Self::MediaWorks { .. }
            | Self::MediaErased
            | Self::ClocksAgree
            | Self::DatabaseSound
            | Self::SpaceFree { .. }
            | Self::VaultSound
            | Self::VaultNew => Verdict::Ok,
            Self::NotRunning { .. }
            | Self::PresenceOff
            | Self::AdminUnset
            | Self::RetentionUnknown
            | Self::ClockUnknown
            | Self::Buried { .. }
            | Self::VaultUnset
            | Self::Unfinished { .. } => Verdict::Warning,
            Self::HomeserverSilent { .. }
            | Self::RegistrationUnknown
            | Self::NotReached { .. }
            | Self::NamespaceForeign { .. }
            | Self::GhostRefused { .. }
            | Self::EphemeralOff
            | Self::MediaFails { .. }
            | Self::AdminRefused { .. }
            | Self::ClocksDiffer { .. }
            | Self::DatabaseBroken
            | Self::DatabaseUnread
            | Self::SpaceShort { .. }
            | Self::VaultBroken { .. } => Verdict::Wrong,
        }
    }
}

/// From here on messages stand in a wrong order.
const SKEW: Duration = Duration::from_secs(10);

/// Compares the time that the homeserver writes (RFC 9110, "Date") with ours.
pub fn compare_clocks(date: &str, now: Timestamp) -> Finding {
    let Ok(theirs) = jiff::fmt::rfc2822::parse(date) else {
        return Finding::ClockUnknown;
    };
    let theirs = Timestamp::from_millis(theirs.timestamp().as_millisecond());
    // One of them is zero.
    let by = now.since(theirs) + theirs.since(now);
    match by > SKEW {
        true => Finding::ClocksDiffer { by },
        false => Finding::ClocksAgree,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{command::Language, texts};

    #[test]
    fn clocks_agree_within_ten_seconds() {
        let noon = Timestamp::from_millis(1_700_000_000_000);
        for (date, verdict) in [
            ("Tue, 14 Nov 2023 22:13:20 GMT", Verdict::Ok),
            ("Tue, 14 Nov 2023 22:13:11 GMT", Verdict::Ok),
            ("Tue, 14 Nov 2023 22:13:31 GMT", Verdict::Wrong),
            ("Tue, 14 Nov 2023 22:03:20 GMT", Verdict::Wrong),
            ("yesterday", Verdict::Warning),
        ] {
            assert_eq!(compare_clocks(date, noon).verdict(), verdict, "{date}");
        }
    }

    #[test]
    fn a_report_says_what_it_comes_to_and_then_the_worst() {
        let fine = [Finding::ClocksAgree, Finding::DatabaseSound];
        let told = texts::doctor::report(Language::En, &fine);
        assert_eq!(
            told,
            "Everything is all right:\n- ok: the clocks agree.\n- ok: the database is sound."
        );
        let warned = texts::doctor::report(Language::En, &[Finding::ClockUnknown]);
        assert!(warned.starts_with("Nothing is wrong, warnings: 1:\n"));
        let mixed = [
            Finding::ClocksAgree,
            Finding::ClockUnknown,
            Finding::DatabaseBroken,
        ];
        for (language, lines) in [
            (
                Language::En,
                ["Wrong: 1, warnings: 1:", "- wrong:", "- warning:", "- ok:"],
            ),
            (
                Language::Ko,
                ["문제 1건, 주의 1건:", "- 문제:", "- 주의:", "- 정상:"],
            ),
        ] {
            let told = texts::doctor::report(language, &mixed);
            let begins: Vec<bool> = told
                .lines()
                .zip(lines)
                .map(|(line, with)| line.starts_with(with))
                .collect();
            assert_eq!(begins, [true; 4], "{told}");
        }
    }

    #[test]
    fn each_finding_begins_with_its_verdict() {
        for (finding, line) in [
            (Finding::ClocksAgree, "ok: the clocks agree."),
            (Finding::RetentionUnknown, "warning: how long"),
            (
                Finding::RegistrationUnknown,
                "wrong: the homeserver does not know our token",
            ),
        ] {
            let told = texts::doctor::line(Language::En, &finding);
            assert!(told.starts_with(line), "{told}");
        }
    }
}
