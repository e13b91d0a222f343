//! `!console`: a link to the agents' page that works once, and its end.

use super::{super::Work, Asker, Place};
use crate::{
    console::LINK_LASTS,
    ids::TokenHash,
    permission::Permission,
    ports::{Answer, StoreError},
    texts::{admin, console as texts},
};

/// One of these is enough to have something to do there.
const NEEDED: [Permission; 3] = [Permission::Chat, Permission::Ticket, Permission::Supervise];

impl Work<'_> {
    pub(super) async fn console_command(
        &mut self,
        asker: &Asker,
        place: &Place<'_>,
        end: bool,
    ) -> Result<Answer, StoreError> {
        let (language, person) = (asker.language, &asker.person);
        // Others would read the link, too.
        if !matches!(place, Place::Management) {
            let words = admin::only_management(language, "!console", admin::Leaked::Nothing);
            return Ok(Answer::Words(words));
        }
        // Also who lost all permissions.
        if end {
            let ended = self.tx.delete_console_sessions_of(person, self.now).await?;
            return Ok(Answer::Words(texts::ended(language, ended)));
        }
        if !self.has_work(asker).await? {
            self.note_denied(asker, None, "!console").await?;
            let words = admin::denied(language, "!console", &NEEDED, None, person);
            return Ok(Answer::Words(words));
        }
        let Some(console) = &self.engine.console else {
            return Ok(Answer::Words(texts::nowhere(language).into()));
        };
        // Behind the hash: it is sent to no server, and no preview of the link uses it up.
        let code = self.engine.ids.secret();
        let link = format!("{console}#{code}");
        let until = self.now + LINK_LASTS;
        self.tx
            .save_console_link(&TokenHash::of(&code), person, until)
            .await?;
        Ok(Answer::Words(texts::link(language, &link)))
    }

    async fn has_work(&mut self, asker: &Asker) -> Result<bool, StoreError> {
        let known = self.tx.memberships(&asker.person).await?;
        let mut held = known.iter().flat_map(|(_, found)| found.permissions.iter());
        Ok(self.engine.is_admin(&asker.person) || held.any(|it| NEEDED.contains(&it)))
    }
}
