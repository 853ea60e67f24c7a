//! What expressions of policies see, as a JSON Schema: derived from the schemas of the kinds, with the
//! fields that the mesh adds, and the functions.

use serde_json::{Map, Value, json};

use super::cel::{DERIVED, Derived, FUNCTIONS, MAX_BYTES, MAX_DEPTH, MAX_LOOPS, MAX_STEPS, Root, SUBJECTS};
use crate::model::Kind;
use crate::yaml::{Schemas, without_notes};

/// Raised by every change that could make a policy mean something else.
const CONTEXT_VERSION: u32 = 1;

/// Returns the schema of what expressions see.
#[must_use]
pub fn context_schema(schemas: &Schemas) -> Value {
    let mut defs = Map::new();
    for kind in SUBJECTS {
        let Some(version) = schemas.versions(kind.schema()).last().copied() else { continue };
        let Some(schema) = schemas.get(kind.schema(), version) else { continue };
        let mut source = without_notes(schema.source());
        let own = source.as_object_mut().and_then(|source| source.shift_remove("$defs")).unwrap_or(Value::Null);
        for (name, mut part) in own.as_object().cloned().into_iter().flatten() {
            open(&mut part, kind.name());
            defs.insert(format!("{}.{name}", kind.name()), part);
        }
        open(&mut source, kind.name());
        for key in ["$schema", "$id", "if", "then", "else", "allOf"] {
            source.as_object_mut().map(|source| source.shift_remove(key));
        }
        defs.insert(kind.name().to_owned(), source);
    }
    if let Some(term) = defs.get("SemanticDefinition.Definition").cloned() {
        defs.insert(Kind::SemanticDefinition.name().to_owned(), term);
    }
    for note in &DERIVED {
        let mut shape = shape(note.field);
        shape["description"] = json!(note.note);
        let properties = defs.get_mut(note.kind.name()).and_then(|kind| kind.get_mut("properties"));
        if let Some(Value::Object(properties)) = properties {
            properties.insert(note.name.to_owned(), shape);
        }
    }
    defs.insert("Column".to_owned(), column());
    defs.insert("Input".to_owned(), input());
    defs.insert("Evidence".to_owned(), evidence());
    let roots = Root::ALL.into_iter().map(|(name, root)| (name.to_owned(), of_root(root)));
    let functions = FUNCTIONS
        .iter()
        .map(|function| (function.name.to_owned(), json!({ "form": function.form, "gives": function.note })));
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("https://meshfolio.dev/schema/policy-context/v{CONTEXT_VERSION}"),
        "title": "PolicyContext",
        "description": "What the expressions of a policy see. Every field is there: null when it is not stated, an empty list for lists. The root of the subject's kind is the subject; `domain` and `team` are its domain and owning team; other roots are null. `variables` holds the variables of the policy.",
        "version": CONTEXT_VERSION,
        "type": "object",
        "properties": Value::Object(roots.collect()),
        "functions": Value::Object(functions.collect()),
        "operators": ["==", "!=", "<", "<=", ">", ">=", "in", "&&", "||", "!", "+", "-", "*", "/", "%", "? :", "[ ]", "."],
        "limits": { "bytes": MAX_BYTES, "depth": MAX_DEPTH, "loopsInsideEachOther": MAX_LOOPS, "stepsPerSubject": MAX_STEPS },
        "$defs": Value::Object(defs),
    })
}

fn of_root(root: Root) -> Value {
    match root {
        Root::Today => json!({ "type": "string", "format": "date", "description": "The day, as YYYY-MM-DD." }),
        Root::PersonalClasses => json!({
            "type": "array",
            "items": { "type": "string" },
            "description": "The classes of personal data of this registry: `personalData.classes` of `meshfolio.yaml`, with its `classification` first, or that with `sensitive` where it states none.",
        }),
        Root::Thing(kind) => {
            let what = match kind {
                Kind::Domain => "The domain: the subject itself, or the one it belongs to.".to_owned(),
                Kind::Team => "The team: the subject itself, or the one that owns it.".to_owned(),
                Kind::SemanticDefinition => "The term that the policy is about.".to_owned(),
                kind => format!("The {} that the policy is about.", kind.title()),
            };
            json!({ "$ref": format!("#/$defs/{}", kind.name()), "description": what })
        }
    }
}

/// A field may be left out and stated by anybody's newer version: nothing is required or refused here.
fn open(schema: &mut Value, kind: &str) {
    match schema {
        Value::Object(fields) => {
            for key in ["required", "additionalProperties", "minProperties", "dependentRequired"] {
                if !fields.get(key).is_some_and(Value::is_object) {
                    fields.shift_remove(key);
                }
            }
            if let Some(Value::String(target)) = fields.get_mut("$ref")
                && let Some(name) = target.strip_prefix("#/$defs/")
            {
                *target = format!("#/$defs/{kind}.{name}");
            }
            fields.values_mut().for_each(|value| open(value, kind));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| open(item, kind)),
        _ => {}
    }
}

fn shape(field: Derived) -> Value {
    let list = |name: &str| json!({ "type": "array", "items": { "$ref": format!("#/$defs/{name}") } });
    match field {
        Derived::Owner | Derived::Domain | Derived::ProviderProduct | Derived::ConsumerProduct => {
            json!({ "type": ["string", "null"] })
        }
        Derived::Consumers | Derived::Products => list("DataProduct"),
        Derived::Contracts => list("DataContract"),
        Derived::Agreements => list("AccessAgreement"),
        Derived::Inputs => list("Input"),
        Derived::Columns => list("Column"),
        Derived::Evidence => json!({ "$ref": "#/$defs/Evidence" }),
        Derived::Producer => json!({ "$ref": "#/$defs/DataProduct" }),
        Derived::InForce => json!({ "type": "boolean" }),
    }
}

fn column() -> Value {
    json!({
        "description": "A column: every field of a property of the contract, and its place.",
        "allOf": [{ "$ref": "#/$defs/DataContract.SchemaProperty" }],
        "properties": {
            "path": { "type": "string", "description": "Object and names with dots, as in references: orders.address.city." },
            "object": { "type": "string", "description": "Name of the object: the table, topic or file." },
        },
    })
}

fn input() -> Value {
    json!({
        "type": "object",
        "description": "What an input port leads to; null where it leads nowhere.",
        "properties": {
            "name": { "type": "string", "description": "Name of the port." },
            "contract": { "$ref": "#/$defs/DataContract" },
            "product": { "$ref": "#/$defs/DataProduct", "description": "The product that publishes the contract." },
            "source": { "$ref": "#/$defs/SourceSystem" },
        },
    })
}

fn evidence() -> Value {
    json!({
        "type": "object",
        "properties": {
            "state": { "enum": ["kept", "missed", "promised only", "not stated"] },
            "promises": { "type": "integer", "description": "How many promises there are." },
            "kept": { "type": "integer", "description": "How many have a result that meets them." },
            "missed": { "type": "integer", "description": "How many have a result that does not." },
            "latest": { "type": ["string", "null"], "format": "date", "description": "Day of the newest result." },
        },
    })
}
