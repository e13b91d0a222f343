//! What stands in rooms for all who are in them: names, topics, offers, notices.

use super::{closing, masking};
use crate::{
    chat::{Chat, ChatState},
    command::Language::{self, En, Ko},
    customer::Customer,
    effect::Notice,
    service::Service,
    texts::admin::clock,
};

/// `⏳ Kim Minji · billing · #1042`: state, who, what about, which.
pub fn portal_name(chat: &Chat, customer: &Customer) -> String {
    let mark = match chat.state {
        ChatState::Waiting | ChatState::Offered { .. } => "⏳",
        ChatState::Active { .. } => "💬",
        ChatState::Closed { .. } => "✔",
    };
    let mut parts = vec![customer.shown_name().to_owned()];
    parts.extend(chat.fields.get("topic").cloned());
    parts.push(format!("#{}", chat.number));
    format!("{mark} {}", parts.join(" · "))
}

/// Since when, language, and last the page, whose address may be long: clients cut the end.
pub fn portal_topic(chat: &Chat, service: &Service) -> String {
    let language = service.settings.language;
    let since = clock(chat.created_at.as_millis(), &service.settings.zone());
    let since = match language {
        En => format!("since {since}"),
        Ko => format!("{since}부터"),
    };
    let tongue = closing::tongue(language, &chat.locale).to_owned();
    let mut parts = vec![service.name.clone(), since, tongue];
    parts.extend(chat.page.as_ref().map(|page| match &page.title {
        Some(title) => format!("{title} ({})", page.url),
        None => page.url.clone(),
    }));
    parts.join(" · ")
}

pub fn desk_name(language: Language, service: &str) -> String {
    match language {
        En => format!("{service} · desk"),
        Ko => format!("{service} · 데스크"),
    }
}

pub fn desk_topic(language: Language) -> &'static str {
    match language {
        En => {
            "Chats are offered here. Stay in this room: it is how Helproom sees that you are online. What you can ask: !help"
        }
        Ko => {
            "상담 배정을 여기에서 알립니다. 이 방에 계속 있어야 온라인 상태가 확인됩니다. 도움말: !help"
        }
    }
}

pub fn space_topic(language: Language) -> &'static str {
    match language {
        En => "The desk room, and the chats that agents have now, oldest first.",
        Ko => "데스크 방과 지금 상담원이 맡은 상담(오래된 순)입니다.",
    }
}

/// Why somebody is taken out of a room.
pub fn dismissed(language: Language) -> &'static str {
    match language {
        En => "You are no agent of this help center any more.",
        Ko => "더 이상 이 헬프센터의 상담원이 아닙니다.",
    }
}

/// The text that rings; the room's link is put behind it.
pub fn offer(language: Language, chat: &Chat, customer: &Customer) -> String {
    let (name, number) = (customer.shown_name(), chat.number);
    let topic = match chat.fields.get("topic") {
        Some(topic) => format!(" ({topic})"),
        None => String::new(),
    };
    match language {
        En => {
            format!("{name} is waiting in chat #{number}{topic}. Join the room to take it:")
        }
        Ko => format!(
            "{name} 고객이 상담 #{number}에서 기다리고 있습니다{topic}. 받으려면 방에 참여하세요:"
        ),
    }
}

pub fn notice(language: Language, notice: &Notice) -> String {
    match language {
        En => notice_en(notice),
        Ko => notice_ko(notice),
    }
}

fn notice_en(notice: &Notice) -> String {
    match notice {
        Notice::CustomerEnded => "The customer has ended the chat.".into(),
        Notice::AgentEnded { agent } => format!("{agent} has ended the chat."),
        Notice::NotRelayed => {
            "The customer did not get this: only text, images and files are sent to customers.".into()
        }
        Notice::NoFiles => {
            "The customer did not get this: files are switched off for this help center.".into()
        }
        Notice::FileTooLarge { max_bytes } => format!(
            "The customer did not get this: a file can have at most {}.",
            bytes(*max_bytes)
        ),
        Notice::ChatIsClosed => "This chat is over: the customer does not get what is written here.".into(),
        Notice::NotAllowed => {
            "The customer did not get this: only agents with the permission \"chat\" in this help center can answer.".into()
        }
        Notice::IdleWarning { closes_after_s } => closing::idle_warning(En, *closes_after_s),
        Notice::IdleEnded => closing::idle_ended(En),
        Notice::Abandoned => closing::abandoned(En),
        Notice::Routing(what) => super::routing::notice(En, what),
        Notice::NotHidden { chat } => masking::not_hidden(En, *chat),
        Notice::NotErased { chat } => masking::not_erased(En, *chat),
        Notice::Aside { agent, text } => masking::aside(En, agent, text),
        Notice::Unmasked {
            agent,
            undone,
            reason,
        } => masking::unmasked(En, agent, *undone, reason.as_deref()),
        Notice::TicketMade { agent, ticket } => format!("{agent} made ticket #{ticket} of this chat."),
        Notice::WebhookGone { number } => format!("Webhook #{number} is switched off: its address says that it is gone. An admin can switch it on again: !webhook rotate {number}"),
        Notice::WebhookEnded { number } => format!("Webhook #{number} is switched off: nothing got through for 24 hours. An admin can switch it on again: !webhook rotate {number}"),
        Notice::WebhookFull { number } => format!("Webhook #{number} is switched off: too many events waited for it. An admin can switch it on again: !webhook rotate {number}"),
        Notice::WebhookMissed { number } => format!("Webhook #{number} could not be told one event for 24 hours; others got through."),
        Notice::NewInquiry { ticket } => format!("A customer has left an inquiry: ticket #{ticket}."),
    }
}

fn notice_ko(notice: &Notice) -> String {
    match notice {
        Notice::CustomerEnded => "고객이 상담을 끝냈습니다.".into(),
        Notice::AgentEnded { agent } => format!("{agent} 님이 상담을 끝냈습니다."),
        Notice::NotRelayed => {
            "고객에게 전달되지 않았습니다. 텍스트, 이미지, 파일만 전달됩니다.".into()
        }
        Notice::NoFiles => {
            "고객에게 전달되지 않았습니다. 이 헬프센터는 파일을 받지 않도록 설정되어 있습니다.".into()
        }
        Notice::FileTooLarge { max_bytes } => format!(
            "고객에게 전달되지 않았습니다. 파일은 최대 {}까지 보낼 수 있습니다.",
            bytes(*max_bytes)
        ),
        Notice::ChatIsClosed => "끝난 상담입니다. 여기에 쓴 글은 고객에게 전달되지 않습니다.".into(),
        Notice::NotAllowed => {
            "고객에게 전달되지 않았습니다. 이 헬프센터에서 \"chat\" 권한이 있는 상담원만 답할 수 있습니다.".into()
        }
        Notice::IdleWarning { closes_after_s } => closing::idle_warning(Ko, *closes_after_s),
        Notice::IdleEnded => closing::idle_ended(Ko),
        Notice::Abandoned => closing::abandoned(Ko),
        Notice::Routing(what) => super::routing::notice(Ko, what),
        Notice::NotHidden { chat } => masking::not_hidden(Ko, *chat),
        Notice::NotErased { chat } => masking::not_erased(Ko, *chat),
        Notice::Aside { agent, text } => masking::aside(Ko, agent, text),
        Notice::Unmasked {
            agent,
            undone,
            reason,
        } => masking::unmasked(Ko, agent, *undone, reason.as_deref()),
        Notice::TicketMade { agent, ticket } => format!("{agent}님이 이 상담으로 티켓 #{ticket}을(를) 만들었습니다."),
        Notice::WebhookGone { number } => format!("#{number} 웹훅을 껐습니다. 주소가 더 이상 없다고 답합니다. 관리자가 다시 켤 수 있습니다: !webhook rotate {number}"),
        Notice::WebhookEnded { number } => format!("#{number} 웹훅을 껐습니다. 24시간 동안 아무것도 전달되지 않았습니다. 관리자가 다시 켤 수 있습니다: !webhook rotate {number}"),
        Notice::WebhookFull { number } => format!("#{number} 웹훅을 껐습니다. 기다리는 이벤트가 너무 많습니다. 관리자가 다시 켤 수 있습니다: !webhook rotate {number}"),
        Notice::WebhookMissed { number } => format!("#{number} 웹훅에 이벤트 하나를 24시간 동안 전하지 못했습니다. 다른 것은 전달되었습니다."),
        Notice::NewInquiry { ticket } => format!("고객이 문의를 남겼습니다. 티켓 #{ticket}"),
    }
}

/// `10 MiB`, or the smaller unit where it is not whole.
fn bytes(count: u64) -> String {
    match (count % (1 << 20), count % (1 << 10)) {
        (0, _) => format!("{} MiB", count >> 20),
        (_, 0) => format!("{} KiB", count >> 10),
        _ => format!("{count} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{
        chat::Page,
        ids::{ChatId, CustomerId, ServiceSlug, Timestamp},
    };

    #[test]
    fn a_portal_is_named_after_its_state_customer_topic_and_number() {
        let chat = Chat {
            id: ChatId::new("01JD"),
            service: ServiceSlug::new("acme"),
            number: 1042,
            customer: CustomerId::new("01JC"),
            state: ChatState::Waiting,
            handling: Default::default(),
            room: None,
            locale: "ko".into(),
            page: Some(Page {
                url: "https://example.org/faq".into(),
                title: Some("FAQ".into()),
            }),
            fields: BTreeMap::from([("topic".to_owned(), "billing".to_owned())]),
            created_at: Timestamp::from_millis(0),
            previous: None,
        };
        let customer = Customer {
            id: CustomerId::new("01JC"),
            service: ServiceSlug::new("acme"),
            name: Some("Kim Minji".into()),
            email: None,
            subject: None,
        };
        let service = Service {
            slug: ServiceSlug::new("acme"),
            name: "Acme Help".into(),
            settings: Default::default(),
        };
        assert_eq!(
            portal_name(&chat, &customer),
            "⏳ Kim Minji · billing · #1042"
        );
        assert_eq!(
            portal_topic(&chat, &service),
            "Acme Help · since 1970-01-01 00:00 UTC · Korean · FAQ (https://example.org/faq)"
        );
    }
}
