//! What stands behind `!ticket` and `!tickets`: a new ticket with its options, a search.

use super::{nearest, words::quoted};
use crate::{
    ids::AgentId,
    ticket::{Priority, Status, Tag, TicketQuery, WrongTag},
};

const OPTIONS: [&str; 4] = ["priority", "assignee", "tag", "desc"];
/// So many words are looked for at most.
const WORDS: usize = 8;

/// A ticket somebody wishes for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// Empty: one shall be proposed.
    pub subject: String,
    pub priority: Option<Priority>,
    /// As it was typed.
    pub assignee: Option<String>,
    pub tags: Vec<Tag>,
    pub description: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrongWish {
    /// There is no such option.
    Option {
        word: String,
        near: Option<String>,
    },
    /// Nothing stands behind the option.
    Missing(String),
    Priority {
        word: String,
        near: Option<String>,
    },
    Tag(WrongTag),
}

impl Wish {
    /// The first line is the subject, with options anywhere in it; further lines are the
    /// description.
    pub fn read(text: &str) -> Result<Self, WrongWish> {
        let (line, below) = text.trim().split_once('\n').unwrap_or((text, ""));
        let mut wish = Self::default();
        let mut subject: Vec<String> = Vec::new();
        let mut described: Vec<String> = Vec::new();
        let mut describes = false;
        let mut words = quoted(line).into_iter();
        while let Some(word) = words.next() {
            match option(&word) {
                Some(("desc", value)) => {
                    describes = true;
                    described.extend(value);
                }
                Some((name, value)) => {
                    describes = false;
                    let value = value.or_else(|| words.next());
                    let value = value.filter(|value| option(value).is_none());
                    wish.set(name, value)?;
                }
                None => match describes {
                    true => described.push(word),
                    false => subject.push(word),
                },
            }
        }
        let described = [described.join(" "), below.trim().to_owned()];
        wish.description = described.join("\n").trim().to_owned();
        wish.subject = subject.join(" ");
        Ok(wish)
    }

    fn set(&mut self, name: &str, value: Option<String>) -> Result<(), WrongWish> {
        if !OPTIONS.contains(&name) {
            return Err(WrongWish::Option {
                near: nearest(name, OPTIONS.into_iter()),
                word: name.to_owned(),
            });
        }
        let value = value.ok_or_else(|| WrongWish::Missing(name.to_owned()))?;
        match name {
            "priority" => self.priority = Some(priority(&value)?),
            "assignee" => self.assignee = Some(value),
            _ => self.tags.push(Tag::new(&value).map_err(WrongWish::Tag)?),
        }
        Ok(())
    }
}

/// `--name` or `--name=value`; phones make one long dash of two hyphens.
fn option(word: &str) -> Option<(&str, Option<String>)> {
    let name = word.strip_prefix("--").or_else(|| word.strip_prefix('—'))?;
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase());
    let (name, value) = match name.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (name, None),
    };
    is_name.then_some((name, value))
}

fn priority(word: &str) -> Result<Priority, WrongWish> {
    Priority::from_word(word).ok_or_else(|| WrongWish::Priority {
        near: nearest(word, Priority::ALL.iter().map(|known| known.as_str())),
        word: word.to_owned(),
    })
}

/// What `!tickets` is asked for. Without a state, what is still to be done; with words, any.
pub fn looked_for(asker: &AgentId, typed: &[String]) -> TicketQuery {
    let mut query = TicketQuery::default();
    let mut any = false;
    for word in typed {
        match (word.to_lowercase().as_str(), Tag::new(word)) {
            ("all", _) => any = true,
            ("mine", _) => query.assignee = Some(asker.clone()),
            (state, _) if Status::from_word(state).is_some() => {
                query.status.extend(Status::from_word(state));
            }
            (_, Ok(tag)) if word.starts_with('#') => query.tags.push(tag),
            _ if query.words.len() < WORDS => query.words.push(word.clone()),
            _ => {}
        }
    }
    if query.status.is_empty() && query.words.is_empty() && !any {
        let to_do = Status::ALL.iter().copied().filter(|it| it.is_to_do());
        query.status = to_do.collect();
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(word: &str) -> Tag {
        Tag::new(word).unwrap()
    }

    #[test]
    fn a_new_ticket_is_read_with_its_options_wherever_they_stand() {
        for (text, wish) in [
            ("", Wish::default()),
            (
                "Can't log in",
                Wish {
                    subject: "Can't log in".into(),
                    ..Wish::default()
                },
            ),
            (
                "Cannot log in --priority High —assignee @bob --tag billing --tag=#vip --desc since the -5 update",
                Wish {
                    subject: "Cannot log in".into(),
                    priority: Some(Priority::High),
                    assignee: Some("@bob".into()),
                    tags: vec![tag("billing"), tag("vip")],
                    description: "since the -5 update".into(),
                },
            ),
            (
                "--desc it is slow --priority low \"Slow -- very\"\nFirst\nSecond",
                Wish {
                    subject: "Slow -- very".into(),
                    priority: Some(Priority::Low),
                    description: "it is slow\nFirst\nSecond".into(),
                    ..Wish::default()
                },
            ),
        ] {
            assert_eq!(Wish::read(text), Ok(wish), "{text}");
        }
    }

    #[test]
    fn a_wrong_option_is_named_with_what_would_be_right() {
        let near = |word: &str| Some(word.to_owned());
        for (text, wrong) in [
            (
                "x --priorty high",
                WrongWish::Option {
                    word: "priorty".into(),
                    near: near("priority"),
                },
            ),
            ("x --tag", WrongWish::Missing("tag".into())),
            (
                "x --assignee --tag y",
                WrongWish::Missing("assignee".into()),
            ),
            (
                "x --priority hihg",
                WrongWish::Priority {
                    word: "hihg".into(),
                    near: near("high"),
                },
            ),
            ("x --tag a/b", WrongWish::Tag(WrongTag::Shape("a/b".into()))),
        ] {
            assert_eq!(Wish::read(text), Err(wrong), "{text}");
        }
    }

    #[test]
    fn a_search_is_for_what_is_to_be_done_unless_it_says_otherwise() {
        let anna = AgentId::new("@anna:example.org");
        let look = |typed: &str| {
            let words: Vec<String> = typed.split_whitespace().map(str::to_owned).collect();
            looked_for(&anna, &words)
        };
        let to_do = vec![Status::Open, Status::Pending];
        for (typed, query) in [
            (
                "",
                TicketQuery {
                    status: to_do.clone(),
                    ..TicketQuery::default()
                },
            ),
            (
                "mine #Billing",
                TicketQuery {
                    status: to_do,
                    assignee: Some(anna.clone()),
                    tags: vec![tag("billing")],
                    ..TicketQuery::default()
                },
            ),
            ("all", TicketQuery::default()),
            (
                "Solved refund",
                TicketQuery {
                    status: vec![Status::Solved],
                    words: vec!["refund".into()],
                    ..TicketQuery::default()
                },
            ),
        ] {
            assert_eq!(look(typed), query, "{typed}");
        }
    }
}
