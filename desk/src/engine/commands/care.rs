//! Commands about the customer of a chat and how the chat ends.

use std::time::Duration;

use crate::{
    audit::AuditEntry,
    chat::{Chat, ChatState},
    command::{Command, Language},
    effect::{Effect, Notice},
    event::ClosedBy,
    ids::{AgentId, ServiceSlug},
    permission::Permission,
    ports::{Answer, StoreError},
    report::{MAX_CHATS, Report, midnight},
    texts::{closing, masking},
};

use super::{
    super::{Work, masking::cleaned},
    Asker, Place,
};

/// How many prepared answers a service has, how long their names and they may be.
const MAX_CANNED: usize = 200;
const MAX_NAME: usize = 40;
/// The longest span of a report, in days.
const MAX_DAYS: u32 = 90;
const DAY: Duration = Duration::from_secs(24 * 3600);

impl Work<'_> {
    pub(super) async fn care_command(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        command: Command,
    ) -> Result<Answer, StoreError> {
        match command {
            Command::Canned { words } => self.canned(asker, place, &words).await,
            Command::Report { span } => self.report(asker, place, span.as_deref()).await,
            command => self.in_portal(asker, place, command).await,
        }
    }

    async fn in_portal(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        command: Command,
    ) -> Result<Answer, StoreError> {
        let name = match &command {
            Command::Close { .. } => "!close",
            Command::Rate => "!rate",
            Command::Note { .. } => "!note",
            _ => "!customer",
        };
        let Place::Portal(chat) = place else {
            let words = closing::only_in_a_portal(asker.language, name);
            return Ok(Answer::Words(words));
        };
        let service = chat.service.clone();
        let whispers = matches!(command, Command::Note { .. })
            && self
                .permissions(&asker.person, &service)
                .await?
                .holds(Permission::Supervise);
        if !whispers
            && let Some(denied) = self.denied(asker, &service, Permission::Chat, name).await?
        {
            return Ok(denied);
        }
        match command {
            // The reason stays where it was typed: the portal.
            Command::Close { .. } => self.close_for(asker, chat).await,
            Command::Rate => self.rate_now(asker, chat).await,
            // A note is the command itself, which no customer gets. Nothing of it is stored.
            Command::Note { .. } => Ok(Answer::Done),
            _ => self.introduce(asker, chat).await,
        }
    }

    async fn close_for(&mut self, asker: &Asker, chat: &mut Chat) -> Result<Answer, StoreError> {
        let notice = Notice::AgentEnded {
            agent: asker.person.clone(),
        };
        Ok(match self.close(chat, ClosedBy::Agent, notice).await? {
            true => Answer::Nothing,
            false => Answer::Words(closing::closed_already(asker.language)),
        })
    }

    /// A ✅ of the agent who has the chat ends it. Of anybody else it says nothing.
    pub(in super::super) async fn checked_off(
        &mut self,
        chat: &mut Chat,
        person: &AgentId,
    ) -> Result<(), StoreError> {
        let has_it = matches!(&chat.state, ChatState::Active { agent } if agent == person);
        let held = self.permissions(person, &chat.service).await?;
        if has_it && held.holds(Permission::Chat) {
            let notice = Notice::AgentEnded {
                agent: person.clone(),
            };
            self.close(chat, ClosedBy::Agent, notice).await?;
        }
        Ok(())
    }

    async fn rate_now(&mut self, asker: &Asker, chat: &Chat) -> Result<Answer, StoreError> {
        if chat.state.is_closed() {
            return Ok(Answer::Words(closing::closed_already(asker.language)));
        }
        Ok(match self.ask_rating(&chat.id).await? {
            true => Answer::Done,
            false => Answer::Words(closing::asked_for_rating(asker.language)),
        })
    }

    async fn introduce(&mut self, asker: &Asker, chat: &Chat) -> Result<Answer, StoreError> {
        if let Some(command) = asker.event.clone() {
            self.enqueue(Effect::Introduce {
                chat: chat.id.clone(),
                command,
                language: asker.language,
            })
            .await?;
        }
        Ok(Answer::Nothing)
    }

    async fn canned(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        words: &[String],
    ) -> Result<Answer, StoreError> {
        let service = match self.service_of_asker(asker, &place).await? {
            Ok(service) => service,
            Err(words) => return Ok(Answer::Words(words)),
        };
        let verb = words.first().map(String::as_str);
        let changes = matches!(verb, Some("add" | "remove"));
        let (permission, name) = match changes {
            true => (Permission::Admin, "!canned add"),
            false => (Permission::Chat, "!canned"),
        };
        if let Some(denied) = self.denied(asker, &service, permission, name).await? {
            return Ok(denied);
        }
        match verb {
            None => {
                let canned = self.settings(&service).await?.canned;
                let names: Vec<&str> = canned.keys().map(String::as_str).collect();
                Ok(Answer::Words(closing::canned_list(asker.language, &names)))
            }
            Some("add") => self.add_canned(asker, &service, words).await,
            Some("remove") => self.remove_canned(asker, &service, words).await,
            Some(_) => self.send_canned(asker, place, words).await,
        }
    }

    async fn add_canned(
        &mut self,
        asker: &Asker,
        service: &ServiceSlug,
        words: &[String],
    ) -> Result<Answer, StoreError> {
        let (name, text) = match words {
            [_, name, text @ ..] => (name.to_lowercase(), text.join(" ")),
            _ => (String::new(), String::new()),
        };
        let taken = matches!(name.as_str(), "add" | "remove");
        let fits = !taken
            && (1..=MAX_NAME).contains(&name.chars().count())
            && crate::chat::check_message(&text).is_ok();
        if !fits {
            return Ok(Answer::Words(closing::canned_example(asker.language, true)));
        }
        let Some(mut found) = self.tx.find_service(service).await? else {
            return Ok(Answer::Nothing);
        };
        let canned = &found.settings.canned;
        if canned.len() >= MAX_CANNED && !canned.contains_key(&name) {
            let words = closing::canned_too_many(asker.language, MAX_CANNED);
            return Ok(Answer::Words(words));
        }
        // As a message it would be hidden, too.
        let clean = cleaned(self.engine, &found.settings, text.clone());
        let old = found.settings.canned.insert(name.clone(), clean.clone());
        self.tx.save_settings(&found).await?;
        let new = Some(clean.clone());
        let done = self.audit_canned(asker, service, name, old, new).await?;
        Ok(match clean == text {
            true => done,
            false => Answer::Words(masking::canned(asker.language, &clean)),
        })
    }

    async fn remove_canned(
        &mut self,
        asker: &Asker,
        service: &ServiceSlug,
        words: &[String],
    ) -> Result<Answer, StoreError> {
        let [_, name, ..] = words else {
            let example = closing::canned_example(asker.language, false);
            return Ok(Answer::Words(example));
        };
        let Some(mut found) = self.tx.find_service(service).await? else {
            return Ok(Answer::Nothing);
        };
        let name = name.to_lowercase();
        let Some(old) = found.settings.canned.remove(&name) else {
            let known = found.settings.canned.keys();
            return Ok(Answer::Words(no_such_canned(asker.language, &name, known)));
        };
        self.tx.save_settings(&found).await?;
        self.audit_canned(asker, service, name, Some(old), None)
            .await
    }

    async fn audit_canned(
        &mut self,
        asker: &Asker,
        service: &ServiceSlug,
        name: String,
        old: Option<String>,
        new: Option<String>,
    ) -> Result<Answer, StoreError> {
        self.tx
            .insert_audit(&AuditEntry {
                at: self.now,
                service: Some(service.clone()),
                actor: asker.person.clone(),
                what: "canned".into(),
                subject: Some(name),
                old,
                new,
            })
            .await?;
        Ok(Answer::Done)
    }

    /// The prepared answer becomes a message of the agent, once: the command is taken in once.
    async fn send_canned(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        words: &[String],
    ) -> Result<Answer, StoreError> {
        let Place::Portal(chat) = place else {
            let words = closing::only_in_a_portal(asker.language, "!canned");
            return Ok(Answer::Words(words));
        };
        if chat.state.is_closed() {
            return Ok(Answer::Words(closing::closed_already(asker.language)));
        }
        let name = words.join(" ").to_lowercase();
        let canned = self.settings(&chat.service).await?.canned;
        let Some(text) = canned.get(&name) else {
            let answer = no_such_canned(asker.language, &name, canned.keys());
            return Ok(Answer::Words(answer));
        };
        let text = text.clone();
        self.say_as(chat, &asker.person, None, text).await?;
        Ok(Answer::Nothing)
    }

    async fn report(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        span: Option<&str>,
    ) -> Result<Answer, StoreError> {
        let service = match self.service_of_asker(asker, &place).await? {
            Ok(service) => service,
            Err(words) => return Ok(Answer::Words(words)),
        };
        let needed = Permission::Supervise;
        if let Some(denied) = self.denied(asker, &service, needed, "!report").await? {
            return Ok(denied);
        }
        let Some(days) = days(span) else {
            return Ok(Answer::Words(closing::report_span_wrong(asker.language)));
        };
        let since = match days {
            Some(days) => self.now - DAY * days,
            None => midnight(&self.settings(&service).await?.zone(), self.now),
        };
        let store = &self.engine.store;
        let figures = store.figures(&service, since, MAX_CHATS).await?;
        let title = closing::report_title(asker.language, days);
        let report = Report::of(&figures);
        Ok(Answer::Words(closing::report(
            asker.language,
            &title,
            &report,
        )))
    }
}

fn no_such_canned<'c>(
    language: Language,
    name: &str,
    known: impl Iterator<Item = &'c String>,
) -> String {
    let nearest = known
        .map(|known| (strsim::damerau_levenshtein(name, known), known.as_str()))
        .min()
        .filter(|(distance, _)| *distance <= 2);
    closing::no_such_canned(language, name, nearest.map(|(_, known)| known))
}

/// `Some(None)`: today.
fn days(span: Option<&str>) -> Option<Option<u32>> {
    match span {
        None | Some("today" | "오늘") => Some(None),
        Some(span) => {
            let digits = span.strip_suffix(['d', '일'])?;
            let days = digits.parse().ok()?;
            (1..=MAX_DAYS).contains(&days).then_some(Some(days))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_of_today_or_of_so_many_days() {
        for (span, understood) in [
            (None, Some(None)),
            (Some("today"), Some(None)),
            (Some("7d"), Some(Some(7))),
            (Some("7일"), Some(Some(7))),
            (Some("90d"), Some(Some(90))),
            (Some("91d"), None),
            (Some("0d"), None),
            (Some("week"), None),
            (Some("7"), None),
        ] {
            assert_eq!(days(span), understood, "{span:?}");
        }
    }
}
