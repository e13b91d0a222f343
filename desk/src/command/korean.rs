//! The grammar's words in Korean, one line for each command, part and explained argument.

/// What a command, or a part of one, is for.
pub fn about(path: &[String]) -> Option<&'static str> {
    find(ABOUT, &path.join(" "))
}

/// What an argument may be.
pub fn argument(path: &[String], name: &str) -> Option<&'static str> {
    find(ARGUMENTS, &format!("{} {name}", path.join(" ")))
}

fn find(table: &'static [(&str, &str)], key: &str) -> Option<&'static str> {
    let found = table.iter().find(|(known, _)| *known == key);
    found.map(|(_, words)| *words)
}

const ABOUT: &[(&str, &str)] = &[
    ("help", "이 목록, 또는 한 명령의 설명"),
    ("lang", "제가 답하는 언어"),
    ("status", "상담이 배정되는지 보기, 상담 상태 바꾸기"),
    ("online", "상담 받기"),
    ("away", "맡은 상담은 유지하고 잠시 새 상담 받지 않기"),
    ("offline", "상담 받지 않기"),
    (
        "chats",
        "내 상담 목록, 슈퍼바이저에게는 헬프센터의 모든 상담",
    ),
    ("queue", "기다리는 상담, 오래된 순"),
    (
        "take",
        "기다리는 상담 받기: 번호를 쓰거나, 가장 오래 기다린 것",
    ),
    ("why", "상담이 왜 그 사람에게 갔는지, 또는 가지 않았는지"),
    ("decline", "나에게 제안된 상담 돌려보내기"),
    (
        "transfer",
        "이 상담을 상담원이나 그룹에게 넘기기, 상담원만 보는 메모와 함께",
    ),
    ("invite", "다른 상담원을 이 상담에 초대"),
    ("close", "이 상담 끝내기"),
    ("rate", "지금 고객에게 평가 요청"),
    ("note", "상담원만 보는 메모"),
    (
        "mask",
        "메시지에 답장하여 개인정보 가리기: 찾은 것, 지정한 텍스트, 또는 전체",
    ),
    (
        "unmask",
        "가려진 내용을 나만 1분 동안 보기, undo는 모두에게 다시 보이기",
    ),
    ("masks", "이 상담의 마스킹 목록"),
    (
        "customer",
        "이 고객이 누구인지: 정보, 페이지, 지난 상담, 티켓",
    ),
    (
        "canned",
        "준비된 답변 보내기 또는 목록, 관리자는 추가와 삭제도",
    ),
    (
        "watch",
        "담당하지 않고 상담 지켜보기(방에 참여하면 보입니다)",
    ),
    ("assign", "상담을 상담원에게 배정"),
    ("report", "상담원별 상담 수, 대기 시간, 첫 답변, 평가"),
    ("service", "헬프센터 목록, 만들기, 명령의 대상 고르기"),
    ("service list", "모든 헬프센터"),
    ("service create", "헬프센터 만들기"),
    ("service use", "이제부터 내 명령의 대상은 이 헬프센터"),
    ("contract", "계약의 스위치"),
    (
        "helpcenter",
        "헬프센터의 스위치와 설정, 값이 없으면 지금 값 보기",
    ),
    ("helpcenter show", "지금의 모든 설정"),
    ("helpcenter chat", "채팅을 제공하는지"),
    ("helpcenter contact", "문의하기를 제공하는지"),
    ("helpcenter origins", "위젯을 보일 수 있는 웹 페이지"),
    ("helpcenter origins list", "지금의 목록"),
    ("helpcenter origins add", "이 주소의 페이지에 위젯 허용"),
    ("helpcenter origins remove", "더 이상 허용하지 않기"),
    ("helpcenter hours", "채팅을 여는 시간과 시간대"),
    ("helpcenter consent", "고객이 동의하는 개인정보 처리방침"),
    (
        "helpcenter consent text",
        "문구. 바꾸면 새 버전이 되어 고객에게 다시 묻습니다",
    ),
    ("helpcenter consent url", "전체 방침의 주소"),
    ("helpcenter greeting", "채팅의 첫 인사말"),
    ("helpcenter fields", "채팅 전에 묻는 질문"),
    ("helpcenter fields list", "지금의 질문"),
    (
        "helpcenter fields add",
        "질문 추가. `topic`의 답은 방 이름에 들어갑니다",
    ),
    ("helpcenter fields remove", "질문 빼기"),
    ("helpcenter theme", "위젯의 모양"),
    ("helpcenter theme accent", "버튼과 말풍선의 색"),
    ("helpcenter theme position", "실행 버튼이 놓이는 쪽"),
    ("helpcenter rating", "고객에게 평가를 묻는지"),
    ("helpcenter idle", "조용한 상담을 언제 확인하고 끝낼지"),
    (
        "helpcenter idle warn",
        "몇 분 동안 말이 없으면 고객에게 묻는지",
    ),
    (
        "helpcenter idle close",
        "그 뒤 몇 분이면 끝내는지. 0: 저절로 끝내지 않음",
    ),
    ("helpcenter attachments", "파일과 이미지"),
    ("helpcenter attachments on", "고객이 파일을 보낼 수 있게"),
    ("helpcenter attachments off", "파일을 보낼 수 없게"),
    (
        "helpcenter attachments size",
        "파일의 최대 크기(메가바이트)",
    ),
    ("helpcenter attachments count", "상담 하나의 파일 수"),
    ("helpcenter attachments types", "받는 콘텐츠 형식"),
    (
        "helpcenter identity",
        "방문자가 누구인지 귀하의 페이지가 서명하는 키",
    ),
    ("helpcenter identity list", "키 이름"),
    (
        "helpcenter identity add",
        "키 추가. 두 개를 함께 두면 바꿀 수 있습니다",
    ),
    (
        "helpcenter identity remove",
        "이 키의 서명은 더 이상 인정하지 않기",
    ),
    ("helpcenter language", "헬프센터의 방에서 제가 쓰는 언어"),
    ("helpcenter name", "고객이 보는 이름"),
    ("routing", "상담을 상담원에게 나누는 방법"),
    ("routing show", "지금의 배정 설정"),
    ("routing strategy", "다음은 누구인지"),
    (
        "routing mode",
        "한 사람씩 제안할지, 먼저 잡는 사람에게 줄지",
    ),
    ("routing capacity", "상담원 한 명이 동시에 받는 상담 수"),
    ("routing accept-timeout", "제안이 기다리는 시간(초)"),
    (
        "routing grace",
        "접속이 끊긴 상담원이 상담을 유지하는 시간(초)",
    ),
    (
        "routing prefer-recent",
        "그 고객과 마지막으로 이야기한 상담원이 먼저인지",
    ),
    ("routing presence", "무엇을 자리에 있는 것으로 볼지"),
    (
        "masking",
        "저절로 가리는 개인정보와 방법. 종류와 off, suggest, mask",
    ),
    ("masking show", "지금의 마스킹 설정"),
    (
        "masking pattern",
        "직접 만든 패턴. 찾은 것은 `custom:<이름>` 종류가 됩니다",
    ),
    ("masking pattern list", "지금의 패턴"),
    (
        "masking pattern add",
        "패턴 추가, 같은 이름이 있으면 바꾸기",
    ),
    ("masking pattern remove", "패턴과 그 정책 빼기"),
    (
        "masking separators",
        "가린 번호 안의 공백과 구두점을 남길지",
    ),
    (
        "masking window",
        "번호가 여러 메시지로 나뉘어 올 수 있는 시간(초). 0: 메시지마다 따로 봄",
    ),
    (
        "masking limit",
        "상담원 한 명이 한 시간에 열어 볼 수 있는 메시지 수",
    ),
    (
        "masking test",
        "글에서 무엇을 찾는지 보기. 보관하지 않습니다. 끝나면 쓴 글을 지우세요",
    ),
    (
        "ticket",
        "이 상담으로 티켓 만들기. 제목을 쓰지 않으면 제안합니다",
    ),
    ("ticket new", "티켓 만들기. `new`는 생략할 수 있습니다"),
    ("ticket show", "티켓과 댓글 보기"),
    ("ticket set", "티켓 바꾸기"),
    ("ticket comment", "티켓에 댓글 쓰기. 고객은 볼 수 없습니다"),
    ("ticket reply", "고객에게 메일로 답하기"),
    ("ticket history", "티켓의 대화"),
    ("tickets", "할 일로 남은 티켓, 또는 찾는 티켓"),
    ("retention", "끝난 상담을 며칠 보관할지"),
    ("agent", "상담원과 권한"),
    ("agent list", "헬프센터의 상담원"),
    (
        "agent grant",
        "권한 주기: chat, mask, unmask, ticket, supervise, admin",
    ),
    ("agent revoke", "권한 빼기. 권한을 쓰지 않으면 모두"),
    ("agent capacity", "이 상담원이 동시에 받는 상담 수"),
    ("agent name", "고객이 보는 이름"),
    ("agent group", "넘겨받을 그룹. `none`: 없음"),
    ("apikey", "프로그램이 관리 API를 쓰는 키"),
    ("apikey list", "키 목록: 범위, 주소, 기한, 마지막 사용"),
    ("apikey create", "키 만들기. 키는 한 번만 보입니다"),
    ("apikey revoke", "이 키를 바로 못 쓰게 하기"),
    ("webhook", "일어난 일을 알릴 주소"),
    ("webhook list", "웹훅 목록과 상태"),
    (
        "webhook add",
        "이 주소에 알리기. 서명하는 비밀 키는 한 번만 보입니다",
    ),
    ("webhook remove", "더 이상 알리지 않기"),
    ("webhook test", "시험 보내기"),
    ("webhook rotate", "새 비밀 키. 꺼진 것은 다시 켜집니다"),
    ("audit", "누가 무엇을 바꾸었고 누가 거절되었는지"),
    ("doctor", "모든 것이 제대로 함께 움직이는지"),
    (
        "console",
        "콘솔을 한 번 여는 나만의 링크, end는 열어 둔 것을 모두 닫기",
    ),
];

const ARGUMENTS: &[(&str, &str)] = &[
    ("transfer to", "@상담원 또는 #그룹"),
    (
        "canned words",
        "답변의 이름. 바꾸려면 앞에 add나 remove, 뒤에 문구",
    ),
    (
        "mask text",
        "메시지의 텍스트(명령은 곧 삭제됩니다), 또는 all",
    ),
    ("unmask reason", "undo, 그리고 이유"),
    (
        "ticket new wish",
        "제목, --priority low부터 urgent, --assignee @상담원, --tag 낱말, --desc 설명. 다음 줄부터는 설명",
    ),
    (
        "ticket set value",
        "open, pending, solved, closed / low, normal, high, urgent / @상담원, me 또는 none / add 또는 remove와 태그 / 제목",
    ),
    ("ticket history part", "길 때 몇 번째 부분인지"),
    (
        "tickets words",
        "open, pending, solved, closed, all, mine, #태그, 찾을 말. 순서는 자유",
    ),
    ("report span", "today, 또는 7d 같은 날수"),
    (
        "helpcenter hours words",
        "요일, 시간, 시간대. 또는 add 요일 시간, holidays add 2026-12-25, off",
    ),
    ("helpcenter consent url url", "웹 주소, 또는 off"),
    ("helpcenter greeting text", "인사말, 또는 off"),
    ("helpcenter fields add name", "영문 소문자, 숫자, -, _"),
    ("helpcenter fields add label", "고객이 읽는 말"),
    ("helpcenter theme accent colour", "#rrggbb, 또는 off"),
    ("helpcenter identity add name", "JWT의 `kid`"),
    (
        "helpcenter identity add key",
        "HS256은 32바이트 이상의 base64, EdDSA는 공개 키(base64 또는 PEM)",
    ),
    ("masking kind", "개인정보의 종류, 또는 all"),
    (
        "masking policy",
        "off, suggest(상담원에게 알리고 한 번에 가림) 또는 mask(저장하거나 보내기 전에)",
    ),
    ("masking pattern add name", "영문 소문자, 숫자, _"),
    ("masking pattern add regex", "Rust regex 크레이트의 정규식"),
    ("retention days", "1에서 3650, 또는 off"),
    (
        "apikey create options",
        "--scope와 범위(없으면 티켓, 상담, 상담원, 보고서 읽기), --ip와 주소나 네트워크, --days와 날수(365)",
    ),
    ("apikey revoke key", "이름 또는 번호"),
    ("webhook add url", "https://로 시작하는 주소"),
    (
        "webhook add events",
        "chat.started, chat.accepted, chat.transferred, chat.closed, chat.rated, ticket.created, ticket.updated, ticket.commented, customer.erased. 없으면 모두",
    ),
    ("audit words", "개수, @누구, 찾을 말, since 7d. 순서는 자유"),
];
