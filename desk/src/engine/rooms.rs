//! What happens in our rooms: agents join, leave, write, edit, delete.

use super::{
    Engine, Work,
    commands::{Asker, Place},
    route::Because,
};
use crate::{
    agent::Presence,
    chat::{Chat, MAX_MESSAGE},
    command::{Command, Typed},
    effect::{Effect, Notice, Room},
    event::{Author, ChatEventKind, Message, RoomEvent, RoomEventKind, Shown, Written},
    ids::{AgentId, EventId, MessageId, ServiceSlug},
    permission::Permission,
    ports::{Answer, StoreError},
    refusal::Refusal,
    routing::Entry,
};

impl Engine {
    /// Takes in one event of a portal or desk room, once: a repeat changes nothing. The event
    /// must have been received into the store before.
    pub async fn room_event(&self, event: &RoomEvent) -> Result<(), StoreError> {
        let mut work = self.begin().await?;
        if !work.tx.mark_processed(&event.id).await? {
            return Ok(());
        }
        if let Some(chat) = work.tx.find_chat_of_portal(&event.room).await? {
            work.portal_event(chat, event).await?;
        } else if let Some(service) = work.tx.find_service_of_desk(&event.room).await? {
            work.desk_event(&service, event).await?;
            if let RoomEventKind::Message(written) = &event.what
                && let Some(typed) = &written.typed
            {
                let asker = work.writer(event, written).await?;
                let answer = work
                    .command(&asker, Place::Desk(service.clone()), typed)
                    .await?;
                work.answer_in(Room::Desk(service), &event.id, answer)
                    .await?;
            }
        }
        work.commit().await
    }

    /// Marks an event that says nothing to us (or cannot be understood) as done.
    pub async fn skip_event(&self, event: &EventId) -> Result<(), StoreError> {
        let mut work = self.begin_quietly().await?;
        work.tx.mark_processed(event).await?;
        work.commit().await
    }
}

impl Work<'_> {
    async fn desk_event(
        &mut self,
        service: &ServiceSlug,
        event: &RoomEvent,
    ) -> Result<(), StoreError> {
        self.seen_in(service, Room::Desk(service.clone()), event)
            .await?;
        match &event.what {
            // Presence of somebody who shares no room with us is not known any more.
            RoomEventKind::Left => self.presence_is(&event.person, Presence::Unknown).await,
            RoomEventKind::Reaction { of, symbol } if is_hand(symbol) => {
                self.raised_hand(service, &event.person, of).await
            }
            _ => Ok(()),
        }
    }

    /// Whoever does something in a room of ours is there.
    async fn seen_in(
        &mut self,
        service: &ServiceSlug,
        room: Room,
        event: &RoomEvent,
    ) -> Result<(), StoreError> {
        if event.what == RoomEventKind::Left {
            return Ok(());
        }
        self.is_active(&event.person, event.at).await?;
        match event.what {
            RoomEventKind::Message(_) => {
                self.mind_unseen(service, &event.person, (room, &event.id))
                    .await
            }
            _ => Ok(()),
        }
    }

    async fn left(&mut self, chat: &mut Chat, person: &AgentId) -> Result<(), StoreError> {
        let hands_over = chat.handling.handed_over_by.as_ref() == Some(person);
        if chat.state.holder() == Some(person) {
            if hands_over {
                chat.handling.handed_over_by = None;
            }
            // Of an offered chat: a declined invitation.
            return self.release(chat, Because::Left).await;
        }
        match hands_over {
            true => {
                let agent = person.clone();
                self.giver_is_gone(chat, Entry::Left { agent }).await
            }
            false => Ok(()),
        }
    }

    async fn portal_event(&mut self, chat: Chat, event: &RoomEvent) -> Result<(), StoreError> {
        let room = Room::Portal(chat.id.clone());
        self.seen_in(&chat.service, room, event).await?;
        // Who is seen to be there may have been offered this very chat.
        let Some(mut chat) = self.tx.find_chat(&chat.id).await? else {
            return Ok(());
        };
        match &event.what {
            RoomEventKind::Joined => self.joined(&mut chat, &event.person).await,
            RoomEventKind::Left => self.left(&mut chat, &event.person).await,
            RoomEventKind::Message(written) => self.written(chat, event, written).await,
            RoomEventKind::Edit { of, new } => self.edit(&chat, event, of, new).await,
            RoomEventKind::Deletion { of } => self.delete(&chat, of).await,
            RoomEventKind::Reaction { symbol, .. } if is_hand(symbol) => {
                self.answered(&mut chat, &event.person).await
            }
            RoomEventKind::Reaction { symbol, .. } if is_check(symbol) => {
                self.checked_off(&mut chat, &event.person).await
            }
            RoomEventKind::Reaction { of, symbol } if is_monkey(symbol) => {
                self.covered_eyes(&mut chat, &event.person, of).await
            }
            RoomEventKind::Reaction { .. } => Ok(()),
            RoomEventKind::Unsupported => self.answer(&chat, Notice::NotRelayed).await,
            RoomEventKind::Nothing => Ok(()),
        }
    }

    async fn written(
        &mut self,
        mut chat: Chat,
        event: &RoomEvent,
        written: &Written,
    ) -> Result<(), StoreError> {
        self.mind_quotation(&chat, event, written).await?;
        if let Some(typed) = &written.typed
            && !matches!(self.read(typed), Typed::Words(_))
        {
            // They see to what is typed with them themselves.
            let minds = |command: &Command| {
                matches!(command, Command::Mask { .. } | Command::Unmask { .. })
            };
            if !matches!(self.read(typed), Typed::Command(command) if minds(&command)) {
                self.mind_aside(&chat, event, typed).await?;
            }
            let asker = self.writer(event, written).await?;
            let place = Place::Portal(&mut chat);
            let answer = self.command(&asker, place, typed).await?;
            return self
                .answer_in(Room::Portal(chat.id), &event.id, answer)
                .await;
        }
        match written.in_thread {
            true => self.mind_aside(&chat, event, &written.text).await,
            false => self.agent_message(chat, event, written).await,
        }
    }

    async fn agent_message(
        &mut self,
        mut chat: Chat,
        event: &RoomEvent,
        written: &Written,
    ) -> Result<(), StoreError> {
        let Some(name) = self.name_of(&chat, &event.person).await? else {
            return self.stays(&chat, event, written, Notice::NotAllowed).await;
        };
        self.answered(&mut chat, &event.person).await?;
        if chat.state.is_closed() {
            let notice = Notice::ChatIsClosed;
            return self.stays(&chat, event, written, notice).await;
        }
        // Beside a file too, what begins with `!` is not for the customer.
        let Some(words) = self.shown(written) else {
            return self.stays(&chat, event, written, Notice::NotRelayed).await;
        };
        if let Some(attached) = &written.attached
            && let Some(service) = self.tx.find_service(&chat.service).await?
            && let Err(refusal) = service.settings.attachments.check_size(attached.file.size)
        {
            let notice = not_relayed(&refusal);
            return self.stays(&chat, event, written, notice).await;
        }
        let reply_to = match &written.reply_to {
            Some(of) => self.message_answered(&chat, of).await?,
            None => None,
        };
        let id = MessageId::new(self.engine.ids.ulid());
        let mut message = Message {
            id: id.clone(),
            key: None,
            from: Author::Agent { name },
            text: words.text,
            html: words.html,
            reply_to: reply_to.map(|(message, _)| message.id),
            attachment: written.attached.as_ref().map(|it| it.file.clone()),
            masked: false,
        };
        let seq = self.record(&chat, &mut message).await?;
        // Who answers has read.
        self.read = Some((chat.id.clone(), seq));
        if let Some(attached) = &written.attached {
            let (media, agent) = (&attached.media, &event.person);
            self.tx.insert_media(&chat.id, &id, media, agent).await?;
        }
        self.tx.save_event_of_message(&id, &event.id).await?;
        if message.masked {
            self.replace_in_room(&chat, &message).await?;
        }
        self.suggest(&chat, &message).await
    }

    async fn edit(
        &mut self,
        chat: &Chat,
        event: &RoomEvent,
        of: &EventId,
        new: &Written,
    ) -> Result<(), StoreError> {
        let shown = self.tx.find_message_shown(&chat.id, of).await?;
        let Some((message, _)) = shown.filter(|(message, _)| message.from != Author::Customer)
        else {
            return self.mind_aside(chat, event, &new.text).await;
        };
        // Redacting a message leaves its edits readable.
        self.tx
            .add_shown_before(&chat.id, &message.id, &event.id)
            .await?;
        // What is masked stays so: the edit was written over the original, and may say it again.
        if message.masked {
            return self.replace_in_room(chat, &message).await;
        }
        // Only its writer edits a message; clients do not show other edits either.
        let writer = self.name_of(chat, &event.person).await?;
        let is_writer =
            matches!(&message.from, Author::Agent { name } if writer.as_ref() == Some(name));
        // Nor is it for the customer when it was edited into a command.
        let Some(words) = self.shown(new).filter(|_| is_writer) else {
            return self.mind_aside(chat, event, &new.text).await;
        };
        if words.text.is_empty() && message.attachment.is_none() {
            return Ok(());
        }
        self.rewrite(chat, message, words).await
    }

    async fn delete(&mut self, chat: &Chat, of: &EventId) -> Result<(), StoreError> {
        let Some(mut message) = self.agents_message(chat, of).await? else {
            return Ok(());
        };
        message.empty();
        for mask in self.tx.masks_over(&message.id).await? {
            self.tx.delete_sealed(&mask.id).await?;
        }
        self.take_suggestion_back(chat, &message.id).await?;
        self.rewrite_stored(chat, &message).await?;
        self.append(&chat.id, &ChatEventKind::Delete { id: message.id })
            .await?;
        Ok(())
    }

    /// What of it is for customers: nothing of a command, wherever it stands.
    fn shown(&self, written: &Written) -> Option<Shown> {
        let typed = written.typed.as_deref().unwrap_or(&written.text);
        match self.read(typed.trim_start()) {
            Typed::Words(_) => Some(written.shown(&self.engine.manner.prefix)),
            Typed::Command(_) | Typed::Mistake(_) => None,
        }
    }

    async fn writer(&mut self, event: &RoomEvent, written: &Written) -> Result<Asker, StoreError> {
        let command = Some(event.id.clone());
        let asker = self
            .asker(&event.person, command, written.reply_to.clone())
            .await?;
        Ok(Asker {
            quotes: written.quotes,
            ..asker
        })
    }

    /// It reaches no customer, and its writer is told why.
    async fn stays(
        &mut self,
        chat: &Chat,
        event: &RoomEvent,
        written: &Written,
        why: Notice,
    ) -> Result<(), StoreError> {
        self.mind_aside(chat, event, &written.text).await?;
        self.answer(chat, why).await
    }

    /// What agents say among themselves: what a policy hides of it is hidden here, too. The event
    /// goes, and we say again what is left of it.
    async fn mind_aside(
        &mut self,
        chat: &Chat,
        event: &RoomEvent,
        text: &str,
    ) -> Result<(), StoreError> {
        let clean = self.clean(&chat.service, text.to_owned()).await?;
        if clean == text {
            return Ok(());
        }
        self.enqueue(Effect::Redact {
            room: Room::Portal(chat.id.clone()),
            event: event.id.clone(),
        })
        .await?;
        self.enqueue(Effect::Scrub).await?;
        let agent = event.person.clone();
        // With what we say around it, it must fit into an event.
        let text = clean.chars().take(MAX_MESSAGE).collect();
        self.answer(chat, Notice::Aside { agent, text }).await
    }

    /// An event of which the text repeats a message is hidden with it, and at once when the client
    /// has repeated what is masked by now.
    async fn mind_quotation(
        &mut self,
        chat: &Chat,
        event: &RoomEvent,
        written: &Written,
    ) -> Result<(), StoreError> {
        let Some(of) = written.reply_to.as_ref().filter(|_| written.quotes) else {
            return Ok(());
        };
        let Some((answered, is_hidden)) = self.message_answered(chat, of).await? else {
            return Ok(());
        };
        self.tx
            .add_quotation(&chat.id, &answered.id, &event.id)
            .await?;
        match is_hidden || answered.masked {
            true => self.replace_in_room(chat, &answered).await,
            false => Ok(()),
        }
    }

    /// The message that this event shows, or did, and whether the event is hidden.
    ///
    /// An agent's client may see an event, and answer it, before we have heard that the homeserver
    /// took it. Then it is what is being delivered in the chat.
    pub(super) async fn message_answered(
        &mut self,
        chat: &Chat,
        of: &EventId,
    ) -> Result<Option<(Message, bool)>, StoreError> {
        if let Some(shown) = self.tx.find_message_shown(&chat.id, of).await? {
            return Ok(Some(shown));
        }
        let chat = &chat.id;
        let lane = Effect::Rename { chat: chat.clone() }.lane();
        let message = match self.tx.find_head(&lane).await? {
            Some(
                Effect::Say { message, .. }
                | Effect::SayAs { message, .. }
                | Effect::Replace { message, .. },
            ) => message,
            _ => return Ok(None),
        };
        let found = self.tx.find_message(chat, &message).await?;
        Ok(found.map(|message| (message, false)))
    }

    /// The message of this event, if an agent wrote it.
    async fn agents_message(
        &mut self,
        chat: &Chat,
        of: &EventId,
    ) -> Result<Option<Message>, StoreError> {
        let message = self.tx.find_message_by_event(&chat.id, of).await?;
        Ok(message.filter(|message| matches!(message.from, Author::Agent { .. })))
    }

    /// The name customers see, if the person may answer them.
    async fn name_of(
        &mut self,
        chat: &Chat,
        person: &AgentId,
    ) -> Result<Option<String>, StoreError> {
        let found = self.tx.find_agent(&chat.service, person).await?;
        Ok(found
            .filter(|found| found.permissions.holds(Permission::Chat))
            .map(|found| found.name))
    }

    /// Answers a command where it was typed: a reaction when it was done, else words.
    pub(super) async fn answer_in(
        &mut self,
        room: Room,
        command: &EventId,
        answer: Answer,
    ) -> Result<(), StoreError> {
        let command = command.clone();
        match answer {
            Answer::Nothing => Ok(()),
            Answer::Done => self.enqueue(Effect::Tick { room, command }).await,
            Answer::Words(text) => {
                self.enqueue(Effect::Answer {
                    room,
                    command,
                    text,
                })
                .await
            }
        }
    }

    async fn answer(&mut self, chat: &Chat, notice: Notice) -> Result<(), StoreError> {
        self.enqueue(Effect::Notify {
            chat: chat.id.clone(),
            notice,
        })
        .await
    }
}

/// What an agent is told whose file the customer does not get.
fn not_relayed(refusal: &Refusal) -> Notice {
    match refusal {
        Refusal::FileTooLarge { max_bytes } => Notice::FileTooLarge {
            max_bytes: *max_bytes,
        },
        Refusal::AttachmentsDisabled => Notice::NoFiles,
        _ => Notice::NotRelayed,
    }
}

/// "Done": short for `!close`.
fn is_check(symbol: &str) -> bool {
    symbol.starts_with('✅')
}

/// 🙈: this must not be seen.
fn is_monkey(symbol: &str) -> bool {
    symbol.starts_with('🙈')
}

/// ✋, in any colour: I take it.
fn is_hand(symbol: &str) -> bool {
    symbol.starts_with('✋')
}
