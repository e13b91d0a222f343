//! Help, and the language of answers.

use crate::{
    command::{Command, Language, help, help_about},
    permission::{Permission, Permissions},
    ports::{Answer, StoreError},
    texts,
};

use super::{super::Work, Asker, Place};

impl Work<'_> {
    pub(super) async fn about_us(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        command: Command,
    ) -> Result<Answer, StoreError> {
        let words = match command {
            Command::Help { topic } if topic.is_empty() => {
                help(asker.language, &self.held(asker, &place).await?)
            }
            Command::Help { topic } => help_about(asker.language, &topic),
            Command::Lang { language: None } => texts::language(asker.language),
            Command::Lang {
                language: Some(wanted),
            } => self.speak(asker, wanted).await?,
            _ => return Ok(Answer::Nothing),
        };
        Ok(Answer::Words(words))
    }

    async fn speak(&mut self, asker: &Asker, language: Language) -> Result<String, StoreError> {
        self.tx.save_language(&asker.person, language).await?;
        Ok(texts::language(language))
    }

    /// What the asker may do here; in a management room, anywhere.
    async fn held(&mut self, asker: &Asker, place: &Place<'_>) -> Result<Permissions, StoreError> {
        match place {
            Place::Portal(chat) => {
                let service = chat.service.clone();
                self.permissions(&asker.person, &service).await
            }
            Place::Desk(service) => self.permissions(&asker.person, service).await,
            Place::Management => {
                let known = self.tx.memberships(&asker.person).await?;
                let held = known.iter().flat_map(|(_, found)| found.permissions.iter());
                let held = Permissions::of(held);
                Ok(match self.engine.admins.contains(&asker.person) {
                    true => held.with(&[Permission::Admin, Permission::Supervise]),
                    false => held,
                })
            }
        }
    }
}
