//! Words, numbers and days as pages print them.

use std::borrow::Cow;

use jiff::civil::Date;
use serde::Serialize;

use crate::model::ServiceLevel;

/// Returns a text with its first letter in upper case.
pub(in crate::render) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
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
    let mut words = String::new();
    for character in word.chars() {
        if character.is_uppercase() && !words.is_empty() && !words.ends_with(' ') {
            words.push(' ');
        }
        if matches!(character, '_' | '-') {
            words.push(' ');
        } else {
            words.extend(character.to_lowercase());
        }
    }
    words
}

/// A date as people read it: "3 Nov 2026"; a text that is no date stays.
pub(in crate::render) fn date(text: &str) -> String {
    crate::graph::date_of(text).map_or_else(|| text.to_owned(), day_text)
}

/// A date as people read it: "3 Nov 2026".
pub(in crate::render) fn day_text(date: Date) -> String {
    format!("{} {} {}", date.day(), month(date), date.year())
}

/// The short name of a date's month.
pub(in crate::render) fn month(date: Date) -> &'static str {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    MONTHS[usize::try_from(date.month() - 1).unwrap_or(0)]
}

/// A promise's value with its unit: "15 min", "99.5 %", "31 Jan 2027".
pub(in crate::render) fn level_value(level: &ServiceLevel) -> String {
    let value = date(&level.value);
    if level.unit.is_none() && level.detail.as_ref().is_none_or(|detail| detail.value_ext.is_none()) {
        return value;
    }
    let ext = level
        .detail
        .as_ref()
        .and_then(|detail| detail.value_ext.as_deref())
        .map(|ext| format!(" to {ext}"))
        .unwrap_or_default();
    let unit = level.unit.as_deref().map(|unit| format!(" {}", unit_word(unit, &level.value))).unwrap_or_default();
    format!("{value}{ext}{unit}")
}

/// The units of ODCS in words.
pub(in crate::render) fn unit_word(unit: &str, value: &str) -> String {
    let is_one = value == "1";
    let plural = |one: &str| if is_one { one.to_owned() } else { format!("{one}s") };
    match unit.to_lowercase().as_str() {
        "d" | "day" | "days" => plural("day"),
        "y" | "yr" | "year" | "years" => plural("year"),
        "month" | "months" | "mo" => plural("month"),
        "week" | "weeks" | "w" => plural("week"),
        "h" | "hr" | "hour" | "hours" => "h".to_owned(),
        "m" | "min" | "minute" | "minutes" => "min".to_owned(),
        "s" | "sec" | "second" | "seconds" => "s".to_owned(),
        "ms" | "millisecond" | "milliseconds" => "ms".to_owned(),
        "percent" | "%" => "%".to_owned(),
        _ => unit.to_owned(),
    }
}

/// Writes a number with a comma between thousands; a text that is no whole number stays.
pub(in crate::render) fn grouped(number: &str) -> Cow<'_, str> {
    if number.len() < 5 || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(number);
    }
    let mut grouped = String::with_capacity(number.len() + number.len() / 3);
    for (at, digit) in number.chars().enumerate() {
        if at > 0 && (number.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    Cow::Owned(grouped)
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
    let piece = |(at, text): (usize, &str)| Piece { text: text.to_owned(), is_code: at % 2 == 1, href: None };
    message.split('`').enumerate().map(piece).filter(|piece| !piece.text.is_empty()).collect()
}

/// Returns "1 product" or "3 products".
pub(in crate::render) fn count(number: usize, one: &str) -> String {
    let plural = match one.strip_suffix('y') {
        Some(stem) if !one.ends_with("ay") => format!("{stem}ies"),
        _ => format!("{one}s"),
    };
    if number == 1 { format!("1 {one}") } else { format!("{number} {plural}") }
}

/// Returns the first sentence or line of a text, at most 200 characters.
pub(in crate::render) fn first_sentence(text: &str) -> String {
    const MOST: usize = 200;
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

/// Cuts a text to so many characters.
pub(in crate::render) fn shortened(text: &str, n_characters: usize) -> Cow<'_, str> {
    match text.char_indices().nth(n_characters) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", text[..end].trim_end())),
    }
}

/// Returns a text as a class or part of an anchor may hold it: letters of any script stay, the rest
/// becomes a dash.
pub(in crate::render) fn anchor_part(name: &str) -> String {
    // Nearly every name is one already.
    if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')) {
        return name.to_owned();
    }
    name.chars().map(|c| if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { '-' }).collect()
}
