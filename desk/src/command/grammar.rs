//! Every command people type to the bot, once: parsing, `!help` and the suggestions all come from
//! these definitions. `after_help` is the example that mistakes are answered with.

use clap::{Parser, Subcommand};
use serde::{Deserialize, Serialize};

use crate::{
    agent::ChatStatus,
    permission::Permission,
    service::{Basis, Mode, Strategy},
    ticket::Field,
};

use super::values::{chat_number, hook_number, number, small_number, ticket_number};

#[derive(Parser)]
#[command(
    name = "!",
    multicall = true,
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true
)]
pub(super) struct Line {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
#[command(disable_help_flag = true, disable_help_subcommand = true)]
pub enum Command {
    /// This list, or one command in full
    #[command(after_help = "!help transfer")]
    Help { topic: Vec<String> },
    /// The language of my answers to you
    #[command(after_help = "!lang ko")]
    Lang { language: Option<Language> },

    /// Whether you are given chats; sets your chat status
    #[command(after_help = "!status away")]
    Status { status: Option<ChatStatus> },
    /// Be given chats
    #[command(after_help = "!online")]
    Online,
    /// Keep your chats and be given no new ones for a while
    #[command(after_help = "!away")]
    Away,
    /// Be given no chats
    #[command(after_help = "!offline")]
    Offline,

    /// Your chats; for supervisors, all of the help center
    #[command(after_help = "!chats")]
    Chats,
    /// The waiting chats, the oldest first
    #[command(after_help = "!queue")]
    Queue,
    /// Take a waiting chat: the one named, or the one that waits longest
    #[command(after_help = "!take 17")]
    Take {
        #[arg(value_parser = chat_number)]
        chat: Option<u64>,
    },
    /// Why an agent got a chat, and why others did not
    #[command(after_help = "!why 17")]
    Why {
        #[arg(value_parser = chat_number)]
        chat: Option<u64>,
    },
    /// Give back the chat that is offered to you
    #[command(after_help = "!decline")]
    Decline,
    /// Hand this chat to an agent or a group, with a note only agents see
    #[command(after_help = "!transfer @bela knows about refunds")]
    Transfer {
        /// @agent or #group
        to: String,
        note: Option<String>,
    },
    /// Bring another agent into this chat
    #[command(after_help = "!invite @bela")]
    Invite { agent: String },
    /// End this chat
    #[command(after_help = "!close answered")]
    Close { reason: Option<String> },
    /// Ask the customer for a rating now
    #[command(after_help = "!rate")]
    Rate,
    /// A note only agents see
    #[command(after_help = "!note asked for a refund before")]
    Note { text: String },
    /// Who this customer is: details, page, earlier chats, tickets
    #[command(after_help = "!customer")]
    Customer,
    /// Send a prepared answer, or list them; admins also add and remove them
    #[command(after_help = "!canned hours")]
    Canned {
        /// The name of the answer; `add` or `remove` before it, and a text behind it, to change them
        words: Vec<String>,
    },

    /// Hide personal data for everybody, in reply to the message: what I find, the text you name, or `all`
    #[command(after_help = "!mask")]
    Mask {
        /// A text of the message (your command is deleted at once), or all
        text: Option<String>,
    },
    /// See what is under the masks of a message, for a minute and you alone; `undo` shows it to everybody
    #[command(after_help = "!unmask the customer asked for it")]
    Unmask {
        /// `undo`, and why
        reason: Option<String>,
    },
    /// The masks in this chat
    #[command(after_help = "!masks")]
    Masks,

    /// Make a ticket of this chat; without a subject I propose one
    #[command(
        subcommand,
        after_help = "!ticket Cannot log in --priority high --assignee @bela --tag billing --desc since the update"
    )]
    Ticket(TicketCommand),
    /// Tickets to be done, or those you look for
    #[command(after_help = "!tickets mine #billing")]
    Tickets {
        /// open, pending, solved, closed, all, mine, #tag, and words to look for; in any order
        words: Vec<String>,
    },

    /// Watch a chat without being its agent (join the room to see it)
    #[command(after_help = "!watch 17")]
    Watch {
        #[arg(value_parser = chat_number)]
        chat: u64,
    },
    /// Give a chat to an agent
    #[command(after_help = "!assign 17 @bela")]
    Assign {
        #[arg(value_parser = chat_number)]
        chat: u64,
        agent: String,
    },
    /// Chats, waits, first answers and ratings, by agent
    #[command(after_help = "!report 7d")]
    Report {
        /// today, or a number of days such as 7d
        span: Option<String>,
    },

    /// Help centers: list them, make one, choose which your commands are about
    #[command(subcommand, after_help = "!service use acme")]
    Service(ServiceCommand),
    /// The contract's switches
    #[command(after_help = "!contract chat on")]
    Contract {
        which: Option<ContractSwitch>,
        switch: Option<Switch>,
    },
    /// The help center's switches and settings; without a value they are shown
    #[command(subcommand, after_help = "!helpcenter chat off")]
    Helpcenter(HelpcenterCommand),
    /// How chats are given to agents
    #[command(subcommand, after_help = "!routing strategy round-robin")]
    Routing(RoutingCommand),
    /// What personal data is hidden by itself, and how; a kind with off, suggest or mask
    #[command(after_help = "!masking card mask")]
    Masking {
        #[command(subcommand)]
        part: Option<MaskingCommand>,
        /// A kind of data, or all
        kind: Option<String>,
        /// off, suggest (agents are told, and mask it with one click) or mask (before it is stored or sent)
        policy: Option<String>,
    },
    /// How many days closed chats are kept
    #[command(after_help = "!retention 90")]
    Retention {
        /// 1 to 3650, or off
        days: Option<String>,
    },
    /// Agents and their permissions
    #[command(subcommand, after_help = "!agent grant @bela chat")]
    Agent(AgentCommand),
    /// Keys with which programs use the admin API
    #[command(
        subcommand,
        after_help = "!apikey create crm --scope tickets:read --ip 192.0.2.0/24 --days 90"
    )]
    Apikey(ApikeyCommand),
    /// Addresses that are told what happens
    #[command(
        subcommand,
        after_help = "!webhook add https://example.org/hook chat.closed ticket.created"
    )]
    Webhook(WebhookCommand),
    /// Who changed what, and who was refused what
    #[command(after_help = "!audit @bela since 7d")]
    Audit {
        /// A number of entries, @who, a word to look for, since 7d; in any order
        words: Vec<String>,
    },
    /// Whether everything works together as it should
    #[command(after_help = "!doctor")]
    Doctor,
    /// A link that opens the console once, for you alone; `end` closes all you have open
    #[command(after_help = "!console")]
    Console { end: Option<ConsoleEnd> },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ConsoleEnd {
    End,
}

#[derive(Clone, PartialEq, Eq, Subcommand)]
pub enum TicketCommand {
    /// Make a ticket; `new` may be left out
    #[command(after_help = "!ticket new Cannot log in --priority high")]
    New {
        /// The subject, --priority low to urgent, --assignee @agent, --tag word, --desc text; more lines are the description
        wish: Option<String>,
    },
    /// A ticket with its comments
    #[command(after_help = "!ticket show 12")]
    Show {
        #[arg(value_parser = ticket_number)]
        number: u64,
    },
    /// Change a ticket
    #[command(after_help = "!ticket set 12 status solved")]
    Set {
        #[arg(value_parser = ticket_number)]
        number: u64,
        field: Field,
        /// open, pending, solved, closed; low, normal, high, urgent; @agent, me or none; add or remove and a tag; a subject
        value: String,
    },
    /// Comment a ticket; customers do not see it
    #[command(after_help = "!ticket comment 12 asked the bank")]
    Comment {
        #[arg(value_parser = ticket_number)]
        number: u64,
        text: String,
    },
    /// Answer the customer by mail
    #[command(after_help = "!ticket reply 12 Your refund is on its way.")]
    Reply {
        #[arg(value_parser = ticket_number)]
        number: u64,
        text: String,
    },
    /// The conversation of a ticket
    #[command(after_help = "!ticket history 12")]
    History {
        #[arg(value_parser = ticket_number)]
        number: u64,
        /// Which part, when it is long
        #[arg(value_parser = small_number::<1, 100_000>)]
        part: Option<u32>,
    },
}

impl std::fmt::Debug for TicketCommand {
    /// Without what was written.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::New { .. } => f.write_str("New"),
            Self::Show { number } => write!(f, "Show {number}"),
            Self::Set { number, field, .. } => write!(f, "Set {number} {field}"),
            Self::Comment { number, .. } => write!(f, "Comment {number}"),
            Self::Reply { number, .. } => write!(f, "Reply {number}"),
            Self::History { number, .. } => write!(f, "History {number}"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum ServiceCommand {
    /// All help centers
    #[command(after_help = "!service list")]
    List,
    /// Make a help center
    #[command(after_help = "!service create acme \"Acme Help\"")]
    Create { slug: String, name: String },
    /// Your commands are about this help center from now on
    #[command(after_help = "!service use acme")]
    Use { slug: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum HelpcenterCommand {
    /// All settings as they are
    #[command(after_help = "!helpcenter show")]
    Show,
    /// Whether chat is offered
    #[command(after_help = "!helpcenter chat off")]
    Chat { switch: Option<Switch> },
    /// Whether Contact Us is offered
    #[command(after_help = "!helpcenter contact on")]
    Contact { switch: Option<Switch> },
    /// Web pages that may show the widget
    #[command(after_help = "!helpcenter origins add https://help.example.org")]
    Origins {
        #[command(subcommand)]
        change: Option<OriginsCommand>,
    },
    /// When chat is open, in a time zone
    #[command(after_help = "!helpcenter hours mon-fri 09:00-18:00 Asia/Seoul")]
    Hours {
        /// days, times and a time zone; add days times; holidays add 2026-12-25; off
        words: Vec<String>,
    },
    /// The privacy policy customers agree to
    #[command(after_help = "!helpcenter consent text We keep what you write for 30 days.")]
    Consent {
        #[command(subcommand)]
        change: Option<ConsentCommand>,
    },
    /// The first words of a chat
    #[command(after_help = "!helpcenter greeting Hello! How can we help?")]
    Greeting {
        /// The words, or off
        text: Option<String>,
    },
    /// Questions asked before a chat
    #[command(after_help = "!helpcenter fields add topic \"What is it about?\" required")]
    Fields {
        #[command(subcommand)]
        change: Option<FieldsCommand>,
    },
    /// How the widget looks
    #[command(after_help = "!helpcenter theme accent #2563eb")]
    Theme {
        #[command(subcommand)]
        change: Option<ThemeCommand>,
    },
    /// Whether customers are asked for a rating
    #[command(after_help = "!helpcenter rating on")]
    Rating { switch: Option<Switch> },
    /// When a silent chat is warned and closed
    #[command(after_help = "!helpcenter idle warn 15")]
    Idle {
        #[command(subcommand)]
        change: Option<IdleCommand>,
    },
    /// Files and images
    #[command(after_help = "!helpcenter attachments size 10")]
    Attachments {
        #[command(subcommand)]
        change: Option<AttachmentsCommand>,
    },
    /// Keys with which your pages sign who their visitor is
    #[command(after_help = "!helpcenter identity add main HS256 <secret in base64>")]
    Identity {
        #[command(subcommand)]
        change: Option<IdentityCommand>,
    },
    /// The language of what I say in the rooms of the help center
    #[command(after_help = "!helpcenter language ko")]
    Language { language: Option<Language> },
    /// The name customers read
    #[command(after_help = "!helpcenter name \"Acme Help\"")]
    Name { name: Option<String> },
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum OriginsCommand {
    /// The origins as they are
    #[command(after_help = "!helpcenter origins list")]
    List,
    /// Let pages of this origin show the widget
    #[command(after_help = "!helpcenter origins add https://help.example.org")]
    Add { origin: String },
    /// No longer let them
    #[command(after_help = "!helpcenter origins remove https://help.example.org")]
    Remove { origin: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum ConsentCommand {
    /// The words; a new text is a new version, and customers are asked again
    #[command(after_help = "!helpcenter consent text We keep what you write for 30 days.")]
    Text { text: String },
    /// Where the whole policy stands
    #[command(after_help = "!helpcenter consent url https://example.org/privacy")]
    Url {
        /// A web address, or off
        url: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum FieldsCommand {
    /// The questions as they are
    #[command(after_help = "!helpcenter fields list")]
    List,
    /// Ask one more; the answer to `topic` stands in the room's name
    #[command(after_help = "!helpcenter fields add topic \"What is it about?\" required")]
    Add {
        /// Lower-case letters, digits, - and _
        name: String,
        /// What customers read
        label: String,
        required: Option<Required>,
    },
    /// Ask one fewer
    #[command(after_help = "!helpcenter fields remove topic")]
    Remove { name: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Required {
    Required,
    Optional,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum ThemeCommand {
    /// The colour of buttons and bubbles
    #[command(after_help = "!helpcenter theme accent #2563eb")]
    Accent {
        /// #rrggbb, or off
        colour: String,
    },
    /// The corner in which the launcher stands
    #[command(after_help = "!helpcenter theme position left")]
    Position { position: Side },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Side {
    Left,
    Right,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum IdleCommand {
    /// After how many minutes without a word the customer is asked
    #[command(after_help = "!helpcenter idle warn 15")]
    Warn {
        #[arg(value_parser = number::<1, 1440>)]
        minutes: u64,
    },
    /// How many minutes after that the chat is closed; 0: never by itself
    #[command(after_help = "!helpcenter idle close 5")]
    Close {
        #[arg(value_parser = number::<0, 1440>)]
        minutes: u64,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum AttachmentsCommand {
    /// Let customers send files
    #[command(after_help = "!helpcenter attachments on")]
    On,
    /// Let them send none
    #[command(after_help = "!helpcenter attachments off")]
    Off,
    /// The largest file, in megabytes
    #[command(after_help = "!helpcenter attachments size 10")]
    Size {
        #[arg(value_parser = number::<1, 100>)]
        megabytes: u64,
    },
    /// How many files in one chat
    #[command(after_help = "!helpcenter attachments count 20")]
    Count {
        #[arg(value_parser = small_number::<1, 1000>)]
        count: u32,
    },
    /// The content types that are taken
    #[command(after_help = "!helpcenter attachments types image/png image/jpeg application/pdf")]
    Types {
        #[arg(required = true)]
        types: Vec<String>,
    },
}

#[derive(Clone, PartialEq, Eq, Subcommand)]
pub enum IdentityCommand {
    /// The keys by name
    #[command(after_help = "!helpcenter identity list")]
    List,
    /// One more key; two at a time let you change them
    #[command(after_help = "!helpcenter identity add main HS256 <secret in base64>")]
    Add {
        /// The `kid` of the JWT
        name: String,
        algorithm: Algorithm,
        /// For HS256 at least 32 bytes in base64; for EdDSA the public key (base64 or PEM)
        key: String,
    },
    /// What it has signed counts no more
    #[command(after_help = "!helpcenter identity remove main")]
    Remove { name: String },
}

impl std::fmt::Debug for IdentityCommand {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::List => f.write_str("List"),
            Self::Add { name, .. } => write!(f, "Add {name}"),
            Self::Remove { name } => write!(f, "Remove {name}"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Algorithm {
    #[value(name = "HS256")]
    Hs256,
    #[value(name = "EdDSA")]
    EdDsa,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ContractSwitch {
    Chat,
    Security,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum RoutingCommand {
    /// The routing settings as they are
    #[command(after_help = "!routing show")]
    Show,
    /// Who is next
    #[command(after_help = "!routing strategy least-loaded")]
    Strategy { strategy: Strategy },
    /// Whether chats are offered one by one, or claimed
    #[command(after_help = "!routing mode claim")]
    Mode { mode: Mode },
    /// How many chats an agent takes at once
    #[command(after_help = "!routing capacity 3")]
    Capacity {
        #[arg(value_parser = small_number::<1, 1000>)]
        capacity: u32,
    },
    /// How long an offer waits, in seconds
    #[command(after_help = "!routing accept-timeout 45")]
    AcceptTimeout {
        #[arg(value_parser = number::<1, 3600>)]
        seconds: u64,
    },
    /// How long an agent that loses presence keeps its chats, in seconds
    #[command(after_help = "!routing grace 120")]
    Grace {
        #[arg(value_parser = number::<0, 86400>)]
        seconds: u64,
    },
    /// Whether the agent who last talked with a customer comes first
    #[command(after_help = "!routing prefer-recent on")]
    PreferRecent { switch: Switch },
    /// What counts as being there
    #[command(after_help = "!routing presence activity")]
    Presence { basis: Basis },
}

#[derive(Clone, PartialEq, Eq, Subcommand)]
pub enum MaskingCommand {
    /// The masking settings as they are
    #[command(after_help = "!masking show")]
    Show,
    /// Patterns of your own: what they find is a kind `custom:<name>`
    #[command(
        subcommand,
        after_help = "!masking pattern add staff_no \\bE-\\d{6}\\b"
    )]
    Pattern(PatternCommand),
    /// Whether spaces and punctuation inside masked numbers stay readable
    #[command(after_help = "!masking separators hide")]
    Separators { separators: Separators },
    /// How long a number may be on its way in parts, in seconds; 0: each message is looked at alone
    #[command(after_help = "!masking window 120")]
    Window {
        #[arg(value_parser = number::<0, 3600>)]
        seconds: u64,
    },
    /// How many messages an agent may look into within an hour
    #[command(after_help = "!masking limit 20")]
    Limit {
        #[arg(value_parser = small_number::<1, 1000>)]
        limit: u32,
    },
    /// What would be found in a text, without keeping it; delete what you typed afterwards
    #[command(after_help = "!masking test my card is 4111 1111 1111 1111")]
    Test { text: String },
}

impl std::fmt::Debug for MaskingCommand {
    /// Without the text that is tried.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Show => f.write_str("Show"),
            Self::Pattern(command) => command.fmt(f),
            Self::Separators { separators } => separators.fmt(f),
            Self::Window { seconds } => write!(f, "Window {seconds}"),
            Self::Limit { limit } => write!(f, "Limit {limit}"),
            Self::Test { .. } => f.write_str("Test"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum PatternCommand {
    /// Your patterns
    #[command(after_help = "!masking pattern list")]
    List,
    /// Add a pattern, or replace the one of this name
    #[command(after_help = "!masking pattern add staff_no \\bE-\\d{6}\\b")]
    Add {
        /// a to z, 0 to 9 and _
        name: String,
        /// A regular expression of the Rust crate regex
        regex: String,
    },
    /// Take a pattern out, with its policy
    #[command(after_help = "!masking pattern remove staff_no")]
    Remove { name: String },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Separators {
    /// `010-1234-5678` becomes `***-****-****`.
    Keep,
    Hide,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum AgentCommand {
    /// The agents of the help center
    #[command(after_help = "!agent list")]
    List,
    /// Give permissions: chat, mask, unmask, ticket, supervise, admin
    #[command(after_help = "!agent grant @bela chat mask")]
    Grant {
        agent: String,
        #[arg(required = true)]
        permissions: Vec<Permission>,
    },
    /// Take permissions; without any named, all
    #[command(after_help = "!agent revoke @bela mask")]
    Revoke {
        agent: String,
        permissions: Vec<Permission>,
    },
    /// How many chats the agent takes at once
    #[command(after_help = "!agent capacity @bela 5")]
    Capacity {
        agent: String,
        #[arg(value_parser = small_number::<1, 1000>)]
        capacity: u32,
    },
    /// The name customers see
    #[command(after_help = "!agent name @bela \"Bela from Support\"")]
    Name { agent: String, name: String },
    /// Groups the agent is in, for transfers; `none` for none
    #[command(after_help = "!agent group @bela billing")]
    Group {
        agent: String,
        #[arg(required = true)]
        groups: Vec<String>,
    },
}

#[derive(Clone, PartialEq, Eq, Subcommand)]
pub enum WebhookCommand {
    /// The webhooks, and how it goes with them
    #[command(after_help = "!webhook list")]
    List,
    /// Tell this address; the secret that signs what is sent is shown once
    #[command(after_help = "!webhook add https://example.org/hook chat.closed ticket.created")]
    Add {
        /// Begins with https://
        url: String,
        /// chat.started, chat.accepted, chat.transferred, chat.closed, chat.rated, ticket.created, ticket.updated, ticket.commented, customer.erased; without any, all
        events: Vec<String>,
    },
    /// Tell it nothing any more
    #[command(after_help = "!webhook remove 1")]
    Remove {
        #[arg(value_parser = hook_number)]
        number: u64,
    },
    /// Send it a test
    #[command(after_help = "!webhook test 1")]
    Test {
        #[arg(value_parser = hook_number)]
        number: u64,
    },
    /// A new secret; one that was switched off is on again
    #[command(after_help = "!webhook rotate 1")]
    Rotate {
        #[arg(value_parser = hook_number)]
        number: u64,
    },
}

impl std::fmt::Debug for WebhookCommand {
    /// Without the address, of which a part may be a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::List => f.write_str("List"),
            Self::Add { .. } => f.write_str("Add"),
            Self::Remove { number } => write!(f, "Remove {number}"),
            Self::Test { number } => write!(f, "Test {number}"),
            Self::Rotate { number } => write!(f, "Rotate {number}"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum ApikeyCommand {
    /// The keys: what they may, from where, until when, when last used
    #[command(after_help = "!apikey list")]
    List,
    /// Make a key; it is shown once
    #[command(
        after_help = "!apikey create crm --scope tickets:read tickets:write --ip 192.0.2.0/24 --days 90"
    )]
    Create {
        name: String,
        /// --scope and what it may (without it: read tickets, chats, agents, the report), --ip and addresses or networks, --days until it ends (365)
        options: Vec<String>,
    },
    /// What this key opened is closed at once
    #[command(after_help = "!apikey revoke crm")]
    Revoke {
        /// Its name or number
        key: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
    On,
    Off,
}

impl Switch {
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    #[default]
    En,
    Ko,
}

impl Language {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ko => "ko",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "en" => Some(Self::En),
            "ko" => Some(Self::Ko),
            _ => None,
        }
    }
}
