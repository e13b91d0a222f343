//! What is said of masks. None of it holds what is under them.

use std::time::Duration;

use crate::{
    command::Language::{self, En, Ko},
    ids::{AgentId, Timestamp},
    masking::Kind,
    masks::Mask,
    permission::Permission,
    service::{MASKING_PARTS, Policy, Service, on_off},
};

/// Why an event of the room was hidden: clients show it beside the place.
pub const HIDDEN: &str = "Personal data was masked";
/// And why its masked form was.
pub const SHOWN: &str = "The mask was taken off";
/// Why a suggestion is taken back.
/// Why an event is hidden of a customer who is erased, and how its room is called then.
pub const ERASED: &str = "Personal data was erased";
pub const ERASED_ROOM: &str = "✔ erased";
pub const DONE: &str = "Done";
pub const COMMAND_HIDDEN: &str = "This may have held personal data";
pub const TAKEN_BACK: &str = "The time to look under the mask is over";

/// Why what is under a mask cannot be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hidden {
    NoVault,
    /// There was no vault when it was masked.
    NotKept,
    Expired,
    /// And the key's name.
    KeyMissing(String),
    Damaged,
}

/// A kind of personal data, as people call it.
pub fn kind(language: Language, kind: &Kind) -> String {
    let (en, ko) = match kind {
        Kind::Card => ("a payment card number", "카드 번호"),
        Kind::KrRrn => ("a resident registration number", "주민등록번호"),
        Kind::Phone => ("a phone number", "전화번호"),
        Kind::Email => ("an e-mail address", "이메일 주소"),
        Kind::Iban => ("an IBAN", "IBAN"),
        Kind::UsSsn => ("a US social security number", "미국 사회보장번호"),
        Kind::Passport => ("a passport number", "여권번호"),
        Kind::DriversLicence => ("a driver's licence number", "운전면허번호"),
        Kind::KrAccount => ("a bank account number", "계좌번호"),
        Kind::Ip => ("an IP address", "IP 주소"),
        Kind::Secret => ("a password or key", "비밀번호 또는 키"),
        Kind::Text => ("a chosen text", "지정한 텍스트"),
        Kind::Custom(name) => return name.to_string(),
    };
    match language {
        En => en.into(),
        Ko => ko.into(),
    }
}

fn kinds<'k>(language: Language, of: impl Iterator<Item = &'k Kind>) -> String {
    let mut named: Vec<String> = of.map(|name| kind(language, name)).collect();
    named.sort();
    named.dedup();
    match (language, named.split_last()) {
        (En, Some((last, rest))) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => named.join(", "),
    }
}

pub fn suggestion(language: Language, of: &[Kind]) -> String {
    let what = kinds(language, of.iter());
    match language {
        En => format!("This seems to hold {what}. Press 🙈 below the message to mask it."),
        Ko => format!("{what}(으)로 보입니다. 메시지의 🙈를 누르면 가려집니다."),
    }
}

pub fn not_hidden(language: Language, chat: u64) -> String {
    match language {
        En => format!(
            "A mask in chat #{chat} did not reach its room: the homeserver refused, and the original stands there still. Delete the message in your client and tell your administrator."
        ),
        Ko => format!(
            "상담 #{chat}의 마스킹이 방에 적용되지 않았습니다. 홈서버가 거부하여 원문이 남아 있습니다. 클라이언트에서 그 메시지를 삭제하고 관리자에게 알려 주세요."
        ),
    }
}

pub fn not_erased(language: Language, chat: u64) -> String {
    match language {
        En => format!(
            "A file of chat #{chat} is removed from the chat, but the homeserver did not let me delete it: who has its address can still get it. Your administrator sees why with !doctor."
        ),
        Ko => format!(
            "상담 #{chat}의 파일을 상담에서 없앴지만 홈서버가 삭제를 거부했습니다. 주소를 아는 사람은 아직 받을 수 있습니다. 이유는 관리자가 !doctor로 볼 수 있습니다."
        ),
    }
}

/// What an agent said to other agents, without what a policy hides.
pub fn aside(language: Language, agent: &AgentId, text: &str) -> String {
    match language {
        En => format!("{agent} wrote to agents, and personal data in it is masked: {text}"),
        Ko => format!("{agent} 님이 상담원들에게 쓴 글의 개인정보를 가렸습니다: {text}"),
    }
}

/// A prepared answer as it is kept.
pub fn canned(language: Language, text: &str) -> String {
    match language {
        En => format!("Kept without what the masking policies hide: {text}"),
        Ko => format!("마스킹 정책이 가리는 내용을 빼고 저장했습니다: {text}"),
    }
}

/// The homeserver keeps a file that was masked.
pub fn file_stays(language: Language) -> String {
    match language {
        En => "The file is gone from the chat and the customer's page, but it stays at the homeserver: who has had this room open can still get it by its address. An administrator can delete it there.".into(),
        Ko => "파일은 상담과 고객의 페이지에서 없어졌지만 홈서버에는 남아 있습니다. 이 방을 열어 본 사람은 주소로 아직 받을 수 있습니다. 관리자가 홈서버에서 삭제할 수 있습니다.".into(),
    }
}

pub fn unmasked(language: Language, agent: &AgentId, undone: bool, reason: Option<&str>) -> String {
    let said = match (language, undone) {
        (En, false) => format!("{agent} has looked under a mask"),
        (En, true) => format!("{agent} has taken a mask off"),
        (Ko, false) => format!("{agent} 님이 마스킹된 내용을 확인했습니다"),
        (Ko, true) => format!("{agent} 님이 마스킹을 해제했습니다"),
    };
    match reason {
        Some(reason) => format!("{said}: {reason}"),
        None => format!("{said}."),
    }
}

/// The contract does not have it.
pub fn security_off(language: Language) -> String {
    match language {
        En => "Masking is not part of this help center's contract. An admin can switch it on: !contract security on".into(),
        Ko => "이 헬프센터의 계약에 마스킹이 없습니다. 관리자가 켤 수 있습니다: !contract security on".into(),
    }
}

/// The command needs a message.
pub fn which_message(language: Language, command: &str) -> String {
    match language {
        En => format!(
            "Which message? Reply to it with {command}. It must be one the customer sees: a note is deleted in your client."
        ),
        Ko => format!(
            "어느 메시지인가요? 그 메시지에 답장으로 {command} 라고 쓰세요. 고객이 보는 메시지여야 합니다. 메모는 클라이언트에서 삭제하세요."
        ),
    }
}

pub fn not_in_the_message(language: Language) -> String {
    match language {
        En => "That text is not in the message, or is masked already. I have deleted your command, for it may hold personal data. !mask all masks the whole message.".into(),
        Ko => "그 텍스트는 메시지에 없거나 이미 가려져 있습니다. 개인정보가 있을 수 있어 명령을 삭제했습니다. !mask all 은 메시지 전체를 가립니다.".into(),
    }
}

/// A command of masking that could not be read.
pub fn mistaken(language: Language) -> String {
    match language {
        En => "I do not understand that, and have deleted it, for it may hold personal data. Reply to the message with !mask (what I find), !mask 010-1234-5678 (that text) or !mask all. Others: !unmask, !masks. For example: !mask all".into(),
        Ko => "이해하지 못했습니다. 개인정보가 있을 수 있어 삭제했습니다. 메시지에 답장으로 !mask (찾은 것), !mask 010-1234-5678 (그 텍스트), !mask all 이라고 쓰세요. 그 밖에: !unmask, !masks. 예: !mask all".into(),
    }
}

pub fn nothing_found(language: Language) -> String {
    match language {
        En => "I see no personal data in it. Name the text (!mask 010-1234-5678), or mask the whole message: !mask all".into(),
        Ko => "개인정보를 찾지 못했습니다. 텍스트를 지정하거나(!mask 010-1234-5678) 메시지 전체를 가리세요: !mask all".into(),
    }
}

/// At the console.
pub fn nothing_to_mask(language: Language) -> &'static str {
    match language {
        En => {
            "I see no personal data in it. Select what shall be hidden, or mask the whole message."
        }
        Ko => "개인정보를 찾지 못했습니다. 가릴 부분을 선택하거나 메시지 전체를 가리세요.",
    }
}

/// At the console.
pub fn has_changed(language: Language) -> &'static str {
    match language {
        En => "The message says something else by now. Select the text again.",
        Ko => "그동안 메시지가 바뀌었습니다. 텍스트를 다시 선택하세요.",
    }
}

pub fn masked_already(language: Language) -> String {
    match language {
        En => "That is masked already.".into(),
        Ko => "이미 가려져 있습니다.".into(),
    }
}

pub fn no_masks(language: Language) -> String {
    match language {
        En => "Nothing is masked in this chat.".into(),
        Ko => "이 상담에는 가려진 내용이 없습니다.".into(),
    }
}

/// One line for each mask of the chat.
pub fn list(language: Language, masks: &[Mask], time: impl Fn(Timestamp) -> String) -> String {
    let lines = masks.iter().map(|mask| {
        let what = kinds(language, mask.runs.iter().map(|run| &run.kind));
        let (at, number) = (time(mask.at), mask.number);
        let by = match (&mask.by, language) {
            (Some(agent), _) => agent.to_string(),
            (None, En) => "by policy".into(),
            (None, Ko) => "정책에 따라".into(),
        };
        let off = match (mask.undone_at, language) {
            (None, _) => String::new(),
            (Some(at), En) => format!(", taken off {}", time(at)),
            (Some(at), Ko) => format!(", {} 해제됨", time(at)),
        };
        format!("- {number}. {at} {what}, {by}{off}")
    });
    let lines: Vec<String> = lines.collect();
    let title = match language {
        En => "Masks in this chat:",
        Ko => "이 상담의 마스킹:",
    };
    format!("{title}\n{}", lines.join("\n"))
}

/// The permission for it is missing.
pub fn needs(language: Language, permission: Permission) -> String {
    match language {
        En => format!("That needs the permission {permission}."),
        Ko => format!("{permission} 권한이 필요합니다."),
    }
}

/// What `!masking` shows: all of it.
pub fn settings(language: Language, service: &Service) -> String {
    let masking = &service.settings.masking;
    let known = masking.known();
    let kinds = known.iter().map(|kind| kind_line(language, service, kind));
    let parts = MASKING_PARTS.map(|part| format!("- {part}: {}", masking.shown(part)));
    let patterns = masking.patterns.iter();
    let patterns = patterns.map(|(name, regex)| format!("- pattern {name}: {regex}"));
    let mut lines = vec![
        format!("{}:", service.slug),
        format!(
            "- contract security: {}",
            on_off(service.settings.contract_security)
        ),
    ];
    lines.extend(kinds);
    lines.extend(parts);
    lines.extend(patterns);
    if !service.settings.contract_security {
        lines.push(security_off(language));
    }
    lines.join("\n")
}

/// `- card: mask (a payment card number)`
pub fn kind_line(language: Language, service: &Service, of: &Kind) -> String {
    let policy = policy(service.settings.masking.policy(of));
    match of {
        Kind::Custom(_) => format!("- {of}: {policy}"),
        _ => format!("- {of}: {policy} ({})", kind(language, of)),
    }
}

pub fn patterns(service: &Service) -> String {
    let patterns = &service.settings.masking.patterns;
    let lines = patterns
        .iter()
        .map(|(name, regex)| format!("\n- {name}: {regex}"));
    match patterns.is_empty() {
        true => "patterns: none".into(),
        false => format!("patterns:{}", lines.collect::<String>()),
    }
}

/// On one line.
pub fn short_settings(service: &Service) -> String {
    let masking = &service.settings.masking;
    let kinds = masking.summary();
    let parts = MASKING_PARTS.map(|part| format!("{part} {}", masking.shown(part)));
    format!("{kinds}; {}", parts.join(", "))
}

fn policy(policy: Policy) -> &'static str {
    match policy {
        Policy::Off => "off",
        Policy::Suggest => "suggest",
        Policy::Mask => "mask",
    }
}

/// What would become of a text: what was found, as it would be shown.
pub fn tried(language: Language, found: &[(Kind, String, Policy)], security: bool) -> String {
    let mut lines: Vec<String> = found
        .iter()
        .map(|(kind, hidden, policy)| {
            format!("- {kind}: {hidden} — {}", becomes(language, *policy))
        })
        .collect();
    if found.is_empty() {
        lines.push(match language {
            En => "I find no personal data in it.".into(),
            Ko => "개인정보를 찾지 못했습니다.".into(),
        });
    }
    if !security {
        lines.push(security_off(language));
    }
    lines.push(match language {
        En => "I keep nothing of it, but I cannot delete what you wrote here: delete your message now if it holds personal data.".into(),
        Ko => "저는 아무것도 보관하지 않지만 여기 쓰신 글은 지울 수 없습니다. 개인정보가 있으면 지금 메시지를 삭제하세요.".into(),
    });
    lines.join("\n")
}

fn becomes(language: Language, policy: Policy) -> &'static str {
    match (policy, language) {
        (Policy::Off, En) => "off: stays as it is",
        (Policy::Suggest, En) => "suggest: agents are told",
        (Policy::Mask, En) => "mask: hidden before it is stored or sent",
        (Policy::Off, Ko) => "off: 그대로 둡니다",
        (Policy::Suggest, Ko) => "suggest: 상담원에게 알립니다",
        (Policy::Mask, Ko) => "mask: 저장하거나 보내기 전에 가립니다",
    }
}

pub fn not_masked(language: Language) -> &'static str {
    match language {
        En => "Nothing of that message is masked.",
        Ko => "그 메시지에는 가려진 내용이 없습니다.",
    }
}

fn why(language: Language, why: &Hidden) -> String {
    match (language, why) {
        (En, Hidden::NoVault) => "there is no vault, so masking is final".into(),
        (En, Hidden::NotKept) => "there was no vault when it was masked, so that is final".into(),
        (En, Hidden::Expired) => "the original was kept for its time and is deleted".into(),
        (En, Hidden::KeyMissing(key)) => format!(
            "the vault's key {key} is missing; whoever runs Helproom can put it back into the key file"
        ),
        (En, Hidden::Damaged) => {
            "the original is damaged, or sealed with another key of the same name; tell whoever runs Helproom".into()
        }
        (Ko, Hidden::NoVault) => "보관함이 없어 마스킹은 되돌릴 수 없습니다".into(),
        (Ko, Hidden::NotKept) => "가릴 때 보관함이 없어 되돌릴 수 없습니다".into(),
        (Ko, Hidden::Expired) => "원문의 보관 기간이 지나 삭제되었습니다".into(),
        (Ko, Hidden::KeyMissing(key)) => format!(
            "보관함 키 {key}이(가) 없습니다. 운영자가 키 파일에 다시 넣을 수 있습니다"
        ),
        (Ko, Hidden::Damaged) => {
            "원문이 손상되었거나 이름이 같은 다른 키로 잠겨 있습니다. 운영자에게 알려 주세요".into()
        }
    }
}

pub fn cannot_be_opened(language: Language, hidden: &Hidden) -> String {
    let why = why(language, hidden);
    match language {
        En => format!("What is under the mask cannot be shown: {why}."),
        Ko => format!("가려진 내용을 볼 수 없습니다. {why}."),
    }
}

/// Beside what could be opened.
pub fn some_stay(language: Language, hidden: &Hidden) -> String {
    let why = why(language, hidden);
    match language {
        En => format!("(Not all masks could be taken off: {why}.)"),
        Ko => format!("(일부는 열 수 없습니다. {why}.)"),
    }
}

/// The answer in the portal.
pub fn is_shown(language: Language, shows: Duration) -> String {
    let seconds = shows.as_secs();
    match language {
        En => format!(
            "I show it to you in our direct room. It disappears there {seconds} s after it came."
        ),
        Ko => format!("저와의 1:1 대화방에 보여 드립니다. {seconds}초 뒤 사라집니다."),
    }
}

/// What stands over the original.
pub fn under_the_masks(language: Language, chat: u64, shows: Duration) -> String {
    let seconds = shows.as_secs();
    match language {
        En => format!("Under the mask in chat #{chat} (for {seconds} s):"),
        Ko => format!("상담 #{chat}에서 가려진 내용 ({seconds}초 동안):"),
    }
}

/// In place of an original that may not be shown any more.
pub fn gone(language: Language) -> &'static str {
    match language {
        En => "What is under the mask cannot be shown any more.",
        Ko => "가려진 내용을 더 이상 볼 수 없습니다.",
    }
}

pub fn not_shown(language: Language) -> &'static str {
    match language {
        En => {
            "I could not show you what is under the mask. Ask again, and look whether you are in a direct room with me."
        }
        Ko => {
            "가려진 내용을 보여 드리지 못했습니다. 저와의 1:1 대화방에 있는지 확인하고 다시 요청하세요."
        }
    }
}

/// `again`: from when on the agent may look again.
pub fn too_often(language: Language, limit: u32, again: Option<String>) -> String {
    match (language, again) {
        (En, Some(again)) => format!(
            "You have looked under masks {limit} times within an hour, which is the limit. You can look again at {again}. The supervisors are told."
        ),
        (En, None) => {
            "Looking under masks is switched off here (the limit is 0). The supervisors are told."
                .into()
        }
        (Ko, Some(again)) => format!(
            "한 시간에 {limit}번까지 볼 수 있습니다. {again}부터 다시 볼 수 있습니다. 관리자에게 알렸습니다."
        ),
        (Ko, None) => {
            "여기서는 가려진 내용을 볼 수 없게 되어 있습니다(한도 0). 관리자에게 알렸습니다.".into()
        }
    }
}

/// For the supervisors.
pub fn alarm(language: Language, agent: &AgentId, limit: u32, chat: u64) -> String {
    match language {
        En => format!(
            "{agent} has looked under masks {limit} times within an hour and wanted to look under more, in chat #{chat}. !audit {agent} shows where."
        ),
        Ko => format!(
            "{agent} 님이 한 시간에 마스킹된 내용을 {limit}번 확인하고 상담 #{chat}에서 더 보려고 했습니다. !audit {agent} 로 확인하세요."
        ),
    }
}
