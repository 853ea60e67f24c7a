//! Values of another type than a schema wants.

use jsonschema::error::TypeKind;

use crate::yaml::node::Value;
use crate::yaml::place::Place;
use crate::yaml::problem::ProblemKind;

pub(super) fn wrong_type(
    mut expected: Vec<&'static str>,
    place: &Place<'_>,
    is_required: impl FnOnce() -> bool,
) -> ProblemKind {
    let node = place.node;
    let wants = |word: &str| expected.contains(&word);
    let is_plain = matches!(node.type_word(), "a number" | "a boolean");
    let unquoted = (wants("text") && is_plain).then(|| node.source().to_owned());
    let is_fraction = matches!(node.value(), Value::Float(_)) && wants("a whole number");
    let found = if is_fraction { "a number with a fraction" } else { node.type_word() };
    let wants_plain = wants("a number") || wants("a whole number") || wants("true or false");
    let quoted = node.as_str().filter(|_| wants_plain || wants("a map")).map(str::to_owned);
    let hidden = if node.is_null() && wants("text") { hidden(place) } else { None };
    // That nothing is allowed too helps nobody who wrote something.
    expected.retain(|word| *word != "nothing (null)");
    ProblemKind::WrongType { expected, found, unquoted, quoted, hidden, is_required: node.is_null() && is_required() }
}

/// Returns the text that was meant as a value and begins a comment, behind a key or as an item of a list:
/// `channel: #orders-help`. With a blank behind the `#` it is a remark.
fn hidden(place: &Place<'_>) -> Option<String> {
    let (before, rest) = place.node.tree.source.split_at_checked(place.span.end as usize)?;
    let value = match rest.lines().next().unwrap_or_default().trim_start().strip_prefix(':') {
        Some(value) => value,
        // An item without a value has no place of its own but the end of its line.
        None => before.lines().next_back()?.trim_start().strip_prefix('-')?,
    };
    let text = value.trim();
    let text = text.find(" #").map_or(text, |comment| &text[..comment]).trim_end();
    let is_name = |name: &str| name.starts_with(char::is_alphanumeric);
    let is_meant = value.starts_with(' ') && text.strip_prefix('#').is_some_and(is_name);
    is_meant.then(|| text.to_owned())
}

pub(super) fn types(kind: &TypeKind) -> Vec<&'static str> {
    let word = |kind: jsonschema::JsonType| match kind {
        jsonschema::JsonType::Array => "a list",
        jsonschema::JsonType::Boolean => "true or false",
        jsonschema::JsonType::Integer => "a whole number",
        jsonschema::JsonType::Null => "nothing (null)",
        jsonschema::JsonType::Number => "a number",
        jsonschema::JsonType::Object => "a map",
        jsonschema::JsonType::String => "text",
    };
    match kind {
        TypeKind::Single(kind) => vec![word(*kind)],
        TypeKind::Multiple(kinds) => kinds.iter().map(word).collect(),
    }
}
