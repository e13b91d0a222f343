//! What the bot says to one person.

use crate::{
    agent::{ChatStatus, Presence},
    command::Language::{self, En, Ko},
};

/// In both languages: who has just come has not chosen one.
pub fn greeting() -> String {
    "Hello, I am the help desk. What you can ask me: !help\n\
     안녕하세요, 헬프 데스크입니다. 한국어로 답해 드리려면: !lang ko"
        .into()
}

pub fn cannot_decrypt() -> String {
    "I could not read your message: it is encrypted and your client has not sent me the key. Please send it again. \
     If that does not help, verify this session in your client, or write to me in a room without encryption.\n\
     암호화된 메시지의 키를 받지 못해 읽을 수 없었습니다. 다시 보내 주세요. \
     그래도 안 되면 클라이언트에서 이 세션을 인증하거나 암호화되지 않은 방에서 말씀해 주세요."
        .into()
}

pub fn status(
    language: Language,
    status: ChatStatus,
    presence: Presence,
    routable: bool,
) -> String {
    let unknown = presence == Presence::Unknown;
    let status = match (status, language) {
        (ChatStatus::Auto, En) => "auto (follows your presence)",
        (ChatStatus::Auto, Ko) => "auto(접속 상태를 따름)",
        (chosen, _) => chosen.as_str(),
    };
    match language {
        En => {
            let presence = match unknown {
                true => "not known (join the desk room of your help center, so that I can see it)",
                false => presence.as_str(),
            };
            let chats = match routable {
                true => "You are given chats.",
                false => "You are not given chats now.",
            };
            format!("{chats} Chat status: {status}. Presence: {presence}.")
        }
        Ko => {
            let presence = match unknown {
                true => "알 수 없음(헬프센터의 데스크 방에 참여해야 확인됩니다)",
                false => presence.as_str(),
            };
            let chats = match routable {
                true => "상담이 배정됩니다.",
                false => "지금은 상담이 배정되지 않습니다.",
            };
            format!("{chats} 상담 상태: {status}, 접속 상태: {presence}.")
        }
    }
}

pub fn not_an_agent(language: Language) -> String {
    match language {
        En => "You are not an agent of any help center here. An admin can make you one: !agent grant @you chat".into(),
        Ko => "이곳의 어떤 헬프센터에도 상담원으로 등록되어 있지 않습니다. 관리자가 등록할 수 있습니다: !agent grant @나 chat".into(),
    }
}

pub fn language(language: Language) -> String {
    match language {
        En => "I answer you in English. 한국어: !lang ko".into(),
        Ko => "한국어로 답해 드립니다. English: !lang en".into(),
    }
}
