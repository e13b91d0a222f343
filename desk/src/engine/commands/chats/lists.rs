//! What can be asked about chats: lists, and why one went where it went.

use crate::{
    chat::{Chat, ChatState},
    ids::ServiceSlug,
    ports::{Answer, StoreError},
    service::Mode,
    texts::routing as texts,
};

use super::super::{super::Work, Asker};

/// How many chats a list names.
const LISTED: u32 = 50;
/// How many entries of the routing log are told.
const TOLD: u32 = 20;

impl Work<'_> {
    /// The asker's own; of a supervisor, all.
    pub(super) async fn list_chats(
        &mut self,
        asker: &Asker,
        service: &ServiceSlug,
        all: bool,
    ) -> Result<Answer, StoreError> {
        let language = asker.language;
        let chats = match all {
            true => self.tx.open_chats(service, LISTED + 1).await?,
            false => self.tx.chats_of(&asker.person).await?,
        };
        Ok(Answer::Words(match (chats.is_empty(), all) {
            (false, _) => self.listed(asker, chats).await?,
            (true, true) => texts::no_open_chats(language),
            (true, false) => texts::no_chats(language),
        }))
    }

    pub(super) async fn list_queue(
        &mut self,
        asker: &Asker,
        service: &ServiceSlug,
    ) -> Result<Answer, StoreError> {
        let chats = self.tx.open_chats(service, u32::MAX).await?;
        let waiting: Vec<Chat> = chats
            .into_iter()
            .filter(|chat| matches!(chat.state, ChatState::Waiting | ChatState::Offered { .. }))
            .take(LISTED as usize + 1)
            .collect();
        Ok(Answer::Words(match waiting.is_empty() {
            true => texts::nobody_waits(asker.language),
            false => self.listed(asker, waiting).await?,
        }))
    }

    async fn listed(&mut self, asker: &Asker, chats: Vec<Chat>) -> Result<String, StoreError> {
        let more = chats.len() > LISTED as usize;
        let mut lines = Vec::new();
        let mut place = 0;
        for chat in chats.into_iter().take(LISTED as usize) {
            let waits = chat.state == ChatState::Waiting;
            place += u64::from(waits);
            let customer = self.engine.store().customer(&chat.customer).await?;
            lines.push(texts::Line {
                customer: customer.map_or(String::new(), |found| found.shown_name().to_owned()),
                place: waits.then_some(place),
                chat,
            });
        }
        let mut words = texts::lines(asker.language, &lines, self.now);
        if more {
            words.push('\n');
            words.push_str(&texts::and_more(asker.language));
        }
        Ok(words)
    }

    /// Agent by agent, from what was kept when it was decided, and what holds now.
    pub(in crate::engine) async fn explain(
        &mut self,
        asker: &Asker,
        chat: &Chat,
    ) -> Result<Answer, StoreError> {
        let log = self.tx.routing_log(&chat.id, TOLD).await?;
        let now = self.what_holds(chat).await?;
        let service = self.tx.find_service(&chat.service).await?;
        let zone = service.map_or(jiff::tz::TimeZone::UTC, |found| found.settings.zone());
        let words = texts::why(asker.language, chat, &log, &now, self.now, &zone);
        Ok(Answer::Words(words))
    }

    async fn what_holds(&mut self, chat: &Chat) -> Result<texts::Now, StoreError> {
        let Some(service) = self.tx.find_service(&chat.service).await? else {
            return Ok(texts::Now::default());
        };
        let waiting = match chat.state {
            ChatState::Waiting => {
                let place = self.tx.waiting_before(chat).await? + 1;
                let waiting = self.tx.history(chat.clone()).await?;
                Some((place, self.board(&service).await?.others(&waiting, None)))
            }
            _ => None,
        };
        let settings = &service.settings;
        Ok(texts::Now {
            contract_off: !settings.contract_chat,
            help_center_off: !settings.help_center_chat,
            hours_closed: !settings.is_open(self.now),
            claim: settings.routing.mode == Mode::Claim,
            waiting,
        })
    }
}
