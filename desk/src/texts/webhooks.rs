//! What admins are told of webhooks.

use jiff::tz::TimeZone;

use super::admin::clock;
use crate::{
    command::Language::{self, En, Ko},
    webhook::{HookKind, Webhook, WrongUrl},
};

fn say(language: Language, en: impl Into<String>, ko: impl Into<String>) -> String {
    match language {
        En => en.into(),
        Ko => ko.into(),
    }
}

fn kinds() -> String {
    let all = HookKind::ALL.iter().filter(|it| **it != HookKind::Test);
    all.map(|it| it.as_str()).collect::<Vec<_>>().join(", ")
}

/// `https://example.org/hook · chat.closed ticket.created`
pub fn described(webhook: &Webhook) -> String {
    let kinds: Vec<&str> = webhook.kinds.iter().map(|it| it.as_str()).collect();
    let kinds = match kinds.is_empty() {
        true => "all".to_owned(),
        false => kinds.join(" "),
    };
    format!("{} · {kinds}", webhook.shown_url())
}

pub fn added(language: Language, webhook: &Webhook, secret: &str) -> String {
    let (number, described) = (webhook.number, described(webhook));
    say(
        language,
        format!(
            "✅ #{number} {described}\n{secret}\nThis is the only time the secret is shown: give it to the program that checks signatures, then delete this message. Try it: !webhook test {number}"
        ),
        format!(
            "✅ #{number} {described}\n{secret}\n비밀 키는 지금 한 번만 보입니다. 서명을 확인하는 프로그램에 넣은 뒤 이 메시지를 지우세요. 시험: !webhook test {number}"
        ),
    )
}

pub fn rotated(language: Language, number: u64, secret: &str) -> String {
    say(
        language,
        format!(
            "✅ #{number}\n{secret}\nThis is the only time the secret is shown. For 24 hours what is sent is signed with the old one, too."
        ),
        format!(
            "✅ #{number}\n{secret}\n비밀 키는 지금 한 번만 보입니다. 24시간 동안은 이전 키로도 함께 서명합니다."
        ),
    )
}

pub fn list(language: Language, known: &[Webhook], waiting: &[u64], zone: &TimeZone) -> String {
    if known.is_empty() {
        return say(
            language,
            "There are no webhooks. Add one: !webhook add https://example.org/hook chat.closed",
            "웹훅이 없습니다. 추가하세요: !webhook add https://example.org/hook chat.closed",
        );
    }
    let lines = known.iter().zip(waiting).map(|(webhook, waiting)| {
        let state = state(language, webhook, zone);
        let waiting = match waiting {
            0 => String::new(),
            waiting => say(
                language,
                format!(" · {waiting} wait"),
                format!(" · 대기 {waiting}건"),
            ),
        };
        format!(
            "- #{} {} · {state}{waiting}",
            webhook.number,
            described(webhook)
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn state(language: Language, webhook: &Webhook, zone: &TimeZone) -> String {
    let trouble = webhook.trouble.as_deref().unwrap_or("-");
    let number = webhook.number;
    match (
        webhook.ended_at,
        webhook.failing_since,
        webhook.delivered_at,
    ) {
        (Some(at), _, _) => {
            let at = clock(at.as_millis(), zone);
            say(
                language,
                format!("❌ off since {at} ({trouble}); on again: !webhook rotate {number}"),
                format!("❌ {at}부터 꺼짐({trouble}). 다시 켜기: !webhook rotate {number}"),
            )
        }
        (None, Some(at), _) => {
            let at = clock(at.as_millis(), zone);
            say(
                language,
                format!("⚠ failing since {at} ({trouble})"),
                format!("⚠ {at}부터 실패({trouble})"),
            )
        }
        (None, None, Some(at)) => {
            let at = clock(at.as_millis(), zone);
            say(
                language,
                format!("last told {at}"),
                format!("마지막 전송 {at}"),
            )
        }
        (None, None, None) => say(language, "nothing told yet", "아직 보낸 것 없음"),
    }
}

pub fn no_such(language: Language, number: u64) -> String {
    say(
        language,
        format!("There is no webhook #{number}. All of them: !webhook list"),
        format!("#{number} 웹훅은 없습니다. 목록: !webhook list"),
    )
}

pub fn removed(language: Language, number: u64) -> String {
    say(
        language,
        format!("✅ #{number} is told nothing any more."),
        format!("✅ #{number} 웹훅을 뺐습니다."),
    )
}

pub fn tested(language: Language, number: u64) -> String {
    say(
        language,
        format!("A test is on its way to #{number}; what came of it: !webhook list"),
        format!("#{number}에 시험을 보냈습니다. 결과: !webhook list"),
    )
}

pub fn is_off(language: Language, number: u64) -> String {
    say(
        language,
        format!("#{number} is switched off. On again, with a new secret: !webhook rotate {number}"),
        format!("#{number} 웹훅은 꺼져 있습니다. 새 비밀 키로 다시 켜기: !webhook rotate {number}"),
    )
}

pub fn too_many(language: Language, most: usize) -> String {
    say(
        language,
        format!("There can be at most {most} webhooks. Take one out: !webhook list"),
        format!("웹훅은 {most}개까지 둘 수 있습니다. 하나를 빼세요: !webhook list"),
    )
}

pub fn wrong_kind(language: Language, word: &str) -> String {
    say(
        language,
        format!("\"{word}\" is no event; there are {}.", kinds()),
        format!("\"{word}\"은(는) 이벤트가 아닙니다. 있는 것: {}.", kinds()),
    )
}

pub fn wrong_url(language: Language, wrong: WrongUrl) -> String {
    let example = "!webhook add https://example.org/hook";
    let ko = match wrong {
        WrongUrl::Shape => "웹 주소가 아닙니다.",
        WrongUrl::Long => "2000바이트보다 깁니다.",
        WrongUrl::Scheme => "https://로 시작해야 합니다.",
        WrongUrl::Login => "주소에 사용자 이름이나 비밀번호를 넣을 수 없습니다.",
        WrongUrl::Private => "공개 주소가 아니며 설정 webhooks.allow_private에도 없습니다.",
    };
    say(
        language,
        format!("I cannot use this address: {wrong}. For example: {example}"),
        format!("이 주소는 쓸 수 없습니다. {ko} 예: {example}"),
    )
}
