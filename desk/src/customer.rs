//! A customer: a person on the web page, one ghost each.

use crate::{
    attachment::Attachment,
    ids::{CustomerId, EventId, RoomId, ServiceSlug, Timestamp},
    ports::Ghost,
    refusal::Refusal,
};

/// The longest name of a customer, in Unicode scalar values.
pub const MAX_NAME: usize = 100;
/// The longest e-mail address, in bytes (RFC 5321, section 4.5.3.1.3, less the angle brackets).
pub const MAX_EMAIL: usize = 254;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    pub id: CustomerId,
    pub service: ServiceSlug,
    pub name: Option<String>,
    pub email: Option<String>,
    /// Who it is for the host page (`sub` of its JWT): the same person on any device.
    pub subject: Option<String>,
}

impl Customer {
    /// One of whom nothing is known any more but its id.
    pub fn nobody(service: &ServiceSlug, id: &CustomerId) -> Self {
        Self {
            id: id.clone(),
            service: service.clone(),
            name: None,
            email: None,
            subject: None,
        }
    }

    /// The ghost of this customer in the namespace of `bot` (`helproom` -> `helproom_acme_01jd...`).
    pub fn ghost(&self, bot: &str) -> Ghost {
        Ghost {
            localpart: format!("{bot}_{}_{}", self.service, self.id.as_str().to_lowercase()),
            name: self.shown_name().to_owned(),
        }
    }

    pub fn shown_name(&self) -> &str {
        self.name.as_deref().unwrap_or("Customer")
    }
}

/// What a customer wrote, as it is now, with what it takes to say it in the portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub customer: Customer,
    pub portal: Option<RoomId>,
    pub text: String,
    pub attachment: Option<Attachment>,
    /// What it answers, in the portal.
    pub reply_to: Option<EventId>,
    pub at: Timestamp,
}

/// Trims; an empty line is none.
pub fn check_line(
    field: &str,
    line: Option<&str>,
    longest: usize,
) -> Result<Option<String>, Refusal> {
    let Some(line) = line.map(str::trim).filter(|line| !line.is_empty()) else {
        return Ok(None);
    };
    if line.chars().count() > longest {
        return Err(Refusal::invalid(
            field,
            format!("at most {longest} characters"),
        ));
    }
    if line.chars().any(breaks_lines) {
        return Err(Refusal::invalid(field, "one line of text"));
    }
    Ok(Some(line.to_owned()))
}

/// Control characters, and those that turn the direction of what stands around them (UAX #9):
/// with them a name could look like another.
pub fn breaks_lines(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Trims; an empty address is none. Whether it exists only a mail can show.
pub fn check_email(field: &str, email: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(email) = email.map(str::trim).filter(|email| !email.is_empty()) else {
        return Ok(None);
    };
    let plausible = email.len() <= MAX_EMAIL
        && !email.chars().any(|c| c.is_whitespace() || c.is_control())
        && matches!(email.rsplit_once('@'), Some((local, domain))
            if !local.is_empty() && !local.contains('@') && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.'));
    if plausible {
        Ok(Some(email.to_owned()))
    } else {
        Err(Refusal::invalid(
            field,
            "an e-mail address such as kim@example.org",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ghost_is_named_after_service_and_customer_in_lower_case() {
        let customer = Customer {
            id: CustomerId::new("01JDA"),
            service: ServiceSlug::new("acme"),
            name: None,
            email: None,
            subject: None,
        };
        assert_eq!(customer.ghost("helproom").localpart, "helproom_acme_01jda");
    }

    #[test]
    fn an_email_address_is_plausible_or_refused() {
        for (email, accepted) in [
            ("kim@example.org", true),
            (" kim@example.org ", true),
            ("김@example.kr", true),
            ("kim", false),
            ("kim@", false),
            ("@example.org", false),
            ("kim@example", false),
            ("kim @example.org", false),
            ("a@b@example.org", false),
        ] {
            assert_eq!(
                check_email("email", Some(email)).is_ok(),
                accepted,
                "{email}"
            );
        }
        assert_eq!(check_email("email", Some("  ")), Ok(None));
    }

    #[test]
    fn a_name_is_one_short_line() {
        assert_eq!(
            check_line("name", Some(" 김민지 "), MAX_NAME),
            Ok(Some("김민지".into()))
        );
        assert!(check_line("name", Some("a\nb"), MAX_NAME).is_err());
        assert!(check_line("name", Some("a\u{202e}b"), MAX_NAME).is_err());
        assert!(check_line("name", Some(&"a".repeat(101)), MAX_NAME).is_err());
    }
}
