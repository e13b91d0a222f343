//! What concerns the installation and its services: help, languages, settings, permissions, the
//! audit log.

use crate::{
    command::Command,
    ports::{Answer, StoreError},
};

use super::{super::Work, Asker, Place};

impl Work<'_> {
    pub(super) async fn admin_command(
        &mut self,
        _asker: &Asker,
        _place: Place<'_>,
        _command: Command,
    ) -> Result<Answer, StoreError> {
        Ok(Answer::Nothing)
    }
}
