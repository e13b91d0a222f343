//! What admins change by commands: every value is checked here, and the audit log gets what it was
//! and what it is.

use std::time::Duration;

use url::Url;

use super::{
    Consent, Field, Hours, IdentityKey, KeyMaterial, Service, ServiceSettings, WrongHours,
};
use crate::{
    command::{
        Algorithm, AttachmentsCommand, ConsentCommand, ContractSwitch, FieldsCommand,
        HelpcenterCommand, IdentityCommand, IdleCommand, OriginsCommand, Required, RoutingCommand,
        Side, Switch, ThemeCommand,
    },
    customer::breaks_lines,
};

mod masking;
mod values;

pub use masking::{WrongPattern, means_all};
pub use values::{is_slug, origin};

use values::{address, colour, content_type, identity_key, is_name, next_version};

const MAX_TEXT: usize = 10_000;
const MAX_GREETING: usize = 1_000;
const MAX_LABEL: usize = 100;
const MAX_LIST: usize = 50;

/// What changed, as `!helpcenter` names it, with the values before and after. A key is named, never
/// told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub what: String,
    pub old: String,
    pub new: String,
}

/// A value that cannot be, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrongValue {
    Origin(String),
    Address(String),
    Colour(String),
    ContentType(String),
    /// Too long: at most so many characters.
    Long(usize),
    Empty,
    /// A name for a question or a key.
    Name(String),
    /// Not among these.
    Unknown {
        word: String,
        known: Vec<String>,
    },
    /// More than so many.
    Many(usize),
    Secret,
    PublicKey,
    Days(String),
    Hours(WrongHours),
    NoHours,
    Pattern(WrongPattern),
}

impl From<WrongHours> for WrongValue {
    fn from(wrong: WrongHours) -> Self {
        Self::Hours(wrong)
    }
}

type Changed = Result<(), WrongValue>;

impl Service {
    /// Changes what the command says. `None`: it only asks, for the named part or (empty) for all.
    pub fn change(&mut self, command: &HelpcenterCommand) -> Result<Option<Change>, WrongValue> {
        let what = part(command);
        let old = self.shown(what);
        let settings = &mut self.settings;
        match command {
            HelpcenterCommand::Show => {}
            HelpcenterCommand::Chat { switch } => set(&mut settings.help_center_chat, *switch),
            HelpcenterCommand::Contact { switch } => set(&mut settings.contact, *switch),
            HelpcenterCommand::Rating { switch } => set(&mut settings.rating, *switch),
            HelpcenterCommand::Language { language } => {
                settings.language = language.unwrap_or(settings.language);
            }
            HelpcenterCommand::Origins { change } => settings.change_origins(change.as_ref())?,
            HelpcenterCommand::Hours { words } => settings.change_hours(words)?,
            HelpcenterCommand::Consent { change } => settings.change_consent(change.as_ref())?,
            HelpcenterCommand::Greeting { text } => {
                if let Some(text) = text {
                    settings.greeting = or_off(text, |text| long_text(text, MAX_GREETING))?;
                }
            }
            HelpcenterCommand::Fields { change } => settings.change_fields(change.as_ref())?,
            HelpcenterCommand::Theme { change } => settings.change_theme(change.as_ref())?,
            HelpcenterCommand::Idle { change } => settings.change_idle(change.as_ref()),
            HelpcenterCommand::Attachments { change } => {
                settings.change_attachments(change.as_ref())?;
            }
            HelpcenterCommand::Identity { change } => settings.change_identity(change.as_ref())?,
            HelpcenterCommand::Name { name } => {
                if let Some(name) = name {
                    self.name = line(name)?;
                }
            }
        }
        // A key replaced by another of the same name is a change, too.
        let replaced = matches!(
            command,
            HelpcenterCommand::Identity {
                change: Some(IdentityCommand::Add { .. })
            }
        );
        Ok(self.changed("helpcenter", what, old, replaced))
    }

    pub fn change_contract(&mut self, which: ContractSwitch, switch: Switch) -> Option<Change> {
        let (what, value) = match which {
            ContractSwitch::Chat => ("chat", &mut self.settings.contract_chat),
            ContractSwitch::Security => ("security", &mut self.settings.contract_security),
        };
        let old = on_off(*value).to_owned();
        *value = switch.is_on();
        let new = on_off(*value).to_owned();
        (old != new).then(|| Change {
            what: format!("contract.{what}"),
            old,
            new,
        })
    }

    pub fn change_routing(&mut self, command: &RoutingCommand) -> Option<Change> {
        let (what, routing) = (routing_part(command), &mut self.settings.routing);
        let old = routing.shown(what);
        match command {
            RoutingCommand::Show => {}
            RoutingCommand::Strategy { strategy } => routing.strategy = *strategy,
            RoutingCommand::Mode { mode } => routing.mode = *mode,
            RoutingCommand::Capacity { capacity } => routing.capacity = *capacity,
            RoutingCommand::AcceptTimeout { seconds } => routing.accept_timeout_s = *seconds,
            RoutingCommand::Grace { seconds } => routing.grace_s = *seconds,
            RoutingCommand::PreferRecent { switch } => routing.prefer_recent = switch.is_on(),
            RoutingCommand::Presence { basis } => routing.presence = *basis,
        }
        let new = routing.shown(what);
        (old != new).then(|| Change {
            what: format!("routing.{what}"),
            old,
            new,
        })
    }

    pub fn change_retention(&mut self, days: &str) -> Result<Option<Change>, WrongValue> {
        let old = retention(self.settings.retention_days);
        self.settings.retention_days = match days.to_lowercase().as_str() {
            "off" => None,
            days => Some(
                days.parse()
                    .ok()
                    .filter(|days| (1..=3650).contains(days))
                    .ok_or_else(|| WrongValue::Days(days.to_owned()))?,
            ),
        };
        let new = retention(self.settings.retention_days);
        Ok((old != new).then(|| Change {
            what: "retention".into(),
            old,
            new,
        }))
    }

    fn changed(&self, family: &str, what: &str, old: String, replaced: bool) -> Option<Change> {
        let new = self.shown(what);
        (old != new || replaced).then(|| Change {
            what: format!("{family}.{what}"),
            old,
            new,
        })
    }

    /// The present value of a part, on one line; the consent's text is cut.
    pub fn shown(&self, what: &str) -> String {
        let settings = &self.settings;
        let off = || "off".to_owned();
        match what {
            "name" => self.name.clone(),
            "language" => settings.language.as_str().into(),
            "chat" => on_off(settings.help_center_chat).into(),
            "contact" => on_off(settings.contact).into(),
            "rating" => on_off(settings.rating).into(),
            "origins" => list(&settings.origins),
            "hours" => settings.hours.as_ref().map_or_else(off, Hours::to_string),
            "consent" => consent(&settings.consent),
            "greeting" => settings.greeting.as_deref().map_or_else(off, quoted),
            "fields" => list(&settings.fields.iter().map(field).collect::<Vec<_>>()),
            "theme" => {
                let theme = &settings.theme;
                let part = |part: &Option<String>| part.clone().unwrap_or_else(off);
                format!(
                    "accent {}, position {}",
                    part(&theme.accent),
                    part(&theme.position)
                )
            }
            "idle" => {
                let idle = &settings.idle;
                match idle.is_on() {
                    true => format!(
                        "warn {} min, close {} min",
                        minutes(idle.warn_after()),
                        minutes(idle.close_after())
                    ),
                    false => off(),
                }
            }
            "attachments" => {
                let files = &settings.attachments;
                format!(
                    "{}, size {} MB, count {}, types {}",
                    on_off(files.enabled),
                    files.max_bytes / (1024 * 1024),
                    files.max_count,
                    files.types.join(" ")
                )
            }
            "identity" => {
                let keys = settings.identity_keys.iter();
                list(
                    &keys
                        .map(|key| format!("{} ({:?})", key.id, key.key))
                        .collect::<Vec<_>>(),
                )
            }
            _ => String::new(),
        }
    }
}

/// The parts of `!helpcenter`, in the order in which they are shown.
pub const PARTS: [&str; 14] = [
    "name",
    "language",
    "chat",
    "contact",
    "hours",
    "origins",
    "consent",
    "greeting",
    "fields",
    "theme",
    "rating",
    "idle",
    "attachments",
    "identity",
];

/// The parts of `!routing`.
pub const ROUTING_PARTS: [&str; 7] = [
    "strategy",
    "mode",
    "capacity",
    "accept-timeout",
    "grace",
    "prefer-recent",
    "presence",
];

/// The parts of `!masking` besides kinds and patterns.
pub const MASKING_PARTS: [&str; 3] = ["separators", "window", "limit"];

/// The part of `!helpcenter` that a command is about; empty: all.
pub fn part(command: &HelpcenterCommand) -> &'static str {
    match command {
        HelpcenterCommand::Show => "",
        HelpcenterCommand::Chat { .. } => "chat",
        HelpcenterCommand::Contact { .. } => "contact",
        HelpcenterCommand::Origins { .. } => "origins",
        HelpcenterCommand::Hours { .. } => "hours",
        HelpcenterCommand::Consent { .. } => "consent",
        HelpcenterCommand::Greeting { .. } => "greeting",
        HelpcenterCommand::Fields { .. } => "fields",
        HelpcenterCommand::Theme { .. } => "theme",
        HelpcenterCommand::Rating { .. } => "rating",
        HelpcenterCommand::Idle { .. } => "idle",
        HelpcenterCommand::Attachments { .. } => "attachments",
        HelpcenterCommand::Identity { .. } => "identity",
        HelpcenterCommand::Language { .. } => "language",
        HelpcenterCommand::Name { .. } => "name",
    }
}

/// The part of `!routing` that a command is about; empty: all.
pub fn routing_part(command: &RoutingCommand) -> &'static str {
    match command {
        RoutingCommand::Show => "",
        RoutingCommand::Strategy { .. } => "strategy",
        RoutingCommand::Mode { .. } => "mode",
        RoutingCommand::Capacity { .. } => "capacity",
        RoutingCommand::AcceptTimeout { .. } => "accept-timeout",
        RoutingCommand::Grace { .. } => "grace",
        RoutingCommand::PreferRecent { .. } => "prefer-recent",
        RoutingCommand::Presence { .. } => "presence",
    }
}

impl super::Routing {
    pub fn shown(&self, what: &str) -> String {
        match what {
            "strategy" => word(&self.strategy),
            "mode" => word(&self.mode),
            "capacity" => self.capacity.to_string(),
            "accept-timeout" => format!("{} s", self.accept_timeout_s),
            "grace" => format!("{} s", self.grace_s),
            "prefer-recent" => on_off(self.prefer_recent).into(),
            "presence" => word(&self.presence),
            _ => String::new(),
        }
    }
}

impl ServiceSettings {
    fn change_origins(&mut self, change: Option<&OriginsCommand>) -> Changed {
        match change {
            None | Some(OriginsCommand::List) => Ok(()),
            Some(OriginsCommand::Add { origin: word }) => {
                let new = origin(word).ok_or_else(|| WrongValue::Origin(word.clone()))?;
                if !self.origins.contains(&new) {
                    self.origins.push(new);
                }
                not_many(self.origins.len(), MAX_LIST)
            }
            Some(OriginsCommand::Remove { origin: word }) => {
                let gone = origin(word).unwrap_or_else(|| word.clone());
                take_out(
                    &mut self.origins,
                    |known| *known == gone,
                    word,
                    String::clone,
                )
            }
        }
    }

    fn change_hours(&mut self, words: &[String]) -> Changed {
        let zone = self.hours.as_ref().map(|hours| hours.zone.clone());
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (first, rest) = match words.split_first() {
            None => return Ok(()),
            Some((first, rest)) => (first.to_lowercase(), rest),
        };
        let owned = |words: &[&str]| {
            words
                .iter()
                .map(|word| (*word).to_owned())
                .collect::<Vec<_>>()
        };
        let kept = self.hours.as_mut();
        match (first.as_str(), rest) {
            ("off", []) => self.hours = None,
            ("holidays", ["add", dates @ ..]) if !dates.is_empty() => {
                let hours = kept.ok_or(WrongValue::NoHours)?;
                for date in dates {
                    hours.add_holiday(date)?;
                }
            }
            ("holidays", ["remove", dates @ ..]) if !dates.is_empty() => {
                let hours = kept.ok_or(WrongValue::NoHours)?;
                for date in dates {
                    if !hours.remove_holiday(date)? {
                        let known = hours.holidays.clone();
                        let word = (*date).to_owned();
                        return Err(WrongValue::Unknown { word, known });
                    }
                }
            }
            ("add", rest) if !rest.is_empty() => {
                let hours = kept.ok_or(WrongValue::NoHours)?;
                let more = Hours::read(&owned(rest), Some(&hours.zone))?;
                hours.zone = more.zone;
                hours.open.extend(more.open);
                not_many(hours.open.len(), MAX_LIST)?;
            }
            _ => {
                let mut new = Hours::read(&owned(&words), zone.as_deref())?;
                if let Some(old) = self.hours.take() {
                    new.holidays = old.holidays;
                }
                self.hours = Some(new);
            }
        }
        Ok(())
    }

    fn change_consent(&mut self, change: Option<&ConsentCommand>) -> Changed {
        match change {
            None => {}
            Some(ConsentCommand::Text { text }) => {
                let text = long_text(text, MAX_TEXT)?;
                // The old text was agreed to under its own version.
                if text != self.consent.text {
                    self.consent.version = next_version(&self.consent.version);
                    self.consent.text = text;
                }
            }
            Some(ConsentCommand::Url { url }) => {
                self.consent.url = or_off(url, |url| {
                    address(url).ok_or_else(|| WrongValue::Address(url.to_owned()))
                })?;
            }
        }
        Ok(())
    }

    fn change_fields(&mut self, change: Option<&FieldsCommand>) -> Changed {
        match change {
            None | Some(FieldsCommand::List) => Ok(()),
            Some(FieldsCommand::Add {
                name,
                label,
                required,
            }) => {
                if !is_name(name) {
                    return Err(WrongValue::Name(name.clone()));
                }
                let field = Field {
                    name: name.clone(),
                    label: line(label)?,
                    required: *required == Some(Required::Required),
                };
                match self.fields.iter_mut().find(|known| known.name == *name) {
                    Some(known) => *known = field,
                    None => self.fields.push(field),
                }
                not_many(self.fields.len(), 20)
            }
            Some(FieldsCommand::Remove { name }) => take_out(
                &mut self.fields,
                |known| known.name == *name,
                name,
                |known| known.name.clone(),
            ),
        }
    }

    fn change_theme(&mut self, change: Option<&ThemeCommand>) -> Changed {
        match change {
            None => {}
            Some(ThemeCommand::Accent { colour: word }) => {
                self.theme.accent = or_off(word, |word| {
                    colour(word).ok_or_else(|| WrongValue::Colour(word.to_owned()))
                })?;
            }
            Some(ThemeCommand::Position { position }) => {
                let side = match position {
                    Side::Left => "left",
                    Side::Right => "right",
                };
                self.theme.position = Some(side.into());
            }
        }
        Ok(())
    }

    fn change_idle(&mut self, change: Option<&IdleCommand>) {
        match change {
            None => {}
            Some(IdleCommand::Warn { minutes }) => self.idle.warn_after_s = minutes * 60,
            Some(IdleCommand::Close { minutes }) => self.idle.close_after_s = minutes * 60,
        }
    }

    fn change_attachments(&mut self, change: Option<&AttachmentsCommand>) -> Changed {
        let files = &mut self.attachments;
        match change {
            None => {}
            Some(AttachmentsCommand::On) => files.enabled = true,
            Some(AttachmentsCommand::Off) => files.enabled = false,
            Some(AttachmentsCommand::Size { megabytes }) => {
                files.max_bytes = megabytes * 1024 * 1024;
            }
            Some(AttachmentsCommand::Count { count }) => files.max_count = *count,
            Some(AttachmentsCommand::Types { types }) => {
                let mut new: Vec<String> = Vec::new();
                for word in types {
                    let kind =
                        content_type(word).ok_or_else(|| WrongValue::ContentType(word.clone()))?;
                    if !new.contains(&kind) {
                        new.push(kind);
                    }
                }
                not_many(new.len(), MAX_LIST)?;
                files.types = new;
            }
        }
        Ok(())
    }

    fn change_identity(&mut self, change: Option<&IdentityCommand>) -> Changed {
        let keys = &mut self.identity_keys;
        match change {
            None | Some(IdentityCommand::List) => Ok(()),
            Some(IdentityCommand::Add {
                name,
                algorithm,
                key,
            }) => {
                if !is_name(name) {
                    return Err(WrongValue::Name("…".into()));
                }
                let key = IdentityKey {
                    id: name.clone(),
                    key: identity_key(*algorithm, key)?,
                };
                match keys.iter_mut().find(|known| known.id == *name) {
                    Some(known) => *known = key,
                    None => keys.push(key),
                }
                not_many(keys.len(), 10)
            }
            Some(IdentityCommand::Remove { name }) => take_out(
                keys,
                |known| known.id == *name,
                name,
                |known| known.id.clone(),
            ),
        }
    }
}

fn set(value: &mut bool, switch: Option<Switch>) {
    *value = switch.map_or(*value, Switch::is_on);
}

fn or_off(
    word: &str,
    read: impl FnOnce(&str) -> Result<String, WrongValue>,
) -> Result<Option<String>, WrongValue> {
    match word.eq_ignore_ascii_case("off") {
        true => Ok(None),
        false => read(word).map(Some),
    }
}

fn take_out<T>(
    list: &mut Vec<T>,
    is_it: impl Fn(&T) -> bool,
    word: &str,
    name: impl Fn(&T) -> String,
) -> Changed {
    match list.iter().position(is_it) {
        Some(at) => {
            list.remove(at);
            Ok(())
        }
        None => Err(WrongValue::Unknown {
            word: word.to_owned(),
            known: list.iter().map(name).collect(),
        }),
    }
}

fn not_many(count: usize, most: usize) -> Changed {
    match count <= most {
        true => Ok(()),
        false => Err(WrongValue::Many(most)),
    }
}

/// A text of some lines.
fn long_text(text: &str, most: usize) -> Result<String, WrongValue> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(WrongValue::Empty),
        length if length > most => Err(WrongValue::Long(most)),
        _ => Ok(text.to_owned()),
    }
}

/// A name of one line.
pub fn line(text: &str) -> Result<String, WrongValue> {
    let text: String = text.chars().filter(|c| !breaks_lines(*c)).collect();
    long_text(&text, MAX_LABEL)
}

pub fn on_off(on: bool) -> &'static str {
    match on {
        true => "on",
        false => "off",
    }
}

pub fn retention(days: Option<u32>) -> String {
    days.map_or_else(|| "off".into(), |days| format!("{days} d"))
}

fn minutes(span: Duration) -> u64 {
    span.as_secs() / 60
}

/// As it is stored: the word that is typed, too.
fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn list(parts: &[String]) -> String {
    match parts.is_empty() {
        true => "none".into(),
        false => parts.join(", "),
    }
}

fn field(field: &Field) -> String {
    let required = if field.required { " required" } else { "" };
    format!("{} \"{}\"{required}", field.name, field.label)
}

fn consent(consent: &Consent) -> String {
    let url = consent.url.as_deref().unwrap_or("no url");
    format!(
        "version {}, {url}, {}",
        consent.version,
        quoted(&consent.text)
    )
}

/// The beginning of a text, on one line.
fn quoted(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| if breaks_lines(c) { ' ' } else { c })
        .take(80)
        .collect();
    match text.chars().count() > 80 {
        true => format!("\"{line}…\""),
        false => format!("\"{line}\""),
    }
}

#[cfg(test)]
mod tests;
