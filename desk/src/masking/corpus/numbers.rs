//! Numbers of each kind, with right check digits.

use super::{super::Kind, Dice};

const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

pub(super) fn number_of(kind: &Kind, dice: &mut Dice) -> String {
    match kind {
        Kind::Card => card(dice),
        Kind::KrRrn => rrn(dice),
        Kind::Phone => phone(dice),
        Kind::Email => email(dice),
        Kind::Iban => iban(dice),
        Kind::UsSsn => ssn(dice),
        Kind::Passport => passport(dice),
        Kind::DriversLicence => licence(dice),
        Kind::KrAccount => account(dice),
        Kind::Ip => ip(dice),
        Kind::Secret | Kind::Text | Kind::Custom(_) => secret(dice),
    }
}

fn card(dice: &mut Dice) -> String {
    let (prefix, length) = *dice.pick(&[
        ("4", 16),
        ("51", 16),
        ("55", 16),
        ("2221", 16),
        ("34", 15),
        ("37", 15),
        ("6011", 16),
        ("65", 16),
        ("3528", 16),
        ("36", 14),
        ("62", 16),
        ("9410", 16),
    ]);
    let mut number = format!("{prefix}{}", dice.digits(length - prefix.len() - 1));
    let last = (0..10)
        .find(|last| luhn(&format!("{number}{last}")))
        .unwrap_or(0);
    number.push_str(&last.to_string());
    let separator = *dice.pick(&["", "", " ", "-"]);
    let groups: &[usize] = match length {
        15 => &[4, 6, 5],
        14 => &[4, 6, 4],
        _ => &[4, 4, 4, 4],
    };
    grouped(&number, groups, separator)
}

fn luhn(number: &str) -> bool {
    let sum: u32 = number
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') * (1 + u32::from(place % 2 == 1));
            digit / 10 + digit % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

fn grouped(number: &str, groups: &[usize], separator: &str) -> String {
    let mut rest = number;
    let mut pieces = Vec::new();
    for len in groups {
        let (piece, more) = rest.split_at((*len).min(rest.len()));
        pieces.push(piece);
        rest = more;
    }
    pieces.join(separator)
}

fn rrn(dice: &mut Dice) -> String {
    let (year, sexes) = *dice.pick(&[(19, "12"), (19, "12"), (20, "34"), (19, "56"), (20, "78")]);
    let years = if year == 19 {
        dice.between(40, 99)
    } else {
        dice.between(0, 19)
    };
    let (month, day) = (dice.between(1, 12), dice.between(1, 28));
    let body = format!(
        "{years:02}{month:02}{day:02}{}{}",
        dice.of(sexes, 1),
        dice.digits(5)
    );
    let sum: u32 = body
        .bytes()
        .zip([2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5])
        .map(|(byte, weight)| u32::from(byte - b'0') * weight)
        .sum();
    let base = if sexes == "56" || sexes == "78" {
        13
    } else {
        11
    };
    let number = format!("{body}{}", (base - sum % 11) % 10);
    let separator = *dice.pick(&["-", "-", "-", " ", ""]);
    grouped(&number, &[6, 7], separator)
}

fn phone(dice: &mut Dice) -> String {
    let form = *dice.pick(&[
        "010-2###-####",
        "010-9###-####",
        "010 4### ####",
        "0103#######",
        "010.5###.####",
        "02-2##-####",
        "02-3###-####",
        "031-7##-####",
        "070-8###-####",
        "+82-10-3###-####",
        "+82 10 8### ####",
        "+821042######",
        "+1 202 555 01##",
        "(415) 555-01##",
        "212-555-01##",
        "+1-415-555-01##",
        "+44 20 7946 0###",
        "+49 151 234#####",
        "+33 6 12 ## ## ##",
        "+81 90-12##-####",
        "+86 138 12## ####",
        "+61 412 3## ###",
        "+34 612 3## ###",
        "+91 98765 4####",
    ]);
    dice.fill(form)
}

fn email(dice: &mut Dice) -> String {
    let name = *dice.pick(&[
        "kim",
        "lee.minho",
        "anna_smith",
        "j-doe",
        "hong.gildong",
        "x",
        "sales+eu",
        "user",
    ]);
    let host = *dice.pick(&[
        "example.com",
        "naver.com",
        "mail.example.co.kr",
        "gmail.com",
        "firma.de",
        "uni.ac.kr",
    ]);
    let number = if dice.one_in(2) {
        dice.between(1, 9999).to_string()
    } else {
        String::new()
    };
    format!("{name}{number}@{host}")
}

fn iban(dice: &mut Dice) -> String {
    let (country, form) = *dice.pick(&[
        ("DE", "##################"),
        ("FR", "#######################"),
        ("GB", "NWBK##############"),
        ("NL", "ABNA##########"),
        ("ES", "####################"),
        ("IT", "X######################"),
        ("CH", "#################"),
        ("AT", "################"),
        ("BE", "############"),
        ("PL", "########################"),
    ]);
    let body = dice.fill(form);
    let rest = format!("{body}{country}00")
        .chars()
        .filter_map(|c| c.to_digit(36))
        .fold(0, |rest, value| {
            (rest * if value < 10 { 10 } else { 100 } + value) % 97
        });
    let number = format!("{country}{:02}{body}", 98 - rest);
    let separator = *dice.pick(&["", " "]);
    grouped(&number, &[4, 4, 4, 4, 4, 4, 4, 4], separator)
        .trim_end()
        .to_owned()
}

fn ssn(dice: &mut Dice) -> String {
    let area = dice.between(1, 665);
    let (group, serial) = (dice.between(1, 99), dice.between(1, 9999));
    let separator = *dice.pick(&["-", "-", " ", ""]);
    format!("{area:03}{separator}{group:02}{separator}{serial:04}")
}

fn passport(dice: &mut Dice) -> String {
    let form = *dice.pick(&[
        "M########",
        "M###^####",
        "S########",
        "5########",
        "C0#######",
        "^^#######",
    ]);
    dice.fill(form)
}

fn licence(dice: &mut Dice) -> String {
    let form = *dice.pick(&[
        "11-##-######-##",
        "21-##-######-##",
        "28-##-######-##",
        "^#######",
        "D###-####-####",
    ]);
    dice.fill(form)
}

fn account(dice: &mut Dice) -> String {
    let form = *dice.pick(&[
        "######-04-######",
        "110-###-######",
        "1002-###-######",
        "3333-##-#######",
        "301-####-####-##",
        "###-######-#####",
        "###-######-##-###",
        "1000-####-####",
        "############",
    ]);
    dice.fill(form)
}

fn ip(dice: &mut Dice) -> String {
    let octet = |dice: &mut Dice| dice.between(20, 255);
    match dice.between(0, 3) {
        0 => format!("192.168.{}.{}", dice.between(0, 255), dice.between(1, 254)),
        1 => dice.fill("2001:db8::~~~:#~~~"),
        2 => dice.fill("fe80::#~~~:~~ff:fe~~:~~~~"),
        _ => format!(
            "{}.{}.{}.{}",
            octet(dice),
            octet(dice),
            octet(dice),
            octet(dice)
        ),
    }
}

fn secret(dice: &mut Dice) -> String {
    match dice.between(0, 7) {
        0 => format!("AKIA{}", dice.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)),
        1 => format!("ghp_{}", dice.of(ALNUM, 36)),
        2 => format!(
            "xoxb-{}-{}-{}",
            dice.digits(12),
            dice.digits(13),
            dice.of(ALNUM, 24)
        ),
        3 => format!("sk-proj-{}7aB", dice.of(ALNUM, 40)),
        4 => format!("AIza{}", dice.of(ALNUM, 35)),
        5 => format!(
            "eyJhbGciOiJIUzI1NiJ9.eyJ{}.{}",
            dice.of(ALNUM, 40),
            dice.of(ALNUM, 43)
        ),
        6 => format!(
            "syt_{}_{}_{}",
            dice.of(ALNUM, 8),
            dice.of(ALNUM, 20),
            dice.of(ALNUM, 6)
        ),
        _ => format!("glpat-{}", dice.of(ALNUM, 20)),
    }
}
