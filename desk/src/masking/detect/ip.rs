//! Addresses of the network: IPv4 by four numbers, IPv6 as RFC 4291 writes it. Versions and
//! sections have four numbers too.

use std::net::Ipv6Addr;

use super::{
    context::{Context, Topic},
    digits::{after, before},
    number::{Gap, Group, Left},
};
use crate::masking::{Kind, Kinds, Span};

/// Where the IPv4 address ends that begins with these groups.
pub(super) fn find_v4(text: &str, groups: &[Group], left: Left) -> Option<usize> {
    let (first, four, fifth) = (groups.first()?, groups.get(..4)?, groups.get(4));
    let mut octets = [0_u16; 4];
    for (place, group) in octets.iter_mut().zip(four) {
        *place = octet(group.digits())?;
    }
    let plain = |pair: &[Group]| match pair {
        [one, two] => text.get(one.end..two.start) == Some("."),
        _ => false,
    };
    let (start, end) = (first.start, four.last()?.end);
    let ascii = text.get(start..end)?.is_ascii();
    let more = fifth.is_some_and(|group| group.gap == Gap::Dot);
    let begun = first.gap == Gap::Dot && left == Left::Part;
    if !ascii || more || begun || !four.windows(2).all(plain) || !stands_alone(text, start, end) {
        return None;
    }
    let context = Context::around(text, start, end);
    if context.speaks_of(Topic::Version) && !context.prefers(Topic::Ip, Topic::Version) {
        return None;
    }
    (!is_small(octets) || context.says(Topic::Ip)).then_some(end)
}

fn octet(digits: &[u8]) -> Option<u16> {
    if digits.is_empty() || digits.len() > 3 || (digits.len() > 1 && digits.first() == Some(&0)) {
        return None;
    }
    let value = digits
        .iter()
        .fold(0, |value, digit| value * 10 + u16::from(*digit));
    (value < 256).then_some(value)
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let free = !before(text, start)
        .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ','));
    let mut rest = text.get(end..).unwrap_or_default().chars();
    let ends = match rest.next() {
        Some(c) if c.is_ascii_alphanumeric() || c == '_' => false,
        Some('-') => !rest.next().is_some_and(|c| c.is_ascii_alphabetic()),
        _ => true,
    };
    free && ends
}

/// `3.2.1.4` is more often a version or a section; `10.0.0.1` and public resolvers are not.
fn is_small(octets: [u16; 4]) -> bool {
    let [a, b, c, d] = octets;
    let resolver = matches!(
        octets,
        [1, 1, 1, 1] | [1, 0, 0, 1] | [8, 8, 8, 8] | [8, 8, 4, 4] | [9, 9, 9, 9]
    );
    a != 10 && !resolver && a < 20 && b < 20 && c < 20 && d < 20 && octets != [0, 0, 0, 0]
}

/// The longest text of an IPv6 address.
const LONGEST: usize = 45;

/// Looks at the first `:` of what may be an IPv6 address, and says where to go on.
pub(super) fn find_v6(text: &str, at: usize, enabled: &Kinds, found: &mut Vec<Span>) -> usize {
    let next = at + 1;
    if !enabled.contains(&Kind::Ip) {
        return next;
    }
    let bytes = text.as_bytes();
    let head = bytes.get(..at).unwrap_or_default();
    let digits = head
        .iter()
        .rev()
        .take(5)
        .take_while(|byte| byte.is_ascii_hexdigit())
        .count();
    let start = at - digits;
    let tail = bytes
        .get(start..)
        .unwrap_or_default()
        .iter()
        .take(LONGEST + 1)
        .take_while(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'))
        .count();
    let touches = before(text, start)
        .is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, ':' | '.' | '_'));
    if digits > 4 || touches {
        return next;
    }
    let token = text.get(start..start + tail).unwrap_or_default();
    let mut address = token.trim_end_matches('.');
    if address.ends_with(':') && !address.ends_with("::") {
        address = address.strip_suffix(':').unwrap_or(address);
    }
    let end = start + address.len();
    let runs_on = after(text, end).is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    if runs_on || !is_v6(address) {
        return next;
    }
    found.push(Span::new(start, end, Kind::Ip));
    end
}

/// Two colons at least; and enough of it that it is no `a::b` of a program and no `10::30`.
fn is_v6(address: &str) -> bool {
    if address.len() < 3 || address.parse::<Ipv6Addr>().is_err() {
        return false;
    }
    let groups = address.split(':').filter(|group| !group.is_empty()).count();
    let digit = address.bytes().any(|byte| byte.is_ascii_digit());
    let known = ["::1", "fe80:", "fc", "fd", "ff0", "64:ff9b:"]
        .iter()
        .any(|start| {
            address
                .get(..start.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(start))
        });
    let first = address.split(':').next().unwrap_or_default();
    let global = first.len() == 4 && first.starts_with(['2', '3']);
    digit && (groups >= 3 || known || global)
}
