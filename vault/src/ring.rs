//! Keys by their names, and what they seal. Pure: no file, no clock.

use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use desk::{ids::MaskId, masks::Sealed, ports::VaultError};
use rand::TryRngCore;
use zeroize::Zeroizing;

const KEY: usize = 32;
const NONCE: usize = 12;
/// The longest name of a key.
const NAME: usize = 64;

/// What is wrong with keys as they are written. Holds nothing of a key.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error(
        "line {line} is no key: write a name (letters, digits, - and _), a space, and 32 bytes in base64 (`openssl rand -base64 32`)"
    )]
    Line { line: usize },
    #[error("two keys have the name \"{name}\"; each needs its own")]
    Twice { name: String },
    #[error(
        "there is no key in it; put one back from a backup, or delete the file: a new one is made at the start"
    )]
    Empty,
    #[error("the machine gives no random numbers")]
    NoChance,
}

struct Key {
    name: String,
    bytes: Zeroizing<[u8; KEY]>,
}

/// The first key seals, all open.
pub struct KeyRing {
    keys: Vec<Key>,
}

impl KeyRing {
    /// Reads lines of a name and a key. Empty lines and what follows `#` count for nothing; a comma
    /// is as good as the end of a line.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut keys: Vec<Key> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default();
            let entries = line.split(',').map(str::trim);
            for entry in entries.filter(|entry| !entry.is_empty()) {
                let key = key(entry).ok_or(KeyError::Line { line: at + 1 })?;
                if keys.iter().any(|known| known.name == key.name) {
                    return Err(KeyError::Twice { name: key.name });
                }
                keys.push(key);
            }
        }
        match keys.is_empty() {
            true => Err(KeyError::Empty),
            false => Ok(Self { keys }),
        }
    }

    /// One new key.
    pub fn generate() -> Result<Self, KeyError> {
        let mut name = [0; 4];
        let mut bytes = Zeroizing::new([0; KEY]);
        fill(&mut name)?;
        fill(bytes.as_mut_slice())?;
        let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        let name = format!("k{name}");
        Ok(Self {
            keys: vec![Key { name, bytes }],
        })
    }

    /// As [`KeyRing::parse`] reads them.
    pub fn to_lines(&self) -> Zeroizing<String> {
        let mut lines = Zeroizing::new(String::with_capacity(self.keys.len() * (NAME + 64)));
        for key in &self.keys {
            lines.push_str(&key.name);
            lines.push(' ');
            lines.push_str(&Zeroizing::new(STANDARD.encode(key.bytes.as_slice())));
            lines.push('\n');
        }
        lines
    }

    /// A new key first, and of these the first and those that are still `used`. The first stays
    /// though nothing is sealed with it: somebody may be about to.
    pub fn rotated(self, used: impl Fn(&str) -> bool) -> Result<Self, KeyError> {
        let mut keys = Self::generate()?.keys;
        let kept = self.keys.into_iter().enumerate();
        let kept = kept.filter(|(at, key)| *at == 0 || used(&key.name));
        keys.extend(kept.map(|(_, key)| key));
        Ok(Self { keys })
    }

    /// In their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|key| key.name.as_str())
    }

    /// The name of the key that seals.
    pub fn first(&self) -> &str {
        self.names().next().unwrap_or_default()
    }

    pub fn holds(&self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }

    pub fn seal(&self, mask: &MaskId, plain: &[u8]) -> Result<Sealed, VaultError> {
        let key = self.keys.first();
        let key = key.ok_or_else(|| VaultError::Unusable(KeyError::Empty.to_string()))?;
        let mut nonce = [0; NONCE];
        fill(&mut nonce).map_err(|error| VaultError::Unusable(error.to_string()))?;
        let payload = Payload {
            msg: plain,
            aad: mask.as_str().as_bytes(),
        };
        let bytes = cipher(key)
            .encrypt(Nonce::from_slice(&nonce), payload)
            .map_err(|_| VaultError::Unusable("it is too long to seal".into()))?;
        Ok(Sealed {
            key: key.name.clone(),
            nonce: nonce.to_vec(),
            bytes,
        })
    }

    pub fn open(&self, mask: &MaskId, sealed: &Sealed) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let key = self.keys.iter().find(|key| key.name == sealed.key);
        let key = key.ok_or_else(|| VaultError::KeyMissing(sealed.key.clone()))?;
        if sealed.nonce.len() != NONCE {
            return Err(VaultError::Changed);
        }
        let payload = Payload {
            msg: &sealed.bytes,
            aad: mask.as_str().as_bytes(),
        };
        cipher(key)
            .decrypt(Nonce::from_slice(&sealed.nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| VaultError::Changed)
    }
}

/// Names and no bytes.
impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}

fn cipher(key: &Key) -> Aes256GcmSiv {
    Aes256GcmSiv::new(key.bytes.as_ref().into())
}

fn key(entry: &str) -> Option<Key> {
    let (name, encoded) = entry.split_once(char::is_whitespace)?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if name.len() > NAME || !name.chars().all(is_name) {
        return None;
    }
    let decoded = Zeroizing::new(STANDARD.decode(encoded.trim()).ok()?);
    let mut bytes = Zeroizing::new([0; KEY]);
    if decoded.len() != KEY {
        return None;
    }
    bytes.copy_from_slice(&decoded);
    let name = name.to_owned();
    Some(Key { name, bytes })
}

fn fill(bytes: &mut [u8]) -> Result<(), KeyError> {
    rand::rngs::OsRng
        .try_fill_bytes(bytes)
        .map_err(|_| KeyError::NoChance)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(id: &str) -> MaskId {
        MaskId::new(id)
    }

    fn encoded(byte: u8) -> String {
        STANDARD.encode([byte; KEY])
    }

    #[test]
    fn what_is_sealed_for_a_mask_is_opened_for_it() {
        let ring = KeyRing::generate().unwrap();
        let sealed = ring.seal(&mask("m1"), b"010-1234-5678").unwrap();
        assert_eq!(sealed.key, ring.first());
        assert_eq!(*ring.open(&mask("m1"), &sealed).unwrap(), b"010-1234-5678");
        assert!(!sealed.bytes.windows(8).any(|part| part == b"010-1234"));
        let again = ring.seal(&mask("m1"), b"010-1234-5678").unwrap();
        assert_ne!(again.nonce, sealed.nonce);
        assert_ne!(again.bytes, sealed.bytes);
    }

    #[test]
    fn another_mask_a_changed_byte_and_another_key_are_each_told() {
        let ring = KeyRing::parse(&format!("a {}", encoded(1))).unwrap();
        let sealed = ring.seal(&mask("m1"), b"secret").unwrap();
        let told = |ring: &KeyRing, of: &str, sealed: &Sealed| {
            let error = ring.open(&mask(of), sealed).unwrap_err();
            assert!(!error.to_string().contains("secret"), "{error}");
            error
        };
        assert_eq!(told(&ring, "m2", &sealed), VaultError::Changed);
        for at in 0..sealed.bytes.len() {
            let mut changed = sealed.clone();
            changed.bytes[at] ^= 1;
            assert_eq!(told(&ring, "m1", &changed), VaultError::Changed);
        }
        let mut changed = sealed.clone();
        changed.nonce[0] ^= 1;
        assert_eq!(told(&ring, "m1", &changed), VaultError::Changed);
        changed.nonce.pop();
        assert_eq!(told(&ring, "m1", &changed), VaultError::Changed);
        let same_name = KeyRing::parse(&format!("a {}", encoded(2))).unwrap();
        assert_eq!(told(&same_name, "m1", &sealed), VaultError::Changed);
        let other = KeyRing::parse(&format!("b {}", encoded(1))).unwrap();
        let missing = VaultError::KeyMissing("a".into());
        assert_eq!(told(&other, "m1", &sealed), missing);
    }

    #[test]
    fn the_first_key_seals_and_all_open() {
        let old = KeyRing::parse(&format!("old {}", encoded(1))).unwrap();
        let sealed = old.seal(&mask("m1"), b"secret").unwrap();
        let both = format!(
            "# ours\nnew {} # since May\n\nold {}",
            encoded(2),
            encoded(1)
        );
        let both = KeyRing::parse(&both).unwrap();
        assert_eq!(*both.open(&mask("m1"), &sealed).unwrap(), b"secret");
        assert_eq!(both.seal(&mask("m1"), b"secret").unwrap().key, "new");
        let in_one_line = format!("new {}, old {}", encoded(2), encoded(1));
        let in_one_line = KeyRing::parse(&in_one_line).unwrap();
        assert_eq!(in_one_line.names().collect::<Vec<_>>(), ["new", "old"]);
    }

    #[test]
    fn what_is_no_key_is_told_with_its_line_and_without_its_bytes() {
        let (whole, short) = (encoded(7), STANDARD.encode([7; 31]));
        for (text, error) in [
            (String::new(), KeyError::Empty),
            ("# none\n".into(), KeyError::Empty),
            (whole.clone(), KeyError::Line { line: 1 }),
            (format!("a {whole}\nb {short}"), KeyError::Line { line: 2 }),
            (format!("a/b {whole}"), KeyError::Line { line: 1 }),
            ("a not-base64".into(), KeyError::Line { line: 1 }),
            (
                format!("a {whole}\na {whole}"),
                KeyError::Twice { name: "a".into() },
            ),
        ] {
            let told = KeyRing::parse(&text).unwrap_err();
            assert_eq!(told, error, "{text}");
            assert!(!told.to_string().contains(&whole));
        }
    }

    #[test]
    fn rotating_keeps_the_last_key_and_those_in_use() {
        let text = format!("c {}\nb {}\na {}", encoded(3), encoded(2), encoded(1));
        let ring = KeyRing::parse(&text).unwrap();
        let rotated = ring.rotated(|name| name == "a").unwrap();
        let names: Vec<_> = rotated.names().skip(1).collect();
        assert_eq!(names, ["c", "a"]);
        let read = KeyRing::parse(&rotated.to_lines()).unwrap();
        assert!(read.names().eq(rotated.names()));
    }

    #[test]
    fn keys_are_not_printed() {
        let ring = KeyRing::parse(&format!("a {}", encoded(7))).unwrap();
        assert_eq!(format!("{ring:?}"), "[\"a\"]");
    }
}
