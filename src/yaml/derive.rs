//! From one annotated schema to the schema of one version of its standard.
//!
//! The annotations are those of `schemas/README.md`: `x-since`, `x-until`, `x-enumSince`,
//! `x-enumUntil`, `x-requiredSince`, `x-requiredUntil`, `x-closedSince`, `x-deprecatedSince`,
//! `x-when`, `x-renamed` and `x-apiVersion`. The derived schema keeps, for messages, which fields and values
//! other versions have (`x-later`, `x-gone`, `x-laterValues`) and what fields are called elsewhere
//! (`x-renamed`); validators ignore them.

use serde_json::{Map, Value, json};

/// Keywords whose value is a map of schemas.
const MAPS: [&str; 4] = ["properties", "patternProperties", "$defs", "dependentSchemas"];
/// Keywords whose value is a list of schemas.
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords whose value is a schema.
const SINGLE: [&str; 9] = [
    "items",
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "contains",
    "not",
    "if",
    "then",
    "else",
];

/// Derives the schema of `version` (as written in `x-versions`, with its leading `v`). A source
/// without versions derives to itself without annotations.
#[must_use]
pub(super) fn derive(source: &Value, version: &str) -> Value {
    let mut derived = schema(source, version);
    if let Some(id) = source.get("$id").and_then(Value::as_str) {
        let id = if source.get("x-versions").is_some() { format!("{id}/{version}") } else { id.to_owned() };
        derived["$id"] = json!(id);
    }
    derived
}

/// Returns the versions of a source, oldest first; none for a source without versions.
#[must_use]
pub(super) fn versions(source: &Value) -> Vec<&str> {
    let listed = source.get("x-versions").and_then(Value::as_array);
    listed.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Removes what only our own messages need, for schemas that are printed.
#[must_use]
pub fn without_notes(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let kept = fields.iter().filter(|(key, _)| !key.starts_with("x-"));
            Value::Object(kept.map(|(key, value)| (key.clone(), without_notes(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_notes).collect()),
        other => other.clone(),
    }
}

fn schema(source: &Value, version: &str) -> Value {
    let Some(fields) = source.as_object() else { return source.clone() };
    let mut fields = fields.clone();
    apply_when(&mut fields, version);
    keep_values(&mut fields, version);
    if text(&fields, "x-closedSince").is_some_and(|since| number(version) < number(since)) {
        for keyword in ["additionalProperties", "unevaluatedProperties"] {
            if fields.get(keyword) == Some(&Value::Bool(false)) {
                fields.shift_remove(keyword);
            }
        }
    }
    if text(&fields, "x-deprecatedSince").is_some_and(|since| number(version) >= number(since)) {
        fields.insert("deprecated".to_owned(), Value::Bool(true));
    }
    require(&mut fields, version);
    note_other_versions(&mut fields, version);
    keep_renamed(&mut fields, version);
    if fields.get("x-apiVersion") == Some(&Value::Bool(true)) {
        fields.insert("const".to_owned(), json!(version));
    }
    let mut derived = Map::new();
    for (key, value) in fields {
        if let Some(value) = child(&key, value, version) {
            derived.insert(key, value);
        }
    }
    Value::Object(derived)
}

/// Derives one keyword; `None` when nothing of it is left.
fn child(key: &str, value: Value, version: &str) -> Option<Value> {
    match value {
        Value::Object(children) if MAPS.contains(&key) => {
            let kept: Map<String, Value> = children
                .iter()
                .filter(|(_, child)| exists(child, version))
                .map(|(name, child)| (name.clone(), schema(child, version)))
                .collect();
            (!kept.is_empty() || key == "properties").then_some(Value::Object(kept))
        }
        Value::Array(children) if LISTS.contains(&key) => {
            let kept: Vec<Value> =
                children.iter().filter(|child| exists(child, version)).map(|child| schema(child, version)).collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        value if SINGLE.contains(&key) => exists(&value, version).then(|| schema(&value, version)),
        value if matches!(key, "x-later" | "x-gone" | "x-laterValues" | "x-renamed" | "x-deprecatedHint") => {
            Some(value)
        }
        _ if key.starts_with("x-") => None,
        value => Some(value),
    }
}

/// `x-when`: in order, for each entry that fits first `unset`, then `set`.
fn apply_when(fields: &mut Map<String, Value>, version: &str) {
    let Some(Value::Array(entries)) = fields.get("x-when").cloned() else { return };
    for entry in entries {
        let bound = |key: &str| entry.get(key).and_then(Value::as_str);
        if !within(version, bound("since"), bound("until")) {
            continue;
        }
        for key in entry.get("unset").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            fields.shift_remove(key);
        }
        for (key, value) in entry.get("set").and_then(Value::as_object).into_iter().flatten() {
            fields.insert(key.clone(), value.clone());
        }
    }
}

/// `x-renamed`: what is called so elsewhere, each as a map with `to` and perhaps `hint`, where it holds for
/// this version.
fn keep_renamed(fields: &mut Map<String, Value>, version: &str) {
    let Some(Value::Object(names)) = fields.get("x-renamed").cloned() else { return };
    let kept: Map<String, Value> = names
        .into_iter()
        .filter_map(|(name, new)| {
            let bound = |key: &str| new.get(key).and_then(Value::as_str);
            let holds = within(version, bound("since"), bound("until"));
            let new = if new.is_string() { json!({ "to": new }) } else { new };
            holds.then_some((name, new))
        })
        .collect();
    fields.insert("x-renamed".to_owned(), Value::Object(kept));
}

/// `enum` with `x-enumSince` and `x-enumUntil`.
fn keep_values(fields: &mut Map<String, Value>, version: &str) {
    let Some(Value::Array(values)) = fields.get("enum").cloned() else { return };
    let bound = |list: &str, value: &Value| {
        let listed = fields.get(list).and_then(|list| list.get(value.as_str()?)?.as_str());
        listed.map(str::to_owned)
    };
    let mut later = Map::new();
    let mut kept = Vec::new();
    for value in values {
        let (since, until) = (bound("x-enumSince", &value), bound("x-enumUntil", &value));
        if within(version, since.as_deref(), until.as_deref()) {
            kept.push(value);
        } else if let (Some(value), Some(since)) = (value.as_str(), since) {
            later.insert(value.to_owned(), json!(since));
        }
    }
    fields.insert("enum".to_owned(), Value::Array(kept));
    if !later.is_empty() {
        fields.insert("x-laterValues".to_owned(), Value::Object(later));
    }
}

/// `x-requiredSince` and `x-requiredUntil` of the properties, after those always required.
fn require(fields: &mut Map<String, Value>, version: &str) {
    let Some(properties) = fields.get("properties").and_then(Value::as_object) else { return };
    let mut required: Vec<Value> = fields.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let before = required.len();
    for (name, property) in properties {
        let bound = |key: &str| property.get(key).and_then(Value::as_str);
        let (since, until) = (bound("x-requiredSince"), bound("x-requiredUntil"));
        let is_bounded = since.is_some() || until.is_some();
        if is_bounded && exists(property, version) && within(version, since, until) && !required.contains(&json!(name))
        {
            required.push(json!(name));
        }
    }
    if required.len() > before {
        fields.insert("required".to_owned(), Value::Array(required));
    }
}

/// Notes which fields only other versions have.
fn note_other_versions(fields: &mut Map<String, Value>, version: &str) {
    let Some(properties) = fields.get("properties").and_then(Value::as_object) else { return };
    let (mut later, mut gone) = (Map::new(), Map::new());
    for (name, property) in properties {
        if exists(property, version) {
            continue;
        }
        let since =
            property.get("x-since").filter(|since| since.as_str().is_some_and(|since| number(version) < number(since)));
        match since {
            Some(since) => later.insert(name.clone(), since.clone()),
            None => gone.insert(name.clone(), property.get("x-until").cloned().unwrap_or(Value::Null)),
        };
    }
    for (key, notes) in [("x-later", later), ("x-gone", gone)] {
        if !notes.is_empty() {
            fields.insert(key.to_owned(), Value::Object(notes));
        }
    }
}

fn exists(schema: &Value, version: &str) -> bool {
    let bound = |key: &str| schema.get(key).and_then(Value::as_str);
    within(version, bound("x-since"), bound("x-until"))
}

fn within(version: &str, since: Option<&str>, until: Option<&str>) -> bool {
    let version = number(version);
    since.is_none_or(|since| version >= number(since)) && until.is_none_or(|until| version <= number(until))
}

/// Returns the three numbers of `v3.1.0`.
fn number(version: &str) -> [u64; 3] {
    let mut numbers = [0; 3];
    let parts = version.trim_start_matches('v').split(['.', '/']);
    for (place, part) in numbers.iter_mut().zip(parts) {
        *place = part.parse().unwrap_or(0);
    }
    numbers
}

fn text<'a>(fields: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    fields.get(key).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source() -> Value {
        json!({
            "$id": "https://meshfolio.dev/schema/x",
            "x-versions": ["v1.0.0", "v1.1.0", "v2.0.0"],
            "type": "object",
            "x-closedSince": "v1.1.0",
            "additionalProperties": false,
            "required": ["kind"],
            "x-renamed": {"state": "status", "width": {"to": "size", "since": "v2.0.0", "hint": "write `size`"}},
            "properties": {
                "kind": {"const": "X"},
                "apiVersion": {"type": "string", "x-apiVersion": true},
                "status": {"type": "string", "x-requiredUntil": "v1.1.0"},
                "size": {"enum": ["s", "m", "l"], "x-enumSince": {"l": "v2.0.0"}},
                "fresh": {"type": "string", "x-since": "v2.0.0"},
                "old": {"type": "string", "x-until": "v1.0.0"},
                "port": {"type": "integer", "x-when": [{"since": "v2.0.0", "unset": ["type"], "set": {"minimum": 1}}]}
            }
        })
    }

    #[test]
    fn each_version_gets_its_own_schema() {
        let first = derive(&source(), "v1.0.0");
        assert_eq!(first["$id"], "https://meshfolio.dev/schema/x/v1.0.0");
        assert_eq!(first["required"], json!(["kind", "status"]));
        assert!(first.get("additionalProperties").is_none());
        assert_eq!(first["x-later"], json!({"fresh": "v2.0.0"}));
        assert_eq!(first["x-renamed"], json!({"state": {"to": "status"}}));
        assert_eq!(first["properties"]["size"]["enum"], json!(["s", "m"]));
        assert_eq!(first["properties"]["size"]["x-laterValues"], json!({"l": "v2.0.0"}));
        assert_eq!(first["properties"]["apiVersion"]["const"], "v1.0.0");

        let last = derive(&source(), "v2.0.0");
        assert_eq!(last["required"], json!(["kind"]));
        assert_eq!(last["additionalProperties"], false);
        assert_eq!(last["x-gone"], json!({"old": "v1.0.0"}));
        assert_eq!(last["x-renamed"]["width"]["hint"], "write `size`");
        assert_eq!(last["properties"]["port"], json!({"minimum": 1}));
        assert!(without_notes(&last).get("x-gone").is_none());
    }
}
