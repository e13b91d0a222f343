//! Commands about who has which chat.

use crate::{
    chat::{Chat, ChatState},
    command::Command,
    ids::{AgentId, ServiceSlug},
    permission::Permission,
    ports::{Answer, StoreError},
    texts::routing as texts,
};

use super::{
    super::{
        Work,
        claim::Take,
        route::{BATCH, Because},
    },
    Asker, Place,
};

mod hand;
mod lists;
mod people;

/// The chat a command is about: the number, or the portal it is typed in.
enum Meant {
    Here(Chat),
    Number(Chat),
    Nothing,
    Unknown(u64),
}

impl Work<'_> {
    pub(super) async fn chats_command(
        &mut self,
        asker: &Asker,
        mut place: Place<'_>,
        command: Command,
    ) -> Result<Answer, StoreError> {
        let service = match self.service_of_asker(asker, &place).await? {
            Ok(service) => service,
            Err(which) => return Ok(Answer::Words(which)),
        };
        let (permission, name) = asks(&command);
        let supervises = self
            .permissions(&asker.person, &service)
            .await?
            .holds(Permission::Supervise);
        let lists = matches!(
            command,
            Command::Chats | Command::Queue | Command::Why { .. } | Command::Transfer { .. }
        );
        if !(lists && supervises)
            && let Some(denied) = self.denied(asker, &service, permission, name).await?
        {
            return Ok(denied);
        }
        match command {
            Command::Chats => self.list_chats(asker, &service, supervises).await,
            Command::Queue => self.list_queue(asker, &service).await,
            Command::Take { chat } => self.take_command(asker, &service, &mut place, chat).await,
            Command::Why { chat } => match self.meant(&service, &place, chat).await? {
                Meant::Here(chat) | Meant::Number(chat) => self.explain(asker, &chat).await,
                other => Ok(no_chat(asker, &other, "!why 17")),
            },
            Command::Decline => self.decline(asker, &service, &place).await,
            Command::Transfer { to, note } => self.transfer_command(asker, place, to, note).await,
            Command::Invite { agent } => self.invite_command(asker, place, &agent).await,
            Command::Watch { chat } => match self.meant(&service, &place, Some(chat)).await? {
                Meant::Here(chat) | Meant::Number(chat) => self.watch(asker, &chat).await,
                other => Ok(no_chat(asker, &other, "!watch 17")),
            },
            Command::Assign { chat, agent } => {
                match self.meant(&service, &place, Some(chat)).await? {
                    Meant::Here(chat) | Meant::Number(chat) => {
                        self.assign_command(asker, chat, &agent).await
                    }
                    other => Ok(no_chat(asker, &other, "!assign 17 @bela")),
                }
            }
            _ => Ok(Answer::Nothing),
        }
    }

    async fn meant(
        &mut self,
        service: &ServiceSlug,
        place: &Place<'_>,
        number: Option<u64>,
    ) -> Result<Meant, StoreError> {
        if let Place::Portal(chat) = place
            && number.is_none_or(|number| number == chat.number)
        {
            return Ok(Meant::Here((*chat).clone()));
        }
        let Some(number) = number else {
            return Ok(Meant::Nothing);
        };
        let found = self.tx.find_chat_by_number(service, number).await?;
        Ok(found.map_or(Meant::Unknown(number), Meant::Number))
    }

    async fn take_command(
        &mut self,
        asker: &Asker,
        service: &ServiceSlug,
        place: &mut Place<'_>,
        number: Option<u64>,
    ) -> Result<Answer, StoreError> {
        let language = asker.language;
        let (mut chat, is_in_room) = match self.meant(service, place, number).await? {
            Meant::Here(chat) => (chat, true),
            Meant::Number(chat) => (chat, false),
            Meant::Unknown(number) => {
                return Ok(Answer::Words(texts::no_such_chat(language, number)));
            }
            Meant::Nothing => match self.first_to_take(service, &asker.person).await? {
                Some(chat) => (chat, false),
                None => return Ok(Answer::Words(texts::nobody_waits(language))),
            },
        };
        let number = chat.number;
        let Some(service) = self.tx.find_service(service).await? else {
            return Ok(Answer::Nothing);
        };
        let taken = self
            .take(&mut chat, &asker.person, &service, is_in_room)
            .await?;
        let seconds = service.settings.routing.accept_timeout_s;
        Ok(match taken {
            Take::Taken => Answer::Done,
            Take::Offered => Answer::Words(texts::take_offered(language, number, seconds)),
            refused => Answer::Words(taken_words(asker, number, &refused)),
        })
    }

    /// The chat that waits longest and is for this agent.
    async fn first_to_take(
        &mut self,
        slug: &ServiceSlug,
        agent: &AgentId,
    ) -> Result<Option<Chat>, StoreError> {
        let Some(service) = self.tx.find_service(slug).await? else {
            return Ok(None);
        };
        let board = self.board(&service).await?;
        let waiting = self.tx.waiting(&service, 0, BATCH).await?;
        let first = waiting.into_iter().find(|each| board.is_for(each, agent));
        Ok(first.map(|waiting| waiting.chat))
    }

    /// A ✋ on the message that told of a chat. Who cannot take it hears why, under that message.
    pub(in crate::engine) async fn raised_hand(
        &mut self,
        slug: &ServiceSlug,
        person: &AgentId,
        of: &crate::ids::EventId,
    ) -> Result<(), StoreError> {
        let Some(mut chat) = self.tx.find_announced(of).await? else {
            return Ok(());
        };
        let asker = self.asker(person, Some(of.clone()), None).await?;
        let room = crate::effect::Room::Desk(slug.clone());
        let denied = self.denied(&asker, slug, Permission::Chat, "!take").await?;
        let answer = match (denied, self.tx.find_service(slug).await?) {
            (Some(denied), _) => denied,
            (None, None) => Answer::Nothing,
            (None, Some(service)) => match self.take(&mut chat, person, &service, false).await? {
                Take::Offered | Take::Taken | Take::Yours => Answer::Nothing,
                refused => Answer::Words(taken_words(&asker, chat.number, &refused)),
            },
        };
        self.answer_in(room, of, answer).await
    }

    /// Of the portal it is typed in, or of the chat that is offered to the asker.
    async fn decline(
        &mut self,
        asker: &Asker,
        service: &ServiceSlug,
        place: &Place<'_>,
    ) -> Result<Answer, StoreError> {
        let here = match place {
            Place::Portal(chat) => Some(chat.id.clone()),
            Place::Desk(_) | Place::Management => None,
        };
        let offered = self.tx.chats_of(&asker.person).await?;
        let offered = offered.into_iter().find(|chat| {
            let fits = here.as_ref().is_none_or(|here| chat.id == *here);
            let is_offered = matches!(chat.state, ChatState::Offered { .. });
            fits && is_offered && chat.service == *service
        });
        let offered = offered.filter(|chat| chat.state.holder() == Some(&asker.person));
        let Some(mut chat) = offered else {
            return Ok(Answer::Words(texts::nothing_offered(asker.language)));
        };
        self.release(&mut chat, Because::Declined).await?;
        Ok(Answer::Words(texts::declined(asker.language, chat.number)))
    }
}

/// What a command asks for, and its name.
fn asks(command: &Command) -> (Permission, &'static str) {
    match command {
        Command::Queue => (Permission::Chat, "!queue"),
        Command::Take { .. } => (Permission::Chat, "!take"),
        Command::Why { .. } => (Permission::Chat, "!why"),
        Command::Decline => (Permission::Chat, "!decline"),
        Command::Transfer { .. } => (Permission::Chat, "!transfer"),
        Command::Invite { .. } => (Permission::Chat, "!invite"),
        Command::Watch { .. } => (Permission::Supervise, "!watch"),
        Command::Assign { .. } => (Permission::Supervise, "!assign"),
        _ => (Permission::Chat, "!chats"),
    }
}

fn no_chat(asker: &Asker, meant: &Meant, example: &str) -> Answer {
    Answer::Words(match meant {
        Meant::Unknown(number) => texts::no_such_chat(asker.language, *number),
        _ => texts::in_portal_only(asker.language, example),
    })
}

pub(super) fn taken_words(asker: &Asker, number: u64, taken: &Take) -> String {
    let language = asker.language;
    match taken {
        Take::Offered | Take::Taken | Take::Yours => texts::offered_to_you(language, number),
        Take::OfferedTo(agent) => texts::offered_to_other(language, number, agent),
        Take::HeldBy(agent) => texts::held_by(language, number, agent),
        Take::Full { load, capacity } => texts::you_are_full(language, *load, *capacity),
        Take::NotMeant => texts::not_meant_for_you(language, number),
        Take::Closed => texts::chat_is_over(language, number),
    }
}
