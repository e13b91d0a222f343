//! `!status` and its short forms.

use crate::{
    agent::ChatStatus,
    command::Command,
    ports::{Answer, StoreError},
};

use super::{super::Work, Asker};

impl Work<'_> {
    pub(super) async fn status_command(
        &mut self,
        asker: &Asker,
        command: Command,
    ) -> Result<Answer, StoreError> {
        let wanted = match command {
            Command::Status { status } => status,
            Command::Online => Some(ChatStatus::Online),
            Command::Away => Some(ChatStatus::Away),
            Command::Offline => Some(ChatStatus::Offline),
            _ => return Ok(Answer::Nothing),
        };
        Ok(Answer::Words(match wanted {
            Some(status) => self.set_status(&asker.person, status).await?,
            None => self.status(&asker.person).await?,
        }))
    }
}
