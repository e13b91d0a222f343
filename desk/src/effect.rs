//! What must leave after a change was committed. Effects carry ids, not words: the text stays in
//! one place, where masking finds it.

use serde::{Deserialize, Serialize};

use crate::{
    chat::Target,
    command::Language,
    ids::{
        AgentId, ChatId, CustomerId, EffectId, EventId, MailId, MaskId, MediaId, MessageId, RoomId,
        ServiceSlug, Timestamp,
    },
    masking::Kind,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Effect {
    OpenPortal {
        chat: ChatId,
    },
    Invite {
        chat: ChatId,
        agent: AgentId,
    },
    /// The mention that rings.
    Announce {
        chat: ChatId,
        agent: AgentId,
    },
    Withdraw {
        chat: ChatId,
        agent: AgentId,
    },
    /// Mode `claim`: the mention that rings for all who could take the chat.
    Call {
        chat: ChatId,
        agents: Vec<AgentId>,
    },
    /// Invite somebody who does not get the chat, and ring for it if another brings it in.
    Bring {
        chat: ChatId,
        agent: AgentId,
        by: Option<AgentId>,
    },
    /// Take somebody out of the portal who may not be there.
    Remove {
        chat: ChatId,
        agent: AgentId,
    },
    Say {
        chat: ChatId,
        message: MessageId,
    },
    /// A notice of the bot in the portal.
    Notify {
        chat: ChatId,
        notice: Notice,
    },
    /// Name the portal after the chat's present state.
    Rename {
        chat: ChatId,
    },
    /// The answer to a command, as a reply to it.
    Answer {
        room: Room,
        command: EventId,
        text: String,
    },
    /// A reaction that says that a command was carried out.
    Tick {
        room: Room,
        command: EventId,
    },
    OpenDesk {
        service: ServiceSlug,
    },
    InviteToDesk {
        service: ServiceSlug,
        agent: AgentId,
    },
    NotifyDesk {
        service: ServiceSlug,
        notice: Notice,
    },
    /// How the customer has rated the chat, told in its portal.
    TellRating {
        chat: ChatId,
    },
    /// Tells in the portal where another chat of the same customer is.
    Link {
        chat: ChatId,
        to: ChatId,
    },
    /// An agent's message that was not written in the portal, shown there by the bot.
    SayAs {
        chat: ChatId,
        message: MessageId,
    },
    /// Hides every event that showed the message and sends what it says now in its place.
    Replace {
        chat: ChatId,
        message: MessageId,
    },
    /// Hides an event of the room for everybody.
    Redact {
        room: Room,
        event: EventId,
    },
    /// Tells the agents that a message seems to hold personal data.
    Suggest {
        chat: ChatId,
        message: MessageId,
        kinds: Vec<Kind>,
    },
    /// Takes back what we told agents of a message.
    TakeBack {
        chat: ChatId,
        event: EventId,
    },
    /// Deletes a file where the homeserver keeps it.
    EraseMedia {
        service: ServiceSlug,
        /// The number of the chat it was sent in.
        chat: u64,
        media: MediaId,
        /// Only if it is this agent's; `None`: it is ours.
        by: Option<AgentId>,
    },
    /// Shows an agent alone what is under these masks of a message.
    Reveal {
        chat: ChatId,
        message: MessageId,
        masks: Vec<MaskId>,
        to: AgentId,
        language: Language,
        /// Where it was asked for.
        command: Option<EventId>,
    },
    /// Takes back what that effect has shown.
    Conceal {
        reveal: EffectId,
    },
    /// Tells the supervisors that an agent wants to look under more masks than it may.
    Alarm {
        chat: ChatId,
        service: ServiceSlug,
        agent: AgentId,
        limit: u32,
    },
    /// Takes what was masked out of the store's own files.
    Scrub,
    /// Who the customer is, as the answer to a command.
    Introduce {
        chat: ChatId,
        command: EventId,
        language: Language,
    },
    MailTranscript {
        mail: MailId,
    },
    /// Tells of tickets, as the answer to a command.
    TellTickets {
        room: Room,
        command: EventId,
        service: ServiceSlug,
        about: AboutTickets,
        language: Language,
    },
    /// Tells an agent that a ticket is its own now.
    TellAssignee {
        service: ServiceSlug,
        ticket: u64,
        agent: AgentId,
        by: AgentId,
    },
    /// Mails a public comment to the customer of the ticket.
    MailReply {
        service: ServiceSlug,
        ticket: u64,
        comment: u64,
    },
    /// Tells the customer by mail that its inquiry has come.
    MailReceipt {
        service: ServiceSlug,
        ticket: u64,
    },
    /// Everybody leaves the portal of a chat that is not kept any more.
    EmptyRoom {
        room: RoomId,
        chat: ChatId,
        service: ServiceSlug,
        customer: CustomerId,
    },
    /// Hides events of the portal of a chat that is erased.
    EraseEvents {
        room: RoomId,
        chat: ChatId,
        service: ServiceSlug,
        customer: CustomerId,
        events: Vec<EventId>,
    },
    /// Takes what is left of a customer who is erased out of the portal, and everybody.
    EmptyErased {
        room: RoomId,
        chat: ChatId,
        service: ServiceSlug,
        customer: CustomerId,
    },
    OpenSpace {
        service: ServiceSlug,
    },
    InviteToSpace {
        service: ServiceSlug,
        agent: AgentId,
    },
    /// Take somebody who holds nothing any more out of the desk room and the space.
    Dismiss {
        service: ServiceSlug,
        agent: AgentId,
    },
    /// Bring the power levels in the service's rooms in line with its permissions.
    Empower {
        service: ServiceSlug,
    },
    /// Name the service's rooms after its present settings.
    NameRooms {
        service: ServiceSlug,
    },
    /// Bring the chat's place in the space in line with its state.
    List {
        chat: ChatId,
    },
    /// Made by a newer release. It is given up, so that it does not stop the others.
    #[serde(other, skip_serializing)]
    Unknown,
}

/// A room of ours, by what it is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Room {
    Portal(ChatId),
    Desk(ServiceSlug),
}

/// What of tickets is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum AboutTickets {
    List {
        numbers: Vec<u64>,
        /// Whether there are others.
        more: bool,
    },
    One {
        number: u64,
    },
    Conversation {
        number: u64,
        /// From 1.
        part: u32,
    },
    /// A subject for a ticket of this chat.
    Subject {
        chat: ChatId,
    },
}

/// A notice of the bot, worded by `texts` when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    CustomerEnded,
    AgentEnded {
        agent: AgentId,
    },
    /// What cannot be shown to customers: a place, a poll.
    NotRelayed,
    /// The service has switched files off.
    NoFiles,
    FileTooLarge {
        max_bytes: u64,
    },
    /// An agent wrote into a chat that is over.
    ChatIsClosed,
    /// The writer is not an agent with permission, so the customer did not get it.
    NotAllowed,
    NewInquiry {
        ticket: u64,
    },
    /// An agent made a ticket of the chat at the console.
    TicketMade {
        agent: AgentId,
        ticket: u64,
    },
    /// The customer has not answered for long and was asked.
    IdleWarning {
        closes_after_s: u64,
    },
    /// It did not answer then either.
    IdleEnded,
    /// It waited long, and its customer is gone.
    Abandoned,
    /// The homeserver will not hide what was masked.
    NotHidden {
        /// The chat's number.
        chat: u64,
    },
    /// The homeserver will not delete a file that was masked.
    NotErased {
        /// The chat's number.
        chat: u64,
    },
    /// What an agent said to other agents, without what a policy hides.
    Aside {
        agent: AgentId,
        text: String,
    },
    /// An agent looked under the masks of a message, or showed everybody what was there.
    Unmasked {
        agent: AgentId,
        undone: bool,
        reason: Option<String>,
    },
    /// The webhook was switched off: its address answers that it is gone.
    WebhookGone {
        number: u64,
    },
    /// The webhook was switched off: nothing got through for a day.
    WebhookEnded {
        number: u64,
    },
    /// The webhook was switched off: too much waited for it.
    WebhookFull {
        number: u64,
    },
    /// The webhook could not be told one event, but others.
    WebhookMissed {
        number: u64,
    },
    Routing(RoutingNotice),
}

/// What happens to who has a chat, told in its portal or in the desk room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum RoutingNotice {
    /// The agent was lost for longer than the grace.
    Lost {
        agent: AgentId,
    },
    Transferred {
        by: AgentId,
        to: Target,
        note: Option<String>,
    },
    TookOver {
        agent: AgentId,
        from: AgentId,
    },
    /// Somebody joined who holds neither `chat` nor `supervise`.
    NotAllowedHere {
        agent: AgentId,
    },
    /// An agent joined a chat that nobody has, and has no free slot.
    Full {
        agent: AgentId,
    },
    /// An agent joined a chat that is for others.
    NotMeant {
        agent: AgentId,
    },
    /// An agent is active, and its client does not show presence.
    Unseen {
        agent: AgentId,
    },
    /// The homeserver has presence switched off.
    PresenceOff,
    PresenceOn,
}

impl Notice {
    /// Whether it holds what an agent has written, which may tell of the customer.
    pub fn is_free(&self) -> bool {
        match self {
            Self::Aside { .. } => true,
            Self::Unmasked { reason, .. } => reason.is_some(),
            Self::Routing(RoutingNotice::Transferred { note, .. }) => note.is_some(),
            _ => false,
        }
    }
}

impl Effect {
    /// Effects of one lane leave one after the other, in order; lanes do not wait for each other.
    pub fn lane(&self) -> String {
        match self {
            Self::OpenPortal { chat }
            | Self::Invite { chat, .. }
            | Self::Announce { chat, .. }
            | Self::Withdraw { chat, .. }
            | Self::Call { chat, .. }
            | Self::Bring { chat, .. }
            | Self::Remove { chat, .. }
            | Self::Say { chat, .. }
            | Self::Notify { chat, .. }
            | Self::Rename { chat }
            | Self::TellRating { chat }
            | Self::Link { chat, .. }
            | Self::SayAs { chat, .. }
            | Self::Replace { chat, .. }
            | Self::Suggest { chat, .. }
            | Self::TakeBack { chat, .. }
            | Self::EraseEvents { chat, .. }
            | Self::EmptyErased { chat, .. }
            | Self::Introduce { chat, .. } => format!("chat:{chat}"),
            // On its own: no message waits for it.
            Self::List { chat } => format!("list:{chat}"),
            Self::OpenDesk { service }
            | Self::OpenSpace { service }
            | Self::InviteToSpace { service, .. }
            | Self::Dismiss { service, .. }
            | Self::Empower { service }
            | Self::NameRooms { service }
            | Self::InviteToDesk { service, .. }
            | Self::Alarm { service, .. }
            | Self::NotifyDesk { service, .. } => {
                format!("desk:{service}")
            }
            Self::Answer { room, .. }
            | Self::Tick { room, .. }
            | Self::Redact { room, .. }
            | Self::TellTickets { room, .. } => match room {
                Room::Portal(chat) => format!("chat:{chat}"),
                Room::Desk(service) => format!("desk:{service}"),
            },
            // On its own: no message waits for it.
            Self::EraseMedia { .. } => "media".into(),
            // No chat waits for a person to be found, and nobody for another.
            Self::Reveal { to, .. } => format!("reveal:{to}"),
            Self::TellAssignee { agent, .. } => format!("assignee:{agent}"),
            Self::Conceal { reveal } => format!("conceal:{reveal}"),
            Self::Scrub => "scrub".into(),
            Self::MailTranscript { mail } => mail_lane(mail.as_str()),
            Self::MailReply { ticket, .. } | Self::MailReceipt { ticket, .. } => {
                mail_lane(&ticket.to_string())
            }
            Self::EmptyRoom { .. } => "retention".into(),
            Self::Unknown => "unknown".into(),
        }
    }

    /// Whether it goes behind the others of its lane when it has to wait: their order means
    /// nothing, and one address, room or file that is in trouble must not hold up the rest.
    pub fn gives_way(&self) -> bool {
        matches!(
            self,
            Self::MailTranscript { .. }
                | Self::MailReply { .. }
                | Self::MailReceipt { .. }
                | Self::EmptyRoom { .. }
                | Self::EraseMedia { .. }
        )
    }

    /// Whether a repeat does no harm however late it comes: it sends no message.
    pub fn keeps(&self) -> bool {
        matches!(
            self,
            Self::EmptyRoom { .. }
                | Self::EraseEvents { .. }
                | Self::EmptyErased { .. }
                | Self::Replace { .. }
                | Self::Redact { .. }
                | Self::TakeBack { .. }
                | Self::EraseMedia { .. }
                | Self::Conceal { .. }
                | Self::Scrub
        )
    }
}

/// What the lanes of mails begin with.
pub(crate) const MAIL: &str = "mail:";

/// One of a few, so that mails which wait for a mail server are never in the way of chats.
fn mail_lane(mail: &str) -> String {
    let last = mail.bytes().last().unwrap_or_default();
    format!("{MAIL}{}", last % 4)
}

/// An effect in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    pub id: EffectId,
    pub effect: Effect,
    pub created_at: Timestamp,
}
