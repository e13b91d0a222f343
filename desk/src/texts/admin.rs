//! What admins are told: settings, permissions, refusals, the audit log.

use jiff::tz::TimeZone;

use crate::{
    agent::Membership,
    audit::AuditEntry,
    command::Language::{self, En, Ko},
    ids::{AgentId, ServiceSlug},
    permission::Permission,
    service::{
        Change, PARTS, ROUTING_PARTS, Service, WrongHours, WrongPattern, WrongValue, on_off,
        retention,
    },
};

fn say(language: Language, en: impl Into<String>, ko: impl Into<String>) -> String {
    match language {
        En => en.into(),
        Ko => ko.into(),
    }
}

pub fn denied(
    language: Language,
    command: &str,
    needed: &[Permission],
    service: Option<&ServiceSlug>,
    person: &AgentId,
) -> String {
    let names: Vec<&str> = needed.iter().map(|needed| needed.as_str()).collect();
    let Some(service) = service else {
        return say(
            language,
            format!(
                "{command} needs the permission {}, and you have none here.",
                names.join(" or ")
            ),
            format!(
                "{command} 명령에는 {} 권한이 필요하지만 아무 권한도 없습니다.",
                names.join(" 또는 ")
            ),
        );
    };
    let first = names.first().copied().unwrap_or_default();
    say(
        language,
        format!(
            "{command} needs the permission \"{}\" in {service}. An admin can grant it: !agent grant {person} {first}",
            names.join("\" or \"")
        ),
        format!(
            "{command} 명령에는 {service}의 \"{}\" 권한이 필요합니다. 관리자가 줄 수 있습니다: !agent grant {person} {first}",
            names.join("\" 또는 \"")
        ),
    )
}

/// What a command told everybody in a room it does not belong in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaked {
    Nothing,
    Key,
    /// Its words were deleted.
    Text,
}

pub fn only_management(language: Language, command: &str, leaked: Leaked) -> String {
    let leaked = match leaked {
        Leaked::Text => say(
            language,
            " I have deleted what you wrote, for it may hold personal data.",
            " 개인정보가 있을 수 있어 쓰신 글을 삭제했습니다.",
        ),
        Leaked::Key => say(
            language,
            " Everybody here has read the key now: make another one.",
            " 이 방의 모두가 키를 보았으니 새 키를 만드세요.",
        ),
        Leaked::Nothing => String::new(),
    };
    say(
        language,
        format!(
            "{command} works in a direct room with me only: write this to me in a direct room.{leaked}"
        ),
        format!(
            "{command} 명령은 저와의 다이렉트 방에서만 쓸 수 있습니다. 다이렉트 방에서 보내 주세요.{leaked}"
        ),
    )
}

pub fn which_service(language: Language, known: &[Service]) -> String {
    let known: Vec<&str> = known.iter().map(|service| service.slug.as_str()).collect();
    let first = known.first().copied().unwrap_or("acme");
    match known.is_empty() {
        true => say(
            language,
            "There is no help center yet. Make one: !service create acme \"Acme Help\"",
            "아직 헬프센터가 없습니다. 만드세요: !service create acme \"Acme Help\"",
        ),
        false => say(
            language,
            format!(
                "Which help center? Say !service use {first} (there are: {}).",
                known.join(", ")
            ),
            format!(
                "어느 헬프센터인가요? !service use {first} 처럼 골라 주세요(있는 것: {}).",
                known.join(", ")
            ),
        ),
    }
}

pub fn services(language: Language, known: &[Service], chosen: Option<&ServiceSlug>) -> String {
    if known.is_empty() {
        return which_service(language, known);
    }
    let lines = known.iter().map(|service| {
        let mark = if chosen == Some(&service.slug) {
            "→ "
        } else {
            ""
        };
        let (name, settings) = (&service.name, &service.settings);
        format!(
            "{mark}{} · {name} · contract: chat {}, security {} · help center: chat {}",
            service.slug,
            on_off(settings.contract_chat),
            on_off(settings.contract_security),
            on_off(settings.help_center_chat)
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

pub fn service_made(language: Language, service: &Service) -> String {
    let slug = &service.slug;
    say(
        language,
        format!(
            "{} ({slug}) is made, and your commands are about it from now on. You are invited to its space and its desk room.\nNext:\n- !helpcenter origins add https://help.example.org\n- !agent grant @who chat",
            service.name
        ),
        format!(
            "{} ({slug}) 헬프센터를 만들었고 이제부터 명령의 대상입니다. 스페이스와 데스크 방에 초대했습니다.\n다음:\n- !helpcenter origins add https://help.example.org\n- !agent grant @누구 chat",
            service.name
        ),
    )
}

pub fn service_used(language: Language, service: &Service) -> String {
    say(
        language,
        format!(
            "Your commands are about {} ({}) from now on.",
            service.name, service.slug
        ),
        format!(
            "이제부터 명령의 대상은 {} ({})입니다.",
            service.name, service.slug
        ),
    )
}

pub fn service_exists(language: Language, slug: &ServiceSlug) -> String {
    say(
        language,
        format!("There is a help center {slug} already. Use it: !service use {slug}"),
        format!("{slug} 헬프센터는 이미 있습니다. 쓰려면: !service use {slug}"),
    )
}

pub fn not_a_slug(language: Language, word: &str) -> String {
    say(
        language,
        format!(
            "\"{word}\" cannot be a short name; right are 1 to 40 lower-case letters, digits and -. For example: !service create acme \"Acme Help\""
        ),
        format!(
            "\"{word}\"은(는) 짧은 이름이 될 수 없습니다. 영문 소문자, 숫자, -로 1~40자여야 합니다. 예: !service create acme \"Acme Help\""
        ),
    )
}

pub fn no_such_service(language: Language, word: &str, known: &[Service]) -> String {
    let known: Vec<&str> = known.iter().map(|service| service.slug.as_str()).collect();
    let near = known
        .iter()
        .map(|known| (strsim::damerau_levenshtein(word, known), *known))
        .min()
        .filter(|(distance, _)| *distance <= 2);
    let near = near.map(|(_, known)| {
        say(
            language,
            format!(" Did you mean {known}?"),
            format!(" {known} 말씀인가요?"),
        )
    });
    let (near, known) = (near.unwrap_or_default(), known.join(", "));
    say(
        language,
        format!("You have no help center \"{word}\".{near} There are: {known}."),
        format!("\"{word}\" 헬프센터는 없습니다.{near} 있는 것: {known}."),
    )
}

/// `✅ hours: off → daily 09:00-17:00 UTC`
pub fn changed(change: &Change) -> String {
    let what = change.what.replace('.', " ");
    match change.old == change.new {
        true => format!("✅ {what}: {}", change.new),
        false => format!("✅ {what}: {} → {}", change.old, change.new),
    }
}

/// One part or (empty) all, as commands name them.
pub fn center(service: &Service, part: &str) -> String {
    if !part.is_empty() {
        return format!("{part}: {}", service.shown(part));
    }
    let lines = PARTS.map(|part| format!("- {part}: {}", service.shown(part)));
    format!("{} ({}):\n{}", service.name, service.slug, lines.join("\n"))
}

pub fn contract(service: &Service) -> String {
    format!(
        "{}: chat {}, security {}",
        service.slug,
        on_off(service.settings.contract_chat),
        on_off(service.settings.contract_security)
    )
}

pub fn routing_settings(service: &Service) -> String {
    let routing = &service.settings.routing;
    let lines = ROUTING_PARTS.map(|part| format!("- {part}: {}", routing.shown(part)));
    format!("{}:\n{}", service.slug, lines.join("\n"))
}

pub fn kept(service: &Service) -> String {
    format!("retention: {}", retention(service.settings.retention_days))
}

pub fn on_or_off(language: Language, example: &str) -> String {
    say(
        language,
        format!("on or off? For example: {example}"),
        format!("on과 off 중 무엇인가요? 예: {example}"),
    )
}

/// Why a value cannot be, and an example of what could.
pub fn wrong_value(language: Language, wrong: &WrongValue, example: &str) -> String {
    let why = match language {
        En => wrong_en(wrong),
        Ko => wrong_ko(wrong),
    };
    say(
        language,
        format!("{why} For example: {example}"),
        format!("{why} 예: {example}"),
    )
}

fn wrong_en(wrong: &WrongValue) -> String {
    match wrong {
        WrongValue::Origin(word) => format!("\"{word}\" is no web origin: use scheme and host alone."),
        WrongValue::Address(word) => format!("\"{word}\" is no web address: it begins with https://."),
        WrongValue::Colour(word) => format!("\"{word}\" is no colour: use # and six digits of 0-9, a-f."),
        WrongValue::ContentType(word) => format!("\"{word}\" is no content type."),
        WrongValue::Long(most) => format!("That is too long: at most {most} characters."),
        WrongValue::Empty => "Some words are needed.".into(),
        WrongValue::Name(word) => {
            format!("\"{word}\" cannot be a name here: use up to 40 lower-case letters, digits, - and _.")
        }
        WrongValue::Unknown { word, known } if known.is_empty() => {
            format!("There is no \"{word}\", and nothing else either.")
        }
        WrongValue::Unknown { word, known } => {
            format!("There is no \"{word}\". There are: {}.", known.join(", "))
        }
        WrongValue::Many(most) => format!("There can be at most {most}."),
        WrongValue::Secret => "That is no secret I can use: it must be 32 to 1024 bytes, written in base64 (openssl rand -base64 32).".into(),
        WrongValue::PublicKey => "That is no Ed25519 public key (openssl pkey -pubout).".into(),
        WrongValue::Days(word) => format!("\"{word}\" does not fit; right is a number of days from 1 to 3650, or off."),
        WrongValue::Pattern(wrong) => match wrong {
            WrongPattern::Name(word) => format!("\"{word}\" cannot be a pattern's name: it begins with a letter and has a to z, 0 to 9 and _, at most 40."),
            WrongPattern::Long => "The pattern is too long: at most 500 bytes.".into(),
            WrongPattern::Large => "The pattern grows too large when it is compiled; make its repetitions smaller.".into(),
            WrongPattern::Empty => "The pattern must not match the empty text, which is everywhere; use + where there is *.".into(),
            WrongPattern::Syntax(why) => format!("The pattern is no regular expression I can use: {why}."),
        },
        WrongValue::NoHours => "There are no hours yet; set them first.".into(),
        WrongValue::Hours(wrong) => match wrong {
            WrongHours::NoDays => "On which days? They come before the times.".into(),
            WrongHours::NoTimes => "From when to when?".into(),
            WrongHours::NoZone => "In which time zone? It comes last.".into(),
            WrongHours::Word(word) => format!("\"{word}\" is neither days (mon-fri) nor times (09:00-18:00)."),
            WrongHours::Zone(word) => format!("\"{word}\" is no time zone I know, such as Asia/Seoul or Europe/Berlin."),
            WrongHours::Backwards(word) => {
                format!("\"{word}\" ends before it begins; over midnight, say it in two: 22:00-24:00, and 00:00-06:00 on the next day.")
            }
            WrongHours::Date(word) => format!("\"{word}\" is no date, such as 2026-12-25."),
            WrongHours::TooMany => "Those are too many.".into(),
        },
    }
}

fn wrong_ko(wrong: &WrongValue) -> String {
    match wrong {
        WrongValue::Origin(word) => format!("\"{word}\"은(는) 웹 출처가 아닙니다. 스킴과 호스트만 쓰세요."),
        WrongValue::Address(word) => format!("\"{word}\"은(는) 웹 주소가 아닙니다. https://로 시작해야 합니다."),
        WrongValue::Colour(word) => format!("\"{word}\"은(는) 색이 아닙니다. #과 여섯 자리(0-9, a-f)로 쓰세요."),
        WrongValue::ContentType(word) => format!("\"{word}\"은(는) 콘텐츠 형식이 아닙니다."),
        WrongValue::Long(most) => format!("너무 깁니다. {most}자까지 쓸 수 있습니다."),
        WrongValue::Empty => "문구가 필요합니다.".into(),
        WrongValue::Name(word) => {
            format!("\"{word}\"은(는) 이름으로 쓸 수 없습니다. 영문 소문자, 숫자, -, _로 40자까지입니다.")
        }
        WrongValue::Unknown { word, known } if known.is_empty() => {
            format!("\"{word}\"은(는) 없습니다. 아직 아무것도 없습니다.")
        }
        WrongValue::Unknown { word, known } => {
            format!("\"{word}\"은(는) 없습니다. 있는 것: {}.", known.join(", "))
        }
        WrongValue::Many(most) => format!("{most}개까지만 둘 수 있습니다."),
        WrongValue::Secret => "쓸 수 없는 비밀 키입니다. 32~1024바이트를 base64로 써야 합니다(openssl rand -base64 32).".into(),
        WrongValue::PublicKey => "Ed25519 공개 키가 아닙니다(openssl pkey -pubout).".into(),
        WrongValue::Days(word) => format!("\"{word}\"은(는) 맞지 않습니다. 1에서 3650 사이의 날수 또는 off여야 합니다."),
        WrongValue::Pattern(wrong) => match wrong {
            WrongPattern::Name(word) => format!("\"{word}\"은(는) 패턴 이름이 될 수 없습니다. 영문 소문자로 시작하고 영문 소문자, 숫자, _로 40자까지입니다."),
            WrongPattern::Long => "패턴이 너무 깁니다. 500바이트까지 쓸 수 있습니다.".into(),
            WrongPattern::Large => "패턴이 컴파일하면 너무 커집니다. 반복을 줄이세요.".into(),
            WrongPattern::Empty => "패턴이 빈 글과 맞으면 안 됩니다. * 대신 +를 쓰세요.".into(),
            WrongPattern::Syntax(why) => format!("쓸 수 없는 정규식입니다: {why}."),
        },
        WrongValue::NoHours => "아직 영업시간이 없습니다. 먼저 정하세요.".into(),
        WrongValue::Hours(wrong) => match wrong {
            WrongHours::NoDays => "무슨 요일인가요? 요일을 시간 앞에 쓰세요.".into(),
            WrongHours::NoTimes => "몇 시부터 몇 시까지인가요?".into(),
            WrongHours::NoZone => "어느 시간대인가요? 마지막에 쓰세요.".into(),
            WrongHours::Word(word) => format!("\"{word}\"은(는) 요일(mon-fri)도 시간(09:00-18:00)도 아닙니다."),
            WrongHours::Zone(word) => format!("\"{word}\"은(는) 모르는 시간대입니다. Asia/Seoul처럼 쓰세요."),
            WrongHours::Backwards(word) => {
                format!("\"{word}\"은(는) 시작보다 먼저 끝납니다. 자정을 넘기면 둘로 나누세요: 22:00-24:00, 다음 날 00:00-06:00.")
            }
            WrongHours::Date(word) => format!("\"{word}\"은(는) 날짜가 아닙니다. 2026-12-25처럼 쓰세요."),
            WrongHours::TooMany => "너무 많습니다.".into(),
        },
    }
}

pub fn not_a_person(language: Language, word: &str) -> String {
    say(
        language,
        format!(
            "\"{word}\" is nobody who can be an agent; name a Matrix user, such as @bela or @bela:example.org."
        ),
        format!(
            "\"{word}\"은(는) 상담원이 될 수 없습니다. @bela 또는 @bela:example.org처럼 Matrix 사용자를 쓰세요."
        ),
    )
}

pub fn not_a_member(language: Language, person: &AgentId, service: &ServiceSlug) -> String {
    say(
        language,
        format!(
            "{person} is no agent of {service}. !agent list shows who is; !agent grant {person} chat makes it one."
        ),
        format!(
            "{person} 님은 {service}의 상담원이 아닙니다. 목록: !agent list, 등록: !agent grant {person} chat"
        ),
    )
}

pub fn as_before(language: Language, what: &str) -> String {
    say(
        language,
        format!("Nothing changed: {what}."),
        format!("바뀐 것이 없습니다: {what}."),
    )
}

/// `✅ @bela:example.org: chat → chat mask`
pub fn member_changed(
    language: Language,
    person: &AgentId,
    old: &str,
    new: &str,
    new_here: bool,
) -> String {
    let invited = match new_here {
        true => say(
            language,
            " It is invited to the space and the desk room.",
            " 스페이스와 데스크 방에 초대했습니다.",
        ),
        false => String::new(),
    };
    format!("✅ {person}: {old} → {new}.{invited}")
}

pub fn nothing_left(language: Language) -> String {
    say(
        language,
        " It is taken out of the rooms of the help center; its chats go on to others.",
        " 헬프센터의 방에서 내보냈고 맡은 상담은 다른 상담원에게 갑니다.",
    )
}

pub fn members(
    language: Language,
    service: &Service,
    members: &[Membership],
    admins: &[AgentId],
) -> String {
    let held: Vec<&Membership> = members
        .iter()
        .filter(|member| !member.permissions.is_empty())
        .collect();
    let mut lines = vec![say(
        language,
        format!("{}, {} agents:", service.slug, held.len()),
        format!("{}, 상담원 {}명:", service.slug, held.len()),
    )];
    let capacity = service.settings.routing.capacity;
    lines.extend(held.iter().map(|member| {
        let groups: Vec<String> = member
            .groups
            .iter()
            .map(|group| format!(" #{group}"))
            .collect();
        let most = match member.capacity {
            Some(own) => own.to_string(),
            None => format!("{capacity}"),
        };
        format!(
            "- {} ({}): {} · max {most}{}",
            member.agent,
            member.name,
            member.permissions,
            groups.concat()
        )
    }));
    if !admins.is_empty() {
        let admins: Vec<&str> = admins.iter().map(AgentId::as_str).collect();
        lines.push(say(
            language,
            format!("Admins by the settings file: {}", admins.join(", ")),
            format!("설정 파일의 관리자: {}", admins.join(", ")),
        ));
    }
    lines.join("\n")
}

pub fn not_a_group(language: Language, word: &str) -> String {
    say(
        language,
        format!(
            "\"{word}\" cannot be a group; use up to 40 lower-case letters, digits, - and _, or none. For example: !agent group @bela billing"
        ),
        format!(
            "\"{word}\"은(는) 그룹 이름이 될 수 없습니다. 영문 소문자, 숫자, -, _로 40자까지, 또는 none. 예: !agent group @bela billing"
        ),
    )
}

pub fn is_admin_by_file(language: Language, person: &AgentId) -> String {
    say(
        language,
        format!(" {person} stays an admin: it is one by the settings file (bot.admins)."),
        format!(" {person} 님은 설정 파일(bot.admins)의 관리자라서 계속 관리자입니다."),
    )
}

/// Newest first, times in the zone of the service.
pub fn audit(language: Language, entries: &[AuditEntry], zone: &TimeZone) -> String {
    if entries.is_empty() {
        return say(language, "Nothing is found.", "찾은 것이 없습니다.");
    }
    let lines = entries
        .iter()
        .map(|entry| audit_line(language, entry, zone));
    lines.collect::<Vec<_>>().join("\n")
}

fn audit_line(language: Language, entry: &AuditEntry, zone: &TimeZone) -> String {
    let at = clock(entry.at.as_millis(), zone);
    let subject = entry.subject.as_deref().unwrap_or_default();
    if entry.what == "denied" {
        let refused = say(language, "was refused", "거절됨:");
        return format!("{at} · {} · {refused} {subject}", entry.actor);
    }
    let value = match (&entry.old, &entry.new) {
        (Some(old), Some(new)) => format!(": {old} → {new}"),
        (None, Some(new)) => format!(": {new}"),
        (Some(old), None) => format!(": {old} → -"),
        (None, None) => String::new(),
    };
    let gap = if subject.is_empty() { "" } else { " " };
    format!(
        "{at} · {} · {}{gap}{subject}{value}",
        entry.actor, entry.what
    )
}

/// `2026-11-23 09:30 KST`
pub fn clock(millis: i64, zone: &TimeZone) -> String {
    let instant = jiff::Timestamp::from_millisecond(millis).unwrap_or_default();
    instant
        .to_zoned(zone.clone())
        .strftime("%Y-%m-%d %H:%M %Z")
        .to_string()
}

pub fn wrong_audit(language: Language, word: &str) -> String {
    say(
        language,
        format!("\"{word}\" is no span of time, such as 12h or 7d. For example: !audit since 7d"),
        format!("\"{word}\"은(는) 기간이 아닙니다. 12h나 7d처럼 쓰세요. 예: !audit since 7d"),
    )
}
