//! What the bot says of who has which chat: in rooms, and in answers.

use crate::{
    chat::{Chat, Target},
    command::Language::{self, En, Ko},
    customer::Customer,
    effect::RoutingNotice,
    ids::AgentId,
};

mod answers;
mod lines;
mod why;

pub use answers::*;
pub use lines::{Line, and_more, lines};
pub use why::{Now, why};

fn say(language: Language, en: impl Into<String>, ko: impl Into<String>) -> String {
    match language {
        En => en.into(),
        Ko => ko.into(),
    }
}

/// The text that rings for all who may claim a chat; the room's link is put behind it.
pub fn call(language: Language, chat: &Chat, customer: &Customer) -> String {
    let (name, number) = (customer.shown_name(), chat.number);
    let topic = chat.fields.get("topic").map(|topic| format!(" ({topic})"));
    let topic = topic.unwrap_or_default();
    match language {
        En => format!(
            "{name} is waiting in chat #{number}{topic}. Write !take {number} or react with ✋ to take it:"
        ),
        Ko => format!(
            "{name} 고객이 상담 #{number}에서 기다리고 있습니다{topic}. !take {number} 또는 ✋ 반응으로 받을 수 있습니다:"
        ),
    }
}

/// The text that rings for who is handed a chat, and may be in its room already. Who handed it over
/// is in it, and may be offered it again.
pub fn handed(
    language: Language,
    chat: &Chat,
    customer: &Customer,
    by: &AgentId,
    to: &AgentId,
) -> String {
    let (name, number) = (customer.shown_name(), chat.number);
    if by == to {
        return say(
            language,
            format!(
                "Nobody has taken over chat #{number} with {name}. To take it back, write in its room:"
            ),
            format!(
                "{name} 고객의 상담 #{number}을(를) 넘겨받은 상담원이 없습니다. 다시 맡으려면 방에 글을 쓰세요:"
            ),
        );
    }
    match language {
        En => format!(
            "{by} hands you chat #{number} with {name}. To take it, join the room or write in it:"
        ),
        Ko => format!(
            "{by} 님이 {name} 고객의 상담 #{number}을(를) 넘깁니다. 받으려면 방에 참여하거나 글을 쓰세요:"
        ),
    }
}

/// The text that rings for who is brought into a chat.
pub fn brought(language: Language, chat: &Chat, customer: &Customer, by: &AgentId) -> String {
    let (name, number) = (customer.shown_name(), chat.number);
    match language {
        En => {
            format!(
                "{by} asks you to join chat #{number} with {name}. It does not count among your chats:"
            )
        }
        Ko => format!(
            "{by} 님이 {name} 고객의 상담 #{number}에 초대했습니다. 담당 건수에는 포함되지 않습니다:"
        ),
    }
}

/// Why somebody is taken out of a portal.
pub fn removal(language: Language) -> &'static str {
    match language {
        En => {
            "Only agents with the permission \"chat\" or \"supervise\" can be in the chats of this help center."
        }
        Ko => {
            "이 헬프센터의 \"chat\" 또는 \"supervise\" 권한이 있는 사람만 상담 방에 있을 수 있습니다."
        }
    }
}

pub fn notice(language: Language, notice: &RoutingNotice) -> String {
    match language {
        En => notice_en(notice),
        Ko => notice_ko(notice),
    }
}

fn notice_en(notice: &RoutingNotice) -> String {
    match notice {
        RoutingNotice::Lost { agent } => format!(
            "{agent} was not online for too long, so this chat goes to another agent. To take it back, answer here."
        ),
        RoutingNotice::Transferred { by, to, note } => with_note(
            format!("{by} transfers this chat to {}.", target(to)),
            "Note",
            note.as_ref(),
        ),
        RoutingNotice::TookOver { agent, from } => {
            format!("{agent} has taken the chat over from {from}.")
        }
        RoutingNotice::NotAllowedHere { agent } => {
            format!("{agent} was taken out of this room. {}", removal(En))
        }
        RoutingNotice::Full { agent } => format!(
            "{agent} has no free slot, so joining does not make this their chat. End another chat, or ask an admin for more: !agent capacity {agent} 5"
        ),
        RoutingNotice::NotMeant { agent } => {
            format!("This chat was transferred to somebody else, so joining does not give it to {agent}.")
        }
        RoutingNotice::Unseen { agent } => format!(
            "{agent} is active but gets no chats: their client never shows them online (Element X does not). An admin can let activity count instead: !routing presence activity"
        ),
        RoutingNotice::PresenceOff => "Nobody is given chats: this homeserver does not tell who is online. An admin can let agents say it (!routing presence status, then !online), or let activity count (!routing presence activity).".into(),
        RoutingNotice::PresenceOn => "This homeserver tells again who is online.".into(),
    }
}

fn notice_ko(notice: &RoutingNotice) -> String {
    match notice {
        RoutingNotice::Lost { agent } => format!(
            "{agent} 님의 접속이 오래 끊겨 이 상담은 다른 상담원에게 갑니다. 다시 맡으려면 여기에 답하세요."
        ),
        RoutingNotice::Transferred { by, to, note } => with_note(
            format!("{by} 님이 이 상담을 {}에게 넘깁니다.", target(to)),
            "메모",
            note.as_ref(),
        ),
        RoutingNotice::TookOver { agent, from } => {
            format!("{agent} 님이 {from} 님에게서 상담을 넘겨받았습니다.")
        }
        RoutingNotice::NotAllowedHere { agent } => {
            format!("{agent} 님을 이 방에서 내보냈습니다. {}", removal(Ko))
        }
        RoutingNotice::Full { agent } => format!(
            "{agent} 님은 남은 자리가 없어 이 상담을 맡지 못합니다. 다른 상담을 끝내거나 관리자에게 요청하세요: !agent capacity {agent} 5"
        ),
        RoutingNotice::NotMeant { agent } => {
            format!("다른 상담원에게 넘겨진 상담이라 {agent} 님이 들어와도 맡게 되지 않습니다.")
        }
        RoutingNotice::Unseen { agent } => format!(
            "{agent} 님은 활동 중이지만 클라이언트(Element X 등)가 접속 상태를 알리지 않아 상담을 받지 못합니다. 관리자가 활동을 접속으로 인정하게 할 수 있습니다: !routing presence activity"
        ),
        RoutingNotice::PresenceOff => "홈서버가 접속 상태를 알려 주지 않아 아무도 상담을 받지 못합니다. 관리자가 바꿀 수 있습니다. 상담원이 직접 알리려면 !routing presence status 뒤에 !online, 활동을 접속으로 인정하려면 !routing presence activity".into(),
        RoutingNotice::PresenceOn => "이 홈서버가 다시 접속 상태를 알려 줍니다.".into(),
    }
}

fn with_note(what: String, word: &str, note: Option<&String>) -> String {
    match note {
        Some(note) => format!("{what}\n{word}: {note}"),
        None => what,
    }
}

fn target(to: &Target) -> String {
    match to {
        Target::Agent { agent, .. } => agent.to_string(),
        Target::Group(group) => format!("#{group}"),
    }
}
