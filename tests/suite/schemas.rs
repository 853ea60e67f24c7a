//! The published schemas of the files for machines: every JSON file of a site has one, and keeps it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use jsonschema::{Registry, Validator};
use serde_json::Value;

use super::twins::{corner, demo, ending, hostile};
use super::{files_below, package};

const FOLDER: &str = "schemas/site/v1";
const BASE: &str = "https://site.example/schema/v1/";

fn schemas() -> BTreeMap<String, Value> {
    let read = |name: String| {
        let text = fs::read_to_string(package(FOLDER).join(&name)).expect("read");
        (name, serde_json::from_str(&text).expect("a schema is JSON"))
    };
    files_below(&package(FOLDER), ".json").into_iter().map(read).collect()
}

/// Compiles the schemas as a reader would who fetched them from a site.
fn validators() -> BTreeMap<String, Validator> {
    let schemas = schemas();
    let mut registry = Registry::new();
    for (name, schema) in &schemas {
        registry = registry.add(format!("{BASE}{name}"), schema.clone()).expect("a schema has an address");
    }
    let registry = registry.prepare().expect("schemas refer to each other");
    let compile = |(name, schema): (String, Value)| {
        let options = jsonschema::options().with_registry(&registry).with_base_uri(format!("{BASE}{name}"));
        let validator = options.should_validate_formats(true).build(&schema);
        (name.clone(), validator.unwrap_or_else(|error| panic!("{name}: {error}")))
    };
    schemas.into_iter().map(compile).collect()
}

/// Returns the schema that a file of a site says it has.
fn schema_of(path: &str, value: &Value) -> String {
    match path {
        "catalog.json" | "build.json" | "aliases.json" => return path.to_owned(),
        _ if path.starts_with("catalog/") => return "catalog-part.json".to_owned(),
        _ => {}
    }
    assert_eq!(value["version"], 1, "{path}");
    format!("{}.json", value["kind"].as_str().unwrap_or_else(|| panic!("{path} has no kind")))
}

/// Returns what a file has against its published schema.
pub(super) fn mistakes(path: &str, value: &Value) -> Vec<String> {
    let validators = validators();
    let errors = validators[&schema_of(path, value)].iter_errors(value);
    errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_file_for_machines_keeps_its_published_schema() {
    let validators = validators();
    let mut used = BTreeSet::new();
    let plain = "mesh: {id: corner, name: Corner shop}\nroots: [registry]\n";
    for files in [demo(), corner(plain), hostile()] {
        for (path, text) in ending(&files, ".json") {
            if path == meshfolio::source::SITE_MANIFEST {
                continue;
            }
            let value: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{path}: {error}"));
            if let Some(name) = path.strip_prefix("schema/v1/") {
                assert_eq!(Some(&value), schemas().get(name), "{path}");
                continue;
            }
            let name = schema_of(path, &value);
            let validator = validators.get(&name).unwrap_or_else(|| panic!("{path} has no schema"));
            let errors: Vec<String> =
                validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{path} against {name}: {errors:#?}");
            used.insert(name);
        }
        assert!(files.contains_key("schema/v1/product.json"));
    }
    let unused: Vec<String> =
        schemas().into_keys().filter(|name| name != "common.json" && !used.contains(name)).collect();
    assert!(unused.is_empty(), "no file has the schemas {unused:?}");
}

/// Returns the places of objects that take any field.
fn open_objects(place: &str, schema: &Value, found: &mut Vec<String>) {
    if let Value::Object(fields) = schema {
        let is_object = fields.get("type").is_some_and(|kind| kind == "object") && fields.contains_key("properties");
        let is_closed = ["additionalProperties", "unevaluatedProperties"].iter().any(|key| fields.contains_key(*key));
        // What others build on is closed there.
        let is_part = ["/identity", "/head", "/measured", "/observation"].iter().any(|name| place.ends_with(name));
        if is_object && !is_closed && !is_part {
            found.push(place.to_owned());
        }
        for (key, value) in fields {
            open_objects(&format!("{place}/{key}"), value, found);
        }
    } else if let Value::Array(entries) = schema {
        for entry in entries {
            open_objects(place, entry, found);
        }
    }
}

#[test]
fn published_schemas_take_no_field_that_they_do_not_name() {
    let validators = validators();
    let mut found = Vec::new();
    for (name, schema) in schemas() {
        open_objects(&name, &schema, &mut found);
    }
    assert_eq!(found, Vec::<String>::new());
    let mut product: Value =
        serde_json::from_str(&corner("mesh: {id: c}\nroots: [registry]\n")["products/orders.json"]).expect("JSON");
    assert!(validators["product.json"].is_valid(&product));
    product["surprise"] = Value::Bool(true);
    assert!(!validators["product.json"].is_valid(&product));
    product.as_object_mut().expect("an object").remove("surprise");
    product["evidence"]["surprise"] = Value::Bool(true);
    assert!(!validators["product.json"].is_valid(&product));
}
