//! Chats in a list, one a line.

use super::{super::closing::span, say, target};
use crate::{
    chat::{Chat, ChatState, Target},
    command::Language,
    ids::Timestamp,
};

/// One line of `!chats` and `!queue`.
pub struct Line {
    pub chat: Chat,
    pub customer: String,
    /// In the queue, counted from 1.
    pub place: Option<u64>,
}

pub fn lines(language: Language, lines: &[Line], now: Timestamp) -> String {
    let lines = lines.iter().map(|each| line(language, each, now));
    lines.collect::<Vec<_>>().join("\n")
}

pub fn and_more(language: Language) -> String {
    say(language, "- and more", "- 그 외 더 있음")
}

fn line(language: Language, line: &Line, now: Timestamp) -> String {
    let chat = &line.chat;
    let since = now.since(chat.created_at);
    let mut parts = vec![format!("- #{} {}", chat.number, line.customer)];
    parts.extend(chat.fields.get("topic").cloned());
    parts.push(state(language, chat, line.place));
    parts.push(span(language, since));
    parts.join(" · ")
}

fn state(language: Language, chat: &Chat, place: Option<u64>) -> String {
    let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
    let words = match &chat.state {
        ChatState::Waiting => say(language, format!("waiting{place}"), format!("대기{place}")),
        ChatState::Offered { agent, .. } => say(
            language,
            format!("offered to {agent}"),
            format!("{agent} 님에게 제안"),
        ),
        ChatState::Active { agent } => say(
            language,
            format!("with {agent}"),
            format!("{agent} 님 담당"),
        ),
        ChatState::Closed { .. } => say(language, "over", "끝남"),
    };
    match &chat.handling.target {
        Some(Target::Agent { agent, .. }) if chat.state.holder() == Some(agent) => words,
        Some(to) => format!("{words} → {}", target(to)),
        None => words,
    }
}
