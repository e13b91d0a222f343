//! What the bot says to people.

use crate::{
    agent::{ChatStatus, Presence},
    chat::{Chat, ChatState},
    customer::Customer,
    effect::Notice,
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

/// Page, language, since when.
pub fn portal_topic(chat: &Chat, service: &str) -> String {
    let mut parts = vec![service.to_owned()];
    if let Some(page) = &chat.page {
        match &page.title {
            Some(title) => parts.push(format!("{title} ({})", page.url)),
            None => parts.push(page.url.clone()),
        }
    }
    parts.push(format!("language: {}", chat.locale));
    parts.push(format!("since {}", chat.created_at.to_rfc3339()));
    parts.join(" · ")
}

pub fn desk_name(service: &str) -> String {
    format!("{service} · desk")
}

pub fn desk_topic() -> &'static str {
    "Here Helproom tells which chat is for whom. Stay in this room: it is how Helproom sees that you are online."
}

/// The text that rings; the room's link is put behind it.
pub fn offer(chat: &Chat, customer: &Customer) -> String {
    let waits = format!(
        "{} is waiting in chat #{}",
        customer.shown_name(),
        chat.number
    );
    match chat.fields.get("topic") {
        Some(topic) => format!("{waits} ({topic}). Join the room to take it:"),
        None => format!("{waits}. Join the room to take it:"),
    }
}

pub fn notice(notice: &Notice) -> String {
    match notice {
        Notice::CustomerEnded => "The customer has ended the chat.".into(),
        Notice::AgentEnded { agent } => format!("{agent} has ended the chat."),
        Notice::NotRelayed => {
            "The customer did not get this: only text is sent to customers so far, no images or files.".into()
        }
        Notice::ChatIsClosed => "This chat is over: the customer does not get what is written here.".into(),
        Notice::NotAllowed => {
            "The customer did not get this: only agents with the permission \"chat\" in this help center can answer.".into()
        }
        Notice::NewInquiry { ticket } => format!("A customer has left an inquiry: ticket #{ticket}."),
    }
}

pub fn greeting() -> String {
    "Hello, I am the help desk. Here you can tell me what to do: !help lists the commands.".into()
}

pub fn cannot_decrypt() -> String {
    "I could not read your message: it is encrypted and your client has not sent me the key. Please send it again. \
     If that does not help, verify this session in your client, or write to me in a room without encryption."
        .into()
}

pub fn status(status: ChatStatus, presence: Presence, routable: bool) -> String {
    let presence = match presence {
        Presence::Unknown => {
            "not known: join the desk room of your help center, so that I can see it".to_owned()
        }
        known => known.as_str().to_owned(),
    };
    let chats = match routable {
        true => "You are given chats.",
        false => "You are not given chats now.",
    };
    format!(
        "Your chat status is {}, your presence is {presence}. {chats}",
        status.as_str()
    )
}

pub fn not_an_agent() -> String {
    "You are not an agent of any help center here. An admin can make you one in the settings."
        .into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ids::{ChatId, CustomerId, ServiceSlug, Timestamp};

    #[test]
    fn a_portal_is_named_after_its_state_customer_topic_and_number() {
        let chat = Chat {
            id: ChatId::new("01JD"),
            service: ServiceSlug::new("acme"),
            number: 1042,
            customer: CustomerId::new("01JC"),
            state: ChatState::Waiting,
            room: None,
            locale: "ko".into(),
            page: None,
            fields: BTreeMap::from([("topic".to_owned(), "billing".to_owned())]),
            created_at: Timestamp::from_millis(0),
        };
        let customer = Customer {
            id: CustomerId::new("01JC"),
            service: ServiceSlug::new("acme"),
            name: Some("Kim Minji".into()),
            email: None,
        };
        assert_eq!(
            portal_name(&chat, &customer),
            "⏳ Kim Minji · billing · #1042"
        );
        assert_eq!(
            portal_topic(&chat, "Acme Help"),
            "Acme Help · language: ko · since 1970-01-01T00:00:00.000Z"
        );
    }
}
