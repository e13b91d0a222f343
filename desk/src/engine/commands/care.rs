//! Commands about the customer of a chat and how the chat ends.

use crate::{
    command::Command,
    ports::{Answer, StoreError},
};

use super::{super::Work, Asker, Place};

impl Work<'_> {
    pub(super) async fn care_command(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        command: Command,
    ) -> Result<Answer, StoreError> {
        match (command, place) {
            (Command::Close { .. }, Place::Portal(chat)) => {
                Ok(match self.agent_ends(chat, &asker.person).await? {
                    Some(words) => Answer::Words(words),
                    None => Answer::Nothing,
                })
            }
            (Command::Close { .. }, Place::Desk(_) | Place::Management) => Ok(Answer::Words(
                "!close works in the room of the chat you want to end.".into(),
            )),
            _ => Ok(Answer::Nothing),
        }
    }
}
