//! How somebody is shown what is under masks, and how it is taken back.

use std::time::Duration;

use super::{
    Dispatcher, Failure,
    deliver::{missing, portal},
};
use crate::{
    effect::{Effect, Queued},
    engine::Look,
    ids::{AgentId, ChatId, EffectId, ServiceSlug},
    permission::Permission,
    ports::{DeliveryError, Whisper},
    texts::masking,
};

/// Who asked is there for so long. Later nobody may be looking when it appears.
const FRESH: Duration = Duration::from_secs(300);

impl Dispatcher {
    pub(super) async fn deliver_revealing(&self, head: &Queued) -> Result<(), Failure> {
        match &head.effect {
            Effect::Reveal {
                chat,
                message,
                masks,
                to,
                language,
                ..
            } => {
                let look = Look {
                    chat,
                    message,
                    masks,
                    to,
                    language: *language,
                };
                self.reveal(head, &look).await
            }
            Effect::Conceal { reveal } => self.conceal(head, reveal).await,
            Effect::Alarm {
                chat,
                service,
                agent,
                limit,
            } => self.alarm(head, chat, service, agent, *limit).await,
            _ => Err(missing("kind of effect").into()),
        }
    }

    /// Once it may have been said, it is said again in the same room under the same key until it is
    /// known where it stands: else nobody could take it back.
    async fn reveal(&self, head: &Queued, look: &Look<'_>) -> Result<(), Failure> {
        let Some(confidant) = &self.confidant else {
            return Err(missing("confidant").into());
        };
        let words = self.engine.words_under(look).await?;
        let before = self.engine.room_of_reveal(head).await?;
        let is_late = self.now().since(head.created_at) >= FRESH;
        if before.is_none() && (words.is_none() || is_late) {
            return Ok(self.engine.gives_up_revealing(head).await?);
        }
        if !confidant.is_ready() {
            return Err(DeliveryError::Later {
                after: None,
                source: "the bot is not logged in".into(),
            }
            .into());
        }
        let room = match &before {
            Some(room) => room.clone(),
            None => {
                let room = confidant.room_with(look.to).await?;
                self.engine.starts_to_reveal(head, look.to, &room).await?;
                room
            }
        };
        let gone = masking::gone(look.language);
        let whisper = Whisper {
            room: &room,
            person: look.to,
            text: words.as_ref().map_or(gone, |words| words.as_str()),
            in_company: gone,
            rings: false,
        };
        let told = confidant.tell(&whisper, &head.id).await?;
        let now = self.now();
        let since = before.map_or(now, |_| told.at.min(now));
        Ok(self.engine.revealed(head, &told, since).await?)
    }

    async fn conceal(&self, head: &Queued, reveal: &EffectId) -> Result<(), Failure> {
        if let Some((room, event)) = self.engine.where_revealed(reveal).await? {
            self.homeserver
                .redact(&room, &event, masking::TAKEN_BACK, &head.id)
                .await?;
        }
        Ok(self.engine.concealed(head, reveal).await?)
    }

    async fn alarm(
        &self,
        head: &Queued,
        chat: &ChatId,
        service: &ServiceSlug,
        agent: &AgentId,
        limit: u32,
    ) -> Result<(), Failure> {
        let (chat, _) = self.chat(chat).await?;
        let members = self.engine.store().members(service).await?;
        let supervisors = members
            .into_iter()
            .filter(|member| member.permissions.holds(Permission::Supervise))
            .map(|member| member.agent);
        let mut told: Vec<AgentId> = supervisors.chain(self.engine.admins().to_vec()).collect();
        told.sort();
        told.dedup();
        let text = masking::alarm(self.language(service).await?, agent, limit, chat.number);
        let (desk, link) = (self.desk(service).await?, portal(&chat)?);
        self.homeserver
            .mention(&desk, &told, &text, &link, &head.id)
            .await?;
        self.done(head).await
    }
}
