//! What to write instead of a value that does not have the wanted form or lies outside its bounds.

use jiff::civil::Date;
use serde_json::Value as JsonValue;

use super::demand::json_text;
use super::nearest::nearest;
use super::node::{NodeRef, Value};
use super::scalar;

/// Returns what to write instead of a text that does not match a pattern.
pub(super) fn for_pattern(pattern: &str, found: &str) -> Option<String> {
    let write = |text: String| (!text.is_empty() && text != found).then(|| format!("write `{text}`"));
    let replaced = |is_good: fn(char) -> bool, by: char| {
        let text: String = found.trim().chars().map(|c| if is_good(c) { c } else { by }).collect();
        text.trim_matches(by).to_owned()
    };
    match pattern {
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" => date(found).and_then(|day| write(day.to_string())),
        "Z$" => for_time(found),
        "^[A-Za-z0-9][A-Za-z0-9._-]*$" => {
            write(replaced(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'), '-'))
        }
        "^[a-z0-9][a-z0-9-]*$" => write(replaced(|c| c.is_ascii_alphanumeric() || c == '-', '-').to_ascii_lowercase()),
        "^[A-Za-z0-9_-]+$" | r"^\S+$" | r"^[^\s.#/\\@!%&^]+$" => {
            write(replaced(|c| c.is_alphanumeric() || matches!(c, '_' | '-'), '-'))
        }
        "^[A-Za-z_][A-Za-z0-9_]*$" => write(replaced(|c| c.is_ascii_alphanumeric() || c == '_', '_'))
            .filter(|_| !found.starts_with(|c: char| c.is_ascii_digit())),
        "^https?://" if found.contains('@') => write(crate::source::web_address(found.trim())?),
        "^https?://" if found.contains('.') && !found.contains(char::is_whitespace) => {
            write(format!("https://{}", found.split_once("://").map_or(found, |(_, rest)| rest)))
        }
        r"^(@[^\s@#]+|[^\s@#]+@[^\s@#]+)$" if !found.contains(['@', ' ', '#']) => write(format!("@{found}")),
        _ => reference(pattern, found),
    }
}

/// Returns what to write instead of a text that is no date, time or address.
pub(super) fn for_format(format: &str, found: &str) -> Option<String> {
    match format {
        "date" => date(found).map(|day| format!("write `{day}`")),
        "date-time" => for_time(found),
        "uri" if found.starts_with("www.") => Some(format!("write `https://{found}`")),
        _ => None,
    }
}

/// A reference without its kind, or with a kind that is none: `orders` for `product:orders`.
fn reference(pattern: &str, found: &str) -> Option<String> {
    let kinds: Vec<&str> = pattern.strip_prefix("^(")?.strip_suffix(r"):\S.*$")?.split('|').collect();
    match found.split_once(':') {
        None if !found.trim().is_empty() && !found.contains(char::is_whitespace) => {
            let offered: Vec<String> = kinds.iter().take(2).map(|kind| format!("`{kind}:{found}`")).collect();
            Some(format!("say of which kind it is: write {}", offered.join(" or ")))
        }
        Some((kind, rest)) if !rest.trim().is_empty() => {
            let rest = rest.trim();
            let meant =
                kinds.iter().copied().find(|known| *known == kind).or_else(|| nearest(kind, kinds.iter().copied()));
            Some(match meant {
                Some(meant) => format!("write `{meant}:{rest}`"),
                None => format!(
                    "`{kind}` is no kind that can stand here: write `{}:{rest}`",
                    kinds.join(&format!(":{rest}` or `"))
                ),
            })
        }
        _ => None,
    }
}

/// What to write instead of a moment: a day needs a time, a time needs a zone.
fn for_time(found: &str) -> Option<String> {
    let day = date(found)?;
    let time = found.get(10..).map(|rest| rest.trim_start_matches(['T', 't', ' '])).unwrap_or_default();
    let time: String = time.chars().take_while(|c| c.is_ascii_digit() || matches!(c, ':' | '.')).collect();
    let is_time = |text: &str| text.parse::<jiff::civil::Time>().is_ok();
    Some(if found.starts_with(&day.to_string()) && time.len() >= 5 && is_time(&time) {
        let seconds = if time.len() == 5 { ":00" } else { "" };
        let zone = found[10..].contains('+') || found[10..].contains('-');
        let why = if zone { "in UTC, whatever hour that is there" } else { "with its zone" };
        format!("write it {why}, such as `{day}T{time}{seconds}Z`")
    } else {
        format!("write the time and the zone too, such as `{day}T00:00:00Z`")
    })
}

/// Reads a day in the ways people write one; `None` where it is not clear which is the month.
fn date(found: &str) -> Option<Date> {
    let parts: Vec<&str> = found.trim().split(['-', '.', '/', 'T', ' ']).take(3).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if ![a, b, c].iter().all(|part| is_number(part)) {
        return None;
    }
    let number = |part: &str| part.parse::<i16>().ok();
    let (first, second, third) = (number(a)?, number(b)?, number(c)?);
    let (year, month, day) = if a.len() == 4 {
        (first, second, third)
    } else if c.len() == 4 && (found.contains('.') || first > 12) {
        (third, second, first)
    } else if c.len() == 4 && second > 12 {
        (third, first, second)
    } else {
        return None;
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// Returns what to add of a field in words: its line where there is one value, and an example where the value is for
/// the author to say.
pub(super) fn what_to_add(key: &str, property: &JsonValue) -> Option<String> {
    let line = example_line(key, property)?;
    Some(match property.get("const") {
        Some(_) => format!("add `{line}`"),
        None => format!("add `{key}:`, for example `{line}`"),
    })
}

/// Returns an example of a field as a line, where the schema of it has one.
fn example_line(key: &str, property: &JsonValue) -> Option<String> {
    let examples = property.get("examples").and_then(JsonValue::as_array).and_then(|examples| examples.first());
    let listed = property.get("enum").and_then(JsonValue::as_array).and_then(|values| values.first());
    let value = property.get("const").or(examples).or(listed)?;
    let written = match value {
        JsonValue::String(text) => yaml_text(text),
        other => other.to_string(),
    };
    (written.chars().count() <= 60).then(|| format!("{key}: {written}"))
}

/// Writes a text so that YAML reads it as that text.
fn yaml_text(text: &str) -> String {
    let is_text = matches!(scalar::resolve(text.into()), Value::String(_));
    let is_plain = text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_'))
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':');
    if is_text && is_plain { text.to_owned() } else { JsonValue::from(text).to_string() }
}

/// Returns what to do where nothing better is known of a value: the example of its field, else what it is for.
pub(super) fn from_schema(property: Option<&JsonValue>) -> String {
    let text = |key: &str| property.and_then(|property| property.get(key)?.as_str());
    let example = property.and_then(|property| property.get("examples")?.as_array()?.first());
    match (example, text("description")) {
        (Some(example), _) => format!("write a value such as `{}`", json_text(example)),
        (None, Some(about)) => format!("the field holds this: {}", about.trim_end_matches('.')),
        (None, None) => "correct the value, or remove the field".to_owned(),
    }
}

/// Returns what a value outside its bounds is, and what to do about it.
pub(super) fn for_bound(schema: Option<&JsonValue>, keyword: &str, node: NodeRef<'_>) -> (String, String) {
    let bound = |key: &str| schema.and_then(|schema| schema.get(key)).map(json_text);
    let count = |n: usize, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    let n_chars = node.as_str().map_or(0, |text| text.chars().count());
    let (n_items, n_fields) = (node.items().count(), node.entries().count());
    match keyword {
        "minLength" if n_chars == 0 => ("an empty text".into(), "write a text, or remove the field".into()),
        "minLength" => (count(n_chars, "character"), "write a longer text".into()),
        "maxLength" => (count(n_chars, "character"), "shorten the text".into()),
        "minItems" if n_items == 0 => ("an empty list".into(), "add an item, or remove the field".into()),
        "minItems" => (count(n_items, "item"), "add what is missing".into()),
        "maxItems" => (count(n_items, "item"), "remove what is too much".into()),
        "uniqueItems" => ("a list with the same item twice".into(), "remove one of the two".into()),
        "minProperties" if n_fields == 0 => ("an empty map".into(), "add a field, or remove the map".into()),
        "minProperties" => (count(n_fields, "field"), "add what is missing".into()),
        "maxProperties" => (count(n_fields, "field"), "remove what is too much".into()),
        "multipleOf" => (shown(node), "write the nearest multiple".into()),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => {
            let help = match (bound("minimum"), bound("maximum")) {
                (Some(least), Some(most)) => format!("write a number from {least} to {most}"),
                (Some(least), None) => format!("write {least} or more"),
                (None, Some(most)) => format!("write {most} or less"),
                (None, None) => "write a number within the bounds".to_owned(),
            };
            (shown(node), help)
        }
        _ => (shown(node), from_schema(schema)),
    }
}

fn shown(node: NodeRef<'_>) -> String {
    node.scalar_text().map_or_else(|| node.type_word().to_owned(), |text| super::words::cut(text).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        let read = |text| for_format("date", text).unwrap_or_default();
        assert_eq!(read("28.11.2026"), "write `2026-11-28`");
        assert_eq!(read("2026/11/28"), "write `2026-11-28`");
        assert_eq!(read("11/28/2026"), "write `2026-11-28`");
        assert_eq!(read("28/11/2026"), "write `2026-11-28`");
        assert_eq!(read("2026-11-28T10:00:00Z"), "write `2026-11-28`");
        for unclear in ["01/02/2026", "yesterday", "2026-13-01", "2026-11", "", "1.1.26", "\u{661}.1.2026"] {
            assert_eq!(read(unclear), "", "{unclear}");
        }
    }

    #[test]
    fn moments_get_what_they_lack() {
        let read = |text| for_format("date-time", text).unwrap_or_default();
        assert_eq!(read("2027-11-28"), "write the time and the zone too, such as `2027-11-28T00:00:00Z`");
        assert_eq!(read("2027-11-28 10:30"), "write it with its zone, such as `2027-11-28T10:30:00Z`");
        assert_eq!(read("2027-11-28T10:30:00+02:00").split(',').next(), Some("write it in UTC"));
    }

    #[test]
    fn ids_and_references_are_offered() {
        let kinds = r"^(product|contract|domain|team|term|policy|source|agreement):\S.*$";
        let read = |pattern, text| for_pattern(pattern, text).unwrap_or_default();
        assert_eq!(read(kinds, "orders"), "say of which kind it is: write `product:orders` or `contract:orders`");
        assert_eq!(read(kinds, "prodct:orders"), "write `product:orders`");
        assert_eq!(read(kinds, "product: orders"), "write `product:orders`");
        assert_eq!(
            read(r"^(contract):\S.*$", "x:orders"),
            "`x` is no kind that can stand here: write `contract:orders`"
        );
        assert_eq!(read("^[A-Za-z0-9][A-Za-z0-9._-]*$", "Order platform"), "write `Order-platform`");
        assert_eq!(read("^[a-z0-9][a-z0-9-]*$", "Acme Retail"), "write `acme-retail`");
        assert_eq!(read("^https?://", "example.com/x"), "write `https://example.com/x`");
        assert_eq!(read("^https?://", "javascript:alert(1)"), "");
    }

    #[test]
    fn examples_are_lines_of_yaml() {
        let line = |value: JsonValue| example_line("version", &serde_json::json!({"examples": [value]}));
        assert_eq!(line("1.0".into()).as_deref(), Some("version: \"1.0\""));
        assert_eq!(line("1.0.0".into()).as_deref(), Some("version: 1.0.0"));
        assert_eq!(line("#orders".into()).as_deref(), Some("version: \"#orders\""));
        assert_eq!(line(4.into()).as_deref(), Some("version: 4"));
        assert_eq!(example_line("kind", &serde_json::json!({})), None);
    }
}
