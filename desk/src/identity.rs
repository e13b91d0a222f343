//! Who a customer is for the host page, once a signed statement of it was checked.

use crate::{
    customer::{MAX_NAME, breaks_lines, check_email},
    refusal::Refusal,
};

/// The longest `sub`, in bytes.
pub const MAX_SUBJECT: usize = 200;

/// A person of one service, by the host page's own word. Only whoever has checked a signature
/// makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The same person has the same on every device.
    pub subject: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub locale: Option<String>,
}

impl Identity {
    /// The subject must be usable; what else is said may be left out, so what is not usable is.
    pub fn new(
        subject: &str,
        name: Option<&str>,
        email: Option<&str>,
        locale: Option<&str>,
    ) -> Result<Self, Refusal> {
        if subject.trim().is_empty() || subject.len() > MAX_SUBJECT || subject.contains('\0') {
            return Err(Refusal::IdentityInvalid {
                why: "sub must be 1 to 200 bytes",
            });
        }
        Ok(Self {
            subject: subject.to_owned(),
            name: name.and_then(one_line),
            email: check_email("email", email).ok().flatten(),
            locale: locale.and_then(one_line),
        })
    }
}

fn one_line(text: &str) -> Option<String> {
    let line: String = text
        .chars()
        .filter(|c| !breaks_lines(*c))
        .take(MAX_NAME)
        .collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_required_and_bounded_and_the_rest_is_kept_if_usable() {
        for (subject, fine) in [
            ("u1", true),
            ("", false),
            ("  ", false),
            ("a\0b", false),
            (&"a".repeat(200), true),
            (&"a".repeat(201), false),
        ] {
            let identity = Identity::new(subject, None, None, None);
            assert_eq!(identity.is_ok(), fine, "{} bytes", subject.len());
        }
        let name = format!("Kim\n{}", "a".repeat(200));
        let identity = Identity::new("u1", Some(&name), Some("no address"), Some(" ")).unwrap();
        assert_eq!(identity.name.map(|name| name.len()), Some(100));
        assert_eq!((identity.email, identity.locale), (None, None));
    }
}
