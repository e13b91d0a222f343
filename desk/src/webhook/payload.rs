//! What is sent: ids, states, numbers and a ticket's subject. Names, addresses and texts are not in
//! it; who needs them asks the admin API, where keys say who may.

use serde_json::{Value, json};

use super::{Delivery, Happening};
use crate::{
    chat::{Chat, ChatState, Target},
    event::ClosedBy,
    ids::ServiceSlug,
    ticket::Ticket,
};

/// What the event is about, as it is now.
pub enum About {
    Chat(Box<Chat>),
    Ticket(Box<Ticket>),
    Nothing,
}

/// The body, of one line.
pub fn payload(service: &ServiceSlug, delivery: &Delivery, about: &About) -> String {
    let mut data = json!({ "service": service.as_str() });
    let mut add = |field: &str, value: Value| {
        if let Some(data) = data.as_object_mut() {
            data.insert(field.into(), value);
        }
    };
    match about {
        About::Chat(found) => add("chat", chat(found)),
        About::Ticket(found) => add("ticket", ticket(found)),
        About::Nothing => {}
    }
    match &delivery.what {
        Happening::ChatAccepted { agent, .. } => add("agent", json!(agent.as_str())),
        Happening::ChatTransferred { by, to, .. } => {
            add("by", json!(by.as_str()));
            add("to", target(to));
        }
        Happening::ChatClosed { by, .. } => add("by", json!(closed_by(*by))),
        Happening::ChatRated { score, .. } => add("score", json!(score)),
        Happening::TicketUpdated { field, by, .. } => {
            add("field", json!(field.as_str()));
            add("by", json!(by.as_str()));
        }
        Happening::TicketCommented {
            comment,
            by,
            public,
            ..
        } => add(
            "comment",
            json!({ "number": comment, "by": by.as_str(), "public": public }),
        ),
        Happening::CustomerErased { customer } => add("customer", json!(customer.as_str())),
        Happening::ChatStarted { .. }
        | Happening::TicketCreated { .. }
        | Happening::Test
        | Happening::Unknown => {}
    }
    let kind = delivery.what.kind().map_or("unknown", |kind| kind.as_str());
    json!({
        "type": kind,
        "timestamp": delivery.created_at.to_rfc3339(),
        "data": data,
    })
    .to_string()
}

fn chat(chat: &Chat) -> Value {
    let closed_at = match &chat.state {
        ChatState::Closed { at } => Some(at.to_rfc3339()),
        _ => None,
    };
    json!({
        "id": chat.id.as_str(),
        "number": chat.number,
        "state": chat.state.as_str(),
        "agent": chat.state.holder().map(|agent| agent.as_str()),
        "customer": chat.customer.as_str(),
        "created_at": chat.created_at.to_rfc3339(),
        "closed_at": closed_at,
    })
}

fn ticket(ticket: &Ticket) -> Value {
    let tags: Vec<&str> = ticket.tags.iter().map(|tag| tag.as_str()).collect();
    let chat = ticket.origin.as_ref().map(|origin| origin.chat.as_str());
    json!({
        "number": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status.as_str(),
        "priority": ticket.priority.as_str(),
        "assignee": ticket.assignee.as_ref().map(|agent| agent.as_str()),
        "tags": tags,
        "chat": chat,
        "created_at": ticket.created_at.to_rfc3339(),
        "changed_at": ticket.changed_at.to_rfc3339(),
    })
}

fn target(to: &Target) -> Value {
    match to {
        Target::Agent { agent, .. } => json!({ "agent": agent.as_str() }),
        Target::Group(group) => json!({ "group": group }),
    }
}

fn closed_by(by: ClosedBy) -> &'static str {
    match by {
        ClosedBy::Customer => "customer",
        ClosedBy::Agent => "agent",
        ClosedBy::Idle => "idle",
    }
}
