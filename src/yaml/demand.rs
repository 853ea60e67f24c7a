//! What a keyword of a schema demands, in words: patterns, formats, bounds.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::Value as JsonValue;

use super::node::NodeRef;

/// Returns a value of a schema as text.
pub(super) fn json_text(value: &JsonValue) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// What a keyword wants, as a clause that follows "must".
pub(super) fn clause(error: &ValidationError<'_>) -> String {
    let plural = |n: u64, word: &str| if n == 1 { format!("{n} {word}") } else { format!("{n} {word}s") };
    match error.kind() {
        ValidationErrorKind::Pattern { pattern } => pattern_words(pattern),
        ValidationErrorKind::Format { format } => format!("be {}", format_words(format)),
        ValidationErrorKind::Minimum { limit } => format!("be at least {limit}"),
        ValidationErrorKind::Maximum { limit } => format!("be at most {limit}"),
        ValidationErrorKind::ExclusiveMinimum { limit } => format!("be more than {limit}"),
        ValidationErrorKind::ExclusiveMaximum { limit } => format!("be less than {limit}"),
        ValidationErrorKind::MinLength { limit: 1 } => "not be empty".to_owned(),
        ValidationErrorKind::MinLength { limit } => format!("have at least {}", plural(*limit, "character")),
        ValidationErrorKind::MaxLength { limit } => format!("have at most {}", plural(*limit, "character")),
        ValidationErrorKind::MinItems { limit } => format!("have at least {}", plural(*limit, "item")),
        ValidationErrorKind::MaxItems { limit } => format!("have at most {}", plural(*limit, "item")),
        ValidationErrorKind::MinProperties { limit } => format!("have at least {}", plural(*limit, "field")),
        ValidationErrorKind::MaxProperties { limit } => format!("have at most {}", plural(*limit, "field")),
        ValidationErrorKind::UniqueItems => "not hold the same item twice".to_owned(),
        ValidationErrorKind::MultipleOf { multiple_of } => format!("be a multiple of {multiple_of}"),
        ValidationErrorKind::Contains => "hold an item of the wanted form".to_owned(),
        _ => format!("satisfy the schema: {}", error.masked()),
    }
}

fn format_words(format: &str) -> &str {
    match format {
        "date" => "a date such as `2026-11-21`",
        "date-time" => "a date and time with zone such as `2026-11-21T08:00:00Z`",
        "time" => "a time such as 08:00:00Z",
        "uri" => "an absolute URL such as https://example.com/page",
        "uri-reference" => "a URL or a relative path",
        "email" => "an e-mail address",
        "uuid" => "a UUID",
        format => format,
    }
}

/// A reference of ODCS v3.2.0.
const REFERENCE: &str = r"^(?:[A-Za-z_][A-Za-z0-9_\-]*(?:\.[A-Za-z_][A-Za-z0-9_\-]*)+|(?:(?:https?:\/\/)?[A-Za-z0-9._\-\/]+\.ya?ml#)?\/?[A-Za-z_][A-Za-z0-9_]*\/[^\s.#/\\@!%&^]+(?:\/[A-Za-z_][A-Za-z0-9_]*\/[^\s.#/\\@!%&^]+)*)$";

/// A reference of ODCS v3.1.0.
const FLAT_REFERENCE: &str = r"^(?:[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*|(?:(?:https?:\/\/)?[A-Za-z0-9._\-\/]+\.yaml#)?\/?[A-Za-z_][A-Za-z0-9_]*\/[A-Za-z0-9_-]+(?:\/[A-Za-z_][A-Za-z0-9_]*\/[A-Za-z0-9_-]+)*)$";

/// Says the patterns of our schemas in words; any other is shown as it is.
fn pattern_words(pattern: &str) -> String {
    let words = match pattern {
        "^[A-Za-z0-9][A-Za-z0-9._-]*$" => {
            "be letters from A to Z, digits, `.`, `_` and `-` without spaces, such as `order-platform`"
        }
        "^[A-Za-z0-9_-]+$" => "be letters from A to Z, digits, `_` and `-` without spaces, such as `order_value`",
        "^[A-Za-z_][A-Za-z0-9_]*$" => "be letters from A to Z, digits and `_`, such as `personal`",
        "^[a-z0-9][a-z0-9-]*$" => "be small letters, digits and `-`, such as `acme-retail`",
        r"^[^\s.#/\\@!%&^]+$" => r"have no spaces and none of `. # / \ @ ! % & ^`",
        r"^\S+$" => "have no spaces",
        "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" => "be a date such as `2026-11-21`",
        "Z$" => "be a date and time in UTC such as `2026-11-21T08:00:00Z`",
        r"^https?://[^/?#@\s]+(/[^?#\s]*)?$" => {
            "begin with `https://` or `http://` and have no user, no `?` and no `#`: pages put paths behind it"
        }
        r"^https?://[^/?#\s]+(/[^?#\s]*)?$" => {
            "begin with `https://` or `http://` and have no `?` and no `#`: links put paths behind it"
        }
        r"^https?://\S+$" => "be a web address without spaces that begins with `https://` or `http://`",
        "^sftp://.*" => "begin with `sftp://`",
        r"^(@[^\s@#]+|[^\s@#]+@[^\s@#]+)$" => "be a handle such as `@acme/order-platform`, or an e-mail address",
        r"^(contract):\S.*$" => "be a reference such as `contract:orders`",
        r"^(product|team):\S.*$" => "be a reference such as `product:orders` or `team:order-platform`",
        r"^(product|contract|domain|team|term|policy|source|agreement):\S.*$" => {
            "be a reference such as `product:orders` or `contract:orders`"
        }
        "^(BRK[0-9]{3}|[a-z][a-z0-9-]*)$" => "be a code or name of a rule, such as `BRK001` or `removed-column`",
        REFERENCE => "be a reference such as `object.property` or `/schema/object-id/properties/property-id`",
        FLAT_REFERENCE => {
            "be a reference such as `object.property`, with one dot, or `/schema/object-id/properties/property-id`"
        }
        pattern => return format!("match `{pattern}`"),
    };
    words.to_owned()
}

/// Says which of several forms that exclude each other were found: by the fields they require, where
/// each form is no more than one.
pub(super) fn several_clause(holder: Option<&JsonValue>, node: NodeRef<'_>) -> String {
    let branches = holder.and_then(|schema| schema.get("oneOf")?.as_array());
    let required = branches.into_iter().flatten().filter_map(|branch| branch.get("required")?.as_array());
    let keys = required.filter_map(|keys| keys.iter().map(JsonValue::as_str).collect::<Option<Vec<_>>>());
    let found: Vec<String> = keys
        .filter(|keys| keys.iter().all(|key| node.entry(key).is_some()))
        .map(|keys| format!("`{}`", keys.join("` with `")))
        .collect();
    if found.len() < 2 {
        return "fits more than one of the forms that exclude each other here".to_owned();
    }
    format!("has {}, which exclude each other", found.join(" and "))
}

pub(super) fn not_clause(schema: &JsonValue) -> String {
    match schema.get("required").and_then(JsonValue::as_array) {
        Some(keys) if !keys.is_empty() => {
            let keys: Vec<String> = keys.iter().map(|key| format!("`{}`", json_text(key))).collect();
            format!("may not have {} here", keys.join(" together with "))
        }
        _ => "has a form that is not allowed here".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Schemas;
    use super::*;

    fn patterns<'a>(schema: &'a JsonValue, found: &mut Vec<&'a str>) {
        match schema {
            JsonValue::Object(fields) => {
                found.extend(fields.get("pattern").and_then(JsonValue::as_str));
                fields.values().for_each(|value| patterns(value, found));
            }
            JsonValue::Array(items) => items.iter().for_each(|value| patterns(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_pattern_of_the_schemas_has_words() {
        let schemas = Schemas::embedded();
        for name in schemas.names() {
            let mut used = Vec::new();
            patterns(schemas.annotated(name).expect("it is named"), &mut used);
            for pattern in used {
                assert!(!pattern_words(pattern).starts_with("match"), "{name}: {pattern}");
            }
        }
    }
}
