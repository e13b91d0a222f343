//! The report.

use axum::{Json, extract::State};
use desk::{ids::ServiceSlug, refusal::Refusal};

use super::{
    sitting::Sitting,
    wire::{ReportOf, Span},
};
use crate::{
    body::{Asked, At},
    error::ApiError,
    web::Web,
};

/// How many days a report has at most.
const MOST: u32 = 90;

/// `GET /api/v1/console/services/{service}/report`
pub async fn show(
    State(web): State<Web>,
    sitting: Sitting,
    At(service): At<String>,
    Asked(span): Asked<Span>,
) -> Result<Json<ReportOf>, ApiError> {
    if !(1..=MOST).contains(&span.days) {
        return Err(Refusal::invalid("days", format!("1 to {MOST}")).into());
    }
    web.gates.reports.pass(&sitting.session.person)?;
    let slug = ServiceSlug::new(service);
    let report = web
        .engine
        .console_report(&sitting.session, &slug, span.days)
        .await?;
    Ok(Json(ReportOf::new(span.days, report)))
}
