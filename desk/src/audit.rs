//! The audit log: who changed what, and who was refused what.

use crate::ids::{AgentId, ServiceSlug, Timestamp};

/// What somebody looks for in the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditQuery {
    /// What concerns the installation is always found.
    pub service: ServiceSlug,
    /// Who did it, or to whom it was done.
    pub person: Option<AgentId>,
    /// What it was about, as in `chat 17`; with more behind it, too.
    pub about: Option<String>,
    /// Stands somewhere in what was done, to whom, or the values.
    pub word: Option<String>,
    pub since: Option<Timestamp>,
    pub limit: u32,
}

/// One line of the audit log. Never holds what customers wrote, nor keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    pub at: Timestamp,
    /// `None`: concerns the installation.
    pub service: Option<ServiceSlug>,
    pub actor: AgentId,
    /// What was done, as in `agent.grant`, `helpcenter.chat`, `denied`.
    pub what: String,
    /// To whom or what.
    pub subject: Option<String>,
    pub old: Option<String>,
    pub new: Option<String>,
}
