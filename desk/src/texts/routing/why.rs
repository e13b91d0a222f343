//! The answer to `!why`: what was decided, and what holds now.

use jiff::tz::TimeZone;

use super::{answers::why_not, say, target};
use crate::{
    chat::{Chat, ChatState},
    command::Language,
    ids::{AgentId, Timestamp},
    routing::{Entry, Others, Outcome, Rule},
};

/// What holds at this moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Now {
    pub contract_off: bool,
    pub help_center_off: bool,
    pub hours_closed: bool,
    /// Each chat is shown to all, and the first who takes it has it.
    pub claim: bool,
    /// Of a chat that waits: its place, and why each agent does not have it.
    pub waiting: Option<(u64, Others)>,
}

pub fn why(
    language: Language,
    chat: &Chat,
    log: &[(Timestamp, Entry)],
    now: &Now,
    at: Timestamp,
    zone: &TimeZone,
) -> String {
    let mut lines = vec![headline(language, chat)];
    lines.extend(log.first().map(|(first, _)| times(language, *first, zone)));
    let mut told = Vec::new();
    for (when, entry) in log {
        lines.push(format!("{} {}", clock(*when, zone), words(language, entry)));
        if let Entry::Offered { others, .. } | Entry::Nobody { others } = entry {
            let others = of_others(language, others);
            // Offered again and again, a chat would fill the answer with the same names.
            if others != told {
                lines.extend(others.iter().cloned());
                told = others;
            }
        }
    }
    lines.extend(switches(language, now));
    lines.extend(handling(language, chat, at));
    if let Some((place, others)) = &now.waiting {
        lines.push(say(
            language,
            format!("Now: place {place} in the queue."),
            format!("지금: 대기 순서 {place}번."),
        ));
        lines.extend(of_others(language, others));
    }
    lines.join("\n")
}

fn headline(language: Language, chat: &Chat) -> String {
    let number = chat.number;
    match &chat.state {
        ChatState::Waiting => say(
            language,
            format!("Chat #{number} waits."),
            format!("상담 #{number} 건은 대기 중입니다."),
        ),
        ChatState::Offered { agent, .. } => {
            super::answers::offered_to_other(language, number, agent)
        }
        ChatState::Active { agent } => super::answers::held_by(language, number, agent),
        ChatState::Closed { .. } => super::answers::chat_is_over(language, number),
    }
}

/// On which day it began, and in which zone the times are.
fn times(language: Language, first: Timestamp, zone: &TimeZone) -> String {
    let (day, zone) = (written(first, zone, "%Y-%m-%d"), written(first, zone, "%Z"));
    say(
        language,
        format!("From {day}, times in {zone}:"),
        format!("{day}부터, 시각은 {zone}:"),
    )
}

/// `12:03:40`
fn clock(at: Timestamp, zone: &TimeZone) -> String {
    written(at, zone, "%H:%M:%S")
}

fn written(at: Timestamp, zone: &TimeZone, form: &str) -> String {
    let instant = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
    instant.to_zoned(zone.clone()).strftime(form).to_string()
}

fn of_others(language: Language, others: &Others) -> Vec<String> {
    let mut lines: Vec<String> = others
        .agents
        .iter()
        .map(|(agent, why)| format!("- {agent}: {}", why_not(language, why)))
        .collect();
    let more = others.more;
    if more > 0 {
        lines.push(say(
            language,
            format!("- and {more} more"),
            format!("- 외 {more}명"),
        ));
    }
    lines
}

fn words(language: Language, entry: &Entry) -> String {
    match entry {
        Entry::Offered { to, rule, .. } => {
            let rule = because(language, rule);
            say(
                language,
                format!("offered to {to}: {rule}"),
                format!("{to} 님에게 배정: {rule}"),
            )
        }
        Entry::Nobody { .. } => say(
            language,
            "nobody could take it",
            "맡을 수 있는 상담원이 없었음",
        ),
        Entry::Called { agents } => say(
            language,
            format!("{agents} agents were told; the first who takes it has it"),
            format!("상담원 {agents}명에게 알림, 먼저 받는 사람이 맡음"),
        ),
        Entry::Ended { agent, outcome } => ended(language, agent, *outcome),
        Entry::Taken { agent } => say(
            language,
            format!("{agent} took it: joined or answered while nobody had it"),
            format!("아무도 맡지 않은 동안 {agent} 님이 들어오거나 답하여 맡음"),
        ),
        Entry::Transferred { by, to } => {
            let to = target(to);
            say(
                language,
                format!("{by} transferred it to {to}"),
                format!("{by} 님이 {to}에게 넘김"),
            )
        }
        Entry::Widened { .. } | Entry::Lost { .. } | Entry::Left { .. } | Entry::Revoked { .. } => {
            back(language, entry)
        }
    }
}

fn back(language: Language, entry: &Entry) -> String {
    match entry {
        Entry::Widened { agent } => say(
            language,
            format!("{agent} could not take it in time, so it was for everybody"),
            format!("{agent} 님이 제때 맡지 못해 모두에게 열림"),
        ),
        Entry::Lost { agent } => say(
            language,
            format!("{agent} was not online for too long: back to the queue"),
            format!("{agent} 님의 접속이 너무 오래 끊겨 대기열로 돌아감"),
        ),
        Entry::Left { agent } => say(
            language,
            format!("{agent} left the room: back to the queue"),
            format!("{agent} 님이 방을 나가 대기열로 돌아감"),
        ),
        Entry::Revoked { agent } => say(
            language,
            format!("the permission \"chat\" of {agent} was revoked: back to the queue"),
            format!("{agent} 님의 \"chat\" 권한이 회수되어 대기열로 돌아감"),
        ),
        _ => String::new(),
    }
}

fn ended(language: Language, agent: &AgentId, outcome: Outcome) -> String {
    match outcome {
        Outcome::Accepted => say(
            language,
            format!("{agent} took it"),
            format!("{agent} 님이 맡음"),
        ),
        Outcome::Declined => say(
            language,
            format!("{agent} declined"),
            format!("{agent} 님이 거절함"),
        ),
        Outcome::Passed => say(
            language,
            format!("{agent} let it pass"),
            format!("{agent} 님이 시간 안에 받지 않음"),
        ),
        Outcome::Withdrawn => say(
            language,
            format!("the offer to {agent} was taken back"),
            format!("{agent} 님에게 한 배정을 취소함"),
        ),
    }
}

fn because(language: Language, rule: &Rule) -> String {
    match rule {
        Rule::LeastLoaded => say(language, "had the fewest chats", "맡은 상담이 가장 적음"),
        Rule::RoundRobin => say(
            language,
            "had waited longest for a chat",
            "가장 오래 배정받지 않음",
        ),
        Rule::Random => say(language, "by chance", "무작위"),
        Rule::Recent => say(
            language,
            "last talked with this customer",
            "이 고객과 마지막으로 상담함",
        ),
        Rule::Again => say(
            language,
            "again, as nobody else can take it",
            "맡을 수 있는 다른 상담원이 없어 다시 배정",
        ),
        Rule::Meant => say(
            language,
            "the chat was transferred to them",
            "상담을 넘겨받을 상담원",
        ),
        Rule::Took => say(language, "asked for it (!take)", "스스로 받음(!take)"),
        Rule::Assigned { by } => say(
            language,
            format!("{by} assigned it"),
            format!("{by} 님이 지정함"),
        ),
    }
}

fn switches(language: Language, now: &Now) -> Vec<String> {
    let all = [
        (
            now.contract_off,
            "Now: no new chats begin, the contract has chat off. An admin changes it: !contract chat on",
            "지금: 계약에서 상담이 꺼져 있어 새 상담이 시작되지 않습니다: !contract chat on",
        ),
        (
            now.help_center_off,
            "Now: no new chats begin, the help center has chat off. An admin changes it: !helpcenter chat on",
            "지금: 헬프센터에서 상담이 꺼져 있어 새 상담이 시작되지 않습니다: !helpcenter chat on",
        ),
        (
            now.hours_closed,
            "Now: no new chats begin outside business hours: !helpcenter hours",
            "지금: 업무 시간이 아니어서 새 상담이 시작되지 않습니다: !helpcenter hours",
        ),
        (
            now.claim,
            "Now: the first agent who says !take has the chat: !routing mode",
            "지금: 먼저 !take 하는 상담원이 상담을 맡습니다: !routing mode",
        ),
    ];
    all.into_iter()
        .filter(|(holds, ..)| *holds)
        .map(|(_, en, ko)| say(language, en, ko))
        .collect()
}

fn handling(language: Language, chat: &Chat, at: Timestamp) -> Vec<String> {
    let grace = chat.handling.grace_until.map(|until| {
        let seconds = until.since(at).as_secs();
        say(
            language,
            format!("Now: its agent is not online. In {seconds} s the chat goes to others."),
            format!("지금: 담당 상담원의 접속이 끊겨 {seconds}초 뒤에 다른 상담원에게 넘어갑니다."),
        )
    });
    let meant = chat.handling.target.as_ref().map(|to| {
        let to = target(to);
        say(
            language,
            format!("Now: it is for {to}."),
            format!("지금: {to}에게 넘겨진 상담입니다."),
        )
    });
    grace.into_iter().chain(meant).collect()
}
