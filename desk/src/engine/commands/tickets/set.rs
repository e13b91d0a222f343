//! `!ticket set`.

use super::super::{
    super::{Work, tickets::Change},
    Asker,
};
use crate::{
    ids::{AgentId, ServiceSlug},
    permission::Permission,
    ports::{Answer, StoreError},
    texts::tickets as texts,
    ticket::{Field, Priority, Status, Tag, Ticket, WrongTag, as_subject},
};

impl Work<'_> {
    pub(in crate::engine) async fn set(
        &mut self,
        asker: &Asker,
        ticket: &mut Ticket,
        field: Field,
        value: &str,
    ) -> Result<Answer, StoreError> {
        let change = match self.change(asker, ticket, field, value.trim()).await? {
            Ok(change) => change,
            Err(words) => return Ok(Answer::Words(words)),
        };
        let changed = self.change_ticket(ticket, &asker.person, change).await?;
        Ok(match changed {
            true => Answer::Done,
            false => Answer::Words(texts::as_before(asker.language, ticket)),
        })
    }

    async fn change(
        &mut self,
        asker: &Asker,
        ticket: &Ticket,
        field: Field,
        value: &str,
    ) -> Result<Result<Change, String>, StoreError> {
        let language = asker.language;
        Ok(match field {
            Field::Status => Status::from_word(value)
                .map(Change::Status)
                .ok_or_else(|| texts::wrong_status(language, value)),
            Field::Priority => Priority::from_word(value)
                .map(Change::Priority)
                .ok_or_else(|| texts::wrong_priority(language, value, None)),
            Field::Assignee => {
                let assignee = self.assignee(asker, &ticket.service, value).await?;
                assignee.map(Change::Assignee)
            }
            Field::Tag => change_tags(ticket, value).map_err(|wrong| {
                wrong.map_or_else(
                    || texts::which_tag(language, ticket.number),
                    |wrong| texts::wrong_tag(language, &wrong),
                )
            }),
            Field::Subject => Ok(Change::Subject(as_subject(value))),
        })
    }

    /// `me`, `none`, or an agent who may work on tickets.
    pub(super) async fn assignee(
        &mut self,
        asker: &Asker,
        service: &ServiceSlug,
        word: &str,
    ) -> Result<Result<Option<AgentId>, String>, StoreError> {
        let language = asker.language;
        match word.to_lowercase().as_str() {
            "none" | "-" => return Ok(Ok(None)),
            "me" => return Ok(Ok(Some(asker.person.clone()))),
            _ => {}
        }
        Ok(match self.agent_named(service, language, word).await? {
            Err(words) => Err(words),
            Ok(found) if found.agent.permissions.holds(Permission::Ticket) => {
                Ok(Some(found.agent.id))
            }
            Ok(found) => Err(texts::no_work_for(language, &found.agent.id)),
        })
    }
}

/// `add billing`, `remove billing`. `None`: it says neither.
fn change_tags(ticket: &Ticket, value: &str) -> Result<Change, Option<WrongTag>> {
    let (verb, word) = value.split_once(char::is_whitespace).unwrap_or((value, ""));
    let verb = verb.to_lowercase();
    let adds = matches!(verb.as_str(), "add" | "추가");
    if word.is_empty() || !(adds || matches!(verb.as_str(), "remove" | "삭제")) {
        return Err(None);
    }
    let tag = Tag::new(word).map_err(Some)?;
    let mut tags = ticket.tags.clone();
    match adds {
        true => tags.add(tag),
        false => tags.remove(&tag),
    }
    .map_err(Some)?;
    Ok(Change::Tags(tags))
}
