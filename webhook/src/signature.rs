//! The signature: HMAC-SHA256 over id, time and body, with each secret that is in use.

use base64::{Engine, engine::general_purpose::STANDARD};
use desk::ports::HookPost;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// The header's value.
pub fn sign(post: &HookPost) -> String {
    let at = post.at.as_millis() / 1_000;
    let signatures: Vec<String> = post
        .secrets
        .iter()
        .filter_map(|secret| {
            // No key is too long or too short.
            let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
            mac.update(format!("{}.{at}.{}", post.id, post.body).as_bytes());
            let code = mac.finalize().into_bytes();
            Some(format!("v1,{}", STANDARD.encode(code)))
        })
        .collect();
    signatures.join(" ")
}

#[cfg(test)]
mod tests {
    use desk::ids::{EffectId, Timestamp};
    use zeroize::Zeroizing;

    use super::*;

    fn post(secrets: &[&str]) -> HookPost {
        let secrets = secrets.iter();
        HookPost {
            url: "https://example.org/".into(),
            id: EffectId::new("msg_p5jXN8AQM9LWM0D4loKWxJek"),
            at: Timestamp::from_millis(1_614_265_330_999),
            body: "{\"test\": 2432232314}".into(),
            secrets: secrets
                .map(|secret| Zeroizing::new(STANDARD.decode(secret).unwrap()))
                .collect(),
        }
    }

    /// The example of the specification's own libraries.
    #[test]
    fn what_is_signed_is_what_others_check() {
        assert_eq!(
            sign(&post(&["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn while_a_secret_is_changed_both_sign() {
        let two = sign(&post(&["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "c2VjcmV0"]));
        let one = sign(&post(&["c2VjcmV0"]));
        assert_eq!(
            two,
            format!("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= {one}")
        );
    }
}
