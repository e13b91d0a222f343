//! Files and images: what a file is by its bytes, under which name it may be shown, and what of it
//! a service takes.

use serde::{Deserialize, Serialize};

use crate::{customer::breaks_lines, ids::MediaId, refusal::Refusal, service::Attachments};

/// The longest name of a file, in characters.
pub const MAX_NAME: usize = 100;
/// What is shown beside a message instead of offered for saving.
const SHOWN: [&str; 4] = ["image/gif", "image/jpeg", "image/png", "image/webp"];
/// A name without a useful one.
const NAMELESS: &str = "file";
/// What says nothing of a file.
pub const UNKNOWN: &str = "application/octet-stream";
const TEXT: &str = "text/plain";

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    pub name: String,
    /// Of the customer's files as found in the bytes, of agents' as their clients say.
    pub mime: String,
    /// In bytes; 0 when an agent's client did not say.
    pub size: u64,
    /// In pixels, of images.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

/// A file as it is stored: its bytes until it is delivered, and where the homeserver keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub bytes: Option<Vec<u8>>,
    pub media: Option<MediaId>,
}

/// A file of somebody in a room: the homeserver has its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attached {
    pub file: Attachment,
    pub media: MediaId,
}

impl Attachment {
    /// What these bytes are, under this name.
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        let mime = sniff(bytes);
        let size = is_image(mime)
            .then(|| imagesize::blob_size(bytes).ok())
            .flatten();
        let pixels = |length| u32::try_from(length).ok();
        Self {
            name: clean_name(name),
            mime: mime.to_owned(),
            size: bytes.len() as u64,
            width: size.and_then(|size| pixels(size.width)),
            height: size.and_then(|size| pixels(size.height)),
        }
    }

    /// What somebody's client says of a file.
    pub fn told(name: &str, mime: Option<&str>, size: Option<u64>) -> Self {
        Self {
            name: clean_name(name),
            mime: mime.map_or(UNKNOWN.into(), clean_mime),
            size: size.unwrap_or(0),
            width: None,
            height: None,
        }
    }

    pub fn is_image(&self) -> bool {
        is_image(&self.mime)
    }
}

impl Attachments {
    /// Before a customer's bytes are looked at, or even read.
    pub fn check_size(&self, bytes: u64) -> Result<(), Refusal> {
        if !self.enabled {
            return Err(Refusal::AttachmentsDisabled);
        }
        if bytes > self.max_bytes {
            return Err(Refusal::FileTooLarge {
                max_bytes: self.max_bytes,
            });
        }
        Ok(())
    }

    pub fn check(&self, file: &Attachment) -> Result<(), Refusal> {
        self.check_size(file.size)?;
        if file.size == 0 {
            return Err(Refusal::invalid("file", "an empty file cannot be sent"));
        }
        if !self.types.contains(&file.mime) {
            return Err(Refusal::UnsupportedType {
                types: self.types.clone(),
            });
        }
        Ok(())
    }
}

/// Whether a browser may show it in its place.
pub fn is_image(mime: &str) -> bool {
    SHOWN.contains(&mime)
}

/// The content type of these bytes, whatever anybody says of them.
pub fn sniff(bytes: &[u8]) -> &'static str {
    match infer::get(bytes) {
        Some(found) => found.mime_type(),
        None if is_text(bytes) => TEXT,
        None => UNKNOWN,
    }
}

fn is_text(bytes: &[u8]) -> bool {
    !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok()
}

/// Without folders, line breaks and characters that change the direction of writing, and not too
/// long; its ending stays.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let kept: String = last.chars().filter(|c| !is_misleading(*c)).collect();
    let name = kept.trim().trim_start_matches('.');
    if name.is_empty() {
        return NAMELESS.into();
    }
    let long = name.chars().count().saturating_sub(MAX_NAME);
    match name.rsplit_once('.') {
        _ if long == 0 => name.to_owned(),
        Some((stem, ending)) if ending.chars().count() <= 10 => {
            let kept = MAX_NAME - 1 - ending.chars().count();
            let stem: String = stem.chars().take(kept).collect();
            format!("{stem}.{ending}")
        }
        _ => name.chars().take(MAX_NAME).collect(),
    }
}

fn is_misleading(c: char) -> bool {
    breaks_lines(c) || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
}

fn clean_mime(told: &str) -> String {
    let mime = told.split(';').next().unwrap_or(told).trim().to_lowercase();
    let is_word = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let is_mime = mime.len() <= 100
        && mime
            .split_once('/')
            .is_some_and(|(kind, sub)| is_word(kind) && is_word(sub));
    match is_mime {
        true => mime,
        false => UNKNOWN.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 3 by 2 pixels.
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x03\0\0\0\x02\x08\x02\0\0\0";

    #[test]
    fn a_file_is_what_its_bytes_say() {
        for (bytes, mime) in [
            (PNG, "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"GIF89a\x01\0\x01\0", "image/gif"),
            (b"%PDF-1.7\n", "application/pdf"),
            (b"hello, \xec\x95\x88", "text/plain"),
            (b"", "text/plain"),
            (b"hello\0", UNKNOWN),
            (b"hello \xff", UNKNOWN),
            (b"<!DOCTYPE html><script>", "text/html"),
            (b"  <html><script>", "text/html"),
            (b"MZ\x90\0", "application/vnd.microsoft.portable-executable"),
        ] {
            let found = Attachment::of("x.png", bytes);
            assert_eq!(found.mime, mime, "{bytes:?}");
        }
        let image = Attachment::of("x.txt", PNG);
        assert_eq!((image.width, image.height), (Some(3), Some(2)));
        assert!(image.is_image());
    }

    #[test]
    fn an_image_that_is_cut_off_has_no_dimensions() {
        let image = Attachment::of("x.png", &PNG[..12]);
        assert_eq!(image.width, None);
    }

    #[test]
    fn a_name_is_cleaned() {
        let long = "가".repeat(200);
        for (name, clean) in [
            ("photo.png", "photo.png"),
            ("사진 1.png", "사진 1.png"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\x.exe", "x.exe"),
            ("photo\u{202e}gnp.exe", "photognp.exe"),
            ("a\r\nSet-Cookie: x\0", "aSet-Cookie: x"),
            (".htaccess", "htaccess"),
            ("..", "file"),
            ("", "file"),
            (" / ", "file"),
            (long.as_str(), &long[..300]),
        ] {
            assert_eq!(clean_name(name), clean, "{name:?}");
        }
        let cut = clean_name(&format!("{long}.jpeg"));
        assert!(cut.ends_with("가.jpeg"));
        assert_eq!(cut.chars().count(), MAX_NAME);
    }

    #[test]
    fn what_a_client_says_of_a_type_is_a_type_or_nothing() {
        for (told, mime) in [
            (Some("image/PNG; charset=x"), "image/png"),
            (Some("text/html\r\nx: y"), UNKNOWN),
            (Some("png"), UNKNOWN),
            (Some("a/b/c"), UNKNOWN),
            (None, UNKNOWN),
        ] {
            assert_eq!(Attachment::told("x", told, None).mime, mime, "{told:?}");
        }
    }

    #[test]
    fn a_service_takes_what_it_lists_and_not_more() {
        let rules = Attachments {
            max_bytes: PNG.len() as u64,
            ..Attachments::default()
        };
        let off = Attachments {
            enabled: false,
            ..rules.clone()
        };
        let image = Attachment::of("x.png", PNG);
        assert_eq!(rules.check(&image), Ok(()));
        assert_eq!(off.check(&image), Err(Refusal::AttachmentsDisabled));
        let page = Attachment::of("x.png", b"<html>");
        assert!(matches!(
            rules.check(&page),
            Err(Refusal::UnsupportedType { .. })
        ));
        let large = Attachment::of("x.txt", &[b'a'; 100]);
        assert!(matches!(
            rules.check(&large),
            Err(Refusal::FileTooLarge { .. })
        ));
        assert!(rules.check(&Attachment::of("x.txt", b"")).is_err());
    }
}
