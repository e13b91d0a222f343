//! What the scripted agent says: friendly, and always the same to the same.

/// What it says when it comes into a chat.
#[must_use]
pub fn greeting(name: &str) -> String {
    format!("Hi, this is {name}. How can I help?")
}

/// An answer to a customer; `said` counts what it answered in this chat before.
#[must_use]
pub fn answer(text: &str, said: usize) -> String {
    let text = text.to_lowercase();
    if is_korean(&text) {
        return korean(&text, said).to_owned();
    }
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(word));
    let answer = if has(&["thanks", "thank", "thx"]) {
        "You are welcome! Is there anything else I can do for you?"
    } else if has(&["bye", "goodbye"]) {
        "Goodbye, and have a good day!"
    } else if has(&["refund", "return", "returns", "money", "refunded"]) {
        "I am sorry that it did not work out. You can send anything back within 30 days; \
         the refund takes 3 to 5 working days. What is your order number?"
    } else if has(&[
        "order", "delivery", "shipping", "parcel", "package", "arrive",
    ]) {
        "Let me look that up. Parcels usually take 2 to 4 working days. \
         Could you give me your order number?"
    } else if has(&["card", "payment", "pay", "invoice", "billing", "bill"]) {
        "I can help with payments. Please do not write whole card numbers here; \
         the last four digits are enough."
    } else if has(&["password", "login", "account", "email"]) {
        "I can help with your account. Did the reset e-mail arrive? \
         It sometimes hides in the spam folder."
    } else if words.iter().any(|word| is_number(word)) {
        "Thank you, I found it: it left our warehouse this morning and is on its way to you."
    } else if has(&["hello", "hi", "hey"]) && words.len() < 4 {
        "Hello! What can I do for you?"
    } else {
        let otherwise = [
            "Thank you for telling me. Could you say a little more about it?",
            "I see. Let me check that for you, one moment please.",
            "Understood. I wrote it down, and a colleague will look into it today as well.",
        ];
        otherwise
            .get(said % otherwise.len())
            .copied()
            .unwrap_or_default()
    };
    answer.to_owned()
}

fn korean(text: &str, said: usize) -> &'static str {
    if text.contains("감사") || text.contains("고마") {
        "도움이 되었다니 기쁩니다! 더 필요하신 것이 있으신가요?"
    } else if text.contains("환불") || text.contains("반품") {
        "불편을 드려 죄송합니다. 30일 안에 반품하실 수 있습니다. 주문 번호를 알려 주시겠어요?"
    } else if text.contains("주문") || text.contains("배송") {
        "확인해 보겠습니다. 배송은 보통 2~4일 걸립니다. 주문 번호를 알려 주시겠어요?"
    } else if said == 0 {
        "안녕하세요! 무엇을 도와드릴까요?"
    } else {
        "네, 알겠습니다. 조금 더 자세히 말씀해 주시겠어요?"
    }
}

fn is_korean(text: &str) -> bool {
    text.chars().any(|c| ('가'..='힣').contains(&c))
}

fn is_number(word: &str) -> bool {
    word.len() >= 4 && word.chars().any(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_fits_the_question() {
        for (question, part) in [
            ("Where is my ORDER?", "order number"),
            ("A-10293", "on its way"),
            ("I want a refund", "30 days"),
            ("my card was declined", "last four digits"),
            ("Thanks!", "welcome"),
            ("배송이 언제 오나요", "주문 번호"),
        ] {
            let said = answer(question, 0);
            assert!(said.contains(part), "{question}: {said}");
        }
    }

    #[test]
    fn it_does_not_repeat_itself() {
        assert_ne!(answer("hm", 0), answer("hm", 1));
    }
}
