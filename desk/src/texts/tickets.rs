//! What is said of tickets.

use jiff::tz::TimeZone;

use super::admin::clock;
use crate::{
    command::{
        Language::{self, En, Ko},
        WrongWish,
    },
    ids::{AgentId, Timestamp},
    ticket::{Comment, Field, Priority, Status, Ticket, TicketChange, WrongTag},
};

/// What is shown of one ticket.
pub struct Shown<'t> {
    pub ticket: &'t Ticket,
    pub comments: &'t [Comment],
    pub changes: &'t [TicketChange],
    /// To the room of its chat.
    pub link: Option<String>,
    /// To the console.
    pub console: Option<String>,
    pub zone: TimeZone,
}

/// Which part of a conversation.
pub struct Part {
    pub part: u32,
    pub of: usize,
}

/// When something was said, in the zone of the service.
pub struct Times(TimeZone);

impl Times {
    pub fn new(zone: TimeZone) -> Self {
        Self(zone)
    }

    pub fn line(&self, at: Timestamp, name: &str, text: &str) -> String {
        let at = clock(at.as_millis(), &self.0);
        format!("[{at}] {name}: {}", text.replace('\n', "\n    "))
    }
}

fn say(language: Language, en: impl Into<String>, ko: impl Into<String>) -> String {
    match language {
        En => en.into(),
        Ko => ko.into(),
    }
}

pub fn status(language: Language, status: Status) -> &'static str {
    match (language, status) {
        (En, status) => status.as_str(),
        (Ko, Status::Open) => "열림",
        (Ko, Status::Pending) => "대기",
        (Ko, Status::Solved) => "해결",
        (Ko, Status::Closed) => "종료",
    }
}

pub fn priority(language: Language, priority: Priority) -> &'static str {
    match (language, priority) {
        (En, priority) => priority.as_str(),
        (Ko, Priority::Low) => "낮음",
        (Ko, Priority::Normal) => "보통",
        (Ko, Priority::High) => "높음",
        (Ko, Priority::Urgent) => "긴급",
    }
}

/// The customer of a ticket.
pub fn who(ticket: &Ticket, language: Language) -> &str {
    let name = ticket.name.as_deref().or(ticket.email.as_deref());
    name.unwrap_or(match language {
        En => "Customer",
        Ko => "고객",
    })
}

/// `open · high · @bela:example.org · #Chat #billing`
fn state(language: Language, ticket: &Ticket) -> String {
    let assignee = ticket.assignee.as_ref();
    let parts = [
        status(language, ticket.status).to_owned(),
        priority(language, ticket.priority).to_owned(),
        assignee.map_or_else(
            || say(language, "nobody's", "담당자 없음"),
            AgentId::to_string,
        ),
        ticket.tags.to_string(),
    ];
    parts.join(" · ")
}

/// Without the subject, which the command says already.
pub fn made(language: Language, ticket: &Ticket, link: Option<&str>) -> String {
    let (number, state) = (ticket.number, state(language, ticket));
    let said = say(
        language,
        format!("Ticket #{number} is made: {state}"),
        format!("티켓 #{number}을(를) 만들었습니다: {state}"),
    );
    with_link(said, link)
}

pub fn as_before(language: Language, ticket: &Ticket) -> String {
    let (number, state) = (ticket.number, state(language, ticket));
    say(
        language,
        format!("Nothing changed: #{number} is {state}"),
        format!("바뀐 것이 없습니다: #{number} {state}"),
    )
}

pub fn list(language: Language, tickets: &[Ticket], more: bool) -> String {
    let mut lines: Vec<String> = tickets
        .iter()
        .map(|it| format!("- #{} {} · {}", it.number, it.subject, state(language, it)))
        .collect();
    if more {
        lines.push(say(
            language,
            "There are more; say what you look for, such as: !tickets mine #billing refund",
            "더 있습니다. 찾을 것을 써 보세요. 예: !tickets mine #billing 환불",
        ));
    }
    lines.join("\n")
}

pub fn none_found(language: Language) -> String {
    say(language, "No tickets are found.", "찾은 티켓이 없습니다.")
}

pub fn one(language: Language, shown: &Shown<'_>) -> String {
    let ticket = shown.ticket;
    let times = Times(shown.zone.clone());
    let mut lines = vec![
        format!("#{} {}", ticket.number, ticket.subject),
        state(language, ticket),
        from(language, ticket, shown.link.as_deref()),
    ];
    lines.extend(shown.console.clone());
    lines.extend(customer(ticket));
    let made = clock(ticket.created_at.as_millis(), &shown.zone);
    lines.push(match &ticket.made_by {
        Some(agent) => say(
            language,
            format!("Made by {agent}, {made}"),
            format!("{agent} 님이 만듦, {made}"),
        ),
        None => say(
            language,
            format!("Left by the customer, {made}"),
            format!("고객이 남김, {made}"),
        ),
    });
    if !ticket.description.is_empty() {
        lines.push(ticket.description.clone());
    }
    if !shown.comments.is_empty() {
        lines.push(say(language, "Comments:", "댓글:"));
    }
    lines.extend(shown.comments.iter().map(|comment| {
        let mark = match comment.public {
            true => say(language, " (sent to the customer)", " (고객에게 보냄)"),
            false => String::new(),
        };
        times.line(
            comment.at,
            &format!("{}{mark}", comment.name),
            &comment.text,
        )
    }));
    if !shown.changes.is_empty() {
        lines.push(say(language, "Changes:", "변경:"));
    }
    let changes = shown.changes.iter();
    lines.extend(changes.map(|it| times.line(it.at, it.by.as_str(), &change(language, it))));
    lines.join("\n")
}

fn customer(ticket: &Ticket) -> Option<String> {
    match (&ticket.name, &ticket.email) {
        (Some(name), Some(email)) => Some(format!("{name}, {email}")),
        (Some(one), None) | (None, Some(one)) => Some(one.clone()),
        (None, None) => None,
    }
}

fn from(language: Language, ticket: &Ticket, link: Option<&str>) -> String {
    let Some(origin) = &ticket.origin else {
        return say(language, "Inquiry", "문의");
    };
    let number = origin.number;
    match link {
        Some(link) => say(
            language,
            format!("Chat #{number}: {link}"),
            format!("상담 #{number}: {link}"),
        ),
        None => say(
            language,
            format!("Chat #{number}, whose room is gone"),
            format!("상담 #{number} (방은 없어졌습니다)"),
        ),
    }
}

fn change(language: Language, change: &TicketChange) -> String {
    let field = match (language, change.field) {
        (En, field) => field.as_str(),
        (Ko, Field::Status) => "상태",
        (Ko, Field::Priority) => "우선순위",
        (Ko, Field::Assignee) => "담당자",
        (Ko, Field::Tag) => "태그",
        (Ko, Field::Subject) => "제목",
    };
    let value = |value: &str| match value {
        "" => say(language, "nobody", "없음"),
        value => value.to_owned(),
    };
    format!("{field}: {} → {}", value(&change.old), value(&change.new))
}

/// `shown`: the part, if there is one of this number.
pub fn conversation(
    language: Language,
    ticket: &Ticket,
    [room, console]: &[Option<String>; 2],
    shown: Option<&str>,
    part: &Part,
) -> String {
    let number = ticket.number;
    let above = format!("#{number} {}", ticket.subject);
    let mut lines = vec![above, from(language, ticket, room.as_deref())];
    lines.extend(console.clone());
    let (here, all) = (part.part, part.of);
    lines.push(match shown {
        Some(shown) => shown.to_owned(),
        None if all == 0 => say(language, "Nothing was said.", "대화가 없습니다."),
        None => say(
            language,
            format!("There are {all} parts."),
            format!("모두 {all}부분입니다."),
        ),
    });
    if usize::try_from(here).is_ok_and(|here| here < all) {
        let next = here + 1;
        lines.push(say(
            language,
            format!("Part {here} of {all}. The next: !ticket history {number} {next}"),
            format!("{all}부분 가운데 {here}번째. 다음: !ticket history {number} {next}"),
        ));
    }
    lines.join("\n")
}

/// `subject`: what the customer wrote first.
pub fn proposal(language: Language, subject: Option<&str>) -> String {
    match subject {
        Some(subject) => say(
            language,
            format!("What is it about? You could send: !ticket {subject}"),
            format!("무엇에 관한 티켓인가요? 이렇게 보낼 수 있습니다: !ticket {subject}"),
        ),
        None => say(
            language,
            "What is it about? For example: !ticket Cannot log in --priority high",
            "무엇에 관한 티켓인가요? 예: !ticket 로그인이 안 됨 --priority high",
        ),
    }
}

pub fn assigned(language: Language, number: u64, by: &AgentId, link: Option<&str>) -> String {
    let said = say(
        language,
        format!("{by} gave you ticket #{number}."),
        format!("{by} 님이 티켓 #{number}을(를) 맡겼습니다."),
    );
    with_link(said, link)
}

/// A link below what is said.
fn with_link(said: String, link: Option<&str>) -> String {
    match link {
        Some(link) => format!("{said}\n{link}"),
        None => said,
    }
}

pub fn no_such_ticket(language: Language, number: u64) -> String {
    say(
        language,
        format!("There is no ticket #{number}. Those to be done: !tickets"),
        format!("티켓 #{number}은(는) 없습니다. 할 일로 남은 티켓: !tickets"),
    )
}

pub fn too_long(language: Language, most: usize) -> String {
    say(
        language,
        format!("That is too long: at most {most} characters."),
        format!("너무 깁니다. {most}자까지 쓸 수 있습니다."),
    )
}

pub fn partly_hidden(language: Language) -> String {
    say(
        language,
        "Done. What the policies hide was masked in it.",
        "완료. 정책이 가리는 내용은 가려졌습니다.",
    )
}

pub fn no_work_for(language: Language, agent: &AgentId) -> String {
    say(
        language,
        format!(
            "{agent} may not work on tickets. An admin can allow it: !agent grant {agent} ticket"
        ),
        format!(
            "{agent} 님은 티켓 권한이 없습니다. 관리자가 줄 수 있습니다: !agent grant {agent} ticket"
        ),
    )
}

pub fn no_mail(language: Language, number: u64) -> String {
    say(
        language,
        format!(
            "I cannot send mail here: the settings name no mail server. What only agents see: !ticket comment {number} text"
        ),
        format!(
            "메일을 보낼 수 없습니다. 설정에 메일 서버가 없습니다. 상담원만 보는 댓글: !ticket comment {number} 내용"
        ),
    )
}

pub fn no_address(language: Language, number: u64) -> String {
    say(
        language,
        format!("The customer of ticket #{number} has left no e-mail address."),
        format!("티켓 #{number}의 고객은 이메일 주소를 남기지 않았습니다."),
    )
}

pub fn wrong_status(language: Language, word: &str) -> String {
    known(
        language,
        word,
        &words(Status::ALL),
        "!ticket set 12 status solved",
    )
}

pub fn wrong_priority(language: Language, word: &str, near: Option<&str>) -> String {
    let answer = known(
        language,
        word,
        &words(Priority::ALL),
        "!ticket set 12 priority high",
    );
    format!("{answer}{}", did_you_mean(language, near))
}

fn words(all: &[impl ToString]) -> String {
    let words: Vec<String> = all.iter().map(ToString::to_string).collect();
    words.join(", ")
}

fn known(language: Language, word: &str, right: &str, example: &str) -> String {
    say(
        language,
        format!("\"{word}\" does not fit; right is: {right}. For example: {example}"),
        format!("\"{word}\"은(는) 쓸 수 없습니다. 쓸 수 있는 값: {right}. 예: {example}"),
    )
}

fn did_you_mean(language: Language, near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| {
        say(
            language,
            format!(" Did you mean \"{near}\"?"),
            format!(" \"{near}\" 말씀인가요?"),
        )
    })
}

pub fn which_tag(language: Language, number: u64) -> String {
    say(
        language,
        format!("Add or remove which tag? For example: !ticket set {number} tag add billing"),
        format!("어느 태그를 추가하거나 뺄까요? 예: !ticket set {number} tag add billing"),
    )
}

pub fn wrong_tag(language: Language, wrong: &WrongTag) -> String {
    match wrong {
        WrongTag::Shape(word) => say(
            language,
            format!("\"{word}\" cannot be a tag: use up to 40 letters, digits, - and _."),
            format!("\"{word}\"은(는) 태그가 될 수 없습니다. 문자, 숫자, -, _로 40자까지입니다."),
        ),
        WrongTag::Fixed(tag) => say(
            language,
            format!("{tag} says where a ticket came from: it is neither given nor taken."),
            format!("{tag} 태그는 티켓이 어디에서 왔는지 나타내므로 붙이거나 뗄 수 없습니다."),
        ),
        WrongTag::TooMany => say(
            language,
            "A ticket has at most 20 tags.",
            "티켓의 태그는 20개까지입니다.",
        ),
    }
}

pub fn wrong_wish(language: Language, wrong: &WrongWish) -> String {
    let example = "!ticket Cannot log in --priority high --assignee @bela --tag billing --desc since the update";
    match wrong {
        WrongWish::Option { word, near } => {
            let options = "--priority, --assignee, --tag, --desc";
            let answer = known(language, &format!("--{word}"), options, example);
            format!("{answer}{}", did_you_mean(language, near.as_deref()))
        }
        WrongWish::Missing(option) => say(
            language,
            format!("--{option} needs a word behind it. For example: {example}"),
            format!("--{option} 뒤에 값이 필요합니다. 예: {example}"),
        ),
        WrongWish::Priority { word, near } => wrong_priority(language, word, near.as_deref()),
        WrongWish::Tag(wrong) => wrong_tag(language, wrong),
    }
}

/// Of the mail in which an agent answers.
pub fn reply_subject(ticket: &Ticket, service: &str) -> String {
    format!("Re: {} [{service} #{}]", ticket.subject, ticket.number)
}

/// Subject and text of the mail that confirms an inquiry.
pub fn receipt(language: Language, number: u64, service: &str) -> (String, String) {
    (
        say(
            language,
            format!("We have your inquiry [{service} #{number}]"),
            format!("문의가 접수되었습니다 [{service} #{number}]"),
        ),
        say(
            language,
            format!(
                "Thank you for writing to {service}. Your inquiry has the number #{number}; we will answer by mail.\n\nIf you did not write to us, somebody typed your address, and you can ignore this mail.\n"
            ),
            format!(
                "{service}에 문의해 주셔서 감사합니다. 접수 번호는 #{number}이며 메일로 답변드리겠습니다.\n\n문의하신 적이 없다면 누군가 주소를 잘못 쓴 것이니 이 메일은 무시하셔도 됩니다.\n"
            ),
        ),
    )
}
