//! The JSON of the admin API.

use std::{collections::BTreeMap, time::Duration};

use desk::{
    audit::AuditEntry,
    chat::{Chat, ChatState},
    customer::Customer,
    report::Report,
    routing::Candidate,
    ticket::{self, Field, Priority, Status},
};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Event;

#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TicketStatus {
    Open,
    Pending,
    Solved,
    Closed,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TicketPriority {
    Low,
    #[default]
    Normal,
    High,
    Urgent,
}

impl From<TicketStatus> for Status {
    fn from(status: TicketStatus) -> Self {
        match status {
            TicketStatus::Open => Self::Open,
            TicketStatus::Pending => Self::Pending,
            TicketStatus::Solved => Self::Solved,
            TicketStatus::Closed => Self::Closed,
        }
    }
}

impl From<Status> for TicketStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Open => Self::Open,
            Status::Pending => Self::Pending,
            Status::Solved => Self::Solved,
            Status::Closed => Self::Closed,
        }
    }
}

impl From<TicketPriority> for Priority {
    fn from(priority: TicketPriority) -> Self {
        match priority {
            TicketPriority::Low => Self::Low,
            TicketPriority::Normal => Self::Normal,
            TicketPriority::High => Self::High,
            TicketPriority::Urgent => Self::Urgent,
        }
    }
}

impl From<Priority> for TicketPriority {
    fn from(priority: Priority) -> Self {
        match priority {
            Priority::Low => Self::Low,
            Priority::Normal => Self::Normal,
            Priority::High => Self::High,
            Priority::Urgent => Self::Urgent,
        }
    }
}

/// What is masked is asterisks here, too.
#[derive(Serialize, ToSchema)]
pub struct Ticket {
    pub number: u64,
    pub subject: String,
    pub status: TicketStatus,
    pub priority: TicketPriority,
    /// A Matrix user id; null: nobody's.
    pub assignee: Option<String>,
    pub tags: Vec<String>,
    /// Of the customer.
    pub name: Option<String>,
    pub email: Option<String>,
    /// The chat it was made in.
    pub chat: Option<TicketChat>,
    /// A Matrix user id, or `apikey:` and the name of a key; null: the customer, by the inquiry
    /// form.
    pub made_by: Option<String>,
    pub created_at: String,
    pub changed_at: String,
}

#[derive(Serialize, ToSchema)]
pub struct TicketChat {
    pub id: String,
    pub number: u64,
}

#[derive(Serialize, ToSchema)]
pub struct TicketPage {
    /// The newest first.
    pub tickets: Vec<Ticket>,
    /// Whether there are older ones: ask with `before` set to the last number.
    pub more: bool,
}

#[derive(Serialize, ToSchema)]
pub struct WholeTicket {
    #[serde(flatten)]
    pub ticket: Ticket,
    pub description: String,
    /// At most the newest 500.
    pub comments: Vec<TicketComment>,
    /// What was changed; at most the newest 500.
    pub changes: Vec<TicketChange>,
    /// The ticket's own copy of the messages; at most the first 1,000.
    pub conversation: Vec<Event>,
}

#[derive(Serialize, ToSchema)]
pub struct TicketComment {
    pub number: u64,
    pub by: String,
    /// The name customers see.
    pub name: String,
    pub text: String,
    /// Whether it was mailed to the customer.
    pub public: bool,
    pub at: String,
}

#[derive(Serialize, ToSchema)]
pub struct TicketChange {
    pub by: String,
    pub at: String,
    #[schema(value_type = String, example = "status")]
    pub field: Field,
    pub old: String,
    pub new: String,
}

#[derive(Deserialize, ToSchema)]
pub struct NewTicket {
    #[schema(max_length = 200)]
    pub subject: String,
    #[serde(default)]
    #[schema(max_length = 10_000)]
    pub description: String,
    #[serde(default)]
    pub priority: TicketPriority,
    /// The Matrix user id of an agent with the permission `ticket`.
    #[serde(default)]
    pub assignee: Option<String>,
    #[serde(default)]
    #[schema(max_items = 20)]
    pub tags: Vec<String>,
    /// Of the customer. Left aside for a ticket made of a chat, which has that chat's customer.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub name: Option<String>,
    #[serde(default)]
    pub email: Option<String>,
    /// The chat it is made of: it gets the tag `Chat` and a copy of the conversation.
    #[serde(default)]
    pub chat: Option<String>,
}

/// What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
pub struct TicketEdit {
    #[serde(default)]
    pub status: Option<TicketStatus>,
    #[serde(default)]
    pub priority: Option<TicketPriority>,
    /// Null: nobody's any more.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub assignee: Option<Option<String>>,
    #[serde(default)]
    #[schema(max_length = 200)]
    pub subject: Option<String>,
    #[serde(default)]
    #[schema(max_items = 20)]
    pub add_tags: Vec<String>,
    #[serde(default)]
    #[schema(max_items = 20)]
    pub remove_tags: Vec<String>,
}

/// Null is something else than nothing.
fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

#[derive(Deserialize, ToSchema)]
pub struct NewComment {
    #[schema(max_length = 10_000)]
    pub text: String,
    /// Whether it is mailed to the customer.
    #[serde(default)]
    pub public: bool,
}

/// What was made.
#[derive(Serialize, ToSchema)]
pub struct Made {
    pub number: u64,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TicketFilter {
    /// `open`, `pending`, `solved`, `closed`; several with commas between them.
    #[serde(default)]
    pub status: Option<String>,
    /// A Matrix user id.
    #[serde(default)]
    pub assignee: Option<String>,
    #[serde(default)]
    pub tag: Option<String>,
    /// Words that must all be in it, or begin a word in it; at most 8.
    #[serde(default)]
    #[param(max_length = 200)]
    pub q: Option<String>,
    /// Older than the ticket of this number.
    #[serde(default)]
    pub before: Option<u64>,
    /// How many; 50 if not said, at most 100.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ChatFilter {
    /// `waiting`, `offered`, `active`, `closed`; several with commas between them.
    #[serde(default)]
    pub state: Option<String>,
    /// The id of a customer.
    #[serde(default)]
    pub customer: Option<String>,
    /// Started at this time or later (RFC 3339).
    #[serde(default)]
    pub since: Option<String>,
    /// Started before this time (RFC 3339).
    #[serde(default)]
    pub until: Option<String>,
    /// Older than the chat of this number.
    #[serde(default)]
    pub before: Option<u64>,
    /// How many; 50 if not said, at most 100.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditFilter {
    /// Who did it, or to whom it was done: a Matrix user id, or `apikey:` and the name of a key.
    #[serde(default)]
    pub who: Option<String>,
    /// Stands somewhere in the entry.
    #[serde(default)]
    #[param(max_length = 200)]
    pub word: Option<String>,
    /// At this time or later (RFC 3339).
    #[serde(default)]
    pub since: Option<String>,
    /// Older than the entry of this number.
    #[serde(default)]
    pub before: Option<u64>,
    /// How many; 50 if not said, at most 100.
    #[serde(default)]
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportSpan {
    /// The last so many days; 7 if not said.
    #[serde(default)]
    #[param(minimum = 1, maximum = 90)]
    pub days: Option<u32>,
}

#[derive(Serialize, ToSchema)]
pub struct ChatLine {
    pub id: String,
    pub number: u64,
    /// `waiting`, `offered`, `active` or `closed`.
    pub state: &'static str,
    /// The Matrix user id of who has it, or to whom it is offered.
    pub agent: Option<String>,
    pub customer: String,
    /// Of its page.
    pub locale: String,
    pub created_at: String,
    pub closed_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct ChatPage {
    /// The newest first.
    pub chats: Vec<ChatLine>,
    /// Whether there are older ones: ask with `before` set to the last number.
    pub more: bool,
}

/// What is masked is asterisks here, too.
#[derive(Serialize, ToSchema)]
pub struct WholeChat {
    #[serde(flatten)]
    pub chat: ChatLine,
    pub name: Option<String>,
    pub email: Option<String>,
    /// Answers to the fields of the help center.
    pub fields: BTreeMap<String, String>,
    pub page: Option<SeenPage>,
    pub rating: Option<ChatRating>,
    /// The chat's record, at most 500 events.
    pub events: Vec<Event>,
    /// Whether there are later ones: ask with `since` set to the last `seq`.
    pub more: bool,
}

/// Where the customer was.
#[derive(Serialize, ToSchema)]
pub struct SeenPage {
    pub url: String,
    pub title: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct ChatRating {
    pub score: u8,
    pub comment: Option<String>,
    pub at: String,
}

#[derive(Serialize, ToSchema)]
pub struct AgentState {
    /// A Matrix user id.
    pub id: String,
    /// The name customers see.
    pub name: String,
    pub permissions: Vec<&'static str>,
    pub groups: Vec<String>,
    /// What it says of itself: `online`, `away`, `offline`, `auto`.
    pub status: &'static str,
    /// What the homeserver says: `online`, `unavailable`, `offline`, `unknown`.
    pub presence: &'static str,
    /// Whether it would be given a chat if it had a free slot.
    pub routable: bool,
    /// Its chats, in all help centers.
    pub load: u32,
    pub capacity: u32,
}

#[derive(Serialize, ToSchema)]
pub struct AgentList {
    pub agents: Vec<AgentState>,
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum GrantedPermission {
    Chat,
    Mask,
    Unmask,
    Ticket,
    Supervise,
    /// Never by a key.
    Admin,
}

#[derive(Deserialize, ToSchema)]
pub struct Grant {
    #[schema(min_items = 1, max_items = 6)]
    pub permissions: Vec<GrantedPermission>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Taken {
    /// With commas between them; all if not said.
    #[serde(default)]
    pub permissions: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct AuditLine {
    pub number: u64,
    pub at: String,
    /// A Matrix user id, or `apikey:` and the name of a key.
    pub who: String,
    pub what: String,
    pub subject: Option<String>,
    pub old: Option<String>,
    pub new: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct AuditPage {
    /// The newest first.
    pub entries: Vec<AuditLine>,
    /// Whether there are older ones: ask with `before` set to the last number.
    pub more: bool,
}

/// One of them.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Whom {
    /// As it was typed, in upper or lower case.
    #[serde(default)]
    #[param(max_length = 1000)]
    pub email: Option<String>,
    /// `sub` of the host page's JWT.
    #[serde(default)]
    #[param(max_length = 1000)]
    pub subject: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct CustomerList {
    pub customers: Vec<CustomerLine>,
}

#[derive(Serialize, ToSchema)]
pub struct CustomerLine {
    /// `mail:` and the address: of somebody who left inquiries and never chatted.
    pub id: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub subject: Option<String>,
}

/// Spans are medians, in seconds.
#[derive(Serialize, ToSchema)]
pub struct Figures {
    pub days: u32,
    pub chats: usize,
    /// Closed before any agent took them.
    pub lost: usize,
    pub waiting: usize,
    pub wait_s: Option<u64>,
    pub first_answer_s: Option<u64>,
    pub length_s: Option<u64>,
    pub ratings: usize,
    /// The mean.
    pub score: Option<f64>,
    pub agents: Vec<AgentFigures>,
}

#[derive(Serialize, ToSchema)]
pub struct AgentFigures {
    pub name: String,
    pub chats: usize,
    pub first_answer_s: Option<u64>,
    pub ratings: usize,
    pub score: Option<f64>,
}

impl From<ticket::Ticket> for Ticket {
    fn from(ticket: ticket::Ticket) -> Self {
        Self {
            number: ticket.number,
            subject: ticket.subject,
            status: ticket.status.into(),
            priority: ticket.priority.into(),
            assignee: ticket.assignee.map(|agent| agent.to_string()),
            tags: ticket.tags.iter().map(|tag| tag.as_str().into()).collect(),
            name: ticket.name,
            email: ticket.email,
            chat: ticket.origin.map(|origin| TicketChat {
                id: origin.chat.to_string(),
                number: origin.number,
            }),
            made_by: ticket.made_by.map(|by| by.to_string()),
            created_at: ticket.created_at.to_rfc3339(),
            changed_at: ticket.changed_at.to_rfc3339(),
        }
    }
}

impl From<ticket::Comment> for TicketComment {
    fn from(comment: ticket::Comment) -> Self {
        Self {
            number: comment.number,
            by: comment.by.to_string(),
            name: comment.name,
            text: comment.text,
            public: comment.public,
            at: comment.at.to_rfc3339(),
        }
    }
}

impl From<ticket::TicketChange> for TicketChange {
    fn from(change: ticket::TicketChange) -> Self {
        Self {
            by: change.by.to_string(),
            at: change.at.to_rfc3339(),
            field: change.field,
            old: change.old,
            new: change.new,
        }
    }
}

impl From<Chat> for ChatLine {
    fn from(chat: Chat) -> Self {
        let closed_at = match &chat.state {
            ChatState::Closed { at } => Some(at.to_rfc3339()),
            _ => None,
        };
        Self {
            id: chat.id.to_string(),
            number: chat.number,
            state: chat.state.as_str(),
            agent: chat.state.holder().map(ToString::to_string),
            customer: chat.customer.to_string(),
            locale: chat.locale,
            created_at: chat.created_at.to_rfc3339(),
            closed_at,
        }
    }
}

impl From<(u64, AuditEntry)> for AuditLine {
    fn from((number, entry): (u64, AuditEntry)) -> Self {
        Self {
            number,
            at: entry.at.to_rfc3339(),
            who: entry.actor.to_string(),
            what: entry.what,
            subject: entry.subject,
            old: entry.old,
            new: entry.new,
        }
    }
}

impl AgentState {
    pub fn new(found: Candidate, routable: bool) -> Self {
        let agent = found.agent;
        Self {
            id: agent.id.to_string(),
            name: agent.name,
            permissions: agent.permissions.iter().map(|held| held.as_str()).collect(),
            groups: agent.groups.into_iter().collect(),
            status: agent.status.as_str(),
            presence: agent.presence.as_str(),
            routable,
            load: found.load,
            capacity: agent.capacity,
        }
    }
}

impl Figures {
    pub fn new(days: u32, report: Report) -> Self {
        let seconds = |span: Option<Duration>| span.map(|span| span.as_secs());
        Self {
            days,
            chats: report.chats,
            lost: report.lost,
            waiting: report.waiting,
            wait_s: seconds(report.wait),
            first_answer_s: seconds(report.first_answer),
            length_s: seconds(report.length),
            ratings: report.ratings,
            score: report.score,
            agents: report
                .agents
                .into_iter()
                .map(|agent| AgentFigures {
                    name: agent.name,
                    chats: agent.chats,
                    first_answer_s: seconds(agent.first_answer),
                    ratings: agent.ratings,
                    score: agent.score,
                })
                .collect(),
        }
    }
}

impl WholeChat {
    pub fn new(
        chat: Chat,
        customer: Option<Customer>,
        rating: Option<desk::rating::Given>,
        events: Vec<Event>,
        more: bool,
    ) -> Self {
        let (name, email) = customer.map_or((None, None), |it| (it.name, it.email));
        Self {
            name,
            email,
            fields: chat.fields.clone(),
            page: chat.page.clone().map(|page| SeenPage {
                url: page.url,
                title: page.title,
            }),
            rating: rating.map(|given| ChatRating {
                score: given.score,
                comment: given.comment,
                at: given.at.to_rfc3339(),
            }),
            events,
            more,
            chat: chat.into(),
        }
    }
}
