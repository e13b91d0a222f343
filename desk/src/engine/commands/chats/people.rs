//! Which help center, which agent, which group a person means.

use crate::{
    command::Language,
    ids::{AgentId, ServiceSlug},
    ports::StoreError,
    routing::Candidate,
    texts::routing as texts,
};

use super::super::{super::Work, Asker, Place};

/// At most so many agents are named to who named one nobody knows.
const NAMED: usize = 10;

impl Work<'_> {
    /// The help center the asker speaks of, or the answer that asks which.
    pub(in crate::engine) async fn service_of_asker(
        &mut self,
        asker: &Asker,
        place: &Place<'_>,
    ) -> Result<Result<ServiceSlug, String>, StoreError> {
        match place {
            Place::Portal(chat) => return Ok(Ok(chat.service.clone())),
            Place::Desk(service) => return Ok(Ok(service.clone())),
            Place::Management => {}
        }
        let mut known: Vec<ServiceSlug> = match self.engine.is_admin(&asker.person) {
            true => {
                let all = self.tx.services().await?;
                all.into_iter().map(|service| service.slug).collect()
            }
            false => {
                let held = self.tx.memberships(&asker.person).await?;
                let held = held.into_iter();
                held.filter(|(_, membership)| !membership.permissions.is_empty())
                    .map(|(slug, _)| slug)
                    .collect()
            }
        };
        let chosen = self.tx.chosen_service(&asker.person).await?;
        if let Some(chosen) = chosen.filter(|chosen| known.contains(chosen)) {
            return Ok(Ok(chosen));
        }
        Ok(match (known.pop(), known.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(last), false) => {
                known.push(last);
                let names: Vec<String> = known.iter().map(ToString::to_string).collect();
                Err(texts::which_service(asker.language, &names))
            }
            (None, _) => Err(texts::in_no_service(asker.language)),
        })
    }

    /// The agent a word names: by the full id, by `@localpart`, or by the name customers see, if
    /// one person alone has it.
    pub(in crate::engine) async fn agent_named(
        &mut self,
        service: &ServiceSlug,
        language: Language,
        word: &str,
    ) -> Result<Result<Candidate, String>, StoreError> {
        let Some(service) = self.tx.find_service(service).await? else {
            return Ok(Err(texts::unknown_agent(language, word, None, &[])));
        };
        let agents = self.tx.agents(&service).await?;
        Ok(find(agents, language, word))
    }

    /// The group a word names, if anybody is in it.
    pub(super) async fn group_named(
        &mut self,
        service: &ServiceSlug,
        language: Language,
        word: &str,
    ) -> Result<Result<String, String>, StoreError> {
        let Some(service) = self.tx.find_service(service).await? else {
            return Ok(Err(texts::unknown_group(language, word, None)));
        };
        let agents = self.tx.agents(&service).await?;
        let mut groups = agents.iter().flat_map(|found| &found.agent.groups);
        if let Some(group) = groups.find(|group| group.to_lowercase() == word.to_lowercase()) {
            return Ok(Ok(group.clone()));
        }
        let groups = agents.iter().flat_map(|found| &found.agent.groups);
        let near = nearest(word, groups.map(String::as_str));
        Ok(Err(texts::unknown_group(language, word, near.as_deref())))
    }
}

fn find(agents: Vec<Candidate>, language: Language, word: &str) -> Result<Candidate, String> {
    let wanted = word.trim_start_matches('@').to_lowercase();
    let is_full = |found: &&Candidate| found.agent.id.as_str() == word;
    let is_local = |found: &&Candidate| localpart(&found.agent.id).to_lowercase() == wanted;
    let is_named = |found: &&Candidate| found.agent.name.to_lowercase() == wanted;
    if let Some(found) = agents.iter().find(is_full) {
        return Ok(found.clone());
    }
    let mut fitting: Vec<&Candidate> = agents.iter().filter(is_local).collect();
    if fitting.is_empty() {
        fitting = agents.iter().filter(is_named).collect();
    }
    match fitting.as_slice() {
        [one] => Ok((*one).clone()),
        [] => {
            let known = agents.iter().map(|found| localpart(&found.agent.id));
            let near = nearest(&wanted, known).map(|near| format!("@{near}"));
            let known = agents.iter().map(|found| found.agent.id.to_string());
            let mut known: Vec<String> = known.take(NAMED + 1).collect();
            if known.len() > NAMED {
                known.truncate(NAMED);
                known.push("…".into());
            }
            let near = near.as_deref();
            Err(texts::unknown_agent(language, word, near, &known))
        }
        several => {
            let ids: Vec<String> = several
                .iter()
                .map(|found| found.agent.id.to_string())
                .collect();
            Err(texts::several_agents(language, word, &ids))
        }
    }
}

fn localpart(agent: &AgentId) -> &str {
    let id = agent.as_str().trim_start_matches('@');
    id.split_once(':').map_or(id, |(localpart, _)| localpart)
}

fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<String> {
    let distances = known.map(|known| (strsim::damerau_levenshtein(word, known), known));
    let near = distances.min()?;
    (near.0 <= 2).then(|| near.1.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::Agent;

    fn agent(id: &str, name: &str) -> Candidate {
        Candidate {
            agent: Agent {
                id: AgentId::new(id),
                name: name.into(),
                permissions: Default::default(),
                groups: Default::default(),
                presence: Default::default(),
                status: Default::default(),
                active_at: None,
                capacity: 3,
            },
            load: 0,
            last_offered: None,
        }
    }

    #[test]
    fn an_agent_is_named_by_its_id_its_localpart_or_a_name_of_its_own() {
        let agents = || {
            vec![
                agent("@anna:example.org", "Anna from Support"),
                agent("@anna:other.org", "Anna"),
                agent("@bela:example.org", "Bela"),
                agent("@bela.two:example.org", "김벨라"),
                agent("@cleo:example.org", "Cleo"),
                agent("@cora:example.org", "Cleo"),
            ]
        };
        for (word, found) in [
            ("@anna:example.org", Ok("@anna:example.org")),
            ("@bela", Ok("@bela:example.org")),
            ("Bela", Ok("@bela:example.org")),
            ("Anna from Support", Ok("@anna:example.org")),
            ("김벨라", Ok("@bela.two:example.org")),
            ("@cleo", Ok("@cleo:example.org")),
            ("@anna", Err("@anna:other.org")),
            ("@beal", Err("@bela")),
            ("@bob:example.org", Err("The agents: @anna:example.org, ")),
        ] {
            let answer = find(agents(), Language::En, word);
            match (&answer, found) {
                (Ok(answer), Ok(found)) => assert_eq!(answer.agent.id.as_str(), found, "{word}"),
                (Err(answer), Err(hint)) => assert!(answer.contains(hint), "{word}: {answer}"),
                _ => panic!("{word}: {answer:?}"),
            }
        }
    }
}
