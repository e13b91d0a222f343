//! What admins are told of keys of the admin API.

use jiff::tz::TimeZone;

use super::admin::clock;
use crate::{
    apikey::{ApiKey, Scope, WrongKey},
    command::Language::{self, En, Ko},
    ids::Timestamp,
};

fn say(language: Language, en: impl Into<String>, ko: impl Into<String>) -> String {
    match language {
        En => en.into(),
        Ko => ko.into(),
    }
}

fn scopes() -> String {
    let all: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    all.join(", ")
}

/// `tickets:read · 192.0.2.0/24 · until 2027-11-23 09:30 KST`
pub fn described(key: &ApiKey, zone: &TimeZone) -> String {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    let mut parts = vec![scopes.join(" ")];
    if !key.networks.is_empty() {
        let networks: Vec<String> = key.networks.iter().map(ToString::to_string).collect();
        parts.push(networks.join(" "));
    }
    parts.push(format!("→ {}", clock(key.expires_at.as_millis(), zone)));
    parts.join(" · ")
}

pub fn made(language: Language, key: &ApiKey, word: &str, zone: &TimeZone) -> String {
    let (name, number) = (&key.name, key.number);
    let described = described(key, zone);
    say(
        language,
        format!(
            "✅ #{number} {name} · {described}\n{word}\nThis is the only time the key is shown: keep it where it belongs, then delete this message. Programs send it as: Authorization: Bearer <key>"
        ),
        format!(
            "✅ #{number} {name} · {described}\n{word}\n키는 지금 한 번만 보입니다. 쓸 곳에 보관한 뒤 이 메시지를 지우세요. 프로그램은 이렇게 보냅니다: Authorization: Bearer <키>"
        ),
    )
}

pub fn list(language: Language, keys: &[ApiKey], now: Timestamp, zone: &TimeZone) -> String {
    if keys.is_empty() {
        return say(
            language,
            "There are no API keys. Make one: !apikey create crm --scope tickets:read --days 90",
            "API 키가 없습니다. 만드세요: !apikey create crm --scope tickets:read --days 90",
        );
    }
    let lines = keys.iter().map(|key| {
        let used = match key.used_at {
            Some(at) => {
                let at = clock(at.as_millis(), zone);
                say(language, format!("used {at}"), format!("마지막 사용 {at}"))
            }
            None => say(language, "never used", "쓴 적 없음"),
        };
        let expired = match now >= key.expires_at {
            true => say(language, " · expired", " · 만료됨"),
            false => String::new(),
        };
        let described = described(key, zone);
        format!(
            "- #{} {} · {described}{expired} · {used}",
            key.number, key.name
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

pub fn revoked(language: Language, key: &ApiKey) -> String {
    let (name, number) = (&key.name, key.number);
    say(
        language,
        format!("✅ #{number} {name} opens nothing any more."),
        format!("✅ #{number} {name} 키는 이제 쓸 수 없습니다."),
    )
}

pub fn taken(language: Language, name: &str) -> String {
    say(
        language,
        format!(
            "There is a key {name} already. Revoke it (!apikey revoke {name}), or take another name."
        ),
        format!("{name} 키는 이미 있습니다. 폐기하거나(!apikey revoke {name}) 다른 이름을 쓰세요."),
    )
}

pub fn too_many(language: Language, most: usize) -> String {
    say(
        language,
        format!("There can be at most {most} keys. Revoke one: !apikey list"),
        format!("키는 {most}개까지 둘 수 있습니다. 하나를 폐기하세요: !apikey list"),
    )
}

pub fn no_such_key(language: Language, word: &str, known: &[ApiKey]) -> String {
    let known: Vec<String> = known
        .iter()
        .map(|key| format!("#{} {}", key.number, key.name))
        .collect();
    let known = match known.is_empty() {
        true => "-".to_owned(),
        false => known.join(", "),
    };
    say(
        language,
        format!("There is no key \"{word}\". There are: {known}."),
        format!("\"{word}\" 키는 없습니다. 있는 것: {known}."),
    )
}

pub fn wrong(language: Language, wrong: &WrongKey) -> String {
    let why = match wrong {
        WrongKey::Name(word) => say(
            language,
            format!(
                "\"{word}\" cannot be a key's name: use up to 40 letters, digits, -, _ and ., not a number alone."
            ),
            format!(
                "\"{word}\"은(는) 키 이름이 될 수 없습니다. 글자, 숫자, -, _, .로 40자까지, 숫자만은 안 됩니다."
            ),
        ),
        WrongKey::Option(word) => say(
            language,
            format!("\"{word}\" is no option; there are --scope, --ip and --days."),
            format!("\"{word}\"은(는) 옵션이 아닙니다. --scope, --ip, --days가 있습니다."),
        ),
        WrongKey::Missing(option) => say(
            language,
            format!("What stands behind --{option}?"),
            format!("--{option} 뒤에 값이 필요합니다."),
        ),
        WrongKey::Scope(word) => say(
            language,
            format!("\"{word}\" is no scope; there are {}.", scopes()),
            format!("\"{word}\"은(는) 범위가 아닙니다. 있는 것: {}.", scopes()),
        ),
        WrongKey::Network(word) => say(
            language,
            format!("\"{word}\" is no address or network, such as 192.0.2.7 or 2001:db8::/32."),
            format!(
                "\"{word}\"은(는) 주소나 네트워크가 아닙니다. 192.0.2.7이나 2001:db8::/32처럼 쓰세요."
            ),
        ),
        WrongKey::Days(word) => say(
            language,
            format!("\"{word}\" does not fit; right is a number of days from 1 to 3650."),
            format!("\"{word}\"은(는) 맞지 않습니다. 1에서 3650 사이의 날수여야 합니다."),
        ),
    };
    let example =
        "!apikey create crm --scope tickets:read tickets:write --ip 192.0.2.0/24 --days 90";
    say(
        language,
        format!("{why} For example: {example}"),
        format!("{why} 예: {example}"),
    )
}
