//! The expected "no", told to whoever asked.

use crate::{
    ids::{AgentId, Timestamp},
    ports::StoreError,
};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no help center of this name")]
    NoSuchService,
    #[error("there is no such chat, or this visitor token is not for it")]
    NoSuchChat,
    #[error("chat is switched off for this help center; leave an inquiry instead")]
    ChatDisabled,
    #[error("{}", outside_hours(*opens))]
    OutsideHours { opens: Option<Timestamp> },
    #[error("inquiries are switched off for this help center")]
    ContactDisabled,
    #[error(
        "consent to the privacy policy is required: send {{\"consent\": {{\"version\": \"{version}\"}}}}"
    )]
    ConsentRequired { version: String },
    #[error("the privacy policy has changed: show and send version {version}")]
    ConsentOutdated { version: String },
    #[error("no agents are available right now; leave an inquiry instead")]
    AgentsAbsent,
    #[error("this chat is closed; start a new one")]
    ChatClosed,
    #[error("this chat cannot be rated, or not any more")]
    RatingClosed,
    #[error("mail is switched off here; download the transcript instead")]
    MailDisabled,
    #[error("this transcript was mailed often enough; download it instead")]
    MailsSpent,
    #[error("this address has sent many inquiries lately; try again in an hour")]
    TooManyInquiries,
    /// Never quotes the identity.
    #[error("the identity is not accepted: {why}")]
    IdentityInvalid { why: &'static str },
    #[error("this person has no open chat; start one")]
    NoOpenChat,
    #[error("{0} has this chat")]
    HeldBy(AgentId),
    #[error("this chat is offered to nobody")]
    NotOffered,
    #[error("files are switched off for this help center")]
    AttachmentsDisabled,
    #[error("a file can have at most {max_bytes} bytes")]
    FileTooLarge { max_bytes: u64 },
    #[error("this kind of file is not taken; what is: {}", .types.join(", "))]
    UnsupportedType { types: Vec<String> },
    #[error("too many files wait to be delivered; try again later")]
    TooMuchWaits,
    #[error("there is no such {0}")]
    NoSuch(&'static str),
    /// A value that was sent is not acceptable; `why` says what would be.
    #[error("{field}: {why}")]
    Invalid { field: String, why: String },
}

fn outside_hours(opens: Option<Timestamp>) -> String {
    match opens {
        Some(opens) => format!(
            "chat is closed at this hour and opens at {}; leave an inquiry instead",
            opens.to_rfc3339()
        ),
        None => "chat is closed at this hour; leave an inquiry instead".into(),
    }
}

impl Refusal {
    pub fn invalid(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Invalid {
            field: field.into(),
            why: why.into(),
        }
    }
}

/// Why a command to the desk had no effect.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}
