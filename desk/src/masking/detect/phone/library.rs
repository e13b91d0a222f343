//! What Google's metadata knows of numbers, asked with digits alone: nothing is parsed twice.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber};

use crate::masking::detect::digits::value;

pub(super) type Country = rlibphonenumber::Region;

/// Whose national numbers are tried where words say that it is a phone number, by how many people
/// write from there.
const ABROAD: [Country; 20] = [
    Country::US,
    Country::JP,
    Country::CN,
    Country::GB,
    Country::DE,
    Country::FR,
    Country::AU,
    Country::IN,
    Country::ES,
    Country::IT,
    Country::BR,
    Country::MX,
    Country::RU,
    Country::NL,
    Country::VN,
    Country::TW,
    Country::TH,
    Country::ID,
    Country::PH,
    Country::KR,
];

pub(super) fn country(code: &str) -> Option<Country> {
    let code = code.to_ascii_uppercase();
    PHONE_NUMBER_UTIL
        .get_supported_regions()
        .find(|region| *region.as_region_str() == *code)
}

/// The country's code and the national digits; of codes, none begins with another.
pub(super) fn split(digits: &[u8]) -> Option<(u16, &[u8])> {
    let code = |len: usize| -> Option<u16> { u16::try_from(value(digits.get(..len)?)?).ok() };
    let len = match digits {
        [1 | 7, ..] => 1,
        [2, 0 | 7, ..] | [3, 0..=4 | 6 | 9, ..] | [4, 0 | 1 | 3..=9, ..] => 2,
        [5, 1..=8, ..] | [6, 0..=6, ..] | [8, 1 | 2 | 4 | 6, ..] | [9, 0..=5 | 8, ..] => 2,
        [0, ..] | [] => return None,
        _ => 3,
    };
    Some((code(len)?, digits.get(len..)?))
}

fn number(code: u16, national: &[u8]) -> Option<PhoneNumber> {
    if !(4..=15).contains(&national.len()) {
        return None;
    }
    let zeros = national.iter().take_while(|digit| **digit == 0).count();
    let mut number = PhoneNumber {
        country_code: i32::from(code),
        national_number: value(national)?,
        ..PhoneNumber::default()
    };
    if zeros > 0 {
        number.italian_leading_zero = Some(true);
        number.number_of_leading_zeros = Some(i32::try_from(zeros).ok()?);
    }
    Some(number)
}

pub(super) fn is_valid(code: u16, national: &[u8]) -> bool {
    number(code, national).is_some_and(|number| PHONE_NUMBER_UTIL.is_valid_number(&number))
}

/// So many digits some number of this country has.
pub(super) fn is_possible(code: u16, national: &[u8]) -> bool {
    number(code, national).is_some_and(|number| PHONE_NUMBER_UTIL.is_possible_number(&number))
}

/// Whether these are the digits that people of this country dial.
pub(super) fn is_valid_in(country: Country, digits: &[u8]) -> bool {
    let code = PHONE_NUMBER_UTIL.get_country_code_for_region(country);
    let Some(code) = code.and_then(|code| u16::try_from(code).ok()) else {
        return false;
    };
    let trunk: &[u8] = match country {
        Country::IT => &[],
        Country::US | Country::CA => &[1],
        Country::RU | Country::KZ => &[8],
        _ => &[0],
    };
    let national = digits.strip_prefix(trunk).unwrap_or(digits);
    is_valid(code, national)
}

pub(super) fn is_valid_abroad(digits: &[u8]) -> bool {
    ABROAD.iter().any(|country| is_valid_in(*country, digits))
}
