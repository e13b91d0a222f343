//! What the bot says of the console.

use crate::command::Language::{self, En, Ko};

pub fn link(language: Language, link: &str) -> String {
    match language {
        En => format!(
            "Your console: {link}\nThe link works once, within 5 minutes, and only for you: pass it to nobody. !console end closes all that you have open."
        ),
        Ko => format!(
            "콘솔: {link}\n링크는 5분 안에 한 번만, 본인만 쓸 수 있습니다. 다른 사람에게 주지 마세요. !console end 는 열어 둔 콘솔을 모두 닫습니다."
        ),
    }
}

pub fn ended(language: Language, sessions: u64) -> String {
    match (language, sessions) {
        (En, 0) => {
            "You have no console open. A link that was not used does not work any more.".into()
        }
        (En, 1) => "Your console is closed.".into(),
        (En, more) => format!("Your consoles are closed, all {more}."),
        (Ko, 0) => "열려 있는 콘솔이 없습니다. 쓰지 않은 링크는 더 이상 쓸 수 없습니다.".into(),
        (Ko, more) => format!("콘솔 {more}개를 닫았습니다."),
    }
}

/// No web address is set.
pub fn nowhere(language: Language) -> &'static str {
    match language {
        En => "This installation has no address for the console: set public_url in [web].",
        Ko => "콘솔 주소가 없습니다. 설정 [web]의 public_url을 정하세요.",
    }
}
