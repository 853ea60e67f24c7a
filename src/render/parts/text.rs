//! Words, numbers and days as pages print them.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::Serialize;

use crate::graph::End;
use crate::model::{CustomProperty, ServiceLevel};

/// Returns a text with its first letter in upper case.
pub(in crate::render) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    let mut sentence = String::with_capacity(text.len() + 2);
    if first.is_ascii() {
        sentence.push(first.to_ascii_uppercase());
    } else {
        sentence.extend(first.to_uppercase());
    }
    sentence.push_str(characters.as_str());
    sentence
}

/// Turns a word of a standard into words: `sourceAligned` into "source-aligned", `endOfSupport` into
/// "end of support".
pub(in crate::render) fn words(word: &str) -> String {
    match word {
        "sourceAligned" => return "source-aligned".to_owned(),
        "consumerAligned" => return "consumer-aligned".to_owned(),
        "streamAligned" => return "stream-aligned".to_owned(),
        _ => {}
    }
    // Most are in lower case.
    if word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' ') {
        return word.to_owned();
    }
    let mut words = String::with_capacity(word.len() + 4);
    for character in word.chars() {
        if character.is_uppercase() && !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
        if matches!(character, '_' | '-') {
            words.push(' ');
        } else if character.is_ascii() {
            words.push(character.to_ascii_lowercase());
        } else {
            words.extend(character.to_lowercase());
        }
    }
    words
}

/// A date as people read it: "3 Nov 2026"; a text that is no date stays.
pub(in crate::render) fn date(text: &str) -> String {
    crate::model::date_of(text).map_or_else(|| text.to_owned(), day_text)
}

/// A date as people read it: "3 Nov 2026".
pub(in crate::render) fn day_text(date: Date) -> String {
    format!("{} {} {}", date.day(), month(date), date.year())
}

/// Says when something ends, in lower case: "support ends 3 Nov 2026".
pub(in crate::render) fn end_words(end: End) -> String {
    format!("{} {}", end.words(), day_text(end.day))
}

/// The short name of a date's month.
pub(in crate::render) fn month(date: Date) -> &'static str {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    MONTHS[usize::try_from(date.month() - 1).unwrap_or(0)]
}

/// A promise's value with its unit: "15 min", "99.5 %", "31 Jan 2027".
pub(in crate::render) fn level_value(level: &ServiceLevel) -> String {
    let mut value = date(&level.value);
    if let Some(unit) = level.unit.as_deref() {
        value.push(' ');
        value.push_str(&unit_word(unit, &level.value));
    }
    // The standard does not say what the second value is: no end of a range, which it is not.
    let ext = level.detail.as_ref().and_then(|detail| detail.value_ext.as_deref());
    if let Some(ext) = ext.filter(|ext| *ext != &*level.value) {
        value.push_str(" (extended value ");
        value.push_str(ext);
        value.push(')');
    }
    value
}

/// A value of data as people read it: one that has nothing to see in quotes.
pub(in crate::render) fn value_word(value: &str) -> Cow<'_, str> {
    if value.trim().is_empty() { format!("\"{value}\"").into() } else { value.into() }
}

/// Custom properties in words, `name: value` each; a list as a list of words.
pub(in crate::render) fn custom_words(list: &[CustomProperty]) -> Option<String> {
    let words: Vec<String> = list.iter().map(|custom| custom_word(&custom.property, &custom.value)).collect();
    (!words.is_empty()).then(|| words.join("; "))
}

/// A custom property in words. A list is one of words, and a text in JSON stands without its quotes.
pub(in crate::render) fn custom_word(property: &str, value: &str) -> String {
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let said = match value.as_bytes().first() {
        Some(b'[' | b'"') => match serde_json::from_str(value) {
            Ok(serde_json::Value::Array(items)) => items.iter().map(text).collect::<Vec<_>>().join(", ").into(),
            Ok(value) => Cow::Owned(text(&value)),
            Err(_) => Cow::Borrowed(value),
        },
        _ => Cow::Borrowed(value),
    };
    format!("{}: {}", words(property), value_word(&said))
}

/// The units of ODCS in words.
pub(in crate::render) fn unit_word<'a>(unit: &'a str, value: &str) -> Cow<'a, str> {
    let is_one = value == "1";
    let plural = |one, many| if is_one { one } else { many };
    let is_lower = unit.bytes().all(|byte| byte.is_ascii_lowercase());
    let lower = if is_lower { Cow::Borrowed(unit) } else { Cow::Owned(unit.to_lowercase()) };
    Cow::Borrowed(match &*lower {
        "d" | "day" | "days" => plural("day", "days"),
        "y" | "yr" | "year" | "years" => plural("year", "years"),
        "month" | "months" | "mo" => plural("month", "months"),
        "week" | "weeks" | "w" => plural("week", "weeks"),
        "h" | "hr" | "hour" | "hours" => "h",
        "m" | "min" | "minute" | "minutes" => "min",
        "s" | "sec" | "second" | "seconds" => "s",
        "ms" | "millisecond" | "milliseconds" => "ms",
        "percent" | "%" => "%",
        _ => unit,
    })
}

/// Writes a number with a comma between thousands; a text that is no whole number stays.
pub(in crate::render) fn grouped(number: &str) -> Cow<'_, str> {
    if number.len() < 5 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(number);
    }
    Cow::Owned(with_commas(number))
}

/// Writes a count with a comma between thousands. What may be a year or a code is for [`grouped`].
pub(in crate::render) fn number(number: usize) -> String {
    let digits = number.to_string();
    if digits.len() < 4 { digits } else { with_commas(&digits) }
}

fn with_commas(number: &str) -> String {
    let mut grouped = String::with_capacity(number.len() + number.len() / 3);
    for (at, digit) in number.chars().enumerate() {
        if at > 0 && (number.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A piece of a message: plain, or a name that stood between backticks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(in crate::render) struct Piece {
    /// The text without its backticks.
    pub text: String,
    /// A name of the files.
    pub is_code: bool,
    /// Where the name leads.
    pub href: Option<String>,
}

/// Takes a message apart at its backticks.
pub(in crate::render) fn spoken(message: &str) -> Vec<Piece> {
    let piece = |(at, text): (usize, &str)| {
        let is_code = at % 2 == 1;
        Piece { text: if is_code { text.to_owned() } else { with_days(text) }, is_code, href: None }
    };
    message.split('`').enumerate().map(piece).filter(|piece| !piece.text.is_empty()).collect()
}

/// Writes days as pages do: `2026-11-03` as "3 Nov 2026". Parts of longer words stay.
fn with_days(text: &str) -> String {
    const LENGTH: usize = "2026-11-03".len();
    let mut out = String::with_capacity(text.len());
    for (at, word) in text.split(' ').enumerate() {
        if at > 0 {
            out.push(' ');
        }
        let day = word.trim_end_matches([',', ';', '.', ':', ')']);
        match day.parse::<jiff::civil::Date>() {
            Ok(date) if day.len() == LENGTH => {
                out.push_str(&day_text(date));
                out.push_str(&word[LENGTH..]);
            }
            _ => out.push_str(word),
        }
    }
    out
}

/// Returns "1 product" or "3 products".
pub(in crate::render) fn count(number: usize, one: &str) -> String {
    if number == 1 {
        return ["1 ", one].concat();
    }
    let (stem, end) = match one.strip_suffix('y') {
        Some(stem) if !one.ends_with("ay") => (stem, "ies"),
        _ => (one, "s"),
    };
    let mut text = self::number(number);
    text.reserve_exact(1 + stem.len() + end.len());
    text.push(' ');
    text.push_str(stem);
    text.push_str(end);
    text
}

/// Returns the first sentence or line of a text, at most 200 characters.
pub(in crate::render) fn first_sentence(text: &str) -> String {
    const MOST: usize = 200;
    if let Some(sentence) = plain_sentence(text.trim_end(), MOST) {
        return sentence.to_owned();
    }
    let paragraph = text.find("\n\n").map_or(text, |end| &text[..end]);
    let mut sentence = String::with_capacity(MOST.min(paragraph.len()));
    for word in paragraph.split_whitespace() {
        if sentence.ends_with('.') || sentence.len() > MOST * 4 {
            break;
        }
        if !sentence.is_empty() {
            sentence.push(' ');
        }
        sentence.push_str(word);
    }
    let mut last = sentence.char_indices().skip(MOST - 1);
    if let (Some((end, _)), Some(_)) = (last.next(), last.next()) {
        sentence.truncate(end);
        sentence.truncate(sentence.trim_end().len());
        sentence.push('…');
    }
    sentence
}

/// Returns the first sentence where it stands in one line, as it is to be written and short enough: most do.
fn plain_sentence(text: &str, n_most: usize) -> Option<&str> {
    let mut last = b' ';
    for (at, byte) in text.bytes().enumerate().take(n_most) {
        match (last, byte) {
            (b'.', b' ') => return Some(&text[..at]),
            (b' ', b' ') => return None,
            (_, b' '..=b'~') => last = byte,
            _ => return None,
        }
    }
    (text.len() <= n_most).then_some(text)
}

/// Cuts a text to so many characters.
pub(in crate::render) fn shortened(text: &str, n_characters: usize) -> Cow<'_, str> {
    match text.char_indices().nth(n_characters) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", text[..end].trim_end())),
    }
}

/// Returns the first words of a text, at most so many characters, on one line.
pub(in crate::render) fn cut_at_word(text: &str, n_characters: usize) -> String {
    let mut cut = String::new();
    let mut n = 0;
    for word in text.split_whitespace() {
        let n_word = word.chars().count() + usize::from(!cut.is_empty());
        if n + n_word > n_characters {
            // A word without an end is cut in itself.
            if cut.is_empty() {
                cut.push_str(&shortened(word, n_characters));
            } else {
                cut.truncate(cut.trim_end_matches([',', ';', ':']).len());
                cut.push('…');
            }
            return cut;
        }
        if !cut.is_empty() {
            cut.push(' ');
        }
        cut.push_str(word);
        n += n_word;
    }
    cut
}

/// Returns a text as a class or part of an anchor may hold it: letters of any script stay, the rest
/// becomes a dash.
pub(in crate::render) fn anchor_part(name: &str) -> String {
    // Nearly every name is one already.
    if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')) {
        return name.to_owned();
    }
    let mut part = String::with_capacity(name.len());
    push_anchor_part(&mut part, name);
    part
}

/// Adds a part of an anchor as [`anchor_part`] returns it.
pub(in crate::render) fn push_anchor_part(anchor: &mut String, name: &str) {
    let is_kept = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if name.bytes().fold(true, |are_kept, byte| are_kept & is_kept(byte)) {
        return anchor.push_str(name);
    }
    anchor.extend(name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '-' }));
}
