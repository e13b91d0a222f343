//! International bank account numbers (ISO 13616): the length of the country, and mod 97.

use super::digits::{is_dash, is_invisible, is_space};

/// The whole length by country, from the IBAN Registry of SWIFT (the registrar under ISO 13616);
/// a test compares it with the crate `iban_validate`, which is made of the same registry.
const LENGTHS: &[(&str, usize)] = &[
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BI", 27),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DJ", 27),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FK", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HN", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NI", 28),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("RU", 33),
    ("SA", 24),
    ("SC", 31),
    ("SD", 18),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("SO", 23),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
    ("YE", 30),
];

const LONGEST: usize = 34;

/// Where the number begins and ends whose check digits begin here.
pub(super) fn find(text: &str, check_digits: usize) -> Option<(usize, usize)> {
    let start = check_digits.checked_sub(2)?;
    let country = text.get(start..check_digits)?.to_ascii_uppercase();
    let touches = text
        .get(..start)?
        .ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let (_, length) = LENGTHS.iter().find(|(code, _)| *code == country)?;
    let (characters, end) = read(text, start, *length)?;
    let characters = characters.get(..*length)?;
    let checked = characters.get(2..4)?.iter().all(u8::is_ascii_digit);
    (!touches && checked && mod_97(characters) == 1).then_some((start, end))
}

/// The letters and digits of so long a number, without what is between, and where they end.
fn read(text: &str, start: usize, length: usize) -> Option<([u8; LONGEST], usize)> {
    let mut characters = [0; LONGEST];
    let (mut count, mut between) = (0, 0);
    let rest = text.get(start..)?;
    for (offset, c) in rest.char_indices() {
        if c.is_ascii_alphanumeric() {
            *characters.get_mut(count)? = u8::try_from(c.to_ascii_uppercase()).ok()?;
            count += 1;
            between = 0;
            if count == length {
                let end = start + offset + 1;
                let runs_on = text
                    .get(end..)?
                    .starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
                return (!runs_on).then_some((characters, end));
            }
        } else if is_space(c) || is_dash(c) || is_invisible(c) {
            between += 1;
            if between > 2 {
                return None;
            }
        } else {
            return None;
        }
    }
    None
}

/// The country and the check digits to the end, letters as 10 to 35, the rest of dividing by 97.
fn mod_97(characters: &[u8]) -> u32 {
    let (head, tail) = characters.split_at(4.min(characters.len()));
    tail.iter().chain(head).fold(0, |rest, byte| {
        let value = char::from(*byte).to_digit(36).unwrap_or(0);
        let shifted = if value < 10 { rest * 10 } else { rest * 100 };
        (shifted + value) % 97
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number of this length with the right check digits.
    fn made(country: &str, body: &str) -> String {
        let head = format!("{country}00{body}");
        let check = 98 - mod_97(head.as_bytes());
        format!("{country}{check:02}{body}")
    }

    #[test]
    fn lengths_are_those_of_the_registry() {
        for first in b'A'..=b'Z' {
            for second in b'A'..=b'Z' {
                let country = String::from_utf8(vec![first, second]).unwrap();
                let listed = LENGTHS.iter().find(|(code, _)| *code == country);
                for length in 11..=30 {
                    // Registered bodies begin with up to six letters, then digits.
                    let known = (0..=6).any(|letters| {
                        (0..=3).any(|tail| {
                            if letters + tail > length {
                                return false;
                            }
                            let body = format!(
                                "{}{}{}",
                                "A".repeat(letters),
                                "1".repeat(length - letters - tail),
                                "A".repeat(tail)
                            );
                            made(&country, &body).parse::<::iban::Iban>().is_ok()
                        })
                    });
                    if known {
                        assert_eq!(listed, Some(&(country.as_str(), length + 4)), "{country}");
                    }
                }
            }
        }
    }
}
