//! What was found when everything was looked at, and what to do about it.

use std::time::Duration;

use crate::{
    command::Language::{self, En, Ko},
    doctor::{Finding, Verdict},
};

/// What it comes to, and a line for each finding, the worst first.
pub fn report(language: Language, findings: &[Finding]) -> String {
    let of = |verdict| findings.iter().filter(move |one| one.verdict() == verdict);
    let wrong = of(Verdict::Wrong).count();
    let warnings = of(Verdict::Warning).count();
    let mut lines = vec![match (language, wrong, warnings) {
        (En, 0, 0) => "Everything is all right:".to_owned(),
        (En, 0, _) => format!("Nothing is wrong, warnings: {warnings}:"),
        (En, _, _) => format!("Wrong: {wrong}, warnings: {warnings}:"),
        (Ko, 0, 0) => "모두 정상입니다:".to_owned(),
        (Ko, _, _) => format!("문제 {wrong}건, 주의 {warnings}건:"),
    }];
    let worst_first = [Verdict::Wrong, Verdict::Warning, Verdict::Ok];
    let sorted = worst_first.into_iter().flat_map(of);
    lines.extend(sorted.map(|finding| format!("- {}", line(language, finding))));
    lines.join("\n")
}

pub fn line(language: Language, finding: &Finding) -> String {
    let mark = match (finding.verdict(), language) {
        (Verdict::Ok, En) => "ok",
        (Verdict::Warning, En) => "warning",
        (Verdict::Wrong, En) => "wrong",
        (Verdict::Ok, Ko) => "정상",
        (Verdict::Warning, Ko) => "주의",
        (Verdict::Wrong, Ko) => "문제",
    };
    let said = match language {
        En => english(finding),
        Ko => korean(finding),
    };
    format!("{mark}: {said}")
}

/// Here nothing else can be said.
pub fn nobody_to_ask(language: Language) -> String {
    match language {
        En => "I cannot look at that here; type on the machine: helproom doctor".into(),
        Ko => "여기서는 볼 수 없습니다. 서버에서 실행하세요: helproom doctor".into(),
    }
}

fn ms(span: &Duration) -> u128 {
    span.as_millis()
}

fn mb(bytes: &u64) -> u64 {
    bytes / (1024 * 1024)
}

fn english(finding: &Finding) -> String {
    match finding {
        Finding::HomeserverAnswers { within } => format!("the homeserver answers ({} ms).", ms(within)),
        Finding::HomeserverSilent { url } => format!("the homeserver does not answer at {url}. Is it running, and is homeserver.url right? Nothing else about it could be looked at."),
        Finding::RegistrationLoaded => "the homeserver has loaded the registration.".into(),
        Finding::RegistrationUnknown => "the homeserver does not know our token. Name the registration in its settings (Synapse: app_service_config_files) and restart it; after \"helproom registration --force\" it needs the new file.".into(),
        Finding::Pinged { within } => format!("the homeserver reaches Helproom ({} ms).", ms(within)),
        Finding::NotReached { url, code } => format!("the homeserver cannot reach Helproom at {url} ({code}). From the homeserver's machine try: curl {url}. Set appservice.url to an address that works there, make the registration anew, and restart the homeserver."),
        Finding::NotRunning { listen } => format!("nobody listens on {listen}, so the way from the homeserver to Helproom cannot be tried. Start it (helproom serve) and look again."),
        Finding::NamespaceFits => "the bot is ours, and its name is in our namespace.".into(),
        Finding::NamespaceForeign { code } => format!("the homeserver does not let us have the bot ({code}). Its name must fit the registration, and nobody else may have it: see bot.localpart."),
        Finding::GhostMade => "customers' virtual users can be made.".into(),
        Finding::GhostRefused { code } => format!("customers' virtual users cannot be made ({code}). Make the registration anew (helproom registration --force) and give it to the homeserver."),
        Finding::PresenceWorks => "presence works.".into(),
        Finding::PresenceOff => "presence is switched off on the homeserver, so nobody is ever seen online. Switch it on (Synapse: presence: {enabled: true}), or let agents say it: !routing presence status.".into(),
        Finding::EphemeralOn => "the registration asks for presence, typing and receipts. Whether they arrive cannot be seen from outside; !status shows an agent its presence.".into(),
        Finding::EphemeralOff => "the registration does not ask for presence, typing and receipts (receive_ephemeral). Make it anew (helproom registration --force) and give it to the homeserver.".into(),
        Finding::MediaWorks { within } => format!("files can be uploaded and downloaded ({} ms).", ms(within)),
        Finding::MediaFails { code } => format!("files cannot be uploaded and downloaded ({code}). Look at the homeserver's media settings (Synapse: max_upload_size, enable_authenticated_media, the disk)."),
        Finding::MediaErased => "files that are masked are deleted at the homeserver, too.".into(),
        Finding::AdminUnset => "files that are masked or deleted stay at the homeserver. With the token of a server admin of Synapse (homeserver.admin_token_file) they are deleted there, too.".into(),
        Finding::AdminRefused { code } => format!("the homeserver does not let the token in homeserver.admin_token delete files ({code}). It must be the access token of a server admin, and homeserver.url must reach /_synapse/admin."),
        Finding::RetentionUnknown => "how long the homeserver keeps the text of what was masked or deleted cannot be seen from here. Synapse keeps it for redaction_retention_period (in homeserver.yaml; 7 days unless set, 1h is possible), and its search keeps it for ever unless enable_search: false is set. What a masking policy \"mask\" hides of a customer's words never gets there.".into(),
        Finding::ClocksAgree => "the clocks agree.".into(),
        Finding::ClocksDiffer { by } => format!("the clocks differ by {} s. Set both machines' time by NTP, or messages stand in a wrong order.", by.as_secs()),
        Finding::ClockUnknown => "the homeserver does not say what time it has.".into(),
        Finding::DatabaseSound => "the database is sound.".into(),
        Finding::DatabaseBroken => "the database is damaged. Stop Helproom, keep the file, and go back to the last backup.".into(),
        Finding::DatabaseUnread => "the database could not be read. Look at database.url and who may read the file.".into(),
        Finding::SpaceFree { bytes } => format!("{} MB are free beside the database.", mb(bytes)),
        Finding::SpaceShort { bytes } => format!("only {} MB are free beside the database. Make room: what cannot be written is refused to customers.", mb(bytes)),
        Finding::Buried { count } => format!("{count} effects could never be delivered; the table outbox says why (column buried)."),
        Finding::VaultUnset => "there is no vault, so masking is final: nobody can look under a mask. To keep what is under masks, set [vault] key_file.".into(),
        Finding::VaultSound => "the vault's keys can be read, and every mask's is there.".into(),
        Finding::VaultNew => "the vault's key file is made when Helproom starts.".into(),
        Finding::VaultBroken { why } => format!("{why}."),
        Finding::Unfinished { what } => format!("{what} could not be looked at in time."),
    }
}

fn korean(finding: &Finding) -> String {
    match finding {
        Finding::HomeserverAnswers { within } => format!("홈서버가 응답합니다({} ms).", ms(within)),
        Finding::HomeserverSilent { url } => format!("홈서버가 {url}에서 응답하지 않습니다. 실행 중인지, homeserver.url이 맞는지 확인하세요. 나머지는 확인할 수 없었습니다."),
        Finding::RegistrationLoaded => "홈서버가 등록 파일을 읽었습니다.".into(),
        Finding::RegistrationUnknown => "홈서버가 우리 토큰을 모릅니다. 홈서버 설정(Synapse: app_service_config_files)에 등록 파일을 넣고 다시 시작하세요.".into(),
        Finding::Pinged { within } => format!("홈서버가 Helproom에 연결됩니다({} ms).", ms(within)),
        Finding::NotReached { url, code } => format!("홈서버가 {url}의 Helproom에 연결하지 못합니다({code}). appservice.url을 홈서버에서 닿는 주소로 바꾸고 등록 파일을 다시 만들어 홈서버를 다시 시작하세요."),
        Finding::NotRunning { listen } => format!("{listen}에서 듣는 프로그램이 없어 홈서버에서 Helproom으로 가는 길은 확인하지 못했습니다. 시작한 뒤(helproom serve) 다시 보세요."),
        Finding::NamespaceFits => "봇은 우리 것이고 이름이 네임스페이스에 맞습니다.".into(),
        Finding::NamespaceForeign { code } => format!("홈서버가 봇을 허락하지 않습니다({code}). 이름이 등록 파일에 맞아야 하고 다른 사람이 쓰지 않아야 합니다: bot.localpart"),
        Finding::GhostMade => "고객의 가상 사용자를 만들 수 있습니다.".into(),
        Finding::GhostRefused { code } => format!("고객의 가상 사용자를 만들 수 없습니다({code}). 등록 파일을 다시 만들어(helproom registration --force) 홈서버에 주세요."),
        Finding::PresenceWorks => "접속 상태가 동작합니다.".into(),
        Finding::PresenceOff => "홈서버의 접속 상태 기능이 꺼져 있어 아무도 온라인으로 보이지 않습니다. 켜거나(Synapse: presence: {enabled: true}) 상담원이 직접 말하게 하세요: !routing presence status".into(),
        Finding::EphemeralOn => "등록 파일이 접속 상태, 입력 중, 읽음 표시를 요청합니다. 실제로 오는지는 밖에서 알 수 없습니다. !status가 상담원에게 접속 상태를 보여 줍니다.".into(),
        Finding::EphemeralOff => "등록 파일이 접속 상태, 입력 중, 읽음 표시를 요청하지 않습니다(receive_ephemeral). 다시 만들어(helproom registration --force) 홈서버에 주세요.".into(),
        Finding::MediaWorks { within } => format!("파일을 올리고 내려받을 수 있습니다({} ms).", ms(within)),
        Finding::MediaFails { code } => format!("파일을 올리고 내려받을 수 없습니다({code}). 홈서버의 미디어 설정을 확인하세요(Synapse: max_upload_size, enable_authenticated_media, 디스크)."),
        Finding::MediaErased => "가린 파일은 홈서버에서도 삭제됩니다.".into(),
        Finding::AdminUnset => "가리거나 지운 파일이 홈서버에 남습니다. Synapse 서버 관리자의 토큰(homeserver.admin_token_file)을 설정하면 홈서버에서도 삭제됩니다.".into(),
        Finding::AdminRefused { code } => format!("homeserver.admin_token의 토큰으로 파일을 삭제할 수 없습니다({code}). 서버 관리자의 액세스 토큰이어야 하고 homeserver.url에서 /_synapse/admin에 닿아야 합니다."),
        Finding::RetentionUnknown => "가리거나 지운 글을 홈서버가 얼마나 보관하는지는 여기서 알 수 없습니다. Synapse는 homeserver.yaml의 redaction_retention_period(기본 7일, 1h도 가능) 동안 보관하고, 검색은 enable_search: false가 아니면 계속 보관합니다. 정책 mask가 가린 고객의 글은 애초에 홈서버에 가지 않습니다.".into(),
        Finding::ClocksAgree => "시계가 맞습니다.".into(),
        Finding::ClocksDiffer { by } => format!("시계가 {}초 다릅니다. 두 서버의 시간을 NTP로 맞추세요. 그대로 두면 메시지 순서가 틀립니다.", by.as_secs()),
        Finding::ClockUnknown => "홈서버가 시간을 알려 주지 않습니다.".into(),
        Finding::DatabaseSound => "데이터베이스에 이상이 없습니다.".into(),
        Finding::DatabaseBroken => "데이터베이스가 손상되었습니다. Helproom을 멈추고 파일을 보관한 뒤 마지막 백업으로 되돌리세요.".into(),
        Finding::DatabaseUnread => "데이터베이스를 읽을 수 없습니다. database.url과 파일 권한을 확인하세요.".into(),
        Finding::SpaceFree { bytes } => format!("데이터베이스 옆에 {} MB가 비어 있습니다.", mb(bytes)),
        Finding::SpaceShort { bytes } => format!("데이터베이스 옆에 {} MB만 비어 있습니다. 자리를 만드세요. 쓸 수 없는 것은 고객에게 거절됩니다.", mb(bytes)),
        Finding::Buried { count } => format!("전달할 수 없었던 것이 {count}건 있습니다. 이유는 outbox 테이블의 buried 열에 있습니다."),
        Finding::VaultUnset => "보관함이 없어 마스킹을 되돌릴 수 없습니다. 원문을 보관하려면 [vault] key_file을 설정하세요.".into(),
        Finding::VaultSound => "보관함 키를 모두 읽을 수 있습니다.".into(),
        Finding::VaultNew => "보관함 키 파일은 Helproom이 시작할 때 만들어집니다.".into(),
        Finding::VaultBroken { why } => format!("보관함을 쓸 수 없습니다: {why}."),
        Finding::Unfinished { what } => format!("{what}: 제시간에 확인하지 못했습니다."),
    }
}
