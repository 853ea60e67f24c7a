//! From text to words, the same way for descriptors, for queries on the shell and for queries in the
//! browser: `themes/default/assets/search.js` has this function again, line by line, and the golden
//! queries hold the two together.
//!
//! Text is decomposed (NFKD), marks are dropped, case is folded. Words end at everything that is no letter
//! and no digit, at camelCase borders and between letters and digits; a compound (`order_id`, `orderId`,
//! `pick-up`) also gives its joined form. Chinese and Japanese, which have no spaces, give pairs of
//! characters. Nothing is stemmed: prefixes find plurals, and people curate synonyms.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a word that count; what is longer is no word a person types.
const WORD_CHARACTERS: usize = 40;

/// Words that say nothing about data: left out of descriptions, and out of queries that have others.
const EMPTY_WORDS: [&str; 35] = [
    "a", "all", "an", "and", "are", "as", "at", "by", "can", "do", "does", "for", "from", "how", "i", "in", "is", "it",
    "me", "my", "no", "of", "on", "or", "our", "owns", "the", "to", "we", "what", "when", "where", "which", "who",
    "with",
];

/// The bytes of the longest of them.
const LONGEST_EMPTY: usize = 5;

/// They as numbers, sorted: every word of every description is looked for among them.
const EMPTY_NUMBERS: [u64; EMPTY_WORDS.len()] = {
    let mut numbers = [0; EMPTY_WORDS.len()];
    let mut at = 0;
    while at < numbers.len() {
        let number = number(EMPTY_WORDS[at].as_bytes());
        let mut place = at;
        while place > 0 && numbers[place - 1] > number {
            numbers[place] = numbers[place - 1];
            place -= 1;
        }
        numbers[place] = number;
        at += 1;
    }
    numbers
};

/// Returns a short word as a number that no other word has.
const fn number(word: &[u8]) -> u64 {
    let mut number = 0;
    let mut at = 0;
    while at < word.len() {
        // `as`: a constant cannot ask for a conversion.
        number = number << 8 | word[at] as u64;
        at += 1;
    }
    number
}

/// A compound: words that stand together without a space.
#[derive(Clone, Copy, Debug)]
pub(super) struct Compound<'a> {
    joined: &'a str,
    ends: &'a [usize],
}

impl<'a> Compound<'a> {
    /// Returns its words in order.
    pub(super) fn words(self) -> impl Iterator<Item = &'a str> {
        let mut start = 0;
        self.ends.iter().map(move |end| {
            let word = clip(&self.joined[start..*end]);
            start = *end;
            word
        })
    }

    /// Returns the words joined, where there are several.
    pub(super) fn joined(self) -> Option<&'a str> {
        (self.ends.len() > 1).then(|| clip(self.joined))
    }
}

/// Returns what of a word counts.
pub(super) fn clip(word: &str) -> &str {
    if word.len() <= WORD_CHARACTERS {
        return word;
    }
    word.char_indices().nth(WORD_CHARACTERS).map_or(word, |(end, _)| &word[..end])
}

/// Says whether a word says nothing about data.
pub(super) fn is_empty_word(word: &str) -> bool {
    word.len() <= LONGEST_EMPTY && EMPTY_NUMBERS.binary_search(&number(word.as_bytes())).is_ok()
}

/// Says whether a compound is of digits only, such as a version or a day: it is sought as one word.
pub(super) fn is_number(joined: &str) -> bool {
    joined.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the text folded and joined, as values of filters are compared: `Food Safety` is `foodsafety`.
pub(super) fn fold(text: &str) -> String {
    if text.is_ascii() {
        let mut folded = text.to_ascii_lowercase();
        folded.retain(|character| character.is_ascii_alphanumeric());
        return folded;
    }
    let mut folded = String::new();
    for character in normal(text) {
        if character.is_alphanumeric() {
            push_lower(&mut folded, character);
        }
    }
    folded
}

/// Splits texts; keeps its buffers from one text to the next.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    /// The text in lower case, where it is ASCII.
    lower: String,
    joined: String,
    ends: Vec<usize>,
    pair: String,
}

/// What a character is for the borders of words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Upper,
    /// Lower case, or a letter without case.
    Lower,
    Digit,
    /// A character of a script without spaces.
    Dense,
    /// Joins words of a compound.
    Joint,
    Space,
}

impl Splitter {
    /// Calls back with each compound of a text, in order.
    pub(super) fn split(&mut self, text: &str, mut each: impl FnMut(Compound<'_>)) {
        if text.is_ascii() {
            self.walk_ascii(text, &mut each);
        } else {
            self.walk(normal(text), &mut each);
        }
    }

    /// Does what [`Splitter::walk`] does, a word at a time. Nearly every text comes here.
    fn walk_ascii(&mut self, text: &str, each: &mut dyn FnMut(Compound<'_>)) {
        let mut lower = std::mem::take(&mut self.lower);
        lower.clear();
        lower.push_str(text);
        lower.make_ascii_lowercase();
        let bytes = text.as_bytes();
        let mut last = Class::Space;
        // Where the word begins that has not ended yet.
        let mut start = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let class = ASCII[usize::from(*byte)];
            if class == last && class == Class::Lower {
                continue;
            }
            let is_end = match (last, class) {
                (_, Class::Space | Class::Joint) => true,
                (Class::Upper, Class::Upper) => {
                    bytes.get(at + 1).is_some_and(|next| ASCII[usize::from(*next)] == Class::Lower)
                }
                _ => is_border(last, class),
            };
            if is_end && start < at {
                self.joined.push_str(&lower[start..at]);
                self.ends.push(self.joined.len());
                start = at;
            }
            match class {
                Class::Space => {
                    self.end_compound(each);
                    start = at + 1;
                }
                Class::Joint => start = at + 1,
                _ => {}
            }
            last = class;
        }
        self.joined.push_str(&lower[start..]);
        self.end_compound(each);
        self.lower = lower;
    }

    fn walk(&mut self, characters: impl Iterator<Item = char>, each: &mut dyn FnMut(Compound<'_>)) {
        let mut characters = characters.peekable();
        let mut last = Class::Space;
        let mut dense: Option<char> = None;
        let mut n_dense = 0;
        while let Some(character) = characters.next() {
            let class = class(character);
            if last == Class::Dense && class != Class::Dense {
                // A single character between others is a word of its own.
                if let (1, Some(only)) = (n_dense, dense) {
                    self.give_pair(None, only, each);
                }
                (dense, n_dense) = (None, 0);
            }
            match class {
                Class::Dense => {
                    self.end_compound(each);
                    if let Some(before) = dense {
                        self.give_pair(Some(before), character, each);
                    }
                    (dense, n_dense) = (Some(character), n_dense + 1);
                }
                Class::Space => self.end_compound(each),
                Class::Joint => self.end_word(),
                Class::Upper | Class::Lower | Class::Digit => {
                    let is_end = match (last, class) {
                        // `HTTPServer`: the last capital belongs to the word after it.
                        (Class::Upper, Class::Upper) => characters
                            .peek()
                            .is_some_and(|next| self::class(*next) == Class::Lower && next.is_lowercase()),
                        _ => is_border(last, class),
                    };
                    if is_end {
                        self.end_word();
                    }
                    push_lower(&mut self.joined, character);
                }
            }
            last = class;
        }
        if let (1, Some(only)) = (n_dense, dense) {
            self.give_pair(None, only, each);
        }
        self.end_compound(each);
    }

    fn end_word(&mut self) {
        if self.joined.len() > self.ends.last().copied().unwrap_or(0) {
            self.ends.push(self.joined.len());
        }
    }

    fn end_compound(&mut self, each: &mut dyn FnMut(Compound<'_>)) {
        self.end_word();
        if !self.ends.is_empty() {
            each(Compound { joined: &self.joined, ends: &self.ends });
        }
        self.joined.clear();
        self.ends.clear();
    }

    fn give_pair(&mut self, before: Option<char>, character: char, each: &mut dyn FnMut(Compound<'_>)) {
        self.pair.clear();
        self.pair.extend(before);
        self.pair.push(character);
        each(Compound { joined: &self.pair, ends: &[self.pair.len()] });
    }
}

/// Decomposes, drops marks, and composes what is left: Korean syllables come apart in the first step.
fn normal(text: &str) -> impl Iterator<Item = char> {
    text.nfkd().filter(|character| !is_combining_mark(*character)).nfc()
}

/// Says whether a word ends between a letter or digit and the next.
fn is_border(last: Class, class: Class) -> bool {
    matches!(
        (last, class),
        (Class::Lower, Class::Upper)
            | (Class::Digit, Class::Upper | Class::Lower)
            | (Class::Upper | Class::Lower, Class::Digit)
    )
}

/// The class of each byte of ASCII, and above these of none.
static ASCII: [Class; 256] = {
    let mut classes = [Class::Space; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'a'..=b'z' => Class::Lower,
            b'A'..=b'Z' => Class::Upper,
            b'0'..=b'9' => Class::Digit,
            b'_' | b'-' | b'.' | b'/' | b':' => Class::Joint,
            _ => Class::Space,
        };
        byte += 1;
    }
    classes
};

fn class(character: char) -> Class {
    if let Some(byte) = u8::try_from(character).ok().filter(u8::is_ascii) {
        return ASCII[usize::from(byte)];
    }
    match character {
        '\u{3005}' | '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' => Class::Dense,
        _ if character.is_numeric() => Class::Digit,
        _ if character.is_uppercase() => Class::Upper,
        _ if character.is_alphabetic() => Class::Lower,
        _ => Class::Space,
    }
}

#[inline]
fn push_lower(text: &mut String, character: char) {
    match character {
        _ if character.is_ascii() => text.push(character.to_ascii_lowercase()),
        'ß' | 'ẞ' => text.push_str("ss"),
        'ς' => text.push('σ'),
        _ => text.extend(character.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words with `|` between compounds, the joined form behind `=`.
    fn split(text: &str) -> String {
        let mut splitter = Splitter::default();
        let mut shown = Vec::new();
        splitter.split(text, |compound| {
            let words: Vec<&str> = compound.words().collect();
            let joined = compound.joined().map(|joined| format!("={joined}")).unwrap_or_default();
            shown.push(words.join(" ") + &joined);
        });
        shown.join("|")
    }

    #[test]
    fn compounds_come_apart_and_stay_whole() {
        assert_eq!(split("order_id"), "order id=orderid");
        assert_eq!(split("orderId, OrderID"), "order id=orderid|order id=orderid");
        assert_eq!(split("HTTPServer"), "http server=httpserver");
        assert_eq!(split("Pick-up windows"), "pick up=pickup|windows");
        assert_eq!(split("v2.1.0 address1"), "v 2 1 0=v210|address 1=address1");
        assert_eq!(split("--a..b-- ! ()"), "a b=ab");
        assert_eq!(split("SALES.MART/orders:x"), "sales mart orders x=salesmartordersx");
        assert_eq!(split(""), "");
    }

    #[test]
    fn letters_are_folded() {
        assert_eq!(split("Größe ÀÉÎ ﬁle Straße ΣΊΣΥΦΟΣ"), "grosse|aei|file|strasse|σισυφοσ");
        assert_eq!(split("Ｆｕｌｌ１２"), "full 12=full12");
        assert_eq!(split("데이터 제품"), "데이터|제품", "Korean is put together again and split at spaces");
        assert_eq!(split("İstanbul"), "istanbul");
        assert_eq!(
            (fold("Food Safety"), fold("food-safety"), fold("<b>")),
            ("foodsafety".into(), "foodsafety".into(), "b".into())
        );
    }

    #[test]
    fn scripts_without_spaces_give_pairs() {
        assert_eq!(split("東京駅"), "東京|京駅");
        assert_eq!(split("駅 a東b"), "駅|a|東|b");
        assert_eq!(split("注文ID"), "注文|id");
        assert_eq!(split("データ製品"), "テー|ータ|タ製|製品", "marks of kana are dropped");
        assert_eq!(split("𠀀𠀁"), "𠀀𠀁");
    }

    #[test]
    fn hostile_texts_only_give_letters_and_digits() {
        assert_eq!(split("</script><script>alert(1)</script>\u{2028}\u{0}\u{202e}x"), "script|script|alert|1|script|x");
        let long = "x".repeat(5_000);
        assert_eq!(split(&long).len(), WORD_CHARACTERS);
        assert_eq!(split(&"é".repeat(100)).chars().count(), WORD_CHARACTERS);
    }

    #[test]
    fn empty_words_are_sorted() {
        assert!(EMPTY_WORDS.is_sorted() && is_empty_word("the") && !is_empty_word("then"));
    }
}
