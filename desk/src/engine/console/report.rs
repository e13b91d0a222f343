//! The report, with what its plots show.

use std::time::Duration;

use super::{ConsoleError, Engine, Session, supervises};
use crate::{
    ids::ServiceSlug,
    report::{Days, MAX_CHATS, Report, midnight},
};

const DAY: Duration = Duration::from_secs(24 * 3600);

pub struct ReportView {
    pub report: Report,
    pub days: Days,
    /// Of the time zone by whose days it counts.
    pub zone: String,
    /// Whether there were more chats than are counted.
    pub capped: bool,
}

impl Engine {
    /// Of so many days, today among them.
    pub async fn console_report(
        &self,
        session: &Session,
        slug: &ServiceSlug,
        days: u32,
    ) -> Result<ReportView, ConsoleError> {
        let (service, held) = self.console_service(session, slug).await?;
        if !supervises(&held) || session.is_of_one_chat() {
            return Err(ConsoleError::Missing);
        }
        let zone = service.settings.zone();
        let now = self.clock.now();
        let first = midnight(&zone, now - DAY * days.saturating_sub(1));
        let figures = self.store.figures(slug, first, MAX_CHATS).await?;
        Ok(ReportView {
            report: Report::of(&figures),
            days: Days::of(&figures, &zone, (first, now)),
            zone: name(&zone),
            capped: u32::try_from(figures.len()).unwrap_or(u32::MAX) >= MAX_CHATS,
        })
    }
}

fn name(zone: &jiff::tz::TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}
