//! The audit log and the report, for programs.

use std::time::Duration;

use axum::{Json, extract::State};
use desk::{audit::AuditQuery, ids::AgentId, refusal::Refusal, report::Report};

use super::{Keyed, limit, moment, page};
use crate::{
    body::Filtered,
    error::ApiError,
    key::{ReadsAudit, ReadsReport},
    limits::KeyName,
    web::Web,
    wire::{
        Problem,
        admin::{AuditFilter, AuditPage, Figures, ReportSpan},
    },
};

const LONGEST: usize = 200;
const USUAL_DAYS: u32 = 7;
const MOST_DAYS: u32 = 90;
const DAY: Duration = Duration::from_secs(24 * 3600);
/// The most chats a report counts.
const CHATS: u32 = 50_000;

/// `GET /api/v1/admin/audit`
#[utoipa::path(
    get,
    path = "/admin/audit",
    operation_id = "admin_audit",
    params(AuditFilter),
    security(("api_key" = ["audit:read"])),
    responses(
        (status = 200, body = AuditPage, description = "the newest first"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 422, body = Problem, description = "invalid"),
        Keyed,
    )
)]
pub async fn list(
    State(web): State<Web>,
    ReadsAudit(holder): ReadsAudit,
    Filtered(filter): Filtered<AuditFilter>,
) -> Result<Json<AuditPage>, ApiError> {
    let limit = limit(filter.limit)?;
    if filter.word.as_deref().unwrap_or_default().chars().count() > LONGEST {
        return Err(Refusal::invalid("word", format!("at most {LONGEST} characters")).into());
    }
    let query = AuditQuery {
        service: holder.service().clone(),
        person: filter.who.map(AgentId::new),
        about: None,
        word: filter.word,
        since: moment("since", filter.since.as_deref())?,
        limit: limit + 1,
    };
    let store = web.engine.store();
    let found = store.audit_page(&query, filter.before).await?;
    let (found, more) = page(found, limit);
    Ok(Json(AuditPage {
        entries: found.into_iter().map(Into::into).collect(),
        more,
    }))
}

/// `GET /api/v1/admin/report`
#[utoipa::path(
    get,
    path = "/admin/report",
    operation_id = "admin_report",
    params(ReportSpan),
    security(("api_key" = ["report:read"])),
    responses(
        (status = 200, body = Figures, description = "of the chats started in these days"),
        (status = 400, body = Problem, description = "malformed"),
        (status = 422, body = Problem, description = "invalid"),
        Keyed,
    )
)]
pub async fn report(
    State(web): State<Web>,
    ReadsReport(holder): ReadsReport,
    Filtered(span): Filtered<ReportSpan>,
) -> Result<Json<Figures>, ApiError> {
    let days = span.days.unwrap_or(USUAL_DAYS);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Refusal::invalid("days", format!("1 to {MOST_DAYS}")).into());
    }
    web.gates.heavy.pass(&KeyName::of(&holder))?;
    let since = web.engine.clock().now() - DAY * days;
    let store = web.engine.store();
    let figures = store.figures(holder.service(), since, CHATS).await?;
    Ok(Json(Figures::new(days, Report::of(&figures))))
}
