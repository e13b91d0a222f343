//! Which users and aliases are ours.

use ruma::{OwnedRoomAliasId, OwnedServerName, OwnedUserId, UserId};

/// The bot's name and what is named after it: `@helproom`, `@helproom_*` and `#helproom_*`.
#[derive(Clone, Debug)]
pub struct Namespace {
    pub bot: String,
    pub server: OwnedServerName,
}

impl Namespace {
    pub fn new(bot: impl Into<String>, server: OwnedServerName) -> Self {
        Self {
            bot: bot.into(),
            server,
        }
    }

    pub fn bot_id(&self) -> Result<OwnedUserId, ruma::IdParseError> {
        self.user_id(&self.bot)
    }

    pub fn user_id(&self, localpart: &str) -> Result<OwnedUserId, ruma::IdParseError> {
        UserId::parse(format!("@{localpart}:{}", self.server))
    }

    /// The alias's localpart, which `createRoom` asks for, and the whole alias.
    pub fn alias(&self, name: &str) -> Result<(String, OwnedRoomAliasId), ruma::IdParseError> {
        let localpart = format!("{}_{name}", self.bot);
        let alias = OwnedRoomAliasId::try_from(format!("#{localpart}:{}", self.server))?;
        Ok((localpart, alias))
    }

    pub fn holds_user(&self, user: &str) -> bool {
        self.localpart(user, '@')
            .is_some_and(|localpart| localpart == self.bot || self.prefixes(localpart))
    }

    fn localpart<'a>(&self, id: &'a str, sigil: char) -> Option<&'a str> {
        let (localpart, server) = id.strip_prefix(sigil)?.split_once(':')?;
        (server == self.server.as_str()).then_some(localpart)
    }

    fn prefixes(&self, localpart: &str) -> bool {
        localpart
            .strip_prefix(self.bot.as_str())
            .is_some_and(|rest| rest.starts_with('_'))
    }

    /// Regular expressions for the registration. Everything that is not a letter, a digit or a
    /// sign without a meaning of its own is escaped.
    pub fn user_patterns(&self) -> [String; 2] {
        let (bot, server) = (escape(&self.bot), escape(self.server.as_str()));
        [format!("@{bot}:{server}"), format!("@{bot}_.*:{server}")]
    }

    pub fn alias_pattern(&self) -> String {
        format!("#{}_.*:{}", escape(&self.bot), escape(self.server.as_str()))
    }
}

fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, c| {
        if !(c.is_alphanumeric() || "_-=/:".contains(c)) {
            escaped.push('\\');
        }
        escaped.push(c);
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn namespace() -> Namespace {
        Namespace::new("helproom", "example.org".try_into().unwrap())
    }

    #[test]
    fn only_the_bot_and_what_is_named_after_it_are_ours() {
        for (user, ours) in [
            ("@helproom:example.org", true),
            ("@helproom_acme_01jd:example.org", true),
            ("@helproomx:example.org", false),
            ("@helproom_acme:other.org", false),
            ("@alice:example.org", false),
            ("helproom", false),
        ] {
            assert_eq!(namespace().holds_user(user), ours, "{user}");
        }
    }

    #[test]
    fn a_dot_in_the_server_name_matches_only_a_dot() {
        assert_eq!(
            namespace().user_patterns(),
            [
                r"@helproom:example\.org".to_owned(),
                r"@helproom_.*:example\.org".to_owned()
            ]
        );
        assert_eq!(namespace().alias_pattern(), r"#helproom_.*:example\.org");
    }
}
