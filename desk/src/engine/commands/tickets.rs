//! `!ticket` and `!tickets`.

use super::{
    super::{
        Work,
        tickets::{NewTicket, tags_from_chat},
    },
    Asker, Place,
};
use crate::{
    command::{Command, TicketCommand, Wish, looked_for},
    effect::{AboutTickets, Effect, Room},
    ids::ServiceSlug,
    permission::Permission,
    ports::{Answer, StoreError},
    texts::{closing, tickets as texts},
    ticket::{MAX_TEXT, Ticket, as_subject},
};

mod set;

/// How many tickets a list shows.
const LISTED: usize = 20;

impl Work<'_> {
    pub(super) async fn ticket_command(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        mut command: Command,
    ) -> Result<Answer, StoreError> {
        let service = match self.service_of_asker(asker, &place).await? {
            Ok(service) => service,
            Err(words) => return Ok(Answer::Words(words)),
        };
        let hides = self.hide_words(&service, &mut command).await?;
        let name = match command {
            Command::Tickets { .. } => "!tickets",
            _ => "!ticket",
        };
        let needed = Permission::Ticket;
        if let Some(denied) = self.denied(asker, &service, needed, name).await? {
            return Ok(denied);
        }
        match command {
            Command::Tickets { words } => self.look_for(asker, &place, &service, &words).await,
            Command::Ticket(command) => {
                let answer = self.one_ticket(asker, place, &service, command).await?;
                Ok(match answer {
                    Answer::Done if hides => Answer::Words(texts::partly_hidden(asker.language)),
                    answer => answer,
                })
            }
            _ => Ok(Answer::Nothing),
        }
    }

    /// Takes what the policies hide out of a command, so that neither a ticket nor an answer says
    /// it; says whether there was something. In rooms of a service that was done before.
    async fn hide_words(
        &mut self,
        service: &ServiceSlug,
        command: &mut Command,
    ) -> Result<bool, StoreError> {
        let typed = match command {
            Command::Tickets { words } => {
                let typed = words.join(" ");
                let clean = self.clean(service, typed.clone()).await?;
                *words = clean.split_whitespace().map(str::to_owned).collect();
                return Ok(clean != typed);
            }
            Command::Ticket(
                TicketCommand::New { wish: Some(text) }
                | TicketCommand::Set { value: text, .. }
                | TicketCommand::Comment { text, .. }
                | TicketCommand::Reply { text, .. },
            ) => text,
            _ => return Ok(false),
        };
        let clean = self.clean(service, typed.clone()).await?;
        let hides = clean != *typed;
        *typed = clean;
        Ok(hides)
    }

    async fn one_ticket(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        service: &ServiceSlug,
        command: TicketCommand,
    ) -> Result<Answer, StoreError> {
        let number = match &command {
            TicketCommand::New { wish } => {
                return self.new_ticket(asker, place, wish.as_deref()).await;
            }
            TicketCommand::Show { number }
            | TicketCommand::Set { number, .. }
            | TicketCommand::Comment { number, .. }
            | TicketCommand::Reply { number, .. }
            | TicketCommand::History { number, .. } => *number,
        };
        let Some(mut ticket) = self.tx.find_ticket(service, number).await? else {
            let words = texts::no_such_ticket(asker.language, number);
            return Ok(Answer::Words(words));
        };
        let about = match &command {
            TicketCommand::Show { .. } => Some(AboutTickets::One { number }),
            TicketCommand::History { part, .. } => Some(AboutTickets::Conversation {
                number,
                part: part.unwrap_or(1),
            }),
            _ => None,
        };
        if let Some(about) = about {
            return self.tell_tickets(asker, &place, service, about).await;
        }
        let room = room_of(&place);
        let answer = match command {
            TicketCommand::Set { field, value, .. } => {
                self.set(asker, &mut ticket, field, &value).await?
            }
            TicketCommand::Comment { text, .. } => {
                self.comment(asker, &mut ticket, text, false).await?
            }
            TicketCommand::Reply { text, .. } => self.reply(asker, &mut ticket, text).await?,
            _ => Answer::Nothing,
        };
        self.mind_command(&ticket, room.as_ref(), asker.event.as_ref())
            .await?;
        Ok(answer)
    }

    async fn new_ticket(
        &mut self,
        asker: &Asker,
        place: Place<'_>,
        wish: Option<&str>,
    ) -> Result<Answer, StoreError> {
        let room = room_of(&place);
        let Place::Portal(chat) = &place else {
            let words = closing::only_in_a_portal(asker.language, "!ticket");
            return Ok(Answer::Words(words));
        };
        let wish = match Wish::read(wish.unwrap_or_default()) {
            Ok(wish) => wish,
            Err(wrong) => return Ok(Answer::Words(texts::wrong_wish(asker.language, &wrong))),
        };
        let service = chat.service.clone();
        if wish.subject.is_empty() {
            let chat = chat.id.clone();
            let about = AboutTickets::Subject { chat };
            return self.tell_tickets(asker, &place, &service, about).await;
        }
        let new = match self.checked(asker, &service, wish).await? {
            Ok(new) => new,
            Err(words) => return Ok(Answer::Words(words)),
        };
        let ticket = self.make_ticket(chat, &asker.person, new).await?;
        self.mind_command(&ticket, room.as_ref(), asker.event.as_ref())
            .await?;
        let link = self.engine.console_link(&ticket);
        let words = texts::made(asker.language, &ticket, link.as_deref());
        Ok(Answer::Words(words))
    }

    pub(super) async fn checked(
        &mut self,
        asker: &Asker,
        service: &ServiceSlug,
        wish: Wish,
    ) -> Result<Result<NewTicket, String>, StoreError> {
        if wish.description.chars().count() > MAX_TEXT {
            return Ok(Err(texts::too_long(asker.language, MAX_TEXT)));
        }
        let assignee = match &wish.assignee {
            Some(word) => match self.assignee(asker, service, word).await? {
                Ok(assignee) => assignee,
                Err(words) => return Ok(Err(words)),
            },
            None => None,
        };
        let mut tags = tags_from_chat();
        for tag in wish.tags {
            if let Err(wrong) = tags.add(tag) {
                return Ok(Err(texts::wrong_tag(asker.language, &wrong)));
            }
        }
        let subject = as_subject(&wish.subject);
        // Nothing of a long subject is lost.
        let description = match wish.description.is_empty() && subject.ends_with('…') {
            true => wish.subject,
            false => wish.description,
        };
        Ok(Ok(NewTicket {
            subject,
            description,
            priority: wish.priority.unwrap_or_default(),
            assignee,
            tags,
        }))
    }

    pub(super) async fn comment(
        &mut self,
        asker: &Asker,
        ticket: &mut Ticket,
        text: String,
        public: bool,
    ) -> Result<Answer, StoreError> {
        if text.chars().count() > MAX_TEXT {
            let words = texts::too_long(asker.language, MAX_TEXT);
            return Ok(Answer::Words(words));
        }
        let person = &asker.person;
        let comment = self.comment_on(ticket, person, text, public).await?;
        if public {
            self.enqueue(Effect::MailReply {
                service: ticket.service.clone(),
                ticket: ticket.number,
                comment: comment.number,
            })
            .await?;
        }
        Ok(Answer::Done)
    }

    pub(super) async fn reply(
        &mut self,
        asker: &Asker,
        ticket: &mut Ticket,
        text: String,
    ) -> Result<Answer, StoreError> {
        if !self.engine.sends_mail {
            return Ok(Answer::Words(texts::no_mail(asker.language, ticket.number)));
        }
        if ticket.email.is_none() {
            let words = texts::no_address(asker.language, ticket.number);
            return Ok(Answer::Words(words));
        }
        self.comment(asker, ticket, text, true).await
    }

    async fn look_for(
        &mut self,
        asker: &Asker,
        place: &Place<'_>,
        service: &ServiceSlug,
        words: &[String],
    ) -> Result<Answer, StoreError> {
        let query = looked_for(&asker.person, words);
        let limit = u32::try_from(LISTED + 1).unwrap_or(u32::MAX);
        let found = self.engine.store.tickets(service, &query, limit).await?;
        if found.is_empty() {
            return Ok(Answer::Words(texts::none_found(asker.language)));
        }
        let about = AboutTickets::List {
            numbers: found.iter().take(LISTED).map(|it| it.number).collect(),
            more: found.len() > LISTED,
        };
        self.tell_tickets(asker, place, service, about).await
    }

    /// In a room when it is delivered, in a management room at once.
    async fn tell_tickets(
        &mut self,
        asker: &Asker,
        place: &Place<'_>,
        service: &ServiceSlug,
        about: AboutTickets,
    ) -> Result<Answer, StoreError> {
        let language = asker.language;
        match (room_of(place), asker.event.clone()) {
            (Some(room), Some(command)) => {
                self.enqueue(Effect::TellTickets {
                    room,
                    command,
                    service: service.clone(),
                    about,
                    language,
                })
                .await?;
                Ok(Answer::Nothing)
            }
            _ => {
                let telling = self.engine.telling(service, &about, language).await?;
                Ok(Answer::Words(telling.text))
            }
        }
    }
}

fn room_of(place: &Place<'_>) -> Option<Room> {
    match place {
        Place::Portal(chat) => Some(Room::Portal(chat.id.clone())),
        Place::Desk(service) => Some(Room::Desk(service.clone())),
        Place::Management => None,
    }
}
