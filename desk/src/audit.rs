//! The audit log: who changed what, and who was refused what.

use crate::ids::{AgentId, ServiceSlug, Timestamp};

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
