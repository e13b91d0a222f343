//! The header that names a file (RFC 6266, RFC 8187).

use axum::http::HeaderValue;

/// For showing, or for saving under this name.
pub fn disposition(is_shown: bool, name: &str) -> HeaderValue {
    let kind = match is_shown {
        true => "inline",
        false => "attachment",
    };
    // What old programs read: plain ASCII, and nothing that ends or escapes the quotation.
    let plain: String = name
        .chars()
        .map(|c| match c {
            '"' | '\\' | '%' => '_',
            ' '..='~' => c,
            _ => '_',
        })
        .collect();
    let value = format!(
        "{kind}; filename=\"{plain}\"; filename*=UTF-8''{}",
        escaped(name)
    );
    HeaderValue::from_str(&value).unwrap_or(HeaderValue::from_static("attachment"))
}

fn escaped(name: &str) -> String {
    name.bytes().fold(String::new(), |mut out, byte| {
        match byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            true => out.push(byte.into()),
            false => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_in_ascii_and_in_full_and_ends_nothing() {
        for (is_shown, name, value) in [
            (
                true,
                "photo.png",
                "inline; filename=\"photo.png\"; filename*=UTF-8''photo.png",
            ),
            (
                false,
                "사진 1.pdf",
                "attachment; filename=\"__ 1.pdf\"; filename*=UTF-8''%EC%82%AC%EC%A7%84%201.pdf",
            ),
            (
                false,
                "a\"; filename=\"evil.exe",
                "attachment; filename=\"a_; filename=_evil.exe\"; filename*=UTF-8''a%22%3B%20filename%3D%22evil.exe",
            ),
            (
                false,
                "a\r\nset-cookie: x",
                "attachment; filename=\"a__set-cookie: x\"; filename*=UTF-8''a%0D%0Aset-cookie%3A%20x",
            ),
        ] {
            assert_eq!(disposition(is_shown, name), value, "{name:?}");
        }
    }
}
