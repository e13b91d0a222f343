//! Answers to the commands about who has which chat.

use super::say;
use crate::{
    agent::{ChatStatus, Presence},
    command::Language,
    ids::AgentId,
    routing::WhyNot,
};

/// To an agent whose client never shows it online.
pub fn unseen(language: Language) -> String {
    say(
        language,
        "You get no chats: your client never shows you online (Element X does not). \
         Use a client that does, or ask an admin for !routing presence activity",
        "클라이언트가 접속 상태를 알리지 않아(Element X 등) 상담이 배정되지 않습니다. \
         접속 상태를 알리는 클라이언트를 쓰거나 관리자에게 !routing presence activity 설정을 요청하세요.",
    )
}

pub fn which_service(language: Language, services: &[String]) -> String {
    let (list, first) = (
        services.join(", "),
        services.first().map_or("acme", String::as_str),
    );
    say(
        language,
        format!("Which help center do you mean: {list}? Choose one first: !service use {first}"),
        format!("어느 헬프센터인가요: {list}? 먼저 선택하세요: !service use {first}"),
    )
}

pub fn in_no_service(language: Language) -> String {
    say(
        language,
        "You hold no permission in any help center here. An admin can grant one with !agent grant",
        "권한을 가진 헬프센터가 없습니다. 관리자가 !agent grant 로 줄 수 있습니다.",
    )
}

pub fn in_portal_only(language: Language, example: &str) -> String {
    say(
        language,
        format!("Say that in the room of the chat it is about: {example}"),
        format!("해당 상담 방에서 쓰세요: {example}"),
    )
}

pub fn no_such_chat(language: Language, number: u64) -> String {
    say(
        language,
        format!("There is no chat #{number} in this help center. Those there are: !chats, !queue"),
        format!("이 헬프센터에 상담 #{number} 건이 없습니다. 목록: !chats, !queue"),
    )
}

pub fn nobody_waits(language: Language) -> String {
    say(language, "No chat waits.", "대기 중인 상담이 없습니다.")
}

pub fn no_chats(language: Language) -> String {
    say(language, "You have no chats.", "맡은 상담이 없습니다.")
}

pub fn no_open_chats(language: Language) -> String {
    say(
        language,
        "There are no open chats.",
        "열린 상담이 없습니다.",
    )
}

/// `known`: who there is, when nobody has a name like that.
pub fn unknown_agent(
    language: Language,
    word: &str,
    near: Option<&str>,
    known: &[String],
) -> String {
    match near {
        Some(near) => say(
            language,
            format!("I know no agent {word} here. Did you mean {near}?"),
            format!("{word} 상담원을 찾을 수 없습니다. {near} 님인가요?"),
        ),
        None => say(
            language,
            format!(
                "I know no agent {word} here. The agents: {}",
                known.join(", ")
            ),
            format!(
                "{word} 상담원을 찾을 수 없습니다. 상담원: {}",
                known.join(", ")
            ),
        ),
    }
}

pub fn several_agents(language: Language, word: &str, ids: &[String]) -> String {
    let list = ids.join(", ");
    say(
        language,
        format!("{word} may be any of {list}. Say which by the full id."),
        format!("{word} 상담원이 여럿입니다: {list}. 전체 아이디로 지정하세요."),
    )
}

pub fn unknown_group(language: Language, word: &str, near: Option<&str>) -> String {
    match near {
        Some(near) => say(
            language,
            format!("Nobody is in the group #{word}. Did you mean #{near}?"),
            format!("#{word} 그룹에 상담원이 없습니다. #{near} 그룹인가요?"),
        ),
        None => say(
            language,
            format!(
                "Nobody is in the group #{word}. An admin can put agents into it: !agent group @bela {word}"
            ),
            format!(
                "#{word} 그룹에 상담원이 없습니다. 관리자가 넣을 수 있습니다: !agent group @bela {word}"
            ),
        ),
    }
}

pub fn take_offered(language: Language, number: u64, seconds: u64) -> String {
    say(
        language,
        format!("You are invited to chat #{number}. Join its room within {seconds} s to take it."),
        format!("상담 #{number} 방에 초대했습니다. {seconds}초 안에 들어가면 맡게 됩니다."),
    )
}

pub fn offered_to_you(language: Language, number: u64) -> String {
    say(
        language,
        format!("Chat #{number} is offered to you: join its room to take it."),
        format!("상담 #{number} 건이 배정되어 있습니다. 방에 들어가면 맡게 됩니다."),
    )
}

pub fn offered_to_other(language: Language, number: u64, agent: &AgentId) -> String {
    say(
        language,
        format!("Chat #{number} is being offered to {agent}."),
        format!("상담 #{number} 건은 지금 {agent} 님에게 배정되어 있습니다."),
    )
}

pub fn held_by(language: Language, number: u64, agent: &AgentId) -> String {
    say(
        language,
        format!("{agent} has chat #{number}."),
        format!("상담 #{number} 건은 {agent} 님이 맡고 있습니다."),
    )
}

pub fn chat_is_over(language: Language, number: u64) -> String {
    say(
        language,
        format!("Chat #{number} is over."),
        format!("상담 #{number} 건은 끝났습니다."),
    )
}

pub fn you_are_full(language: Language, load: u32, capacity: u32) -> String {
    say(
        language,
        format!("You have {load} of {capacity} chats. End one first."),
        format!("이미 {capacity}건 중 {load}건을 맡고 있습니다. 먼저 하나를 끝내세요."),
    )
}

pub fn not_meant_for_you(language: Language, number: u64) -> String {
    say(
        language,
        format!("Chat #{number} was transferred to others."),
        format!("상담 #{number} 건은 다른 상담원에게 넘겨졌습니다."),
    )
}

pub fn nothing_offered(language: Language) -> String {
    say(
        language,
        "No chat is offered to you.",
        "배정된 상담이 없습니다.",
    )
}

pub fn declined(language: Language, number: u64) -> String {
    say(
        language,
        format!("You have declined chat #{number}; it goes on to others."),
        format!("상담 #{number} 건을 거절했습니다. 다른 상담원에게 넘어갑니다."),
    )
}

pub fn not_your_chat(language: Language) -> String {
    say(
        language,
        "Only the agent who has this chat, or a supervisor, can transfer it.",
        "이 상담을 맡은 상담원이나 슈퍼바이저만 넘길 수 있습니다.",
    )
}

pub fn has_it_already(language: Language, agent: &AgentId) -> String {
    say(
        language,
        format!("{agent} has this chat already."),
        format!("{agent} 님이 이미 이 상담을 맡고 있습니다."),
    )
}

pub fn cannot_be_given(language: Language, agent: &AgentId, why: &WhyNot) -> String {
    let why = why_not(language, why);
    say(
        language,
        format!("{agent} cannot be given this chat: {why}."),
        format!("{agent} 님에게 이 상담을 줄 수 없습니다: {why}."),
    )
}

/// After a transfer to an agent that cannot take it at once.
pub fn transferred_but(language: Language, agent: &AgentId, why: &WhyNot) -> String {
    let why = why_not(language, why);
    say(
        language,
        format!(
            "{agent} cannot take it now ({why}). If that lasts, the chat goes to everybody. It stays yours until it is taken."
        ),
        format!(
            "{agent} 님은 지금 맡을 수 없습니다({why}). 계속되면 모두에게 넘어가며, 누군가 맡을 때까지는 당신이 맡습니다."
        ),
    )
}

pub fn invited(language: Language, number: u64) -> String {
    say(
        language,
        format!(
            "You are invited to the room of chat #{number}. The customer notices nothing unless you write."
        ),
        format!("상담 #{number} 방에 초대했습니다. 글을 쓰지 않으면 고객은 알 수 없습니다."),
    )
}

pub fn could_not_answer(language: Language, agent: &AgentId) -> String {
    say(
        language,
        format!("{agent} does not hold the permission \"chat\" here, so they could not answer."),
        format!("{agent} 님은 \"chat\" 권한이 없어 답할 수 없습니다."),
    )
}

/// Behind an agent's name.
pub fn why_not(language: Language, why: &WhyNot) -> String {
    match why {
        WhyNot::NoPermission => say(language, "may not chat", "chat 권한 없음"),
        WhyNot::Status(ChatStatus::Away) => say(language, "away", "자리 비움"),
        WhyNot::Status(_) => say(language, "chat status offline", "상담 상태 오프라인"),
        WhyNot::NotDeclared => say(
            language,
            "has not said !online, and here only that counts",
            "!online 을 쓰지 않음",
        ),
        WhyNot::Presence(Presence::Unknown) => say(
            language,
            "not online, presence not known",
            "접속 상태를 알 수 없음",
        ),
        WhyNot::Presence(presence) => say(
            language,
            format!("not online ({})", presence.as_str()),
            format!("온라인 아님({})", presence.as_str()),
        ),
        WhyNot::Full { load, capacity } => say(
            language,
            format!("full, {load}/{capacity}"),
            format!("자리 없음, {load}/{capacity}"),
        ),
        WhyNot::NotInGroup(group) => say(
            language,
            format!("not in the group #{group}"),
            format!("#{group} 그룹이 아님"),
        ),
        WhyNot::NotMeant => say(
            language,
            "the chat was transferred to somebody else",
            "다른 상담원에게 넘겨진 상담",
        ),
        WhyNot::LetPass => say(
            language,
            "had it before or let it pass, so others come first",
            "전에 맡았거나 넘겨서 순서가 뒤",
        ),
        WhyNot::Behind => say(
            language,
            "could take it, another was next",
            "가능하지만 다음 순서",
        ),
    }
}
