//! `!masking`: what a service hides by itself.

use crate::{
    command::{MaskingCommand, PatternCommand},
    masking::{Kind, Kinds, Span, Spans, mask},
    ports::StoreError,
    service::{Change, Policy, Service, WrongValue, means_all},
    texts::{admin, masking as texts},
};

use super::super::{super::Work, Asker};

/// What an admin types behind `!masking`.
pub(super) struct Typed {
    pub part: Option<MaskingCommand>,
    pub kind: Option<String>,
    pub policy: Option<String>,
}

impl Typed {
    fn change(&self, service: &mut Service) -> Result<Option<Change>, WrongValue> {
        match (&self.part, &self.kind) {
            (Some(command), _) => service.change_masking(command),
            (None, kind) => {
                let policy = self.policy.as_deref().unwrap_or_default();
                service.change_policy(kind.as_deref().unwrap_or_default(), policy)
            }
        }
    }

    fn example(&self) -> String {
        let pattern = matches!(self.part, Some(MaskingCommand::Pattern(_)));
        let path: &[&str] = match pattern {
            true => &["masking", "pattern"],
            false => &["masking"],
        };
        crate::command::example(path)
    }
}

impl Work<'_> {
    pub(super) async fn masking(
        &mut self,
        asker: &Asker,
        mut service: Service,
        typed: Typed,
    ) -> Result<String, StoreError> {
        let language = asker.language;
        if let Some(words) = self.masking_shown(asker, &service, &typed) {
            return Ok(words);
        }
        let change = match typed.change(&mut service) {
            Ok(Some(change)) => change,
            Ok(None) => return Ok(admin::as_before(language, &texts::short_settings(&service))),
            Err(wrong) => return Ok(admin::wrong_value(language, &wrong, &typed.example())),
        };
        let done = self.keep(asker, &service, &change).await?;
        Ok(match service.settings.contract_security {
            true => done,
            false => format!("{done}\n{}", texts::security_off(language)),
        })
    }

    /// What changes nothing.
    fn masking_shown(&self, asker: &Asker, service: &Service, typed: &Typed) -> Option<String> {
        let language = asker.language;
        match (&typed.part, typed.kind.as_deref(), &typed.policy) {
            (Some(MaskingCommand::Test { text }), ..) => Some(self.try_text(asker, service, text)),
            (Some(MaskingCommand::Pattern(PatternCommand::List)), ..) => {
                Some(texts::patterns(service))
            }
            (Some(MaskingCommand::Show), ..) | (None, None, _) => {
                Some(texts::settings(language, service))
            }
            (None, Some(kind), None) if means_all(kind) => Some(texts::settings(language, service)),
            (None, Some(kind), None) => {
                let kind = service.settings.masking.kind_named(kind).ok()?;
                Some(texts::kind_line(language, service, &kind))
            }
            _ => None,
        }
    }

    /// What would become of a text. Neither the text nor anything of it is kept or told.
    fn try_text(&self, asker: &Asker, service: &Service, text: &str) -> String {
        let masking = &service.settings.masking;
        let found = self.engine.find(masking, text, &Kinds::all());
        let hidden = |span: &Span| -> Option<(Kind, String, Policy)> {
            let part = text.get(span.start..span.end)?;
            let whole = Spans::new(part, [Span::new(0, part.len(), span.kind.clone())]);
            let hidden = mask(part, &whole, &masking.style()).into_string();
            Some((span.kind.clone(), hidden, masking.policy(&span.kind)))
        };
        let lines: Vec<_> = found.iter().filter_map(hidden).collect();
        let on = service.settings.contract_security;
        texts::tried(asker.language, &lines, on)
    }
}
