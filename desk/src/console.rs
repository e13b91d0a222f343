//! The agents' page: who sits there, and what it is shown.

use std::time::Duration;

use crate::{
    chat::Chat,
    event::{Author, ChatEvent, ChatEventKind, Message},
    ids::{AgentId, ChatId, MessageId, ServiceSlug, Timestamp},
    masks::{Mask, Part},
    ports::StoreError,
    refusal::Refusal,
    ticket::Ticket,
};

/// How long the link of `!console` works.
pub const LINK_LASTS: Duration = Duration::from_secs(300);
/// How long somebody stays who came by a link.
pub const SESSION_LASTS: Duration = Duration::from_secs(12 * 3600);
/// How long somebody stays who came from a room: the page asks again by itself.
pub const WIDGET_LASTS: Duration = Duration::from_secs(3600);

/// Somebody at the agents' page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub person: AgentId,
    /// The room it was opened in, and nothing else is shown.
    pub focus: Option<Focus>,
    pub expires_at: Timestamp,
}

/// A portal, or the desk room of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Focus {
    pub service: ServiceSlug,
    pub chat: Option<ChatId>,
}

impl Session {
    pub fn shows(&self, service: &ServiceSlug) -> bool {
        let focus = self.focus.as_ref();
        focus.is_none_or(|focus| focus.service == *service)
    }

    /// Whether it was opened in the room of one chat.
    pub fn is_of_one_chat(&self) -> bool {
        self.focus
            .as_ref()
            .is_some_and(|focus| focus.chat.is_some())
    }

    /// In the room of a chat, the tickets made of it.
    pub fn shows_ticket(&self, ticket: &Ticket) -> bool {
        let chat = self.focus.as_ref().and_then(|focus| focus.chat.as_ref());
        let origin = ticket.origin.as_ref().map(|origin| &origin.chat);
        self.shows(&ticket.service) && chat.is_none_or(|chat| origin == Some(chat))
    }

    pub fn shows_chat(&self, service: &ServiceSlug, chat: &ChatId) -> bool {
        let focus = self.focus.as_ref().and_then(|focus| focus.chat.as_ref());
        self.shows(service) && focus.is_none_or(|focus| focus == chat)
    }
}

/// An open chat as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub chat: Chat,
    pub customer: Option<String>,
    /// The name customers see of who has it, or to whom it is offered.
    pub agent: Option<String>,
    pub last: Option<Last>,
}

/// The last message of a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Last {
    pub seq: u64,
    pub from: Author,
    pub text: String,
    pub at: Timestamp,
}

/// A line of a chat's record, and which parts of its text are masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub event: ChatEvent,
    /// In Unicode scalar values of the text.
    pub masks: Vec<(usize, usize)>,
}

impl Recorded {
    /// The text may have changed since; what is told of it comes next.
    pub fn new(event: ChatEvent, message: Option<(&Message, &[Mask])>) -> Self {
        let masks = match (text_in(&event.what), message) {
            (Some(text), Some((now, masks))) if now.text == text => {
                let runs = masks.iter().flat_map(|mask| mask.scalars(now, Part::Text));
                joined(runs.collect())
            }
            _ => Vec::new(),
        };
        Self { event, masks }
    }

    /// Of which message its masks are to be known.
    pub fn needs(event: &ChatEvent) -> Option<&MessageId> {
        match &event.what {
            ChatEventKind::Message(message) if message.masked => Some(&message.id),
            ChatEventKind::Edit { id, .. }
            | ChatEventKind::Mask {
                id, masked: true, ..
            } => Some(id),
            _ => None,
        }
    }
}

fn text_in(what: &ChatEventKind) -> Option<&str> {
    match what {
        ChatEventKind::Message(message) => Some(&message.text),
        ChatEventKind::Edit { text, .. } | ChatEventKind::Mask { text, .. } => Some(text),
        _ => None,
    }
}

/// In their order, those that touch or lie over each other as one.
fn joined(mut runs: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    runs.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (start, end) in runs {
        match joined.last_mut().filter(|(_, last)| start <= *last) {
            Some((_, last)) => *last = end.max(*last),
            None => joined.push((start, end)),
        }
    }
    joined
}

/// What an agent sees under the masks of a message. Not to be kept.
pub struct Revealed {
    pub text: String,
    pub file_name: Option<String>,
    pub formatting: Option<String>,
    pub shows: Duration,
    /// Why not all of it is there.
    pub left: Option<String>,
}

/// Why something was not done from the console.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// There is no such thing, or it is not for this agent.
    #[error("there is nothing of this name for you here")]
    Missing,
    /// The permission is missing, in the agent's words.
    #[error("{0}")]
    Denied(String),
    /// It cannot be done now, in the agent's words.
    #[error("{0}")]
    Unable(String),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_over_each_other_are_shown_as_one() {
        for (runs, shown) in [
            (vec![], vec![]),
            (vec![(4, 6), (0, 2)], vec![(0, 2), (4, 6)]),
            (vec![(0, 5), (3, 9), (1, 2)], vec![(0, 9)]),
            (vec![(0, 5), (5, 7)], vec![(0, 7)]),
        ] {
            assert_eq!(joined(runs), shown);
        }
    }

    #[test]
    fn who_came_from_a_room_is_shown_that_room_alone() {
        let (acme, other) = (ServiceSlug::new("acme"), ServiceSlug::new("other"));
        let (here, there) = (ChatId::new("c1"), ChatId::new("c2"));
        let session = |focus| Session {
            person: AgentId::new("@anna:example.org"),
            focus,
            expires_at: Timestamp::from_millis(0),
        };
        let focus = |chat: Option<&ChatId>| {
            Some(Focus {
                service: acme.clone(),
                chat: chat.cloned(),
            })
        };
        for (focus, shown) in [
            (None, [true, true, true]),
            (focus(None), [true, true, false]),
            (focus(Some(&here)), [true, false, false]),
        ] {
            let session = session(focus);
            let found = [
                session.shows_chat(&acme, &here),
                session.shows_chat(&acme, &there),
                session.shows_chat(&other, &here),
            ];
            assert_eq!(found, shown, "{session:?}");
        }
    }
}
