//! Sentences around numbers, in English, Korean, and some others.

use super::super::Kind;

pub(super) fn of(kind: &Kind) -> &'static [&'static str] {
    match kind {
        Kind::Card => CARD,
        Kind::KrRrn => RRN,
        Kind::Phone => PHONE,
        Kind::Email => EMAIL,
        Kind::Iban => IBAN,
        Kind::UsSsn => SSN,
        Kind::Passport => PASSPORT,
        Kind::DriversLicence => LICENCE,
        Kind::KrAccount => ACCOUNT,
        Kind::Ip => IP,
        Kind::Secret | Kind::Text | Kind::Custom(_) => SECRET,
    }
}

const CARD: &[&str] = &[
    "{}",
    "my card number is {}",
    "카드번호는 {}입니다",
    "please charge {}, it expires 12/27",
    "I paid with {} yesterday",
    "카드 {} 로 결제했어요",
    "meine Karte: {}",
    "número de tarjeta {}",
    "is {} still on file?",
    "カード番号は{}です",
];
const RRN: &[&str] = &[
    "주민번호 {}",
    "주민등록번호는 {}입니다",
    "제 주민번호는 {} 이에요",
    "외국인등록번호: {}",
    "my resident registration number is {}",
];
const PHONE: &[&str] = &[
    "{}",
    "제 번호는 {}입니다",
    "연락처: {}",
    "call me at {}",
    "My phone number is {}.",
    "전화 {} 로 주세요",
    "({})",
    "you can reach me on {} after six",
    "핸드폰 {}이에요",
    "Telefon {}",
    "mi teléfono es {}",
    "電話番号は{}です",
];
const EMAIL: &[&str] = &[
    "{}",
    "메일은 {}입니다",
    "write to {}, please",
    "my email: {}",
    "<{}>",
    "이메일 {}로 보내주세요",
    "mailto:{}",
    "E-Mail: {}.",
];
const IBAN: &[&str] = &[
    "IBAN {}",
    "my IBAN is {}.",
    "Überweisung auf {}",
    "{}",
    "please refund to {} thanks",
];
const SSN: &[&str] = &[
    "my SSN is {}",
    "SSN: {}",
    "social security number {}",
    "my social is {}.",
];
const PASSPORT: &[&str] = &[
    "여권번호는 {}입니다",
    "my passport number is {}",
    "passport no. {}",
    "여권 {}",
    "パスポート番号 {}",
];
const LICENCE: &[&str] = &[
    "운전면허번호 {}",
    "my driver's license is {}",
    "면허번호는 {}입니다",
    "driver license number: {}",
];
const ACCOUNT: &[&str] = &[
    "계좌번호 {}",
    "국민은행 {} 홍길동",
    "환불계좌는 {} 입니다",
    "{} 신한은행으로 입금해 주세요",
    "my bank account is {}",
];
const IP: &[&str] = &[
    "my ip is {}",
    "서버 {} 에 접속이 안 돼요",
    "logged in from {}",
    "{}",
    "ping {} fails",
    "IP 주소는 {}입니다",
];
const SECRET: &[&str] = &[
    "{}",
    "my key is {}",
    "토큰: {}",
    "I committed {} by mistake",
    "API 키는 {}입니다",
    "token={}",
];

pub(super) const PROSE: &[&str] = &[
    "Hello, I have a question about my order, it has not arrived yet and I am getting worried.",
    "안녕하세요, 주문한 상품이 아직 도착하지 않아서 문의드립니다. 언제쯤 받을 수 있을까요?",
    "Thank you very much for your quick answer, that solved it for me!",
    "결제를 했는데 확인 메일이 오지 않았습니다. 다시 보내 주실 수 있나요?",
    "The page shows an error when I click the button, and then nothing happens at all.",
    "배송지를 바꾸고 싶은데 어떻게 해야 하나요? 마이페이지에서 찾을 수가 없어요.",
    "Could you please tell me whether this is also available in another colour, perhaps dark green?",
    "교환이나 환불은 어떤 절차로 진행되는지 자세히 알려 주시면 감사하겠습니다.",
    "I tried it again as you said; unfortunately the problem is still there on my laptop.",
    "앱을 다시 설치해도 로그인이 되지 않습니다. 도와주세요.",
    "Ich habe noch eine Frage zu meiner Bestellung, können Sie mir bitte helfen?",
    "Muchas gracias por su ayuda, todo funciona perfectamente ahora.",
    "商品がまだ届いていません。いつ頃届きますか。",
    "It is fine if it takes a little longer, but I would like to know the reason for the delay.",
];
