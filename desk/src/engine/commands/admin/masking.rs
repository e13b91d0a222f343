//! `!masking`: what a service hides by itself.

use crate::{
    command::{MaskingCommand, PatternCommand},
    masking::{Kinds, mask},
    ports::StoreError,
    service::{Policy, Service},
    texts::{admin, masking as texts},
};

use super::super::{super::Work, Asker};

/// What an admin types behind `!masking`.
pub(super) struct Typed {
    pub part: Option<MaskingCommand>,
    pub kind: Option<String>,
    pub policy: Option<String>,
}

impl Work<'_> {
    pub(super) async fn masking(
        &mut self,
        asker: &Asker,
        mut service: Service,
        typed: Typed,
    ) -> Result<String, StoreError> {
        let language = asker.language;
        let change = match &typed {
            Typed {
                part: Some(MaskingCommand::Test { text }),
                ..
            } => return Ok(self.try_text(asker, &service, text)),
            Typed {
                part: Some(MaskingCommand::Pattern(PatternCommand::List)),
                ..
            } => return Ok(texts::patterns(&service)),
            Typed {
                part: Some(command),
                ..
            } => service.change_masking(command),
            Typed {
                kind: Some(kind),
                policy: Some(policy),
                ..
            } => service.change_policy(kind, policy),
            Typed {
                kind: Some(kind), ..
            } => match service.settings.masking.kind_named(kind) {
                Ok(kind) => return Ok(texts::kind_line(language, &service, &kind)),
                Err(wrong) => Err(wrong),
            },
            _ => Ok(None),
        };
        let shows = matches!(typed.part, Some(MaskingCommand::Show));
        match change {
            Ok(Some(change)) => {
                let done = self.keep(asker, &service, &change).await?;
                Ok(match service.settings.contract_security {
                    true => done,
                    false => format!("{done}\n{}", texts::security_off(language)),
                })
            }
            Ok(None) if shows => Ok(texts::settings(language, &service)),
            Ok(None) => Ok(admin::as_before(language, &texts::short_settings(&service))),
            Err(wrong) => {
                let pattern = matches!(typed.part, Some(MaskingCommand::Pattern(_)));
                let path: &[&str] = match pattern {
                    true => &["masking", "pattern"],
                    false => &["masking"],
                };
                let example = crate::command::example(path);
                Ok(admin::wrong_value(language, &wrong, &example))
            }
        }
    }

    /// What would become of a text. Neither the text nor anything of it is kept or told.
    fn try_text(&self, asker: &Asker, service: &Service, text: &str) -> String {
        let masking = &service.settings.masking;
        let found = self.engine.find(masking, text, &Kinds::all());
        let lines: Vec<_> = found
            .iter()
            .filter_map(|span| {
                let part = text.get(span.start..span.end)?;
                let whole = crate::masking::Spans::new(
                    part,
                    vec![crate::masking::Span::new(0, part.len(), span.kind.clone())],
                );
                let hidden = mask(part, &whole, &masking.style()).into_string();
                let policy: Policy = masking.policy(&span.kind);
                Some((span.kind.clone(), hidden, policy))
            })
            .collect();
        let on = service.settings.contract_security;
        texts::tried(asker.language, &lines, on)
    }
}
