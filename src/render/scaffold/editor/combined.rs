//! The schemas that editors read: one per kind, for every version of its standard, and one for descriptors whose
//! file does not tell what they are.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::model::Kind;
use crate::yaml::{Schemas, without_notes};

/// The draft that all of them follow.
const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Returns the schema of a kind that takes each document by its own `apiVersion`. A document without one, or with one
/// that is none, is read as the newest. It has no `$id`, so that references between the files lead from file to file.
pub(super) fn all_versions(schemas: &Schemas, name: &str) -> Value {
    let mut versions = schemas.versions(name);
    versions.reverse();
    let of = |version: &str| {
        let derived = schemas.get(name, version).expect("the versions of a schema are there");
        without_notes(derived.source())
    };
    let [newest, older @ ..] = versions.as_slice() else {
        let mut only = of("");
        only.as_object_mut().expect("schemas are objects").shift_remove("$id");
        return only;
    };
    if older.is_empty() {
        let mut only = of(newest);
        only.as_object_mut().expect("schemas are objects").shift_remove("$id");
        return only;
    }
    let parts: Vec<Part> = versions.iter().map(|version| Part::new(version, of(version))).collect();
    let keys = shared_keys(&parts);
    let mut definitions = Map::new();
    let mut branches = Vec::new();
    for (part, keys) in parts.iter().zip(&keys) {
        for (name, definition) in &part.definitions {
            let key = &keys[name];
            if !definitions.contains_key(key) {
                definitions.insert(key.clone(), renamed(definition, keys));
            }
        }
        branches.push(renamed(&part.root, keys));
    }
    let annotated = schemas.annotated(name).expect("the schema is there");
    let about = annotated["properties"]["apiVersion"].get("description").cloned().unwrap_or_default();
    let mut combined = json!({
        "$schema": DRAFT,
        "title": annotated["title"],
        "description": annotated["description"],
        "type": "object",
        "properties": { "apiVersion": { "description": about, "type": "string", "enum": versions } },
    });
    // The oldest is asked for first, and what is left is the newest.
    let mut rest = branches.remove(0);
    for (version, branch) in older.iter().zip(branches) {
        let asks = json!({ "properties": { "apiVersion": { "const": version } }, "required": ["apiVersion"] });
        rest = json!({ "if": asks, "then": branch, "else": rest });
    }
    for (key, value) in rest.as_object_mut().map(std::mem::take).unwrap_or_default() {
        combined[key] = value;
    }
    combined["$defs"] = Value::Object(definitions);
    combined
}

/// Returns the schema of what may be a descriptor of any kind: the word at `kind` says which it is. YAML that is no
/// descriptor may hold anything.
pub(super) fn descriptor(schemas: &Schemas, file_of: impl Fn(&str) -> String) -> Value {
    let own: Vec<Kind> = Kind::ALL.into_iter().filter(|kind| is_own(schemas, *kind)).collect();
    let own_version = own.first().map_or("", |kind| schemas.versions(kind.schema())[0]);
    let branch = |kind: Kind| {
        let asks =
            json!({ "type": "object", "properties": { "kind": { "const": kind.name() } }, "required": ["kind"] });
        json!({ "if": asks, "then": { "$ref": file_of(kind.schema()) } })
    };
    let names = |kinds: &[Kind]| kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>();
    // A misspelt kind is none of these, so that only its version says whose it is.
    let is_ours = json!({ "type": "object", "properties": { "apiVersion": { "const": own_version } }, "required": ["apiVersion"] });
    let ours = json!({
        "if": is_ours,
        "then": { "required": ["kind"], "properties": { "kind": { "enum": names(&own) } } },
    });
    json!({
        "$schema": DRAFT,
        "title": "Descriptor",
        "description": "A descriptor of a mesh. Its `kind` says of what.",
        "properties": {
            "apiVersion": {
                "description": "Version of the standard that this file follows.",
                "examples": [own_version],
            },
            "kind": { "description": "What this file describes.", "examples": names(&Kind::ALL) },
        },
        "allOf": Kind::ALL.into_iter().map(branch).chain([ours]).collect::<Vec<_>>(),
    })
}

/// Says whether a kind is one of this tool, and of no standard.
fn is_own(schemas: &Schemas, kind: Kind) -> bool {
    schemas.versions(kind.schema()).iter().all(|version| version.starts_with("meshfolio/"))
}

/// The schema of one version: what stands at its top, and its definitions.
struct Part<'a> {
    version: &'a str,
    root: Value,
    definitions: Map<String, Value>,
}

impl Part<'_> {
    fn new(version: &str, mut schema: Value) -> Part<'_> {
        let fields = schema.as_object_mut().expect("schemas are objects");
        for key in ["$schema", "$id", "title", "description"] {
            fields.shift_remove(key);
        }
        let definitions = match fields.shift_remove("$defs") {
            Some(Value::Object(definitions)) => definitions,
            _ => Map::new(),
        };
        // Which versions there are is said once, above all of them.
        if let Some(Value::Object(api_version)) = fields.get_mut("properties").and_then(|all| all.get_mut("apiVersion"))
        {
            api_version.clear();
        }
        Part { version, root: schema, definitions }
    }
}

/// Returns for each version, newest first, what its definitions are called where those of all versions stand
/// together: what is the same in a newer version has the name that it has there.
fn shared_keys(parts: &[Part<'_>]) -> Vec<BTreeMap<String, String>> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut keys: Vec<BTreeMap<String, String>> = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let newer: Vec<BTreeSet<&str>> = parts[..at].iter().map(|newer| different(part, newer)).collect();
        let mut own = BTreeMap::new();
        for name in part.definitions.keys() {
            let same = newer.iter().position(|different| !different.contains(name.as_str()));
            let key = match same {
                Some(newer) => keys[newer][name].clone(),
                None if taken.contains(name) => format!("{name}-{}", part.version),
                None => name.clone(),
            };
            taken.insert(key.clone());
            own.insert(name.clone(), key);
        }
        keys.push(own);
    }
    keys
}

/// Returns the definitions that are not the same in another version, or lead to one that is not.
fn different<'a>(part: &'a Part<'_>, other: &Part<'_>) -> BTreeSet<&'a str> {
    let own = &part.definitions;
    let is_other = |name: &&str| own.get(*name) != other.definitions.get(*name);
    let mut found: BTreeSet<&str> = own.keys().map(String::as_str).filter(is_other).collect();
    loop {
        let leads = |name: &&str| {
            let mut targets = Vec::new();
            references(&own[*name], &mut targets);
            targets.iter().any(|target| found.contains(target))
        };
        let more: Vec<&str> =
            own.keys().map(String::as_str).filter(|name| !found.contains(name)).filter(leads).collect();
        if more.is_empty() {
            return found;
        }
        found.extend(more);
    }
}

/// Where the definitions of a schema stand.
const DEFINITIONS: &str = "#/$defs/";

/// Lists the definitions that a schema leads to.
fn references<'a>(schema: &'a Value, found: &mut Vec<&'a str>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(fields) => {
            let target = fields.get("$ref").and_then(Value::as_str);
            found.extend(target.and_then(|target| target.strip_prefix(DEFINITIONS)));
            fields.values().for_each(|value| references(value, found));
        }
        _ => {}
    }
}

/// Returns a schema whose references lead to the new names.
fn renamed(schema: &Value, keys: &BTreeMap<String, String>) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(|item| renamed(item, keys)).collect(),
        Value::Object(fields) => {
            let field = |(key, value): (&String, &Value)| {
                let target = value.as_str().filter(|_| key == "$ref").and_then(|text| text.strip_prefix(DEFINITIONS));
                let value = match target.and_then(|name| keys.get(name)) {
                    Some(new) => json!(format!("{DEFINITIONS}{new}")),
                    None => renamed(value, keys),
                };
                (key.clone(), value)
            };
            Value::Object(fields.iter().map(field).collect())
        }
        other => other.clone(),
    }
}
