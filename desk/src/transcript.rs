//! A chat as a text its customer can keep: what was said, under the names it saw, and nothing else.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use crate::{
    chat::Chat,
    command::Language,
    customer::Customer,
    event::{Author, ChatEvent, ChatEventKind, Message},
    ids::{MessageId, Timestamp},
    service::Service,
    texts::closing::{self, language_of},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    /// Of the file: letters, digits and hyphens.
    pub name: String,
    pub text: String,
}

/// Times are in the service's time zone, if it has hours, else in UTC.
pub fn write(
    service: &Service,
    chat: &Chat,
    customer: &Customer,
    events: &[ChatEvent],
) -> Transcript {
    let reader = language_of(&chat.locale);
    let hours = service.settings.hours.as_ref();
    let zone = hours.and_then(|hours| TimeZone::get(&hours.zone).ok());
    let page = Page {
        zone: zone.unwrap_or(TimeZone::UTC),
        customer: customer.name.as_deref().unwrap_or(closing::you(reader)),
        deleted: deleted(events),
        reader,
    };
    let mut text = format!("{}\n\n", closing::transcript_title(reader, &service.name));
    for event in events {
        if let Some(line) = page.line(&event.what) {
            let at = page.time(event.at);
            text.push_str(&format!("[{at}] {}\n", line.replace('\n', "\n    ")));
        }
    }
    Transcript {
        name: format!("{}-{}", service.slug, chat.number),
        text,
    }
}

fn deleted(events: &[ChatEvent]) -> BTreeSet<&str> {
    let ids = events.iter().filter_map(|event| match &event.what {
        ChatEventKind::Delete { id } => Some(id.as_str()),
        _ => None,
    });
    ids.collect()
}

struct Page<'e> {
    zone: TimeZone,
    customer: &'e str,
    deleted: BTreeSet<&'e str>,
    reader: Language,
}

impl Page<'_> {
    fn line(&self, what: &ChatEventKind) -> Option<String> {
        match what {
            ChatEventKind::Message(message) => Some(self.message(message)),
            ChatEventKind::Active { agent } => Some(closing::agent_came(self.reader, agent)),
            ChatEventKind::Closed { by } => Some(closing::chat_ended(self.reader, *by)),
            _ => None,
        }
    }

    fn message(&self, message: &Message) -> String {
        let name = match &message.from {
            Author::Customer => self.customer,
            Author::Agent { name } => name,
        };
        if self.is_deleted(&message.id) {
            return format!("{name}: {}", closing::deleted(self.reader));
        }
        let text = &message.text;
        match &message.attachment {
            Some(file) if text.is_empty() => format!("{name}: [{}]", file.name),
            Some(file) => format!("{name}: [{}] {text}", file.name),
            None => format!("{name}: {text}"),
        }
    }

    fn is_deleted(&self, id: &MessageId) -> bool {
        self.deleted.contains(id.as_str())
    }

    fn time(&self, at: Timestamp) -> String {
        let at = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
        let local = at.to_zoned(self.zone.clone());
        local.strftime("%Y-%m-%d %H:%M:%S %:z").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        attachment::Attachment,
        chat::ChatState,
        event::ClosedBy,
        ids::{ChatId, CustomerId, ServiceSlug},
        service::{Hours, ServiceSettings},
    };

    const NOON: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn told(zone: Option<&str>, locale: &str, whats: Vec<ChatEventKind>) -> String {
        let service = Service {
            slug: ServiceSlug::new("acme"),
            name: "Acme Help".into(),
            settings: ServiceSettings {
                hours: zone.map(|zone| Hours {
                    zone: zone.into(),
                    open: Vec::new(),
                    holidays: Vec::new(),
                }),
                ..ServiceSettings::default()
            },
        };
        let customer = Customer {
            id: CustomerId::new("01JC"),
            service: service.slug.clone(),
            name: Some("Kim".into()),
            email: Some("kim@example.org".into()),
            subject: None,
        };
        let chat = Chat {
            id: ChatId::new("01JD"),
            service: service.slug.clone(),
            number: 7,
            customer: customer.id.clone(),
            state: ChatState::Waiting,
            handling: Default::default(),
            room: None,
            locale: locale.into(),
            page: None,
            fields: Default::default(),
            created_at: NOON,
            previous: None,
        };
        let events: Vec<ChatEvent> = (1..)
            .zip(whats)
            .map(|(seq, what)| ChatEvent {
                seq,
                at: NOON,
                what,
            })
            .collect();
        let transcript = write(&service, &chat, &customer, &events);
        assert_eq!(transcript.name, "acme-7");
        transcript.text
    }

    fn said(id: &str, from: Author, text: &str) -> ChatEventKind {
        ChatEventKind::Message(Message {
            id: MessageId::new(id),
            key: None,
            from,
            text: text.into(),
            html: None,
            reply_to: None,
            attachment: None,
            masked: false,
        })
    }

    fn file(id: &str, name: &str, text: &str) -> ChatEventKind {
        let ChatEventKind::Message(mut message) = said(id, alice(), text) else {
            panic!("a message");
        };
        message.attachment = Some(Attachment {
            name: name.into(),
            mime: "application/pdf".into(),
            size: 9,
            width: None,
            height: None,
        });
        ChatEventKind::Message(message)
    }

    fn alice() -> Author {
        Author::Agent {
            name: "Alice".into(),
        }
    }

    #[test]
    fn a_transcript_holds_what_was_said_as_it_is_now_and_nothing_internal() {
        let text = told(
            None,
            "en",
            vec![
                ChatEventKind::Waiting {
                    position: 1,
                    wait_s: None,
                    contact: false,
                },
                said("m1", Author::Customer, "hello\nthere"),
                ChatEventKind::Active {
                    agent: "Alice".into(),
                },
                said("m2", alice(), "hi Kim"),
                ChatEventKind::Edit {
                    id: MessageId::new("m2"),
                    text: "hi Kim".into(),
                    html: None,
                },
                file("m4", "invoice.pdf", "here it is"),
                file("m5", "a.png", ""),
                said("m3", alice(), ""),
                ChatEventKind::Delete {
                    id: MessageId::new("m3"),
                },
                ChatEventKind::RatingRequest,
                ChatEventKind::Rated { score: 5 },
                ChatEventKind::Closed {
                    by: ClosedBy::Agent,
                },
            ],
        );
        assert_eq!(
            text,
            "Chat with Acme Help\n\n\
             [2023-11-14 22:13:20 +00:00] Kim: hello\n    there\n\
             [2023-11-14 22:13:20 +00:00] * Alice has joined the chat\n\
             [2023-11-14 22:13:20 +00:00] Alice: hi Kim\n\
             [2023-11-14 22:13:20 +00:00] Alice: [invoice.pdf] here it is\n\
             [2023-11-14 22:13:20 +00:00] Alice: [a.png]\n\
             [2023-11-14 22:13:20 +00:00] Alice: (deleted)\n\
             [2023-11-14 22:13:20 +00:00] * The chat was ended by the help center\n"
        );
    }

    #[test]
    fn times_are_in_the_zone_of_the_hours_with_their_offset() {
        for (zone, time) in [
            (None, "22:13:20 +00:00"),
            (Some("Asia/Seoul"), "07:13:20 +09:00"),
            (Some("America/New_York"), "17:13:20 -05:00"),
            (Some("No/Where"), "22:13:20 +00:00"),
        ] {
            let text = told(zone, "ko-KR", vec![said("m1", alice(), "안녕하세요")]);
            assert!(text.contains(time), "{zone:?}: {text}");
            assert!(text.starts_with("Acme Help 상담"), "{text}");
        }
    }
}
