//! The form of examples: what can be told from a value alone, by its letters and its check digits.

use std::borrow::Cow;

use smallvec::SmallVec;

use crate::model::ExampleForm;

/// More examples than this are not looked at.
const LOOKED_AT: usize = 16;
/// No value of a known form is longer.
const MAX_BYTES: usize = 320;

/// Names of mailboxes that belong to a function and not to a person.
const FUNCTIONS: [&str; 24] = [
    "info",
    "support",
    "contact",
    "kontakt",
    "contacto",
    "hello",
    "office",
    "admin",
    "sales",
    "billing",
    "noreply",
    "no-reply",
    "donotreply",
    "service",
    "help",
    "helpdesk",
    "team",
    "orders",
    "invoices",
    "postmaster",
    "webmaster",
    "privacy",
    "press",
    "jobs",
];

/// Returns the form that all of these share.
pub(super) fn form<'t>(examples: impl Iterator<Item = Cow<'t, str>>) -> ExampleForm {
    let mut shared = ExampleForm::None;
    for example in examples.take(LOOKED_AT) {
        let example = example.trim();
        if example.is_empty() || example == "null" {
            continue;
        }
        let form = of_one(example);
        shared = match (shared, form) {
            (ExampleForm::None, form) => form,
            (shared, form) if shared == form => shared,
            // One person among mailboxes is enough; a number that happens to be a card is one of numbers.
            (ExampleForm::Email | ExampleForm::Mailbox, ExampleForm::Email | ExampleForm::Mailbox) => {
                ExampleForm::Email
            }
            (ExampleForm::Phone, ExampleForm::LongNumber) | (ExampleForm::LongNumber, ExampleForm::Phone) => {
                ExampleForm::LongNumber
            }
            (ExampleForm::Card | ExampleForm::NationalId, ExampleForm::LongNumber)
            | (ExampleForm::LongNumber, ExampleForm::Card | ExampleForm::NationalId) => ExampleForm::LongNumber,
            (ExampleForm::ShortNumber, ExampleForm::LongNumber)
            | (ExampleForm::LongNumber, ExampleForm::ShortNumber) => ExampleForm::ShortNumber,
            _ => return ExampleForm::Mixed,
        };
    }
    shared
}

/// What one look at a value tells: most forms can be ruled out by it, and there are very many examples.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Look {
    n_digits: usize,
    n_letters: usize,
    n_dots: usize,
    /// Dots, hyphens and slashes.
    n_breaks: usize,
    has_at: bool,
    has_colon: bool,
    has_star: bool,
    /// Has characters that are not of ASCII: digits, letters and stars are counted of ASCII alone.
    is_wide: bool,
}

impl Look {
    fn at(value: &str) -> Look {
        let mut look = Look::default();
        for byte in value.bytes() {
            match byte {
                b'0'..=b'9' => look.n_digits += 1,
                b'a'..=b'z' | b'A'..=b'Z' => look.n_letters += 1,
                b'.' => {
                    look.n_dots += 1;
                    look.n_breaks += 1;
                }
                b'-' | b'/' => look.n_breaks += 1,
                b'@' => look.has_at = true,
                b':' => look.has_colon = true,
                b'*' => look.has_star = true,
                128.. => look.is_wide = true,
                _ => {}
            }
        }
        look
    }
}

fn of_one(value: &str) -> ExampleForm {
    if value.len() > MAX_BYTES {
        return ExampleForm::Mixed;
    }
    let look = Look::at(value);
    if look.has_at {
        return email(value);
    }
    // Of `core`, which opens no sockets.
    if (look.has_colon || look.n_dots == 3) && value.parse::<core::net::IpAddr>().is_ok() {
        return ExampleForm::Ip;
    }
    if (look.has_star || look.is_wide || value.len() >= 32) && is_hidden(value) {
        return ExampleForm::Hidden;
    }
    if look.n_letters >= 2 && look.n_digits >= 2 && value.len() >= 15 && is_iban(value) {
        return ExampleForm::Iban;
    }
    if look.n_digits >= 6 && look.n_breaks == 2 && is_day(value) {
        return ExampleForm::Day;
    }
    if look.n_digits >= 7 && is_national_id(value) {
        return ExampleForm::NationalId;
    }
    let has_letter = look.n_letters > 0 || (look.is_wide && value.contains(|c: char| c.is_alphabetic()));
    if !has_letter {
        return number(value, look.n_digits);
    }
    let has_number = look.n_digits > 0 || (look.is_wide && value.contains(|c: char| c.is_numeric()));
    if has_number { ExampleForm::Mixed } else { ExampleForm::Words }
}

fn email(value: &str) -> ExampleForm {
    let Some((local, domain)) = value.split_once('@') else { return ExampleForm::Mixed };
    let is_name =
        |text: &str, others: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || others.contains(c));
    let has_end = domain.rsplit_once('.').is_some_and(|(before, end)| !before.is_empty() && end.len() >= 2);
    if !is_name(local, "._%+-'") || !is_name(domain, ".-") || !has_end {
        return ExampleForm::Mixed;
    }
    let local = local.to_lowercase();
    if FUNCTIONS.contains(&local.as_str()) { ExampleForm::Mailbox } else { ExampleForm::Email }
}

/// Says whether a value is hashed or masked: 32 or more hexadecimal digits, or mostly stars.
fn is_hidden(value: &str) -> bool {
    let is_hash = value.len() >= 32 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    let n_stars = value.chars().filter(|c| matches!(c, '*' | '•')).count();
    is_hash || n_stars >= 3
}

/// ISO 13616: the country, two check digits, up to 30 letters and digits; modulo 97 of the whole is 1.
fn is_iban(value: &str) -> bool {
    let bytes: Vec<u8> = value.bytes().filter(|byte| *byte != b' ').map(|byte| byte.to_ascii_uppercase()).collect();
    let is_formed = (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes.iter().all(u8::is_ascii_alphanumeric);
    if !is_formed {
        return false;
    }
    let remainder = bytes[4..].iter().chain(&bytes[..4]).fold(0_u32, |rest, byte| {
        if byte.is_ascii_digit() {
            (rest * 10 + u32::from(byte - b'0')) % 97
        } else {
            (rest * 100 + u32::from(byte - b'A') + 10) % 97
        }
    });
    remainder == 1
}

fn is_day(value: &str) -> bool {
    let mut parts = value.split(['-', '.', '/']);
    let (Some(a), Some(b), Some(c), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if ![a, b, c].into_iter().all(is_number) {
        return false;
    }
    let small = |part: &str, max: u32| part.len() <= 2 && part.parse().is_ok_and(|n: u32| (1..=max).contains(&n));
    (a.len() == 4 && small(b, 12) && small(c, 31))
        || (c.len() == 4 && ((small(a, 31) && small(b, 12)) || (small(a, 12) && small(b, 31))))
}

/// Identity numbers that are told from other numbers by their form: the social security number of the
/// United States (3-2-4), DNI and NIE of Spain (letter modulo 23), the NIR of France (key modulo 97), and the
/// AHV number of Switzerland (756, EAN check digit).
fn is_national_id(value: &str) -> bool {
    let mut groups = value.split('-');
    if let (Some(a), Some(b), Some(c), None) = (groups.next(), groups.next(), groups.next(), groups.next()) {
        let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|byte| byte.is_ascii_digit());
        if digits(a, 3) && digits(b, 2) && digits(c, 4) {
            return a != "000" && a != "666" && !a.starts_with('9') && b != "00" && c != "0000";
        }
    }
    let compact: SmallVec<[u8; 16]> =
        value.bytes().filter(|byte| !b" .-".contains(byte)).map(|byte| byte.to_ascii_uppercase()).collect();
    is_dni(&compact) || is_nir(&compact) || is_ahv(&compact, value)
}

fn is_dni(compact: &[u8]) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let [first, middle @ .., letter] = compact else { return false };
    let first = match first {
        b'X' => b'0',
        b'Y' => b'1',
        b'Z' => b'2',
        digit => *digit,
    };
    if compact.len() != 9 || !first.is_ascii_digit() || !middle.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = middle.iter().fold(u32::from(first - b'0'), |number, byte| number * 10 + u32::from(byte - b'0'));
    LETTERS[(number % 23) as usize] == *letter
}

fn is_nir(compact: &[u8]) -> bool {
    if compact.len() != 15 || !compact.iter().all(u8::is_ascii_digit) || !matches!(compact[0], b'1' | b'2') {
        return false;
    }
    let number = |digits: &[u8]| digits.iter().fold(0_u64, |number, byte| number * 10 + u64::from(byte - b'0'));
    let month = number(&compact[3..5]);
    (1..=12).contains(&month) && 97 - number(&compact[..13]) % 97 == number(&compact[13..])
}

fn is_ahv(compact: &[u8], written: &str) -> bool {
    let is_formed = compact.len() == 13 && written.starts_with("756.") && compact.iter().all(u8::is_ascii_digit);
    if !is_formed {
        return false;
    }
    let weighted =
        compact.iter().enumerate().map(|(at, byte)| u32::from(byte - b'0') * if at % 2 == 0 { 1 } else { 3 });
    weighted.sum::<u32>().is_multiple_of(10)
}

/// `n` is the number of its digits.
fn number(value: &str, n: usize) -> ExampleForm {
    let is_grouped = value.bytes().all(|byte| byte.is_ascii_digit() || b" -/().+".contains(&byte));
    if !is_grouped || n == 0 {
        return ExampleForm::Mixed;
    }
    if (14..=19).contains(&n) && value.bytes().all(|byte| byte.is_ascii_digit() || b" -".contains(&byte)) {
        let digits: Vec<u8> = value.bytes().filter(u8::is_ascii_digit).collect();
        return if b"3456".contains(&digits[0]) && is_luhn(&digits) {
            ExampleForm::Card
        } else {
            ExampleForm::LongNumber
        };
    }
    let is_plain = n == value.len();
    let is_broken = value.bytes().filter(|byte| *byte == b'.').count() == 1 && !value.contains([' ', '/', '(']);
    let has_plus = value.starts_with('+') || value.starts_with("(+") || value.starts_with("00");
    let is_phone = (7..=15).contains(&n)
        && ((has_plus && !is_broken)
            || (!is_plain && !is_broken && (value.starts_with('0') || value.starts_with('('))));
    if is_phone {
        ExampleForm::Phone
    } else if n >= 7 && !is_broken {
        ExampleForm::LongNumber
    } else {
        ExampleForm::ShortNumber
    }
}

/// ISO/IEC 7812-1: every second digit from the right is doubled.
fn is_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, byte)| {
            let digit = u32::from(byte - b'0');
            if at % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(examples: &[&str]) -> ExampleForm {
        form(examples.iter().map(|example| Cow::Borrowed(*example)))
    }

    #[test]
    fn forms_are_known_by_letters_and_check_digits() {
        let known: [(&[&str], ExampleForm); 22] = [
            (&[], ExampleForm::None),
            (&["ada@example.org", "info@example.org"], ExampleForm::Email),
            (&["support@example.org"], ExampleForm::Mailbox),
            (&["@handle"], ExampleForm::Mixed),
            (&["DE89 3704 0044 0532 0130 00", "FR1420041010050500013M02606"], ExampleForm::Iban),
            (&["DE88 3704 0044 0532 0130 00"], ExampleForm::Mixed),
            (&["192.0.2.7", "2001:db8::1"], ExampleForm::Ip),
            (&["192.0.2.700"], ExampleForm::LongNumber),
            (&["+49 30 123456", "030/123456"], ExampleForm::Phone),
            (&["2026-11-03"], ExampleForm::Day),
            (&["03.11.1980"], ExampleForm::Day),
            (&["2026-13-03"], ExampleForm::LongNumber),
            (&["4111 1111 1111 1111"], ExampleForm::Card),
            (&["4111111111111112"], ExampleForm::LongNumber),
            (&["12345678Z", "X1234567L"], ExampleForm::NationalId),
            (&["12345678A"], ExampleForm::Mixed),
            (&["123-45-6789"], ExampleForm::NationalId),
            (&["756.9217.0769.85"], ExampleForm::NationalId),
            (&["5d41402abc4b2a76b9719d911017c592"], ExampleForm::Hidden),
            (&["17", "1234567"], ExampleForm::ShortNumber),
            (&["Berlin", "Köln"], ExampleForm::Words),
            (&["1234567.25"], ExampleForm::ShortNumber),
        ];
        for (examples, form) in known {
            assert_eq!(of(examples), form, "{examples:?}");
        }
    }
}
