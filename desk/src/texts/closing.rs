//! What is said about how a chat goes on, ends and is remembered: to customers in transcripts and
//! mails, in rooms, and to those who ask.

use std::time::Duration;

use crate::{
    chat::{Chat, ChatState},
    command::Language::{self, En, Ko},
    customer::Customer,
    event::ClosedBy,
    ids::{AgentId, Timestamp},
    rating::Given,
    report::Report,
};

/// Of the two languages, the one for a customer of this locale.
pub fn language_of(locale: &str) -> Language {
    match locale.split(['-', '_']).next() {
        Some("ko") => Ko,
        _ => En,
    }
}

pub fn you(language: Language) -> &'static str {
    match language {
        En => "You",
        Ko => "나",
    }
}

pub fn transcript_title(language: Language, service: &str) -> String {
    match language {
        En => format!("Chat with {service}"),
        Ko => format!("{service} 상담"),
    }
}

pub fn agent_came(language: Language, agent: &str) -> String {
    match language {
        En => format!("* {agent} has joined the chat"),
        Ko => format!("* {agent} 상담원이 참여했습니다"),
    }
}

pub fn chat_ended(language: Language, by: ClosedBy) -> String {
    match (language, by) {
        (En, ClosedBy::Customer) => "* You ended the chat",
        (En, ClosedBy::Agent) => "* The chat was ended by the help center",
        (En, ClosedBy::Idle) => "* The chat was ended because nobody wrote for a while",
        (Ko, ClosedBy::Customer) => "* 고객님이 상담을 끝냈습니다",
        (Ko, ClosedBy::Agent) => "* 헬프센터가 상담을 끝냈습니다",
        (Ko, ClosedBy::Idle) => "* 한동안 대화가 없어 상담이 끝났습니다",
    }
    .into()
}

pub fn deleted(language: Language) -> &'static str {
    match language {
        En => "(deleted)",
        Ko => "(삭제됨)",
    }
}

/// Subject of the mail, and what stands above the transcript.
pub fn transcript_mail(language: Language, service: &str) -> (String, String) {
    match language {
        En => (
            format!("Your chat with {service}"),
            "Here is the transcript of your chat, as you asked for.".into(),
        ),
        Ko => (
            format!("{service} 상담 내용"),
            "요청하신 상담 내용을 보내 드립니다.".into(),
        ),
    }
}

pub fn idle_warning(language: Language, closes_after_s: u64) -> String {
    let span = span(language, Duration::from_secs(closes_after_s));
    match language {
        En => format!(
            "The customer has been silent for a while and was asked. The chat ends in {span} unless somebody writes."
        ),
        Ko => format!(
            "고객이 한동안 답이 없어 확인을 요청했습니다. 아무도 쓰지 않으면 {span} 뒤에 상담이 끝납니다."
        ),
    }
}

pub fn idle_ended(language: Language) -> String {
    match language {
        En => "The chat has ended: the customer did not answer any more.".into(),
        Ko => "고객이 더 답하지 않아 상담이 끝났습니다.".into(),
    }
}

pub fn abandoned(language: Language) -> String {
    match language {
        En => "The chat has ended: it waited for a day, and the customer is gone.".into(),
        Ko => "하루 동안 대기했고 고객이 떠나 상담이 끝났습니다.".into(),
    }
}

/// `★★★★☆ "very kind"`
pub fn rated(language: Language, given: &Given) -> String {
    let stars: String = (1..=5)
        .map(|n| if n <= given.score { '★' } else { '☆' })
        .collect();
    let comment = given.comment.as_deref();
    let comment = comment.map_or_else(String::new, |words| format!(" “{words}”"));
    match language {
        En => format!("The customer has rated this chat: {stars}{comment}"),
        Ko => format!("고객의 상담 평가: {stars}{comment}"),
    }
}

/// In the portal of a chat: where the customer wrote before, or writes now.
pub fn other_chat(language: Language, other: &Chat, is_earlier: bool, link: &str) -> String {
    let number = other.number;
    match (language, is_earlier) {
        (En, true) => format!("This customer was here before, in chat #{number}: {link}"),
        (En, false) => format!("The customer has come back, in chat #{number}: {link}"),
        (Ko, true) => format!("이 고객의 이전 상담 #{number}: {link}"),
        (Ko, false) => format!("고객이 다시 왔습니다. 상담 #{number}: {link}"),
    }
}

/// A prepared answer, as it stands in the portal.
pub fn said_by(name: &str, text: &str) -> String {
    format!("{name}: {text}")
}

/// What there is to know of a customer.
pub struct Introduction<'a> {
    pub customer: &'a Customer,
    pub chat: &'a Chat,
    /// Version and time.
    pub consent: Option<&'a (String, Timestamp)>,
    /// Other chats, the newest first, each with the link to its portal.
    pub others: &'a [(Chat, Option<String>)],
    pub tickets: &'a [(u64, String)],
}

pub fn introduce(language: Language, known: &Introduction<'_>) -> String {
    let (customer, chat) = (known.customer, known.chat);
    let word = |en: &'static str, ko: &'static str| match language {
        En => en,
        Ko => ko,
    };
    let number = chat.number;
    let mut lines = vec![format!(
        "{} · {} #{number}:",
        customer.shown_name(),
        word("chat", "상담")
    )];
    let mut line = |label: &str, value: String| lines.push(format!("- {label}: {value}"));
    line(
        word("E-mail", "이메일"),
        customer
            .email
            .clone()
            .unwrap_or_else(|| word("none", "없음").into()),
    );
    line(
        word("Identified", "신원 확인"),
        match &customer.subject {
            Some(subject) => format!("{} ({subject})", word("yes", "예")),
            None => word("no", "아니요").into(),
        },
    );
    for (name, answer) in &chat.fields {
        line(name, answer.clone());
    }
    if let Some(page) = &chat.page {
        let title = page.title.as_ref();
        let title = title.map_or_else(String::new, |title| format!("{title}, "));
        line(word("Page", "페이지"), format!("{title}{}", page.url));
    }
    line(
        word("Language", "언어"),
        tongue(language, &chat.locale).into(),
    );
    if let Some((version, at)) = known.consent {
        let at = day(*at);
        line(
            word("Consent", "동의"),
            match language {
                En => format!("version {version}, {at}"),
                Ko => format!("버전 {version}, {at}"),
            },
        );
    }
    lines.push(others(language, known.others));
    lines.push(tickets(language, known.tickets));
    lines.join("\n")
}

/// The language of a locale by its name, if it is one of ours.
pub fn tongue(language: Language, locale: &str) -> &str {
    let known = locale.split(['-', '_']).next().unwrap_or_default();
    match (language, known) {
        (En, "en") => "English",
        (En, "ko") => "Korean",
        (Ko, "en") => "영어",
        (Ko, "ko") => "한국어",
        _ => locale,
    }
}

fn others(language: Language, others: &[(Chat, Option<String>)]) -> String {
    let mut lines = vec![match (language, others.is_empty()) {
        (En, true) => "- Other chats: none".to_owned(),
        (En, false) => "Other chats:".to_owned(),
        (Ko, true) => "- 다른 상담: 없음".to_owned(),
        (Ko, false) => "다른 상담:".to_owned(),
    }];
    for (chat, link) in others {
        let link = link.as_deref().unwrap_or_default();
        lines.push(
            format!(
                "- #{} · {} · {} {link}",
                chat.number,
                day(chat.created_at),
                state(language, &chat.state)
            )
            .trim_end()
            .to_owned(),
        );
    }
    lines.join("\n")
}

fn tickets(language: Language, tickets: &[(u64, String)]) -> String {
    let label = match language {
        En => "Tickets",
        Ko => "티켓",
    };
    if tickets.is_empty() {
        let none = match language {
            En => "none",
            Ko => "없음",
        };
        return format!("- {label}: {none}");
    }
    let listed = tickets
        .iter()
        .map(|(number, subject)| format!("- #{number} {subject}"));
    format!("{label}:\n{}", listed.collect::<Vec<_>>().join("\n"))
}

fn state(language: Language, state: &ChatState) -> &'static str {
    match (language, state) {
        (En, ChatState::Closed { .. }) => "closed",
        (En, ChatState::Active { .. }) => "active",
        (En, _) => "waiting",
        (Ko, ChatState::Closed { .. }) => "종료",
        (Ko, ChatState::Active { .. }) => "진행 중",
        (Ko, _) => "대기 중",
    }
}

fn day(at: Timestamp) -> String {
    at.to_rfc3339().chars().take(10).collect()
}

/// `40 s`, `5 min`, `2 h 5 min`.
pub fn span(language: Language, span: Duration) -> String {
    let (seconds, minutes, hours) = (span.as_secs(), span.as_secs() / 60, span.as_secs() / 3600);
    match (language, hours, minutes) {
        (En, 0, 0 | 1) => format!("{seconds} s"),
        (En, 0, _) => format!("{minutes} min"),
        (En, _, _) => format!("{hours} h {} min", minutes % 60),
        (Ko, 0, 0 | 1) => format!("{seconds}초"),
        (Ko, 0, _) => format!("{minutes}분"),
        (Ko, _, _) => format!("{hours}시간 {}분", minutes % 60),
    }
}

pub fn report(language: Language, title: &str, report: &Report) -> String {
    let known = |of: Option<Duration>| of.map_or_else(|| "-".into(), |of| span(language, of));
    let mean = |of: Option<f64>| of.map_or_else(|| "-".into(), |of| format!("{of:.1}"));
    let mut lines = match language {
        En => vec![
            format!(
                "{title}: {} chats, {} waiting now, {} ended before an agent came.",
                report.chats, report.waiting, report.lost
            ),
            format!(
                "Medians: wait {}, first answer {}, length {}. Ratings: {} ({} of 5).",
                known(report.wait),
                known(report.first_answer),
                known(report.length),
                report.ratings,
                mean(report.score)
            ),
        ],
        Ko => vec![
            format!(
                "{title}: 상담 {}건, 지금 대기 {}건, 상담원 없이 끝남 {}건.",
                report.chats, report.waiting, report.lost
            ),
            format!(
                "중앙값: 대기 {}, 첫 답변 {}, 길이 {}. 평가 {}건(5점 만점에 {}).",
                known(report.wait),
                known(report.first_answer),
                known(report.length),
                report.ratings,
                mean(report.score)
            ),
        ],
    };
    for agent in &report.agents {
        let (name, chats, ratings) = (&agent.name, agent.chats, agent.ratings);
        let (first, score) = (known(agent.first_answer), mean(agent.score));
        lines.push(match language {
            En => format!(
                "- {name}: {chats} chats, first answer {first}, {ratings} ratings ({score})"
            ),
            Ko => format!("- {name}: 상담 {chats}건, 첫 답변 {first}, 평가 {ratings}건({score})"),
        });
    }
    lines.join("\n")
}

pub fn report_title(language: Language, days: Option<u32>) -> String {
    match (language, days) {
        (En, None) => "Today".into(),
        (En, Some(days)) => format!("Last {days} days"),
        (Ko, None) => "오늘".into(),
        (Ko, Some(days)) => format!("최근 {days}일"),
    }
}

pub fn report_span_wrong(language: Language) -> String {
    match language {
        En => "A report is of today or of 1 to 90 days: !report today, !report 7d".into(),
        Ko => "보고서 기간은 오늘 또는 1~90일입니다: !report today, !report 7d".into(),
    }
}

/// The command needs a chat.
pub fn only_in_a_portal(language: Language, command: &str) -> String {
    match language {
        En => format!("{command} works in the room of a chat."),
        Ko => format!("{command} 명령은 상담 방에서 쓸 수 있습니다."),
    }
}

pub fn closed_already(language: Language) -> String {
    match language {
        En => "This chat is closed already.".into(),
        Ko => "이미 끝난 상담입니다.".into(),
    }
}

pub fn asked_for_rating(language: Language) -> String {
    match language {
        En => "The customer was asked for a rating before.".into(),
        Ko => "고객에게 이미 평가를 요청했습니다.".into(),
    }
}

pub fn ended_by(language: Language, agent: &AgentId) -> String {
    match language {
        En => format!("{agent} has ended the chat."),
        Ko => format!("{agent} 님이 상담을 끝냈습니다."),
    }
}

pub fn canned_list(language: Language, names: &[&str]) -> String {
    if names.is_empty() {
        return match language {
            En => "There are no prepared answers. An admin makes one: !canned add hours We are open from 9 to 6.".into(),
            Ko => "준비된 답변이 없습니다. 관리자가 만들 수 있습니다: !canned add 영업시간 9시부터 6시까지입니다.".into(),
        };
    }
    let names = names.join(", ");
    match language {
        En => format!("Prepared answers: {names}. Send one: !canned NAME"),
        Ko => format!("준비된 답변: {names}. 보내기: !canned 이름"),
    }
}

pub fn no_such_canned(language: Language, name: &str, nearest: Option<&str>) -> String {
    match (language, nearest) {
        (En, Some(near)) => {
            format!("There is no prepared answer \"{name}\". Did you mean: !canned {near}")
        }
        (En, None) => format!("There is no prepared answer \"{name}\". The list: !canned"),
        (Ko, Some(near)) => {
            format!("\"{name}\" 답변이 없습니다. 혹시 이것인가요: !canned {near}")
        }
        (Ko, None) => format!("\"{name}\" 답변이 없습니다. 목록: !canned"),
    }
}

pub fn canned_example(language: Language, adds: bool) -> String {
    match (language, adds) {
        (En, true) => "Name and text, for example: !canned add hours We are open from 9 to 6.",
        (En, false) => "Which one? For example: !canned remove hours",
        (Ko, true) => "이름과 내용이 필요합니다. 예: !canned add 영업시간 9시부터 6시까지입니다.",
        (Ko, false) => "어느 답변인가요? 예: !canned remove 영업시간",
    }
    .into()
}

pub fn canned_too_many(language: Language, most: usize) -> String {
    match language {
        En => format!("There are {most} prepared answers already; remove one first."),
        Ko => format!("준비된 답변이 이미 {most}개입니다. 먼저 하나를 지워 주세요."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_told_in_the_largest_units_that_say_enough() {
        for (seconds, en, ko) in [
            (40, "40 s", "40초"),
            (119, "119 s", "119초"),
            (300, "5 min", "5분"),
            (7_500, "2 h 5 min", "2시간 5분"),
        ] {
            let of = Duration::from_secs(seconds);
            assert_eq!((span(En, of).as_str(), span(Ko, of).as_str()), (en, ko));
        }
    }

    #[test]
    fn a_rating_is_shown_in_stars_with_its_comment() {
        let given = |score, comment: Option<&str>| Given {
            score,
            comment: comment.map(str::to_owned),
            at: Timestamp::from_millis(0),
        };
        assert!(rated(En, &given(4, None)).ends_with("★★★★☆"));
        assert!(rated(Ko, &given(1, Some("느려요"))).ends_with("★☆☆☆☆ “느려요”"));
    }

    #[test]
    fn korean_is_for_korean_locales() {
        for (locale, language) in [
            ("ko", Ko),
            ("ko-KR", Ko),
            ("ko_KR", Ko),
            ("en", En),
            ("kok", En),
        ] {
            assert_eq!(language_of(locale), language, "{locale}");
        }
    }
}
