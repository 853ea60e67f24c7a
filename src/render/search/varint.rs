//! Numbers and lists of postings as text: five bits a character, the least first; the sixth bit says that more follow.

use super::index::Posting;

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Appends a number.
pub(super) fn push(text: &mut String, mut number: u32) {
    while number > 31 {
        text.push(char::from(DIGITS[(number & 31 | 32) as usize]));
        number >>= 5;
    }
    text.push(char::from(DIGITS[number as usize]));
}

/// Appends a count or position; what is beyond 32 bits is not found in any index.
pub(super) fn push_usize(text: &mut String, number: usize) {
    push(text, u32::try_from(number).unwrap_or(u32::MAX));
}

/// Appends postings that are sorted by entry: how far each is from the one before, then the fields of each. Apart they
/// compress better than in turn.
pub(super) fn push_postings(text: &mut String, postings: &[Posting]) {
    let mut last = 0;
    for posting in postings {
        push(text, posting.entry() - last);
        last = posting.entry();
    }
    for posting in postings {
        push(text, u32::from(posting.mask()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<u32> {
        let (mut numbers, mut number, mut shift) = (Vec::new(), 0_u32, 0);
        for byte in text.bytes() {
            let digit = u32::try_from(DIGITS.iter().position(|known| *known == byte).expect("a digit")).expect("small");
            number |= (digit & 31) << shift;
            if digit & 32 == 0 {
                numbers.push(number);
                (number, shift) = (0, 0);
            } else {
                shift += 5;
            }
        }
        numbers
    }

    #[test]
    fn numbers_come_back() {
        let numbers = [0, 1, 31, 32, 1_023, 1_024, 99_999, 16_777_215, u32::MAX];
        let mut text = String::new();
        for number in numbers {
            push(&mut text, number);
        }
        assert_eq!(read(&text), numbers);
        assert_eq!((&text[..3], text.is_ascii()), ("ABf", true));
    }
}
