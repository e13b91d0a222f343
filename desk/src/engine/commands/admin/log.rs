//! `!audit`.

use std::time::Duration;

use crate::{
    audit::AuditQuery,
    ids::{AgentId, Timestamp},
    ports::StoreError,
    service::Service,
    texts::admin as texts,
};

use super::super::{super::Work, Asker};

const USUAL: u32 = 10;
const MOST: u32 = 50;

impl Work<'_> {
    pub(super) async fn audit_log(
        &mut self,
        asker: &Asker,
        service: &Service,
        words: &[String],
    ) -> Result<String, StoreError> {
        let mut query = AuditQuery {
            service: service.slug.clone(),
            person: None,
            about: None,
            word: None,
            since: None,
            limit: USUAL,
        };
        let mut words = words.iter().map(String::as_str);
        while let Some(word) = words.next() {
            if let Ok(count) = word.parse::<u32>() {
                query.limit = count.clamp(1, MOST);
            } else if word.starts_with('@') {
                query.person = Some(
                    self.resolve(service, word)
                        .await?
                        .unwrap_or_else(|| AgentId::new(word)),
                );
            } else if word.eq_ignore_ascii_case("since") {
                let span = words.next().unwrap_or_default();
                let Some(since) = before(self.now, span) else {
                    return Ok(texts::wrong_audit(asker.language, span));
                };
                query.since = Some(since);
            } else {
                query.word = Some(word.to_owned());
            }
        }
        let entries = self.tx.audit(&query).await?;
        let zone = service.settings.zone();
        Ok(texts::audit(asker.language, &entries, &zone))
    }
}

/// `30m`, `12h`, `7d`, `2w` ago.
fn before(now: Timestamp, span: &str) -> Option<Timestamp> {
    let unit = span.chars().last()?;
    let count: u32 = span.strip_suffix(unit)?.parse().ok()?;
    let minutes = match unit {
        'm' => 1,
        'h' => 60,
        'd' => 24 * 60,
        'w' => 7 * 24 * 60,
        _ => return None,
    };
    let span = Duration::from_secs(u64::from(count) * minutes * 60);
    let millis = i64::try_from(span.as_millis()).ok()?;
    Some(Timestamp::from_millis(
        now.as_millis().saturating_sub(millis),
    ))
}
